"""Whether a payload of the app is one that Discord takes, and one that we want to send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.fakes import shapes
from tests.fakes.discord.limits import Wrong, text, wrong_layout, wrong_parts
from tests.fakes.discord.model import (
    ASKS,
    AUTOCOMPLETE,
    CHOICES,
    DEFERS,
    EPHEMERAL,
    MODAL,
    SAYS,
    THINKS,
    UPDATES,
    V2,
    Call,
    DiscordError,
    Interaction,
    Json,
    Message,
)
from tests.fakes.discord.world import World

SUPPRESS_EMBEDS, SILENT = 1 << 2, 1 << 12
_EDIT = {"content", "embeds", "allowed_mentions", "components", "attachments", "flags"}
_SAY = _EDIT | {"tts", "poll"}
_POST = _SAY | {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
_LEGACY = ("content", "embeds", "poll", "sticker_ids")
EMBEDS = 6000


def refuse(world: World, call: Call, found: Iterable[Wrong] = ()) -> None:
    """Note what is wrong, also by the official shape, and raise DiscordError if anything is."""
    wrong = [*found, *_shape(call)]
    if not wrong:
        return
    said = [f"{call.operation}: {path or 'body'}: {what}" for path, _, what in wrong]
    world.violations += said
    if [code for _, code, _ in wrong] == [EMPTY]:
        raise DiscordError(50006)
    raise DiscordError(50035, errors(wrong))


EMPTY = "EMPTY_MESSAGE"


def errors(found: Iterable[Wrong]) -> Json:
    """Write what is wrong as the ``errors`` of an answer, nested by place."""
    body: Json = {}
    for path, code, what in found:
        place: Any = body
        for step in [step for step in path.split(".") if step]:
            place = place.setdefault(step, {})
        place.setdefault("_errors", []).append({"code": code, "message": what})
    return body


# ------------------------------------------------------------------ the official shape


def _shape(call: Call) -> list[Wrong]:
    """List where a body departs from the official shape."""
    found = shapes.wrong_request(call.official, _normal(call.json))
    return [("", "SHAPE", what) for what in found]


def _normal(body: Any) -> Any:
    """Write ids that may be numbers as text, as the specification wants them."""
    if not isinstance(body, dict):
        return body
    if "recipient_id" in body:
        return body | {"recipient_id": str(body["recipient_id"])}
    if isinstance(body.get("data"), dict):
        body = body | {"data": _normal(body["data"])}
    if isinstance(body.get("message_reference"), dict):
        body = body | {"message_reference": _worded(body["message_reference"])}
    if isinstance(body.get("attachments"), list):
        body = body | {"attachments": [_worded(one) for one in body["attachments"]]}
    return body


def _worded(node: Json) -> Json:
    return {
        key: str(value) if key == "id" or key.endswith("_id") else value
        for key, value in node.items()
    }


# ------------------------------------------------------------------ messages


def wrong_message(
    call: Call, data: Json | None = None, path: str = "", called: Sequence[str] = ()
) -> list[Wrong]:
    """List what is wrong with a message that is to be made (``data``: by a callback).

    ``called`` are those whom it may mention so that they are told.
    """
    body = call.body if data is None else data
    posted = call.operation == "post_message"
    allowed = SUPPRESS_EMBEDS | SILENT | V2 | (0 if posted else EPHEMERAL)
    found = [
        *_unknown(body, _POST if posted else _SAY),
        *_flags(body, allowed),
        *_nonce(body),
        *_quiet(body, called),
        *_contents(body, bool(call.files)),
    ]
    return _at(path, found)


def wrong_edit(
    call: Call, message: Message, data: Json | None = None, path: str = ""
) -> list[Wrong]:
    """List what is wrong with a change of a message (``data``: by a callback)."""
    body = call.body if data is None else data
    there: Json = {"content": message.content, "embeds": list(message.embeds)}
    there |= {"flags": message.flags, "components": list(message.components)}
    files = bool(call.files) or bool(message.attachments and "attachments" not in body)
    found = [
        *_unknown(body, _EDIT | ({"poll"} if message.loading else set())),
        *_kept_v2(body, message),
        *(_quiet(body) if message.loading else ()),
        *_contents(there | body, files or bool(body.get("attachments"))),
    ]
    return _at(path, found)


def _at(path: str, found: Iterable[Wrong]) -> list[Wrong]:
    return [(f"{path}.{place}".strip("."), code, what) for place, code, what in found]


def _unknown(body: Json, known: set[str]) -> Iterator[Wrong]:
    for name in body:
        if name not in known:
            yield name, "UNKNOWN_FIELD", f"unknown field {name!r}"


def _flags(body: Json, allowed: int) -> Iterator[Wrong]:
    flags = _number(body.get("flags"))
    if flags & ~allowed:
        yield "flags", "FLAGS_INVALID", f"flags {flags & ~allowed} cannot be set here"


def _kept_v2(body: Json, message: Message) -> Iterator[Wrong]:
    if message.v2 and "flags" in body and not _number(body["flags"]) & V2:
        yield "flags", "FLAGS_INVALID", "the v2 flag cannot be taken back"


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _nonce(body: Json) -> Iterator[Wrong]:
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        yield "nonce", "BASE_TYPE_MAX_LENGTH", f"nonce has {len(str(nonce))} characters"
    if body.get("enforce_nonce") and not nonce:
        yield "enforce_nonce", "BASE_TYPE_REQUIRED", "enforce_nonce without nonce"


def _quiet(body: Json, called: Sequence[str] = ()) -> Iterator[Wrong]:
    """See that nobody else can be pinged (our rule, not Discord's)."""
    mentions = body.get("allowed_mentions")
    if not isinstance(mentions, dict) or mentions.get("parse") != []:
        yield "allowed_mentions", "OUR_RULE", "no allowed_mentions with an empty parse"
        return
    users, others = {*(mentions.get("users") or ())}, ("roles", "replied_user")
    if users - {*called} or any(mentions.get(key) for key in others):
        yield "allowed_mentions", "OUR_RULE", "allowed_mentions that allow somebody"


def _contents(body: Json, files: bool) -> Iterator[Wrong]:
    v2 = bool(_number(body.get("flags")) & V2)
    nodes = body.get("components") or []
    yield from text(body, "content", 2000)
    yield from _embeds(body.get("embeds") or [])
    yield from wrong_parts(nodes, "components")
    if isinstance(nodes, list):
        yield from wrong_layout(nodes, "components", v2=v2)
    if v2:
        for name in _LEGACY:
            if body.get(name):
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                yield name, code, f"{name} beside the v2 flag"
    said = str(body.get("content") or "").strip() and not v2
    other = [body.get(name) for name in ("embeds", "poll", "sticker_ids", "components")]
    if not said and not files and not any(other):
        yield "", EMPTY, "an empty message"


def _embeds(embeds: list[Json]) -> Iterator[Wrong]:
    size = 0
    for one in embeds:
        fields = [part for field in one.get("fields") or () for part in field.values()]
        about = (one.get("footer") or {}).get("text"), (one.get("author") or {}).get("name")
        texts = [one.get("title"), one.get("description"), *fields, *about]
        size += sum(len(part) for part in texts if isinstance(part, str))
    if size > EMBEDS:
        yield "embeds", "MAX_EMBED_SIZE_EXCEEDED", f"{size} characters in all embeds"


# ------------------------------------------------------------------ callbacks


def wrong_callback(call: Call, begun: Interaction) -> Iterator[Wrong]:
    """Find what is wrong with a first response, apart from what it carries."""
    yield from _unknown(call.body, {"type", "data"})
    kind = call.body.get("type")
    if kind not in (SAYS, THINKS, DEFERS, UPDATES, CHOICES, ASKS):
        yield "type", "BASE_TYPE_CHOICES", f"a callback of type {kind!r}"
    elif (kind == CHOICES) != (begun.kind == AUTOCOMPLETE):
        yield "type", "BASE_TYPE_CHOICES", f"type {kind} for an interaction of type {begun.kind}"
    elif kind == ASKS and begun.kind == MODAL:
        yield "type", "BASE_TYPE_CHOICES", "a modal in answer to a modal"
    elif kind in (DEFERS, UPDATES) and not begun.from_component:
        yield "type", "BASE_TYPE_CHOICES", f"type {kind}, and no message to update"
    elif kind == THINKS:
        data = call.body.get("data") or {}
        yield from _at("data", [*_unknown(data, {"flags"}), *_flags(data, EPHEMERAL | V2)])
