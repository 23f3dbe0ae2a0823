"""Whatever a flow may hold, the payloads fit into Discord, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.render import (
    DM_CLOSED,
    Message,
    card,
    card_of,
    cases_message,
    forget_question,
    help_message,
    not_saved,
    not_saved_pages,
    refused,
    settings_message,
    welcome,
    window,
    write_form,
)
from adapters.discord.render.body import pages
from adapters.discord.render.shapes import length
from bot.cards.actions import parse_action
from bot.cards.values import Entry
from bot.engine.model import Block, Card, Choice, Limits, Prompt, Status, Tell, View
from bot.engine.show import Margin
from bot.ports import Parcel
from tests.cards.strategies import cards, flat, lines_of, opened, parcels, prompts, texts_up_to
from tests.discord.render_checks import (
    check_form,
    check_message,
    contents,
    nested,
    pressables,
    read,
    said,
)
from tests.discord.test_render import NOON

STARS = "*" * 75
WORST = "_" * 2000


def bare(text: str) -> str:
    """Leave out spaces, and what is said anew where a long notice goes on."""
    return "".join(text.replace("Note:", "").split())


def turned(what: str, shown: Card) -> list[Message]:
    """Open a window and turn its pages to the end."""
    found = [window("K7Q2M9XA", 7, what, shown)]
    while f"page:K7Q2M9XA:7:{what}|{len(found) + 1}" in pressables(found[-1]):
        found.append(window("K7Q2M9XA", 7, what, shown, len(found) + 1))
    return found


def readable(shown: Card) -> str:
    """Give all that can be read in a window."""
    return bare("".join(read(page) for page in pages(shown)))


def everything(parcel: Parcel, made: Message) -> str:
    """Give all that can be read: on the card, and behind “Read it all”."""
    assert parcel.view
    found = [bare(said(made.components))]
    for action_id in pressables(made):
        action = parse_action(action_id)
        if action and action.verb == "whole":
            found.append(readable(opened(parcel.view, action.arg, parcel.tells)))
    return " ".join(found)


@settings(max_examples=25)
@given(parcels(), st.booleans(), st.sampled_from(["", DM_CLOSED]))
def test_every_card_fits_and_loses_nothing(parcel: Parcel, compact: bool, note: str) -> None:
    made = card(parcel, 7, compact=compact, note=note)
    check_message(made)
    assert card_of(made.payload) == (parcel.case_id, 7)
    found, view = everything(parcel, made), parcel.view
    assert view is not None
    for shown in view.cards:
        for row in lines_of(shown):
            assert bare(row) in found
    if view.prompt:
        _nothing_of_the_question_is_lost(view, view.prompt, found)


def _nothing_of_the_question_is_lost(view: View, prompt: Prompt, found: str) -> None:
    assert bare(prompt.text) in found
    for number, choice in enumerate(prompt.choices, 1):
        assert bare(f"{number}. {choice.label}") in found
    if prompt.sensitive:
        return
    if prompt.input == "text" and prompt.offered and not prompt.optional:
        assert "value" in str(write_form(view, "1"))
    if prompt.input in {"choice", "many"} and len(prompt.offered) > 20:
        assert bare(prompt.offered) in found or bare(prompt.offered) in bare(_labels(view))


def _labels(view: View) -> str:
    made = card(Parcel("ann", view.case, view.turn, view))
    return " ".join(str(part.get("label", "")) for part in nested(made.components))


def worst(prompt: Prompt, *tells: Tell, shown: int = 3) -> Parcel:
    """Fill a card with as much as there may be, all of it twice as long when it is escaped."""
    long = Card("a", "say", WORST[:150], (Block("text", (WORST,) * 5),), "safety")
    view = View("K7Q2M9XA", 999_999_999, WORST, "open", (long,) * shown, prompt)
    margin = Margin(((WORST, WORST),) * 5, {f"word_{n}": WORST[:50] for n in range(15)})
    return Parcel("ann", view.case, view.turn, view, tells, margin)


def test_the_worst_that_a_flow_may_hold_fits() -> None:
    choices = tuple(Choice(f"o{n}".ljust(40, "x"), f"{n}{STARS}"[:75]) for n in range(25))
    meant = tuple(
        Tell(f"code_{n}", WORST, mistake=True, choices=choices[:25], card=None) for n in range(9)
    )
    told = tuple(replace(tell, card=Card("t", "say", WORST, ())) for tell in meant)
    asked = Prompt("a", WORST[:150], WORST * 3, "Why?", "choice", choices, (4, 9), optional=True)
    offered = ", ".join(choice.label for choice in choices)
    for kind in ("choice", "many", "text", "number", "date"):
        for some in (choices, choices[:5]):
            prompt = replace(
                asked,
                input=kind,
                choices=some if kind in {"choice", "many"} else (),
                offered=offered,
                limits=Limits(least=-1e300, most=1e300, earliest="2026-11-27", latest="2027-11-27"),
            )
            for tells in (meant, told):
                for shown in (0, 1, 3):
                    check_message(card(worst(prompt, *tells, shown=shown), note=DM_CLOSED))


@settings(max_examples=15)
@given(cards(), st.integers(0, 12))
def test_every_card_fits_into_a_window_page_by_page(shown: Card, page: int) -> None:
    check_message(window("K7Q2M9XA", 7, "tell:working", shown, page))
    found = readable(shown)
    for made, content in zip(turned("tell:working", shown), pages(shown), strict=True):
        check_message(made)
        assert contents(made.components)[0] == content
    assert bare(shown.title) in found
    for row in lines_of(shown):
        assert bare(row) in found


@settings(max_examples=15)
@given(prompts(), texts_up_to(60))
def test_every_form_fits(prompt: Prompt, name: str) -> None:
    if prompt.input in {"text", "number", "date"}:
        check_form(write_form(View("K7Q2M9XA", 999_999_999, name, "open", (), prompt), "9" * 20))


@settings(max_examples=15)
@given(st.text(max_size=400) | texts_up_to(4000), texts_up_to(400))
def test_what_was_written_is_given_back(text: str, mistake: str) -> None:
    check_message(not_saved(text))
    for made in not_saved_pages(text):
        check_message(made)
    check_message(refused(mistake, text[:2000], "K7Q2M9XA", 7))
    back = "".join(_framed(contents(made.components)[-1]) for made in not_saved_pages(text))
    if text.strip():
        assert "".join(text.split()) in "".join(back.replace("\u200b", "").split())


def _framed(content: str) -> str:
    """Read what is given back; in a frame of code nothing is escaped."""
    if content.startswith("```"):
        return content.removeprefix("```").removesuffix("```")
    return read(content)


entries = st.builds(
    Entry,
    id=st.text("ABCDEFGHJK", min_size=8, max_size=8),
    name=st.just("") | texts_up_to(60) | texts_up_to(2000),
    status=st.sampled_from(get_args(Status)),
    touched=st.just(NOON),
    progress=st.sampled_from([(0, 0), (3, 21), (21, 21)]),
    result=st.just("") | texts_up_to(150) | texts_up_to(2000),
    dialogue=st.just("") | texts_up_to(150),
)


@settings(max_examples=15)
@given(st.lists(entries, max_size=10, unique_by=lambda entry: entry.id), st.integers(0, 30))
def test_every_list_fits_and_says_what_is_left_out(listed: list[Entry], more: int) -> None:
    made = cases_message(listed, more)
    check_message(made)
    shown = sum(action.startswith("go:") for action in pressables(made))
    left_out = len(listed) - shown + more
    assert (f"{left_out} more" in said(made.components)) == (left_out > 0 and bool(listed))


@settings(max_examples=15)
@given(st.lists(st.tuples(texts_up_to(32), texts_up_to(75)), max_size=20), st.booleans())
def test_every_way_to_begin_is_offered(tracks: list[tuple[str, str]], unknown: bool) -> None:
    named = [(f"{number}"[:32], label) for number, (_, label) in enumerate(tracks)]
    check_message(welcome(named))
    made = help_message(named, unknown=unknown, in_server=True, grace_days=3650)
    check_message(made)
    assert {f"begin:{track}" for track, _ in named} <= {*pressables(made)}


@given(texts_up_to(2000), st.integers(0, 400))
def test_what_is_asked_before_deleting_fits(name: str, days: int) -> None:
    check_message(forget_question("K7Q2M9XA", name))
    check_message(settings_message(days))


# ------------------------------------------------------------------ windows


def test_a_window_of_several_pages_leads_to_the_one_before_and_after() -> None:
    long = Card("a", "say", "A long one", (Block("text", ("word " * 200,) * 8),))
    ids = [[*pressables(window("K7Q2M9XA", 7, "0", long, page))] for page in (1, 2, 3)]
    assert ids == [
        ["page:K7Q2M9XA:7:0|2"],
        ["page:K7Q2M9XA:7:0|1", "page:K7Q2M9XA:7:0|3"],
        ["page:K7Q2M9XA:7:0|2"],
    ]
    assert "Page 2 of 3" in said(window("K7Q2M9XA", 7, "0", long, 2).components)


def test_a_page_that_is_not_there_is_the_nearest_one() -> None:
    short = Card("a", "say", "", (Block("text", ("word",)),))
    assert window("K", 7, "0", short, 99) == window("K", 7, "0", short, 1)


def test_an_empty_card_has_a_window_all_the_same() -> None:
    check_message(window("K", 7, "0", Card("a", "say", "", ())))


def reviewed(count: int) -> Message:
    answers = [{"number": n, "question": "Why? " * 30, "answer": "So"} for n in range(1, count + 1)]
    rows = Block("facts", tuple(f"{one['number']}. Why?\tSo" for one in answers))
    return window(
        "K7Q2M9XA",
        7,
        "tell:review",
        Card("r", "review", "", (rows,), "plain", {"answers": answers}),
    )


def test_every_answer_can_be_picked_to_be_changed() -> None:
    for count in (1, 25, 26, 200):
        made = reviewed(count)
        check_message(made)
        picks = [part for id, part in pressables(made).items() if id.startswith("edit:")]
        values = [option["value"] for part in picks for option in part["options"]]
        assert values == [str(number) for number in range(1, count + 1)]
    check_message(reviewed(201))
    assert length(reviewed(201).components) <= 4000


def test_a_view_without_a_question_says_only_what_was_told() -> None:
    made = card(Parcel("ann", "K7Q2M9XA", 7, None, (Tell("saved", "Saved."),)))
    check_message(made)
    assert said(made.components) == "💬 Saved."


def test_a_question_of_no_words_at_all_is_no_reason_to_fail() -> None:
    prompt = Prompt("a", "b", "?", "", "choice", (), (0, 0))
    view = View("K7Q2M9XA", 7, "", "open", (), prompt)
    check_message(card(Parcel("ann", "K7Q2M9XA", 7, view)))
    assert flat(said(card(Parcel("ann", "K7Q2M9XA", 7, view)).components)).startswith("Your case b")
