"""What is about the person rather than one case: their cases, settings, data, App Home."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import orjson

from adapters.slack.heard import Speaker
from adapters.slack.hub import PLATFORM, Answer, Hub
from adapters.slack.removals import Removal, card_removal, remove, whole_removal
from adapters.slack.render.answers import exporting, forgotten_modal, not_exported, told_modal
from adapters.slack.render.home import PAGE, Entry, Home
from adapters.slack.render.home import home as home_view
from adapters.slack.render.notices import (
    Holdings,
    cases_message,
    help_message,
    mydata_message,
    settings_message,
)
from adapters.slack.render.shapes import Message
from bot.dossier.documents import result_of
from bot.dossier.record import export_record
from bot.engine.survey import survey
from bot.errors import CrossroadsError, NotFound, WrongUse
from bot.ports import Contact, Listed
from bot.reading import read_case, read_dossier

_CLOSED = frozenset({"finished", "cancelled"})
_KEEP = frozenset({0, 30, 90, 365})
_EVER = timedelta(days=36_500)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asked: in a channel, or in App Home if ``view`` is set.

    ``reply`` is the address for an answer beside a button, ``trigger`` opens a window.
    """

    speaker: Speaker
    channel: str = ""
    view: str = ""
    reply: str = ""
    trigger: str = ""


async def message(hub: Hub, speaker: Speaker, word: str) -> Message | None:
    """Make the answer to a word that only tells something; None if it is no such word."""
    match word:
        case "help":
            return help_message(hub.tracks)
        case "cases":
            cases = await hub.service.store.cases(hub.owner(speaker))
            more = max(0, len(cases) - PAGE)
            return cases_message(await _entries(hub, speaker, 1), more)
        case "settings":
            contact = await _contact(hub, speaker)
            return settings_message(contact.discreet, contact.keep_days)
        case "mydata":
            return mydata_message(await _holdings(hub, speaker))
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
        case "keep" if arg.isdecimal() and int(arg[:6]) in _KEEP:
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

    async def open_it() -> None:
        await hub.call(place.speaker, "views.open", trigger_id=place.trigger, view=view)

    return open_it


# ------------------------------------------------------------------ cases


async def find(hub: Hub, speaker: Speaker, said: str) -> Listed:
    """Find a case by its id or nickname, or the one touched last; raises ``NotFound``."""
    cases = await hub.service.store.cases(hub.owner(speaker))
    if not cases:
        raise NotFound("You have no cases.", "/crossroads start begins one.")
    name = " ".join(said.split()).casefold()
    if not name:
        return next((case for case in cases if case.status not in _CLOSED), cases[0])
    named = [case for case in cases if name in {case.id.casefold(), case.name.casefold()}]
    named = named or [case for case in cases if name in case.name.casefold().split()]
    if len(named) == 1:
        return named[0]
    if named:
        raise WrongUse("Several cases of yours are called so.", "/crossroads cases lists them.")
    raise NotFound("There is no such case of yours.", "/crossroads cases lists them.")


async def name_of(hub: Hub, speaker: Speaker, case_id: str) -> str:
    """Give a case's nickname; "" for all of them. Raises ``NotFound`` for another person's."""
    if case_id == "all":
        return ""
    return (await hub.service.store.case(hub.owner(speaker), case_id)).name


async def _entries(hub: Hub, speaker: Speaker, number: int) -> tuple[Entry, ...]:
    """Read one page of a person's cases, from 1; those that go on come first."""
    owner = hub.owner(speaker)
    cases = await hub.service.store.cases(owner)
    ordered = sorted(cases, key=lambda case: case.status in _CLOSED)
    shown = ordered[(number - 1) * PAGE : number * PAGE]
    return tuple([await _entry(hub, owner, listed) for listed in shown])


async def _entry(hub: Hub, owner: str, listed: Listed) -> Entry:
    case, flow = await read_case(hub.service, owner, listed.id)
    seen = survey(flow, case) if flow else None
    result = result_of(seen) if seen else None
    return Entry(
        case.id,
        case.name,
        case.status,
        listed.touched,
        (seen.done, seen.of) if seen else (0, 0),
        result[1] if result else "",
    )


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
        tracks=hub.tracks,
        entries=await _entries(hub, speaker, number),
        page=number,
        pages=pages,
        discreet=contact.discreet,
        keep_days=contact.keep_days,
        grace_days=hub.grace_days,
    )


# ------------------------------------------------------------------ settings


async def _contact(hub: Hub, speaker: Speaker) -> Contact:
    known = await hub.contacts.of(hub.owner(speaker))
    return known or Contact(PLATFORM, speaker.installation, {})


async def _set(
    hub: Hub, place: Place, *, discreet: bool | None = None, keep_days: int | None = None
) -> Answer:
    owner = await hub.contacts.meet(place.speaker)
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


async def _holdings(hub: Hub, speaker: Speaker) -> Holdings:
    """Count what is stored about somebody."""
    owner, store = hub.owner(speaker), hub.service.store
    cases = await store.cases(owner)
    events = [len(await store.history(owner, case.id)) for case in cases]
    due = await store.due(hub.clock() + _EVER, PLATFORM, owner, _MOST)
    contact = await hub.contacts.of(owner)
    keep_days = contact.keep_days if contact else 0
    profile = bool(await store.profile(owner))
    reached = contact is not None
    return Holdings(len(cases), sum(events), len(due), profile, keep_days, reached)


def _export(hub: Hub, place: Place) -> Callable[[], Awaitable[None]]:
    """Give what uploads everything that is stored to somebody's direct messages."""

    async def upload() -> None:
        opened = await hub.call(place.speaker, "conversations.open", users=place.speaker.user)
        channel = str(opened["channel"]["id"])
        # Whoever has nothing here but this file must still be able to have it deleted.
        owner = await hub.contacts.meet(place.speaker, channel)
        try:
            content = await _everything(hub, owner)
            token = await hub.token(place.speaker)
            await hub.calls.upload(token, channel, "crossroads.json", content, "Your data")
        except CrossroadsError:
            await hub.tell(place.speaker, channel, not_exported().payload)()
            raise

    return upload


async def _everything(hub: Hub, owner: str) -> bytes:
    """Write down all that is stored of a person, as ``crossroads export`` does."""
    store = hub.service.store
    cases = await store.cases(owner)
    dossiers = [await read_dossier(hub.service, owner, case.id) for case in cases]
    profile, contact = await store.profile(owner), await store.contact(owner)
    record = export_record(dossiers, profile, hub.clock(), contact)
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def forget(hub: Hub, speaker: Speaker, what: str) -> Answer:
    """Delete one case or everything of a person, then what was posted of it."""
    owner, store = hub.owner(speaker), hub.service.store
    removal = await _removal(hub, owner, what)
    if removal:
        await removal.note(hub)
    forgotten = await store.forget(owner, None if what == "all" else what)
    if what == "all":
        hub.contacts.forget(owner)
    later = (remove(hub, removal),) if removal else ()
    view = forgotten_modal(forgotten)
    return Answer({"response_action": "update", "view": view}, (*later, home(hub, speaker)))


async def _removal(hub: Hub, owner: str, what: str) -> Removal | None:
    """Say what was posted and is to be taken away with one case, or with everything."""
    contact = await hub.contacts.of(owner)
    if contact is None:
        return None
    if what != "all":
        return await card_removal(hub, contact, owner, what)
    await hub.courier.drop(owner)
    return whole_removal(contact, hub.clock())
