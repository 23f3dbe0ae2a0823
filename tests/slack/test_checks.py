"""What the doctor finds out from Slack: who the token is, what it may do, and what went wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator

import pytest

from adapters.slack.checks import (
    Answer,
    examine,
    judge_reach,
    judge_scopes,
    judge_socket,
    read_answer,
)
from adapters.slack.manifest import SCOPES
from bot.checked import Checked
from tests.fakes.slack import Error, FakeSlack, Reset, Status

API = "https://slack.com/api/"


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.team.scopes = set(SCOPES)
        yield fake


async def ask(fake: FakeSlack) -> list[Checked]:
    return await examine(fake.api_url, bot_token=fake.team.bot_token, app_token=fake.app_token)


async def test_with_good_tokens_all_is_fine_and_named(fake: FakeSlack) -> None:
    found = await ask(fake)
    assert [each.subject for each in found] == ["Slack", "Slack scopes", "Slack Socket Mode"]
    assert [each.remedy for each in found] == ["", "", ""]
    assert "@crossroads in “Alpha”" in found[0].text
    assert found[1].text == f"all {len(SCOPES)} are granted"


async def test_a_missing_scope_is_named_with_what_it_is_for(fake: FakeSlack) -> None:
    fake.team.scopes -= {"files:write", "im:write"}
    _, scopes, _ = await ask(fake)
    assert "files:write (to hand you your export" in scopes.text
    assert "im:write (to open" in scopes.text
    assert "chat:write" not in scopes.text
    assert "crossroads setup slack" in scopes.remedy


async def test_a_scope_too_many_is_told_but_not_wrong(fake: FakeSlack) -> None:
    fake.team.scopes |= {"channels:join"}
    _, scopes, _ = await ask(fake)
    assert scopes.text.endswith("not needed: channels:join")
    assert not scopes.remedy


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_dead_bot_token_leads_to_a_new_one(fake: FakeSlack, error: str) -> None:
    fake.revoke(fake.team.bot_token, error)
    bot, app = await ask(fake)
    assert f"({error})" in bot.text
    assert "SLACK_BOT_TOKEN" in bot.remedy
    assert not app.remedy, "the other token is judged by itself"


async def test_an_unknown_app_token_leads_to_a_new_one(fake: FakeSlack) -> None:
    found = await examine(fake.api_url, bot_token=fake.team.bot_token, app_token="xapp-other")
    assert "invalid_auth" in found[-1].text
    assert "connections:write" in found[-1].remedy


async def test_an_app_token_without_its_scope_says_so(fake: FakeSlack) -> None:
    fake.fail("apps.connections.open", Error("missing_scope"))
    assert "lacks the scope connections:write" in (await ask(fake))[-1].text


@pytest.mark.parametrize("fault", [Status(429, 30), Status(503, body='{"ok":false}')], ids=str)
async def test_when_slack_has_no_time_nobody_is_sent_for_new_tokens(
    fake: FakeSlack, fault: Status
) -> None:
    fake.fail("auth.test", fault)
    (first, *_) = await ask(fake)
    assert "no time" in first.text
    assert "Try again" in first.remedy


@pytest.mark.parametrize(
    "fault",
    [Status(502), Status(200, body="<html>Sign in to the hotel</html>", content_type="text/html")],
    ids=["bad gateway", "captive portal"],
)
async def test_a_page_instead_of_an_answer_is_told_apart(fake: FakeSlack, fault: Status) -> None:
    fake.fail("auth.test", fault)
    (first, *_) = await ask(fake)
    assert f"an answer that is not Slack's (HTTP status {fault.status})" in first.text
    assert "hotel" not in first.text
    assert first.remedy


async def test_a_connection_that_breaks_is_told_and_not_asked_twice(fake: FakeSlack) -> None:
    fake.fail("auth.test", Reset())
    (only,) = await ask(fake)
    assert "cannot be reached" in only.text
    assert "firewall" in only.remedy


async def test_where_nobody_listens_the_network_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: nobody else gets the port
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        (only,) = await examine(url, bot_token="xoxb-1", app_token="xapp-1")
    assert only.text.startswith(f"{url} cannot be reached")


async def test_without_a_bot_token_only_the_way_is_tried(fake: FakeSlack) -> None:
    await examine(fake.api_url)
    assert [call.method for call in fake.calls] == ["api.test"]
    assert not fake.calls[0].token


async def test_no_token_is_ever_in_what_is_found(fake: FakeSlack) -> None:
    for fault in (Error("invalid_auth"), Error("xoxb-T1"), Status(500), Reset()):
        fake.fail("auth.test", fault)
        found = repr(await ask(fake))
        assert fake.team.bot_token not in found
        assert fake.app_token not in found
        assert "xoxb-" not in found


# ------------------------------------------------------------------ the pure part


def test_a_persons_token_is_refused() -> None:
    from adapters.slack.checks import judge_bot

    (found,) = judge_bot(API, Answer(200, "", {"ok": True, "user": "ann", "team": "A"}))
    assert "a person's token" in found.text
    assert found.remedy


def test_an_answer_without_scopes_is_not_held_against_it() -> None:
    assert judge_scopes(None) == Checked("Slack scopes", "Slack did not tell which were granted")


def test_an_offered_connection_is_fine_and_its_ticket_not_shown() -> None:
    answer = read_answer(200, {}, b'{"ok":true,"url":"wss://x/link/?ticket=secret"}')
    found = judge_socket(API, answer)
    assert not found.remedy
    assert "secret" not in found.text


def test_an_address_that_answers_is_enough_without_tokens() -> None:
    found = judge_reach(API, read_answer(200, {}, b'{"ok":true}'))
    assert found.text.startswith(f"{API} answers")
    assert not found.remedy


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b'"ok"', b"<p>"])
def test_what_is_no_answer_of_slacks_is_read_as_none(body: bytes) -> None:
    assert read_answer(200, {}, body).body is None


@pytest.mark.parametrize("error", ["two words", "x" * 200, 7, None, "tok\u202een"])
def test_an_odd_error_code_is_not_repeated(error: object) -> None:
    body = json.dumps({"ok": False, "error": error}).encode()
    assert read_answer(403, {}, body).error in ("HTTP 403", "7")
