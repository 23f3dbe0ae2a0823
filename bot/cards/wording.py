"""What every chat face says alike, in the same words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.cards.rows import one_line, short
from bot.cards.values import Entry, Holdings, Tracks
from bot.engine.model import Limits, Prompt, Status
from bot.engine.show import Margin
from bot.engine.wording import filled_cells, progress_text
from bot.ports import Forgotten

COMMAND = "/crossroads"
NAMELESS = "Your case"
NO_NAME = "A case without a name"
START = "Start a case"

WHAT_IT_IS = (
    "A client troubles you: do you talk, reset, hand over, or leave? Crossroads asks you short "
    "questions and gives you a reasoned recommendation, with every reason shown. The decision is "
    "yours; it never writes to a client."
)
WHAT_IS_PRIVATE = (
    "Only you see your answers. Use a nickname for the client. Every answer is saved at once and "
    "encrypted, you can stop at any time, and you can delete everything yourself."
)
NOT_YOURS = (
    "This dialogue is not yours, or it was deleted. Write “cases” to me in our direct "
    "messages to see yours."
)
ASKED_AGAIN = (
    "That question is asked again, on the card of the case. Your old answer stays until you give "
    "another one."
)
NOT_EXPORTED = "Your data could not be put together just now. Please try it again in a while."
NOTHING_THERE = "There is nothing to read here."
ENGLISH = "Language: the dialogue is in English."
NO_CASES = "You have no cases."
NO_COMMAND = "That is not a command of mine."
HOW_TO_COMMAND = "Commands; in our direct messages the word alone will do:"
HOW_TO_WRITE = "At every question you can write, as the whole message:"
NOTHING_PRIVATE = "Nothing private belongs in a command; the dialogue is in our direct messages."
OWN_KEY = "All of it is encrypted under a key of your own."


# ------------------------------------------------------------------ where a case stands

STATES: Mapping[Status, str] = {
    "open": "open",
    "paused": "paused",
    "sleeping": "asleep until morning",
    "finished": "finished",
    "cancelled": "closed without a result",
}
ENDS: Mapping[Status, str] = {
    "open": "Everything you answered is saved.",
    "paused": "⏸ Paused. Everything is saved; go on whenever you like.",
    "sleeping": "🌙 Asleep until morning. Everything is saved; you can also go on without waiting.",
    "finished": "✅ Finished, and saved.",
    "cancelled": "Closed without a result. Your answers stay until you delete them.",
}
AFTER: Mapping[Status, Mapping[str, str]] = {
    "open": {"review": "Review", "undo": "Undo", "help": "Help"},
    "paused": {"resume": "Resume", "review": "Review", "undo": "Undo", "help": "Help"},
    "sleeping": {"resume": "Resume now", "review": "Review", "undo": "Undo", "help": "Help"},
    "finished": {"review": "Review", "undo": "Undo", "help": "Help"},
    "cancelled": {"resume": "Resume", "undo": "Undo", "help": "Help"},
}
"""The words that are offered once a case rests, each with its label."""

ON_BUTTONS: Mapping[str, str] = {
    "why": "Why do you ask?",
    "back": "Back",
    "skip": "Skip",
    "review": "Review",
    "pause": "Pause",
}
IN_MENU: Mapping[str, str] = {
    "undo": "Undo the last thing",
    "status": "Where am I?",
    "restart": "Begin again",
    "cancel": "Close this case",
    "help": "Help",
}
_CELLS = 12
_TITLE = 150


def words_that_work(prompt: Prompt, margin: Margin) -> dict[str, str]:
    """Give the words for buttons below a question, each with its label."""
    left_out = set() if prompt.optional else {"skip"}
    if not margin.recap and not prompt.progress[0]:
        left_out.add("back")
    if not prompt.why.strip():
        left_out.add("why")
    return {word: label for word, label in ON_BUTTONS.items() if word not in left_out}


def place_text(prompt: Prompt) -> str:
    """Say where we are: the section, how far, and a bar."""
    progress = progress_text(prompt)
    return " · ".join(filter(None, (prompt.section, progress, progress_bar(prompt))))


def progress_bar(prompt: Prompt) -> str:
    """Draw how far we are; "" where nothing is counted."""
    full = filled_cells(prompt, _CELLS)
    return "▰" * full + "▱" * (_CELLS - full) if prompt.progress[1] else ""


def recap_lines(margin: Margin, most: int, room: int) -> list[str]:
    """Say what was answered last: up to ``most`` lines, each part within ``room`` characters."""
    return [
        f"✓ {short(question, room)} → {short(answer, room)}"
        for question, answer in margin.recap[-most:]
    ]


def older_text(count: int) -> str:
    """Say that more was told than is shown."""
    return f"There were {count} more notices before; “status” tells where you are."


def dialogue_text(entry: Entry) -> str:
    """Give the title of a listed case's dialogue on one line; "" where it goes without saying."""
    return short(entry.dialogue, _TITLE)


def state_text(entry: Entry) -> str:
    """Say how a listed case stands."""
    state = STATES[entry.status]
    if entry.result.strip():
        return f"{state}: {one_line(entry.result)[:1000]}"
    done, of = entry.progress
    return f"{state}, {done} of {of} questions answered" if of and not entry.ended else state


# ------------------------------------------------------------------ days


def day_text(iso: str) -> str:
    """Write an ISO date: 27 November 2026."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def days_text(limits: Limits) -> str:
    """Say the range of a day, with a space in front; "" if there is none."""
    low = f" from {day_text(limits.earliest)}" if limits.earliest else ""
    return low + (f" up to {day_text(limits.latest)}" if limits.latest else "")


def count_days(days: int) -> str:
    """Say a number of days."""
    return "1 day" if days == 1 else f"{days} days"


# ------------------------------------------------------------------ commands

COMMANDS: Mapping[str, str] = {
    "cases": "list your cases, to go on or to delete one",
    "resume": "go on with the case you touched last",
    "settings": "notifications, and how long cases are kept",
    "mydata": "what is stored about you, and how to export it",
    "forget": "delete everything; it asks first",
    "help": "this list",
}


def command_rows(tracks: Tracks, commands: Mapping[str, str] = COMMANDS) -> list[tuple[str, str]]:
    """Give every command with what it does, those that begin a case first."""
    ways = {"start": "begin a case"} | {name: f"begin: {label}" for name, label in tracks[1:]}
    return [(f"{COMMAND} {name}", said) for name, said in (ways | dict(commands)).items()]


# ------------------------------------------------------------------ what is stored

KEPT = {
    0: "Keep them until I delete them",
    30: "Delete them after 30 days",
    90: "Delete them after 90 days",
    365: "Delete them after a year",
}


def kept_labels(days: int, labels: Mapping[int, str] = KEPT) -> dict[int, str]:
    """Give the times that finished cases may be kept, in order, with the one that is set."""
    found = labels if days in labels else {**labels, days: f"Delete them after {days} days"}
    return dict(sorted(found.items()))


def holdings_rows(holdings: Holdings, platform: str) -> list[tuple[str, str]]:
    """Say how much is stored of a person, as names and values."""
    opinions = [
        ("Second opinions you asked for", holdings.rounds),
        ("Answers of yours that wait for a close", holdings.answers),
        ("Letters, plans, logs and other papers", holdings.papers),
    ]
    return [
        ("Cases", str(holdings.cases)),
        ("Logged answers and other events", str(holdings.events)),
        ("Messages still to be delivered", str(holdings.effects)),
        *((name, str(count)) for name, count in opinions if count),
        ("Profile", "yes" if holdings.profile else "none"),
        (f"Where you are reached in {platform}", "yes" if holdings.reached else "not stored"),
        ("Finished cases", KEPT.get(holdings.keep_days, f"kept {holdings.keep_days} days")),
    ]


# ------------------------------------------------------------------ deleting

DELETE_QUESTION = "Delete for good?"


def forget_text(what: str, name: str) -> str:
    """Ask before deleting: ``what`` is a case id or "all", ``name`` the case's nickname."""
    named = f"“{short(name, 150)}”" if name.strip() else "this case"
    which = "everything Crossroads keeps about you" if what == "all" else named
    lost = (
        "All your cases, answers, results and settings are gone for good."
        if what == "all"
        else "Its answers and its result are gone for good, and its card is removed."
    )
    return f"Delete {which}? {lost} This cannot be undone."


SINGLE_CASE = f"To delete a single case instead: {COMMAND} cases, and there “Delete…”."


def beyond_reach(platform: str) -> str:
    """Say what is left after a deletion."""
    return (
        "What Crossroads cannot reach: messages you wrote in this chat yourself (you can "
        f"delete those), copies you exported, and backups that {platform} or your organisation "
        "keeps."
    )


def forgotten_texts(forgotten: Forgotten) -> tuple[str, str]:
    """Say what was deleted."""
    cases = "1 case" if forgotten.cases == 1 else f"{forgotten.cases} cases"
    return (
        f"Deleted: {cases}, with answers, history and results.",
        "What I had posted of it here is being removed as well; that may take a minute.",
    )
