"""Nobody can tell a ballot: not from the file while it lies there, and not after the close."""

from __future__ import annotations

import hmac
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.store.backup import check
from adapters.store.urn import Urn
from bot.errors import StoreDamaged
from bot.opinion.ballots import SIZE, to_bytes
from bot.opinion.model import Ballot
from bot.rounds.ports import NewPost
from tests.store.making import (
    ANN,
    NOON,
    Open,
    all_bytes,
    answer,
    database_of,
    home_of,
    raw,
)
from tests.store.rounds_making import (
    AUDIENCE,
    OWNER,
    a_round,
    become,
    begun,
    cast_ballot,
    change,
    everything,
    opened,
    to,
    vote,
)

CANARY = "canary-in-the-urn"


def ballots(folder: Path) -> list[tuple[bytes, bytes]]:
    with raw(folder) as connection:
        return connection.execute("SELECT mark, body FROM round_ballots ORDER BY mark").fetchall()


def spans(content: bytes, sealed: bytes, page: int = 4096) -> Iterator[tuple[int, int]]:
    """Find where a value lies in a file: as a whole, or spread over pages by SQLite."""
    while sealed:
        length = len(sealed)
        while content.find(sealed[:length]) < 0:
            length -= 1
        start = content.find(sealed[:length])
        assert length >= min(16, len(sealed)), "too short a piece to be found by chance"
        assert start // page == (start + length - 1) // page
        yield start, start + length
        sealed = sealed[length:]


# ------------------------------------------------------------------ two runs


async def _run(open_sqlite: Open, folder: Path, ballot: bytes | None, *, close: bool) -> bytes:
    """Do the same works with the same chance; only one ballot's content may be another."""
    store = await open_sqlite(file=database_of(folder), home=home_of(folder))
    await opened(store, 7, posts=(AUDIENCE, OWNER), timers={"close": NOON})
    await begun(store, a_round(store.owner(ANN), "r2", stage="open"), people=())
    fresh = frozenset({"audience", "owner"})
    for number in (4, 2, 6):
        await store.rounds.turn(vote(f"voter {number}", refresh=fresh))
    if ballot is not None:
        await store.rounds.turn(cast_ballot("voter 3", ballot, refresh=fresh))
        await store.rounds.turn(vote("voter 5", "leave"))
        await store.rounds.turn(vote("voter 2", "leave", refresh=fresh))
        for post in await store.rounds.due_posts(NOON, "slack"):
            await store.rounds.posted(post, "ref", NOON, NOON - NOON)
    if close:
        await store.rounds.turn(
            become("closed", destroy=True, posts=(NewPost("reveal", to("C1")),))
        )
    await store.close()
    return database_of(folder).read_bytes()


async def _two_runs(
    open_sqlite: Open,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    contents: tuple[bytes | None, bytes | None],
    *,
    close: bool = False,
) -> list[bytes]:
    files = []
    for name, ballot in zip(("one", "two"), contents, strict=True):
        (folder / name).mkdir()
        chance = random.Random(5)
        with monkeypatch.context() as patched:
            patched.setattr("adapters.store.sealing.os.urandom", chance.randbytes)
            files.append(await _run(open_sqlite, folder / name, ballot, close=close))
    return files


ONE = to_bytes(Ballot("keep", "very", note=f"{CANARY} " * 10, takeover="yes"))
TWO = to_bytes(Ballot(""))


async def test_two_runs_are_the_same_to_the_byte_until_a_ballot_differs(
    open_sqlite: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, ballot in (("none", None), ("same", ONE)):
        (tmp_path / name).mkdir()
        one, two = await _two_runs(open_sqlite, tmp_path / name, monkeypatch, (ballot, ballot))
        assert one == two


async def test_two_runs_differ_within_the_sealed_ballot_alone(
    open_sqlite: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await _two_runs(open_sqlite, tmp_path, monkeypatch, (ONE, TWO))
    assert len(one) == len(two)
    differing = [
        (mine, theirs)
        for mine, theirs in zip(ballots(tmp_path / "one"), ballots(tmp_path / "two"), strict=True)
        if mine != theirs
    ]
    ((mark, sealed), (other_mark, other)) = differing[0]
    assert len(differing) == 1
    assert mark == other_mark
    assert len(sealed) == len(other) == SIZE + 1 + 12 + 16
    places = [range(*span) for span in spans(one, sealed)]
    assert places == [range(*span) for span in spans(two, other)]
    allowed = {index for place in places for index in place}
    found = {index for index, (a, b) in enumerate(zip(one, two, strict=True)) if a != b}
    assert found
    assert found <= allowed


async def test_after_the_close_two_runs_are_the_same_again(
    open_sqlite: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await _two_runs(open_sqlite, tmp_path, monkeypatch, (ONE, TWO), close=True)
    assert one == two


async def test_the_order_of_votes_is_nowhere(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    await opened(store, 20)
    order = list(range(20))
    random.Random(3).shuffle(order)
    for number in order:
        await store.rounds.turn(cast_ballot(f"voter {number}", str(number).encode()))
    with raw(tmp_path) as connection:
        for table in ("round_people", "round_ballots"):
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                connection.execute(f"SELECT rowid FROM {table}")  # noqa: S608
        names = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for table in ("round_people", "round_ballots")
        }
        assert names == {
            "round_people": ["round_row", "voter", "answered", "body"],
            "round_ballots": ["round_row", "mark", "body"],
        }
        (wrapped,) = connection.execute(
            "SELECT wrapped FROM keys JOIN rounds ON rounds.secret = keys.id"
        ).fetchone()
        marks = [mark for (mark,) in connection.execute("SELECT mark FROM round_ballots")]
    assert marks == sorted(marks)
    urn = (await store.rounds._rows.find(store._database.read, "r1")).urn  # type: ignore[union-attr]
    assert isinstance(urn, Urn)
    assert sorted(marks) == sorted(
        hmac.digest(urn.secret, f"voter {n}".encode(), "sha256") for n in range(20)
    )
    by_mark = sorted(range(20), key=lambda n: urn.mark(f"voter {n}"))
    assert (await everything(store)).ballots == tuple(str(n).encode() for n in by_mark)
    assert urn.secret not in all_bytes(tmp_path)
    assert wrapped in all_bytes(tmp_path)


# ------------------------------------------------------------------ the close


async def test_after_the_close_nothing_of_secret_and_ballots_is_left(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store, 60)
    for number in range(60):
        await store.rounds.turn(vote(f"voter {number}", "keep"))
        await store.rounds.turn(vote(f"voter {number // 2}", "leave"))
    with raw(tmp_path) as connection:
        query = "SELECT wrapped, keys.id FROM keys JOIN rounds ON rounds.secret = keys.id"
        wrapped, row = connection.execute(query).fetchone()
    before = all_bytes(tmp_path)
    pieces = [wrapped, wrapped[13:45]]
    for mark, sealed in ballots(tmp_path):
        assert mark in before
        pieces += [mark, *(sealed[start : start + 32] for start in range(0, len(sealed), 512))]
    await store.rounds.turn(become("closed", destroy=True))
    left = all_bytes(tmp_path)
    assert not [piece for piece in pieces if piece in left]
    assert (tmp_path / "crossroads.db-wal").stat().st_size == 0
    with raw(tmp_path) as connection:
        assert connection.execute("SELECT secret FROM rounds").fetchall() == [(None,)]
        assert connection.execute("SELECT wrapped FROM keys WHERE id = ?", (row,)).fetchall() == [
            (bytes(len(wrapped)),)
        ]
    held = await everything(store)
    assert (held.answered, held.ballots) == (60, ())


async def test_ballots_of_other_rounds_outlive_a_close(open_sqlite: Open, tmp_path: Path) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    for round_id in ("r1", "r2", "r3"):
        await begun(store, a_round(ann, round_id, stage="open"))
        for number in range(10):
            await store.rounds.turn(vote(f"voter {number}", round_id=round_id))
    with raw(tmp_path) as connection:
        (wrapped,) = connection.execute(
            "SELECT wrapped FROM keys JOIN rounds ON secret = keys.id WHERE rounds.id = 'r2'"
        ).fetchone()
    await store.rounds.turn(become("closed", "r2", destroy=True))
    assert wrapped not in all_bytes(tmp_path)
    assert [len((await everything(store, r)).ballots) for r in ("r1", "r2", "r3")] == [10, 0, 10]


async def test_a_reader_that_holds_the_journal_only_delays_that_it_is_emptied(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite(patience=0.05)
    await opened(store, posts=(AUDIENCE,))
    (post,) = await store.rounds.due_posts(NOON, "slack")
    await store.rounds.turn(vote("voter 1"))
    journal = tmp_path / "crossroads.db-wal"
    with raw(tmp_path) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM rounds").fetchall()
        await store.rounds.turn(become("closed", destroy=True))
        await store.rounds.turn(change(changed=1))
        assert journal.stat().st_size > 0
        other.execute("ROLLBACK")
    await store.rounds.posted(post, "ref", NOON, NOON - NOON)
    assert journal.stat().st_size == 0


async def test_a_journal_that_was_still_owed_is_emptied_when_the_store_is_closed(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store, beside = await open_sqlite(patience=0.05), await open_sqlite()
    await opened(store)
    with raw(tmp_path) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM rounds").fetchall()
        await store.rounds.turn(become("closed", destroy=True))
        other.execute("ROLLBACK")
    await store.close()
    assert (tmp_path / "crossroads.db-wal").stat().st_size == 0
    assert (await beside.rounds.held("r1")).round


async def test_what_a_crash_left_in_the_journal_goes_at_the_next_start(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store)
    assert (tmp_path / "crossroads.db-wal").stat().st_size > 0
    await open_sqlite()
    assert (tmp_path / "crossroads.db-wal").stat().st_size == 0


# ------------------------------------------------------------------ keys and checks


def _rounds(folder: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(database_of(folder))) as connection:
        for table in ("round_bodies", "round_people", "round_ballots"):
            yield from (body for (body,) in connection.execute(f"SELECT body FROM {table}"))  # noqa: S608


async def test_nothing_that_anybody_wrote_is_in_the_file_in_clear(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store, posts=(NewPost("audience", to(CANARY), CANARY),), note=CANARY)
    await store.rounds.turn(cast_ballot("voter 1", CANARY.encode()))
    content = all_bytes(tmp_path)
    for text in (CANARY, "Client Alder", "It drifts", "Name 1", '"U1"'):
        assert text.encode() not in content
    assert len(set(_rounds(tmp_path))) == 5


async def test_a_round_opens_after_the_master_keys_were_rotated(open_sqlite: Open) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    await opened(store, posts=(AUDIENCE,))
    await store.rounds.turn(cast_ballot("voter 1", b"mine"))
    assert (await other.rounds.held("r1", "voter 1")).ballot == b"mine"
    await store.rotate()
    for process in (store, other, await open_sqlite()):
        assert (await process.rounds.held("r1", "voter 1")).ballot == b"mine"
        assert [post.target for post in await process.rounds.due_posts(NOON, "slack")] == [to("C1")]
        assert len(await process.rounds.asked_by(process.owner(ANN))) == 1
        assert len(await process.rounds.waiting_for("voter 1")) == 1
        await process.rounds.turn(vote("voter 2"))


async def test_a_process_that_missed_a_rotation_can_begin_a_round(open_sqlite: Open) -> None:
    store, other = await open_sqlite(), await open_sqlite()
    await store.turn(answer(store.owner(ANN), "c1"))
    await store.rotate()
    assert (await opened(other)).held.asked == 3


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE round_bodies SET body = zeroblob(60)",
        "UPDATE round_people SET body = (SELECT max(body) FROM round_people)",
        "UPDATE round_ballots SET body = (SELECT max(body) FROM round_ballots)",
        "UPDATE round_posts SET target = zeroblob(60)",
        "UPDATE keys SET wrapped = zeroblob(61) WHERE id = (SELECT secret FROM rounds)",
        "UPDATE rounds SET secret = NULL",
    ],
)
async def test_a_check_finds_what_does_not_open_of_rounds(
    open_sqlite: Open, tmp_path: Path, damage: str
) -> None:
    store = await open_sqlite()
    await opened(store, posts=(AUDIENCE,))
    for number in range(3):
        await store.rounds.turn(vote(f"voter {number}"))
    assert check(database_of(tmp_path), home_of(tmp_path)).problems == ()
    with raw(tmp_path) as other:
        other.execute(damage)
    problems = check(database_of(tmp_path), home_of(tmp_path)).problems
    assert [problem.split(":")[0] for problem in problems] == ["Round r1"]


async def test_a_key_moved_to_another_round_does_not_open_it(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store)
    await begun(store, a_round(store.owner(ANN), "r2"))
    with raw(tmp_path) as other:
        other.execute(
            "UPDATE keys SET wrapped = (SELECT wrapped FROM keys JOIN rounds ON row = keys.id"
            " WHERE rounds.id = 'r1') WHERE id = (SELECT row FROM rounds WHERE id = 'r2')"
        )
    with pytest.raises(StoreDamaged):
        await store.rounds.asked_by(store.owner(ANN))
