"""What is about the person rather than one case: their cases, settings, data."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord.calls import Json
from adapters.discord.doors import Door
from adapters.discord.heard import Completing, Pressed, Speaker
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.removals import posted, removals
from adapters.discord.render import (
    Message,
    cases_message,
    exported,
    forget_question,
    forgotten,
    help_message,
    mydata_message,
    not_exported,
    settings_message,
)
from bot.cards.rows import seen, short
from bot.cards.values import PAGE
from bot.chat import round_posts
from bot.chat.personal import CLOSED, dialogues, entries, everything, find, holdings, name_of
from bot.chat.upkeep import note_elsewhere
from bot.errors import CrossroadsError, WrongUse
from bot.ports import Listed

_KEEP = frozenset({"0", "7", "30", "90", "365"})
_CHOICES = 25
_LABEL = 100
_NAME = 60
_FILE = "crossroads.json"


async def message(hub: Hub, speaker: Speaker, word: str) -> Message | None:
    """Make the answer to a word that only tells something; None if it is no such word."""
    owner = hub.owner(speaker)
    match word:
        case "help":
            return help_message(hub.beginning.tracks, grace_days=hub.grace_days)
        case "cases":
            more = max(0, len(await hub.service.store.cases(owner)) - PAGE)
            return cases_message(await entries(hub.service, owner), more)
        case "settings":
            return settings_message((await hub.contact(speaker)).keep_days)
        case "mydata":
            held = await holdings(hub, owner, PLATFORM)
            return mydata_message(held)
        case _:
            return None


async def do(hub: Hub, heard: Pressed, door: Door) -> None:
    """Do what a button about the person says; raises ``WrongUse`` if it is none."""
    speaker, arg = heard.speaker, heard.action.arg
    match heard.action.verb:
        case "keep" if heard.value in _KEEP:
            await _keep(hub, speaker, int(heard.value), door)
        case "export":
            await export(hub, speaker, door)
        case "forget":
            await ask_to_forget(hub, speaker, arg, door)
        case "erase":
            await _forget(hub, speaker, arg, door)
        case "keep_it":
            await door.dismiss()
        case verb:
            said = await message(hub, speaker, verb)
            if said is None:
                raise WrongUse("That button is of an older version.", "Write “help” to me.")
            await door.reply(said)


# ------------------------------------------------------------------ cases


async def choices(hub: Hub, heard: Completing) -> list[Json]:
    """Offer the cases that what is being typed may mean, those that go on first."""
    said = heard.said.casefold().strip()
    cases = await hub.service.store.cases(hub.owner(heard.speaker))
    found = [
        one
        for one in sorted(cases, key=lambda case: case.status in CLOSED)
        if said in one.name.casefold() or one.id.casefold().startswith(said)
    ]
    titles = dialogues(hub.service, cases)
    return [
        {"name": _offered(one, titles.get(one.flow, "")), "value": one.id}
        for one in found[:_CHOICES]
    ]


def _offered(case: Listed, dialogue: str) -> str:
    about = ", ".join(filter(None, (dialogue, case.status)))
    return short(f"{short(seen(case.name, case.id), _NAME)} ({about})", _LABEL)


async def case_named(hub: Hub, speaker: Speaker, said: str) -> str:
    """Find the id of a case by what was said, or of the one touched last; raises ``NotFound``."""
    return (await find(hub.service, hub.owner(speaker), said)).id


# ------------------------------------------------------------------ settings


async def _keep(hub: Hub, speaker: Speaker, days: int, door: Door) -> None:
    owner = await hub.meet(speaker, door.spot.chat)
    contact = await hub.contact(speaker)
    await hub.contacts.change(owner, replace(contact, keep_days=days))
    await door.update(settings_message(days))


# ------------------------------------------------------------------ data


async def export(hub: Hub, speaker: Speaker, door: Door) -> None:
    """Give everything that is stored as a file, to them alone; it leaves nothing in the chat."""
    await door.wait()
    try:
        content = await everything(hub, hub.owner(speaker))
        await door.reply(exported(_FILE), files=[(_FILE, content)])
    except CrossroadsError:
        await door.reply(not_exported())
        raise


async def ask_to_forget(hub: Hub, speaker: Speaker, what: str, door: Door) -> None:
    """Ask before deleting one case, or everything ("all")."""
    name = await name_of(hub.service, hub.owner(speaker), what)
    await door.reply(forget_question(what, name))


async def _forget(hub: Hub, speaker: Speaker, what: str, door: Door) -> None:
    """Delete one case or everything of a person, then what was posted of it."""
    owner, store = hub.owner(speaker), hub.service.store
    contact = await hub.contact(speaker)
    if not contact.address.get("channel"):  # a newcomer may have been greeted here
        contact = replace(contact, address={"user": speaker.user, "channel": door.spot.chat})
    removal = await posted(hub, contact, owner, what)
    if removal:
        await removals(hub).note(removal, hub.clock())
    await note_elsewhere(hub.service, PLATFORM, owner, what, hub.clock())
    shown = await round_posts.note(hub, owner, what)
    gone = await store.forget(owner, None if what == "all" else what)
    if what == "all":
        hub.contacts.forget(owner)
        hub.opened.forget_all_of(owner)
    later = [round_posts.carry_out(hub, shown)]
    if removal:
        later.append(lambda: removals(hub).carry_out(removal))
    hub.background.after(later)
    await door.update(forgotten(gone))
