"""What comes after the result on Discord: letter, plan, reminder, log; by what is shown alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cards.actions import parse_action
from bot.sheets.acts import read
from tests.discord.circle import NICKNAME, Circle, circle
from tests.discord.driver import is_to
from tests.discord.surfaces import said
from tests.fakes.discord import FakeDiscord, Message
from tests.slack.test_carrying_out import VALUES, first_due

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Circle]:
    async with circle(fake, tmp_path) as there:
        yield there


def does(verb: str, what: str) -> Callable[[Mapping[str, Any]], bool]:
    """Recognise the button that does something, by its id."""

    def is_it(one: Mapping[str, Any]) -> bool:
        action = parse_action(str(one.get("custom_id", "")))
        return action is not None and action.verb == verb and read(action)[0] == what

    return is_it


async def presses(here: Circle, where: Message, verb: str, what: str) -> Message | None:
    """Press a button, and give what only Ann sees of it then, if that is new."""
    before = {one.id: one for one in here.ann.ephemerals}
    assert (await here.ann.clicks(where, does(verb, what))).acknowledged
    await here.passes()
    fresh = [one for one in here.ann.ephemerals if before.get(one.id) != one]
    return fresh[-1] if fresh else None


async def opens(here: Circle, card: Message, word: str) -> Message:
    """Press a word on the case's card; gives what only Ann sees of it."""
    before = {one.id for one in here.ann.ephemerals}
    assert (await here.ann.clicks(card, is_to("say", word))).acknowledged
    await here.passes()
    (shown,) = [one for one in here.ann.ephemerals if one.id not in before]
    return shown


async def test_a_letter_is_filled_in_edited_and_kept(here: Circle) -> None:
    sheet = await opens(here, await here.decides(), "draft")
    assert "Not ready to copy yet" in said(sheet)
    await presses(here, sheet, "draft", "fill")
    asked = [slot for slot in VALUES if slot in here.ann.modal.fields]
    assert len(asked) == 5, "as many as a form of Discord has room for"
    goes_on = await here.sends(here.ann, **{slot: VALUES[slot] for slot in asked})
    assert goes_on
    await here.ann.clicks(goes_on, "Fill in")
    await here.at.idle()
    rest = [slot for slot in VALUES if slot in here.ann.modal.fields]
    letter = await here.sends(here.ann, **{slot: VALUES[slot] for slot in rest})
    assert letter
    assert "Nothing stands in the way of copying it." in said(letter)
    await presses(here, letter, "draft", "edit")
    kept = await here.sends(here.ann, text="Subject: How we work\n\nYou always ask on 2 March.")
    assert kept
    assert "version 1" in said(kept)
    assert "blames them" in said(kept)
    assert here.shown == [], "nobody else sees a word of it"


async def test_a_plan_is_made_ticked_off_and_reminded_of_without_a_name(here: Circle) -> None:
    sheet = await opens(here, await here.decides(), "plan")
    await presses(here, sheet, "plan", "days")
    plan = await here.sends(here.ann, tell="next friday", country="Germany")
    assert plan
    await presses(here, plan, "plan", "tick")
    plan = await here.sends(here.ann, done=("1",))
    assert plan
    assert "Done: 1 of 6" in said(plan)
    file = await presses(here, plan, "plan", "calendar")
    assert file
    assert file.attachments[0].content.startswith(b"BEGIN:VCALENDAR")
    before = len(here.ann.from_bot)
    await here.passes(timedelta(days=4, hours=3).total_seconds())
    (reminder,) = here.ann.from_bot[before:]
    assert "You have 2 items due." in said(reminder)
    assert NICKNAME not in json.dumps(reminder.components)
    due = await presses(here, reminder, "due", "show")
    assert due
    assert NICKNAME in said(due)
    await presses(here, due, "due", "off")
    left = await here.sends(here.ann, items=first_due(here.ann.modal.components), until="7")
    assert left
    assert said(left).count("Today:") == said(due).count("Today:") - 1


async def test_a_document_is_chosen_and_given_to_one_person_alone(here: Circle) -> None:
    await here.decides()
    assert (await here.ann.slash("document")).acknowledged
    await here.passes()
    offered = here.ann.ephemerals[-1]
    assert "The decision record, to be signed" in said(offered)
    await presses(here, offered, "document", "ask")
    given = await here.sends(here.ann, what="record", form="md")
    assert given
    (file,) = given.attachments
    assert file.content.decode().startswith(f"# Not decided yet: {NICKNAME}")
    assert here.shown == [], "nobody else sees a word of it"


async def test_a_message_is_added_to_the_log_only_once_it_was_looked_at(here: Circle) -> None:
    await here.decides()
    bob = here.people[0]
    await bob.writes("Pay @everyone `nothing`", here.room)
    message = here.fake.messages_in(here.room)[-1]
    assert (await here.ann.uses("Add to log", message)).acknowledged
    await here.at.idle()
    assert here.ann.modal.fields["quote"] == "Pay @everyone `nothing`"
    assert here.ann.modal.fields["who"] == "Bob"
    assert here.ann.modal.fields["channel"] == "Discord, #cases"
    shown = await here.sends(here.ann, fact="The mail of 2 March says so.")
    assert shown
    assert "The mail of 2 March says so." in said(shown)
    assert here.shown == [], "nobody there learns of it"
