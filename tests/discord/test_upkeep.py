"""What is done without being asked: what nobody wants kept, servers and people that left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from adapters.discord.upkeep import house
from adapters.http.server import Server
from adapters.slack.upkeep import house as slack_house
from bot.ports import Received
from tests.discord.moments import option
from tests.discord.scene import Scene, scene
from tests.discord.surfaces import TO_THE_END, asks, begins, in_the_files, rows, said, took, writes
from tests.fakes.discord import Error, FakeDiscord, Guild, Person, SignedEvent
from tests.fakes.discord.events import happened, signed
from tests.fakes.slack import FakeSlack
from tests.slack import surfaces as on_slack
from tests.slack.scene import scene as slack_scene

pytestmark = pytest.mark.usefixtures("still", "sound")

DAY = timedelta(days=1)
NOBODY = {"people": 0, "cases": 0}


@pytest.fixture
def acme(fake: FakeDiscord) -> Guild:
    return fake.guild("Acme")


@pytest.fixture
def cleo(fake: FakeDiscord) -> Person:
    """Somebody who has the app by servers alone."""
    return fake.person("Cleo", installed=False)


async def removed(at: Scene, guild: Guild) -> None:
    """Remove the bot from a server, and wait until it has heard of it."""
    at.fake.removes_bot(guild)
    await heard(at)


async def heard(at: Scene) -> None:
    """Wait until what was told was heard: what comes after it is."""
    await asks(at, at.fake.person("Somebody"), "help")


async def knows(at: Scene, somebody: Person) -> bool:
    """Say whether anything of somebody is stored."""
    owner = at.owner(somebody)
    return bool(await at.store.contact(owner) or await at.store.cases(owner))


async def test_tidying_up_where_there_is_nothing_calls_nobody(
    fake: FakeDiscord, acme: Guild, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        fake.calls.clear()
        await at.later(DAY)
        assert fake.calls == []


# ------------------------------------------------------------------ a server removes the bot


async def test_people_of_a_server_are_erased_after_the_grace_period_with_their_messages(
    fake: FakeDiscord, acme: Guild, cleo: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, "fine", where=acme)
        await writes(at, cleo, "Heron", "cases")
        await begins(at, bob, "fine")
        await removed(at, acme)
        await at.later(6 * DAY)
        assert await knows(at, cleo)
        assert len(cleo.from_bot) == 2
        await at.later(2 * DAY)
        assert not await knows(at, cleo)
        assert not cleo.from_bot
        assert not in_the_files(tmp_path, cleo.id, cleo.dm, acme.id, at.owner(cleo))
        assert await knows(at, bob)
        assert len(bob.from_bot) == 1
        await at.later(timedelta(minutes=1))
        assert rows(tmp_path, "departures") == {"departures": 0}


async def test_what_cannot_be_taken_away_then_is_tried_again(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        await removed(at, acme)
        refused = fake.fail("delete_message", Error(50013), times=None)
        await at.later(8 * DAY)
        assert not await knows(at, cleo)
        assert len(cleo.from_bot) == 1
        refused.lift()
        await at.later(timedelta(minutes=2))
        assert not cleo.from_bot


async def writes_on(at: Scene, cleo: Person) -> None:
    await writes(at, cleo, "fine")


async def presses(at: Scene, cleo: Person) -> None:
    await took(at, await cleo.clicks(cleo.from_bot[-1], option("fine")))


async def commands(at: Scene, cleo: Person) -> None:
    await asks(at, cleo, "resume")


async def elsewhere(at: Scene, cleo: Person) -> None:
    await asks(at, cleo, "resume", at.fake.guild("Beta"))


@pytest.mark.parametrize("goes_on", [writes_on, presses, commands, elsewhere])
@pytest.mark.parametrize("restarted", [False, True])
async def test_who_goes_on_using_it_is_not_erased(
    fake: FakeDiscord,
    acme: Guild,
    cleo: Person,
    tmp_path: Path,
    goes_on: Callable[[Scene, Person], object],
    restarted: bool,
) -> None:
    async def uses(at: Scene) -> None:
        await at.later(3 * DAY)
        await goes_on(at, cleo)  # type: ignore[misc]

    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        await removed(at, acme)
        if not restarted:
            await uses(at)
            await at.later(30 * DAY)
            assert await knows(at, cleo)
    async with scene(fake, tmp_path, grace_days=7) as at:
        if restarted:
            await uses(at)
            await at.later(30 * DAY)
        assert await knows(at, cleo)
        assert len(cleo.from_bot) == 1


async def test_whoever_has_it_in_their_own_account_too_is_not_erased(
    fake: FakeDiscord, acme: Guild, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann, where=acme)
        await removed(at, acme)
        await at.later(30 * DAY)
        assert await knows(at, ann)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_bot_that_comes_back_in_time_finds_all_as_it_was(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path, restarted: bool
) -> None:
    def returns() -> None:
        fake.world.joined[acme.id] = acme

    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, "fine", where=acme)
        await removed(at, acme)
        await at.later(6 * DAY)
        if not restarted:
            returns()
            fake.recovers(acme)
            await heard(at)
            await at.later(30 * DAY)
            assert await knows(at, cleo)
    returns()
    async with scene(fake, tmp_path, grace_days=7) as at:
        await at.later(30 * DAY)
        await writes(at, cleo, "Heron")
        assert "What was tried with Heron?" in said(cleo.from_bot[-1])
        assert rows(tmp_path, "departures") == {"departures": 0}


async def test_an_outage_is_no_removal(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        fake.outage(acme)
        await heard(at)
        await at.later(30 * DAY)
        assert await knows(at, cleo)
    async with scene(fake, tmp_path, grace_days=7) as at:
        await at.later(30 * DAY)
        fake.recovers(acme)
        await heard(at)
        await at.later(30 * DAY)
        assert await knows(at, cleo)
        assert rows(tmp_path, "departures") == {"departures": 0}


async def test_a_removal_while_the_program_did_not_run_is_noticed_at_the_next_start(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path
) -> None:
    other = fake.guild("Beta")
    dora = fake.person("Dora", installed=False)
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        await begins(at, dora, where=other)
    fake.removes_bot(acme)
    fake.clock.advance(DAY.total_seconds() * 30)
    async with scene(fake, tmp_path, grace_days=7) as at:
        await heard(at)
        await at.later(6 * DAY)
        assert await knows(at, cleo), "the grace period begins when it is noticed"
        await at.later(2 * DAY)
        assert (await knows(at, cleo), await knows(at, dora)) == (False, True)
        assert not cleo.from_bot


async def test_who_is_noticed_only_once_counts_from_then(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        await removed(at, acme)
        await at.later(4 * DAY)
    async with scene(fake, tmp_path, grace_days=7) as at:
        await heard(at)
        await at.later(4 * DAY)
        assert not await knows(at, cleo)


# ------------------------------------------------------------------ somebody takes it off


def received(event: SignedEvent, **changes: str | None) -> Received:
    """Make the request of an event; ``changes`` of its headers, None leaves one out."""
    headers = {name.lower(): value for name, value in event.headers.items()}
    named: Mapping[str, str | None] = {
        **headers,
        **{f"x-signature-{k}": v for k, v in changes.items()},
    }
    kept = {name: value for name, value in named.items() if value is not None}
    return Received("POST", "/discord/events", {}, kept, event.body)


async def post(at: Scene, request: Received) -> int:
    """Hand a request to the route; gives the status of the answer."""
    (route,) = at.discord.routes
    assert route == ("POST", "/discord/events")
    return (await at.discord.routes[route](request)).status


@asynccontextmanager
async def served(at: Scene) -> AsyncIterator[str]:
    """Serve the routes over HTTP; gives the address."""
    server = Server("127.0.0.1", 0, at.discord.routes)
    await server.start()
    try:
        host, port = server.address
        yield f"http://{host}:{port}/discord/events"
    finally:
        await server.stop()


async def test_who_takes_the_app_off_is_erased_after_the_grace_period(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        for somebody in (ann, bob):
            await begins(at, somebody, "fine")
        assert await post(at, received(fake.deauthorized_event(ann))) == 204
        await at.later(6 * DAY)
        assert await knows(at, ann)
        await at.later(2 * DAY)
        assert (await knows(at, ann), await knows(at, bob)) == (False, True)
        assert (len(ann.from_bot), len(bob.from_bot)) == (0, 1)
        assert not in_the_files(tmp_path, ann.id, ann.dm, at.owner(ann))


@pytest.mark.parametrize("goes_on", [writes_on, presses, commands, elsewhere])
async def test_who_took_it_off_and_comes_back_is_not_erased(
    fake: FakeDiscord,
    ann: Person,
    tmp_path: Path,
    goes_on: Callable[[Scene, Person], object],
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        assert await post(at, received(fake.deauthorized_event(ann))) == 204
        await at.later(6 * DAY)
        await goes_on(at, ann)  # type: ignore[misc]
        await at.later(60 * DAY)
        assert await knows(at, ann)
        assert len(ann.from_bot) == 1


async def test_who_came_by_a_server_is_in_it_still(
    fake: FakeDiscord, acme: Guild, cleo: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, cleo, where=acme)
        for somebody in (cleo, bob):  # of Bob nothing is known
            assert await post(at, received(fake.deauthorized_event(somebody))) == 204
        await at.later(60 * DAY)
        assert (await knows(at, cleo), await knows(at, bob)) == (True, False)


async def test_it_is_told_over_http(fake: FakeDiscord, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at, served(at) as url:
        await begins(at, ann)
        for event, status in (
            (fake.ping_event(), 204),
            (SignedEvent(b"{}", fake.ping_event().headers), 401),
            (SignedEvent(b"{}", {}), 401),
            (fake.deauthorized_event(ann), 204),
        ):
            async with fake.session.post(url, data=event.body, headers=event.headers) as answer:
                assert (answer.status, await answer.read()) == (status, b"")
        async with fake.session.get(url) as answer:
            assert answer.status == 405
        await at.later(8 * DAY)
        assert rows(tmp_path, *NOBODY) == NOBODY


FORGED: dict[str, Mapping[str, str | None]] = {
    "another signature": {"ed25519": "0" * 128},
    "a short one": {"ed25519": "00"},
    "no hexadecimal": {"ed25519": "äöü"},
    "none": {"ed25519": None},
    "an empty one": {"ed25519": ""},
    "no time": {"timestamp": None},
    "another time": {"timestamp": "1700000000"},
    "a word for a time": {"timestamp": "yesterday"},
    "no number": {"timestamp": "nan"},
    "other digits": {"timestamp": "١٧٠٠٠٠٠٠٠٠"},
    "a huge time": {"timestamp": "9" * 4000},
    "a time before time": {"timestamp": "-1"},
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_discord_did_not_sign_is_refused_unread(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        event = fake.deauthorized_event(ann)
        assert await post(at, received(event, **FORGED[name])) == 401
        other = SignedEvent(event.body.replace(ann.id.encode(), b"1"), event.headers)
        assert await post(at, received(other)) == 401
        await at.later(30 * DAY)
        assert await knows(at, ann)


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_what_was_signed_long_ago_or_is_to_come_is_refused(
    fake: FakeDiscord, ann: Person, tmp_path: Path, seconds: float
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        fake.clock.advance(-seconds)
        event = fake.deauthorized_event(ann)
        fake.clock.advance(seconds)
        assert await post(at, received(event)) == 401
        await at.later(30 * DAY)
        assert await knows(at, ann)


async def test_a_signed_event_may_come_twice(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        event = received(fake.deauthorized_event(ann))
        assert [await post(at, event) for _ in range(3)] == [204] * 3
        await at.later(8 * DAY)
        assert not await knows(at, ann)


GARBAGE: dict[str, object] = {
    "a list": [],
    "a number": 5,
    "null": None,
    "no type": {"event": {}},
    "a word for a type": {"type": "x"},
    "no user id": {"type": 1, "event": {"type": "APPLICATION_DEAUTHORIZED", "data": {"user": {}}}},
    "a word for a user": {
        "type": 1,
        "event": {"type": "APPLICATION_DEAUTHORIZED", "data": {"user": {"id": "me"}}},
    },
}


@pytest.mark.parametrize("name", GARBAGE)
async def test_what_is_signed_and_makes_no_sense_is_refused(
    fake: FakeDiscord, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path) as at:
        body = GARBAGE[name]
        event = signed(fake.world, body)  # type: ignore[arg-type]
        assert await post(at, received(event)) == 400


@pytest.mark.parametrize("body", [b"", b"{", b'{"type":"\xff"}', b"[" * 90_000])
async def test_what_is_signed_and_is_no_json_is_refused(
    fake: FakeDiscord, tmp_path: Path, body: bytes
) -> None:
    async with scene(fake, tmp_path) as at:
        stamp = str(int(fake.clock.now()))
        mark = fake.world.key.sign(stamp.encode() + body).hex()
        headers = {"x-signature-ed25519": mark, "x-signature-timestamp": stamp}
        assert await post(at, received(SignedEvent(body, headers))) == 400


@pytest.mark.parametrize("kind", ["APPLICATION_AUTHORIZED", "ENTITLEMENT_CREATE", "NEW_THING"])
async def test_other_events_are_let_go(
    fake: FakeDiscord, ann: Person, tmp_path: Path, kind: str
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        event = happened(fake.world, kind, {"user": {"id": ann.id}, "more": [1]})
        assert orjson.loads(event.body)["event"]["type"] == kind
        assert await post(at, received(event)) == 204
        await at.later(30 * DAY)
        assert await knows(at, ann)


# ------------------------------------------------------------------ beside Slack


async def test_slack_and_discord_in_one_database_do_not_tidy_up_each_others_cases(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with (
        FakeSlack() as slack,
        scene(fake, tmp_path, keep_days=7) as here,
        slack_scene(slack, tmp_path) as there,
    ):
        slack.clock.set(fake.clock.now())
        bob = slack.person("Bob")
        await bob.slash("settings")
        await bob.clicks(bob.ephemerals[-1], "keep:", "30")
        await on_slack.begins(there, bob, *TO_THE_END)
        await begins(here, ann, *TO_THE_END)
        for clock in (fake.clock, slack.clock):
            clock.advance(31 * DAY.total_seconds())
        await house(here.discord.hub).tidy()
        assert len(await there.store.cases(there.owner(bob))) == 1
        assert await here.store.cases(here.owner(ann)) == []
        assert (len(bob.from_bot), len(ann.from_bot)) == (1, 0)
        await begins(here, ann, *TO_THE_END)
        fake.clock.advance(31 * DAY.total_seconds())
        await slack_house(there.slack.hub).tidy()
        assert len(await here.store.cases(here.owner(ann))) == 1
        assert await there.store.cases(there.owner(bob)) == []
        assert (len(bob.from_bot), len(ann.from_bot)) == (0, 1)


async def test_a_server_that_left_is_none_of_slacks(
    fake: FakeDiscord, acme: Guild, cleo: Person, tmp_path: Path
) -> None:
    async with (
        FakeSlack() as slack,
        scene(fake, tmp_path, grace_days=7) as here,
        slack_scene(slack, tmp_path) as there,
    ):
        await begins(here, cleo, where=acme)
        await removed(here, acme)
        slack.clock.set(fake.clock.now() + 8 * DAY.total_seconds())
        await slack_house(there.slack.hub).tidy()
        assert await knows(here, cleo)
        await here.later(8 * DAY)
        assert not await knows(here, cleo)
        assert not cleo.from_bot
