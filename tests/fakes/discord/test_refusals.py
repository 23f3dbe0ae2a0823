"""What the app must not send is refused as Discord does, and noted."""

from __future__ import annotations

from typing import Any

import pytest

import discord
from tests.fakes import shapes
from tests.fakes.discord import (
    FakeDiscord,
    Person,
)
from tests.fakes.discord.bare import Bare, opened, refused
from tests.fakes.discord.model import ASKS, V2, Json
from tests.fakes.discord.parts import (
    HELLO,
    QUIET,
    answer,
    button,
    callback,
    card,
    field,
    modal,
    row,
    select,
    words,
)

LONG = "x" * 2001


def _boxed(*parts: Json) -> Json:
    return QUIET | {"flags": V2, "components": list(parts)}


BAD: dict[str, Json] = {
    "an empty message": {**QUIET, "content": " "},
    "content has 2001": {**QUIET, "content": LONG},
    "no allowed_mentions": {"content": "x"},
    "that allow somebody": {
        "content": "x",
        "allowed_mentions": {"parse": [], "replied_user": True},
    },
    "unknown field 'colour'": HELLO | {"colour": "red"},
    "without the v2 flag": {**QUIET, "components": [words("x")]},
    "content beside the v2 flag": _boxed(words("x")) | {"content": "x"},
    "embeds beside the v2 flag": _boxed(words("x")) | {"embeds": [{"title": "x"}]},
    "flags 64 cannot": HELLO | {"flags": 64},
    "nonce has 26": HELLO | {"nonce": "n" * 26},
    "enforce_nonce without": HELLO | {"enforce_nonce": True},
    "neither label nor emoji": _boxed(row({"type": 2, "style": 1, "custom_id": "a"})),
    "custom_id is required": _boxed(row({"type": 2, "style": 1, "label": "a"})),
    "label has 81": _boxed(row(button("a", "x" * 81))),
    "custom_id has 101": _boxed(row(button("x" * 101))),
    "custom_id 'a' 2 times": _boxed(row(button("a")), row(button("a"))),
    "id 7 2 times": _boxed(words("x") | {"id": 7}, words("y") | {"id": 7}),
    "a link has a url": _boxed(row({"type": 2, "style": 5, "label": "a"})),
    "6 components, allowed are 1 to 5": _boxed(row(*(button(str(n)) for n in range(6)))),
    "a select is alone": _boxed(row(select("a", "b"), button("c"))),
    "26 options": _boxed(row(select("a", *(f"o{n}" for n in range(26))))),
    "0 options": _boxed(row(select("a"))),
    "label has 101": _boxed(row(select("a", "x" * 101))),
    "value 'b' 2 times": _boxed(row(select("a", "b", "b"))),
    "over max_values": _boxed(row(select("a", "b", "c", min_values=2, max_values=1))),
    "max_values 3 of 2": _boxed(row(select("a", "b", "c", max_values=3))),
    "content is empty": _boxed(words(" ")),
    "4001 characters in all": _boxed(words("x" * 2000), words("x" * 2001)),
    "41 components in all": _boxed(*(words("x") for _ in range(41))),
    "6 rows": {**QUIET, "components": [row(button(str(n))) for n in range(6)]},
    "without accessory": _boxed({"type": 9, "components": [words("x")]}),
    "in all embeds": {**QUIET, "embeds": [{"description": "x" * 3001}] * 2},
}


@pytest.mark.parametrize("what", list(BAD))
async def test_a_bad_message_is_refused_and_noted(
    fake: FakeDiscord, rest: Bare, ann: Person, what: str
) -> None:
    path = await opened(rest, ann)
    assert await refused(rest.ask("POST", path, BAD[what])) in (50006, 50035)
    assert any(what in one for one in fake.violations), fake.violations
    assert ann.messages == ()
    with pytest.raises(AssertionError, match="must not send"):
        fake.check()
    fake.violations.clear()


async def test_an_error_names_the_place(fake: FakeDiscord, rest: Bare, ann: Person) -> None:
    path = await opened(rest, ann)
    with pytest.raises(discord.HTTPException) as caught:
        await rest.ask("POST", path, _boxed(row(button("a", "x" * 81))))
    assert "components.0.components.0.label" in caught.value.text
    fake.violations.clear()


async def test_a_shape_that_discord_does_not_know_is_refused(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    if shapes.missing():
        pytest.skip(shapes.missing())
    path = await opened(rest, ann)
    post = rest.ask("POST", path, _boxed(row(button("a", style="loud"))))
    assert await refused(post) == 50035
    assert any("create_message at components/0" in one for one in fake.violations)
    fake.violations.clear()


BAD_EDITS: dict[str, Json] = {
    "cannot be taken back": {"flags": 0},
    "content beside the v2 flag": {"content": "x"},
    "an empty message": {"components": []},
    "unknown field 'nonce'": {"nonce": "x"},
    "custom_id 'a' 2 times": {"components": [row(button("a"), button("a"))]},
}


@pytest.mark.parametrize("what", list(BAD_EDITS))
async def test_a_bad_edit_is_refused_and_noted(
    fake: FakeDiscord, rest: Bare, ann: Person, what: str
) -> None:
    path = await opened(rest, ann)
    posted = await rest.ask("POST", path, card("Shall we?"))
    edit = rest.ask("PATCH", f"{path}/{posted['id']}", BAD_EDITS[what])
    assert await refused(edit) in (50006, 50035)
    assert any(what in one for one in fake.violations), fake.violations
    assert not ann.from_bot[0].edited
    fake.violations.clear()


async def test_an_old_message_becomes_one_of_components_when_its_content_goes(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    path = await opened(rest, ann)
    posted = await rest.ask("POST", path, HELLO)
    upgrade: Json = {"flags": V2, "components": [words("x")]}
    assert await refused(rest.ask("PATCH", f"{path}/{posted['id']}", upgrade)) == 50035
    fake.violations.clear()
    await rest.ask("PATCH", f"{path}/{posted['id']}", upgrade | {"content": None})
    assert ann.from_bot[0].v2


INPUT: Json = field()["component"]
BAD_MODALS: dict[str, Json] = {
    "title has 46": modal("m", title="x" * 46),
    "title is empty": modal("m", title=" "),
    "custom_id is empty": modal(""),
    "custom_id has 101": modal("m" * 101),
    "6 components, allowed are 1 to 5": modal("m", *(field(f"f{n}") for n in range(6))),
    "label has 46": modal("m", field(label="x" * 46)),
    "description has 101": modal("m", field() | {"description": "x" * 101}),
    "value has 4001": modal("m", field(value="x" * 4001)),
    "max_length is 4001": modal("m", field(max_length=4001)),
    "min_length is over": modal("m", field(min_length=9, max_length=8)),
    "could not be submitted": modal("m", field(max_length=1, value="xx")),
    "custom_id 'a' 2 times": modal("m", field("a"), field("a")),
    "a label of its own": modal("m", field() | {"component": INPUT | {"label": "x"}}),
    "component 17 in a modal": modal("m", {"type": 17, "components": [words("x")]}),
    "asks for nothing": modal("m", words("x")),
    "was opened before": modal("static"),
}


@pytest.mark.parametrize("what", list(BAD_MODALS))
async def test_a_bad_modal_is_refused_and_noted(
    fake: FakeDiscord, rest: Bare, ann: Person, bob: Person, what: str
) -> None:
    first = bob.drafts.command("write", {})
    await rest.hook("POST", callback(first), answer(ASKS, modal("static")))
    asked = ann.drafts.command("write", {})
    asks = answer(ASKS, BAD_MODALS[what])
    assert await refused(rest.hook("POST", callback(asked), asks)) == 50035
    assert any(what in one for one in fake.violations), fake.violations
    assert ann.modals == ()
    fake.violations.clear()


def _command(*options: Json, **more: Any) -> Json:
    return {"name": "x", "description": "x", "options": list(options)} | more


def _option(name: str, **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "x"} | more


BAD_COMMANDS: dict[str, list[Json]] = {
    "the name 'No Good'": [_command(name="No Good")],
    "the name 'Ännö'": [_command(name_localizations={"de": "Ännö"})],
    "it has 101": [_command(description="x" * 101)],
    "it is empty": [_command(description="")],
    "26 options": [_command(*(_option(f"o{n}") for n in range(26)))],
    "the name 'a' 2 times": [_command(_option("a"), _option("a"))],
    "required ones come first": [_command(_option("a"), _option("b", required=True))],
    "choices beside autocomplete": [
        _command(_option("a", autocomplete=True, choices=[{"name": "x", "value": "x"}]))
    ],
    "subcommands beside options": [_command(_option("a"), _option("b", type=1))],
    "characters in all": [
        _command(
            *(
                _option(f"o{n}", choices=[{"name": "n" * 10, "value": "v" * 99}] * 25)
                for n in range(4)
            )
        )
    ],
}


@pytest.mark.parametrize("what", list(BAD_COMMANDS))
async def test_a_bad_command_is_refused_and_noted(fake: FakeDiscord, rest: Bare, what: str) -> None:
    path = f"/applications/{fake.application_id}/commands"
    assert await refused(rest.ask("PUT", path, BAD_COMMANDS[what])) == 50035
    assert any(what in one for one in fake.violations), fake.violations
    assert fake.command_puts == 1
    fake.violations.clear()
