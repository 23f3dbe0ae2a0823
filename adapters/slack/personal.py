"""What is about the person rather than one case: their cases, settings, data, App Home."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from adapters.slack.heard import Speaker
from adapters.slack.hub import PLATFORM, Answer, Hub
from adapters.slack.removals import card_removal, removals, remove, whole_removal
from adapters.slack.render.answers import exporting, forgotten_modal, not_exported, told_modal
from adapters.slack.render.home import Home
from adapters.slack.render.home import home as home_view
from adapters.slack.render.notices import (
    cases_message,
    handed_over,
    help_message,
    mydata_message,
    not_handed_over,
    settings_message,
)
from adapters.slack.render.shapes import Message
from bot.cards.values import PAGE
from bot.chat import round_posts
from bot.chat.desk import WORDS
from bot.chat.opinions import rounds_of
from bot.chat.personal import entries, everything, holdings
from bot.chat.removals import Removal
from bot.chat.upkeep import note_elsewhere
from bot.errors import CrossroadsError, WrongUse
from bot.ports import Contact
from bot.sheets.model import File

_KEEP = frozenset({"0", "30", "90", "365"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asked: in a channel, or in App Home if ``view`` is set.

    ``reply`` is the address for an answer beside a button, ``trigger`` opens a window. ``alone``:
    what was pressed is a message that nobody else sees; ``modal``: ``view`` is a modal.
    """

    speaker: Speaker
    channel: str = ""
    view: str = ""
    reply: str = ""
    trigger: str = ""
    alone: bool = False
    modal: bool = False


async def message(hub: Hub, speaker: Speaker, word: str) -> Message | None:
    """Make the answer to a word that only tells something; None if it is no such word."""
    match word:
        case "help":
            return help_message(hub.beginning.tracks, WORDS)
        case "cases":
            owner = hub.owner(speaker)
            cases = await hub.service.store.cases(owner)
            more = max(0, len(cases) - PAGE)
            return cases_message(await entries(hub.service, owner), more)
        case "settings":
            contact = await _contact(hub, speaker)
            return settings_message(contact.discreet, contact.keep_days)
        case "mydata":
            owner = hub.owner(speaker)
            held = await holdings(hub, owner, PLATFORM)
            return mydata_message(held)
        case _:
            return None


async def do(hub: Hub, place: Place, verb: str, arg: str) -> Answer:
    """Do what a button about the person says; raises ``WrongUse`` if it is none."""
    speaker = place.speaker
    match verb:
        case "home":
            number = int(arg) if arg.isdecimal() and len(arg) < 6 else 1
            return Answer(later=(home(hub, speaker, number),))
        case "discreet" if arg in {"on", "off"}:
            return await _set(hub, place, discreet=arg == "on")
        case "keep" if arg in _KEEP:
            return await _set(hub, place, keep_days=int(arg))
        case "export":
            return Answer(later=(say(hub, place, exporting()), _export(hub, place)))
        case _:
            said = await message(hub, speaker, verb)
            if said is None:
                raise WrongUse("That button is of an older version.", "Write “help” here.")
            return Answer(later=(say(hub, place, said),))


def say(
    hub: Hub, place: Place, said: Message, *, instead: bool = False
) -> Callable[[], Awaitable[None]]:
    """Say something where it was asked for, to that person alone.

    What was pressed in App Home is answered in a window. ``instead`` puts the answer in the place
    of the message with the button.
    """
    if place.reply:
        return hub.answer(place.reply, said.payload, instead=instead)
    if place.channel:
        return hub.tell(place.speaker, place.channel, said.payload)
    view = told_modal(said)

    method = "views.push" if place.modal else "views.open"

    async def open_it() -> None:
        await hub.call(place.speaker, method, trigger_id=place.trigger, view=view)

    return open_it


# ------------------------------------------------------------------ App Home


def home(hub: Hub, speaker: Speaker, number: int = 1) -> Callable[[], Awaitable[None]]:
    """Give what publishes a page of somebody's App Home."""

    async def publish() -> None:
        # One after the other, each with what is then stored: an old one never replaces a newer.
        async with hub.homes.setdefault(hub.owner(speaker), asyncio.Lock()):
            view = home_view(await _home(hub, speaker, number))
            await hub.call(speaker, "views.publish", user_id=speaker.user, view=view)

    return publish


async def _home(hub: Hub, speaker: Speaker, number: int) -> Home:
    contact = await _contact(hub, speaker)
    cases = await hub.service.store.cases(hub.owner(speaker))
    pages = max(1, -(-len(cases) // PAGE))
    number = max(1, min(number, pages))
    return Home(
        tracks=hub.beginning.tracks,
        entries=await entries(hub.service, hub.owner(speaker), number),
        page=number,
        pages=pages,
        discreet=contact.discreet,
        keep_days=contact.keep_days,
        grace_days=hub.grace_days,
        opinions=await rounds_of(hub, hub.owner(speaker)),
    )


# ------------------------------------------------------------------ settings


async def _contact(hub: Hub, speaker: Speaker) -> Contact:
    return await hub.contacts.known(hub.owner(speaker), PLATFORM, speaker.installation)


async def _set(
    hub: Hub, place: Place, *, discreet: bool | None = None, keep_days: int | None = None
) -> Answer:
    owner = await hub.meet(place.speaker)
    contact = await _contact(hub, place.speaker)
    changed = replace(
        contact,
        discreet=contact.discreet if discreet is None else discreet,
        keep_days=contact.keep_days if keep_days is None else keep_days,
    )
    await hub.contacts.change(owner, changed)
    if place.view:
        return Answer(later=(home(hub, place.speaker),))
    said = settings_message(changed.discreet, changed.keep_days)
    return Answer(later=(say(hub, place, said, instead=True),))


# ------------------------------------------------------------------ data


def _export(hub: Hub, place: Place) -> Callable[[], Awaitable[None]]:
    """Give what uploads everything that is stored to somebody's direct messages."""

    async def upload() -> None:
        opened = await hub.call(place.speaker, "conversations.open", users=place.speaker.user)
        channel = str(opened["channel"]["id"])
        # Whoever has nothing here but this file must still be able to have it deleted.
        owner = await hub.meet(place.speaker, channel)
        try:
            content = await everything(hub, owner)
            await _upload(
                hub, place.speaker, channel, File("crossroads.json", content, "Your data")
            )
        except CrossroadsError:
            await hub.tell(place.speaker, channel, not_exported().payload)()
            raise

    return upload


def hand_over(hub: Hub, place: Place, file: File) -> Callable[[], Awaitable[None]]:
    """Give what uploads a file to somebody's direct messages, and says so where they asked."""

    async def upload() -> None:
        opened = await hub.call(place.speaker, "conversations.open", users=place.speaker.user)
        channel = str(opened["channel"]["id"])
        await hub.meet(place.speaker, channel)
        try:
            await _upload(hub, place.speaker, channel, file)
        except CrossroadsError:
            await hub.tell(place.speaker, channel, not_handed_over(file.name).payload)()
            raise
        if (place.reply or place.trigger) and place.channel != channel:
            await say(hub, place, handed_over(file.name))()

    return upload


async def _upload(hub: Hub, speaker: Speaker, channel: str, file: File) -> None:
    token = await hub.token(speaker)
    await hub.calls.upload(token, channel, file.name, file.data, file.title)


async def forget(hub: Hub, speaker: Speaker, what: str) -> Answer:
    """Delete one case or everything of a person, then what was posted of it."""
    owner, store = hub.owner(speaker), hub.service.store
    removal = await _removal(hub, owner, what)
    if removal:
        await removals(hub).note(removal, hub.clock())
    await note_elsewhere(hub.service, PLATFORM, owner, what, hub.clock())
    posted = await round_posts.note(hub, owner, what)
    forgotten = await store.forget(owner, None if what == "all" else what)
    if what == "all":
        hub.contacts.forget(owner)
    later = [round_posts.carry_out(hub, posted), *([remove(hub, removal)] if removal else [])]
    view = forgotten_modal(forgotten)
    return Answer({"response_action": "update", "view": view}, (*later, home(hub, speaker)))


async def _removal(hub: Hub, owner: str, what: str) -> Removal | None:
    """Say what was posted and is to be taken away with one case, or with everything."""
    contact = await hub.contacts.of(owner, PLATFORM)
    if contact is None:
        return None
    if what != "all":
        return await card_removal(hub, contact, owner, what)
    await hub.courier.drop(owner)
    return whole_removal(contact, hub.clock())
