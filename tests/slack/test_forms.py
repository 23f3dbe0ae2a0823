"""The form of an interaction is read as Python's own parser reads it."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl, quote, quote_plus, unquote_to_bytes, urlencode

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import payload_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('%25+ "{}&=;'))


@given(TEXTS)
def test_any_text_is_read_back_however_it_was_escaped(text: str) -> None:
    for body in (f"payload={quote_plus(text)}", f"payload={quote(text, safe='')}"):
        assert payload_of(body.encode()) == text
        assert parse_qsl(body, keep_blank_values=True) == [("payload", text)]


def test_an_escaped_percent_sign_makes_no_new_escape() -> None:
    assert payload_of(b"payload=%2522%25%32%35") == "%22%25"


@given(
    st.binary(max_size=60).map(lambda some: some.replace(b"&", b"")),
    st.text("%=+ 0aF\r\n\t", max_size=30),
)
def test_what_no_browser_would_send_is_read_as_python_reads_it(some: bytes, text: str) -> None:
    for value in (some, text.encode()):
        expected = unquote_to_bytes(value.replace(b"+", b" "))
        with suppress(UnicodeDecodeError):
            wanted = expected.decode()
            assert payload_of(b"payload=" + value) == wanted


def test_small_hex_digits_are_read_as_well() -> None:
    assert payload_of(b"payload=%7b%22a%22%3a1%7d") == '{"a":1}'


def test_a_command_is_no_interaction() -> None:
    body = urlencode({"command": "/crossroads", "text": "payload=1"}).encode()
    assert payload_of(body) is None
    assert payload_of(b"payload=1&token=2") is None
