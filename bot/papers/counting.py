"""Decisions counted in a workspace: everybody is told first, and may stay out at any time.

Nothing is added up in the store: what is shown is counted from the cases that are there, whenever
somebody looks. So a case that is deleted, or whose owner stays out, is in it no more.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import orjson

from bot.engine.model import Flow
from bot.errors import FlowErrors, NotFound, StoreDamaged
from bot.filing import Filed, Gathered, PaperWork
from bot.papers.insights import decided
from bot.planning.rule import Planning, planning_of
from bot.ports import Contact, Safe
from bot.records.counting import (
    Here,
    Notice,
    notice_for,
    notices_from_bytes,
    notices_to_bytes,
    place_of,
)
from bot.records.insights import Decided
from bot.records.outcome import Outcome, outcome_from_bytes
from bot.records.releasing import Upto, later, let_out, shown
from bot.rounds.workspace import settings_of
from bot.service import Service

log = logging.getLogger(__name__)

_TELLINGS = "tellings"
"""The drawer of workspaces whose people are being told, and how far that has come."""

_LET_OUT = "let_out"
"""The drawer that says up to when what is counted in a workspace is shown."""

_TELLING_DAYS = timedelta(days=7)
"""How long it stays there where the settings do not say (any more) that it counts."""


async def counting_in(safe: Safe, platform: str, workspace: str, now: datetime) -> Here | None:
    """Tell whether decisions are counted in a workspace; None where they are not."""
    if not workspace:
        return None
    since = (await settings_of(safe, platform, workspace, now)).counted
    return Here(platform, workspace, since) if since else None


async def notice_of(service: Service, owner: str, platform: str) -> Notice | None:
    """Read what somebody was told on a platform, and said."""
    return notices_from_bytes(await service.store.papers.read(owner, "counting")).get(platform)


async def see_told(service: Service, owner: str, here: Here, at: datetime) -> bool:
    """See to it that somebody is told, once; says whether they are counted, or will be then."""

    def fold(body: bytes) -> Filed:
        notices = notices_from_bytes(body)
        before = notices.get(here.platform)
        if before and before.is_of(here):
            return Filed(body)
        notice = notice_for(here, before)
        due = None if notice.out else at
        after = notices_to_bytes({**notices, here.platform: notice})
        return Filed(after, {here.platform: due})

    work = PaperWork(owner, "counting", at, fold, platform=here.platform)
    done = await service.store.papers.turn(work)
    return not notices_from_bytes(done.body)[here.platform].out


async def note_told(service: Service, owner: str, platform: str, at: datetime) -> None:
    """Note that the message reached somebody."""

    def told(notice: Notice | None) -> Notice | None:
        return notice and replace(notice, at=at.isoformat())

    await _change(service, owner, platform, told, at)


async def take_part(service: Service, owner: str, here: Here, at: datetime, *, out: bool) -> None:
    """Note whether somebody's decisions may be counted; what they decided before goes with it.

    What comes back counts as if it were decided now: nobody is to see whose it was.
    """

    def said(notice: Notice | None) -> Notice:
        if notice and not out and notice.counts(here):
            return notice
        return replace(notice_for(here, notice), at=at.isoformat(), out=out)

    await _change(service, owner, here.platform, said, at)


async def bring_notice(
    service: Service, owner: str, joining: str, platform: str, at: datetime
) -> None:
    """Keep for a person what an account of theirs, which is about to join, said on a platform."""
    notice = await notice_of(service, joining, platform)
    if notice is None:
        return
    theirs = notice

    def fold(body: bytes) -> Filed:
        after = notices_to_bytes({**notices_from_bytes(body), platform: theirs})
        waiting = not theirs.at and not theirs.out
        return Filed(after, {platform: at if waiting else None})

    await service.store.papers.turn(PaperWork(owner, "counting", at, fold, platform=platform))


async def _change(
    service: Service,
    owner: str,
    platform: str,
    changed: Callable[[Notice | None], Notice | None],
    at: datetime,
) -> None:
    def fold(body: bytes) -> Filed:
        notices = notices_from_bytes(body)
        notice = changed(notices.get(platform))
        if notice is None:
            return Filed(body)
        return Filed(notices_to_bytes({**notices, platform: notice}), {platform: None})

    work = PaperWork(owner, "counting", at, fold, platform=platform)
    await service.store.papers.turn(work)


# ------------------------------------------------------------------ telling a whole workspace


@dataclass(frozen=True, slots=True)
class _Telling:
    """A workspace whose people are told, reached by a tenant; those up to a place have been."""

    here: Here
    tenant: str
    place: int = 0


async def tell_everybody(safe: Safe, here: Here, tenant: str, at: datetime) -> None:
    """Have everybody of a workspace told as soon as its settings say that it counts."""
    await _keep(safe, _Telling(here, tenant), at)


async def go_on_telling(
    service: Service, platform: str, workspace_of: Callable[[Contact], str], at: datetime
) -> None:
    """See to it that the people of workspaces are told: of each the next page of them."""
    for data in await service.store.safe.drawer(_TELLINGS, at):
        read = orjson.loads(data)
        telling = _Telling(Here(**read["here"]), read["tenant"], read["place"])
        if telling.here.platform == platform:
            await _tell_page(service, telling, workspace_of, at)


async def _tell_page(
    service: Service, telling: _Telling, workspace_of: Callable[[Contact], str], at: datetime
) -> None:
    store, here = service.store, telling.here
    wanted = await counting_in(store.safe, here.platform, here.workspace, at) == here
    page = await store.reached(telling.tenant, telling.place) if wanted else ()
    for _, owner in page:
        try:
            contact = await store.contact(owner, here.platform)
            if contact and workspace_of(contact) == here.workspace:
                await see_told(service, owner, here, at)
        except StoreDamaged as error:  # the others must not wait for it
            log.error("Somebody cannot be told what is counted: %s", type(error).__name__)
    if page:
        await _keep(store.safe, replace(telling, place=page[-1][0]), at)
    elif wanted:
        await store.safe.discard(_TELLINGS, _counting_of(here))


async def _keep(safe: Safe, telling: _Telling, at: datetime) -> None:
    data, until = orjson.dumps(asdict(telling)), at + _TELLING_DAYS
    await safe.keep(_TELLINGS, _counting_of(telling.here), data, until)


def _counting_of(here: Here) -> str:
    """Name this counting: one that begins anew must not be taken for the one before it."""
    return f"{place_of(here)} {here.since}"


# ------------------------------------------------------------------ counting


async def shown_here(service: Service, here: Here, tenant: str) -> list[Decided]:
    """Gather what is shown to everybody of a workspace, and let out what may be by now."""
    safe, decided = service.store.safe, await decided_here(service, here, tenant)
    data = await safe.kept(_LET_OUT, place_of(here), datetime.fromisoformat(here.since))
    since, *times = orjson.loads(data) if data else ("",)
    upto = Upto(*times) if since == here.since else Upto()
    after = let_out(decided, upto)
    if after != upto:
        value = orjson.dumps([here.since, after.decided, after.answered])
        await safe.keep(_LET_OUT, place_of(here), value)
    return shown(decided, after)


async def decided_here(service: Service, here: Here, tenant: str) -> list[Decided]:
    """Gather what was decided in a workspace by all who were told and are not against it.

    It is as if decided when it began to count: later where its owner was told or came back later.
    """
    began, found = datetime.fromisoformat(here.since), list[Decided]()
    flows: dict[str, tuple[Flow, Planning] | None] = {}
    async for papers in _by_person(service.store.papers.gather(tenant, ("counting", "outcome"))):
        told = _told(papers, here)
        for one in papers if told else ():
            if outcome := _outcome_of(one, here, began):
                if one.version not in flows:
                    flows[one.version] = await _deciding(service, one.version)
                if flow := flows[one.version]:
                    since = later(outcome.since, outcome.marked, told)
                    found.append(decided(*flow, replace(outcome, since=since), one.owner))
    return found


async def _by_person(gathered: AsyncIterator[Gathered]) -> AsyncIterator[list[Gathered]]:
    """Put together what was gathered of each person."""
    papers: list[Gathered] = []
    async for one in gathered:
        if papers and papers[0].owner != one.owner:
            yield papers
            papers = []
        papers.append(one)
    if papers:
        yield papers


def _told(papers: Iterable[Gathered], here: Here) -> str:
    """Say since when somebody's decisions are counted, after they were told; "" if they are not."""
    for one in papers:
        if one.paper.kind == "counting":
            notice = notices_from_bytes(one.paper.body).get(here.platform)
            return notice.at if notice and notice.counts(here) else ""
    return ""


def _outcome_of(one: Gathered, here: Here, began: datetime) -> Outcome | None:
    """Give what came of a case if it was decided there, and since then."""
    if one.paper.kind != "outcome" or not one.finished:
        return None
    outcome = outcome_from_bytes(one.paper.body)
    there = outcome.chosen and outcome.workspace == place_of(here)
    return outcome if there and datetime.fromisoformat(outcome.since) >= began else None


async def _deciding(service: Service, version: str) -> tuple[Flow, Planning] | None:
    """Give a version of a flow that can be read, and decides: nothing else can be counted."""
    try:
        flow = await service.version(version)
    except (NotFound, FlowErrors):
        return None
    planning = planning_of(flow)
    return (flow, planning) if planning and planning.of else None
