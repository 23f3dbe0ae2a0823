"""Forms with several entries: what Discord is given, what comes back, and what may be sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.heard import Submitted
from adapters.discord.parse import parse_interaction
from adapters.discord.render import form_modal, not_taken, with_entered
from bot.cards.actions import Action
from bot.engine.model import Choice
from bot.sheets.model import Entered, Field, Form, Kind
from tests.discord.render_checks import nested, pressables, said
from tests.discord.test_sheets import check
from tests.fakes import shapes
from tests.fakes.discord.components import numbered
from tests.fakes.discord.forms import fields, filled, submitted
from tests.fakes.discord.limits import wrong_parts
from tests.fakes.discord.model import OpenModal

Json = dict[str, Any]
ACTION = Action("round", arg="answer|R1")


def choices(number: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"option_{place}", f"Option {place}") for place in range(number))


def form(*fields: Field, **more: Any) -> Form:
    return Form(ACTION, "Your opinion", fields, **more)


def shown(made: Form) -> Json:
    """Give the modal, seen to be one that Discord takes."""
    modal = form_modal(made, "900")
    body = {"type": 9, "data": modal}
    assert shapes.wrong_request("create_interaction_response", body) == []
    assert [*wrong_parts(modal["components"], "components")] == []
    assert len(modal["components"]) <= 5
    return modal


def part(made: Form) -> Json:
    """Give the one entry of a form."""
    (label,) = shown(made)["components"]
    return dict(label["component"])


def sent(made: Form, **values: Any) -> Submitted:
    """Fill a form in as a person does, and read what Discord sends of it."""
    modal = form_modal(made, "900")
    modal["components"] = [*numbered(modal["components"])]
    opened = OpenModal("1", "token", modal, fields(modal["components"]))
    held = filled(opened, values)
    data = {"custom_id": modal["custom_id"], "components": submitted(opened.components, held)}
    heard = parse_interaction(told(data))
    assert isinstance(heard, Submitted)
    return heard


def told(data: Json) -> Json:
    return {"type": 5, "id": "77", "token": "x", "user": "1", "data": data}


# ------------------------------------------------------------------ what is shown


@pytest.mark.parametrize(
    ("kind", "number", "component"),
    [
        ("choice", 2, 21),
        ("choice", 10, 21),
        ("choice", 11, 3),
        ("choice", 1, 3),
        ("many", 1, 22),
        ("many", 10, 22),
        ("many", 25, 3),
    ],
)
def test_few_options_are_seen_at_once_and_many_are_in_a_list(
    kind: Kind, number: int, component: int
) -> None:
    for required in (True, False):
        made = part(form(Field("f", "Which", kind, choices(number), required=required)))
        assert made["type"] == component
        assert made["required"] is required
        assert len(made["options"]) == number


def test_what_was_entered_before_stands_in_the_form() -> None:
    ticked = Field("f", "Which", "many", choices(4), ("option_1", "option_3"))
    chosen = [one["value"] for one in part(form(ticked))["options"] if one.get("default")]
    assert chosen == ["option_1", "option_3"]
    one = part(form(Field("f", "Which", "choice", choices(4), "option_2")))
    assert [option.get("default") for option in one["options"]] == [None, None, True, None]
    assert part(form(Field("f", "Note", "paragraph", value="Mind this.")))["value"] == "Mind this."
    people = part(form(Field("f", "Who", "people", value=("11", "12"))))
    assert people["default_values"] == [{"id": "11", "type": "user"}, {"id": "12", "type": "user"}]
    channel = part(form(Field("f", "Where", "channel", value="13")))
    assert channel["default_values"] == [{"id": "13", "type": "channel"}]
    role = part(form(Field("f", "Role", "group", value="14")))
    assert role["default_values"] == [{"id": "14", "type": "role"}]


def test_people_are_as_many_as_the_field_says_and_discord_takes() -> None:
    assert part(form(Field("f", "Who", "people", most=4)))["max_values"] == 4
    assert part(form(Field("f", "Who", "people", most=90)))["max_values"] == 25
    assert part(form(Field("f", "Who", "people")))["max_values"] == 25


def test_only_channels_of_text_and_threads_are_offered() -> None:
    assert part(form(Field("f", "Where", "channel")))["channel_types"] == [0, 5, 10, 11, 12]


def test_a_text_is_one_line_or_several_and_no_longer_than_it_may_be() -> None:
    line = part(form(Field("f", "Zone", "text", most=40)))
    lines = part(form(Field("f", "Note", "paragraph", most=500)))
    assert (line["style"], line["max_length"]) == (1, 40)
    assert (lines["style"], lines["max_length"]) == (2, 500)
    assert part(form(Field("f", "Note", "paragraph")))["max_length"] == 4000


def test_a_text_that_is_to_be_mended_stands_there_whole_though_it_is_too_long() -> None:
    made = part(form(Field("f", "Note", "paragraph", value="x" * 600, most=500)))
    assert (len(made["value"]), made["max_length"]) == (600, 600)


def test_the_introduction_stands_on_top_and_hints_below_the_labels() -> None:
    note = Field("note", "Anything else", "paragraph", hint="No names.", required=False)
    modal = shown(form(note, intro="I see a **safety issue** is no part of this."))
    intro, label = modal["components"]
    assert said([intro]) == "I see a **safety issue** is no part of this."
    assert intro["content"] != "I see a **safety issue** is no part of this.", "it formats nothing"
    assert label["description"] == "No names."
    assert modal["custom_id"] == "round:answer|R1~900"


def test_an_action_that_has_no_room_is_a_fault_of_ours() -> None:
    long = Form(Action("round", arg="x" * 95), "T", (Field("f", "Note", "text"),))
    with pytest.raises(ValueError, match="too long"):
        form_modal(long, "900")


# ------------------------------------------------------------------ what comes back


def test_every_kind_of_entry_comes_back_by_its_fields_id() -> None:
    made = form(
        Field("course", "Course", "choice", choices(6)),
        Field("far", "Which", "choice", choices(20)),
        Field("missed", "Missed", "many", choices(9)),
        Field("all", "More", "many", choices(20)),
        Field("note", "Note", "paragraph"),
    )
    heard = sent(
        made,
        Course="option_2",
        Which=["option_19"],
        Missed=["option_1", "option_4"],
        More=["option_12"],
        Note="Mind\nthis.",
    )
    assert heard.form == ACTION
    assert heard.opened == "900"
    assert heard.text == "Mind\nthis."
    assert heard.entered == {
        "course": "option_2",
        "far": "option_19",
        "missed": ("option_1", "option_4"),
        "all": ("option_12",),
        "note": "Mind\nthis.",
    }


def test_what_the_platform_knows_comes_back_by_its_ids() -> None:
    made = form(
        Field("channel", "Where", "channel"),
        Field("people", "Who", "people"),
        Field("group", "Role", "group"),
    )
    heard = sent(made, channel="13", people=["11", "12"], group="14")
    assert heard.entered == {"channel": "13", "people": ("11", "12"), "group": "14"}


def test_what_was_left_out_comes_back_as_nothing() -> None:
    made = form(
        Field("course", "Course", "choice", choices(6)),
        Field("missed", "Missed", "many", choices(9)),
        Field("channel", "Where", "channel"),
        Field("people", "Who", "people"),
        Field("note", "Note", "text"),
    )
    assert sent(made).entered == {
        "course": "",
        "missed": (),
        "channel": "",
        "people": (),
        "note": "",
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inside: (
            st.lists(inside, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "custom_id", "value", "values", "component", "components"]
                ),
                inside,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_as_a_form_is_read_or_left(components: Any) -> None:
    heard = parse_interaction(told({"custom_id": "round:answer|R1~900", "components": components}))
    assert heard is None or isinstance(heard, Submitted)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": 5, "custom_id": "people", "values": [str(one) for one in range(26)]},
        {"type": 5, "custom_id": "people", "values": ["x" * 101]},
        {"type": 4, "custom_id": "note", "value": "x" * 8001},
        {"type": 4, "custom_id": "x" * 101, "value": "x"},
        {"type": 4, "custom_id": "note", "value": {"deep": "x"}},
        {"type": 22, "custom_id": "missed", "values": "abc"},
    ],
)
def test_more_than_discord_lets_through_is_not_read(entry: Json) -> None:
    data = {"custom_id": "round:answer|R1~900", "components": [{"type": 18, "component": entry}]}
    assert parse_interaction(told(data)) is None


@pytest.mark.parametrize("entry", [{"type": 4, "value": ["x"]}, {"type": 21, "value": None}])
def test_an_entry_without_a_name_is_no_entry(entry: Json) -> None:
    data = {"custom_id": "round:answer|R1~900", "components": [{"type": 18, "component": entry}]}
    heard = parse_interaction(told(data))
    assert heard is None or (isinstance(heard, Submitted) and heard.entered == {})


# ------------------------------------------------------------------ what was not taken

NOTE = Field("note", "Anything else", "paragraph", most=500)
COURSE = Field("course", "Course", "choice", choices(4), required=True)


def test_what_is_wrong_is_named_by_its_label_and_what_was_written_given_back() -> None:
    errors = {"note": "Leave out the amount."}
    (made,) = not_taken(errors, form(COURSE, NOTE), "It was *400* euros.", "77")
    check(made)
    read = said(made.components)
    assert "Anything else: Leave out the amount." in read
    assert "It was *400* euros." in read
    assert [*pressables(made)] == ["form:77"]


def test_where_the_form_is_not_at_hand_the_words_are_given_back_and_which_button_to_press() -> None:
    (made,) = not_taken({"note": "Leave out the amount."}, None, "It was 400 euros.", "77")
    read = said(made.components)
    assert "Leave out the amount." in read
    assert "It was 400 euros." in read
    assert "Press the button again that opened the form." in read
    assert not pressables(made)


def test_a_very_long_text_is_given_back_in_several_messages_with_one_button() -> None:
    made = not_taken({"": "Too long."}, form(NOTE), "word " * 1500, "77")
    assert len(made) > 1
    for one in made:
        check(one)
    assert [len(pressables(one)) for one in made] == [0] * (len(made) - 1) + [1]


def test_opened_again_a_form_holds_all_that_was_entered() -> None:
    entered: Entered = {"note": "It was 400 euros.", "course": "option_3"}
    again = shown(with_entered(form(COURSE, NOTE), entered))
    parts = [one for one in nested(again["components"]) if "custom_id" in one]
    assert [option.get("default") for option in parts[0]["options"]] == [None, None, None, True]
    assert parts[1]["value"] == "It was 400 euros."
