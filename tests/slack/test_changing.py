"""An answer is changed from the window that lists them; a word that is an answer stays one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adapters.library import read_flow
from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.engine.model import Answered, Commanded, Tell
from tests.engine.scenes import flow_of
from tests.fakes.slack import FakeSlack, Person
from tests.slack.scene import scene

FLOWS = Path(__file__).parents[1] / "flows" / "data"
SETTLED = """
flow: settled
title: Settled
about: Whether it is settled.
sections: {one: One}
steps:
  - ask: settled
    section: one
    text: "Where does it stand?"
    why: "It helps to know."
    options: [{start: Start}, {settings: Settings}, {other: Other}]
  - ask: more
    section: one
    text: "And the rest?"
    why: "It helps to know."
    options: [{some: Some}, {nothing: Nothing}]
"""


async def test_an_answer_is_picked_for_change_in_the_window_with_all_answers(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        await ann.slash("start")
        await here.idle()
        case = (await here.store.cases(here.owner(ann)))[0].id
        await ann.clicks(ann.from_bot[-1], f"answer:{case}:1:fine")
        await here.idle()
        asked = ann.from_bot[-1].text
        await ann.clicks(ann.from_bot[-1], f"say:{case}:2:review")
        await here.idle()
        await ann.clicks(ann.modal, f"edit:{case}:2:", "1")
        await here.idle()
        assert "asked again" in str(ann.modal.blocks)
        assert ann.from_bot[-1].text != asked
        assert (await here.store.case(here.owner(ann), case)).reopened == "safe"


async def test_a_commands_word_that_is_an_answer_to_the_open_question_answers_it(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    flows = {"settled": (flow_of(SETTLED), {"flow.yaml": SETTLED})}
    async with scene(fake, tmp_path, flows=flows, flow="settled") as here:
        await ann.slash("start")
        await here.idle()
        await ann.writes("settings")
        await here.idle()
        (case,) = await here.store.cases(here.owner(ann))
        assert (await here.store.case(here.owner(ann), case.id)).answers == {"settled": "settings"}
        await ann.writes("settings")
        await here.idle()
        assert "Settings" in ann.ephemerals[-1].text


async def test_the_second_of_two_quick_messages_does_not_answer_a_question_nobody_saw(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as here:
        await ann.slash("start")
        await here.idle()
        first, second = ann.drafts.message("fine"), ann.drafts.message("skip")
        await fake.deliver(first)
        await here.idle()
        await fake.deliver(second)
        await here.idle()
        (case,) = await here.store.cases(here.owner(ann))
        assert (await here.store.case(here.owner(ann), case.id)).answers.keys() == {
            "length",
            "safe",
        }
        assert "earlier question" in ann.from_bot[-1].text


async def test_the_working_can_still_be_asked_for_in_writing_when_a_case_has_ended(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    files = read_flow(FLOWS / "bike_repair")
    flow = load_flow(files, KINDS)
    async with scene(fake, tmp_path, flows={flow.id: (flow, files)}, flow=flow.id) as here:
        await ann.slash("start")
        await here.idle()
        owner = here.owner(ann)
        (case,) = await here.store.cases(owner)
        view = await here.service.view(owner, case.id)
        while prompt := view.prompt:
            value = prompt.choices[0].id if prompt.input == "choice" else None
            event = Answered(owner, view.turn, here.now(), value)
            await here.service.handle(owner, case.id, event, platform="slack")
            view = await here.service.view(owner, case.id)
        assert view.status == "finished"
        await here.later(timedelta(seconds=3))
        await ann.writes("working")
        await here.idle()
        done = await here.service.handle(
            owner, case.id, Commanded(owner, view.turn, here.now(), "working")
        )
        (told,) = [effect for effect in done.effects if isinstance(effect, Tell)]
        assert told.card
        assert told.card.title in ann.from_bot[-1].text
        assert "Welcome" not in str([told.text for told in ann.ephemerals])
