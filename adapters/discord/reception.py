"""Where what is heard from Discord goes: to the dialogue, or to what is about the person."""

from __future__ import annotations

import asyncio
import hashlib
import logging

from adapters.discord import dialogue, opinion, personal
from adapters.discord.doors import Door
from adapters.discord.heard import (
    Acted,
    Completing,
    Ordered,
    Pressed,
    Quoted,
    Speaker,
    Submitted,
    Wrote,
    delivery_key,
)
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.missed import Missed
from adapters.discord.render import (
    Message,
    error_message,
    help_message,
    moved_on,
    no_words,
    not_saved,
    not_saved_pages,
    not_yours,
    welcome,
)
from bot.chat.desk import VERBS, WORDS
from bot.chat.messages import going_on, still_meant, takes, word_of
from bot.engine.model import Commanded
from bot.errors import CrossroadsError, DeliveryError, NotFound, StoreError

log = logging.getLogger(__name__)


async def act(hub: Hub, heard: Acted | None, door: Door, patience: float) -> None:
    """Answer an interaction; what it changes is durable before its answer says so.

    After ``patience`` seconds without an answer it is only told that it was received.
    """
    if isinstance(heard, Completing):
        await _completing(hub, heard, door)
        return
    loop = asyncio.get_running_loop()
    door.waiting = loop.call_later(patience, _say_received, hub, door)
    try:
        await _act(hub, heard, door)
    except StoreError:
        door.waiting.cancel()
        for page in not_saved_pages(heard.text if isinstance(heard, Submitted) else ""):
            await door.reply(page)
        raise
    except NotFound as error:
        # Behind a command the person named the case themselves; a button names one by its id.
        of_a_case = isinstance(heard, Pressed | Submitted) and not _is_for_the_desk(heard)
        await door.reply(not_yours() if of_a_case else error_message(error))
    except DeliveryError:
        raise
    except CrossroadsError as error:
        await door.reply(error_message(error))
    # The timer goes on: a card that is on its way may need that much time.


def _is_for_the_desk(heard: Pressed | Submitted) -> bool:
    action = heard.action if isinstance(heard, Pressed) else heard.form
    return action.verb in VERBS


def _say_received(hub: Hub, door: Door) -> None:
    if door.state == "open":
        hub.background.after([door.wait])


async def _act(hub: Hub, heard: Pressed | Submitted | Ordered | Quoted | None, door: Door) -> None:
    if heard:
        await hub.meet_again(heard.speaker, heard.spot.chat)
    match heard:
        case Pressed():
            await _pressed(hub, heard, door)
        case Submitted():
            await _submitted(hub, heard, door)
        case Ordered():
            await _ordered(hub, heard, door)
        case Quoted():
            await opinion.quote(hub, heard, door)
        case None:
            await door.reply(moved_on())


async def _completing(hub: Hub, heard: Completing, door: Door) -> None:
    """Offer cases; where they cannot be read, none: there is no other way to answer."""
    try:
        offered = await personal.choices(hub, heard)
    except CrossroadsError as error:
        log.warning("Cases could not be offered: %s", error)
        offered = []
    await door.offer(offered)


async def _pressed(hub: Hub, heard: Pressed, door: Door) -> None:
    if await dialogue.press(hub, heard, door):
        return
    action, speaker = heard.action, heard.speaker
    match action.verb:
        case "begin" | "another" as verb:
            button = f"{hub.owner(speaker)} {heard.spot.message} {action.arg}"
            key = hub.double_clicks.key(button, delivery_key(heard.spot), hub.clock())
            # On the card of a case that ended there is another one to begin; that card stays.
            again = verb == "another"
            way = await hub.beginning.again(hub.owner(speaker), action.arg) if again else action.arg
            await begin(hub, speaker, way, key, door.beside() if again else door)
        case "form":
            await opinion.open_again(hub, heard, door)
        case verb if verb in VERBS:
            await opinion.press(hub, heard, door)
        case "go":
            await go_on(hub, speaker, action.arg, door)
        case _:
            await personal.do(hub, heard, door)


async def _submitted(hub: Hub, heard: Submitted, door: Door) -> None:
    if heard.form.verb == "write":
        await dialogue.submit(hub, heard, door)
    elif heard.form.verb in VERBS:
        await opinion.submit(hub, heard, door)
    else:
        await door.reply(moved_on())


async def _ordered(hub: Hub, heard: Ordered, door: Door) -> None:
    """Do what the slash command says; the answer is seen by its sender alone."""
    speaker, word = heard.speaker, heard.word
    if (track := hub.beginning.ordered(word, heard.case.split())) is not None:
        await begin(hub, speaker, track, delivery_key(heard.spot), door)
    elif word == "resume":
        await go_on(hub, speaker, await personal.case_named(hub, speaker, heard.case), door)
    elif word == "forget":
        said = heard.case
        what = await personal.case_named(hub, speaker, said) if said else "all"
        await personal.ask_to_forget(hub, speaker, what, door)
    elif word == "export":
        await personal.export(hub, speaker, door)
    elif word in WORDS:
        await opinion.order(hub, heard, door)
    else:
        said_so = await personal.message(hub, speaker, word)
        await door.reply(said_so or help_message(hub.beginning.tracks, unknown=True))


# ------------------------------------------------------------------ beginning and going on


async def begin(
    hub: Hub, speaker: Speaker, track: str, key: str, door: Door | None, channel: str = ""
) -> None:
    """Begin a case; its card comes to the direct messages."""
    owner = await hub.meet(speaker, _chat(door) or channel)
    flow, track = hub.beginning.meant(track)
    done = await hub.service.start(
        owner, flow, hub.new_id(), hub.clock(), track=track, key=key, platform=PLATFORM
    )
    await hub.show(done, door)


async def go_on(hub: Hub, speaker: Speaker, case_id: str, door: Door) -> None:
    """Open a case where it rests, and post its card anew, below everything else."""
    view = await hub.service.view(hub.owner(speaker), case_id)
    owner = await hub.meet(speaker, _chat(door))
    event = Commanded(owner, view.turn, hub.clock(), "resume")
    done = await hub.service.handle(owner, case_id, event, platform=PLATFORM, moves=True)
    await hub.show(done, door, anew=True)


def _chat(door: Door | None) -> str:
    """Give the channel of the direct messages, if that is where the door is."""
    return door.spot.chat if door else ""


# ------------------------------------------------------------------ direct messages


async def hear(hub: Hub, heard: Wrote, missed: Missed | None = None) -> None:
    """Take a direct message, after what the same person wrote before.

    ``missed`` reads what came while nobody listened; what it has found is heard without it.
    """
    owner = hub.owner(heard.speaker)
    if missed:
        async with hub.one_by_one(owner):
            await missed.read_of(owner)
            await hear(hub, heard)
        return
    try:
        await _wrote(hub, owner, heard)
    except StoreError:
        await _say(hub, heard, not_saved())
        raise
    except DeliveryError:  # what could not be said tells nobody anything
        raise
    except CrossroadsError as error:
        await _say(hub, heard, error_message(error))


async def _wrote(hub: Hub, owner: str, heard: Wrote) -> None:
    """Take a word about the cases, an answer, or a first hello."""
    await hub.meet_again(heard.speaker, heard.channel)
    cases = await hub.service.store.cases(owner)
    case = going_on(cases)
    if case and not heard.text.strip():
        await _say(hub, heard, no_words())
        return
    if not await takes(hub.service, owner, case, heard.text) and await _word(hub, heard):
        return
    case = case or await still_meant(hub.service, owner, cases, heard.text)
    if case is None:
        await _say(hub, heard, welcome(hub.beginning.tracks))
        return
    await hub.meet(heard.speaker, heard.channel)
    await dialogue.write(hub, heard, case)


async def _word(hub: Hub, heard: Wrote) -> bool:
    """Do what a command's word says when it is the whole message; False for anything else."""
    word = word_of(heard.text)
    if (track := hub.beginning.track(word)) is not None:
        await begin(hub, heard.speaker, track, _key(heard), None, heard.channel)
        return True
    first, _, rest = " ".join(heard.text.split()).partition(" ")
    if first.casefold() in WORDS and (not rest or first.casefold() == "link"):
        await _order(hub, heard, first.casefold(), rest)
        return True
    # What it takes a button for, that asks or gives a file, is done from there.
    said = await personal.message(hub, heard.speaker, _BY_BUTTON.get(word, word))
    if said is not None and not heard.answered:
        await _say(hub, heard, said)
    return said is not None


async def _order(hub: Hub, heard: Wrote, word: str, rest: str) -> None:
    """Do what a word of the desk says, unless it was answered before."""
    if not heard.answered:
        for number, said in enumerate(await opinion.say(hub, heard, word, rest)):
            await _say(hub, heard, said, number)


_BY_BUTTON = {"forget": "mydata", "export": "mydata"}


async def _say(hub: Hub, heard: Wrote, message: Message, number: int = 0) -> None:
    """Say something in the direct messages, once however often it is heard."""
    what = f"said {heard.message} {number or ''}".rstrip()
    nonce = hashlib.blake2b(what.encode(), digest_size=12).hexdigest()
    await hub.calls.post(heard.channel, message.payload, nonce, message.files)


def _key(heard: Wrote) -> str:
    return f"discord:{heard.message}"
