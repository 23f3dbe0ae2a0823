"""The ways to second opinions, links and settings: commands, words, the card, buttons, forms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cards.actions import Action
from bot.chat.desk import WORDS
from tests.discord.driver import is_to
from tests.discord.moments import begun, card, case_of, locked
from tests.discord.surfaces import asks, said, took, writes
from tests.discord.team import Team, team
from tests.discord.test_forgery import pressing
from tests.fakes.discord import FakeDiscord, Person, Sending
from tests.fakes.discord.model import MODAL

pytestmark = pytest.mark.usefixtures("still", "sound")

Json = dict[str, Any]


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Team]:
    async with team(fake, tmp_path) as there:
        yield there


async def presses(here: Team, who: Person, action: Action) -> str:
    """Press a button of our own making on what is posted; gives what they alone see of it."""
    before = {one.id for one in who.ephemerals}
    fresh = who.drafts.click(here.bob.reads(here.room)[0], "Give your opinion")
    await took(here.at, await here.fake.deliver(pressing(fresh, str(action))))
    return " ".join(said(one) for one in who.ephemerals if one.id not in before)


# ------------------------------------------------------------------ commands and words


@pytest.mark.parametrize("word", ["opinion", "workspace", "link"])
async def test_each_command_is_answered_in_a_server_and_in_direct_messages(
    here: Team, word: str
) -> None:
    assert await asks(here.at, here.ann, word, here.guild)
    here.fake.clock.advance(5)
    assert await asks(here.at, here.ann, word)
    assert here.ann.reads(here.guild) == (), "nobody else sees the answer"


async def test_a_case_that_is_not_there_is_told(here: Team) -> None:
    assert "You have no cases" in await asks(here.at, here.ann, "opinion", here.guild, case="Heron")


async def test_cases_are_offered_while_the_option_is_typed(here: Team) -> None:
    await begun(here.at, here.ann)
    offered = await here.ann.completes("opinion", "case", "")
    assert [one["value"] for one in offered] == [(await case_of(here.at, here.ann)).id]


async def test_the_words_work_in_direct_messages_as_the_whole_message(here: Team) -> None:
    for word in ("opinion", "Opinion", "workspace", "link"):
        before = len(here.ann.from_bot)
        await writes(here.at, here.ann, word)
        assert len(here.ann.from_bot) == before + 1
        assert "Welcome" not in said(here.ann.from_bot[-1])


async def test_a_word_in_a_sentence_is_no_command(here: Team) -> None:
    await writes(here.at, here.ann, "opinion of mine")
    assert "Welcome" in said(here.ann.from_bot[-1])


async def test_a_code_may_follow_link_and_nothing_else(here: Team) -> None:
    await writes(here.at, here.ann, "link 1234-5678")
    assert "Welcome" not in said(here.ann.from_bot[-1])
    await writes(here.at, here.ann, "workspace please")
    assert "Welcome" in said(here.ann.from_bot[-1])


async def test_the_help_names_every_word_that_is_answered(here: Team) -> None:
    told = await asks(here.at, here.ann, "help", here.guild)
    assert all(word in told for word in WORDS)


# ------------------------------------------------------------------ on the card


@pytest.mark.parametrize("verb", ["say", "more"])
async def test_asking_the_team_on_a_card_is_no_turn_of_the_case(here: Team, verb: str) -> None:
    await begun(here.at, here.ann)
    case, before = await case_of(here.at, here.ann), card(here.ann)
    fresh = here.ann.drafts.click(before, is_to("answer", "fine"))
    arg, values = ("opinion", ()) if verb == "say" else ("", ("opinion",))
    action = f"{verb}:{case.id}:{case.turn}:{arg}"
    await took(here.at, await here.fake.deliver(pressing(fresh, action, *values)))
    assert await case_of(here.at, here.ann) == case
    assert card(here.ann) == before, "the card stays as it is"
    assert len(here.ann.ephemerals) == 1


async def test_nobody_asks_about_a_case_of_somebody_else(here: Team) -> None:
    await begun(here.at, here.ann)
    case = await case_of(here.at, here.ann)
    await here.forum.put(here.letter())
    action = Action("say", case.id, case.turn, "opinion")
    assert "not yours" in await presses(here, here.bob, action)


# ------------------------------------------------------------------ buttons and forms


async def test_a_round_that_is_not_there_is_told_and_nothing_changes(here: Team) -> None:
    await here.forum.put(here.letter())
    before = here.bob.reads(here.room)
    assert await presses(here, here.bob, Action("round", arg="answer|R1"))
    assert here.bob.reads(here.room) == before


@pytest.mark.parametrize("arg", ["", "x", "answer", "answer|", "|", "a|b|c|d", "x" * 90])
async def test_whatever_a_button_says_the_app_answers_it(here: Team, arg: str) -> None:
    await here.forum.put(here.letter())
    assert await presses(here, here.bob, Action("round", arg=arg))


async def test_a_form_that_is_not_at_hand_says_which_button_to_press(here: Team) -> None:
    await here.forum.put(here.letter())
    told = await presses(here, here.bob, Action("form", arg="1"))
    assert "not at hand any more" in told


def sending_off(fresh: Sending, data: Json) -> Sending:
    """Make the sending of a form of our own making out of a press."""
    payload = {**fresh.payload, "type": MODAL, "data": data}
    assert fresh.interaction
    fresh.interaction.opener = replace(fresh.interaction)
    fresh.interaction.kind = MODAL
    return replace(fresh, payload=payload)


@pytest.mark.parametrize(
    "components",
    [
        [],
        [{"type": 18, "id": 1, "component": {"type": 4, "custom_id": "note", "value": "Mind."}}],
        [{"type": 18, "id": 1, "component": {"type": 21, "custom_id": "course", "value": None}}],
        [{"type": 18, "id": 1, "component": {"type": 5, "custom_id": "x", "values": ["1"]}}],
    ],
)
async def test_whatever_a_form_holds_the_app_answers(here: Team, components: list[Json]) -> None:
    await here.forum.put(here.letter())
    fresh = here.bob.drafts.click(here.bob.reads(here.room)[0], "Give your opinion")
    data = {"custom_id": "round:answer|R1~77", "components": components}
    await took(here.at, await here.fake.deliver(sending_off(fresh, data)))
    assert [said(one) for one in here.bob.ephemerals], "they are told something"
    assert len(here.bob.reads(here.room)) == 1


# ------------------------------------------------------------------ when the store fails


async def test_what_was_written_in_a_form_is_given_back_where_it_cannot_be_stored(
    fake: FakeDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with team(fake, tmp_path, patience=0.2) as here:
        await here.forum.put(here.letter())
        fresh = here.olga.drafts.click(here.bob.reads(here.room)[0], "Give your opinion")
        parts = [
            {"type": 4, "custom_id": "note", "value": "Mind this."},
            {"type": 8, "custom_id": "channel", "values": [here.room.id]},
        ]
        entries = [{"type": 18, "id": n, "component": one} for n, one in enumerate(parts, 1)]
        data = {"custom_id": "workspace:set~77", "components": entries}
        with locked(tmp_path):
            await took(here.at, await fake.deliver(sending_off(fresh, data)))
        assert any("Mind this." in said(one) for one in here.olga.ephemerals)
        assert "Mind this." not in caplog.text
