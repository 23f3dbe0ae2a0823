"""Second opinions in Slack: ordered, pressed, sent off as people do it, shown to them alone."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.library import read_flow
from bot.cards.actions import Action
from tests.engine.scenes import ROOT, flow_in
from tests.fakes.slack import Error, FakeSlack, Hang, Message, OpenView, Person
from tests.fakes.slack.elements import elements, label
from tests.slack.scene import Scene, scene
from tests.slack.surfaces import on, said, writes

TEAM = ("Bob", "Cleo", "Dan")
OUTSIDE = ("users:read", "channels:read", "groups:read", "usergroups:read")


@asynccontextmanager
async def desk(fake: FakeSlack, folder: Path) -> AsyncIterator[Scene]:
    """Run the app on the flow that has a team step."""
    flow = ROOT / "flows" / "troubled_client"
    flows = {"troubled_client": (flow_in(flow), read_flow(flow))}
    async with scene(fake, folder, flows=flows, flow="troubled_client") as at:
        yield at


@pytest.fixture
def chief(fake: FakeSlack) -> Person:
    return fake.person("Chief", is_admin=1)


def named(words: str) -> Callable[[dict[str, object]], bool]:
    """Find what can be pressed by the beginning of the words on it."""
    return lambda element: label(element).startswith(words)


async def orders(at: Scene, who: Person, text: str, channel: str = "") -> Message:
    """Type the command; gives what is answered, which nobody else sees."""
    before = len(who.ephemerals)
    assert (await who.slash(text, channel=channel)).acknowledged
    await at.idle()
    (told,) = who.ephemerals[before:]
    return told


async def presses(at: Scene, who: Person, where: Message | OpenView, words: str) -> None:
    assert (await who.clicks(where, named(words))).acknowledged
    await at.idle()


async def sends(at: Scene, who: Person, values: dict[str, object]) -> None:
    assert (await who.submits(values)).acknowledged  # type: ignore[arg-type]
    await at.idle()


async def at_the_form(at: Scene, who: Person) -> None:
    """Open the form with the settings of the workspace."""
    await presses(at, who, await orders(at, who, "workspace"), "Choose a default")


# ------------------------------------------------------------------ orders


async def test_the_command_lists_what_there_is_to_the_asker_alone(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        told = await orders(at, ann, "opinion", fake.channel("general", member=False).id)
        assert "none waits for you" in said(told)
        assert bob.ephemerals == []


@pytest.mark.parametrize("word", ["opinion", "Opinion", " workspace "])
async def test_the_word_alone_will_do_in_direct_messages(
    fake: FakeSlack, ann: Person, tmp_path: Path, word: str
) -> None:
    async with desk(fake, tmp_path) as at:
        await writes(at, ann, word)
        (told,) = ann.ephemerals
        assert "opinion" in said(told)
        assert ann.from_bot == []


async def test_in_a_thread_it_is_answered_there(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await ann.slash("start")
        await at.idle()
        before = len(ann.ephemerals)
        await ann.writes("workspace", ann.from_bot[0].ts)
        await at.idle()
        (told,) = ann.ephemerals[before:]
        assert told.thread_ts == ann.from_bot[0].ts


@pytest.mark.parametrize("text", ["opinion matters a lot", "workspace please", "link me with it"])
async def test_more_words_are_no_order(
    fake: FakeSlack, ann: Person, tmp_path: Path, text: str
) -> None:
    async with desk(fake, tmp_path) as at:
        await writes(at, ann, text)
        (told,) = ann.ephemerals
        assert "Welcome to Crossroads" in said(told)


async def test_help_names_them(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with desk(fake, tmp_path) as at:
        told = said(await orders(at, ann, "help"))
        assert all(f"/crossroads {word}" in told for word in ("opinion", "link", "workspace"))


async def test_a_case_that_is_not_there_is_told(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        assert "You have no cases." in said(await orders(at, ann, "opinion Alder"))


# ------------------------------------------------------------------ forms


async def test_a_form_that_is_wrong_stays_open_and_says_so_beside_it(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        await sends(at, chief, {})
        assert "Nobody was chosen." in chief.modal.errors["channel"]
        await sends(at, chief, {"channel": fake.channel("cases", chief).id})
        assert "#cases" in said(chief.modal)


async def test_a_shared_channel_is_offered_and_refused_with_the_reason(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        await sends(at, chief, {"channel": fake.channel("partners", chief, shared=True).id})
        assert "another organisation" in chief.modal.errors["channel"]


async def test_what_stands_in_a_window_goes_on_in_it(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        await sends(at, chief, {"channel": fake.channel("cases", chief).id})
        await presses(at, chief, chief.modal, "Choose a default")
        assert {block["block_id"] for block, _ in elements(chief.modal.blocks)} >= {"channel"}
        assert len(chief.modals) == 1
        await sends(at, chief, {"thread": "no link"})
        assert "no link to a message" in chief.modal.errors["channel"]
        await chief.closes()
        await presses(at, chief, await orders(at, chief, "workspace"), "No default")
        assert "whom the asker chooses" in said(chief.ephemerals[-1])
        assert not chief.modals


async def test_a_private_message_is_replaced_and_not_repeated(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        await sends(at, chief, {"channel": fake.channel("cases", chief).id})
        await chief.closes()
        told = await orders(at, chief, "workspace")
        count = len(chief.ephemerals)
        await presses(at, chief, told, "No default")
        assert len(chief.ephemerals) == count
        assert "#cases" not in said(chief.ephemerals[-1])


async def test_a_form_that_slack_opens_no_more_says_so(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        fake.fail("views.open", Error("expired_trigger_id"))
        await at_the_form(at, chief)
        assert "did not open the window in time" in said(chief.ephemerals[-1])


async def test_who_may_not_is_told_why(fake: FakeSlack, bob: Person, tmp_path: Path) -> None:
    async with desk(fake, tmp_path) as at:
        chief = fake.person("Chief", is_admin=1)
        told = await orders(at, chief, "workspace")
        sending = bob.drafts.click(told, named("Choose a default"))
        assert (await fake.deliver(sending)).acknowledged
        await at.idle()
        assert bob.modals == ()
        assert "Only those who look after" in said(bob.ephemerals[-1])


# ------------------------------------------------------------------ when Slack takes its time


async def test_a_form_asks_for_a_moment_while_slack_looks_up(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        slow = Hang()
        fake.fail("conversations.members", slow)
        assert (await chief.submits({"channel": fake.channel("cases", chief).id})).acknowledged
        assert "One moment, please" in said(chief.modal)
        slow.release()
        await at.idle()
        assert "#cases" in said(chief.modal)


async def test_what_was_wrong_then_is_told_in_the_window(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        await at_the_form(at, chief)
        slow = Hang()
        fake.fail("conversations.info", slow)
        await chief.submits({"channel": fake.channel("x", chief, shared=True).id})
        slow.release()
        await at.idle()
        assert "another organisation" in said(chief.modal)


async def test_an_order_is_answered_when_slack_has_looked_up(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with desk(fake, tmp_path) as at:
        slow = Hang()
        fake.fail("users.info", slow)
        assert (await ann.slash("workspace")).acknowledged
        assert ann.ephemerals == []
        slow.release()
        await at.idle()
        assert "Settings of this workspace" in said(ann.ephemerals[-1])


# ------------------------------------------------------------------ forged and old


FORGED = (
    Action("sheet", arg="1|round:brief|nothing"),
    Action("sheet", arg="1|forget:all"),
    Action("sheet", arg="x"),
    Action("round", arg="answer|nothing"),
    Action("round", arg="show|nothing|" + "x" * 200),
    Action("workspace", arg="everything"),
    Action("link", arg="x"),
)


@pytest.mark.parametrize("action", FORGED, ids=str)
async def test_a_forged_button_does_nothing_and_says_so(
    fake: FakeSlack, ann: Person, tmp_path: Path, action: Action
) -> None:
    async with desk(fake, tmp_path) as at:
        told = await orders(at, ann, "help")
        sending = ann.drafts.click(told, "Settings")
        sending.payload["actions"][0]["action_id"] = str(action)
        before = len(ann.ephemerals)
        assert (await fake.deliver(sending)).acknowledged
        await at.idle()
        assert len(ann.ephemerals) == before + 1
        assert ann.modals == ()
        assert len(on(told)) > 0


async def test_an_installation_with_old_scopes_says_what_to_do_and_the_rest_works(
    fake: FakeSlack, chief: Person, tmp_path: Path
) -> None:
    fake.team.scopes -= set(OUTSIDE)
    async with desk(fake, tmp_path) as at:
        assert "reinstall it" in said(await orders(at, chief, "workspace"))
        assert "none waits for you" in said(await orders(at, chief, "opinion"))
        await writes(at, chief, "start")
        assert len(chief.from_bot) == 1


# ------------------------------------------------------------------ a round


async def to_the_end(at: Scene, who: Person) -> Message:
    """Answer everything; gives the card with the result."""
    await who.slash("fast")
    await at.idle()
    for _ in range(40):
        if any("opinion" in one["action_id"] for _, one in elements(who.from_bot[0].blocks)):
            break
        await writes(at, who, "1")
    return who.from_bot[0]


async def test_a_team_is_asked_from_the_card_and_answers(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    people = [fake.person(name) for name in TEAM]
    async with desk(fake, tmp_path) as at:
        card = await to_the_end(at, ann)
        (button,) = [
            one["action_id"] for _, one in elements(card.blocks) if "opinion" in one["action_id"]
        ]
        await ann.clicks(card, button)
        await at.idle()
        assert "Nothing is posted yet." in said(ann.ephemerals[-1])
        draft = ann.from_bot[-1]
        assert draft.ts != card.ts
        assert (await ann.clicks(draft, is_round("whom"))).acknowledged
        await at.idle()
        await sends(at, ann, {"people": [one.id for one in people]})
        assert ann.modals == ()
        await ann.clicks(ann.from_bot[-1], is_round("post"))
        await at.idle()
        assert [len(one.from_bot) for one in people] == [1, 1, 1]
        for who in people:
            await answers(at, who)
        assert "3 of 3" in html.unescape(ann.from_bot[-1].text) or len(people[0].from_bot) == 2
        await ann.opens_home()
        await at.idle()
        assert ann.home
        assert "Second opinions" in said(ann.home)
        await presses(at, ann, ann.home, "Show: ")
        assert ann.modals


async def answers(at: Scene, who: Person) -> None:
    """Answer as somebody who is asked."""
    assert (await who.clicks(who.from_bot[0], is_round("answer"))).acknowledged
    await at.idle()
    inputs = {block["block_id"]: one for block, one in elements(who.modal.blocks)}
    chosen: dict[str, object] = {
        name: one["options"][0]["value"]
        for name, one in inputs.items()
        if one["type"] in {"radio_buttons", "static_select"}
    }
    await sends(at, who, chosen)
    assert "It is saved" in said(who.modal)
    await who.closes()


def is_round(what: str) -> Callable[[dict[str, object]], bool]:
    """Find the button that does something to a round."""
    return lambda element: str(element["action_id"]).startswith(f"round:{what}|")
