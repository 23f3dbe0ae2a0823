"""What Discord refuses for good: too late, gone, closed, revoked. It goes another way, and on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.actions import VALUE
from tests.discord.driver import is_to
from tests.discord.moments import (
    QUICK,
    advanced,
    asks,
    begun,
    card,
    named,
    option,
    says,
    shown,
)
from tests.discord.scene import Scene, scene
from tests.fakes.discord import Error, FakeDiscord, Guild, Message, Person
from tests.fakes.discord.model import DEFERS, UPDATES

pytestmark = pytest.mark.usefixtures("still", "sound")

SOON = timedelta(seconds=5)
LATER = timedelta(minutes=5)
CLOSED = [50007, 50278, 40003]


# ------------------------------------------------------------------ too late, or answered already


async def test_a_click_that_comes_too_late_to_be_answered_changes_the_card_all_the_same(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
        click = ann.drafts.click(before, option("fine"))
        fake.clock.advance(4)
        assert not (await fake.deliver(click, patience=0)).acknowledged
        await fake.called("edit_message")
        await here.idle()
        assert await shown(here, ann) == "called"
        assert card(ann).id == before.id


async def test_a_command_that_comes_too_late_to_be_answered_posts_its_card(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        begin = ann.drafts.command("start", {})
        fake.clock.advance(4)
        await fake.deliver(begin, patience=0)
        await fake.until(lambda: ann.from_bot)
        await here.idle()
        assert await shown(here, ann) == "safe"


async def test_a_form_that_is_sent_too_late_to_be_answered_counts(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.clicks(await named(here, ann), is_to("write"))
        sent = ann.drafts.submission({VALUE: "Heron"}, ann.modal)
        fake.clock.advance(4)
        await fake.deliver(sent, patience=0)
        await fake.called("edit_message")
        await here.idle()
        assert await shown(here, ann) == "tried"


async def test_an_answer_that_somebody_gave_before_is_no_mistake(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        assert click.interaction
        fake.world.answer(click.interaction, DEFERS, {})
        click.interaction.original = card(ann).id
        await fake.deliver(click)
        await fake.called("edit_original")
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_turn_that_takes_longer_than_a_token_lives_comes_by_the_channel(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
        fake.fail("callback", Error(40060))
        gone = fake.fail("edit_original", Error(50027))
        await fake.deliver(ann.drafts.click(before, option("fine")), patience=0)
        await fake.called("edit_message")
        await here.idle()
        assert gone.hits == 1
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ the card is gone


async def test_a_card_that_is_gone_is_posted_again_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.remove(old)
        await ann.writes("fine")
        await fake.until(lambda: ann.from_bot)
        await here.idle()
        assert await shown(here, ann) == "called"
        await ann.clicks(card(ann), is_to("say", "skip"))
        await here.idle()
        assert await shown(here, ann) == "tried"


async def test_a_card_that_goes_while_it_is_pressed_is_posted_again_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        click = ann.drafts.click(old, option("fine"))
        fake.remove(old)
        await fake.deliver(click, patience=0)
        await fake.called("post_message")
        await here.idle()
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("code", [10008, 10003])
async def test_a_card_of_which_discord_says_that_it_is_gone_is_posted_again_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path, code: int
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        fake.fail("edit_message", Error(code))
        fake.clock.advance(4)
        await fake.deliver(click, patience=0)
        await fake.called("post_message")
        await here.idle()
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ no direct messages


async def closed_out(here: Scene, who: Person, code: int) -> tuple[Guild, Message]:
    """Begin in a server, for somebody who takes no direct messages; gives what they see there."""
    who.closes_dms(code)
    there = here.fake.guild("Acme")
    assert (await who.slash("start", where=there)).acknowledged
    await here.idle()
    return there, who.ephemerals[-1]


@pytest.mark.parametrize("code", CLOSED)
async def test_where_direct_messages_are_closed_the_dialogue_is_held_in_private_where_it_began(
    fake: FakeDiscord, ann: Person, tmp_path: Path, code: int
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        there, message = await closed_out(here, ann, code)
        assert says(message, "only you see it")
        assert await shown(here, ann, message) == "safe"
        for press, step in ((option("fine"), "called"), (is_to("say", "skip"), "tried")):
            assert (await ann.clicks(ann.ephemerals[-1], press)).kind == UPDATES
            await here.idle()
            assert await shown(here, ann, ann.ephemerals[-1]) == step
        assert len(ann.ephemerals) == 1
        assert not fake.messages_in(there)
        assert not ann.from_bot


async def test_what_is_held_in_private_goes_on_after_a_restart(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        _, message = await closed_out(here, ann, 50007)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fake.clock.advance(3600)
        assert (await ann.clicks(message, option("fine"))).kind == UPDATES
        await here.idle()
        (message,) = ann.ephemerals
        assert await shown(here, ann, message) == "called"


async def test_a_form_works_in_what_is_held_in_private(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        _, message = await closed_out(here, ann, 50007)
        await ann.clicks(message, option("fine"))
        await here.idle()
        await ann.clicks(ann.ephemerals[-1], is_to("write"))
        assert (await ann.submits({VALUE: "Heron"})).kind == UPDATES
        await here.idle()
        (message,) = ann.ephemerals
        assert await shown(here, ann, message) == "tried"


async def test_once_direct_messages_are_open_the_card_moves_there(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        there, _ = await closed_out(here, ann, 50007)
        ann.opens_dms()
        assert (await ann.slash("resume", where=there)).acknowledged
        await here.idle()
        assert await shown(here, ann) == "safe"
        assert not any(is_card(one) for one in ann.ephemerals)
        assert says(ann.ephemerals[-1], "direct messages")


async def test_direct_messages_that_close_in_the_middle_lead_to_where_it_is_asked_for(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await advanced(here, ann)
        ann.closes_dms(50007)
        await ann.slash("resume", where=fake.guild("Acme"))
        await here.idle()
        assert await shown(here, ann, ann.ephemerals[-1]) == "tried"
        await ann.clicks(ann.ephemerals[-1], option("nothing"))
        await here.idle()
        assert await shown(here, ann, ann.ephemerals[-1]) == "cost"


async def test_what_cannot_be_shown_anywhere_stays_due_until_it_can(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.remove(old)
        ann.closes_dms(50007)
        await ann.writes("fine")
        await fake.called("post_message")
        await here.idle()
        assert await asks(here, ann) == "called"
        ann.opens_dms()
        await here.later(LATER)
        assert await shown(here, ann) == "called"


def is_card(message: Message) -> bool:
    """Say whether a message is a case's card, which can be deleted from there."""
    return "Delete…" in str(message.components)


# ------------------------------------------------------------------ no token


async def test_a_token_that_is_revoked_keeps_everything_due(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        before = await begun(here, ann)
        refused = fake.fail("*", Error(0, status=401), times=None)
        await fake.deliver(ann.drafts.click(before, option("fine")), patience=0)
        await fake.until(lambda: refused.hits > 1)
        await here.idle()
        assert await asks(here, ann) == "called"
        refused.lift()
        await here.later(SOON)
        assert await shown(here, ann) == "called"
