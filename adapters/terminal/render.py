"""What is shown, as lines of plain text: cards, prompts, what is told. Pure.

``width`` is how many columns a line may have; 0 leaves lines as long as they are, which is what a
program or a search through a transcript wants.
"""

from __future__ import annotations

import shlex
import textwrap
import unicodedata
from collections.abc import Iterator
from datetime import date

from bot.engine.model import Block, Card, Prompt, Tell, View
from bot.engine.wording import fact_text, filled_cells, progress_text, range_text, ticks_text
from bot.ports import Listed

_TAB = "    "
_INDENT = "  "
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
PROMISE = "Only you see this, and every answer is saved at once. “help” lists what you can write."
_HINTS = ("why", "back", "skip", "review", "pause", "help")


def printable(text: str) -> str:
    """Drop what could steer a terminal or turn the text around; line breaks stay."""
    spaced = text.replace("\t", _TAB)
    return "".join(c for c in spaced if c == "\n" or _is_harmless(c))


def _is_harmless(character: str) -> bool:
    if character in _TURNS_TEXT:
        return False
    return unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}


# ------------------------------------------------------------------ cards


def card_lines(card: Card, width: int = 0) -> list[str]:
    """Show a card: its title underlined, then its parts."""
    lines: list[str] = []
    if card.title:
        title = _wrapped(card.title, width)
        lines += [*title, ("!" if card.tone == "safety" else "=") * max(map(len, title))]
    return [*lines, *_body_lines(card, width)]


def card_text(card: Card) -> str:
    """Give all that a card says as one text, without its title."""
    return "\n".join(_body_lines(card, 0)).strip("\n")


def _body_lines(card: Card, width: int) -> Iterator[str]:
    before = None
    for block in card.blocks:
        if needs_space(before, block):
            yield ""
        yield from _block_lines(block, width)
        before = block


def needs_space(before: Block | None, block: Block) -> bool:
    """Say whether an empty line belongs between two parts of a card, or below its title."""
    if before is None:
        return block.kind != "bullets"
    if block.kind == "bullets":
        return before.kind not in {"text", "heading"}
    return before.kind != "heading"


def _block_lines(block: Block, width: int) -> Iterator[str]:
    for place, line in enumerate(block.lines):
        match block.kind:
            case "heading":
                heading = _wrapped(line, width)
                yield from (*heading, "-" * max(map(len, heading)))
            case "bullets":
                yield from _wrapped(line, width, "- ")
            case "facts":
                yield from _wrapped(fact_text(line), width, "- ")
            case "notice" | "text":
                if place:
                    yield ""
                yield from _wrapped(line, width, "! " if block.kind == "notice" else "")


def _wrapped(text: str, width: int, mark: str = "") -> list[str]:
    """Break a text into lines; what follows the first is indented as far as the mark reaches."""
    rest = " " * len(mark)
    lines: list[str] = []
    for line in printable(text).split("\n"):
        lead = rest if lines else mark
        if width:
            lines += textwrap.wrap(
                line, max(width, 20), initial_indent=lead, subsequent_indent=rest
            ) or [""]
        else:
            lines.append((lead + line).rstrip())
    return lines


# ------------------------------------------------------------------ prompts


def prompt_lines(view: View, width: int = 0) -> list[str]:
    """Show the question that is open: where we are, the question, the answers, what else works."""
    prompt = view.prompt
    if prompt is None:
        return []
    lines = [place_line(prompt), "", *_wrapped(prompt.text, width), ""]
    places = len(str(len(prompt.choices)))
    for number, choice in enumerate(prompt.choices, 1):
        lines += _wrapped(choice.label, width, f"{_INDENT}{number:>{places}}  ")
    if prompt.choices:
        lines.append("")
    lines += [_INDENT + line for line in (input_hint(prompt), offer_line(prompt)) if line]
    return [*lines, f"{_INDENT}[{' · '.join(words_that_work(prompt))}]"]


def place_line(prompt: Prompt) -> str:
    """Say the section and how far we are."""
    section, progress = printable(prompt.section), progress_text(prompt)
    return f"{section} · {progress}" if progress else section


def progress_bar(prompt: Prompt, cells: int = 20) -> tuple[str, str]:
    """Draw how far we are as two parts of a bar: what is done, and what is left."""
    filled = filled_cells(prompt, cells)
    return "━" * filled, "─" * (cells - filled) if prompt.progress[1] else ""


def input_hint(prompt: Prompt) -> str:
    """Say how to answer, where that is not plain from the answers."""
    match prompt.input:
        case "choice":
            return "Answer with the number or the words." if prompt.numbered else ""
        case "many":
            return f"{ticks_text(prompt)}: their numbers, such as “1, 3”."
        case "number":
            return f"A number{range_text(prompt.limits)}."
        case "date":
            return "A day, such as “31 March 2026” or “next Friday”."
        case "text":
            return f"In your own words, up to {prompt.limits.max_length:,} characters."


def offer_line(prompt: Prompt) -> str:
    """Say what pressing Enter alone keeps."""
    offered = " ".join(printable(prompt.offered).split())
    return f"Enter keeps: {offered}" if offered else ""


def words_that_work(prompt: Prompt) -> tuple[str, ...]:
    """List the universal words worth naming at this prompt."""
    left_out = {"skip"} if not prompt.optional else set()
    if not prompt.progress[0]:
        left_out.add("back")
    return tuple(word for word in _HINTS if word not in left_out)


# ------------------------------------------------------------------ what is told


def tell_lines(tell: Tell, width: int = 0) -> list[str]:
    """Show what is told once: its card if it has one, else its text."""
    if tell.card:
        return card_lines(tell.card, width)
    return [
        line
        for part in tell.text.split("\n")
        for line in _wrapped(part.removeprefix("- "), width, "- " if part[:2] == "- " else "")
    ]


def day_text(iso: str) -> str:
    """Write an ISO date with its weekday: Friday, 27 November 2026."""
    day = date.fromisoformat(iso)
    return f"{day:%A}, {day.day} {day:%B %Y}"


# ------------------------------------------------------------------ coming and going


def greeting_lines(title: str, about: str, width: int = 0) -> list[str]:
    """Open the conversation."""
    heading = _wrapped(title, width)
    return [
        *heading,
        "=" * max(map(len, heading)),
        *_wrapped(about, width),
        "",
        *_wrapped(PROMISE, width),
    ]


def resume_line(case_id: str, as_name: str = "") -> str:
    """Give the command that goes on with a case."""
    return f"crossroads resume {case_id}{_whose(as_name)}"


def _whose(as_name: str) -> str:
    return f" --as {shlex.quote(as_name)}" if as_name else ""


def end_lines(view: View, resume: str) -> list[str]:
    """Say how the conversation was left."""
    match view.status:
        case "finished":
            return [f"Finished, and saved. Look at it again: {resume.replace('resume', 'show', 1)}"]
        case "cancelled":
            return [f"Closed. If you change your mind: {resume}"]
        case _:
            return [f"Saved. Go on with: {resume}"]


def due_text(count: int, as_name: str = "") -> str:
    """Say how many things are due, and nothing of what they are: others may look on."""
    things = "You have an item due" if count == 1 else f"You have {count} items due"
    return f"{things}: crossroads reminders{_whose(as_name)}"


def open_cases_text(cases: list[Listed], as_name: str = "") -> str:
    """Name the cases that are still open, each with the line that goes on with it."""
    count = "is one open case" if len(cases) == 1 else f"are {len(cases)} open cases"
    shown = [
        f"- {printable(case.name) or 'without a name'}: {resume_line(case.id, as_name)}"
        for case in cases[:3]
    ]
    rest = ["- “crossroads cases” lists them all"] if len(cases) > 3 else []
    return "\n".join([f"There {count} of yours:", *shown, *rest, "This is a new one."])
