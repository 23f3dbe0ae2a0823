"""How a dialogue goes: answering, going back, side questions, pausing, undoing, sleeping on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.advance import advance
from bot.engine.model import Answered, Case, Commanded, Started, Tell, Turn, Typed, Wake, Woken
from bot.engine.words import WORDS
from tests.engine.scenes import (
    FLOW,
    NOON,
    answered,
    begin,
    pressed,
    prompt_of,
    tells,
    typed,
    view_of,
)


def test_the_first_question_is_the_first_that_is_not_preset() -> None:
    turn = begin()
    assert prompt_of(turn).step == "safe"
    assert turn.case.answers == {"length": "long"}
    assert turn.case.turn == 1


def test_a_track_presets_other_answers() -> None:
    turn = begin(presets={"length": "short"})
    assert typed(turn.case, "fine", "skip").case.at == "shortcut"


def test_a_preset_that_is_no_option_is_left_out() -> None:
    assert begin(presets={"length": "sideways"}).case.at == "length"


@pytest.mark.parametrize("text", ["1", "fine", "Everyone is fine", "every", "everyone is fien"])
def test_typing_needs_no_buttons(text: str) -> None:
    assert typed(begin().case, text).case.answers["safe"] == "fine"


def test_an_outdated_button_changes_nothing() -> None:
    case = typed(begin().case, "fine").case
    turn = advance(FLOW, case, Answered("ann", case.turn - 1, NOON, "danger"))
    assert turn.case is case
    assert tells(turn)[0].code == "outdated"
    assert prompt_of(turn).step == "called"


def test_an_outdated_command_changes_nothing() -> None:
    case = typed(begin().case, "fine").case
    assert advance(FLOW, case, Commanded("ann", case.turn + 1, NOON, "back")).case is case


def test_text_sent_before_the_prompt_was_there_is_not_taken_as_its_answer() -> None:
    case = typed(begin().case, "fine").case
    turn = advance(FLOW, case, Typed("ann", NOON, "danger", turn=case.turn - 1))
    assert turn.case is case
    assert prompt_of(turn).step == "called"


def test_somebody_else_cannot_answer() -> None:
    case = begin().case
    for event in (Answered("bob", case.turn, NOON, "fine"), Typed("bob", NOON, "fine")):
        turn = advance(FLOW, case, event)
        assert turn.case is case
        assert [tell.code for tell in tells(turn)] == ["not_yours"]


def test_a_case_starts_once() -> None:
    case = typed(begin().case, "fine").case
    assert advance(FLOW, case, Started("ann", NOON, {}, "Client Alder")).case is case


def test_a_miss_is_no_turn_and_after_two_the_answers_are_numbered() -> None:
    case = typed(begin().case, "fine", "skip").case
    once = typed(case, "mumble")
    twice = typed(once.case, "mumble")
    assert once.case.turn == twice.case.turn == case.turn
    assert not prompt_of(once).numbered
    assert prompt_of(twice).numbered
    assert "Not sure" in tells(twice)[0].text
    assert twice.case.revision == case.revision + 2


def test_where_there_is_no_unsure_option_skip_is_offered_after_two_misses() -> None:
    case = typed(begin().case, "fine", "skip", "asked", "mumble", "mumble").case
    assert "skip" in tells(typed(case, "mumble"))[0].text


def test_an_ambiguous_reply_asks_which_was_meant() -> None:
    case = typed(begin().case, "fine", "skip", "n").case
    turn = typed(case, "n")
    assert turn.case.at == "tried"
    assert [choice.id for choice in tells(turn)[0].choices] == ["nothing", "unsure"]


def test_a_required_question_cannot_be_skipped() -> None:
    turn = typed(begin().case, "skip")
    assert tells(turn)[0].mistake
    assert prompt_of(turn).step == "safe"


def test_a_skipped_question_is_not_asked_again() -> None:
    case = typed(begin().case, "fine", "skip", "skip").case
    assert case.at == "response"


def test_the_answer_can_follow_from_another() -> None:
    case = typed(begin().case, "fine", "skip", "nothing").case
    assert case.at == "cost"
    assert "response" not in case.answers


def test_an_option_can_settle_another_question() -> None:
    case = typed(begin(presets={"length": "short"}).case, "fine", "skip", "plain").case
    assert case.at == "holding"


def test_an_option_can_revise_an_earlier_answer_and_keeps_all_others() -> None:
    case = typed(begin(presets={"length": "short"}).case, "fine", "skip", "more").case
    assert case.answers["length"] == "long"
    assert case.answers["safe"] == "fine"
    assert case.at == "tried"


def test_a_card_is_shown_once_with_the_next_question() -> None:
    turn = typed(begin().case, "danger")
    assert [card.step for card in view_of(turn).cards] == ["warning"]
    assert prompt_of(turn).step == "tried"
    assert view_of(typed(turn.case, "asked")).cards == ()


def test_back_asks_the_question_before_and_offers_the_old_answer() -> None:
    case = typed(begin().case, "fine", "skip", "asked").case
    turn = typed(case, "back")
    assert prompt_of(turn).step == "tried"
    assert prompt_of(turn).offered == "Asked once"
    assert prompt_of(typed(turn.case, "back")).step == "called"


def test_back_keeps_the_later_answers() -> None:
    case = typed(begin().case, "fine", "skip", "asked", "no thanks", "low", "back", "back").case
    assert case.at == "response"
    assert typed(case, "yes please").case.at == "holding"


def test_there_is_nothing_before_the_first_question() -> None:
    turn = typed(begin().case, "back")
    assert tells(turn)[0].mistake
    assert prompt_of(turn).step == "safe"


def test_pressing_enter_keeps_the_offered_answer() -> None:
    case = typed(begin().case, "fine", "skip", "asked", "back", "").case
    assert case.answers["tried"] == "asked"
    assert case.at == "response"


def test_an_empty_message_is_no_answer_where_none_is_offered() -> None:
    turn = typed(begin().case, "  ")
    assert tells(turn)[0].code == "not_understood"


def test_changing_an_answer_asks_again_only_what_depends_on_it() -> None:
    case = typed(begin().case, "fine", "skip", "asked", "no thanks", "low", "keys").case
    assert case.at == "rest"
    edited = typed(case, "edit tried")
    assert prompt_of(edited).step == "tried"
    changed = typed(edited.case, "unsure")
    assert prompt_of(changed).step == "response"
    assert prompt_of(changed).offered == "No thanks"
    assert typed(changed.case, "keep").case.at == "rest"


def test_the_same_answer_again_asks_nothing_again() -> None:
    case = typed(begin().case, "fine", "skip", "asked", "no thanks", "edit tried", "asked").case
    assert case.at == "cost"


def test_review_lists_the_answers_by_number_and_edit_takes_the_number() -> None:
    case = typed(begin().case, "fine", "Client Teal", "asked").case
    turn = typed(case, "review")
    card = tells(turn)[0].card
    assert card is not None
    assert any("Everyone is fine" in line for line in card.blocks[0].lines)
    number = card.blocks[0].lines[0].split(".")[0]
    assert prompt_of(typed(turn.case, f"edit {number}")).step == "safe"


def test_what_was_not_answered_cannot_be_edited() -> None:
    for target in ("99", "cost", "length", "nonsense"):
        turn = typed(begin().case, f"edit {target}")
        assert turn.case.at == "safe"
        assert tells(turn)[0].mistake


@pytest.mark.parametrize("word", ["why", "help", "status", "review"])
def test_a_side_question_returns_to_the_same_prompt_stated_once(word: str) -> None:
    case = typed(begin().case, "fine").case
    for turn in (typed(case, word), pressed(case, word)):
        assert turn.case is case
        assert [tell.code for tell in tells(turn)] == [word]
        assert prompt_of(turn).step == "called"


def test_help_names_every_word_that_works() -> None:
    text = tells(typed(begin().case, "help"))[0].text
    assert all(word in text for word in WORDS)


def test_undo_takes_back_one_turn_after_the_other() -> None:
    case = typed(begin().case, "fine", "Client Teal", "asked").case
    once = typed(case, "undo").case
    assert (once.at, once.answers["called"]) == ("tried", "Client Teal")
    twice = typed(once, "undo").case
    assert (twice.at, twice.name) == ("called", "Client Heron")
    assert typed(twice, "undo").case.at == "safe"
    assert tells(typed(twice, "undo", "undo"))[0].mistake


def test_undo_counts_as_a_turn_so_that_older_buttons_stay_outdated() -> None:
    case = typed(begin().case, "fine").case
    assert typed(case, "undo").case.turn == case.turn + 1


def test_a_restart_can_be_taken_back() -> None:
    case = typed(begin().case, "fine", "skip", "asked").case
    restarted = typed(case, "restart")
    assert prompt_of(restarted).step == "safe"
    assert prompt_of(restarted).offered == "Everyone is fine"
    assert typed(restarted.case, "undo").case.answers == case.answers


def test_cancel_asks_first() -> None:
    case = typed(begin().case, "fine").case
    asking = typed(case, "cancel")
    assert prompt_of(asking).step == "cancel"
    assert typed(asking.case, "no").case.at == "called"
    closed = typed(asking.case, "yes")
    assert closed.case.status == "cancelled"
    assert closed.case.answers == case.answers
    assert typed(closed.case, "resume").case.at == "called"


def test_pause_keeps_everything_and_any_message_resumes_without_being_an_answer() -> None:
    case = typed(begin().case, "fine", "skip").case
    paused = typed(case, "pause")
    assert paused.case.status == "paused"
    assert view_of(paused).prompt is None
    resumed = typed(paused.case, "asked")
    assert resumed.case.status == "open"
    assert "tried" not in resumed.case.answers
    assert prompt_of(resumed).step == "tried"


def test_progress_counts_only_counted_questions_and_ends_full() -> None:
    turn = begin()
    seen = [prompt_of(turn).progress]
    for text in ("fine", "skip", "asked", "no thanks", "low", "keys"):
        turn = typed(turn.case, text)
        seen.append(prompt_of(turn).progress)
    assert [done for done, _ in seen] == [0, 1, 1, 2, 3, 4, 5]
    assert seen[-1] == (5, 5)


def test_the_nickname_is_offered_and_names_the_case() -> None:
    case = typed(begin().case, "fine").case
    assert prompt_of(typed(case, "status")).offered == "Client Heron"
    assert typed(case, "").case.name == "Client Heron"
    assert typed(case, "skip").case.name == "Client Heron"
    assert "Client Teal" in prompt_of(typed(case, "Client Teal")).text


def finished() -> Case:
    return typed(begin().case, "fine", "skip", "nothing", "low", "keys", "go on").case


def test_a_case_is_finished_when_nothing_is_left_to_ask() -> None:
    case = finished()
    assert case.status == "finished"
    turn = typed(case, "something else")
    assert turn.case is case
    assert tells(turn)[0].code == "resting"


def test_a_finished_case_can_be_reopened_by_undo() -> None:
    reopened = typed(finished(), "undo").case
    assert (reopened.status, reopened.at) == ("open", "rest")


def test_an_option_can_pause_and_is_asked_again_on_return() -> None:
    case = typed(begin().case, "fine", "skip", "nothing", "low", "keys", "later today").case
    assert case.status == "paused"
    assert typed(case, "resume").case.at == "rest"


def asleep() -> Turn:
    return typed(begin().case, "fine", "Client Teal", "asked", "no thanks", "low", "keys", "sleep")


def test_sleeping_on_it_wakes_the_next_morning() -> None:
    turn = asleep()
    assert turn.case.status == "sleeping"
    (wake,) = [effect for effect in turn.effects if isinstance(effect, Wake)]
    assert wake.at.startswith("2026-11-23T08:00")


def test_who_comes_back_early_can_go_on_at_once() -> None:
    turn = typed(asleep().case, "resume")
    assert (turn.case.status, turn.case.at) == ("open", "rest")
    assert turn.case.answers["cost"] == "low"


def test_the_morning_run_is_blind_and_keeps_the_old_answers_to_compare() -> None:
    case = asleep().case
    early = advance(FLOW, case, Woken("ann", NOON))
    assert early.case is case
    morning = advance(FLOW, case, Woken("ann", NOON + timedelta(days=1)))
    assert morning.case.answers == {"length": "long", "called": "Client Teal"}
    assert morning.case.earlier is not None
    assert morning.case.earlier.answers["cost"] == "low"
    assert prompt_of(morning).step == "safe"
    assert prompt_of(morning).offered == ""
    second = typed(morning.case, "fine", "asked", "no thanks", "high", "papers")
    assert second.case.status == "finished"


def test_a_wake_up_for_a_case_that_is_awake_changes_nothing() -> None:
    case = typed(begin().case, "fine").case
    assert advance(FLOW, case, Woken("ann", NOON + timedelta(days=9))).case is case


@pytest.mark.parametrize(
    "value", [None, 7, True, 1.5, ["fine"], {"a": 1}, "", "FINE", "x" * 100_000, "\x00", "\ud800"]
)
def test_a_value_of_the_wrong_form_is_refused_with_a_reason(value: object) -> None:
    turn = answered(begin().case, value)
    assert turn.case.turn == 1
    assert isinstance(turn.effects[0], Tell)
    assert turn.effects[0].mistake


def test_null_skips_an_optional_question_and_an_empty_list_ticks_nothing() -> None:
    case = typed(begin().case, "fine", "skip", "nothing", "low").case
    assert answered(case, None).case.at == answered(case, []).case.at == "rest"
