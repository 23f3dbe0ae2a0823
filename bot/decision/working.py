"""The working: every rule that was checked, every point, every re-run, and sums that add up."""

from __future__ import annotations

from collections.abc import Iterator

from bot.decision.card import change_text
from bot.decision.firmness import Rerun, reruns
from bot.decision.gates import held_rules, verdict
from bot.decision.points import NEUTRAL, Sheet, add_up
from bot.decision.showing import Showing, applied
from bot.decision.table import Course, GateRule
from bot.decision.wording import listed, points, quoted, signed
from bot.engine.model import Block

SHARES = {
    (1, 2): "With “{}” at half its weight",
    (3, 2): "With “{}” at one and a half times its weight",
    (0, 1): "Without “{}”",
}


def working_blocks(showing: Showing) -> Iterator[Block]:
    """Yield the whole working, rules first, as the result itself comes about."""
    sheet = add_up(showing.table, showing.facts, held_rules(showing.table, showing.facts))
    yield Block("heading", ("Rules, checked before any points",))
    yield Block("bullets", tuple(_rules(showing)))
    yield Block("heading", ("Points",))
    yield Block("text", tuple(_how_points_work(showing, sheet)))
    for course_id in showing.data["order"]:
        yield from _course(showing, sheet, showing.table.course(course_id))
    yield Block("heading", ("How firm it is",))
    yield Block("bullets", tuple(_firmness(showing, sheet)))
    yield Block("heading", ("Every single answer that would change the first course",))
    changes = tuple(change_text(showing, change) for change in showing.data["changes"])
    yield Block("bullets", changes or (showing.table.wording.nothing_changes,))
    rules = showing.data["rules"]
    yield Block(
        "text", (f"Rule set {rules['version']}, {rules['date']}, fingerprint {rules['hash']}.",)
    )


def _rules(showing: Showing) -> Iterator[str]:
    table = showing.table
    rules = applied(showing)
    for rule in rules:
        gate = table.gates[rule.gate]
        if not gate.hidden:
            yield f"{gate.id} {gate.title}: {rule.reason} {_effect(showing, rule)}"
    fired = {rule.gate for rule in rules}
    held = held_rules(table, showing.facts)
    quiet: dict[bool, list[str]] = {True: [], False: []}
    for number, gate in enumerate(table.gates):
        if number not in fired and not gate.hidden:
            quiet[bool(held & gate.rules)].append(f"{gate.id} {gate.title}")
    if quiet[True]:
        yield f"Set aside by a rule that goes before: {listed(quiet[True])}."
    if quiet[False]:
        yield f"Did not apply: {listed(quiet[False])}."


def _effect(showing: Showing, rule: GateRule) -> str:
    courses = showing.table.courses
    parts = []
    banned = [course.label for n, course in enumerate(courses) if rule.veto >> n & 1]
    if banned:
        parts.append(f"rules out {quoted(banned)}")
    if rule.force >= 0:
        parts.append(f"puts “{courses[rule.force].label}” first")
    return f"({'; '.join(parts)})"


def _how_points_work(showing: Showing, sheet: Sheet) -> Iterator[str]:
    yield (
        f"Every course starts near {NEUTRAL}. Each answer speaks for or against it by −2 to +2, "
        "times the weight of the question, divided by four."
    )
    yield f"Answered: {sheet.asked} of 100 by weight; known (not “unsure”): {sheet.coverage}."
    values = showing.table.values
    if sheet.heavy and values:
        said = showing.facts.get(values.question)
        groups = said if isinstance(said, tuple) else (said,)
        chosen = quoted([showing.labels.answer(values.question, group) for group in groups])
        names = quoted([f.title for f in showing.table.factors if f.place in sheet.heavy])
        yield (
            f"What you said weighs most: {chosen}. So {names} count one and a half times, and all "
            "weights are scaled back to 100."
        )


def _course(showing: Showing, sheet: Sheet, course: Course) -> Iterator[Block]:
    yield Block("heading", (course.label,))
    if course.column is None:
        yield Block("text", ("Only a rule leads here; it has no points.",))
        return
    yield Block("facts", tuple(_rows(showing, sheet, course, course.column)))


def _rows(showing: Showing, sheet: Sheet, course: Course, column: int) -> Iterator[str]:
    start = 100 * NEUTRAL + (course.start - NEUTRAL) * sheet.asked
    yield f"Start points\t{points(start)}"
    total, level = start, []
    for factor in showing.table.factors:
        row = sheet.rows[factor.place]
        if row is None:
            continue
        given = 2500 * sheet.weights[factor.place] * row[column] // sheet.total
        total += given
        name = showing.labels.contribution(factor, showing.facts)
        if given:
            yield f"{name}\t{signed(given)}"
        else:
            level.append(name)
    for item in showing.table.adjustments:
        if item.when.holds(showing.facts) and item.add[column]:
            total += item.add[column]
            yield f"{showing.labels.contribution(item, showing.facts)}\t{signed(item.add[column])}"
    if level:
        yield f"{'; '.join(level)}\t{points(0)}"
    score = sheet.score(column)
    if score != total:
        yield f"Rounding\t{signed(score - total)}"
    yield f"Sum\t{points(score)}"


def _firmness(showing: Showing, sheet: Sheet) -> Iterator[str]:
    confidence = showing.data["confidence"]
    if showing.ruled:
        yield "A rule decides, so points are not compared."
        return
    yield f"{points(confidence['margin'])} points ahead of the second course."
    yield (
        f"{confidence['stable']} of {confidence['of']} what-if checks agree: each weight halved, "
        "raised by half and removed, and all weights equal."
    )
    permitted = verdict(showing.table, held_rules(showing.table, showing.facts)).permitted
    first = showing.table.number[showing.first.id]
    for rerun in reruns(showing.table, sheet, permitted):
        if rerun.first != first:
            yield f"{_rerun_name(rerun)} → {showing.table.courses[rerun.first].label}"


def _rerun_name(rerun: Rerun) -> str:
    if rerun.factor is None:
        return "With all weights equal"
    return SHARES[rerun.share].format(rerun.factor.title)
