"""Documents to be had of a case: the message that offers them, and the form that asks which."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards.actions import Action
from bot.engine.model import Card
from bot.sheets import acts
from bot.sheets.model import Button, Field, Form, Sheet
from bot.sheets.shown import bullets, choices, text

VERB = "document"

_ALONE = "Only you are given the file. Think of where you keep it: it is not sealed there."


def act(what: str, case_id: str) -> Action:
    """Make the action of a button or form about documents."""
    return acts.act(what, case_id, verb=VERB)


def document_sheet(case_id: str, name: str, kinds: Mapping[str, str]) -> Sheet:
    """Offer what there is of a case as documents."""
    card = Card(VERB, VERB, f"Documents of “{name}”", (bullets(*kinds.values()), text(_ALONE)))
    button = Button(act("ask", case_id), "Choose…", "primary")
    return Sheet(card, (button,), notice="Your documents")


def document_form(case_id: str, kinds: Mapping[str, str], forms: Mapping[str, str]) -> Form:
    """Ask which document it is to be, and in which form."""
    what = Field("what", "Which document?", "choice", choices(kinds), next(iter(kinds)))
    form = Field("form", "In which form?", "choice", choices(forms), next(iter(forms)))
    return Form(act("make", case_id), "A document", (what, form), submit="Make it")
