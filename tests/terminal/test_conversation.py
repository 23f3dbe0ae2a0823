"""The conversation itself, on the real store and flows, with a clock and a face of the test's."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
from adapters.terminal.conversation import Seat, begin, go_on
from adapters.terminal.sent import Left, Picked, Pressed, Sent, Unreadable, Wrote
from bot.commands.wiring import KINDS
from bot.engine.model import Card, Tell, Typed, View
from bot.ports import Person
from bot.service import Service
from tests.flows.talks import DATA, FOLDERS, MONDAY, flow_in, read_talk

ANN = Person("terminal", "ann")
NOW = -1
"""Stands for the turn of the prompt that is answered."""


@dataclass
class Script:
    """A face that says what it is told to and notes what it is shown."""

    lines: Iterable[Sent]
    lingers: bool = False
    heard: list[str] = field(default_factory=list)
    view: View | None = None
    ended: str = ""

    def __post_init__(self) -> None:
        self.lines = iter(self.lines)

    def greet(self, title: str, about: str) -> None:
        self.heard.append(f"greet {title}")

    def show_card(self, view: View, card: Card) -> None:
        self.heard.append(f"card {card.step}")

    def show_prompt(self, view: View) -> None:
        self.view = view
        if view.prompt:
            self.heard.append(f"ask {view.prompt.step}")

    def tell(self, case_id: str, turn: int, tell: Tell) -> None:
        self.heard.append(f"tell {tell.code}")
        self.last_told = tell.text

    async def hear(self, view: View) -> Sent:
        sent = next(iter(self.lines), Left())
        if isinstance(sent, Picked) and sent.turn == NOW:
            return replace(sent, turn=view.turn)
        return sent

    def end(self, view: View, resume: str) -> None:
        self.heard.append(f"end {view.status}")
        self.ended = resume


@dataclass
class Room:
    """Where a conversation takes place."""

    service: Service
    now: datetime = MONDAY

    def clock(self) -> datetime:
        return self.now

    def seat(self, case_id: str = "C1") -> Seat:
        return Seat(self.service.owner(ANN), case_id, f"crossroads resume {case_id}")

    async def begin(self, flow: str, *lines: Sent | str, track: str = "") -> Script:
        face = Script(map(_sent, lines))
        await begin(self.service, face, self.seat(), self.clock, flow, track)
        return face

    async def resume(self, *lines: Sent | str, lingers: bool = False) -> Script:
        face = Script(map(_sent, lines), lingers)
        await go_on(self.service, face, self.seat(), self.clock)
        return face


def _sent(line: Sent | str) -> Sent:
    return Wrote(line) if isinstance(line, str) else line


def talk_lines(folder: Path, name: str) -> list[Sent | str]:
    """What the person does in a talk."""
    lines = read_talk(folder / "talks" / f"{name}.yaml").lines
    done = [line for line in lines if line.pick is not None or line.type is not None]
    return [line.type if line.type is not None else Picked(NOW, line.pick) for line in done]


def until_asleep() -> list[Sent | str]:
    lines = talk_lines(FOLDERS[0], "full_leave_explain")
    return [*lines[: lines.index(Picked(NOW, "now"))], Picked(NOW, "tomorrow")]


@asynccontextmanager
async def room(home: Path, patience: float = 5.0) -> AsyncIterator[Room]:
    key = KeyHome(home / "test.key", "")
    store = await open_store(home / "test.db", key, lambda: MONDAY, patience=patience)
    try:
        flows = {flow.id: flow for flow in map(flow_in, FOLDERS)}
        yield Room(Service(store, flows, KINDS))
    finally:
        await store.close()


async def test_a_conversation_greets_asks_and_ends_where_the_input_does(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", "Bo")
    assert face.heard == [
        "greet Getting to know you",
        "ask called",
        "ask language",
        "end open",
    ]
    assert face.ended == "crossroads resume C1"


async def test_a_side_question_is_answered_and_the_question_asked_again(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", "why")
    assert face.heard[1:] == ["ask called", "tell why", "ask called", "end open"]


async def test_every_way_of_sending_reaches_the_engine(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin(
            "intake", "Bo", Picked(2, "polish"), Pressed(3, "back"), Pressed(4, "skip")
        )
        assert face.view is not None
        assert face.view.turn == 5
        assert face.heard[-2] == "ask channel"


async def test_an_outdated_answer_changes_nothing_and_is_said_to_be(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", "Bo", Picked(1, "Al"))
        assert face.heard[-3:] == ["tell outdated", "ask language", "end open"]
        assert (await at.service.store.case(at.seat().owner, "C1")).answers["called"] == "Bo"


async def test_an_unreadable_line_asks_again(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", Unreadable("too_long", "Too long."))
    assert face.heard[1:] == ["ask called", "tell too_long", "ask called", "end open"]


async def test_a_card_is_shown_once_however_often_its_prompt_is_asked(tmp_path: Path) -> None:
    lines = ("shop", "skip", "cracked", "good", "why", "?!", "review")
    async with room(tmp_path) as at:
        face = await at.begin("bike_repair", *lines)
    assert face.heard.count("card keep_off") == 1
    assert face.heard.count("ask years") == 4


async def test_a_day_in_words_is_said_back_as_it_was_understood(tmp_path: Path) -> None:
    lines = ("Bo", "polish", "by letter", "next friday")
    async with room(tmp_path) as at:
        face = await at.begin("intake", *lines)
    assert "tell noted" in face.heard
    assert face.last_told == "Noted: Friday, 6 March 2026."


async def test_a_word_at_a_day_is_not_taken_for_one(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", "Bo", "polish", "by letter", "5 March 2026", "back", "back")
    assert face.heard.count("tell noted") == 1


async def test_what_was_not_told_before_a_crash_is_told_before_going_on(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        owner = at.seat().owner
        await at.service.start(owner, "intake", "C1", MONDAY)
        await at.service.handle(owner, "C1", Typed(owner, MONDAY, "restart"))
        await at.service.start(owner, "intake", "C2", MONDAY)
        await at.service.handle(owner, "C2", Typed(owner, MONDAY, "restart"))
    async with room(tmp_path) as at:
        assert (await at.resume()).heard == ["tell restarted", "ask called", "end open"]
    async with room(tmp_path) as at:
        assert (await at.resume()).heard == ["ask called", "end open"]


async def test_a_paused_case_is_opened_by_going_on(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("intake", "Bo", "pause", "never heard")
        assert face.heard[-2:] == ["tell saved", "end paused"]
        assert (await at.resume()).heard == ["ask language", "end open"]


async def test_a_case_that_was_slept_on_begins_afresh_the_next_morning(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        face = await at.begin("troubled_client", *until_asleep())
        assert face.heard[-2:] == ["tell sleeping", "end sleeping"]
        at.now += timedelta(days=1)
        again = await at.resume()
    assert again.heard[0] == "tell rerun"
    assert again.heard[-1] == "end open"
    assert len(again.heard) == 3


async def test_a_case_slept_on_can_be_gone_on_with_early(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.begin("troubled_client", *until_asleep())
        again = await at.resume()
    assert again.heard[0] == "tell early"
    assert "ask sleep" in again.heard


async def test_an_answer_that_cannot_be_saved_is_asked_for_again(tmp_path: Path) -> None:
    async with room(tmp_path, patience=0.05) as at:
        other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)

        def lines() -> Iterable[Sent]:
            other.execute("BEGIN IMMEDIATE")
            yield Wrote("Bo")
            other.execute("ROLLBACK")
            yield Wrote("Bo")

        face = Script(lines())
        await begin(at.service, face, at.seat(), at.clock, "intake")
        other.close()
    assert face.heard[2:] == ["tell not_saved", "ask called", "ask language", "end open"]


async def test_a_finished_case_can_be_looked_at_and_reopened_by_a_person(tmp_path: Path) -> None:
    lines = talk_lines(DATA / "bike_repair", "mended")
    async with room(tmp_path) as at:
        assert (await at.begin("bike_repair", *lines)).heard[-1] == "end finished"
        for_programs = await at.resume("undo")
        assert for_programs.heard[-1] == "end finished"
        person = await at.resume("review", "", "undo", lingers=True)
        assert person.heard[-2:] == ["tell review", "end finished"]
        reopened = await at.resume("undo", lingers=True)
        assert reopened.heard[-2:] == ["ask choice", "end open"]
