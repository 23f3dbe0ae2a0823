"""Documents of a case: what every chat face does alike about them."""

from __future__ import annotations

from bot.cards.actions import Action
from bot.chat.pages import FORMS, WHAT, Desk, desk_of
from bot.chat.parts import Parts
from bot.chat.personal import find
from bot.chat.reaction import Reaction
from bot.errors import SetupError, WrongUse
from bot.rounds.audiences import one
from bot.rounds.ports import Actor
from bot.sheets import documents as sheets
from bot.sheets.acts import read
from bot.sheets.model import Entered, File


async def order(parts: Parts, actor: Actor, said: str) -> Reaction:
    """Offer the documents of a case; raises ``NotFound`` or ``WrongUse``."""
    listed = await find(parts.service, actor.owner, said)
    kinds = (await _desk(parts, actor, listed.id)).there
    return Reaction(sheets.document_sheet(listed.id, listed.name or listed.id, kinds))


async def press(parts: Parts, actor: Actor, action: Action) -> Reaction:
    """Ask which document it is to be; raises ``NotFound`` or ``WrongUse``."""
    what, case_id, _ = read(action)
    if what != "ask":
        raise WrongUse("That button is of an older version.", "Write /crossroads document.")
    kinds = (await _desk(parts, actor, case_id)).there
    return Reaction(form=sheets.document_form(case_id, kinds, FORMS))


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered) -> Reaction:
    """Give the document that was chosen; raises ``NotFound`` or ``WrongUse``."""
    _, case_id, _ = read(form)
    kind, wanted = one(entered, "what"), one(entered, "form")
    page = (await _desk(parts, actor, case_id)).page(kind)
    try:
        data = await parts.printer(page, wanted, parts.clock())
    except SetupError as error:  # a library or a font that is not here: another form may do
        return Reaction(errors={"form": str(error)})
    return Reaction(file=File(f"{kind}.{wanted}", data, WHAT[kind]))


async def _desk(parts: Parts, actor: Actor, case_id: str) -> Desk:
    return await desk_of(parts.service, parts.postman.council.rounds, actor.owner, case_id)
