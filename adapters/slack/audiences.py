"""Who may be asked in Slack: a channel, a thread, a user group, or people by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from adapters.slack.directory import Directory
from adapters.slack.faults import SlackError
from adapters.slack.hub import PLATFORM
from adapters.slack.told import Channel, Group, User
from bot.engine.model import Choice
from bot.errors import WrongUse
from bot.ports import Person
from bot.rounds.ports import Actor, Audience, AudienceKind, Target, Voter
from bot.sheets.model import Entered, Field

CHANNEL, PEOPLE, GROUP, THREAD = "channel", "people", "group", "thread"
FIELDS = frozenset({CHANNEL, PEOPLE, GROUP, THREAD})
"""The entries by which an audience is chosen."""

_MOST_GROUPS = 25
"""Groups that are offered: as many as a form's entry may hold."""

_MOST_NAMED = 100
"""People that may be chosen by name."""

_NAMES_SHOWN = 3
_LINK = re.compile(
    r"https://[a-z0-9.-]{1,200}/archives/([A-Z0-9]{1,30})/p(\d{10,12})(\d{6})(?:\?(\S{0,500}))?"
)
_PARENT = re.compile(r"(?:^|&)thread_ts=(\d{10,12}\.\d{6})(?:&|$)")

Owner = Callable[[Person], str]


# ------------------------------------------------------------------ choosing


async def audience_fields(directory: Directory, asker: Actor) -> tuple[Field, ...]:
    """Give the entries by which an audience is chosen; exactly one is to be filled in."""
    return (
        Field(CHANNEL, "A channel", "channel", hint="Crossroads must be in it: /invite it first."),
        Field(PEOPLE, "Or people", "people", hint="Each is asked privately.", most=_MOST_NAMED),
        *await _group_field(directory, asker),
        Field(
            THREAD,
            "Or a thread",
            "text",
            hint="The link to a message in it (⋮ → Copy link).",
            most=500,
        ),
    )


async def _group_field(directory: Directory, asker: Actor) -> tuple[Field, ...]:
    """Offer the user groups, the asker's own first; none where there are none to see."""
    try:
        groups = await directory.groups(asker.address)
    except (WrongUse, SlackError):  # an older installation, or a plan without groups
        return ()
    if not groups:
        return ()
    ordered = sorted(groups, key=lambda one: (asker.user not in one.users, _named(one).casefold()))
    choices = tuple(Choice(one.id, _named(one)) for one in ordered[:_MOST_GROUPS])
    left_out = f" {_MOST_GROUPS} of {len(groups)} are listed, yours first."
    hint = "Each member is asked privately." + (left_out if len(groups) > _MOST_GROUPS else "")
    return (Field(GROUP, "Or a user group", "group", choices, hint=hint, most=1),)


def _named(group: Group) -> str:
    name, handle = group.name.strip(), group.handle.strip()
    both = f"{name} (@{handle})" if name and handle else name or f"@{handle or group.id}"
    return both if len(both) <= 75 else f"@{handle}"[:75]


# ------------------------------------------------------------------ finding out


async def audience(directory: Directory, owner: Owner, asker: Actor, entered: Entered) -> Audience:
    """Find out who was chosen; raises ``WrongUse`` where that is none, or not one."""
    chosen = {kind: _ids(entered.get(kind, ())) for kind in (CHANNEL, PEOPLE, GROUP, THREAD)}
    match [(kind, ids) for kind, ids in chosen.items() if ids]:
        case []:
            raise WrongUse("Nobody was chosen.", "Fill in one of the entries.")
        case [("channel", (channel_id,))]:
            return await _in_channel(directory, owner, asker, channel_id)
        case [("thread", (link,))]:
            return await _in_thread(directory, owner, asker, link)
        case [("group", (group_id,))]:
            return await _in_group(directory, owner, asker, group_id)
        case [("people", ids)]:
            return await _named_people(directory, owner, asker, ids)
        case _:
            raise WrongUse("Several were chosen.", "Fill in one of the entries, and only one.")


def _ids(entry: str | tuple[str, ...]) -> tuple[str, ...]:
    given = (entry,) if isinstance(entry, str) else entry
    return tuple(dict.fromkeys(one.strip() for one in given if one.strip()))


async def _in_channel(
    directory: Directory, owner: Owner, asker: Actor, channel_id: str, thread: str = ""
) -> Audience:
    channel = await _channel(directory, asker, channel_id)
    ids = await directory.members(asker.address, channel.id)
    kind: AudienceKind = "thread" if thread else "channel"
    place = Target(PLATFORM, {**_base(asker), "channel": channel.id, "thread": thread})
    return await _asked(
        directory,
        owner,
        asker,
        ids,
        kind=kind,
        label=f"a thread in {channel.called}" if thread else channel.called,
        place=place,
        channel=channel,
    )


async def _channel(directory: Directory, asker: Actor, channel_id: str) -> Channel:
    """Look up a channel where something can be posted; raises ``WrongUse`` for any other."""
    try:
        channel = await directory.channel(asker.address, channel_id)
    except SlackError as error:
        if error.code != "channel_not_found":
            raise
        raise _not_there("that channel") from None
    if channel.is_im or channel.is_mpim:
        raise WrongUse("That is no channel.", "To ask somebody privately, name them instead.")
    if channel.is_archived:
        raise WrongUse(f"{channel.called} is archived.", "Choose another channel.")
    if not channel.is_member:
        raise _not_there(channel.called)
    return channel


def _not_there(called: str) -> WrongUse:
    return WrongUse(
        f"Crossroads is not in {called}, so it can post nothing there.",
        "Write “/invite @Crossroads” there, then try again.",
    )


async def _in_thread(directory: Directory, owner: Owner, asker: Actor, link: str) -> Audience:
    found = _LINK.fullmatch(link)
    if found is None:
        raise WrongUse(
            "That is no link to a message in Slack.",
            "Point at a message in the thread, choose ⋮ and “Copy link”.",
        )
    channel_id, seconds, rest, query = found.groups(default="")
    parent = _PARENT.search(query)
    ts = parent[1] if parent else f"{seconds}.{rest}"
    if not await directory.is_message(asker.address, channel_id, ts):
        raise WrongUse(
            "That message is not there, or Crossroads is not in its channel.",
            "Write “/invite @Crossroads” in the channel, then try again.",
        )
    return await _in_channel(directory, owner, asker, channel_id, ts)


async def _in_group(directory: Directory, owner: Owner, asker: Actor, group_id: str) -> Audience:
    groups = {one.id: one for one in await directory.groups(asker.address)}
    if group_id not in groups:
        raise WrongUse("That user group is not there any more.", "Choose another one.")
    ids = await directory.in_group(asker.address, group_id)
    label = f"@{groups[group_id].handle or groups[group_id].name}"
    return await _asked(directory, owner, asker, ids, kind="group", label=label)


async def _named_people(
    directory: Directory, owner: Owner, asker: Actor, ids: Sequence[str]
) -> Audience:
    if len(ids) > _MOST_NAMED:
        raise WrongUse(f"Name up to {_MOST_NAMED} people.", "For more, choose a channel or group.")
    return await _asked(directory, owner, asker, ids, kind="people", label="")


# ------------------------------------------------------------------ who they are


async def _asked(
    directory: Directory,
    owner: Owner,
    asker: Actor,
    ids: Sequence[str],
    *,
    kind: AudienceKind,
    label: str,
    place: Target | None = None,
    channel: Channel | None = None,
) -> Audience:
    """Put together who is asked; the bot itself is nobody."""
    own = (await directory.grant(asker.address)).bot_user_id
    ids = [one for one in ids if one != own]
    found = await directory.users(asker.address, ids)
    voters = tuple(_voter(owner, asker, one, found.get(one)) for one in ids)
    reached = [one for one in voters if not one.trouble]
    chats = tuple(Target(PLATFORM, one.address) for one in reached)
    return Audience(
        kind=kind,
        label=label or _listed([one.name for one in voters]),
        targets=(place,) if place else chats,
        voters=voters,
        shared=bool(channel and channel.shared) or _strangers(asker, found),
        public=bool(channel and channel.public),
    )


def _voter(owner: Owner, asker: Actor, user_id: str, user: User | None) -> Voter:
    address = {**_base(asker), "user": user_id, "channel": ""}
    who = owner(Person(asker.tenant, user_id))
    if user is None:
        return Voter(who, user_id, address, "unreachable")
    return Voter(who, user.called, address, "asker" if user_id == asker.user else user.trouble)


def _base(asker: Actor) -> Mapping[str, str]:
    return {name: asker.address.get(name, "") for name in ("enterprise", "team", "wide")}


def _strangers(asker: Actor, found: Mapping[str, User]) -> bool:
    """Say whether somebody belongs to another organisation."""
    own = asker.address.get("team", "")
    alone = not asker.address.get("enterprise")  # elsewhere teams of one organisation meet
    return any(
        one.is_stranger or (alone and one.team_id not in ("", own)) for one in found.values()
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
