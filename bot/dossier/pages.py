"""A document to be printed: its title, what stands below it, cards, room to sign, annexes; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.decision.rule import DecisionRule
from bot.dossier.documents import Dossier, answered, case_cards
from bot.dossier.history import asked_as
from bot.engine.model import Ask, Block, Card, Case, Flow, Judge
from bot.engine.show import card_of, label, telling
from bot.engine.survey import Survey, survey

SIGNED = ("Name", "Date", "Signature")
"""What is left open at the end of a decision record."""

COLUMNS: Mapping[str, tuple[str, str]] = {
    "plan": ("Day", "What"),
    "considered": ("Question", "Answer"),
    "earlier": ("Question", "Answer"),
    "history": ("When", "What happened"),
}
"""What stands above the two columns of a card that is one table, by its kind."""


@dataclass(frozen=True, slots=True)
class Page:
    """A document: ``meta`` are names with values below the title, ``signed`` asks for a name.

    ``called`` says what it is and nothing of whom it is about: what a file shows from outside.
    ``annex`` begins on a page of its own, behind the place to sign.
    """

    title: str
    cards: tuple[Card, ...]
    meta: tuple[tuple[str, str], ...] = ()
    signed: bool = False
    called: str = "Document"
    annex: tuple[Card, ...] = ()

    @property
    def shown(self) -> Iterator[Card]:
        """Give everything as cards: the title's, the contents, the place to sign, annexes."""
        rows = tuple(f"{name}\t{value}" for name, value in self.meta)
        if self.title:
            yield Card("page", "page", self.title, (Block("facts", rows),) if rows else ())
        yield from self.cards
        annexes = [replace(c, title=f"Annex {n}: {c.title}") for n, c in enumerate(self.annex, 1)]
        if self.signed:
            listed = Block("text", (f"With {'; '.join(card.title for card in annexes)}.",))
            lines = Block("facts", tuple(f"{name}\t{'.' * 60}" for name in SIGNED))
            yield Card("signed", "signed", "Signed", (listed, lines) if annexes else (lines,))
        yield from annexes


def letter_page(title: str, text: str) -> Page:
    """Give a letter or script as it is to be sent, with nothing around it."""
    card = Card("letter", "letter", "", (Block("letter", (text,)),))
    return Page(title, (card,), called="Letter")


def paper_page(called: str, name: str, *papers: Card) -> Page:
    """Give what is kept beside a case by itself, as its plan or its log."""
    return Page(f"{called}: {name}", papers, called=called)


def case_page(dossier: Dossier, *papers: Card) -> Page:
    """Give a whole case, with what is kept beside it behind it."""
    head, *cards = case_cards(dossier, working=True)
    return Page(head.title, (*cards, *papers), _meta(head), called="Case")


def decides(flow: Flow) -> bool:
    """Whether anything is decided in a dialogue, so that there is something to record."""
    return any(isinstance(step, Ask) and step.permitted for step in flow.steps)


def record_page(dossier: Dossier, *papers: Card) -> Page:
    """Give what was decided and why, as it is signed; what it rests on is in the annexes.

    Neither the working nor the history is in it, and of a round nothing that anybody said.
    """
    flow, case = dossier.flow, dossier.case
    head, *cards = case_cards(dossier)
    decided = [replace(c, title="What was decided") for c in cards if c.kind == "decision"]
    results, weighed = _results(flow, case, survey(flow, case))
    considered = _considered(flow, case)
    nothing = Card("none", "none", "", (Block("text", ("There is no result yet.",)),))
    return Page(
        f"{'Decision record' if decided else 'Not decided yet'}: {head.title}",
        (*decided, *(results or [nothing]), *_round_counts(dossier)),
        _meta(head),
        signed=bool(decided),
        called="Decision record",
        annex=(*papers, *([considered] if considered.blocks[0].lines else []), *weighed),
    )


def _results(flow: Flow, case: Case, seen: Survey) -> tuple[list[Card], list[Card]]:
    """Give the results as they are signed, and what is put behind them."""
    results, weighed = list[Card](), list[Card]()
    for step in seen.cards:
        if not isinstance(step, Judge) or not seen.outcomes[step.id].data:
            continue
        if isinstance(step.rule, DecisionRule):
            told = telling(flow, case, seen, step)
            signed, behind = step.rule.record(seen.outcomes[step.id], told)
            results.append(signed)
            weighed.append(behind)
        else:
            results.append(card_of(flow, case, seen, step))
    return results, weighed


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
        row = f"Asked\t{shown.place or 'nobody yet'}: {shown.progress}"
        yield Card(shown.round.id, "round", shown.title, (Block("facts", (row,)),))


def _meta(head: Card) -> tuple[tuple[str, str], ...]:
    pairs = (line.partition("\t") for block in head.blocks for line in block.lines)
    return tuple((name, value) for name, _, value in pairs)
