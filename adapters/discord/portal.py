"""What Discord says of an application, as values; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class User(_Said):
    """Whose the token is."""

    id: str
    username: str


class Application(_Said):
    """What is set in the developer portal."""

    id: str
    name: str
    flags: int = 0
    bot_public: bool = True
    bot_require_code_grant: bool = False
    integration_types_config: Mapping[str, Any] | None = None
    interactions_endpoint_url: str | None = None
    event_webhooks_url: str | None = None
    event_webhooks_status: int = 1
    event_webhooks_types: frozenset[str] | None = None


class Option(_Said):
    """A subcommand, or an option of one; what Discord leaves out has its default."""

    type: int
    name: str
    description: str = ""
    required: bool | None = False
    autocomplete: bool | None = False
    options: tuple[Option, ...] | None = ()

    @property
    def form(self) -> object:
        """Everything that is ours to set."""
        inner = [option.form for option in self.options or ()]
        flags = bool(self.required), bool(self.autocomplete)
        return self.type, self.name, self.description, flags, inner


class Command(_Said):
    """A command that is registered."""

    name: str
    description: str = ""
    type: int = 1
    options: tuple[Option, ...] | None = ()
    contexts: frozenset[int] | None = None
    integration_types: frozenset[int] | None = None

    @property
    def forms(self) -> Mapping[str, object]:
        """Everything that is ours to set, by subcommand; "" is the command itself."""
        own = self.description, self.type, self.contexts, self.integration_types
        return {"": own} | {option.name: option.form for option in self.options or ()}


class SessionLimit(_Said):
    """How often the gateway may be begun anew; ``reset_after`` is in milliseconds."""

    total: int
    remaining: int
    reset_after: int


class Gateway(_Said):
    """Where the gateway is, and how many shards Discord recommends."""

    shards: int
    session_start_limit: SessionLimit


class Joined(_Said):
    """A server that the bot is in, with what it may do there, as digits."""

    name: str
    permissions: str = Field(max_length=30, pattern=r"^[0-9]+$")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What Discord answered; ``trouble`` is what went wrong, also on the way.

    ``status`` is the HTTP status, 0 if there was no answer at all. ``theirs`` says whether it came
    from Discord's API: a proxy or a block page may answer in its place.
    """

    status: int
    body: T | None = None
    trouble: str = ""
    theirs: bool = True


USER = TypeAdapter(User)
APPLICATION = TypeAdapter(Application)
COMMANDS = TypeAdapter(tuple[Command, ...])
GATEWAY = TypeAdapter(Gateway)
JOINED = TypeAdapter(tuple[Joined, ...])
_REFUSAL = TypeAdapter(dict[str, Any])


def read_answer(status: int, body: bytes, form: TypeAdapter[T]) -> Answer[T]:
    """Read an answer of the API; one that is none of Discord's says so."""
    if status == 200:
        read = _read(form, body)
        trouble = "" if read is not None else "an answer that is not Discord's (HTTP status 200)"
        return Answer(status, read, trouble, theirs=read is not None)
    refusal = _read(_REFUSAL, body) or {}
    if "message" not in refusal:
        trouble = f"an answer that is not Discord's (HTTP status {status})"
        return Answer(status, None, trouble, theirs=False)
    code = refusal.get("code")
    more = f", code {code}" if type(code) is int and code else ""
    return Answer(status, None, f"HTTP status {status}{more}")


def _read(form: TypeAdapter[T], body: bytes) -> T | None:
    try:
        return form.validate_json(body)
    except ValidationError:
        return None
