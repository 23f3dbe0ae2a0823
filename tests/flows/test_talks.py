"""Every talk of every flow is played; a talk that goes otherwise says where."""

from pathlib import Path

import pytest

from bot.engine.model import Judge, Say
from bot.engine.source import parse_document
from bot.engine.talk import Talk, TalkMismatch, parse_talk, run_talk
from bot.errors import FlowErrors
from tests.flows.talks import (
    DATA,
    FOLDERS,
    MONDAY,
    TROUBLED_CLIENT,
    flow_in,
    read_talk,
    talk_files,
    talks_of,
)

INTAKE = DATA / "intake"


@pytest.mark.parametrize(
    "path",
    [path for folder in FOLDERS for path in talk_files(folder)],
    ids=lambda path: f"{path.parent.parent.name}/{path.stem}",
)
def test_the_flow_talks_as_its_script_says(path: Path) -> None:
    transcript = run_talk(flow_in(path.parent.parent), read_talk(path), MONDAY)
    assert transcript[0].startswith("Bot:")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_talk_is_called_like_its_file(folder: Path) -> None:
    assert [talk.id for talk in talks_of(folder)] == [path.stem for path in talk_files(folder)]


def test_the_same_talk_gives_the_same_transcript() -> None:
    flow = flow_in(INTAKE)
    talk = next(iter(talks_of(INTAKE)))
    assert run_talk(flow, talk, MONDAY) == run_talk(flow, talk, MONDAY)


def test_every_course_comes_first_and_every_status_ends_a_talk() -> None:
    lines = [line for talk in talks_of(TROUBLED_CLIENT) for line in talk.lines]
    result = flow_in(TROUBLED_CLIENT).step("result")
    assert isinstance(result, Judge)
    courses = {option.id for option in result.rule.options}
    assert {line.first for line in lines if line.first} == courses
    ends = {talk.lines[-1].ends for talk in talks_of(TROUBLED_CLIENT)}
    assert ends >= {"finished", "paused", "sleeping", "cancelled"}


def test_every_card_of_the_flow_is_shown_in_some_talk() -> None:
    said = {step.id for step in flow_in(TROUBLED_CLIENT).steps if isinstance(step, Say)}
    shown = {line.bot for talk in talks_of(TROUBLED_CLIENT) for line in talk.lines}
    assert said - shown == set()


# ------------------------------------------------------------------ talks that go wrong


def _talk(lines: str, head: str = "") -> Talk:
    return parse_talk(parse_document("t.yaml", f"talk: t\n{head}lines:\n{lines}"))


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("  - {bot: channel}\n  - {ends: open}\n", 3, "should come to “channel”"),
        ("  - {bot: called, type: Ana}\n  - {pick: klingon}\n  - {ends: open}\n", 4, "klingon"),
        ("  - {told: why}\n  - {ends: open}\n", 3, "should tell “why”, but told nothing"),
        ("  - {type: Ana}\n  - {ends: finished}\n", 4, "should be finished, but it is open"),
        ("  - {wakes: true}\n  - {ends: open}\n", 3, "nothing was to wake"),
    ],
)
def test_a_mismatch_names_the_line_and_what_happened(lines: str, line: int, message: str) -> None:
    with pytest.raises(TalkMismatch, match=message) as caught:
        run_talk(flow_in(INTAKE), _talk(lines), MONDAY)
    assert caught.value.line == line


def test_another_result_than_the_talk_says_is_a_mismatch() -> None:
    lines = (
        "  - {type: Rusty}\n  - {pick: cracked}\n  - {pick: gone}\n  - {pick: there}\n"
        "  - {type: skip}\n  - {type: skip}\n  - {bot: verdict, first: MEND}\n  - {ends: open}\n"
    )
    talk = _talk(lines, "track: quick\npresets: {workshop: van}\n")
    with pytest.raises(TalkMismatch, match="first course should be MEND, but is SCRAP"):
        run_talk(flow_in(DATA / "bike_repair"), talk, MONDAY)


def test_an_unknown_track_is_named_with_the_known_ones() -> None:
    with pytest.raises(TalkMismatch, match="no track “scenic”; tracks: usual"):
        run_talk(flow_in(INTAKE), _talk("  - {ends: open}\n", "track: scenic\n"), MONDAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("talk: t\nlines:\n  - {bott: safety}\n  - {ends: open}\n", "t.yaml:3: .*“bott”"),
        ("talk: t\nlines:\n  - {pick: a, type: b}\n  - {ends: open}\n", "t.yaml:3: .*one thing"),
        ("talk: t\nlines:\n  - {bot: a}\n", "how it ends"),
        ("talk: t\n", "“lines” is missing"),
        ("lines:\n  - {ends: gone}\n", "“talk” is missing"),
    ],
)
def test_a_badly_written_talk_is_refused_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(FlowErrors, match=message):
        parse_talk(parse_document("t.yaml", text))
