"""Plans: what every chat face does alike about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from bot.cards.actions import Action
from bot.chat.habits import habits_of, local_time
from bot.chat.parts import Parts
from bot.chat.personal import find
from bot.chat.reaction import Reaction
from bot.errors import NotFound, WrongUse
from bot.papers import plans
from bot.papers.habits import write_habits
from bot.papers.plans import Change
from bot.planning import schedule
from bot.planning.calendar import calendar_file
from bot.planning.entered import day_text, read_anchors, read_day, read_habits
from bot.planning.model import Habits, Plan
from bot.planning.reminding import zone_of
from bot.rounds.audiences import one, several
from bot.rounds.ports import Actor
from bot.sheets import plan_forms as forms
from bot.sheets import plans as sheets
from bot.sheets.acts import read
from bot.sheets.model import Entered, File, Form
from bot.sheets.plans import ShownPlan


async def order(parts: Parts, actor: Actor, said: str) -> Reaction:
    """Show the plan of a case, or offer to make it; raises ``NotFound`` or ``WrongUse``."""
    listed = await find(parts.service, actor.owner, said)
    return await _look(parts, actor, listed.id)


async def _look(parts: Parts, actor: Actor, case_id: str) -> Reaction:
    plan = await plans.plan_of(parts.service, actor.owner, case_id)
    if plan is None:
        return await _offer(parts, actor, case_id)
    return Reaction(sheets.plan_sheet(await _shown(parts, actor, case_id, plan)))


async def _offer(parts: Parts, actor: Actor, case_id: str) -> Reaction:
    basis = await plans.basis_of(parts.service, actor.owner, case_id)
    today = (await local_time(parts, actor)).date()
    days = schedule.usual_days(basis.planning.checklist, basis.standing.course, today)
    asked = {anchor.ask: day_text(days[anchor.id]) for anchor in basis.anchors}
    name = basis.case.name or case_id
    sheet = sheets.begin_sheet(case_id, name, basis.course, asked, decided=basis.decided)
    return Reaction(sheet)


async def _shown(parts: Parts, actor: Actor, case_id: str, plan: Plan) -> ShownPlan:
    basis = await plans.basis_of(parts.service, actor.owner, case_id)
    habits = await habits_of(parts, actor)
    today = parts.clock().astimezone(zone_of(habits)).date()
    name = basis.case.name or case_id
    anchors = basis.planning.checklist.anchors
    reckoned = tuple((anchors[one].ask, day) for one, day in plan.anchors.items() if one in anchors)
    stands = "" if plan.course == basis.standing.course else basis.course
    course = basis.named(plan.course)
    return ShownPlan(plan, case_id, name, course, today, habits, reckoned, stands)


async def _planned(parts: Parts, actor: Actor, case_id: str) -> ShownPlan:
    plan = await plans.plan_of(parts.service, actor.owner, case_id)
    if plan is None:
        raise NotFound("There is no plan yet.", "/crossroads plan makes one.")
    return await _shown(parts, actor, case_id, plan)


# ------------------------------------------------------------------ pressed


async def press(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button of a plan; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, more = read(action)
    match what:
        case "make":
            if await plans.plan_of(parts.service, actor.owner, case_id) is None:
                await _made(parts, actor, case_id, {}, key)
            return await _instead(parts, actor, case_id)
        case "days":
            return Reaction(form=await _days_form(parts, actor, case_id))
        case "show":
            return await _look(parts, actor, case_id)
        case "whole":
            sheet = sheets.plan_sheet(await _planned(parts, actor, case_id))
            return Reaction(replace(sheet, whole=action))
        case "habits":
            await parts.service.store.case(actor.owner, case_id)
            return Reaction(form=forms.habits_form(case_id, await habits_of(parts, actor)))
        case "calendar":
            return Reaction(file=await _calendar(parts, actor, case_id))
        case "add":
            await _planned(parts, actor, case_id)
            return Reaction(form=forms.add_form(case_id))
        case "parts" if more in {"move", "drop"}:
            return Reaction(sheets.parts_sheet(await _planned(parts, actor, case_id), more))
        case "tick" | "move" | "drop":
            return _change_form(what, more, await _planned(parts, actor, case_id))
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads plan.")


_FORMS: Mapping[str, Callable[[ShownPlan, int], Form]] = {
    "tick": forms.tick_form,
    "move": forms.move_form,
    "drop": forms.drop_form,
}


def _change_form(what: str, more: str, shown: ShownPlan) -> Reaction:
    if what != "tick" and not more:
        return Reaction(sheets.parts_sheet(shown, what))
    form = _FORMS[what](shown, _page(more))
    if not form.fields[0].choices:  # a button from before, of a part that is no longer there
        raise NotFound("There is nothing there any more.", "Open the plan again to see what is.")
    return Reaction(form=form)


def _page(more: str) -> int:
    page = more.partition(".")[0]
    return int(page) if page.isdecimal() and len(page) < 4 else 0


async def _days_form(parts: Parts, actor: Actor, case_id: str) -> Form:
    basis = await plans.basis_of(parts.service, actor.owner, case_id)
    habits = await habits_of(parts, actor)
    plan = await plans.plan_of(parts.service, actor.owner, case_id)
    days = schedule.standing_days(plan, basis.standing.course)
    today = parts.clock().astimezone(zone_of(habits)).date()
    changed = plan is not None and schedule.changed_by_hand(plan, basis.standing.course)
    return forms.days_form(case_id, basis.anchors, days, today, habits.country, changed=changed)


async def _calendar(parts: Parts, actor: Actor, case_id: str) -> File:
    shown = await _planned(parts, actor, case_id)
    data = calendar_file(shown.plan, "Crossroads", case_id, parts.clock())
    return File("plan.ics", data, "Your plan as a calendar file: open it with your calendar.")


async def _instead(parts: Parts, actor: Actor, case_id: str) -> Reaction:
    return replace(await _look(parts, actor, case_id), instead=True)


# ------------------------------------------------------------------ sent off


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered, key: str) -> Reaction:
    """Answer a form of a plan; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, more = read(form)
    match what:
        case "days":
            return await _days(parts, actor, case_id, entered, key)
        case "habits":
            return await _set_habits(parts, actor, case_id, entered)
        case "tick":
            now = forms.tick_form(await _planned(parts, actor, case_id), _page(more))
            change = _ticked(now, several(entered, "done"), as_seen=now.action == form)
        case "drop":
            change = partial(schedule.drop, item_id=one(entered, "item"))
        case "move" | "add":
            try:
                day = read_day(one(entered, "day") or "today", await local_time(parts, actor))
            except WrongUse as error:
                return Reaction(errors={"day": str(error)})
            change = (
                partial(schedule.move, item_id=one(entered, "item"), day=day)
                if what == "move"
                else partial(schedule.add, text=one(entered, "text"), day=day)
            )
        case _:
            raise WrongUse("That form is of an older version.", "Open it again.")
    await plans.change(
        parts.service,
        actor.owner,
        case_id,
        change,
        parts.clock(),
        platform=actor.platform,
        key=key,
    )
    return await _instead(parts, actor, case_id)


def _ticked(form: Form, done: tuple[str, ...], *, as_seen: bool) -> Change:
    """Tick those of the offered items that are done, and open the others again.

    Where the plan has changed since the form was opened nothing is opened again: what is not
    ticked there may have been done meanwhile, by a reminder's button.
    """
    offered = [choice.id for choice in form.fields[0].choices] if as_seen else []

    def change(plan: Plan) -> Plan:
        there = {item.id for item in plan.items}
        for item_id in {*offered, *done} & there:
            plan = schedule.tick(plan, item_id, item_id in done)
        return plan

    return change


async def _made(
    parts: Parts,
    actor: Actor,
    case_id: str,
    days: Mapping[str, date],
    key: str,
    *,
    afresh: bool = False,
) -> None:
    await plans.make(
        parts.service,
        actor.owner,
        case_id,
        days,
        parts.clock(),
        afresh=afresh,
        platform=actor.platform,
        key=key,
    )


async def _days(parts: Parts, actor: Actor, case_id: str, entered: Entered, key: str) -> Reaction:
    basis = await plans.basis_of(parts.service, actor.owner, case_id)
    texts = {anchor.id: one(entered, anchor.id) for anchor in basis.anchors}
    plan = await plans.plan_of(parts.service, actor.owner, case_id)
    stands = schedule.standing_days(plan, basis.standing.course)
    days, wrong = read_anchors(basis.anchors, texts, await local_time(parts, actor), stands)
    before = await habits_of(parts, actor)
    habits, bad = read_habits({"country": one(entered, "country")}, before)
    if wrong or bad:
        return Reaction(errors={**wrong, **bad})
    await _keep(parts, actor, before, habits)
    afresh = one(entered, forms.CHANGED) == forms.AFRESH
    await _made(parts, actor, case_id, days, key, afresh=afresh)
    return await _instead(parts, actor, case_id)


async def _set_habits(parts: Parts, actor: Actor, case_id: str, entered: Entered) -> Reaction:
    before = await habits_of(parts, actor)
    habits, wrong = read_habits({field: one(entered, field) for field in entered}, before)
    if wrong:
        return Reaction(errors=wrong)
    await _keep(parts, actor, before, habits)
    return await _instead(parts, actor, case_id)


async def _keep(parts: Parts, actor: Actor, before: Habits, habits: Habits) -> None:
    if habits != before:
        papers = parts.service.store.papers
        await write_habits(papers, actor.owner, habits, parts.clock(), actor.platform)
