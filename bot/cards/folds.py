"""Cards that may be shown by their beginning alone, and what opens them whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.cards.answers import numbered_lines
from bot.cards.rows import Row, rows_of, text_blocks, title_of
from bot.engine.model import Block, Card, Prompt, Tell, View

GOES_ON = "There is more: “Read it all” opens the whole text."
READ_ALL = "Read it all"
QUESTION = "question"
_ALL = "all"


@dataclass(frozen=True, slots=True)
class Fold:
    """A card that may be shown by its beginning alone.

    ``what`` names it on the button that opens it whole; ``mark`` stands before its first line.
    """

    what: str
    card: Card
    mark: str = ""

    @property
    def title(self) -> str:
        """Its title with its mark; "" if it has none."""
        said = title_of(self.card)
        return f"{self.mark} {said}".strip() if said.strip() else ""

    def rows(self, most: int) -> list[Row]:
        """Give its lines, those longer than ``most`` in parts; without a title, with its mark."""
        rows = rows_of(self.card, most)
        if not self.mark or self.title or not rows:
            return rows
        return [Row("text", rows[0].text, f"{self.mark} "), *rows[1:]]


def card_folds(cards: Sequence[Card]) -> list[Fold]:
    """Name the cards of a view by their places."""
    return [Fold(str(place), card) for place, card in enumerate(cards)]


def tell_fold(tell: Tell) -> Fold:
    """Show what is told once: its card if it has one, else its text; a mistake says it is one."""
    mark = "❗ Not taken:" if tell.mistake else "💬"
    told = tell.card or Card(tell.code, "tell", "", text_blocks(tell.text))
    return Fold(f"tell:{tell.code}", told, mark)


def merged(cards: Sequence[Card]) -> Fold:
    """Make one card of many; it keeps the gravest tone among them."""
    tones = {card.tone for card in cards}
    tone = next((grave for grave in ("safety", "notice") if grave in tones), "plain")
    blocks = tuple(block for card in cards for block in _headed(card))
    return Fold(_ALL, Card(_ALL, "say", f"{len(cards)} things to read", blocks, tone))


def _headed(card: Card) -> list[Block]:
    return [Block("heading", (card.title,)), *card.blocks] if card.title else [*card.blocks]


def question_card(prompt: Prompt) -> Card:
    """Make a card of a question that is too long to be shown whole, with all that belongs to it."""
    blocks = [*text_blocks(prompt.text)]
    if prompt.choices:
        blocks.append(Block("text", tuple(numbered_lines(prompt.choices))))
    if prompt.offered.strip() and not prompt.sensitive:
        blocks.append(Block("facts", (f"Your earlier answer\t{prompt.offered}",)))
    return Card(QUESTION, "question", "The question", tuple(blocks))


def whole_card(view: View, what: str) -> Card | None:
    """Find what “Read it all” was pressed on; None if it is not on this card.

    What was told ("tell:<word>") is not part of a view: that word has to be answered anew.
    """
    if what == _ALL and view.cards:
        return merged(view.cards).card
    if what == QUESTION and view.prompt:
        return question_card(view.prompt)
    if what.isdecimal() and len(what) < 6 and int(what) < len(view.cards):
        return view.cards[int(what)]
    return None


def current(tells: Iterable[Tell]) -> tuple[Tell, ...]:
    """Keep the newest of each kind: what was told before of the same no longer holds."""
    newest: dict[str, Tell] = {}
    for tell in tells:
        newest.pop(tell.code, None)  # so that it stands at its newest place
        newest[tell.code] = tell
    return tuple(newest.values())


def foldings(sizes: Sequence[int], *, compact: bool = False) -> Iterator[frozenset[int]]:
    """Give the places of the cards to fold, try by try: the longest first, in the end all."""
    longest = sorted(range(len(sizes)), key=lambda place: -sizes[place])
    for count in range(len(sizes) if compact else 1, len(sizes) + 1):
        yield frozenset(longest[:count])
