"""A plan in Slack, from the word on the card to the calendar file, by what is shown alone."""

from __future__ import annotations

from pathlib import Path

from bot.sheets.acts import read
from tests.fakes.slack import FakeSlack, Message
from tests.fakes.slack.elements import elements
from tests.slack.driver import is_to
from tests.slack.surfaces import said
from tests.slack.team import Team, team, text_of


def does(what: str):  # type: ignore[no-untyped-def]
    """Recognise what does something to a plan."""
    from bot.cards.actions import parse_action

    def is_it(one):  # type: ignore[no-untyped-def]
        action = parse_action(str(one.get("action_id", "")))
        return action is not None and action.verb == "plan" and read(action)[0] == what

    return is_it


async def test_x(fake: FakeSlack, tmp_path: Path) -> None:
    async with team(fake, tmp_path) as t:
        card = await t.decides()
        before = len(t.ann.ephemerals)
        assert (await t.ann.clicks(card, is_to("say", "plan"))).acknowledged
        await t.passes()
        print([said(m) for m in t.ann.ephemerals[before:]])
        sheet = t.ann.ephemerals[-1]
        assert (await t.ann.clicks(sheet, does("days"))).acknowledged
        await t.at.idle()
        print(text_of(t.ann.modal))
        assert (await t.ann.submits({"tell": "next friday", "country": "Germany"})).acknowledged
        await t.passes()
        print(text_of(t.ann.modal), t.ann.modal.errors)
        assert (await t.ann.clicks(t.ann.modal, does("tick"))).acknowledged
        await t.at.idle()
        print(text_of(t.ann.modal), [m.body["callback_id"] for m in t.ann.modals])
        assert (await t.ann.submits({"done": ("1",)})).acknowledged
        await t.passes()
        print(len(t.ann.modals), text_of(t.ann.modal))
        assert (await t.ann.clicks(t.ann.modal, does("calendar"))).acknowledged
        await t.passes()
        print([ (m.text, m.files) for m in t.ann.from_bot])
        print([said(m) for m in t.ann.ephemerals], len(t.ann.modals), text_of(t.ann.modal))
