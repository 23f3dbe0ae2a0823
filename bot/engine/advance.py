"""One event on one case: total, pure, the heart of the bot.

``advance`` never raises for anything a person can send: a mistake becomes a ``Tell``, an event that
belongs to an older prompt changes nothing, and the current prompt is shown again.
"""

from __future__ import annotations

from datetime import datetime

from bot.engine.answering import MOST_NAME, accept, back, edit, keep, missed, offered, skip
from bot.engine.answers import Reading, Unclear, clean_text, read_typed, read_value
from bot.engine.asides import own_word, side_question, tell_own
from bot.engine.commit import commit, iso, outdated, refuse, resting
from bot.engine.life import confirm, pause, restart, resume, undo, wake
from bot.engine.model import (
    Answered,
    Ask,
    Case,
    Commanded,
    Effect,
    Event,
    Flow,
    Republished,
    Show,
    Started,
    Tell,
    Turn,
    Typed,
    Value,
    Woken,
    evolve,
)
from bot.engine.reread import reread
from bot.engine.show import CANCEL, view
from bot.engine.survey import asked, options_of, survey
from bot.engine.words import parse_word


def advance(flow: Flow, case: Case, event: Event) -> Turn:
    """Apply one event to a case of this flow; pure and total."""
    if event.actor != case.owner:
        return Turn(case, (Tell("not_yours", "This dialogue is somebody else's.", mistake=True),))
    match event:
        case Started():
            return _start(flow, case, event)
        case Woken():
            return wake(flow, case, event.at)
        case Republished():
            return _republish(flow, case, event)
        case Answered():
            if event.turn != case.turn:
                return outdated(flow, case)
            return _answer_value(flow, case, event)
        case Commanded():
            if event.turn != case.turn:
                return outdated(flow, case)
            return _command(flow, case, event.word, event.target, event.at)
        case Typed():
            if event.turn is not None and event.turn != case.turn:
                return outdated(flow, case)
            return _typed(flow, case, event)


def _start(flow: Flow, case: Case, event: Started) -> Turn:
    if case.turn:
        return outdated(flow, case)
    answers: dict[str, Value] = {}
    for step in flow.steps:
        if isinstance(step, Ask):
            value = event.presets.get(step.id, step.preset)
            if value and step.option(value):
                answers[step.id] = value
    started = evolve(
        case, name=clean_text(event.name)[:MOST_NAME], answers=answers, started=iso(event.at)
    )
    return commit(flow, case, started, event.at, undoable=False)


def _republish(flow: Flow, case: Case, event: Republished) -> Turn:
    if case.status == "finished" or event.version != flow.version:
        return Turn(case, ())
    changed, count = reread(flow, case)
    if count == 0:
        effects: tuple[Effect, ...] = ()
    elif count == 1:
        effects = (Tell("updated", "One question changed; only that is asked again."),)
    else:
        effects = (Tell("updated", f"{count} questions changed; only those are asked again."),)
    turn = commit(flow, case, changed, event.at, effects, undoable=False)
    if turn.case.at != case.at:
        return turn
    # The same question is still asked: what was sent in answer to it must not count as outdated.
    after = evolve(turn.case, turn=case.turn)
    return Turn(after, (*effects, Show(view(flow, after))))


def _typed(flow: Flow, case: Case, event: Typed) -> Turn:
    word = parse_word(event.text)
    if case.asking:
        return confirm(flow, case, event.text, event.at)
    if case.status in {"paused", "sleeping"} and not word:
        return _command(flow, case, "resume", "", event.at)
    ask = asked(flow, case)
    options = options_of(ask, case.outcomes) if ask else ()
    # An option's id typed to the letter goes before a word: PAUSE is a course, pause a word.
    if not any(event.text.strip() == option.id for option in options):
        if own := own_word(flow, case, event.text):
            return tell_own(flow, case, *own)
        if word:
            return _command(flow, case, word[0], word[1], event.at)
    if ask is None:
        return resting(flow, case)
    if not event.text.strip() and offered(flow, case, ask) is not None:
        return keep(flow, case, ask, event.at)
    return _read(flow, case, ask, read_typed(ask, options, event.text, event.at), event.at)


def _answer_value(flow: Flow, case: Case, event: Answered) -> Turn:
    if case.asking:
        return confirm(flow, case, str(event.value), event.at)
    ask = asked(flow, case)
    if ask is None:
        return resting(flow, case)
    options = options_of(ask, case.outcomes)
    return _read(flow, case, ask, read_value(ask, options, event.value, event.at), event.at)


def _read(flow: Flow, case: Case, ask: Ask, reading: Reading, at: datetime) -> Turn:
    if isinstance(reading, Unclear):
        return missed(flow, case, ask, reading, at)
    return accept(flow, case, ask, reading.value, at)


def _command(flow: Flow, case: Case, word: str, target: str, at: datetime) -> Turn:
    if case.asking and word != "help":
        return confirm(flow, case, "no", at)
    if own := own_word(flow, case, word):
        return tell_own(flow, case, *own)
    match word:
        case "help" | "why" | "status" | "review":
            return side_question(flow, case, word)
        case "undo":
            return undo(flow, case, at)
        case "resume":
            return resume(flow, case, at)
    if case.status not in {"open", "paused"}:
        return resting(flow, case)
    return _move(flow, case, word, target, at)


def _move(flow: Flow, case: Case, word: str, target: str, at: datetime) -> Turn:
    ask = asked(flow, case)
    match word:
        case "back":
            return back(flow, case, survey(flow, case), at)
        case "edit":
            return edit(flow, case, survey(flow, case), target, at)
        case "skip" if ask:
            return skip(flow, case, ask, at)
        case "keep" if ask:
            return keep(flow, case, ask, at)
        case "pause":
            return pause(flow, case, at)
        case "restart":
            return restart(flow, case, at)
        case "cancel":
            return commit(flow, case, evolve(case, asking=CANCEL), at)
        case _:
            return refuse(flow, case, "That does not work here. “help” lists what does.")
