"""Whom a second opinion asks: a channel, a role in one, or named people in a private thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from adapters.discord.grounds import Ground, Grounds, see_allowed
from adapters.discord.heard import server
from adapters.discord.hub import PLATFORM
from adapters.discord.rights import (
    ATTACH,
    HISTORY,
    PRIVATE_THREADS,
    SEND_IN_THREADS,
    TEXT,
    VIEW,
    Member,
)
from bot.cards.rows import short
from bot.errors import WrongUse
from bot.rounds.ports import Actor, Audience, AudienceKind, Target, Trouble, Voter
from bot.sheets.model import Entered, Field

_MOST_PEOPLE = 25
_NAMED = 5
_NAME = 40

_IN_A_SERVER = (
    Field(
        "channel",
        "Channel or thread",
        "channel",
        hint="Where it is posted. Everybody who can write there may answer, unless you narrow it.",
        required=True,
    ),
    Field(
        "group",
        "Only people with a role",
        "group",
        hint="Nobody else may answer; everybody in the channel can read what is asked.",
    ),
    Field(
        "people",
        "Only these people",
        "people",
        hint="It is asked in a private thread in that channel.",
        most=_MOST_PEOPLE,
    ),
)
_BY_LINK = (
    Field(
        "channel",
        "Link to the channel or thread",
        "text",
        hint="“Copy Link” on it. For a role or people use /crossroads opinion in the server.",
        required=True,
        most=200,
    ),
)


class Audiences:
    """Offers and finds audiences.

    ``owner`` gives an account's opaque id, ``new_id`` draws a word that names a thread alone.
    """

    def __init__(
        self, grounds: Grounds, owner: Callable[[str], str], new_id: Callable[[], str]
    ) -> None:
        self._grounds = grounds
        self._owner = owner
        self._new_id = new_id

    def fields(self, asker: Actor, *, people_only: bool = False) -> tuple[Field, ...]:
        """Give the entries: outside of a server Discord offers no channels, people and roles.

        Raises ``WrongUse`` there if people are to be named.
        """
        if asker.address.get("guild"):
            return tuple(f for f in _IN_A_SERVER if not people_only or f.id != "group")
        if people_only:
            raise WrongUse(
                "Somebody may be in danger in this case, so only people you name can be asked, and "
                "they cannot be named here.",
                "Write /crossroads opinion in the server: the draft opens there for you alone.",
            )
        return _BY_LINK

    async def find(self, asker: Actor, entered: Entered) -> Audience:
        """Find out who was chosen; raises ``WrongUse`` where that is none, or not one."""
        channel, group, people = (_chosen(entered, name) for name in ("channel", "group", "people"))
        if not channel:
            raise WrongUse("No channel is chosen.", "Choose where it is to be posted.")
        if group and people:
            raise WrongUse("You chose a role and people.", "Choose one of them, not both.")
        ground = await self._grounds.chosen(asker, channel[0])
        if people:
            found = await self._of_people(asker, ground, people)
        else:
            see_allowed(ground, VIEW | ground.writing | ATTACH | HISTORY)
            found = _of_group(ground, group[0]) if group else _of_all(ground)
        # Outside of a server somebody belongs to no one server, and names channels by links.
        kept: Entered = {
            "channel": ground.channel.id,
            "group": "".join(group[:1]),
            "people": people,
        }
        return replace(found, tenant=server(ground.server.id), chosen=kept)

    async def _of_people(self, asker: Actor, ground: Ground, people: tuple[str, ...]) -> Audience:
        """Ask named people, in a private thread that is made for them when it is posted."""
        if ground.channel.type != TEXT:
            raise WrongUse("No private thread can be made there.", "Choose a text channel.")
        if len(people) > _MOST_PEOPLE:
            raise WrongUse(f"These are more than {_MOST_PEOPLE} people.", "Ask fewer, or a role.")
        see_allowed(ground, VIEW | PRIVATE_THREADS | SEND_IN_THREADS | ATTACH | HISTORY)
        voters = await asyncio.gather(*(self._voter(asker, ground, one) for one in people))
        able = [one.address["user"] for one in voters if not one.trouble]
        address = {
            "guild": ground.server.id,
            "channel": ground.channel.id,
            "members": ",".join(able or [asker.user]),
            "asker": asker.user,
            "thread_name": f"Second opinion {self._new_id()}",
        }
        label = (
            f"{_listed([one.name for one in voters])}, in a private thread in {ground.label} "
            "(moderators of the server may be able to read it)"
        )
        return Audience("people", label, (Target(PLATFORM, address),), tuple(voters))

    async def _voter(self, asker: Actor, ground: Ground, user: str) -> Voter:
        member = await self._grounds.member(ground.server.id, user)
        name = short(member.name, _NAME) if member else "Somebody"
        address = {"user": user, "channel": "", "guild": ground.server.id}
        trouble = "asker" if user == asker.user else _trouble(ground, member)
        return Voter(self._owner(user), name, address, trouble)


def _trouble(ground: Ground, member: Member | None) -> Trouble:
    if member is None:
        return "left"
    if member.user.bot:
        return "bot"
    return "" if ground.rights_of(member) & VIEW else "unreachable"


def _of_all(ground: Ground) -> Audience:
    """Ask whoever can write in a channel: who that is only a privileged intent would tell."""
    target = Target(PLATFORM, {"guild": ground.server.id, "channel": ground.channel.id})
    kind: AudienceKind = "thread" if ground.is_thread else "channel"
    return Audience(kind, ground.label, (target,), public=ground.is_public)


def _of_group(ground: Ground, group: str) -> Audience:
    role = ground.server.role(group)
    if role is None:
        raise WrongUse("That role is not there.", "Choose one of this server.")
    target = Target(PLATFORM, {"guild": ground.server.id, "channel": ground.channel.id})
    label = f"@{role.name.removeprefix('@')} in {ground.label}"
    return Audience("group", label, (target,), group=role.id, public=ground.is_public)


def _chosen(entered: Entered, name: str) -> tuple[str, ...]:
    """Read an entry, whether it holds one or several; each once."""
    value = entered.get(name, ())
    several = (value,) if isinstance(value, str) else value
    return tuple(dict.fromkeys(one for one in several if one.strip()))


def _listed(names: list[str]) -> str:
    shown, more = names[:_NAMED], len(names) - _NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
