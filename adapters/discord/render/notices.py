"""Small messages: welcome, help, where it goes on, what was done or could not be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.render.shapes import (
    BUTTON,
    PRIMARY,
    Json,
    Message,
    attachment,
    bold,
    button,
    escape,
    fits,
    heading,
    link,
    message,
    row,
    rows,
    said,
    text,
)
from bot.cards.actions import Action
from bot.cards.rows import pieces
from bot.cards.values import Tracks
from bot.cards.wording import (
    ASKED_AGAIN,
    COMMAND,
    COMMANDS,
    HOW_TO_COMMAND,
    HOW_TO_WRITE,
    NO_COMMAND,
    NOT_EXPORTED,
    NOT_YOURS,
    NOTHING_PRIVATE,
    START,
    WHAT_IS_PRIVATE,
    WHAT_IT_IS,
    command_rows,
    count_days,
)
from bot.engine.words import WORDS
from bot.errors import CrossroadsError
from bot.sheets.model import File

_MOST_TRACKS = 20
_MOST_SAID = 1900
_COMMANDS = {
    **{name: COMMANDS[name] for name in ("cases", "resume")},
    "opinion": "ask your team, or answer when you are asked",
    "draft": "a letter or a script for what you decided",
    "plan": "a plan with dates, and reminders",
    "log": "keep what happened, as facts",
    "document": "a decision record, letter, log or plan as a file",
    "outcome": "say what came of a decision",
    "insights": "what came of decisions, counted",
    "link": "go on here with your cases from another platform",
    "unlink": "end that",
    "workspace": "settings for everybody in a server",
    "settings": "how long finished cases are kept",
    "mydata": COMMANDS["mydata"],
    "export": "everything that is stored about you, as a file",
    **{name: COMMANDS[name] for name in ("forget", "help")},
}

DM_CLOSED = (
    "Discord does not let me write to you directly, so it goes on here, and only you see it. To "
    "have it in our direct messages, allow messages from this server in its privacy settings, or "
    "add Crossroads to your own account. Then use /crossroads resume."
)
_NO_REAL_NAMES = (
    "What you press or write passes through Discord. So never give the client’s real name; writing "
    "is hardly ever needed, buttons will do."
)


def told(plain: str) -> Message:
    """Say one thing."""
    return message([said(pieces(plain, _MOST_SAID)[0])])


# ------------------------------------------------------------------ coming in


def welcome(tracks: Tracks) -> Message:
    """Greet somebody new in the chat."""
    first = text(heading("Welcome to Crossroads"))
    texts = (WHAT_IT_IS, WHAT_IS_PRIVATE, _NO_REAL_NAMES)
    return message([first, *(said(part) for part in texts), *begin_rows(tracks)])


def begin_rows(tracks: Tracks) -> list[Json]:
    """Give a button for each way to begin; the first begins with the usual one."""
    if not tracks:
        return [row(button(START, Action("begin"), PRIMARY))]
    first, *rest = tracks
    start = f"Start: {first[1]}"
    usual = button(start if len(start) <= BUTTON else first[1], _begin(first[0]), PRIMARY)
    others = [button(label, _begin(track)) for track, label in rest[: _MOST_TRACKS - 1]]
    return rows([usual, *others])


def _begin(track: str) -> Action:
    return Action("begin", arg=track)


def help_message(
    tracks: Tracks, *, unknown: bool = False, in_server: bool = False, grace_days: int = 30
) -> Message:
    """List the commands, the words that work, and buttons; ``unknown``: another was tried."""
    named = [(_as_offered(name), said) for name, said in command_rows(tracks, _COMMANDS)]
    whole = _help(tracks, named, unknown, in_server, grace_days)
    if fits(whole):
        return whole
    few = command_rows(tracks[:1], _COMMANDS)  # the buttons name all ways to begin
    return _help(tracks, few, unknown, in_server, grace_days)


def _as_offered(command: str) -> str:
    """Write a command as Discord offers it: another dialogue is an option of “start”."""
    return command.replace(f"{COMMAND} start ", f"{COMMAND} start flow:")


def _help(
    tracks: Tracks,
    commands: Sequence[tuple[str, str]],
    unknown: bool,
    in_server: bool,
    grace_days: int,
) -> Message:
    first = [said(NO_COMMAND)] if unknown else []
    last = [said(NOTHING_PRIVATE)] if in_server else []
    return message(
        [
            text(heading("Crossroads: help")),
            *first,
            text(_listed(HOW_TO_COMMAND, commands)),
            text(_listed(HOW_TO_WRITE, list(WORDS.items()))),
            *last,
            said(f"{_NO_REAL_NAMES} {_stored(grace_days)}"),
            *begin_rows(tracks),
            row(
                button("My cases", Action("cases")),
                button("Settings", Action("settings")),
                button("What is stored", Action("mydata")),
            ),
        ]
    )


def _listed(title: str, listed: Sequence[tuple[str, str]]) -> str:
    """List names with their meaning."""
    lines = [f"- {bold(name)}  {escape(meaning)}" for name, meaning in listed]
    return "\n".join([escape(title), *lines])


def _stored(grace_days: int) -> str:
    after = f"after {count_days(grace_days)}" if grace_days else "at once"
    return (
        "Whoever runs Crossroads keeps your answers encrypted, under a key of your own that is "
        "destroyed when you delete everything: /crossroads forget. Do that before you remove "
        "Crossroads, of which it may not hear; if it does, what came that way is deleted "
        f"{after}."
    )


def started(link_to: str = "") -> Message:
    """Say where it goes on; ``link_to`` leads to the card."""
    press = [row(link("Open it", link_to))] if link_to else []
    return message([said("It goes on in our direct messages."), *press])


# ------------------------------------------------------------------ what was done, or was not


def not_yours() -> Message:
    """Say that there is no such case of theirs; whose it may be is not told."""
    return told(NOT_YOURS)


def moved_on() -> Message:
    """Say that what was pressed is over."""
    return told("This step has moved on. The card of the case shows where you are.")


def no_words() -> Message:
    """Say that a message held nothing that can be read."""
    return told(
        "I can read words alone, no files, pictures or stickers. The card of the case shows what "
        "is asked; write it in words, or press a button there."
    )


def asked_again() -> Message:
    """Say that a question that was answered is asked again."""
    return told(ASKED_AGAIN)


def exported(name: str = "") -> Message:
    """Say what the file is that comes with this; ``name`` is that of the attachment."""
    shown = [attachment(name)] if name else []
    return message([said("This is all that is stored about you."), *shown])


def handed_over(file: File) -> Message:
    """Say what a file is that comes with this."""
    return message([said(file.title), attachment(file.name)])


def not_exported() -> Message:
    """Say that an export failed."""
    return told(NOT_EXPORTED)


def error_message(error: CrossroadsError) -> Message:
    """Say what is wrong, and what to do about it."""
    parts = [part for part in (f"❗ {error.message}", error.remedy) if part.strip()]
    return told("\n\n".join(parts))
