"""Nobody learns of a ballot before the reveal: two runs that differ in one are the same elsewhere.

All that anybody but its voter can see is compared: every message with all its fields, whatever
their commands and presses answer, what they can take away, the log, and the file itself.
"""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.opinions import rounds_of
from bot.chat.personal import everything
from bot.opinion.ballots import SIZE
from bot.opinion.model import Round
from bot.sheets.acts import act
from tests.rounds.table import Clock, Table, table
from tests.rounds.test_brief import change_fact
from tests.store.making import all_bytes, database_of
from tests.store.test_rounds_sealed import ballots, spans

PEOPLE = ["ann", "ben", "cleo", "dan", "eve", "fay", "gil"]
VOTER = "dan"
OTHERS = [name for name in PEOPLE if name != VOTER]

Filled = dict[str, str | tuple[str, ...]]

PLAIN: Filled = {"course": "KEEP", "sure": "very"}
VARIANTS: dict[str, Filled] = {
    "course": {"course": "LEAVE_EXPLAIN", "sure": "very"},
    "sureness": {"course": "KEEP", "sure": "not_sure"},
    "note": {"course": "KEEP", "sure": "very", "note": "I was there when it happened. " * 16},
    "abstention": {"course": "abstain", "sure": "fairly"},
    "everything": {
        "course": "ESCALATE",
        "sure": "fairly",
        "takeover": "help",
        "differently": ("scope", "tried"),
        "missed": ("money", "duty", "people"),
        "note": "Ünï文🦊 " * 60,
    },
}


@dataclass
class Seen:
    """What others got to see of a run, in order; and the log and the file in the end."""

    views: list[str]
    letters: list[str]
    log: list[str]
    file: bytes
    round: Round


def made(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir()
    return folder


async def others_look(t: Table, round_: Round) -> list[str]:
    """Let everybody but the voter look at all there is for them."""
    views = []
    for name in OTHERS:
        views.append(repr(await t.orders(name, "opinion")))
        views.append(repr(await rounds_of(t.parts, t.actor(name).owner)))
        views.append((await everything(t.parts, t.actor(name).owner)).decode())
    asker = ("show", "whole", "close", "extend")
    team = ("mine", "brief", "open", "answer", "worry", "remind")
    for name, what in [("ann", what) for what in asker] + [("eve", what) for what in team]:
        views.append(repr(await t.presses_action(name, act(what, round_.id))))
    held = await t.store.rounds.held(round_.id, t.actor("eve").owner)
    return [*views, repr(held)]


async def run(
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    first: Filled,
    last: Filled | None = None,
    who: str = "anonymous",
) -> Seen:
    """Hold a round up to just before its close; ``last`` is what the voter changes theirs to."""
    caplog.clear()
    views: list[str] = []
    async with table(made(folder), PEOPLE, Clock()) as t:
        t.paper.writes_first = False
        round_ = await t.opens("ann", quorum="5", who=who)
        await t.votes("ben", "RESET", note="as always")
        await t.submits(VOTER, act("ballot", round_.id), first)
        views += await others_look(t, round_)
        await t.press(VOTER, "My answer")
        await t.votes("cleo", "PAUSE")
        await t.votes("cleo", "KEEP")
        await change_fact(t, "ann", "commitment", "fixed")
        await t.later(timedelta(days=1))
        await t.fills("ann", await t.press("ann", "Give more time"), hours="24")
        views += await others_look(t, round_)
        await t.later(timedelta(hours=30))
        if last is not None:
            await t.submits(VOTER, act("ballot", round_.id), last)
        else:
            await t.later(timedelta(seconds=3))
        views += await others_look(t, round_)
        letters = [repr(letter) for letter in t.paper.letters]
        kept = await t.round_of("ann")
    log = [record.getMessage() for record in caplog.records]
    return Seen(views, letters, log, database_of(folder).read_bytes(), kept)


@contextmanager
def the_same_chance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw the same keys and nonces as in the other run."""
    with monkeypatch.context() as patched:
        patched.setattr("os.urandom", random.Random(7).randbytes)
        yield


async def two_runs(
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    one: Filled,
    two: Filled,
    who: str = "anonymous",
) -> tuple[Seen, Seen]:
    for logger in ("bot", "adapters"):
        caplog.set_level(logging.DEBUG, logger)
    found = []
    for name, ballot in (("one", one), ("two", two)):
        with the_same_chance(monkeypatch):
            found.append(await run(folder / name, caplog, ballot, who=who))
    return found[0], found[1]


def assert_alike(one: Seen, two: Seen) -> None:
    assert len(one.letters) > 5
    assert len(one.views) > 50
    assert one.letters == two.letters
    assert one.views == two.views
    assert one.log == two.log
    assert one.round == two.round


PLAIN_RUNS: dict[str, tuple[Path, Seen]] = {}
"""The runs that the others are compared with, by how one is asked: each is held once."""


@pytest.mark.parametrize("who", ["anonymous", "named"])
@pytest.mark.parametrize("what", VARIANTS)
async def test_a_ballot_shows_nowhere_before_the_reveal(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    who: str,
) -> None:
    for logger in ("bot", "adapters"):
        caplog.set_level(logging.DEBUG, logger)
    if who not in PLAIN_RUNS:
        folder = tmp_path_factory.mktemp("plain") / "one"
        with the_same_chance(monkeypatch):
            PLAIN_RUNS[who] = folder, await run(folder, caplog, PLAIN, who=who)
    with the_same_chance(monkeypatch):
        two = await run(tmp_path / "two", caplog, VARIANTS[what], who=who)
    folder, one = PLAIN_RUNS[who]
    assert_alike(one, two)
    assert len(one.file) == len(two.file)
    pairs = zip(ballots(folder), ballots(tmp_path / "two"), strict=True)
    ((mark, mine), (other_mark, theirs)) = next(pair for pair in pairs if pair[0] != pair[1])
    assert mark == other_mark
    assert len(mine) == len(theirs) == SIZE + 29
    places = [range(*span) for span in spans(one.file, mine)]
    assert places == [range(*span) for span in spans(two.file, theirs)]
    allowed = {index for place in places for index in place}
    differing = {n for n, (a, b) in enumerate(zip(one.file, two.file, strict=True)) if a != b}
    assert differing
    assert differing <= allowed


async def test_two_runs_with_the_same_ballots_are_the_same_to_the_byte(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await two_runs(tmp_path, caplog, monkeypatch, PLAIN, PLAIN)
    assert_alike(one, two)
    assert one.file == two.file


def test_what_the_runs_are_compared_by_tells_them_apart() -> None:
    round_ = Round.__new__(Round)
    seen = Seen(["a"] * 51, ["b"] * 6, [], b"", round_)
    for other in (
        Seen(["a"] * 50 + ["x"], ["b"] * 6, [], b"", round_),
        Seen(["a"] * 51, ["b"] * 5 + ["x"], [], b"", round_),
        Seen(["a"] * 51, ["b"] * 6, ["x"], b"", round_),
    ):
        with pytest.raises(AssertionError):
            assert_alike(seen, other)


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read all that stands in the file but the ballots themselves and what counts changes."""
    with closing(sqlite3.connect(database_of(folder))) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in {"round_ballots", "round_keys"}
        ]
        found = {}
        for name in names:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            kept = ", ".join(c for c in columns if (name, c) != ("rounds", "changed"))
            found[name] = connection.execute(f"SELECT {kept} FROM {name}").fetchall()  # noqa: S608
        return found


async def test_a_change_of_mind_shows_nowhere_but_in_the_count_that_nobody_is_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name, last in (("one", None), ("two", VARIANTS["everything"])):
        with the_same_chance(monkeypatch):
            found.append(await run(tmp_path / name, caplog, PLAIN, last))
    one, two = found
    assert one.letters == two.letters
    untimed = [view for view in one.views if "changed=" not in view]
    assert untimed == [view for view in two.views if "changed=" not in view]
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    marks = [[mark for mark, _ in ballots(tmp_path / name)] for name in ("one", "two")]
    assert marks[0] == marks[1]


async def closed(folder: Path, order: list[str]) -> Seen:
    """Hold a round in which people of these names answer in this order, up to its end."""
    clock = Clock()
    async with table(made(folder), PEOPLE, clock) as t:
        await t.opens("ann")
        for name in order:
            course = "KEEP" if name in {"ben", "dan"} else "RESET"
            await t.votes(name, course, note=f"murmur of {course}")
        await t.later(timedelta(days=3))
        round_ = await t.round_of("ann")
        views = [(await everything(t.parts, t.actor(name).owner)).decode() for name in PEOPLE]
        letters = [repr(message.letter.sheet) for message in t.paper.seen("reveal")]
    return Seen(views, letters, [], b"", round_)


async def test_after_the_close_nothing_ties_an_anonymous_ballot_to_anybody(tmp_path: Path) -> None:
    seen = await closed(tmp_path / "a", PEOPLE[1:])
    record = seen.round.record
    assert record
    assert len(record.ballots) == 6
    async with table(tmp_path / "a", PEOPLE) as t:
        for name in PEOPLE[1:]:
            owner = t.actor(name).owner
            for text in (owner, f"'{name}'", name.title()):
                assert text not in repr(seen.round)
                assert text not in "".join(seen.letters)
            held = await t.store.rounds.held(seen.round.id, owner)
            assert held.ballot is None
            assert "murmur of" not in seen.views[PEOPLE.index(name)], "not even in their own export"
    with closing(sqlite3.connect(database_of(tmp_path / "a"))) as connection:
        assert connection.execute("SELECT count(*) FROM round_ballots").fetchone() == (0,)
        assert connection.execute("SELECT count(secret) FROM rounds").fetchone() == (0,)
    content = all_bytes(tmp_path / "a")
    assert b"murmur of" not in content


async def test_the_order_of_voting_is_nowhere_in_what_is_revealed(tmp_path: Path) -> None:
    one = await closed(tmp_path / "a", PEOPLE[1:])
    two = await closed(tmp_path / "b", PEOPLE[:0:-1])
    assert one.letters == two.letters
    assert one.round.record
    assert two.round.record
    assert one.round.record.ballots == two.round.record.ballots


async def test_whoever_forgets_all_of_theirs_takes_their_open_ballot_along(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await t.votes("ben", "KEEP")
        await t.votes("cleo", "KEEP")
        await t.store.forget(t.actor("ben").owner)
        await t.later(timedelta(seconds=5))
        held = await t.store.rounds.held(round_.id)
        assert (held.answered, held.asked) == (1, 5)
        assert "1 of 5 answered" in t.paper.seen("audience")[0].text
