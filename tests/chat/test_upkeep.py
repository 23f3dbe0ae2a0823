"""What is erased by itself where this program does not listen any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.store.sqlite import open_store
from bot.chat.removals import Removal, Removals, drawer_of
from bot.chat.upkeep import expire_unserved
from bot.engine.model import Case
from bot.ports import Folded, Work
from bot.service import Service
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
        await expire_unserved(service, {"slack"}, NOON + WEEK)
        assert await store.cases(store.owner(BEN)) == []
        assert len(await store.cases(store.owner(ANN))) == 1
        assert await _noted(service, "discord") == [("the card", "discord")]
    finally:
        await store.close()


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
