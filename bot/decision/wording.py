"""Numbers and names for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.decision.table import Adjustment, Factor, Table
from bot.engine.model import Ask

NOT_ANSWERED = "not answered"


def points(hundredths: int) -> str:
    """Write hundredths as points with one or two decimals: 1350 is 13.5."""
    whole, rest = divmod(abs(hundredths), 100)
    decimals = f"{rest:02d}".removesuffix("0")
    return f"{'−' if hundredths < 0 else ''}{whole}.{decimals}"


def signed(hundredths: int) -> str:
    """Write hundredths as points with their sign."""
    return f"+{points(hundredths)}" if hundredths > 0 else points(hundredths)


def fill(sentence: str, words: Mapping[str, object]) -> str:
    """Put words in the places in braces; a text holding braces itself is left alone."""
    parts = sentence.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled.append(f"{words.get(name, '')}{rest}")
    return "".join(filled)


def day(iso: str) -> str:
    """Write an ISO date (or the date of an ISO time) as 22 November 2026."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{found.day} {found:%B %Y}"


def listed(names: list[str]) -> str:
    """Join names: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def quoted(names: list[str]) -> str:
    """Join names that may hold an "and" themselves: “a”, “b” and “c”."""
    return listed([f"“{name}”" for name in names])


@dataclass(frozen=True, slots=True)
class Labels:
    """What people read for the ids of courses, questions and answers."""

    table: Table
    asks: Mapping[str, Ask]

    def course(self, course_id: str) -> str:
        """Name a course; one that is no longer in the table keeps its id."""
        number = self.table.number.get(course_id)
        return course_id if number is None else self.table.courses[number].label

    def question(self, question: str) -> str:
        """Name a question: by its factor's short title, or by its text."""
        factor = self.table.factor(question)
        if factor:
            return factor.title
        ask = self.asks.get(question)
        return ask.text if ask else question

    def answer(self, question: str, value: object) -> str:
        """Say an answer as the person saw it."""
        if value is None or value == ():
            return NOT_ANSWERED
        if isinstance(value, tuple):
            return listed([self.answer(question, item) for item in value])
        ask = self.asks.get(question)
        option = ask.option(str(value)) if ask else None
        return option.label if option else str(value)

    def contribution(self, item: Factor | Adjustment, facts: Mapping[str, object]) -> str:
        """Say what a number of points stands for."""
        if isinstance(item, Adjustment):
            return f"{item.title}: {item.reason}"
        return f"{item.title}: {self.answer(item.id, facts.get(item.id))}"
