"""A case as a document: the cards it is shown as, with everything that is stored about it.

Pure: what is needed comes in as a ``Dossier``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.dossier.history import Happened, asked_as
from bot.dossier.rounds import round_card
from bot.engine.model import Ask, Block, Card, Case, Flow, Judge, Value
from bot.engine.show import card_of, label, telling
from bot.engine.survey import Survey, survey
from bot.filing import Paper
from bot.sheets.shown import Shown


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything there is about a case: it, its flow version, and its history in words.

    ``rounds`` are those in which its owner asked the team, oldest first; ``papers`` what is kept
    beside the case.
    """

    flow: Flow
    case: Case
    history: Sequence[Happened]
    rounds: Sequence[Shown] = ()
    papers: Sequence[Paper] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person finally decided, and why if they said so."""

    ask: Ask
    value: Value
    reason: str


def decision_of(flow: Flow, case: Case, seen: Survey) -> Decision | None:
    """Find the final decision: the answer to the last question about what a result permits.

    The reason is the answer to the first text question after it.
    """
    asked = [ask for ask in seen.asks if ask.permitted and case.answers.get(ask.id)]
    if not asked:
        return None
    place = flow.index[asked[-1].id]
    reasons = (
        case.answers.get(ask.id)
        for ask in seen.asks
        if ask.input == "text" and flow.index[ask.id] > place
    )
    reason = next((str(value) for value in reasons if value), "")
    return Decision(asked[-1], case.answers[asked[-1].id], reason)


def case_cards(dossier: Dossier, *, working: bool = False) -> Iterator[Card]:
    """Yield the cards a case is shown as: itself, answers, result, decision, rounds, history."""
    flow, case = dossier.flow, dossier.case
    seen = survey(flow, case)
    yield _head(flow, case)
    yield _answers(flow, case, seen)
    yield from _results(flow, case, seen, working=working)
    if decision := decision_of(flow, case, seen):
        yield _decided(decision)
    if case.earlier:
        yield _earlier(flow, case)
    yield from map(round_card, dossier.rounds)
    if dossier.history:
        rows = tuple(f"{when(item.at)}\t{_line(item.text)}" for item in dossier.history)
        yield Card("history", "history", "What happened when", (Block("facts", rows),))


def _head(flow: Flow, case: Case) -> Card:
    rows = [
        f"Case\t{case.id}",
        f"Dialogue\t{flow.title} (version {case.version})",
        f"State\t{status_text(case)}",
        f"Begun\t{_written(case.started)}",
        f"Last touched\t{_written(case.touched)}",
    ]
    return Card("case", "case", case.name or flow.title, (Block("facts", tuple(rows)),))


def listing_text(flow: Flow | None, case: Case) -> tuple[str, str]:
    """Give what a listing says of a case: the flow's title, and how far it has come."""
    if flow is None:
        return case.flow, f"{status_text(case)} (its version of the dialogue cannot be read here)"
    seen = survey(flow, case)
    result = result_of(seen)
    if result:
        return flow.title, f"{status_text(case)}, result: {result[1]}"
    return flow.title, f"{status_text(case)}, {seen.done} of {seen.of} questions answered"


def result_of(seen: Survey) -> tuple[str, str] | None:
    """Find the first course of the last result reached, as (id, label)."""
    for step in reversed(seen.cards):
        if isinstance(step, Judge) and (options := seen.outcomes[step.id].options):
            labels = {option.id: option.label for option in step.rule.options}
            return options[0], labels[options[0]]
    return None


def profile_card(profile: Mapping[str, str]) -> Card:
    """Show what a person stored for every case."""
    rows = tuple(f"{question}\t{option}" for question, option in profile.items())
    return Card("profile", "profile", "What you stored for every case", (Block("facts", rows),))


def status_text(case: Case) -> str:
    """Say a case's state in a word or two."""
    if case.status == "sleeping":
        return f"asleep until {case.wake[:16].replace('T', ' ')}"
    return "closed without a result" if case.status == "cancelled" else case.status


def _answers(flow: Flow, case: Case, seen: Survey) -> Card:
    blocks: list[Block] = []
    section, rows = "", list[str]()
    for ask, value in answered(case, seen):
        if ask.section != section:
            blocks += _section(flow, section, rows)
            section, rows = ask.section, []
        rows.append(f"{asked_as(ask, case)}\t{label(ask, value)}")
    blocks += _section(flow, section, rows)
    nothing = Block("text", ("No answers yet.",))
    return Card("answers", "answers", "Answers", tuple(blocks) or (nothing,))


def _section(flow: Flow, section: str, rows: list[str]) -> list[Block]:
    if not rows:
        return []
    return [Block("heading", (flow.sections[section],)), Block("facts", tuple(rows))]


def answered(case: Case, seen: Survey) -> Iterator[tuple[Ask, Value]]:
    """Yield the visible questions that have an answer, with it; also those set at the start."""
    for ask in seen.asks:
        value = case.answers.get(ask.id, seen.facts.get(ask.id))
        if value is not None:
            yield ask, value


def _results(flow: Flow, case: Case, seen: Survey, *, working: bool) -> Iterator[Card]:
    for step in seen.cards:
        if isinstance(step, Judge) and seen.outcomes[step.id].data:
            yield card_of(flow, case, seen, step)
            if working and "working" in step.rule.words:
                outcome = seen.outcomes[step.id]
                yield step.rule.tell("working", outcome, telling(flow, case, seen, step))


def _decided(decision: Decision) -> Card:
    rows = [f"Decision\t{label(decision.ask, decision.value)}"]
    if decision.reason:
        rows.append(f"Why\t{decision.reason}")
    return Card("decision", "decision", "What you decided", (Block("facts", tuple(rows)),))


def _earlier(flow: Flow, case: Case) -> Card:
    assert case.earlier is not None
    rows = []
    for question, value in case.earlier.answers.items():
        ask = flow.step(question)
        if isinstance(ask, Ask):
            rows.append(f"{asked_as(ask, case)}\t{label(ask, value)}")
    title = f"Your answers of {case.earlier.on}, before you slept on it"
    return Card("earlier", "earlier", title, (Block("facts", tuple(rows)),))


def when(at: datetime) -> str:
    """Give a time as people read it, in the zone it was noted in."""
    return at.strftime("%Y-%m-%d %H:%M")


def _written(iso: str) -> str:
    return when(datetime.fromisoformat(iso)) if iso else ""


def _line(text: str) -> str:
    return " ".join(text.split())
