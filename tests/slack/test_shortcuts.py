"""The shortcuts: they ask how to begin, and take nothing over from a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.reading import read_dossier
from tests.fakes.slack import FakeSlack, Person
from tests.slack.scene import Mode, Scene, scene
from tests.slack.surfaces import in_the_files, rows, said

CANARY = "Zanzibar owes us four invoices"


async def opens(at: Scene, somebody: Person, over_message: bool) -> None:
    """Use a shortcut, by itself or on a message in a channel that the app is no member of."""
    if over_message:
        channel = at.fake.channel("general", member=False)
        await somebody.writes(CANARY, channel=channel.id)
        message = next(iter(at.fake.team.messages[channel.id].values()))
        taken = await somebody.message_shortcut(MESSAGE_SHORTCUT, message)
    else:
        taken = await somebody.shortcut(GLOBAL_SHORTCUT)
    assert taken.acknowledged
    await at.idle()


@pytest.mark.parametrize("mode", ["http", "socket"])
@pytest.mark.parametrize("over_message", [False, True])
async def test_a_shortcut_asks_how_to_begin_and_begins_when_sent_off(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, over_message: bool
) -> None:
    async with scene(fake, tmp_path, mode) as at:
        await opens(at, ann, over_message)
        assert "How would you like to begin?" in said(ann.modal)
        assert ("Nothing of the message" in said(ann.modal)) is over_message
        assert rows(tmp_path, "people", "cases", "safe") == {"people": 0, "cases": 0, "safe": 0}
        await ann.submits({"value": "short"})
        assert said(ann.modal) == (
            "It goes on in our direct messages (Apps → Crossroads → Messages)."
        )
        await at.idle()
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert case.answers["length"] == "short"
        assert "Is everyone safe?" in ann.from_bot[-1].text


async def test_the_usual_way_is_chosen_beforehand(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await opens(at, ann, over_message=False)
        await ann.submits()
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert case.answers["length"] == "long"


async def test_nothing_of_the_message_is_stored_or_sent_anywhere(
    fake: FakeSlack, ann: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene(fake, tmp_path) as at:
        await opens(at, ann, over_message=True)
        assert CANARY not in repr(ann.modal)
        await ann.submits()
        await at.idle()
        (listed,) = await at.store.cases(at.owner(ann))
        dossier = await read_dossier(at.service, at.store.rounds, at.owner(ann), listed.id)
        assert CANARY not in repr(dossier)
        assert CANARY not in repr([call.args for call in fake.calls])
        assert CANARY not in caplog.text
        assert not in_the_files(tmp_path, CANARY)


async def test_not_now_begins_nothing(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path) as at:
        await opens(at, ann, over_message=True)
        await ann.closes()
        await at.idle()
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}
        assert ann.from_bot == []


async def test_a_form_sent_twice_by_slack_begins_one_case(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket") as at:
        await opens(at, ann, over_message=False)
        sending = ann.drafts.submission({}, ann.modal)
        for retry in range(2):
            assert (await fake.deliver(sending, retry=retry)).acknowledged
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


async def test_a_shortcut_that_is_too_late_opens_nothing_and_stores_nothing(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        sending = ann.drafts.shortcut(GLOBAL_SHORTCUT)
        fake.clock.advance(4)
        assert (await fake.deliver(sending)).acknowledged
        await at.idle()
        assert ann.modals == ()
        assert rows(tmp_path, "people") == {"people": 0}
