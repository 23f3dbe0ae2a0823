"""What a flow, a case, an event and an effect are: frozen values with a few look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, Protocol

from bot.engine.conditions import ALWAYS, Condition

if TYPE_CHECKING:
    from bot.engine.survey import Survey

Value = str | int | float | tuple[str, ...]
"""An answer: option id, text, ISO date, number, or the option ids of a "several" question."""

SKIPPED: tuple[str, ...] = ()
"""The answer of somebody who chose not to answer, or ticked nothing."""

Facts = Mapping[str, Value]
"""What is known: question id → value, for visible and answered questions only."""

Input = Literal["choice", "many", "text", "number", "date"]
Action = Literal["", "pause", "sleep"]
Status = Literal["open", "paused", "sleeping", "finished", "cancelled"]


# ------------------------------------------------------------------ the flow


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer a choice.

    ``sets`` are facts that follow from it; ``revises`` are answers to earlier steps it changes;
    ``does`` is what it starts instead of an answer; ``unsure`` marks "I don't know"; ``alone``
    may not be ticked together with others.
    """

    id: str
    label: str
    why: str = ""
    was: tuple[str, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    revises: tuple[tuple[str, str], ...] = ()
    does: Action = ""
    unsure: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as it is shown."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be: characters of a text, range of a number, ISO days, ticks."""

    max_length: int = 2000
    least: float | None = None
    most: float | None = None
    earliest: str = ""
    latest: str = ""
    max_ticks: int = 25


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. ``preset`` answers it at the start of a case without asking.

    ``given`` are (value, condition): the first that holds answers it by itself. ``depends`` names
    questions whose change makes this one be asked again. ``options_from`` names a step of another
    kind that supplied the first ``options`` (``lent`` says which), ``permitted`` narrows those to
    what its outcome allows. ``sets`` and ``choices`` repeat the options for speed. ``counted``
    questions make up the progress, ``kept`` answers survive a fresh run.
    """

    id: str
    section: str
    text: str
    input: Input
    why: str = ""
    when: Condition = ALWAYS
    options: tuple[Option, ...] = ()
    required: bool = False
    sensitive: bool = False
    counted: bool = True
    kept: bool = False
    preset: str = ""
    given: tuple[tuple[str, Condition], ...] = ()
    depends: tuple[str, ...] = ()
    options_from: str = ""
    lent: frozenset[str] = frozenset()
    permitted: bool = False
    sets: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    limits: Limits = Limits()
    was: tuple[str, ...] = ()
    looks_at: frozenset[str] = frozenset()

    def option(self, option_id: Value) -> Option | None:
        """Find an option by its id."""
        for option in self.options:
            if option.id == option_id:
                return option
        return None


@dataclass(frozen=True, slots=True)
class Say:
    """A card that needs no answer. ``tone`` is "plain", "safety" or "notice"."""

    id: str
    section: str
    text: str
    title: str = ""
    tone: str = "plain"
    when: Condition = ALWAYS
    was: tuple[str, ...] = ()
    looks_at: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step of another kind came to.

    ``rules`` is the hash of its rule set, ``data`` JSON of the kind's own form, ``facts`` what
    later conditions may look at (question id → value; ids start with the step's id), ``options``
    the option ids it permits, best first.
    """

    rules: str
    data: Mapping[str, Any]
    facts: Facts
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a card.

    ``lines`` are the paragraphs, bullets, or "name\\tvalue" rows ("facts"); a "letter" is shown as
    it is, to be copied.
    """

    kind: Literal["text", "heading", "bullets", "facts", "notice", "letter"]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Something shown that needs no answer. ``data`` is its machine-readable form, if any."""

    step: str
    kind: str
    title: str
    blocks: tuple[Block, ...]
    tone: str = "plain"
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What a kind may know to present its outcome, besides the outcome itself.

    ``answers`` are all facts; ``labels`` say (question title, answer label) of a fact; ``earlier``
    is the outcome of the run before a fresh one, ``changed`` the questions answered otherwise then.
    """

    name: str
    facts: Facts
    on: str
    earlier: Outcome | None = None
    changed: tuple[str, ...] = ()


class Rule(Protocol):
    """A compiled step of a kind the engine does not know (decide, consult, draft, plan)."""

    @property
    def version(self) -> str:
        """The hash of the rule set."""

    @property
    def needs(self) -> tuple[tuple[str, frozenset[str | None]], ...]:
        """The questions it looks at, with the option ids it knows of each."""

    @property
    def provides(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        """The facts its outcome adds, with their possible values (None: anything)."""

    @property
    def options(self) -> tuple[Option, ...]:
        """The options that other steps may take from it (``options_from``)."""

    @property
    def words(self) -> Mapping[str, str]:
        """Words a person may say once it has been reached → what they show, for help texts."""

    @property
    def names(self) -> Mapping[str, str]:
        """How it calls what its data refer to by an id, such as rules and questions."""

    def evaluate(self, facts: Facts) -> Outcome:
        """Work out the outcome: pure, the same facts give the same outcome."""

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        """Make the card that is shown when the step is reached."""

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        """Make the card that answers one of ``words``."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A step whose work is done by a ``Rule`` of the given ``kind``."""

    id: str
    section: str
    kind: str
    rule: Rule
    when: Condition = ALWAYS
    was: tuple[str, ...] = ()
    looks_at: frozenset[str] = frozenset()


Step = Ask | Say | Judge

Entry = tuple[int, int, Condition, Any, str, bool, bool, bool]
"""A step in a flow's plan: place, key of its condition, condition, step, id, whether it is a plain
question, whether it is counted, whether a condition looks at it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A guided dialogue: ordered steps, and what it calls itself.

    ``version`` is the hash of its content. ``tracks`` are ways to begin: name → preset answers,
    the first is the default. ``name_step`` names the question whose answer names the case,
    ``profile`` the questions a person may store for every case, ``nicknames`` suggested names.
    ``word`` is how it is called where it is begun.
    ``dependents`` maps a question to those asked again when its answer changes, ``plan`` is what
    the pass over the steps needs of each.
    """

    id: str
    version: str
    title: str
    about: str
    steps: tuple[Step, ...]
    sections: Mapping[str, str]
    tracks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name_step: str = ""
    nicknames: tuple[str, ...] = ()
    name_pattern: str = "{nickname}"
    profile: tuple[str, ...] = ()
    word: str = ""
    index: Mapping[str, int] = field(default_factory=dict)
    dependents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plan: tuple[Entry, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """Find a step by its id."""
        place = self.index.get(step_id)
        return None if place is None else self.steps[place]


# ------------------------------------------------------------------ the case

Change = tuple[str, str, Any]
"""What undo puts back: (field, key, old value); ``ABSENT`` where there was none."""

ABSENT = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The run before a fresh one: its answers and outcomes, and the day it was set aside."""

    answers: Mapping[str, Value]
    outcomes: Mapping[str, Outcome]
    on: str


@dataclass(frozen=True, slots=True)
class Case:
    """One person's run of a flow about one client; the answers and nothing derivable but outcomes.

    ``turn`` counts accepted events, ``revision`` every stored change (a miss changes the case but
    is no turn). ``at`` is the question last asked: no cursor, but what a new version is held to.
    ``offered`` are old values to offer when a question is asked again. ``shown`` maps the cards a
    person has seen to their content's digest; ``fresh`` are those to show with the current prompt.
    ``past`` is what undo puts back, newest last: one tuple a turn.
    """

    id: str
    owner: str
    flow: str
    version: str
    name: str = ""
    status: Status = "open"
    turn: int = 0
    revision: int = 0
    at: str = ""
    answers: Mapping[str, Value] = field(default_factory=dict)
    offered: Mapping[str, Value] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    fresh: tuple[str, ...] = ()
    reopened: str = ""
    asking: str = ""
    misses: int = 0
    wake: str = ""
    earlier: Earlier | None = None
    past: tuple[tuple[Change, ...], ...] = ()
    started: str = ""
    touched: str = ""


# ------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class Started:
    """A person began a case; ``presets`` answer questions beforehand (track, profile).

    ``version`` is the flow's at that time, so that the log can be played again later.
    """

    actor: str
    at: datetime
    presets: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A person answered the prompt of ``turn`` by a button or a program."""

    actor: str
    turn: int
    at: datetime
    value: object


@dataclass(frozen=True, slots=True)
class Typed:
    """A person wrote something; ``turn`` is the newest prompt they can have seen, if known."""

    actor: str
    at: datetime
    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Commanded:
    """A person pressed one of the universal words; ``target`` is the question for "edit"."""

    actor: str
    turn: int
    at: datetime
    word: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Woken:
    """A wake-up that was due has come."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Republished:
    """A newer version of the flow is in force; the answers are to be read against it."""

    actor: str
    at: datetime
    version: str


Event = Started | Answered | Typed | Commanded | Woken | Republished


# ------------------------------------------------------------------ prompts and effects


@dataclass(frozen=True, slots=True)
class Prompt:
    """The question that is asked now.

    ``progress`` is (done, of). ``offered`` is the old answer (label or text) that can be kept.
    ``optional`` says whether ``skip`` works, ``numbered`` that the person had trouble answering,
    ``counted`` whether the question is one of those the progress counts.
    """

    step: str
    section: str
    text: str
    why: str
    input: Input
    choices: tuple[Choice, ...]
    progress: tuple[int, int]
    optional: bool = False
    offered: str = ""
    sensitive: bool = False
    numbered: bool = False
    limits: Limits = Limits()
    counted: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown for a case at a turn: the fresh cards, and the prompt unless it rests."""

    case: str
    turn: int
    name: str
    status: Status
    cards: tuple[Card, ...]
    prompt: Prompt | None


@dataclass(frozen=True, slots=True)
class Show:
    """Show the case as it now is (the latest Show of a case wins).

    ``seen`` is the pass over the steps that found it so, where one was made.
    """

    view: View
    seen: Survey | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the person something once, beside the card.

    ``code`` is for programs: "why", "help", "status", "review", "saved", "outdated",
    "not_understood", "ambiguous", "refused", "updated", …; ``mistake`` says that nothing came of
    what they sent. ``choices`` are what they may have meant.
    """

    code: str
    text: str
    mistake: bool = False
    choices: tuple[Choice, ...] = ()
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Wake:
    """Send ``Woken`` to the case at this time (ISO 8601 with offset)."""

    at: str


Effect = Show | Tell | Wake


@dataclass(frozen=True, slots=True)
class Turn:
    """What an event came to: the case after it, and what must happen outside."""

    case: Case
    effects: tuple[Effect, ...]


_CASE_FIELDS = tuple(field.name for field in fields(Case))
_read_case = attrgetter(*_CASE_FIELDS)


def evolve(case: Case, **changes: Any) -> Case:
    """Give the case with these fields changed: ``dataclasses.replace``, at half its price."""
    return Case(**{**dict(zip(_CASE_FIELDS, _read_case(case), strict=True)), **changes})
