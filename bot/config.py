"""Settings: from the environment, an ``.env`` file and defaults; built once, passed on."""

from __future__ import annotations

import re
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
        raise ValueError("it must be an address such as https://example.com/api/")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("it must begin with https://, or tokens travel in the open")
    if not url.endswith("/"):
        raise ValueError("it must end in /")
    return url


def _unversioned(url: str) -> str:
    if re.search(r"/v[0-9]+/$", url):
        raise ValueError("its version is left out, as in https://discord.com/api/")
    return url


def is_loopback(host: str) -> bool:
    """Say whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def proxy_for(url: str) -> str | None:
    """Give the proxy that the environment names for an address (HTTPS_PROXY, NO_PROXY); or None.

    This very machine is never asked for through one. The SDKs' own way ignores NO_PROXY.
    """
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get("https" if parts.scheme in {"https", "wss"} else "http")


_Text = Annotated[str | None, BeforeValidator(_trimmed)]
_Secret = Annotated[SecretStr | None, BeforeValidator(_trimmed)]
_BaseUrl = Annotated[str, BeforeValidator(_trimmed), AfterValidator(_base_url)]
_UnversionedUrl = Annotated[_BaseUrl, AfterValidator(_unversioned)]


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
        description="Days that cases are kept after a workspace or a person removed the app.",
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
    discord_token: _Secret = Field(
        default=None,
        validation_alias="DISCORD_TOKEN",
        description="Discord: the bot's token (Bot, “Reset Token”).",
    )
    discord_api_url: _UnversionedUrl = Field(
        default="https://discord.com/api/",
        validation_alias="DISCORD_API_URL",
        description="Where Discord's API is, or a proxy for it, without the version. It ends in /.",
    )
    discord_shards: _Text = Field(
        default=None,
        validation_alias="DISCORD_SHARDS",
        description="Discord, several processes: this one's shards, as in 0-3/8. Else all.",
    )
    discord_keep_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        validation_alias="DISCORD_KEEP_DAYS",
        description="Discord: days that closed cases are kept, unless a person sets others; "
        "0 is until deleted.",
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
