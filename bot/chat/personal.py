"""What is about a person rather than one case: their cases in a list, what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import orjson

from bot.cards.values import PAGE, Entry, Holdings
from bot.chat.parts import Parts
from bot.dossier.documents import result_of
from bot.dossier.record import export_record
from bot.engine.survey import survey
from bot.errors import NotFound, WrongUse
from bot.ports import Listed
from bot.reading import read_asked, read_case, read_dossier
from bot.service import Service

CLOSED = frozenset({"finished", "cancelled"})
_EVER = timedelta(days=36_500)
_MOST = 10_000


def pick(cases: Sequence[Listed], said: str) -> Listed:
    """Find a case by its id or nickname, or the one touched last; raises ``NotFound``."""
    if not cases:
        raise NotFound("You have no cases.", "/crossroads start begins one.")
    name = " ".join(said.split()).casefold()
    if not name:
        return next((case for case in cases if case.status not in CLOSED), cases[0])
    named = [case for case in cases if name in {case.id.casefold(), case.name.casefold()}]
    named = named or [case for case in cases if name in case.name.casefold().split()]
    if len(named) == 1:
        return named[0]
    if named:
        raise WrongUse("Several cases of yours are called so.", "/crossroads cases lists them.")
    raise NotFound("There is no such case of yours.", "/crossroads cases lists them.")


async def find(service: Service, owner: str, said: str) -> Listed:
    """Find a person's case as ``pick`` does."""
    return pick(await service.store.cases(owner), said)


async def name_of(service: Service, owner: str, case_id: str) -> str:
    """Give a case's nickname; "" for all of them. Raises ``NotFound`` for another person's."""
    return "" if case_id == "all" else (await service.store.case(owner, case_id)).name


async def entries(service: Service, owner: str, number: int = 1) -> tuple[Entry, ...]:
    """Read one page of a person's cases, from 1; those that go on come first."""
    cases = await service.store.cases(owner)
    titles = dialogues(service, cases)
    ordered = sorted(cases, key=lambda case: case.status in CLOSED)
    shown = ordered[(number - 1) * PAGE : number * PAGE]
    return tuple(
        [await _entry(service, owner, one, titles.get(one.flow, "")) for one in shown],
    )


async def _entry(service: Service, owner: str, listed: Listed, dialogue: str) -> Entry:
    case, flow = await read_case(service, owner, listed.id)
    seen = survey(flow, case) if flow else None
    result = result_of(seen) if seen else None
    return Entry(
        case.id,
        case.name,
        case.status,
        listed.touched,
        (seen.done, seen.of) if seen else (0, 0),
        result[1] if result else "",
        dialogue,
    )


def dialogues(service: Service, cases: Sequence[Listed]) -> dict[str, str]:
    """Give the titles of a person's dialogues by flow id, if there are several.

    With a single one it goes without saying. One that is no longer offered has no title.
    """
    found = {case.flow for case in cases}
    offered = {flow.id: flow.title for flow in service.flows.values() if flow.id in found}
    return offered if len(found) > 1 else {}


async def holdings(parts: Parts, owner: str, platform: str) -> Holdings:
    """Count what is stored about somebody."""
    store, rounds = parts.service.store, parts.postman.council.rounds
    cases = await store.cases(owner)
    events = [len(await store.history(owner, case.id)) for case in cases]
    places = {platform, *(contact.platform for contact in await store.contacts(owner))}
    ever = parts.clock() + _EVER
    due = [len(await store.due(ever, place, owner, _MOST)) for place in places]
    contact = await parts.contacts.of(owner, platform)
    return Holdings(
        cases=len(cases),
        events=sum(events),
        effects=sum(due),
        profile=bool(await store.profile(owner)),
        keep_days=(await parts.contacts.known(owner, platform)).keep_days,
        reached=contact is not None,
        rounds=len(await rounds.asked_by(owner)),
        answers=sum(asked.answered for asked in await read_asked(rounds, owner)),
        papers=len(await store.papers.kept(owner)),
    )


async def everything(parts: Parts, owner: str) -> bytes:
    """Write down all that is stored of a person, as ``crossroads export`` does."""
    store, rounds = parts.service.store, parts.postman.council.rounds
    cases = await store.cases(owner)
    dossiers = [await read_dossier(parts.service, rounds, owner, case.id) for case in cases]
    profile, linked = await store.profile(owner), await store.links.linked(owner)
    contacts = await store.contacts(owner)
    record = export_record(
        dossiers,
        profile,
        parts.clock(),
        contacts[-1] if contacts else None,
        contacts[:-1],
        linked,
        await read_asked(rounds, owner),
        await store.papers.kept(owner, ""),
    )
    return orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
