"""One turn through the service, on the real store: beginnings, versions, names, owners."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.store.keys import KeyHome
from adapters.store.sqlite import open_store
from bot.commands.wiring import KINDS
from bot.engine.advance import advance
from bot.engine.load import content_hash
from bot.engine.model import Answered, Case, Flow, Show, Tell, Typed
from bot.errors import NotFound, WrongUse
from bot.ports import Done, Person
from bot.service import Service, suggest_name
from tests.engine.scenes import ERRANDS, FLOW, NOON, flow_of

ANN = Person("terminal", "ann")
NEWER = ERRANDS.replace('{low: "A little"}', '{low: "Next to nothing"}')


@asynccontextmanager
async def service(
    home: Path, flows: Mapping[str, str] = {"errands": ERRANDS}
) -> AsyncIterator[Service]:
    """Open the service with these flows in force, as a new process would."""
    store = await open_store(home / "test.db", KeyHome(home / "test.key", ""), lambda: NOON)
    try:
        loaded = {name: flow_of(text) for name, text in flows.items()}
        for name, text in flows.items():
            await store.publish(name, content_hash({"flow.yaml": text}), {"flow.yaml": text}, NOON)
        yield Service(store, loaded, KINDS)
    finally:
        await store.close()


async def say(running: Service, case_id: str, *texts: str) -> Done:
    """Type one message after the other, as Ann."""
    owner = running.owner(ANN)
    for text in texts:
        done = await running.handle(owner, case_id, Typed(owner, NOON, text))
    return done


def prompt_id(done: Done) -> str:
    (show,) = [effect for effect in done.effects if isinstance(effect, Show)]
    return show.view.prompt.step if show.view.prompt else ""


async def test_a_case_begins_with_the_first_question_and_a_name(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        done = await running.start(running.owner(ANN), "errands", "C1", NOON)
        assert prompt_id(done) == "safe"
        assert done.case.name in {"Client Heron", "Client Alder"}


async def test_an_unknown_flow_or_track_is_named_with_those_there_are(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        with pytest.raises(WrongUse, match="Flows: errands"):
            await running.start(owner, "nonsense", "C1", NOON)
        with pytest.raises(WrongUse, match="Tracks: long, short"):
            await running.start(owner, "errands", "C1", NOON, track="sideways")


async def test_beginning_the_same_case_twice_shows_where_it_stands(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON, key="delivery-1")
        await say(running, "C1", "fine")
        again = await running.start(owner, "errands", "C1", NOON, key="delivery-1")
        assert again.case.turn == 2
        assert prompt_id(again) == "called"


async def test_a_redelivered_answer_is_taken_once(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON)
        click = Answered(owner, 1, NOON, "fine")
        first = await running.handle(owner, "C1", click, key="click-1")
        second = await running.handle(owner, "C1", click, key="click-1")
        assert (first.duplicate, second.duplicate) == (False, True)
        assert first.case == second.case
        assert prompt_id(second) == "called"


async def test_somebody_elses_case_is_not_there(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        for stranger in (Person("terminal", "bob"), Person("elsewhere", "ann")):
            owner = running.owner(stranger)
            with pytest.raises(NotFound):
                await running.handle(owner, "C1", Typed(owner, NOON, "fine"))
            with pytest.raises(NotFound):
                await running.start(owner, "errands", "C1", NOON)


async def test_a_case_that_never_was_is_not_made_by_an_answer(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        with pytest.raises(NotFound):
            await running.handle(owner, "C9", Typed(owner, NOON, "fine"))
        assert list(await running.store.cases(owner)) == []


async def test_the_profile_answers_its_questions_beforehand(tmp_path: Path) -> None:
    text = ERRANDS.replace("name: called", "name: called\nprofile: [tried]")
    async with service(tmp_path, {"errands": text}) as running:
        owner = running.owner(ANN)
        await running.store.set_profile(owner, {"tried": "asked"})
        await running.start(owner, "errands", "C1", NOON)
        assert (await say(running, "C1", "fine", "skip")).case.at == "response"


async def test_an_answer_moves_the_case_to_a_newer_version_and_counts(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        old = await say(running, "C1", "fine", "skip", "nothing")
    async with service(tmp_path, {"errands": NEWER}) as running:
        owner = running.owner(ANN)
        click = Answered(owner, old.case.turn, NOON, "low")
        done = await running.handle(owner, "C1", click)
        assert done.case.version == running.flows["errands"].version != old.case.version
        assert done.case.answers["cost"] == "low"
        kinds = [type(event).__name__ for event in await running.store.history(owner, "C1")]
        assert kinds[-2:] == ["Republished", "Answered"]


async def test_an_answer_to_a_question_that_is_gone_is_outdated_and_says_so(tmp_path: Path) -> None:
    newer = ERRANDS.replace("when: long\n    given", "when: {length: [short]}\n    given")
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        old = await say(running, "C1", "fine", "skip", "asked")
        assert old.case.at == "response"
    async with service(tmp_path, {"errands": newer}) as running:
        owner = running.owner(ANN)
        done = await running.handle(owner, "C1", Answered(owner, old.case.turn, NOON, "no_thanks"))
        assert done.case.at == "cost"
        assert "outdated" in [e.code for e in done.effects if isinstance(e, Tell)]


async def test_a_finished_case_keeps_its_version_and_can_be_shown(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
        done = await say(running, "C1", "fine", "skip", "nothing", "low", "keys", "go on")
        assert done.case.status == "finished"
    async with service(tmp_path, {"errands": NEWER}) as running:
        owner = running.owner(ANN)
        shown = await say(running, "C1", "review")
        assert shown.case.version == done.case.version
        (tell,) = [effect for effect in shown.effects if isinstance(effect, Tell)]
        assert tell.card is not None
        assert any("A little" in line for line in tell.card.blocks[0].lines)
        assert (await running.view(owner, "C1")).status == "finished"


async def test_a_case_whose_flow_is_no_longer_installed_goes_on(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as running:
        await running.start(running.owner(ANN), "errands", "C1", NOON)
    other = ERRANDS.replace("flow: errands", "flow: other")
    async with service(tmp_path, {"other": other}) as running:
        assert (await say(running, "C1", "fine")).case.at == "called"


async def test_the_event_log_leads_to_the_stored_case(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        owner = running.owner(ANN)
        await running.start(owner, "errands", "C1", NOON)
        await say(running, "C1", "mumble", "fine", "Client Teal", "back", "skip", "asked", "undo")
        case = Case("C1", owner, "errands", running.flows["errands"].version)
        for event in await running.store.history(owner, "C1"):
            case = advance(running.flows["errands"], case, event).case
        assert case == await running.store.case(owner, "C1")


def test_a_suggested_name_is_not_one_in_use() -> None:
    flow: Flow = FLOW
    names = {suggest_name(flow, f"C{n}", set()) for n in range(9)}
    assert names == {"Client Heron", "Client Alder"}
    assert suggest_name(flow, "C1", {"Client Heron"}) == "Client Alder"
    assert suggest_name(flow, "C1", names).endswith(" 2")
