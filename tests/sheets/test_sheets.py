"""Every sheet and form has room on every platform, and says what is so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cards.actions import parse_action
from bot.cards.rows import card_text
from bot.opinion.model import Round
from bot.sheets import asker, audience, drafts, lists, reveal
from bot.sheets.model import (
    FIELD_HINT,
    FIELD_LABEL,
    FORM_ROOM,
    FORM_TITLE,
    MOST_BUTTONS,
    Form,
    Sheet,
)
from bot.sheets.posts import sheet_of
from bot.sheets.shown import Shown
from tests.sheets.rounds import DRAFT, NAMED, OPEN, ROUNDS, SHORT, SOME, TROUBLED, closed

MESSAGES = (
    ("owner", ""),
    ("audience", ""),
    ("reveal", ""),
    ("decision", ""),
    ("reminder", "you"),
    ("reminder", "all"),
    ("notice", "extended"),
    ("notice", "concern"),
    ("notice", "short"),
    ("notice", "revealed"),
)


def sheets(round_: Round) -> Iterator[Sheet]:
    shown = Shown(round_, 5, 2)
    for role, what in MESSAGES:
        if round_.terms.close or role == "owner":
            sheet = sheet_of(shown, role, what, name="Heron", remind=True)
            if sheet:
                yield sheet
    yield asker.close_sheet(shown)
    yield asker.asker_sheet(shown, "")
    for ballot in (None, *SOME):
        for room in (5, 40):
            yield audience.answer_sheet(shown, ballot, room=room, said="It is saved.")
    yield audience.worry_sheet(round_)
    waiting = [shown] * 15 if round_.terms.close else []
    found = lists.overview([(shown, "Heron")] * 15, waiting)
    assert found
    yield found


def forms(round_: Round) -> Iterator[Form]:
    yield drafts.how_form(round_)
    yield drafts.note_form(round_)
    yield drafts.public_form(round_)
    if round_.brief.offered:
        yield drafts.tick_form(round_)
    yield asker.extend_form(round_)
    yield asker.decide_form(round_)
    for ballot in (None, *SOME):
        for room in (5, 40):
            yield audience.ballot_form(round_, ballot, room)
        yield audience.facts_form(round_, ballot)


@pytest.mark.parametrize("round_", ROUNDS, ids=range(len(ROUNDS)))
def test_every_sheet_has_room_on_every_platform(round_: Round) -> None:
    for sheet in sheets(round_):
        ids = [str(button.action) for button in sheet.buttons]
        assert len(ids) <= MOST_BUTTONS
        assert sheet.card.title.strip()
        if sheet.card.step != "opinions":
            opens = {str(sheet.whole)} if sheet.whole else set()
            assert len({*ids} | opens) == len(ids) + len(opens), "platforms want ids to differ"
        for button in sheet.buttons:
            assert 0 < len(button.label) <= 75
            assert len(str(button.action)) <= 100
            assert parse_action(str(button.action)) == button.action
        assert "Heron" not in sheet.notice


@pytest.mark.parametrize("round_", ROUNDS, ids=range(len(ROUNDS)))
def test_every_form_has_room_on_every_platform(round_: Round) -> None:
    for form in forms(round_):
        assert 0 < len(form.title) <= FORM_TITLE
        assert len(form.submit) <= FORM_TITLE
        assert parse_action(str(form.action)) == form.action
        for field in form.fields:
            assert 0 < len(field.label) <= FIELD_LABEL, field
            assert len(field.hint) <= FIELD_HINT, field
            assert len(field.choices) <= 25
            offered = {choice.id for choice in field.choices}
            assert len(offered) == len(field.choices)
            assert all(0 < len(choice.label) <= 75 for choice in field.choices)
            if field.kind in {"choice", "many"}:
                there = field.value if isinstance(field.value, tuple) else (field.value,)
                assert set(there) <= offered | {""}


def test_a_form_for_a_face_with_little_room_has_no_more_than_that() -> None:
    form = audience.ballot_form(OPEN, None, FORM_ROOM)
    assert len(form.fields) + bool(form.intro) <= FORM_ROOM
    for small in (
        audience.facts_form(OPEN, None),
        drafts.how_form(OPEN),
        asker.decide_form(OPEN),
        asker.extend_form(OPEN),
    ):
        assert len(small.fields) + bool(small.intro) <= FORM_ROOM


@pytest.mark.parametrize("room", [5, 40])
def test_the_form_or_the_answer_says_that_safety_is_no_part_of_it(room: int) -> None:
    form = audience.ballot_form(OPEN, None, room)
    shown = audience.answer_sheet(Shown(OPEN, 5, 1), SOME[0], room=room)
    assert audience.NO_VOTE in form.intro + card_text(shown.card)
    if room > FORM_ROOM:
        assert audience.NO_VOTE in form.intro


@pytest.mark.parametrize("round_", [OPEN, TROUBLED, SHORT])
def test_before_the_close_no_sheet_says_anything_of_any_answer(round_: Round) -> None:
    shown = Shown(round_, 5, 2)
    for role in ("owner", "audience", "reminder"):
        sheet = sheet_of(shown, role, "all", name="Heron")
        said = card_text(sheet.card) if sheet else ""
        assert not [course.label for course in round_.brief.courses if course.label in said]
        assert "points" not in said


def test_the_nickname_stands_in_the_askers_own_messages_alone() -> None:
    for round_ in (OPEN, SHORT, closed(SOME), ROUNDS[-1]):
        shown = Shown(round_, 5, 2)
        for role, what in MESSAGES[1:]:
            assert "Heron" not in repr(sheet_of(shown, role, what, name="Heron"))
    assert "Heron" in repr(sheet_of(Shown(OPEN, 5, 2), "owner", "", name="Heron"))


def test_an_inert_sheet_says_the_same_and_its_buttons_lead_nowhere_else() -> None:
    sheet = audience.audience_sheet(Shown(OPEN, 5, 0), remind=True)
    still = audience.inert(sheet, OPEN.id)
    assert still.card == sheet.card
    assert [button.label for button in still.buttons] == [button.label for button in sheet.buttons]
    assert all(button.action.arg.startswith("preview|") for button in still.buttons)


def test_a_draft_shows_what_they_will_see_and_what_stops_it() -> None:
    text = card_text(asker.asker_sheet(Shown(DRAFT, 0, 0), "Heron").card)
    for line in card_text(audience.brief_card(DRAFT)).splitlines():
        assert line in text
    bad = card_text(asker.asker_sheet(Shown(ROUNDS[2], 0, 0), "Heron").card)
    assert "“Heron” is or resembles your name for this client" in bad
    assert "“4,500” is an amount" in bad
    assert "“Patricia” looks like a name" in bad


def test_a_draft_without_an_audience_cannot_be_posted_by_any_button() -> None:
    labels = [b.label for b in asker.asker_sheet(Shown(ROUNDS[1], 0, 0), "Heron").buttons]
    assert "Post it" not in labels
    assert "Preview" not in labels


def test_a_long_reveal_is_cut_where_it_says_so_and_whole_where_it_is_asked_for() -> None:
    long = closed(NAMED)
    shown = Shown(long, 80, 80)
    posted, whole = reveal.reveal_sheet(shown), reveal.reveal_sheet(shown, whole=True)
    assert [button.label for button in posted.buttons] == ["All answers"]
    assert whole.buttons == ()
    text = card_text(posted.card)
    assert "17 more notes: “All answers” shows them." in text
    assert "and 10 more" in text
    assert "more" not in card_text(whole.card)
    for ballot in NAMED:
        if not ballot.abstains:
            assert ballot.name in card_text(whole.card)


def test_nothing_is_cut_of_what_is_short() -> None:
    shown = Shown(closed(SOME), 4, 4)
    assert reveal.reveal_sheet(shown).buttons == ()
    assert reveal.reveal_sheet(shown).card == reveal.reveal_sheet(shown, whole=True).card
