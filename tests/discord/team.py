"""A server with a team in it: an owner, an asker, colleagues, a channel; and the forum there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.discord.heard import Speaker
from adapters.discord.opinion import actor
from bot.cards.actions import Action
from bot.engine.model import Block, Card
from bot.rounds.ports import Actor, Forum, Letter, Role, Target
from bot.sheets.model import Button, Picture, Sheet
from tests.discord.scene import Scene, scene
from tests.fakes.discord import Channel, FakeDiscord, Guild, Person

PICTURE = Picture(b"\x89PNG", "Three of five would reset.")


@dataclass
class Team:
    """Olga's server with Ann, Bob and Cleo; everybody may do there what is usual."""

    at: Scene
    fake: FakeDiscord
    guild: Guild
    room: Channel
    olga: Person
    ann: Person
    bob: Person
    cleo: Person

    @property
    def forum(self) -> Forum:
        return self.at.discord.hub.forum

    async def asker(self, *roles: str, away: bool = False) -> Actor:
        """Ann as she acts in the server, or (``away``) in her direct messages."""
        guild = "" if away else self.guild.id
        speaker = Speaker(self.ann.id, name="Ann", guild=guild, groups=frozenset(roles))
        return await actor(self.at.discord.hub, speaker, "")

    def target(self, channel: Channel | None = None) -> Target:
        there = channel or self.room
        return Target("discord", {"guild": self.guild.id, "channel": there.id})

    def letter(
        self,
        text: str = "Please look.",
        *,
        mark: str = "m1",
        target: Target | None = None,
        role: Role = "audience",
        ref: str = "",
        beneath: str = "",
        picture: bool = False,
    ) -> Letter:
        sheet = sheet_of(text, picture=picture)
        return Letter(mark, target or self.target(), role, sheet, ref, beneath)


def sheet_of(text: str, *, picture: bool = False) -> Sheet:
    card = Card("", "round", "Client Alder", (Block("text", (text,)),))
    pressed = (Button(Action("round", arg="answer|R1"), "Give your opinion", "primary"),)
    return Sheet(card, pressed, PICTURE if picture else None)


@asynccontextmanager
async def team(fake: FakeDiscord, folder: Path, *, patience: float = 5.0) -> AsyncIterator[Team]:
    """Run the app in the server; what it must not send is found in the end."""
    olga, ann, bob, cleo = (fake.person(name) for name in ("Olga", "Ann", "Bob", "Cleo"))
    guild = fake.guild("Acme", owner=olga.id)
    fake.servers.everybody_may(guild)
    room = fake.servers.channel(guild, "team")
    async with scene(fake, folder, patience=patience) as at:
        fake.calls.clear()
        yield Team(at, fake, guild, room, olga, ann, bob, cleo)
