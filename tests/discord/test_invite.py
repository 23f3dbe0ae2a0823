"""How Crossroads gets into Discord: links that ask for the least, and steps that leave none out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.invite import (
    EVENTS_PATH,
    PERMISSIONS,
    invite_link,
    steps,
    user_install_link,
)
from adapters.discord.rights import NAMES

ID = "1234567890123456789"
DOCS = (Path(__file__).parents[2] / "docs" / "discord.md").read_text("utf-8")


def query(link: str) -> dict[str, str]:
    parts = urlsplit(link)
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    assert where == "https://discord.com/oauth2/authorize"
    return {name: value for name, [value] in parse_qs(parts.query).items()}


def test_the_link_for_a_server_asks_for_what_second_opinions_need_and_nothing_more() -> None:
    assert query(invite_link(ID)) == {
        "client_id": ID,
        "integration_type": "0",
        "permissions": str(PERMISSIONS),
        "scope": "bot applications.commands",
    }
    may = discord.Permissions(PERMISSIONS)
    assert {name for name, allowed in may if allowed} == {
        *("read_messages", "send_messages", "send_messages_in_threads", "attach_files"),
        *("read_message_history", "create_private_threads"),
    }
    told, steps_told = " ".join(DOCS.split()), " ".join(steps(links_known=True))
    assert all(name in told and name in steps_told for name in NAMES.values())


def test_the_link_for_an_account_asks_for_commands_alone() -> None:
    assert query(user_install_link(ID)) == {
        "client_id": ID,
        "integration_type": "1",
        "scope": "applications.commands",
    }


@pytest.mark.parametrize("known", [True, False])
def test_the_steps_name_every_switch_of_the_portal(known: bool) -> None:
    told = " ".join(steps(links_known=known))
    for name in (
        "https://discord.com/developers/applications",
        "“User Install”",
        "“Guild Install”",
        "applications.commands",
        "“Privileged Gateway Intents”",
        "“Requires OAuth2 Code Grant”",
        "“Public Bot”",
        "“Interactions Endpoint URL”",
        "“Reset Token”",
        "DISCORD_TOKEN",
        "crossroads doctor",
        "crossroads run",
        "“Application Deauthorized”",
        EVENTS_PATH,
    ):
        assert name in told
    assert ("crossroads setup discord" in told) is not known


def test_every_step_is_one_line() -> None:
    assert all(step == " ".join(step.split()) for step in steps(links_known=False))


def test_the_docs_name_what_the_links_ask_for_and_where_events_go() -> None:
    for named in ("`bot`", "`applications.commands`", EVENTS_PATH, "Application Deauthorized"):
        assert named in DOCS
