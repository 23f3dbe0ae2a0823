"""The dialogue itself: what is pressed on a card, sent off in a form, or written to the bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from adapters.slack.heard import Pressed, Submitted, Wrote
from adapters.slack.hub import PLATFORM, Answer, Hub
from adapters.slack.render.answers import asked_again, not_opened, told_modal
from adapters.slack.render.modals import card_modal, write_modal
from adapters.slack.windows import opened
from bot.cards.actions import INPUT
from bot.cards.answers import is_written
from bot.chat import messages
from bot.chat.cards import card_meant, page_of, tells
from bot.engine.model import Answered, Commanded, Event, Show
from bot.engine.model import View as CaseView
from bot.ports import Done, Listed


async def press(hub: Hub, heard: Pressed) -> Answer | None:
    """Answer what was pressed on a case's card; None if it is no such thing."""
    action, owner = heard.action, hub.owner(heard.speaker)
    match action.verb:
        case "answer":
            return await _answer(hub, heard, action.arg)
        case "pick" | "day":
            return await _answer(hub, heard, heard.value)
        case "ticks":
            return await _answer(hub, heard, heard.ticks)
        case "say" | "more":
            word = heard.value if action.verb == "more" else action.arg
            return await _say(hub, heard, word)
        case "edit":
            return await _edit(hub, heard)
        case "write":
            return await _open_form(hub, heard)
        case "whole" | "page":
            return await _open_card(hub, heard, owner)
        case _:
            return None


async def _handle(hub: Hub, heard: Pressed | Submitted, case_id: str, event: Event) -> Done:
    return await hub.service.handle(
        hub.owner(heard.speaker), case_id, event, key=heard.key, platform=PLATFORM
    )


async def _answer(hub: Hub, heard: Pressed, value: object) -> Answer:
    action = heard.action
    event = Answered(hub.owner(heard.speaker), action.turn, hub.clock(), value)
    return Answer(later=(hub.show(await _handle(hub, heard, action.case, event)),))


async def _say(hub: Hub, heard: Pressed, word: str) -> Answer:
    """Do what a word says; a card that it tells opens in a modal, where there is room for it."""
    action = heard.action
    event = Commanded(hub.owner(heard.speaker), action.turn, hub.clock(), word)
    done = await _handle(hub, heard, action.case, event)
    told = next((tell for tell in tells(done) if tell.card), None)
    if told is None or told.card is None or not heard.trigger:
        return Answer(later=(hub.show(done),))
    view = card_modal(action.case, done.case.turn, f"tell:{word}", told.card)
    effects = tuple(effect for effect in done.effects if effect is not told)
    rest = replace(done, effects=effects)

    async def open_it() -> None:
        if not await opened(hub, heard.speaker, heard.trigger, view):
            await hub.courier.take(done)
        elif any(not isinstance(effect, Show) for effect in effects):
            await hub.courier.take(rest)

    return Answer(later=(open_it,))


async def _edit(hub: Hub, heard: Pressed) -> Answer:
    """Ask a question again that was picked in the window with the answers."""
    action, owner = heard.action, hub.owner(heard.speaker)
    event = Commanded(owner, action.turn, hub.clock(), "edit", heard.value)
    done = await _handle(hub, heard, action.case, event)
    view = told_modal(asked_again())

    async def say_so() -> None:
        await hub.call(heard.speaker, "views.update", view_id=heard.view, view=view)

    return Answer(later=(hub.show(done), say_so))


# ------------------------------------------------------------------ forms


async def _open_form(hub: Hub, heard: Pressed) -> Answer:
    """Open the form for the question, if it is still the one that is asked."""
    action = heard.action
    view = await hub.service.view(hub.owner(heard.speaker), action.case)
    if view.turn != action.turn or not is_written(view.prompt):
        return await _say(hub, heard, "status")  # which answers that it is outdated
    form = write_modal(view)

    async def open_it() -> None:
        if not await opened(hub, heard.speaker, heard.trigger, form):
            await hub.tell(heard.speaker, heard.channel, not_opened().payload)()

    return Answer(later=(open_it,))


async def submit(hub: Hub, heard: Submitted) -> Answer:
    """Take what was written in a form; what cannot be taken is said beside it, and nothing lost."""
    form, owner = heard.form, hub.owner(heard.speaker)
    view = await hub.service.view(owner, form.case)
    value = _value(view, heard.value)
    event = Answered(owner, form.turn, hub.clock(), value)
    done = await _handle(hub, heard, form.case, event)
    mistake = next((tell for tell in tells(done) if tell.mistake), None)
    if mistake is None or done.duplicate:
        return Answer(later=(hub.show(done),))
    body = {"response_action": "errors", "errors": {INPUT: mistake.text}}
    rest = replace(done, effects=tuple(item for item in done.effects if item is not mistake))
    return Answer(body, (hub.show(rest),))


def _value(view: CaseView, text: str) -> object:
    """Give what was entered as the question takes it; no entry is a skipped question."""
    if not text.strip():
        return None
    if view.prompt and view.prompt.input == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text


# ------------------------------------------------------------------ cards in modals


async def _open_card(hub: Hub, heard: Pressed, owner: str) -> Answer:
    """Open a card whole, or turn its pages."""
    action = heard.action
    what, number = page_of(action)
    view = await hub.service.view(owner, action.case)
    card = await card_meant(hub.service, owner, view, what, hub.clock, PLATFORM)
    if card is None:
        return await _say(hub, heard, "status")
    modal = card_modal(action.case, view.turn, what, card, number)

    async def open_it() -> None:
        if action.verb == "page":
            await hub.call(
                heard.speaker,
                "views.update",
                view_id=heard.view,
                hash=heard.view_hash,
                view=modal,
            )
        else:
            await opened(hub, heard.speaker, heard.trigger, modal)

    return Answer(later=(open_it,))


# ------------------------------------------------------------------ writing to the bot


async def write(hub: Hub, heard: Wrote, case: Listed) -> Answer:
    """Take what was written as said to a case."""
    done = await messages.write(
        hub.service,
        hub.owner(heard.speaker),
        case,
        heard.text,
        sent=datetime.fromtimestamp(float(heard.ts), UTC),
        below=lambda card: float(heard.ts) > float(card.ref or 0),
        now=hub.clock(),
        key=heard.key,
        platform=PLATFORM,
    )
    return Answer(later=(hub.show(done, anew=not heard.thread),))
