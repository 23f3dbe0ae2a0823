"""A text that others will read: what must not stand there is found, and ordinary words pass."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.opinion.linter import blocked, lint


def kinds(text: str, nickname: str = "") -> list[tuple[str, str]]:
    return [(finding.kind, finding.text) for finding in lint(text, nickname)]


@pytest.mark.parametrize(
    ("text", "nickname"),
    [
        ("alder is late again", "Alder"),
        ("It is ALDER’s turn", "Alder"),
        ("Alderr never pays", "Client Alder"),
        ("Willov never pays", "Client Willow"),
        ("Adler never pays", "Client Alder"),
        ("A-l-d-e-r never pays", "Alder"),
        ("A l d e r never pays", "Alder"),
        ("al der never pays", "Alder"),
        ("Mr_Alder_2 never pays", "Alder"),
        ("Kim's invoice is late", "Kim"),
        ("the Kim-related work", "Kim"),
        ("KIM is late", "kim"),
        ("with Soren again", "Søren"),
        ("with SØREN again", "Soren"),
        ("with Mueller again", "Müller"),
        ("with Pawel again", "Paweł"),
        ("with Strasse again", "Straße"),
        ("with Jose\u0301 again", "José"),
        ("Jo is late", "Jo"),
        ("It is about 3M again", "3M"),
        ("client A is late", "Client A"),
        ("the BigFish deal", "Big Fish"),
        ("big fish swims", "BigFish"),
        ("王伟很难", "王伟"),
        ("李 is late", "李"),
        ("עם כהן", "כהן"),
        ("they are 🦊 again", "🦊"),
        ("ＡＬＤＥＲ is late", "Alder"),
    ],
)
def test_the_nickname_is_found_however_it_is_written(text: str, nickname: str) -> None:
    assert "nickname" in {kind for kind, _ in kinds(text, nickname)}
    assert blocked(lint(text, nickname))


@pytest.mark.parametrize(
    ("text", "nickname"),
    [
        ("We agreed on a time, and the estimate was right", "Tim"),
        ("In this channel they can now plan", "Ann"),
        ("That was wrong of them", "Ron"),
        ("The client is late", "The Client"),
        ("They are our new client", "New client"),
        ("a year ago they paid", "Client B"),
        ("The work is done", ""),
        ("It is 30 % more work", "3M"),
    ],
)
def test_ordinary_words_are_not_taken_for_a_nickname(text: str, nickname: str) -> None:
    assert kinds(text, nickname) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail a.b+c@sub.example.co.uk now", ("email", "a.b+c@sub.example.co.uk")),
        ("see https://x.example/y?z=1", ("link", "https://x.example/y?z=1")),
        ("see www.example.org", ("link", "www.example.org")),
        ("see acme.io/deal", ("link", "acme.io/deal")),
        ("they owe 4,500", ("amount", "4,500")),
        ("they owe €300", ("amount", "€300")),
        ("they owe 300 €", ("amount", "300 €")),
        ("they owe 300 euros", ("amount", "300 euros")),
        ("they owe 5k", ("amount", "5k")),
        ("they owe 12345", ("amount", "12345")),
        ("call +49 30 1234567", ("number", "+49 30 1234567")),
    ],
)
def test_addresses_links_amounts_and_numbers_block(text: str, found: tuple[str, str]) -> None:
    assert found in kinds(text)
    assert blocked(lint(text))


@pytest.mark.parametrize(
    "text",
    [
        "They asked 3 times in 2 weeks.",
        "It began in 2024, and it is 30 % more work.",
        "At 9:30 on Monday they wrote. I answered.",
        "Is it OK? Yes. They wrote a PDF in German.",
        "“They” are kind: no, e.g. never late",
        "",
    ],
)
def test_ordinary_notes_pass_without_a_word(text: str) -> None:
    assert lint(text, "Client Heron") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We met Patricia there", "Patricia"),
        ("ask @pat about it", "@pat"),
        ("we met mr smith", "mr smith"),
        ("ask <@U123> about it", "<@U123>"),
    ],
)
def test_what_looks_like_a_name_is_a_warning_and_blocks_nothing(text: str, name: str) -> None:
    assert ("name", name) in kinds(text)
    assert not blocked(lint(text))


def test_each_finding_stands_once_and_says_what_to_do() -> None:
    found = lint("Heron, heron and HERON", "Heron")
    assert [finding.text for finding in found] == ["Heron"]
    assert [finding.text for finding in lint("heron!", "Client Heron")] == ["heron"]
    assert found[0].said == (
        "“Heron” is or resembles your name for this client. Write “they” or “the client”."
    )


# ------------------------------------------------------------------ any text


@given(st.text(max_size=300), st.text(max_size=40))
@example("\ud800", "\udfff")
@example("İ", "i")
@example("ﬃ", "ffi")
def test_no_text_breaks_it(text: str, nickname: str) -> None:
    for finding in lint(text, nickname):
        assert finding.said


letters = st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F)
names = st.text(letters, min_size=3, max_size=12)


def _without_accents(text: str) -> str:
    found = unicodedata.normalize("NFD", text)
    return "".join(char for char in found if not unicodedata.combining(char))


@given(
    names,
    st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase, _without_accents]),
    st.sampled_from(["", "They say ", "about ", "(", "“"]),
    st.sampled_from(["", ".", "’s work", " is late", ")", ", too"]),
)
def test_a_nickname_is_found_in_any_case_and_without_its_accents(
    name: str, written: object, before: str, after: str
) -> None:
    assume(name.casefold() not in {"the", "client", "customer", "company", "mister", "and", "for"})
    assume(name.casefold() not in {"our", "new"})
    assert callable(written)
    assert "nickname" in {kind for kind, _ in kinds(f"{before}{written(name)}{after}", name)}
