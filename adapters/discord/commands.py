"""The one slash command as data: what is registered at Discord; pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import WrongUse

Json = dict[str, Any]

COMMAND = "crossroads"
CASE_OPTION = "case"
"""The option that names a case; what may stand there is offered while typing."""

FLOW_OPTION = "flow"
"""The option that names a dialogue other than the usual one."""

CODE_OPTION = "code"
"""The option for a code that links two accounts."""

ADD_TO_LOG = "Add to log"
"""What is offered on a message: to quote it in the log of a case."""

TEXTS: Mapping[str, str] = {
    COMMAND: "Think through what to do about a client who is trouble.",
    "start": "Begin a case; the dialogue is in your direct messages.",
    "start flow": "Which dialogue; else the usual one.",
    "track": "Begin a case: {label}",
    "cases": "Your cases, to go on with or to delete.",
    "resume": "Go on with a case, or with the one you touched last.",
    "resume case": "Which case; else the one you touched last.",
    "settings": "How long your finished cases are kept.",
    "mydata": "What is stored about you, and how to take it with you.",
    "export": "Everything that is stored about you, as a file that only you see.",
    "forget": "Delete a case, or everything about you; it asks first.",
    "forget case": "Which case; else everything about you.",
    "opinion": "Ask your team for a second opinion, or answer where you are asked.",
    "opinion case": "About which case; else what waits for you, and what you asked.",
    "draft": "A letter or a script for what you decided.",
    "draft case": "For which case; else the one you touched last.",
    "plan": "A plan with dates of what to do next, and reminders.",
    "plan case": "For which case; else the one you touched last.",
    "log": "Keep what happened, as facts.",
    "log case": "Of which case; else the one you touched last.",
    "document": "A decision record, letter, log or plan as a file.",
    "document case": "Of which case; else the one you touched last.",
    "outcome": "Say what came of a decision.",
    "outcome case": "Of which case; else the one you touched last.",
    "insights": "What came of decisions, counted: yours, and those of this server.",
    "link": "Use one account's cases from another platform as well.",
    "link code": "The code that the other account was given; else you are given one.",
    "unlink": "End that.",
    "workspace": "Settings for everybody in this server.",
    "help": "What you can do here.",
}
"""Every text of the command in one place, for the day there is a second language."""

INTEGRATIONS = (0, 1)
"""It may be installed in a server, and in somebody's own account."""

CONTEXTS = (0, 1, 2)
"""It works in servers, in direct messages with the bot, and in those with others."""

_CHAT_INPUT, _ON_A_MESSAGE, _SUBCOMMAND, _STRING = 1, 3, 1, 3
_OWN = (
    *("cases", "resume", "opinion", "draft", "plan", "log", "document", "outcome"),
    *("insights", "settings", "workspace", "link", "unlink"),
    *("mydata", "export", "forget", "help"),
)
GIVEN = {
    **dict.fromkeys(
        ("resume", "forget", "opinion", "draft", "plan", "log", "document", "outcome"),
        CASE_OPTION,
    ),
    "link": CODE_OPTION,
}
"""What may be given along with a subcommand."""

_NAME = re.compile(r"[-_\w]{1,32}")
_MOST_SUBCOMMANDS = 25
_LONGEST_TEXT = 100
_MOST_CHOICES = 25


def payload(
    tracks: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]] = ()
) -> list[Json]:
    """Make the command with a subcommand for each way to begin (track id, label) but the usual.

    The usual way is the first; “start” begins it, or the dialogue of ``others`` (word, title) that
    is chosen with it. Raises ``WrongUse`` where a track cannot be a
    command on Discord: the flow's author has to name it otherwise.
    """
    further = dict(tracks[1:])
    _check(further)
    begun = {track: TEXTS["track"].format(label=label) for track, label in further.items()}
    names = {"start": TEXTS["start"]} | begun | {name: TEXTS[name] for name in _OWN}
    command = {
        "type": _CHAT_INPUT,
        "name": COMMAND,
        "description": TEXTS[COMMAND],
        "integration_types": list(INTEGRATIONS),
        "contexts": list(CONTEXTS),
        "options": [_subcommand(name, text, others) for name, text in names.items()],
    }
    quoting = {
        "type": _ON_A_MESSAGE,
        "name": ADD_TO_LOG,
        "integration_types": list(INTEGRATIONS),
        "contexts": list(CONTEXTS),
    }
    return [command, quoting]


def _subcommand(name: str, text: str, others: Sequence[tuple[str, str]]) -> Json:
    options = [_option(name, GIVEN[name])] if name in GIVEN else []
    if name == "start" and others:
        options = [_option(name, FLOW_OPTION) | {"choices": _choices(others)}]
    return {"type": _SUBCOMMAND, "name": name, "description": text, "options": options}


def _choices(others: Sequence[tuple[str, str]]) -> list[Json]:
    """Give what Discord has room for; the others are begun by their word in a direct message."""
    return [
        {"name": title[:_LONGEST_TEXT], "value": word} for word, title in others[:_MOST_CHOICES]
    ]


def _option(name: str, given: str) -> Json:
    offered = {"autocomplete": True} if given == CASE_OPTION else {}
    described = {"description": TEXTS[f"{name} {given}"], "required": False}
    return {"type": _STRING, "name": given, **described, **offered}


def _check(tracks: Mapping[str, str]) -> None:
    """Refuse what Discord would refuse; raises ``WrongUse``."""
    most = _MOST_SUBCOMMANDS - len(_OWN) - 1
    if len(tracks) > most:
        raise WrongUse(
            f"The flow has {len(tracks) + 1} tracks; Discord has room for {most + 1}.",
            "Take some out of “tracks” in flow.yaml.",
        )
    for track, label in tracks.items():
        if why := _wrong(track, label):
            raise WrongUse(
                f"The track “{track}” cannot be a command on Discord: {why}.",
                "Change it in flow.yaml, under “tracks”.",
            )


def _wrong(track: str, label: str) -> str:
    longest = _LONGEST_TEXT - len(TEXTS["track"].format(label=""))
    if track in {"start", *_OWN}:
        return "that is a command already"
    if not _NAME.fullmatch(track) or track != track.lower():
        return "its id must be of at most 32 lower-case letters, digits, _ and -"
    if len(label) > longest:
        return f"its label has {len(label)} characters, and {longest} is the most"
    return ""


def digest(commands: Sequence[Mapping[str, Any]]) -> str:
    """Give a hash of what is registered, the same for the same content."""
    packed = json.dumps(commands, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()
