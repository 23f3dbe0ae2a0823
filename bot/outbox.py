"""Deliver what is due, in order, until it arrives.

What has to be delivered stands in the store, written with the turn that caused it. ``deliver_due``
goes through it once. A ``Courier`` does so for as long as the program runs, and takes what a turn
has just come to without a detour; what it is given and cannot deliver stays in the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.model import Show, Tell, Woken
from bot.engine.show import margin, view
from bot.errors import CrossroadsError, DeliveryError, NotFound, StoreError
from bot.ports import Done, Item, Parcel, Platform
from bot.service import Clock, Service

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(hours=1)
_EVER = timedelta(days=36_500)

log = logging.getLogger(__name__)


async def deliver_due(
    service: Service,
    platform_id: str,
    platform: Platform,
    now: datetime,
    owner: str = "",
    *,
    only: str = "",
) -> int:
    """Deliver what a platform (or one person there) has due; returns how many parcels went out.

    With ``only`` a case's id, what other cases have to show or tell stays due; they are still
    woken. A refused delivery is put off: by what the platform asks for, else twice as long each
    time.
    """
    delivered = 0
    for parcel in await collect(service, platform_id, now, owner):
        if only in {"", parcel.case_id}:
            ref = await _deliver(service, platform_id, platform, parcel, lambda: now)
            delivered += ref is not None
    return delivered


async def collect(
    service: Service, platform_id: str, now: datetime, owner: str = ""
) -> list[Parcel]:
    """Wake the cases whose time has come, and pack what is due: one parcel for each case."""
    items = await service.store.due(now, platform_id, owner)
    wakes = [item for item in items if item.kind == "wake"]
    woken = {item.case_id for item in wakes}
    for item in wakes:
        await _wake(service, item, now)
    if wakes:
        items = await service.store.due(now, platform_id, owner)
    groups: dict[str, list[Item]] = {}
    for item in items:
        if item.kind != "wake":
            groups.setdefault(item.case_id, []).append(item)
    parcels = []
    for group in groups.values():
        with suppress(NotFound):  # erased since
            parcel = await _packed(service, group)
            # Somebody who waited for the time to come would not notice that a card was edited.
            parcels.append(replace(parcel, anew=parcel.case_id in woken))
    return parcels


async def _wake(service: Service, item: Item, now: datetime) -> None:
    event = Woken(item.owner, now)
    key = f"wake:{item.id}"
    try:
        await service.handle(item.owner, item.case_id, event, key=key, platform=item.platform)
    except NotFound as error:  # one case that cannot be woken must not hold up all the others
        log.warning("A case could not be woken: %s", error)
        return
    await service.store.woken(item)


async def _packed(service: Service, items: list[Item]) -> Parcel:
    """Pack what one case has due, oldest first; what is told goes with the card as it now is."""
    first = items[0]
    case = await service.store.case(first.owner, first.case_id)
    flow = await service.flow_of(case)
    return Parcel(
        owner=case.owner,
        case_id=case.id,
        turn=case.turn,
        view=view(flow, case),
        tells=tuple(item.effect for item in items if isinstance(item.effect, Tell)),
        margin=margin(flow, case),
        ref=first.ref,
        attempts=max(item.attempts for item in items),
    )


async def packed(service: Service, done: Done, *, anew: bool = False) -> Parcel:
    """Pack what a turn has come to. The card's reference is left for the courier to look up."""
    case = done.case
    show = next((effect for effect in done.effects if isinstance(effect, Show)), None)
    tells = tuple(effect for effect in done.effects if isinstance(effect, Tell))
    around = margin(await service.flow_of(case), case, show.seen if show else None)
    shown = show.view if show else None
    return Parcel(case.owner, case.id, case.turn, shown, tells, around, anew=anew)


async def _deliver(
    service: Service, platform_id: str, platform: Platform, parcel: Parcel, clock: Clock
) -> str | None:
    """Deliver a parcel and note it; None if it was refused and put off.

    A card counts as there from when it has arrived: what was written before is no answer to it.
    """
    try:
        ref = await platform.deliver(parcel)
    except DeliveryError as error:
        log.warning("A delivery was put off: %s", error)
        after = error.retry_after or _backoff(parcel.attempts)
        await service.store.retry(parcel.case_id, parcel.turn, after, clock())
        return None
    await service.store.sent(parcel.case_id, parcel.turn, clock(), ref, platform=platform_id)
    return ref


def _backoff(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 12)
    return min(_LONGEST_RETRY, _FIRST_RETRY * doublings)


class Courier:
    """Delivers for one platform: cases beside one another, the parcels of one case in order.

    What comes in for a case while one of its parcels is on its way is joined: the newest view
    wins, so that a delivery that was held up never brings an old card back. ``patience`` is how
    long something may be due before the round through the store takes it up: until then the
    process that made the turn is expected to deliver it by itself.
    """

    def __init__(
        self,
        service: Service,
        platform_id: str,
        platform: Platform,
        clock: Clock,
        *,
        patience: timedelta = timedelta(seconds=2),
        most: int = 64,
    ) -> None:
        self._service = service
        self._id = platform_id
        self._platform = platform
        self._clock = clock
        self._patience = patience
        self._places = asyncio.Semaphore(most)
        self._waiting: dict[str, Parcel] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._owners: dict[str, str] = {}
        self._meanwhile: set[str] = set()  # what was on its way at any time since a round began

    async def take(self, done: Done, *, anew: bool = False) -> None:
        """Take what a turn has come to; ``anew`` asks for a new card instead of an edit."""
        self.post(await packed(self._service, done, anew=anew))

    def post(self, parcel: Parcel) -> None:
        """Take a parcel; it is delivered as soon as those of its case before it are."""
        case_id = parcel.case_id
        self._waiting[case_id] = joined(self._waiting.get(case_id), parcel)
        self._owners[case_id] = parcel.owner
        self._meanwhile.add(case_id)
        if case_id not in self._tasks:
            task = asyncio.create_task(self._carry(case_id))
            self._tasks[case_id] = task
            task.add_done_callback(lambda done: self._ended(case_id, done))

    async def round(self) -> int:
        """Take up what has been due for a while; gives how many parcels that were.

        All of them count as tried before: who was to deliver them may have died at it.
        """
        now = self._clock()
        await self._service.store.links.refresh()
        # What is read as due may be there by now: a case that is busy stays due from turn to turn.
        self._meanwhile = {*self._tasks}
        parcels = await collect(self._service, self._id, now - self._patience)
        for parcel in parcels:
            if parcel.case_id not in self._meanwhile:
                self.post(replace(parcel, attempts=max(1, parcel.attempts)))
        return len(parcels)

    async def run(self, every: float = 1.0) -> None:
        """Go on making rounds, ``every`` so many seconds, until cancelled."""
        while True:
            try:
                await self.round()
            except CrossroadsError as error:  # the store may be busy, or a flow missing
                log.warning("A round of deliveries failed and is repeated: %s", error)
            await asyncio.sleep(every)

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def drop(self, owner: str, case_id: str = "") -> None:
        """Give up what is on its way to somebody, of one case or of all; for before it is erased.

        Of what is being sent at this moment it cannot be told whether it arrives.
        """
        await self._give_up(
            [
                known
                for known, whose in self._owners.items()
                if whose == owner and case_id in {"", known}
            ]
        )

    async def stop(self) -> None:
        """Give up everything that is on its way; it stays due in the store."""
        await self._give_up([*self._tasks])

    async def _give_up(self, case_ids: Sequence[str]) -> None:
        tasks = [self._tasks[case_id] for case_id in case_ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, case_id: str) -> None:
        try:
            while parcel := self._waiting.pop(case_id, None):
                async with self._places:
                    await self._hand_over(parcel)
        finally:
            self._end(case_id)  # at once: what comes in from now on needs a task of its own

    async def _hand_over(self, parcel: Parcel) -> None:
        try:
            if ready := await self._ready(parcel):
                await _deliver(self._service, self._id, self._platform, ready, self._clock)
        except NotFound:  # erased since
            return
        except StoreError as error:  # it stays due in the store
            log.warning("What was delivered could not be noted: %s", error)

    async def _ready(self, parcel: Parcel) -> Parcel | None:
        """Look up the card, and what was told before and not delivered; None if it is outrun.

        Raises ``NotFound`` for a case that was erased.
        """
        store = self._service.store
        known = await store.delivered(parcel.owner, parcel.case_id)
        if known is None:
            await store.case(parcel.owner, parcel.case_id)
        elif known.turn > parcel.turn:
            return None
        if known is None or (known.turn < parcel.turn and known.telling):
            parcel = replace(parcel, tells=(*await self._untold(parcel), *parcel.tells))
        ours = known is not None and known.platform == self._id
        return replace(parcel, ref=known.ref if known and ours else "")

    async def _untold(self, parcel: Parcel) -> tuple[Tell, ...]:
        """Read what else is due to be told of a case up to this turn, also what was put off."""
        ever = self._clock() + _EVER
        items = await self._service.store.due(ever, self._id, parcel.owner, case_id=parcel.case_id)
        effects = [item.effect for item in items if item.turn <= parcel.turn]
        told = [effect for effect in effects if isinstance(effect, Tell)]
        return tuple(tell for tell in told if tell not in parcel.tells)

    def _end(self, case_id: str) -> None:
        self._tasks.pop(case_id, None)
        self._owners.pop(case_id, None)
        self._waiting.pop(case_id, None)

    def _ended(self, case_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(case_id) is task:  # it was cancelled before it began
            self._end(case_id)
        if not task.cancelled() and (error := task.exception()):
            log.error("A delivery failed for a fault of ours: %s", type(error).__name__)


def joined(before: Parcel | None, after: Parcel) -> Parcel:
    """Join what waits with what came in: the newer view, everything that is told."""
    if before is None:
        return after
    newer = after if after.turn >= before.turn else before
    return replace(
        newer,
        view=newer.view or before.view or after.view,
        tells=(*before.tells, *(tell for tell in after.tells if tell not in before.tells)),
        anew=before.anew or after.anew,
        ref=after.ref or before.ref,
    )
