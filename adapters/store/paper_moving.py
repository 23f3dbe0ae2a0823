"""Give papers to the person that an account joins; what was sealed for it is sealed anew."""

from __future__ import annotations

from adapters.store.database import Row, Run
from adapters.store.papers import paper_field
from adapters.store.registry import Entry
from adapters.store.sealing import Box

_OF_CASE = "SELECT row, kind, body FROM papers WHERE case_row = ?"
# Where both have one of a kind, as habits, that of the person who stays wins.
_OWN = """
SELECT row, kind, body FROM papers WHERE person = ?1 AND case_row IS NULL AND kind NOT IN (
    SELECT kind FROM papers WHERE person = ?2 AND case_row IS NULL
)
"""
_MOVE = "UPDATE papers SET person = ?, body = ? WHERE row = ?"


async def move_case_papers(run: Run, case_row: int, person: int, before: Box, after: Box) -> None:
    """Move the papers of a case, and with them their reminders."""
    await _move(run, await run(_OF_CASE, (case_row,)), person, before, after)


async def move_own_papers(run: Run, joining: Entry, person: Entry) -> None:
    """Move what belongs to the account itself, as far as the person has none of its kind."""
    rows = await run(_OWN, (joining.row, person.row))
    await _move(run, rows, person.row, joining.holder.box, person.holder.box)


async def _move(run: Run, rows: list[Row], person: int, before: Box, after: Box) -> None:
    moved = []
    for row, kind, body in rows:
        field = paper_field(kind)
        moved.append((person, after.seal(field, before.open(field, body)), row))
    await run.many(_MOVE, moved)
