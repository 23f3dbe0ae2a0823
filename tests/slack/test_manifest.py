"""The Slack app as data: complete, as small as can be, and what Slack's own schema allows."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from adapters.slack.manifest import (
    EVENTS_PATH,
    INSTALL_PATH,
    REDIRECT_PATH,
    SCOPES,
    SOCKET_SCOPE,
    as_yaml,
    creation_link,
    manifest,
)

ROOT = Path(__file__).parents[2]
# Read on import: a test's own environment comes later and has none of it.
SPECS = Path(os.environ.get("CROSSROADS_SPECS") or ROOT.parent / "shared" / "specs")
MAIN = "slack-manifest.schema.json"
VERSIONS = ("slack-manifest.schema.1.0.0.json", "slack-manifest.schema.2.0.0.json")
BASE = "https://crossroads.example.com"

SOCKET = manifest()
HTTP = manifest(
    request_url=BASE + EVENTS_PATH, redirect_url=BASE + REDIRECT_PATH, socket_mode=False
)
FORMS = pytest.mark.parametrize("form", [SOCKET, HTTP], ids=["socket", "http"])


def schema() -> Any:
    """The official schema as a validator; without it the test is skipped, but never in CI."""
    absent = [name for name in (MAIN, *VERSIONS) if not (SPECS / name).is_file()]
    reason = f"{', '.join(absent)} not in {SPECS} (set CROSSROADS_SPECS)" if absent else ""
    if not reason and importlib.util.find_spec("jsonschema_rs") is None:
        reason = "the package jsonschema-rs is not installed"
    if reason and os.environ.get("CI"):
        pytest.fail(f"CI is set, so the manifest must be checked, but {reason}")
    if reason:
        pytest.skip(reason)
    import jsonschema_rs

    main = json.loads((SPECS / MAIN).read_text("utf-8"))
    urls = re.findall(r"https://raw[^\"]+", json.dumps(main))
    known = [
        (url, json.loads((SPECS / name).read_text("utf-8")))
        for name in VERSIONS
        for url in set(urls)
        if name.removeprefix("slack-") == url.rpartition("/")[2]
    ]
    registry = jsonschema_rs.Registry(known)
    return jsonschema_rs.Draft7Validator(main, registry=registry, offline=True)


def problems(validator: Any, form: object) -> list[str]:
    return [str(problem.message) for problem in validator.iter_errors(form)]


@FORMS
def test_the_manifest_is_what_slacks_schema_allows(form: dict[str, Any]) -> None:
    assert problems(schema(), form) == []


def test_the_schema_would_find_a_mistake() -> None:
    wrong = {**SOCKET, "display_information": {"name": "x" * 36}}
    assert problems(schema(), wrong)


def test_the_file_in_deploy_is_the_manifest_for_socket_mode() -> None:
    text = (ROOT / "deploy" / "slack-manifest.yaml").read_text("utf-8")
    shown = "".join(line for line in text.splitlines(True) if not line.startswith("#"))
    assert shown == as_yaml(manifest())
    assert yaml.safe_load(text) == manifest()


@FORMS
def test_yaml_and_link_carry_the_same_manifest(form: dict[str, Any]) -> None:
    assert yaml.safe_load(as_yaml(form)) == form
    link = urlsplit(creation_link(form))
    query = parse_qs(link.query)
    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == form
    assert len(creation_link(form)) < 8_000, "browsers and proxies cut longer ones"


@FORMS
def test_it_asks_for_the_scopes_it_uses_and_no_other(form: dict[str, Any]) -> None:
    scopes = form["oauth_config"]["scopes"]
    own = ["commands", "chat:write", "im:history", "im:write", "files:write"]
    of_a_team = ["channels:read", "groups:read", "usergroups:read", "users:read"]
    assert scopes == {"bot": own + of_a_team}
    assert scopes["bot"] == list(SCOPES)


@FORMS
def test_every_event_is_covered_by_a_scope_or_needs_none(form: dict[str, Any]) -> None:
    needed = {
        "message.im": "im:history",
        "app_home_opened": "",
        "app_uninstalled": "",
        "tokens_revoked": "",
    }
    events = form["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(needed)
    assert {needed[event] for event in events} - {""} <= set(SCOPES)


@FORMS
def test_people_can_write_to_it_and_see_its_home(form: dict[str, Any]) -> None:
    assert form["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


@FORMS
def test_the_shortcuts_have_their_own_ids(form: dict[str, Any]) -> None:
    shortcuts = form["features"]["shortcuts"]
    assert {each["callback_id"]: each["type"] for each in shortcuts} == {
        "start_case": "global",
        "start_case_message": "message",
        "add_to_log": "message",
    }
    assert all(len(each["name"]) <= 24 for each in shortcuts)


def test_in_socket_mode_no_address_stands_in_it() -> None:
    assert "http" not in json.dumps(SOCKET)
    assert SOCKET["settings"]["socket_mode_enabled"] is True
    assert SOCKET["settings"]["token_rotation_enabled"] is False


def test_over_http_everything_goes_to_one_path_and_tokens_rotate() -> None:
    settings, (command,) = HTTP["settings"], HTTP["features"]["slash_commands"]
    addresses = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        command["url"],
    }
    assert addresses == {f"{BASE}/slack/events"}
    assert HTTP["oauth_config"]["redirect_urls"] == [f"{BASE}/slack/oauth_redirect"]
    assert settings["socket_mode_enabled"] is False
    assert settings["token_rotation_enabled"] is True


def test_the_installation_is_where_the_manifest_says() -> None:
    redirect = HTTP["oauth_config"]["redirect_urls"][0]
    assert redirect == f"{BASE}{REDIRECT_PATH}"
    assert (INSTALL_PATH, REDIRECT_PATH) == ("/slack/install", "/slack/oauth_redirect")


def test_the_docs_give_the_reason_for_every_scope() -> None:
    docs = (ROOT / "docs" / "slack.md").read_text("utf-8")
    assert all(f"| `{scope}` | " in docs for scope in (*SCOPES, SOCKET_SCOPE))
    assert all(
        f"`{event}`" in docs for event in SOCKET["settings"]["event_subscriptions"]["bot_events"]
    )


def test_the_docs_name_every_word_of_the_command() -> None:
    docs = (ROOT / "docs" / "slack.md").read_text("utf-8")
    (command,) = SOCKET["features"]["slash_commands"]
    words = re.findall(r"\w+", command["usage_hint"])
    assert len(words) == 11
    assert all(f"| `/crossroads {word}` | " in docs for word in words)
