"""Nobody learns of an answer before the reveal: two runs that differ in it look the same to others.

Each run is the whole app with its own fake Slack. All that was sent to anybody but the voter, what
is acknowledged, Home, exports and logs are compared byte for byte; the database cell by cell.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.chat.personal import everything
from tests.fakes.slack import Call, Delivery, FakeSlack, Message, OpenView, Person
from tests.slack.team import DAY, Team, acts, does, team

ISSUED = frozenset({"trigger_id", "view_id", "response_url", "ts"})
"""What Slack makes up anew each time; which message is edited, its mark tells as well."""

STAMP = re.compile(r"\d{10}\.\d{6}")
MARK = re.compile(r"letter-[0-9a-f]{32}")

KEPT_BY_SQLITE = frozenset({"sqlite_sequence", "sqlite_stat1"})

PLAIN = {"course": "RESET", "sure": "fairly"}
OTHER: Mapping[str, str | tuple[str, ...]] = {
    "course": "LEAVE_EXPLAIN",
    "sure": "very",
    "takeover": "yes",
    "differently": ("scope", "commitment"),
    "missed": ("their_side", "contract", "money"),
    "note": "It has been enough for a long time. " * 12,
}
ABSTAINS = {"course": "abstain", "sure": "not_sure"}
OTHERS = {"course": "KEEP", "sure": "very", "note": "Give them one more month."}


@dataclass
class Trace:
    """What one run showed to others, step by step, and what was left of it."""

    steps: list[list[str]] = field(default_factory=list)
    exports: dict[str, bytes] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    cells: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    revealed: list[str] = field(default_factory=list)


@dataclass
class Watch:
    """Notes what the app sends while people do things; ``hidden`` are those whose own is theirs."""

    t: Team
    hidden: frozenset[str]
    trace: Trace
    seen: int = 0

    async def does(self, who: Person, where: Message | OpenView, what: str) -> None:
        self._notes(who, await who.clicks(where, does(what)))
        await self.settles()

    async def sends(self, who: Person, values: Mapping[str, str | tuple[str, ...]]) -> None:
        self._notes(who, await who.submits(values))
        await self.settles()

    async def orders(self, who: Person, text: str) -> None:
        self._notes(who, await who.slash(text))
        await self.settles()

    async def votes(self, who: Person, ballot: Mapping[str, str | tuple[str, ...]]) -> None:
        """Answer, and look at one's own answer."""
        await self.does(who, self.t.posted, "answer")
        await self.sends(who, ballot)
        await who.closes()
        await self.does(who, self.t.posted, "mine")

    async def settles(self, by: timedelta = timedelta(seconds=3)) -> None:
        """Let it be delivered, and note what was; beside one another the order tells nothing."""
        await self.t.at.idle()
        await self.t.at.later(by)
        calls, self.seen = self.t.fake.calls[self.seen :], len(self.t.fake.calls)
        hidden = [who for who in self.t.people if who.id in self.hidden]
        theirs = {*self.hidden, *(who.dm for who in hidden)}
        shown = [
            call
            for call in calls
            if not theirs & {call.user, call.args.get("channel"), call.args.get("users")}
        ]
        self.trace.steps.append(sorted(map(written, shown)))

    def _notes(self, who: Person, delivery: Delivery) -> None:
        assert delivery.acknowledged
        if who.id not in self.hidden:
            self.trace.steps.append([json.dumps(delivery.payload, sort_keys=True, default=str)])


def written(call: Call) -> str:
    """Write a call down with all its bytes."""
    args = {key: value for key, value in call.args.items() if key not in ISSUED}
    return json.dumps([call.method, args], sort_keys=True, default=repr)


async def held(
    folder: Path,
    logged: pytest.LogCaptureFixture,
    voter: str,
    ballot: Mapping[str, str | tuple[str, ...]],
    *,
    who: str = "anonymous",
    hidden: tuple[str, ...] = (),
    alone: bool = False,
) -> Trace:
    """Hold a round in which ``voter`` answers so; ``alone``: each is asked in a chat of theirs."""
    trace, before = Trace(), len(logged.records)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "urandom", Random("the same for each run").randbytes)
        async with FakeSlack() as fake, team(fake, made(folder), new_id=lambda: "CASE0001") as t:
            named = {one.account.name: one for one in t.people}
            people = {"people": tuple(one.id for one in t.people)} if alone else {}
            await t.drafts(**people)
            await t.fills(t.ann, t.mine, "how", who=who, quorum="3")
            ids = frozenset(named[name].id for name in (voter, *hidden))
            watch = Watch(t, ids, trace, len(fake.calls))
            await watch.does(t.ann, t.mine, "post")
            await _in_between(watch, named, voter, ballot, alone=alone)
            await _looked_back_on(watch, folder)
            trace.logs = [one.getMessage() for one in logged.records[before:]]
            await watch.t.at.later(2 * DAY)
            await t.passes()
            trace.revealed = [one.text for one in (*fake.team.posted(t.room.id), *t.ann.from_bot)]
            fake.check()
    return trace


def made(folder: Path) -> Path:
    """Make a folder of a run's own."""
    folder.mkdir()
    return folder


async def _in_between(
    watch: Watch,
    named: Mapping[str, Person],
    voter: str,
    ballot: Mapping[str, str | tuple[str, ...]],
    *,
    alone: bool,
) -> None:
    t, me = watch.t, named[voter]
    dan, eve = named["Dan"], named["Eve"]
    if alone:
        for one, given in ((dan, OTHERS), (me, ballot), (eve, OTHERS)):
            await watch.does(one, one.from_bot[0], "answer")
            await watch.sends(one, given)
            await one.closes()
    else:
        await watch.votes(dan, OTHERS)
        await watch.votes(me, ballot)
        await watch.votes(me, {**PLAIN, **ballot, "sure": "fairly"})
        await watch.does(me, me.ephemerals[-1], "take_back")
        await watch.votes(me, ballot)
        await watch.votes(eve, OTHERS)
    await watch.orders(t.ann, "opinion")
    await watch.orders(dan, "opinion")
    await watch.does(t.ann, t.mine, "close")
    await watch.settles(DAY)
    await _opens_homes(watch)
    assert "close" in acts(t.mine)


async def _opens_homes(watch: Watch) -> None:
    for who in (watch.t.ann, *watch.t.people):
        await who.opens_home()
        await watch.settles()


async def _looked_back_on(watch: Watch, folder: Path) -> None:
    """Take down what can be looked at before the reveal."""
    t, trace = watch.t, watch.trace
    for who in (t.ann, *t.people):
        if who.id not in watch.hidden:
            trace.exports[who.id] = await everything(t.at.slack.hub, t.at.owner(who))
            trace.homes[who.id] = json.dumps(who.home.body if who.home else None, sort_keys=True)
    trace.cells = dict(tables(folder / "test.db"))


def tables(file: Path) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Read all rows of the database, as they lie there."""
    with sqlite3.connect(file) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in sorted(names):
            if name not in KEPT_BY_SQLITE:
                yield name, database.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
    database.close()


def look_the_same(one: Trace, other: Trace) -> None:
    """Compare two runs as anybody but the voter could."""
    for number, (here, there) in enumerate(zip(one.steps, other.steps, strict=True)):
        assert here == there, f"step {number}"
    assert one.logs == other.logs
    assert one.exports == other.exports
    assert one.homes == other.homes
    assert one.cells.keys() == other.cells.keys()
    for name, rows in one.cells.items():
        shapes = [[_shape(cell) for cell in row] for row in rows]
        assert shapes == [[_shape(cell) for cell in row] for row in other.cells[name]], name


def unmarked(steps: list[list[str]]) -> list[list[str]]:
    """Leave out the marks by which messages are found again."""
    return [sorted(MARK.sub("letter", call) for call in step) for step in steps]


def _shape(cell: object) -> object:
    """Give a cell as it is; of sealed bytes and keyed marks their length, of Slack's stamps none.

    What is posted beside one another is stamped in any order.
    """
    if isinstance(cell, bytes):
        return "bytes", len(cell)
    return STAMP.sub("stamp", cell) if isinstance(cell, str) else cell


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


@pytest.mark.parametrize(
    ("who", "alone"), [("anonymous", False), ("named", False), ("anonymous", True)]
)
async def test_what_somebody_answers_changes_nothing_that_others_see(
    tmp_path: Path, logged: pytest.LogCaptureFixture, who: str, alone: bool
) -> None:
    runs = [
        await held(tmp_path / str(number), logged, "Bob", ballot, who=who, alone=alone)
        for number, ballot in enumerate((PLAIN, OTHER))
    ]
    look_the_same(*runs)
    assert sum(map(len, runs[0].steps)) > 20, "there was something to look at"
    assert runs[0].revealed != runs[1].revealed, "the reveal tells them apart"


async def test_an_abstention_looks_like_any_other_answer(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    runs = [
        await held(tmp_path / str(number), logged, "Bob", ballot)
        for number, ballot in enumerate((PLAIN, ABSTAINS))
    ]
    look_the_same(*runs)


@pytest.mark.parametrize("who", ["anonymous", "named"])
async def test_nothing_tells_others_who_has_answered(
    tmp_path: Path, logged: pytest.LogCaptureFixture, who: str
) -> None:
    one = await held(tmp_path / "bob", logged, "Bob", PLAIN, who=who, hidden=("Cleo",))
    other = await held(tmp_path / "cleo", logged, "Cleo", PLAIN, who=who, hidden=("Bob",))
    # Who is reminded first is up to keyed hashes, which the others do not know.
    assert unmarked(one.steps) == unmarked(other.steps)
    assert one.logs == other.logs
    assert one.homes == other.homes
    assert one.exports == other.exports
