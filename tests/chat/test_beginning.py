"""What begins which dialogue: words, buttons, commands."""

from pathlib import Path
from typing import cast

import pytest

from bot.chat.beginning import Beginning
from bot.commands.wiring import KINDS
from bot.errors import NotFound, WrongUse
from bot.ports import Store
from bot.service import Service
from tests.flows.talks import FIRST_BOUNDARIES, MONDAY, TROUBLED_CLIENT, flow_in
from tests.rounds.table import table

FLOWS = {flow.id: flow for flow in map(flow_in, (TROUBLED_CLIENT, FIRST_BOUNDARIES))}
BEGINNING = Beginning(Service(cast("Store", None), FLOWS, {}), "troubled_client")
USUAL, OTHER = "troubled_client", "first_boundaries"


@pytest.mark.parametrize(
    ("said", "flow", "track"),
    [
        ("start", USUAL, ""),
        ("fast", USUAL, "fast"),
        ("start fast", USUAL, "fast"),
        ("start trouble", USUAL, ""),
        ("start trouble fast", USUAL, "fast"),
        ("start boundaries", OTHER, ""),
        ("start boundaries fast", OTHER, "fast"),
        ("start first_boundaries", OTHER, ""),
        ("start boundaries from the start", OTHER, ""),
        ("start boundaries from", OTHER, ""),
    ],
)
def test_a_word_begins_the_dialogue_it_names(said: str, flow: str, track: str) -> None:
    way = BEGINNING.track(said)
    assert way is not None
    assert BEGINNING.meant(way) == (flow, track)


@pytest.mark.parametrize("said", ["", "hello", "boundaries", "fast please", "start over with them"])
def test_an_ordinary_sentence_begins_nothing(said: str) -> None:
    assert BEGINNING.track(said) is None


@pytest.mark.parametrize("arg", ["", "full", "fast", "weighed"])
def test_a_button_from_before_there_were_several_still_begins_the_usual_one(arg: str) -> None:
    assert BEGINNING.meant(arg) == (USUAL, arg)


def test_every_button_begins_what_its_label_says() -> None:
    ways = [BEGINNING.meant(way) for way, _ in BEGINNING.tracks]
    assert ways == [(USUAL, "full"), (USUAL, "fast"), (OTHER, "")]


def test_an_unknown_dialogue_is_answered_with_the_nearest_and_the_list() -> None:
    with pytest.raises(WrongUse) as caught:
        BEGINNING.ordered("start", ["boundarys"])
    assert caught.value.remedy == "Did you mean “boundaries”? There are: boundaries, trouble."


def test_what_was_said_is_not_repeated() -> None:
    with pytest.raises(WrongUse) as caught:
        BEGINNING.ordered("start", ["meyer", "owes"])
    assert "meyer" not in f"{caught.value} {caught.value.remedy}".casefold()


def test_a_sentence_behind_start_is_not_looked_at() -> None:
    assert BEGINNING.ordered("start", ["meyer", "owes", "me"]) == ""


def test_an_unknown_track_of_another_dialogue_is_answered_with_those_it_has() -> None:
    with pytest.raises(WrongUse, match="cannot be begun in that way"):
        BEGINNING.ordered("start", ["boundaries", "weighed"])


async def test_what_ended_is_begun_again_unless_it_is_offered_no_more(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as at:
        service, owner = at.parts.service, at.actor("ann").owner
        for flow in FLOWS:
            await Service(service.store, FLOWS, KINDS).start(owner, flow, flow.upper(), MONDAY)
        both = Beginning(Service(service.store, FLOWS, KINDS), USUAL)
        assert both.meant(await both.again(owner, OTHER.upper())) == (OTHER, "")
        assert both.meant(await both.again(owner, USUAL.upper())) == (USUAL, "")
        assert both.meant(await both.again(owner, "")) == (USUAL, ""), "a card from before"
        only = Beginning(service, USUAL)
        assert only.meant(await only.again(owner, OTHER.upper())) == (USUAL, "")
        with pytest.raises(NotFound):
            await both.again(at.actor("bob").owner, OTHER.upper())
