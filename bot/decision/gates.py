"""Gates: which courses the rules leave, and which one they put first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.decision.table import Gate, GateRule, Table

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules that hold come to.

    ``permitted`` are columns; ``forced`` is the number of the course that comes first by rule and
    ``by`` its gate, ``NOBODY`` where points decide.
    """

    permitted: tuple[int, ...]
    forced: int
    by: int

    @property
    def ruled(self) -> bool:
        """Say whether rules alone decide what comes first."""
        return self.forced != NOBODY or len(self.permitted) == 1


def held_rules(table: Table, facts: Mapping[str, object]) -> int:
    """Check every rule; the answer is a mask of those that hold (and, above, of adjustments)."""
    held = 0
    for bit, when in table.conditions:
        if when.holds(facts):
            held |= bit
    return held


def held_after(table: Table, held: int, question: str, facts: Mapping[str, object]) -> int:
    """Check only what looks at a question whose answer has just changed."""
    found = table.rules_on.get(question)
    if found is None:
        return held
    mask, rules = found
    held &= ~mask
    for bit, when in rules:
        if when.holds(facts):
            held |= bit
    return held


def verdict(table: Table, held: int) -> Verdict:
    """Work out what the rules that hold permit and force."""
    banned = 0
    forced: list[GateRule] = []
    for rule in applying(table, held):
        banned |= rule.veto
        if rule.force != NOBODY:
            forced.append(rule)
    permitted = tuple(c for c, n in enumerate(table.scored) if not banned >> n & 1)
    for rule in forced:
        if not banned >> rule.force & 1:  # a veto outranks a force
            return Verdict(permitted, rule.force, rule.gate)
    return Verdict(permitted, NOBODY, NOBODY)


def applying(table: Table, held: int) -> Iterator[GateRule]:
    """Yield the rules that hold and whose gate is not suspended, in the table's order."""
    suspended = _suspended(table.gates, held)
    for number, rule in enumerate(table.rules):
        if held >> number & 1 and not suspended >> rule.gate & 1:
            yield rule


def vetoes(table: Table, held: int) -> dict[str, list[str]]:
    """List each vetoed course with the gates that veto it, both in the table's order."""
    rules = list(applying(table, held))
    found: dict[str, list[str]] = {}
    for number, course in enumerate(table.courses):
        gates = {table.gates[rule.gate].id: None for rule in rules if rule.veto >> number & 1}
        if gates:
            found[course.id] = list(gates)
    return found


def _suspended(gates: tuple[Gate, ...], held: int) -> int:
    suspended = 0
    for number, gate in enumerate(gates):
        if gate.suspends and held & gate.rules and not suspended >> number & 1:
            suspended |= gate.suspends
    return suspended
