"""The gateway: however a connection ends, another one comes, and nothing is taken twice or lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.platforms import Shards
from tests.discord.moments import (
    HASTY,
    QUICK,
    asks,
    begun,
    card,
    case_of,
    events,
    locked,
    no_pause,
    option,
    says,
    settled,
    shown,
)
from tests.discord.scene import Scene, scene
from tests.fakes.discord import Error, FakeDiscord, Hang, Person, Reset, Status
from tests.fakes.discord.faults import Fault

pytestmark = pytest.mark.usefixtures("still", "sound")

TEN_MINUTES = timedelta(minutes=10)
Ends = Callable[[FakeDiscord], Awaitable[None]]


async def away(fake: FakeDiscord) -> None:
    """Break the connection, and come back at the very moment when nobody is connected."""
    fake.gateway.drop()
    await fake.until(lambda: not fake.gateway.open)


async def goes_on(here: Scene, who: Person, step: str = "called") -> None:
    """See that a click arrives by the connection there is now, and counts once."""
    assert (await who.clicks(card(who), option("fine"))).acknowledged
    await settled(here)
    assert await shown(here, who) == step
    assert await here.discord.state() == "ok"


# ------------------------------------------------------------------ resumed


async def test_clicks_and_messages_of_the_time_without_a_connection_are_taken_once(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        await away(fake)
        click = asyncio.create_task(ann.clicks(card(ann), option("fine")))
        assert not (await bob.writes("danger")).acknowledged, "nobody hears it now"
        assert (await click).acknowledged
        await settled(here)
        assert await shown(here, ann) == "called"
        assert await shown(here, bob) == "tried"
        assert await events(here, ann) == 2
        assert await events(here, bob) == 2
        assert fake.gateway.resumes == 1
        assert fake.gateway.identifies == 1


async def test_messages_of_the_time_without_a_connection_are_taken_in_order(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await away(fake)
        for text in ("fine", "Heron"):  # the second before its question was shown
            await ann.writes(text)
        await fake.connected(2)
        await settled(here)
        assert await shown(here, ann) == "called"
        assert says(card(ann), "earlier question")


async def by_a_drop(fake: FakeDiscord) -> None:
    fake.gateway.drop()


async def by_op_7(fake: FakeDiscord) -> None:
    fake.gateway.reconnect()


async def by_op_9_to_resume(fake: FakeDiscord) -> None:
    fake.gateway.invalidate(resumable=True)


async def by_code_4000(fake: FakeDiscord) -> None:
    await fake.gateway.close(4000)


async def by_code_4009(fake: FakeDiscord) -> None:
    await fake.gateway.close(4009)


async def by_code_1000(fake: FakeDiscord) -> None:
    await fake.gateway.close(1000)


async def by_op_9(fake: FakeDiscord) -> None:
    fake.gateway.invalidate(resumable=False)


RESUMED = [by_a_drop, by_op_7, by_op_9_to_resume, by_code_4000, by_code_1000]
AFRESH = [by_op_9, by_code_4009]


@pytest.mark.parametrize("end", [*RESUMED, *AFRESH])
async def test_a_connection_that_ends_is_replaced(
    fake: FakeDiscord, ann: Person, tmp_path: Path, end: Ends
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await end(fake)
        await fake.connected(2)
        await fake.until(lambda: len(fake.gateway.open) == 1)
        await goes_on(here, ann)
        assert fake.gateway.identifies == (2 if end in AFRESH else 1)


@pytest.mark.parametrize("end", AFRESH)
async def test_messages_that_a_lost_session_held_are_read_from_the_history_once(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, end: Ends
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        await end(fake)
        await fake.until(lambda: not fake.gateway.sessions)
        for text in ("fine", "Heron"):
            assert not (await ann.writes(text)).acknowledged
        await fake.connected(2)
        await fake.called("get_messages", 2)
        await settled(here)
        assert await shown(here, ann) == "called"
        assert says(card(ann), "earlier question")
        assert await events(here, ann) == 2
        assert await shown(here, bob) == "safe"


async def test_a_gateway_out_of_reach_is_told_and_connected_to_as_soon_as_it_is_there(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
        fake.gateway.down = True
        fake.gateway.drop()
        await fake.until(lambda: not fake.gateway.open)
        await fake.until(lambda: fake.gateway.turned_away)
        assert await here.discord.state() == "not connected"
        await ann.writes("fine")
        fake.gateway.down = False
        await fake.connected(2)
        await fake.until(lambda: before not in ann.from_bot)
        await settled(here)
        assert await shown(here, ann) == "called"
        assert await here.discord.state() == "ok"


# ------------------------------------------------------------------ silent


async def test_a_connection_that_is_open_but_dead_is_replaced(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    fake.gateway.heartbeat_ms = 50
    async with scene(fake, tmp_path, timing=replace(QUICK, heartbeat=0.3)) as here:
        await begun(here, ann)
        fake.gateway.mute()
        assert (await ann.clicks(card(ann), option("fine"))).acknowledged
        await settled(here)
        assert await shown(here, ann) == "called"
        assert fake.gateway.resumes == 1


async def test_heartbeats_are_sent_and_a_silent_connection_is_no_good_one(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    fake.gateway.heartbeat_ms = 20
    async with scene(fake, tmp_path, timing=QUICK) as here:
        (socket,) = fake.gateway.open
        await fake.until(lambda: socket.beats > 3)
        assert await here.discord.state() == "ok"


# ------------------------------------------------------------------ for good


@pytest.mark.parametrize("code", [4004, 4014])
async def test_a_connection_that_is_closed_for_good_is_told_and_all_else_lives(
    fake: FakeDiscord, ann: Person, tmp_path: Path, code: int
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await fake.gateway.close(code)
        assert here.discord.connection
        await here.discord.connection
        assert await here.discord.state() == "not connected"
        assert here.discord.failed
        assert not any(task.done() for task in here.discord.tasks)
        owner = here.owner(ann)
        await here.store.forget(owner, (await case_of(here, ann)).id)
        assert await here.service.store.cases(owner) == []


async def test_what_is_due_when_the_connection_was_closed_for_good_comes_with_the_next_start(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        fault = fake.fail("*", Status(503), times=None)
        await fake.deliver(click, patience=0)
        await fake.until(lambda: fault.hits > 1)
        await here.idle()
        await fake.gateway.close(4004)
        assert here.discord.connection
        await here.discord.connection
        fault.lift()
        for _ in range(2):
            await here.later(TEN_MINUTES)
        assert not any(task.done() for task in here.discord.tasks)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(TEN_MINUTES)
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("code", [4004, 4013, 4014])
async def test_a_connection_that_is_refused_at_the_start_says_what_to_do(
    fake: FakeDiscord, tmp_path: Path, code: int
) -> None:
    fake.gateway.refusing = code
    with pytest.raises(SetupError) as told:
        async with scene(fake, tmp_path, timing=QUICK):
            pass
    assert told.value.remedy
    assert "intent" in told.value.message if code == 4014 else str(code) in told.value.message


# ------------------------------------------------------------------ the start


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_discord_does_not_take_says_what_to_do(
    fake: FakeDiscord, tmp_path: Path, status: int
) -> None:
    fake.fail("me", Error(0, status=status))
    with pytest.raises(SetupError) as told:
        async with scene(fake, tmp_path, timing=QUICK):
            pass
    assert "DISCORD_TOKEN" in told.value.message
    assert "doctor" in told.value.remedy


OUT_OF_REACH: dict[str, tuple[str, Fault]] = {
    "login, 503": ("me", Status(503)),
    "login, a reset": ("me", Reset()),
    "login, 429 by the network in front": ("me", Status(429, retry_after=2, via=False)),
    "login, broken JSON": ("me", Status(200, body='{"id": tr')),
    "the application, 503": ("application", Status(503)),
    "the gateway's address, 503": ("gateway_bot", Status(503)),
    "the gateway's address, a reset": ("gateway_bot", Reset()),
}


@pytest.mark.parametrize("name", OUT_OF_REACH)
async def test_discord_out_of_reach_at_the_start_is_waited_for(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await no_pause(seconds)

    planned = fake.fail(*OUT_OF_REACH[name], times=3)
    async with scene(fake, tmp_path, timing=replace(QUICK, pause=pause)) as here:
        assert planned.hits == 3
        # A request that was cut off is made again at once by the HTTP client.
        assert waits
        assert waits == [1.0, 2.0, 5.0][: len(waits)]
        await begun(here, ann)
        await goes_on(here, ann)


async def test_commands_are_registered_when_they_changed_and_only_then(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK):
        assert fake.command_puts == 1
    async with scene(fake, tmp_path, timing=QUICK) as here:
        assert fake.command_puts == 1
        await begun(here, ann)


async def test_commands_that_could_not_be_registered_are_by_the_next_start(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    fake.fail("put_commands", Status(503))
    async with scene(fake, tmp_path, timing=QUICK) as here:
        assert fake.command_puts == 0
        assert await here.discord.state() == "ok"
    async with scene(fake, tmp_path, timing=QUICK) as here:
        assert fake.command_puts == 1
        await begun(here, ann)


# ------------------------------------------------------------------ missed while nothing ran


async def test_messages_written_while_nothing_ran_are_read_once_and_in_order(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
    for text in ("fine", "Heron"):
        await ann.writes(text)
    await bob.writes("danger")
    for _ in range(2):
        async with scene(fake, tmp_path, timing=QUICK) as here:
            await settled(here)
            assert await shown(here, ann) == "called"
            assert await shown(here, bob) == "tried"
            assert await events(here, ann) == 2
            assert await events(here, bob) == 2
            assert says(card(ann), "earlier question")


async def test_what_is_written_now_comes_after_what_was_missed(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
    await ann.writes("fine")
    hang = Hang()
    fake.fail("get_messages", hang)
    async with scene(fake, tmp_path, timing=replace(QUICK, call=5.0)) as here:
        await hang.reached.wait()
        fake.clock.advance(5)
        await ann.writes("danger")
        await fake.gateway.received()
        hang.release()
        await settled(here)
        assert (await case_of(here, ann)).answers["safe"] == "fine"
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize(
    "fault", [Status(503), Reset(), Status(200, body="<html>", content_type="text/html")]
)
async def test_missed_messages_that_cannot_be_read_at_first_are_read_later(
    fake: FakeDiscord, ann: Person, tmp_path: Path, fault: Fault
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
    await ann.writes("fine")
    planned = fake.fail("get_messages", fault, times=3)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await fake.until(lambda: planned.hits == 3 and before not in ann.from_bot)
        await settled(here)
        assert await shown(here, ann) == "called"


async def test_a_missed_message_that_could_not_be_stored_is_taken_as_soon_as_it_can_be(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
    await ann.writes("fine")
    hang = Hang()
    fake.fail("get_messages", hang)
    timing = replace(QUICK, call=5.0)
    async with scene(fake, tmp_path, timing=timing, patience=HASTY) as here:
        await hang.reached.wait()
        with locked(tmp_path):
            hang.release()
            await fake.until(lambda: says(ann.from_bot[-1], "not saved"))
            assert await asks(here, ann) == "safe"
        await fake.until(lambda: before not in ann.from_bot)
        await settled(here)
        assert await shown(here, ann, ann.from_bot[-1]) == "called"
        assert await events(here, ann) == 2
        assert len(ann.from_bot) == 2, "what was said, and the card"


async def test_a_message_is_taken_though_the_missed_ones_cannot_be_read(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
    fake.fail("get_messages", Status(503), times=None)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.writes("fine")
        await settled(here)
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ shards


@pytest.fixture
async def wide() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(shards=2) as discord:
        discord.clock.set(discord.clock.now() + 1)
        yield discord
    discord.check()


async def test_all_shards_that_discord_recommends_are_connected(
    wide: FakeDiscord, tmp_path: Path
) -> None:
    ann = wide.person("Ann")
    async with scene(wide, tmp_path, timing=QUICK) as here:
        assert len(wide.gateway.open) == 2
        assert sorted(one["shard"] for one in wide.gateway.heard) == [[0, 2], [1, 2]]
        await begun(here, ann)
        await goes_on(here, ann)


@pytest.mark.parametrize("shard", [0, 1])
async def test_a_process_hears_its_own_shard_alone(
    wide: FakeDiscord, tmp_path: Path, shard: int
) -> None:
    ann = wide.person("Ann")
    async with scene(wide, tmp_path, timing=QUICK, shards=Shards((shard,), 2)) as here:
        there = [wide.guild(f"Acme {number}", shard=number) for number in range(2)]
        asked = [ann.drafts.command("help", {}, where) for where in (*there, None)]
        for one in asked:
            await wide.deliver(one, patience=0)
        await settled(here)
        answered = [one.interaction is not None and bool(one.interaction.answer) for one in asked]
        # Direct messages come to the first.
        assert answered == [shard == 0, shard == 1, shard == 0]
        assert await here.discord.state() == "ok"


@pytest.mark.parametrize("shard", [0, 1])
async def test_missed_messages_are_read_by_the_process_that_hears_direct_messages(
    wide: FakeDiscord, tmp_path: Path, shard: int
) -> None:
    ann = wide.person("Ann")
    async with scene(wide, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
    await ann.writes("fine")
    async with scene(wide, tmp_path, timing=QUICK, shards=Shards((shard,), 2)) as here:
        await settled(here)
        assert await asks(here, ann) == ("called" if shard == 0 else "safe")


async def test_two_processes_share_the_shards_and_the_cases(
    wide: FakeDiscord, tmp_path: Path
) -> None:
    ann = wide.person("Ann")
    there = wide.guild("Acme", shard=1)
    async with (
        scene(wide, tmp_path, timing=QUICK, shards=Shards((0,), 2)) as first,
        scene(wide, tmp_path, timing=QUICK, shards=Shards((1,), 2)) as second,
    ):
        assert (await ann.slash("start", where=there)).acknowledged
        await settled(second)
        assert await shown(second, ann) == "safe"
        assert (await ann.clicks(card(ann), option("fine"))).acknowledged
        await settled(first)
        assert await shown(first, ann) == "called"
        assert wide.gateway.identifies == 2


async def test_the_gateway_that_discord_names_is_the_only_one(
    wide: FakeDiscord, tmp_path: Path
) -> None:
    ann = wide.person("Ann")
    async with scene(wide, tmp_path, timing=QUICK, shards=Shards((0,), 2)) as here:
        await begun(here, ann)
        wide.gateway.invalidate(resumable=False)
        await wide.connected(2)
        await wide.until(lambda: len(wide.gateway.open) == 1)
        await goes_on(here, ann)
        assert wide.gateway.connections == 2
