"""Nobody learns of a ballot before the reveal: two runs that differ in one are the same elsewhere.

Both are runs of the whole app against a Discord of its own, with the same chance and clock. What
the app sends is compared request by request, body by body, but for its answers to the voter's own
interactions; so are the log and what everybody else may take along.
"""

from __future__ import annotations

import json
import logging
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.pictures.reveal import draw_reveal
from tests.discord import scene as scenes
from tests.discord.circle import DAY, Circle, acts, circle
from tests.discord.surfaces import said
from tests.fakes.discord import Call, FakeDiscord, Message, Person
from tests.fakes.discord import world as worlds
from tests.fakes.slack.clock import Clock
from tests.flows.talks import MONDAY

Filled = dict[str, Any]
Sent = dict[str, list[str]]

VOTER = 2
PLAIN: Filled = {"course": "KEEP", "sure": "very"}
VARIANTS: dict[str, Filled] = {
    "course": {"course": "LEAVE_EXPLAIN", "sure": "very"},
    "sureness": {"course": "KEEP", "sure": "not_sure"},
    "note": {"course": "KEEP", "sure": "very", "note": "I was there when it happened. " * 16},
    "takeover": {"course": "KEEP", "sure": "very", "takeover": "yes"},
    "lists": {
        "course": "KEEP",
        "sure": "very",
        "missed": ("money", "duty", "people"),
        "differently": ("scope", "tried"),
    },
    "abstention": {"course": "abstain", "sure": "fairly"},
}


@dataclass
class Run:
    """What a run came to: what was sent to whom before the reveal, and after; and the log."""

    before: Sent
    after: Sent
    log: list[str]


# ------------------------------------------------------------------ one run


@contextmanager
def the_same_chance(patched: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw the same keys, ids and tokens as in the other run, and begin at the same moment."""
    numbers = count(1)

    def still() -> Clock:
        clock = Clock()
        clock.set(MONDAY.timestamp())
        return clock

    with patched.context() as here:
        here.setattr("os.urandom", random.Random(7).randbytes)
        here.setattr(secrets, "token_bytes", random.Random(8).randbytes)
        here.setattr(worlds, "Clock", still)
        here.setattr(scenes, "new_case_id", lambda: f"CASE{next(numbers):04}")
        yield


async def run(folder: Path, caplog: pytest.LogCaptureFixture, ballot: Filled, who: str) -> Run:
    """Hold a round to its reveal, in which one colleague answers so."""
    caplog.clear()
    async with FakeDiscord() as fake, circle(fake, folder, draw=draw_reveal) as here:
        for task in here.at.discord.tasks:  # what they do beside everything is done in turn here
            task.cancel()
        whom: Filled = {"people": here.people} if who == "named" else {}
        posted = await here.posts(how={"who": who, "quorum": "3"}, **whom)
        await holds(here, posted, ballot)
        before, log = sent(here), [record.getMessage() for record in caplog.records]
        fake.calls.clear()
        await here.later(3 * DAY)
        assert (await here.round()).stage == "closed"
        fake.check()
        return Run(before, sent(here), log)


async def holds(here: Circle, posted: Message, ballot: Filled) -> None:
    """Let all answer, be reminded, given more time, and look at what there is for them."""
    bob, cleo, voter, eve, _ = here.people
    await here.answers(bob, "RESET", note="As always.")
    await in_two_forms(here, voter, ballot)
    await look(here)
    await here.answers(cleo, "PAUSE")
    await here.answers(cleo, "KEEP", takeover="yes")
    await here.presses(eve, posted, "remind")
    await here.later(DAY + timedelta(minutes=5))
    await here.fills(here.ann, here.mine, "extend", hours="24")
    await here.answers(eve, "KEEP")
    await look(here)


async def in_two_forms(here: Circle, voter: Person, ballot: Filled) -> None:
    """Answer, then once more in the form of the facts, or where that is not offered as before."""
    form = {key: value for key, value in ballot.items() if key != "differently"}
    told = await here.answers(voter, where=here.posted, **form)
    if "differ" in acts(told):
        entered = {"differently": ballot.get("differently", ())}
        await here.fills(voter, told, "differ", **entered)
    else:
        await here.fills(voter, told, "answer", **form)


async def look(here: Circle) -> None:
    """Let everybody but the voter look at all there is for them."""
    others = [one for one in here.people if one is not here.people[VOTER]]
    for who in (here.ann, here.olga, *others):
        for word in ("opinion", "mydata", "export"):
            await here.orders(who, word)
    for what in acts(here.mine):
        await here.presses(here.ann, here.mine, what)
    for what in ("mine", "answer", "worry"):
        await here.presses(others[-1], here.posted, what)
    for who in (here.ann, others[-1]):
        for modal in who.modals:
            who.closes(modal)


def made(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir()
    return folder


# ------------------------------------------------------------------ what is compared


def sent(here: Circle) -> Sent:
    """Give what was sent, by place or person, and when; not the answers to the voter alone.

    In which order it goes out that is due at the same moment, the network decides.
    """
    voter, found = here.people[VOTER], dict[str, list[str]]()
    for call in here.fake.calls:
        if not is_answer_to(call, voter):
            line = f"{call.moment:.3f} {written(call)}"
            found.setdefault(call.user or call.channel, []).append(line)
    return {place: sorted(lines) for place, lines in found.items()}


def is_answer_to(call: Call, voter: Person) -> bool:
    """Say whether a request answers an interaction of somebody's, which they alone see."""
    return call.user == voter.id and call.operation in {"callback", "followup", "edit_original"}


def written(call: Call) -> str:
    """Write a request down with all its bytes."""
    files = {name: (one.name, one.content, one.description) for name, one in call.files.items()}
    body = json.dumps(call.json, ensure_ascii=False)
    return f"{call.method} {call.path} {dict(call.query)} {body} {files}"


def assert_alike(one: Run, two: Run) -> None:
    assert sum(map(len, one.before.values())) > 40
    assert one.before.keys() == two.before.keys()
    for place, calls in one.before.items():
        assert calls == two.before[place]
    assert one.log == two.log


PLAIN_RUNS: dict[str, Run] = {}
"""The runs that the others are compared with, by who is asked: each is held once."""


@pytest.mark.parametrize(
    ("what", "who"), [*((what, "anonymous") for what in VARIANTS), ("course", "named")]
)
async def test_a_ballot_shows_in_no_request_before_the_reveal(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    who: str,
) -> None:
    for logger in ("bot", "adapters"):
        caplog.set_level(logging.DEBUG, logger)
    if who not in PLAIN_RUNS:
        with the_same_chance(monkeypatch):
            PLAIN_RUNS[who] = await run(made(tmp_path / "one"), caplog, PLAIN, who)
    with the_same_chance(monkeypatch):
        two = await run(made(tmp_path / "two"), caplog, VARIANTS[what], who)
    one = PLAIN_RUNS[who]
    assert_alike(one, two)
    assert one.after != two.after, "what is revealed tells them apart"


async def test_no_request_to_others_names_who_has_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for logger in ("bot", "adapters"):
        caplog.set_level(logging.DEBUG, logger)
    with the_same_chance(monkeypatch):
        async with FakeDiscord() as fake, circle(fake, tmp_path, draw=draw_reveal) as here:
            posted = await here.posts()
            fake.calls.clear()
            caplog.clear()
            await holds(here, posted, VARIANTS["lists"])
            await here.later(3 * DAY)
            assert "The answers" in said(here.shown[-1])
            for who in here.people[:4]:
                names = re.compile(rf"\b({who.id}|{who.account.name})\b")
                others = [
                    one for one in fake.calls if {who.id, who.dm or who.id}.isdisjoint(to(one))
                ]
                assert len(others) > 40
                assert not [one for one in others if names.search(written(one))]
                assert not names.search(caplog.text)
            fake.check()


def to(call: Call) -> set[str]:
    """Tell to whom or where a request goes."""
    return {call.user, call.channel, str(call.body.get("recipient_id", ""))}
