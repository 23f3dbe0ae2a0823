"""Many workspaces: installed from the browser, renewed in time, and never seen by one another."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.slack import FakeSlack, Person, Team
from tests.slack.scene import Scene, scene
from tests.slack.surfaces import begins, in_the_files, rows, said, writes


def url(at: Scene, path: str) -> str:
    host, port = at.server.address
    return f"http://{host}:{port}{path}"


async def state(at: Scene) -> str:
    """Open the installation page as a browser does; gives the state that is in its link."""
    async with at.fake.session.get(url(at, "/slack/install")) as page:
        assert page.status == 200
        link = re.search(r'class="go" href="([^"]+)"', await page.text())
    assert link
    query = parse_qs(urlsplit(unescape(link[1])).query)
    assert query["client_id"] == [at.fake.world.client_id]
    return query["state"][0]


async def comes_back(at: Scene, state: str, code: str) -> tuple[int, str]:
    """Come back from Slack with a code; gives the status and the page."""
    cookie = {"Cookie": f"slack-app-oauth-state={state}"}
    back = url(at, f"/slack/oauth_redirect?code={code}&state={state}")
    async with at.fake.session.get(back, headers=cookie) as page:
        return page.status, await page.text()


async def installs(at: Scene, team: Team) -> None:
    """Install the app in a workspace."""
    status, page = await comes_back(at, await state(at), at.fake.code(team))
    assert (status, "Crossroads is installed" in page) == (200, True)


# ------------------------------------------------------------------ installing


async def test_installing_in_the_browser_lets_a_person_begin(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, oauth=True) as at:
        await installs(at, fake.team)
        await begins(at, ann, "fine")
        assert "A nickname?" in ann.from_bot[-1].text
        assert not in_the_files(tmp_path, fake.team.bot_token)


async def test_before_it_is_installed_nobody_is_served(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, oauth=True) as at:
        await ann.slash("start")
        assert "is not installed in this workspace" in ann.ephemerals[-1].text
        await ann.writes("hello")
        await at.idle()
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}
        assert ann.from_bot == []


async def test_a_state_is_good_once(fake: FakeSlack, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, oauth=True) as at:
        once = await state(at)
        assert (await comes_back(at, once, fake.code()))[0] == 200
        status, page = await comes_back(at, once, fake.code())
        assert status >= 400
        assert "finished already" in page


async def test_a_state_is_over_after_ten_minutes(fake: FakeSlack, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, oauth=True) as at:
        old = await state(at)
        await at.later(timedelta(minutes=11))
        assert rows(tmp_path, "safe") == {"safe": 0}
        assert (await comes_back(at, old, fake.code()))[0] >= 400


async def test_an_installation_holds_after_a_restart(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, oauth=True) as at:
        await installs(at, fake.team)
        await begins(at, ann, "fine")
    async with scene(fake, tmp_path, oauth=True) as at:
        await writes(at, ann, "Heron")
        assert "What was tried with Heron?" in ann.from_bot[-1].text


# ------------------------------------------------------------------ apart


async def test_the_same_user_id_in_two_workspaces_is_two_people(
    fake: FakeSlack, tmp_path: Path
) -> None:
    other = fake.add_team("Beta")
    ann, twin = fake.person("Ann", id="U777"), fake.person("Twin", other, id="U777")
    async with scene(fake, tmp_path, oauth=True) as at:
        for team in (fake.team, other):
            await installs(at, team)
        case_id = await begins(at, ann, "fine", "Heron")
        for text in ("cases", "resume heron", f"resume {case_id}", f"forget {case_id}"):
            await twin.slash(text)
            await at.idle()
            assert "Heron" not in twin.ephemerals[-1].text
            assert "You have no cases." in twin.ephemerals[-1].text
        await twin.opens_home()
        await at.idle()
        assert twin.home
        assert "Welcome to Crossroads" in said(twin.home)
        await twin.slash("forget")
        await at.idle()
        await twin.submits()
        await at.idle()
        assert "Deleted: 0 cases" in said(twin.modal)
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


async def test_a_press_on_a_card_of_another_workspace_changes_nothing(
    fake: FakeSlack, tmp_path: Path
) -> None:
    other = fake.add_team("Beta")
    ann, twin = fake.person("Ann", id="U777"), fake.person("Twin", other, id="U777")
    async with scene(fake, tmp_path, oauth=True) as at:
        for team in (fake.team, other):
            await installs(at, team)
        await begins(at, ann)
        await begins(at, twin)
        turn = (await at.store.cases(at.owner(ann)))[0].turn
        sending = ann.drafts.click(ann.from_bot[-1], "Everyone is fine")
        theirs = {**sending.payload, "team": {"id": other.id, "domain": "beta"}}
        theirs["user"] = {**theirs["user"], "team_id": other.id}
        del theirs["response_url"]
        await fake.deliver(type(sending)(sending.kind, theirs, other.id, twin.id))
        await at.idle()
        assert (await at.store.cases(at.owner(ann)))[0].turn == turn


async def test_an_organisation_installs_once_for_all_its_workspaces(
    fake: FakeSlack, tmp_path: Path
) -> None:
    first = fake.add_team("One", enterprise="E1", org=True)
    second = fake.add_team("Two", enterprise="E1", org=True)
    people = fake.person("Ann", first), fake.person("Bob", second)
    async with scene(fake, tmp_path, oauth=True) as at:
        await installs(at, first)
        second.bot_token = first.bot_token
        for somebody, name in zip(people, ("Heron", "Finch"), strict=True):
            await somebody.opens_home()
            await at.idle()
            assert somebody.home
            await somebody.clicks(somebody.home, "Start: The long way")
            await at.idle()
            await writes(at, somebody, "fine", name)
            assert f"What was tried with {name}?" in somebody.from_bot[-1].text
        for somebody, name in zip(people, ("Heron", "Finch"), strict=True):
            assert [case.name for case in await at.store.cases(at.owner(somebody))] == [name]


async def test_a_fixed_token_serves_its_own_workspace_alone(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    stranger = fake.person("Eve", fake.add_team("Beta"))
    async with scene(fake, tmp_path) as at:
        await stranger.slash("start")
        await stranger.writes("hello")
        await stranger.opens_home()
        await stranger.shortcut("start_case")
        await at.idle()
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}
        assert (stranger.from_bot, stranger.home, stranger.modals) == ([], None, ())
        assert not fake.calls_of("chat.postMessage")
        await begins(at, ann)
        assert len(ann.from_bot) == 1


# ------------------------------------------------------------------ tokens that run out


async def test_a_token_is_renewed_once_before_it_runs_out(
    fake: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.team.rotation = True
    people = [fake.person(f"Person {number}") for number in range(8)]
    async with scene(fake, tmp_path, oauth=True) as at:
        with monkeypatch.context() as patched:
            patched.setattr("tests.fakes.slack.auth.TOKEN_SECONDS", 3600)
            await installs(at, fake.team)
        old = fake.team.bot_token
        taken = await asyncio.gather(*(somebody.slash("start") for somebody in people))
        await at.idle()
        assert all(delivery.acknowledged for delivery in taken)
        assert fake.team.bot_token != old
        assert len(fake.calls_of("oauth.v2.access")) == 2, "the installation, and one renewal"
        assert all(somebody.from_bot for somebody in people)
        assert {call.token for call in fake.calls_of("chat.postMessage")} == {fake.team.bot_token}


# ------------------------------------------------------------------ leaving


@pytest.mark.parametrize("how", ["uninstalled", "tokens_revoked"])
async def test_what_a_workspace_left_is_erased_after_the_grace_period(
    fake: FakeSlack, ann: Person, tmp_path: Path, how: str
) -> None:
    other = fake.add_team("Beta")
    twin = fake.person("Twin", other, id=ann.id)
    async with scene(fake, tmp_path, oauth=True, grace_days=7) as at:
        for team, somebody in ((fake.team, ann), (other, twin)):
            await installs(at, team)
            await begins(at, somebody)
        leaves = fake.uninstalled if how == "uninstalled" else fake.tokens_revoked
        assert (await leaves()).acknowledged
        assert rows(tmp_path, "safe") == {"safe": 1}, "the other workspace's installation"
        await at.later(timedelta(days=6))
        assert len(await at.store.cases(at.owner(ann))) == 1
        await at.later(timedelta(days=2))
        assert rows(tmp_path, "people", "cases", "departures") == {
            "people": 1,
            "cases": 1,
            "departures": 1,
        }
        assert len(await at.store.cases(at.owner(twin))) == 1
        await at.later(timedelta(minutes=1))
        assert rows(tmp_path, "departures") == {"departures": 0}


async def test_both_events_of_a_removal_are_taken_in_any_order(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, oauth=True, grace_days=7) as at:
        await installs(at, fake.team)
        await begins(at, ann)
        assert (await fake.tokens_revoked()).acknowledged
        fake.clock.advance(5)
        await fake.uninstalled()
        await at.later(timedelta(days=8))
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}


async def test_installing_again_within_the_grace_period_calls_it_off(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, oauth=True, grace_days=7) as at:
        await installs(at, fake.team)
        await begins(at, ann, "fine")
        await fake.uninstalled()
        await at.later(timedelta(days=6))
        await installs(at, fake.team)
        await at.later(timedelta(days=60))
        await writes(at, ann, "Heron")
        assert "What was tried with Heron?" in ann.from_bot[-1].text
        assert rows(tmp_path, "departures") == {"departures": 0}


async def test_an_organisation_that_leaves_takes_all_its_workspaces(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    first = fake.add_team("One", enterprise="E1", org=True)
    second = fake.add_team("Two", enterprise="E1", org=True)
    people = fake.person("Ann", first), fake.person("Bob", second)
    async with scene(fake, tmp_path, oauth=True, grace_days=7) as at:
        await installs(at, first)
        second.bot_token = first.bot_token
        await installs(at, fake.team)
        for somebody in (*people, ann):
            await begins(at, somebody)
        await fake.uninstalled(second)
        await at.later(timedelta(days=8))
        assert rows(tmp_path, "people", "cases") == {"people": 1, "cases": 1}
        assert len(await at.store.cases(at.owner(ann))) == 1


async def test_a_fixed_token_that_is_revoked_ends_it_too(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann)
        assert (await fake.uninstalled()).acknowledged
        await at.later(timedelta(days=8))
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}


async def test_a_fixed_token_that_came_back_keeps_the_cases(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, grace_days=7) as at:
        await begins(at, ann, "fine")
        await fake.uninstalled()
    fake.team.bot_token = "xoxb-anew"
    async with scene(fake, tmp_path, grace_days=7) as at:
        await at.later(timedelta(days=60))
        await writes(at, ann, "Heron")
        assert "What was tried with Heron?" in ann.from_bot[-1].text
        assert rows(tmp_path, "departures") == {"departures": 0}
