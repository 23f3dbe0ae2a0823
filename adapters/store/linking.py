"""Link accounts and take them apart: what is done, and then known here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.store import merging
from adapters.store.database import Database
from adapters.store.links import Links
from adapters.store.registry import Registry
from adapters.store.vault import Vault
from bot.ports import Linked


class SqliteLinks:
    """Fulfils ``bot.ports.Links``; see there what each method does."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        links: Links,
        registry: Registry,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._links = links
        self._registry = registry
        self._now = now

    @property
    def generation(self) -> int:
        """A number that is another one whenever it changed who is who."""
        return self._links.generation

    async def refresh(self) -> bool:
        """Take up what other processes linked or unlinked."""
        return await self._links.refresh()

    async def linked(self, owner: str) -> Linked | None:
        """Tell which accounts a person linked."""
        entry = await self._registry.entry(owner)
        return entry.linked() if entry else None

    async def link(self, owner: str, joining: str, accounts: Linked) -> None:
        """Let another account be this person."""
        if await self._registry.entry(owner) is None:
            await self._registry.welcome(owner)
        await self._vault.reading(
            lambda masters: merging.link(
                self._database, self._vault.marks, masters, owner, joining, accounts, self._now()
            )
        )
        await self._links.refresh()

    async def unlink(self, owner: str) -> Linked | None:
        """Let the joined account be somebody else again, who begins empty."""
        linked = await self._vault.reading(
            lambda masters: merging.unlink(self._database, self._vault.marks, masters, owner)
        )
        await self._links.refresh()
        return linked
