"""Hand on what an account has to do with rounds to the person whom it is linked with.

The rounds it asked for get the person's key. Where it takes part in a round, the person does so
from now on; whoever would be in a round twice stays in it once, with the answer that there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.store.database import Row, Run
from adapters.store.registry import Entry
from adapters.store.round_posts import STANDING, refresh
from adapters.store.round_rows import (
    JOINED,
    STATE,
    URN,
    key_name,
    open_box,
    open_participant,
    open_urn,
    seal_participant,
)
from adapters.store.sealing import Masters
from adapters.store.urn import Urn
from bot.rounds.ports import Participant

_ROUNDS = """
SELECT rounds.id, keys.wrapped, rounds.row FROM rounds
JOIN keys ON keys.id = rounds.row JOIN cases ON cases.row = rounds.case_row
WHERE cases.person = ?
"""
_TAKING_PART = f"""
SELECT {STATE}, rounds.stage FROM rounds {JOINED} {URN}
WHERE rounds.row IN (SELECT round_row FROM round_people WHERE voter IN (?1, ?2))
"""  # noqa: S608
_PEOPLE = "SELECT voter, answered, body FROM round_people WHERE round_row = ? AND voter IN (?, ?)"
_LEAVE = "DELETE FROM round_people WHERE round_row = ? AND voter IN (?, ?)"
_ENTER = "INSERT INTO round_people (round_row, voter, answered, body) VALUES (?, ?, ?, ?)"
_COUNT = "UPDATE rounds SET able = able + ?, answered = answered + ? WHERE row = ?"
_TAKE_OUT = "DELETE FROM round_ballots WHERE round_row = ? AND mark = ? RETURNING mark, body"


async def move_rounds(run: Run, joining: Entry, person: Entry) -> None:
    """Give the rounds that an account asked for to a person; its cases are still its own."""
    for round_id, wrapped, row in await run(_ROUNDS, (joining.row,)):
        key = joining.holder.unwrap(key_name(round_id), wrapped)
        again = person.holder.wrap(key_name(round_id), key)
        await run("UPDATE keys SET wrapped = ? WHERE id = ?", (again, row))


async def move_votes(run: Run, masters: Masters, alias: str, owner: str, at: datetime) -> None:
    """Let a person take part wherever an account did; its rounds are the person's by now."""
    for round_ in await run(_TAKING_PART, (alias, owner)):
        await _move_vote(run, masters, round_, alias, owner, at)


async def _move_vote(
    run: Run, masters: Masters, round_: Row, alias: str, owner: str, at: datetime
) -> None:
    row, asker, stage = round_[0], round_[2], round_[-1]
    box = open_box(masters, round_)
    found = await run(_PEOPLE, (row, alias, owner))
    people = {person[0]: open_participant(box, person) for person in found}
    kept = _kept(people, alias, owner)
    if stage not in ("closed", "dropped"):
        if asker == owner:  # nobody answers what they asked themselves
            kept = replace(kept, trouble="asker", answered=False)
        await _count(run, row, [*people.values()], kept, at)
    if urn := open_urn(box, round_):
        await _move_ballot(run, row, urn, alias, kept, owner)
    await run(_LEAVE, (row, alias, owner))
    after = replace(kept, voter=owner)
    await run(_ENTER, (row, owner, after.answered, seal_participant(box, after)))


def _kept(people: Mapping[str, Participant], alias: str, owner: str) -> Participant:
    """Give which of the two stays: the person, unless the account alone has answered."""
    theirs = people.get(alias)
    ours = people.get(owner, theirs)
    assert ours  # one of the two there is
    return theirs if theirs and theirs.answered and not ours.answered else ours


async def _count(
    run: Run, row: int, before: Sequence[Participant], kept: Participant, at: datetime
) -> None:
    """Count again who can answer and has, where two were counted, or whoever asks."""
    able = (not kept.trouble) - sum(not person.trouble for person in before)
    answered = kept.answered - sum(person.answered for person in before)
    if able or answered:
        await run(_COUNT, (able, answered, row))
        await refresh(run, row, frozenset(STANDING), at)


async def _move_ballot(
    run: Run, row: int, urn: Urn, alias: str, kept: Participant, owner: str
) -> None:
    """Leave the one answer that is kept, under the person's mark; its content is not read."""
    lay = {
        voter: urn.open(*sealed)
        for voter in (alias, owner)
        for sealed in await run(_TAKE_OUT, (row, urn.mark(voter)))
    }
    if kept.answered and kept.voter in lay:
        ballot = lay[kept.voter].replace(alias.encode(), owner.encode())  # of the same length
        mark = urn.mark(owner)
        await run("INSERT INTO round_ballots VALUES (?, ?, ?)", (row, mark, urn.seal(mark, ballot)))
