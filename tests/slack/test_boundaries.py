"""The dialogue for a beginning, in Slack beside the usual one, from the command to the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fakes.slack import FakeSlack
from tests.flows.talks import FIRST_BOUNDARIES, TROUBLED_CLIENT, read_talk
from tests.flows.test_first_boundaries import FLOW, VALUES
from tests.slack.driver import Player
from tests.slack.surfaces import said
from tests.slack.team import team, text_of
from tests.slack.test_carrying_out import does, opens, presses, sends

TALK = replace(read_talk(FIRST_BOUNDARIES / "talks/full_friend.yaml"), track="start boundaries")


async def test_boundaries_are_agreed_on_from_the_command_to_the_plan(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path, names=(), also=FIRST_BOUNDARIES) as t:
        player = t.players["Ann"] = Player(t.at, t.ann, FLOW)
        await player.plays(TALK, "command")
        letter = await opens(t, player.card, "draft")
        assert f"Working agreement for “Badger”\n{FLOW.title}" in said(letter)
        form = await presses(t, letter, "draft", "fill")
        while form.body["callback_id"] == "form":
            asked = [block["block_id"] for block in form.body["blocks"] if block["type"] == "input"]
            form = await sends(t, **{slot: VALUES[slot] for slot in asked})
        assert "Nothing stands in the way of copying it." in text_of(form)
        await t.ann.closes()
        plan = await opens(t, player.card, "plan")
        assert "On which day do you begin?" in said(plan)
        assert "AGREEMENT" not in said(plan), "nobody is shown the id of a course"
        assert (await t.ann.clicks(plan, does("plan", "make"))).acknowledged
        await t.passes()
        assert "Send the agreement, with the email." in said(t.ann.ephemerals[-1])
        # “Start another” begins what has just ended; the list then tells the two kinds apart.
        assert (await t.ann.clicks(player.card, "Start another")).acknowledged
        await t.orders(t.ann, "start")
        listed = await t.at.store.cases(player.owner)
        assert sorted(one.flow for one in listed) == [FLOW.id, FLOW.id, TROUBLED_CLIENT.name]
        assert (await t.ann.opens_home()).acknowledged
        shown = said(await t.orders(t.ann, "cases"))
        assert t.ann.home
        for told in (shown, said(t.ann.home)):
            assert told.count(f"\n\n{FLOW.title}\n") == 2
            assert told.count("\n\nA troubled client\n") == 1
