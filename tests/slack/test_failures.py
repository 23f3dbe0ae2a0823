"""What Slack refuses, loses or is late with: the card comes all the same, and comes once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.slack import Error, FakeSlack, Hang, Person, Reset, Status
from tests.fakes.slack.faults import Fault
from tests.slack.moments import (
    BOTH_MODES,
    QUICK,
    advanced,
    begun,
    card,
    case_of,
    locked,
    option,
    pressing,
    shown,
)
from tests.slack.scene import Mode, scene

SOON = timedelta(seconds=5)
LATER = timedelta(minutes=5)
BRIEF: dict[str, Fault] = {
    "429": Status(429, retry_after=1),
    "429 without a word": Status(429),
    "500": Status(500),
    "502 with a page": Status(502),
    "503": Status(503),
    "504": Status(504),
    "broken JSON": Status(200, body='{"ok": tr'),
    "a list": Status(200, body="[]"),
    "a page for an answer": Status(200, body="<html></html>", content_type="text/html"),
    "ratelimited": Error("ratelimited"),
    "internal_error": Error("internal_error"),
    "reset before": Reset(),
    "reset after": Reset(after=True),
    "503 after": Status(503, after=True),
}


# ------------------------------------------------------------------ over soon


@BOTH_MODES
@pytest.mark.parametrize("name", BRIEF)
async def test_an_edit_that_fails_for_a_moment_is_repeated_at_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, name: str
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        before = await begun(here, ann)
        fault = fake.fail("chat.update", BRIEF[name], times=2)
        assert (await ann.clicks(before, option("fine"))).acknowledged
        await here.idle()
        assert fault.hits == 2
        assert await shown(here, ann) == "called"
        assert card(ann).ts == before.ts


@pytest.mark.parametrize("name", BRIEF)
async def test_a_card_whose_posting_fails_for_a_moment_is_there_once(
    fake: FakeSlack, ann: Person, tmp_path: Path, name: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fault = fake.fail("chat.postMessage", BRIEF[name])
        await ann.slash("start")
        await here.idle()
        await here.later(SOON)
        assert fault.hits == 1
        assert await shown(here, ann) == "safe"


@pytest.mark.parametrize("after", [False, True], ids=["lost", "taken"])
@pytest.mark.parametrize("method", ["chat.update", "chat.postMessage"])
async def test_a_call_that_hangs_is_given_up_and_made_good(
    fake: FakeSlack, ann: Person, tmp_path: Path, method: str, after: bool
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fake.fail(method, Hang(after=after))
        await begun(here, ann)
        await here.later(SOON)
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ over later


@BOTH_MODES
@pytest.mark.parametrize("name", [name for name in BRIEF if "after" not in name])
async def test_what_fails_for_long_is_delivered_by_a_later_round(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, name: str
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await begun(here, ann)
        fault = fake.fail("chat.update", BRIEF[name], times=None)
        assert (await ann.clicks(card(ann), option("fine"))).acknowledged
        await here.idle()
        assert fault.hits >= 4
        fault.lift()
        await here.later(SOON)
        assert await shown(here, ann) == "called"


async def test_slack_is_left_alone_for_as_long_as_it_asks_while_other_channels_go_on(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        fake.fail("chat.update", Status(429, retry_after=40), channel=ann.dm)
        for who in (ann, bob):
            await who.clicks(card(who), option("fine"))
            await here.idle()
        assert await shown(here, bob) == "called"
        edits = len(fake.calls_of("chat.update"))
        await ann.clicks(card(ann), option("fine"))  # an old card by now
        await here.idle()
        await here.later(timedelta(seconds=30))
        assert len(fake.calls_of("chat.update")) == edits
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(timedelta(seconds=15))
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize(
    "fault",
    [Status(503), Status(503, after=True), Reset(), Reset(after=True)],
    ids=["refused", "refused after", "reset", "reset after"],
)
async def test_what_was_not_delivered_comes_once_after_a_restart(
    fake: FakeSlack, ann: Person, tmp_path: Path, fault: Fault
) -> None:
    failing = fake.fail("chat.postMessage", fault, times=None)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fake.fail("conversations.history", Status(503), times=None)
        await ann.slash("start")
        await here.idle()
    failing.lift()
    fake.faults.planned.clear()
    posted = len(ann.from_bot)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(LATER)
        assert await shown(here, ann) == "safe"
        assert posted in (0, 1)


async def test_a_process_that_ends_in_the_middle_of_posting_leaves_one_card(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("chat.postMessage", hang)
        await ann.slash("start")
        await hang.reached.wait()
    assert len(ann.from_bot) == 1
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(SOON)
        assert await shown(here, ann) == "safe"
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_card_that_was_posted_and_not_noted_is_the_one_that_goes_on(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("chat.postMessage", hang)
        await ann.slash("start")
        await hang.reached.wait()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await ann.clicks(card(ann), option("fine"))  # before anybody looked for it
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_card_that_is_found_again_is_brought_up_to_date_before_it_counts(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        fake.fail("chat.postMessage", hang)
        await ann.slash("start")
        await hang.reached.wait()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        failing = fake.fail("chat.update", Status(503), times=None)
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        assert failing.hits
        failing.lift()
        await here.later(SOON)
        assert await shown(here, ann) == "called"


async def test_a_card_that_is_asked_for_below_comes_there_though_the_answer_is_lost(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.fail("chat.postMessage", Reset(after=True))
        await ann.slash("resume")
        await here.idle()
        assert await shown(here, ann) == "safe"
        assert card(ann).ts != old.ts


async def test_what_was_told_comes_with_the_card_after_a_restart(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await advanced(here, ann)
        fault = fake.fail("chat.update", Status(503), times=None)
        fake.fail("chat.postMessage", Status(503), times=None)
        await ann.writes("restart")
        await here.idle()
    fault.lift()
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(LATER)
        assert await shown(here, ann) == "safe"
        assert "undo" in str(card(ann).blocks)
        told = [call for call in fake.calls_of("chat.update") if call.status == 200]
        await here.later(LATER)
        assert len([call for call in fake.calls_of("chat.update") if call.status == 200]) == len(
            told
        )


# ------------------------------------------------------------------ the card, or its place, is gone


@BOTH_MODES
async def test_a_card_that_somebody_deleted_is_posted_again(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.remove(old)
        await ann.writes("fine")
        await here.idle()
        assert await shown(here, ann) == "called"
        assert card(ann).ts != old.ts
        await ann.clicks(card(ann), pressing("say", "skip"))
        await here.idle()
        assert await shown(here, ann) == "tried"


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_cannot_be_edited_is_posted_again(
    fake: FakeSlack, ann: Person, tmp_path: Path, code: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.fail("chat.update", Error(code))
        await ann.clicks(old, option("fine"))
        await here.idle()
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("method", ["chat.update", "chat.postMessage"])
async def test_direct_messages_that_are_not_found_are_opened_anew(
    fake: FakeSlack, ann: Person, tmp_path: Path, method: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        opened = len(fake.calls_of("conversations.open"))
        fake.remove(old)
        fake.fail(method, Error("channel_not_found"))
        if method == "chat.update":
            fake.fail("chat.postMessage", Error("channel_not_found"))
        await ann.writes("fine")
        await here.idle()
        assert len(fake.calls_of("conversations.open")) == opened + 1
        assert await shown(here, ann) == "called"


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long"])
async def test_a_card_that_is_too_long_for_slack_comes_shorter(
    fake: FakeSlack, ann: Person, tmp_path: Path, code: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fake.fail("chat.update", Error(code))
        await ann.clicks(old, option("danger"))
        await here.idle()
        whole, compact = fake.calls_of("chat.update")[-2:]
        assert len(str(compact.args["blocks"])) <= len(str(whole.args["blocks"]))
        assert await shown(here, ann) == "tried"


async def test_a_revoked_token_keeps_everything_due(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        old = await begun(here, ann)
        fault = fake.fail("*", Error("token_revoked"), times=None)
        assert (await ann.clicks(old, option("fine"))).acknowledged
        await here.idle()
        fault.lift()
        await here.later(SOON)
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ forms and App Home


@pytest.mark.parametrize(
    "code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"]
)
async def test_a_form_that_comes_too_late_says_what_else_works(
    fake: FakeSlack, ann: Person, tmp_path: Path, code: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        said = len(ann.ephemerals)
        fake.fail("views.open", Error(code))
        assert (await ann.clicks(card(ann), pressing("write", ""))).acknowledged
        await here.idle()
        assert len(ann.ephemerals) == said + 1
        await ann.writes("Heron")
        await here.idle()
        assert await shown(here, ann) == "tried"


async def test_a_card_that_cannot_be_opened_whole_is_told_on_the_card(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await advanced(here, ann)
        fake.fail("views.open", Error("expired_trigger_id"), times=None)
        await ann.clicks(card(ann), pressing("say", "review"))
        await here.idle()
        assert "Everyone is fine" in str(card(ann).blocks)
        assert await shown(here, ann) == "tried"


async def test_a_home_that_conflicts_is_drawn_the_next_time(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        fake.fail("views.publish", Error("hash_conflict"))
        assert (await ann.opens_home()).acknowledged
        await here.idle()
        assert (await ann.opens_home()).acknowledged
        await here.idle()
        assert ann.home is not None


async def test_a_form_that_fails_at_the_store_stays_open_with_what_was_written(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        await ann.clicks(card(ann), pressing("write", ""))
        await here.idle()
        turn = (await case_of(here, ann)).turn
        with locked(tmp_path):
            assert not (await ann.submits({"value": "Heron"})).acknowledged
            assert ann.modal.trouble
        assert (await ann.submits({"value": "Heron"})).acknowledged
        await here.idle()
        assert ann.modals == ()
        assert (await case_of(here, ann)).turn == turn + 1
        await here.later(SOON)
        assert await shown(here, ann) == "tried"


# ------------------------------------------------------------------ erased in the meantime


@pytest.mark.parametrize("what", ["", "all"], ids=["one case", "everything"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_what_is_erased_while_it_is_delivered_does_not_come_back(
    fake: FakeSlack, ann: Person, tmp_path: Path, method: str, what: str
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        hang = Hang(after=True)
        if method == "chat.postMessage":
            fake.fail(method, hang)
            await ann.slash("start")
        else:
            await begun(here, ann)
            fake.fail(method, hang)
            await ann.clicks(card(ann), option("fine"))
        await hang.reached.wait()
        case = await case_of(here, ann)
        await ann.slash("forget" if what else f"forget {case.id}")
        await fake.until(lambda: bool(ann.modals))
        assert (await ann.submits()).acknowledged
        hang.release()
        await here.idle()
        await here.later(SOON)
        assert ann.from_bot == []
        assert await here.service.store.cases(here.owner(ann)) == []
        if what:
            assert await here.store.contact(here.owner(ann)) is None


async def test_messages_that_cannot_be_taken_away_now_are_taken_away_later(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        fake.fail("chat.delete", Status(503), times=None)
        await ann.slash("forget")
        await here.idle()
        assert (await ann.submits()).acknowledged
        await here.idle()
        assert ann.from_bot
    fake.faults.planned.clear()
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await here.later(SOON)
        assert ann.from_bot == []


async def test_an_old_card_that_could_not_be_taken_away_goes_with_its_case(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        for who in (ann, bob):
            await begun(here, who)
        for text in ("fine", "Heron"):
            failing = fake.fail("chat.delete", Status(503), times=None)
            await ann.writes(text)
            await here.idle()
            failing.lift()
        assert len(ann.from_bot) > 1
        case = await case_of(here, ann)
        await ann.slash(f"forget {case.id}")
        await here.idle()
        assert (await ann.submits()).acknowledged
        await here.idle()
        assert ann.from_bot == []
        assert await shown(here, bob) == "safe"


async def test_while_slack_does_not_answer_a_restarted_app_loses_no_click(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        down = fake.fail("*", Status(503), times=None)
        click = ann.drafts.click(card(ann), option("fine"))
        first = await fake.deliver(click)
        down.lift()
        if not first.acknowledged:
            assert (await fake.deliver(click)).acknowledged
        await here.idle()
        await here.later(LATER)
        assert await shown(here, ann) == "called"
