"""Plans and habits as they are stored; pure."""

from __future__ import annotations

from dataclasses import asdict

import orjson

from bot.planning.model import Habits, Item, Plan


def plan_to_bytes(plan: Plan) -> bytes:
    """Write a plan down."""
    return orjson.dumps(asdict(plan))


def plan_from_bytes(opened: bytes) -> Plan:
    """Read that back."""
    read = orjson.loads(opened)
    items = tuple(Item(**item) for item in read["items"])
    removed = tuple(read.get("removed", ()))
    return Plan(read["course"], read["anchors"], items, read["next_id"], removed)


def habits_to_bytes(habits: Habits) -> bytes:
    """Write habits down."""
    return orjson.dumps(asdict(habits))


def habits_from_bytes(opened: bytes) -> Habits:
    """Read that back; nothing are the usual ones."""
    if not opened:
        return Habits()
    read = orjson.loads(opened)
    return Habits(**{**read, "quiet": tuple(read["quiet"])})
