"""What becomes of a round while it is open: pure folds; what is not allowed raises ``WrongUse``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import WrongUse
from bot.rounds.ports import (
    Actor,
    Held,
    NewPost,
    Participant,
    RoundFolded,
    Target,
)
from bot.rounds.stages import ALL, OWNER, TROUBLES, at, chat, known, same, turned


def may_answer(held: Held, actor: Actor, group: str) -> Participant:
    """Give who somebody is in a round, if they may answer in it; raises ``WrongUse``."""
    round_ = at(held, "open")
    if actor.owner == round_.owner:
        raise WrongUse("You asked, so you do not answer yourself.", "Your colleagues do.")
    found = held.participant
    if actor.trouble or (found and found.trouble):
        reason = TROUBLES[actor.trouble or (found.trouble if found else "")]
        raise WrongUse(f"Whoever {reason} cannot answer here.", "Whoever asked was told.")
    see_asked(held, actor, group)
    return found or Participant(actor.owner, actor.name, actor.address)


def see_asked(held: Held, actor: Actor, group: str) -> None:
    """See that somebody is asked in a round, as far as can be told; raises ``WrongUse``."""
    if held.participant is not None:
        return
    if held.asked is not None or actor.platform != known(held).platform:
        raise WrongUse("You were not asked in this round.", "Only those who were asked can answer.")
    if group and group not in actor.groups:
        raise WrongUse(
            "This round asks a group that you are not in.", "Only its members can answer."
        )


def answered(
    held: Held, actor: Actor, group: str, ballot: bytes, wide: bool, when: datetime
) -> RoundFolded:
    """Take an answer, the first or a changed one; only the last one counts.

    What the others see changes with the first alone. ``wide``: each is asked in a chat of their
    own, where nobody counts along.
    """
    round_, who = known(held), may_answer(held, actor, group)
    if who.answered:
        return RoundFolded(round_, ballot=ballot, changed=1, note="changed")
    after = replace(held, answered=held.answered + 1)
    return RoundFolded(
        round_,
        people=(replace(who, answered=True),),
        ballot=ballot,
        refresh=OWNER if wide else ALL,
        timers={"close": when} if is_complete(after) else {},
        note="answered",
    )


def is_complete(held: Held) -> bool:
    """Say whether a round need not wait for its time: all is in, or as much as was wanted."""
    terms = known(held).terms
    everybody = held.asked is not None and held.answered >= held.asked
    return everybody or (terms.at_quorum and held.answered >= terms.quorum)


def taken_back(held: Held, wide: bool) -> RoundFolded:
    """Delete an answer, as whoever gave it wants."""
    at(held, "open")
    if held.participant is None or not held.participant.answered:
        # Written down all the same: if it comes again, it must not delete a newer answer.
        return RoundFolded(known(held), ballot=None)
    who = replace(held.participant, answered=False)
    return RoundFolded(known(held), people=(who,), ballot=None, refresh=OWNER if wide else ALL)


def to_be_reminded(held: Held, actor: Actor, group: str) -> RoundFolded:
    """Note that somebody wants to be reminded privately."""
    who = may_answer(held, actor, group)
    here = actor.address if actor.platform == known(held).platform else {}
    wants = replace(who, remind=True, address={**who.address, **here})
    return RoundFolded(known(held), people=(wants,))


def concern(held: Held, actor: Actor, group: str) -> RoundFolded:
    """Tell the asker that somebody is worried about safety; never who."""
    may_answer(held, actor, group)
    round_ = known(held)
    after = turned(round_, concerns=round_.concerns + 1)
    return RoundFolded(after, posts=(NewPost("notice", chat(round_), "concern"),), refresh=OWNER)


def not_posted(held: Held, place: str) -> RoundFolded:
    """Note that the brief could not be posted where it belongs; the asker is told."""
    round_, said = known(held), f"It could not be posted to {place}."
    if said in round_.troubles:
        return same(held)
    return RoundFolded(turned(round_, troubles=(*round_.troubles, said)), refresh=OWNER)


def unreachable(held: Held, target: Target, when: datetime) -> RoundFolded:
    """Note that the brief could not be brought to somebody; the asker is told.

    Whoever has answered all the same was reached in another way.
    """
    round_ = known(held)
    user = target.address.get("user", "")
    who = next((one for one in held.participants if one.address.get("user") == user), None)
    if who is None or who.trouble or who.answered or round_.stage != "open":
        return same(held)
    said = f"{who.name or 'Somebody'} {TROUBLES['unreachable']}."
    after = turned(round_, troubles=(*round_.troubles, said))
    rest = replace(held, asked=(held.asked or 1) - 1)
    return RoundFolded(
        after,
        people=(replace(who, trouble="unreachable"),),
        refresh=OWNER,
        timers={"close": when} if held.answered and is_complete(rest) else {},
    )


def looked_at(held: Held, turn: int, changed: bool) -> RoundFolded:
    """Note that the case has been looked at; an open round whose facts changed says so."""
    round_ = known(held)
    if not changed or round_.stale:
        return RoundFolded(replace(round_, case_turn=turn))
    return RoundFolded(turned(round_, case_turn=turn, stale=True), refresh=ALL)
