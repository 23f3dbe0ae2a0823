"""Webhook events as Discord signs them: requests to the app's own endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from tests.fakes.discord import shown
from tests.fakes.discord.model import Account, Json
from tests.fakes.discord.world import World

PING, EVENT = 0, 1


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A request, byte by byte."""

    body: bytes
    headers: Mapping[str, str]


def signed(world: World, body: Json) -> SignedEvent:
    """Sign a body with the application's key, at the time of the fake's clock."""
    raw = orjson.dumps(body)
    stamp = str(int(world.clock.now()))
    mark = world.key.sign(stamp.encode() + raw).hex()
    headers = {"Content-Type": "application/json", "User-Agent": "Discord-Webhook/1.0"}
    headers |= {"X-Signature-Ed25519": mark, "X-Signature-Timestamp": stamp}
    return SignedEvent(raw, headers)


def ping(world: World) -> SignedEvent:
    """Ask whether the endpoint is there."""
    return signed(world, {"version": 1, "application_id": world.app, "type": PING})


def happened(world: World, kind: str, data: Json) -> SignedEvent:
    """Tell of something, such as APPLICATION_DEAUTHORIZED."""
    event = {"type": kind, "timestamp": world.stamp(), "data": data}
    body = {"version": 1, "application_id": world.app, "type": EVENT, "event": event}
    return signed(world, body)


def deauthorized(world: World, account: Account) -> SignedEvent:
    """Tell that a user has removed the app from their account."""
    return happened(world, "APPLICATION_DEAUTHORIZED", {"user": shown.user(account)})
