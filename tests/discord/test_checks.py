"""What the doctor finds out from Discord: whose the token is, what is set, and what went wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from adapters.discord.checks import examine, judge_events, judge_gateway, judge_intents
from adapters.discord.commands import payload
from adapters.discord.portal import APPLICATION, GATEWAY, Answer, Application, read_answer
from adapters.discord.rights import NEEDED
from bot.checked import Checked
from bot.platforms import Shards
from tests.discord.developer_portal import (
    APPLICATION_ID,
    TOKEN,
    TRACKS,
    DeveloperPortal,
    application,
    gateway,
    joined,
    page,
    refusal,
    registered,
    serving,
)

GUILDS = "users/@me/guilds"
COMMANDS = f"applications/{APPLICATION_ID}/commands"


@pytest.fixture
async def portal() -> AsyncIterator[DeveloperPortal]:
    async with serving(DeveloperPortal()) as portal:
        yield portal


async def ask(portal: DeveloperPortal, shards: Shards | None = None) -> dict[str, Checked]:
    """Examine it; what was found by subject, of several the one that is wrong."""
    found = await examine(portal.api_url, TOKEN, payload(TRACKS), shards)
    return {each.subject: each for each in sorted(found, key=lambda each: bool(each.remedy))}


async def test_with_a_good_token_all_is_fine_and_named(portal: DeveloperPortal) -> None:
    found = await examine(portal.api_url, TOKEN, payload(TRACKS), None)
    assert [each.subject for each in found] == [
        "Discord",
        "Discord application",
        "Discord installation",
        "Discord intents",
        "Discord events",
        "Discord commands",
        "Discord second opinions",
        "Discord gateway",
    ]
    assert [each.remedy for each in found] == [""] * 8
    assert found[0].text == "the bot is @crossroads"
    assert found[1].text == "“Crossroads”, which anybody may add"
    assert found[5].text == "all 19 subcommands of /crossroads registered"
    assert found[6].text == "they can be posted in each of 2 servers"
    assert "998 of 1000 sessions may still be begun today" in found[7].text


# ------------------------------------------------------------------ no good answer


async def test_a_token_that_discord_does_not_know_leads_to_a_new_one(
    portal: DeveloperPortal,
) -> None:
    (only,) = await examine(portal.api_url, "MTIz.other.token", payload(TRACKS), None)
    assert only.text == "Discord does not know the token (401)."
    assert "“Reset Token”" in only.remedy
    assert portal.asked == ["users/@me"], "who is refused asks nothing more: refusals add up"


@pytest.mark.parametrize(
    "fault",
    [
        refusal(429, "You are being rate limited.", 0),
        refusal(500, "500: Internal Server Error", 0),
        page(502),
        page(503),
    ],
    ids=["limited", "500", "bad gateway", "unavailable"],
)
async def test_when_discord_has_no_time_nobody_is_sent_for_a_new_token(
    portal: DeveloperPortal, fault: web.Response
) -> None:
    portal.faults["users/@me"] = fault
    found = await ask(portal)
    assert "no time" in found["Discord"].text
    assert "Try again" in found["Discord"].remedy
    assert len(found) == 1


async def test_who_is_shut_out_is_told_to_wait(portal: DeveloperPortal) -> None:
    portal.faults["users/@me"] = page(429)
    found = await ask(portal)
    assert "shuts this address out" in found["Discord"].text
    assert "Wait an hour" in found["Discord"].remedy


@pytest.mark.parametrize(
    "fault",
    [
        page(200),
        page(403),
        web.json_response(["canary"]),
        web.Response(status=302, headers={"Location": "https://canary.example/"}),
    ],
    ids=["captive portal", "proxy", "a list", "led elsewhere"],
)
async def test_an_answer_that_is_not_discords_is_told_apart(
    portal: DeveloperPortal, fault: web.Response
) -> None:
    portal.faults["users/@me"] = fault
    found = await ask(portal)
    assert "an answer that is not Discord's (HTTP status " in found["Discord"].text
    assert "DISCORD_API_URL" in found["Discord"].remedy
    assert "canary" not in repr(found)


async def test_a_refusal_of_another_kind_gives_its_numbers(portal: DeveloperPortal) -> None:
    portal.faults["applications/@me"] = refusal(403, "canary", 40001)
    found = await ask(portal)
    assert found["Discord application"].text == "Discord refused: HTTP status 403, code 40001."
    assert found["Discord application"].remedy
    assert not found["Discord gateway"].remedy, "each question is judged by itself"
    assert "canary" not in repr(found)


async def test_a_connection_that_breaks_is_told_and_not_asked_twice(
    portal: DeveloperPortal,
) -> None:
    portal.faults["users/@me"] = None
    found = await ask(portal)
    assert "cannot be reached" in found["Discord"].text
    assert "firewall" in found["Discord"].remedy
    assert len(found) == 1


async def test_where_nobody_listens_the_network_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: nobody else gets the port
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        (only,) = await examine(url, TOKEN, [], None)
    assert only.text.startswith(f"{url} cannot be reached")


async def test_no_token_and_nothing_of_a_body_is_ever_in_what_is_found(
    portal: DeveloperPortal,
) -> None:
    for path in [*portal.said]:
        for fault in (refusal(401, TOKEN, 0), refusal(400, TOKEN, 50_035), page(500), None):
            portal.faults = {path: fault}
            assert "canary" not in repr(await ask(portal))


async def test_a_name_plays_no_tricks_with_the_terminal(portal: DeveloperPortal) -> None:
    portal.said["applications/@me"] = application(name="\x1b[2J\u202eCross\nroads" + "x" * 500)
    text = (await ask(portal))["Discord application"].text
    assert text.isprintable()
    assert len(text) < 130


# ------------------------------------------------------------------ what is set in the portal


@pytest.mark.parametrize(
    ("config", "missing"),
    [({"0": {}}, "“User Install”"), ({"1": {}}, "“Guild Install”"), ({}, "” and “")],
    ids=["servers alone", "accounts alone", "neither"],
)
async def test_where_it_may_not_be_installed_is_named(
    portal: DeveloperPortal, config: dict[str, Any], missing: str
) -> None:
    portal.said["applications/@me"] = application(integration_types_config=config)
    found = (await ask(portal))["Discord installation"]
    assert missing in found.text
    assert missing in found.remedy


async def test_what_discord_does_not_tell_is_not_held_against_it(portal: DeveloperPortal) -> None:
    portal.said["applications/@me"] = {"id": APPLICATION_ID, "name": "Crossroads"}
    assert not any(each.remedy for each in (await ask(portal)).values())


async def test_commands_that_go_to_an_endpoint_are_found(portal: DeveloperPortal) -> None:
    told = application(interactions_endpoint_url="https://c.example.com/interactions")
    portal.said["applications/@me"] = told
    found = (await ask(portal))["Discord interactions"]
    assert "not here" in found.text
    assert "empty that field" in found.remedy


async def test_a_code_grant_that_keeps_the_link_from_working_is_found(
    portal: DeveloperPortal,
) -> None:
    portal.said["applications/@me"] = application(bot_require_code_grant=True)
    assert "Code Grant" in (await ask(portal))["Discord installation"].text


async def test_a_bot_that_is_not_public_is_told_but_not_wrong(portal: DeveloperPortal) -> None:
    portal.said["applications/@me"] = application(bot_public=False)
    found = (await ask(portal))["Discord application"]
    assert "only its owner" in found.text
    assert not found.remedy


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (1 << 12, "Presence"),
        (1 << 15, "Server Members"),
        (1 << 18 | 1 << 19, "Message Content"),
        (1 << 13 | 1 << 14, "Presence, Server Members"),
    ],
)
def test_a_privileged_intent_is_told_but_not_wrong(flags: int, named: str) -> None:
    found = judge_intents(Application(id="1", name="x", flags=flags | 1 << 23))
    assert found.text.startswith(f"{named}: on, but not needed")
    assert not found.remedy


@pytest.mark.parametrize(
    ("status", "types", "wrong"),
    [
        (2, ["APPLICATION_DEAUTHORIZED"], ""),
        (2, ["APPLICATION_AUTHORIZED"], "is not sent to it"),
        (2, None, "is not sent to it"),
        (3, ["APPLICATION_DEAUTHORIZED"], "stopped sending"),
    ],
)
def test_an_address_for_events_must_be_told_what_we_need(
    status: int, types: list[str] | None, wrong: str
) -> None:
    told = application(
        event_webhooks_url="https://c.example.com/discord/events",
        event_webhooks_status=status,
        event_webhooks_types=types,
    )
    found = judge_events(Application.model_validate(told))
    assert wrong in found.text
    assert bool(found.remedy) == bool(wrong)


# ------------------------------------------------------------------ commands


async def test_commands_that_are_not_there_yet_come_with_the_next_start(
    portal: DeveloperPortal,
) -> None:
    portal.said[COMMANDS] = []
    found = (await ask(portal))["Discord commands"]
    assert found.text == "not registered yet; they are put at the next start"
    assert not found.remedy


async def test_what_differs_is_named(portal: DeveloperPortal) -> None:
    listed = registered(payload([("full", "All"), ("slow", "A long look")]))
    listed[0]["options"][-1]["description"] = "Another help."
    other = {"name": "dice", "description": "Throw dice.", "type": 1, "id": "3", "version": "1"}
    portal.said[COMMANDS] = [*listed, other]
    found = (await ask(portal))["Discord commands"]
    named = found.text.partition("not as now: ")[2].split(", ")
    assert named == ["/crossroads fast", "/crossroads help", "/crossroads slow", "/dice"]
    assert not found.remedy


async def test_where_commands_may_be_used_counts_as_well(portal: DeveloperPortal) -> None:
    portal.said[COMMANDS] = [{**registered(payload(TRACKS))[0], "contexts": [0]}]
    assert "not as now: /crossroads" in (await ask(portal))["Discord commands"].text


async def test_without_commands_to_compare_they_are_not_asked_for(
    portal: DeveloperPortal,
) -> None:
    found = await examine(portal.api_url, TOKEN, [], None)
    assert COMMANDS not in portal.asked
    assert len(found) == 7


# ------------------------------------------------------------------ second opinions


async def test_a_server_where_none_can_be_posted_is_named_and_nothing_is_wrong(
    portal: DeveloperPortal,
) -> None:
    lacking = str(NEEDED & ~(1 << 15) & ~(1 << 36))
    portal.said[GUILDS] = [joined("Open", str(NEEDED)), joined("Tight", lacking)]
    found = (await ask(portal))["Discord second opinions"]
    assert "“Tight” lacks Attach Files, Create Private Threads" in found.text
    assert "Open" not in found.text
    assert not found.remedy


async def test_an_administrator_may_do_everything(portal: DeveloperPortal) -> None:
    portal.said[GUILDS] = [joined("Boss", str(1 << 3))]
    assert "in each of 1 servers" in (await ask(portal))["Discord second opinions"].text


async def test_of_many_servers_some_are_named_and_the_rest_counted(
    portal: DeveloperPortal,
) -> None:
    portal.said[GUILDS] = [joined(f"Server {number}", "0") for number in range(8)]
    found = (await ask(portal))["Discord second opinions"]
    assert "“Server 4”" in found.text
    assert "“Server 5”" not in found.text
    assert "and 3 more" in found.text


async def test_without_a_server_second_opinions_are_posted_nowhere_yet(
    portal: DeveloperPortal,
) -> None:
    portal.said[GUILDS] = []
    assert "in no server yet" in (await ask(portal))["Discord second opinions"].text


@pytest.mark.parametrize("told", ["canary", "-1", "", None, 7])
async def test_what_is_told_of_servers_and_makes_no_sense_is_no_reason_to_fall(
    portal: DeveloperPortal, told: object
) -> None:
    portal.said[GUILDS] = [{"id": "1", "name": "Odd", "permissions": told}]
    found = (await ask(portal))["Discord second opinions"]
    assert found.remedy
    assert "canary" not in repr(found)


# ------------------------------------------------------------------ the gateway


def said(told: dict[str, Any]) -> Answer[Any]:
    return read_answer(200, json.dumps(told).encode(), GATEWAY)


def test_too_few_sessions_left_say_how_long_to_wait() -> None:
    found = judge_gateway("", said(gateway(remaining=3, shards=4)), None)
    assert found.text == "Only 3 of 1000 sessions may still be begun today, and a start takes 4."
    assert "Wait 4:00:00" in found.remedy
    assert not judge_gateway("", said(gateway(remaining=3)), Shards((0, 2, 5), 8)).remedy


def test_another_number_of_shards_than_recommended_is_told_but_not_wrong() -> None:
    found = judge_gateway("", said(gateway(shards=8)), Shards((0, 1), 4))
    assert "recommends 8 shards, DISCORD_SHARDS counts 4" in found.text
    assert not found.remedy
    assert "recommends" not in judge_gateway("", said(gateway(shards=4)), Shards((0,), 4)).text


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b'"ok"', b"<p>", b'{"id": 7}'])
def test_what_is_no_answer_of_discords_is_read_as_none(body: bytes) -> None:
    answer = read_answer(200, body, APPLICATION)
    assert answer.body is None
    assert not answer.theirs


@pytest.mark.parametrize("code", ["two words", None, [1], True, 0])
def test_an_odd_error_code_is_not_repeated(code: object) -> None:
    body = json.dumps({"message": "no", "code": code}).encode()
    assert read_answer(403, body, APPLICATION).trouble == "HTTP status 403"
