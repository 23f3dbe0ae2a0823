"""What can be had of a case as a document, gathered from all that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.dossier.documents import Dossier
from bot.dossier.pages import Page, case_page, decides, letter_page, paper_page, record_page
from bot.drafting.versions import versions_from_bytes
from bot.engine.model import Block, Card
from bot.errors import NotFound, WrongUse
from bot.papers import followups
from bot.planning.model import Plan
from bot.planning.record import plan_from_bytes
from bot.reading import read_dossier
from bot.records.logbook import log_from_bytes
from bot.records.outcome import outcome_from_bytes
from bot.rounds.ports import Rounds
from bot.service import Service
from bot.sheets.due import outcome_rows
from bot.sheets.log import log_card
from bot.sheets.shown import rows, text

WHAT: Mapping[str, str] = {
    "record": "The decision record, to be signed",
    "letter": "The letter saved last",
    "plan": "The plan",
    "log": "The log",
    "case": "The whole case",
}
"""What can be printed: id → name."""

FORMS: Mapping[str, str] = {"pdf": "PDF", "docx": "Word (DOCX)", "md": "Markdown"}
"""In which forms: id, which is the file's ending too → name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is kept of a case, as cards."""

    dossier: Dossier
    papers: Mapping[str, bytes]
    checkins: Card | None

    @property
    def name(self) -> str:
        """The case's nickname, else its id."""
        return self.dossier.case.name or self.dossier.case.id

    @property
    def there(self) -> Mapping[str, str]:
        """Give those of ``WHAT`` that there are."""
        kept = {kind for kind, body in self.papers.items() if body}
        kept |= {"record", "case"} if decides(self.dossier.flow) else {"case"}
        if versions_from_bytes(self.papers.get("letters", b"")).saved:
            kept.add("letter")
        return {what: name for what, name in WHAT.items() if what in kept}

    def page(self, what: str) -> Page:
        """Make what is wanted; raises ``NotFound`` where there is no such thing."""
        match what:
            case "record" if not decides(self.dossier.flow):
                raise NotFound(
                    "Nothing is decided in this dialogue.", "Its answers are in the whole case."
                )
            case "record":
                return record_page(self.dossier, *self._cards("plan"))
            case "case":
                return case_page(self.dossier, *self._cards("letters", "plan", "log", "outcome"))
            case "letter":
                return self._letter()
            case "plan" | "log":
                cards = tuple(self._cards(what))
                if not cards:
                    raise NotFound(f"There is no {what} yet.", f"/crossroads {what} begins one.")
                return paper_page(what.capitalize(), self.name, *cards)
            case _:
                raise WrongUse(
                    f"“{what[:20]}” cannot be printed.", f"There are: {', '.join(WHAT)}."
                )

    def _letter(self) -> Page:
        saved = versions_from_bytes(self.papers.get("letters", b"")).saved
        if not saved:
            raise NotFound("No letter is saved yet.", "Save one first, with the word “draft”.")
        return letter_page("", saved[-1].text)

    def _cards(self, *kinds: str) -> Iterator[Card]:
        for kind in kinds:
            body = self.papers.get(kind, b"")
            match kind:
                case "plan" if body:
                    yield plan_card(plan_from_bytes(body))
                case "log" if body:
                    yield log_card(log_from_bytes(body))
                case "letters" if body:
                    yield from _letters(body)
                case "outcome" if self.checkins:
                    yield self.checkins


async def desk_of(service: Service, rounds: Rounds, owner: str, case_id: str) -> Desk:
    """Gather all that is kept of a case; raises ``NotFound``."""
    dossier = await read_dossier(service, rounds, owner, case_id)
    kept: dict[str, bytes] = {
        paper.kind: paper.body for paper in await service.store.papers.kept(owner, case_id)
    }
    return Desk(dossier, kept, await _outcome(service, owner, case_id, kept.get("outcome", b"")))


async def _outcome(service: Service, owner: str, case_id: str, body: bytes) -> Card | None:
    outcome = outcome_from_bytes(body) if body else None
    if outcome is None or not outcome.said:
        return None
    _, checkins = await followups.checkins_of(service, owner, case_id)
    return Card("outcome", "outcome", "What came of it", (rows(*outcome_rows(outcome, checkins)),))


def plan_card(plan: Plan) -> Card:
    """Show a plan as a document has it: each thing with its day, and what is done."""
    listed = [(_day(item.day), _done(item.text, done=item.done)) for item in plan.items]
    shown = rows(*listed) if listed else text("There is nothing in it.")
    return Card("plan", "plan", "What follows", (shown,))


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def _done(said: str, *, done: bool) -> str:
    return f"✓ {said}" if done else said


def _letters(body: bytes) -> Iterator[Card]:
    newest = {(v.course, v.medium): v for v in versions_from_bytes(body).saved}
    for version in newest.values():
        title = f"Letter: {version.medium}, version {version.number} of {version.at[:10]}"
        yield Card("letter", "letter", title, (Block("letter", (version.text,)),))
