"""What is not theirs, made up or not whole changes nothing; and nothing said is ever logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.parse import parse_interaction, parse_message, parse_spot
from bot.cards.actions import VALUE, parse_action
from bot.engine.model import Case
from tests.discord.driver import begins_with, is_to
from tests.discord.moments import begun, card, case_of, named, shown
from tests.discord.render_checks import contents, nested
from tests.discord.scene import Scene, scene
from tests.discord.surfaces import asks, begins, rows, said, took, writes
from tests.discord.test_escaping import inert
from tests.fakes.discord import Error, FakeDiscord, Person, Sending, Status

pytestmark = pytest.mark.usefixtures("still", "sound")

CANARY = "kanarienvogel"
BUTTON, SELECT = 2, 3
Json = dict[str, Any]


def pressing(sending: Sending, custom_id: str, *values: str) -> Sending:
    """Make the press of something else out of one; with values, a choice in a select."""
    data = {**sending.payload["data"], "custom_id": custom_id}
    data |= {"component_type": SELECT, "values": [*values]} if values else {}
    return replace(sending, payload={**sending.payload, "data": data})


async def greeted(at: Scene, somebody: Person) -> None:
    """Have a message with something to press."""
    await writes(at, somebody, "Hello")


async def presses(at: Scene, who: Person, custom_id: str, *values: str) -> str:
    """Press what nobody showed them; gives what they alone see of it."""
    before = {one.id for one in who.ephemerals}
    fresh = who.drafts.click(who.from_bot[-1], lambda one: one["type"] == BUTTON)
    await took(at, await at.fake.deliver(pressing(fresh, custom_id, *values)))
    return " ".join(said(one) for one in who.ephemerals if one.id not in before)


# ------------------------------------------------------------------ what is not theirs


def all_of(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every id that there can be for a case, with what may be chosen."""
    args = {"say": "cancel", "whole": "tell:review", "page": "tell:review|2", "write": "5"}
    for verb in ("answer", "write", "say", "whole", "page"):
        yield f"{verb}:{case.id}:{case.turn}:{args.get(verb, 'fine')}", ()
    for verb, value in (("pick", "fine"), ("ticks", "fine"), ("more", "restart"), ("edit", "1")):
        yield f"{verb}:{case.id}:{case.turn}:", (value,)
    for verb in ("go", "forget", "erase"):
        yield f"{verb}:{case.id}", ()


async def test_nobody_can_press_anything_of_somebody_elses_case(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, ann)
        await greeted(at, bob)
        case, before, theirs = await case_of(at, ann), card(ann), bob.messages
        for custom_id, values in all_of(case):
            told = await presses(at, bob, custom_id, *values)
            assert told.startswith("This dialogue is not yours, or it was deleted."), custom_id
        assert await case_of(at, ann) == case
        assert (card(ann), ann.ephemerals) == (before, [])
        assert (bob.modals, bob.messages) == ((), theirs)
        assert case.name not in str(bob.ephemerals)
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 1}, "Ann's"


async def test_nobody_can_send_off_a_form_for_somebody_elses_case(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await named(at, ann)
        await took(at, await bob.clicks(await named(at, bob), is_to("write")))
        case, before = await case_of(at, ann), (card(ann), await case_of(at, bob), card(bob))
        for target in (
            f"{case.id}:{case.turn}:1",
            f"{case.id}:{case.turn}:",
            f"NOSUCH:{case.turn}:",
        ):
            form = bob.drafts.submission({VALUE: CANARY}, bob.modal)
            await took(at, await fake.deliver(pressing(form, f"write:{target}")))
            assert said(bob.ephemerals[-1]).startswith("This dialogue is not yours")
            await took(at, await bob.clicks(card(bob), is_to("write")))
        assert await case_of(at, ann) == case
        assert (card(ann), await case_of(at, bob), card(bob)) == before


async def test_somebody_who_guesses_a_case_learns_nothing_of_whether_it_exists(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, ann)
        await begun(at, bob)
        case = await case_of(at, ann)
        other = replace(case, id="NOSUCHCASE")
        for (real, values), (made_up, _) in zip(all_of(case), all_of(other), strict=True):
            heard = [await presses(at, bob, one, *values) for one in (real, made_up)]
            assert heard[0] == heard[1] != ""
        for word in ("resume", "forget"):
            named_it = [await asks(at, bob, word, case=one.id) for one in (case, other)]
            assert named_it[0] == named_it[1] != ""
        assert await bob.completes("resume", "case", case.id) == []


# ------------------------------------------------------------------ what is made up


ODD = ("", "-1", "0", "1e3", "nan", "²", "٣", "9" * 90, "x" * 100, "\x00", "a:b", "../..", "'; --")


def made_up(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give ids of one's own case that no button of it has."""
    place, old = f"{case.id}:{case.turn}", f"{case.id}:{case.turn - 1}"
    for verb in ("answer", "say", "whole"):
        yield from ((f"{verb}:{place}:{odd}", ()) for odd in ODD)
    yield from ((f"page:{place}:{odd}|2", ()) for odd in ODD)
    for verb in ("pick", "ticks", "more", "edit"):
        yield from ((f"{verb}:{place}:", (odd,)) for odd in ODD)
    yield f"ticks:{place}:", ODD
    yield f"ticks:{place}:", ("fine",) * 25
    for turn in ("", "-1", "²", "1.5", "x", "9" * 9, "9" * 30, "0", " 1"):
        yield f"answer:{case.id}:{turn}:danger", ()
    yield from ((f"{verb}:{old}:danger", ()) for verb in ("answer", "pick", "ticks"))
    yield f"pick:{old}:", ("danger",)
    yield f"write:{place}:5", ()
    for verb in ("begin", "another", "go", "forget", "erase"):
        yield from ((f"{verb}:{odd}", ()) for odd in ODD if odd or verb not in {"begin", "another"})
    days = (*ODD, "8", "000000" + "9" * 90, "365x")
    yield from (("keep:", (odd,)) for odd in days if odd != "0")
    for nonsense in ("nonsense", ":", "::::", "answer", "answer:", "answer::", f"answer:{case.id}"):
        yield nonsense, ()
    yield f"answer:{case.id}:{case.turn}:{'x' * 200}", ()
    yield "export", ()
    yield f"erase:all|{case.id}", ()


async def test_ids_that_were_made_up_change_nothing_and_are_answered(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        case = await case_of(at, ann)
        for custom_id, values in made_up(case):
            await presses(at, ann, custom_id, *values)
            now = await case_of(at, ann)
            assert (now.answers, now.status) == (case.answers, case.status), (custom_id, values)
        contact = await at.store.contact(at.owner(ann))
        assert contact
        assert contact.keep_days == 30
        assert await shown(at, ann) == "safe"
        assert len(ann.from_bot) == 1


async def test_pages_that_there_are_not_show_those_that_there_are(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await named(at, ann)
        await took(at, await ann.clicks(card(ann), "Review"))
        (window,) = ann.ephemerals
        case = await case_of(at, ann)
        for odd in [odd for odd in ODD if len(odd) < 60]:
            press = ann.drafts.selection(window, is_to("edit", "1"), "1")
            custom_id = f"page:{case.id}:{case.turn}:tell:review|{odd}"
            await took(at, await fake.deliver(pressing(press, custom_id)))
            (now,) = ann.ephemerals
            assert said(now) == said(window), odd
        assert await case_of(at, ann) == case


async def test_a_choice_of_many_takes_what_is_among_them_alone(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron", "nothing", "low")
        case = await case_of(at, ann)
        for values in (("keys", "nonsense"), ("nothing", "keys"), (CANARY,), ODD):
            await presses(at, ann, f"ticks:{case.id}:{case.turn}:", *values)
            now = await case_of(at, ann)
            assert (now.answers, await shown(at, ann)) == (case.answers, "holding"), values
        await presses(at, ann, f"ticks:{case.id}:{case.turn}:", "papers", "keys")
        assert (await case_of(at, ann)).answers["holding"] == ("keys", "papers")


async def test_a_form_that_is_not_whole_changes_nothing(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    def without(form: Sending, components: object) -> Sending:
        data = {**form.payload["data"], "components": components}
        return replace(form, payload={**form.payload, "data": data})

    async with scene(fake, tmp_path) as at:
        await named(at, ann)
        case, before = await case_of(at, ann), card(ann)
        label = {"type": 18, "id": 1}
        for components in (
            [],
            [label | {"component": {"type": 4, "id": 2, "custom_id": "other", "value": CANARY}}],
            [label | {"component": {"type": 4, "id": 2, "custom_id": VALUE, "value": "x" * 9000}}],
            [{"type": 10, "id": 1}],
        ):
            await took(at, await ann.clicks(card(ann), is_to("write")))
            form = without(ann.drafts.submission({VALUE: CANARY}, ann.modal), components)
            await took(at, await fake.deliver(form))
            assert said(ann.ephemerals[-1])
            assert await case_of(at, ann) == case, components
        assert card(ann) == before
        for custom_id in (f"write:{case.id}:{case.turn - 1}:7", "write:", "nonsense", "begin:x"):
            await took(at, await ann.clicks(card(ann), is_to("write")))
            form = pressing(ann.drafts.submission({VALUE: CANARY}, ann.modal), custom_id)
            await took(at, await fake.deliver(form))
            assert said(ann.ephemerals[-1])
            assert (await case_of(at, ann)).answers == case.answers, custom_id


# ------------------------------------------------------------------ what is not whole


words = st.text(max_size=30) | st.sampled_from(["5", "9" * 20, "9" * 26, "start", "case", "value"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
ids = st.sampled_from(["answer:K:1:fine", "write:K:1:5", "go:K", "page:K:1:x|²", "keep:", ":", "K"])
option_of = st.fixed_dictionaries(
    {}, optional={"name": words | anything, "value": anything, "options": anything}
)
component = st.fixed_dictionaries(
    {},
    optional={"custom_id": ids | words, "value": anything, "component": anything, "type": anything},
)
data = st.fixed_dictionaries(
    {},
    optional={
        "name": words | anything,
        "custom_id": ids | anything,
        "values": st.lists(words, max_size=3) | anything,
        "options": st.lists(option_of | anything, max_size=3) | anything,
        "components": st.lists(component | anything, max_size=3) | anything,
    },
)
number = st.sampled_from(["1", "5" * 19, "x", "", "-1", "1.5", "²", "9" * 26]) | anything
interaction = st.fixed_dictionaries(
    {"type": st.integers(0, 6) | anything, "id": number, "token": words | anything, "user": number},
    optional={
        "channel": number,
        "private": anything,
        "server": number,
        "own": anything,
        "message": number,
        "flags": st.integers() | anything,
        "data": data | anything,
    },
)
written = st.fixed_dictionaries(
    {
        "id": number,
        "channel_id": number,
        "author": anything | st.fixed_dictionaries({"id": number}),
    },
    optional={"content": words | anything, "type": anything, "guild_id": number},
)


@given(interaction | st.dictionaries(words, anything, max_size=5))
def test_no_interaction_whatever_it_holds_fails_the_parser(told: Json) -> None:
    heard, spot = parse_interaction(told), parse_spot(told)
    assert spot is not None or heard is None
    if heard:
        assert heard.spot == spot
        assert heard.speaker.user.isdigit()
        assert len(heard.speaker.user) <= 20


@given(written | st.dictionaries(words, anything, max_size=5))
def test_no_message_whatever_it_holds_fails_the_parser(told: Json) -> None:
    heard = parse_message(told)
    if heard:
        assert heard.message.isdigit()
        assert len(heard.text) <= 8_000


@given(st.text(max_size=120) | st.from_regex(r"\w{0,6}:[^\n]{0,20}:[-\w]{0,12}:[^\n]{0,20}"))
def test_no_id_whatever_it_says_fails_the_parser(text: str) -> None:
    action = parse_action(text)
    assert action is None or action.turn >= -1


# ------------------------------------------------------------------ what is typed


HOSTILE = (
    "**b** _i_ ~~s~~ ||x||",
    "@everyone @here",
    "<@1> <@&2> <#3> <id:home>",
    "[here](https://example.org)",
    "https://example.org/a?b",
    "<https://example.org>",
    "# Title",
    "-# small",
    "> quote",
    "`code` ```block```",
    "<:a:1> :smile: <t:1:R>",
    "</crossroads start:1>",
    "\\*\\\\*",
    "a\u200b\u202eb\u2066c",
    "{name} {0} %s $x",
    "a\u0000b\u0007c\u001b[31m",
)


@pytest.mark.parametrize("way", ["message", "form"])
async def test_what_is_typed_means_itself_and_pings_nobody(
    fake: FakeDiscord, ann: Person, tmp_path: Path, way: str
) -> None:
    async with scene(fake, tmp_path) as at:
        await named(at, ann)
        for text in HOSTILE:
            if way == "form":
                await took(at, await ann.clicks(card(ann), is_to("write")))
                await took(at, await ann.submits({VALUE: text}))
            else:
                await writes(at, ann, text)
            name = (await case_of(at, ann)).name
            assert f"What was tried with {' '.join(name.split())}?" in said(card(ann)), text
            plain = [one for one in contents(card(ann).components) if "tried with" in one]
            assert plain
            for content in plain:
                assert inert(read_as_text(content)), content
            await took(at, await ann.clicks(card(ann), is_to("say", "back")))
            assert await shown(at, ann) == "called"
    made = [call for call in fake.calls if call.operation in {"post_message", "callback"}]
    messages = [call.body.get("data") or call.body for call in made]
    assert messages
    for message in messages:
        if "components" in message and "title" not in message:
            assert message["allowed_mentions"] == {"parse": []}


def read_as_text(content: str) -> str:
    """Leave out our own marks around what was typed."""
    return content.removeprefix("**").removesuffix("**").removeprefix("### ")


async def test_nothing_that_was_typed_is_in_any_id(
    fake: FakeDiscord, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", CANARY, "asked")
        await took(at, await ann.clicks(card(ann), "Review"))
        await took(at, await ann.clicks(card(ann), "Delete…"))
        await asks(at, ann, "cases")
        await writes(at, ann, "cases", "back", "back")
        await took(at, await ann.clicks(ann.from_bot[-1], is_to("write")))
        await asks(at, ann, "forget", case=CANARY)
        offered = await ann.completes("resume", "case", CANARY[:3])
        assert CANARY in str(offered)
        assert CANARY not in str([one["value"] for one in offered])
    found = 0
    for call in fake.calls:
        body = call.body.get("data") or call.body
        for part in nested(body.get("components")):
            values = [one["value"] for one in part.get("options", ())]
            found += len(values) + ("custom_id" in part)
            assert CANARY not in f"{part.get('custom_id')} {part.get('url')} {values}"
        assert CANARY not in f"{body.get('custom_id')} {call.path} {dict(call.query)}"
    assert found > 50


# ------------------------------------------------------------------ what is never logged


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """Keep every record that any logger makes, with the root logger as open as can be."""
    made: list[logging.LogRecord] = []
    usual, root, level = logging.getLogRecordFactory(), logging.getLogger(), logging.root.level

    def kept(*args: Any, **more: Any) -> logging.LogRecord:
        made.append(usual(*args, **more))
        return made[-1]

    logging.setLogRecordFactory(kept)
    root.setLevel(logging.DEBUG)
    yield made
    logging.setLogRecordFactory(usual)
    root.setLevel(level)


async def test_nothing_that_was_said_and_no_token_is_ever_logged(
    fake: FakeDiscord, ann: Person, tmp_path: Path, records: list[logging.LogRecord]
) -> None:
    server = fake.guild("Acme")
    faults = (
        Status(500, body=f'{{"message": "{CANARY}"}}'),
        Status(200, body=f'{{"{CANARY}":'),
        Status(403, body=f'{{"code": 50013, "message": "{CANARY}"}}'),
        Error(50035),
    )
    async with scene(fake, tmp_path) as at:
        await asks(at, ann, "resume", server, case=CANARY)
        await greeted(at, ann)
        await took(at, await ann.clicks(ann.from_bot[-1], begins_with("")))
        await writes(at, ann, f"{CANARY} is what I think", "fine")
        await took(at, await ann.clicks(card(ann), is_to("write")))
        await took(at, await ann.submits({VALUE: f"The {CANARY}"}))
        await ann.completes("forget", "case", CANARY)
        assert CANARY in said(card(ann))
        for fault in faults:
            planned = [fake.fail(name, fault, times=1) for name in ("callback", "post_message")]
            click = ann.drafts.click(ann.from_bot[-1], is_to("say", "why"))
            await fake.deliver(click, patience=0.3)
            await at.idle()
            await ann.writes(f"{CANARY} again")
            await at.idle()
            for one in planned:
                one.lift()
        await presses(at, ann, f"answer:NOSUCHCASE:1:{CANARY}")
        await fake.gateway.close(4000)
        await fake.connected(2)
        await asks(at, ann, "export", server)
        await at.later(timedelta(hours=1))
    secret = {CANARY, ann.id, fake.token, *fake.world.interactions}
    assert records
    for record in records:
        told = f"{record.getMessage()} {record.__dict__}"
        assert not [one for one in secret if one in told], (record.name, record.msg)
    assert not [one for one in records if one.name.startswith(("discord", "aiohttp"))]
