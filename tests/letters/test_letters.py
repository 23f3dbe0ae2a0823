"""Letters in a chat, on paper: filled in by pages, kept, rehearsed, and what is out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cards.rows import card_text
from bot.chat.reaction import Reaction
from bot.drafting.model import ID_ROOM
from bot.drafting.versions import versions_from_bytes
from bot.errors import CrossroadsError, NotFound, WrongUse
from bot.sheets.letters import NEVER_SENT, Spot, spot_of
from tests.drafting.scene import VALUES
from tests.rounds.table import Table, case_of, table


async def _letter(at: Table, answers: dict[str, object] | None = None) -> Reaction:
    await at.a_case("ann", answers)
    return await at.orders("ann", "draft", case_of("ann"))


async def _filled(at: Table, shown: Reaction) -> Reaction:
    """Fill in page by page whatever is asked for."""
    shown = await at.press("ann", "Fill in", shown.sheet)
    while shown.form:
        asked = {field.id: VALUES[field.id] for field in shown.form.fields}
        shown = await at.fills("ann", shown, **asked)
    return shown


def _said(shown: Reaction) -> str:
    assert shown.sheet, shown
    return card_text(shown.sheet.card)


def _labels(shown: Reaction) -> list[str]:
    assert shown.sheet, shown
    return [button.label for button in shown.sheet.buttons]


async def test_a_letter_with_gaps_is_a_draft_and_filled_in_it_is_clean(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _letter(at)
        assert "Not ready to copy yet" in _said(shown)
        assert NEVER_SENT in _said(shown)
        shown = await _filled(at, shown)
        assert "Nothing stands in the way of copying it." in _said(shown)
        assert "{{" not in _said(shown)
        assert "Fill in…" not in _labels(shown)


async def test_pages_of_a_form_go_on_where_nothing_was_entered(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await at.press("ann", "Fill in", (await _letter(at)).sheet)
        seen: list[str] = []
        while shown.form:
            assert len(shown.form.fields) <= 5
            seen += [field.id for field in shown.form.fields]
            shown = await at.fills("ann", shown)
        assert len(seen) == len(set(seen)) > 5, "each is asked for once, though left empty"
        assert "Not ready to copy yet" in _said(shown)


async def test_all_that_is_filled_in_can_be_changed_beyond_the_first_page(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _filled(at, await _letter(at))
        form = await at.press("ann", "Change what is filled in", shown.sheet)
        last = ""
        while form.form:
            last = form.form.fields[-1].id
            assert all(field.value for field in form.form.fields)
            wanted = (
                {"new_term": "no extras"}
                if any(field.id == "new_term" for field in form.form.fields)
                else {}
            )
            form = await at.fills("ann", form, **wanted)
        assert last
        assert "no extras" in _said(form).casefold()


async def test_a_date_nobody_can_read_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        form = await at.press("ann", "Fill in", (await _letter(at)).sheet)
        wrong = await at.fills("ann", form, client="Ms Grey", start_date="when pigs fly")
        assert set(wrong.errors) == {"start_date"}


async def test_saving_twice_by_the_same_press_keeps_one_version(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _filled(at, await _letter(at))
        action = next(b.action for b in shown.sheet.buttons if b.label == "Save this version")  # type: ignore[union-attr]
        for _ in range(2):
            saved = await at.presses_action("ann", action, key="the same")
            assert "version 1" in _said(saved)
        owner = at.actor("ann").owner
        body = await at.store.papers.read(owner, "letters", case_of("ann"))
        (kept,) = versions_from_bytes(body).saved
        assert kept.values["client"] == VALUES["client"]


async def test_an_older_version_is_opened_and_restored_by_saving_an_edit(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await at.press(
            "ann", "Save this version", (await _filled(at, await _letter(at))).sheet
        )
        edit = await at.press("ann", "Edit the text", shown.sheet)
        shown = await at.fills("ann", edit, text="Subject: Short\n\nFrom 2 March, as agreed.")
        assert "version 2" in _said(shown)
        listed = await at.press("ann", "Versions (2)", shown.sheet)
        first = await at.press("ann", "Version 1", listed.sheet)
        assert "version 1 (the newest is 2)" in _said(first)
        edit = await at.press("ann", "Edit the text", first.sheet)
        assert "version 3" in _said(await at.fills("ann", edit))
        gone = await at.press(
            "ann", "Remove them", (await at.press("ann", "Remove all", listed.sheet)).sheet
        )
        assert not [label for label in _labels(gone) if label.startswith("Versions")]


async def test_a_call_is_rehearsed_line_by_line_with_both_replies(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await at.press("ann", "Call script", (await _filled(at, await _letter(at))).sheet)
        shown = await at.press("ann", "Rehearse it", shown.sheet)
        assert {"They ask why", "They raise their voice"} <= {*_labels(shown)}
        lines = [_said(shown)]
        while "Next" in _labels(shown):
            shown = await at.press("ann", "Next", shown.sheet)
            lines.append(_said(shown))
        assert len(lines) == len(set(lines)) > 5
        shown = await at.press(
            "ann", "They raise", (await at.press("ann", "Back", shown.sheet)).sheet
        )
        assert "I'll end the call now and write today." in _said(shown)


async def test_the_letter_goes_first_for_whom_the_talk_frightens(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        email = await _filled(at, await _letter(at))
        assert not [one for one in _labels(email) if one.startswith("The letter first")]
        script = await at.press("ann", "Call script", email.sheet)
        assert _labels(script).index("Rehearse it") + 1 == _labels(script).index(
            "The letter first (Email)"
        )
        rehearsal = await at.press("ann", "Rehearse it", script.sheet)
        for shown in (script, rehearsal):
            first = await at.press("ann", "The letter first", shown.sheet)
            assert first.instead
            assert "Email for" in _said(first)
            assert "This letter goes first" in _said(first)
            assert "Subject: How we work" in _said(first)
            assert "Call script" in _labels(first), "for the talk that may come after it"
        assert "This letter goes first" not in _said(email)


async def test_where_no_letter_is_open_none_can_go_first(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        await at.a_case("ann")
        for medium in ("chat", "call"):
            wrong = Spot(case_of("ann"), "RESET", medium).act("first")
            with pytest.raises(WrongUse, match="older version"):
                await at.presses_action("ann", wrong)


async def test_tones_are_compared_below_one_another_and_one_is_taken(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        both = await at.press("ann", "Compare tones", (await _letter(at)).sheet)
        assert all(name in _said(both) for name in ("Neutral", "Warm", "Firm"))
        assert "Warm" in _said(await at.press("ann", "Take: Warm", both.sheet))


async def test_a_text_from_elsewhere_is_looked_through_and_not_kept(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        form = await at.press("ann", "Look through", (await _letter(at)).sheet)
        found = await at.fills("ann", form, text="You always do this. {{date}}")
        assert "blames them" in _said(found)
        owner = at.actor("ann").owner
        assert await at.store.papers.read(owner, "letters", case_of("ann")) == b""


async def test_nobody_reaches_the_letters_of_somebody_else(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", "ben"]) as at:
        shown = await _letter(at)
        assert shown.sheet
        for button in shown.sheet.buttons:
            with pytest.raises(NotFound):
                await at.presses_action("ben", button.action)
        form = await at.press("ann", "Edit the text", shown.sheet)
        assert form.form
        with pytest.raises(NotFound):
            await at.submits("ben", form.form.action, {"text": "Mine now."})


async def test_a_course_that_a_rule_forbids_cannot_be_had_by_a_made_up_id(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _letter(at)
        for what in ("show", "fill", "edit", "save", "whole", "compare", "lint", "versions"):
            with pytest.raises(CrossroadsError, match="a rule forbids it"):
                await at.presses_action("ann", Spot(case_of("ann"), "LEAVE_QUIET").act(what))
        form = await at.press("ann", "Another course", shown.sheet)
        assert form.form
        assert "LEAVE_QUIET" not in {choice.id for choice in form.form.fields[0].choices}
        with pytest.raises(CrossroadsError, match="a rule forbids it"):
            await at.submits("ann", form.form.action, {"course": "LEAVE_QUIET"})


async def test_danger_leaves_notes_and_a_letter_by_somebody_else_alone(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _letter(at, {"safety": "threat", "holding": ["data"]})
        assert "Call script" not in _labels(shown)
        assert spot_of(shown.sheet.buttons[0].action)[1].medium == "notes"  # type: ignore[union-attr]
        for medium in ("email", "chat", "call", "holding"):
            for what in ("show", "rehearse", "edit", "save"):
                spot = Spot(case_of("ann"), "STOP_SAFETY", medium)
                with pytest.raises(CrossroadsError):
                    await at.presses_action("ann", spot.act(what))


async def test_buttons_that_make_no_sense_are_answered_kindly(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        await _letter(at)
        spot = Spot(case_of("ann"))
        for made_up in (
            spot.act("dance"),
            Spot(case_of("ann"), "NOWHERE").act("show"),
            Spot(case_of("ann"), "", "owl").act("show"),
            Spot(case_of("ann"), "", "email", "rude").act("show"),
            Spot(case_of("ann"), "", "email", "warm").act("rehearse", "1"),
        ):
            with pytest.raises(WrongUse):
                await at.presses_action("ann", made_up)
        with pytest.raises(NotFound):
            await at.presses_action("ann", Spot(case_of("ann"), "", "email", "", 9).act("show"))


async def test_without_a_result_there_is_no_letter_yet(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        owner = at.actor("ann").owner
        await at.parts.service.start(owner, at.parts.flow, case_of("ann"), at.clock(), track="fast")
        with pytest.raises(NotFound, match="no result yet"):
            await at.orders("ann", "draft", case_of("ann"))


def test_ids_of_the_longest_letter_fit_a_button_and_a_form_everywhere() -> None:
    tone = "t" * (ID_ROOM - len("LEAVE_EXPLAIN.third_party."))
    spot = Spot("0" * 26, "LEAVE_EXPLAIN", "third_party", tone, 200)
    for what, more in (("versions", ""), ("rehearse", "raised"), ("filled", "")):
        action = spot.act(what, more)
        assert len(str(action)) <= 100
        assert spot_of(action) == (what, spot, more)
    for what, more in (("fill", "g99"), ("course", ""), ("edit", ""), ("lint", "")):
        assert len(f"{spot.act(what, more)}~{'1' * 20}") <= 100


async def test_no_two_buttons_of_a_rehearsal_lead_to_the_same_line(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        script = await at.press("ann", "Call script", (await _letter(at)).sheet)
        shown = await at.press("ann", "Rehearse it", script.sheet)
        while "Next" in _labels(shown):
            assert shown.sheet
            actions = [str(button.action) for button in shown.sheet.buttons]
            assert len(actions) == len(set(actions)), _labels(shown)
            shown = await at.press("ann", "Next", shown.sheet)


async def test_a_script_that_was_changed_by_hand_is_rehearsed_as_a_draft_and_says_so(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, ["ann"]) as at:
        script = await at.press("ann", "Call script", (await _letter(at)).sheet)
        edit = await at.press("ann", "Edit the text", script.sheet)
        kept = await at.fills("ann", edit, text="Open\n- Hello. It is about 2 March.")
        rehearsed = await at.press("ann", "Rehearse it", kept.sheet)
        assert "These are the lines of the draft, not of your version 1." in _said(rehearsed)
        draft = await at.press("ann", "The draft anew", kept.sheet)
        rehearsed = await at.press("ann", "Rehearse it", draft.sheet)
        assert "your version" not in _said(rehearsed)


async def test_versions_beyond_the_list_are_told_and_none_is_removed_twice(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        shown = await _letter(at)
        for number in range(17):
            edit = await at.press("ann", "Edit the text", shown.sheet)
            shown = await at.fills("ann", edit, text=f"From {number + 1} March, as agreed.")
        listed = await at.press("ann", "Versions (17)", shown.sheet)
        assert "The 2 before these are listed no more" in _said(listed)
        asked = await at.press("ann", "Remove all", listed.sheet)
        assert "17 saved texts are gone then." in _said(asked)
        edit = await at.press("ann", "Edit the text", shown.sheet)
        await at.fills("ann", edit, text="Saved after the question was asked.")
        left = await at.press("ann", "Remove them", asked.sheet)
        assert "Versions (1)" in _labels(left)
        with pytest.raises(NotFound, match="That version is not there any more"):
            await at.press("ann", "Remove them", asked.sheet)
        asked = await at.press("ann", "Remove all", listed.sheet)
        await at.press("ann", "Remove them", asked.sheet)
        with pytest.raises(NotFound, match="No version is saved"):
            await at.press("ann", "Remove all", listed.sheet)
        one = await at.press("ann", "Save this version", (await _letter_again(at)).sheet)
        listed = await at.press("ann", "Versions (1)", one.sheet)
        assert "1 saved text is gone then." in _said(
            await at.press("ann", "Remove all", listed.sheet)
        )


async def _letter_again(at: Table) -> Reaction:
    return await at.orders("ann", "draft", case_of("ann"))


async def test_where_nothing_is_filled_in_there_is_nothing_to_change(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        await at.a_case("ann")
        with pytest.raises(WrongUse, match="Nothing is filled in yet"):
            await at.presses_action("ann", Spot(case_of("ann")).act("filled"))
