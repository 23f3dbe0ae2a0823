"""A round with its counts, and what several of its sheets say alike; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.model import Block, Choice
from bot.opinion.model import Round
from bot.opinion.times import said


@dataclass(frozen=True, slots=True)
class Shown:
    """A round as it is shown: ``asked`` is None where nobody can tell how many can answer."""

    round: Round
    asked: int | None
    answered: int

    @property
    def progress(self) -> str:
        """Say how many have answered, and nothing else of it."""
        if self.asked is None:
            return f"{self.answered} answered"
        return f"{self.answered} of {self.asked} answered"

    @property
    def title(self) -> str:
        """Name the round: the code name, and which one it is if there was one before."""
        number = self.round.number
        more = f", round {number}" if number > 1 else ""
        return f"A second opinion on {self.round.brief.code_name}{more}"

    @property
    def place(self) -> str:
        """Name whom it asks."""
        return str(self.round.terms.audience.get("label", ""))


def when(round_: Round, iso: str) -> str:
    """Write a time of a round in its audience's own zone."""
    zone = round_.terms.zone
    return said(datetime.fromisoformat(iso), ZoneInfo(zone), zone)


def course_label(round_: Round, course: str) -> str:
    """Name a course for people."""
    return next((one.label for one in round_.brief.courses if one.id == course), course)


def fact_label(round_: Round, question: str) -> str:
    """Name a fact of the brief for people."""
    facts = (*round_.brief.facts, *round_.brief.offered)
    return next((fact.label for fact in facts if fact.question == question), question)


def text(*lines: str) -> Block:
    """Make paragraphs."""
    return Block("text", tuple(lines))


def notice(line: str) -> Block:
    """Make a line that must be noticed."""
    return Block("notice", (line,))


def bullets(*lines: str) -> Block:
    """Make a list."""
    return Block("bullets", tuple(lines))


def rows(*pairs: tuple[str, str]) -> Block:
    """Make names with their values."""
    return Block("facts", tuple(f"{name}\t{value}" for name, value in pairs))


def heading(line: str) -> Block:
    """Make a heading."""
    return Block("heading", (line,))


def many(count: int, one: str, more: str = "") -> str:
    """Say a number of things: 1 answer, 3 answers."""
    return f"{count} {one}" if count == 1 else f"{count} {more or one + 's'}"


def choices(labels: Mapping[str, str]) -> tuple[Choice, ...]:
    """Make the choices of a field from ids and labels."""
    return tuple(Choice(key, label) for key, label in labels.items())
