"""The dialogue for a beginning, on Discord beside the usual one, from the command to the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.discord.circle import circle
from tests.discord.driver import Player
from tests.discord.surfaces import said
from tests.discord.test_carrying_out import opens, presses
from tests.fakes.discord import FakeDiscord
from tests.flows.talks import FIRST_BOUNDARIES, TROUBLED_CLIENT, read_talk
from tests.flows.test_first_boundaries import FLOW, VALUES

pytestmark = pytest.mark.usefixtures("sound")
TALK = replace(read_talk(FIRST_BOUNDARIES / "talks/full_unpaid.yaml"), track="boundaries")


async def test_boundaries_are_agreed_on_from_the_command_to_the_plan(
    fake: FakeDiscord, tmp_path: Path
) -> None:
    async with circle(fake, tmp_path, names=(), also=FIRST_BOUNDARIES) as here:
        ann = here.ann
        player = Player(here.at, ann, FLOW)
        await player.plays(TALK, "option")
        letter = await opens(here, player.card, "draft")
        assert "Working agreement" in said(letter)
        await presses(here, letter, "draft", "fill")
        while ann.modals:
            asked = {slot: VALUES[slot] for slot in VALUES if slot in ann.modal.fields}
            shown = await here.sends(ann, **asked)
            assert shown
            letter = shown
            if "Nothing stands in the way of copying it." not in said(letter):
                await ann.clicks(letter, "Fill in")
                await here.at.idle()
        assert "Nothing stands in the way of copying it." in said(letter)
        plan = await opens(here, player.card, "plan")
        assert "AGREEMENT" not in said(plan), "nobody is shown the id of a course"
        made = await presses(here, plan, "plan", "make")
        assert made
        assert "Send the agreement, with the email." in said(made)
        # “Start another” begins what has just ended; the list then tells the two kinds apart.
        assert (await ann.clicks(player.card, "Start another")).acknowledged
        assert (await ann.slash("start")).acknowledged
        await here.passes()
        listed = await here.at.store.cases(player.owner)
        assert sorted(one.flow for one in listed) == [FLOW.id, FLOW.id, TROUBLED_CLIENT.name]
        told = said(await here.orders(ann, "cases"))
        assert (told.count(FLOW.title), told.count("A troubled client")) == (2, 1)
        offered = [one["name"] for one in await ann.completes("resume", "case", "")]
        assert sum(FLOW.title in one for one in offered) == 2
