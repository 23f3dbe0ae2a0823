"""The store on SQLite: one file, no server, several processes may share it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import orjson

from adapters.store import departures, erasing, merging, queries
from adapters.store.database import Database, Safety, connect
from adapters.store.keys import KeyHome
from adapters.store.linking import SqliteLinks
from adapters.store.links import Links
from adapters.store.marks import Mark, SentMarks, still_due
from adapters.store.migrations.versions import r0004_links
from adapters.store.papers import SqlitePapers
from adapters.store.people import Held, not_found
from adapters.store.registry import Registry
from adapters.store.rounds import SqliteRounds
from adapters.store.safe import SqliteSafe
from adapters.store.schema import SCHEMA, Schema, prepare
from adapters.store.times import micros
from adapters.store.together import Together
from adapters.store.turns import Turns
from adapters.store.vault import Vault, open_vault
from bot.engine.model import Case, Event
from bot.errors import NotFound, StoreBusy, StoreError
from bot.ports import (
    Contact,
    Delivered,
    Done,
    Forgotten,
    Item,
    LeftCard,
    Listed,
    Person,
    Work,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening did that its caller may want to say.

    ``new``: there was no database before. ``key_file``: the key file that was just made.
    ``backup``: the copy made before an older file was brought to the newest form.
    ``erased_again``: cases that a restored backup had brought back.
    """

    new: bool
    key_file: Path | None
    backup: Path | None
    erased_again: int


async def open_store(
    file: Path,
    home: KeyHome,
    now: Callable[[], datetime],
    *,
    patience: float = 5.0,
    safety: Safety = "FULL",
    remember: int = 512,
    max_pages: int = 0,
    schema: Schema = SCHEMA,
) -> SqliteStore:
    """Open (or make, or migrate) the database; ``await store.close()`` is due in any case.

    ``now`` tells the time for backups and the ledger of erasures, ``patience`` is how many seconds
    to wait for another program's lock, ``remember`` how many cases are kept in memory. Raises
    ``SetupError`` (also ``KeyMissing``) or ``StoreError``.
    """
    prepared = await asyncio.to_thread(prepare, file, now(), patience, schema)
    database = await connect(file, patience=patience, safety=safety, max_pages=max_pages)
    try:
        vault, key_made = await open_vault(database, home)
        erased = await erasing.replay(database, vault, now())
        links = Links(database, vault.marks)
        if schema.knows(r0004_links.revision):
            await links.refresh()
        with suppress(StoreError):  # a crash may have come before what was destroyed left it
            await database.try_empty_journal()
    except BaseException:
        await database.close()
        raise
    key_file = home.file if key_made else None
    opening = Opening(prepared.new, key_file, prepared.backup, erased)
    return SqliteStore(database, vault, links, now, remember, opening)


class SqliteStore:
    """Fulfils ``bot.ports.Store``, with ``safe`` and ``rounds`` also ``Safe`` and ``Rounds``."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        links: Links,
        now: Callable[[], datetime],
        remember: int,
        opening: Opening,
    ) -> None:
        self.opening = opening
        self.safe = SqliteSafe(database, vault)
        self.rounds = SqliteRounds(database, vault, remember)
        self._database = database
        self._vault = vault
        self._links = links
        self._now = now
        self._marks = SentMarks()
        self._registry = Registry(database, vault, links)
        self.papers = SqlitePapers(database, vault, self._registry)
        self.links = SqliteLinks(database, vault, links, self._registry, now)
        self._deliveries = Together(partial(queries.read_deliveries, database))
        self._turns = Turns(database, vault, self._marks, remember)
        self._owner_of = lru_cache(maxsize=remember)(vault.marks.owner)
        self._closed = False

    def owner(self, person: Person) -> str:
        """Give the person's opaque id."""
        return self._links.owner(self._owner_of(person.tenant, person.name))

    async def turn(self, work: Work) -> Done:
        """Do the work and come back when it is on disk."""
        if self._closed:
            raise StoreError("The store is closed.", "Open it again.")
        alias = self._links.alias(work.owner) if work.key else None
        try:
            done = await self._done_before(work, alias) if alias else None
            return done or await self._turns.do(work)
        except (NotFound, StoreBusy):
            await self._links.check(work.owner)
            raise

    async def _done_before(self, work: Work, alias: str) -> Done | None:
        """Show where a case stands if an account got this delivery before it was linked."""
        mark = self._vault.marks.delivery(alias, work.key)
        for case_id in (await queries.went_to(self._database, [mark])).values():
            folded = work.again(await self.case(work.owner, case_id))
            return Done(folded.case, folded.effects, duplicate=True)
        return None

    async def case(self, owner: str, case_id: str) -> Case:
        """Read one case."""
        held = await self._look_up(owner, case_id)
        if held.case is None:
            raise not_found(case_id)
        return held.case

    async def cases(self, owner: str) -> Sequence[Listed]:
        """List a person's cases, last touched first."""
        return await self._vault.reading(
            lambda masters: queries.list_cases(self._database, masters, owner)
        )

    async def history(self, owner: str, case_id: str) -> Sequence[Event]:
        """Read a case's events in order."""
        held = await self._look_up(owner, case_id)
        return await queries.read_history(self._database, case_id, held)

    async def _look_up(self, owner: str, case_id: str) -> Held:
        place = (owner, case_id)
        found = await queries.find(self._database.read, self._vault.marks, [place])
        self._vault.meet([found[place].holder_key])
        return found[place].open(self._vault.masters)

    async def profile(self, owner: str) -> Mapping[str, str]:
        """Read what a person stored for every case."""
        return await self._registry.profile(owner)

    async def set_profile(self, owner: str, profile: Mapping[str, str]) -> None:
        """Store a person's profile, or remove it with an empty one."""
        await self._registry.set_profile(owner, profile)

    async def contact(self, owner: str, platform: str = "") -> Contact | None:
        """Read where a person is reached on a platform, or where that was noted last."""
        return await self._registry.contact(owner, platform)

    async def contacts(self, owner: str) -> Sequence[Contact]:
        """Read everywhere a person is reached."""
        return await self._registry.contacts(owner)

    async def set_contact(self, owner: str, contact: Contact) -> None:
        """Store where a person is reached."""
        await self._registry.set_contact(owner, contact)

    async def lose_contact(self, owner: str, platform: str) -> None:
        """Forget where a person is reached on a platform."""
        await self._vault.reading(
            lambda masters: merging.lose_contact(
                self._database, self._vault.marks, masters, owner, platform
            )
        )

    async def publish(
        self, flow: str, version: str, files: Mapping[str, str], at: datetime
    ) -> None:
        """Keep a flow's files under its content hash."""
        if await self.published(version) is None:
            await self._database.write(
                "INSERT OR IGNORE INTO flows (version, flow, at, files) VALUES (?, ?, ?, ?)",
                (version, flow, micros(at), orjson.dumps(dict(files))),
            )

    async def published(self, version: str) -> Mapping[str, str] | None:
        """Read the files of a flow version back."""
        rows = await self._database.read("SELECT files FROM flows WHERE version = ?", (version,))
        files: Mapping[str, str] | None = orjson.loads(rows[0][0]) if rows else None
        return files

    async def due(
        self,
        now: datetime,
        platform: str,
        owner: str = "",
        limit: int = 100,
        *,
        case_id: str = "",
    ) -> Sequence[Item]:
        """Read what is due and was not delivered, oldest first."""
        if case_id:
            unwritten = self._marks.unwritten_of(case_id)
        else:
            await self._flush()  # else what was delivered could fill the whole answer
            unwritten = self._marks.unwritten()
        asked = queries.DueQuery(now, platform, owner, limit, case_id)
        read = await self._vault.reading(
            lambda masters: queries.read_due(self._database, masters, asked)
        )
        return still_due(read, unwritten)

    async def sent(
        self, case_id: str, turn: int, at: datetime, ref: str = "", *, platform: str = ""
    ) -> None:
        """Note a delivery; it is written with the next batch, or at close."""
        self._marks.add(Mark(case_id, turn, at, ref, platform))

    async def woken(self, item: Item) -> None:
        """Note that a wake-up was handled."""
        await self._database.write("DELETE FROM outbox WHERE id = ? AND kind = 'wake'", (item.id,))

    async def retry(self, case_id: str, turn: int, after: timedelta, now: datetime) -> None:
        """Put a failed delivery off, unless the card has been made due anew since."""
        async with self._database.transaction() as run:
            for sql in queries.PUT_OFF:
                await run(sql, (micros(now + after), case_id, turn))

    async def delivered(self, owner: str, case_id: str) -> Delivered | None:
        """Tell what was delivered last of a case, and where it is to be found."""
        unwritten = self._marks.unwritten_of(case_id).get(case_id)
        return queries.delivered(await self._deliveries.find((owner, case_id)), unwritten)

    async def ongoing(
        self, platform: str, since: datetime, limit: int = 1000
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of a platform's open cases touched since, the newest first."""
        return await queries.ongoing(self._database, platform, since, limit)

    async def expired(
        self, now: datetime, limit: int = 100, *, platform: str = ""
    ) -> Sequence[tuple[str, str]]:
        """List (owner, case id) of closed cases that their owners no longer want kept."""
        return await departures.expired(self._database, now, limit, platform)

    async def reached(
        self, tenant: str, after: int = 0, limit: int = 200
    ) -> Sequence[tuple[int, str]]:
        """List (place, owner) of people whom a tenant reaches."""
        return await departures.reached(self._database, self._vault.marks, tenant, after, limit)

    async def abandon(self, tenant: str, at: datetime) -> None:
        """Note when all of a tenant is to be erased; of several times the earliest counts."""
        await departures.abandon(self._database, self._vault.marks, tenant, at)

    async def reclaim(self, tenant: str) -> None:
        """Call off the erasure of a tenant that came back."""
        await departures.reclaim(self._database, self._vault.marks, tenant)

    async def abandoned(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """List owners whose tenant is to be erased by now."""
        return await departures.abandoned(self._database, now, limit)

    async def departed(self, tenant: str, now: datetime) -> bool:
        """Say whether everything of a tenant is to be erased by now."""
        return await departures.departed(self._database, self._vault.marks, tenant, now)

    async def left_cards(self, platform: str, limit: int = 100) -> Sequence[LeftCard]:
        """List cards on a platform whose cases have gone on elsewhere, oldest first."""
        return await departures.left_cards(self._database, platform, limit)

    async def settle_left(self, card: LeftCard) -> None:
        """Note that this one has been seen to."""
        await self._database.write("DELETE FROM left_cards WHERE id = ?", (card.id,))

    async def forget(self, owner: str, case_id: str | None = None) -> Forgotten:
        """Erase one case, or everything of a person, beyond recovery."""
        await self._links.check(owner)
        forgotten, case_ids = await erasing.forget(
            self._database, self._vault, owner, case_id, self._now()
        )
        self.rounds.forget()
        self._turns.forget((owner, gone) for gone in case_ids)
        for gone in case_ids:
            self._marks.forget(gone)
        if case_id is None:
            self._owner_of.cache_clear()
            await self._links.refresh()
        return forgotten

    async def rotate(self) -> str:
        """Seal everybody's key under a new master key and drop the old one; gives the new id."""
        return await self._vault.rotate(self._database)

    async def _flush(self) -> None:
        if self._marks.waiting:
            with self._marks.writing() as marks:
                await self._database.change([mark.row for mark in marks])

    async def close(self) -> None:
        """Write what is pending and let go of the file."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._turns.finish()
            with suppress(StoreError):  # then what was delivered last is delivered once more
                await self._flush()
            await self.rounds.finish()
        finally:
            await self._database.close()
