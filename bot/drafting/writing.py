"""A letter being written: its course and medium, what is filled in, what was found in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.drafting.compose import Facts, advice, compose, media_of, ticks
from bot.drafting.linter import About, blocked, lint
from bot.drafting.model import Draft, Drafts, Finding, Medium, Remark, Tick
from bot.drafting.slots import gap
from bot.engine.complaints import nearest
from bot.errors import CrossroadsError, WrongUse


@dataclass(frozen=True, slots=True)
class Letters:
    """A case that letters can be written for, its drafts, and the course that stands.

    ``courses`` are all courses with their names, ``forbidden`` those that a rule forbids, each with
    the reasons. ``first`` is the recommended one.
    """

    name: str
    facts: Facts
    drafts: Drafts
    course: str
    first: str
    courses: Mapping[str, str]
    forbidden: Mapping[str, tuple[str, ...]]

    def chosen(self, wanted: str) -> str:
        """Give the course that is meant; raises where there is none, or a rule forbids it."""
        courses = {course.casefold(): course for course in self.courses}
        course = courses.get(wanted.casefold(), wanted) if wanted else self.course
        if course not in self.courses:
            message = f"There is no course “{wanted[:40]}”."
            raise WrongUse(message, nearest(wanted[:40], list(self.courses)))
        if course in self.forbidden:
            raise CrossroadsError(
                f"No draft is made for “{self.courses[course]}”: a rule forbids it here. "
                + " ".join(self.forbidden[course]),
                f"For your answers there is “{self.courses[self.first]}”.",
            )
        return course

    def medium(self, course: str, wanted: str) -> Medium:
        """Give the medium that is meant, else the first that is not hidden; raises if it is."""
        found = list(media_of(self.drafts, course, self.facts))
        if not found:
            raise CrossroadsError(f"There are no drafts for “{self.courses[course]}”.")
        named = {medium.id: (medium, hidden) for medium, hidden in found}
        if not wanted:
            return next((medium for medium, hidden in found if not hidden), found[0][0])
        if wanted not in named:
            message = f"There is no medium “{wanted[:40]}”."
            raise WrongUse(message, nearest(wanted[:40], list(named)))
        medium, hidden = named[wanted]
        if hidden:
            raise CrossroadsError(f"“{medium.label}” is not offered here. {hidden}")
        return medium

    def open_courses(self) -> dict[str, str]:
        """List the courses that have drafts here and that no rule forbids: id → name."""
        return {
            course: label
            for course, label in self.courses.items()
            if course not in self.forbidden and course in self.drafts.courses
        }

    def open_media(self, course: str) -> list[Medium]:
        """List the media of a course that are not hidden."""
        found = media_of(self.drafts, course, self.facts)
        return [medium for medium, hidden in found if not hidden]

    def letter_before(self, course: str, medium: Medium) -> Medium | None:
        """Give the letter that can go before a talk, for somebody whom its script frightens."""
        if medium.layout != "script":
            return None
        return next((one for one in self.open_media(course) if one.layout == "letter"), None)


@dataclass(frozen=True, slots=True)
class Written:
    """A draft, its text as it is now, and what was found in it."""

    draft: Draft
    text: str
    findings: tuple[Finding, ...]
    ticks: tuple[Tick, ...]

    @property
    def blocked(self) -> bool:
        """Whether it is not to be copied yet."""
        return blocked(self.findings)


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written: for whom, which course and medium, with what filled in."""

    letters: Letters
    course: str
    medium: Medium
    values: Mapping[str, str]
    names: tuple[str, ...] = ()

    def tone(self, wanted: str) -> str:
        """Give the tone that is meant; raises ``WrongUse``. A medium may know a single one."""
        tone = wanted.strip().casefold() or self.medium.tones[0]
        if tone not in self.letters.drafts.tones:
            message = f"There is no tone “{wanted[:40]}”."
            raise WrongUse(message, nearest(wanted[:40], list(self.letters.drafts.tones)))
        return tone if tone in self.medium.tones else self.medium.tones[0]

    def write(self, tone: str, text: str = "") -> Written:
        """Write it in a tone, or take the text that came of it, and look through it."""
        drafts, facts = self.letters.drafts, self.letters.facts
        made = compose(drafts, self.course, self.medium.id, tone, facts, self.values)
        current = text or made.text
        about = About(self.course, self.medium.id, facts, self.names)
        known = drafts.courses[self.course]
        ticked = ticks(drafts, known, self.medium.id, current, facts, self.values)
        return Written(made, current, lint(drafts, current, about), ticked)

    def gaps(self, written: Written) -> tuple[str, ...]:
        """Name the slots whose gap is still in the text."""
        slots = self.letters.drafts.slots
        return tuple(slot for slot in written.draft.gaps if gap(slots[slot]) in written.text)

    def advice(self, *, top: bool) -> Iterator[Remark]:
        """Answer the plain questions around it: what is said before it, or below it."""
        said = advice(self.letters.drafts, self.course, self.medium.id, self.letters.facts)
        return (remark for remark in said if remark.top is top)
