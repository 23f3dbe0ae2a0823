"""Installing in many workspaces, and the tokens that come of it, with the real store and flow."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.calls import Calls
from adapters.slack.faults import SlackError
from adapters.slack.grants import Authorization, Grant, Installations, SingleWorkspace
from adapters.slack.install import Credentials, Installing
from adapters.slack.installations import Installed, Shelf
from adapters.slack.pages import failure_page
from adapters.slack.session import new_session
from adapters.store.keys import KeyHome
from adapters.store.sqlite import SqliteStore, open_store
from bot.errors import DeliveryError, StoreBusy
from bot.ports import Received, Reply
from tests.fakes.slack import Error, FakeSlack, Hang, Reset, Status, Team


class Clock:
    """The time, moved on by what a test says."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    opened = await open_store(home / "crossroads.db", KeyHome(home / "crossroads.key", ""), clock)
    yield opened
    await opened.close()


@pytest.fixture
async def calls(fake: FakeSlack) -> AsyncIterator[Calls]:
    async def pause(seconds: float) -> None:
        return None

    calls = Calls(new_session(0.5), fake.api_url, pause)
    yield calls
    await calls.close()


@pytest.fixture
def shelf(store: SqliteStore, clock: Clock) -> Shelf:
    return Shelf(store.safe, clock)


@pytest.fixture
async def installations(
    fake: FakeSlack, shelf: Shelf, calls: Calls, clock: Clock
) -> AsyncIterator[Installations]:
    made = Installations(shelf, calls, fake.world.client_id, fake.world.client_secret, clock)
    yield made
    await made.close()


@pytest.fixture
def told() -> list[tuple[str, str]]:
    """Who was told to have installed the app."""
    return []


@pytest.fixture
def installing(
    fake: FakeSlack,
    store: SqliteStore,
    shelf: Shelf,
    calls: Calls,
    clock: Clock,
    told: list[tuple[str, str]],
) -> Installing:
    async def on_installed(enterprise: str, team: str) -> None:
        told.append((enterprise, team))

    return Installing(credentials(fake), shelf, store.safe, calls, clock, on_installed)


def credentials(fake: FakeSlack, **more: Any) -> Credentials:
    scopes = ("commands", "chat:write", "im:history", "im:write")
    return Credentials(fake.world.client_id, fake.world.client_secret, scopes, **more)


# ------------------------------------------------------------------ a browser


def asked(path: str, query: dict[str, str] | None = None, cookie: str = "") -> Received:
    headers = {"host": "bot.example"} | ({"cookie": cookie} if cookie else {})
    return Received("GET", path, query or {}, headers, b"")


def link(reply: Reply) -> str:
    found = re.search(r'class="go" href="([^"]+)"', reply.body.decode())
    assert found
    return found[1].replace("&amp;", "&")


async def begin(installing: Installing, **query: str) -> tuple[str, str]:
    """Open the installation page; gives the state and the cookie."""
    reply = await installing.install(asked("/slack/install", query))
    assert reply.status == 200
    state = parse_qs(urlsplit(link(reply)).query)["state"][0]
    return state, reply.headers["Set-Cookie"].split(";")[0]


async def install(installing: Installing, fake: FakeSlack, team: Team | None = None) -> Reply:
    state, cookie = await begin(installing)
    query = {"code": fake.code(team), "state": state}
    return await installing.callback(asked("/slack/oauth_redirect", query, cookie))


def an_installation(team: Team, **more: Any) -> Installed:
    fields: dict[str, Any] = {
        "app": "A1",
        "enterprise": team.enterprise,
        "team": "" if team.org else team.id,
        "token": team.bot_token,
        "bot_id": team.bot_id,
        "bot_user_id": team.bot_user,
        "scopes": "commands,chat:write",
    }
    return Installed(**fields | more)


# ------------------------------------------------------------------ the pages


async def test_the_page_leads_to_the_slack_we_talk_to(
    fake: FakeSlack, installing: Installing
) -> None:
    reply = await installing.install(asked("/slack/install"))
    url = urlsplit(link(reply))
    query = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == fake.api_url.replace(
        "/api/", "/oauth/v2/authorize"
    )
    assert query["client_id"] == [fake.world.client_id]
    assert query["scope"] == ["commands,chat:write,im:history,im:write"]
    assert "redirect_uri" not in query


async def test_the_environment_changes_nothing(
    fake: FakeSlack,
    store: SqliteStore,
    shelf: Shelf,
    calls: Calls,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("REDIRECT_URI", "SCOPES", "USER_SCOPES", "CLIENT_ID", "INSTALL_PATH"):
        monkeypatch.setenv(f"SLACK_{name}", "https://evil.example/")
    installing = Installing(
        credentials(fake, redirect_uri="https://bot.example/x"), shelf, store.safe, calls, clock
    )
    reply = await installing.install(asked("/slack/install"))
    assert "evil" not in reply.body.decode()
    assert parse_qs(urlsplit(link(reply)).query)["redirect_uri"] == ["https://bot.example/x"]
    assert (await install(installing, fake)).status == 200
    assert not (tmp_path / "nobody").exists()


async def test_the_cookie_is_for_this_site_alone(installing: Installing) -> None:
    reply = await installing.install(asked("/slack/install"))
    cookie = reply.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("team", "passed_on"),
    [("T012AB3C4", True), ("E012AB", True), ("T1&scope=admin", False), ('"><script>', False)],
)
async def test_a_workspace_in_the_query_is_passed_on_if_it_can_be_one(
    installing: Installing, team: str, passed_on: bool
) -> None:
    reply = await installing.install(asked("/slack/install", {"team": team}))
    query = parse_qs(urlsplit(link(reply)).query)
    assert query.get("team") == ([team] if passed_on else None)
    assert "admin" not in reply.body.decode()
    assert "<script" not in reply.body.decode()


async def test_pages_run_nothing_and_are_kept_by_nobody(
    fake: FakeSlack, installing: Installing
) -> None:
    for reply in (
        await installing.install(asked("/slack/install")),
        await install(installing, fake),
        await installing.callback(asked("/slack/oauth_redirect")),
    ):
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "unsafe" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["Cache-Control"] == "no-store"
        page = reply.body.decode()
        assert '<html lang="en">' in page
        assert "<main><h1>" in page
        assert "<script" not in page


def test_a_word_of_slack_s_is_escaped() -> None:
    page = failure_page("<script>alert(1)</script>", "/slack/install")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# ------------------------------------------------------------------ an installation


async def test_an_installation_is_stored_and_told(
    fake: FakeSlack,
    installing: Installing,
    installations: Installations,
    told: list[tuple[str, str]],
) -> None:
    reply = await install(installing, fake)
    assert reply.status == 200
    assert link(reply) == f"slack://app?team={fake.team.id}&id={fake.world.app_id}"
    assert "deleted" in reply.headers["Set-Cookie"]
    assert told == [("", fake.team.id)]
    grant = await installations.token("", fake.team.id)
    assert grant == Grant(fake.team.bot_token, fake.team.bot_id, fake.team.bot_user)


async def test_what_is_stored_is_sealed(
    fake: FakeSlack, installing: Installing, store: SqliteStore, tmp_path: Path
) -> None:
    await install(installing, fake)
    await store.close()
    for file in (tmp_path / "home").glob("crossroads.db*"):
        raw = file.read_bytes()
        assert fake.team.bot_token.encode() not in raw
        assert fake.team.id.encode() not in raw


async def test_a_state_is_good_once(
    fake: FakeSlack, installing: Installing, told: list[tuple[str, str]]
) -> None:
    state, cookie = await begin(installing)
    query = {"code": fake.code(), "state": state}
    assert (await installing.callback(asked("/", query, cookie))).status == 200
    query["code"] = fake.code()
    again = await installing.callback(asked("/", query, cookie))
    assert again.status == 401
    assert "finished already" in again.body.decode()
    assert len(told) == 1


async def test_of_two_with_the_same_state_one_is_served(
    fake: FakeSlack, installing: Installing
) -> None:
    state, cookie = await begin(installing)
    replies = await asyncio.gather(
        *(
            installing.callback(asked("/", {"code": fake.code(), "state": state}, cookie))
            for _ in range(2)
        )
    )
    assert sorted(reply.status for reply in replies) == [200, 401]


async def test_a_state_is_good_for_ten_minutes(
    fake: FakeSlack, installing: Installing, clock: Clock
) -> None:
    state, cookie = await begin(installing)
    clock.moved += timedelta(minutes=10, seconds=1)
    query = {"code": fake.code(), "state": state}
    assert (await installing.callback(asked("/", query, cookie))).status == 401


async def test_states_past_their_time_are_purged(
    installing: Installing, store: SqliteStore, clock: Clock
) -> None:
    for _ in range(5):
        await begin(installing)
    clock.moved += timedelta(minutes=11)
    await begin(installing)
    assert await store.safe.sweep(clock()) == 0
    assert len(await store.safe.drawer("slack states", clock())) == 1


async def test_another_browser_is_refused(fake: FakeSlack, installing: Installing) -> None:
    state, _ = await begin(installing)
    _, cookie = await begin(installing)
    query = {"code": fake.code(), "state": state}
    for other in (cookie, "", "slack-app-oauth-state=deleted"):
        reply = await installing.callback(asked("/", query, other))
        assert reply.status == 400
        assert "browser" in reply.body.decode()
    assert fake.calls_of("oauth.v2.access") == []


@pytest.mark.parametrize("code", ["", "x" * 5_000])
async def test_a_callback_without_a_usable_code_is_refused(
    installing: Installing, code: str
) -> None:
    state, cookie = await begin(installing)
    reply = await installing.callback(asked("/", {"code": code, "state": state}, cookie))
    assert reply.status == 401
    assert "Begin again" in reply.body.decode()


async def test_somebody_who_declines_is_told_that_nothing_is_stored(
    installing: Installing, told: list[tuple[str, str]]
) -> None:
    reply = await installing.callback(asked("/", {"error": "access_denied"}))
    assert reply.status == 200
    assert "Nothing was stored" in reply.body.decode()
    assert told == []


async def test_a_code_that_slack_does_not_know_is_refused(
    installing: Installing, caplog: pytest.LogCaptureFixture
) -> None:
    state, cookie = await begin(installing)
    reply = await installing.callback(asked("/", {"code": "stolen", "state": state}, cookie))
    assert reply.status == 401
    assert "redirect URL" in reply.body.decode()
    assert "stolen" not in caplog.text


async def test_slack_out_of_reach_is_told(fake: FakeSlack, installing: Installing) -> None:
    fake.fail("oauth.v2.access", Reset())
    reply = await install(installing, fake)
    assert reply.status == 503
    assert "could not be reached" in reply.body.decode()


async def test_a_store_that_cannot_answer_is_told(fake: FakeSlack, calls: Calls) -> None:
    class Busy:
        """A safe that another process holds."""

        async def keep(
            self, drawer: str, key: str, value: bytes, until: datetime | None = None
        ) -> None:
            raise StoreBusy("busy")

        async def kept(self, drawer: str, key: str, now: datetime) -> bytes | None:
            raise StoreBusy("busy")

        take = kept

        async def discard(self, drawer: str, key: str) -> None:
            raise StoreBusy("busy")

        async def drawer(self, drawer: str, now: datetime) -> list[bytes]:
            raise StoreBusy("busy")

        async def sweep(self, now: datetime) -> int:
            raise StoreBusy("busy")

    busy, clock = Busy(), Clock()
    installing = Installing(credentials(fake), Shelf(busy, clock), busy, calls, clock)
    reply = await installing.install(asked("/slack/install"))
    assert reply.status == 503
    assert "could not be stored" in reply.body.decode()


# ------------------------------------------------------------------ many workspaces


async def test_each_workspace_has_its_own_token(
    fake: FakeSlack, installing: Installing, installations: Installations
) -> None:
    other = fake.add_team("Beta")
    await install(installing, fake)
    await install(installing, fake, other)
    one = await installations.token("", fake.team.id)
    two = await installations.token("", other.id)
    assert one is not None
    assert two is not None
    assert (one.token, two.token) == (fake.team.bot_token, other.bot_token)
    assert one.token != two.token
    assert await installations.token("", "TNOBODY") is None
    assert await installations.token("E1", fake.team.id) is None


async def test_an_organisation_s_installation_serves_its_workspaces(
    fake: FakeSlack,
    installing: Installing,
    installations: Installations,
    told: list[tuple[str, str]],
) -> None:
    one = fake.add_team("One", enterprise="E1", org=True)
    two = fake.add_team("Two", enterprise="E1", org=True)
    await install(installing, fake, one)
    assert told == [("E1", "")]
    for team in (one, two):
        assert await installations.token("E1", team.id, True)
        assert await installations.token("E1", team.id)
    assert await installations.token("E1", "", True)
    assert await installations.token("E2", one.id, True) is None
    assert await installations.token("", one.id) is None


async def test_a_workspace_s_own_installation_goes_before_its_organisation_s(
    fake: FakeSlack, shelf: Shelf, installations: Installations
) -> None:
    org = fake.add_team("One", enterprise="E1", org=True)
    own = fake.add_team("Two", enterprise="E1")
    await shelf.put(an_installation(org))
    await shelf.put(an_installation(own))
    found = await installations.token("E1", own.id)
    assert found
    assert found.token == own.bot_token


async def test_a_purge_takes_one_workspace_s_tokens(
    fake: FakeSlack, shelf: Shelf, installations: Installations
) -> None:
    org = fake.add_team("Org", enterprise="E1", org=True)
    own = fake.add_team("Own", enterprise="E1")
    for team in (org, own, fake.team):
        await shelf.put(an_installation(team))
        assert await installations.token(team.enterprise, team.id)
    await installations.purge("", fake.team.id)
    assert await installations.token("", fake.team.id) is None
    await installations.purge("E1", own.id)
    left = await installations.token("E1", own.id)
    assert left
    assert left.token == org.bot_token
    await installations.purge("E1", own.id, is_enterprise_install=True)
    assert await installations.token("E1", own.id) is None
    assert await shelf.everything() == []


async def test_a_new_installation_replaces_the_token_at_once(
    fake: FakeSlack, installing: Installing, installations: Installations
) -> None:
    await install(installing, fake)
    first = await installations.token("", fake.team.id)
    await install(installing, fake)
    second = await installations.token("", fake.team.id)
    assert first
    assert second
    assert first.token != second.token == fake.team.bot_token


async def test_bolt_can_use_the_shelf_as_its_own(fake: FakeSlack, shelf: Shelf) -> None:
    await shelf.put(an_installation(fake.team, expires=2_000_000_000, refresh_token="r"))
    bot = await shelf.async_find_bot(enterprise_id=None, team_id=fake.team.id)
    installation = await shelf.async_find_installation(enterprise_id=None, team_id=fake.team.id)
    assert bot
    assert installation
    assert bot.bot_token == installation.bot_token == fake.team.bot_token
    assert installation.bot_scopes == ["commands", "chat:write"]
    await shelf.async_save(installation)
    await shelf.async_save_bot(bot)
    again = await shelf.async_find_bot(enterprise_id=None, team_id=fake.team.id)
    assert again
    assert (again.bot_refresh_token, again.bot_token_expires_at) == ("r", 2_000_000_000)
    await shelf.async_delete_installation(
        enterprise_id=None, team_id=fake.team.id, user_id="U_SOMEBODY"
    )
    assert await shelf.async_find_bot(enterprise_id=None, team_id=fake.team.id)
    await shelf.async_delete_all(enterprise_id=None, team_id=fake.team.id)
    assert await shelf.async_find_bot(enterprise_id=None, team_id=fake.team.id) is None


async def test_the_store_is_asked_once_for_a_token(
    fake: FakeSlack, store: SqliteStore, shelf: Shelf, clock: Clock
) -> None:
    await shelf.put(an_installation(fake.team))
    assert await shelf.find("", fake.team.id)
    await store.safe.discard("slack installations", f"-:{fake.team.id}")
    assert await shelf.find("", fake.team.id)
    assert await Shelf(store.safe, clock).find("", fake.team.id) is None


# ------------------------------------------------------------------ rotation


async def rotating(fake: FakeSlack, installing: Installing) -> Team:
    fake.team.rotation = True
    await install(installing, fake)
    fake.calls.clear()
    return fake.team


async def test_a_token_is_renewed_two_hours_before_its_end(
    fake: FakeSlack, installing: Installing, installations: Installations, clock: Clock
) -> None:
    team = await rotating(fake, installing)
    before = await installations.token("", team.id)
    clock.moved = timedelta(hours=9, minutes=59)
    assert await installations.token("", team.id) == before
    assert fake.calls_of("oauth.v2.access") == []
    clock.moved = timedelta(hours=10, minutes=1)
    assert await installations.token("", team.id) == before  # nobody waits while it holds
    await installations.close()
    after = await installations.token("", team.id)
    assert before
    assert after
    assert before.token != after.token == team.bot_token
    assert (before.bot_id, before.bot_user_id) == (after.bot_id, after.bot_user_id)
    (call,) = fake.calls_of("oauth.v2.access")
    assert call.args["grant_type"] == "refresh_token"


async def test_a_renewed_token_outlives_a_restart(
    fake: FakeSlack,
    installing: Installing,
    installations: Installations,
    store: SqliteStore,
    clock: Clock,
) -> None:
    team = await rotating(fake, installing)
    clock.moved = timedelta(hours=11)
    await installations.token("", team.id)
    await installations.close()
    found = await Shelf(store.safe, clock).find("", team.id)
    assert found
    assert found.token == team.bot_token
    assert found.refresh_token in fake.world.refresh


async def test_requests_at_once_renew_once(
    fake: FakeSlack, installing: Installing, shelf: Shelf, installations: Installations
) -> None:
    team = await rotating(fake, installing)
    found = await shelf.find("", team.id)
    assert found
    await shelf.put(replace(found, expires=found.expires - 13 * 3600))
    grants = await asyncio.gather(*(installations.token("", team.id) for _ in range(10)))
    assert {grant.token for grant in grants if grant} == {team.bot_token}
    assert len(grants) == 10
    assert len(fake.calls_of("oauth.v2.access")) == 1


async def test_an_old_token_is_used_while_it_holds_if_renewing_fails(
    fake: FakeSlack, installing: Installing, installations: Installations, clock: Clock
) -> None:
    team = await rotating(fake, installing)
    before = await installations.token("", team.id)
    failing = fake.fail("oauth.v2.access", Status(503), times=None)
    clock.moved = timedelta(hours=11)
    for _ in range(5):
        assert await installations.token("", team.id) == before
        await installations.close()
    assert len(fake.calls_of("oauth.v2.access")) == 1
    failing.lift()
    clock.moved += timedelta(minutes=2)
    await installations.token("", team.id)
    await installations.close()
    after = await installations.token("", team.id)
    assert after
    assert after != before


@pytest.mark.parametrize("fault", [Status(503), Status(429, retry_after=5), Reset()], ids=repr)
async def test_a_token_that_is_over_and_cannot_be_renewed_now_is_trouble(
    fake: FakeSlack,
    installing: Installing,
    installations: Installations,
    clock: Clock,
    fault: Status | Reset,
) -> None:
    team = await rotating(fake, installing)
    fake.fail("oauth.v2.access", fault)
    clock.moved = timedelta(hours=13)
    with pytest.raises(DeliveryError) as told:
        await installations.token("", team.id)
    assert told.value.retry_after


async def test_a_token_that_slack_will_not_renew_is_none(
    fake: FakeSlack, installing: Installing, installations: Installations, clock: Clock
) -> None:
    team = await rotating(fake, installing)
    fake.fail("oauth.v2.access", Error("invalid_refresh_token"))
    clock.moved = timedelta(hours=13)
    assert await installations.token("", team.id) is None


async def test_a_request_that_is_given_up_loses_no_new_token(
    fake: FakeSlack,
    installing: Installing,
    installations: Installations,
    store: SqliteStore,
    clock: Clock,
) -> None:
    team = await rotating(fake, installing)
    clock.moved = timedelta(hours=11)
    hanging = Hang(after=True)
    fake.fail("oauth.v2.access", hanging)
    asking = asyncio.create_task(installations.token("", team.id))
    await hanging.reached.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    hanging.release()
    await installations.close()
    found = await Shelf(store.safe, clock).find("", team.id)
    assert found
    assert found.token == team.bot_token


async def test_a_purge_during_a_renewal_has_the_last_word(
    fake: FakeSlack, installing: Installing, installations: Installations, clock: Clock
) -> None:
    team = await rotating(fake, installing)
    clock.moved = timedelta(hours=11)
    hanging = Hang(after=True)
    fake.fail("oauth.v2.access", hanging)
    asking = asyncio.create_task(installations.token("", team.id))
    await hanging.reached.wait()
    purging = asyncio.create_task(installations.purge("", team.id))
    hanging.release()
    await asyncio.gather(asking, purging)
    assert await installations.token("", team.id) is None


# ------------------------------------------------------------------ one workspace, and Bolt


async def test_a_fixed_token_is_asked_about_once(fake: FakeSlack, calls: Calls) -> None:
    single = SingleWorkspace(calls, fake.team.bot_token)
    grants = await asyncio.gather(*(single.token("", fake.team.id) for _ in range(5)))
    assert set(grants) == {Grant(fake.team.bot_token, fake.team.bot_id, fake.team.bot_user)}
    assert len(fake.calls_of("auth.test")) == 1


async def test_a_fixed_token_is_for_its_own_workspace_alone(fake: FakeSlack, calls: Calls) -> None:
    single = SingleWorkspace(calls, fake.team.bot_token)
    assert await single.token("", "") is not None
    assert await single.token("", "TOTHER") is None


async def test_a_fixed_token_of_an_organisation_is_for_all_its_workspaces(
    fake: FakeSlack, calls: Calls
) -> None:
    org = fake.add_team("Org", enterprise="E1", org=True)
    single = SingleWorkspace(calls, org.bot_token)
    assert await single.token("E1", "TANY", True)
    assert await single.token("E2", org.id, True) is None


async def test_a_fixed_token_that_is_refused_is_told_each_time(
    fake: FakeSlack, calls: Calls
) -> None:
    single = SingleWorkspace(calls, "xoxb-nonsense")
    for _ in range(2):
        with pytest.raises(SlackError, match="invalid_auth"):
            await single.token("", fake.team.id)


async def test_bolt_is_authorised_without_asking_slack(
    fake: FakeSlack, shelf: Shelf, installations: Installations
) -> None:
    await shelf.put(an_installation(fake.team))
    authorize = Authorization(installations)
    for _ in range(3):
        result = await authorize(
            context=AsyncBoltContext({"is_enterprise_install": False}),
            enterprise_id=None,
            team_id=fake.team.id,
            user_id="U1",
        )
        assert result
        assert (result.bot_token, result.bot_user_id) == (fake.team.bot_token, fake.team.bot_user)
    unknown = await authorize(
        context=AsyncBoltContext({}), enterprise_id=None, team_id="TNOBODY", user_id="U1"
    )
    assert unknown is None
    assert fake.calls == []


def test_a_grant_does_not_show_its_token() -> None:
    assert "xoxb" not in repr(Grant("xoxb-1", "B1", "U1"))
    assert "xoxb" not in repr(Credentials("1.1", "xoxb", ()))
