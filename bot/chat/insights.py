"""What came of decisions, counted: one's own, and those of a workspace that counts them."""

from __future__ import annotations

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.errors import NotFound, WrongUse
from bot.papers.counting import counting_in, notice_of, shown_here, take_part
from bot.papers.insights import decided_cases
from bot.records.counting import Here
from bot.records.insights import FEWEST, Insights, insights_of
from bot.rounds.ports import Actor
from bot.sheets import insights as sheets
from bot.sheets.acts import read
from bot.sheets.model import File


async def order(parts: Parts, actor: Actor) -> Reaction:
    """Show what is counted."""
    return Reaction(sheets.insights_sheet(await _own(parts, actor), await _shared(parts, actor)))


async def press(parts: Parts, actor: Actor, action: Action) -> Reaction:
    """Answer a button below it; raises ``NotFound`` or ``WrongUse``."""
    what, _, more = read(action)
    match what:
        case "show":
            return await order(parts, actor)
        case "in" | "out":
            here = await _here(parts, actor)
            if here is None:
                raise NotFound("Decisions are not counted here any more.")
            await take_part(parts.service, actor.owner, here, parts.clock(), out=what == "out")
            return Reaction((await order(parts, actor)).sheet, instead=True)
        case "picture":
            return await _picture(parts, actor, more)
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads insights.")


async def _picture(parts: Parts, actor: Actor, which: str) -> Reaction:
    shared = await _shared(parts, actor) if which == "here" else None
    counted = shared.insights if shared else await _own(parts, actor)
    if not counted.groups:
        raise NotFound("There is nothing to draw any more.")
    chart = sheets.insight_chart(counted, sheets.HERE if shared else sheets.OWN)
    png = await parts.draw_chart(chart)
    if png is None:
        raise WrongUse("Pictures are not drawn here.", "What it would show is in the text.")
    return Reaction(file=File("insights.png", png, sheets.insight_alt(chart)))


async def _own(parts: Parts, actor: Actor) -> Insights:
    return insights_of(await decided_cases(parts.service, actor.owner))


async def _here(parts: Parts, actor: Actor) -> Here | None:
    return await counting_in(parts.safe, actor.platform, actor.tenant, parts.clock())


async def _shared(parts: Parts, actor: Actor) -> sheets.Shared | None:
    """Count what was decided where somebody is; None where that is not done."""
    here = await _here(parts, actor)
    if here is None:
        return None
    found = await shown_here(parts.service, here, parts.forum.reach(actor))
    return sheets.Shared(insights_of(found, FEWEST), await _part(parts, actor, here))


async def _part(parts: Parts, actor: Actor, here: Here) -> sheets.Part:
    """Tell whether what somebody decides is counted there."""
    contact = await parts.contacts.of(actor.owner, actor.platform)
    if contact is None or parts.forum.workspace(contact) != here.workspace:
        return "apart"
    notice = await notice_of(parts.service, actor.owner, actor.platform)
    if notice is None or not notice.is_of(here):
        return "untold"
    return "out" if notice.out else "in" if notice.at else "untold"
