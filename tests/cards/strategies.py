"""Anything that a flow, a person or a rule may put on a card, as Hypothesis strategies."""

from __future__ import annotations

from typing import Literal, get_args

from hypothesis import strategies as st

from bot.cards.folds import whole_card
from bot.cards.rows import text_blocks
from bot.engine.model import Block, Card, Choice, Input, Limits, Prompt, Status, Tell, View
from bot.engine.show import Margin
from bot.engine.wording import fact_text
from bot.ports import Parcel

WORDS = (
    "word",
    "<!here>",
    "@channel",
    "&amp;",
    "*bold*",
    "\u202eback",
    "x" * 90,
    "🛟",
    "a, b",
    ":)",
    "https://example.org/a_b",
    "[here](https://example.org)",
    "||hidden||",
    "*" * 90,
)


def texts_up_to(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Texts as people and authors write them; half of them are as long as they may be."""
    some = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
    cut = some.map(lambda text: text[:most].strip() or "x")
    full = some.map(lambda text: (f"{text} " * most)[:most].strip().ljust(most, "."))
    return (cut | full).filter(lambda text: len(text) >= least)


BlockKind = Literal["text", "heading", "bullets", "facts", "notice"]
LABELS = texts_up_to(75)
LINES = texts_up_to(400) | texts_up_to(2000)


BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    kinds = st.sampled_from(BLOCK_KINDS)
    blocks = []
    for kind in draw(st.lists(kinds, min_size=1, max_size=6)):
        lines = draw(st.lists(LINES, min_size=1, max_size=6))
        if kind == "facts":
            lines = [f"{text[:90]}\t{text}" for text in lines]
        blocks.append(Block(kind, tuple(lines)))
    title = draw(st.just("") | texts_up_to(150) | texts_up_to(400))
    tone = draw(st.sampled_from(["plain", "safety", "notice"]))
    return Card("step", "say", title, tuple(blocks), tone)


@st.composite
def prompts(draw: st.DrawFn) -> Prompt:
    kind: Input = draw(st.sampled_from(get_args(Input)))
    labels = draw(st.lists(LABELS, min_size=1, max_size=25)) if kind in {"choice", "many"} else []
    choices = tuple(Choice(f"o{place}".ljust(40, "x"), text) for place, text in enumerate(labels))
    old = {"choice": labels[:1], "many": [", ".join(labels[::2])], "date": ["2026-11-27"]}
    offered = draw(st.sampled_from(["", "skipped", *old.get(kind, ["12.5"])]) | texts_up_to(2000))
    return Prompt(
        step="step",
        section=draw(texts_up_to(150)),
        text=draw(texts_up_to(2000) | texts_up_to(20_000)),
        why="Because.",
        input=kind,
        choices=choices,
        progress=draw(st.sampled_from([(0, 0), (0, 9), (4, 9), (9, 9)])),
        optional=draw(st.booleans()),
        offered=offered,
        sensitive=draw(st.booleans()),
        numbered=draw(st.booleans()),
        limits=draw(st.sampled_from([Limits(), Limits(least=1, most=90, max_ticks=2)])),
    )


@st.composite
def told(draw: st.DrawFn) -> Tell:
    text = draw(texts_up_to(300) | texts_up_to(2000))
    choices = (Choice("o0".ljust(40, "x"), "One"), Choice("gone", "Gone"))
    mistake = draw(st.booleans())
    code = draw(st.sampled_from(["help", "review", "why", "status", "saved", "updated", "early"]))
    return Tell(code, text, mistake, choices, draw(st.none() | cards()))


@st.composite
def parcels(draw: st.DrawFn) -> Parcel:
    status: Status = draw(st.sampled_from(get_args(Status)))
    prompt = draw(prompts()) if status == "open" else None
    many = draw(st.sampled_from([0, 1, 1, 2, 3, 40]))
    shown = tuple(draw(st.lists(cards(), max_size=min(many, 3)))) * (20 if many == 40 else 1)
    view = View("K7Q2M9XA", 7, draw(st.just("") | texts_up_to(60)), status, shown, prompt)
    recap = draw(st.lists(st.tuples(texts_up_to(90), texts_up_to(2000)), max_size=3))
    margin = Margin(tuple(recap), {"working": "show the working"})
    tells = tuple(draw(st.lists(told(), max_size=7)))
    return Parcel("ann", view.case, view.turn, view, tells, margin)


def flat(text: str) -> str:
    return " ".join(text.split())


def lines_of(shown: Card) -> list[str]:
    rows = [
        fact_text(text) if block.kind == "facts" else text
        for block in shown.blocks
        for text in block.lines
    ]
    return [flat(row) for row in rows]


def opened(view: View, what: str, tells: tuple[Tell, ...]) -> Card:
    """Open what “Read it all” was pressed on."""
    if not what.startswith("tell:"):
        found = whole_card(view, what)
        assert found is not None
        return found
    blocks = tuple(
        block
        for tell in tells
        for block in (tell.card.blocks if tell.card else text_blocks(tell.text))
    )
    return Card("tells", "tell", "", blocks)
