"""``crossroads run``: serve every platform whose settings are present."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.commands.faces import Face
    from bot.config import Settings
    from bot.service import Service


_EVERY = 3_600.0
"""Seconds between two looks at what nobody serves."""

log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on, instead of CROSSROADS_HTTP_HOST.")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            help="Port to listen on, instead of CROSSROADS_HTTP_PORT; 0 takes a free one.",
        ),
    ] = None,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file", metavar="FILE", help="Read settings from this file, instead of .env."
        ),
    ] = None,
) -> None:
    """Serve every platform whose settings are present, until stopped.

    Slack over Socket Mode (SLACK_APP_TOKEN) or signed HTTP (SLACK_SIGNING_SECRET), and Discord
    (DISCORD_TOKEN), both in one process if both are set up. Beside them /healthz says that the
    program is alive, /readyz that database and platforms can be reached.

    Example: crossroads run
    """
    from bot.config import read_settings

    settings = read_settings(env_file)
    given = {
        "http_host": host or settings.http_host,
        "http_port": settings.http_port if port is None else port,
    }
    asyncio.run(_serve(settings.model_copy(update=given)))


async def _serve(settings: Settings) -> None:
    from bot.commands.faces import check_faces, open_faces
    from bot.commands.wiring import opened, say_on_stderr

    check_faces(settings)
    stopped = _stopped()
    async with opened(settings, wanted=settings.flow) as service:
        await _until(stopped, settings, service, open_faces(settings, service))
    say_on_stderr("Stopped. Everything that was answered is saved.")


def _stopped() -> asyncio.Event:
    """Give what is set when the program is asked to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    return stopped


async def _until(
    stopped: asyncio.Event, settings: Settings, service: Service, faces: Mapping[str, Face]
) -> None:
    """Serve until asked to end; what is under way is finished first."""
    from adapters.http.server import Server
    from bot.commands.wiring import say_on_stderr
    from bot.errors import StoreError

    async def ready() -> Mapping[str, str]:
        try:
            await service.store.published("")
            database = "ok"
        except StoreError:
            database = "not reached"
        return {"database": database, **{name: await one.state() for name, one in faces.items()}}

    routes = {place: receive for one in faces.values() for place, receive in one.routes.items()}
    tidying = asyncio.create_task(_keep_unserved(service, faces.keys()))
    server = Server(settings.http_host, settings.http_port, routes, ready)
    await server.start()
    try:
        host, port = server.address
        say_on_stderr(f"Listening on http://{host}:{port}. Ctrl-C ends it.")
        await _started(stopped, faces)
    finally:
        await server.stop()
        tidying.cancel()
        await asyncio.gather(*(one.stop() for one in faces.values()))
        await asyncio.gather(tidying, return_exceptions=True)


async def _started(stopped: asyncio.Event, faces: Mapping[str, Face]) -> None:
    """Start all faces beside one another, then wait until asked to end.

    One that cannot start ends it, and so does it when none is left. Raises ``SetupError``.
    """
    ended = asyncio.create_task(stopped.wait())
    running = asyncio.create_task(_run([*faces.values()]))
    try:
        await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        running.cancel()
        ended.cancel()
        await asyncio.gather(running, ended, return_exceptions=True)


async def _run(faces: Sequence[Face]) -> None:
    """Start all faces, and wait until all are lost."""
    from bot.errors import SetupError

    await asyncio.gather(*(_start(face) for face in faces))
    # What is there by now stays; collecting would look through it again and again.
    gc.freeze()
    reasons = await asyncio.gather(*(face.lost() for face in faces))
    raise SetupError(" ".join(reasons), "“crossroads doctor” tells more.")


async def _start(face: Face) -> None:
    from bot.commands.wiring import say_on_stderr

    await face.start()
    say_on_stderr(face.begun)


async def _keep_unserved(service: Service, served: Collection[str]) -> None:
    """Now and then erase what is past its time where this program does not listen."""
    from bot.chat.upkeep import expire_unserved
    from bot.commands.wiring import now, rounds_of
    from bot.errors import CrossroadsError

    while True:
        try:
            await expire_unserved(service, rounds_of(service), served, now())
        except CrossroadsError as error:
            log.warning("Tidying up failed and is repeated: %s", error)
        await asyncio.sleep(_EVERY)
