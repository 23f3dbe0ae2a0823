"""One course on the card: how firm, why, what speaks against it, how to go about it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.decision.evaluate import CLOSE, REASONS, strongest
from bot.decision.gates import held_rules
from bot.decision.points import add_up, contributions
from bot.decision.showing import Showing, applied
from bot.decision.table import Adjustment, Course, Factor, GateRule
from bot.decision.wording import fill, points, signed
from bot.engine.model import Block


def panel(showing: Showing, course: Course, *, today: bool = True) -> Iterator[Block]:
    """Yield one course's part; the recommended one and its runner-up look the same.

    ``today`` False leaves out what to do first, as where it is only recorded.
    """
    first = course is showing.first
    yield Block("text", (course.sentence,))
    if first:
        yield Block("text", (confidence_text(showing),))
        yield from _separating(showing)
    if not showing.ruled and course.column is not None:
        yield from _reasons(showing, course.column)
    way = [f"How\t{course.how}", f"Main risk\t{course.risks}"]
    if today:
        step = next(line.text for line in course.first_steps if line.when.holds(showing.facts))
        way.append(f"First step today\t{step}")
    yield Block("facts", tuple(way))


def _reasons(showing: Showing, column: int) -> Iterator[Block]:
    best, worst = strongest(contributions(showing.table, showing.facts, column))
    yield Block("heading", ("Strongest reasons",))
    yield Block(
        "bullets",
        tuple(_line(showing, *pair) for pair in best)
        or ("No answer speaks for it; its start points put it here.",),
    )
    yield Block("heading", ("Strongest point against",))
    yield Block("bullets", (_line(showing, *worst) if worst else "No answer speaks against it.",))


def _line(showing: Showing, item: Factor | Adjustment, hundredths: int) -> str:
    return f"{showing.labels.contribution(item, showing.facts)} ({signed(hundredths)})"


def _separating(showing: Showing) -> Iterator[Block]:
    """Say what lies between two courses that are close."""
    if showing.first_look or showing.data["confidence"]["label"] != CLOSE:
        return
    first, second = (showing.table.course(course) for course in showing.data["order"][:2])
    gaps = _gaps(showing, first, second)
    lines = [
        f"For “{course.label}”: {name} ({signed(abs(gap))})"
        for course, sign in ((first, 1), (second, -1))
        for name, gap in sorted(gaps, key=lambda pair: -sign * pair[1])[:REASONS]
        if sign * gap > 0
    ]
    yield Block("bullets", tuple(lines))


def _gaps(showing: Showing, first: Course, second: Course) -> list[tuple[str, int]]:
    table, facts, labels = showing.table, showing.facts, showing.labels
    asked = add_up(table, facts, held_rules(table, facts)).asked
    gaps: dict[str, int] = {"Start points": (first.start - second.start) * asked}
    for course, sign in ((first, 1), (second, -1)):
        assert course.column is not None  # points were compared, so both have some
        for item, hundredths in contributions(table, facts, course.column):
            name = labels.contribution(item, facts)
            gaps[name] = gaps.get(name, 0) + sign * hundredths
    return list(gaps.items())


def confidence_text(showing: Showing) -> str:
    """Say how firmly the answers point, in word and number."""
    data, wording = showing.data, showing.table.wording
    confidence = data["confidence"]
    words: dict[str, object] = {"first": showing.first.label}
    if showing.ruled:
        if data["forced"] is None:
            return fill(wording.one_left, words)
        rule = _forcing_rule(showing)
        gate = showing.table.gates[rule.gate]
        return fill(wording.rule, {**words, "gate": gate.title, "reason": rule.reason})
    words |= {
        "second": showing.labels.course(data["order"][1]),
        "margin": points(confidence["margin"]),
        "stable": confidence["stable"],
        "of": confidence["of"],
    }
    if showing.first_look:
        return fill(wording.first_look, words)
    return fill(getattr(wording, str(confidence["label"]).lower()), words)


def _forcing_rule(showing: Showing) -> GateRule:
    course, gate = showing.data["forced"]
    return next(
        rule
        for rule in applied(showing)
        if rule.force == showing.table.number[course] and showing.table.gates[rule.gate].id == gate
    )
