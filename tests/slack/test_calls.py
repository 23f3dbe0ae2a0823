"""Calls to Slack over real HTTP: what is retried, what is waited for, what is never done twice."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.calls import Calls
from adapters.slack.faults import SlackError, Unclear, failure, next_step, wait_said
from adapters.slack.session import is_slacks, new_session, quiet_sdk_logs
from bot.config import proxy_for
from bot.errors import DeliveryError
from tests.fakes.slack import Error, FakeSlack, Hang, Reset, Status

MARKER = "card-ABC-3"
TEXT = "the words of a person"


def blocks(marker: str = MARKER) -> list[dict[str, Any]]:
    return [
        {"type": "section", "block_id": marker, "text": {"type": "plain_text", "text": "Question"}}
    ]


@pytest.fixture
def pauses() -> list[float]:
    """How long was waited each time; nobody really waits."""
    return []


@pytest.fixture
async def calls(fake: FakeSlack, pauses: list[float]) -> AsyncIterator[Calls]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    calls = Calls(new_session(0.3), fake.api_url, pause)
    yield calls
    await calls.close()


@pytest.fixture
async def channel(fake: FakeSlack, calls: Calls) -> str:
    ann = fake.person("ann")
    answer = await calls.call(fake.team.bot_token, "conversations.open", users=[ann.id])
    fake.calls.clear()
    return str(answer["channel"]["id"])


async def post(calls: Calls, fake: FakeSlack, channel: str, **more: Any) -> str:
    return await calls.post(fake.team.bot_token, channel, MARKER, TEXT, blocks(), **more)


def messages(fake: FakeSlack, channel: str) -> list[str]:
    return list(fake.team.messages.get(channel, {}))


# ------------------------------------------------------------------ what Slack answers


async def test_an_answer_is_handed_back(fake: FakeSlack, calls: Calls) -> None:
    answer = await calls.call(fake.team.bot_token, "auth.test")
    assert answer["team_id"] == fake.team.id


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "message_not_found",
        "msg_too_long",
        "msg_blocks_too_long",
        "token_revoked",
        "invalid_auth",
        "account_inactive",
        "missing_scope",
        "hash_conflict",
    ],
)
async def test_a_refusal_is_told_by_its_code_and_not_repeated(
    fake: FakeSlack, calls: Calls, channel: str, code: str
) -> None:
    fake.fail("chat.update", Error(code))
    with pytest.raises(SlackError) as told:
        await calls.call(fake.team.bot_token, "chat.update", channel=channel, ts="1.1", text=TEXT)
    assert told.value.code == code
    assert told.value.retry_after is None
    assert len(fake.calls_of("chat.update")) == 1


async def test_an_error_holds_neither_the_token_nor_what_was_sent(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    fake.fail("chat.postMessage", Error("channel_not_found"))
    with pytest.raises(SlackError) as told:
        await post(calls, fake, channel)
    assert TEXT not in repr(told.value)
    assert fake.team.bot_token not in repr(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


# ------------------------------------------------------------------ 429


async def test_a_short_wait_is_waited_for(
    fake: FakeSlack, calls: Calls, channel: str, pauses: list[float]
) -> None:
    fake.fail("chat.postMessage", Status(429, retry_after=3))
    assert await post(calls, fake, channel) in messages(fake, channel)
    assert pauses == [pytest.approx(3, abs=0.2)]


async def test_a_long_wait_is_the_outbox_s(
    fake: FakeSlack, calls: Calls, channel: str, pauses: list[float]
) -> None:
    fake.fail("chat.postMessage", Status(429, retry_after=60))
    with pytest.raises(SlackError) as told:
        await post(calls, fake, channel)
    assert told.value.retry_after == timedelta(seconds=60)
    assert pauses == []


async def test_while_a_gate_is_shut_slack_is_left_alone(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    fake.fail("chat.postMessage", Status(429, retry_after=60))
    for _ in range(3):
        with pytest.raises(SlackError) as told:
            await post(calls, fake, channel)
        assert told.value.code == "ratelimited"
        assert told.value.retry_after is not None
        assert timedelta(seconds=55) < told.value.retry_after <= timedelta(seconds=60)
    assert len(fake.calls_of("chat.postMessage")) == 1


async def test_a_gate_shuts_one_channel_one_method_and_one_workspace_alone(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    other = fake.add_team("Beta")
    there = fake.channel("other")
    fake.fail("chat.postMessage", Status(429, retry_after=60), channel=channel)
    fake.fail("auth.test", Status(429, retry_after=60), team=fake.team.id)
    with pytest.raises(SlackError):
        await post(calls, fake, channel)
    with pytest.raises(SlackError):
        await calls.call(fake.team.bot_token, "auth.test")
    assert await post(calls, fake, there.id)
    assert await calls.call(other.bot_token, "auth.test")
    assert await calls.call(fake.team.bot_token, "conversations.history", channel=channel)


async def test_waiting_has_an_end(fake: FakeSlack, calls: Calls, channel: str) -> None:
    fake.fail("chat.update", Status(429, retry_after=2), times=None)
    with pytest.raises(SlackError) as told:
        await calls.call(fake.team.bot_token, "chat.update", channel=channel, ts="1.1", text=TEXT)
    assert told.value.retry_after == timedelta(seconds=2)
    assert len(fake.calls_of("chat.update")) == 4


async def test_ratelimited_without_the_status_is_the_same(
    fake: FakeSlack, calls: Calls, pauses: list[float]
) -> None:
    fake.fail("auth.test", Error("ratelimited"))
    assert await calls.call(fake.team.bot_token, "auth.test")
    assert pauses == [pytest.approx(1, abs=0.2)]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("", 1),
        ("soon", 1),
        ("-4", 1),
        ("1.5", 1),
        ("9" * 50, 1),
        ("99999", 3600),
    ],
)
def test_any_retry_after_is_understood(said: str, seconds: float) -> None:
    assert wait_said({"Retry-After": said}) == seconds


# ------------------------------------------------------------------ trouble on the way

TROUBLE = [
    Status(500),
    Status(502),
    Status(503),
    Status(504),
    Status(200, body="<html>hello</html>", content_type="text/html"),
    Status(200, body="hello", content_type="text/plain"),
    Status(200, body='{"ok": tr', content_type="application/json"),
    Status(200, body="[1]", content_type="application/json"),
    Status(200, body='"ok"', content_type="application/json"),
    Status(200, body="{}", content_type="application/json"),
    Status(200, body="", content_type="application/json; charset=nonsense"),
    Error("internal_error"),
    Reset(),
    Reset(after=True),
]


@pytest.mark.parametrize("fault", TROUBLE, ids=repr)
async def test_what_may_be_done_twice_is_tried_again(
    fake: FakeSlack, calls: Calls, pauses: list[float], fault: Status | Error | Reset
) -> None:
    fake.fail("auth.test", fault)
    assert await calls.call(fake.team.bot_token, "auth.test")
    assert pauses == [0.5]


async def test_no_answer_in_time_is_tried_again(fake: FakeSlack, calls: Calls) -> None:
    hanging = Hang()
    fake.fail("auth.test", hanging)
    assert await calls.call(fake.team.bot_token, "auth.test")
    hanging.release()


async def test_trying_again_has_an_end(fake: FakeSlack, calls: Calls, pauses: list[float]) -> None:
    fake.fail("auth.test", Status(503), times=None)
    with pytest.raises(DeliveryError, match="status 503"):
        await calls.call(fake.team.bot_token, "auth.test")
    assert len(fake.calls_of("auth.test")) == 4
    assert pauses == [0.5, 1.0, 2.0]


async def test_a_slack_that_is_not_there_is_a_delivery_error(pauses: list[float]) -> None:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    calls = Calls(new_session(), "http://127.0.0.1:9/api/", pause)
    with pytest.raises(DeliveryError, match="could not be reached") as told:
        await calls.call("xoxb-1", "chat.postMessage", channel="C1", text=TEXT)
    assert not isinstance(told.value, Unclear)
    assert len(pauses) == 3
    await calls.close()


async def test_this_very_machine_is_not_asked_for_through_a_proxy(
    fake: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    calls = Calls(new_session(api_url=fake.api_url), fake.api_url)
    assert await calls.call(fake.team.bot_token, "auth.test")
    await calls.close()


def test_slack_is_asked_for_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "slack-gov.com")
    assert proxy_for("https://slack.com/api/") == "http://proxy.example:3128"
    assert proxy_for("wss://wss-primary.slack.com/link") == "http://proxy.example:3128"
    assert proxy_for("https://slack-gov.com/api/") is None


# ------------------------------------------------------------------ never twice


@pytest.mark.parametrize("fault", TROUBLE, ids=repr)
async def test_a_message_is_there_once_whatever_happens(
    fake: FakeSlack, calls: Calls, channel: str, fault: Status | Error | Reset
) -> None:
    fake.fail("chat.postMessage", fault)
    ts = await post(calls, fake, channel)
    assert messages(fake, channel) == [ts]


@pytest.mark.parametrize("status", [200, 500, 502])
async def test_a_message_whose_acknowledgement_was_lost_is_found(
    fake: FakeSlack, calls: Calls, channel: str, status: int
) -> None:
    fake.fail("chat.postMessage", Status(status, body="<", content_type="text/html", after=True))
    ts = await post(calls, fake, channel)
    assert messages(fake, channel) == [ts]
    assert len(fake.calls_of("chat.postMessage")) == 1


async def test_a_message_whose_answer_hangs_is_found(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    hanging = Hang(after=True)
    fake.fail("chat.postMessage", hanging)
    ts = await post(calls, fake, channel)
    hanging.release()
    assert messages(fake, channel) == [ts]


async def test_what_was_tried_before_is_looked_for_first(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    first = await post(calls, fake, channel)
    assert await post(calls, fake, channel, again=True) == first
    assert messages(fake, channel) == [first]


async def test_another_card_is_not_taken_for_it(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    token = fake.team.bot_token
    first = await calls.post(token, channel, "card-ABC-2", TEXT, blocks("card-ABC-2"))
    fake.fail("chat.postMessage", Reset())
    second = await post(calls, fake, channel)
    assert messages(fake, channel) == [first, second]


async def test_a_message_that_cannot_be_posted_stays_unclear(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    fake.fail("chat.postMessage", Reset(), times=None)
    with pytest.raises(Unclear):
        await post(calls, fake, channel)
    assert len(fake.calls_of("chat.postMessage")) == 2


async def test_a_bare_call_to_post_is_not_repeated(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    fake.fail("chat.postMessage", Reset(after=True))
    with pytest.raises(Unclear):
        await calls.call(fake.team.bot_token, "chat.postMessage", channel=channel, text=TEXT)
    assert len(messages(fake, channel)) == 1


# ------------------------------------------------------------------ files, response urls, logs


async def test_a_file_is_shared(fake: FakeSlack, calls: Calls, channel: str) -> None:
    await calls.upload(fake.team.bot_token, channel, "mydata.json", b"{}", "What is stored")
    (file,) = fake.team.files.values()
    assert (file.content, file.name, file.shared) == (b"{}", "mydata.json", (channel,))


async def test_a_failed_upload_is_a_delivery_error(
    fake: FakeSlack, calls: Calls, channel: str
) -> None:
    fake.fail("upload", Status(500), times=None)
    with pytest.raises(DeliveryError):
        await calls.upload(fake.team.bot_token, channel, "mydata.json", b"{}", "What is stored")


@pytest.mark.parametrize(
    ("url", "api", "slacks"),
    [
        ("https://hooks.slack.com/actions/T/1/x", "https://slack.com/api/", True),
        ("https://slack.com/x", "https://slack.com/api/", True),
        ("http://hooks.slack.com/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com.evil.example/x", "https://slack.com/api/", False),
        ("https://evilslack.com/x", "https://slack.com/api/", False),
        ("https://slack.com@evil.example/x", "https://slack.com/api/", False),
        ("https://evil.example@hooks.slack.com/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com:8443/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com:nine/x", "https://slack.com/api/", False),
        ("https://hooks.slack-gov.com/x", "https://slack-gov.com/api/", True),
        ("https://hooks.slack.com/x", "https://slack-gov.com/api/", False),
        ("http://127.0.0.1:8080/response/1", "http://127.0.0.1:8080/api/", True),
        ("http://127.0.0.1:8081/response/1", "http://127.0.0.1:8080/api/", False),
        ("https://x.127.0.0.1/response/1", "http://127.0.0.1:8080/api/", False),
        ("file:///etc/passwd", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_only_slack_s_own_addresses_are_answered(url: str, api: str, slacks: bool) -> None:
    assert is_slacks(url, api) is slacks


async def test_a_foreign_response_url_is_refused(calls: Calls) -> None:
    with pytest.raises(SlackError, match="foreign_response_url"):
        await calls.respond("https://evil.example/x", {"text": TEXT})


@pytest.mark.parametrize("body", ["", "ok"])
async def test_a_response_url_is_answered(fake: FakeSlack, calls: Calls, body: str) -> None:
    url = fake.api_url.replace("/api/", "/response/1")
    fake.fail("response_url", Status(200, body=body, content_type="text/plain"))
    await calls.respond(url, {"text": TEXT})
    assert fake.calls_of("response_url")[0].args["text"] == TEXT


async def test_a_response_url_that_is_used_up_is_told(fake: FakeSlack, calls: Calls) -> None:
    url = fake.api_url.replace("/api/", "/response/none")
    with pytest.raises(SlackError, match="response_url_refused"):
        await calls.respond(url, {"text": TEXT})


async def test_a_response_url_waits_as_well_and_is_never_answered_twice(
    fake: FakeSlack, calls: Calls, pauses: list[float]
) -> None:
    url = fake.api_url.replace("/api/", "/response/1")
    fake.fail("response_url", Status(429, retry_after=2))
    fake.fail("response_url", Status(500))
    with pytest.raises(Unclear):
        await calls.respond(url, {"text": TEXT})
    assert pauses == [pytest.approx(2, abs=0.2)]


async def test_no_setting_lets_the_sdk_log(
    fake: FakeSlack, calls: Calls, channel: str, caplog: pytest.LogCaptureFixture
) -> None:
    quiet_sdk_logs()
    caplog.set_level(logging.DEBUG)
    await post(calls, fake, channel)
    fake.fail("chat.update", Error("message_not_found"))
    with pytest.raises(SlackError):
        await calls.call(fake.team.bot_token, "chat.update", channel=channel, ts="1", text=TEXT)
    for name in ("slack_sdk.web.async_base_client", "slack_bolt.AsyncApp", "aiohttp.client"):
        logging.getLogger(name).error(TEXT)
    assert TEXT not in caplog.text
    assert fake.team.bot_token not in caplog.text


def test_every_failure_ends() -> None:
    for error in (OSError(), TimeoutError()):
        assert isinstance(next_step("chat.update", failure(error), 4), Unclear)
