"""One reminder, one close, one more time: by rows that are due, not by anything in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import WrongUse
from bot.rounds.ports import Timer
from bot.rounds.postman import Postman
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, Clock, Table, table
from tests.rounds.test_brief import said

TEAM = PEOPLE[1:]
DAY = timedelta(days=1)


def reminded(t: Table) -> list[str]:
    """Tell where reminders went, in the order of the alphabet."""
    addresses = [message.letter.target.address for message in t.paper.seen("reminder")]
    return sorted(address.get("user", "#channel") for address in addresses)


# ------------------------------------------------------------------ one reminder


async def test_those_who_have_not_answered_are_reminded_once_a_day_before_the_close(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann", hours="72")
        await t.votes("ben", "KEEP")
        await t.later(2 * DAY - timedelta(minutes=1))
        assert reminded(t) == []
        await t.later(timedelta(minutes=1))
        assert reminded(t) == ["cleo", "dan", "eve", "fay"]
        for _ in range(10):
            await t.later(timedelta(hours=2))
        assert reminded(t) == ["cleo", "dan", "eve", "fay"]
        assert all("5 of" not in m.text for m in t.paper.seen("reminder"))


async def test_a_round_of_one_day_reminds_nobody(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann", hours="24")
        await t.later(DAY - timedelta(minutes=10))
        assert reminded(t) == []


async def test_where_nobody_may_be_written_to_unasked_one_line_names_nobody(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = False
        await t.opens("ann")
        await t.votes("ben", "KEEP")
        await t.press("cleo", "Remind me")
        await t.press("dan", "Remind me")
        await t.votes("dan", "KEEP")
        await t.later(DAY)
        assert reminded(t) == ["#channel", "cleo"]
        (line,) = [m for m in t.paper.seen("reminder") if "channel" in m.letter.target.address]
        assert not [name for name in PEOPLE if name.title() in str(line.letter.sheet)]
        assert "2 of 5 answered" in line.text
        assert line.letter.beneath == t.paper.seen("audience")[0].letter.mark
        await t.later(timedelta(hours=20))
        assert reminded(t) == ["#channel", "cleo"]


async def test_no_line_is_needed_where_all_who_are_missing_are_reminded_alone(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = False
        await t.opens("ann")
        for name in TEAM[1:]:
            await t.votes(name, "KEEP")
        await t.press("ben", "Remind me")
        await t.later(DAY)
        assert reminded(t) == ["ben"]


async def test_a_reminder_that_can_come_no_more_is_not_promised(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = False
        await t.opens("ann")
        assert "I will remind you" in said(await t.press("ben", "Remind me"))
        await t.later(DAY)
        assert "too soon for a reminder" in said(await t.press("cleo", "Remind me"))


async def test_who_was_asked_in_a_chat_of_their_own_is_reminded_there_and_once(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first = False
        await t.orders("ann", "opinion", await t.a_case("ann"))
        form = await t.press("ann", "Whom to ask")
        await t.fills("ann", form, people=("ben", "cleo", "dan"))
        await t.press("ann", "Post it")
        await t.votes("ben", "KEEP")
        await t.press("cleo", "Remind me")
        await t.later(DAY)
        assert reminded(t) == ["cleo", "dan"]


async def test_whoever_is_not_on_any_list_is_reminded_if_they_asked(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        t.paper.writes_first, t.paper.listed = False, False
        await t.opens("ann")
        await t.press("ben", "Remind me")
        await t.votes("cleo", "KEEP")
        assert "So far: 1 answered" in t.paper.seen("audience")[0].text
        await t.later(DAY)
        assert reminded(t) == ["#channel", "ben"]


# ------------------------------------------------------------------ the close


async def test_it_closes_at_its_time_and_not_before(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        for name in TEAM[:3]:
            await t.votes(name, "KEEP")
        close = datetime.fromisoformat(round_.terms.close)
        await t.later(close - t.clock() - timedelta(seconds=1))
        assert (await t.round_of("ann")).stage == "open"
        await t.later(timedelta(seconds=1))
        assert (await t.round_of("ann")).stage == "closed"
        assert len(t.paper.seen("reveal")) == 1


async def test_it_closes_when_all_are_in(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM[:-1]:
            await t.votes(name, "KEEP")
        assert (await t.round_of("ann")).stage == "open"
        await t.votes("fay", "KEEP")
        assert (await t.round_of("ann")).stage == "closed"


@pytest.mark.parametrize("early", [(), ("yes",)])
async def test_it_closes_as_soon_as_enough_are_in_only_if_that_was_ticked(
    tmp_path: Path, early: tuple[str, ...]
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann", early=early)
        for name in TEAM[:3]:
            await t.votes(name, "KEEP")
        assert (await t.round_of("ann")).stage == ("closed" if early else "open")


async def test_it_is_closed_by_hand_after_a_second_question(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM[:3]:
            await t.votes(name, "KEEP")
        question = await t.press("ann", "Close it now")
        assert "3 of 5 answered" in said(question)
        assert (await t.round_of("ann")).stage == "open"
        await t.press("ann", "Close it", question.sheet)
        record = (await t.round_of("ann")).record
        assert record
        assert (record.why, len(record.ballots)) == ("hand", 3)


async def test_an_answer_deleted_before_the_postman_comes_keeps_it_open(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        for name in TEAM[:-1]:
            await t.votes(name, "KEEP")
        council = t.parts.postman.council
        await council.answer(t.actor("fay"), round_.id, {"course": "KEEP", "sure": "very"})
        await council.take_back(t.actor("fay"), round_.id)
        await t.later(timedelta(minutes=1))
        assert (await t.round_of("ann")).stage == "open"
        await t.later(3 * DAY)
        assert (await t.round_of("ann")).stage == "closed", "its own time is kept"


async def test_a_close_that_comes_just_after_an_extension_waits_for_the_new_time(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        for name in TEAM[:3]:
            await t.votes(name, "KEEP")
        council, close = t.parts.postman.council, datetime.fromisoformat(round_.terms.close)
        t.clock.now = close
        due: Sequence[tuple[str, Timer]] = await t.store.rounds.due_timers(t.clock(), "paper")
        assert (round_.id, "close") in due
        await council.extend(t.actor("ann"), round_.id, 24)
        await council.close(round_.id)
        assert (await t.round_of("ann")).stage == "open"


# ------------------------------------------------------------------ too few


async def test_too_few_answers_stay_sealed_until_the_asker_says_how_to_go_on(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM[:2]:
            await t.votes(name, "KEEP", note="unread")
        await t.later(2 * DAY)
        assert (await t.round_of("ann")).stage == "short"
        (own,), (team,) = t.paper.seen("owner"), t.paper.seen("audience")
        assert "Insufficient input: 2 of 5 answered" in own.text
        assert "not enough yet" in team.text
        assert own.labels == ["Give more time…", "Finish without"]
        assert team.labels == []
        assert "Too few answers" in t.paper.seen("notice", "ann")[0].text
        assert not t.paper.seen("reveal")
        assert "Keep and watch" not in own.text + team.text


async def test_a_round_without_enough_answers_can_go_on(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM[:2]:
            await t.votes(name, "KEEP")
        await t.later(2 * DAY)
        await t.fills("ann", await t.press("ann", "Give more time"), hours="24")
        assert "(put off once)" in t.paper.seen("audience")[0].text
        await t.votes("dan", "RESET")
        await t.later(2 * DAY)
        record = (await t.round_of("ann")).record
        assert record
        assert len(record.ballots) == 3, "the first two count as well"


@pytest.mark.parametrize("by_hand", [True, False])
async def test_what_is_finished_without_or_forgotten_for_a_week_is_destroyed_unread(
    tmp_path: Path, by_hand: bool
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM[:2]:
            await t.votes(name, "KEEP", note="unread")
        await t.later(2 * DAY)
        if by_hand:
            await t.press("ann", "Finish without")
        else:
            await t.later(timedelta(days=7) - timedelta(minutes=1))
            assert (await t.round_of("ann")).stage == "short"
            await t.later(timedelta(minutes=1))
        round_ = await t.round_of("ann")
        assert round_.stage == "closed"
        assert round_.record
        assert (round_.record.ballots, round_.record.revealed) == ((), False)
        held = await t.store.rounds.held(round_.id, t.actor("ben").owner)
        assert held.ballot is None
        assert "What was answered is destroyed" in t.paper.seen("reveal")[0].text
        assert "Closed without a reveal" in t.paper.seen("audience")[0].text


# ------------------------------------------------------------------ more time


async def test_it_is_extended_once_and_openly(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        before = await t.opens("ann")
        await t.fills("ann", await t.press("ann", "Give more time"), hours="48")
        after = await t.round_of("ann")
        assert datetime.fromisoformat(after.terms.close) > datetime.fromisoformat(
            before.terms.close
        )
        (notice,) = [m for m in t.paper.seen("notice") if "channel" in m.letter.target.address]
        assert "More time" in notice.text
        assert "Friday 6 March 2026" in notice.text
        for message in (*t.paper.seen("audience"), *t.paper.seen("owner")):
            assert "Friday 6 March 2026, 10:00 (Europe/Berlin) (put off once)" in message.text
        assert "Give more time…" not in t.paper.seen("owner")[0].labels
        with pytest.raises(WrongUse, match="extended once"):
            await t.submits("ann", act("extend", after.id), {"hours": "24"})


async def test_after_an_extension_nobody_is_reminded_again(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await t.later(DAY)
        assert reminded(t) == TEAM
        await t.fills("ann", await t.press("ann", "Give more time"), hours="48")
        await t.later(3 * DAY)
        assert reminded(t) == TEAM


async def test_an_extension_before_the_reminder_moves_it_along(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await t.fills("ann", await t.press("ann", "Give more time"), hours="48")
        await t.later(DAY)
        assert reminded(t) == []
        await t.later(2 * DAY)
        assert reminded(t) == TEAM


async def test_a_time_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        for hours in ("", "7", "-24", "9999999"):
            refused = await t.submits("ann", act("extend", round_.id), {"hours": hours})
            assert refused.errors.keys() == {"hours"}


# ------------------------------------------------------------------ restarts


async def test_times_outlive_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    async with table(tmp_path, PEOPLE, clock) as t:
        await t.opens("ann")
        for name in TEAM[:3]:
            await t.votes(name, "KEEP")
        paper = t.paper
    clock.advance(DAY)
    async with table(tmp_path, PEOPLE, clock, paper) as t:
        await t.round()
        assert reminded(t) == TEAM[3:]
    clock.advance(DAY)
    async with table(tmp_path, PEOPLE, clock, paper) as t:
        await t.round()
        assert (await t.round_of("ann")).stage == "closed"
        assert len(t.paper.seen("reveal")) == 1


async def test_a_busy_platform_gets_everything_later_and_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM:
            t.paper.busy = 2
            await t.votes(name, "KEEP")
        for _ in range(20):
            await t.later(timedelta(hours=1))
        roles = [letter.role for letter in t.paper.posts]
        assert sorted(roles) == ["audience", "notice", "owner", "reveal"]
        assert "5 of 5 answered" in t.paper.seen("audience")[0].text


async def test_a_message_is_edited_at_most_once_in_two_seconds(tmp_path: Path) -> None:
    people = ["ann", *(f"p{number}" for number in range(30))]
    async with table(tmp_path, people) as t:
        round_ = await t.opens("ann")
        council, before = t.parts.postman.council, t.paper.seen("audience")[0].edits
        for name in people[1:26]:
            ballot = {"course": "KEEP", "sure": "very"}
            await council.answer(t.actor(name), round_.id, ballot)
            t.clock.advance(timedelta(milliseconds=100))
            await t.round()
        assert t.paper.seen("audience")[0].edits - before <= 2
        await t.later(timedelta(seconds=2))
        assert "25 of 30 answered" in t.paper.seen("audience")[0].text


async def test_two_postmen_at_once_tell_everything_once(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM:
            await t.parts.postman.council.answer(
                t.actor(name),
                (await t.round_of("ann")).id,
                {"course": "KEEP", "sure": "very"},
            )
        first = t.parts.postman
        second = Postman(first.council, "paper", t.paper, first.draw)
        await asyncio.gather(first.round(), second.round())
        assert len(t.paper.seen("reveal")) == 1
        assert len(t.paper.seen("notice")) == 1
