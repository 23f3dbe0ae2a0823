"""What is stored of a person: settings, counted, exported, changed, and deleted without a trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.dossier.record import export_record
from bot.reading import read_asked, read_dossier
from tests.discord.driver import is_to
from tests.discord.moments import case_of, shown
from tests.discord.scene import Scene, scene
from tests.discord.surfaces import (
    TO_THE_END,
    Where,
    asks,
    begins,
    in_the_files,
    on,
    options,
    rows,
    said,
    took,
    writes,
)
from tests.fakes.discord import Error, FakeDiscord, Person, Status
from tests.fakes.discord.model import Message

pytestmark = pytest.mark.usefixtures("still", "sound")

NOTHING = {"people": 0, "cases": 0, "events": 0, "outbox": 0}
CANARY = "kanarienvogel"


async def forgets(at: Scene, somebody: Person, where: Where = None, /, **more: str) -> None:
    """Use the command, confirm, and wait until all is done."""
    await asks(at, somebody, "forget", where, **more)
    await took(at, await somebody.clicks(somebody.ephemerals[-1], "Delete"))


async def keeps(at: Scene, somebody: Person, days: str) -> str:
    """Choose in the settings how long finished cases are kept; gives what then stands there."""
    await asks(at, somebody, "settings")
    await took(at, await somebody.selects(somebody.ephemerals[-1], is_to("keep"), days))
    return chosen(somebody.ephemerals[-1])


def chosen(settings: Message) -> str:
    """Tell which option is marked."""
    marked = [
        one["value"]
        for part in settings.components
        for select in part.get("components", ())
        for one in select.get("options", ())
        if one.get("default")
    ]
    (value,) = marked
    return str(value)


def sealed_in(somebody: Person) -> Mapping[str, Any]:
    """Read the file that came last, which they alone have."""
    (file,) = somebody.ephemerals[-1].attachments
    assert file.name == "crossroads.json"
    read: Mapping[str, Any] = orjson.loads(file.content)
    return read


# ------------------------------------------------------------------ settings


@pytest.mark.parametrize("days", [30, 0, 90, 45])
async def test_a_newcomer_has_the_time_that_the_operator_set(
    fake: FakeDiscord, ann: Person, tmp_path: Path, days: int
) -> None:
    async with scene(fake, tmp_path, keep_days=days) as at:
        await asks(at, ann, "settings")
        assert chosen(ann.ephemerals[-1]) == str(days)
        assert rows(tmp_path, "people") == {"people": 0}
        await begins(at, ann)
        contact = await at.store.contact(at.owner(ann))
        assert contact
        assert contact.keep_days == days


async def test_a_time_that_was_chosen_is_kept_whatever_the_operator_sets(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await asks(at, ann, "settings")
        assert options(ann.ephemerals[-1]) == {
            "0": "Keep them until I delete them",
            "7": "Delete them after 7 days",
            "30": "Delete them after 30 days",
            "90": "Delete them after 90 days",
            "365": "Delete them after a year",
        }
        for days in ("7", "365", "0"):
            assert await keeps(at, ann, days) == days
        await begins(at, bob)
    async with scene(fake, tmp_path, keep_days=90) as at:
        for somebody, days in ((ann, "0"), (bob, "30"), (fake.person("Cleo"), "90")):
            await asks(at, somebody, "settings")
            assert chosen(somebody.ephemerals[-1]) == days


async def test_settings_that_were_asked_for_by_a_word_are_changed_where_they_stand(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "settings")
        (settings,) = ann.from_bot
        await took(at, await ann.selects(settings, is_to("keep"), "Delete them after a year"))
        (changed,) = ann.from_bot
        assert (changed.id, chosen(changed)) == (settings.id, "365")
        contact = await at.store.contact(at.owner(ann))
        assert contact
        assert (contact.keep_days, contact.address["channel"]) == (365, ann.dm)


async def test_finished_cases_go_with_their_cards_after_the_time_and_open_ones_never(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await keeps(at, ann, "7")
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", "Finch")
        await at.later(timedelta(days=6))
        assert len(await at.store.cases(at.owner(ann))) == 2
        await at.later(timedelta(days=2))
        assert [case.name for case in await at.store.cases(at.owner(ann))] == ["Finch"]
        (card,) = ann.from_bot
        assert "Finch" in said(card)
        await at.later(timedelta(days=400))
        assert len(await at.store.cases(at.owner(ann))) == 1


async def test_where_they_are_to_be_kept_they_are(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        await keeps(at, ann, "0")
        await at.later(timedelta(days=4000))
        assert len(await at.store.cases(at.owner(ann))) == 1


# ------------------------------------------------------------------ mydata and export


async def test_mydata_counts_what_is_stored(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, bob, "fine")
        told = await asks(at, ann, "mydata")
        assert "Cases: 0" in told
        assert "Where you are reached in Discord: not stored" in told
        assert "Finished cases: Delete them after 30 days" in told
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine")
        told = await asks(at, ann, "mydata")
        assert "Cases: 2" in told
        assert f"events: {1 + len(TO_THE_END) + 2}" in told
        assert "Messages still to be delivered: 0" in told
        assert "Profile: none" in told
        assert "Where you are reached in Discord: yes" in told
        assert on(ann.ephemerals[-1]) == ["Export", "Delete everything…"]


async def test_mydata_counts_what_could_not_be_delivered_yet(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        fake.fail("post_message", Error(50013), times=None)
        assert (await ann.slash("start", where=server)).acknowledged
        await at.idle()
        assert "Messages still to be delivered: 1" in await asks(at, ann, "mydata", server)


@pytest.mark.parametrize("way", ["command", "in a server", "button", "button of a message"])
async def test_an_export_holds_everything_for_one_person_alone_and_leaves_nothing_in_the_chat(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, way: str
) -> None:
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        await begins(at, bob, "fine", "Finch")
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", CANARY)
        owner = at.owner(ann)
        await at.store.set_profile(owner, {"tried": "nothing"})
        match way:
            case "button":
                await asks(at, ann, "mydata")
                await took(at, await ann.clicks(ann.ephemerals[-1], "Export"))
            case "button of a message":
                await writes(at, ann, "export")
                await took(at, await ann.clicks(ann.from_bot[-1], "Export"))
            case _:
                await asks(at, ann, "export", server if way == "in a server" else None)
        assert said(ann.ephemerals[-1]) == "This is all that is stored about you."
        cases = await at.store.cases(owner)
        rounds = at.store.rounds
        dossiers = [await read_dossier(at.service, rounds, owner, case.id) for case in cases]
        contact = await at.store.contact(owner)
        asked = await read_asked(rounds, owner)
        whole = export_record(dossiers, {"tried": "nothing"}, at.now(), contact, asked=asked)
        record = sealed_in(ann)
        assert record == orjson.loads(orjson.dumps(whole))
        assert record["contact"] == {
            "platform": "discord",
            "address": {"user": ann.id, "channel": ann.dm},
            "discreet": True,
            "keep_days": 30,
        }
        assert [case["name"] for case in record["cases"]] == [CANARY, "Heron"]
        others = [*ann.messages, *bob.messages, *bob.ephemerals, *fake.messages_in(server)]
        assert not any(message.attachments for message in others)


async def test_an_export_of_nothing_is_a_file_as_well(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await asks(at, ann, "export")
        assert sealed_in(ann)["cases"] == []
        assert rows(tmp_path) == NOTHING


async def test_an_export_that_discord_refuses_is_told(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        fake.fail("edit_original", Status(413))
        await asks(at, ann, "export")
        assert "could not be put together just now" in said(ann.ephemerals[-1])


# ------------------------------------------------------------------ deleting


async def test_delete_on_the_card_is_one_press_away_and_asks_first(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        (card,) = ann.from_bot
        await took(at, await ann.clicks(card, "Delete…"))
        asked = said(ann.ephemerals[-1])
        assert "Delete “Heron”? Its answers and its result are gone for good" in asked
        assert "messages you wrote in this chat yourself" in asked
        assert on(ann.ephemerals[-1]) == ["Delete", "Keep"]
        await took(at, await ann.clicks(ann.ephemerals[-1], "Keep"))
        assert ann.ephemerals == []
        assert ann.from_bot == (card,)
        assert len(await at.store.cases(at.owner(ann))) == 1
        await took(at, await ann.clicks(card, "Delete…"))
        await took(at, await ann.clicks(ann.ephemerals[-1], "Delete"))
        assert "Deleted: 1 case" in said(ann.ephemerals[-1])
        assert not ann.from_bot
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 0}


@pytest.mark.parametrize("served", [False, True])
async def test_forget_of_one_case_leaves_the_others(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, served: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, bob, "fine", "Heron")
        await begins(at, ann, "fine", "Heron")
        await begins(at, ann, "fine", "Alder")
        await forgets(at, ann, fake.guild("Acme") if served else None, case="heron")
        assert [case.name for case in await at.store.cases(at.owner(ann))] == ["Alder"]
        (card,) = ann.from_bot
        assert "Alder" in said(card)
        assert len(bob.from_bot) == 1


async def test_after_forget_nothing_is_left_in_the_database_or_of_ours_in_the_chat(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, bob)
        await writes(at, ann, "hello")
        for _ in range(2):
            await begins(at, ann, "fine", CANARY, "nothing")
        await writes(at, ann, "cases", "settings", "mydata", "export")
        await at.later(timedelta(minutes=1))
        assert len(ann.from_bot) == 7
        assert in_the_files(tmp_path, at.owner(ann)), "the search does find what is readable"
        await asks(at, ann, "forget")
        assert "Delete everything Crossroads keeps about you?" in said(ann.ephemerals[-1])
        await took(at, await ann.clicks(ann.ephemerals[-1], "Keep"))
        assert len(ann.from_bot) == 7
        await forgets(at, ann)
        assert "Deleted: 2 cases, with answers, history and results." in said(ann.ephemerals[-1])
        assert not ann.from_bot
        assert [one.content for one in ann.messages if one.content == CANARY] == [CANARY] * 2
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 1}, "Bob's"
        assert not in_the_files(tmp_path, ann.id, ann.dm, CANARY, at.owner(ann))
    assert not in_the_files(tmp_path, ann.id, ann.dm, CANARY)
    assert len(bob.from_bot) == 1


async def test_whoever_has_no_case_can_delete_the_welcome_as_well(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "hello")
        await forgets(at, ann)
        assert "Deleted: 0 cases" in said(ann.ephemerals[-1])
        assert (ann.from_bot, rows(tmp_path)) == ((), NOTHING)


async def test_more_messages_than_discord_lists_at_once_are_deleted(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        (card,) = ann.from_bot
        for number in range(250):
            message = Message(str(int(card.id) - 1 - number), ann.dm, card.author, from_bot=True)
            fake.world.keep(message)
        await forgets(at, ann)
        assert not ann.from_bot


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("what", ["", "Heron"])
async def test_what_discord_does_not_delete_now_is_deleted_later(
    fake: FakeDiscord, ann: Person, tmp_path: Path, what: str, restarted: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        refused = fake.fail("delete_message", Error(50013), times=None)
        await forgets(at, ann, **({"case": what} if what else {}))
        assert len(ann.from_bot) == 1
        assert rows(tmp_path, "cases") == {"cases": 0}
        assert not in_the_files(tmp_path, ann.dm), "where it is, is sealed"
        if not restarted:
            refused.lift()
            await at.later(timedelta(minutes=1))
    if restarted:
        async with scene(fake, tmp_path) as at:
            refused.lift()
            await at.later(timedelta(minutes=1))
    assert not ann.from_bot


async def test_what_was_begun_since_stays_when_the_rest_is_deleted_later(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        refused = fake.fail("delete_message", Error(50013), times=None)
        await forgets(at, ann)
        fake.clock.advance(60)
        await begins(at, ann)
        refused.lift()
        await at.later(timedelta(minutes=1))
        (card,) = ann.from_bot
        assert "Is everyone safe?" in said(card)


async def test_a_removal_that_never_succeeds_is_given_up_after_a_month(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await at.later(2 * timedelta(days=1))  # what was noted at the start is over
        before = rows(tmp_path, "safe")["safe"]
        fake.fail("delete_message", Error(50013), times=None)
        await forgets(at, ann)
        for days, left in ((29, 1), (2, 0)):
            await at.later(timedelta(days=days))
            assert rows(tmp_path, "safe")["safe"] - before == left


async def test_deleting_is_done_though_discord_takes_nothing_at_all(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    ann.closes_dms()
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, where=server)
        await asks(at, ann, "forget", server)
        fake.fail("delete_original", Error(50013), times=None)
        fake.fail("get_messages", Error(50001), times=None)
        await took(at, await ann.clicks(ann.ephemerals[-1], "Delete"))
        assert rows(tmp_path) == NOTHING


@pytest.mark.parametrize("what", ["", "Heron"])
async def test_a_double_press_on_delete_is_harmless(
    fake: FakeDiscord, ann: Person, tmp_path: Path, what: str
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        await asks(at, ann, "forget", **({"case": what} if what else {}))
        question = ann.ephemerals[-1]
        for _ in range(2):
            await took(at, await ann.clicks(question, "Delete", stale=True))
        assert (ann.from_bot, rows(tmp_path, "cases")) == ((), {"cases": 0})


async def test_who_forgot_everything_can_begin_anew(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await forgets(at, ann)
        await begins(at, ann, "fine")
        assert "A nickname?" in said(ann.from_bot[-1])
        assert len(ann.from_bot) == 1


# ------------------------------------------------------------------ an answer changed


async def test_an_answer_is_picked_in_the_review_and_asked_again(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron", "asked", "yes please")
        (card,) = ann.from_bot
        await took(at, await ann.clicks(card, "Review"))
        window = ann.ephemerals[-1]
        given = options(window)
        number = next(value for value, words in given.items() if "What was tried" in words)
        await took(at, await ann.selects(window, is_to("edit", "1"), number))
        assert "That question is asked again" in said(ann.ephemerals[-1])
        assert ann.ephemerals[-1].id == window.id
        assert await shown(at, ann) == "tried"
        assert "Keep: Asked once" in on(ann.from_bot[-1])
        await took(at, await ann.selects(window, is_to("edit", "1"), number, stale=True))
        assert "This step has moved on" in said(ann.ephemerals[-1])
        await took(at, await ann.clicks(ann.from_bot[-1], is_to("answer", "nothing")))
        assert (await case_of(at, ann)).answers["tried"] == "nothing"
        assert await shown(at, ann) == "cost", "what depends on it is settled by it"
