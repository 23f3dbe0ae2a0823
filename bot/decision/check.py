"""Checks of a decision table that need more than one field: names, sums, what can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bot.decision.faults import Faults
from bot.decision.table import RERUNS_PER_FACTOR
from bot.decision.written import WrittenLine, WrittenTable
from bot.engine.complaints import nearest
from bot.engine.source import Path

COMPARED = frozenset({"first", "second", "margin", "stable", "of"})
PLACES = {
    "rule": frozenset({"gate", "reason", "first"}),
    "one_left": frozenset({"first"}),
    "clear": COMPARED,
    "leaning": COMPARED,
    "close": COMPARED,
    "first_look": COMPARED,
}
"""What may stand in braces in each sentence about confidence."""


def check_table(written: WrittenTable, faults: Faults) -> None:
    """Note what does not fit together inside the table itself."""
    _check_date(written, faults)
    _check_ids(written, faults)
    _check_columns(written, faults)
    _check_factors(written, faults)
    _check_courses_named(written, faults)
    _check_reach(written, faults)
    _check_values(written, faults)
    _check_confidence(written, faults)
    _check_first_matches(written, faults)


def scored_courses(written: WrittenTable) -> list[str]:
    """List the courses that points can reach, in order."""
    return [course.id for course in written.courses if course.start is not None]


def _check_date(written: WrittenTable, faults: Faults) -> None:
    try:
        date.fromisoformat(written.date)
    except ValueError:
        faults.add(("date",), f"There is no {written.date}.", "Write a day of the calendar.")


def _check_ids(written: WrittenTable, faults: Faults) -> None:
    def ids(place: str) -> list[tuple[str, Path]]:
        return [(item.id, (place, i, "id")) for i, item in enumerate(getattr(written, place))]

    faults.repeated("course", ids("courses"))
    faults.repeated("gate", ids("gates"))
    faults.repeated("rider", ids("riders"))
    faults.repeated("factor or adjustment", ids("factors") + ids("adjustments"))


def _check_columns(written: WrittenTable, faults: Faults) -> None:
    scored = scored_courses(written)
    if list(written.columns) != scored:
        faults.add(
            ("columns",),
            "The columns are not the courses that have a start, in their order.",
            f"Write columns: [{', '.join(scored)}] and sort every row of fit accordingly.",
        )


def _check_factors(written: WrittenTable, faults: Faults) -> None:
    total = sum(factor.weight for factor in written.factors)
    if total != 100:
        change = f"Take {total - 100} off" if total > 100 else f"Add {100 - total}"
        faults.add(("factors",), f"The weights add up to {total}, not to 100.", f"{change}.")
    for index, factor in enumerate(written.factors):
        for option, row in factor.fit.items():
            if len(row) != len(written.columns):
                faults.add(
                    ("factors", index, "fit", option),
                    f"This row has {len(row)} numbers for {len(written.columns)} columns.",
                    "Write one number from -2 to 2 for each column.",
                )
        for option in factor.what_if:
            if option not in factor.fit:
                path = ("factors", index, "what_if", option)
                faults.unknown(path, "row of fit called", option, factor.fit)
    options = {option for factor in written.factors for option in factor.fit}
    for index, option in enumerate(written.unsure):
        if option not in options:
            faults.unknown(("unsure", index), "answer in the fit rows called", option, options)


def _check_courses_named(written: WrittenTable, faults: Faults) -> None:
    courses = {course.id for course in written.courses}
    for path, name in _course_names(written):
        if name not in courses:
            faults.unknown(path, "course", name, courses)
    scored = scored_courses(written)
    for index, adjustment in enumerate(written.adjustments):
        for name in adjustment.add:
            if name not in scored:
                faults.unknown(("adjustments", index, "add", name), "scored course", name, scored)
    gates = {gate.id for gate in written.gates}
    for index, gate in enumerate(written.gates):
        for place, name in enumerate(gate.suspends):
            if name not in gates:
                faults.unknown(("gates", index, "suspends", place), "gate", name, gates)


def _course_names(written: WrittenTable) -> Iterable[tuple[Path, str]]:
    for g, gate in enumerate(written.gates):
        for r, rule in enumerate(gate.rules):
            path: Path = ("gates", g, "rules", r)
            yield from (((*path, "veto", i), name) for i, name in enumerate(rule.veto))
            yield from (((*path, "only", i), name) for i, name in enumerate(rule.only or ()))
            if rule.force is not None:
                yield (*path, "force"), rule.force
    for e, entry in enumerate(written.explain):
        yield from ((("explain", e, "courses", i), name) for i, name in enumerate(entry.courses))
    if written.charitable:
        for i, name in enumerate(written.charitable.courses):
            yield ("charitable", "courses", i), name


def _check_reach(written: WrittenTable, faults: Faults) -> None:
    rules = [
        (("gates", g, "rules", r), rule)
        for g, gate in enumerate(written.gates)
        for r, rule in enumerate(gate.rules)
    ]
    for path, rule in rules:
        if not rule.veto and rule.only is None and rule.force is None:
            faults.add(path, "This rule does nothing.", "Give it a veto, an only or a force.")
        if rule.force is not None and rule.force in rule.veto:
            faults.add(path, f"It forces and vetoes {rule.force}.", "Take one of the two away.")
    forced = {rule.force for _, rule in rules}
    scored = scored_courses(written)
    for index, course in enumerate(written.courses):
        if course.start is None and course.id not in forced:
            faults.add(
                ("courses", index),
                f"Nothing can lead to {course.id}.",
                "Give it a start (50 is neutral) and a column, or a gate that forces it.",
            )
    free = set(scored)
    for _, rule in rules:
        free -= set(rule.veto)
        free &= set(scored) if rule.only is None else set(rule.only)
    if not free:
        faults.add(
            ("gates",),
            "Some answers could rule out every course, because each scored one has a veto.",
            "Leave one scored course without any veto, so that there is always a result.",
        )


def _check_values(written: WrittenTable, faults: Faults) -> None:
    factors = {factor.id for factor in written.factors}
    groups = written.values.groups if written.values else {}
    for group, names in groups.items():
        for index, name in enumerate(names):
            if name not in factors:
                faults.unknown(("values", "groups", group, index), "factor", name, factors)
    for index, name in enumerate(written.changes.prefer):
        if name not in factors:
            faults.unknown(("changes", "prefer", index), "factor", name, factors)


def _check_confidence(written: WrittenTable, faults: Faults) -> None:
    confidence = written.confidence
    of = RERUNS_PER_FACTOR * len(written.factors) + 1
    for name, test in (("clear", confidence.clear), ("leaning", confidence.leaning)):
        if test.stable > of:
            message = f"{test.stable} re-runs cannot agree, for this table has {of}."
            path = ("confidence", name, "stable")
            faults.add(path, message, f"Write a number up to {of}.")
    for name, sentence in confidence.wording.model_dump().items():
        for word in re.findall(r"\{(.*?)\}", sentence):
            if word not in PLACES[name]:
                message = f"“{{{word}}}” stands for nothing here."
                faults.add(("confidence", "wording", name), message, nearest(word, PLACES[name]))


def _check_first_matches(written: WrittenTable, faults: Faults) -> None:
    for index, course in enumerate(written.courses):
        _check_last(("courses", index, "first_steps"), _open(course.first_steps), faults)
    if written.charitable:
        _check_last(("charitable", "readings"), _open(written.charitable.readings), faults)
    if written.explain:
        always = [entry.when is None and not entry.courses for entry in written.explain]
        _check_last(("explain",), always, faults)


def _open(lines: Sequence[WrittenLine]) -> list[bool]:
    return [line.when is None for line in lines]


def _check_last(path: Path, always: list[bool], faults: Faults) -> None:
    if not always[-1]:
        faults.add(
            (*path, len(always) - 1),
            "The last of these has a condition, so there may be nothing to show.",
            "Add one at the end without a condition.",
        )
    if True in always[:-1]:
        index = always.index(True)
        faults.add(
            (*path, index + 1),
            "This is never reached, because the one before it always matches.",
            "Move the one without a condition to the end.",
        )
