"""What becomes of a round when its time comes, and after: pure folds.

What is not allowed raises ``WrongUse`` with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from bot.errors import WrongUse
from bot.opinion import times
from bot.opinion.ballots import from_bytes, in_no_order
from bot.opinion.linter import lint
from bot.opinion.model import FEWEST, NOTE_LENGTH, Ballot, Decision, Record, Round, Standing
from bot.opinion.movement import weigh
from bot.rounds.answering import is_complete
from bot.rounds.ports import (
    Held,
    NewPost,
    RoundFolded,
    Target,
    Timer,
)
from bot.rounds.stages import ALL, OWNER, at, chat, known, same, turned

PATIENCE = timedelta(days=7)
"""How long a round with too few answers waits for its asker."""


_NO_TIMERS: Mapping[Timer, datetime | None] = {"remind": None, "close": None, "give_up": None}


def reminded(held: Held, *, privately: bool) -> RoundFolded:
    """Remind those who have not answered, once: privately, or with a line that names nobody."""
    round_ = known(held)
    if round_.stage != "open" or round_.reminded:
        return RoundFolded(round_, timers={"remind": None})
    waiting = [p for p in held.participants if not p.answered and not p.trouble]
    alone = [p for p in waiting if privately or p.remind]
    posts = [NewPost("reminder", Target(round_.platform, p.address), "you") for p in alone]
    everybody_else = held.asked is None or len(waiting) > len(alone)
    if not privately and everybody_else:
        posts.append(NewPost("reminder", None, "all", beneath="audience"))
    return RoundFolded(turned(round_, reminded=True), posts=tuple(posts), timers={"remind": None})


def will_remind(round_: Round, when: datetime) -> bool:
    """Say whether there will be a reminder yet."""
    close = datetime.fromisoformat(round_.terms.close)
    return not round_.reminded and close - times.REMIND > when


def closed(held: Held, standing: Standing | None, when: datetime, why: str) -> RoundFolded:
    """Close a round at its time, or because all is in: reveal, or wait for the asker.

    ``standing`` is what rules and answers come to now, None where that is not known any more.
    """
    round_ = known(held)
    if round_.stage != "open":
        return RoundFolded(round_, timers={"close": None})
    deadline = datetime.fromisoformat(round_.terms.close)
    if why == "time" and when < deadline and not is_complete(held):
        # Since the timer went off it was extended, or an answer was deleted.
        return RoundFolded(round_, timers={"close": deadline})
    if held.answered < round_.terms.quorum:
        return RoundFolded(
            turned(round_, stage="short"),
            posts=(NewPost("notice", chat(round_), "short"),),
            refresh=ALL,
            timers={**_NO_TIMERS, "give_up": when + PATIENCE},
        )
    ballots = in_no_order([from_bytes(data) for data in held.ballots])
    votes = sum(1 for ballot in ballots if not ballot.abstains)
    revealed = votes >= (FEWEST if round_.terms.anonymous else 1)
    return _ended(held, standing, ballots if revealed else (), revealed, when, why)


def _ended(
    held: Held,
    standing: Standing | None,
    ballots: tuple[Ballot, ...],
    revealed: bool,
    when: datetime,
    why: str,
) -> RoundFolded:
    round_ = known(held)
    use = round_.standing if standing is None or round_.stale else standing
    record = Record(use, ballots, revealed, held.asked, held.answered, when.isoformat(), why)
    told = (NewPost("notice", chat(round_), "revealed"),) if revealed else ()
    reveal = (NewPost("reveal", None, "", beneath="audience"),)
    return RoundFolded(
        turned(round_, stage="closed", record=record),
        posts=(*told, *reveal),
        refresh=ALL,
        timers=_NO_TIMERS,
        destroy=True,
        note="closed",
    )


def finished_without(held: Held, when: datetime) -> RoundFolded:
    """End a round that has too few answers; what was answered is destroyed unread."""
    if known(held).stage == "closed":
        return same(held)
    at(held, "short")
    return _ended(held, None, (), False, when, "without")


def extended(held: Held, hours: int, when: datetime, zone: tzinfo) -> RoundFolded:
    """Put the close off, once and openly."""
    round_ = at(held, "open", "short")
    if round_.extended:
        raise WrongUse("This round was extended once already.", "Close it, or finish without.")
    start = max(when, datetime.fromisoformat(round_.terms.close))
    close = times.closing(start, hours, zone)
    remind = None if round_.reminded else times.reminder(when, close)
    return RoundFolded(
        turned(
            round_,
            stage="open",
            extended=True,
            terms=replace(round_.terms, close=close.isoformat()),
        ),
        posts=(NewPost("notice", None, "extended", beneath="audience"),),
        refresh=ALL,
        timers={**_NO_TIMERS, "close": close, "remind": remind},
    )


def decided(held: Held, decision: Decision) -> RoundFolded:
    """Record what the asker decided, and tell the audience if they want that."""
    round_ = at(held, "closed")
    share = decision.shared and not _is_told(round_.decision, decision)
    posts = (NewPost("decision", None, "", beneath="audience"),) if share else ()
    roles = ALL if decision.shared else OWNER
    return RoundFolded(turned(round_, decision=decision), posts=posts, refresh=roles)


def _is_told(before: Decision | None, decision: Decision) -> bool:
    """Say whether the team was told the very same before."""
    return before is not None and replace(before, at=decision.at) == decision


def with_team(round_: Round) -> str:
    """Give the first course of the line with the team; without a reveal, that of the rules."""
    record = round_.record
    standing = record.standing if record else round_.standing
    if record is None or not record.revealed:
        return standing.order[0]
    return weigh(standing, round_.brief.courses, record.ballots).order[0]


def decision_faults(
    round_: Round, course: str, reason: str, nickname: str, *, shared: bool
) -> dict[str, str]:
    """Say by field what is wrong with a decision; what the team is told must hold nobody's name."""
    wrong = {}
    if course not in {one.id for one in round_.brief.courses}:
        wrong["course"] = "Choose what you will do."
    if len(reason) > NOTE_LENGTH:
        wrong["reason"] = f"At most {NOTE_LENGTH} characters have room."
    elif shared:
        found = [finding.said for finding in lint(reason, nickname) if finding.blocks]
        if found:
            wrong["reason"] = " ".join(found)
    return wrong
