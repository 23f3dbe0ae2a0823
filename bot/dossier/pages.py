"""A document to be printed: its title, what stands below it, cards, and room to sign; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dossier.documents import Dossier, answered, case_cards
from bot.dossier.history import asked_as
from bot.engine.model import Block, Card, Case, Flow
from bot.engine.show import label
from bot.engine.survey import survey

SIGNED = ("Name", "Date", "Signature")
"""What is left open at the end of a decision record."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document: ``meta`` are names with values below the title, ``signed`` asks for a name."""

    title: str
    cards: tuple[Card, ...]
    meta: tuple[tuple[str, str], ...] = ()
    signed: bool = False

    @property
    def shown(self) -> Iterator[Card]:
        """Give everything as cards, with the title's first and the place to sign last."""
        rows = tuple(f"{name}\t{value}" for name, value in self.meta)
        if self.title:
            yield Card("page", "page", self.title, (Block("facts", rows),) if rows else ())
        yield from self.cards
        if self.signed:
            lines = tuple(f"{name}\t" + "." * 60 for name in SIGNED)
            yield Card("signed", "signed", "Signed", (Block("facts", lines),))


def letter_page(title: str, text: str) -> Page:
    """Give a letter or script as it is to be sent, with nothing around it."""
    return Page(title, (Card("letter", "letter", "", (Block("letter", (text,)),)),))


def case_page(dossier: Dossier, *papers: Card) -> Page:
    """Give a whole case, with what is kept beside it behind it."""
    head, *cards = case_cards(dossier, working=True)
    return Page(head.title, (*cards, *papers), _meta(head))


def record_page(dossier: Dossier, *papers: Card) -> Page:
    """Give what was decided and why, as it is signed: first what came out, then what it rests on.

    Neither the working nor the history is in it, and of a round nothing that anybody said.
    """
    flow, case = dossier.flow, dossier.case
    head, *cards = case_cards(dossier)
    kinds = {card.kind: card for card in cards}
    results = [card for card in cards if card.kind not in _NOT_SIGNED]
    decided = kinds.get("decision")
    title = f"Decision record: {head.title}" if decided else f"Not decided yet: {head.title}"
    shown = [*([decided] if decided else []), *results, *_round_counts(dossier), *papers]
    return Page(title, (*shown, _considered(flow, case)), _meta(head), signed=True)


_NOT_SIGNED = frozenset({"answers", "decision", "earlier", "history", "round"})
"""What a case is shown as besides its results."""


def _considered(flow: Flow, case: Case) -> Card:
    """List the answers that the result rests on, and no others."""
    rows = tuple(
        f"{asked_as(ask, case)}\t{label(ask, value)}"
        for ask, value in answered(case, survey(flow, case))
        if ask.counted
    )
    return Card("considered", "considered", "What was considered", (Block("facts", rows),))


def _round_counts(dossier: Dossier) -> Iterator[Card]:
    """Say of each round how many were asked and answered, and nothing that anybody said."""
    for shown in dossier.rounds:
        rows = (f"Whom\t{shown.place or 'not chosen'}", f"Participation\t{shown.progress}")
        yield Card(shown.round.id, "round", shown.title, (Block("facts", rows),))


def _meta(head: Card) -> tuple[tuple[str, str], ...]:
    pairs = (line.partition("\t") for block in head.blocks for line in block.lines)
    return tuple((name, value) for name, _, value in pairs)
