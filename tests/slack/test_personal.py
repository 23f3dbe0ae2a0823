"""What is stored of a person: counted, exported, deleted; and how discreet a card arrives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.dossier.record import export_record
from bot.reading import read_dossier
from tests.fakes.slack import Error, FakeSlack, Message, Person
from tests.slack.scene import Scene, scene
from tests.slack.surfaces import TO_THE_END, begins, in_the_files, on, rows, said, writes

NOTHING = {"people": 0, "cases": 0, "events": 0, "outbox": 0, "safe": 0}


async def forgets(at: Scene, somebody: Person, what: str = "") -> None:
    """Use the command, confirm, and wait until all is done."""
    await somebody.slash(f"forget {what}")
    await at.idle()
    assert (await somebody.submits()).acknowledged
    await at.idle()


async def exports(at: Scene, somebody: Person) -> Mapping[str, Any]:
    """Press “Export” and read the file."""
    await somebody.slash("mydata")
    await somebody.clicks(somebody.ephemerals[-1], "Export")
    await at.idle()
    (file,) = somebody.team.files.values()
    read: Mapping[str, Any] = orjson.loads(file.content)
    return read


# ------------------------------------------------------------------ mydata and export


async def test_mydata_counts_what_is_stored(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path) as at:
        await ann.slash("mydata")
        told = ann.ephemerals[-1].text
        assert "Cases: 0" in told
        assert "Where you are reached in Slack: not stored" in told
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine")
        await ann.slash("mydata")
        told = ann.ephemerals[-1].text
        assert "Cases: 2" in told
        assert f"events: {1 + len(TO_THE_END) + 2}" in told
        assert "Messages still to be delivered: 0" in told
        assert "Profile: none" in told
        assert "Where you are reached in Slack: yes" in told
        assert on(ann.ephemerals[-1]) == ["What is stored", "Export", "Delete everything…"]


async def test_mydata_counts_what_could_not_be_delivered_yet(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        fake.fail("chat.postMessage", Error("restricted_action"), times=None)
        await begins(at, ann)
        await ann.slash("mydata")
        assert "Messages still to be delivered: 1" in ann.ephemerals[-1].text


async def test_an_export_holds_everything_and_goes_to_the_direct_messages_alone(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, bob, "fine", "Finch")
        await begins(at, ann, *TO_THE_END)
        await at.store.set_profile(at.owner(ann), {"tried": "nothing"})
        record = await exports(at, ann)
        owner = at.owner(ann)
        cases = await at.store.cases(owner)
        dossiers = [
            await read_dossier(at.service, at.store.rounds, owner, case.id) for case in cases
        ]
        contact = await at.store.contact(owner)
        whole = export_record(dossiers, {"tried": "nothing"}, at.now(), contact, asked=[])
        assert record == orjson.loads(orjson.dumps(whole))
        assert record["contact"] == {
            "platform": "slack",
            "address": {
                "enterprise": "",
                "team": fake.team.id,
                "user": ann.id,
                "wide": "",
                "channel": ann.dm,
            },
            "discreet": True,
            "keep_days": 0,
        }
        assert [case["name"] for case in record["cases"]] == ["Heron"]
        assert [file.shared for file in fake.team.files.values()] == [(ann.dm,)]


async def test_an_export_that_slack_refuses_is_told(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        fake.team.scopes.discard("files:write")
        await ann.slash("mydata")
        await ann.clicks(ann.ephemerals[-1], "Export")
        await at.idle()
        assert "could not be put together just now" in ann.ephemerals[-1].text


# ------------------------------------------------------------------ deleting


async def test_after_forget_nothing_is_left_in_the_database_or_the_chat(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for _ in range(3):
            await begins(at, ann, "fine", "Heron")
        await exports(at, ann)
        assert len(ann.from_bot) == 4
        await forgets(at, ann)
        assert "Deleted: 3 cases, with answers, history and results." in said(ann.modal)
        assert ann.from_bot == []
        assert fake.team.files == {}
        assert rows(tmp_path) == NOTHING
        assert not in_the_files(tmp_path, ann.id)
        assert [message.text for message in ann.messages] == ["fine", "Heron"] * 3


async def test_forgetting_leaves_other_people_alone(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, bob, "fine", "Finch")
        await begins(at, ann)
        await forgets(at, ann)
        assert [case.name for case in await at.store.cases(at.owner(bob))] == ["Finch"]
        assert len(bob.from_bot) == 1
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 1}


async def test_a_newcomer_can_forget_as_well(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path) as at:
        await forgets(at, ann)
        assert "Deleted: 0 cases" in said(ann.modal)
        assert rows(tmp_path) == NOTHING


async def test_the_file_of_somebody_without_cases_is_deleted_too(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        assert (await exports(at, ann))["cases"] == []
        await forgets(at, ann)
        assert (ann.from_bot, fake.team.files, rows(tmp_path)) == ([], {}, NOTHING)


async def test_more_messages_than_slack_lists_at_once_are_deleted(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        card = ann.from_bot[0]
        for number in range(250):
            stamp = f"{1_700_000_000 + number}.000100"
            there = fake.team.messages[ann.dm]
            there[stamp] = Message(card.team, card.channel, stamp, card.user, "x", from_bot=True)
        await forgets(at, ann)
        assert ann.from_bot == []


@pytest.mark.parametrize("what", ["", "Heron"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_what_slack_does_not_delete_now_is_deleted_later(
    fake: FakeSlack, ann: Person, tmp_path: Path, what: str, restarted: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        refused = fake.fail("chat.delete", Error("restricted_action"), times=None)
        await forgets(at, ann, what)
        assert len(ann.from_bot) == 1
        assert rows(tmp_path, "cases", "safe") == {"cases": 0, "safe": 1}
        if not restarted:
            refused.lift()
            await at.later(timedelta(minutes=1))
    if restarted:
        async with scene(fake, tmp_path) as at:
            refused.lift()
            await at.later(timedelta(minutes=1))
    assert ann.from_bot == []
    assert rows(tmp_path, "safe") == {"safe": 0}


async def test_what_was_begun_since_stays_when_the_rest_is_deleted_later(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        refused = fake.fail("chat.delete", Error("restricted_action"), times=None)
        await forgets(at, ann)
        fake.clock.advance(60)
        await begins(at, ann)
        refused.lift()
        await at.later(timedelta(minutes=1))
        (card,) = ann.from_bot
        assert "Is everyone safe?" in card.text
        assert rows(tmp_path, "safe") == {"safe": 0}


async def test_a_file_that_is_gone_already_does_not_stand_in_the_way(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await exports(at, ann)
        fake.team.files.clear()
        await forgets(at, ann)
        assert ann.from_bot == []
        assert rows(tmp_path) == NOTHING


async def test_deleting_twice_is_harmless(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, "socket") as at:
        await begins(at, ann, "fine", "Heron")
        await ann.slash("forget heron")
        await at.idle()
        sending = ann.drafts.submission({}, ann.modal)
        for retry in range(2):
            assert (await fake.deliver(sending, retry=retry)).acknowledged
        await at.idle()
        assert ann.from_bot == []


async def test_who_forgot_everything_can_begin_anew(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await forgets(at, ann)
        await begins(at, ann, "fine")
        assert "A nickname?" in ann.from_bot[-1].text
        assert len(ann.from_bot) == 1


# ------------------------------------------------------------------ discreet, and kept for how long


def first_words(fake: FakeSlack) -> list[str]:
    """Give what notifications said: the text that each message was posted with."""
    return [str(call.args["text"]) for call in fake.calls_of("chat.postMessage")]


async def test_a_discreet_notification_tells_nothing_and_the_card_is_whole_afterwards(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        assert first_words(fake) == ["Crossroads: there is something for you here."]
        assert "Is everyone safe?" in ann.from_bot[-1].text
        assert "Is everyone safe?" in said(ann.from_bot[-1])


async def test_whoever_turned_it_off_is_notified_with_the_question(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await ann.slash("settings", channel=fake.channel("general", member=False).id)
        await ann.clicks(ann.ephemerals[-1], "Turn discreet notifications off")
        await at.idle()
        assert len(ann.ephemerals) == 1, "the answer stands in the place of the message"
        assert "Discreet notifications: off." in ann.ephemerals[-1].text
        await begins(at, ann)
        assert "Is everyone safe?" in first_words(fake)[-1]
        assert len(fake.calls_of("chat.update")) == 0


async def test_a_card_whose_words_could_not_follow_is_whole_after_the_next_answer(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        fake.fail("chat.update", Error("restricted_action"))
        await begins(at, ann, "fine")
        assert "A nickname?" in ann.from_bot[-1].text


async def keeps(at: Scene, somebody: Person, days: str) -> None:
    """Choose in the settings how long finished cases are kept."""
    await somebody.slash("settings")
    await somebody.clicks(somebody.ephemerals[-1], "keep:", days)
    await at.idle()


async def test_finished_cases_are_deleted_with_their_cards_after_the_time_and_open_ones_never(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await keeps(at, ann, "30")
        assert "Delete them after 30 days" in ann.ephemerals[-1].text
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", "Finch")
        await at.later(timedelta(days=29))
        assert len(await at.store.cases(at.owner(ann))) == 2
        await at.later(timedelta(days=2))
        assert [case.name for case in await at.store.cases(at.owner(ann))] == ["Finch"]
        (card,) = ann.from_bot
        assert "Finch" in card.text
        await at.later(timedelta(days=400))
        assert len(await at.store.cases(at.owner(ann))) == 1


async def test_finished_cases_are_kept_where_nothing_was_chosen(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        await at.later(timedelta(days=4000))
        assert len(await at.store.cases(at.owner(ann))) == 1


async def test_settings_can_be_chosen_again(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path) as at:
        await keeps(at, ann, "30")
        await begins(at, ann, *TO_THE_END)
        await keeps(at, ann, "0")
        await at.later(timedelta(days=4000))
        assert len(await at.store.cases(at.owner(ann))) == 1


async def test_an_answer_in_the_chat_needs_no_more_than_was_asked(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await writes(at, ann, "mydata")
        assert ann.from_bot[-1].text.startswith("Client ")
        assert len(ann.from_bot) == 1
