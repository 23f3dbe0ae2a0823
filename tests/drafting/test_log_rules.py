"""What is pointed out in a log: diagnoses and labels, never in what somebody else said."""

from __future__ import annotations

import pytest

from bot.drafting.linter import reads_badly
from bot.records.logbook import Entry, own_words
from tests.drafting.scene import DRAFTS

RULES = DRAFTS.lint.log


def kinds(text: str) -> list[str]:
    return [finding.kind for finding in reads_badly(RULES, text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("She is a narcissist.", "diagnosis"),
        ("clearly bipolar, and had a manic day", "diagnosis"),
        ("He has a personality disorder.", "diagnosis"),
        ("Obsessive-compulsive about commas", "diagnosis"),
        ("typical sociopath", "diagnosis"),
        ("he is paranoid", "diagnosis"),
        ("She was depressed again", "diagnosis"),
        ("an alcoholic", "addiction"),
        ("He was drunk.", "addiction"),
        ("on drugs, I think", "addiction"),
        ("What a psycho.", "clinical_slang"),
        ("total nutcase", "clinical_slang"),
        ("She gaslighted us.", "clinical_slang"),
        ("a toxic person", "label"),
        ("She is a liar.", "crime"),
    ],
)
def test_a_diagnosis_is_pointed_out_with_what_to_write_instead(text: str, kind: str) -> None:
    (first, *_) = reads_badly(RULES, text)
    assert first.kind == kind
    assert not first.blocks
    assert "said" in first.suggest or "saw" in first.suggest or "done" in first.suggest


@pytest.mark.parametrize(
    "text",
    [
        "Her psychologist called at nine.",
        "We offered psychotherapy and a psychiatric assessment by the clinic.",
        "The manager of Mania Records called twice.",
        "He asked for a borderline font size.",
        "He had drunk a coffee.",
        "You never sent the files, soon it was night.",
        "She shouted for five minutes and threw a cup.",
        "",
    ],
)
def test_what_was_seen_and_plain_words_are_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_one_word_is_pointed_out_once() -> None:
    assert kinds("A narcissist is a Narcissist.") == ["diagnosis"]


@pytest.mark.parametrize(
    "said",
    ["“I am bipolar”", '"I am bipolar"', "„I am bipolar“", "«I am bipolar»", "'I’m bipolar'"],
)
def test_words_of_others_are_theirs(said: str) -> None:
    entry = Entry("2026-03-02", quote="You psycho!", fact=f"She said {said} and hung up.")
    assert kinds(own_words(entry)) == []


def test_what_stands_between_two_quotes_is_one_s_own() -> None:
    entry = Entry("2026-03-02", fact="“Yes”, said the psycho, “now”. It's the client's alcoholic.")
    assert kinds(own_words(entry)) == ["addiction", "clinical_slang"]


@pytest.mark.parametrize("name", ["who", "fact", "impression", "effect", "done", "next_by"])
def test_every_field_in_one_s_own_words_is_looked_at(name: str) -> None:
    assert kinds(own_words(Entry("2026-03-02", **{name: "the psycho"}))) == ["clinical_slang"]
