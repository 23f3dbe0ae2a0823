"""Socket Mode: however a connection ends, another one comes, and nothing is taken twice or lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.slack import Error, FakeSlack, Hang, Person, Reset, Status
from tests.fakes.slack.faults import Fault
from tests.slack.moments import QUICK, begun, card, case_of, no_pause, option, shown
from tests.slack.scene import Scene, scene


async def goes_on(fake: FakeSlack, here: Scene, who: Person) -> None:
    """See that a click arrives by the connection there is now, and counts once."""
    assert (await who.clicks(card(who), option("fine"))).acknowledged
    await here.idle()
    assert await shown(here, who) == "called"
    assert here.slack.socket is not None
    assert await here.slack.socket.connected()


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_connection_that_slack_takes_back_is_replaced(
    fake: FakeSlack, ann: Person, tmp_path: Path, reason: str
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        (old,) = fake.sockets.open
        await old.disconnect(reason)
        await fake.connected(2)
        await fake.until(lambda: old not in fake.sockets.open)
        await goes_on(fake, here, ann)
        assert len(fake.sockets.open) == 1


async def test_a_warning_and_then_the_end_lead_to_one_connection(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        (old,) = fake.sockets.open
        await old.disconnect("warning")
        await old.disconnect("refresh_requested")
        await fake.connected(3)
        await fake.until(lambda: len(fake.sockets.open) == 1 and old not in fake.sockets.open)
        await goes_on(fake, here, ann)


@pytest.mark.parametrize("how", ["close", "drop"])
async def test_a_connection_that_ends_is_replaced(
    fake: FakeSlack, ann: Person, tmp_path: Path, how: str
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        (old,) = fake.sockets.open
        if how == "close":
            await old.close()
        else:
            old.drop()
        await fake.connected(2)
        await goes_on(fake, here, ann)


async def test_a_connection_that_is_open_but_dead_is_replaced(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        (old,) = fake.sockets.open
        old.ghost = True
        assert not (await ann.clicks(card(ann), option("fine"))).acknowledged
        await fake.connected(2)
        await fake.until(lambda: old not in fake.sockets.open)
        await goes_on(fake, here, ann)


async def test_pings_are_answered(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        (socket,) = fake.sockets.open
        await socket.ping()
        await goes_on(fake, here, ann)


@pytest.mark.parametrize(
    "fault",
    [
        Status(429, retry_after=1),
        Status(500),
        Status(502),
        Status(200, body='{"ok": tr'),
        Reset(),
        Hang(),
        Error("internal_error"),
        Error("invalid_auth"),
    ],
    ids=["429", "500", "502", "broken", "reset", "hang", "busy", "refused"],
)
async def test_a_connection_is_asked_for_until_it_is_given(
    fake: FakeSlack, ann: Person, tmp_path: Path, fault: Fault
) -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await no_pause(seconds)

    async with scene(fake, tmp_path, "socket", timing=replace(QUICK, pause=pause)) as here:
        await begun(here, ann)
        (old,) = fake.sockets.open
        waits.clear()
        planned = fake.fail("apps.connections.open", fault, times=6)
        old.drop()
        await fake.connected(2, seconds=10)
        assert planned.hits == 6
        assert len(waits) == 6
        tops = [0.5, 1, 2, 4, 8, 16]
        assert all(top / 2 <= wait <= top for top, wait in zip(tops, waits, strict=True))
        await goes_on(fake, here, ann)


async def test_slack_out_of_reach_at_the_start_is_waited_for(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    fake.fail("apps.connections.open", Status(503), times=3)
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        await goes_on(fake, here, ann)


async def test_a_connection_that_never_comes_does_not_keep_the_program_from_ending(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        planned = fake.fail("apps.connections.open", Status(503), times=None)
        fake.sockets.open[0].drop()
        await fake.until(lambda: planned.hits > 2)
        assert await here.slack.state() == "not connected"


async def test_what_was_in_flight_when_the_connection_ended_counts_once(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        people = [ann, bob, *(fake.person(f"P{number}") for number in range(6))]
        for who in people:
            await begun(here, who)
        (old,) = fake.sockets.open
        sendings = [who.drafts.message("fine") for who in people]
        sent = [asyncio.create_task(fake.deliver(one, via=old, patience=1)) for one in sendings]
        await asyncio.sleep(0)
        await old.disconnect()
        acknowledged = [delivery.acknowledged for delivery in await asyncio.gather(*sent)]
        await fake.connected(2)
        for sending, done in zip(sendings, acknowledged, strict=True):
            if not done:
                assert (await fake.deliver(sending, retry=1)).acknowledged
        for sending in sendings:  # and once more, as Slack does when it is unsure
            assert (await fake.deliver(sending, retry=2)).acknowledged
        await here.idle()
        for who in people:
            assert await shown(here, who) == "called"
            case = await case_of(here, who)
            assert len(await here.service.store.history(case.owner, case.id)) == 2


async def test_a_click_is_acknowledged_once_however_many_connections_there_were(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        await begun(here, ann)
        sockets = [*fake.sockets.open]
        for count in (2, 3, 4):
            await sockets[-1].disconnect()
            await fake.connected(count)
            await fake.until(lambda: len(fake.sockets.open) == 1)
            sockets += fake.sockets.open
        before = sum(len(one.acknowledged) for one in sockets)
        await goes_on(fake, here, ann)
        after = sum(len(one.acknowledged) for one in sockets)
        assert after == before + 1


async def test_it_is_ready_when_it_is_connected(fake: FakeSlack, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, "socket", timing=QUICK) as here:
        assert await here.slack.state() == "ok"
        fake.fail("api.test", Status(503), times=None)
        here.slack.reached = float("-inf")
        assert await here.slack.state() == "not reached"
