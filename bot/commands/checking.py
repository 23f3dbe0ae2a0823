"""Check a flow's folder: that it loads, that its talks hold, and what is worth a look.

Pure over the folder's files (relative name → text).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.terminal.graph import Written
from bot.drafting.load import has_drafts, load_drafts
from bot.engine.kinds import Kinds
from bot.engine.load import FLOW_FILE, load_flow
from bot.engine.model import Ask, Flow, Judge, Step
from bot.engine.source import Data, parse_document
from bot.engine.talk import Talk, TalkMismatch, parse_talk, run_talk
from bot.errors import FlowError, FlowErrors

TALKS = "talks/"
TALK_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When every talk begins, so that it reads the same on every day."""

_MISMATCH = "Correct the talk, or the flow if the talk is right; “crossroads flows talk” plays it."
_NAMED_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the flow if it loads, its mistakes, and notes that are none."""

    flow: Flow | None
    errors: tuple[FlowError, ...]
    notes: tuple[FlowError, ...] = ()
    talks: int = 0


def check_files(folder: str, files: Mapping[str, str], kinds: Kinds) -> Checked:
    """Load the flow of a folder with this name and play its talks."""
    flow, errors = _load(files, kinds)
    if flow and flow.id != folder:
        errors.append(_misnamed(folder, files, flow))
    errors += _faults_of_drafts(flow, files) if flow else []
    talks = []
    for name in talk_files(files):
        talk, mistakes = read_talk(name, files[name])
        errors += mistakes
        if talk and flow:
            errors += _played(flow, name, talk)
            talks.append(talk)
    notes = tuple(_notes(flow, talks)) if flow else ()
    return Checked(flow, tuple(errors), notes, len(talks))


def talk_files(files: Mapping[str, str]) -> list[str]:
    """List the files that hold talks."""
    return [name for name in sorted(files) if name.startswith(TALKS) and _is_yaml(name)]


def read_talk(name: str, text: str) -> tuple[Talk | None, list[FlowError]]:
    """Read a talk's file, or say what is wrong with it."""
    try:
        return parse_talk(parse_document(name, text)), []
    except FlowErrors as errors:
        return None, errors.errors
    except FlowError as error:
        return None, [error]


def written_conditions(files: Mapping[str, str], flow: Flow) -> Written:
    """Read the conditions of a flow that loads as its author wrote them."""
    data = parse_document(FLOW_FILE, files[FLOW_FILE]).data
    assert isinstance(data, dict)
    steps, named = data["steps"], data.get("conditions") or {}
    assert isinstance(steps, list)
    assert isinstance(named, dict)
    whens: dict[str, Data] = {}
    for step, written in zip(flow.steps, steps, strict=True):
        if isinstance(written, dict) and written.get("when") is not None:
            whens[step.id] = written["when"]
    return Written(whens, named)


def _is_yaml(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _load(files: Mapping[str, str], kinds: Kinds) -> tuple[Flow | None, list[FlowError]]:
    try:
        return load_flow(files, kinds), []
    except FlowErrors as errors:
        return None, list(errors.errors)


def _faults_of_drafts(flow: Flow, files: Mapping[str, str]) -> list[FlowError]:
    from bot.dossier.letters import vocabulary

    try:
        if has_drafts(files):
            load_drafts(files, vocabulary(flow))
    except FlowErrors as errors:
        return errors.errors
    return []


def _misnamed(folder: str, files: Mapping[str, str], flow: Flow) -> FlowError:
    document = parse_document(FLOW_FILE, files[FLOW_FILE])
    return document.error(
        ("flow",),
        f"The flow calls itself “{flow.id}”, but its folder is called “{folder}”.",
        "Give both the same name.",
    )


def _played(flow: Flow, name: str, talk: Talk) -> Iterator[FlowError]:
    try:
        run_talk(flow, talk, TALK_DAY)
    except TalkMismatch as mismatch:
        message = mismatch.message.removeprefix(f"Line {mismatch.line}: ")
        yield FlowError(name, mismatch.line, f"This talk does not hold: {message}", _MISMATCH)


def _notes(flow: Flow, talks: list[Talk]) -> Iterator[FlowError]:
    if not talks:
        yield FlowError(
            FLOW_FILE, 1, "The flow has no talks.", "Write one for each ending; see docs/flows.md."
        )
    elif unvisited := _unvisited(flow, talks):
        shown = ", ".join(unvisited[:_NAMED_AT_MOST])
        more = len(unvisited) - _NAMED_AT_MOST
        listed = shown + (f" and {more} more" if more > 0 else "")
        yield FlowError(FLOW_FILE, 1, f"No talk names: {listed}.", "Write a talk that comes there.")
    if flow.name_step and not flow.nicknames:
        yield FlowError(
            FLOW_FILE,
            1,
            "No nicknames are suggested, so people may write a real name.",
            "Add nicknames: [Heron, Alder].",
        )


def _unvisited(flow: Flow, talks: list[Talk]) -> list[str]:
    """List the steps that no talk states; what is never shown by itself is left out."""
    named = {line.bot for talk in talks for line in talk.lines}
    return [s.id for s in flow.steps if s.id not in named and not _is_hidden(s)]


def _is_hidden(step: Step) -> bool:
    """Say whether a step has nothing to show: answered beforehand, or only a word."""
    match step:
        case Ask():
            return bool(step.preset)
        case Judge():
            return not step.rule.options
        case _:
            return False
