"""The dialogue itself: what is pressed on a card, sent off in a form, or written to the bot."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord import opinion
from adapters.discord.doors import Door
from adapters.discord.heard import Pressed, Submitted, Wrote, delivery_key
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.parse import sent_at
from adapters.discord.render import (
    asked_again,
    moved_on,
    refused,
    window,
    write_form,
)
from bot.cards.answers import is_written
from bot.chat import desk, messages
from bot.chat.cards import card_meant, page_of, tells
from bot.engine.model import Answered, Commanded, Event, Show, Typed
from bot.engine.model import View as CaseView
from bot.ports import Done, Listed


async def press(hub: Hub, heard: Pressed, door: Door) -> bool:
    """Answer what was pressed on a case's card; False if it is no such thing."""
    action = heard.action
    match action.verb:
        case "answer":
            await _answer(hub, heard, door, action.arg)
        case "pick":
            await _answer(hub, heard, door, heard.value)
        case "ticks":
            await _answer(hub, heard, door, heard.values)
        case "say" | "more" if (word := heard.value or action.arg) in desk.WORDS:
            await opinion.about_case(hub, heard, word, door)
        case "say":
            await _say(hub, heard, door, action.arg)
        case "more":
            await _say(hub, heard, door, heard.value)
        case "edit":
            await _edit(hub, heard, door)
        case "write":
            await _open_form(hub, heard, door)
        case "whole" | "page":
            await _open_card(hub, heard, door)
        case _:
            return False
    return True


async def _handle(hub: Hub, heard: Pressed | Submitted, case_id: str, event: Event) -> Done:
    return await hub.service.handle(
        hub.owner(heard.speaker), case_id, event, key=delivery_key(heard.spot), platform=PLATFORM
    )


async def _answer(hub: Hub, heard: Pressed, door: Door, value: object) -> None:
    action = heard.action
    event = Answered(hub.owner(heard.speaker), action.turn, hub.clock(), value)
    await hub.show(await _handle(hub, heard, action.case, event), door)


async def _say(hub: Hub, heard: Pressed, door: Door, word: str) -> None:
    """Do what a word says; a card that it tells opens in a window, where there is room for it."""
    action = heard.action
    event = Commanded(hub.owner(heard.speaker), action.turn, hub.clock(), word)
    done = await _handle(hub, heard, action.case, event)
    told = next((tell for tell in tells(done) if tell.card), None)
    if told is None or told.card is None:
        await hub.show(done, door)
        return
    await door.reply(window(action.case, done.case.turn, f"tell:{word}", told.card))
    rest = tuple(effect for effect in done.effects if effect is not told)
    if any(not isinstance(effect, Show) for effect in rest):
        await hub.show(replace(done, effects=rest))


async def _edit(hub: Hub, heard: Pressed, door: Door) -> None:
    """Ask a question again that was picked in the window with the answers."""
    action, owner = heard.action, hub.owner(heard.speaker)
    event = Commanded(owner, action.turn, hub.clock(), "edit", heard.value)
    done = await _handle(hub, heard, action.case, event)
    await hub.show(done)
    mistake = next((tell for tell in tells(done) if tell.mistake), None)
    await door.update(moved_on() if mistake else asked_again())


# ------------------------------------------------------------------ forms


async def _open_form(hub: Hub, heard: Pressed, door: Door) -> None:
    """Open the form for the question, if it is still the one that is asked."""
    action = heard.action
    view = await hub.service.view(hub.owner(heard.speaker), action.case)
    if view.turn != action.turn or not is_written(view.prompt):
        await _say(hub, heard, door, "status")  # which answers that it is outdated
    elif not await door.ask(write_form(view, heard.spot.id)):
        await door.reply(moved_on())


async def submit(hub: Hub, heard: Submitted, door: Door) -> None:
    """Take what was written in a form; what cannot be taken is given back, and nothing is lost."""
    form, owner = heard.form, hub.owner(heard.speaker)
    view = await hub.service.view(owner, form.case)
    done = await _handle(hub, heard, form.case, _written(hub, heard, view))
    mistake = next((tell for tell in tells(done) if tell.mistake), None)
    if mistake is None or done.duplicate:
        await hub.show(done, door)
        return
    await door.reply(refused(mistake.text, heard.text, form.case, done.case.turn))
    rest = tuple(effect for effect in done.effects if effect is not mistake)
    await hub.show(replace(done, effects=rest))


def _written(hub: Hub, heard: Submitted, view: CaseView) -> Event:
    """Read what was entered as the question takes it; no entry is a skipped question.

    A day may be written in words, as in the chat.
    """
    owner, turn, text = hub.owner(heard.speaker), heard.form.turn, heard.text
    asked = view.prompt.input if view.prompt else ""
    if not text.strip():
        return Answered(owner, turn, hub.clock(), None)
    if asked in {"date", "number"}:
        return Typed(owner, hub.clock(), text, turn)
    return Answered(owner, turn, hub.clock(), text)


# ------------------------------------------------------------------ cards in windows


async def _open_card(hub: Hub, heard: Pressed, door: Door) -> None:
    """Open a card whole, or turn its pages."""
    action, owner = heard.action, hub.owner(heard.speaker)
    what, number = page_of(action)
    view = await hub.service.view(owner, action.case)
    card = await card_meant(hub.service, owner, view, what, hub.clock, PLATFORM)
    if card is None:
        await _say(hub, heard, door, "status")
        return
    shown = window(action.case, view.turn, what, card, number)
    await (door.update(shown) if action.verb == "page" else door.reply(shown))


# ------------------------------------------------------------------ writing to the bot


async def write(hub: Hub, heard: Wrote, case: Listed) -> None:
    """Take what was written as said to a case."""
    done = await messages.write(
        hub.service,
        hub.owner(heard.speaker),
        case,
        heard.text,
        sent=sent_at(heard.message),
        below=lambda card: card.ref.isdecimal() and int(heard.message) > int(card.ref),
        now=hub.clock(),
        key=f"discord:{heard.message}",
        platform=PLATFORM,
    )
    if not done.duplicate:  # else it was shown, or stays due and comes with the next round
        await hub.show(done, anew=True)
