"""What people type and press, and what is made of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.answers import MAX_SENT, Unclear, Understood, clean_text, read_typed, read_value
from bot.engine.model import SKIPPED, Ask, Limits, Option, Value

AT = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""A Wednesday."""

COLOURS = (
    Option("light_red", "Light red"),
    Option("light_blue", "Light blue"),
    Option("green", "Green, like grass"),
    Option("no_colour", "None at all", alone=True),
    Option("not_sure", "I don’t know", was=("unknown",), unsure=True),
)
CHOICE = Ask("colour", "s", "Which colour?", "choice")
MANY = Ask("colours", "s", "Which colours?", "many", limits=Limits(max_ticks=2))
TEXT = Ask("words", "s", "In your words?", "text", limits=Limits(max_length=20))
NUMBER = Ask("hours", "s", "How many hours?", "number")
DATE = Ask("day", "s", "Which day?", "date")


def typed(
    ask: Ask, text: str, options: Sequence[Option] = COLOURS, at: datetime = AT
) -> Value | Unclear:
    """Give what is made of a text: the value, or why there is none."""
    reading = read_typed(ask, options, text, at)
    return reading.value if isinstance(reading, Understood) else reading


def given_value(ask: Ask, value: object, options: Sequence[Option] = COLOURS) -> Value | Unclear:
    """Give what is made of a button's or program's value."""
    reading = read_value(ask, options, value, AT)
    return reading.value if isinstance(reading, Understood) else reading


def refusal(answer: Value | Unclear, code: str) -> Unclear:
    """Give the refusal, which is of this sort."""
    assert isinstance(answer, Unclear)
    assert answer.code == code
    assert answer.text
    return answer


# ------------------------------------------------------------------ choices


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("1", "light_red"),
        (" 3 ", "green"),
        ("3.", "green"),
        ("#3", "green"),
        ("٣", "green"),
        ("light_red", "light_red"),
        ("light red", "light_red"),
        ("LIGHT RED!", "light_red"),
        ("Light blue", "light_blue"),
        ("gre", "green"),
        ("Green, like", "green"),
        ("grass", "green"),
        ("blue", "light_blue"),
        ("blue light", "light_blue"),
        ("none", "no_colour"),
        ("i don't know", "not_sure"),
        ("I don’t know", "not_sure"),
        ("grene", "green"),
        ("lihgt blue", "light_blue"),
        ("light blu", "light_blue"),
    ],
)
def test_an_option_is_named_in_many_ways(text: str, option: str) -> None:
    assert typed(CHOICE, text) == option


def test_what_fits_two_options_is_asked_about() -> None:
    unclear = refusal(typed(CHOICE, "light"), "ambiguous")
    assert [choice.id for choice in unclear.choices] == ["light_red", "light_blue"]
    assert "1 (Light red) or 2 (Light blue)" in unclear.text


def test_a_name_in_full_is_not_taken_for_the_beginning_of_another() -> None:
    options = (Option("pay", "Pay"), Option("pay_later", "Pay later"))
    assert typed(CHOICE, "pay", options) == "pay"


@pytest.mark.parametrize("text", ["0", "6", "-1", "+1", "99", "1000", "-0", "9" * 150])
def test_a_number_without_an_option_says_which_there_are(text: str) -> None:
    assert "from 1 to 5" in refusal(typed(CHOICE, text), "refused").text


@pytest.mark.parametrize("text", ["purple", "xy", "1.5", "½", "²", "🙂", "?!", "שלום", "_", "'"])
def test_what_fits_no_option_is_not_guessed(text: str) -> None:
    refusal(typed(CHOICE, text), "not_understood")


def test_an_option_written_in_signs_alone_can_be_typed() -> None:
    options = (Option("up", "👍"), Option("down", "👎"))
    assert typed(CHOICE, "👎", options) == "down"


def test_labels_in_other_scripts_can_be_typed() -> None:
    options = (Option("hello", "שלום"), Option("cafe", "Cafe\u0301"))
    assert typed(CHOICE, "\u200fשלום", options) == "hello"
    assert typed(CHOICE, "CAFÉ", options) == "cafe"


def test_a_former_option_is_unknown_to_who_types_it_and_renamed_for_a_button() -> None:
    refusal(typed(CHOICE, "unknown"), "not_understood")
    assert given_value(CHOICE, "unknown") == "not_sure"


def test_a_button_for_an_option_that_is_gone_says_so() -> None:
    assert "“mauve” is not one" in refusal(given_value(CHOICE, "mauve"), "refused").text
    assert "“green”?" in refusal(given_value(CHOICE, "greens"), "refused").text


def test_a_button_names_its_option_exactly() -> None:
    assert given_value(CHOICE, "green") == "green"
    for value in ("Green", "1", " green", 1, True, ["green"], {"id": "green"}, 1.0):
        refusal(given_value(CHOICE, value), "refused")


def test_without_options_there_is_nothing_to_choose() -> None:
    for text in ("1", "abc", "green"):
        assert "nothing to choose" in refusal(typed(CHOICE, text, ()), "refused").text
    refusal(given_value(CHOICE, "green", ()), "refused")
    refusal(typed(MANY, "green", ()), "refused")


# ------------------------------------------------------------------ several


@pytest.mark.parametrize(
    "text",
    [
        "1, 3",
        "3 1",
        "1 and 3",
        "1,3",
        "1 & 3",
        "1; 3",
        "1/3",
        "1\n3",
        "1, 3, 3",
        "green and light red",
        "grass, light_red",
        "light_red green",
        "Light red AND grene",
    ],
)
def test_several_are_named_in_many_ways_and_kept_in_order(text: str) -> None:
    assert typed(MANY, text) == ("light_red", "green")


def test_a_label_with_a_comma_is_one_option() -> None:
    assert typed(MANY, "Green, like grass") == ("green",)


def test_one_of_several_that_is_unclear_is_asked_about() -> None:
    unclear = refusal(typed(MANY, "green, light"), "ambiguous")
    assert unclear.text.startswith("“light”:")
    assert len(unclear.choices) == 2
    assert refusal(typed(MANY, "green, purple"), "not_understood").text.startswith("“purple”")
    assert "from 1 to 5" in refusal(typed(MANY, "green, 9"), "refused").text
    refusal(typed(MANY, "not green"), "not_understood")


def test_no_more_are_taken_than_allowed() -> None:
    assert "at most 2" in refusal(typed(MANY, "1, 2, 3"), "refused").text
    refusal(given_value(MANY, ["light_red", "light_blue", "green"]), "refused")


def test_what_stands_alone_does_not_go_with_others() -> None:
    assert typed(MANY, "none at all") == ("no_colour",)
    assert "None at all" in refusal(typed(MANY, "1, none at all"), "refused").text
    refusal(given_value(MANY, ["green", "no_colour"]), "refused")


def test_nothing_ticked_is_a_skipped_question() -> None:
    required = Ask("colours", "s", "?", "many", required=True)
    assert given_value(MANY, []) == SKIPPED
    refusal(given_value(required, []), "refused")


@pytest.mark.parametrize("value", ["green", [1], [None], [["green"]], {"green": True}, ["mauve"]])
def test_ticks_come_as_a_list_of_ids(value: object) -> None:
    refusal(given_value(MANY, value), "refused")


@pytest.mark.parametrize("text", [",", "and", ", and ;", "&&"])
def test_nothing_between_the_commas_is_no_answer(text: str) -> None:
    refusal(typed(MANY, text), "not_understood")


# ------------------------------------------------------------------ text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  hello  ", "hello"),
        ("two\nlines", "two\nlines"),
        ("two\r\nlines", "two\nlines"),
        ("a\x00b\x1b[2Jc\x07", "ab[2Jc"),
        ("x\ud800y", "x?y"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d👩\u200d👧 ok", "👩\u200d👩\u200d👧 ok"),
        ("שלום, world", "שלום, world"),
        ("back to work", "back to work"),
    ],
)
def test_a_text_is_kept_as_written_but_for_what_nobody_sees(text: str, kept: str) -> None:
    assert typed(TEXT, text) == kept
    assert given_value(TEXT, text) == kept


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x07", "\u200b\u200d\ufeff", "\xa0\u3000"])
@pytest.mark.parametrize("ask", [CHOICE, MANY, TEXT, NUMBER, DATE])
def test_nothing_to_be_seen_is_nothing_said(ask: Ask, text: str) -> None:
    refusal(typed(ask, text), "not_understood")


def test_a_text_that_is_too_long_is_told_its_length_and_the_room() -> None:
    text = refusal(typed(TEXT, "x" * 1234), "refused").text
    assert "1,234" in text
    assert "20" in text
    assert typed(TEXT, "e\u0301" * 20) == "é" * 20


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "\x00" * 1_000_000,
        " " * 1_000_000,
        "1," * 500_000,
        "🙂" * 1_000_000,
        "a" + "\u0316\u0301" * 500_000,  # accents in the wrong order: sorting them takes minutes
    ],
    ids=["letters", "nul", "spaces", "list", "emoji", "accents"],
)
@pytest.mark.parametrize("ask", [CHOICE, MANY, TEXT, NUMBER, DATE])
def test_a_megabyte_of_text_is_refused_well_within_a_second(ask: Ask, text: str) -> None:
    started = time.process_time()
    assert isinstance(typed(ask, text), Unclear)
    assert isinstance(given_value(ask, text), Unclear)
    assert isinstance(given_value(ask, [text] * 3), Unclear)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("sign", ["x", "\u0316\u0301", " ", "1,", "1 and ", "🙂"])
@pytest.mark.parametrize("ask", [CHOICE, MANY, TEXT, NUMBER, DATE])
def test_the_longest_text_that_is_looked_at_costs_little(ask: Ask, sign: str) -> None:
    started = time.process_time()
    typed(ask, (sign * MAX_SENT)[:MAX_SENT])
    typed(ask, (sign * MAX_SENT)[:999])
    assert time.process_time() - started < 0.5


def test_a_million_ticks_are_refused_at_once() -> None:
    started = time.process_time()
    refusal(given_value(MANY, ["green"] * 1_000_000), "refused")
    assert time.process_time() - started < 0.1


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3", -3),
        ("+7", 7),
        ("−5", -5),
        ("- 5", -5),
        ("7.5", 7.5),
        ("7,5", 7.5),
        ("0.125", 0.125),
        ("0,125", 0.125),
        ("12.0", 12),
        ("1,200", 1200),
        ("1,200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("1 200", 1200),
        ("1 200,5", 1200.5),
        ("1\u202f200", 1200),
        ("1'200", 1200),
        ("1_200", 1200),
        ("1,200,300", 1_200_300),
        ("1.200.300", 1_200_300),
        ("٣", 3),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    value = typed(NUMBER, text)
    assert value == number
    assert isinstance(value, int) == (number == int(number))


def test_a_point_before_three_digits_is_asked_about() -> None:
    assert "1200 or 1.2" in refusal(typed(NUMBER, "1.200"), "ambiguous").text


@pytest.mark.parametrize(
    "text",
    [
        *("1e400", "1e3", "nan", "NaN", "infinity", "-inf", "9" * 16),
        *("12 13", "1 2", "1,2,3.5", "1.2.3,5", "12,345,67", "1..2", "5.", "1,", "--1"),
        *("²", "½", "twelve", "12 €", "0x1f"),
    ],
)
def test_what_is_no_clear_number_is_not_guessed(text: str) -> None:
    refusal(typed(NUMBER, text), "not_understood")


def test_a_number_keeps_within_its_range() -> None:
    ask = Ask("hours", "s", "?", "number", limits=Limits(least=1, most=2_000_000))
    assert typed(ask, "1") == 1
    assert typed(ask, "2000000") == 2_000_000
    for text in ("0", "0.9", "-1", "2000001"):
        assert "at least 1 and at most 2000000" in refusal(typed(ask, text), "refused").text
    assert "at most 2" in refusal(given_value(ask, 10**9), "refused").text


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), 1e300, 10**400, -(10**400), 10**15]
)
def test_a_number_beyond_all_measure_is_refused(value: float) -> None:
    refusal(given_value(NUMBER, value), "refused")


@pytest.mark.parametrize("value", [True, "12", [12], {"n": 12}])
def test_a_program_gives_a_number_as_a_number(value: object) -> None:
    refusal(given_value(NUMBER, value), "refused")
    assert given_value(NUMBER, 12.0) == 12
    assert given_value(NUMBER, 7.5) == 7.5


# ------------------------------------------------------------------ days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", "2026-03-31"),
        ("20260331", "2026-03-31"),
        ("2026-3-4", "2026-03-04"),
        ("2026/03/04", "2026-03-04"),
        ("31.03.2026", "2026-03-31"),
        ("31/3/26", "2026-03-31"),
        ("3/31/2026", "2026-03-31"),
        ("04/04/2026", "2026-04-04"),
        ("31.3.", "2026-03-31"),
        ("31 March 2026", "2026-03-31"),
        ("March 31, 2026", "2026-03-31"),
        ("31st of March", "2026-03-31"),
        ("1 march", "2027-03-01"),
        ("the 5th", "2026-04-05"),
        ("12th", "2026-03-12"),
        ("31st", "2026-03-31"),
        ("today", "2026-03-11"),
        ("Tomorrow", "2026-03-12"),
        ("yesterday", "2026-03-10"),
        ("in two weeks", "2026-03-25"),
        ("in 3 days", "2026-03-14"),
        ("10 days ago", "2026-03-01"),
        ("friday", "2026-03-13"),
        ("next Friday", "2026-03-13"),
        ("on monday", "2026-03-16"),
        ("this thu", "2026-03-12"),
        ("wednesday", "2026-03-18"),
        ("Wed 18 March", "2026-03-18"),
        ("29 February 2028", "2028-02-29"),
        ("29 feb", "2028-02-29"),
        ("29/2", "2028-02-29"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: str) -> None:
    assert typed(DATE, text) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("03/04/2026", ["2026-04-03", "2026-03-04"]),
        ("3.4.2026", ["2026-04-03", "2026-03-04"]),
        ("03-04-26", ["2026-04-03", "2026-03-04"]),
        ("03/04", ["2026-04-03", "2027-03-04"]),
    ],
)
def test_day_and_month_that_may_be_swapped_are_asked_about(text: str, days: list[str]) -> None:
    unclear = refusal(typed(DATE, text), "ambiguous")
    assert [choice.id for choice in unclear.choices] == days
    assert "3 April 2026" in unclear.text
    assert [given_value(DATE, day) for day in days] == days


@pytest.mark.parametrize(
    "text",
    [
        *("31 February", "31 February 2026", "2026-02-31", "31/02/2026", "32nd", "0th"),
        *("29 Feb 2026", "2026-02-29", "29/2/2026"),
        *("00/04/2026", "0/0/0000", "1/2/0000", "13/13/2026"),
        *("friday 32", "mon 5", "5 mon", "a", "12", "march", "2026", "soon", "10:30", "🙂", "-"),
        *("in 99999999999 days", "in 9999999 years", "31 March " * 20),
    ],
)
def test_what_is_no_clear_day_is_not_guessed(text: str) -> None:
    refusal(typed(DATE, text), "not_understood")


def test_a_day_keeps_within_its_limits() -> None:
    ask = Ask("d", "s", "?", "date", limits=Limits(earliest="2026-03-01", latest="2026-03-31"))
    assert typed(ask, "1 march 2026") == "2026-03-01"
    assert typed(ask, "31.3.") == "2026-03-31"
    for text in ("28 February 2026", "1 April 2026", "next year 1 march"):
        assert isinstance(typed(ask, text), Unclear)
    assert (
        "from 2026-03-01 until 2026-03-31"
        in refusal(given_value(ask, "2026-04-01"), "refused").text
    )


@pytest.mark.parametrize(
    "value", ["tomorrow", "2026-02-30", "", "2026-3-1", 5, True, ["2026-03-01"]]
)
def test_a_program_gives_a_day_as_a_day(value: object) -> None:
    refusal(given_value(DATE, value), "refused")


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("text", ["29/2", "31st", "friday", "in two weeks", "yesterday", "3.4."])
def test_the_ends_of_time_raise_nothing(text: str, at: datetime) -> None:
    typed(DATE, text, at=at)


# ------------------------------------------------------------------ skipping


@pytest.mark.parametrize("ask", [CHOICE, MANY, TEXT, NUMBER, DATE])
def test_null_skips_what_may_be_skipped(ask: Ask) -> None:
    required = Ask(ask.id, ask.section, ask.text, ask.input, required=True)
    assert given_value(ask, None) == SKIPPED
    refusal(given_value(required, None), "refused")


# ------------------------------------------------------------------ anything at all

_LIMITED = (
    CHOICE,
    MANY,
    TEXT,
    Ask("n", "s", "?", "number", limits=Limits(least=-5, most=1000)),
    Ask("d", "s", "?", "date", limits=Limits(earliest="2020-01-01", latest="2030-12-31")),
    NUMBER,
    DATE,
)
_PIECES = st.sampled_from(
    [
        *("0", "1", "3", "29", "31", "2026", "99999999", "1e400", "٣"),
        *("/", ".", ",", "-", "+", " ", "\n", ":", "'", "and"),
        *("in ", "next ", "ago", "week", "friday", "march", "feb", "days", "year", "th", "utc"),
        *("light", "green", "none"),
        *("\x00", "\ud800", "é", "\u0301", "\u202e", "🙂"),
    ]
)
TEXTS = st.lists(_PIECES, max_size=8).map("".join) | st.text(
    st.characters(codec=None, categories=None), max_size=60
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from([option.id for option in COLOURS])
    | st.dates().map(date.isoformat),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def valid(ask: Ask, value: Value) -> bool:
    """Say whether an answer is one that the question takes."""
    if value == SKIPPED:
        return not ask.required
    limits, ids = ask.limits, [option.id for option in COLOURS]
    match ask.input, value:
        case "choice", str():
            return value in ids
        case "many", tuple():
            places = [ids.index(item) for item in value]
            alone = len(value) > 1 and "no_colour" in value
            return places == sorted(set(places)) and len(value) <= limits.max_ticks and not alone
        case "text", str():
            return value == clean_text(value) and 0 < len(value) <= limits.max_length
        case "number", int() | float() if not isinstance(value, bool):
            least, most = limits.least, limits.most
            return (least is None or least <= value) and (most is None or value <= most)
        case "date", str():
            iso = date.fromisoformat(value).isoformat()
            return iso == value and (limits.earliest or iso) <= iso <= (limits.latest or iso)
        case _:
            return False


@settings(max_examples=600)
@given(ask=st.sampled_from(_LIMITED), text=TEXTS)
@example(DATE, "00/04/2026")
@example(DATE, "1/2/0000")
def test_any_text_is_a_valid_answer_or_a_reason(ask: Ask, text: str) -> None:
    answer = typed(ask, text)
    if isinstance(answer, Unclear):
        assert answer.code in {"not_understood", "ambiguous", "refused"}
        answer.text.encode()  # can be sent: no broken code points are repeated
    else:
        assert valid(ask, answer)
        assert answer != SKIPPED


@settings(max_examples=400)
@given(ask=st.sampled_from(_LIMITED), value=JSON)
@example(NUMBER, 10**400)
@example(CHOICE, "\ud800")
@example(DATE, "\ud800")
def test_any_value_is_a_valid_answer_or_a_reason(ask: Ask, value: object) -> None:
    answer = given_value(ask, value)
    if isinstance(answer, Unclear):
        assert answer.code in {"not_understood", "refused"}
        answer.text.encode()
    else:
        assert valid(ask, answer)


@settings(max_examples=200)
@given(ask=st.sampled_from(_LIMITED), value=JSON)
def test_an_answer_that_was_taken_is_taken_again(ask: Ask, value: object) -> None:
    answer = given_value(ask, value)
    if not isinstance(answer, Unclear):
        assert given_value(ask, None if answer == SKIPPED else answer) == answer


@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_a_clean_text_is_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in cleaned)
