"""What is due is delivered in order until it arrives."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.model import Commanded, Typed
from bot.engine.show import margin
from bot.errors import DeliveryError
from bot.outbox import Courier, deliver_due, packed
from bot.ports import Delivered, Done, Parcel
from bot.service import Service
from tests.engine.scenes import ERRANDS, NOON
from tests.test_service import ANN, say, service


class Letterbox:
    """A platform that takes what it is given, or refuses as often as it is told to."""

    def __init__(self, refusals: int = 0, retry_after: timedelta | None = None) -> None:
        self.refusals = refusals
        self.retry_after = retry_after
        self.got: list[Parcel] = []

    async def deliver(self, parcel: Parcel) -> str:
        if self.refusals:
            self.refusals -= 1
            raise DeliveryError("not now", self.retry_after)
        self.got.append(parcel)
        return f"card-{parcel.case_id}"

    def steps(self) -> list[str]:
        views = [parcel.view for parcel in self.got if parcel.view]
        return [view.prompt.step if view.prompt else view.status for view in views]


async def deliver(running: Service, box: Letterbox, at: datetime = NOON) -> int:
    return await deliver_due(running, "terminal", box, at)


async def test_only_the_latest_show_of_a_case_is_delivered_and_only_once(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        await say(running, "C1", "fine", "skip")
        box = Letterbox()
        await deliver(running, box)
        assert box.steps() == ["tried"]
        assert await deliver(running, box) == 0


async def test_what_was_not_delivered_before_a_crash_is_delivered_after_it(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
    box = Letterbox()
    async with service(tmp_path) as running:
        await deliver(running, box)
    assert box.steps() == ["safe"]


async def test_a_refused_delivery_waits_as_long_as_the_platform_asks(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        box = Letterbox(refusals=1, retry_after=timedelta(seconds=30))
        assert await deliver(running, box) == 0
        assert await deliver(running, box, NOON + timedelta(seconds=29)) == 0
        assert await deliver(running, box, NOON + timedelta(seconds=31)) == 1


async def test_without_a_word_from_the_platform_the_wait_doubles(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        box = Letterbox(refusals=2)
        await deliver(running, box)
        assert await deliver(running, box, NOON + timedelta(seconds=1)) == 0
        await deliver(running, box, NOON + timedelta(seconds=3))
        assert box.refusals == 0
        assert await deliver(running, box, NOON + timedelta(seconds=5)) == 0
        assert await deliver(running, box, NOON + timedelta(seconds=8)) == 1


async def test_one_refused_case_does_not_hold_up_another(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        for case_id in ("C1", "C2"):
            await running.start(running.owner(ANN), "errands", case_id, NOON)
        box = Letterbox(refusals=1)
        assert await deliver(running, box) == 1
        assert [parcel.case_id for parcel in box.got] == ["C2"]


async def test_what_is_told_arrives_together_with_the_card(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        await say(running, "C1", "fine", "restart")
        box = Letterbox()
        await deliver(running, box)
        (parcel,) = box.got
        assert [tell.code for tell in parcel.tells] == ["restarted"]
        assert box.steps() == ["safe"]


async def test_what_stands_around_the_question_is_as_if_looked_up_anew(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        done = await running.start(running.owner(ANN), "errands", "C1", NOON)
        for text in (
            "fine",
            "skip",
            "back",
            "nothing",
            "edit 1",
            "fine",
            "undo",
            "pause",
            "resume",
        ):
            flow = await running.flow_of(done.case)
            assert (await packed(running, done)).margin == margin(flow, done.case)
            done = await say(running, "C1", text)


async def test_a_due_wake_up_begins_the_fresh_run_once(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON)
        await say(running, "C1", "fine", "skip", "nothing", "low", "keys", "sleep on it")
        box = Letterbox()
        await deliver(running, box)
        assert box.steps() == ["sleeping"]
        morning = NOON + timedelta(days=1)
        await deliver(running, box, morning)
        await deliver(running, box, morning)
        assert box.steps() == ["sleeping", "safe"]
        assert (await running.store.case(owner, "C1")).earlier is not None


async def test_a_wake_up_for_a_case_that_went_on_changes_nothing(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON)
        await say(running, "C1", "fine", "skip", "nothing", "low", "keys", "sleep on it", "resume")
        done = await running.handle(owner, "C1", Typed(owner, NOON, "go on"))
        await deliver(running, Letterbox(), NOON + timedelta(days=1))
        assert (await running.store.case(owner, "C1")).turn == done.case.turn


# ------------------------------------------------------------------ the courier

ROUND = timedelta(seconds=3)


class Door:
    """A platform whose door opens when the test says so; ``refusals`` are used up at the door."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.knocked = asyncio.Event()
        self.crowd = asyncio.Event()
        self.refusals: list[timedelta | None] = []
        self.got: list[Parcel] = []
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def deliver(self, parcel: Parcel) -> str:
        case_id = parcel.case_id
        self.now[case_id] += 1
        self.most[case_id] = max(self.most[case_id], self.now[case_id])
        self.knocked.set()
        if len(+self.now) > 1:
            self.crowd.set()
        try:
            await self.open.wait()
        finally:
            self.now[case_id] -= 1
        if self.refusals:
            raise DeliveryError("not now", self.refusals.pop(0))
        self.got.append(parcel)
        return parcel.ref or f"card-{case_id}-{len(self.got)}"

    def shut(self) -> None:
        self.open.clear()
        self.knocked.clear()

    def steps(self) -> list[str]:
        views = [parcel.view for parcel in self.got if parcel.view]
        return [view.prompt.step if view.prompt else view.status for view in views]

    def told(self) -> list[str]:
        return [tell.code for parcel in self.got for tell in parcel.tells]


@dataclass
class Delivering:
    """The service with a courier to a door; ``time`` stands still."""

    service: Service
    door: Door
    courier: Courier
    time: list[datetime] = field(default_factory=lambda: [NOON])

    @property
    def owner(self) -> str:
        return self.service.owner(ANN)

    async def begin(self, case_id: str = "C1") -> None:
        await self.courier.take(
            await self.service.start(self.owner, "errands", case_id, self.time[0])
        )

    async def types(self, text: str, case_id: str = "C1") -> Done:
        done = await say(self.service, case_id, text)
        await self.courier.take(done)
        return done

    async def presses(self, word: str, turn: int, case_id: str = "C1") -> None:
        event = Commanded(self.owner, turn, self.time[0], word)
        await self.courier.take(await self.service.handle(self.owner, case_id, event))

    async def delivered(self, case_id: str = "C1") -> Delivered:
        found = await self.service.store.delivered(self.owner, case_id)
        assert found is not None
        return found

    async def later(self, by: timedelta = ROUND) -> None:
        self.time[0] += by
        await self.courier.round()
        await self.courier.idle()


@asynccontextmanager
async def delivering(home: Path) -> AsyncIterator[Delivering]:
    """Open all of it on a folder, as a new process would; nothing is under way at the end."""
    async with service(home) as running:
        door, time = Door(), [NOON]
        courier = Courier(running, "terminal", door, lambda: time[0])
        yield Delivering(running, door, courier, time)
        door.open.set()
        await courier.idle()


async def test_the_newest_view_goes_out_when_several_wait(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        await all.types("fine")
        await all.types("skip")
        all.door.open.set()
        await all.courier.idle()
        assert all.door.steps() == ["safe", "tried"]
        assert (await all.delivered()).turn == all.door.got[-1].turn


async def test_the_deliveries_of_one_case_are_serial_and_those_of_others_beside(
    tmp_path: Path,
) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        for case_id in ("C1", "C2"):
            await all.begin(case_id)
            await all.types("fine", case_id)
        await all.door.knocked.wait()
        await all.door.crowd.wait()  # both are at the door at the same time
        await all.types("skip", "C1")
        all.door.open.set()
        await all.courier.idle()
        assert all.door.most == {"C1": 1, "C2": 1}


async def test_what_comes_in_just_as_a_delivery_ends_is_delivered_too(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        parcel = await packed(all.service, await say(all.service, "C1", "fine"))
        all.door.open.set()  # the delivery ends at the loop's next turn, and this comes right after
        asyncio.get_running_loop().call_soon(all.courier.post, parcel)
        await asyncio.sleep(0)
        await all.courier.idle()
        assert all.door.steps() == ["safe", "called"]


async def test_a_refused_delivery_comes_in_a_later_round_with_all_that_was_told(
    tmp_path: Path,
) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        await all.types("fine")
        await all.courier.idle()
        all.door.refusals = [timedelta(seconds=30)]
        await all.types("restart")
        await all.courier.idle()
        await all.later()
        assert all.door.told() == []
        await all.later(timedelta(seconds=30))
        assert all.door.told() == ["restarted"]
        assert all.door.steps()[-1] == "safe"


async def test_what_was_refused_goes_with_what_is_delivered_next(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        await all.types("fine")
        await all.courier.idle()
        all.door.refusals = [None]
        await all.types("restart")
        await all.courier.idle()
        await all.types("fine")
        await all.courier.idle()
        assert all.door.told() == ["restarted"]
        await all.later(timedelta(minutes=5))
        assert all.door.told() == ["restarted"]


async def test_showing_a_card_again_brings_what_was_refused_with_it(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        done = await all.types("fine")
        await all.courier.idle()
        all.door.refusals = [None]
        await all.types("restart")
        await all.courier.idle()
        await all.presses("back", done.case.turn)
        await all.courier.idle()
        assert all.door.told() == ["restarted", "outdated"]


async def test_what_was_told_before_a_crash_goes_with_the_first_card_after_it(
    tmp_path: Path,
) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        await all.types("fine")
        await all.courier.idle()
        all.door.refusals = [None]
        await all.types("restart")
        await all.courier.idle()
    async with delivering(tmp_path) as all:
        await all.types("fine")
        await all.courier.idle()
        assert all.door.told() == ["restarted"]


async def test_what_is_told_while_a_delivery_is_on_its_way_is_joined(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        await all.types("why")
        await all.types("fine")
        await all.types("restart")
        all.door.open.set()
        await all.courier.idle()
        assert all.door.told() == ["why", "restarted"]
        assert len(all.door.got) == 2


async def test_a_round_takes_up_nothing_that_is_on_its_way(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        all.time[0] += ROUND
        await all.courier.round()
        all.door.open.set()
        await all.courier.idle()
        assert all.door.steps() == ["safe"]


async def test_a_round_takes_up_nothing_that_arrives_while_it_reads(tmp_path: Path) -> None:
    """A busy case is due for long, though each of its cards arrives at once."""
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        all.time[0] += ROUND
        reading = asyncio.create_task(all.courier.round())
        await asyncio.sleep(0)
        all.door.open.set()
        await reading
        await all.courier.idle()
        assert all.door.steps() == ["safe"]


async def test_a_round_that_was_overtaken_brings_no_old_card_back(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        done = await all.service.start(all.owner, "errands", "C1", NOON)
        old = await packed(all.service, done)
        await all.types("fine")
        await all.courier.idle()
        all.courier.post(old)
        await all.courier.idle()
        assert all.door.steps() == ["called"]


async def test_what_a_round_finds_is_marked_as_tried_before(tmp_path: Path) -> None:
    """A process that died may have delivered it and not have noted so."""
    async with delivering(tmp_path) as all:
        await all.service.start(all.owner, "errands", "C1", NOON)
        await all.later()
        assert [parcel.attempts for parcel in all.door.got] == [1]


async def test_a_card_counts_as_delivered_from_when_it_is_there(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin()
        await all.door.knocked.wait()
        all.time[0] += timedelta(seconds=20)
        all.door.open.set()
        await all.courier.idle()
        assert (await all.delivered()).at == NOON + timedelta(seconds=20)


async def test_an_erased_case_is_not_delivered_any_more(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        done = await all.service.start(all.owner, "errands", "C1", NOON)
        parcel = await packed(all.service, done)
        await all.service.store.forget(all.owner, "C1")
        all.courier.post(parcel)
        await all.courier.idle()
        assert all.door.got == []


async def test_what_waits_is_dropped_when_its_case_is_erased(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        await all.courier.idle()
        all.door.shut()
        await all.types("fine")
        await all.door.knocked.wait()
        await all.types("skip")
        await all.courier.drop(all.owner, "C1")
        all.door.open.set()
        await all.courier.idle()
        assert all.door.steps() == ["safe"]


async def test_dropping_what_is_a_persons_leaves_others_alone(tmp_path: Path) -> None:
    async with delivering(tmp_path) as all:
        all.door.shut()
        await all.begin("C1")
        await all.begin("C2")
        await all.courier.drop("somebody else")
        await all.courier.drop(all.owner, "C2")
        all.door.open.set()
        await all.courier.idle()
        assert [parcel.case_id for parcel in all.door.got] == ["C1"]
        await all.courier.drop(all.owner)


async def test_closed_in_the_middle_everything_is_delivered_after_the_restart(
    tmp_path: Path,
) -> None:
    async with delivering(tmp_path) as all:
        await all.begin()
        await all.types("fine")
        await all.courier.idle()
        all.door.shut()
        await all.types("restart")
        await all.door.knocked.wait()
        await all.courier.stop()
        assert all.door.got[-1].tells == ()
    async with delivering(tmp_path) as all:
        await all.later()
        assert all.door.told() == ["restarted"]
        assert all.door.steps() == ["safe"]


async def test_a_fault_of_ours_on_one_case_stops_no_other(tmp_path: Path) -> None:
    class Broken(Door):
        async def deliver(self, parcel: Parcel) -> str:
            if parcel.case_id == "C1":
                raise ZeroDivisionError
            return await super().deliver(parcel)

    async with delivering(tmp_path) as all:
        door = Broken()
        courier = Courier(all.service, "terminal", door, lambda: all.time[0])
        for case_id in ("C1", "C2"):
            await all.service.start(all.owner, "errands", case_id, NOON)
        all.time[0] += ROUND
        await courier.round()
        await courier.idle()
        assert [parcel.case_id for parcel in door.got] == ["C2"]


async def test_a_case_that_cannot_be_woken_holds_up_no_other(tmp_path: Path) -> None:
    newer = ERRANDS.replace('{low: "A little"}', '{low: "Next to nothing"}')
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON)
        await say(running, "C1", "fine", "skip", "nothing", "low", "keys", "sleep on it")
    lost = sqlite3.connect(tmp_path / "test.db")
    with lost:
        lost.execute("DELETE FROM flows")
    lost.close()
    async with service(tmp_path, {"others": newer.replace("flow: errands", "flow: others")}) as it:
        morning = NOON + timedelta(days=1)
        await it.start(it.owner(ANN), "others", "C2", morning)
        box = Letterbox()
        await deliver(it, box, morning)
        assert [parcel.case_id for parcel in box.got] == ["C2"]
