"""The files of a ``drafts`` folder as an author writes them: fields, types and limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.engine.written import Flag, Id, Title, Whole

Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Phrase = Annotated[str, StringConstraints(pattern=r"^[\w '’&%*?!-]+$", max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenSlot(_Strict):
    """A place to fill in."""

    gap: Title
    ask: Title
    kind: Literal["text", "date"] = "text"


class WrittenLine(_Strict):
    """A sentence: ``text`` for every tone, or ``say`` with one for each; a bare text is short."""

    text: Words | Literal[""] = ""
    say: dict[Id, Words] = {}
    when: object = None
    needs: Id | Literal[""] = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: object) -> object:
        return {"text": data} if isinstance(data, str) else data


class WrittenSection(_Strict):
    """A block and its lines, or the shared block that is used here."""

    block: Id | Literal[""] = ""
    use: Id | Literal[""] = ""
    one: Flag = False
    lines: tuple[WrittenLine, ...] = ()


class WrittenTemplate(_Strict):
    """A course in one medium."""

    subject: WrittenLine | None = None
    sections: tuple[WrittenSection, ...] = Field(min_length=1)


class WrittenMust(_Strict):
    """What has to be present."""

    text: Title
    has: tuple[Words, ...] = Field(min_length=1)
    media: tuple[Id, ...] = ()
    needs: Id | Literal[""] = ""
    when: object = None


class WrittenNever(_Strict):
    """What must not be there."""

    text: Title
    phrases: tuple[Phrase, ...] = Field(min_length=1)


class WrittenCourse(_Strict):
    """A file about one course."""

    course: Name
    must: tuple[WrittenMust, ...] = Field(min_length=1)
    never: tuple[WrittenNever, ...] = Field(min_length=1)
    drafts: dict[Id, WrittenTemplate] = Field(min_length=1)


class WrittenRemark(_Strict):
    """A text for some courses, media and answers."""

    text: Words
    title: Title | Literal[""] = ""
    top: Flag = False
    when: object = None
    courses: tuple[Name, ...] = ()
    media: tuple[Id, ...] = ()


class WrittenMedium(_Strict):
    """A form a draft may take."""

    label: Title
    layout: Literal["letter", "message", "script", "form"]
    words: Whole = Field(default=0, ge=0)
    tones: tuple[Id, ...] = ()
    hidden: tuple[WrittenRemark, ...] = ()


class WrittenCommon(_Strict):
    """common.yaml: what all courses share."""

    tones: dict[Id, Title] = Field(min_length=1, max_length=4)
    blocks: dict[Id, Title] = Field(min_length=1)
    slots: dict[Id, WrittenSlot] = Field(min_length=1)
    media: dict[Id, WrittenMedium] = Field(min_length=1, max_length=8)
    conditions: dict[Id, object] = {}
    shared: dict[Id, WrittenSection] = {}
    remarks: dict[Id, tuple[WrittenRemark, ...]] = {}


class WrittenWordRule(_Strict):
    """Words to warn of."""

    id: Id
    says: Title
    suggest: Words
    phrases: tuple[Phrase, ...] = ()
    together: tuple[tuple[Phrase, ...], ...] = ()
    in_log: Flag = False


class WrittenRequired(_Strict):
    """What blocks a text while it is missing."""

    id: Id
    says: Title
    suggest: Words
    when: object = None
    courses: tuple[Name, ...] = ()
    media: tuple[Id, ...] = ()
    mentions: tuple[Phrase, ...] = ()
    date: Flag = False
    phrases: tuple[Phrase, ...] = ()


class WrittenLint(_Strict):
    """lint.yaml: the linter's lists."""

    words: tuple[WrittenWordRule, ...]
    log: tuple[WrittenWordRule, ...] = ()
    required: tuple[WrittenRequired, ...] = ()
    capitals: tuple[Name, ...] = ()
