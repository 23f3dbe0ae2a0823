"""Twice, late, out of order, two at once: each answer counts once, for its own question alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.installations import Installed, Shelf
from tests.fakes.slack import Delivery, FakeSlack, Hang, Person, Sending, Status
from tests.slack.moments import (
    BOTH_MODES,
    QUICK,
    UNHURRIED,
    advanced,
    asks,
    begun,
    card,
    case_of,
    locked,
    option,
    pressing,
    shown,
)
from tests.slack.scene import Mode, Scene, scene

SOON = timedelta(seconds=5)


async def events(here: Scene, who: Person) -> int:
    """Count what was logged of somebody's only case."""
    case = await case_of(here, who)
    return len(await here.service.store.history(case.owner, case.id))


# ------------------------------------------------------------------ acknowledged when it is on disk


@BOTH_MODES
async def test_a_click_is_not_acknowledged_while_the_database_cannot_take_it(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    fake.patience = 1.0
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        before = await begun(here, ann)
        click = ann.drafts.click(before, option("fine"))
        with locked(tmp_path):
            delivery = await fake.deliver(click)
            assert not delivery.acknowledged
            assert delivery.status in (0, 500)
            assert await asks(here, ann) == "safe"
            assert card(ann) == before
        assert (await fake.deliver(click, retry=1)).acknowledged
        await here.idle()
        await here.later(SOON)
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2


@BOTH_MODES
async def test_a_message_is_sent_again_until_it_is_on_disk_and_counts_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    fake.patience = 1.0
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await begun(here, ann)
        message = ann.drafts.message("fine")
        with locked(tmp_path):
            assert not (await fake.deliver(message)).acknowledged
            assert not (await fake.deliver(message, retry=1)).acknowledged
        for retry in (2, 3):
            fake.clock.advance(60)
            assert (await fake.deliver(message, retry=retry)).acknowledged
        await here.idle()
        await here.later(SOON)
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2


async def test_an_acknowledgement_does_not_wait_for_the_next_card(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        before = await begun(here, ann)
        hang = Hang()
        fake.fail("chat.update", hang)
        assert (await ann.clicks(before, option("fine"))).acknowledged
        assert await asks(here, ann) == "called"
        await hang.reached.wait()
        hang.release()
        await here.idle()
        assert await shown(here, ann) == "called"


@BOTH_MODES
async def test_what_was_acknowledged_is_there_after_a_restart(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        before = await begun(here, ann)
        fake.fail("chat.update", Status(503), times=None)
        assert (await ann.clicks(before, option("fine"))).acknowledged
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        assert await asks(here, ann) == "called"
        await here.later(timedelta(minutes=5))
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ twice


@BOTH_MODES
async def test_a_redelivered_message_counts_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await begun(here, ann)
        message = ann.drafts.message("skip")
        for retry in range(4):
            fake.clock.advance(60)
            assert (await fake.deliver(message, retry=retry)).acknowledged
            await here.idle()
        await ann.writes("fine")
        await here.idle()
        assert await shown(here, ann) == "called"
        fake.clock.advance(60)
        await fake.deliver(message, retry=4)  # it would skip the nickname
        await here.idle()
        assert await shown(here, ann) == "called"


@BOTH_MODES
async def test_a_redelivered_message_counts_once_after_a_restart(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await begun(here, ann)
        await ann.writes("fine")
        await here.idle()
        message = ann.drafts.message("skip")
        await fake.deliver(message)
        await here.idle()
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        turn = (await case_of(here, ann)).turn
        fake.clock.advance(60)
        assert (await fake.deliver(message, retry=1)).acknowledged
        await here.idle()
        assert (await case_of(here, ann)).turn == turn
        assert await shown(here, ann) == "tried"


@BOTH_MODES
async def test_the_same_click_sent_twice_counts_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        for _ in range(2):
            assert (await fake.deliver(click)).acknowledged
            await here.idle()
            fake.clock.advance(1)  # signed anew
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2
        assert "earlier question" not in str(card(ann).blocks)


@BOTH_MODES
async def test_a_double_click_counts_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        message = await begun(here, ann)
        clicks = [ann.drafts.click(message, option("fine")) for _ in range(2)]
        for delivery in await asyncio.gather(*map(fake.deliver, clicks)):
            assert delivery.acknowledged
        await here.idle()
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2


@BOTH_MODES
async def test_two_answers_at_once_take_the_first_alone(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        message = await begun(here, ann)
        clicks = [ann.drafts.click(message, option(one)) for one in ("fine", "danger", "maybe")]
        await asyncio.gather(*map(fake.deliver, clicks))
        await here.idle()
        assert await events(here, ann) == 2
        await shown(here, ann)


@BOTH_MODES
async def test_a_double_click_on_begin_begins_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await ann.writes("Hello?")
        await here.idle()
        clicks = [
            ann.drafts.click(ann.ephemerals[-1], lambda one: one["action_id"].startswith("begin:"))
            for _ in range(2)
        ]
        await asyncio.gather(*map(fake.deliver, clicks))
        await here.idle()
        assert await shown(here, ann) == "safe"


@BOTH_MODES
async def test_a_form_sent_twice_counts_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await ann.clicks(await begun(here, ann), option("fine"))
        await here.idle()
        await ann.clicks(card(ann), pressing("write", ""))
        await here.idle()
        sending = ann.drafts.submission({"value": "Heron"}, ann.modal)
        first, second = await asyncio.gather(fake.deliver(sending), _again(fake, sending))
        assert first.acknowledged
        assert second.acknowledged
        await here.idle()
        assert await shown(here, ann) == "tried"
        assert await events(here, ann) == 3


async def _again(fake: FakeSlack, sending: Sending) -> Delivery:
    """Send a submission a second time; what is answered is for a form that is closed already."""
    fake.clock.advance(1)
    return await fake.deliver(replace(sending, view=""))


@BOTH_MODES
async def test_deleting_twice_deletes_once_and_says_so(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await begun(here, ann)
        await ann.slash("forget")
        await here.idle()
        sending = ann.drafts.submission({}, ann.modal)
        assert (await fake.deliver(sending)).acknowledged
        await here.idle()
        fake.clock.advance(1)
        assert (await fake.deliver(sending)).acknowledged
        await here.idle()
        assert ann.from_bot == []
        assert ann.modal.title


# ------------------------------------------------------------------ late


@BOTH_MODES
async def test_a_click_on_an_old_card_changes_nothing_and_the_card_says_where_it_is(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        old = await begun(here, ann)
        await ann.clicks(old, option("fine"))
        await here.idle()
        case = await case_of(here, ann)
        assert (await ann.clicks(old, option("danger"), stale=True)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"
        assert "earlier question" in str(card(ann).blocks)


@BOTH_MODES
async def test_a_click_after_the_case_moved_on_by_typing_changes_nothing(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        click = ann.drafts.click(await begun(here, ann), option("danger"))
        await ann.writes("fine")
        await here.idle()
        case = await case_of(here, ann)
        assert (await fake.deliver(click)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"


@BOTH_MODES
async def test_a_form_for_an_earlier_question_changes_nothing(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await ann.clicks(await begun(here, ann), option("fine"))
        await here.idle()
        await ann.clicks(card(ann), pressing("write", ""))
        await here.idle()
        await ann.writes("Alder")
        await here.idle()
        case = await case_of(here, ann)
        assert (await ann.submits({"value": "Heron"})).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "tried"


# ------------------------------------------------------------------ out of order


@BOTH_MODES
async def test_a_message_sent_before_the_newest_card_came_is_no_answer_to_it(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        message = await begun(here, ann)
        written = ann.drafts.message("skip")  # meant for the question about safety
        fake.clock.advance(3)
        await ann.clicks(message, option("fine"))
        await here.idle()
        case = await case_of(here, ann)
        assert (await fake.deliver(written)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"
        assert "earlier question" in str(card(ann).blocks)


@BOTH_MODES
async def test_text_written_while_the_card_could_not_be_delivered_is_not_guessed(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        message = await begun(here, ann)
        fault = fake.fail("chat.update", Status(503), times=None)
        posting = fake.fail("chat.postMessage", Status(503), times=None)
        await ann.clicks(message, option("fine"))
        await here.idle()
        case = await case_of(here, ann)
        fake.clock.advance(3)
        assert (await ann.writes("Rosebud")).acknowledged  # to the old card, which is still there
        await here.idle()
        assert await case_of(here, ann) == case
        fault.lift()
        posting.lift()
        await here.later(timedelta(minutes=1))
        assert await shown(here, ann) == "called"


async def test_text_written_while_a_delivery_hung_is_not_guessed_when_it_comes_late(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        message = await begun(here, ann)
        hang = Hang()
        fake.fail("chat.update", hang)
        await ann.clicks(message, option("fine"))
        await hang.reached.wait()
        fake.clock.advance(3)
        written = ann.drafts.message("Rosebud")
        fake.clock.advance(3)
        hang.release()
        await here.idle()
        case = await case_of(here, ann)
        assert (await fake.deliver(written, retry=1)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"


@BOTH_MODES
async def test_messages_that_come_in_the_wrong_order_are_not_mixed_up(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await begun(here, ann)
        first = ann.drafts.message("fine")
        fake.clock.advance(3)
        second = ann.drafts.message("Heron")  # before the nickname was asked for
        await fake.deliver(second)
        await here.idle()
        await fake.deliver(first)
        await here.idle()
        case = await case_of(here, ann)
        assert "Heron" not in case.answers.values()
        await shown(here, ann)


# ------------------------------------------------------------------ several people


@BOTH_MODES
async def test_two_people_at_once_have_each_their_own_case(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await asyncio.gather(ann.slash("start"), bob.slash("start"))
        await here.idle()
        await asyncio.gather(
            ann.clicks(card(ann), option("fine")), bob.clicks(card(bob), option("danger"))
        )
        await here.idle()
        assert await shown(here, ann) == "called"
        assert await shown(here, bob) == "tried"


@BOTH_MODES
async def test_the_same_user_id_in_two_workspaces_is_two_people(
    fake: FakeSlack, tmp_path: Path, mode: Mode
) -> None:
    other = fake.add_team("Beta")
    here_ann, there_ann = fake.person("Ann", id="U0ANN"), fake.person("Ann", other, id="U0ANN")
    async with scene(fake, tmp_path, mode, timing=UNHURRIED, oauth=True) as here:
        await installed(here, fake)
        await ann_begins(here, here_ann)
        await here_ann.clicks(card(here_ann), option("fine"))
        await here.idle()
        assert there_ann.from_bot == []
        await there_ann.writes("status")
        await there_ann.slash("cases")
        await here.idle()
        assert await here.service.store.cases(here.owner(there_ann)) == []
        await ann_begins(here, there_ann)
        assert await shown(here, there_ann) == "safe"
        assert await shown(here, here_ann) == "called"
        case = await case_of(here, here_ann)
        forged = there_ann.drafts.click(card(there_ann), option("danger"))
        forged.payload["actions"][0]["action_id"] = f"answer:{case.id}:{case.turn}:danger"
        assert (await fake.deliver(forged)).acknowledged
        await here.idle()
        assert await case_of(here, here_ann) == case


async def ann_begins(here: Scene, who: Person) -> None:
    await who.slash("start")
    await here.idle()


async def installed(here: Scene, fake: FakeSlack) -> None:
    """Put the app into all workspaces, as the installation page would have."""
    for team in fake.world.teams.values():
        grant = Installed(
            app=fake.world.app_id,
            enterprise=team.enterprise,
            team="" if team.org else team.id,
            token=team.bot_token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user,
            scopes=",".join(team.scopes),
        )
        await Shelf(here.slack.hub.safe, here.now).put(grant)


# ------------------------------------------------------------------ what is no answer


@BOTH_MODES
async def test_the_bot_does_not_answer_itself(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        message = await begun(here, ann)
        case, calls = await case_of(here, ann), len(fake.calls)
        assert (await fake.echo(message)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert len(fake.calls) == calls


@BOTH_MODES
async def test_edits_and_deletions_of_messages_are_no_answers(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await advanced(here, ann)
        await ann.writes("nothing")
        await here.idle()
        case = await case_of(here, ann)
        written = [one for one in ann.messages if not one.from_bot][-1]
        assert (await ann.edits(written, "skip")).acknowledged
        assert (await ann.deletes(written)).acknowledged
        await here.idle()
        assert await case_of(here, ann) == case


@BOTH_MODES
async def test_a_message_without_text_changes_no_answer(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await begun(here, ann)
        answers = (await case_of(here, ann)).answers
        sending = ann.drafts.message("")
        sending.payload["event"] |= {"subtype": "file_share", "files": [{"id": "F1"}]}
        del sending.payload["event"]["text"]
        assert (await fake.deliver(sending)).acknowledged
        await here.idle()
        assert (await case_of(here, ann)).answers == answers
        assert await shown(here, ann) == "safe"


@BOTH_MODES
@pytest.mark.parametrize("letter", ["x", "&", "é", "😀", "\n"])
async def test_a_text_as_long_as_slack_allows_is_refused_kindly(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, letter: str
) -> None:
    async with scene(fake, tmp_path, mode, timing=UNHURRIED) as here:
        await ann.clicks(await begun(here, ann), option("fine"))
        await here.idle()
        before = card(ann)
        assert (await ann.writes("Heron " + letter * 39_990 + " z")).acknowledged
        await here.idle()
        assert await shown(here, ann) == "called"
        assert card(ann).ts != before.ts or card(ann).text != before.text
