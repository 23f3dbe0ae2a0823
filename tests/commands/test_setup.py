"""``crossroads setup slack``, Slack's settings together, and the doctor's part about them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from adapters.slack.manifest import SCOPES, creation_link, manifest
from bot.config import Settings, read_settings
from bot.errors import SetupError
from bot.platforms import SlackModes, slack_modes
from tests.commands.scene import Crossroads
from tests.fakes.slack import FakeSlack

BOT, APP = "xoxb-1-canary", "xapp-1-canary"
ALL = {
    "SLACK_BOT_TOKEN": BOT,
    "SLACK_APP_TOKEN": APP,
    "SLACK_SIGNING_SECRET": "canary-signing",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "canary-client",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # away from a .env of whoever runs the tests
    for name in (*ALL, "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)


def given(*names: str, **more: str) -> Settings:
    """Settings with these of ALL, and others as told."""
    values = {name: ALL[name] for name in names} | more
    return Settings(**{name.lower(): value for name, value in values.items()})  # type: ignore[arg-type]


# ------------------------------------------------------------------ the manifest


def test_it_prints_manifest_link_and_numbered_steps(crossroads: Crossroads) -> None:
    ran = crossroads("setup", "slack")
    assert ran.code == 0
    printed, _, rest = ran.out.partition("\n# The link")
    assert yaml.safe_load(printed) == manifest()
    assert f"\n{creation_link(manifest())}\n" in rest
    steps = rest.partition("# Next steps\n")[2].splitlines()
    assert [step.partition(".")[0] for step in steps] == ["1", "2", "3", "4", "5"]
    assert all(name in rest for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))


def test_with_an_address_it_prints_the_form_for_oauth(crossroads: Crossroads) -> None:
    made = crossroads("setup", "slack", "--http", "https://c.example.com/x/", "--json").json
    settings = made["manifest"]["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["interactivity"]["request_url"] == "https://c.example.com/x/slack/events"
    assert made["manifest"]["oauth_config"]["redirect_urls"] == [
        "https://c.example.com/x/slack/oauth_redirect"
    ]
    assert made["link"] == creation_link(made["manifest"])
    told = " ".join(made["steps"])
    assert "https://c.example.com/x/slack/install" in told
    assert "<" not in told
    for name in ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        assert name in told


@pytest.mark.parametrize(
    "url", ["http://c.example.com", "c.example.com", "https://", "https://c.example.com/?a=1"]
)
def test_an_address_that_slack_would_refuse_is_wrong_use(crossroads: Crossroads, url: str) -> None:
    ran = crossroads("setup", "slack", "--http", url)
    assert ran.code == 2
    assert "https://crossroads.example.com" in ran.err


# ------------------------------------------------------------------ the settings together


@pytest.mark.parametrize(
    ("names", "modes"),
    [
        ([], SlackModes()),
        (["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"], SlackModes(socket=True)),
        (["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"], SlackModes(http=True)),
        (
            ["SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"],
            SlackModes(http=True, oauth=True),
        ),
        (
            ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"],
            SlackModes(socket=True, http=True),
        ),
    ],
)
def test_what_is_set_says_how_slack_is_spoken_with(names: list[str], modes: SlackModes) -> None:
    assert slack_modes(given(*names)) == modes
    assert bool(modes) == bool(names)


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["SLACK_APP_TOKEN"], "SLACK_BOT_TOKEN"),
        (["SLACK_BOT_TOKEN"], "SLACK_APP_TOKEN"),
        (["SLACK_SIGNING_SECRET"], "SLACK_BOT_TOKEN"),
        (["SLACK_CLIENT_ID"], "SLACK_CLIENT_SECRET"),
        (["SLACK_CLIENT_SECRET"], "SLACK_CLIENT_ID"),
        (["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"], "SLACK_SIGNING_SECRET"),
        (["SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"], "SLACK_CLIENT_SECRET"),
        (["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"], "SLACK_BOT_TOKEN"),
    ],
)
def test_a_half_filled_set_names_what_is_missing_and_where_it_is(
    names: list[str], missing: str
) -> None:
    with pytest.raises(SetupError) as caught:
        slack_modes(given(*names))
    assert caught.value.message.endswith(f"but {missing} is missing.")
    assert f"Set {missing}: it is on your app's page" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-canary"),
        ("SLACK_BOT_TOKEN", APP),
        ("SLACK_BOT_TOKEN", "xoxb-…"),
        ("SLACK_BOT_TOKEN", "xoxb-1 canary"),
        ("SLACK_APP_TOKEN", BOT),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-canary"),
    ],
)
def test_a_token_of_another_kind_is_refused_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SetupError) as caught:
        slack_modes(given(**{"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, name: value}))
    assert caught.value.message.startswith(name)
    assert "canary" not in str(caught.value)


def test_an_empty_or_blank_setting_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("SLACK_SIGNING_SECRET=\nCROSSROADS_FLOWS=\n", "utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("SLACK_APP_TOKEN", "  ")
    monkeypatch.setenv("CROSSROADS_HTTP_PORT", "")
    settings = read_settings()
    assert slack_modes(settings) == SlackModes()
    assert settings.flows is None
    assert settings.http_port == 3000


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SLACK_API_URL", "https://slack.com/api", "must end in /"),
        ("SLACK_API_URL", "http://slack.com/api/", "https://"),
        ("SLACK_API_URL", "http://127.0.0.1.evil.example/api/", "https://"),
        ("SLACK_API_URL", "slack.com/api/", "an address such as"),
        ("CROSSROADS_HTTP_PORT", "65536", "65535"),
        ("CROSSROADS_HTTP_PORT", "-1", "0"),
        ("CROSSROADS_GRACE_DAYS", "-1", "0"),
    ],
)
def test_a_bad_value_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=f"The setting {name} .*{why}"):
        read_settings()


@pytest.mark.parametrize("host", ["127.0.0.1:4000", "localhost", "[::1]:80"])
def test_only_this_machine_may_be_spoken_with_in_the_open(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", f"http://{host}/api/")
    assert read_settings().slack_api_url == f"http://{host}/api/"


def test_no_secret_of_slacks_is_ever_shown(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    for words in (["settings"], ["settings", "--json"], ["doctor"]):
        ran = crossroads(*words)
        assert "canary" not in ran.out + ran.err
    assert "SLACK_CLIENT_ID = 1.2  (from: environment)" in crossroads("settings").out
    assert "canary" not in repr(read_settings())


# ------------------------------------------------------------------ the doctor


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    """A fake that runs in a loop of its own, as commands bring theirs along."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def made() -> FakeSlack:
        fake = FakeSlack()
        await fake.start()
        fake.team.scopes = set(SCOPES)
        return fake

    fake = asyncio.run_coroutine_threadsafe(made(), loop).result(10)
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(fake.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def configured(fake: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    monkeypatch.setenv("SLACK_BOT_TOKEN", fake.team.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", fake.app_token)
    monkeypatch.setenv("SLACK_API_URL", fake.api_url)
    return fake


def test_the_doctor_asks_slack_where_it_is_set_up(
    crossroads: Crossroads, configured: FakeSlack
) -> None:
    ran = crossroads("doctor")
    assert ran.code == 0, ran.out
    assert "fine   Slack settings: Socket Mode for one workspace" in ran.out
    assert "fine   Slack: the bot is @crossroads in “Alpha”" in ran.out
    assert "fine   Slack scopes: all 9 are granted" in ran.out
    assert "fine   Slack Socket Mode: " in ran.out
    assert configured.team.bot_token not in ran.out


def test_the_doctor_names_missing_scopes_and_the_remedy(
    crossroads: Crossroads, configured: FakeSlack
) -> None:
    configured.team.scopes -= {"files:write"}
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Slack scopes: Not granted: files:write" in ran.out
    assert "→ At https://api.slack.com/apps" in ran.out


def test_the_doctor_asks_nobody_when_the_settings_do_not_go_together(
    crossroads: Crossroads, configured: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Slack settings: SLACK_APP_TOKEN is set, but SLACK_BOT_TOKEN is" in ran.out
    assert configured.calls == []


def test_without_settings_of_slack_the_doctor_says_nothing_of_it(crossroads: Crossroads) -> None:
    ran = crossroads("doctor")
    assert ran.code == 0
    assert "Slack" not in ran.out
