"""Remind people of what is due, each of them in one message that tells nothing of the matter.

What is due stands in the store; it is gone through again and again. A message is put first and its
reminders settled after it: whoever dies in between puts the same message again, which the platforms
recognise by its mark.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import (
    CrossroadsError,
    DeliveryError,
    FlowErrors,
    NotFound,
    StoreDamaged,
    StoreError,
)
from bot.filing import Reminder
from bot.papers import followups
from bot.papers.counting import counting_in, go_on_telling, note_told, notice_of, see_told
from bot.papers.habits import read_habits
from bot.planning.model import Habits
from bot.planning.reminding import out_of_quiet
from bot.records.counting import place_of
from bot.rounds.ports import Actor, Forum, Letter, Unreachable
from bot.service import Clock, Service
from bot.sheets.counting import news_sheet
from bot.sheets.due import due_sheet
from bot.sheets.model import Sheet

TRIES = 7
"""Days on which somebody who cannot be reached is tried, before a reminder is given up."""

_PAGE = 500
_DECISIONS = 100
_AT_ONCE = 64
_DAY = timedelta(days=1)
_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(hours=1)
_LOOKED_BACK, _LOOKS_BACK = timedelta(days=90), timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Reminding:
    """Delivers what is due to people on one platform."""

    service: Service
    platform: str
    forum: Forum
    clock: Clock
    decisions_at_once: int = _DECISIONS
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    _unsure: bool = True
    _looked: datetime | None = None
    _pause: tuple[datetime, datetime] | None = None

    async def run(self, every: float = 5.0) -> None:
        """Go on until cancelled, each so many seconds."""
        while True:
            try:
                await self.round()
            except CrossroadsError as error:  # the store may be busy
                log.warning("A round of reminders failed and is repeated: %s", error)
            await asyncio.sleep(every)

    async def round(self) -> int:
        """Do what is due now; gives how many people were reminded."""
        async with self._busy:
            await self._go_on_telling()
            await self._begin_followups()
            try:
                reminded = await self._remind()
            except BaseException:
                self._unsure = True  # what was posted may not have been noted
                raise
            self._unsure = False
            return reminded

    async def _remind(self) -> int:
        papers, reminded = self.service.store.papers, 0
        while not self._must_wait() and (
            due := await papers.due(self.clock(), self.platform, _PAGE)
        ):
            reminded += await self._page(due)
        return reminded

    def _must_wait(self) -> bool:
        """Whether the platform has asked for a pause, which is for everybody.

        It is over as well if the clock was set back to before it.
        """
        return self._pause is not None and self._pause[0] <= self.clock() < self._pause[1]

    async def _go_on_telling(self) -> None:
        try:
            await go_on_telling(self.service, self.platform, self.forum.workspace, self.clock())
        except StoreDamaged as error:  # reminders must not wait for it
            log.error("A workspace cannot be told what is counted: %s", type(error).__name__)

    async def _begin_followups(self) -> None:
        """Have it asked later what came of what was decided; a crash before this loses nothing."""
        papers, now = self.service.store.papers, self.clock()
        since = min(self._looked or now - _LOOKED_BACK, now) - _LOOKS_BACK
        seen = set[tuple[str, str]]()
        lost = 0
        while found := [
            one
            for one in await papers.finished_without(
                "outcome", self.platform, since, self.decisions_at_once + lost
            )
            if one not in seen
        ]:
            for owner, case_id in found:
                lost += not await self._begin_followup(owner, case_id, now)
            seen |= {*found}
        self._looked = now

    async def _begin_followup(self, owner: str, case_id: str, now: datetime) -> bool:
        """Note one decision; False if that cannot be done."""
        try:
            place = await self._counted_in(owner, now)
            await followups.begin(self.service, owner, case_id, now, self.platform, place)
        except NotFound:  # erased since
            return True
        except (StoreDamaged, FlowErrors) as error:  # the others must not wait for it
            log.error("A decision cannot be asked about later: %s", type(error).__name__)
            return False
        return True

    async def _counted_in(self, owner: str, now: datetime) -> str:
        """Name the workspace in which what somebody decided may be counted, once they were told."""
        contact = await self.service.store.contact(owner, self.platform)
        workspace = self.forum.workspace(contact) if contact else ""
        here = await counting_in(self.service.store.safe, self.platform, workspace, now)
        counted = here and await see_told(self.service, owner, here, now)
        return place_of(here) if here and counted else ""

    async def _page(self, due: Sequence[Reminder]) -> int:
        """Remind the people of one page, and note it together; gives how many.

        What a message needs is read for one person after another, so that nobody's turn waits
        behind all of them; the messages are on their way beside one another.
        """
        settled, sending = list[Reminder](), list[asyncio.Task[bool]]()
        trouble: StoreError | None = None
        try:
            await self._set_off(due, settled, sending)
        except StoreError as error:  # what is on its way is noted all the same
            trouble = error
        done = await asyncio.gather(*sending, return_exceptions=True)
        ended = [one for one in (trouble, *done) if isinstance(one, BaseException)]
        if all(isinstance(one, Exception) for one in ended):
            await self.service.store.papers.settle(settled)
        for one in ended:
            raise one
        return sum(one is True for one in done)

    async def _set_off(
        self, due: Sequence[Reminder], settled: list[Reminder], sending: list[asyncio.Task[bool]]
    ) -> None:
        places = asyncio.Semaphore(_AT_ONCE)
        for theirs in messages_of(due):
            ready = await self._prepared(theirs[0].owner, theirs)
            if ready is None:
                settled += theirs
            elif isinstance(ready, Letter):
                await places.acquire()
                if self._must_wait():  # what is left stays due
                    break
                sending.append(asyncio.create_task(self._sent(ready, theirs, settled, places)))

    async def _prepared(
        self, owner: str, theirs: list[Reminder]
    ) -> Letter | Literal["later"] | None:
        """Make one person's message; None if they want none, "later" if it was put off."""
        try:
            habits = await read_habits(self.service.store.papers, owner)
            news = _is_news(theirs)
            if not (await self._is_wanted(theirs[0]) if news else habits.on):
                return None
            who = await self._actor(owner)
            until = out_of_quiet(self.clock(), await self._where_they_are(who, habits))
            if until > self.clock():
                await self.service.store.papers.put_off(theirs, until, "quiet")
                return "later"
            return await self._letter(who, theirs, news_sheet() if news else due_sheet(len(theirs)))
        except Unreachable as error:
            log.warning("A reminder could not be delivered: %s", error)
        except DeliveryError as error:
            await self._failed(theirs, error)
            return "later"
        except CrossroadsError as error:
            if isinstance(error, StoreError) and not isinstance(error, StoreDamaged):
                raise  # nobody's is at fault, and all are tried again
            log.error("A reminder cannot be made: %s", type(error).__name__)
        return None if await self._given_up(theirs) else "later"

    async def _sent(
        self,
        letter: Letter,
        theirs: list[Reminder],
        settled: list[Reminder],
        places: asyncio.Semaphore,
    ) -> bool:
        """Put a message; False if it did not arrive. Whose it is need not be reminded then."""
        try:
            await self.forum.put(letter)
        except Unreachable as error:
            log.warning("A reminder could not be delivered: %s", error)
            if await self._given_up(theirs):
                settled += theirs
            return False
        except DeliveryError as error:
            await self._failed(theirs, error)
            return False
        finally:
            places.release()
        if _is_news(theirs):
            await note_told(self.service, theirs[0].owner, self.platform, self.clock())
        settled += theirs
        return True

    async def _is_wanted(self, news: Reminder) -> bool:
        """Say whether somebody is to be told still that decisions are counted.

        Nobody hears on one platform of what is counted on another that they left.
        """
        notice = await notice_of(self.service, news.owner, news.name)
        if news.name != self.platform or notice is None or notice.out or notice.at:
            return False
        safe, now = self.service.store.safe, self.clock()
        here = await counting_in(safe, self.platform, notice.workspace, now)
        return here is not None and notice.is_of(here)

    async def _actor(self, owner: str) -> Actor:
        contact = await self.service.store.contact(owner, self.platform)
        if contact is None:
            raise Unreachable("Where this person is reached is not known any more.")
        user = contact.address.get("user", "")
        return Actor(owner, self.platform, contact.tenant, user, address=contact.address)

    async def _where_they_are(self, who: Actor, habits: Habits) -> Habits:
        """Go by the clock that the platform tells now: somebody who flew is not to be woken."""
        zone = "" if habits.chosen_zone else await self.forum.zone(who)
        return replace(habits, zone=zone) if zone else habits

    async def _letter(self, who: Actor, theirs: list[Reminder], sheet: Sheet) -> Letter:
        first = min(theirs, key=lambda one: one.id)
        return Letter(
            # The same for every try of a day, though each puts off when it is due.
            mark=f"due-{first.id}-{self.clock():%Y-%m-%d}",
            target=await self.forum.private(who),
            role="reminder",
            sheet=sheet,
            # What is due as we begin, a process that died may have put, and not noted.
            attempts=max(first.attempts, first.missed, self._unsure),
        )

    async def _given_up(self, theirs: list[Reminder]) -> bool:
        """Try again tomorrow, unless that was done for a week."""
        if theirs[0].missed >= TRIES:
            return True
        papers = self.service.store.papers
        await papers.put_off(theirs, self.clock() + _DAY, "missed")
        return False

    async def _failed(self, theirs: list[Reminder], error: DeliveryError) -> None:
        """Try again when the platform wishes, or after a while."""
        log.warning("A reminder was put off: %s", error)
        now = self.clock()
        until = now + (error.retry_after or _backoff(theirs[0].attempts))
        if error.retry_after:
            self._pause = (now, until)
        await self.service.store.papers.put_off(theirs, until, "failed")


def messages_of(due: Sequence[Reminder]) -> list[list[Reminder]]:
    """Put together what each person has due, in its order; what they are told is apart from it."""
    found: dict[tuple[str, bool], list[Reminder]] = {}
    for reminder in due:
        found.setdefault((reminder.owner, reminder.kind == "counting"), []).append(reminder)
    return list(found.values())


def _is_news(theirs: Sequence[Reminder]) -> bool:
    return theirs[0].kind == "counting"


def _backoff(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 12)
    return min(_LONGEST_RETRY, _FIRST_RETRY * doublings)
