"""Plans: frozen values, made from a flow's checklist and the days that somebody chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.engine.conditions import Condition

Origin = Literal["checklist", "rider", "premortem", "own"]

MOST_ANCHORS = 4
"""Days that one course is reckoned from: as many as a form can ask for beside the country."""

FIELDS_TAKEN = frozenset({"country", "changed"})
"""What else that form asks for; no anchor may be called so."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be done: ``id`` is a number that is never used again within its plan.

    ``day`` is an ISO date, ``when`` how the checklist writes it ("7 days before you tell them"),
    "" for what the person added. ``moved``: the person chose the day themselves. ``instead`` says
    which holiday it made way for (“Fri 3 Apr 2026: Good Friday”), "" if none.
    """

    id: str
    text: str
    day: str
    when: str = ""
    origin: Origin = "checklist"
    done: bool = False
    moved: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a case: its course, the days it is reckoned from (anchor id → ISO date), items.

    ``items`` are in the order of their days. ``next_id`` is the number of the next item.
    ``removed`` are the texts of the checklist's lines that the person took out.
    """

    course: str
    anchors: Mapping[str, str]
    items: tuple[Item, ...] = ()
    next_id: int = 1
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody wants to be reminded; kept once for a person, as the paper ``habits``.

    ``zone`` is an IANA name ("" until the platform or the person tells: UTC), ``chosen_zone`` says
    that the person set it, so that the platform's no longer counts. ``at`` is the time of day,
    ``quiet`` the hours without reminders, as (from, until), all as HH:MM by their clock.
    ``country`` is an ISO 3166 code with a subdivision if there is one (DE, DE-BY); "" knows no
    holidays. ``on`` False: no reminders at all.
    """

    zone: str = ""
    chosen_zone: bool = False
    at: str = "09:00"
    quiet: tuple[str, str] = ("20:00", "08:00")
    country: str = ""
    on: bool = True


@dataclass(frozen=True, slots=True)
class CheckIns:
    """When a flow asks what came of it: days after the decision, and what can be answered."""

    question: str
    days: tuple[int, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day that others are reckoned from, as the end: ``ask`` is the question for it.

    If nobody names it, it lies ``days`` after the anchor ``after`` ("": today).
    """

    id: str
    ask: str
    after: str
    days: int


@dataclass(frozen=True, slots=True)
class Task:
    """A line of a checklist: ``days`` after (below 0: before) its anchor ("": today).

    It is there for its ``courses`` where ``when`` holds. ``fixed``: it stays on its day even
    if that is no working day, as what keeps somebody safe. ``rider`` is the must-do line it takes
    the place of.
    """

    text: str
    anchor: str
    days: int
    courses: frozenset[str]
    when: Condition
    fixed: bool = False
    origin: Origin = "checklist"
    rider: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A flow's plan.yaml, compiled: anchors in the order in which they are reckoned, tasks."""

    anchors: Mapping[str, Anchor]
    tasks: tuple[Task, ...]
    checkins: CheckIns

    def anchors_of(
        self, course: str, facts: Mapping[str, object] | None = None
    ) -> tuple[Anchor, ...]:
        """Give the days that a course (with these answers) is reckoned from."""
        used = {
            task.anchor
            for task in self.tasks
            if course in task.courses and (facts is None or task.when.holds(facts))
        }
        return tuple(anchor for anchor in self.anchors.values() if anchor.id in used)
