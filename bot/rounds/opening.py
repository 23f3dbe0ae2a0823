"""What becomes of a round until it is open: pure folds, one for each thing that can happen.

What is not allowed raises ``WrongUse`` with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from bot.opinion import times
from bot.opinion.brief import frozen
from bot.opinion.linter import lint
from bot.opinion.model import FEWEST, Round, Standing
from bot.rounds.ports import (
    Audience,
    Held,
    NewPost,
    Participant,
    RoundFolded,
    Target,
)
from bot.rounds.stages import ALL, OWNER, TROUBLES, at, known, same, turned


def drafted(held: Held, fresh: Round, target: Target) -> RoundFolded:
    """Begin a draft, shown in its asker's own chat; one that is there already stays."""
    if held.round is not None:
        return same(held, "there")
    fresh = replace(fresh, chat=target.address)
    return RoundFolded(fresh, posts=(NewPost("owner", target),), refresh=OWNER)


def edited(held: Held, **changes: object) -> RoundFolded:
    """Change what a draft says or how it is to be held."""
    return RoundFolded(turned(at(held, "draft"), **changes), refresh=OWNER)


def dropped(held: Held) -> RoundFolded:
    """Give up a draft."""
    round_ = known(held)
    if round_.stage == "dropped":
        return same(held)
    return RoundFolded(turned(at(held, "draft"), stage="dropped"), refresh=OWNER)


def why_not(
    round_: Round, audience: Audience, nickname: str, *, people_only: bool, confirmed: bool
) -> str:
    """Say why a draft cannot be posted to an audience; "" if it can."""
    able = _able(audience)
    if audience.shared:
        return (
            "People of another organisation are in there, so the case cannot be posted to it. "
            "Choose a channel of your own, or name people."
        )
    if people_only and audience.kind != "people":
        return (
            "Somebody may be in danger in this case, so it can only be shown to people you name, "
            "not to a channel or group."
        )
    if audience.public and not confirmed:
        return "Everybody here can read that channel. Tick that you want this, or choose another."
    if able == 0:
        return "Nobody there can answer. Choose others."
    if round_.terms.anonymous and able is not None and able < FEWEST:
        return (
            f"Only {able} can answer. With fewer than {FEWEST}, everybody could tell whose answer "
            "is whose, so it cannot be anonymous. Ask more people, or name the answers after the "
            "reveal."
        )
    if able is not None and round_.terms.quorum > able:
        return f"At least {round_.terms.quorum} answers are wanted, but only {able} can answer."
    if round_.terms.anonymous and round_.terms.quorum < FEWEST:
        return f"An anonymous round needs at least {FEWEST} answers to be revealed."
    if any(finding.blocks for finding in lint(round_.brief.note, nickname)):
        return "The note says something that must not be in it; the draft tells what."
    return ""


def _able(audience: Audience) -> int | None:
    if audience.voters is None:
        return None
    return sum(1 for voter in audience.voters if not voter.trouble)


def opened(
    held: Held, audience: Audience, standing: Standing, when: datetime, zone: tzinfo
) -> RoundFolded:
    """Open a draft: freeze its brief, ask everybody, and set the times."""
    round_ = at(held, "draft")
    close = times.closing(when, round_.terms.hours, zone)
    remind = times.reminder(when, close)
    voters = audience.voters or ()
    after = turned(
        round_,
        stage="open",
        brief=frozen(round_.brief),
        terms=replace(round_.terms, close=close.isoformat()),
        standing=standing,
        opened=when.isoformat(),
        troubles=tuple(
            f"{voter.name or 'Somebody'} {TROUBLES[voter.trouble]}."
            for voter in voters
            if voter.trouble and voter.trouble != "asker"
        ),
    )
    return RoundFolded(
        after,
        people=tuple(
            Participant(voter.owner, voter.name, voter.address, trouble=voter.trouble)
            for voter in voters
        ),
        listed=audience.voters is not None,
        posts=tuple(NewPost("audience", target) for target in audience.targets),
        refresh=ALL,
        timers={"close": close, "remind": remind},
    )
