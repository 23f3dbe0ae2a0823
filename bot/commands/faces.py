"""The chat platforms that this program serves, as its settings say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from bot.errors import SetupError
from bot.platforms import discord_shards, discord_token, slack_modes
from bot.ports import Receive

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.service import Service


class Face(Protocol):
    """A chat platform that is served."""

    @property
    def routes(self) -> Mapping[tuple[str, str], Receive]:
        """What is to be served over HTTP: (method, path) → what answers."""

    @property
    def begun(self) -> str:
        """What is said once it has started."""

    async def start(self) -> None:
        """Begin to deliver and to listen; returns when people can be heard."""

    async def lost(self) -> str:
        """Wait until the platform wants nothing more to do with us; says why."""

    async def state(self) -> str:
        """Say "ok", or in a few words what is wrong."""

    async def stop(self) -> None:
        """Listen no more, and let go of the network."""


def check_faces(settings: Settings) -> None:
    """See that there is something to serve; raises ``SetupError`` that says what is missing."""
    modes = slack_modes(settings)
    discord_shards(settings)
    if not modes and not discord_token(settings):
        raise SetupError(
            "There is no platform to serve: no settings of Slack or Discord are present.",
            "“crossroads setup slack” and “crossroads setup discord” lead you through them; "
            "“crossroads chat” needs none.",
        )


def open_faces(settings: Settings, service: Service) -> Mapping[str, Face]:
    """Put the faces together whose settings are present, by name; nothing is sent yet."""
    faces: dict[str, Face] = {}
    if slack_modes(settings):
        faces["slack"] = _slack(settings, service)
    if discord_token(settings):
        faces["discord"] = _discord(settings, service)
    return faces


def _slack(settings: Settings, service: Service) -> Face:
    from adapters.documents.printer import print_page
    from adapters.pictures.reveal import draw_chart, draw_reveal
    from adapters.slack.face import Secrets, open_slack
    from bot.commands.wiring import new_case_id, now, rounds_of

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
        rounds=rounds_of(service),
        draw=draw_reveal,
        printer=print_page,
        draw_chart=draw_chart,
        flow=settings.flow,
        grace_days=settings.grace_days,
    )


def _discord(settings: Settings, service: Service) -> Face:
    from adapters.discord.face import open_discord
    from adapters.documents.printer import print_page
    from adapters.pictures.reveal import draw_chart, draw_reveal
    from bot.commands.wiring import new_case_id, now, rounds_of

    return open_discord(
        discord_token(settings),
        service,
        now,
        new_case_id,
        rounds=rounds_of(service),
        draw=draw_reveal,
        printer=print_page,
        draw_chart=draw_chart,
        api_url=settings.discord_api_url,
        flow=settings.flow,
        grace_days=settings.grace_days,
        keep_days=settings.discord_keep_days,
        shards=discord_shards(settings),
    )


def _revealed(settings: Settings, field: str) -> str:
    secret = getattr(settings, field)
    return str(secret.get_secret_value()) if secret else ""
