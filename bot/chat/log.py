"""The evidence log: what every chat face does alike about it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.cards.actions import Action
from bot.chat.habits import habits_of, local_time
from bot.chat.parts import Parts
from bot.chat.personal import CLOSED, find
from bot.chat.reaction import Reaction
from bot.errors import NotFound, WrongUse
from bot.papers import log as papers
from bot.papers.habits import read_habits
from bot.planning.reminding import zone_of
from bot.records import logbook
from bot.records.logbook import QUOTE, Entry, Log
from bot.rounds.audiences import one
from bot.rounds.ports import Actor
from bot.sheets import log as sheets
from bot.sheets.acts import read
from bot.sheets.model import Entered, Sheet


async def order(parts: Parts, actor: Actor, said: str) -> Reaction:
    """Show the log of a case; raises ``NotFound`` or ``WrongUse``."""
    listed = await find(parts.service, actor.owner, said)
    log = await papers.log_of(parts.service, actor.owner, listed.id)
    return Reaction(sheets.log_sheet(log, listed.id, listed.name or listed.id))


async def quote(
    parts: Parts, actor: Actor, said: str, who: str, channel: str, at: datetime
) -> Reaction:
    """Offer a message that somebody picked to be added to a log; nothing of it is kept yet.

    Raises ``NotFound`` where they have no case.
    """
    cases = await parts.service.store.cases(actor.owner)
    if not cases:
        raise NotFound("You have no case to add it to.", "/crossroads start begins one.")
    ordered = sorted(cases, key=lambda case: case.status in CLOSED)
    zone = zone_of(await read_habits(parts.service.store.papers, actor.owner))
    moment = _moment(at.astimezone(zone))
    entry = Entry(moment, channel=channel, who=who, quote=said[:QUOTE])
    names = {case.id: case.name or case.id for case in ordered}
    return Reaction(form=sheets.quote_form(names, entry, len(said), parts.forum.form_room))


async def press(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button of a log; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, more = read(action)
    log = await papers.log_of(parts.service, actor.owner, case_id)
    match what:
        case "page":
            page = int(more) if more.isdecimal() and len(more) < 4 else 0
            return Reaction(await _listed(parts, actor, log, case_id, page), instead=True)
        case "add":
            now = await local_time(parts, actor)
            return Reaction(form=sheets.entry_form(case_id, Entry(_moment(now))))
        case "show" | "history":
            kept = logbook.found(log, more)
            sheet = sheets.entry_sheet(kept, case_id, history=what == "history")
            return Reaction(sheet, instead=True)
        case "edit":
            return Reaction(form=sheets.entry_form(case_id, logbook.found(log, more).entry, more))
        case "more":
            return Reaction(form=sheets.more_form(case_id, logbook.found(log, more)))
        case "remove" | "restore":
            at = parts.clock().isoformat(timespec="seconds") if what == "remove" else ""
            gone = partial(logbook.remove, entry_id=more, at=at)
            log = await papers.change(parts.service, actor.owner, case_id, gone, parts.clock(), key)
            return Reaction(sheets.entry_sheet(logbook.found(log, more), case_id), instead=True)
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads log.")


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered, key: str) -> Reaction:
    """Take an entry, a new one or one that is changed; raises ``NotFound`` or ``WrongUse``."""
    _, case_id, entry_id = read(form)
    case_id = case_id or one(entered, "case")
    if not case_id:
        return Reaction(errors={"case": "Choose the log it goes into."})
    log = await papers.log_of(parts.service, actor.owner, case_id)
    before = logbook.found(log, entry_id).entry if entry_id else Entry("")
    habits = await habits_of(parts, actor)
    zone, now = habits.zone, parts.clock().astimezone(zone_of(habits))
    given = {name: one(entered, name) for name in entered if name != "case"}
    entry, wrong = logbook.read_entry(given, before, now, zone)
    if wrong:
        return Reaction(errors=wrong)
    at = now.isoformat(timespec="seconds")
    written = (
        partial(logbook.edit, entry_id=entry_id, entry=entry, at=at)
        if entry_id
        else partial(logbook.add, entry=entry, at=at)
    )
    log = await papers.change(parts.service, actor.owner, case_id, written, parts.clock(), key)
    kept = logbook.found(log, entry_id) if entry_id else log.entries[-1]
    findings = await papers.pointed_out(parts.shelf, parts.service, actor.owner, case_id, entry)
    return Reaction(sheets.entry_sheet(kept, case_id, findings), instead=True)


async def _listed(parts: Parts, actor: Actor, log: Log, case_id: str, page: int) -> Sheet:
    case = await parts.service.store.case(actor.owner, case_id)
    return sheets.log_sheet(log, case_id, case.name or case_id, page)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
