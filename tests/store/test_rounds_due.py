"""What rounds have to deliver, and when something is to happen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.store.sqlite import SqliteStore
from bot.rounds.ports import NewPost, Post, Role
from tests.store.making import ANN, NOON, Open, raw
from tests.store.rounds_making import (
    AUDIENCE,
    OWNER,
    a_round,
    become,
    begun,
    change,
    everything,
    look,
    opened,
    tables,
    to,
    vote,
)

SECOND = timedelta(seconds=1)
PAUSE = 2 * SECOND
NEVER = NOON + timedelta(days=9999)


async def due(store: SqliteStore, now: datetime = NOON, platform: str = "slack") -> list[Post]:
    return list(await store.rounds.due_posts(now, platform))


async def roles_due(store: SqliteStore, now: datetime = NOON) -> list[tuple[str, str]]:
    return [(post.role, post.target.address["channel"]) for post in await due(store, now)]


async def deliver(store: SqliteStore, now: datetime = NOON) -> list[Post]:
    """Deliver all that is due under a reference of its own."""
    posts = await due(store, now)
    for post in posts:
        await store.rounds.posted(post, post.ref or f"ref {post.id}", now, PAUSE)
    return posts


def beneath(role: Role, what: str = "", below: Role = "audience") -> NewPost:
    return NewPost(role, None, what, below)


async def test_a_message_is_due_until_it_is_delivered(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await begun(store, posts=(AUDIENCE, NewPost("notice", to("D1"), "safety")))
    first, second = await due(store)
    assert (first.round_id, first.owner, first.role, first.target) == (
        "r1",
        ann,
        "audience",
        to("C1"),
    )
    assert (first.what, first.ref, first.beneath, first.attempts) == ("", "", "", 0)
    assert (second.role, second.target, second.what) == ("notice", to("D1"), "safety")
    assert await store.rounds.posts("r1") == []
    await deliver(store)
    assert await due(store, NEVER) == []
    assert [post.ref for post in await store.rounds.posts("r1")] == [
        f"ref {first.id}",
        f"ref {second.id}",
    ]


async def test_a_message_is_due_on_its_own_platform_and_not_before_its_time(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    await begun(store)
    posts = (NewPost("owner", to("D1", "discord")), NewPost("notice", to("C1")))
    await store.rounds.turn(change(at=NOON + SECOND, posts=posts))
    assert await due(store) == []
    assert await due(store, platform="discord") == []
    later = NOON + SECOND
    assert [post.role for post in await due(store, later)] == ["notice"]
    assert [post.role for post in await due(store, later, "discord")] == ["owner"]


async def test_what_is_edited_is_due_again_after_a_pause_however_often_it_changed(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    await opened(store, 9, posts=(AUDIENCE, OWNER))
    await deliver(store)
    for number in range(5):
        await store.rounds.turn(vote(f"voter {number}", refresh=frozenset({"audience"})))
    assert await due(store, NOON + SECOND) == []
    (post,) = await due(store, NOON + PAUSE)
    assert (post.role, post.ref) == ("audience", f"ref {post.id}")
    await store.rounds.turn(vote("voter 8", refresh=frozenset({"audience", "owner"})))
    await store.rounds.posted(post, post.ref, NOON + PAUSE, PAUSE)
    assert await roles_due(store, NOON + PAUSE) == [("owner", "D1")]
    assert await roles_due(store, NOON + 2 * PAUSE) == [("owner", "D1"), ("audience", "C1")]
    await deliver(store, NOON + 2 * PAUSE)
    assert await due(store, NEVER) == []


async def test_what_is_due_for_longest_comes_first_and_nothing_starves(open_sqlite: Open) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    for number in range(4):
        await begun(
            store, a_round(ann, f"r{number}"), posts=(NewPost("audience", to(f"C{number}")),)
        )
    at = NOON
    await deliver(store, at)
    served = []
    for number in range(12):
        at += PAUSE
        for busy in ("r0", "r1", f"r{number % 4}"):
            await store.rounds.turn(change(busy, at=at, refresh=frozenset({"audience"})))
        (post,) = await store.rounds.due_posts(at, "slack", limit=1)
        served.append(post.round_id)
        await store.rounds.posted(post, post.ref, at, PAUSE)
    assert {"r0", "r1", "r2", "r3"} == set(served)
    assert max(served.count(round_id) for round_id in set(served)) <= 5


async def test_nothing_due_is_found_without_looking_at_any_message(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store, posts=tuple(NewPost("audience", to(f"C{n}")) for n in range(20)))
    with raw(tmp_path) as connection:

        def waiting() -> int:
            query = "SELECT count(*) FROM round_roles WHERE due IS NOT NULL"
            return int(connection.execute(query).fetchone()[0])

        assert waiting() == 1
        await deliver(store)
        assert waiting() == 0
        await store.rounds.turn(change(refresh=frozenset({"audience", "owner"})))
        assert waiting() == 1  # there is no message to the owner
        posts = await due(store, NOON + PAUSE)
        assert len(posts) == 20
        for post in posts[1:]:
            await store.rounds.posted(post, post.ref, NOON + PAUSE, PAUSE)
        assert waiting() == 1
        await store.rounds.give_up(posts[0])
        assert waiting() == 0


async def test_what_failed_is_tried_again_later(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store, posts=(AUDIENCE, NewPost("notice", to("D1"))))
    for post in await due(store):
        await store.rounds.put_off(post, 5 * SECOND, NOON)
    assert await due(store, NOON + 4 * SECOND) == []
    again = await due(store, NOON + 5 * SECOND)
    assert [(post.role, post.attempts) for post in again] == [("audience", 1), ("notice", 1)]
    await deliver(store, NOON + 5 * SECOND)
    await store.rounds.put_off(again[1], SECOND, NOON)
    assert await due(store, NOON + 5 * SECOND) == []
    await store.rounds.turn(change(refresh=frozenset({"audience"})))
    (edit,) = await due(store, NOON + 10 * SECOND)
    assert edit.attempts == 0


async def test_what_was_given_up_is_never_due_again(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store, posts=(AUDIENCE, OWNER, NewPost("notice", to("D1"))))
    await store.rounds.posted((await due(store))[0], "ref", NOON, PAUSE)
    for post in [*await due(store), *await store.rounds.posts("r1")]:
        await store.rounds.give_up(post)
    await store.rounds.turn(change(refresh=frozenset({"audience", "owner"})))
    assert await due(store, NEVER) == []
    assert [post.ref for post in await store.rounds.posts("r1")] == ["ref"]


async def test_what_belongs_below_a_message_waits_for_that(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    channels = [to("C1"), to("C2"), to("C3")]
    await opened(store, posts=tuple(NewPost("audience", channel) for channel in channels))
    one, two, three = await due(store)
    await store.rounds.posted(one, "ref one", NOON, PAUSE)
    await store.rounds.give_up(three)
    await store.rounds.turn(change(posts=(beneath("reminder", "24 h"),)))
    pending, reminder = sorted(await due(store), key=lambda post: post.id)
    assert pending == two
    assert (reminder.role, reminder.what, reminder.target) == ("reminder", "24 h", one.target)
    assert (reminder.ref, reminder.beneath) == ("", "ref one")
    await store.rounds.posted(two, "ref two", NOON, PAUSE)
    below = await due(store)
    assert [(post.target, post.beneath) for post in below] == [
        (one.target, "ref one"),
        (two.target, "ref two"),
    ]
    with raw(tmp_path) as connection:  # none below what was given up
        assert tables(connection, ["round_posts"]) == {"round_posts": 5}
    await deliver(store)
    assert await due(store, NEVER) == []


async def test_what_belongs_below_a_message_that_never_comes_is_given_up_with_it(
    open_sqlite: Open, tmp_path: Path
) -> None:
    store = await open_sqlite()
    await opened(store, posts=(AUDIENCE, beneath("reminder")))
    assert await roles_due(store) == [("audience", "C1")]
    await store.rounds.give_up((await due(store))[0])
    assert await due(store, NEVER) == []
    with raw(tmp_path) as connection:
        rows = connection.execute("SELECT given_up, due FROM round_posts").fetchall()
    assert rows == [(1, None), (1, None)]


async def test_a_message_stands_below_one_that_stands_below_another(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store, posts=(AUDIENCE, beneath("reveal"), beneath("decision", "", "reveal")))
    for role in ("audience", "reveal", "decision"):
        (post,) = await deliver(store)
        assert (post.role, post.target) == (role, to("C1"))
    assert post.beneath


async def test_a_message_without_any_place_is_a_mistake(open_sqlite: Open) -> None:
    store = await open_sqlite()
    with pytest.raises(ValueError, match="place"):
        await begun(store, posts=(NewPost("notice"),))
    assert await store.rounds.asked_by(store.owner(ANN)) == []


async def test_a_message_that_is_sent_once_is_not_edited(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await begun(store, posts=(AUDIENCE, beneath("reveal")))
    await deliver(store)
    await deliver(store)
    await store.rounds.turn(change(refresh=frozenset({"audience", "reveal"})))
    assert await roles_due(store, NEVER) == [("audience", "C1")]


# ------------------------------------------------------------------ timers


async def test_timers_come_in_the_order_of_their_time_and_stay_until_ended(
    open_sqlite: Open,
) -> None:
    store = await open_sqlite()
    ann = store.owner(ANN)
    await begun(store, timers={"close": NOON + 2 * SECOND, "remind": NOON + SECOND})
    await begun(store, a_round(ann, "r2"), timers={"give_up": NOON, "close": NEVER})
    assert await store.rounds.due_timers(NOON - SECOND, "slack") == []
    expected = [("r2", "give_up"), ("r1", "remind"), ("r1", "close")]
    for _ in range(2):
        assert await store.rounds.due_timers(NOON + 2 * SECOND, "slack") == expected
    assert await store.rounds.due_timers(NOON + 2 * SECOND, "slack", limit=1) == expected[:1]
    ended = change("r2", timers={"give_up": None, "remind": None})
    await store.rounds.turn(ended)
    await store.rounds.turn(change("r1", timers={"close": NOON + 9 * SECOND}))
    assert await store.rounds.due_timers(NOON + 2 * SECOND, "slack") == [("r1", "remind")]


async def test_timers_and_messages_outlive_a_restart(open_sqlite: Open) -> None:
    store = await open_sqlite()
    await opened(store, posts=(AUDIENCE,), timers={"close": NOON})
    await store.close()
    again = await open_sqlite()
    assert await roles_due(again) == [("audience", "C1")]
    assert await again.rounds.due_timers(NOON, "slack") == [("r1", "close")]
    await again.rounds.turn(become("closed", timers={"close": None}, destroy=True))
    assert await again.rounds.due_timers(NEVER, "slack") == []
    assert (await everything(again)).asked == 3
    assert (await again.rounds.turn(look())).held.round
