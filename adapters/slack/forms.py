"""Read the one field of Slack's interactions; pure."""

from __future__ import annotations

from binascii import a2b_qp
from urllib.parse import unquote_to_bytes

_FIELD = b"payload="


def payload_of(body: bytes) -> str | None:
    """Give the JSON that an interaction's form holds; None if the body is no such form.

    Raises ``UnicodeDecodeError`` where it is no UTF-8.
    """
    if not body.startswith(_FIELD) or b"&" in body:
        return None
    return _unquoted(body[len(_FIELD) :].replace(b"+", b" ")).decode()


def _unquoted(escaped: bytes) -> bytes:
    """Put escapes such as %22 back.

    An ordinary click has a thousand of them, for which Python's own way takes some 250 µs, more
    than the turn itself. Quoted-printable writes the same as =22, and is read in C. Where that
    would not do the same (a bare "=" or line end, an escape that is none), Python's way is taken.
    """
    if not any(sign in escaped for sign in (b"=", b"\n", b"\r")):
        plain = a2b_qp(escaped.replace(b"%", b"="))
        if len(plain) == len(escaped) - 2 * escaped.count(b"%"):
            return plain
    return unquote_to_bytes(escaped)
