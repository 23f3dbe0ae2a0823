"""Nothing that is typed can mention, link, format, or break out of where it stands on Discord."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import Message, card, cases_message, forget_question, refused, window
from adapters.discord.render.shapes import bold, escape, heading, small
from bot.cards.values import Entry
from bot.engine.model import Block, Card, Choice, Tell
from bot.engine.show import Margin
from tests.cards.scenes import PROMPT, VIEW, parcel
from tests.cards.strategies import BLOCK_KINDS
from tests.discord.render_checks import contents
from tests.discord.test_render import NOON

TYPED = (
    "*a*",
    "**b**",
    "__u__",
    "_i_",
    "~~s~~",
    "||secret||",
    "`code`",
    "```\nblock\n```",
    "# Title",
    "### Title",
    "-# small",
    "- item",
    "* item",
    "1. item",
    "  12. item",
    "> quote",
    ">>> quote",
    "@everyone",
    "@here",
    "<@123>",
    "<@!123>",
    "<@&123>",
    "<#123>",
    "<:smile:123>",
    "<a:smile:123>",
    ":smile:",
    "<t:1700000000:R>",
    "</crossroads start:123>",
    "<id:customize>",
    "https://example.org/a",
    "<https://example.org>",
    "steam://run/1",
    "[here](https://example.org)",
    '[here](<https://example.org> "title")',
    "\\",
    "\\*",
    "a\\\\*b*",
    "¯\\_(ツ)_/¯",
    "12:30",
)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_MARKUP = re.compile(
    r"[\\*_~`|<>\[\]()@]|:\w|://|^[^\S\n]*(?:-#?|\d+\.|#{1,3})(?:\s|$)", re.MULTILINE
)

typed = st.lists(
    st.sampled_from([*TYPED, "\n", " ", "word", "\n\n"]) | st.text(max_size=4), max_size=12
).map("".join)


def inert(content: str) -> bool:
    """Say whether Markdown has no meaning besides its words; what is escaped means itself."""
    return _MARKUP.search(_ESCAPE.sub("¤", content)) is None


@pytest.mark.parametrize("text", TYPED)
def test_what_discord_would_read_is_escaped(text: str) -> None:
    assert inert(escape(text))
    assert inert(escape(f"word\n {text}\nword"))


@given(typed)
def test_whatever_is_typed_means_itself(text: str) -> None:
    assert inert(escape(text))
    assert _ESCAPE.sub(r"\1", escape(text)) == text
    assert len(escape(text)) <= 2 * len(text)


@given(typed)
def test_what_is_bold_small_or_a_heading_ends_where_it_should(text: str) -> None:
    if text.strip():
        assert inert(bold(text).removeprefix("**").removesuffix("**"))
    assert inert(heading(text).removeprefix("### "))
    assert inert(small(text).removeprefix("-# "))
    assert "\n" not in heading(text) + small(text)


def everywhere(text: str) -> list[Message]:
    """Put a text wherever something typed, or written by a flow's author, may stand."""
    blocks = (
        *(Block(kind, (text, text)) for kind in BLOCK_KINDS),
        Block("facts", (f"{text}\t{text}",)),
    )
    shown = Card("a", "say", text, blocks)
    choices = (Choice("a", text), Choice("b", text))
    prompt = replace(PROMPT, text=text, section=text, choices=choices, offered=f"{text} " * 20)
    view = replace(VIEW, name=text, cards=(shown,))
    tells = (Tell("saved", text), Tell("refused", text, mistake=True, card=shown))
    sent = replace(parcel(prompt, *tells, margin=Margin(((text, text),))), view=view)
    return [
        card(replace(sent, view=replace(view, prompt=prompt)), note=text),
        card(replace(sent, view=replace(view, prompt=prompt)), compact=True),
        window("K", 4, "0", shown),
        refused(text, text, "K", 4),
        forget_question("K", text),
        cases_message([Entry("K", text, "open", NOON, result=text)]),
    ]


@pytest.mark.parametrize("text", [text for text in TYPED if re.search(r"[@<\[`|:]", text)])
def test_no_message_mentions_links_or_hides(text: str) -> None:
    for made in everywhere(text):
        for content in contents(made.components):
            plain = _ESCAPE.sub("¤", re.sub(r"<t:\d+:D>", "", content))
            assert not re.search(r"[@<\[`|]|://|:\w", plain)
