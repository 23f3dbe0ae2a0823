"""What is ordered, pressed or sent off beside the dialogue: sheets and forms, as Slack shows them.

What comes of it is decided in ``bot.chat.desk``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial

from adapters.slack import personal
from adapters.slack.directory import LOOKUPS, Directory, Lookups
from adapters.slack.heard import Ordered, Pressed, Quoted, Speaker, Submitted, Wrote
from adapters.slack.hub import PLATFORM, Answer, Hub, View
from adapters.slack.personal import Place
from adapters.slack.render.answers import needs_command, one_moment, settled, told_modal
from adapters.slack.render.entries import form_modal
from adapters.slack.render.notices import error_message, handed_over
from adapters.slack.render.sheets import (
    PAGE,
    page_meant,
    sheet_messages,
    sheet_modal,
)
from adapters.slack.windows import window
from bot.cards.actions import Action
from bot.chat import desk, log
from bot.chat.desk import VERBS, WORDS
from bot.chat.reaction import Reaction
from bot.errors import CrossroadsError, DeliveryError, StoreError, WrongUse
from bot.rounds.ports import Actor
from bot.sheets.model import Sheet

_SOON = 1.2
"""Seconds for which an acknowledgement waits while Slack looks up who is there."""


async def actor(hub: Hub, speaker: Speaker, channel: str = "") -> Actor:
    """Say who it is, as Slack vouches for it; ``channel`` is that of their direct messages."""
    return Actor(
        owner=hub.owner(speaker),
        platform=PLATFORM,
        tenant=speaker.tenant,
        user=speaker.user,
        name=speaker.name,
        address=await hub.address(speaker, channel),
    )


async def _after(
    reacting: Coroutine[None, None, Reaction],
    shown: Callable[[Reaction], Answer],
    late: Callable[[asyncio.Task[Reaction]], Answer],
) -> Answer:
    """Answer when it is durable what comes of something, or ``late`` if Slack takes its time.

    As long as Slack looks up who is there, nothing has been decided that could be lost; else
    nothing is acknowledged before it is on disk.
    """
    lookups = Lookups()
    LOOKUPS.set(lookups)
    work = asyncio.create_task(reacting)
    try:
        await asyncio.wait({work}, timeout=_SOON)
        if not lookups.count:
            await asyncio.wait({work})
    except asyncio.CancelledError:
        work.cancel()
        raise
    return shown(work.result()) if work.done() else late(work)


# ------------------------------------------------------------------ orders


async def ordered(hub: Hub, heard: Ordered, word: str, rest: str) -> Answer | None:
    """Answer a word behind the slash command; None if it is none of these."""
    if word not in WORDS:
        return None
    place = Place(heard.speaker, heard.channel, reply=heard.reply, trigger=heard.trigger)
    return await _answered(hub, place, _order(hub, heard.speaker, word, rest))


async def wrote(hub: Hub, heard: Wrote) -> Answer | None:
    """Answer a direct message that is one of these words, or “link” with a code behind it."""
    word, *more = heard.text.split() or [""]
    word, rest = word.casefold(), " ".join(more)
    if word not in WORDS or (more and (word != "link" or len(more) > 1)):
        return None
    reaction = await _order(hub, heard.speaker, word, rest, heard.channel)
    said = sheet_messages(reaction.sheet) if reaction.sheet else []
    said += [needs_command(word)] if reaction.form else []
    thread = {"thread_ts": heard.thread} if heard.thread else {}
    telling = [hub.tell(heard.speaker, heard.channel, {**one.payload, **thread}) for one in said]
    shown = [hub.show(reaction.done, anew=True)] if reaction.done else []
    if reaction.file:
        place = Place(heard.speaker, heard.channel)
        shown.append(personal.hand_over(hub, place, reaction.file))
    return Answer(later=(_in_order(telling), *shown))


async def _order(hub: Hub, speaker: Speaker, word: str, rest: str, channel: str = "") -> Reaction:
    return await desk.order(hub, await actor(hub, speaker, channel), word, rest)


# ------------------------------------------------------------------ presses


async def pressed(hub: Hub, heard: Pressed, place: Place) -> Answer | None:
    """Answer a button; None if it is none of these. On a case's card such a word is an order."""
    action, speaker = heard.action, heard.speaker
    match action.verb:
        case "say" | "more" if (word := heard.value or action.arg) in WORDS:
            return await _answered(hub, place, _order(hub, speaker, word, action.case))
        case verb if verb == PAGE:
            return await _turned(hub, heard, place)
        case verb if verb in VERBS:
            return await _answered(hub, place, _press(hub, heard, action))
        case _:
            return None


async def _press(hub: Hub, heard: Pressed, action: Action) -> Reaction:
    return await desk.press(hub, await actor(hub, heard.speaker), action, heard.key, heard.value)


async def _answered(hub: Hub, place: Place, reacting: Coroutine[None, None, Reaction]) -> Answer:
    """Answer an order or a press."""
    return await _after(
        reacting,
        partial(_shown, hub, place),
        lambda work: Answer(later=(partial(_shown_late, hub, place, work),)),
    )


async def _shown_late(hub: Hub, place: Place, work: asyncio.Task[Reaction]) -> None:
    try:
        later = _shown(hub, place, await work).later
    except CrossroadsError as error:
        later = (personal.say(hub, place, error_message(error)),)
    hub.background.after(later)


async def _turned(hub: Hub, heard: Pressed, place: Place) -> Answer:
    """Open a sheet whole, at one of its pages."""
    action, page = page_meant(heard.action.arg)
    if action is None or action.verb not in VERBS:
        raise _old_button()
    reaction = await _press(hub, heard, action)
    if reaction.sheet is None:
        return _shown(hub, place, reaction)
    return Answer(later=(window(hub, place, sheet_modal(reaction.sheet, action, page)),))


def _old_button() -> WrongUse:
    return WrongUse("That button is of an older version.", "Write “help” here.")


def _shown(hub: Hub, place: Place, reaction: Reaction) -> Answer:
    """Show what came of it where it was asked for, to that person alone."""
    later: list[Callable[[], Awaitable[None]]] = []
    if reaction.form:
        later.append(window(hub, place, form_modal(reaction.form)))
    if reaction.sheet and place.reply:
        instead = reaction.instead and place.alone
        later.append(_replies(hub, place.reply, reaction.sheet, instead=instead))
    elif reaction.sheet:
        later.append(window(hub, place, sheet_modal(reaction.sheet)))
    if reaction.file:
        later.append(personal.hand_over(hub, place, reaction.file))
    if reaction.done:
        later.append(hub.show(reaction.done, anew=True))
    if place.view and not place.modal:
        later.append(personal.home(hub, place.speaker))
    return Answer(later=tuple(later))


def _replies(hub: Hub, reply: str, sheet: Sheet, *, instead: bool) -> Callable[[], Awaitable[None]]:
    first, *rest = sheet_messages(sheet)
    return _in_order(
        [
            hub.answer(reply, first.payload, instead=instead),
            *(hub.answer(reply, one.payload) for one in rest),
        ]
    )


def _in_order(acts: Sequence[Callable[[], Awaitable[None]]]) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        for one in acts:
            await one()

    return act


# ------------------------------------------------------------------ forms


async def submitted(hub: Hub, heard: Submitted) -> Answer | None:
    """Take a form; what cannot be taken is said beside its entries, and nothing is lost of them."""
    if heard.form.verb not in VERBS:
        return None
    return await _after(
        _submit(hub, heard), partial(_taken, hub, heard), partial(_taken_late, hub, heard)
    )


async def _submit(hub: Hub, heard: Submitted) -> Reaction:
    """Give what comes of a form; what is wrong with it stands at its first entry."""
    try:
        who = await actor(hub, heard.speaker)
        return await desk.submit(hub, who, heard.form, heard.entered, heard.key)
    except StoreError:
        raise
    except CrossroadsError as error:
        return Reaction(errors={next(iter(heard.entered), ""): str(error)})


def _taken(hub: Hub, heard: Submitted, reaction: Reaction) -> Answer:
    shown = _beside(hub, heard, reaction)
    if reaction.errors and heard.entered:
        first = next(iter(heard.entered))
        errors: dict[str, str] = {}
        for name, said in reaction.errors.items():
            place = name if name in heard.entered else first
            errors[place] = f"{errors[place]} {said}" if place in errors else said
        return Answer({"response_action": "errors", "errors": errors}, shown)
    view = _window_after(reaction)
    return Answer({"response_action": "update", "view": view} if view else None, shown)


def _window_after(reaction: Reaction) -> View | None:
    """Give what stands in the form's place; None where it just closes."""
    if reaction.errors:
        error = WrongUse(" ".join(reaction.errors.values()))
        return told_modal(error_message(error))
    if reaction.form:
        return form_modal(reaction.form)
    if reaction.file:
        return told_modal(handed_over(reaction.file.name))
    return sheet_modal(reaction.sheet) if reaction.sheet else None


def _taken_late(hub: Hub, heard: Submitted, work: asyncio.Task[Reaction]) -> Answer:
    """Ask for a moment."""
    body = {"response_action": "update", "view": told_modal(one_moment())}
    return Answer(body, (partial(_follow_up, hub, heard, work),))


async def _follow_up(hub: Hub, heard: Submitted, work: asyncio.Task[Reaction]) -> None:
    """Show what came of a form in the window that asked for a moment."""
    try:
        reaction = await work
    except StoreError as error:
        reaction = Reaction(errors={"": str(error)})
    view = _window_after(reaction) or told_modal(settled())
    await hub.call(heard.speaker, "views.update", view_id=heard.view, view=view)
    for show in _beside(hub, heard, reaction):
        await show()


def _beside(
    hub: Hub, heard: Submitted, reaction: Reaction
) -> tuple[Callable[[], Awaitable[None]], ...]:
    """Show what else came of a form than its window: a card, a file in the direct messages."""
    file, done = reaction.file, reaction.done
    return (
        *([hub.show(done, anew=True)] if done else []),
        *([personal.hand_over(hub, Place(heard.speaker), file)] if file else []),
    )


async def quoted(hub: Hub, heard: Quoted) -> Answer:
    """Offer a message to be added to a log, in a form that shows what would be kept."""
    place = Place(heard.speaker, reply=heard.reply, trigger=heard.trigger)
    return await _answered(hub, place, _quote(hub, heard))


async def _quote(hub: Hub, heard: Quoted) -> Reaction:
    who = await actor(hub, heard.speaker)
    name = await _name_of(hub, who, heard.author)
    place = f"Slack, {heard.place}" if heard.place else "Slack"
    return await log.quote(hub, who, heard.text, name, place, heard.at)


async def _name_of(hub: Hub, who: Actor, user: str) -> str:
    """Look up what somebody is called; "" where that takes long, as the form must open soon."""
    try:
        async with asyncio.timeout(_SOON / 2):
            found = await Directory(hub.calls, hub.grants).user(who.address, user)
    except (TimeoutError, DeliveryError):
        return ""
    return (found.real_name or found.name) if found else ""
