"""What an author may write in YAML, and what is refused because it would be misread."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.source import MAX_BYTES, MAX_DEPTH, Document, parse_document
from bot.errors import FlowError

FILE = "flow.yaml"


def data_of(text: str) -> object:
    return parse_document(FILE, text).data


def mistake(text: str) -> FlowError:
    """Give the one mistake that the text is refused for."""
    with pytest.raises(FlowError) as caught:
        parse_document(FILE, text)
    assert caught.value.file == FILE
    assert caught.value.remedy
    return caught.value


# ------------------------------------------------------------------ what is read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("text", "text"),
        ('"quoted"', "quoted"),
        ("'it''s'", "it's"),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("007", 7),
        ('"5"', "5"),
        ("1.5", "1.5"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-03-31", "2026-03-31"),
        ("1234567890123456", "1234567890123456"),
        ("true", True),
        ("False", False),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"null"', "null"),
        ("yes and no", "yes and no"),
        ("[1, [a]]", [1, ["a"]]),
        ("{}", {}),
    ],
)
def test_only_whole_numbers_truth_and_null_are_more_than_text(written: str, read: object) -> None:
    assert data_of(f"key: {written}\n") == {"key": read}


def test_block_texts_are_texts_whatever_they_hold() -> None:
    kept = "text: |\n  yes\n\n  - no: 5\n"
    folded = "text: >-\n  one\n  line\n"
    assert data_of(kept) == {"text": "yes\n\n- no: 5\n"}
    assert data_of(folded) == {"text": "one line"}


def test_an_empty_file_holds_nothing() -> None:
    assert data_of("") is None
    assert data_of("# only a remark\n") is None


@pytest.mark.parametrize("text", ["\ufeffa: é\r\nb: 2\r\n", "---\na: é\nb: 2\n...\n"])
def test_marks_and_line_ends_of_other_systems_do_no_harm(text: str) -> None:
    assert data_of(text) == {"a": "é", "b": 2}


def test_every_value_knows_its_line() -> None:
    text = "a: 1\nb:\n  - x\n  - c: |\n      long\n      text\n    d: 2\n"
    document = parse_document(FILE, text)
    lines = {path: document.line(path) for path in document.lines}
    assert lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
        ("b", 1, "d"): 7,
    }


def test_a_value_without_a_line_has_that_of_what_is_around_it() -> None:
    document = parse_document(FILE, "a: 1\nb: {c: 2}\n")
    assert document.line(("b", "c", "missing", 5)) == 2
    assert document.line(("nowhere",)) == 1


def test_values_are_found_by_their_path() -> None:
    document = parse_document(FILE, "a: [x, {b: 5}]\n")
    assert document.at(("a", 1, "b")) == 5
    assert document.at(("a", 7)) is None
    assert document.at(("a", "b")) is None


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "Yes", "NO", "On"])
@pytest.mark.parametrize("text", ["a: 1\nb: {}\n", "a: 1\nb: [{}]\n", "a: 1\n{}: b\n"])
def test_words_that_yaml_takes_for_truth_need_quotes(text: str, word: str) -> None:
    error = mistake(text.replace("{}", word))
    assert error.line == 2
    assert f'"{word}"' in error.remedy


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n"])
def test_quoted_such_words_are_words(word: str) -> None:
    assert data_of(f'{word!r}: "{word}"\n') == {word: word}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: *x\n", 2, "alias"),
        ("a: &x 1\nb: 2\n", 1, "Anchors and tags"),
        ("a: 1\nb: !secret 2\n", 2, "Anchors and tags"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "Anchors and tags"),
        ("a: 1\nb: !!str 5\n", 2, "Anchors and tags"),
        ("a: 1\n? [b]\n: 2\n", 2, "key must be a plain word"),
        ("a: 1\nb: 2\na: 3\n", 3, "“a” stands here twice"),
        ("a:\n  - {b: 1, b: 1}\n", 2, "“b” stands here twice"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: c: d\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: 1\nb: @home\n", 2, "not YAML"),
        ("a:\n  - b\n c: d\n", 3, "not YAML"),
        ("- a\nb: 1\n", 2, "not YAML"),
        ("a: 'it's'\n", 1, "not YAML"),
        ('a: "\\ud800"\n', 1, "not YAML"),
        # What is never closed is told where it was opened, not at the end of the file.
        ('a: 1\nb: "open\nc: 1\nd: 2\n', 2, "not YAML"),
        ("a: 1\nb: [x, y\nc: 1\nd: 2\n", 2, "not YAML"),
        ("a: 1\nb: {x: 1\nc: 1\nd: 2\n", 2, "not YAML"),
        # Characters nobody can see, as they are and as escapes.
        ("é: é\nb: \x00\n", 2, "control character"),
        ("é\né\né\né: 1\nb: \x07\n", 5, "control character"),
        ('a: 1\nb: "\\x1b[2J"\n', 2, "control character"),
        ('a: 1\n"\\x00": 2\n', 2, "control character"),
        ("a: 1\nb: \ud800\n", 2, "control character"),
    ],
)
def test_what_would_be_misread_is_refused_at_its_line(text: str, line: int, message: str) -> None:
    error = mistake(text)
    assert message in error.message
    assert error.line == line


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 400_000,
        "\n".join(" " * depth + "a:" for depth in range(1000)),
    ],
)
def test_deep_nesting_is_refused_before_it_costs_anything(text: str) -> None:
    started = time.process_time()
    assert f"more than {MAX_DEPTH} deep" in mistake(text).message
    assert time.process_time() - started < 2


def test_nesting_as_deep_as_allowed_is_read() -> None:
    assert data_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


@pytest.mark.parametrize("sign", ["x", "é", "\ud800", "[", "\x00"])
def test_a_file_of_ten_megabytes_is_refused_at_once(sign: str) -> None:
    started = time.process_time()
    assert "larger than" in mistake(sign * 10 * MAX_BYTES).message
    assert time.process_time() - started < 1


# ------------------------------------------------------------------ anything at all

_SIGNS = ["[", "]", "{", "}", '"', "'", "|", ">", "#", ":", "?", "\t", "\x00", "\ufeff", "é"]
_WORDS = ["a", "b: ", "- ", "\n", "  ", "&x ", "*x", "!t ", "yes", "5", "---\n", "%YAML 1.1\n"]
_YAML_LIKE = st.lists(st.sampled_from(_SIGNS + _WORDS), max_size=40).map("".join)


@settings(max_examples=300)
@given(st.one_of(st.text(), _YAML_LIKE))
def test_any_text_is_read_or_refused_at_one_of_its_lines(text: str) -> None:
    read = _read(text)
    if isinstance(read, FlowError):
        assert 1 <= read.line <= len(text.splitlines()) + 1
        assert read.message
        assert read.remedy


def _read(text: str) -> Document | FlowError:
    try:
        return parse_document(FILE, text)
    except FlowError as error:
        return error


_PLAIN = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150)
@given(_VALUES)
def test_what_is_written_with_quotes_comes_back_as_it_was(value: object) -> None:
    assert data_of(_written(value)) == value


def _written(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_written(k)}: {_written(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_written, value)) + "]"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case None:
            return "null"
        case _:
            return str(value).lower()
