"""What is due is delivered in order until it arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.model import Typed
from bot.errors import DeliveryError
from bot.outbox import deliver_due
from bot.ports import Parcel
from bot.service import Service
from tests.engine.scenes import NOON
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
