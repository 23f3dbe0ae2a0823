"""``crossroads setup discord``, Discord's settings, and the doctor's part about them."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.discord.invite import invite_link, steps, user_install_link
from bot.config import Settings, proxy_for, read_settings
from bot.errors import SetupError
from bot.platforms import (
    Shards,
    discord_application_id,
    discord_is_set,
    discord_shards,
    discord_token,
    parse_shards,
)
from tests.commands.scene import BIKES, Crossroads
from tests.discord.developer_portal import (
    APPLICATION_ID,
    TOKEN,
    DeveloperPortal,
    application,
    serving,
)

OTHER_ID = "987654321098765432"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # away from a .env of whoever runs the tests


def given(token: str) -> Settings:
    return Settings(discord_token=token)  # type: ignore[arg-type]


# ------------------------------------------------------------------ the links


def test_it_prints_both_links_and_numbered_steps(crossroads: Crossroads) -> None:
    ran = crossroads("setup", "discord", "--application-id", OTHER_ID)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert invite_link(OTHER_ID) in lines
    assert user_install_link(OTHER_ID) in lines
    printed = ran.out.partition("# Next steps\n")[2].splitlines()
    expected = steps(links_known=True)
    assert printed == [f"{number}. {step}" for number, step in enumerate(expected, 1)]


def test_with_a_token_the_links_are_known_without_asking_anybody(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    made = crossroads("setup", "discord", "--json").json
    assert made == {
        "application_id": APPLICATION_ID,
        "server": invite_link(APPLICATION_ID),
        "account": user_install_link(APPLICATION_ID),
        "steps": steps(links_known=True),
    }
    given_one = crossroads("setup", "discord", "--application-id", OTHER_ID, "--json").json
    assert given_one["application_id"] == OTHER_ID


def test_before_there_is_an_application_the_steps_lead_to_one(crossroads: Crossroads) -> None:
    made = crossroads("setup", "discord", "--json").json
    assert (made["application_id"], made["server"], made["account"]) == (None, None, None)
    assert made["steps"] == steps(links_known=False)
    assert "--application-id ID" in crossroads("setup", "discord").out


@pytest.mark.parametrize("said", ["abc", "12345", "<@1234567890123456789>", "1" * 21])
def test_what_is_no_id_is_wrong_use(crossroads: Crossroads, said: str) -> None:
    ran = crossroads("setup", "discord", "--application-id", said)
    assert ran.code == 2
    assert "“Application ID”" in ran.err


# ------------------------------------------------------------------ the token


def test_a_bots_token_is_taken_with_what_a_paste_brings_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", f"  {TOKEN}\n")
    settings = read_settings()
    assert discord_is_set(settings)
    assert discord_token(settings) == TOKEN
    assert discord_application_id(TOKEN) == APPLICATION_ID


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_token_is_none(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", blank)
    assert not discord_is_set(read_settings())
    assert discord_token(read_settings()) == ""


@pytest.mark.parametrize(
    "pasted",
    [
        f"Bot {TOKEN}",
        f"bot {TOKEN}",
        "canary-" + "x" * 25,  # a client secret
        "ca" * 32,  # a public key
        APPLICATION_ID,
        "canary.two",
        "canary.in.four.parts",
        "canary.with blank.in-it",
        "canary.…",
        "canary..empty",
    ],
)
def test_what_is_no_bots_token_is_refused_and_not_shown(pasted: str) -> None:
    with pytest.raises(SetupError) as caught:
        discord_token(given(pasted))
    assert caught.value.message.startswith("DISCORD_TOKEN must be")
    assert "https://discord.com/developers/applications" in caught.value.remedy
    assert "“Bot”, “Reset Token”" in caught.value.remedy
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "a.b.c", "Y2FuYXJ5.b.c", "MTIz.b.c", "4pyT.b.c", "A.b.c"])
def test_a_token_that_names_no_application_gives_no_id(token: str) -> None:
    assert discord_application_id(token) == ""


def test_no_secret_of_discords_is_ever_shown(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/")
    for words in (["settings"], ["settings", "--json"], ["doctor"], ["setup", "discord"]):
        ran = crossroads(*words)
        assert "canary" not in ran.out + ran.err
    assert "canary" not in repr(read_settings())


# ------------------------------------------------------------------ the other settings


@pytest.mark.parametrize(
    ("text", "shards"),
    [
        ("0/1", Shards((0,), 1)),
        ("0,1/4", Shards((0, 1), 4)),
        ("0-3/8", Shards((0, 1, 2, 3), 8)),
        (" 5, 0 - 2 / 6 ", Shards((0, 1, 2, 5), 6)),
        ("3/4", Shards((3,), 4)),
    ],
)
def test_shards_are_read_as_they_are_written(text: str, shards: Shards) -> None:
    assert parse_shards(text) == shards
    assert shards.hear_direct_messages == (0 in shards.ids)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", "names no shards"),
        ("/4", "names no shards"),
        ("0,/4", "names no shards"),
        ("a/4", "names no shards"),
        ("0-1-2/4", "names no shards"),
        ("-1/4", "names no shards"),
        ("٠/4", "names no shards"),
        ("0/0", "between 1 and"),
        ("0/99999", "between 1 and"),
        ("4/4", "of 4 shards the last is 3"),
        ("2-9/8", "of 8 shards the last is 7"),
        ("3-1/4", "runs backwards"),
        ("0-2,1/4", "named twice"),
    ],
)
def test_shards_that_cannot_be_are_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(SetupError, match=f"DISCORD_SHARDS .*{why}") as caught:
        parse_shards(text)
    assert "0,1/4" in caught.value.remedy


def test_without_shards_all_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    assert discord_shards(read_settings()) is None
    monkeypatch.setenv("DISCORD_SHARDS", "1/2")
    assert discord_shards(read_settings()) == Shards((1,), 2)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DISCORD_API_URL", "https://discord.com/api", "must end in /"),
        ("DISCORD_API_URL", "http://discord.com/api/", "https://"),
        ("DISCORD_API_URL", "https://discord.com/api/v10/", "version is left out"),
        ("DISCORD_API_URL", "discord.com/api/", "an address such as"),
        ("DISCORD_KEEP_DAYS", "-1", "0"),
        ("DISCORD_KEEP_DAYS", "ever", "integer"),
    ],
)
def test_a_bad_value_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=f"The setting {name} .*{why}"):
        read_settings()


def test_finished_cases_are_kept_for_thirty_days_unless_another_number_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_settings().discord_keep_days == 30
    monkeypatch.setenv("DISCORD_KEEP_DAYS", "0")
    assert read_settings().discord_keep_days == 0


def test_discord_is_asked_for_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert proxy_for("https://discord.com/api/") == "http://proxy.example:3128"
    assert proxy_for("wss://gateway.discord.gg") == "http://proxy.example:3128"
    assert proxy_for("http://127.0.0.1:4000/api/") is None
    monkeypatch.setenv("NO_PROXY", "discord.com")
    assert proxy_for("https://discord.com/api/") is None


# ------------------------------------------------------------------ the doctor


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeveloperPortal]:
    """What Discord says, from a loop of its own, as commands bring theirs along."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stack = AsyncExitStack()
    opened = stack.enter_async_context(serving(DeveloperPortal()))
    portal = asyncio.run_coroutine_threadsafe(opened, loop).result(10)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DISCORD_API_URL", portal.api_url)
    try:
        yield portal
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_the_doctor_asks_discord_where_it_is_set_up(
    crossroads: Crossroads, portal: DeveloperPortal
) -> None:
    ran = crossroads("doctor")
    assert ran.code == 0, ran.out
    assert "fine   Discord settings: every shard, as many as Discord recommends" in ran.out
    assert "fine   Discord: the bot is @crossroads" in ran.out
    assert "fine   Discord installation: in servers and in one's own account" in ran.out
    assert "fine   Discord commands: " in ran.out
    assert "fine   Discord gateway: " in ran.out
    assert "canary" not in ran.out


def test_the_doctor_compares_the_commands_of_the_dialogue_that_is_begun(
    crossroads: Crossroads, portal: DeveloperPortal
) -> None:
    said = crossroads("doctor").out
    # It offers no other flow yet, and its label is another.
    assert "not as now: /crossroads start, /crossroads fast" in said
    portal.said[f"applications/{APPLICATION_ID}/commands"] = []
    ran = crossroads("doctor")
    assert "fine   Discord commands: not registered yet; they are put at the next start" in ran.out
    assert ran.code == 0


@pytest.mark.usefixtures("portal")
def test_the_doctor_names_a_track_that_discord_would_refuse(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flows = tmp_path / "flows"
    shutil.copytree(BIKES, flows / "bike_repair")
    file = flows / "bike_repair" / "flow.yaml"
    file.write_text(file.read_text("utf-8").replace("  quick: {", "  help: {"), "utf-8")
    monkeypatch.setenv("CROSSROADS_FLOWS", str(flows))
    monkeypatch.setenv("CROSSROADS_FLOW", "bike_repair")
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Discord commands: The track “help” cannot be a command" in ran.out
    assert "fine   Discord gateway" in ran.out, "the rest is asked all the same"


def test_the_doctor_names_what_is_wrong_in_the_portal_and_the_remedy(
    crossroads: Crossroads, portal: DeveloperPortal
) -> None:
    portal.said["applications/@me"] = application(integration_types_config={"0": {}})
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Discord installation: Not allowed: “User Install”" in ran.out
    assert "→ At https://discord.com/developers/applications" in ran.out


@pytest.mark.parametrize(
    ("shards", "said"),
    [
        ("0-1/4", "fine   Discord settings: shards 0, 1 of 4; direct messages arrive here"),
        ("2,3/4", "fine   Discord settings: shards 2, 3 of 4; direct messages arrive where"),
        ("4/4", "WRONG  Discord settings: DISCORD_SHARDS is not as it must be"),
    ],
)
def test_the_doctor_says_which_shards_are_served_here(
    crossroads: Crossroads,
    portal: DeveloperPortal,
    monkeypatch: pytest.MonkeyPatch,
    shards: str,
    said: str,
) -> None:
    monkeypatch.setenv("DISCORD_SHARDS", shards)
    assert said in crossroads("doctor").out
    assert bool(portal.asked) == said.startswith("fine")


def test_the_doctor_asks_nobody_with_something_that_is_no_token(
    crossroads: Crossroads, portal: DeveloperPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", f"Bot {TOKEN}")
    ran = crossroads("doctor")
    assert ran.code == 1
    assert "WRONG  Discord settings: DISCORD_TOKEN must be the token alone" in ran.out
    assert portal.asked == []


def test_without_a_token_the_doctor_says_nothing_of_discord(crossroads: Crossroads) -> None:
    ran = crossroads("doctor")
    assert ran.code == 0
    assert "Discord" not in ran.out
