"""A plan.yaml as an author writes it: fields, types and limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.engine.written import Flag, Id, Label, Title, Whole

Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Days = Annotated[Whole, Field(ge=-365, le=365)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenAnchor(_Strict):
    """A day that others are reckoned from."""

    ask: Title
    after: Id | None = None
    days: Annotated[Whole, Field(ge=0, le=365)] = 0


class WrittenTask(_Strict):
    """A line of the checklist; ``at`` is one anchor with days, ``days`` counts from today."""

    text: Words
    courses: tuple[Name, ...] = ()
    at: dict[Id, Days] = Field(default={}, max_length=1)
    days: Days = 0
    when: object = None
    fixed: Flag = False
    rider: Name | None = None
    premortem: Flag = False


class WrittenCheckIns(_Strict):
    """When it is asked what came of it, and what can be answered."""

    question: Label
    days: tuple[Annotated[Whole, Field(ge=1, le=365)], ...] = Field(min_length=1, max_length=6)
    answers: dict[Id, Label] = Field(min_length=2, max_length=5)


class WrittenChecklist(_Strict):
    """A whole file."""

    anchors: dict[Id, WrittenAnchor] = {}
    conditions: dict[Id, object] = {}
    items: tuple[WrittenTask, ...] = Field(min_length=1, max_length=200)
    checkins: WrittenCheckIns | None = None
