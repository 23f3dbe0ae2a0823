"""``crossroads run`` is killed in the middle of a second opinion on Discord, and started again.

The fake holds a call back, before or after it took effect, until the process is dead; others are
killed as they are committed. Who was not answered presses once more. In the end there is exactly
one of everything: brief, answer of each, reminder, reveal, and what tells the asker of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from adapters.library import read_flow
from bot.commands.wiring import KINDS
from bot.ports import Person
from bot.service import Service
from tests.chaos.dialogue import FLOW
from tests.chaos.moments import Cut, Held, Moment
from tests.chaos.program import SECONDS, Program, ended, stored
from tests.chaos.siege import CASE, Siege
from tests.discord.circle import decided
from tests.fakes.discord import Channel, FakeDiscord
from tests.fakes.discord import Person as Somebody
from tests.fakes.discord.rights import VIEW
from tests.fakes.discord.servers import USUAL
from tests.flows.talks import TROUBLED_CLIENT

NAMES = ("Bob", "Cleo", "Dan")

LEADS_TO: Mapping[str, tuple[str, ...]] = {
    "begins": ("open_dm", "post_message", "callback"),
    "chooses": ("callback", "edit_message"),
    "posts": ("callback", "post_message", "edit_message"),
    "answers": ("callback", "edit_message"),
    "worries": ("callback", "post_message"),
    "reminds": ("post_message",),
    "closes": ("callback", "post_message", "edit_message"),
    "decides": ("callback", "post_message"),
}
"""What somebody does, and the calls that follow; of “reminds” the time is due."""

ACTS = tuple(LEADS_TO)
AT_REST = {"reminds"}
"""Nobody presses anything for it."""

Kills = Mapping[str, Moment]


def drawn(random: Random) -> Kills:
    """Draw for each act at which of its moments the program is killed."""
    return {act: _drawn(act, random) for act in ACTS}


def _drawn(act: str, random: Random) -> Moment:
    if act not in AT_REST and random.random() < 0.3:
        return Cut(act, random.choice(("unheard", "committing")))
    return Held(act, random.choice(LEADS_TO[act]), after=random.random() < 0.5)


QUICK: Kills = {
    "posts": Held("posts", "post_message", after=True),
    "answers": Cut("answers", "committing"),
    "closes": Held("closes", "post_message", after=True),
}


async def is_there(home: Path, ann: Somebody) -> None:
    """Leave a case of hers behind, held up to its result."""
    async with stored(home) as store:
        now = datetime.now(UTC)
        await store.publish(FLOW.id, FLOW.version, read_flow(TROUBLED_CLIENT), now)
        service = Service(store, {FLOW.id: FLOW}, KINDS)
        owner = store.owner(Person("discord", ann.id))
        await decided(service, FLOW.id, owner, CASE, now)


async def survives(folder: Path, kills: Kills) -> None:
    """Hold a round while the program is killed at these moments."""
    async with FakeDiscord() as fake:

        async def gone() -> None:
            await fake.until(lambda: not fake.gateway.open, SECONDS)

        otto, ann = fake.person("Otto"), fake.person("Ann")
        people = [fake.person(name) for name in NAMES]
        guild = fake.guild("Acme", owner=otto.id)
        fake.servers.everybody_may(guild)
        room = fake.servers.channel(guild, "cases")
        role = fake.servers.role(guild, "Team", ann, *people)
        fake.world.held[guild.id, fake.world.bot.id] = (role,)
        private(fake, room, role)
        settings = {"DISCORD_TOKEN": fake.token, "DISCORD_API_URL": fake.api_url}
        running = Program(folder, settings, "Listening", gone)
        running.home.mkdir()
        await is_there(running.home, ann)
        async with ended(running, fake.faults.release):
            await fake.connected(1, SECONDS)
            siege = Siege(fake, running, room, ann, people, {**kills})
            await siege.holds()
            await siege.is_whole()
            fake.check()


def private(fake: FakeDiscord, room: Channel, role: str) -> None:
    """Let nobody read a channel but those with a role."""
    fake.servers.allow(room, room.guild, deny=VIEW)
    fake.servers.allow(room, role, allow=USUAL)


async def test_a_killed_program_holds_a_round_once(tmp_path: Path) -> None:
    await survives(tmp_path, QUICK)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(12))
async def test_a_program_killed_at_every_step_holds_a_round_once(tmp_path: Path, seed: int) -> None:
    await survives(tmp_path, drawn(Random(f"opinions {seed}")))
