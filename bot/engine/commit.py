"""After every change: count the turn, settle what follows from it, show where the case stands."""

from __future__ import annotations

from datetime import datetime

from bot.engine.model import ABSENT, Case, Change, Effect, Flow, Show, Tell, Turn, evolve
from bot.engine.show import digest, view
from bot.engine.survey import survey

KEPT_TURNS = 25
"""How many turns undo can take back."""

UNDOABLE_MAPS = ("answers", "offered")
_UNDOABLE = ("name", "status", "reopened", "asking", "wake", "earlier")


def commit(
    flow: Flow,
    before: Case,
    after: Case,
    at: datetime,
    effects: tuple[Effect, ...] = (),
    *,
    undoable: bool = True,
) -> Turn:
    """Count the turn, settle what follows from the change, and show where the case stands."""
    seen = survey(flow, after)
    digests = {step.id: digest(step, seen.outcomes) for step in seen.cards}
    shown = {key: value for key, value in after.shown.items() if key in digests or after.reopened}
    fresh = tuple(key for key, value in digests.items() if shown.get(key) != value)
    past = after.past
    if undoable and (changes := _changes(before, after)):
        past = (*past, changes)[-KEPT_TURNS:]
    status = after.status
    if status == "open" and seen.at is None and not after.asking:
        status = "finished"
    case = evolve(
        after,
        turn=before.turn + 1,
        revision=before.revision + 1,
        status=status,
        at=seen.at.id if seen.at else "",
        outcomes=seen.outcomes,
        shown={**shown, **digests},
        fresh=fresh,
        misses=0,
        past=past,
        touched=iso(at),
    )
    return Turn(case, (*effects, Show(view(flow, case, seen), seen)))


def _changes(before: Case, after: Case) -> tuple[Change, ...]:
    changes: list[Change] = []
    for name in UNDOABLE_MAPS:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new:
            changes += [
                (name, key, old.get(key, ABSENT))
                for key in {**old, **new}
                if old.get(key, ABSENT) != new.get(key, ABSENT)
            ]
    for name in _UNDOABLE:
        old = getattr(before, name)
        if old != getattr(after, name):
            changes.append((name, "", old))
    return tuple(changes)


def refuse(flow: Flow, case: Case, text: str) -> Turn:
    """Say that a command cannot be done now, and show the prompt again."""
    return Turn(case, (Tell("refused", text, mistake=True), Show(view(flow, case))))


def outdated(flow: Flow, case: Case) -> Turn:
    """Say that an event belonged to an older prompt, and show the current one."""
    text = "That belonged to an earlier question, so nothing was changed. This is where you are:"
    return Turn(case, (Tell("outdated", text, mistake=True), Show(view(flow, case))))


def resting(flow: Flow, case: Case) -> Turn:
    """Say why no question is open."""
    text = {
        "finished": "This case is finished. “review” shows your answers, “undo” reopens it.",
        "cancelled": "This case is closed. “resume” opens it again.",
        "sleeping": "This case is asleep. “resume” goes on without waiting.",
        "paused": "This case is paused. “resume” goes on.",
    }.get(case.status, "There is no question open.")
    return Turn(case, (Tell("resting", text, mistake=True), Show(view(flow, case))))


def iso(at: datetime) -> str:
    """Write a time as it is stored: ISO 8601 with offset, in seconds."""
    return at.isoformat(timespec="seconds")
