"""What the fake sends looks like what Slack sends."""

from __future__ import annotations

import pytest

from tests.fakes import shapes
from tests.fakes.scene import actions, button, client, marked, modal, plain
from tests.fakes.slack import FakeSlack, Message, NoSuchElement, Person, Sending
from tests.fakes.slack.model import Json

# Sent by Slack today, and not in the samples
NEWER = {"context_team_id", "context_enterprise_id", "response_urls", "api_app_id"}


def option(name: str) -> Json:
    return {"text": plain(name.title()), "value": name}


def inputs() -> list[Json]:
    ticks: Json = {"type": "checkboxes", "action_id": "ticks"}
    ticks |= {"options": [option("late"), option("rude")], "initial_options": [option("late")]}
    pick = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
    day = {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-02"}
    more = {"type": "overflow", "action_id": "more", "options": [option("back"), option("stop")]}
    return [marked("Which?"), actions(ticks, pick, day, more, button("go"))]


async def posted(fake: FakeSlack, ann: Person, blocks: list[Json]) -> Message:
    token = ann.team.bot_token
    await client(fake, token).chat_postMessage(channel=ann.dm, text="Which?", blocks=blocks)
    return ann.from_bot[-1]


async def sendings(fake: FakeSlack) -> dict[str, Sending]:
    """Make one of each kind, in a workspace of an enterprise."""
    ann = fake.person("Ann", fake.add_team("Grid", enterprise="E1"))
    drafts = ann.drafts
    card = await posted(fake, ann, inputs())
    trigger = drafts.shortcut("start").payload["trigger_id"]
    await client(fake, ann.team.bot_token).views_open(trigger_id=trigger, view=modal())
    return {
        "app-backend/interactive-components/BlockActionPayload": drafts.click(card, "go"),
        "app-backend/interactive-components/MessageShortcutPayload": drafts.message_shortcut(
            "ask", card
        ),
        "app-backend/slash-commands/SlashCommandPayload": drafts.command("help", "/crossroads"),
        "app-backend/views/ViewSubmissionPayload": drafts.submission({"input": "x"}, ann.modal),
        "app-backend/views/ViewClosedPayload": drafts.closing(ann.modal),
        "events/MessagePayload": drafts.message("hello"),
        "events/AppHomeOpenedPayload": drafts.home(),
    }


async def test_every_field_is_one_that_slack_sends(fake: FakeSlack) -> None:
    for name, sending in (await sendings(fake)).items():
        sample = shapes.sample(name)
        if sample is None:
            pytest.skip("the official samples are not on this machine")
        assert set(sending.payload) <= set(sample) | NEWER, name
        assert set(sending.payload.get("event", ())) <= set(sample.get("event", ())), name


async def test_events_have_the_official_shape(fake: FakeSlack, ann: Person) -> None:
    if shapes.missing():
        pytest.skip(shapes.missing())
    drafts = ann.drafts
    said = drafts.message("hello")
    threaded = drafts.message("hello", thread_ts=ann.messages[0].ts)
    for sending in (said, threaded, drafts.home(), drafts.home("messages")):
        assert shapes.wrong("Event", sending.payload["event"]) == []


async def test_inputs_in_a_message_tell_what_they_hold(fake: FakeSlack, ann: Person) -> None:
    card = await posted(fake, ann, inputs())
    name = card.blocks[1]["block_id"]
    first = ann.drafts.click(card, "go", filled={"pick": "b"}).payload
    held = first["state"]["values"][name]
    assert held["ticks"]["selected_options"] == [option("late")]
    assert held["pick"]["selected_option"] == option("b")
    assert held["day"]["selected_date"] == "2026-01-02"
    ticked = ann.drafts.click(card, "ticks", ["late", "rude"]).payload
    assert [one["value"] for one in ticked["actions"][0]["selected_options"]] == ["late", "rude"]
    later = ann.drafts.click(card, "more", "Back").payload
    assert later["actions"][0]["selected_option"] == option("back")
    assert len(later["state"]["values"][name]["ticks"]["selected_options"]) == 2


async def test_nobody_presses_what_is_not_there(fake: FakeSlack, ann: Person) -> None:
    card = await posted(fake, ann, inputs())
    for what, value in (("nothing", None), ("pick", "z")):
        with pytest.raises(NoSuchElement):
            ann.drafts.click(card, what, value)
    fake.remove(card)
    with pytest.raises(NoSuchElement):
        ann.drafts.click(card, "go")
    old = ann.drafts.click(card, lambda one: one["type"] == "button", stale=True)
    assert old.payload["actions"][0]["action_id"] == "go"


async def test_slack_itself_refuses_an_empty_input(fake: FakeSlack, ann: Person) -> None:
    trigger = ann.drafts.shortcut("start").payload["trigger_id"]
    await client(fake).views_open(trigger_id=trigger, view=modal())
    with pytest.raises(AssertionError, match="is empty"):
        ann.drafts.submission({}, ann.modal)
    with pytest.raises(AssertionError, match="3000"):
        ann.drafts.submission({"input": "x" * 3001}, ann.modal)


async def test_a_click_on_an_ephemeral_message_can_replace_it(fake: FakeSlack, ann: Person) -> None:
    await client(fake).chat_postEphemeral(
        channel=ann.dm, user=ann.id, text="Sure?", blocks=[actions(button("sure"))]
    )
    (ephemeral,) = ann.ephemerals
    payload = ann.drafts.click(ephemeral, "sure").payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    async with fake.session.post(
        payload["response_url"], json={"text": "Done", "blocks": [], "replace_original": True}
    ) as response:
        assert response.status == 200
    assert [(one.text, one.ts) for one in ann.ephemerals] == [("Done", ephemeral.ts)]


async def test_time_stamps_rise_even_when_the_clock_goes_back(fake: FakeSlack, ann: Person) -> None:
    for step in (0, -3600, 7200):
        fake.clock.advance(step)
        ann.drafts.message("x")
    stamps = [float(one.ts) for one in ann.messages]
    assert stamps == sorted(set(stamps))
