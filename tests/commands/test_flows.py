"""``crossroads flows``: list, check, graph and talk."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.engine.model import Judge
from tests.commands.scene import BIKES, Crossroads
from tests.flows.talks import DATA, FOLDERS, TROUBLED_CLIENT, flow_in, talk_files

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of a flow that may be spoilt."""
    folder = tmp_path / "bike_repair"
    for path in BIKES.rglob("*.yaml"):
        target = folder / path.relative_to(BIKES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def spoil(folder: Path, old: str, new: str, file: str = "flow.yaml") -> int:
    """Replace a text in a file; gives the line it was in."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.usefixtures("own_flows")
def test_flows_are_listed_with_title_tracks_and_version(crossroads: Crossroads) -> None:
    out = crossroads("flows", "list").out
    for folder in FOLDERS:
        flow = flow_in(folder)
        where = "shipped" if folder.parent == TROUBLED_CLIENT.parent else "your own"
        assert f"{flow.id}  ({where})\n  {flow.title}\n" in out
        assert f"version: {flow.version}" in out
    assert "tracks: thorough, quick" in out


@pytest.mark.usefixtures("own_flows")
def test_every_flow_there_is_passes_its_check(crossroads: Crossroads) -> None:
    ran = crossroads("flows", "check")
    assert ran.code == 0, ran.out
    for folder in FOLDERS:
        assert f"{folder.name}: fine (" in ran.out
    count = len(talk_files(BIKES))
    assert f"{count} talks played" in ran.out


@pytest.mark.parametrize("named", ["folder", "file", "above"])
def test_a_flow_can_be_checked_by_its_place(crossroads: Crossroads, named: str) -> None:
    path = {"folder": BIKES, "file": BIKES / "flow.yaml", "above": DATA}[named]
    ran = crossroads("flows", "check", path)
    assert ran.code == 0, ran.out
    assert "bike_repair: fine" in ran.out


def test_every_mistake_is_told_with_file_line_and_remedy(
    crossroads: Crossroads, copied: Path
) -> None:
    one = spoil(copied, 'text: "How are the brakes?"', 'txet: "How are the brakes?"')
    two = spoil(copied, 'id: unsure, label: "Hard to say"', "id: unsure")
    ran = crossroads("flows", "check", copied)
    assert ran.code == 1
    assert re.search(rf"bike_repair/flow\.yaml:{one}: .+Did you mean “text”\?", ran.out)
    assert re.search(rf"bike_repair/flow\.yaml:{two}: .+“label” is missing", ran.out)
    assert re.search(r"\d+ mistakes found", ran.err)


def test_a_talk_that_does_not_hold_is_a_mistake_with_its_line(
    crossroads: Crossroads, copied: Path
) -> None:
    line = spoil(copied, "first: MEND", "first: SCRAP", "talks/mended.yaml")
    ran = crossroads("flows", "check", copied)
    assert ran.code == 1
    assert f"bike_repair/talks/mended.yaml:{line}: This talk does not hold: " in ran.out


def test_a_folder_is_called_like_its_flow(crossroads: Crossroads, copied: Path) -> None:
    renamed = copied.rename(copied.with_name("cycles"))
    ran = crossroads("flows", "check", renamed)
    assert ran.code == 1
    assert "cycles/flow.yaml:1: The flow calls itself “bike_repair”" in ran.out


def test_what_is_worth_a_look_is_a_note_and_no_mistake(
    crossroads: Crossroads, copied: Path
) -> None:
    for path in (copied / "talks").iterdir():
        path.unlink()
    ran = crossroads("flows", "check", copied)
    assert ran.code == 0
    assert "flow.yaml:1: note: The flow has no talks." in ran.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["check", "nowhere"], "“nowhere”"),
        (["graph", "troubled_clint"], "troubled_client"),
        (["talk", "troubled_client", "full_rest"], "full_reset"),
    ],
)
def test_a_name_that_is_not_there_is_wrong_use(
    crossroads: Crossroads, words: list[str], hint: str
) -> None:
    ran = crossroads("flows", *words)
    assert ran.code == 2
    assert hint in ran.err


# ------------------------------------------------------------------ graph


@pytest.mark.usefixtures("own_flows")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_picture_has_every_step_in_order_and_a_description(
    crossroads: Crossroads, tmp_path: Path, folder: Path
) -> None:
    out = tmp_path / "flow.svg"
    assert crossroads("flows", "graph", folder.name, "--format", "svg", "--out", out).code == 0
    root = ET.fromstring(out.read_text("utf-8"))  # noqa: S314  # our own
    flow = flow_in(folder)
    assert root.findtext(f"{SVG}title") == flow.title
    assert flow.about in (root.findtext(f"{SVG}desc") or "")
    spoken = [title.text or "" for title in root.iterfind(f"{SVG}g/{SVG}title")]
    names = [text.split(": ", 1)[1] for text in spoken]
    for step, name in zip(flow.steps, names, strict=True):
        assert name.startswith(step.id.replace("_", " "))
    kinds = {text.split(":")[0] for text in spoken}
    assert ("decision" in kinds) == any(
        isinstance(step, Judge) and step.kind == "decide" for step in flow.steps
    )


@pytest.mark.usefixtures("own_flows")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_mermaid_has_every_step_and_balanced_sections(crossroads: Crossroads, folder: Path) -> None:
    text = crossroads("flows", "graph", folder.name).out
    lines = [line.strip() for line in text.splitlines()]
    flow = flow_in(folder)
    assert lines[0] == "flowchart TD"
    assert sum(line.startswith("subgraph") for line in lines) == lines.count("end")
    arrows = [line for line in lines if " --> " in line]
    ids = [f"s_{step.id}" for step in flow.steps]
    assert arrows == [f"{one} --> {other}" for one, other in pairwise(ids)]
    conditional = sum(bool(list(step.when.mentions())) for step in flow.steps)
    assert sum("<i>if " in line for line in lines) == conditional


def test_texts_cannot_break_out_of_a_picture(crossroads: Crossroads, copied: Path) -> None:
    nasty = """'</text><script>"]; & #quot; -->'"""
    spoil(copied, '"How are the brakes?"', nasty)
    crossroads_flows = copied.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSROADS_FLOWS", str(crossroads_flows))
        svg = crossroads("flows", "graph", "bike_repair", "--format", "svg").out
        mermaid = crossroads("flows", "graph", "bike_repair").out
    root = ET.fromstring(svg)  # noqa: S314  # our own
    assert root.find(f".//{SVG}script") is None
    assert "<script>" not in mermaid
    (line,) = [line for line in mermaid.splitlines() if "s_brakes(" in line]
    assert line.count('"') == 2


# ------------------------------------------------------------------ talk


@pytest.mark.usefixtures("own_flows")
def test_a_talk_is_printed_as_a_conversation(crossroads: Crossroads) -> None:
    ran = crossroads("flows", "talk", "bike_repair", "mended")
    assert ran.code == 0
    assert ran.out.startswith("# mended: ")
    assert "Bot:  How are the brakes?" in ran.out
    assert "You:  Worn" in ran.out


@pytest.mark.usefixtures("own_flows")
def test_without_a_name_all_talks_are_played(crossroads: Crossroads) -> None:
    out = crossroads("flows", "talk", "bike_repair").out
    assert out.count("# ") == len(talk_files(BIKES))


def test_a_talk_that_does_not_hold_ends_with_its_line(crossroads: Crossroads, copied: Path) -> None:
    line = spoil(copied, "first: MEND", "first: SCRAP", "talks/mended.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSROADS_FLOWS", str(copied.parent))
        ran = crossroads("flows", "talk", "bike_repair", "mended")
    assert ran.code == 1
    assert f"talks/mended.yaml:{line}:" in ran.err
