"""A forum over the fake Slack, without the rest of the app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.calls import Calls
from adapters.slack.directory import Directory
from adapters.slack.forum import SlackForum
from adapters.slack.grants import SingleWorkspace
from adapters.slack.session import new_session
from bot.engine.model import Block, Card
from bot.ports import Person
from bot.rounds.ports import Actor, Letter, Role, Target
from bot.sheets.model import Picture, Sheet
from tests.fakes.slack import Channel, FakeSlack
from tests.fakes.slack import Person as Somebody
from tests.slack.moments import no_pause

PNG = b"\x89PNG\r\n\x1a\n picture"


@asynccontextmanager
async def forum(fake: FakeSlack) -> AsyncIterator[SlackForum]:
    """Give a forum; entered again it remembers nothing, as a new process."""
    calls = Calls(new_session(2.0, fake.api_url), fake.api_url, no_pause)
    directory = Directory(calls, SingleWorkspace(calls, fake.team.bot_token))
    try:
        yield SlackForum(calls, directory, opaque)
    finally:
        await calls.close()


def opaque(person: Person) -> str:
    """Give an id as opaque as a test needs it."""
    return f"{person.tenant}/{person.name}"


def address(fake: FakeSlack, **more: str) -> dict[str, str]:
    """Give an address in the fake's workspace."""
    return {"enterprise": "", "team": fake.team.id, "wide": "", **more}


def actor(fake: FakeSlack, who: Somebody) -> Actor:
    """Give somebody as an actor."""
    tenant = f"slack:-:{fake.team.id}"
    where = address(fake, user=who.id, channel=who.dm)
    return Actor(opaque(Person(tenant, who.id)), "slack", tenant, who.id, who.account.name, where)


def place(fake: FakeSlack, channel: Channel, thread: str = "") -> Target:
    """Give a channel, or a thread there, as a target."""
    return Target("slack", address(fake, channel=channel.id, thread=thread))


def chat(fake: FakeSlack, who: Somebody, channel: str = "") -> Target:
    """Give somebody's own chat as a target."""
    return Target("slack", address(fake, user=who.id, channel=channel))


def sheet(text: str, picture: Picture | None = None, notice: str = "") -> Sheet:
    """Give a small sheet."""
    card = Card("opinion", "opinion", "Client Alder", (Block("text", (text,)),))
    return Sheet(card, picture=picture, notice=notice)


def letter(
    mark: str,
    target: Target,
    text: str = "What would you do?",
    role: Role = "audience",
    *,
    picture: bool = False,
    notice: str = "",
    ref: str = "",
    beneath: str = "",
    attempts: int = 0,
) -> Letter:
    """Give a letter."""
    drawn = Picture(PNG, "Keep: 2 of 3.") if picture else None
    what = sheet(text, drawn, notice)
    return Letter(mark, target, role, what, ref=ref, beneath=beneath, attempts=attempts)
