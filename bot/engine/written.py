"""flow.yaml as an author writes it: the fields, their types and limits, and nothing else.

The limits are the tightest of the platforms the flow must be shown on (25 choices: Discord's
select; 75 characters a label: Slack's button), so that authors meet them and people never do.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

ID_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
MAX_CHOICES = 25
MAX_LABEL = 75
MAX_TEXT = 2000

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=40)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LABEL, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=150, strip_whitespace=True)]
IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
NamePattern = Annotated[
    str, StringConstraints(pattern=r"^[^{}]*\{nickname\}[^{}]*$", max_length=MAX_LABEL)
]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenOption(_Strict):
    """An option in its long form; ``id: label`` is the short one."""

    id: Id
    label: Label
    why: Why | Literal[""] = ""
    was: tuple[Id, ...] = ()
    unsure: Flag = False
    alone: Flag = False
    sets: dict[Id, str] = {}
    revises: dict[Id, str] = {}
    does: Literal["", "pause", "sleep"] = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        if isinstance(data, dict) and len(data) == 1 and not data.keys() & {"id", "label"}:
            ((option_id, label),) = data.items()
            return {"id": option_id, "label": label}
        return data


class WrittenGiven(_Strict):
    """An answer that follows by itself; ``when`` is a condition."""

    value: str
    when: object


class WrittenAsk(_Strict):
    """A question."""

    ask: Id
    text: Text
    why: Why
    section: Id | None = None
    when: object = None
    input: Literal["choice", "many", "text", "number", "date"] = "choice"
    options: tuple[WrittenOption, ...] = Field(default=(), max_length=MAX_CHOICES)
    required: Flag = False
    sensitive: Flag = False
    counted: Flag = True
    kept: Flag = False
    preset: str = ""
    given: tuple[WrittenGiven, ...] = ()
    depends: tuple[Id, ...] = ()
    options_from: Id | Literal[""] = ""
    permitted: Flag = False
    without: tuple[str, ...] = ()
    max_length: Whole = Field(default=MAX_TEXT, ge=1, le=MAX_TEXT)
    max_ticks: Whole = Field(default=MAX_CHOICES, ge=1, le=MAX_CHOICES)
    least: Whole | None = None
    most: Whole | None = None
    earliest: IsoDate | Literal[""] = ""
    latest: IsoDate | Literal[""] = ""
    was: tuple[Id, ...] = ()


class WrittenSay(_Strict):
    """A card that needs no answer."""

    say: Id
    text: Text
    title: Title | Literal[""] = ""
    tone: Literal["plain", "safety", "notice"] = "plain"
    section: Id | None = None
    when: object = None
    was: tuple[Id, ...] = ()


class WrittenJudge(_Strict):
    """What every step of another kind has; the rest is for its kind to read."""

    id: Id
    section: Id | None = None
    when: object = None
    was: tuple[Id, ...] = ()


class WrittenFlow(_Strict):
    """The whole file; steps are read one by one afterwards, each by its kind."""

    flow: Id
    title: Title
    about: Why
    word: Id | Literal[""] = ""
    sections: dict[Id, Title] = Field(min_length=1)
    tracks: dict[Id, dict[Id, str]] = {}
    name: Id | Literal[""] = ""
    nicknames: tuple[Label, ...] = ()
    name_pattern: NamePattern = "{nickname}"
    profile: tuple[Id, ...] = ()
    conditions: dict[Id, object] = {}
    steps: tuple[dict[str, object], ...] = Field(min_length=1)
