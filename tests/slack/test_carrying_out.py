"""What comes after the result in Slack: letter, plan, reminder, log; only what is shown is used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.cards.actions import parse_action
from bot.sheets.acts import read
from tests.fakes.slack import FakeSlack, Message, OpenView, Person
from tests.slack.driver import is_to
from tests.slack.surfaces import said
from tests.slack.team import NICKNAME, Team, team, text_of

VALUES = {
    "start_date": "16 March 2026",
    "client": "Ms Grey",
    "fact_one": "two extra layouts on 2 March",
    "fact_two": "three more on 5 March",
    "effect": "other work was late",
    "new_term": "extras are quoted before they begin",
    "reply_date": "next friday",
    "me": "Ann",
}


def does(verb: str, what: str) -> Callable[[Mapping[str, Any]], bool]:
    """Recognise the button that does something, by its id."""

    def is_it(one: Mapping[str, Any]) -> bool:
        action = parse_action(str(one.get("action_id", "")))
        return action is not None and action.verb == verb and read(action)[0] == what

    return is_it


async def presses(t: Team, where: Message | OpenView, verb: str, what: str) -> OpenView:
    """Press a button, and give the window that is open then."""
    assert (await t.ann.clicks(where, does(verb, what))).acknowledged
    await t.passes()
    return t.ann.modal


async def sends(t: Team, **values: str | tuple[str, ...]) -> OpenView:
    """Send the open form off, and give the window that is open then."""
    assert (await t.ann.submits(values)).acknowledged
    await t.passes()
    assert not t.ann.modal.errors, t.ann.modal.errors
    return t.ann.modal


def first_due(form: object) -> tuple[str, ...]:
    """Give the first item that a form offers, by its value, on either platform."""
    return tuple(re.findall(r'"([A-Z0-9]{8}\.\d+)"', json.dumps(form))[:1])


async def opens(t: Team, card: Message, word: str) -> Message:
    """Press a word on the case's card; gives what only Ann sees of it."""
    assert (await t.ann.clicks(card, is_to("say", word))).acknowledged
    await t.passes()
    return t.ann.ephemerals[-1]


async def test_a_letter_is_filled_in_edited_kept_and_rehearsed(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        sheet = await opens(t, await t.decides(), "draft")
        assert "Not ready to copy yet" in said(sheet)
        assert "Copying and sending it is up to you." in said(sheet)
        form = await presses(t, sheet, "draft", "fill")
        while form.body["callback_id"] == "form":
            asked = [block["block_id"] for block in form.body["blocks"] if block["type"] == "input"]
            form = await sends(t, **{slot: VALUES[slot] for slot in asked})
        assert "Nothing stands in the way of copying it." in text_of(form)
        assert "6 March 2026" in text_of(form), "a day in anybody's own words"
        await presses(t, form, "draft", "edit")
        edited = text_of(t.ann.modal)
        assert "{{" not in edited
        window = await sends(t, text="Subject: How we work\n\nYou always ask on 2 March.")
        assert "version 1" in text_of(window)
        assert "blames them" in text_of(window)
        listed = await presses(t, window, "draft", "versions")
        assert "edited by you" in text_of(listed)
        assert t.fake.posts(t.room) == [], "nobody else sees a word of it"
        sheet = await opens(t, t.players["Ann"].card, "draft")
        assert "version 1" in said(sheet), "it is kept"


async def test_a_plan_is_made_ticked_off_and_reminded_of_without_a_name(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        sheet = await opens(t, await t.decides(), "plan")
        assert "On which day do you tell them?" in said(sheet)
        form = await presses(t, sheet, "plan", "days")
        assert "Whose holidays count?" in text_of(form)
        window = await sends(t, tell="next friday", country="Germany")
        assert "Talk it through, or send the letter." in text_of(window)
        await presses(t, window, "plan", "tick")
        window = await sends(t, done=("1",))
        assert "Done: 1 of 6" in text_of(window)
        await presses(t, window, "plan", "calendar")
        (file,) = [one for message in t.ann.from_bot for one in message.files]
        assert t.ann.team.files[file].content.startswith(b"BEGIN:VCALENDAR")
        before = len(t.ann.from_bot)
        await t.passes(timedelta(days=4, hours=1).total_seconds())
        (reminder,) = t.ann.from_bot[before:]
        assert "You have 2 items due." in said(reminder)
        assert NICKNAME not in said(reminder) + reminder.text
        assert (await t.ann.clicks(reminder, does("due", "show"))).acknowledged
        await t.passes()
        due = t.ann.ephemerals[-1]
        assert NICKNAME in said(due)
        form = await presses(t, due, "due", "off")
        assert "Or until another day" in text_of(form)
        left = await sends(t, items=first_due(form.body), until="7")
        assert text_of(left).count("Today:") == said(due).count("Today:") - 1
        assert (await t.ann.clicks(reminder, does("due", "later"))).acknowledged
        await t.passes(timedelta(days=3).total_seconds())
        assert len(t.ann.from_bot) == before + 2, "again, as asked for"


async def test_a_document_is_chosen_and_given_to_one_person_alone(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.decides()
        assert (await t.ann.slash("document")).acknowledged
        await t.passes()
        offered = t.ann.ephemerals[-1]
        await presses(t, offered, "document", "ask")
        await sends(t, what="record", form="md")
        (file,) = [one for message in t.ann.from_bot for one in message.files]
        assert t.ann.team.files[file].content.decode().startswith(f"# Not decided yet: {NICKNAME}")
        assert t.fake.posts(t.room) == [], "nobody else sees a word of it"


async def test_a_message_is_added_to_the_log_only_once_it_was_looked_at(
    fake: FakeSlack, tmp_path: Path
) -> None:
    async with team(fake, tmp_path) as t:
        await t.decides()
        message = _writes(t, t.people[0], "Pay <!channel> nothing & *now*")
        assert (await t.ann.message_shortcut("add_to_log", message)).acknowledged
        await t.passes()
        assert "Pay <!channel> nothing & *now*" in text_of(t.ann.modal)
        assert "Bob" in text_of(t.ann.modal)
        owner = t.at.owner(t.ann)
        papers = t.at.service.store.papers
        case_id = t.players["Ann"].case_id
        assert await papers.read(owner, "log", case_id) == b"", "nothing is kept yet"
        window = await sends(t, quote="Pay nothing", fact="The mail of 2 March says so.")
        assert "The mail of 2 March says so." in text_of(window)
        before = len(t.ann.ephemerals)
        await t.orders(t.ann, f"log {NICKNAME}")
        assert "Pay nothing" in said(t.ann.ephemerals[before:][-1])
        assert t.fake.posts(t.room) == [], "nobody there learns of it"


def _writes(t: Team, who: Person, text: str) -> Message:
    """Let a colleague write in the team's channel."""
    who.drafts.message(text, channel=t.room.id)
    return max(who.team.messages[t.room.id].values(), key=lambda one: one.ts)
