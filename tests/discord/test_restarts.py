"""Ended in the middle, and begun again: nothing is lost, comes twice, or comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.discord.driver import is_to
from tests.discord.moments import QUICK, advanced, asks, begun, card, case_of, option, says, shown
from tests.discord.scene import Scene, scene
from tests.fakes.discord import FakeDiscord, Hang, Person, Reset, Status
from tests.fakes.discord.faults import Fault

Way = Callable[[Scene, Person], Awaitable[str]]

pytestmark = pytest.mark.usefixtures("still", "sound")

SOON = timedelta(seconds=5)
LATER = timedelta(minutes=4)
BEYOND = timedelta(minutes=6)
"""After this Discord knows no nonce any more."""


async def begins_in_a_server(here: Scene, who: Person) -> str:
    """Begin where the card has to be posted; gives the question it asks."""
    await here.fake.deliver(who.drafts.command("start", {}, here.fake.guild("Acme")), patience=0)
    return "safe"


async def writes_below(here: Scene, who: Person) -> str:
    """Answer in writing, below which a new card has to be posted; gives the question it asks."""
    await begun(here, who)
    await who.writes("fine")
    return "called"


POSTED = pytest.mark.parametrize("way", [begins_in_a_server, writes_below])
PAUSES = pytest.mark.parametrize("pause", [SOON, BEYOND], ids=["soon", "beyond the nonce"])


# ------------------------------------------------------------------ posted once


@POSTED
@PAUSES
@pytest.mark.parametrize("fault", [Reset(after=True), Status(503, after=True), Hang(after=True)])
async def test_a_card_whose_posting_was_not_confirmed_is_not_posted_again(
    fake: FakeDiscord,
    ann: Person,
    tmp_path: Path,
    way: Way,
    pause: timedelta,
    fault: Fault,
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        lost = fake.fail("post_message", copy(fault))
        step = await way(here, ann)
        await fake.until(lambda: lost.hits)
        await here.idle()
        posted = {one.id for one in ann.from_bot}
        await here.later(pause)
        assert await shown(here, ann) == step
        assert card(ann).id in posted


@POSTED
@PAUSES
async def test_a_process_that_ends_in_the_middle_of_posting_leaves_one_card(
    fake: FakeDiscord, ann: Person, tmp_path: Path, way: Way, pause: timedelta
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("post_message", hang)
        step = await way(here, ann)
        await hang.reached.wait()
        posted = {one.id for one in ann.from_bot}
    fake.clock.advance(pause.total_seconds())
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(SOON)
        assert await shown(here, ann) == step
        assert card(ann).id in posted
        await ann.clicks(card(ann), is_to("say", "skip") if step == "called" else option("fine"))
        await here.idle()
        assert await shown(here, ann) != step


async def test_a_post_that_is_made_twice_within_minutes_is_one_by_its_nonce(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fake.fail("post_message", Reset(after=True))
        await begins_in_a_server(here, ann)
        await fake.until(lambda: ann.from_bot)
        await here.idle()
        fake.fail("get_messages", Status(200, body="[]"))  # nothing there to be found
        await here.later(SOON)
        first, second = fake.calls_of("post_message")
        assert first.body["nonce"] == second.body["nonce"]
        assert await shown(here, ann) == "safe"


async def test_a_card_that_was_posted_and_not_noted_is_the_one_that_goes_on(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("post_message", hang)
        await begins_in_a_server(here, ann)
        await hang.reached.wait()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.clicks(card(ann), option("fine"))  # before anybody looked for it
        await here.idle()
        await here.later(LATER)
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ ended in the middle of others


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("operation", ["callback", "edit_original", "edit_message"])
async def test_a_process_that_ends_in_the_middle_of_a_change_leaves_one_card_that_is_right(
    fake: FakeDiscord, ann: Person, tmp_path: Path, operation: str, after: bool
) -> None:
    timing = replace(QUICK, answer=0.0) if operation == "edit_original" else QUICK
    async with scene(fake, tmp_path, timing=timing) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        hang = Hang(after=after)
        fake.fail(operation, hang)
        if operation == "edit_message":
            fake.clock.advance(4)
        await fake.deliver(click, patience=0)
        await hang.reached.wait()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        assert await asks(here, ann) == "called"
        await here.later(LATER)
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_process_that_ends_while_it_takes_the_old_card_away_leaves_one(
    fake: FakeDiscord, ann: Person, tmp_path: Path, after: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=after)
        fake.fail("delete_message", hang)
        step = await writes_below(here, ann)
        await hang.reached.wait()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(LATER)
        assert await shown(here, ann) == step


async def test_a_process_that_ends_while_it_answers_a_command_leaves_one_card(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("callback", hang)
        await fake.deliver(ann.drafts.command("start", {}), patience=0)
        await hang.reached.wait()
    fake.clock.advance(BEYOND.total_seconds())
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(SOON)
        assert await shown(here, ann) == "safe"


async def test_what_was_told_comes_with_the_card_after_a_restart_and_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await advanced(here, ann)
        fake.fail("*", Status(503), times=None)
        await ann.writes("restart")
        await fake.until(lambda: fake.faults.planned[-1].hits)
        await here.idle()
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(LATER)
        assert await shown(here, ann) == "safe"
        assert says(card(ann), "undo")
        calls = len(fake.calls)
        await here.later(LATER)
        assert len(fake.calls) == calls


# ------------------------------------------------------------------ erased in the meantime


async def forgets(here: Scene, who: Person, what: str) -> None:
    """Have a case ("" for everything) deleted, and say yes."""
    await (who.slash("forget", case=what) if what else who.slash("forget"))
    question = await here.fake.until(
        lambda: next((one for one in who.ephemerals if says(one, "cannot be undone")), None)
    )
    assert question
    assert (await who.clicks(question, "Delete")).acknowledged


@pytest.mark.parametrize("everything", [False, True], ids=["one case", "everything"])
@pytest.mark.parametrize("operation", ["callback", "post_message", "edit_message", "edit_original"])
async def test_what_is_erased_while_it_is_delivered_does_not_come_back(
    fake: FakeDiscord, ann: Person, tmp_path: Path, operation: str, everything: bool
) -> None:
    timing = replace(QUICK, answer=0.0) if operation == "edit_original" else QUICK
    async with scene(fake, tmp_path, timing=timing) as here:
        hang = Hang(after=True)
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        fake.fail(operation, hang)
        if operation == "post_message":
            await ann.writes("fine")
        else:
            fake.clock.advance(4 if operation == "edit_message" else 0)
            await fake.deliver(click, patience=0)
        await hang.reached.wait()
        case = await case_of(here, ann)
        await forgets(here, ann, "" if everything else case.id)
        hang.release()
        await here.idle()
        await here.later(SOON)
        assert not ann.from_bot
        assert await here.service.store.cases(here.owner(ann)) == []
        if everything:
            assert await here.store.contact(here.owner(ann)) is None


@pytest.mark.parametrize("everything", [False, True], ids=["one case", "everything"])
async def test_messages_that_cannot_be_taken_away_now_are_taken_away_later(
    fake: FakeDiscord, ann: Person, tmp_path: Path, everything: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        case = await case_of(here, ann)
        refused = fake.fail("delete_message", Status(503), times=None)
        await forgets(here, ann, "" if everything else case.id)
        await here.idle()
        assert refused.hits
        assert ann.from_bot
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(SOON)
        assert not ann.from_bot


async def test_an_old_card_that_could_not_be_taken_away_goes_with_its_case(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        refused = fake.fail("delete_message", Status(503), times=None)
        await ann.writes("fine")
        await fake.until(lambda: refused.hits)
        await here.idle()
        refused.lift()
        assert len(ann.from_bot) == 2
        await forgets(here, ann, (await case_of(here, ann)).id)
        await here.idle()
        assert not ann.from_bot
        assert await shown(here, bob) == "safe"
