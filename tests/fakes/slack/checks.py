"""Whether an outgoing payload of the app is one that Slack takes, and one that we want to send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fakes import shapes
from tests.fakes.slack.limits import Wrong, walk, wrong_blocks, wrong_view
from tests.fakes.slack.model import Json

_FORMS = re.compile(
    r"<(?:@[UW][A-Z0-9]+(?:\|[^<>|]*)?|#C[A-Z0-9]+(?:\|[^<>|]*)?"
    r"|(?:https?://|mailto:)[^<>|\s]+(?:\|[^<>]+)?|!date\^\d+\^[^<>|]+\|[^<>]+)>"
)
_QUOTES = re.compile(r"^(?:>>>|>) ?", re.MULTILINE)
_BARE = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")


def unescaped(text: str) -> bool:
    """Whether a text in Slack's own markup holds a bare ``&``, ``<`` or ``>``."""
    return _BARE.search(_QUOTES.sub("", _FORMS.sub("", text))) is not None


def wrong_message(args: Json, *, text_needed: bool = True) -> list[Wrong]:
    """List what is wrong with a message: text, blocks, and what is never sent."""
    return [*_text(args, text_needed=text_needed), *_blocks(args)]


def wrong_call(shape: str, args: Json) -> list[Wrong]:
    """List what is wrong with the shape of a whole call; the SDK adds ``team_id`` to any."""
    args = {key: value for key, value in args.items() if key not in ("token", "team_id")}
    return [("invalid_arguments", what) for what in shapes.wrong(shape, args)]


def _text(args: Json, *, text_needed: bool) -> Iterator[Wrong]:
    text = args.get("text")
    if text is not None and not isinstance(text, str):
        yield "invalid_arguments", "text is not text"
        return
    if text_needed and not (text or "").strip():
        yield "no_text", "no text (screen readers and notifications have nothing else)"
    if text and len(text) > 40_000:
        yield "msg_too_long", f"{len(text)} characters of text"
    if text and unescaped(text):
        yield "invalid_arguments", "a bare &, < or > in text"
    if args.get("metadata"):
        yield "invalid_arguments", "metadata (never used)"
    if args.get("attachments"):
        yield "invalid_arguments", "attachments (never used)"


def _blocks(args: Json) -> Iterator[Wrong]:
    blocks = args.get("blocks")
    if blocks is None:
        return
    yield from wrong_blocks(blocks, most=50, message=True)
    yield from _marks(blocks)
    yield from (("invalid_blocks", what) for what in shapes.wrong("Blocks", blocks))
    yield from _modelled(blocks)


def _marks(blocks: Any) -> Iterator[Wrong]:
    for path, node in walk(blocks):
        text = node.get("text")
        if node.get("type") == "mrkdwn" and isinstance(text, str) and unescaped(text):
            yield "invalid_blocks", f"blocks{path}: a bare &, < or > in mrkdwn"


def _modelled(blocks: list[Json]) -> Iterator[Wrong]:
    """Let the SDK's own models look at blocks."""
    for index, block in enumerate(blocks):
        if objection := _objection(json.dumps(block)):
            yield "invalid_blocks", f"blocks/{index}: {objection}"


@lru_cache(maxsize=5000)
def _objection(written: str) -> str:
    """Say what the SDK's model has against a block: to_dict validates all the way down.

    That takes the SDK a millisecond, and most blocks of a card come again with every edit.
    """
    block = json.loads(written)
    try:
        model = Block.parse(block)
        if model is None:
            return f"unknown kind {block.get('type')!r}"
        model.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        return str(error) or type(error).__name__
    return ""


def wrong_modal_or_home(view: Any, kind: str) -> list[Wrong]:
    """List what is wrong with a view that is to be a modal or a Home."""
    if not isinstance(view, dict):
        return [("invalid_arguments", "the view is not an object")]
    if view.get("type") != kind:
        return [("invalid_arguments", f"a view of type {view.get('type')!r}, not {kind!r}")]
    return [*wrong_view(view), *_view_shape(view)]


def _view_shape(view: Json) -> Iterator[Wrong]:
    yield from _marks(view.get("blocks"))
    yield from (("invalid_arguments", what) for what in shapes.wrong("View", view))
    yield from _modelled(view.get("blocks") or [])
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        yield "invalid_arguments", str(error)
