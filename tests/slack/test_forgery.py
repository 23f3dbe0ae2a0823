"""What is not Slack's, not theirs or not whole changes nothing; and nothing said is ever logged."""

from __future__ import annotations

import copy
import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.parse import parse
from tests.fakes.slack import Delivery, FakeSlack, Person, Sending, Status
from tests.fakes.slack.post import Raw, request, signed
from tests.slack.moments import (
    BOTH_MODES,
    QUICK,
    begun,
    card,
    case_of,
    locked,
    option,
    pressing,
    shown,
)
from tests.slack.scene import Mode, Scene, scene

CANARY = "kanarienvogel"
QUIET = timedelta(minutes=5)
GRACE = timedelta(days=31)

# ------------------------------------------------------------------ requests that are not Slack's


def url_of(here: Scene) -> str:
    host, port = here.server.address
    return f"http://{host}:{port}/slack/events"


async def click_of(here: Scene, fake: FakeSlack, who: Person) -> Raw:
    """Make the request of a click that would count."""
    sending = who.drafts.click(await begun(here, who), option("fine"))
    return request(sending, url_of(here), fake.signing_secret, fake.clock.now(), 0, "")


async def post(fake: FakeSlack, raw: Raw) -> tuple[int, bytes]:
    body = io.BytesIO(raw.body)
    async with fake.session.post(raw.url, data=body, headers=raw.headers) as answer:
        return answer.status, await answer.read()


def resigned(fake: FakeSlack, raw: Raw, body: bytes, kind: str = "") -> Raw:
    headers = {**raw.headers, **signed(fake.signing_secret, fake.clock.now(), body)}
    return Raw(raw.url, headers | ({"Content-Type": kind} if kind else {}), body)


Forge = Callable[[FakeSlack, Raw], Raw]


def _with(**headers: str) -> Forge:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda fake, raw: replace(raw, headers={**raw.headers, **named})


def _without(name: str) -> Forge:
    return lambda fake, raw: replace(
        raw, headers={key: value for key, value in raw.headers.items() if key != name}
    )


def _old(seconds: float) -> Forge:
    return lambda fake, raw: replace(
        raw,
        headers={
            **raw.headers,
            **signed(fake.signing_secret, fake.clock.now() + seconds, raw.body),
        },
    )


FORGERIES: dict[str, Forge] = {
    "another signature": _with(X_Slack_Signature="v0=" + "0" * 64),
    "another version": _with(X_Slack_Signature="v1=" + "0" * 64),
    "no hexadecimal": _with(X_Slack_Signature="v0=äöü"),
    "no signature": _without("X-Slack-Signature"),
    "no timestamp": _without("X-Slack-Request-Timestamp"),
    "a word for a time": _with(X_Slack_Request_Timestamp="yesterday"),
    "an odd number": _with(X_Slack_Request_Timestamp="1e9"),
    "a huge number": _with(X_Slack_Request_Timestamp="9" * 4000),
    "too old": _old(-400),
    "too new": _old(400),
    "another body": lambda fake, raw: replace(raw, body=raw.body.replace(b"fine", b"danger")),
    "another secret": lambda fake, raw: replace(
        raw, headers={**raw.headers, **signed("guess", fake.clock.now(), raw.body)}
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_request_that_is_not_slacks_is_refused_unread(
    fake: FakeSlack, ann: Person, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with scene(fake, tmp_path, timing=QUICK) as here:
        raw = await click_of(here, fake, ann)
        assert await post(fake, FORGERIES[name](fake, raw)) == (401, b"")
        await here.idle()
        assert await shown(here, ann) == "safe"
        assert (await post(fake, raw))[0] == 200
        await here.idle()
        assert await shown(here, ann) == "called"
    assert ann.id not in caplog.text


async def test_a_replayed_request_is_refused(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        delivery = await ann.clicks(await begun(here, ann), option("fine"))
        await here.idle()
        for _ in range(2):
            assert (await fake.resend(delivery)).status == 401
        fake.clock.advance(200)
        assert (await fake.resend(delivery)).status == 401
        assert await shown(here, ann) == "called"


async def test_a_request_that_failed_may_come_once_more_as_it_was(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        with locked(tmp_path):
            failed = await fake.deliver(click)
            assert failed.status == 500
        assert (await fake.resend(failed)).status == 200
        assert (await fake.resend(failed)).status == 401
        await here.idle()
        await here.slack.hub.courier.round()
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_body_over_the_cap_is_refused_before_it_is_looked_at(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        raw = await click_of(here, fake, ann)
        body = raw.body + b"+" * 1_100_000
        assert (await post(fake, resigned(fake, raw, body)))[0] == 413
        assert await shown(here, ann) == "safe"


NOT_WHOLE = {
    "no JSON": b'{"type": "event_',
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "no UTF-8": b'{"type": "\xff"}',
    "very deep": b'{"a":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "a long number": b'{"a":' + b"9" * 5_000 + b"}",
    "a user who is a number": b'{"type":"block_actions","team":{"id":"T1"},"user":5}',
    "authorizations of numbers": b'{"type":"event_callback","authorizations":[5]}',
}


@pytest.mark.parametrize("name", NOT_WHOLE)
async def test_a_signed_body_that_is_none_of_slacks_is_refused(
    fake: FakeSlack, ann: Person, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        raw = await click_of(here, fake, ann)
        kind = "application/json"
        assert await post(fake, resigned(fake, raw, NOT_WHOLE[name], kind)) == (400, b"")
        assert (await post(fake, raw))[0] == 200
        assert "Traceback" not in caplog.text


async def test_slacks_own_probes_are_answered(fake: FakeSlack, tmp_path: Path) -> None:
    async with scene(fake, tmp_path, timing=QUICK):
        verified = await fake.verifies_url()
        assert verified.status == 200
        assert verified.payload.get("challenge", verified.text) == "challenge-1"
        assert (await fake.checks_ssl()).status == 200


async def test_other_paths_and_methods_are_refused(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        raw = await click_of(here, fake, ann)
        elsewhere = replace(raw, url=raw.url.replace("/events", "/actions"))
        assert (await post(fake, elsewhere))[0] == 404
        async with fake.session.get(raw.url) as answer:
            assert answer.status == 405
        assert await shown(here, ann) == "safe"


# ------------------------------------------------------------------ what is not theirs


def forged(fake: FakeSlack, who: Person, where: Sending) -> Sending:
    """Make somebody else's interaction of one that was copied."""
    payload = copy.deepcopy(where.payload)
    payload["user"] |= {"id": who.id, "name": who.account.name, "username": who.account.name}
    if "response_url" in payload:
        payload["response_url"] = fake.world.response_url(who.team.id, who.id, who.dm)
    return replace(where, payload=payload, user=who.id)


VERBS = ["answer", "pick", "ticks", "day", "write", "say", "more", "whole", "page"]
ARGS = {"answer": "fine", "say": "cancel", "whole": "tell:review", "page": "tell:review|2"}


@BOTH_MODES
async def test_nobody_can_press_anything_of_somebody_elses_case(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        case, before = await case_of(here, ann), card(ann)
        ids = [f"{verb}:{case.id}:{case.turn}:{ARGS.get(verb, '')}" for verb in VERBS]
        for action_id in [*ids, f"go:{case.id}", f"forget:{case.id}"]:
            sending = forged(fake, bob, click)
            sending.payload["actions"][0]["action_id"] = action_id
            fake.clock.advance(1)
            assert (await fake.deliver(sending)).acknowledged, action_id
            await here.idle()
        assert await case_of(here, ann) == case
        assert card(ann) == before
        assert bob.modals == ()
        assert bob.from_bot == []
        said = str(bob.ephemerals)
        assert "not yours" in said
        assert case.name not in said


@BOTH_MODES
@pytest.mark.parametrize("form", ["write", "forget"])
async def test_nobody_can_send_off_a_form_for_somebody_elses_case(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, mode: Mode, form: str
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await ann.clicks(await begun(here, ann), option("fine"))
        await here.idle()
        case, before = await case_of(here, ann), card(ann)
        if form == "write":
            await ann.clicks(card(ann), pressing("write", ""))
        else:
            await ann.slash(f"forget {case.id}")
        await here.idle()
        sending = ann.drafts.submission({"value": "Rosebud"} if form == "write" else {}, ann.modal)
        delivery = await fake.deliver(replace(forged(fake, bob, sending), view=""))
        assert delivery.acknowledged
        await here.idle()
        assert await case_of(here, ann) == case
        assert card(ann) == before


@BOTH_MODES
async def test_somebody_who_guesses_a_case_learns_nothing_of_whether_it_exists(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        case = await case_of(here, ann)
        heard = []
        for case_id in (case.id, "NOSUCHCASE"):
            sending = forged(fake, bob, click)
            sending.payload["actions"][0]["action_id"] = f"answer:{case_id}:{case.turn}:fine"
            fake.clock.advance(1)
            await fake.deliver(sending)
            await here.idle()
            heard.append(bob.ephemerals[-1].text)
        assert heard[0] == heard[1]


# ------------------------------------------------------------------ what is not whole


WRONG: list[object] = [None, 5, "x", [], {}, [5], {"id": 5}, True, 1.5, "x" * 300, [[[]]]]


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the way to every part of a payload."""
    found = [path] if path else []
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    return [*found, *(one for key, part in parts for one in places(part, (*path, key)))]


def spoilt(payload: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    whole = copy.deepcopy(payload)
    inner: Any = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


async def test_a_payload_with_anything_wrong_in_it_never_fails_the_parser(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        written = ann.drafts.message("fine")
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        await ann.clicks(card(ann), pressing("write", ""))
        await here.idle()
        form = ann.drafts.submission({"value": "x"}, ann.modal)
        sendings = [click, written, form, ann.drafts.command("start", "/crossroads")]
    for sending in sendings:
        assert parse(sending.payload) is not None
        for path in places(sending.payload):
            for value in WRONG:
                parse(spoilt(sending.payload, path, value))


@BOTH_MODES
async def test_a_message_with_wrong_types_is_let_go_and_the_next_one_is_heard(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await begun(here, ann)
        case = await case_of(here, ann)
        for key, value in [
            ("ts", "yesterday"),
            ("ts", "nan"),
            ("ts", "1" * 40),
            ("ts", "-1"),
            ("ts", ""),
            ("ts", 5),
            ("text", ["fine"]),
            ("channel", {}),
        ]:
            sending = ann.drafts.message("fine")
            sending.payload["event"][key] = value
            delivery = await fake.deliver(sending)
            assert delivery.acknowledged, (key, value)
        await here.idle()
        assert await case_of(here, ann) == case
        assert (await ann.writes("fine")).acknowledged
        await here.idle()
        assert await shown(here, ann) == "called"


@BOTH_MODES
@pytest.mark.parametrize("key", ["team", "user", "enterprise"])
async def test_an_interaction_that_is_not_whole_is_not_acknowledged_and_harms_nothing(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, key: str
) -> None:
    fake.patience = 0.2
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        broken = replace(click, payload={**click.payload, key: 5})
        await fake.deliver(broken)
        await here.idle()
        assert await shown(here, ann) == "safe"
        fake.patience = 3.0
        assert (await fake.deliver(click)).acknowledged
        await here.idle()
        assert await shown(here, ann) == "called"


async def test_a_fault_of_ours_is_logged_by_its_kind_alone(
    fake: FakeSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> None:
        raise ZeroDivisionError(CANARY)

    async with scene(fake, tmp_path, timing=QUICK) as here:
        here.slack.hub.background.after([fails])
        await here.idle()
    assert "ZeroDivisionError" in caplog.text
    assert CANARY not in caplog.text


@BOTH_MODES
async def test_unknown_buttons_forms_and_events_are_let_go(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        click = ann.drafts.click(await begun(here, ann), option("fine"))
        case = await case_of(here, ann)
        ids = ["", ":", "x", "x:y", "answer", "answer::", f"answer:{case.id}", "answer:a:b:c"]
        ids += [f"answer:{case.id}:-1:fine", f"answer:{case.id}:{'9' * 30}:fine", "say:::"]
        ids += [f"answer:{case.id}:{case.turn}:{'x' * 200}", f"say:{case.id}:{case.turn}:nonsense"]
        ids += [f"answer:{case.id}:²:fine", f"page:{case.id}:{case.turn}:|", "home:x", "keep:7"]
        ids += [f"write:{case.id}:{case.turn}:", f"keep:{'0' * 6}{'9' * 90}"]
        for action_id in ids:
            sending = replace(click, payload=copy.deepcopy(click.payload))
            sending.payload["actions"][0]["action_id"] = action_id
            fake.clock.advance(1)
            assert (await fake.deliver(sending)).acknowledged, action_id
            await here.idle()
        assert (await fake.happens({"type": "star_added", "user": ann.id})).acknowledged
        assert (await fake.happens({"type": "message"})).acknowledged
        assert (await fake.happens({"type": "app_home_opened"})).acknowledged
        await here.idle()
        assert (await case_of(here, ann)).answers == case.answers
        assert await shown(here, ann) == "safe"


@BOTH_MODES
async def test_a_huge_and_deep_payload_is_taken_or_let_go(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await begun(here, ann)
        deep: Any = []
        for _ in range(400):
            deep = [deep]
        sending = ann.drafts.message("fine")
        sending.payload["event"]["blocks"] = deep
        sending.payload["event"]["attachments"] = [{"text": "x" * 100}] * 3_000
        assert (await fake.deliver(sending)).acknowledged
        await here.idle()
        assert await shown(here, ann) == "called"


# ------------------------------------------------------------------ what is never logged or left


@BOTH_MODES
async def test_nothing_that_was_said_is_logged_or_left_behind(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict]:
        caplog.set_level(logging.DEBUG, name)
    fake.team.bot_token = f"xoxb-{CANARY}"
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await ann.slash(f"start {CANARY}")  # no dialogue is called so
        await ann.slash("start")
        await here.idle()
        await ann.writes(f"{CANARY} is what I think")
        await ann.clicks(card(ann), option("fine"))
        await here.idle()
        await ann.clicks(card(ann), pressing("write", ""))
        await here.idle()
        with locked(tmp_path):
            await ann.submits({"value": f"The {CANARY}"})
        await ann.submits({"value": f"The {CANARY}"})
        await here.idle()
        for fault in (Status(500, body=CANARY), Status(200, body=f'{{"{CANARY}":')):
            fake.fail("*", fault, times=9)
            await ann.writes(f"{CANARY} again")
            await here.idle()
            fake.faults.planned.clear()
        fake.clock.advance(600)
        await here.later(QUIET)
        assert CANARY in str(card(ann).blocks)
        sending = ann.drafts.message(CANARY)
        if mode == "http":
            raw = request(sending, url_of(here), "guess", fake.clock.now(), 0, "")
            assert (await post(fake, raw))[0] == 401
        await ann.slash("mydata")
        await ann.opens_home()
        await here.idle()
        await forgets_everything(here, ann)
        await here.later(QUIET)
        assert ann.from_bot == []
        assert CANARY not in str(ann.home)
    for record in caplog.records:
        assert CANARY not in f"{record.getMessage()} {record.__dict__}"
    assert written(tmp_path, CANARY) == []


def written(folder: Path, text: str) -> list[str]:
    """List the files that hold a text."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if text.encode() in file.read_bytes()]


async def forgets_everything(here: Scene, who: Person) -> None:
    await who.slash("forget")
    await here.idle()
    assert (await who.submits()).acknowledged
    await here.idle()


async def test_what_was_never_delivered_is_gone_as_well(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, timing=QUICK) as here:
        await begun(here, ann)
        fake.fail("chat.update", Status(503), times=None)
        fake.fail("chat.postMessage", Status(503), times=None)
        await ann.clicks(card(ann), option("fine"))
        await ann.writes(CANARY)
        await here.idle()
        await forgets_everything(here, ann)
        fake.faults.planned.clear()
        await here.later(QUIET)
        assert ann.from_bot == []


# ------------------------------------------------------------------ leaving


@BOTH_MODES
@pytest.mark.parametrize("how", ["uninstalled", "tokens_revoked"])
async def test_a_workspace_that_leaves_is_believed_though_its_token_is_dead(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, how: str
) -> None:
    async with scene(fake, tmp_path, mode, timing=QUICK) as here:
        await begun(here, ann)
    async with scene(fake, tmp_path, mode, timing=QUICK, grace_days=30) as here:
        gone: Delivery = await getattr(fake, how)()
        assert gone.acknowledged
        await here.idle()
        assert len(await here.service.store.cases(here.owner(ann))) == 1
        await here.later(GRACE)
        assert await here.service.store.cases(here.owner(ann)) == []
