"""One person on Slack and on Discord: both faces run in one process, over one store."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.face import open_discord
from adapters.discord.upkeep import house
from bot.commands.wiring import new_case_id
from bot.ports import Person as Who
from bot.service import Clock
from tests.discord import surfaces as on_discord
from tests.discord.scene import AS_SHIPPED
from tests.discord.scene import Scene as DiscordScene
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import Person as DiscordPerson
from tests.fakes.slack import FakeSlack, Person
from tests.flows.talks import TROUBLED_CLIENT
from tests.slack.scene import Scene, no_picture
from tests.slack.surfaces import said, writes
from tests.slack.team import Team, does, team

CODE = re.compile(r"/crossroads link ([A-Z0-9]+(?:-[A-Z0-9]+)*)")


@dataclass
class Both:
    """Slack with its team, and Discord beside it; Bob has an account on each."""

    t: Team
    discord: DiscordScene
    bob: Person
    rob: DiscordPerson

    @property
    def slack(self) -> Scene:
        return self.t.at

    async def passes(self, by: timedelta = timedelta(seconds=3)) -> None:
        """Let time pass on both, and what is due then happen."""
        await self.slack.later(by)
        await self.discord.idle()

    async def gives_a_code(self, who: Person) -> str:
        """Let somebody ask for a code on Slack."""
        found = CODE.search(said(await self.t.orders(who, "link")))
        assert found
        return found[1]

    async def links(self, bob: Person | None = None, rob: DiscordPerson | None = None) -> None:
        """Link two accounts, Bob's: entered and agreed to on Discord, confirmed on Slack."""
        bob, rob = bob or self.bob, rob or self.rob
        code = await self.gives_a_code(bob)
        asked = await on_discord.asks(self.discord, rob, "link", code=code)
        assert "Slack" in asked
        await on_discord.took(self.discord, await rob.clicks(rob.ephemerals[-1], "Link"))
        for label in ("I entered it there", "Link both"):
            assert (await bob.clicks(bob.ephemerals[-1], label)).acknowledged
            await self.slack.idle()
        assert "one person now" in said(bob.ephemerals[-1])

    def owners(self) -> set[str]:
        """Give the ids under which Bob's things are stored."""
        return {self.slack.owner(self.bob), self.discord.owner(self.rob)}


@asynccontextmanager
async def both(slack: FakeSlack, discord: FakeDiscord, folder: Path) -> AsyncIterator[Both]:
    """Run both faces over one store, on one clock."""
    async with team(slack, folder) as t:
        discord.world.clock = slack.clock

        def clock() -> datetime:
            return datetime.fromtimestamp(slack.clock.now(), UTC)

        async with _on_discord(discord, t.at, clock) as at:
            rob = discord.person("Rob")
            yield Both(t, at, t.people[0], rob)


@asynccontextmanager
async def _on_discord(fake: FakeDiscord, at: Scene, clock: Clock) -> AsyncIterator[DiscordScene]:
    sdk = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("ws://unknown.invalid/")
    face = open_discord(
        fake.token,
        at.service,
        clock,
        new_case_id,
        api_url=fake.api_url.removesuffix("v10"),
        flow=TROUBLED_CLIENT.name,
        grace_days=30,
        keep_days=30,
        rounds=at.store.rounds,
        draw=no_picture,
        timing=AS_SHIPPED,
    )
    try:
        await face.start()
        yield DiscordScene(fake, face, at.store, at.service)
    finally:
        await face.stop()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sdk


@pytest.fixture
async def here(fake: FakeSlack, tmp_path: Path) -> AsyncIterator[Both]:
    async with FakeDiscord() as discord, both(fake, discord, tmp_path) as there:
        yield there
        discord.check()


# ------------------------------------------------------------------ linking


async def test_a_case_begun_on_slack_goes_on_on_discord_once_both_are_linked(here: Both) -> None:
    bob, rob = here.bob, here.rob
    await bob.slash("fast")
    await here.slack.idle()
    await writes(here.slack, bob, "1")
    (listed,) = await here.slack.store.cases(here.slack.owner(bob))
    await here.links()
    assert len(here.owners()) == 1
    await on_discord.asks(here.discord, rob, "resume")
    await here.passes()
    shown = on_discord.said(rob.from_bot[-1])
    view = await here.slack.service.view(here.discord.owner(rob), listed.id)
    assert view.prompt
    assert view.prompt.text in shown
    await on_discord.writes(here.discord, rob, "Heron")
    await here.passes(timedelta(minutes=2))
    case = await here.slack.store.case(here.slack.owner(bob), listed.id)
    assert case.name == "Heron"
    assert bob.from_bot == [], "the card that stayed behind was taken away"


async def test_what_only_one_side_wants_links_nothing(here: Both) -> None:
    code = await here.gives_a_code(here.bob)
    await on_discord.asks(here.discord, here.rob, "link", code=code)
    assert (await here.bob.clicks(here.bob.ephemerals[-1], "I entered it there")).acknowledged
    await here.slack.idle()
    assert "has not pressed “Link” so far" in said(here.bob.ephemerals[-1])
    assert len(here.owners()) == 2


async def test_a_code_is_good_for_ten_minutes(here: Both) -> None:
    code = await here.gives_a_code(here.bob)
    await here.passes(timedelta(minutes=11))
    told = await on_discord.asks(here.discord, here.rob, "link", code=code)
    assert "ten minutes" in told or "10 minutes" in told
    assert len(here.owners()) == 2


async def test_who_unlinks_is_two_people_again(here: Both) -> None:
    await here.links()
    before = here.owners()
    assert len(before) == 1
    told = await here.t.orders(here.bob, "unlink")
    assert (await here.bob.clicks(told, "Unlink")).acknowledged
    await here.passes()
    assert len(here.owners()) == 2
    assert "You have no cases" in await on_discord.asks(here.discord, here.rob, "resume")


# ------------------------------------------------------------------ one voter


async def test_who_is_linked_is_one_voter_and_may_answer_on_either(here: Both) -> None:
    t = here.t
    post = await t.posts(who="named", quorum="3")
    await t.answers(here.bob, post, course="KEEP", sure="fairly")
    await here.links()
    assert "1 of 5 answered" in t.posted.text
    await t.fills(here.bob, t.posted, "answer", course="RESET", sure="very")
    await here.bob.closes()
    assert "1 of 5 answered" in t.posted.text
    assert "none waits for you" in await on_discord.asks(here.discord, here.rob, "opinion")
    for who in t.people[1:]:
        await t.answers(who, post, course="RESET", sure="fairly")
    record = (await t.round_of()).record
    assert record
    assert sorted(one.name for one in record.ballots) == ["Bob", "Cleo", "Dan", "Eve", "Fay"]
    assert {one.course for one in record.ballots} == {"RESET"}


async def test_who_asked_and_is_linked_sees_the_round_on_the_other_side(here: Both) -> None:
    t, ann = here.t, here.discord.fake.person("Anna")
    await t.posts(who="named", quorum="3")
    await here.links(t.ann, ann)
    assert "Asked by you" in await on_discord.asks(here.discord, ann, "opinion")
    for who in t.people:
        await t.answers(who, t.posted, course="RESET", sure="fairly")
    assert "Closed: 5 of 5" in t.posted.text
    owner = here.discord.service.owner(Who("discord", ann.id))
    (held,) = await here.slack.store.rounds.asked_by(owner)
    assert held.round
    assert held.round.stage == "closed"
    assert any(does("decide")(one) for one in _pressable(t))


def _pressable(t: Team) -> list[dict[str, object]]:
    return [
        one for block in t.mine.blocks for one in block.get("elements", ()) if "action_id" in one
    ]


async def test_what_is_deleted_on_one_side_is_taken_away_on_the_other_too(here: Both) -> None:
    t, ann = here.t, here.discord.fake.person("Anna")
    await t.posts(who="named", quorum="3")
    case_id = (await t.round_of()).case
    await here.links(t.ann, ann)
    await house(here.discord.discord.hub).erase(here.discord.owner(ann), case_id)
    await here.passes(timedelta(minutes=2))
    assert t.fake.posts(t.room) == []
    assert t.ann.from_bot == []
