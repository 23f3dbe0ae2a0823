"""Second opinions from the first press to the decision, as people hold them on Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from adapters.pictures.reveal import draw_reveal
from tests.discord.circle import DAY, NICKNAME, Circle, acts, circle
from tests.discord.moments import asks as asked_next
from tests.discord.surfaces import said
from tests.fakes.discord import FakeDiscord, Message, Status

pytestmark = pytest.mark.usefixtures("sound")

Json = dict[str, Any]


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Circle]:
    async with circle(fake, tmp_path) as there:
        yield there


# ------------------------------------------------------------------ while it is open


async def test_what_is_posted_is_edited_at_most_every_two_seconds(here: Circle) -> None:
    posted = await here.posts(how={"quorum": "5"})
    here.pace = 0.5
    await here.passes(10)
    edits: list[float] = []

    def edited() -> int:
        calls = here.fake.calls_of("edit_message")
        return sum(1 for call in calls if call.ids["message"] == posted.id)

    before = edited()
    for who in here.people:
        await here.answers(who, "KEEP")
        if edited() > before:
            before, edits = edited(), [*edits, here.fake.clock.now()]
    await here.passes(2)
    assert 1 <= len(edits) <= 2
    assert all(b - a >= 2 for a, b in pairwise(edits))
    assert "5 answered" in said(here.posted)


async def test_one_is_reminded_privately_who_wants_it_and_the_others_by_one_line(
    here: Circle,
) -> None:
    bob, cleo, *others = here.people
    posted = await here.posts()
    await here.presses(bob, posted, "remind")
    await here.answers(cleo, "KEEP")
    await here.presses(cleo, posted, "remind")
    assert [*bob.from_bot] == []
    await here.later(DAY + timedelta(minutes=5))
    (reminder,) = bob.from_bot
    assert "You have not answered yet" in said(reminder)
    assert all(who.from_bot == () for who in (cleo, *others))
    line = here.shown[-1]
    assert line.reference == posted.id
    assert "Still open" in said(line)
    assert not [
        who for who in here.people if who.account.name in said(line) or who.id in said(line)
    ]
    await here.later(timedelta(hours=1))
    assert len(here.shown) == 2
    await here.answers(bob, "PAUSE", where=reminder)
    assert (await here.held()).answered == 2


async def test_a_worry_about_safety_is_told_at_once_and_leads_back_to_the_first_question(
    here: Circle,
) -> None:
    dan = here.people[2]
    posted = await here.posts()
    here.fake.calls.clear()
    await here.presses(dan, posted, "worry")
    await here.presses(dan, dan.ephemerals[-1], "worried")
    assert any("A colleague sees a safety issue" in said(one) for one in here.ann.from_bot)
    assert "safety" in acts(here.mine)
    for call in here.fake.calls:
        if here.ann.dm == call.channel or here.ann.id == call.user:
            assert dan.id not in repr(call.json)
            assert "Dan" not in repr(call.json)
    assert (await here.held()).answered == 0
    await here.presses(here.ann, here.mine, "safety")
    assert await asked_next(here.at, here.ann) == "safety"
    assert any("safe" in said(one) and not acts(one) for one in here.ann.from_bot)


async def test_it_is_closed_as_soon_as_enough_have_answered_where_that_was_ticked(
    here: Circle,
) -> None:
    await here.posts(how={"quorum": "3", "early": ("yes",)})
    for who in here.people[:3]:
        assert (await here.round()).stage == "open"
        await here.answers(who, "KEEP")
    assert (await here.round()).stage == "closed"
    assert acts(here.posted) == [], "nothing is to be pressed any more"


async def test_with_too_few_answers_it_waits_for_the_asker_and_goes_on(here: Circle) -> None:
    await here.posts()
    await here.answers(here.people[0], "KEEP")
    await here.later(2 * DAY + timedelta(minutes=1))
    assert (await here.round()).stage == "short"
    assert acts(here.mine) == ["extend", "without"]
    await here.fills(here.ann, here.mine, "extend", hours="24")
    assert "More time" in said(here.shown[-1])
    for who in here.people[1:3]:
        await here.answers(who, "KEEP")
    await here.later(DAY + timedelta(minutes=1))
    assert (await here.round()).stage == "closed"
    assert "The answers" in said(here.shown[-1])


# ------------------------------------------------------------------ whole


async def test_a_round_from_the_answers_to_the_decision_and_a_second_one_beside_it(
    fake: FakeDiscord, tmp_path: Path
) -> None:
    async with circle(fake, tmp_path, draw=draw_reveal) as here:
        posted = await here.posts(how={"quorum": "4"})
        await all_answer(here)
        await here.later(2 * DAY + timedelta(minutes=1))
        await is_revealed(here, posted)
        await is_decided(here, posted)
        await again(here)
        await is_deleted(here)


async def all_answer(here: Circle) -> None:
    """Let all five answer: one in two forms, one changes, one deletes, one abstains."""
    bob, cleo, dan, eve, fay = here.people
    told = await here.answers(
        bob,
        "RESET",
        "fairly",
        takeover="help",
        missed=("money", "contract"),
        note="Ask them once, in writing.",
    )
    await here.fills(bob, told, "differ", differently=("scope", "tried"))
    mine = await here.sees(bob, here.posted, "mine")
    for words in ("Ask them once", "Read differently: Work compared", "Yes, with help"):
        assert words in said(mine)
    await here.answers(cleo, "LEAVE_EXPLAIN", note="It only gets worse.")
    await here.answers(cleo, "KEEP")
    told = await here.answers(dan, "PAUSE")
    gone = await here.sees(dan, told, "take_back")
    assert "It is deleted" in said(gone)
    assert "2 answered" in said(here.posted)
    await here.answers(dan, "RESET", where=gone)
    await here.answers(eve, "RESET", "not_sure")
    told = await here.answers(fay, "abstain", "fairly")
    assert "a conflict of interest" in said(told)
    assert "5 answered" in said(here.posted)
    refused = await here.sees(here.ann, here.posted, "answer")
    assert "you do not answer yourself" in said(refused)


async def is_revealed(here: Circle, posted: Message) -> None:
    """See the reveal below the brief, with the picture, and in the asker's own message."""
    reveal = here.shown[-1]
    assert reveal.reference == posted.id
    (picture,) = reveal.attachments
    assert picture.content.startswith(b"\x89PNG\r\n")
    made = await draw_reveal(await here.round())
    assert made
    assert picture.description == made.alt
    assert "3" in made.alt
    words = said(reveal)
    for seen in (
        "5 answered, 1 abstention",
        "Talk and reset terms: 3",
        "Keep and watch: 1",
        "Rules and answers: Talk and reset terms",
        "With team: Talk and reset terms",
        "Facts that were read differently",
        "0 yes, 1 with help",
    ):
        assert seen in words, seen
    assert words.index("Keep and watch: 1 answer") < words.index("Talk and reset terms: 3 answers")
    assert "What the team would do" in said(here.mine)
    assert acts(here.posted) == []
    assert len([one for one in here.ann.from_bot if "Your team has answered" in said(one)]) == 1


async def is_decided(here: Circle, posted: Message) -> None:
    """Record a decision, and tell the team."""
    await here.fills(
        here.ann, here.mine, "decide", course="PAUSE", reason="We need a rest.", share=("yes",)
    )
    told = here.shown[-1]
    assert told.reference == posted.id
    assert "other than the team's line says" in said(told)
    assert "We need a rest." in said(told)
    assert "We need a rest." in said(here.mine)


async def again(here: Circle) -> None:
    """Hold a second blind round; both stand side by side."""
    first = len(here.shown)
    await here.presses(here.ann, here.mine, "again")
    draft = [one for one in here.ann.from_bot if "whom" in acts(one)][-1]
    assert "#cases" in said(draft)
    await here.presses(here.ann, draft, "post")
    assert "round 2" in said(here.shown[first])
    for who in here.people[:4]:
        await here.answers(who, "LEAVE_EXPLAIN")
    await here.later(2 * DAY + timedelta(minutes=1))
    reveal = here.shown[-1]
    assert "Talk and reset terms: 3 in the round before, 0 now" in said(reveal)
    assert "the round before" in reveal.attachments[0].description
    listed = await here.orders(here.ann, "opinion")
    assert said(listed).count(NICKNAME) >= 2


async def is_deleted(here: Circle) -> None:
    """Delete the case: whatever was posted of its rounds is taken away."""
    assert len(here.shown) >= 5
    await here.orders(here.ann, "forget", case=NICKNAME)
    assert (await here.ann.clicks(here.ann.ephemerals[-1], "Delete")).acknowledged
    await here.passes()
    assert here.shown == []
    assert [one for one in here.ann.from_bot if acts(one)] == []
    assert await here.at.store.rounds.asked_by(here.at.owner(here.ann)) == []


# ------------------------------------------------------------------ taken away in the end


async def test_what_discord_does_not_take_away_at_once_is_taken_away_later(
    here: Circle,
) -> None:
    await here.posts()
    here.fake.fail("delete_message", Status(503), times=None, channel=here.room.id)
    await here.orders(here.ann, "forget", case=NICKNAME)
    assert (await here.ann.clicks(here.ann.ephemerals[-1], "Delete")).acknowledged
    await here.passes()
    assert len(here.shown) == 1
    here.fake.faults.planned.clear()
    await here.at.later(timedelta(minutes=2))
    assert here.shown == []


async def test_a_thread_that_was_made_for_people_goes_with_the_case(here: Circle) -> None:
    await here.posts(people=here.people[:3])
    assert here.fake.servers.threads(here.room)
    await here.orders(here.ann, "forget")
    assert (await here.ann.clicks(here.ann.ephemerals[-1], "Delete")).acknowledged
    await here.passes()
    threads = here.fake.servers.threads(here.room)
    assert all(one.archived for one in threads)
    assert here.shown == []


async def test_what_was_posted_of_a_case_goes_with_it_when_its_time_is_over(here: Circle) -> None:
    await here.posts()
    await here.cancels()
    assert len(here.shown) == 1
    await here.at.later(timedelta(days=31))
    await here.at.later(timedelta(minutes=2))
    assert await here.at.store.cases(here.at.owner(here.ann)) == []
    assert here.shown == []
    assert here.ann.from_bot == ()
