"""A case as a record for programs: the form that ``crossroads export`` writes; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import orjson

from bot.dossier.documents import Decision, Dossier, answered, decision_of, result_of
from bot.dossier.history import Happened, asked_as
from bot.dossier.rounds import Asked, asked_record, round_record
from bot.engine.model import Answered, Ask, Case, Flow, Judge, Typed, Value
from bot.engine.show import card_of, label
from bot.engine.survey import Survey, survey
from bot.filing import Paper
from bot.ports import Contact, Linked

FORM = 1
"""The version of the exported form; it changes only if a field changes its meaning or goes."""


def export_record(
    dossiers: Sequence[Dossier],
    profile: Mapping[str, str],
    at: datetime,
    contact: Contact | None = None,
    elsewhere: Sequence[Contact] = (),
    linked: Linked | None = None,
    asked: Sequence[Asked] | None = None,
    own: Sequence[Paper] = (),
) -> dict[str, object]:
    """Make the exported form of cases: JSON types only, times in ISO 8601.

    ``contact`` says where the person is reached, for those who use a chat platform; for those who
    linked two accounts ``elsewhere`` and ``linked`` say the rest. ``asked`` are the open rounds
    that they are asked in; None leaves these out, as where a single case is taken along. ``own``
    are the papers that belong to the person and not to a case.
    """
    both: dict[str, object] = {}
    if elsewhere or linked:
        both["elsewhere"] = [_contact_record(one) for one in elsewhere]
        both["linked"] = asdict(linked) if linked else None
    return {
        "crossroads_export": FORM,
        "exported": at.isoformat(timespec="seconds"),
        "profile": dict(profile),
        "contact": _contact_record(contact) if contact else None,
        **both,
        **({"papers": _papers_record(own)} if own else {}),
        "cases": [case_record(dossier) for dossier in dossiers],
        **({} if asked is None else {"answers_given": [asked_record(one) for one in asked]}),
    }


def _contact_record(contact: Contact) -> dict[str, object]:
    return {
        "platform": contact.platform,
        "address": dict(contact.address),
        "discreet": contact.discreet,
        "keep_days": contact.keep_days,
    }


def listing_record(flow: Flow | None, case: Case) -> dict[str, object]:
    """Give what a listing says of a case; progress and result are null if they are not known."""
    seen = survey(flow, case) if flow else None
    result = result_of(seen) if seen else None
    return {
        "id": case.id,
        "name": case.name,
        "flow": case.flow,
        "title": flow.title if flow else None,
        "status": case.status,
        "turn": case.turn,
        "progress": {"done": seen.done, "of": seen.of} if seen else None,
        "result": {"course": result[0], "label": result[1]} if result else None,
        "touched": case.touched,
        "wake": case.wake or None,
    }


def case_record(dossier: Dossier) -> dict[str, object]:
    """Give everything that is stored about a case."""
    flow, case = dossier.flow, dossier.case
    seen = survey(flow, case)
    visible = {ask.id for ask, _ in answered(case, seen)}
    decision = decision_of(flow, case, seen)
    return {
        "id": case.id,
        "name": case.name,
        "flow": {"id": case.flow, "title": flow.title, "version": case.version},
        "status": case.status,
        "turn": case.turn,
        "started": case.started,
        "touched": case.touched,
        "wake": case.wake or None,
        "progress": {"done": seen.done, "of": seen.of},
        "answers": [_answer_record(flow, case, ask, value) for ask, value in answered(case, seen)],
        "hidden": {q: _plain(v) for q, v in case.answers.items() if q not in visible},
        "offered": {question: _plain(value) for question, value in case.offered.items()},
        "results": [
            _result_record(flow, case, seen, step)
            for step, outcome in seen.outcomes.items()
            if outcome.data
        ],
        "decision": _decision_record(decision) if decision else None,
        "earlier": _earlier_record(case),
        "rounds": [round_record(shown) for shown in dossier.rounds],
        "papers": _papers_record(dossier.papers),
        "history": [_event_record(item) for item in dossier.history],
    }


def _papers_record(papers: Sequence[Paper]) -> dict[str, object]:
    """Give papers by their kind; each is kept as JSON."""
    return {paper.kind: orjson.loads(paper.body) for paper in papers}


def _answer_record(flow: Flow, case: Case, ask: Ask, value: Value) -> dict[str, object]:
    return {
        "question": ask.id,
        "section": flow.sections[ask.section],
        "text": asked_as(ask, case),
        "input": ask.input,
        "value": _plain(value),
        "label": label(ask, value),
        "sensitive": ask.sensitive,
    }


def _result_record(flow: Flow, case: Case, seen: Survey, step_id: str) -> dict[str, object]:
    step, outcome = flow.step(step_id), seen.outcomes[step_id]
    assert isinstance(step, Judge)
    return {
        "step": step_id,
        "title": card_of(flow, case, seen, step).title,
        "rules": outcome.rules,
        "result": dict(outcome.data),
    }


def _decision_record(decision: Decision) -> dict[str, object]:
    return {
        "question": decision.ask.id,
        "value": _plain(decision.value),
        "label": label(decision.ask, decision.value),
        "reason": decision.reason or None,
    }


def _earlier_record(case: Case) -> dict[str, object] | None:
    if case.earlier is None:
        return None
    return {
        "on": case.earlier.on,
        "answers": {question: _plain(value) for question, value in case.earlier.answers.items()},
        "results": [
            {"step": step, "rules": outcome.rules, "result": dict(outcome.data)}
            for step, outcome in case.earlier.outcomes.items()
            if outcome.data
        ],
    }


def _event_record(item: Happened) -> dict[str, object]:
    event = item.event
    sent = event.value if isinstance(event, Answered) else None
    return {
        "turn": item.turn,
        "at": item.at.isoformat(timespec="seconds"),
        "event": type(event).__name__.lower(),
        "question": item.question or None,
        "value": None if item.value is None else _plain(item.value),
        "sent": event.text if isinstance(event, Typed) else sent,
        "text": item.text,
    }


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value
