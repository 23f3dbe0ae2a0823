"""Try to open what is sealed of rounds, with the keys at hand (blocking)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from adapters.store.database import Row
from adapters.store.round_posts import OPENED, open_post
from adapters.store.round_rows import BODIES, STATE, Stored, open_participant, open_stored
from adapters.store.sealing import Masters
from bot.errors import KeyMissing, StoreDamaged

_ROUNDS = f"""
SELECT {STATE}, round_bodies.edition, round_bodies.body FROM rounds {BODIES}
WHERE rounds.row IN (SELECT row FROM rounds ORDER BY random() LIMIT ?)
"""  # noqa: S608
_PEOPLE = "SELECT voter, answered, body FROM round_people WHERE round_row = ?"
_BALLOTS = "SELECT mark, body FROM round_ballots WHERE round_row = ?"
_POSTS = f"{OPENED} WHERE round_posts.round_row = ?"


def closed_rounds(connection: sqlite3.Connection, masters: Masters, sample: int) -> Iterator[str]:
    """Tell of which rounds something does not open, of as many as ``sample`` says."""
    for row in connection.execute(_ROUNDS, (sample,)).fetchall():
        try:
            _open_all(connection, masters, row)
        except (KeyMissing, StoreDamaged) as error:
            yield f"Round {row[1]}: {error}"


def _open_all(connection: sqlite3.Connection, masters: Masters, row: Row) -> None:
    stored = open_stored(masters, row)
    for person in connection.execute(_PEOPLE, (stored.row,)):
        open_participant(stored.box, person)
    for post in connection.execute(_POSTS, (stored.row,)):
        open_post(stored.box, post)
    _open_ballots(connection, stored)


def _open_ballots(connection: sqlite3.Connection, stored: Stored) -> None:
    for mark, sealed in connection.execute(_BALLOTS, (stored.row,)):
        if stored.urn is None:
            raise StoreDamaged("There are ballots whose secret is gone.")
        stored.urn.open(mark, sealed)
