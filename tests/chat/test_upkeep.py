"""What is erased by itself where this program does not listen any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.store.sqlite import open_store
from bot.chat.removals import Removal, Removals, drawer_of
from bot.chat.upkeep import expire_unserved
from bot.engine.model import Case, Typed
from bot.ports import Contact, Folded, Work
from bot.service import Service
from tests.rounds.table import TENANT, table
from tests.store.making import ANN, BEN, NOON, a_case, again, database_of, home_of, reached

WEEK = timedelta(days=7)


async def test_what_is_past_its_time_is_erased_though_its_platform_is_not_served_any_more(
    tmp_path: Path,
) -> None:
    store = await open_store(database_of(tmp_path), home_of(tmp_path), lambda: NOON)
    try:
        service = Service(store, {}, {})
        for person, platform in ((ANN, "slack"), (BEN, "discord")):
            owner = store.owner(person)
            contact = replace(reached(keep_days=7), platform=platform)
            await store.set_contact(owner, contact)
            await _closed(service, owner, platform)
            await store.sent(platform, 1, NOON, "the card")
        await expire_unserved(service, store.rounds, {"slack"}, NOON + WEEK)
        assert await store.cases(store.owner(BEN)) == []
        assert len(await store.cases(store.owner(ANN))) == 1
        assert await _noted(service, "discord") == [("the card", "discord")]
    finally:
        await store.close()


async def test_what_was_posted_of_a_round_is_kept_in_mind_as_well(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", "ben", "cleo", "dan"]) as t:
        owner, service = t.actor("ann").owner, t.parts.service
        contact = Contact("paper", TENANT, {"user": "ann", "channel": "D1"}, keep_days=7)
        await t.store.set_contact(owner, contact)
        round_ = await t.opens("ann")
        posted = {post.ref for post in await t.store.rounds.posts(round_.id)}
        assert len(posted) == 2, "the brief, and the asker's own message"
        for answer in (Typed(owner, t.clock(), "cancel"), Typed(owner, t.clock(), "yes")):
            turn = (await service.view(owner, round_.case)).turn
            await service.handle(owner, round_.case, replace(answer, turn=turn), platform="paper")
        await expire_unserved(service, t.store.rounds, {"slack"}, t.clock() + WEEK)
        assert await t.store.cases(owner) == []
        assert {ref for ref, _ in await _noted(service, "paper_rounds")} == posted


async def _closed(service: Service, owner: str, platform: str) -> None:
    def fold(case: Case | None) -> Folded:
        return Folded(replace(a_case(owner, platform), status="finished", turn=1))

    await service.store.turn(Work(owner, platform, NOON, fold, again, platform=platform))


async def _noted(service: Service, platform: str) -> list[tuple[str, str]]:
    """Tell what will be taken away when the platform is served again: (card, case)."""
    found: list[tuple[str, str]] = []

    async def take(removal: Removal) -> None:
        found.append((removal.ref, removal.case))

    await Removals(service.store.safe, drawer_of(platform), take).again(NOON + WEEK)
    return found
