"""What comes of a round: the same for everybody at once, then the asker's own decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.model import Show, Value
from bot.errors import WrongUse
from bot.opinion.model import Ballot
from bot.opinion.movement import weigh
from bot.rounds.ending import with_team
from bot.sheets.acts import act
from tests.rounds.table import PEOPLE, Table, case_of, table
from tests.rounds.test_answering import worries
from tests.rounds.test_brief import said

TEAM = PEOPLE[1:]


async def vote(t: Table, *courses: str) -> None:
    for name, course in zip(TEAM, courses, strict=False):
        await t.votes(name, course, note=f"{name} thinks so")


async def closes(t: Table) -> None:
    question = await t.press("ann", "Close it now")
    await t.press("ann", "Close it", question.sheet)


# ------------------------------------------------------------------ the reveal


async def test_dissent_is_read_first_and_both_lines_stand_side_by_side(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "KEEP", "KEEP", "KEEP", "RESET", "HANDOVER")
        (reveal,) = t.paper.seen("reveal")
        lines = reveal.text.splitlines()
        views = [
            lines.index(line)
            for line in (
                "Talk and reset terms: 1 answer",
                "Pass to someone better placed: 1 answer",
                "Keep and watch: 3 answers",
            )
        ]
        assert views == sorted(views)
        assert lines.index("- “eve thinks so”") < lines.index("- “ben thinks so”")
        round_ = await t.round_of("ann")
        assert round_.record
        labels = {course.id: course.label for course in round_.brief.courses}
        assert f"- Rules and answers: {labels[round_.record.standing.order[0]]}" in lines
        assert f"- With team: {labels[with_team(round_)]}" in lines
        assert "Agreement: divided (30 % of pairs agree)" in lines


async def test_asker_and_team_see_the_same_reveal(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "KEEP", "KEEP", "PAUSE", "RESET", "abstain")
        (reveal,), (own,) = t.paper.seen("reveal"), t.paper.seen("owner")
        shown = reveal.letter.sheet.card.blocks[:-1]
        assert own.letter.sheet.card.blocks[: len(shown)] == shown
        assert reveal.letter.beneath == t.paper.seen("audience")[0].letter.mark
        assert "stands below" in t.paper.seen("audience")[0].text


async def test_a_team_of_one_mind_can_tip_a_close_call_and_that_is_said(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", *(f"p{n}" for n in range(12))]) as t:
        answers: dict[str, object] = {"main_trouble": "silence", "retake": "unsure"}
        await t.orders("ann", "opinion", await t.a_case("ann", answers))
        await t.fills("ann", await t.press("ann", "Whom to ask"), channel="team")
        await t.press("ann", "Post it")
        second = (await t.round_of("ann")).standing.order[1]
        for number in range(12):
            await t.votes(f"p{number}", second)
        round_ = await t.round_of("ann")
        assert round_.record
        team = weigh(round_.record.standing, round_.brief.courses, round_.record.ballots)
        text = t.paper.seen("reveal")[0].text
        gap = round_.standing.scores[round_.standing.order[0]] - round_.standing.scores[second]
        moved = team.order[0] == second
        assert moved == (team.added[second] - team.added[round_.standing.order[0]] > gap)
        assert ("tipped it" in text) == moved
        assert "“" in text


async def test_a_split_moves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "KEEP", "KEEP", "LEAVE_EXPLAIN", "LEAVE_EXPLAIN", "HANDOVER")
        text = t.paper.seen("reveal")[0].text
        assert "split on staying or leaving" in text
        assert "ask again in a second blind round" in text
        round_ = await t.round_of("ann")
        assert with_team(round_) == round_.standing.order[0]


async def test_votes_for_what_a_rule_sets_aside_stand_there_with_the_rule(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        vetoed = (await t.round_of("ann")).standing.vetoed
        course = next(c for c in vetoed if c.startswith("LEAVE"))
        await vote(t, course, course, course, course, course)
        round_ = await t.round_of("ann")
        text = t.paper.seen("reveal")[0].text
        label = next(c.label for c in round_.brief.courses if c.id == course)
        assert f"- {label}: 5 (a rule rules it out: " in text
        assert with_team(round_) not in vetoed


async def test_a_forced_result_is_not_moved_by_anybody(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.orders("ann", "opinion", await t.a_case("ann", {"safety": "threat"}))
        await t.fills("ann", await t.press("ann", "Whom to ask"), people=tuple(TEAM))
        await t.press("ann", "Post it")
        await vote(t, "KEEP", "KEEP", "KEEP", "KEEP", "KEEP")
        texts = {message.text for message in t.paper.seen("reveal")}
        assert len(texts) == 1, "everybody gets the same"
        assert "A rule decides here" in texts.pop()
        assert len(t.paper.seen("reveal")) == 5
        round_ = await t.round_of("ann")
        assert with_team(round_) == round_.standing.forced != ""


async def test_an_anonymous_round_of_two_opinions_is_not_revealed_and_destroyed(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "KEEP", "KEEP", "abstain")
        await closes(t)
        round_ = await t.round_of("ann")
        assert round_.record
        assert (round_.record.revealed, round_.record.ballots) == (False, ())
        assert "Fewer than 3 did not abstain" in t.paper.seen("reveal")[0].text


async def test_a_named_round_below_three_is_revealed_and_moves_nothing(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", "ben", "cleo"]) as t:
        await t.opens("ann", who="named", quorum="2")
        await vote(t, "PAUSE", "PAUSE")
        text = t.paper.seen("reveal")[0].text
        assert "Ben, Cleo" in text
        assert "Ben: “ben thinks so”" in text
        assert "Below 3 opinions nothing is moved" in text
        round_ = await t.round_of("ann")
        assert with_team(round_) == round_.standing.order[0]


async def test_an_anonymous_reveal_names_nobody(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        for name in TEAM:
            await t.votes(name, "RESET")
        round_ = await t.round_of("ann")
        for name in TEAM:
            for words in (name.title(), t.actor(name).owner):
                assert words not in str(t.paper.seen("reveal"))
                assert words not in str(round_)


async def test_the_reveal_is_what_the_record_comes_to_when_it_is_read_again(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "KEEP", "RESET", "RESET", "LEAVE_EXPLAIN", "abstain")
        paper, clock = t.paper, t.clock
        shown = paper.seen("reveal")[0].letter.sheet
        before = await t.round_of("ann")
    async with table(tmp_path, PEOPLE, clock, paper) as t:
        again = await t.round_of("ann")
        assert again == before
        read = await t.presses_action("ben", act("revealed", again.id))
        assert read.sheet
        assert read.sheet.card == shown.card


@pytest.mark.parametrize("count", [3, 4, 40])
async def test_of_many_notes_the_first_are_posted_and_all_are_a_press_away(
    tmp_path: Path, count: int
) -> None:
    people = [f"p{number}" for number in range(count)]
    async with table(tmp_path, ["ann", *people]) as t:
        await t.opens("ann")
        for name in people:
            await t.votes(name, "RESET", note=f"my own note: {name} " + "x" * 400)
        (reveal,), (own,) = t.paper.seen("reveal"), t.paper.seen("owner")
        for message, name in ((reveal, "p1"), (own, "ann")):
            assert message.text.count("my own note") == 3
            assert ("All answers" in message.labels) == (count > 3)
            if count > 3:
                assert f"{count - 3} more note" in message.text
                whole = await t.press(name, "All answers", message.letter.sheet)
                assert said(whole).count("my own note") == count


# ------------------------------------------------------------------ a second round


async def test_a_second_round_is_blind_again_and_only_asks_anew(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        first = await t.opens("ann")
        await vote(t, "KEEP", "RESET", "RESET", "LEAVE_EXPLAIN", "KEEP")
        for _ in range(2):
            await t.press("ann", "A second blind round")
        await t.press("ann", "Post it")
        second = await t.round_of("ann")
        assert (second.number, second.before) == (2, first.id)
        form = (await t.press("ben", "Give your opinion")).form
        assert form
        assert form.fields[0].value == "", "the first answer is not in it"
        posted = t.paper.posts[-1]
        assert "ben thinks so" not in str(posted.sheet)
        rounds = await t.store.rounds.asked_by(first.owner, first.case)
        assert [held.round.id for held in rounds if held.round] == [second.id, first.id]


# ------------------------------------------------------------------ safety and taking over


async def answers_all(t: Table) -> None:
    """Go on to the full set of questions, and answer them."""
    given = {"go_on": "full_set", "successor": "none"}
    owner, case_id = t.actor("ann").owner, case_of("ann")
    asked: set[str] = set()
    while prompt := (await t.parts.service.view(owner, case_id)).prompt:
        if prompt.step == "premortem":
            return
        assert prompt.step not in asked, prompt
        asked.add(prompt.step)
        first = prompt.choices[0].id
        value: Value = given.get(prompt.step) or ((first,) if prompt.input == "many" else first)
        await t.answers("ann", value)


async def test_an_offer_to_take_over_suggests_and_changes_nothing_by_itself(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        before = await t.store.case(round_.owner, round_.case)
        for name, takeover in zip(TEAM, ("yes", "help", "no", "", ""), strict=True):
            await t.votes(name, "HANDOVER", takeover=takeover)
        assert await t.store.case(round_.owner, round_.case) == before
        own = t.paper.seen("owner")[0]
        assert "2 colleagues would take this client over" in own.text
        assert "1 yes, 1 with help" in own.text
        with pytest.raises(WrongUse, match="has not asked that question"):
            await t.press("ann", "Change who could take over")
        await answers_all(t)
        reaction = await t.press("ann", "Change who could take over")
        assert reaction.done
        shows = [effect for effect in reaction.done.effects if isinstance(effect, Show)]
        assert shows[0].view.prompt
        assert shows[0].view.prompt.step == "successor"


async def test_a_worry_in_the_last_moment_can_still_be_followed_after_the_close(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await worries(t, "ben")
        await vote(t, "KEEP", "KEEP", "KEEP", "KEEP", "KEEP")
        assert "Ask me the first question again" in t.paper.seen("owner")[0].labels


# ------------------------------------------------------------------ the record


async def test_a_record_keeps_no_more_of_an_abstention_than_that(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann", who="named")
        await vote(t, "abstain", "RESET", "RESET", "RESET", "RESET")
        record = (await t.round_of("ann")).record
        assert record
        (abstained,) = [ballot for ballot in record.ballots if ballot.abstains]
        assert replace(abstained, voter="", name="") == Ballot("")
