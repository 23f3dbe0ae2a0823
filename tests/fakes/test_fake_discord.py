"""The fake Discord, driven by the real SDK with a tiny bare client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.fakes.discord import (
    FakeDiscord,
    Hang,
    Message,
    NoSuchElement,
    Person,
)
from tests.fakes.discord.bare import Bare, opened, pointed, serving
from tests.fakes.discord.components import words as said
from tests.fakes.discord.model import SAYS, UPDATES
from tests.fakes.discord.parts import (
    COMMAND,
    button,
    card,
    row,
    select,
)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord
    discord.check()


@pytest.fixture
def ann(fake: FakeDiscord) -> Person:
    return fake.person("Ann")


@pytest.fixture
def bob(fake: FakeDiscord) -> Person:
    return fake.person("Bob", locale="en-US", installed=False)


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[Bare]:
    """A client that is connected, and answers."""
    async with serving(fake) as client:
        yield client


@pytest.fixture
async def rest(fake: FakeDiscord) -> AsyncIterator[Bare]:
    """A client that makes requests, but hears nothing. Its command is registered."""
    async with pointed(fake) as client:
        await client.ask("PUT", f"/applications/{fake.application_id}/commands", [COMMAND])
        fake.calls.clear()
        yield client


async def greeted(fake: FakeDiscord, person: Person) -> Message:
    """Write to the bot and get its card."""
    await person.writes("hello")
    await fake.until(lambda: person.from_bot)
    return person.from_bot[-1]


# ------------------------------------------------------------------ a person and a client


@pytest.mark.usefixtures("bot")
async def test_words_become_a_card_and_a_click_edits_it(fake: FakeDiscord, ann: Person) -> None:
    assert ann.dm == ""
    shown = await greeted(fake, ann)
    reaction = await ann.clicks(shown, "Yes")
    assert (reaction.acknowledged, reaction.kind) == (True, UPDATES)
    assert [said(one.components) for one in ann.from_bot] == ["Done"]
    with pytest.raises(NoSuchElement):
        await ann.clicks(shown, "yes")
    assert (await ann.clicks(shown, "yes", stale=True)).acknowledged
    fake.remove(ann.from_bot[0])
    with pytest.raises(NoSuchElement, match="gone"):
        await ann.clicks(shown, "yes")


@pytest.mark.usefixtures("bot")
async def test_a_modal_is_filled_in_and_closes_when_it_is_answered(
    fake: FakeDiscord, ann: Person
) -> None:
    shown = await greeted(fake, ann)
    await ann.clicks(shown, "write")
    assert ann.modal.fields == {"value": ""}
    with pytest.raises(AssertionError, match="is empty"):
        await ann.submits()
    with pytest.raises(NoSuchElement):
        await ann.submits({"nonsense": "x"})
    fake.fail("callback", Hang())
    fake.patience = 0.05
    assert not (await ann.submits({"Say it": "mine"})).acknowledged
    assert ann.modal.failed
    fake.patience = 3.0
    assert (await ann.submits({"value": "mine"})).acknowledged
    assert ann.modals == ()
    assert [said(one.components) for one in ann.from_bot] == ["You said mine"]


@pytest.mark.usefixtures("bot")
async def test_a_command_is_used_in_all_places(fake: FakeDiscord, ann: Person, bob: Person) -> None:
    guild, between = fake.guild("Acme"), fake.private_channel(ann, bob)
    for where in (None, guild.channel, between):
        assert (await ann.slash("start", where=where)).response[0] == SAYS
    assert [one.content for one in ann.ephemerals] == ["You said start"] * 3
    assert {one.channel for one in ann.ephemerals} == {ann.dm, guild.channel.id, between.id}
    sending = ann.drafts.command("start", {}, guild)
    assert sending.payload["authorizing_integration_owners"] == {"0": guild.id, "1": ann.id}
    assert await ann.completes("resume", "case", "her") == [{"name": "Her case", "value": "1"}]
    await ann.slash("think")
    await fake.until(lambda: ann.ephemerals[-1].content == "Thought.")


IMPOSSIBLE: dict[str, Callable[[FakeDiscord, Person, Person], Any]] = {
    "no command /other": lambda fake, ann, bob: ann.drafts.command("", {}, None, "other"),
    "needs a subcommand": lambda fake, ann, bob: ann.drafts.command("", {}),
    "no subcommand 'x'": lambda fake, ann, bob: ann.drafts.command("x", {}),
    "no option 'x'": lambda fake, ann, bob: ann.drafts.command("start", {"x": 1}),
    "is nothing for": lambda fake, ann, bob: ann.drafts.command("resume", {"case": 1}),
    "not offered to those": lambda fake, ann, bob: bob.drafts.command(
        "start", {}, fake.guild("Away", bot=False)
    ),
    "is not there": lambda fake, ann, bob: fake.person("Cy").drafts.command(
        "start", {}, fake.private_channel(ann, bob)
    ),
}


@pytest.mark.usefixtures("rest")
@pytest.mark.parametrize("what", list(IMPOSSIBLE))
async def test_nobody_can_do_what_is_not_offered(
    fake: FakeDiscord, ann: Person, bob: Person, what: str
) -> None:
    with pytest.raises(NoSuchElement, match=what):
        IMPOSSIBLE[what](fake, ann, bob)


async def test_options_are_chosen_as_many_as_allowed(rest: Bare, ann: Person) -> None:
    path = await opened(rest, ann)
    chooser = select("ticks", "late", "rude", "broke", max_values=2)
    off = button("off", "Off", disabled=True)
    await rest.ask("POST", path, card("Which?", row(chooser), row(off)))
    (shown,) = ann.from_bot
    sending = ann.drafts.selection(shown, "ticks", "Late", "rude")
    assert sending.payload["data"]["values"] == ["late", "rude"]
    for values in ((), ("late", "rude", "broke"), ("kind",)):
        with pytest.raises(NoSuchElement):
            ann.drafts.selection(shown, "ticks", *values)
    with pytest.raises(NoSuchElement, match="disabled"):
        ann.drafts.click(shown, "off")
    with pytest.raises(NoSuchElement, match="no button"):
        ann.drafts.click(shown, "ticks")


@pytest.mark.usefixtures("bot")
async def test_the_same_interaction_can_come_twice(fake: FakeDiscord, ann: Person) -> None:
    shown = await greeted(fake, ann)
    reaction = await ann.clicks(shown, "yes")
    await fake.redeliver(reaction.sending)
    first, second = await fake.called("callback", 2)
    assert (first.status, second.status) == (204, 400)
    assert second.answer["code"] == 40060


async def test_nobody_listening_means_not_acknowledged(fake: FakeDiscord, ann: Person) -> None:
    assert not (await ann.writes("hello")).acknowledged
    async with pointed(fake) as client:
        await client.ask("PUT", f"/applications/{fake.application_id}/commands", [COMMAND])
        assert not (await ann.slash("start")).acknowledged


async def test_the_bot_hears_what_is_written_edited_and_deleted(
    fake: FakeDiscord, bot: Bare, ann: Person
) -> None:
    await ann.writes("hello")
    await fake.called("post_message")
    await fake.until(lambda: len(ann.messages) == 2)
    mine = ann.messages[0]
    await ann.edits(mine, "hello again")
    await ann.deletes(ann.messages[0])
    assert [one.from_bot for one in ann.messages] == [True]
    with pytest.raises(NoSuchElement):
        await ann.deletes(ann.messages[0])
    assert (await ann.slash("start")).acknowledged
    assert bot.heard == ["hello", ""]


async def test_a_webhook_event_is_signed(fake: FakeDiscord, ann: Person) -> None:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(fake.verify_key))
    for event in (fake.ping_event(), fake.deauthorized_event(ann)):
        stamp = event.headers["X-Signature-Timestamp"]
        mark = bytes.fromhex(event.headers["X-Signature-Ed25519"])
        key.verify(mark, stamp.encode() + event.body)
    assert ann.id.encode() in event.body


# ------------------------------------------------------------------ the gateway


async def test_guilds_come_go_and_fail(fake: FakeDiscord) -> None:
    before = fake.guild("Before")
    async with serving(fake) as bot:
        assert (await fake.person("Ann").slash("start", where=before)).acknowledged
        assert bot.joined == []
        acme = fake.guild("Acme")
        fake.outage(acme)
        fake.recovers(acme)
        fake.removes_bot(acme)
        await fake.person("Bob").slash("start")
        assert (bot.joined, bot.lost, bot.parted) == (["Acme"], ["Acme"], ["Acme"])
        assert [one.name for one in bot.guilds] == ["Before"]


async def test_events_go_to_their_shards() -> None:
    async with FakeDiscord(shards=2) as fake:
        ann = fake.person("Ann")
        guilds = [fake.guild(f"On {shard}", shard=shard) for shard in (0, 1)]
        async with serving(fake) as bot:
            await ann.writes("hello")
            for where in (None, *guilds):
                assert (await ann.slash("start", where=where)).acknowledged
            assert sorted((one.name, one.shard_id) for one in bot.guilds) == [
                ("On 0", 0),
                ("On 1", 1),
            ]
            kept = {one.shard: one.seq for one in fake.gateway.sessions.values()}
            assert kept[0] > kept[1]
        fake.check()


ENDS: dict[str, Callable[[FakeDiscord], Awaitable[None] | None]] = {
    "drop": lambda fake: fake.gateway.drop(),
    "close": lambda fake: fake.gateway.close(4000),
    "reconnect": lambda fake: fake.gateway.reconnect(),
    "invalid": lambda fake: fake.gateway.invalidate(True),
}


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("how", list(ENDS))
async def test_what_was_missed_is_replayed_when_the_session_resumes(
    fake: FakeDiscord, ann: Person, how: str
) -> None:
    ended = ENDS[how](fake)
    if ended is not None:
        await ended
    assert (await ann.slash("start")).acknowledged
    assert (fake.gateway.identifies, fake.gateway.resumes) == (1, 1)
    await fake.connected(2)


async def test_a_session_that_is_forgotten_begins_anew(
    fake: FakeDiscord, bot: Bare, ann: Person
) -> None:
    fake.gateway.invalidate(False)
    await fake.connected(2)
    assert (fake.gateway.identifies, fake.gateway.resumes) == (2, 0)
    assert (await ann.slash("start")).acknowledged


async def test_a_ghost_takes_nothing_and_the_client_leaves_it(
    fake: FakeDiscord, ann: Person
) -> None:
    fake.gateway.heartbeat_ms = 50
    async with serving(fake, heartbeat_timeout=0.3):
        (socket,) = fake.gateway.open
        await fake.until(lambda: socket.beats > 1)
        fake.gateway.mute()
        assert (await ann.slash("start")).acknowledged
        assert fake.gateway.resumes == 1


@pytest.mark.parametrize(
    ("code", "raised"),
    [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)],
)
async def test_some_codes_end_the_client(
    fake: FakeDiscord, code: int, raised: type[Exception]
) -> None:
    async with pointed(fake) as client:
        running = asyncio.create_task(client.connect())
        await fake.connected()
        await fake.gateway.close(code)
        with pytest.raises(raised):
            await running


async def test_who_has_the_wrong_token_or_intents_is_not_let_in(fake: FakeDiscord) -> None:
    tries = [("wrong", 1, 0, 4004), (fake.token, 1 << 15, 0, 4014), (fake.token, 1, 4011, 4011)]
    for token, intents, refusing, code in tries:
        fake.gateway.refusing = refusing
        async with fake.session.ws_connect(fake.gateway_url) as ws:
            assert (await ws.receive_json())["op"] == 10
            about = {"token": token, "intents": intents}
            await ws.send_json({"op": 2, "d": about})
            await ws.receive()
            assert ws.close_code == code
    assert fake.gateway.count == 0


async def test_a_client_that_says_goodbye_cannot_resume(fake: FakeDiscord, ann: Person) -> None:
    async with serving(fake):
        assert len(fake.gateway.sessions) == 1
    await fake.until(lambda: not fake.gateway.open)
    assert fake.gateway.sessions == {}
    await ann.writes("Anybody there?")
    async with pointed(fake) as client:
        path = f"/channels/{ann.dm}/messages"
        assert [one["content"] for one in await client.ask("GET", path)] == ["Anybody there?"]
