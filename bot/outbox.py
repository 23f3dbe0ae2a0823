"""Deliver what is due, in order, until it arrives."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.engine.model import Effect, Show, Woken
from bot.errors import DeliveryError
from bot.ports import Item, Platform
from bot.service import Service

_FIRST_RETRY = timedelta(seconds=2)
_LONGEST_RETRY = timedelta(hours=1)


async def deliver_due(
    service: Service,
    platform_id: str,
    platform: Platform,
    now: datetime,
    owner: str = "",
    *,
    only: str = "",
) -> int:
    """Deliver what a platform (or one person there) has due; returns how many effects went out.

    A refused delivery is put off: by what the platform asks for, else twice as long each time.
    Later effects of the same case wait behind it, so that none arrives out of order. With ``only``
    a case's id, what other cases have to show or tell stays due; they are still woken.
    """
    delivered = 0
    blocked: set[str] = set()
    for item in await service.store.due(now, platform_id, owner):
        if item.case_id in blocked:
            continue
        if item.kind == "wake":
            await _wake(service, item, now)
            continue
        if only and item.case_id != only:
            continue
        try:
            ref = await platform.deliver(item, await _effect(service, item))
        except DeliveryError as error:
            blocked.add(item.case_id)
            await service.store.retry(item, error.retry_after or _backoff(item), now)
        else:
            delivered += 1
            await service.store.sent(item.case_id, item.turn, now, ref)
    return delivered


async def _wake(service: Service, item: Item, now: datetime) -> None:
    await service.handle(
        item.owner,
        item.case_id,
        Woken(item.owner, now),
        key=f"wake:{item.id}",
        platform=item.platform,
    )
    await service.store.woken(item)


async def _effect(service: Service, item: Item) -> Effect:
    if item.effect is not None:
        return item.effect
    return Show(await service.view(item.owner, item.case_id))


def _backoff(item: Item) -> timedelta:
    doublings: int = 2 ** min(item.attempts, 12)
    return min(_LONGEST_RETRY, _FIRST_RETRY * doublings)
