"""``crossroads run``: serve every platform whose settings are present."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.slack.face import Slack
    from bot.config import Settings
    from bot.service import Service


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

    Slack over Socket Mode (SLACK_APP_TOKEN) or signed HTTP (SLACK_SIGNING_SECRET). Beside them
    /healthz says that the program is alive, /readyz that database and platforms can be reached.

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
    from bot.commands.wiring import opened, say_on_stderr
    from bot.config import slack_modes
    from bot.errors import SetupError

    if not slack_modes(settings):
        raise SetupError(
            "There is no platform to serve: no settings of Slack are present.",
            "“crossroads setup slack” leads you through them; “crossroads chat” needs none.",
        )
    stopped = _stopped()
    async with opened(settings, wanted=settings.flow) as service:
        slack = _slack(settings, service)
        await _until(stopped, settings, service, slack)
    say_on_stderr("Stopped. Everything that was answered is saved.")


def _stopped() -> asyncio.Event:
    """Give what is set when the program is asked to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    return stopped


def _slack(settings: Settings, service: Service) -> Slack:
    from adapters.slack.face import Secrets, open_slack
    from bot.commands.wiring import new_case_id, now

    secrets = Secrets(
        bot_token=_revealed(settings, "slack_bot_token"),
        app_token=_revealed(settings, "slack_app_token"),
        signing_secret=_revealed(settings, "slack_signing_secret"),
        client_id=settings.slack_client_id or "",
        client_secret=_revealed(settings, "slack_client_secret"),
        api_url=settings.slack_api_url,
    )
    return open_slack(
        secrets,
        service,
        now,
        new_case_id,
        flow=settings.flow,
        grace_days=settings.grace_days,
    )


def _revealed(settings: Settings, field: str) -> str:
    secret = getattr(settings, field)
    return str(secret.get_secret_value()) if secret else ""


async def _until(
    stopped: asyncio.Event, settings: Settings, service: Service, slack: Slack
) -> None:
    """Serve until asked to end; what is under way is finished first."""
    from adapters.http.server import Server
    from bot.commands.wiring import say_on_stderr
    from bot.errors import StoreError

    async def ready() -> Mapping[str, str]:
        try:
            await service.store.published("")
        except StoreError:
            return {"database": "not reached", "slack": await slack.state()}
        return {"database": "ok", "slack": await slack.state()}

    server = Server(settings.http_host, settings.http_port, slack.routes, ready)
    await server.start()
    try:
        host, port = server.address
        say_on_stderr(f"Listening on http://{host}:{port}. Ctrl-C ends it.")
        starting = asyncio.ensure_future(slack.start())
        ended = asyncio.ensure_future(stopped.wait())
        await asyncio.wait({starting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            # What is there by now stays; collecting would look through it again and again.
            gc.freeze()
            say_on_stderr("Slack is connected." if slack.socket else "Slack may call.")
        await ended
        starting.cancel()
    finally:
        await server.stop()
        await slack.stop()
