"""What the asker decides, and what the rules say by the time a round closes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.engine.model import Flow
from bot.errors import WrongUse
from bot.rounds.ending import with_team
from bot.sheets.acts import act
from tests.flows.talks import TROUBLED_CLIENT
from tests.rounds.table import PEOPLE, Table, table
from tests.rounds.test_brief import change_fact, said
from tests.rounds.test_reveal import vote


async def decides(t: Table, course: str, reason: str = "", share: str = "") -> None:
    label = "Change your decision" if (await t.round_of("ann")).decision else "Record your decision"
    form = await t.press("ann", label)
    shared = ("yes",) if share else ()
    answer = await t.fills("ann", form, course=course, reason=reason, share=shared)
    assert not answer.errors


@pytest.mark.parametrize("follows", [True, False])
async def test_the_decision_says_whether_it_follows_the_line_with_the_team(
    tmp_path: Path, follows: bool
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        line = with_team(await t.round_of("ann"))
        await decides(t, line if follows else "PAUSE", "It is time.")
        decision = (await t.round_of("ann")).decision
        assert decision
        assert decision.followed is follows
        assert ("as the line with the team says" in t.paper.seen("owner")[0].text) is follows
        assert not t.paper.seen("decision"), "it is not shared unasked"


async def test_a_decision_is_told_to_the_team_if_the_asker_wants(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        await decides(t, "PAUSE", "We need the money first.", "yes")
        (told,) = t.paper.seen("decision")
        assert told.letter.beneath == t.paper.seen("audience")[0].letter.mark
        assert "Pause work: other than the team's line says" in told.text
        assert "We need the money first." in told.text


async def test_a_changed_decision_is_told_anew_and_the_same_one_is_not(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.opens("ann")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        await decides(t, "PAUSE", "For now.", "yes")
        await decides(t, "PAUSE", "For now.", "yes")
        assert len(t.paper.seen("decision")) == 1
        await decides(t, "KEEP", "They paid.", "yes")
        assert [message.text.splitlines()[1] for message in t.paper.seen("decision")] == [
            "Pause work: other than the team's line says.",
            "Keep and watch: other than the team's line says.",
        ]


@pytest.mark.parametrize("reason", ["Client Heron is gone.", "They owe 4,500.", "a@b.org said so"])
async def test_a_reason_that_is_told_must_not_name_the_client(tmp_path: Path, reason: str) -> None:
    async with table(tmp_path, PEOPLE) as t:
        await t.orders("ann", "opinion", await t.a_case("ann", {"nickname": "Heron"}))
        await t.fills("ann", await t.press("ann", "Whom to ask"), channel="team")
        await t.press("ann", "Post it")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        form = await t.press("ann", "Record your decision")
        refused = await t.fills("ann", form, course="KEEP", reason=reason, share=("yes",))
        assert refused.errors.keys() == {"reason"}
        assert (await t.round_of("ann")).decision is None
        kept = await t.fills("ann", form, course="KEEP", reason=reason)
        assert not kept.errors, "what stays with the asker may say it"
        assert not t.paper.seen("decision")


async def test_a_decision_needs_a_course_and_a_closed_round(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        with pytest.raises(WrongUse, match="This round is open"):
            await t.presses_action("ann", act("decide", round_.id))
        with pytest.raises(WrongUse, match="This round is open"):
            await t.submits("ann", act("decide", round_.id), {"course": "KEEP"})
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        refused = await t.submits("ann", act("decide", round_.id), {"course": "NOTHING"})
        assert refused.errors.keys() == {"course"}


async def test_what_was_decided_reads_the_same_to_whoever_reads_it_again(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        with pytest.raises(WrongUse, match="This round is closed"):
            await t.presses_action("ben", act("decision", round_.id))
        await decides(t, "PAUSE", "For now.", "yes")
        again = await t.presses_action("ben", act("decision", round_.id))
        assert said(again) == t.paper.seen("decision")[0].text


# ------------------------------------------------------------------ what the rules say by then


async def test_facts_that_changed_while_it_was_open_leave_the_line_of_the_rules_as_it_was(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        posted = await t.opens("ann")
        await change_fact(t, "ann", "commitment", "permission")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        record = (await t.round_of("ann")).record
        assert record
        assert record.standing == posted.standing


async def test_a_new_version_of_the_dialogue_leaves_what_the_rules_said_as_it_was(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        posted = await t.opens("ann")
        paper, clock = t.paper, t.clock
    async with table(tmp_path, PEOPLE, clock, paper, newer()) as t:
        await change_fact(t, "ann", "retake", "decline")
        case = await t.store.case(posted.owner, posted.case)
        assert case.version != posted.brief.version
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        record = (await t.round_of("ann")).record
        assert record
        assert record.standing == posted.standing


def newer() -> Flow:
    """Make a newer version of the dialogue."""
    files = {
        path.relative_to(TROUBLED_CLIENT).as_posix(): path.read_text(encoding="utf-8")
        for path in TROUBLED_CLIENT.rglob("*.yaml")
        if "talks" not in path.parts
    }
    title = 'title: "A troubled client"'
    assert title in files["flow.yaml"]
    files["flow.yaml"] = files["flow.yaml"].replace(title, 'title: "A client"')
    return load_flow(files, KINDS)


async def test_answers_that_were_not_shown_count_for_the_line_of_the_rules_at_the_close(
    tmp_path: Path,
) -> None:
    async with table(tmp_path, PEOPLE) as t:
        posted = await t.opens("ann")
        await change_fact(t, "ann", "retake", "decline")
        await vote(t, "RESET", "RESET", "RESET", "RESET", "RESET")
        record = (await t.round_of("ann")).record
        assert record
        assert record.standing != posted.standing
        assert await t.store.rounds.stale() == []


async def test_a_case_that_is_gone_takes_its_round_along(tmp_path: Path) -> None:
    async with table(tmp_path, PEOPLE) as t:
        round_ = await t.opens("ann")
        await vote(t, "RESET", "RESET")
        await t.store.forget(round_.owner, round_.case)
        await t.later(timedelta(days=3))
        assert not t.paper.seen("reveal")
