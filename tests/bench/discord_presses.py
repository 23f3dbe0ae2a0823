"""What people press on Discord: one round through the dialogue, and the events that tell of it.

An event is whole, as Discord's gateway sends it: who pressed, where, what, and the message that was
pressed on with all its components, numbered as Discord numbers them.
"""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from adapters.discord.delivery import edited
from adapters.discord.render import card
from bot.engine.advance import advance
from bot.engine.model import Answered, Case, Commanded, Flow, Show, Started, Tell, Turn
from bot.engine.show import margin
from bot.ports import Parcel
from tests.bench.dialogue import NOON, next_answer, shipped

Json = dict[str, Any]

APP = "1180000000000000001"
TRACK = "fast"
ANSWERS = 8
"""Questions that are answered, or skipped, before it begins again."""

_CASE = "C000000"
_BUTTON, _SELECT = 2, 3
_EPOCH = 1_420_070_400_000
_IDS = re.compile(rb'"custom_id":"([^"]*)"')


def case_of(number: int) -> str:
    """Name somebody's case."""
    return f"C{number:06}"


def user_of(number: int) -> str:
    """Give somebody's id."""
    return str(1_190_000_000_000_000_000 + number)


def channel_of(number: int) -> str:
    """Give the channel of somebody's direct messages."""
    return str(1_191_000_000_000_000_000 + number)


def message_of(number: int) -> str:
    """Give the message in it that is the card."""
    return str(1_192_000_000_000_000_000 + number)


@dataclass(frozen=True, slots=True)
class Place:
    """A card of the round: what it is made of, how it is shown, and what is pressed on it.

    ``made`` is as a bot sends it, ``shown`` as Discord shows it, ``data`` what is told of the
    press; all three for the case ``C000000`` at the turn ``turn``.
    """

    turn: int
    made: list[Json]
    shown: str
    data: str

    def at(self, text: str, case: str, turn: int) -> str:
        """Write one of these for another case and turn."""
        moved = text.replace(f":{_CASE}:{self.turn}:", f":{case}:{turn}:")
        return moved.replace(_CASE, case)


def ids_in(body: bytes) -> list[bytes]:
    """Read the ids of all that can be pressed, in order."""
    return _IDS.findall(body)


# ------------------------------------------------------------------ the round


def path() -> list[Place]:
    """Give the places of two rounds: the first, and the one that is repeated from then on.

    Each ends by beginning again, so that later cards offer the earlier answers to be kept.
    """
    flow = shipped()
    case = Case(_CASE, "ann", flow.id, flow.version)
    turn = advance(flow, case, Started("ann", NOON, flow.tracks[TRACK], "Client Heron"))
    places = []
    for number in range(2 * (ANSWERS + 1)):
        again = number % (ANSWERS + 1) == ANSWERS
        made, pressed = _card(flow, turn), "say" if again else _pressed(turn)
        places.append(_place(turn.case.turn, made, pressed, "restart" if again else _arg(turn)))
        turn = _next(flow, turn, again=again)
    return places


def _card(flow: Flow, turn: Turn) -> list[Json]:
    (view,) = [effect.view for effect in turn.effects if isinstance(effect, Show)]
    tells = tuple(effect for effect in turn.effects if isinstance(effect, Tell))
    parcel = Parcel("ann", _CASE, turn.case.turn, view, tells, margin(flow, turn.case))
    return [*card(parcel, edited(parcel)).components]


def _input(turn: Turn) -> str:
    (view,) = [effect.view for effect in turn.effects if isinstance(effect, Show)]
    return view.prompt.input if view.prompt else ""


def _pressed(turn: Turn) -> str:
    return "answer" if _input(turn) == "choice" else "say"


def _arg(turn: Turn) -> str:
    return str(next_answer(turn)) if _input(turn) == "choice" else "skip"


def _next(flow: Flow, turn: Turn, *, again: bool) -> Turn:
    case = turn.case
    if again or _input(turn) != "choice":
        word = "restart" if again else "skip"
        return advance(flow, case, Commanded("ann", case.turn, NOON, word))
    return advance(flow, case, Answered("ann", case.turn, NOON, next_answer(turn)))


def _place(turn: int, made: list[Json], verb: str, arg: str) -> Place:
    shown = _numbered(made)
    press = _on_button(shown, f"{verb}:{_CASE}:{turn}:{arg}") or _in_select(shown, arg)
    return Place(turn, made, orjson.dumps(shown).decode(), orjson.dumps(press).decode())


def _on_button(shown: list[Json], custom_id: str) -> Json | None:
    found = (part for part in _walk(shown) if part.get("custom_id") == custom_id)
    button = next(found, None)
    if button is None:
        return None
    return {"id": button["id"], "custom_id": custom_id, "component_type": _BUTTON}


def _in_select(shown: list[Json], value: str) -> Json:
    for part in _walk(shown):
        if value in [option["value"] for option in part.get("options", ())]:
            return {
                "id": part["id"],
                "custom_id": part["custom_id"],
                "component_type": _SELECT,
                "values": [value],
            }
    raise RuntimeError(f"{value} is not on the card.")


def _walk(parts: list[Json]) -> list[Json]:
    found = []
    for part in parts:
        inner = [*part.get("components", ()), *([part["accessory"]] if "accessory" in part else [])]
        found += [part, *_walk(inner)]
    return found


def _numbered(made: list[Json]) -> list[Json]:
    """Give each component its number, and write what the bot left out, as Discord does."""
    shown: list[Json] = orjson.loads(orjson.dumps(made))
    numbers = count(2)  # the frame has an id of its own
    for part in _walk(shown):
        part.setdefault("id", next(numbers))
        for name, value in _LEFT_OUT.get(part["type"], {}).items():
            part.setdefault(name, value)
    return shown


_LEFT_OUT: dict[int, Json] = {
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


# ------------------------------------------------------------------ somebody pressing


@dataclass(frozen=True, slots=True)
class Press:
    """One press: the frame that tells of it, and what its answer is to show.

    ``callback`` is what Discord answers the answer with, to who asks for the message.
    """

    id: str
    frame: str
    wanted: list[bytes]
    callback: bytes


class Presser:
    """Presses one thing after another on one person's card."""

    def __init__(self, number: int, places: list[Place]) -> None:
        self.number = number
        self._places = places
        self._turn = 1

    def next(self) -> Press:
        """Give the next press."""
        here, turn = self._place(self._turn), self._turn
        self._turn += 1
        there, case = self._place(self._turn), case_of(self.number)
        interaction = str(_snowflake())
        shown = there.at(there.shown, case, self._turn)
        event = self._event(interaction, here.at(here.data, case, turn))
        message = self._message(here.at(here.shown, case, turn))
        told = f'{event[:-1]},"message":{message}}}'
        frame = f'{{"t":"INTERACTION_CREATE","s":{turn},"op":0,"d":{told}}}'
        callback = self._callback(interaction, self._message(shown))
        return Press(interaction, frame, ids_in(shown.encode()), callback)

    def _place(self, turn: int) -> Place:
        half = len(self._places) // 2
        place = turn - 1
        return self._places[place if place < half else half + (place - half) % half]

    def _event(self, interaction: str, data: str) -> str:
        user, channel = _user(self.number), channel_of(self.number)
        about = {
            "version": 1,
            "type": 3,
            "token": _token(interaction),
            "locale": "en-GB",
            "id": interaction,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "context": 1,
            "channel_id": channel,
            "channel": {
                "id": channel,
                "type": 1,
                "flags": 0,
                "last_message_id": message_of(self.number),
                "recipients": [user],
            },
            "authorizing_integration_owners": {"1": user["id"]},
            "attachment_size_limit": 10 * 2**20,
            "application_id": APP,
            "app_permissions": str((1 << 53) - 1),
            "user": user,
        }
        return f'{orjson.dumps(about).decode()[:-1]},"data":{data}}}'

    def _message(self, components: str) -> str:
        about = {
            "id": message_of(self.number),
            "channel_id": channel_of(self.number),
            "type": 0,
            "content": "",
            "author": BOT,
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "attachments": [],
            "embeds": [],
            "timestamp": "2026-01-01T12:00:00.000000+00:00",
            "edited_timestamp": "2026-01-01T12:30:00.000000+00:00",
            "flags": 1 << 15,
            "pinned": False,
            "tts": False,
        }
        return f'{orjson.dumps(about).decode()[:-1]},"components":{components}}}'

    def _callback(self, interaction: str, message: str) -> bytes:
        about = {
            "id": interaction,
            "type": 3,
            "response_message_id": message_of(self.number),
            "response_message_loading": False,
            "response_message_ephemeral": False,
            "channel_id": channel_of(self.number),
        }
        said = orjson.dumps(about).decode()
        return f'{{"interaction":{said},"resource":{{"type":7,"message":{message}}}}}'.encode()


def _user(number: int) -> Json:
    return {
        "id": user_of(number),
        "username": f"somebody{number}",
        "global_name": "Somebody",
        "avatar": None,
        "avatar_decoration_data": None,
        "discriminator": "0",
        "public_flags": 0,
        "primary_guild": None,
        "collectibles": None,
        "display_name_styles": None,
        "clan": None,
    }


BOT: Json = {
    "id": APP,
    "username": "crossroads",
    "global_name": None,
    "avatar": None,
    "avatar_decoration_data": None,
    "discriminator": "0001",
    "public_flags": 0,
    "primary_guild": None,
    "bot": True,
}

_NUMBERS = count()


def _snowflake() -> int:
    """Give an id of this moment that was not given before."""
    return ((int(time.time() * 1000) - _EPOCH) << 22) + next(_NUMBERS) % (1 << 22)


def _token(interaction: str) -> str:
    """Make a token as long as Discord's are."""
    secret = base64.b64encode(interaction.encode() * 6).decode()[:120]
    return base64.b64encode(f"interaction:{interaction}:{secret}".encode()).decode().rstrip("=")
