"""Wording that every face needs, whatever it is drawn with: progress, ranges, rows of a card."""

from __future__ import annotations

from bot.engine.model import Limits, Prompt
from bot.engine.numerals import show_number


def progress_text(prompt: Prompt) -> str:
    """Say how far we are: the number of a question that counts, else how many are answered."""
    done, of = prompt.progress
    if not of:
        return ""
    if prompt.counted and done < of:
        return f"Question {done + 1} of {of}"
    return f"all {of} questions answered" if done >= of else f"{done} of {of} answered"


def filled_cells(prompt: Prompt, cells: int) -> int:
    """Give how many cells of a progress bar are full."""
    done, of = prompt.progress
    return cells * min(done, of) // of if of else 0


def fact_joint(name: str) -> str:
    """Give what stands between a name and its value: a question gets an arrow."""
    return " → " if name.endswith(("?", ".", "!", "…")) else ": "


def fact_text(line: str) -> str:
    """Put a name and its value, which a tab parts, on one line."""
    name, _, value = line.partition("\t")
    return f"{name}{fact_joint(name)}{value}" if value else name


def ticks_text(prompt: Prompt) -> str:
    """Say how many answers may be ticked."""
    most = prompt.limits.max_ticks
    return "Tick as many as apply" if most >= len(prompt.choices) else f"Tick up to {most}"


def range_text(limits: Limits) -> str:
    """Say the range of a number, with a space in front; "" if there is none."""
    low = f"from {show_number(limits.least)}" if limits.least is not None else ""
    high = f"up to {show_number(limits.most)}" if limits.most is not None else ""
    return "".join(f" {part}" for part in (low, high) if part)
