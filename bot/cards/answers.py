"""The answers to a question as they are numbered, and those that were given before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from bot.cards.rows import one_line
from bot.engine.model import Choice, Prompt

_SKIPPED = "skipped"
_WRITTEN = frozenset({"text", "number", "date"})


def is_written(prompt: Prompt | None) -> TypeGuard[Prompt]:
    """Say whether a question is answered by writing, so that there is a form for it."""
    return prompt is not None and prompt.input in _WRITTEN


def numbered_lines(choices: Sequence[Choice]) -> list[str]:
    """Put the number before each answer."""
    return [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]


def numbered_labels(choices: Sequence[Choice], most: int) -> list[str]:
    """Put the number before each label that has room for it within ``most`` characters."""
    return [
        long if len(one_line(long)) <= most else choice.label
        for long, choice in zip(numbered_lines(choices), choices, strict=True)
    ]


def old_text(prompt: Prompt) -> str:
    """Give the earlier answer; that it was skipped is no text to begin with."""
    return "" if prompt.optional and prompt.offered == _SKIPPED else prompt.offered


def old_places(prompt: Prompt) -> list[int]:
    """Find the answers that were given before, where that can be told from their labels.

    What is sensitive is not marked: the card stays in the chat.
    """
    if prompt.sensitive or not prompt.offered:
        return []
    labels = [choice.label for choice in prompt.choices]
    if prompt.input == "choice":
        return [labels.index(prompt.offered)] if labels.count(prompt.offered) == 1 else []
    ways = _ways(labels, prompt.offered)
    return ways[0] if len(ways) == 1 else []


def _ways(labels: list[str], said: str, start: int = 0) -> list[list[int]]:
    """Read “A, B” as places, in order; a label may hold a comma, so there may be several ways."""
    found: list[list[int]] = []
    for place in range(start, len(labels)):
        label = labels[place]
        if said == label:
            found.append([place])
        elif said.startswith(f"{label}, "):
            rest = _ways(labels, said[len(label) + 2 :], place + 1)
            found += [[place, *way] for way in rest]
    return found[:2]
