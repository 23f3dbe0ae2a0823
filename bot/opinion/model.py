"""What a round, its brief, its ballots and its record are: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FEWEST = 3
"""Votes below which nothing is added to the points and no anonymous round is revealed."""

SURENESS: Mapping[str, int] = {"not_sure": 2, "fairly": 3, "very": 4}
"""How much a vote weighs by how sure its voter is (DOMAIN §6)."""

TAKEOVER: Mapping[str, str] = {"yes": "Yes", "help": "Yes, with help", "no": "No"}
"""Whether a voter would take the client over."""

NOTE_LENGTH = 500
"""Characters of what a voter writes, and of the asker's note in the brief."""

Stage = Literal["draft", "open", "short", "closed", "dropped"]
"""``short``: the time is over and too few have answered; the asker extends or finishes.
``closed``: revealed, or finished without; ``dropped``: a draft that was given up."""


# ------------------------------------------------------------------ what is asked


@dataclass(frozen=True, slots=True)
class Course:
    """A way to act as it is voted on; ``side`` is "stay", "leave" or "" (neither)."""

    id: str
    label: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer of the case as a band: never free text, never an amount."""

    question: str
    label: str
    value: str
    answer: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a colleague may say is missed."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What rules and answers alone come to; never shown before the reveal.

    ``order`` are the permitted courses, best first, ``scores`` hundredths of all scored ones;
    ``vetoed`` says by which rules (their titles) a course is ruled out, ``forced`` the course that
    a rule puts first. ``whole`` is False while questions are still open.
    """

    order: tuple[str, ...]
    scores: Mapping[str, int]
    vetoed: Mapping[str, tuple[str, ...]]
    forced: str = ""
    rules: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Brief:
    """What the team is shown: frozen once the round is open.

    ``facts`` are always shown, of those ``offered`` (the sensitive ones) what the asker ``ticked``.
    """

    code_name: str
    field: str
    facts: tuple[Fact, ...]
    courses: tuple[Course, ...]
    missed: tuple[Option, ...]
    offered: tuple[Fact, ...] = ()
    ticked: tuple[str, ...] = ()
    note: str = ""
    flow: str = ""
    version: str = ""

    @property
    def shown(self) -> tuple[Fact, ...]:
        """The facts that the team sees."""
        return (*self.facts, *(fact for fact in self.offered if fact.question in self.ticked))


@dataclass(frozen=True, slots=True)
class Terms:
    """How a round is held; fixed once it is open, but for ``close``, which may be put off once.

    ``audience`` is what the platform knows of whom is asked (see ``bot.rounds.ports``), as JSON;
    ``close`` is ISO 8601 with offset, ``zone`` an IANA time zone.
    """

    audience: Mapping[str, object] = field(default_factory=dict)
    anonymous: bool = True
    quorum: int = FEWEST
    at_quorum: bool = False
    hours: int = 48
    close: str = ""
    zone: str = "UTC"


# ------------------------------------------------------------------ what is answered


@dataclass(frozen=True, slots=True)
class Ballot:
    """One colleague's answer; ``course`` is "" for a conflict of interest: it abstains.

    ``differently`` are questions whose answers they read otherwise, ``missed`` option ids.
    ``voter`` and ``name`` are only set where the round names its voters.
    """

    course: str
    sure: str = "fairly"
    differently: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    note: str = ""
    takeover: str = ""
    voter: str = ""
    name: str = ""

    @property
    def abstains(self) -> bool:
        """Whether it counts as abstained."""
        return not self.course


@dataclass(frozen=True, slots=True)
class Decision:
    """What the asker decided after the round; ``followed`` compares with the line with the team."""

    course: str
    followed: bool
    reason: str = ""
    shared: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a round when it closes: enough to work out the reveal again.

    ``ballots`` are in an order of their own content, which tells nothing of who or when; they are
    empty where nothing may be revealed (``revealed`` is False). ``asked`` is None where nobody can
    tell how many could answer.
    """

    standing: Standing
    ballots: tuple[Ballot, ...]
    revealed: bool
    asked: int | None
    answered: int
    closed: str
    why: str


@dataclass(frozen=True, slots=True)
class Round:
    """One blind round about a case.

    ``number`` counts the rounds that stand side by side, ``before`` is the id of the one this
    follows and ``earlier`` that one's record. ``turn`` grows with every change but the answers
    themselves. ``stale``: the facts of the case have changed since it was opened; ``case_turn`` is
    the case's turn that was looked at. ``concerns`` counts worries about safety, ``troubles`` say
    who could not be asked, and why; ``chat`` is how the asker's own chat is reached.
    """

    id: str
    owner: str
    case: str
    platform: str
    stage: Stage
    brief: Brief
    terms: Terms
    standing: Standing
    turn: int = 0
    number: int = 1
    before: str = ""
    earlier: Record | None = None
    extended: bool = False
    reminded: bool = False
    stale: bool = False
    case_turn: int = 0
    begun: str = ""
    opened: str = ""
    record: Record | None = None
    decision: Decision | None = None
    concerns: int = 0
    troubles: tuple[str, ...] = ()
    chat: Mapping[str, str] = field(default_factory=dict)
