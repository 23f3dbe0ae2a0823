"""What fails at Discord or at the store: the card comes all the same, and comes once."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.actions import VALUE
from tests.discord.driver import is_to, said_in
from tests.discord.moments import (
    HASTY,
    QUICK,
    advanced,
    asks,
    begun,
    card,
    events,
    locked,
    named,
    option,
    says,
    settled,
    shown,
)
from tests.discord.scene import Scene, scene
from tests.fakes.discord import FakeDiscord, Hang, Person, Reset, Status
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.model import ASKS, DEFERS, SAYS, THINKS, UPDATES

pytestmark = pytest.mark.usefixtures("still", "sound")

AT_ONCE = replace(QUICK, answer=0.0)
"""Whatever is pressed is received at once, and what it came to follows."""

NOT_SAVED = "This was not saved. Please tap again."
SOON = timedelta(seconds=5)
LATER = timedelta(minutes=5)


# ------------------------------------------------------------------ answered when it is on disk


async def test_a_click_that_cannot_be_stored_says_so_and_may_be_repeated(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK, patience=HASTY) as here:
        before = await begun(here, ann)
        with locked(tmp_path):
            reaction = await ann.clicks(before, option("fine"))
            assert reaction.kind == SAYS
            assert NOT_SAVED in said_in(ann.ephemerals[-1])
            assert await asks(here, ann) == "safe"
            assert card(ann) == before
        assert (await ann.clicks(before, option("fine"))).kind == UPDATES
        await here.idle()
        assert await shown(here, ann) == "called"
        assert await events(here, ann) == 2


async def test_a_command_that_cannot_be_stored_says_so_and_may_be_repeated(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK, patience=HASTY) as here:
        with locked(tmp_path):
            assert (await ann.slash("start")).kind == SAYS
            assert NOT_SAVED in said_in(ann.ephemerals[-1])
            assert not ann.from_bot
        await begun(here, ann)
        assert await shown(here, ann) == "safe"


async def test_a_form_that_cannot_be_stored_gives_back_what_was_written(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK, patience=HASTY) as here:
        message = await named(here, ann)
        await ann.clicks(message, is_to("write"))
        with locked(tmp_path):
            assert (await ann.submits({VALUE: "Heron *with* beak"})).kind == SAYS
        said = said_in(ann.ephemerals[-1])
        assert NOT_SAVED in said
        assert "Heron" in said
        assert "beak" in said
        assert card(ann) == message
        assert (await ann.clicks(message, is_to("write"))).kind == ASKS
        assert (await ann.submits({VALUE: "Heron"})).kind == UPDATES
        await here.idle()
        assert await shown(here, ann) == "tried"


async def test_a_message_that_cannot_be_stored_is_answered_so_and_counts_when_written_again(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK, patience=HASTY) as here:
        message = await begun(here, ann)
        with locked(tmp_path):
            await ann.writes("fine")
            await fake.until(lambda: len(ann.from_bot) == 2)
            assert says(ann.from_bot[-1], "not saved")
            assert await asks(here, ann) == "safe"
            assert ann.from_bot[0] == message
        await ann.writes("fine")
        await fake.until(lambda: len(ann.from_bot) == 3 or message not in ann.from_bot)
        await here.idle()
        assert await asks(here, ann) == "called"


async def test_a_turn_that_takes_long_is_received_first_and_shown_when_it_is_on_disk(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=replace(QUICK, answer=0.05)) as here:
        before = await begun(here, ann)
        with locked(tmp_path):
            assert (await ann.clicks(before, option("fine"))).kind == DEFERS
            assert await asks(here, ann) == "safe"
            assert card(ann) == before
        await fake.called("edit_original")
        await here.idle()
        assert await shown(here, ann) == "called"
        assert card(ann).id == before.id


async def test_a_command_that_takes_long_is_received_first_and_its_card_comes(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=replace(QUICK, answer=0.05)) as here:
        with locked(tmp_path):
            assert (await ann.slash("start")).kind == THINKS
        await fake.called("edit_original")
        await here.idle()
        assert await shown(here, ann) == "safe"
        assert says(ann.ephemerals[-1], "direct messages")


async def test_a_card_that_is_ready_while_it_is_said_that_it_will_come_is_no_less_a_card(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=replace(AT_ONCE, call=5.0)) as here:
        hang = Hang()
        received = fake.fail("callback", hang)
        received.when = lambda call: call.body["type"] == THINKS and call.user == ann.id
        await fake.deliver(ann.drafts.command("start", {}), patience=0)
        await hang.reached.wait()
        await here.discord.client.idle()
        for _ in range(3):  # meanwhile the card is made
            await bob.slash("help")
        hang.release()
        await here.idle()
        assert await shown(here, ann) == "safe"
        assert says(ann.ephemerals[-1], "direct messages")


async def test_a_form_that_takes_long_is_given_back_all_the_same(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    timing = replace(QUICK, answer=0.05)
    async with scene(fake, tmp_path, timing=timing, patience=HASTY) as here:
        message = await named(here, ann)
        await ann.clicks(message, is_to("write"))
        with locked(tmp_path):
            assert (await ann.submits({VALUE: "Heron"})).kind == DEFERS
            await fake.called("followup")
        assert says(ann.ephemerals[-1], "Heron")
        assert card(ann) == message


# ------------------------------------------------------------------ over soon

BRIEF: dict[str, Fault] = {
    "429": Status(429, retry_after=0.01),
    "429 everywhere": Status(429, retry_after=0.01, everywhere=True),
    "429 by the network in front": Status(429, retry_after=1, via=False),
    "429 without a word": Status(429, via=False, body="error code: 1015", content_type="text/html"),
    "429 with a page": Status(429, body="<html></html>", content_type="text/html"),
    "429 for long": Status(429, retry_after=40),
    "503": Status(503),
    "503 after": Status(503, after=True),
    "reset": Reset(),
    "reset after": Reset(after=True),
    "broken JSON": Status(200, body='{"id": tr', after=True),
    "a list": Status(200, body="[]", after=True),
    "a page for an answer": Status(200, body="<html></html>", content_type="text/html", after=True),
    "hang": Hang(),
    "hang after": Hang(after=True),
}


LOST = ("503 after", "reset", "reset after", "hang after")
"""Those after which it is not known whether a call had its effect; and in ``SOME`` a few others."""

SOME = ("429", "429 for long", "503", "broken JSON", *LOST)


async def by_the_callback(here: Scene, who: Person) -> str:
    await who.clicks(await begun(here, who), option("fine"))
    return "called"


async def by_an_edit(here: Scene, who: Person) -> str:
    click = who.drafts.click(await begun(here, who), option("fine"))
    here.fake.clock.advance(4)  # too late to be answered
    await here.fake.deliver(click, patience=0)
    await here.fake.until(lambda: here.fake.calls_of("edit_message"))
    return "called"


async def by_a_post(here: Scene, who: Person) -> str:
    await begun(here, who)
    await who.writes("fine")
    await here.fake.until(lambda: here.fake.calls_of("post_message"))
    return "called"


async def in_new_direct_messages(here: Scene, who: Person) -> str:
    begin = who.drafts.command("start", {}, here.fake.guild("Acme"))
    await here.fake.deliver(begin, patience=0)
    await here.fake.until(lambda: here.fake.calls_of("open_dm"))
    return "safe"


WAYS = {
    "callback": by_the_callback,
    "edit_message": by_an_edit,
    "post_message": by_a_post,
    "open_dm": in_new_direct_messages,
}


@pytest.mark.parametrize("name", BRIEF)
@pytest.mark.parametrize("operation", WAYS)
async def test_a_card_comes_once_though_its_delivery_fails_for_a_moment(
    fake: FakeDiscord, ann: Person, tmp_path: Path, operation: str, name: str
) -> None:
    fake.patience = 1.0
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fault = fake.fail(operation, copy(BRIEF[name]))
        if operation == "callback":
            fault.when = lambda call: call.body["type"] == UPDATES
        step = await WAYS[operation](here, ann)
        await here.idle()
        await here.later(LATER)
        assert fault.hits == 1
        assert await shown(here, ann) == step


# ------------------------------------------------------------------ repeated by the SDK itself


async def test_a_card_whose_first_answer_was_lost_is_there_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        fault = fake.fail("callback", Status(502, after=True))  # tried again after a second
        await ann.slash("start")
        await here.idle()
        assert fault.hits == 1
        assert await shown(here, ann) == "safe"
        assert not ann.ephemerals
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_post_whose_answer_was_lost_is_made_again_by_its_nonce(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        fake.fail("post_message", Status(500, after=True))
        step = await in_new_direct_messages(here, ann)
        await fake.called("post_message", 2)
        await here.idle()
        first, second = fake.calls_of("post_message")
        assert first.body == second.body
        assert await shown(here, ann) == step


async def test_a_form_that_opened_though_its_answer_was_lost_is_no_mistake(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        message = await named(here, ann)
        fault = fake.fail("callback", Status(500, after=True))
        await ann.clicks(message, is_to("write"))
        await fake.called("callback", 4)
        await here.idle()
        assert fault.hits == 1
        assert not ann.ephemerals
        assert (await ann.submits({VALUE: "Heron"})).kind == UPDATES
        await here.idle()
        assert await shown(here, ann) == "tried"


async def test_a_window_that_opened_though_its_answer_was_lost_is_there_once(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        message = await advanced(here, ann)
        fault = fake.fail("callback", Status(504, after=True))
        await ann.clicks(message, is_to("say", "review"))
        await fake.called("callback", 5)
        await here.idle()
        assert fault.hits == 1
        assert len(ann.ephemerals) == 1


# ------------------------------------------------------------------ what follows a first answer


@pytest.mark.parametrize("name", SOME)
async def test_a_card_that_follows_comes_once_though_that_fails_for_a_moment(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=AT_ONCE) as here:
        await begun(here, ann)
        fault = fake.fail("edit_original", copy(BRIEF[name]))
        assert (await ann.clicks(card(ann), option("fine"))).kind == DEFERS
        await fake.until(lambda: fault.hits)
        await here.idle()
        await here.later(LATER)
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("name", SOME)
async def test_a_window_that_cannot_follow_is_told_on_the_card(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=AT_ONCE) as here:
        message = await advanced(here, ann)
        fault = fake.fail("followup", copy(BRIEF[name]))
        assert (await ann.clicks(message, is_to("say", "review"))).kind == DEFERS
        await fake.until(lambda: fault.hits)
        await here.idle()
        await here.later(LATER)
        assert await shown(here, ann) == "tried"
        assert any(says(one, "Everyone is fine") for one in (card(ann), *ann.ephemerals))


@pytest.mark.parametrize("name", LOST)
async def test_a_card_comes_once_though_that_it_was_received_could_not_be_said(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=AT_ONCE) as here:
        message = await begun(here, ann)
        fault = fake.fail("callback", copy(BRIEF[name]))
        fault.when = lambda call: call.body["type"] == DEFERS
        await fake.deliver(ann.drafts.click(message, option("fine")), patience=0)
        await settled(here)
        assert fault.hits == 1
        assert await shown(here, ann) == "called"
        assert not ann.ephemerals[1:], "the first says where the card is"


@pytest.mark.parametrize("name", LOST)
async def test_a_window_opens_once_though_that_it_was_received_could_not_be_said(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=AT_ONCE) as here:
        message = await advanced(here, ann)
        seen = len(ann.ephemerals)
        fault = fake.fail("callback", copy(BRIEF[name]))
        fault.when = lambda call: call.body["type"] == DEFERS
        await fake.deliver(ann.drafts.click(message, is_to("say", "review")), patience=0)
        await settled(here)
        assert fault.hits == 1
        assert len(ann.ephemerals) == seen + 1
        assert says(ann.ephemerals[-1], "Everyone is fine")


@pytest.mark.parametrize("name", SOME)
async def test_an_old_card_that_cannot_be_taken_away_hides_no_new_one(
    fake: FakeDiscord, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fault = fake.fail("delete_message", copy(BRIEF[name]))
        await ann.writes("fine")
        await fake.until(lambda: fault.hits)
        await here.idle()
        assert await shown(here, ann, ann.from_bot[-1]) == "called"
        if old in ann.from_bot:
            await ann.clicks(old, option("danger"))
            await here.idle()
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ Discord asks for patience


@pytest.mark.parametrize("via", [False, True], ids=["by the network in front", "by Discord"])
async def test_discord_is_left_alone_for_as_long_as_it_asks_while_others_go_on(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, via: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        fake.fail("post_message", Status(429, retry_after=40, via=via), channel=ann.dm)
        for who in (ann, bob):
            await who.writes("fine")
        await fake.called("post_message", 2)
        await here.idle()
        assert await shown(here, bob) == "called"
        posts = len(fake.calls_of("post_message"))
        await here.later(timedelta(seconds=30))
        assert len(fake.calls_of("post_message")) == posts
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(timedelta(seconds=15))
        assert await shown(here, ann) == "called"


async def test_a_limit_that_is_everybodys_ends_for_everybody_though_somebody_gave_up(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    there = fake.guild("Acme")
    async with scene(fake, tmp_path, timing=QUICK) as here:
        limit = fake.fail("open_dm", Status(429, retry_after=0.2, everywhere=True))
        await fake.deliver(ann.drafts.command("start", {}, there), patience=0)
        await fake.called("open_dm")
        assert (await bob.slash("help")).acknowledged  # interactions are exempt
        assert limit.hits == 1
        await here.discord.hub.courier.drop(here.owner(ann))
        await bob.slash("start", where=there)
        await here.idle()
        assert await shown(here, bob) == "safe"
        await here.later(SOON)
        assert await shown(here, ann) == "safe"


@pytest.mark.parametrize("operation", ["post_message", "open_dm"])
async def test_what_fails_for_long_is_delivered_by_a_later_round(
    fake: FakeDiscord, ann: Person, tmp_path: Path, operation: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fault = fake.fail(operation, Status(503), times=None)
        step = await in_new_direct_messages(here, ann)
        await here.idle()
        for _ in range(3):
            await here.later(LATER)
        assert fault.hits == 4
        fault.lift()
        await here.later(timedelta(hours=1))
        assert await shown(here, ann) == step


@pytest.mark.parametrize("operation", WAYS)
async def test_what_was_not_delivered_comes_once_after_a_restart(
    fake: FakeDiscord, ann: Person, tmp_path: Path, operation: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fault = fake.fail(operation, Status(503), times=None)
        if operation == "callback":
            fault.when = lambda call: call.body["type"] == UPDATES
            fake.fail("edit_message", Reset(), times=None)
        step = await WAYS[operation](here, ann)
        await here.idle()
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        assert await asks(here, ann) == step
        await here.later(LATER)
        assert await shown(here, ann) == step
