"""Twice, late, out of order, two at once: each answer counts once, for its own question alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.actions import VALUE
from tests.discord.driver import begins_with, is_to
from tests.discord.moments import (
    QUICK,
    advanced,
    begun,
    card,
    case_of,
    events,
    named,
    option,
    says,
    settled,
    shown,
)
from tests.discord.scene import scene
from tests.fakes.discord import FakeDiscord, Hang, Person, Status
from tests.fakes.discord.model import ASKS

pytestmark = pytest.mark.usefixtures("still", "sound")

EARLIER = "earlier question"


# ------------------------------------------------------------------ the same once more


@pytest.mark.parametrize("at_once", [False, True], ids=["afterwards", "at once"])
async def test_the_same_click_delivered_twice_counts_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path, at_once: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        if at_once:
            await fake.redeliver(click)
        await fake.deliver(click)
        await settled(here)
        await fake.redeliver(click)
        await settled(here)
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2
        assert not says(card(ann), EARLIER)
        assert not ann.ephemerals


@pytest.mark.parametrize("at_once", [False, True], ids=["afterwards", "at once"])
async def test_the_same_command_delivered_twice_begins_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path, at_once: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        begin = ann.drafts.command("start", {})
        if at_once:
            await fake.redeliver(begin)
        await fake.deliver(begin)
        await settled(here)
        await fake.redeliver(begin)
        await settled(here)
        assert await shown(here, ann) == "safe"
        assert not ann.ephemerals


async def test_the_same_form_delivered_twice_counts_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        write = ann.drafts.click(await named(here, ann), is_to("write"))
        assert (await fake.deliver(write)).kind == ASKS
        await fake.redeliver(write)
        await settled(here)
        assert not ann.ephemerals
        sent = ann.drafts.submission({VALUE: "Heron"}, ann.modal)
        await fake.redeliver(sent)
        await fake.deliver(sent)
        await settled(here)
        assert await shown(here, ann) == "tried"
        assert await events(here, ann) == 3
        assert not ann.ephemerals


async def test_the_same_message_delivered_twice_counts_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await ann.writes("fine")
        await settled(here)
        skip = ann.drafts.message("skip")
        await fake.deliver(skip)
        await fake.redeliver(skip)
        await settled(here)
        assert await shown(here, ann) == "tried"
        await fake.redeliver(skip)  # which would skip the question that is open now
        await settled(here)
        assert await shown(here, ann) == "tried"
        assert await events(here, ann) == 3
        assert not says(card(ann), EARLIER)


async def test_the_same_message_delivered_again_after_a_restart_counts_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await named(here, ann)
        skip = ann.drafts.message("skip")
        await fake.deliver(skip)
        await settled(here)
        assert await shown(here, ann) == "tried"
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = card(ann)
        await fake.redeliver(skip)
        await settled(here)
        assert await shown(here, ann) == "tried"
        assert card(ann) == before


async def test_a_greeting_that_could_not_be_answered_is_answered_the_next_time(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fault = fake.fail("post_message", Status(503))
        for _ in range(2):
            await ann.writes("Hello?")
            await settled(here)
        assert fault.hits == 1
        assert says(card(ann), "Welcome")


async def test_a_greeting_delivered_twice_is_answered_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hello = ann.drafts.message("Hello?")
        await fake.deliver(hello)
        await fake.redeliver(hello)
        await settled(here)
        assert says(card(ann), "Welcome")


# ------------------------------------------------------------------ pressed twice


async def test_a_double_click_counts_once(fake: FakeDiscord, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        message = await begun(here, ann)
        clicks = [ann.drafts.click(message, option("fine")) for _ in range(2)]
        for reaction in await asyncio.gather(*map(fake.deliver, clicks)):
            assert reaction.acknowledged
        await settled(here)
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2


async def test_several_answers_at_once_take_the_first_alone(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        message = await begun(here, ann)
        clicks = [ann.drafts.click(message, option(one)) for one in ("fine", "danger", "maybe")]
        for reaction in await asyncio.gather(*map(fake.deliver, clicks)):
            assert reaction.acknowledged
        await settled(here)
        assert await events(here, ann) == 2
        assert (await case_of(here, ann)).answers["safe"] == "fine"
        await shown(here, ann)


async def test_a_double_click_on_begin_begins_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.writes("Hello?")
        await settled(here)
        clicks = [ann.drafts.click(card(ann), begins_with("")) for _ in range(2)]
        for reaction in await asyncio.gather(*map(fake.deliver, clicks)):
            assert reaction.acknowledged
        await settled(here)
        assert await shown(here, ann) == "safe"


async def test_deleting_twice_deletes_once_and_says_so(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await ann.slash("forget")
        question = ann.ephemerals[-1]
        clicks = [ann.drafts.click(question, "Delete") for _ in range(2)]
        for reaction in await asyncio.gather(*map(fake.deliver, clicks)):
            assert reaction.acknowledged
        await settled(here)
        assert not ann.from_bot
        assert says(ann.ephemerals[-1], "Done")


# ------------------------------------------------------------------ late


async def test_a_click_on_an_old_copy_changes_nothing_and_the_card_says_where_it_is(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        await ann.clicks(old, option("fine"))
        await settled(here)
        case = await case_of(here, ann)
        assert (await ann.clicks(old, option("danger"), stale=True)).acknowledged
        await settled(here)
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"
        assert says(card(ann), EARLIER)


async def test_a_click_on_a_card_that_was_replaced_changes_nothing(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        click = ann.drafts.click(old, option("danger"))
        await ann.writes("fine")
        await settled(here)
        case = await case_of(here, ann)
        await fake.deliver(click, patience=0)
        await fake.called("callback", 2)
        await settled(here)
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"


async def test_a_form_for_an_earlier_question_changes_nothing_and_gives_back_what_was_written(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.clicks(await named(here, ann), is_to("write"))
        await ann.writes("Alder")
        await settled(here)
        case = await case_of(here, ann)
        assert (await ann.submits({VALUE: "Heron"})).acknowledged
        await settled(here)
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "tried"
        assert says(ann.ephemerals[-1], "Heron")


async def test_a_window_left_open_turns_its_pages_and_asks_no_question_again_that_has_moved(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        message = await advanced(here, ann)
        await ann.clicks(message, is_to("say", "review"))
        window = ann.ephemerals[-1]
        await ann.clicks(card(ann), option("asked"))
        await settled(here)
        case = await case_of(here, ann)
        assert (await ann.selects(window, is_to("edit", "1"), "1")).acknowledged
        await settled(here)
        assert await case_of(here, ann) == case
        assert says(ann.ephemerals[-1], "moved on")
        assert await shown(here, ann) == "response"


# ------------------------------------------------------------------ out of order


async def test_text_sent_before_the_question_was_shown_is_asked_again(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        message = await begun(here, ann)
        early = ann.drafts.message("Heron")
        fake.clock.advance(3)
        await ann.clicks(message, option("fine"))
        await settled(here)
        case = await case_of(here, ann)
        await fake.deliver(early)
        await settled(here)
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"
        assert says(card(ann), EARLIER)


async def test_two_messages_in_quick_succession_answer_one_question(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        first, second = ann.drafts.message("fine"), ann.drafts.message("Heron")
        await fake.deliver(first)
        await fake.deliver(second)
        await settled(here)
        assert await shown(here, ann) == "called"
        assert (await case_of(here, ann)).answers["safe"] == "fine"
        assert says(card(ann), EARLIER)
        await ann.writes("Heron")
        await settled(here)
        assert await shown(here, ann) == "tried"


async def test_messages_that_come_in_the_wrong_order_are_not_mixed_up(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        first = ann.drafts.message("fine")
        fake.clock.advance(3)
        second = ann.drafts.message("Heron")  # before the nickname was asked for
        await fake.deliver(second)
        await settled(here)
        await fake.deliver(first)
        await settled(here)
        assert "Heron" not in (await case_of(here, ann)).answers.values()
        await shown(here, ann)


async def test_text_written_while_the_card_could_not_be_delivered_is_not_guessed(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        fault = fake.fail("*", Status(503), times=None)
        await fake.deliver(click, patience=0)
        await fake.until(lambda: fault.hits > 1)
        await settled(here)
        case = await case_of(here, ann)
        fake.clock.advance(3)
        await ann.writes("Rosebud")  # to the old card, which is still there
        await settled(here)
        assert await case_of(here, ann) == case
        fault.lift()
        await here.later(timedelta(minutes=1))
        assert await shown(here, ann) == "called"


async def test_text_written_while_a_delivery_hung_is_not_guessed_when_it_comes_late(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        hang = Hang()
        fake.fail("callback", hang)
        await fake.deliver(click, patience=0)
        await hang.reached.wait()
        written = ann.drafts.message("Rosebud")
        fake.clock.advance(2)
        hang.release()
        await settled(here)
        case = await case_of(here, ann)
        await fake.deliver(written)
        await settled(here)
        assert await case_of(here, ann) == case
        assert await shown(here, ann) == "called"


async def test_a_card_that_is_late_never_replaces_a_newer_one(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        late = Hang()
        fake.fail("edit_message", late)
        fake.clock.advance(4)  # so that it goes by the channel
        await fake.deliver(click, patience=0)
        await late.reached.wait()
        await ann.writes("fine")  # which the card above it asks for no more
        await fake.gateway.received()
        await here.discord.client.idle()
        late.release()
        await settled(here)
        assert await shown(here, ann) == "called"


async def test_a_click_and_a_text_that_cross_answer_one_question(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        message = await begun(here, ann)
        click, text = ann.drafts.click(message, option("fine")), ann.drafts.message("danger")
        await asyncio.gather(fake.deliver(click), fake.deliver(text))
        await settled(here)
        assert await events(here, ann) == 2
        assert await shown(here, ann) in {"called", "tried"}


async def test_turns_that_follow_one_another_before_the_first_is_shown_end_in_the_last(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=replace(QUICK, call=5.0)) as here:
        first = ann.drafts.click(await begun(here, ann), option("fine"))
        hang = Hang()
        fake.fail("callback", hang)
        await fake.deliver(first, patience=0)
        await hang.reached.wait()
        case = await case_of(here, ann)
        skip = ann.drafts.click(card(ann), option("danger"))
        skip.payload["data"]["custom_id"] = f"say:{case.id}:{case.turn}:skip"
        undo = ann.drafts.click(card(ann), option("danger"))
        undo.payload["data"]["custom_id"] = f"say:{case.id}:{case.turn + 1}:undo"
        for click in (skip, undo):
            await fake.deliver(click, patience=0)
            await here.discord.client.idle()
        hang.release()
        await settled(here)
        assert await shown(here, ann) == "called"


async def test_a_card_that_arrives_when_nobody_waits_for_it_any_more_is_put_right_by_a_press(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=replace(QUICK, call=0.2)) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        late = Hang()
        fake.fail("edit_message", late)
        fake.clock.advance(4)  # so that it goes by the channel
        await fake.deliver(click, patience=0)
        await late.reached.wait()
        await settled(here)  # until it was given up
        await here.later(timedelta(minutes=1))
        assert await shown(here, ann) == "called"
        await ann.clicks(card(ann), is_to("say", "skip"))
        await settled(here)
        assert await shown(here, ann) == "tried"
        late.release()
        await fake.until(lambda: not says(card(ann), "What was tried"))
        await ann.clicks(card(ann), is_to("say", "skip"))
        await settled(here)
        assert await shown(here, ann) == "tried"
        assert says(card(ann), EARLIER)


# ------------------------------------------------------------------ several people


async def test_two_people_at_once_have_each_their_own_case(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await asyncio.gather(ann.slash("start"), bob.slash("start"))
        await settled(here)
        await asyncio.gather(
            ann.clicks(card(ann), option("fine")), bob.clicks(card(bob), option("danger"))
        )
        await settled(here)
        assert await shown(here, ann) == "called"
        assert await shown(here, bob) == "tried"


async def test_two_forms_open_at_once_give_each_person_their_own_answer(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await who.clicks(await named(here, who), is_to("write"))
        await asyncio.gather(ann.submits({VALUE: "Heron"}), bob.submits({VALUE: "Alder"}))
        await settled(here)
        assert "Heron" in (await case_of(here, ann)).answers.values()
        assert "Alder" in (await case_of(here, bob)).answers.values()


# ------------------------------------------------------------------ what is no answer


async def test_edits_and_deletions_of_messages_are_no_answers(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await advanced(here, ann)
        await ann.writes("nothing")
        await settled(here)
        case = await case_of(here, ann)
        written = next(one for one in ann.messages if not one.from_bot)
        await ann.edits(written, "skip")
        await ann.deletes(written)
        await settled(here)
        assert await case_of(here, ann) == case
