"""The fake Slack, driven by the real SDK and by a tiny Bolt app in both modes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.fakes import shapes
from tests.fakes.scene import (
    actions,
    button,
    client,
    home,
    marked,
    modal,
    plain,
    serving,
)
from tests.fakes.slack import Error, FakeSlack, Hang, NoSuchElement, Person, Reset, Status

CARD = [marked("Shall we?"), actions(button("yes"))]


@pytest.fixture(params=["http", "socket"])
async def app(fake: FakeSlack, request: pytest.FixtureRequest) -> AsyncIterator[AsyncApp]:
    async with serving(fake, request.param) as running:
        yield running


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


# ------------------------------------------------------------------ the Web API


async def test_a_message_is_posted_edited_read_back_and_deleted(
    fake: FakeSlack, ann: Person
) -> None:
    slack = client(fake)
    posted = await slack.chat_postMessage(channel=ann.dm, text="Shall we?", blocks=CARD)
    assert [one.text for one in ann.from_bot] == ["Shall we?"]
    await slack.chat_update(channel=ann.dm, ts=posted["ts"], text="Done")
    (card,) = ann.from_bot
    assert (card.text, len(card.blocks), bool(card.edited)) == ("Done", 2, True)
    await slack.chat_delete(channel=ann.dm, ts=posted["ts"])
    assert ann.messages == []
    again = slack.chat_update(channel=ann.dm, ts=posted["ts"], text="Once more")
    assert await refused(again) == "message_not_found"
    assert [call.method for call in fake.calls] == [
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "chat.update",
    ]


async def test_history_is_paged_and_holds_both_sides(fake: FakeSlack, ann: Person) -> None:
    slack = client(fake)
    for number in range(3):
        ann.drafts.message(f"words {number}")
        await slack.chat_postMessage(channel=ann.dm, text=f"answer {number}")
    found: list[str] = []
    async for page in await slack.conversations_history(channel=ann.dm, limit=4):
        found += [one["text"] for one in page["messages"]]
    assert found == ["answer 2", "words 2", "answer 1", "words 1", "answer 0", "words 0"]


async def test_tokens_and_scopes_are_asked_for(fake: FakeSlack, ann: Person) -> None:
    answer = await client(fake).auth_test()
    assert answer["team_id"] == fake.team.id
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    assert await refused(client(fake, "xoxb-other").auth_test()) == "invalid_auth"
    fake.team.scopes.discard("chat:write")
    post = client(fake).chat_postMessage(channel=ann.dm, text="x")
    assert await refused(post) == "missing_scope"
    fake.revoke(fake.team.bot_token)
    assert await refused(client(fake).auth_test()) == "token_revoked"


async def test_two_workspaces_with_the_same_person_stay_apart(fake: FakeSlack) -> None:
    other = fake.add_team("Beta")
    here = fake.person("Ann", id="U1")
    there = fake.person("Ann", other, id="U1")
    opened = await client(fake, other.bot_token).conversations_open(users=["U1"])
    assert opened["channel"]["id"] == there.dm != here.dm
    post = client(fake).chat_postMessage(channel=there.dm, text="x")
    assert await refused(post) == "channel_not_found"
    await client(fake, other.bot_token).chat_postMessage(channel="U1", text="Hello")
    assert (len(here.messages), len(there.messages)) == (0, 1)


async def test_one_token_serves_an_organisation(fake: FakeSlack) -> None:
    north = fake.add_team("North", enterprise="E1", org=True)
    south = fake.add_team("South", enterprise="E1", org=True)
    assert north.bot_token == south.bot_token
    ann = fake.person("Ann", south)
    await client(fake, north.bot_token).chat_postMessage(channel=ann.dm, text="Hello")
    assert fake.calls[-1].team == south.id
    assert ann.drafts.shortcut("start").payload["team"] is None


async def test_people_and_channels_are_described(fake: FakeSlack, bob: Person) -> None:
    fake.team.scopes |= {"im:read", "users:read"}
    slack = client(fake)
    user = await slack.users_info(user=bob.id, include_locale=True)
    assert (user["user"]["tz"], user["user"]["locale"]) == ("Europe/Amsterdam", "en-GB")
    assert await refused(slack.users_info(user="U0")) == "user_not_found"
    shared = fake.channel("partners", shared=True)
    info = await slack.conversations_info(channel=shared.id)
    assert info["channel"]["is_ext_shared"]
    away = fake.channel("away", member=False)
    assert await refused(slack.chat_postMessage(channel=away.id, text="x")) == "not_in_channel"
    await slack.chat_postEphemeral(channel=bob.dm, user=bob.id, text="For you")
    assert [one.text for one in bob.ephemerals] == ["For you"]
    assert bob.messages == []


async def test_a_trigger_opens_one_modal_within_three_seconds(fake: FakeSlack, ann: Person) -> None:
    slack = client(fake)
    trigger = ann.drafts.shortcut("start").payload["trigger_id"]
    await slack.views_open(trigger_id=trigger, view=modal())
    assert ann.modal.title == "Your words"
    again = slack.views_open(trigger_id=trigger, view=modal())
    assert await refused(again) == "exchanged_trigger_id"
    late = ann.drafts.shortcut("start").payload["trigger_id"]
    fake.clock.advance(3.1)
    assert await refused(slack.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


async def test_three_modals_can_lie_on_one_another(fake: FakeSlack, ann: Person) -> None:
    slack = client(fake)

    def trigger() -> str:
        return str(ann.drafts.shortcut("start").payload["trigger_id"])

    await slack.views_open(trigger_id=trigger(), view=modal("One"))
    await slack.views_push(trigger_id=trigger(), view=modal("Two"))
    await slack.views_push(trigger_id=trigger(), view=modal("Three"))
    push = slack.views_push(trigger_id=trigger(), view=modal("Four"))
    assert await refused(push) == "push_limit_reached"
    await slack.views_update(view_id=ann.modal.id, view=modal("Third"), hash=ann.modal.hash)
    assert [one.title for one in ann.modals] == ["One", "Two", "Third"]
    update = slack.views_update(view_id="V0", view=modal())
    assert await refused(update) == "not_found"


async def test_a_home_published_over_a_newer_one_is_a_conflict(
    fake: FakeSlack, ann: Person
) -> None:
    slack = client(fake)
    first = await slack.views_publish(user_id=ann.id, view=home("One"))
    old = first["view"]["hash"]
    await slack.views_publish(user_id=ann.id, view=home("Two"), hash=old)
    stale = slack.views_publish(user_id=ann.id, view=home("Three"), hash=old)
    assert await refused(stale) == "hash_conflict"
    assert ann.home is not None
    assert ann.home.blocks[0]["text"]["text"] == "Two"


async def test_a_file_is_uploaded_shared_and_deleted(fake: FakeSlack, ann: Person) -> None:
    slack = client(fake)
    sent = await slack.files_upload_v2(channel=ann.dm, filename="case.txt", content="all of it")
    (upload,) = fake.team.files.values()
    assert (upload.content, upload.shared) == (b"all of it", (ann.dm,))
    await slack.files_delete(file=sent["files"][0]["id"])
    assert (fake.team.files, ann.messages) == ({}, [])


# The SDK still uses what aiohttp means to drop
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_code_gives_a_token_and_rotation_renews_it(fake: FakeSlack) -> None:
    fake.team.rotation = True
    keys = {"client_id": fake.world.client_id, "client_secret": fake.world.client_secret}
    slack = client(fake, "none")
    code = fake.code()
    granted = await slack.oauth_v2_access(**keys, code=code)
    assert granted["access_token"] == fake.team.bot_token
    assert await refused(slack.oauth_v2_access(**keys, code=code)) == "invalid_code"
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    renewed = await slack.oauth_v2_access(**keys, **refresh)
    await client(fake, renewed["access_token"]).auth_test()
    assert await refused(slack.oauth_v2_access(**keys, **refresh)) == "invalid_refresh_token"
    await client(fake).auth_revoke()
    assert await refused(client(fake).auth_test()) == "token_revoked"


async def test_a_response_url_works_five_times(fake: FakeSlack, ann: Person) -> None:
    url = ann.drafts.command("help", "/crossroads").payload["response_url"]
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(url, json={"text": "Here you are"}) as response:
                statuses.append(response.status)
    assert statuses == [200] * 5 + [404]
    assert len(ann.ephemerals) == 5


# ------------------------------------------------------------------ faults


async def test_too_many_requests_say_when_to_come_back(fake: FakeSlack, ann: Person) -> None:
    planned = fake.fail("chat.postMessage", Status(429, retry_after=7), channel=ann.dm)
    slack = client(fake)
    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel=ann.dm, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    await slack.chat_postMessage(channel=ann.dm, text="x")
    assert (planned.hits, len(ann.messages)) == (1, 1)


async def test_a_bad_gateway_answers_with_a_page(fake: FakeSlack) -> None:
    fake.fail("auth.test", Status(502))
    async with aiohttp.ClientSession() as session, session.post(f"{fake.api_url}auth.test") as bad:
        assert (bad.status, bad.content_type) == (502, "text/html")
        assert "Bad Gateway" in await bad.text()
    fake.fail("auth.test", Status(502))
    with pytest.raises(SlackApiError, match="status: 502"):
        await client(fake).auth_test()
    fake.fail("auth.test", Error("fatal_error"))
    assert await refused(client(fake).auth_test()) == "fatal_error"


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_breaks_before_or_after_the_write(
    fake: FakeSlack, ann: Person, after: bool
) -> None:
    fake.fail("chat.postMessage", Reset(after=after))
    with pytest.raises(aiohttp.ClientError):
        await client(fake).chat_postMessage(channel=ann.dm, text="x")
    assert len(ann.messages) == int(after)


async def test_a_call_hangs_until_it_is_released(fake: FakeSlack, ann: Person) -> None:
    hang = Hang()
    fake.fail("chat.postMessage", hang)
    posting = asyncio.create_task(client(fake).chat_postMessage(channel=ann.dm, text="x"))
    await hang.reached.wait()
    assert not posting.done()
    assert ann.messages == []
    hang.release()
    await posting
    assert len(ann.messages) == 1


# ------------------------------------------------------------------ what must not be sent

LONG = "x" * 3001
BAD: dict[str, dict[str, Any]] = {
    "no_text": {"text": " ", "blocks": CARD},
    "51 blocks": {"blocks": [marked("x")] * 51},
    "action_id 'yes' 2 times": {"blocks": [*CARD, actions(button("yes"))]},
    "block_id 'b' 2 times": {"blocks": [marked("x") | {"block_id": "b"}] * 2},
    "empty text": {"blocks": [marked(" ")]},
    "text has 76 characters": {"blocks": [actions(button("a", "x" * 76))]},
    "text has 3001 characters": {"blocks": [marked(LONG)]},
    "text has 151 characters": {"blocks": [{"type": "header", "text": plain("x" * 151)}]},
    "26 elements": {"blocks": [actions(*(button(f"a{n}") for n in range(26)))]},
    "40001 characters": {"text": "x" * 40_001},
    "characters in all blocks": {"blocks": [marked("x" * 2900)] * 5},
    "in text (invalid": {"text": "you & me"},
    "in mrkdwn": {"blocks": [marked("a < b")]},
    "in mrkdwn (": {"blocks": [marked("<!channel>")]},
    "metadata": {"metadata": {"event_type": "x", "event_payload": {}}},
    "unknown kind": {"blocks": [{"type": "nonsense"}]},
    "0 elements": {"blocks": [{"type": "actions", "elements": []}]},
    "an initial option": {
        "blocks": [
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "options": [{"text": plain("A"), "value": "a"}],
                    "initial_option": {"text": plain("B"), "value": "b"},
                }
            )
        ]
    },
    "1 options, allowed are 2 to 5": {
        "blocks": [
            actions(
                {
                    "type": "overflow",
                    "action_id": "o",
                    "options": [{"text": plain("A"), "value": "a"}],
                }
            )
        ]
    },
}


@pytest.mark.parametrize("what", list(BAD))
async def test_a_bad_message_is_refused_and_noted(fake: FakeSlack, ann: Person, what: str) -> None:
    message = {"channel": ann.dm, "text": "Hello"} | BAD[what]
    assert await refused(client(fake).api_call("chat.postMessage", json=message))
    assert any(what in one for one in fake.violations), fake.violations
    assert ann.messages == []
    with pytest.raises(AssertionError, match="must not send"):
        fake.check()
    fake.violations.clear()


BAD_VIEWS: dict[str, dict[str, Any]] = {
    "title has 25 characters": modal("x" * 25),
    "a modal without title": {"type": "modal", "blocks": [marked("x")]},
    "private_metadata has 3001": modal(private_metadata=LONG),
    "callback_id has 256": modal(callback_id="x" * 256),
    "a view without blocks": modal(blocks=[]),
    "101 blocks": modal(blocks=[marked("x")] * 101),
    "block_id 'input' 2 times": modal(blocks=modal()["blocks"] * 2),
    "without submit": {k: v for k, v in modal().items() if k != "submit"},
    "250 kB": modal(blocks=[marked("x" * 2990)] * 90),
}


@pytest.mark.parametrize("what", list(BAD_VIEWS))
async def test_a_bad_modal_is_refused_and_noted(fake: FakeSlack, ann: Person, what: str) -> None:
    trigger = ann.drafts.shortcut("start").payload["trigger_id"]
    await refused(client(fake).views_open(trigger_id=trigger, view=BAD_VIEWS[what]))
    assert any(what in one for one in fake.violations), fake.violations
    assert ann.modals == ()
    fake.violations.clear()


async def test_a_shape_that_slack_does_not_know_is_refused(fake: FakeSlack, ann: Person) -> None:
    card = [marked("x") | {"colour": "red"}]
    if shapes.missing():
        pytest.skip(shapes.missing())
    post = client(fake).chat_postMessage(channel=ann.dm, text="x", blocks=card)
    assert await refused(post) == "invalid_blocks"
    fake.violations.clear()


async def test_well_escaped_text_with_links_dates_and_quotes_is_fine(
    fake: FakeSlack, ann: Person
) -> None:
    text = (
        "> &lt;b&gt; &amp; <https://example.org/a|a &amp; b>, "
        f"<@{ann.id}>, <!date^1700000000^{{date_short}}|then>"
    )
    await client(fake).chat_postMessage(channel=ann.dm, text=text, blocks=[marked(text)])


# ------------------------------------------------------------------ a person and an app, both modes


@pytest.mark.usefixtures("app")
async def test_words_become_a_card_and_a_click_edits_it(fake: FakeSlack, ann: Person) -> None:
    said = await ann.writes("you & me")
    assert said.acknowledged
    assert said.sending.payload["event"]["text"] == "you &amp; me"
    (card,) = ann.from_bot
    clicked = await ann.clicks(card, "Yes")
    assert clicked.acknowledged
    assert [one.text for one in ann.from_bot] == ["Done"]
    with pytest.raises(NoSuchElement):
        await ann.clicks(card, "yes")
    assert (await ann.clicks(card, "yes", stale=True)).acknowledged


@pytest.mark.usefixtures("app")
async def test_a_modal_is_opened_corrected_updated_pushed_and_closed(
    fake: FakeSlack, ann: Person
) -> None:
    await ann.writes("hello")
    await ann.clicks(ann.from_bot[0], "write")
    await ann.submits({"input": "wrong"})
    assert ann.modal.errors == {"input": "Not that."}
    await ann.submits({"value": "more"})
    assert ann.modal.title == "More words"
    await ann.submits({"input": "deeper"})
    assert [one.title for one in ann.modals] == ["More words", "Deeper"]
    await ann.submits({"input": "fine"})
    assert ann.modal.title == "More words"
    await ann.submits({"input": "enough"})
    assert ann.modals == ()


@pytest.mark.usefixtures("app")
async def test_commands_shortcuts_and_home_reach_the_app(fake: FakeSlack, ann: Person) -> None:
    await ann.slash("help")
    assert [one.text for one in ann.ephemerals] == ["You said help"]
    await ann.shortcut("start")
    assert ann.modal.callback_id == "words"
    assert await ann.closes() is None
    await ann.opens_home()
    assert ann.home is not None
    assert (await ann.clicks(ann.home, "Begin")).acknowledged
    assert (await fake.uninstalled()).acknowledged


@pytest.mark.usefixtures("app")
async def test_nobody_listening_means_not_acknowledged(fake: FakeSlack, ann: Person) -> None:
    unheard = ann.drafts.message_shortcut("unknown", (await _written(fake, ann)))
    assert not (await fake.deliver(unheard, patience=0.2)).acknowledged


async def _written(fake: FakeSlack, ann: Person) -> Any:
    await client(fake).chat_postMessage(channel=ann.dm, text="x")
    return ann.from_bot[0]


@pytest.mark.usefixtures("app")
async def test_the_same_event_can_come_twice(fake: FakeSlack, ann: Person) -> None:
    sending = ann.drafts.message("hello")
    first = await fake.deliver(sending)
    second = await fake.deliver(sending, retry=1)
    assert first.acknowledged
    assert second.acknowledged
    assert len(ann.from_bot) == 2


async def test_over_http_requests_are_signed_and_can_be_replayed(
    fake: FakeSlack, ann: Person
) -> None:
    async with serving(fake, "http"):
        assert (await fake.verifies_url()).payload == {"challenge": "challenge-1"}
        assert (await fake.checks_ssl()).acknowledged
        first = await ann.opens_home()
        assert (await fake.resend(first)).status == 200
        fake.clock.advance(-301)
        assert (await ann.opens_home()).status == 401


# ------------------------------------------------------------------ Socket Mode


@pytest.mark.parametrize("ends", ["refresh_requested", "link_disabled", "close"])
async def test_the_app_comes_back_when_a_socket_ends(
    fake: FakeSlack, ann: Person, ends: str
) -> None:
    async with serving(fake, "socket"):
        (socket,) = fake.sockets.open
        await socket.ping()
        await (socket.close() if ends == "close" else socket.disconnect(ends))
        await fake.connected(2)
        await fake.until(lambda: socket not in fake.sockets.open)
        assert (await ann.opens_home()).acknowledged


async def test_the_app_comes_back_when_a_socket_breaks(fake: FakeSlack, ann: Person) -> None:
    async with serving(fake, "socket"):
        fake.sockets.open[0].drop()
        await fake.connected(2)
        assert (await ann.opens_home()).acknowledged


async def test_a_ghost_takes_nothing_and_the_app_leaves_it(fake: FakeSlack, ann: Person) -> None:
    async with serving(fake, "socket"):
        (socket,) = fake.sockets.open
        socket.ghost = True
        assert not (await ann.opens_home()).acknowledged
        await fake.connected(2, seconds=15)
        await fake.until(lambda: socket not in fake.sockets.open)
        assert (await ann.opens_home()).acknowledged
