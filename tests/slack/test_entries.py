"""Forms in Slack: each kind of entry as it is shown, filled in and read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.slack.heard import Submitted
from adapters.slack.parse import parse
from adapters.slack.render.entries import form_modal
from bot.cards.actions import Action
from bot.engine.model import Choice
from bot.sheets.model import Field, Form
from tests.fakes.slack import FakeSlack, NoSuchElement, Person
from tests.fakes.slack.elements import NoSuchElement as Missing
from tests.slack.render_checks import check_view, said

SEND = Action("round", arg="ballot|r1")
FEW = (Choice("keep", "Keep and watch"), Choice("reset", "Talk and reset terms"))
MANY = tuple(Choice(f"c{number}", f"Choice {number}") for number in range(1, 26))
WORDY = (Choice("a", "a" * 200), Choice("b", "b" * 80))

FORM = Form(
    SEND,
    "Your answer",
    (
        Field("course", "What would you do?", "choice", FEW, required=True),
        Field("read", "What do you read otherwise?", "many", MANY),
        Field("missed", "What is missed?", "many", FEW, hint="As many as you like."),
        Field("note", "In your own words", "paragraph", most=500),
        Field("link", "A link", "text"),
        Field("where", "A channel", "channel"),
        Field("who", "People", "people", most=3),
        Field("group", "A group", "group", FEW, most=1),
        Field("groups", "Groups", "group", MANY, most=2),
    ),
    intro="Nobody sees what you answer before the close.",
    submit="Send",
)


def elements(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}


def shown(*fields: Field) -> dict[str, Any]:
    view = form_modal(Form(SEND, "Your answer", fields))
    check_view(view)
    return view


def test_every_kind_has_its_element() -> None:
    view = form_modal(FORM)
    check_view(view)
    assert {name: one["type"] for name, one in elements(view).items()} == {
        "course": "radio_buttons",
        "read": "multi_static_select",
        "missed": "checkboxes",
        "note": "plain_text_input",
        "link": "plain_text_input",
        "where": "conversations_select",
        "who": "multi_users_select",
        "group": "static_select",
        "groups": "multi_static_select",
    }
    assert elements(view)["who"]["max_selected_items"] == 3
    assert elements(view)["note"]["max_length"] == 500
    assert elements(view)["where"]["filter"] == {"include": ["public", "private"]}
    optional = {one["block_id"]: one.get("optional", False) for one in view["blocks"][1:]}
    assert [name for name, may in optional.items() if not may] == ["course"]
    assert said(view["blocks"][0]) == FORM.intro


def test_what_was_entered_before_stands_there() -> None:
    old = shown(
        Field("one", "One", "choice", FEW, "reset"),
        Field("some", "Some", "many", FEW, ("keep", "gone")),
        Field("text", "Text", "text", value="as before"),
        Field("where", "Where", "channel", value="C1"),
        Field("who", "Who", "people", value=("U1", "U2")),
        Field("group", "Group", "group", FEW, "keep"),
    )
    there = elements(old)
    assert there["one"]["initial_option"]["value"] == "reset"
    assert [one["value"] for one in there["some"]["initial_options"]] == ["keep"]
    assert there["text"]["initial_value"] == "as before"
    assert there["where"]["initial_conversation"] == "C1"
    assert there["who"]["initial_users"] == ["U1", "U2"]
    assert there["group"]["initial_option"]["value"] == "keep"


def test_more_than_ten_choices_are_a_list() -> None:
    there = elements(shown(Field("one", "One", "choice", MANY), Field("few", "x", "many", MANY)))
    assert (there["one"]["type"], there["few"]["type"]) == ("static_select", "multi_static_select")


def test_a_limit_on_ticks_is_kept_by_slack() -> None:
    there = elements(shown(Field("some", "Some", "many", MANY[:5], most=2)))
    assert there["some"]["max_selected_items"] == 2


def test_long_choices_stand_above_in_full_and_are_told_by_their_numbers() -> None:
    view = shown(Field("one", "One", "choice", WORDY))
    assert all(choice.label in said(view["blocks"]) for choice in WORDY)
    labels = [one["text"]["text"] for one in elements(view)["one"]["options"]]
    assert [label[:4] for label in labels] == ["1. a", "2. b"]


def test_where_there_is_nothing_to_choose_it_says_so() -> None:
    view = shown(Field("one", "One", "choice"))
    assert "nothing to choose from" in said(view["blocks"])
    assert elements(view) == {}


# ------------------------------------------------------------------ filled in and sent off


async def opened(fake: FakeSlack, who: Person, form: Form) -> None:
    """Open a form for somebody, as the app would."""
    async with fake.session.post(
        f"{fake.api_url}views.open",
        json={
            "view": form_modal(form),
            "trigger_id": fake.world.trigger(fake.team.id, who.id),
        },
        headers={"Authorization": f"Bearer {fake.team.bot_token}"},
    ) as response:
        assert (await response.json())["ok"]


def read(who: Person, values: dict[str, Any]) -> Submitted:
    heard = parse(who.drafts.submission(values, who.modal).payload)
    assert isinstance(heard, Submitted)
    return heard


async def test_what_a_person_fills_in_is_read_back(
    fake: FakeSlack, ann: Person, bob: Person
) -> None:
    channel = fake.channel("cases", ann)
    await opened(fake, ann, FORM)
    heard = read(
        ann,
        {
            "course": "Talk and reset terms",
            "read": ["c1", "c25"],
            "missed": ["keep"],
            "note": "They <b>owe</b> us & more.\nA lot.",
            "where": channel.id,
            "who": [bob.id, ann.id],
            "group": "reset",
            "groups": ["c2"],
        },
    )
    assert heard.form == SEND
    assert heard.entered == {
        "course": "reset",
        "read": ("c1", "c25"),
        "missed": ("keep",),
        "note": "They <b>owe</b> us & more.\nA lot.",
        "link": "",
        "where": channel.id,
        "who": (bob.id, ann.id),
        "group": "reset",
        "groups": ("c2",),
    }
    assert heard.speaker.name == "ann"
    assert heard.view == ann.modal.id


async def test_nothing_filled_in_is_read_as_nothing(fake: FakeSlack, ann: Person) -> None:
    await opened(fake, ann, FORM)
    entered = read(ann, {"course": "keep"}).entered
    assert {name for name, value in entered.items() if value} == {"course"}
    assert set(entered) == {field.id for field in FORM.fields}


async def test_nobody_can_choose_more_or_others_than_slack_offers(
    fake: FakeSlack, ann: Person, bob: Person
) -> None:
    secret = fake.channel("secret", bob, private=True)
    await opened(fake, ann, FORM)
    with pytest.raises((NoSuchElement, Missing)):
        read(ann, {"course": "keep", "where": secret.id})
    with pytest.raises(AssertionError):
        read(ann, {"course": "keep", "groups": ["c1", "c2", "c3"]})


async def test_other_content_is_another_delivery_and_the_same_content_the_same(
    fake: FakeSlack, ann: Person
) -> None:
    await opened(fake, ann, FORM)
    first = read(ann, {"course": "keep"})
    assert read(ann, {"course": "keep"}).key == first.key
    assert read(ann, {"course": "reset"}).key != first.key


# ------------------------------------------------------------------ hostile


ODD: tuple[Any, ...] = (
    None,
    [],
    "x",
    {"course": None},
    {"course": {"value": None}},
    {"course": {"value": []}},
    {"course": {"value": {"type": "checkboxes", "selected_options": [{"value": 7}]}}},
    {"course": {"value": {"type": "checkboxes", "selected_options": [{}] * 5_000}}},
    {"course": {"value": {"type": "multi_users_select", "selected_users": ["U1"] * 5_000}}},
    {"course": {"value": {"type": "multi_users_select", "selected_users": "U1"}}},
    {"course": {"value": {"type": "plain_text_input", "value": "x" * 300_000}}},
    {f"b{number}": {"value": {}} for number in range(500)},
    {"x" * 300: {"value": {}}},
)


@pytest.mark.parametrize("values", ODD, ids=range(len(ODD)))
async def test_an_odd_state_is_nothing_that_was_entered(
    fake: FakeSlack, ann: Person, values: Any
) -> None:
    await opened(fake, ann, FORM)
    payload = json.loads(json.dumps(ann.drafts.submission({"course": "keep"}, ann.modal).payload))
    payload["view"]["state"]["values"] = values
    assert parse(payload) is None


async def test_an_entry_without_our_element_is_left_out(fake: FakeSlack, ann: Person) -> None:
    await opened(fake, ann, FORM)
    payload = json.loads(json.dumps(ann.drafts.submission({"course": "keep"}, ann.modal).payload))
    payload["view"]["state"]["values"] = {"course": {"other": {"type": "plain_text_input"}}}
    heard = parse(payload)
    assert isinstance(heard, Submitted)
    assert heard.entered == {}
