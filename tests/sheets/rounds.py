"""Rounds at every stage, as the tests of sheets show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from bot.opinion.ballots import in_no_order
from bot.opinion.brief import build, consultation_of, frozen, standing
from bot.opinion.model import SURENESS, TAKEOVER, Ballot, Decision, Record, Round, Terms
from tests.flows.talks import TROUBLED_CLIENT, flow_in
from tests.opinion.test_brief import a_case

FLOW = flow_in(TROUBLED_CLIENT)
_CASE = a_case({"nickname": "Heron"})
_CONSULTATION = consultation_of(FLOW)
assert _CONSULTATION

DRAFT = Round(
    id="ABCDEFGHIJKLMNOP",
    owner="ann",
    case="C1",
    platform="paper",
    stage="draft",
    brief=replace(build(FLOW, _CASE, _CONSULTATION, ()), note="They wrote\non Monday."),
    terms=Terms({"label": "#team", "able": 5, "troubles": ["Gus is a guest here."]}),
    standing=standing(FLOW, _CASE, _CONSULTATION),
)
COURSES = tuple(course.id for course in DRAFT.brief.courses)
OPEN = replace(
    DRAFT,
    stage="open",
    brief=frozen(replace(DRAFT.brief, ticked=tuple(f.question for f in DRAFT.brief.offered))),
    terms=replace(DRAFT.terms, close="2026-03-04T10:00:00+01:00", zone="Europe/Berlin"),
)
TROUBLED = replace(
    OPEN, stale=True, concerns=2, extended=True, troubles=("Gus is a guest here.",), number=2
)
SHORT = replace(TROUBLED, stage="short")


def closed(ballots: Sequence[Ballot], *, revealed: bool = True, **more: object) -> Round:
    """Make a round that is closed with these ballots."""
    record = Record(
        standing=OPEN.standing,
        ballots=in_no_order(ballots) if revealed else (),
        revealed=revealed,
        asked=len(ballots),
        answered=len(ballots),
        closed="2026-03-04T10:00:00+01:00",
        why="time" if revealed else "without",
    )
    return replace(OPEN, stage="closed", record=record, **more)  # type: ignore[arg-type]


SOME = [
    Ballot("KEEP", "very", note="mine", takeover="yes"),
    Ballot("RESET", "fairly", ("scope",), ("money",)),
    Ballot("RESET", "not_sure", note="theirs"),
    Ballot(""),
]
NAMED = [replace(one, voter=f"v{n}", name=f"Name {n}") for n, one in enumerate(SOME * 20)]
ROUNDS = (
    DRAFT,
    replace(DRAFT, terms=Terms()),
    replace(DRAFT, brief=replace(DRAFT.brief, note="Heron owes 4,500, says Patricia.")),
    replace(DRAFT, stage="dropped"),
    OPEN,
    TROUBLED,
    SHORT,
    closed(SOME),
    closed(NAMED, number=2, earlier=closed(SOME).record),
    closed(SOME, revealed=False),
    closed(SOME, decision=Decision("KEEP", followed=False, reason="So.", shared=True)),
)

ballots = st.lists(
    st.builds(
        Ballot,
        st.sampled_from(("", *COURSES)),
        st.sampled_from(tuple(SURENESS)),
        st.lists(st.sampled_from([f.question for f in OPEN.brief.shown]), unique=True).map(tuple),
        st.lists(st.sampled_from([o.id for o in OPEN.brief.missed]), unique=True).map(tuple),
        st.text(max_size=20),
        st.sampled_from(("", *TAKEOVER)),
    ),
    min_size=1,
    max_size=15,
)
