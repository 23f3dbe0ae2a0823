"""What a message is put together from: blocks, and the same in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.slack.ids import Action
from adapters.slack.render.body import (
    Row,
    beginning,
    card_text,
    rich_blocks,
    rows_of,
    size_of,
    text_blocks,
    title_of,
)
from adapters.slack.render.shapes import (
    HEADER,
    Json,
    Message,
    actions,
    button,
    escape,
    header,
    line,
    paragraphs,
    rich,
    words,
)
from bot.engine.model import Block, Card, View

FOLDED = 600
"""Characters shown of a card that is folded."""

GOES_ON = "There is more: “Read it all” opens the whole text."
_ALL = "all"
QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message; ``text`` says what the blocks say, not yet escaped."""

    blocks: tuple[Json, ...]
    text: str = ""


def message(parts: Iterable[Part]) -> Message:
    """Put parts together."""
    kept = list(parts)
    text = "\n\n".join(part.text for part in kept if part.text.strip())
    return Message(escape(text), tuple(block for part in kept for block in part.blocks))


@dataclass(frozen=True, slots=True)
class Foldable:
    """A card that may be shown by its beginning alone.

    ``what`` names it on the button that opens it whole; ``mark`` stands before its first line.
    """

    what: str
    card: Card
    mark: str = ""

    def whole(self) -> Part:
        """Show it whole."""
        said = card_text(self.card)
        blocks = (*self._title(), *rich_blocks(self._rows()))
        return Part(blocks, f"{self.mark} {said}".strip())

    def folded(self, case: str, turn: int, room: int = FOLDED) -> Part:
        """Show its title, its first lines, and a button that opens the rest."""
        rows = self._rows()
        if size_of(rows) <= room:
            return self.whole()
        first = beginning(rows, room)
        said = [title_of(self.card), *(row.name + row.text for row in first), GOES_ON]
        more = actions(button("Read it all", Action("whole", case, turn, self.what)))
        blocks = (*self._title(), *rich_blocks(first), rich(line(words(GOES_ON))), more)
        return Part(blocks, "\n".join(filter(None, said)))

    def _title(self) -> list[Json]:
        said = title_of(self.card)
        if not said.strip():
            return []
        title = f"{self.mark} {said}".strip()
        return [header(title)] if len(title) <= HEADER else paragraphs(title, bold=True)

    def _rows(self) -> list[Row]:
        rows = rows_of(self.card)
        if not self.mark or title_of(self.card).strip():
            return rows
        return [Row("text", rows[0].text, f"{self.mark} "), *rows[1:]] if rows else rows


def card_folds(cards: Sequence[Card]) -> list[Foldable]:
    """Name the cards of a view by their places."""
    return [Foldable(str(place), card) for place, card in enumerate(cards)]


def merged(cards: Sequence[Card]) -> Foldable:
    """Make one card of many; it keeps the gravest tone among them."""
    tones = {card.tone for card in cards}
    tone = next((grave for grave in ("safety", "notice") if grave in tones), "plain")
    blocks = tuple(block for card in cards for block in _headed(card))
    return Foldable(_ALL, Card(_ALL, "say", f"{len(cards)} things to read", blocks, tone))


def _headed(card: Card) -> list[Block]:
    return [Block("heading", (card.title,)), *card.blocks] if card.title else [*card.blocks]


def question_card(text: str) -> Card:
    """Make a card of a question that is too long to be shown whole."""
    return Card(QUESTION, "question", "The question", text_blocks(text))


def whole_card(view: View, what: str) -> Card | None:
    """Find what “Read it all” was pressed on; None if it is not on this card.

    What was told ("tell:<word>") is not part of a view: that word has to be answered anew.
    """
    if what == _ALL and view.cards:
        return merged(view.cards).card
    if what == QUESTION and view.prompt:
        return question_card(view.prompt.text)
    if what.isdecimal() and len(what) < 6 and int(what) < len(view.cards):
        return view.cards[int(what)]
    return None
