"""The slash command as data: what Discord's own specification allows, and what we promise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.commands import CASE_OPTION, CODE_OPTION, COMMAND, TEXTS, digest, payload
from adapters.library import read_flow, shipped_flows
from bot.chat.beginning import track_labels
from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.errors import WrongUse
from tests.fakes import shapes

DOCS = (Path(__file__).parents[2] / "docs" / "discord.md").read_text("utf-8")
TRACKS = [("full", "All the questions"), ("fast", "A first look")]
OTHERS = [("boundaries", "Boundaries from the start"), ("fees", "Fees")]
OWN = [
    *("cases", "resume", "opinion", "draft", "plan", "log", "document", "outcome"),
    *("insights", "settings", "workspace", "link", "unlink"),
    *("mydata", "export", "forget", "help"),
]


def shipped() -> list[tuple[str, str]]:
    return track_labels(load_flow(read_flow(shipped_flows()["troubled_client"]), KINDS))


def subcommands(tracks: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    command, _ = payload(tracks)
    return {option["name"]: option for option in command["options"]}


def everything(
    tracks: list[tuple[str, str]], others: Sequence[tuple[str, str]] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the command, its subcommands and their options."""
    command, _ = payload(tracks, others)
    yield command
    for subcommand in command["options"]:
        yield subcommand
        yield from subcommand["options"]


ALL = pytest.mark.parametrize("tracks", [[], TRACKS, shipped()], ids=["none", "two", "shipped"])


@ALL
def test_discords_specification_allows_it(tracks: list[tuple[str, str]]) -> None:
    assert shapes.wrong_request("bulk_set_application_commands", payload(tracks)) == []


@pytest.mark.skipif(bool(shapes.missing()), reason=shapes.missing())
def test_the_specification_would_find_a_mistake() -> None:
    command, _ = payload(TRACKS)
    wrong = [{**command, "name": "x" * 33}]
    assert shapes.wrong_request("bulk_set_application_commands", wrong)


@ALL
def test_names_and_texts_keep_to_discords_limits(tracks: list[tuple[str, str]]) -> None:
    parts = [*everything(tracks)]
    assert all(re.fullmatch(r"[-_a-z0-9]{1,32}", part["name"]) for part in parts)
    assert all(1 <= len(part["description"]) <= 100 for part in parts)
    assert len(parts[0]["options"]) <= 25
    assert sum(len(part["name"]) + len(part["description"]) for part in parts) <= 8000


def test_it_works_in_servers_in_direct_messages_and_wherever_one_is() -> None:
    command, quoting = payload(TRACKS)
    assert command["integration_types"] == [0, 1]
    assert command["contexts"] == [0, 1, 2]
    assert quoting["contexts"] == command["contexts"]
    assert quoting["integration_types"] == command["integration_types"]
    assert "description" not in quoting, "Discord refuses one on a message's command"
    assert command["name"] == COMMAND == "crossroads"


def test_the_usual_way_is_start_and_every_other_has_a_word_of_its_own() -> None:
    assert [*subcommands(TRACKS)] == ["start", "fast", *OWN]
    assert subcommands(TRACKS)["fast"]["description"] == "Begin a case: A first look"
    assert [*subcommands([])] == ["start", *OWN]
    assert [*subcommands(shipped())] == ["start", "fast", *OWN]


def test_a_case_may_be_named_where_one_is_meant_and_a_code_to_link_and_nothing_else() -> None:
    options = {name: each["options"] for name, each in subcommands(TRACKS).items()}
    about = {"resume", "forget", "opinion", "draft", "plan", "log", "document", "outcome"}
    assert {name for name, asked in options.items() if asked} == about | {"link"}
    for (asked,) in (options[name] for name in about):
        assert (asked["name"], asked["type"]) == (CASE_OPTION, 3)
        assert asked["autocomplete"] is True
        assert asked["required"] is False
    (code,) = options["link"]
    assert (code["name"], code["type"], code["required"]) == (CODE_OPTION, 3, False)
    assert "autocomplete" not in code


@pytest.mark.parametrize(
    ("track", "label", "why"),
    [
        ("cases", "Some", "that is a command already"),
        ("start", "Some", "that is a command already"),
        ("x" * 33, "Some", "at most 32"),
        ("Fast", "Some", "lower-case"),
        ("in two words", "Some", "lower-case"),
        ("fast", "x" * 87, "87 characters, and 86 is the most"),
    ],
)
def test_a_track_that_discord_would_refuse_is_refused_with_the_reason(
    track: str, label: str, why: str
) -> None:
    with pytest.raises(WrongUse, match=why) as caught:
        payload([("full", "All"), (track, label)])
    assert f"“{track}”" in caught.value.message
    assert "flow.yaml" in caught.value.remedy


def test_the_usual_track_may_be_called_anything() -> None:
    assert payload([("cases", "All of it"), *TRACKS[1:]]) == payload(TRACKS)


def test_as_many_tracks_as_there_is_room_for_and_no_more() -> None:
    tracks = [(f"track_{number}", f"Way {number}") for number in range(9)]
    assert len(subcommands(tracks[:8])) == 25
    with pytest.raises(WrongUse, match="room for 8"):
        payload(tracks)


def test_other_dialogues_are_chosen_beside_start_as_many_as_there_is_room_for() -> None:
    many = [(f"word_{number}", f"{number} " + "long " * 30) for number in range(30)]
    for others, most in ((OTHERS, 2), (many, 25)):
        command, _ = payload(TRACKS, others)
        (option,) = command["options"][0]["options"]
        assert option["name"] == "flow"
        assert [one["value"] for one in option["choices"]] == [word for word, _ in others[:most]]
        assert all(1 <= len(one["name"]) <= 100 for one in option["choices"])
        assert shapes.wrong_request("bulk_set_application_commands", payload(TRACKS, others)) == []


def test_the_digest_tells_what_changed_and_nothing_else() -> None:
    command, quoting = payload(TRACKS)
    turned = dict(reversed(command.items()))
    assert digest([turned, quoting]) == digest([command, quoting]) == digest(payload(TRACKS))
    others = [payload([]), payload(shipped()), [{**command, "contexts": [0]}, quoting]]
    assert len({digest(each) for each in [payload(TRACKS), *others]}) == 4
    assert re.fullmatch(r"[0-9a-f]{64}", digest([]))


def test_every_text_is_used() -> None:
    used = {part["description"] for part in everything(TRACKS, OTHERS)}
    assert {text for name, text in TEXTS.items() if name != "track"} <= used


def test_the_docs_name_every_word_of_the_command() -> None:
    assert all(f"| `/crossroads {word}` | " in DOCS for word in subcommands(shipped()))
