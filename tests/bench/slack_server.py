"""The server's side of the Slack bench, in a process of its own.

``bare``: a Bolt app that only acknowledges. ``ours``: the whole app, without delivering cards.
``whole``: the whole app. Prints its port, then answers each line of its input with its figures.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.http.server import Server
from adapters.library import read_flow, shipped_flows
from adapters.slack.app import Http, new_bolt
from adapters.slack.face import Secrets, Slack, open_slack
from adapters.slack.hub import PLATFORM
from adapters.slack.signed import Signatures
from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.opinion.model import Round
from bot.outbox import Courier
from bot.ports import Contact, Done, Parcel, Person
from bot.rounds.ports import Rounds
from bot.service import Service
from tests.bench.dialogue import FLOW_ID
from tests.bench.figures import figures, now

SECRET = "a secret of the bench"
BOT = "xoxb-bench"
TEAM = "T0BENCH"
TRACK = "fast"
DATABASE = "bench.db"


class _Nowhere:
    """A platform that nothing is brought to."""

    async def deliver(self, parcel: Parcel) -> str:
        """Take it."""
        return ""


class _Silent(Courier):
    """Delivers nothing: what is measured then ends with the acknowledgement."""

    async def take(self, done: Done, *, anew: bool = False) -> None:
        """Let it go."""


@asynccontextmanager
async def bare() -> AsyncIterator[int]:
    """Serve a Bolt app that verifies the signature and acknowledges, nothing else."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=BOT, bot_id="B0", bot_user_id="U0"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.action(re.compile(""))(acknowledge)
    runner = web.AppRunner(app.web_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def ours(folder: Path, api_url: str, people: int, *, deliver: bool) -> AsyncIterator[int]:
    """Serve the app on a database where so many people have begun a case each."""
    texts = read_flow(shipped_flows()[FLOW_ID])
    flow = load_flow(texts, KINDS)
    store = await open_store(folder / DATABASE, KeyHome(folder / "bench.key", ""), now)
    try:
        await store.publish(flow.id, flow.version, texts, now())
        service = Service(store, {flow.id: flow}, KINDS)
        await _begin(service, people)
        slack = _open(service, store.rounds, api_url, deliver=deliver)
        server = Server("127.0.0.1", 0, slack.routes)
        await server.start()
        if deliver:
            await slack.start()
        try:
            yield server.address[1]
        finally:
            await server.stop()
            await slack.stop()
    finally:
        await store.close()


async def no_picture(round_: Round) -> None:
    """Draw nothing."""


def _open(service: Service, rounds: Rounds, api_url: str, *, deliver: bool) -> Slack:
    secrets = Secrets(bot_token=BOT, signing_secret=SECRET, api_url=api_url)
    numbers = count(1)
    slack = open_slack(
        secrets,
        service,
        now,
        lambda: f"N{next(numbers)}",
        rounds=rounds,
        draw=no_picture,
        flow=FLOW_ID,
        grace_days=30,
    )
    if not deliver:
        hub = slack.hub
        silent = _Silent(service, PLATFORM, _Nowhere(), now)
        slack.hub = replace(hub, courier=silent)
        slack.http = Http(new_bolt(slack.hub), Signatures(SECRET, lambda: now().timestamp()))
    return slack


async def _begin(service: Service, people: int) -> None:
    async def one(number: int) -> None:
        name = f"U{number:06}"
        owner = service.owner(Person(f"slack:-:{TEAM}", name))
        address = {
            "enterprise": "",
            "team": TEAM,
            "user": name,
            "wide": "",
            "channel": f"D{number:06}",
        }
        await service.store.set_contact(owner, Contact(PLATFORM, f"slack:-:{TEAM}", address))
        case_id = f"C{number:06}"
        done = await service.start(owner, FLOW_ID, case_id, now(), track=TRACK, platform=PLATFORM)
        await service.store.sent(done.case.id, done.case.turn, now(), f"1700000000.{number:06}")

    for start in range(0, people, 200):
        await asyncio.gather(*(one(number) for number in range(start, min(people, start + 200))))


async def _serve(serving: AbstractAsyncContextManager[int], database: Path | None = None) -> None:
    loop = asyncio.get_running_loop()
    async with serving as port:
        print(json.dumps({"port": port}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "end":
                return
            print(json.dumps(figures(database)), flush=True)


def main(arguments: list[str]) -> None:
    """Serve what is asked for until told to end."""
    match arguments:
        case ["bare"]:
            asyncio.run(_serve(bare()))
        case [("ours" | "whole") as kind, folder, api_url, people]:
            serving = ours(Path(folder), api_url, int(people), deliver=kind == "whole")
            asyncio.run(_serve(serving, Path(folder) / DATABASE))
        case _:
            sys.exit("This is a part of `make bench`.")


if __name__ == "__main__":
    main(sys.argv[1:])
