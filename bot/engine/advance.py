"""One event on one case: total, pure, the heart of the bot.

``advance`` never raises for anything a person can send: a mistake becomes a ``Tell``, an event that
belongs to an older prompt changes nothing, and the current prompt is shown again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine.answering import MOST_NAME, accept, back, edit, keep, missed, offered, skip
from bot.engine.answers import Unclear, read_typed, read_value
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
)
from bot.engine.reread import reread
from bot.engine.show import CANCEL, view
from bot.engine.survey import Survey, options_of, survey
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
    started = replace(case, name=event.name[:MOST_NAME], answers=answers, started=iso(event.at))
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
    after = replace(turn.case, turn=case.turn)
    return Turn(after, (*effects, Show(view(flow, after))))


def _typed(flow: Flow, case: Case, event: Typed) -> Turn:
    word = parse_word(event.text)
    if case.asking:
        return confirm(flow, case, event.text, event.at)
    if case.status in {"paused", "sleeping"} and not word:
        return _command(flow, case, "resume", "", event.at)
    seen = survey(flow, case)
    own = own_word(seen, event.text)
    if own and not _matches_exactly(seen, event.text):
        return tell_own(flow, case, seen, *own)
    if word:
        return _command(flow, case, word[0], word[1], event.at)
    if case.status != "open" or seen.at is None:
        return resting(flow, case)
    if not event.text.strip() and offered(flow, case, seen.at) is not None:
        return keep(flow, case, seen, event.at)
    options = options_of(seen.at, seen.outcomes)
    reading = read_typed(seen.at, options, event.text, event.at)
    if isinstance(reading, Unclear):
        return missed(flow, case, seen.at, reading, event.at)
    return accept(flow, case, seen, reading.value, event.at)


def _matches_exactly(seen: Survey, text: str) -> bool:
    if seen.at is None:
        return False
    said = text.strip().casefold()
    return any(said in {o.id, o.label.casefold()} for o in seen.at.options)


def _answer_value(flow: Flow, case: Case, event: Answered) -> Turn:
    if case.asking:
        return confirm(flow, case, str(event.value), event.at)
    seen = survey(flow, case)
    if case.status != "open" or seen.at is None:
        return resting(flow, case)
    reading = read_value(seen.at, options_of(seen.at, seen.outcomes), event.value, event.at)
    if isinstance(reading, Unclear):
        return missed(flow, case, seen.at, reading, event.at)
    return accept(flow, case, seen, reading.value, event.at)


def _command(flow: Flow, case: Case, word: str, target: str, at: datetime) -> Turn:
    if case.asking and word != "help":
        return confirm(flow, case, "no", at)
    seen = survey(flow, case)
    if own := own_word(seen, word):
        return tell_own(flow, case, seen, *own)
    match word:
        case "help" | "why" | "status" | "review":
            return side_question(flow, case, seen, word)
        case "undo":
            return undo(flow, case, at)
        case "resume":
            return resume(flow, case, at)
    if case.status not in {"open", "paused"}:
        return resting(flow, case)
    return _move(flow, case, seen, word, target, at)


def _move(flow: Flow, case: Case, seen: Survey, word: str, target: str, at: datetime) -> Turn:
    match word:
        case "back":
            return back(flow, case, seen, at)
        case "edit":
            return edit(flow, case, seen, target, at)
        case "skip":
            return skip(flow, case, seen, at)
        case "keep" if seen.at is not None:
            return keep(flow, case, seen, at)
        case "pause":
            return pause(flow, case, at)
        case "restart":
            return restart(flow, case, at)
        case "cancel":
            return commit(flow, case, replace(case, asking=CANCEL), at)
        case _:
            return refuse(flow, case, "That does not work here. “help” lists what does.")
