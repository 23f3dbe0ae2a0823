"""The one card of a case, edited in place; and what of it can be read back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from adapters.discord.render.body import FOLDED, folded, whole
from adapters.discord.render.footer import footer_parts
from adapters.discord.render.question import MOST_BUTTONS, answer_rows, question_parts
from adapters.discord.render.shapes import (
    CONTAINER,
    Json,
    Message,
    button,
    container,
    fits,
    gap,
    heading,
    length,
    parts_of,
    row,
    said,
    section,
    separator,
    small,
    text,
)
from bot.cards.actions import Action, parse_action
from bot.cards.folds import card_folds, current, foldings, merged, tell_fold
from bot.cards.rows import seen, short
from bot.cards.wording import IN_MENU, NAMELESS, older_text, place_text, recap_lines
from bot.engine.model import Tell, View
from bot.ports import Parcel

_SAFETY = 0xD83C3E
"""The colour of a card that concerns safety; it says so in words as well."""

_NAME = 100
_RECALLED = 120
_MOST_RECALLED = 5
_MOST_TELLS = 5
_TIGHT_TELLS = 2
_TIGHT = 100
"""Characters of each card where room is very short."""

_TIGHT_QUESTION = 200


def card(parcel: Parcel, marker: int = 0, *, compact: bool = False, note: str = "") -> Message:
    """Show a case as it stands; with ``compact`` every card is shown by its beginning alone.

    ``marker`` is the id of the frame, by which this very card can be told; ``note`` stands above
    all the rest.
    """
    accent = _SAFETY if _is_grave(parcel.view) else None
    made = Message(())
    for parts in _tries(parcel, note, compact=compact):
        made = Message((container(parts, marker, accent),))
        if fits(made):
            break
    return made


def _is_grave(view: View | None) -> bool:
    return view is not None and any(shown.tone == "safety" for shown in view.cards)


def _tries(parcel: Parcel, note: str, *, compact: bool) -> Iterator[list[Json]]:
    """Fold the longest cards until the rest fits, then all of them tightly, then the question."""
    layout = _Layout(parcel, note)
    if not compact:
        yield layout.parts(layout.whole)
    sizes = [length(part) for part in layout.whole]
    for places in foldings(sizes, compact=compact):
        chosen = (layout.folded if place in places else layout.whole for place in range(len(sizes)))
        yield layout.parts([parts[place] for place, parts in enumerate(chosen)])
    tight = _Layout(parcel, note, tight=True)
    yield tight.parts(tight.folded)
    yield tight.parts(tight.folded, _TIGHT_QUESTION)


class _Layout:
    """The parts of a parcel's card, from top to bottom.

    ``tight`` makes one card of several, and leaves out what can be had by a word.
    """

    def __init__(self, parcel: Parcel, note: str, *, tight: bool = False) -> None:
        view, tells = parcel.view, current(parcel.tells)
        most = _TIGHT_TELLS if tight else _MOST_TELLS
        cards = [*view.cards] if view else []
        shown = [merged(cards)] if tight and len(cards) > 1 else card_folds(cards)
        self.parcel, self.note, self.tight = parcel, note, tight
        self.tells = tells[-most:]
        self.older = len(tells) - len(self.tells)
        self.cards = len(shown)
        self.folds = [*shown, *(tell_fold(tell) for tell in self.tells)]

    @cached_property
    def whole(self) -> list[list[Json]]:
        """Its cards and what is told, each of them whole."""
        return [whole(fold) for fold in self.folds]

    @cached_property
    def folded(self) -> list[list[Json]]:
        """The same, each of them by its beginning."""
        room, parcel = _TIGHT if self.tight else FOLDED, self.parcel
        return [folded(fold, parcel.case_id, parcel.turn, room) for fold in self.folds]

    def parts(self, shown: list[list[Json]], question: int | None = None) -> list[Json]:
        """Lay out the card with these cards and what is told, and the question within its room."""
        parcel, view = self.parcel, self.parcel.view
        noted = [said(self.note)] if self.note.strip() else []
        told = self._told(shown[self.cards :])
        if view is None:
            return [*noted, *told, _where_am_i(parcel)]
        read = [*_flat(shown[: self.cards]), *told]
        prompt = view.prompt
        asked = question_parts(view, prompt, question) if prompt else []
        line = [separator()] if read and asked and not self.tight else []
        below = footer_parts(view, parcel.margin, tight=self.tight)
        return [*noted, *self._top(view), *read, *line, *asked, *below]

    def _top(self, view: View) -> list[Json]:
        where = place_text(view.prompt) if view.prompt else ""
        name = heading(short(seen(view.name, NAMELESS), _NAME))
        delete = button("Delete…", Action("forget", arg=view.case))
        recalled = [] if self.tight else recap_lines(self.parcel.margin, _MOST_RECALLED, _RECALLED)
        recap = [text(small(*recalled)), gap()] if recalled else []
        return [section(f"{name}\n{small(where)}" if where else name, delete), *recap]

    def _told(self, shown: Sequence[list[Json]]) -> list[Json]:
        """Put what is told in order; the newest are enough where very many came together."""
        asking = next((tell for tell in reversed(self.tells) if tell.choices), None)
        older = [text(small(older_text(self.older)))] if self.older else []
        parts = [
            [*part, *(_meant(self.parcel.view, tell) if tell is asking else ())]
            for tell, part in zip(self.tells, shown, strict=True)
        ]
        return [*older, *_flat(parts)]


def _flat(parts: Sequence[list[Json]]) -> list[Json]:
    return [component for part in parts for component in part]


def _where_am_i(parcel: Parcel) -> Json:
    """Give something to press where only something is told; by it, the card is known as one."""
    return row(button(IN_MENU["status"], Action("say", parcel.case_id, parcel.turn, "status")))


def _meant(view: View | None, tell: Tell) -> list[Json]:
    """Give what may have been meant as buttons, where the answers themselves are in a select."""
    prompt = view.prompt if view else None
    if view is None or prompt is None or prompt.input != "choice":
        return []
    known = {choice.id for choice in prompt.choices}
    meant = [choice for choice in tell.choices if choice.id in known]
    if len(prompt.choices) <= MOST_BUTTONS or len(meant) > MOST_BUTTONS:
        return []  # they are buttons already, or so many that the select is as good
    return answer_rows(view, meant, [choice.label for choice in meant])


# ------------------------------------------------------------------ read back


def card_of(message: Mapping[str, Any]) -> tuple[str, int] | None:
    """Tell of which case a message is the card, and the marker of its frame; None if it is none."""
    frames = (part for part in message.get("components") or () if part.get("type") == CONTAINER)
    frame = next(frames, None)
    if frame is None:
        return None
    ids = (str(part.get("custom_id") or "") for part in parts_of([frame]))
    cases = (_case_of(parse_action(custom_id)) for custom_id in ids)
    case_id = next(filter(None, cases), "")
    return (case_id, int(frame.get("id") or 0)) if case_id else None


def turn_shown(message: Mapping[str, Any]) -> int:
    """Tell which turn a card shows, by its buttons; -1 if none of them says so."""
    ids = (str(part.get("custom_id") or "") for part in parts_of(message.get("components") or ()))
    actions = filter(None, map(parse_action, ids))
    return max((action.turn for action in actions), default=-1)


def _case_of(action: Action | None) -> str:
    if action is None:
        return ""
    return action.case or (action.arg if action.verb == "forget" else "")
