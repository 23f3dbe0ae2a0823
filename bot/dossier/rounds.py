"""A case's rounds of second opinion as they are kept: for people, and for programs; pure.

What is not revealed stands nowhere in it: an open round has its brief and its counts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bot.engine.model import Block, Card
from bot.opinion.model import Ballot, Brief, Decision, Record, Round, Terms
from bot.opinion.movement import Team, dissent, spread, weigh
from bot.sheets.drafts import WHO
from bot.sheets.lists import STAGES
from bot.sheets.reveal import reveal_blocks
from bot.sheets.shown import Shown, course_label, heading, many, rows, when

_WHY = {"hand": ", by hand", "without": ", without enough answers"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An open round that somebody is asked in, with their own answer and nobody else's."""

    round: Round
    answered: bool
    ballot: Ballot | None


# ------------------------------------------------------------------ for people


def round_card(shown: Shown) -> Card:
    """Show all there is about a round: how it was held, its brief, what came of it."""
    round_ = shown.round
    saw = "What they would see" if round_.stage == "draft" else "What they saw"
    blocks = [rows(*_how(shown)), heading(saw), rows(*_brief(round_.brief))]
    if round_.record:
        blocks += [heading("What came of it"), *reveal_blocks(shown, whole=True)]
    if round_.decision:
        blocks += [heading("What you decided"), _decision(round_, round_.decision)]
    return Card(round_.id, "round", shown.title, tuple(blocks))


def _how(shown: Shown) -> Iterator[tuple[str, str]]:
    round_, terms = shown.round, shown.round.terms
    early = ", and it closes as soon as they are in" if terms.at_quorum else ""
    yield "Round", round_.id
    yield "State", STAGES[round_.stage]
    yield "Whom you asked", shown.place or "not chosen yet"
    yield "Answers are", WHO["anonymous" if terms.anonymous else "named"].lower()
    yield "Revealed from", many(terms.quorum, "answer") + early
    yield from _dates(round_)
    if round_.stage != "draft":
        yield "Participation", shown.progress
    yield "Rule set", _rules(round_) or "–"
    if round_.stale:
        yield "Changed since", "facts of the case were changed after it was opened"
    if round_.concerns:
        yield "Safety", many(round_.concerns, "worry was", "worries were") + " passed on"
    if round_.troubles:
        yield "Could not be asked", " ".join(round_.troubles)


def _dates(round_: Round) -> Iterator[tuple[str, str]]:
    yield "Begun", when(round_, round_.begun)
    if round_.opened:
        yield "Opened", when(round_, round_.opened)
    if record := round_.record:
        yield "Closed", when(round_, record.closed) + _WHY.get(record.why, "")
    elif round_.terms.close:
        yield "Closes", when(round_, round_.terms.close)
    if round_.extended:
        yield "Put off", "once"


def _rules(round_: Round) -> str:
    return (round_.record.standing if round_.record else round_.standing).rules


def _brief(brief: Brief) -> Iterator[tuple[str, str]]:
    yield "The client", brief.code_name
    for fact in brief.shown:
        yield fact.label, fact.answer
    if brief.note:
        yield "Your note", brief.note


def _decision(round_: Round, decision: Decision) -> Block:
    done = "followed" if decision.followed else "departed from"
    label = course_label(round_, decision.course)
    pairs = [("Decision", f"{label} (you {done} the line with the team)")]
    if decision.reason:
        pairs.append(("Because", decision.reason))
    pairs += [
        ("Told to the team", "yes" if decision.shared else "no"),
        ("Decided", when(round_, decision.at)),
    ]
    return rows(*pairs)


def asked_cards(asked: Sequence[Asked]) -> Iterator[Card]:
    """Show the open rounds somebody is asked in, each with their own answer."""
    for one in asked:
        round_, ballot = one.round, one.ballot
        pairs = [
            ("Closes", when(round_, round_.terms.close)),
            ("You have answered", "yes" if one.answered else "no"),
        ]
        if ballot:
            course = course_label(round_, ballot.course) if ballot.course else "you abstain"
            pairs.append(("Your answer", course))
            if ballot.note:
                pairs.append(("In your words", ballot.note))
        title = f"You are asked about {round_.brief.code_name}"
        yield Card(round_.id, "asked", title, (rows(*pairs),))


# ------------------------------------------------------------------ for programs


def round_record(shown: Shown) -> dict[str, object]:
    """Give all there is about a round as JSON types; times are ISO 8601."""
    round_ = shown.round
    return {
        "id": round_.id,
        "case": round_.case,
        "number": round_.number,
        "platform": round_.platform,
        "stage": round_.stage,
        "begun": round_.begun,
        "opened": round_.opened or None,
        "closes": round_.terms.close or None,
        "asked": {"label": shown.place, "able": shown.asked},
        "answered": shown.answered,
        "terms": _terms_record(round_.terms),
        "brief": _brief_record(round_.brief),
        "rules": _rules(round_) or None,
        "extended": round_.extended,
        "reminded": round_.reminded,
        "stale": round_.stale,
        "concerns": round_.concerns,
        "troubles": list(round_.troubles),
        "result": _result_record(round_, round_.record) if round_.record else None,
        "decision": _decision_record(round_, round_.decision) if round_.decision else None,
    }


def _terms_record(terms: Terms) -> dict[str, object]:
    return {
        "anonymous": terms.anonymous,
        "quorum": terms.quorum,
        "at_quorum": terms.at_quorum,
        "hours": terms.hours,
        "zone": terms.zone,
    }


def _brief_record(brief: Brief) -> dict[str, object]:
    return {
        "code_name": brief.code_name,
        "flow": brief.flow,
        "version": brief.version,
        "facts": [asdict(fact) for fact in brief.shown],
        "note": brief.note or None,
        "courses": [asdict(course) for course in brief.courses],
        "missed": [asdict(option) for option in brief.missed],
    }


def _result_record(round_: Round, record: Record) -> dict[str, object]:
    """Give what a round came to; where nothing is revealed, only that."""
    ended: dict[str, object] = {
        "closed": record.closed,
        "why": record.why,
        "revealed": record.revealed,
    }
    if not record.revealed:
        return ended
    brief, standing = round_.brief, record.standing
    team = weigh(standing, brief.courses, record.ballots)
    return {
        **ended,
        "rules_and_answers": {
            "course": standing.order[0],
            "order": list(standing.order),
            "scores": dict(standing.scores),
            "vetoed": {course: list(rules) for course, rules in standing.vetoed.items()},
            "forced": standing.forced or None,
            "whole": standing.whole,
        },
        "with_team": {"course": team.order[0], **team_record(team)},
        "dissent": [
            {"course": course.id, "votes": len(ballots)}
            for course, ballots in dissent(record.ballots, brief.courses)
        ],
        "differently": [
            {"question": fact.question, "votes": votes}
            for fact, votes in spread(record.ballots, brief.shown)
        ],
        "ballots": [_ballot_record(b, named=not round_.terms.anonymous) for b in record.ballots],
    }


def team_record(team: Team) -> dict[str, object]:
    """Give what votes come to, in the form of ``decide --votes --json``."""
    return {
        "order": list(team.order),
        "added": dict(team.added),
        "agreement": None if team.agreement is None else float(team.agreement),
        "word": team.word or None,
        "split": team.split,
        "votes": team.votes,
        "abstained": team.abstained,
        "counts": dict(team.counts),
    }


def _ballot_record(ballot: Ballot, *, named: bool) -> dict[str, object]:
    """Give an answer as ``decide --votes`` takes it; its voter only where the round names them."""
    record: dict[str, object] = {
        "course": ballot.course,
        "sure": ballot.sure,
        "differently": list(ballot.differently),
        "missed": list(ballot.missed),
        "note": ballot.note,
        "takeover": ballot.takeover,
    }
    return {**record, "name": ballot.name} if named else record


def _decision_record(round_: Round, decision: Decision) -> dict[str, object]:
    return {**asdict(decision), "label": course_label(round_, decision.course)}


def asked_record(asked: Asked) -> dict[str, object]:
    """Give an open round as one of those who are asked may see it."""
    round_, ballot = asked.round, asked.ballot
    return {
        "code_name": round_.brief.code_name,
        "closes": round_.terms.close,
        "answered": asked.answered,
        "ballot": _ballot_record(ballot, named=False) if ballot else None,
    }
