"""What is due, opened from a reminder; and what came of a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.personal import find
from bot.chat.reaction import Reaction
from bot.errors import NotFound, WrongUse
from bot.papers import followups, plans
from bot.papers.due import due_of, put_off
from bot.papers.habits import read_habits, write_habits
from bot.planning import schedule
from bot.planning.entered import read_day
from bot.planning.reminding import zone_of
from bot.records.outcome import Outcome
from bot.rounds.audiences import one, several
from bot.rounds.ports import Actor
from bot.sheets import due as sheets
from bot.sheets.acts import read
from bot.sheets.audience import told_sheet as told
from bot.sheets.model import Entered, Sheet

_STOPPED = "No reminder comes any more. “Reminders…” below a plan turns them on again."
_NOT_ASKED = (
    "I do not ask about this case any more. /crossroads outcome with its name still takes what "
    "you want to say."
)


async def press(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button of a reminder; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, more = read(action)
    match what:
        case "show":
            return Reaction(await _all_due(parts, actor))
        case "done":
            done = partial(schedule.tick, item_id=more)
            at, platform = parts.clock(), actor.platform
            await plans.change(
                parts.service, actor.owner, case_id, done, at, platform=platform, key=key
            )
            return Reaction(await _all_due(parts, actor), instead=True)
        case "later" if more in {"1", "7"}:
            return await _later(parts, actor, int(more), key)
        case "off":
            return await _off_form(parts, actor, more)
        case "stop":
            return await _stop(parts, actor)
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads plan.")


async def _all_due(parts: Parts, actor: Actor) -> Sheet:
    today = await _today(parts, actor)
    due = await due_of(parts.service, actor.owner, today)
    return sheets.all_due_sheet(due, today, "What happened?")


async def _today(parts: Parts, actor: Actor) -> date:
    habits = await read_habits(parts.service.store.papers, actor.owner)
    return parts.clock().astimezone(zone_of(habits)).date()


async def _later(parts: Parts, actor: Actor, days: int, key: str) -> Reaction:
    today, at = await _today(parts, actor), parts.clock()
    day = today + timedelta(days=days)
    count = await put_off(parts.service, actor.owner, today, day, at, actor.platform, key)
    when = "tomorrow" if days == 1 else "in a week"
    return Reaction(told("Later", f"I remind you {when}." if count else "Nothing is due now."))


async def _stop(parts: Parts, actor: Actor) -> Reaction:
    papers = parts.service.store.papers
    habits = replace(await read_habits(papers, actor.owner), on=False)
    await write_habits(papers, actor.owner, habits, parts.clock(), actor.platform)
    return Reaction(told("Stopped", _STOPPED))


# ------------------------------------------------------------------ put off alone


async def _off_form(parts: Parts, actor: Actor, more: str) -> Reaction:
    today = await _today(parts, actor)
    due = await due_of(parts.service, actor.owner, today)
    page = int(more) if more.isdecimal() and len(more) < 4 else 0
    form = sheets.off_form(due, page, today)
    if not form.fields[0].choices:
        raise NotFound("There is nothing there any more.", "“Show” opens what is due.")
    return Reaction(form=form)


async def submit(parts: Parts, actor: Actor, entered: Entered, key: str) -> Reaction:
    """Put off the things that were chosen; raises ``NotFound`` if none of them is open."""
    chosen = sheets.read_refs(several(entered, "items"))
    if not chosen:
        return Reaction(errors={"items": "Choose at least one of them."})
    try:
        day = await _until(parts, actor, entered)
    except WrongUse as error:
        return Reaction(errors={"day": str(error)})
    gone: list[NotFound] = []
    for case_id, items in chosen.items():
        off = partial(schedule.put_off, item_ids=items, day=day)
        at, platform = parts.clock(), actor.platform
        try:
            await plans.change(
                parts.service, actor.owner, case_id, off, at, platform=platform, key=key
            )
        except NotFound as error:  # done or removed since the form was opened
            gone.append(error)
    if len(gone) == len(chosen):
        raise gone[0]
    return Reaction(await _all_due(parts, actor), instead=True)


async def _until(parts: Parts, actor: Actor, entered: Entered) -> date:
    """Read until when something is put off; raises ``WrongUse``."""
    today = await _today(parts, actor)
    if not one(entered, "day").strip():
        return today + timedelta(days=7 if one(entered, "until") == "7" else 1)
    habits = await read_habits(parts.service.store.papers, actor.owner)
    day = read_day(one(entered, "day"), parts.clock().astimezone(zone_of(habits)))
    if day <= today:
        raise WrongUse("That is no day to come.", "Choose tomorrow or later.")
    return day


# ------------------------------------------------------------------ what came of it


async def order_outcome(parts: Parts, actor: Actor, said: str) -> Reaction:
    """Ask what came of a decision; raises ``NotFound`` or ``WrongUse``."""
    listed = await find(parts.service, actor.owner, said)
    return Reaction(await _asked(parts, actor, listed.id))


async def _outcome(parts: Parts, actor: Actor, case_id: str) -> Outcome:
    outcome = await followups.outcome_of(parts.service, actor.owner, case_id)
    if outcome is None:
        raise NotFound("Nothing was decided in this case yet.", "Go on with the case first.")
    if not outcome.days:
        raise WrongUse("The dialogue of this case does not ask what came of it.")
    return outcome


async def _asked(parts: Parts, actor: Actor, case_id: str, wanted: int = 0) -> Sheet:
    """Ask about a day that is asked about; of any other, about the one it is time for."""
    outcome, now = await _outcome(parts, actor, case_id), parts.clock()
    basis, checkins = await followups.checkins_of(parts.service, actor.owner, case_id)
    day = wanted if wanted in outcome.days else outcome.day_meant(now)
    name, said = basis.case.name or case_id, outcome.said.get(str(day))
    early = not outcome.has_come(day, now)
    return sheets.outcome_sheet(case_id, name, basis.course, day, checkins, said, early=early)


async def press_outcome(parts: Parts, actor: Actor, action: Action) -> Reaction:
    """Answer a button about what came of a decision; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, more = read(action)
    day, _, answer = more.partition(".")
    number = int(day) if day.isdecimal() and len(day) < 4 else 0
    match what:
        case "ask":
            return Reaction(await _asked(parts, actor, case_id, number))
        case "say":
            await _answer(parts, actor, case_id, number, answer)
            return Reaction(await _asked(parts, actor, case_id, number), instead=True)
        case "note":
            outcome = await _outcome(parts, actor, case_id)
            _, checkins = await followups.checkins_of(parts.service, actor.owner, case_id)
            said = outcome.said.get(str(number))
            return Reaction(form=sheets.note_form(case_id, number, checkins, said))
        case "stop":
            stop = partial(replace, stopped=True)
            at, platform = parts.clock(), actor.platform
            await followups.change(parts.service, actor.owner, case_id, stop, at, platform)
            return Reaction(told("Stopped", _NOT_ASKED))
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads outcome.")


async def submit_outcome(parts: Parts, actor: Actor, form: Action, entered: Entered) -> Reaction:
    """Take what happened, with its note; raises ``NotFound`` or ``WrongUse``."""
    _, case_id, more = read(form)
    number = int(more) if more.isdecimal() and len(more) < 4 else 0
    answer = one(entered, "answer")
    if not answer:
        return Reaction(errors={"answer": "Choose one of them; the note may stay empty."})
    await _answer(parts, actor, case_id, number, answer, one(entered, "note"))
    return Reaction(await _asked(parts, actor, case_id, number), instead=True)


async def _answer(
    parts: Parts, actor: Actor, case_id: str, day: int, answer: str, note: str | None = None
) -> None:
    await followups.answer(
        parts.service,
        actor.owner,
        case_id,
        day,
        answer,
        parts.clock(),
        note=note,
        platform=actor.platform,
    )
