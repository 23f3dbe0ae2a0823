"""Parts of messages and modals, and the paths of requests, for tests of the fake."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import FakeDiscord, Sending
from tests.fakes.discord.model import V2, Json

QUIET: Json = {"allowed_mentions": {"parse": []}}
HELLO: Json = QUIET | {"content": "Hello"}
COMMAND: Json = {
    "name": "crossroads",
    "description": "A guided dialogue",
    "type": 1,
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
    "options": [
        {"type": 1, "name": "start", "description": "Begin"},
        {
            "type": 1,
            "name": "resume",
            "description": "Go on",
            "options": [
                {"type": 3, "name": "case", "description": "Which", "autocomplete": True},
            ],
        },
        {"type": 1, "name": "think", "description": "Take time"},
        {"type": 1, "name": "write", "description": "Open a form"},
    ],
}


def button(name: str, label: str = "Yes", **more: Any) -> Json:
    return {"type": 2, "style": 1, "custom_id": name, "label": label} | more


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def select(name: str, *values: str, **more: Any) -> Json:
    options = [{"label": one.title(), "value": one} for one in values]
    return {"type": 3, "custom_id": name, "options": options} | more


def words(text: str) -> Json:
    return {"type": 10, "content": text}


def card(text: str, *rows: Json) -> Json:
    """A message of components alone."""
    box = {"type": 17, "components": [words(text), *rows]}
    return QUIET | {"flags": V2, "components": [box]}


def field(name: str = "value", label: str = "Say it", **more: Any) -> Json:
    part = {"type": 4, "custom_id": name, "style": 2} | more
    return {"type": 18, "label": label, "component": part}


def modal(name: str, *fields: Json, title: str = "Your words") -> Json:
    return {"custom_id": name, "title": title, "components": list(fields or (field(),))}


def answer(kind: int, data: Json | None = None) -> Json:
    return {"type": kind} if data is None else {"type": kind, "data": data}


def callback(sending: Sending) -> str:
    return f"/interactions/{sending.payload['id']}/{sending.payload['token']}/callback"


def hook(fake: FakeDiscord, sending: Sending, end: str = "") -> str:
    return f"/webhooks/{fake.application_id}/{sending.payload['token']}{end}"
