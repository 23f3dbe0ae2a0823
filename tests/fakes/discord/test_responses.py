"""Answers to interactions, and what their tokens open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.discord import (
    FakeDiscord,
    NoSuchElement,
    Person,
    Sending,
)
from tests.fakes.discord.bare import Bare, refused
from tests.fakes.discord.components import words as said
from tests.fakes.discord.model import ASKS, DEFERS, SAYS, THINKS, UPDATES, V2, Json
from tests.fakes.discord.parts import (
    HELLO,
    QUIET,
    answer,
    button,
    callback,
    card,
    hook,
    modal,
    row,
    select,
    words,
)

# ------------------------------------------------------------------ first responses


async def test_an_interaction_is_answered_once_and_within_three_seconds(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    asked = ann.drafts.command("start", {})
    await rest.hook("POST", callback(asked), answer(SAYS, HELLO))
    assert await refused(rest.hook("POST", callback(asked), answer(SAYS, HELLO))) == 40060
    late = ann.drafts.command("start", {})
    fake.clock.advance(3.1)
    assert await refused(rest.hook("POST", callback(late), answer(SAYS, HELLO))) == 10062
    unknown = callback(late).replace(late.payload["token"], "x")
    assert await refused(rest.hook("POST", unknown, answer(SAYS, HELLO))) == 10062
    assert len(ann.from_bot) == 1


async def test_a_response_tells_what_it_made_if_asked(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    asked = ann.drafts.command("start", {})
    given = {"with_response": "true"}
    told = await rest.hook("POST", callback(asked), answer(SAYS, HELLO), params=given)
    assert told["resource"]["message"]["content"] == "Hello"
    assert told["interaction"]["response_message_id"] == ann.from_bot[0].id
    asked = ann.drafts.command("start", {})
    think = answer(THINKS, {"flags": 64})
    told = await rest.hook("POST", callback(asked), think, params=given)
    assert told["interaction"]["response_message_loading"]
    assert told["interaction"]["response_message_ephemeral"]
    asked = ann.drafts.command("start", {})
    assert not await rest.hook("POST", callback(asked), answer(SAYS, HELLO))


WRONG_KINDS: dict[str, tuple[Callable[[Person], Sending], Json]] = {
    "no message to update": (lambda ann: ann.drafts.command("start", {}), answer(UPDATES, HELLO)),
    "no message to update ": (lambda ann: ann.drafts.command("start", {}), answer(DEFERS)),
    "a modal in answer to a modal": (
        lambda ann: ann.drafts.submission({"value": "x"}, ann.modal),
        answer(ASKS, modal("m2")),
    ),
    "type 8 for an interaction": (
        lambda ann: ann.drafts.command("start", {}),
        answer(8, {"choices": []}),
    ),
    "type 4 for an interaction": (
        lambda ann: ann.drafts.completion("resume", "case", "h", {}),
        answer(SAYS, HELLO),
    ),
    "of type 1": (lambda ann: ann.drafts.command("start", {}), answer(1)),
    "unknown field 'content'": (
        lambda ann: ann.drafts.command("start", {}),
        answer(THINKS, {"content": "x"}),
    ),
    "unknown field 'more'": (
        lambda ann: ann.drafts.command("start", {}),
        answer(SAYS, HELLO) | {"more": 1},
    ),
}


@pytest.mark.parametrize("what", list(WRONG_KINDS))
async def test_a_response_that_does_not_go_with_the_interaction_is_refused(
    fake: FakeDiscord, rest: Bare, ann: Person, what: str
) -> None:
    draft, body = WRONG_KINDS[what]
    first = ann.drafts.command("write", {})
    await rest.hook("POST", callback(first), answer(ASKS, modal("m1")))
    assert await refused(rest.hook("POST", callback(draft(ann)), body)) == 50035
    assert any(what.strip() in one for one in fake.violations), fake.violations
    fake.violations.clear()


async def test_a_modal_cannot_follow_a_defer(rest: Bare, ann: Person) -> None:
    asked = ann.drafts.command("write", {})
    await rest.hook("POST", callback(asked), answer(THINKS, {"flags": 64}))
    assert await refused(rest.hook("POST", callback(asked), answer(ASKS, modal("m1")))) == 40060
    assert ann.modals == ()


# ------------------------------------------------------------------ what a token opens


async def test_a_thinking_message_is_filled_by_an_edit_or_by_the_first_follow_up(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    asked = ann.drafts.command("think", {})
    await rest.hook("POST", callback(asked), answer(THINKS, {"flags": 64}))
    assert ann.ephemerals[0].loading
    await rest.hook("PATCH", hook(fake, asked, "/messages/@original"), HELLO)
    assert (ann.ephemerals[0].content, ann.ephemerals[0].loading) == ("Hello", False)
    assert not ann.ephemerals[0].edited
    asked = ann.drafts.command("think", {})
    await rest.hook("POST", callback(asked), answer(THINKS))
    for number in range(2):
        await rest.hook("POST", hook(fake, asked), QUIET | {"content": f"follow-up {number}"})
    assert [one.content for one in ann.from_bot] == ["follow-up 0", "follow-up 1"]


async def test_a_token_opens_nothing_before_the_answer_and_for_fifteen_minutes_after(
    fake: FakeDiscord, rest: Bare, ann: Person
) -> None:
    asked = ann.drafts.command("start", {})
    original = hook(fake, asked, "/messages/@original")
    assert await refused(rest.hook("POST", hook(fake, asked), HELLO)) == 10015
    assert await refused(rest.hook("GET", original)) == 10015
    await rest.hook("POST", callback(asked), answer(SAYS, HELLO))
    fake.clock.advance(14 * 60)
    sent = await rest.hook("POST", hook(fake, asked), QUIET | {"content": "More"})
    path = hook(fake, asked, f"/messages/{sent['id']}")
    await rest.hook("PATCH", path, {"content": "Even more"})
    assert (await rest.hook("GET", path))["content"] == "Even more"
    await rest.hook("DELETE", path)
    await rest.hook("DELETE", original)
    assert await refused(rest.hook("GET", original)) == 10008
    fake.clock.advance(61)
    assert await refused(rest.hook("GET", original)) == 50027
    assert ann.messages == ()


async def test_an_ephemeral_message_is_reached_by_its_tokens_alone(
    fake: FakeDiscord, rest: Bare, ann: Person, bob: Person
) -> None:
    asked = ann.drafts.command("start", {})
    secret = card("Only you", row(button("yes"))) | {"flags": V2 | 64}
    await rest.hook("POST", callback(asked), answer(SAYS, secret))
    (shown,) = ann.ephemerals
    assert (bob.ephemerals, ann.messages) == ([], ())
    path = f"/channels/{shown.channel}/messages/{shown.id}"
    assert await refused(rest.ask("GET", path)) == 10008
    assert await refused(rest.ask("DELETE", path)) == 10008
    with pytest.raises(NoSuchElement):
        bob.drafts.click(shown, "yes")
    clicked = ann.drafts.click(shown, "yes")
    await rest.hook("POST", callback(clicked), answer(DEFERS))
    done = {"components": [words("Done")]}
    await rest.hook("PATCH", hook(fake, clicked, "/messages/@original"), done)
    assert said(ann.ephemerals[0].components) == "Done"
    other = ann.drafts.command("start", {})
    await rest.hook("POST", callback(other), answer(SAYS, HELLO))
    assert await refused(rest.hook("GET", hook(fake, other, f"/messages/{shown.id}"))) == 10008
    ann.dismisses(ann.ephemerals[0])
    assert ann.ephemerals == []


async def test_five_follow_ups_where_only_the_user_has_the_app(
    fake: FakeDiscord, rest: Bare, ann: Person, bob: Person
) -> None:
    between = fake.private_channel(ann, bob)
    asked = ann.drafts.command("start", {}, between)
    assert asked.payload["context"] == 2
    assert asked.payload["authorizing_integration_owners"] == {"1": ann.id}
    await rest.hook("POST", callback(asked), answer(SAYS, HELLO))
    for _ in range(5):
        await rest.hook("POST", hook(fake, asked), HELLO)
    assert await refused(rest.hook("POST", hook(fake, asked), HELLO)) == 40094
    assert len(fake.messages_in(between)) == 6


# ------------------------------------------------------------------ modals


async def test_an_input_in_a_row_keeps_what_it_held(rest: Bare, ann: Person) -> None:
    part = {"type": 4, "custom_id": "v", "style": 1, "label": "Say", "value": "before"}
    asked = ann.drafts.command("write", {})
    await rest.hook("POST", callback(asked), answer(ASKS, modal("m", row(part))))
    assert ann.modal.fields == {"v": "before"}
    for given, held in (({}, "before"), ({"Say": "after"}, "after")):
        data = ann.drafts.submission(given, ann.modal).payload["data"]
        assert data["components"][0]["components"][0]["value"] == held


async def test_everything_that_a_modal_can_ask_is_answered(rest: Bare, ann: Person) -> None:
    options = [{"label": one.title(), "value": one} for one in ("late", "rude")]
    parts: list[Json] = [
        words("Tell me"),
        {"type": 18, "label": "Pick", "component": select("pick", "a", "b")},
        {
            "type": 18,
            "label": "Which",
            "component": {"type": 21, "custom_id": "which", "options": options},
        },
        {
            "type": 18,
            "label": "Ticks",
            "component": {
                "type": 22,
                "custom_id": "ticks",
                "options": options,
                "max_values": 2,
                "required": False,
            },
        },
        {"type": 18, "label": "Sure", "component": {"type": 23, "custom_id": "sure"}},
    ]
    asked = ann.drafts.command("write", {})
    await rest.hook("POST", callback(asked), answer(ASKS, modal("m", *parts)))
    assert ann.modal.fields == {"pick": [], "which": None, "ticks": [], "sure": False}
    given = {"Pick": "B", "which": "rude", "Ticks": ("late", "rude"), "Sure": True}
    sending = ann.drafts.submission(given, ann.modal)
    held = [one.get("component") for one in sending.payload["data"]["components"]]
    assert [one and one.get("values", one.get("value")) for one in held] == [
        None,
        ["b"],
        "rude",
        ["late", "rude"],
        True,
    ]
    with pytest.raises(AssertionError, match="1 to 1 choices"):
        ann.drafts.submission({"which": "late"}, ann.modal)
