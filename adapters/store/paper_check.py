"""Try to open what is sealed as papers, with the keys at hand (blocking)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from adapters.store.database import Row
from adapters.store.papers import paper_field
from adapters.store.people import open_holder
from adapters.store.sealing import Masters
from bot.errors import KeyMissing, StoreDamaged

_PAPERS = """
SELECT people.owner, people.serial, theirs.wrapped, papers.row, papers.kind, papers.body,
    coalesce(cases.id, ''), keys.wrapped, cases.person IS NULL OR cases.person = papers.person
FROM papers JOIN people ON people.row = papers.person JOIN keys AS theirs ON theirs.id = people.row
LEFT JOIN cases ON cases.row = papers.case_row LEFT JOIN keys ON keys.id = cases.row
WHERE papers.row IN (SELECT row FROM papers ORDER BY random() LIMIT ?)
"""


def closed_papers(connection: sqlite3.Connection, masters: Masters, sample: int) -> Iterator[str]:
    """Tell which papers do not open, of as many as ``sample`` says."""
    for row in connection.execute(_PAPERS, (sample,)).fetchall():
        try:
            _open(masters, row)
        except (KeyMissing, StoreDamaged) as error:
            yield f"Paper {row[3]}: {error}"


def _open(masters: Masters, row: Row) -> None:
    owner, serial, wrapped, _, kind, body, case_id, case_key, theirs = row
    holder = open_holder(masters, owner, serial, wrapped)
    if not theirs:
        raise StoreDamaged("It lies with another person's case.")
    box = holder.box_of(case_id, case_key) if case_id else holder.box
    box.open(paper_field(kind), body)
