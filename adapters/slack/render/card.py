"""The one card of a case, edited in place. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.render.footer import footer_parts
from adapters.slack.render.parts import Part, folded, message, whole
from adapters.slack.render.question import (
    MOST_BUTTONS,
    MOST_QUESTION,
    answer_buttons,
    question_parts,
)
from adapters.slack.render.shapes import (
    Json,
    Message,
    context,
    header,
    small_lines,
    weight,
)
from bot.cards.folds import card_folds, current, foldings, merged, tell_fold
from bot.cards.rows import one_line, seen
from bot.cards.wording import NAMELESS, older_text, place_text, recap_lines
from bot.engine.model import Tell, View
from bot.engine.show import Margin
from bot.ports import Parcel

MOST_BLOCKS = 50
MOST_CHARACTERS = 11_500
"""Characters in all blocks: Slack refuses somewhat more than 13,000."""

MOST_TEXT = 35_000
_MOST_TELLS = 5
_RECALLED = 150
_MOST_RECALLED = 5
_TIGHT = 300
"""Characters of each card where room is very short."""

_TIGHT_QUESTION = 1500


def card(parcel: Parcel, *, compact: bool = False) -> Message:
    """Show a case as it stands; with ``compact`` every card is shown by its beginning alone."""
    full = message(_Layout(parcel).parts(frozenset()))
    if not compact and _fits(full):
        return full
    less = message(_folded(parcel, compact=compact))
    small = less if compact or len(full.text) > MOST_TEXT else full
    return Message(small.text, less.blocks)


def _fits(made: Message) -> bool:
    blocks = made.blocks
    fits = len(blocks) <= MOST_BLOCKS and weight(blocks) <= MOST_CHARACTERS
    return fits and len(made.text) <= MOST_TEXT


def _folded(parcel: Parcel, *, compact: bool) -> list[Part]:
    """Fold the longest cards until the rest fits; if none is left to fold, make one of all."""
    layout = _Layout(parcel)
    sizes = [weight(list(whole(fold).blocks)) for fold in layout.folds]
    for places in foldings(sizes, compact=compact):
        parts = layout.parts(places)
        if _fits(message(parts)):
            return parts
    return _Layout(parcel, merge=True).parts(None)


class _Layout:
    """The parts of a parcel's card, from top to bottom; ``merge`` makes one card of several."""

    def __init__(self, parcel: Parcel, *, merge: bool = False) -> None:
        view = parcel.view
        cards = list(view.cards) if view else []
        self.parcel = parcel
        self.tells = current(parcel.tells)
        shown = [merged(cards)] if merge and len(cards) > 1 else card_folds(cards)
        self.cards = len(shown)
        self.folds = [*shown, *(tell_fold(tell) for tell in self.tells)]

    def parts(self, places: frozenset[int] | None) -> list[Part]:
        """Lay out the card with these cards and tells folded; None folds all, and tightly."""
        parcel, view = self.parcel, self.parcel.view
        shown = [self._shown(place, places) for place in range(len(self.folds))]
        told = _told(view, self.tells, shown[self.cards :])
        if view is None:
            return told
        top = [_place(view), _recap(parcel.margin), *shown[: self.cards]]
        room = MOST_QUESTION if places is not None else _TIGHT_QUESTION
        asked = question_parts(view, view.prompt, room) if view.prompt else []
        return [*top, *told, *asked, *footer_parts(view, parcel.margin)]

    def _shown(self, place: int, places: frozenset[int] | None) -> Part:
        fold, parcel = self.folds[place], self.parcel
        if places is None:
            return folded(fold, parcel.case_id, parcel.turn, _TIGHT)
        return folded(fold, parcel.case_id, parcel.turn) if place in places else whole(fold)


# ------------------------------------------------------------------ where we are


def _place(view: View) -> Part:
    name = one_line(seen(view.name, NAMELESS))
    where = place_text(view.prompt) if view.prompt else ""
    blocks = (header(name), context(where)) if where else (header(name),)
    return Part(blocks, "\n".join(filter(None, (name, where))))


def _recap(margin: Margin) -> Part:
    lines = recap_lines(margin, _MOST_RECALLED, _RECALLED)
    return Part((small_lines(lines),) if lines else (), "\n".join(lines))


# ------------------------------------------------------------------ what is told


def _told(view: View | None, tells: Sequence[Tell], shown: list[Part]) -> list[Part]:
    """Put what is told in order; the newest are enough where very many came together."""
    asking = next((tell for tell in reversed(tells) if tell.choices), None)
    parts = [
        Part((*part.blocks, *(_meant(view, tell) if tell is asking else ())), part.text)
        for tell, part in zip(tells, shown, strict=True)
    ]
    if len(parts) <= _MOST_TELLS:
        return parts
    older, newest = parts[:-_MOST_TELLS], parts[-_MOST_TELLS:]
    said = older_text(len(older))
    text = "\n\n".join([*(part.text for part in older), said])
    return [Part((context(said),), text), *newest]


def _meant(view: View | None, tell: Tell) -> list[Json]:
    """Give what may have been meant as buttons, where the answers themselves are in a select."""
    prompt = view.prompt if view else None
    if view is None or prompt is None or prompt.input != "choice":
        return []
    if len(prompt.choices) <= MOST_BUTTONS:
        return []
    known = {choice.id for choice in prompt.choices}
    meant = [choice for choice in tell.choices if choice.id in known]
    return answer_buttons(view, meant, [choice.label for choice in meant]) if meant else []
