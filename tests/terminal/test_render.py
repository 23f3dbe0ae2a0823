"""What a person reads in plain lines, word for word."""

from __future__ import annotations

from dataclasses import replace

from adapters.terminal.render import (
    card_lines,
    day_text,
    end_lines,
    printable,
    progress_bar,
    prompt_lines,
    resume_line,
    tell_lines,
)
from bot.engine.model import Block, Card, Choice, Limits, Prompt, Tell, View

PROMPT = Prompt(
    step="brakes",
    section="A first look",
    text="How are the brakes?",
    why="Nobody leaves without brakes.",
    input="choice",
    choices=(Choice("good", "Good"), Choice("worn", "Worn"), Choice("gone", "Gone")),
    progress=(2, 9),
)
VIEW = View("K7Q2M9XA", 4, "Bluebell", "open", (), PROMPT)


def shown(prompt: Prompt, width: int = 0) -> str:
    return "\n".join(prompt_lines(replace(VIEW, prompt=prompt), width))


def test_a_choice_is_a_numbered_list_below_where_we_are() -> None:
    assert shown(PROMPT) == (
        "A first look · Question 3 of 9\n"
        "\n"
        "How are the brakes?\n"
        "\n"
        "  1  Good\n"
        "  2  Worn\n"
        "  3  Gone\n"
        "\n"
        "  [why · back · review · pause · help]"
    )


def test_an_earlier_answer_is_offered_and_skip_is_named_where_it_works() -> None:
    text = shown(replace(PROMPT, offered="Worn", optional=True))
    assert text.endswith("  Enter keeps: Worn\n  [why · back · skip · review · pause · help]")


def test_back_is_not_named_at_the_first_question() -> None:
    assert "back" not in shown(replace(PROMPT, progress=(0, 9)))


def test_a_question_that_does_not_count_tells_how_many_are_answered() -> None:
    assert "· 2 of 9 answered" in shown(replace(PROMPT, counted=False))
    assert "· all 9 questions answered" in shown(replace(PROMPT, progress=(9, 9)))
    assert shown(replace(PROMPT, progress=(0, 0))).startswith("A first look\n")


def test_every_kind_of_input_says_how_it_is_answered() -> None:
    number = Limits(least=0, most=120)
    assert "A number from 0 up to 120." in shown(
        replace(PROMPT, input="number", choices=(), limits=number)
    )
    assert "A day, such as" in shown(replace(PROMPT, input="date", choices=()))
    assert "up to 2,000 characters" in shown(replace(PROMPT, input="text", choices=()))
    assert "Tick as many as apply" in shown(replace(PROMPT, input="many"))
    assert "Tick up to 2" in shown(replace(PROMPT, input="many", limits=Limits(max_ticks=2)))
    assert "Answer with the number" in shown(replace(PROMPT, numbered=True))


def test_lines_keep_to_the_width_and_go_on_below_their_beginning() -> None:
    long = replace(PROMPT, choices=(Choice("long", "word " * 20), *PROMPT.choices))
    lines = shown(long, 40).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[5].startswith("     word")


def test_a_card_shows_its_parts_with_air_between_them() -> None:
    card = Card(
        "result",
        "decide",
        "Mend it",
        (
            Block("text", ("It is worth it.",)),
            Block("heading", ("Reasons",)),
            Block("bullets", ("The frame is sound (+2.0)",)),
            Block("facts", ("How\tWith new tyres.",)),
            Block("notice", ("General information.",)),
        ),
        data={},
    )
    assert "\n".join(card_lines(card)) == (
        "Mend it\n=======\n\nIt is worth it.\n\nReasons\n-------\n- The frame is sound (+2.0)\n\n"
        "- How: With new tyres.\n\n! General information."
    )


def test_a_safety_card_cannot_be_taken_for_another() -> None:
    card = Card("stop", "say", "Nobody rides this", (Block("text", ("Tag it.",)),), "safety")
    assert card_lines(card)[1] == "!" * len("Nobody rides this")


def test_what_was_typed_cannot_steer_the_terminal() -> None:
    nasty = "\x1b[31mred\x1b[0m\x07\x00 \u202eback\u2066 wards\x9b2J\r\ttab \ud800"
    assert printable(nasty) == "[31mred[0m back wards2J    tab "
    card = Card("review", "review", nasty, (Block("facts", (f"{nasty}\t{nasty}",)),))
    spoken = [
        *card_lines(card),
        *tell_lines(Tell("why", nasty)),
        shown(replace(PROMPT, offered=nasty)),
    ]
    assert all(letter.isprintable() or letter == "\n" for line in spoken for letter in line)


def test_emoji_and_other_scripts_stay_as_they_are() -> None:
    text = "👩‍👩‍👧 שלום – 你好 ñ"
    assert printable(text) == text


def test_progress_is_drawn_as_a_bar_that_fills_up() -> None:
    assert [len(part) for part in progress_bar(PROMPT, 18)] == [4, 14]
    assert progress_bar(replace(PROMPT, progress=(9, 9)), 5) == ("━━━━━", "")
    assert progress_bar(replace(PROMPT, progress=(0, 0))) == ("", "")


def test_the_way_back_names_whoever_it_is_for() -> None:
    assert resume_line("K7Q2M9XA") == "crossroads resume K7Q2M9XA"
    assert resume_line("K7Q2M9XA", "Ann B") == "crossroads resume K7Q2M9XA --as 'Ann B'"
    resume = resume_line("K7Q2M9XA")
    assert end_lines(VIEW, resume) == ["Saved. Go on with: crossroads resume K7Q2M9XA"]
    (finished,) = end_lines(replace(VIEW, status="finished", prompt=None), resume)
    assert finished.endswith("crossroads show K7Q2M9XA")


def test_days_are_written_with_their_weekday() -> None:
    assert day_text("2026-11-27") == "Friday, 27 November 2026"
