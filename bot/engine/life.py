"""The life of a case: pause, sleep on it, wake, resume, cancel, restart, undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.engine.answers import Unclear
from bot.engine.commit import UNDOABLE_MAPS, commit, iso, refuse
from bot.engine.model import (
    ABSENT,
    SKIPPED,
    Ask,
    Case,
    Earlier,
    Flow,
    Show,
    Tell,
    Turn,
    Wake,
    evolve,
)
from bot.engine.show import answers_and_facts, view
from bot.engine.survey import survey

_WAKE_HOUR = 8


def pause(flow: Flow, case: Case, at: datetime) -> Turn:
    """Stop for now; everything is kept."""
    tell = Tell("saved", "Paused. Everything is saved; come back whenever you like.")
    return commit(flow, case, evolve(case, status="paused", reopened=""), at, (tell,))


def sleep(flow: Flow, case: Case, at: datetime) -> Turn:
    """Put the case to sleep until the next morning, when it is gone through afresh."""
    morning = (at + timedelta(days=1)).replace(hour=_WAKE_HOUR, minute=0, second=0, microsecond=0)
    wake = iso(morning)
    text = (
        f"Good. I keep everything. From {morning:%A} at {morning:%H:%M} you can go through it "
        "once more with fresh eyes, and then compare."
    )
    after = evolve(case, status="sleeping", wake=wake)
    return commit(flow, case, after, at, (Tell("sleeping", text), Wake(wake)))


def wake(flow: Flow, case: Case, at: datetime) -> Turn:
    """Begin the fresh, blind run if it is time: kept answers stay, the others are set aside."""
    if case.status != "sleeping" or at < datetime.fromisoformat(case.wake):
        return Turn(case, ())
    kept = {
        step.id
        for step in flow.steps
        if isinstance(step, Ask) and (step.kept or step.preset or step.id in flow.profile)
    }
    seen = survey(flow, case)
    again = evolve(
        case,
        status="open",
        wake="",
        answers={key: value for key, value in case.answers.items() if key in kept},
        offered={},
        shown={},
        outcomes={},
        earlier=Earlier(answers_and_facts(flow, case, seen), seen.outcomes, case.touched[:10]),
    )
    text = (
        "Good to see you again. You slept on it; here are the questions once more, fresh. "
        "I do not show what you said last time until you have a new result to compare with."
    )
    return commit(flow, case, again, at, (Tell("rerun", text),))


def resume(flow: Flow, case: Case, at: datetime) -> Turn:
    """Go on with a case that rests."""
    match case.status:
        case "sleeping" if at >= datetime.fromisoformat(case.wake):
            return wake(flow, case, at)
        case "sleeping":
            tell = Tell("early", "You are back early; that is fine. You can still go either way.")
            return commit(flow, case, evolve(case, status="open", wake=""), at, (tell,))
        case "paused" | "cancelled":
            return commit(flow, case, evolve(case, status="open"), at)
        case _:
            return Turn(case, (Show(view(flow, case)),))


def confirm(flow: Flow, case: Case, text: str, at: datetime) -> Turn:
    """Answer the question whether to close the case."""
    match text.strip().casefold():
        case "yes" | "y" | "2" | "yes, close it":
            return commit(flow, case, evolve(case, asking="", status="cancelled"), at)
        case "no" | "n" | "1" | "no, go on" | "back" | "undo":
            return commit(flow, case, evolve(case, asking=""), at)
        case _:
            reading = Unclear("not_understood", "Please answer “yes” to close it, or “no”.")
            tell = Tell(reading.code, reading.text, mistake=True)
            return Turn(case, (tell, Show(view(flow, case))))


def restart(flow: Flow, case: Case, at: datetime) -> Turn:
    """Begin again; the old answers are offered, and undo brings them back."""
    kept = {
        step.id: case.answers[step.id]
        for step in flow.steps
        if isinstance(step, Ask) and step.preset and step.id in case.answers
    }
    offered = {k: v for k, v in case.answers.items() if k not in kept and v != SKIPPED}
    after = evolve(
        case,
        answers=kept,
        offered=offered,
        outcomes={},
        shown={},
        reopened="",
        status="open",
        earlier=None,
    )
    tell = Tell("restarted", "Started again. “undo” brings your answers back.")
    return commit(flow, case, after, at, (tell,))


def undo(flow: Flow, case: Case, at: datetime) -> Turn:
    """Revert the last turn."""
    if not case.past:
        return refuse(flow, case, "There is nothing left to undo.")
    fields: dict[str, Any] = {name: dict(getattr(case, name)) for name in UNDOABLE_MAPS}
    fields["status"] = "open"  # a case that finished by its last answer is open without it
    for name, key, old in case.past[-1]:
        if name not in UNDOABLE_MAPS:
            fields[name] = old
        elif old is ABSENT:
            fields[name].pop(key, None)
        else:
            fields[name][key] = old
    after = evolve(case, **fields, outcomes={}, past=case.past[:-1])
    tell = Tell("undone", "Taken back.")
    return commit(flow, case, after, at, (tell,), undoable=False)
