"""decision.yaml as an author writes it: the fields, their types and limits, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=75, strip_whitespace=True)]
Points = Annotated[int, Field(strict=True, ge=-100, le=100)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Fit = Annotated[int, Field(strict=True, ge=-2, le=2)]
Condition = object
"""Checked by ``parse_condition`` later, where the named conditions are known."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenLine(_Strict):
    """A text for when its condition holds; in a list the first that holds counts."""

    when: Condition = None
    text: Text


class WrittenCourse(_Strict):
    """A way to act. ``start`` is where its points begin; without it only a rule reaches it."""

    id: Name
    label: Title
    sentence: Text
    how: Text
    risks: Text
    start: Percent | None = None
    irreversible: bool = False
    first_steps: tuple[WrittenLine, ...] = Field(min_length=1)


class WrittenRule(_Strict):
    """One rule of a gate: vetoes courses, allows only some of the scored ones, forces one."""

    when: Condition
    veto: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    force: str | None = None
    reason: Text


class WrittenGate(_Strict):
    """Rules under one name. ``hidden``: people are not shown that it applied."""

    id: Name
    title: Title
    hidden: bool = False
    suspends: tuple[str, ...] = ()
    rules: tuple[WrittenRule, ...] = Field(min_length=1)


class WrittenFactor(_Strict):
    """A question that carries points: option id → fit for each of ``columns``."""

    id: str
    title: Title
    weight: Percent
    fit: dict[str, tuple[Fit, ...]] = Field(min_length=1)
    what_if: dict[str, Text] = {}


class WrittenAdjustment(_Strict):
    """Points added when several answers come together."""

    id: Name
    title: Title
    reason: Text
    when: Condition
    add: dict[str, Points] = Field(min_length=1)


class WrittenValues(_Strict):
    """A question of the "several" kind whose options name groups of factors that weigh more."""

    question: str
    groups: dict[str, tuple[str, ...]] = Field(min_length=1)


class WrittenTest(_Strict):
    """What a confidence label asks for: points ahead, re-runs that agree, percent known."""

    margin: Percent
    stable: Annotated[int, Field(strict=True, ge=0, le=1000)]
    coverage: Percent


class WrittenWording(_Strict):
    """The sentence for each label; names in braces are filled in."""

    rule: Text
    one_left: Text
    clear: Text
    leaning: Text
    close: Text
    first_look: Text


class WrittenConfidence(_Strict):
    """Thresholds and wording of the labels."""

    clear: WrittenTest
    leaning: WrittenTest
    wording: WrittenWording


class WrittenChanges(_Strict):
    """Which questions "What would change it" prefers, and what it says when there is nothing."""

    prefer: tuple[str, ...] = ()
    nothing: Text
    under_rule: Text


class WrittenRider(_Strict):
    """A must-do line."""

    id: Name
    title: Title
    when: Condition
    text: Text


class WrittenExplain(_Strict):
    """How much reason to give, for some courses (none named: all) and answers."""

    when: Condition = None
    courses: tuple[str, ...] = ()
    advice: Text
    why: Text


class WrittenCharitable(_Strict):
    """Kind readings of the other side, shown with the courses named."""

    courses: tuple[str, ...] = Field(min_length=1)
    readings: tuple[WrittenLine, ...] = Field(min_length=1)


class WrittenNotice(_Strict):
    """A notice on the card."""

    place: Literal["top", "end"]
    when: Condition = None
    text: Text


class WrittenTable(_Strict):
    """The whole file."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])$")]
    conditions: dict[Name, Condition] = {}
    courses: tuple[WrittenCourse, ...] = Field(min_length=2, max_length=25)
    gates: tuple[WrittenGate, ...] = ()
    columns: tuple[str, ...] = Field(min_length=1)
    unsure: tuple[str, ...] = ()
    factors: tuple[WrittenFactor, ...] = Field(min_length=1)
    adjustments: tuple[WrittenAdjustment, ...] = ()
    values: WrittenValues | None = None
    confidence: WrittenConfidence
    changes: WrittenChanges
    riders: tuple[WrittenRider, ...] = ()
    explain: tuple[WrittenExplain, ...] = ()
    charitable: WrittenCharitable | None = None
    notices: tuple[WrittenNotice, ...] = ()


class WrittenStep(_Strict):
    """The fields of a ``decide`` step in flow.yaml."""

    table: str
    gut: str | None = None
    first_look: Condition = None
    brief: Condition = None
