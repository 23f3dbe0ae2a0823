"""App Home: what a newcomer and others see, and that it always shows what is stored."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.library import read_flow
from bot.dossier.documents import result_of
from bot.engine.survey import survey
from tests.engine.scenes import ROOT, flow_in
from tests.fakes.slack import FakeSlack, Hang, OpenView, Person
from tests.slack.scene import Mode, Scene, scene
from tests.slack.surfaces import TO_THE_END, begins, on, rows, said, writes


async def home(at: Scene, somebody: Person) -> OpenView:
    """Open App Home and wait until it is drawn."""
    assert (await somebody.opens_home()).acknowledged
    await at.idle()
    return drawn(somebody)


def drawn(somebody: Person) -> OpenView:
    assert somebody.home is not None
    return somebody.home


async def clicks(at: Scene, somebody: Person, what: str, value: str | None = None) -> None:
    """Press something in App Home as it is now."""
    assert (await somebody.clicks(drawn(somebody), what, value)).acknowledged
    await at.idle()


def kept(view: OpenView) -> str:
    """Tell for how many days finished cases are kept, as the list shows it."""
    rows_of_it = [block["elements"] for block in view.blocks if block["type"] == "actions"]
    (select,) = [one for row in rows_of_it for one in row if one["type"] == "static_select"]
    return str(select["initial_option"]["value"])


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_newcomer_is_welcomed_and_nothing_is_stored(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode) as at:
        view = await home(at, ann)
        assert "Welcome to Crossroads" in said(view)
        assert on(view)[:2] == ["Start: The long way", "The short way"]
        assert "Discreet notifications: on." in said(view)
        await clicks(at, ann, "What is stored")
        assert "Cases: \n0" in said(ann.modal)
        await ann.closes()
        await clicks(at, ann, "Help")
        assert "/crossroads start" in said(ann.modal)
        empty = {"people": 0, "cases": 0, "events": 0, "outbox": 0, "safe": 0}
        assert rows(tmp_path) == empty
        assert ann.from_bot == []


async def test_opening_the_messages_draws_no_home(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        assert (await ann.opens_messages()).acknowledged
        await at.idle()
        assert ann.home is None


async def test_start_says_where_it_goes_on_and_lists_the_case(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await home(at, ann)
        await clicks(at, ann, "The short way")
        assert "It goes on in our direct messages" in said(ann.modal)
        assert on(ann.modal) == []
        assert "0 of 4 questions answered" in said(drawn(ann))
        assert len(ann.from_bot) == 1


async def test_a_double_press_of_start_begins_one_case(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        view = await home(at, ann)
        await asyncio.gather(*(ann.clicks(view, "Start: The long way") for _ in range(3)))
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1
        fake.clock.advance(3)
        await clicks(at, ann, "Start: The long way")
        assert len(await at.store.cases(at.owner(ann))) == 2


async def test_two_ways_to_begin_pressed_one_after_the_other_are_two_cases(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for somebody in (ann, bob):
            await home(at, somebody)
        await clicks(at, ann, "Start: The long way")
        await clicks(at, ann, "The short way")
        await clicks(at, bob, "Start: The long way")
        assert len(await at.store.cases(at.owner(ann))) == 2
        assert len(await at.store.cases(at.owner(bob))) == 1


async def test_a_double_press_on_the_welcome_begins_one_case(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "hello")
        welcome = ann.ephemerals[-1]
        for _ in range(2):
            await ann.clicks(welcome, "Start: The long way")
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


async def test_open_cases_come_with_resume_and_finished_ones_with_their_result(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", "Alder")
        await writes(at, ann, "pause")
        view = await home(at, ann)
        assert said(view).index("Alder") < said(view).index("Finished cases")
        assert "paused, 1 of 5 questions answered" in said(view)
        assert "\nfinished, last touched " in said(view)
        assert on(view)[:4] == ["Resume", "Delete…", "Open", "Delete…"]
        await clicks(at, ann, "Resume")
        assert "What was tried with Alder?" in ann.from_bot[-1].text
        assert "\nopen, 1 of 5" in said(drawn(ann))
        await ann.closes()
        await clicks(at, ann, "Open")
        assert "Good luck with Heron." in ann.from_bot[-1].text
        assert len(ann.from_bot) == 2


async def test_a_finished_case_comes_with_the_course_it_led_to(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    folder = ROOT / "flows" / "troubled_client"
    flows = {"troubled_client": (flow_in(folder), read_flow(folder))}
    async with scene(fake, tmp_path, flows=flows, flow="troubled_client") as at:
        await ann.slash("fast")
        await at.idle()
        owner = at.owner(ann)
        for _ in range(40):
            (listed,) = await at.store.cases(owner)
            if listed.status == "finished":
                break
            await writes(at, ann, "1")
        found = result_of(
            survey(flows["troubled_client"][0], await at.store.case(owner, listed.id))
        )
        assert found
        assert f"finished: {found[1]}, last touched" in said(await home(at, ann))


async def test_a_double_press_of_resume_leaves_one_card(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine")
        view = await home(at, ann)
        await asyncio.gather(*(ann.clicks(view, "Resume") for _ in range(3)))
        await at.idle()
        assert len(ann.from_bot) == 1


async def test_beyond_ten_cases_there_are_pages(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        first = await begins(at, ann)
        for _ in range(10):
            await begins(at, ann)
        name = (await at.store.case(at.owner(ann), first)).name
        view = await home(at, ann)
        assert (on(view).count("Resume"), "Page 1 of 2" in said(view)) == (10, True)
        assert name not in said(view).split("\n")
        await clicks(at, ann, "Next page")
        assert (on(drawn(ann)).count("Resume"), "Page 2 of 2" in said(drawn(ann))) == (1, True)
        assert name in said(drawn(ann)).split("\n")
        await clicks(at, ann, "Previous page")
        assert "Page 1 of 2" in said(drawn(ann))


async def test_a_page_that_is_gone_shows_the_last_there_is(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for _ in range(11):
            await begins(at, ann)
        view = await home(at, ann)
        for case in (await at.store.cases(at.owner(ann)))[:2]:
            await at.store.forget(at.owner(ann), case.id)
        await ann.clicks(view, "Next page")
        await at.idle()
        assert on(drawn(ann)).count("Resume") == 9


async def test_settings_changed_there_are_shown_at_once_and_kept(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await home(at, ann)
        await clicks(at, ann, "Turn discreet notifications off")
        await clicks(at, ann, "keep:", "90")
        assert "Discreet notifications: off." in said(drawn(ann))
        assert kept(drawn(ann)) == "90"
        assert ann.modals == ()
    async with scene(fake, tmp_path) as at:
        assert "Discreet notifications: off." in said(await home(at, ann))
        contact = await at.store.contact(at.owner(ann))
        assert contact
        assert (contact.discreet, contact.keep_days) == (False, 90)


async def test_export_says_where_the_file_comes(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await home(at, ann)
        await clicks(at, ann, "Export")
        assert "It comes to our direct messages as a file." in said(ann.modal)
        assert [file.shared for file in fake.team.files.values()] == [(ann.dm,)]


async def test_what_is_deleted_there_is_gone_from_it(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        await begins(at, ann, "fine", "Finch")
        await home(at, ann)
        await clicks(at, ann, "Delete…")
        assert "Delete “Finch”?" in said(ann.modal)
        await ann.submits()
        await at.idle()
        await ann.closes()
        assert "Finch" not in said(drawn(ann))
        assert "Heron" in said(drawn(ann))
        await clicks(at, ann, "Delete everything…")
        await ann.submits()
        await at.idle()
        assert "Welcome to Crossroads" in said(drawn(ann))


async def test_a_slow_drawing_never_replaces_a_newer_one(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        view = await home(at, ann)
        slow = Hang()
        fake.fail("views.publish", slow, when=lambda call: call.args["user_id"] == ann.id)
        await ann.clicks(view, "Turn discreet notifications off")
        await slow.reached.wait()
        await ann.clicks(view, "keep:", "365")
        await bob.opens_home()
        await fake.until(lambda: bob.home)
        slow.release()
        await at.idle()
        assert "Discreet notifications: off." in said(drawn(ann))
        assert kept(drawn(ann)) == "365"


async def test_a_button_of_somebody_elses_home_reaches_only_ones_own(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        view = await home(at, ann)
        for button in ("Resume", "Delete…"):
            await bob.clicks(view, button)
            await at.idle()
            assert "This dialogue is not yours" in said(bob.modal)
        assert bob.from_bot == []
        assert len(await at.store.cases(at.owner(ann))) == 1
