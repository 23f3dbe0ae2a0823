"""The ``draft`` step: that a flow has letters, for which step's courses or which one course.

It never stops anybody: it has no card and asks nothing. What the letters are made of stands in the
flow's ``drafts`` folder and is loaded when somebody writes one.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.engine.kinds import KindSource
from bot.engine.model import Flow, Rule
from bot.engine.offer import Offer, digest, offer_of, read_step, see_what_for
from bot.engine.written import Id, Title


class WrittenDraft(BaseModel):
    """The fields of a ``draft`` step: the deciding step (``of``), or the only ``course``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Id | None = None
    course: str = Field(default="", max_length=40)
    title: Title = "Your letters"


@dataclass(frozen=True, slots=True)
class Drafting(Offer):
    """A compiled ``draft`` step; see ``WrittenDraft``."""

    kind = "draft"
    word = "draft"
    meaning = "write a letter or a script for what comes next"
    how = (
        "A letter, a chat message or a call script for what you decided, in the tone you choose.",
        "“/crossroads draft” writes it in Slack and Discord, “crossroads draft” in a terminal.",
    )

    of: str
    course: str


def drafting_of(flow: Flow) -> Drafting | None:
    """Find a flow's ``draft`` step."""
    return offer_of(flow, Drafting)


def compile_draft(source: KindSource) -> Rule:
    """Compile a ``draft`` step; raises ``FlowErrors`` or ``FlowError``."""
    written = read_step(WrittenDraft, source)
    see_what_for(source, written.of, written.course)
    return Drafting(written.title, digest(source.data), written.of or "", written.course)
