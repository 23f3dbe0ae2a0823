"""Take people who are forgotten out of the rounds that they were asked in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from adapters.store.database import Row, Run
from adapters.store.round_posts import STANDING, refresh
from adapters.store.round_rows import JOINED, KEYS, URN, open_box, open_participant, open_urn
from adapters.store.vault import Vault

_PARTS = f"""
SELECT {KEYS}, secret_key.wrapped, rounds.stage,
    round_people.voter, round_people.answered, round_people.body
FROM round_people CROSS JOIN rounds ON rounds.row = round_people.round_row {JOINED} {URN}
WHERE round_people.voter = ? ORDER BY rounds.row
"""  # noqa: S608
_LEAVE = "DELETE FROM round_people WHERE round_row = ? AND voter = ?"
_COUNT_OUT = "UPDATE rounds SET able = able - ?, answered = answered - ? WHERE row = ?"
_TAKE_OUT = "DELETE FROM round_ballots WHERE round_row = ? AND mark = ?"


async def withdraw(
    run: Run, vault: Vault, places: Collection[tuple[str, str]], at: datetime
) -> None:
    """Take people out of rounds, by (round id, voter), their ballots included."""
    for voter in {voter: None for _, voter in places}:
        rows = await run(_PARTS, (voter,))
        vault.meet(row[4] for row in rows)
        for row in rows:
            if (row[1], voter) in places:
                await _withdraw(run, vault, row, at)


async def _withdraw(run: Run, vault: Vault, row: Row, at: datetime) -> None:
    round_row, stage, voter = row[0], row[7], row[8]
    box = open_box(vault.masters, row)
    person = open_participant(box, row[8:])
    if urn := open_urn(box, row):
        await run(_TAKE_OUT, (round_row, urn.mark(voter)))
    await run(_LEAVE, (round_row, voter))
    await run(_COUNT_OUT, (not person.trouble, person.answered, round_row))
    if stage in ("open", "short"):  # its messages tell how many were asked and have answered
        await refresh(run, round_row, frozenset(STANDING), at)
