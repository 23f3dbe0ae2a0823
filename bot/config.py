"""Settings: from the environment, an ``.env`` file and defaults; built once, passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SetupError


def _trimmed(value: object) -> object:
    """Take blanks off the ends, as they come along with a paste; nothing left is not set."""
    return (value.strip() or None) if isinstance(value, str) else value


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("it must be an address such as https://slack.com/api/")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("it must begin with https://, or tokens travel in the open")
    if not url.endswith("/"):
        raise ValueError("it must end in /")
    return url


def is_loopback(host: str) -> bool:
    """Say whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_Text = Annotated[str | None, BeforeValidator(_trimmed)]
_Secret = Annotated[SecretStr | None, BeforeValidator(_trimmed)]
_BaseUrl = Annotated[str, BeforeValidator(_trimmed), AfterValidator(_base_url)]


class Settings(BaseSettings):
    """What can be set, in the environment or in ``.env``; ``variable`` names the variable."""

    model_config = SettingsConfigDict(
        env_prefix="CROSSROADS_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("crossroads"),
        description="Folder of the database, its key and everything else that is stored.",
    )
    key: SecretStr | None = Field(
        default=None,
        description="Master key as base64 of 32 bytes, instead of the key file in the home folder.",
    )
    flow: str = Field(
        default="troubled_client", description="The dialogue that “crossroads chat” begins."
    )
    flows: Path | None = Field(
        default=None,
        description="Folder with flows of your own, one folder each; they go before those shipped.",
    )
    synchronous: Literal["FULL", "NORMAL"] = Field(
        default="FULL",
        description="FULL: an acknowledged answer survives a power cut. NORMAL: a crash only.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="How much is logged; never what a person said."
    )
    http_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address that “crossroads run” listens on; 0.0.0.0 is every one.",
    )
    http_port: int = Field(
        default=3000,
        ge=0,
        le=65535,
        description="Port that “crossroads run” listens on; 0 takes a free one.",
    )
    grace_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="Days that a workspace's cases are kept after the app was removed from it.",
    )
    slack_bot_token: _Secret = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        description="Slack, one workspace: the Bot User OAuth Token (xoxb-…).",
    )
    slack_app_token: _Secret = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        description="Slack, Socket Mode: the App-Level Token (xapp-…).",
    )
    slack_signing_secret: _Secret = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="Slack, HTTP: the Signing Secret that proves who calls.",
    )
    slack_client_id: _Text = Field(
        default=None,
        validation_alias="SLACK_CLIENT_ID",
        description="Slack, many workspaces: the Client ID for OAuth.",
    )
    slack_client_secret: _Secret = Field(
        default=None,
        validation_alias="SLACK_CLIENT_SECRET",
        description="Slack, many workspaces: the Client Secret for OAuth.",
    )
    slack_api_url: _BaseUrl = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Where Slack's Web API is; GovSlack has another. It ends in /.",
    )

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "crossroads.db"


def variable(field: str) -> str:
    """Name the environment variable of a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"CROSSROADS_{field}".upper()


def read_settings(env_file: Path | None = None) -> Settings:
    """Read the settings, from this file instead of ``.env`` if one is named.

    What is set in the environment wins. Raises ``SetupError`` that names the bad setting.
    """
    if env_file and not env_file.is_file():
        raise SetupError(f"There is no file {env_file}.", "Name one with lines such as NAME=value.")
    try:
        if env_file:
            # Named by pydantic-settings, and unknown to the type checker without its plugin.
            return Settings(_env_file=env_file)  # type: ignore[call-arg]
        return Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        field = str(problem["loc"][0])
        name = variable(field) if field in Settings.model_fields else field.upper()
        message = problem["msg"].removeprefix("Value error, ")
        raise SetupError(
            f"The setting {name} is not as it must be: {message}.",
            "“crossroads settings --help” and .env.example list what each may be.",
        ) from None


# ------------------------------------------------------------------ Slack's settings together


@dataclass(frozen=True, slots=True)
class SlackModes:
    """How Slack is to be spoken with.

    ``socket``: over Socket Mode. ``http``: over signed HTTP; there either with one workspace's
    bot token, or, with ``oauth``, with the tokens of every workspace that installs the app.
    """

    socket: bool = False
    http: bool = False
    oauth: bool = False

    def __bool__(self) -> bool:
        """Say whether Slack is set up at all."""
        return self.socket or self.http


_WHERE = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions, “Bot User OAuth Token”, after “Install to …”",
    "SLACK_APP_TOKEN": "Basic Information, “App-Level Tokens”, “Generate Token and Scopes” with "
    "the scope connections:write",
    "SLACK_SIGNING_SECRET": "Basic Information, “App Credentials”, “Signing Secret”",
    "SLACK_CLIENT_ID": "Basic Information, “App Credentials”, “Client ID”",
    "SLACK_CLIENT_SECRET": "Basic Information, “App Credentials”, “Client Secret”",
}
_PAGE = "your app's page at https://api.slack.com/apps"


def slack_modes(settings: Settings) -> SlackModes:
    """Tell how Slack is to be spoken with; raises ``SetupError`` that names what is missing."""
    _check_prefixes(settings)
    bot, app = bool(settings.slack_bot_token), bool(settings.slack_app_token)
    signing = bool(settings.slack_signing_secret)
    client, secret = bool(settings.slack_client_id), bool(settings.slack_client_secret)
    if app and not bot:
        raise _missing("SLACK_BOT_TOKEN", has="SLACK_APP_TOKEN")
    if client and not secret:
        raise _missing("SLACK_CLIENT_SECRET", has="SLACK_CLIENT_ID")
    if secret and not client:
        raise _missing("SLACK_CLIENT_ID", has="SLACK_CLIENT_SECRET")
    if client and not signing:
        raise _missing("SLACK_SIGNING_SECRET", has="SLACK_CLIENT_ID")
    if bot and not app and not signing:
        raise _missing("SLACK_APP_TOKEN", has="SLACK_BOT_TOKEN", instead=("SLACK_SIGNING_SECRET",))
    if signing and not bot and not client:
        raise _missing(
            "SLACK_BOT_TOKEN",
            has="SLACK_SIGNING_SECRET",
            instead=("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
        )
    return SlackModes(socket=app, http=signing, oauth=client)


def slack_is_mentioned(settings: Settings) -> bool:
    """Say whether any of Slack's tokens, secrets or ids is set."""
    return any(getattr(settings, name.lower()) for name in _WHERE)


def _missing(name: str, has: str, instead: tuple[str, ...] = ()) -> SetupError:
    """Make the error of a half-filled set; ``instead`` would complete it as well."""
    remedy = f"Set {name}: it is on {_PAGE} under {_WHERE[name]}."
    if instead:
        places = "; ".join(f"{other} ({_WHERE[other]})" for other in instead)
        remedy += f" Or, to use HTTP, set {places}."
    return SetupError(f"{has} is set, but {name} is missing.", remedy)


def _check_prefixes(settings: Settings) -> None:
    """Refuse a token of another kind; raises ``SetupError``."""
    pairs = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    )
    for name, token, prefix in pairs:
        if token is None:
            continue
        value = token.get_secret_value()
        if value.startswith("xoxe"):
            raise SetupError(
                f"{name} is a token that expires after 12 hours.",
                "Tokens that rotate need the installation by OAuth: see docs/slack.md.",
            )
        if not re.fullmatch(re.escape(prefix) + r"[!-~]+", value):
            raise SetupError(
                f"{name} must be {prefix} and what follows, in one piece; it is something else.",
                f"The right one is on {_PAGE} under {_WHERE[name]}.",
            )
