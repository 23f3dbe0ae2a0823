"""What letters and scripts are made of: frozen values, compiled from a flow's ``drafts`` folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.engine.conditions import Condition

Layout = Literal["letter", "message", "script", "form"]
SlotKind = Literal["text", "date"]
State = Literal["there", "gap", "unsure", "missing"]

Text = tuple[tuple[bool, str], ...]
"""A text in pieces: (is it a slot, its words or the slot's id)."""

ID_ROOM = 32
"""Characters of “course.medium.tone”: with a case, a version and what is done they name a button.

Discord takes 100 characters of them all.
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to fill in: ``gap`` is what stands there until then, ``ask`` the brief question."""

    id: str
    gap: str
    ask: str
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in every tone; it appears where ``when`` holds and ``needs`` is filled in."""

    when: Condition
    needs: str
    tones: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Section:
    """A block of a draft; with ``one`` only the first of its lines that fits appears."""

    block: str
    one: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A course in one medium: its blocks in order, and what hides it."""

    subject: Mapping[str, Text]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Must:
    """What has to be present: one of the texts in ``has``; an empty ``media`` means all."""

    text: str
    has: tuple[Text, ...]
    media: frozenset[str]
    needs: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Never:
    """What must not be there, and the phrases that give it away."""

    text: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseDrafts:
    """All drafts of one course, by medium, with its must and never lists."""

    course: str
    templates: Mapping[str, Template]
    must: tuple[Must, ...]
    never: tuple[Never, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A plain text that holds for some courses and media (none named: all) and some answers.

    With ``top`` it is said before the draft, else below it.
    """

    title: str
    top: bool
    when: Condition
    courses: frozenset[str]
    media: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Medium:
    """A form a draft may take: how it is laid out, its limit in words, what hides it."""

    id: str
    label: str
    layout: Layout
    words: int
    tones: tuple[str, ...]
    hidden: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class WordRule:
    """Words to warn of: any of the phrases, or one of every group in the same sentence."""

    id: str
    says: str
    suggest: str
    phrases: tuple[str, ...]
    together: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Required:
    """What blocks a text while it is missing: a date, or any of the phrases.

    It applies to the courses and media named; where no course is known, to a text that ``mentions``
    one of the phrases, or, without such, wherever ``when`` holds.
    """

    id: str
    says: str
    suggest: str
    when: Condition
    courses: frozenset[str]
    media: frozenset[str]
    mentions: tuple[str, ...]
    date: bool
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LintRules:
    """The linter's lists; ``log`` is what is pointed out in an evidence log."""

    words: tuple[WordRule, ...]
    required: tuple[Required, ...]
    capitals: frozenset[str]
    log: tuple[WordRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """Everything in a ``drafts`` folder, compiled."""

    tones: Mapping[str, str]
    blocks: Mapping[str, str]
    slots: Mapping[str, Slot]
    media: Mapping[str, Medium]
    courses: Mapping[str, CourseDrafts]
    remarks: Mapping[str, tuple[Remark, ...]]
    lint: LintRules


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a draft as it stands: its id, its title, its lines."""

    block: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter or script; ``gaps`` are the slots still to be filled in, in the text's order.

    ``offers`` are slots that would add a line, and leave nothing open while they are empty.
    """

    course: str
    medium: str
    tone: str
    subject: str
    parts: tuple[Part, ...]
    gaps: tuple[str, ...]
    offers: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """An entry of a must list: present, still a gap, or missing.

    It is ``unsure`` where a gap is gone and it is not known what was written there.
    """

    text: str
    state: State


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the linter found: where it is named, what is said of it, what to do instead."""

    kind: str
    text: str
    blocks: bool
    says: str
    suggest: str
