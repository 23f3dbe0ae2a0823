"""docs/commands.md and docs/flows.md are true: examples run, and nothing is missing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from bot.config import Settings, variable
from bot.decision.written import WrittenStep
from bot.engine.talk import WrittenTalk, WrittenTalkLine
from bot.engine.written import WrittenAsk, WrittenFlow, WrittenOption, WrittenSay
from bot.main import app
from bot.opinion.consult import WrittenConsult
from tests.commands.scene import Crossroads, troubled

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text("utf-8")
FLOWS = (DOCS / "flows.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Take the fenced blocks of a language out of a Markdown text."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def examples(text: str) -> Iterator[tuple[str, str]]:
    """Yield (command, what it prints) of every console block."""
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def fits(shown: str, real: str) -> bool:
    """Say whether real output is as shown; “…” stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.strip("\n").split("…"))
    return re.fullmatch(pattern, real.strip("\n"), re.DOTALL) is not None


def commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Yield every command with its full name."""

    def walk(name: str, command: object) -> Iterator[tuple[str, typer.core.TyperCommand]]:
        if isinstance(command, typer.core.TyperGroup):
            for word, inner in command.commands.items():
                yield from walk(f"{name} {word}", inner)
        else:
            assert isinstance(command, typer.core.TyperCommand)
            yield name, command

    return walk("crossroads", typer.main.get_command(app))


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the docs their folder: a case called Alder that waits for its last answer."""
    monkeypatch.chdir(tmp_path)
    for text in blocks(COMMANDS, "yaml"):
        Path(text.split("\n", 1)[0].removeprefix("# ")).write_text(text, "utf-8")
    case = troubled("full_reset", stop_before=-3, as_name="")
    assert case.at == "reason"


@pytest.mark.usefixtures("set_up")
def test_every_example_of_the_commands_runs_and_prints_what_is_shown(
    crossroads: Crossroads,
) -> None:
    for command, shown in examples(COMMANDS):
        program, *words = shlex.split(command)
        assert program == "crossroads"
        ran = crossroads(*words)
        assert ran.code == 0, (command, ran.err)
        assert fits(shown, ran.out), f"$ {command}\n{ran.out}\n--- but the docs say\n{shown}"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_has_its_section_with_an_example_and_its_options(name: str) -> None:
    command = dict(commands())[name]
    assert f"\n## {name}\n" in COMMANDS
    section = COMMANDS.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    assert f"$ {name}" in section
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert option in section, f"{option} of {name} is not in docs/commands.md"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_has_a_help_text_with_an_example(crossroads: Crossroads, name: str) -> None:
    ran = crossroads(*name.split()[1:], "--help")
    assert ran.code == 0
    assert re.search(rf"Example: {name}\b", ran.out)


def test_every_setting_is_in_the_docs() -> None:
    for field in Settings.model_fields:
        assert f"\n{variable(field)} = " in COMMANDS


# ------------------------------------------------------------------ docs/flows.md


@pytest.fixture
def first_meeting(tmp_path: Path) -> Path:
    """Write the example of docs/flows.md to disk, as its first lines say where."""
    for text in blocks(FLOWS, "yaml"):
        path = tmp_path / text.split("\n", 1)[0].removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "first_meeting"


def test_the_example_flow_loads_and_its_talk_holds(
    crossroads: Crossroads, first_meeting: Path
) -> None:
    ran = crossroads("flows", "check", first_meeting)
    assert ran.code == 0, ran.out
    assert "first_meeting: fine" in ran.out
    assert "1 talk played" in ran.out


@pytest.mark.parametrize(
    "model",
    [
        WrittenFlow,
        WrittenAsk,
        WrittenOption,
        WrittenSay,
        WrittenStep,
        WrittenConsult,
        WrittenTalk,
        WrittenTalkLine,
    ],
)
def test_every_field_of_a_flow_is_in_the_docs(model: type[BaseModel]) -> None:
    for field in model.model_fields:
        assert f"\n| `{field}` | " in FLOWS, f"{field} of {model.__name__} is not in docs/flows.md"
