"""Where lines end, in letters instead of millimetres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.breaking import lines, pieces
from adapters.documents.scripts import by_script, clusters
from tests.documents.scene import SCRIPTS

JUDGE = "👩\u200d⚖\ufe0f"
THUMB = "👍🏽"


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("one two three", ["one two", "three"]),
        ("one  \ntwo", ["one", "two"]),
        ("", [""]),
        ("incomprehensible", ["incompre", "hensible"]),
        ("我们需要谈谈合同，谢谢。", ["我们需要谈谈合", "同，谢谢。"]),
        ("他说：「我们谈谈。」", ["他说：「我们谈", "谈。」"]),
        ("an https://a.example/b", ["an", "https://", "a.exampl", "e/b"]),
    ],
)
def test_a_line_ends_where_its_script_lets_it(text: str, broken: list[str]) -> None:
    assert list(lines(text, 8, len)) == broken


def test_nothing_that_is_drawn_as_one_is_parted() -> None:
    assert list(clusters(f"a{JUDGE}{THUMB}🇩🇪e\u0301")) == ["a", JUDGE, THUMB, "🇩🇪", "e\u0301"]
    assert list(pieces(f"{JUDGE}{THUMB} ok")) == [JUDGE, f"{THUMB} ", "ok"]


@given(st.text(alphabet="ab 漢、「」é\u0301🙂\u200d\ufe0f\n", max_size=40), st.integers(1, 9))
def test_breaking_loses_nothing_but_spaces(text: str, width: int) -> None:
    broken = "".join(lines(text, width, len))
    assert broken.replace(" ", "") == text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("text", SCRIPTS.values())
def test_a_text_split_by_script_is_whole(text: str) -> None:
    assert "".join(part for part, _ in by_script(text)) == text


def test_ideographs_beside_kana_are_japanese_and_else_chinese() -> None:
    spoken = {
        script.language
        for text in ("打ち合わせ", "合同", "계약", "عقد")
        for _, script in by_script(text)
        if script
    }
    assert spoken == {"ja-JP", "zh-CN", "ko-KR", "ar-SA"}
