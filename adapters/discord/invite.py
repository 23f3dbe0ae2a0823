"""How Crossroads gets into Discord: the links, and what is done in the developer portal; pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from adapters.discord.rights import NAMES, NEEDED
from bot.platforms import DISCORD_PORTAL

EVENTS_PATH = "/discord/events"
"""Where Discord tells, if it is told to, that somebody removed the app from their account."""

PERMISSIONS = NEEDED
"""What the bot may do in a server: post second opinions where somebody asks for one, and no more.

An answer to a command needs no permission, nor do direct messages.
"""

SERVER_SCOPES = ("bot", "applications.commands")
ACCOUNT_SCOPES = ("applications.commands",)

_SERVER, _ACCOUNT = 0, 1


def invite_link(application_id: str) -> str:
    """Make the link that adds the bot and its command to a server."""
    return _link(application_id, _SERVER, SERVER_SCOPES, permissions=str(PERMISSIONS))


def user_install_link(application_id: str) -> str:
    """Make the link that adds the command to one's own account, for wherever one is."""
    return _link(application_id, _ACCOUNT, ACCOUNT_SCOPES)


def _link(application_id: str, kind: int, scopes: Sequence[str], **more: str) -> str:
    asked = {"client_id": application_id, "integration_type": str(kind), **more}
    query = urlencode({**asked, "scope": " ".join(scopes)}, quote_via=quote)
    return f"https://discord.com/oauth2/authorize?{query}"


_IN_THE_PORTAL = f"""
Open {DISCORD_PORTAL} and sign in. Click “New Application”, name it Crossroads, agree to the terms,
click “Create”. Leave “Interactions Endpoint URL” on the first page empty: with it, nothing would
arrive here.

Click “Installation” in the menu on the left. At “Installation Contexts” tick “User Install” and
“Guild Install”. At “Default Install Settings” add the scope applications.commands to both, and bot
to “Guild Install”. Second opinions need these “Permissions” there: {", ".join(NAMES.values())};
all else works without. Click “Save Changes”.

Click “Bot”. Leave the three “Privileged Gateway Intents” and “Requires OAuth2 Code Grant” off.
“Public Bot” lets others than you add it; to switch that off, first set “Install Link” under
“Installation” to “None”.

On the same page click “Reset Token”, then “Copy”, and put it into the file .env as DISCORD_TOKEN=…
It is shown only once.
"""

_NOT_YET = """
Run “crossroads setup discord” once more: it now reads the application's id from the token and
prints the two links.
"""

_AFTER = f"""
Run “crossroads doctor”, then “crossroads run”.

Open the first link to add Crossroads to a server (you need the right to manage it), the second to
have it in your own account, in every server and chat. In Discord, type /crossroads start

Only if this machine has a public https address: click “Webhooks” in the portal, put
https://…{EVENTS_PATH} at “Endpoint”, switch “Events” on, tick “Application Deauthorized”, save.
Then it learns who took it out of their account, and erases their cases in time.
"""


def steps(*, links_known: bool) -> list[str]:
    """Tell what to do, in order; the links come in between where they are not known yet."""
    text = _IN_THE_PORTAL + ("" if links_known else _NOT_YET) + _AFTER
    return [" ".join(part.split()) for part in text.strip().split("\n\n")]
