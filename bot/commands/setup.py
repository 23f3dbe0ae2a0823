"""``crossroads setup``: what has to be done at a platform before the bot can run there."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.commands.options import Json
from bot.errors import WrongUse


def register(app: typer.Typer) -> None:
    """Add the command."""
    platforms = typer.Typer(
        help="Prepare a chat platform.\n\nExample: crossroads setup slack", no_args_is_help=True
    )
    platforms.command("slack")(slack)
    platforms.command("discord")(discord)
    app.add_typer(platforms, name="setup")


def slack(
    http: Annotated[
        str,
        typer.Option(
            "--http",
            metavar="URL",
            help="For many workspaces: the public https:// address of this server.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Print what creates the Slack app, and the next steps.

    The app's manifest, the link that creates the app from it, and which token goes into which
    variable. Without --http it is for one workspace by Socket Mode: no public address is needed.

    Example: crossroads setup slack
    """
    from adapters.slack.manifest import as_yaml, creation_link, manifest

    base = _public(http) if http else ""
    content = _of_server(base) if base else manifest()
    link, steps = creation_link(content), http_steps(base) if base else socket_steps()
    if as_json:
        from bot.commands.desk import print_json

        print_json({"manifest": content, "link": link, "steps": steps})
        return
    typer.echo(f"# The app's manifest\n{as_yaml(content)}")
    typer.echo(f"# The link that creates the app from it\n{link}\n")
    _tell(steps)


def discord(
    application_id: Annotated[
        str,
        typer.Option(
            "--application-id",
            metavar="ID",
            help="The application's id; else it is read from DISCORD_TOKEN, if that is set.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Print the links that add the bot to Discord, and the next steps.

    One link adds it to a server, the other to somebody's own account; both hold the id of the
    application, so they are printed once that is known. Nothing is asked of Discord.

    Example: crossroads setup discord
    """
    from adapters.discord.invite import invite_link, steps, user_install_link

    known = _application(application_id)
    links = (invite_link(known), user_install_link(known)) if known else None
    next_steps = steps(links_known=bool(links))
    if as_json:
        from bot.commands.desk import print_json

        server, account = links or (None, None)
        named = {"application_id": known or None, "server": server, "account": account}
        print_json({**named, "steps": next_steps})
        return
    typer.echo(_linked(*links) if links else _UNLINKED)
    _tell(next_steps)


def _application(said: str) -> str:
    """Give the id of Discord's application, "" if it is not known yet; raises ``WrongUse``."""
    from bot.config import read_settings
    from bot.platforms import DISCORD_PORTAL, discord_application_id, discord_token, is_snowflake

    if not said:
        return discord_application_id(discord_token(read_settings()))
    if not is_snowflake(said.strip()):
        raise WrongUse(
            f"“{said}” is not the id of an application.",
            f"It is a long number: {DISCORD_PORTAL}, “General Information”, “Application ID”.",
        )
    return said.strip()


_UNLINKED = """\
# The links
They hold the application's id. Once there is one: crossroads setup discord --application-id ID
"""


def _linked(server: str, account: str) -> str:
    return (
        f"# The link that adds it to a server\n{server}\n\n"
        f"# The link that adds it to your own account\n{account}\n"
    )


def _tell(steps: list[str]) -> None:
    typer.echo("# Next steps")
    for number, step in enumerate(steps, 1):
        typer.echo(f"{number}. {step}")


def _of_server(base: str) -> dict[str, object]:
    from adapters.slack.manifest import EVENTS_PATH, REDIRECT_PATH, manifest

    return manifest(
        request_url=base + EVENTS_PATH, redirect_url=base + REDIRECT_PATH, socket_mode=False
    )


def _public(url: str) -> str:
    """Check a server's public address and take the slash off its end; raises ``WrongUse``."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise WrongUse(
            f"“{url}” is not an address that Slack can reach.",
            "Give one such as https://crossroads.example.com (Slack insists on https).",
        )
    return url.strip().rstrip("/")


_CREATE = """
Open the link above and sign in to Slack. Pick your workspace, click “Next”, look it over, click
“Create”.
"""

_SOCKET = f"""{_CREATE}
Click “Install App” in the menu on the left, then “Install to …”, then “Allow”. Copy the “Bot User
OAuth Token” (xoxb-…) into SLACK_BOT_TOKEN.

Click “Basic Information”, and at “App-Level Tokens” “Generate Token and Scopes”. Name it
crossroads, click “Add Scope”, choose connections:write, click “Generate”. Copy the token (xapp-…)
into SLACK_APP_TOKEN.

Put both into the file .env, as SLACK_BOT_TOKEN=xoxb-… and SLACK_APP_TOKEN=xapp-…

Run “crossroads doctor”, then “crossroads run”. In Slack, type /crossroads
"""

_HTTP = f"""{_CREATE}
Click “Basic Information” in the menu on the left. From “App Credentials” copy the Signing Secret
into SLACK_SIGNING_SECRET, the Client ID into SLACK_CLIENT_ID and the Client Secret into
SLACK_CLIENT_SECRET (in the file .env).

Run “crossroads doctor”, then “crossroads run”, and let <base> lead to it: to port 3000 of this
machine, unless you set another in CROSSROADS_HTTP_PORT.

Click “Event Subscriptions”. If it says that the Request URL is not verified, click “Retry”.

Click “Manage Distribution”, tick “I've reviewed and removed any hard-coded information”, click
“Activate Public Distribution”. (Not needed for your own workspace.)

In each workspace, somebody opens <base><install>, clicks “Add to Slack”, then “Allow”. In Slack,
type /crossroads
"""


def socket_steps() -> list[str]:
    """Tell what to do after the manifest, for one workspace by Socket Mode."""
    return _steps(_SOCKET)


def http_steps(base: str) -> list[str]:
    """Tell what to do after the manifest, for many workspaces by HTTP and OAuth."""
    from adapters.slack.manifest import INSTALL_PATH

    return [
        step.replace("<base>", base).replace("<install>", INSTALL_PATH) for step in _steps(_HTTP)
    ]


def _steps(text: str) -> list[str]:
    """Take a text apart at its empty lines, each part as one line."""
    return [" ".join(part.split()) for part in text.split("\n\n")]
