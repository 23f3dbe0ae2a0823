"""The linter: what blocks, what is warned of, and what is left alone."""

from __future__ import annotations

import pytest

from bot.drafting import linter
from bot.drafting.linter import About, blocked, lint, prepare, reads_badly
from tests.drafting.scene import DRAFTS

LETTER = "Subject: Our work\n\nDear Ann,\n\nOur engagement ends on 31 March 2026."
EXIT = {"holding": ("money", "data")}


def kinds(text: str, about: About | None = None) -> list[str]:
    return [finding.kind for finding in lint(DRAFTS, text, about or About())]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You always send this late.", "blame"),
        ("you  ALWAYS\nsend", "blame"),
        ("It is your fault.", "blame"),
        ("you keep changing it", "blame"),
        ("That is toxic.", "label"),
        ("a narcissist", "label"),
        ("Are you crazy?", "label"),
        ("This is fraud.", "crime"),
        ("This is frau\u200bd.", "crime"),
        ("ｆｒａｕｄ", "crime"),
        ("you are a liar", "crime"),
        ("thieves", "crime"),
        ("We were negligent.", "admission"),
        ("we are liable", "admission"),
        ("We’re liable for it.", "admission"),
        ("Pay the invoice, or else.", "threat"),
        ("PLEASE answer", "capitals"),
        ("Good luck with that.", "sarcasm"),
        ("Really!!", "sarcasm"),
        ("You get your files only after the invoice is paid.", "leverage"),
        ("Unless you pay, I will report this to the board.", "leverage"),
        ("Remove the review in exchange for a refund.", "leverage"),
        ("Your records stay here until the payment arrives.", "leverage"),
    ],
)
def test_words_are_warned_of_with_a_suggestion(text: str, kind: str) -> None:
    findings = lint(DRAFTS, text, About())
    assert kind in {finding.kind for finding in findings}
    assert not blocked(findings)
    assert all(finding.suggest for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "Your files are returned by 31 March. The invoice is due on 14 April.",
        "Please see the GDPR note in the PDF, and the NHS form.",
        "The defaulted value alienates nobody; scammony is a plant. The file is corrupt.",
        "Thank you for your report about the review.",
        "I am sorry that the drawings came late on 3 March.",
        "",
    ],
)
def test_ordinary_letters_are_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_a_gap_blocks_and_is_named() -> None:
    (finding,) = lint(DRAFTS, "Dear {{name}}, thank you.", About())
    assert (finding.kind, finding.text, finding.blocks) == ("gap", "{{name}}", True)


@pytest.mark.parametrize(
    "day", ["31 March 2026", "31 March", "March 31st", "2026-03-31", "31.03.2026", "31/3", "Friday"]
)
def test_a_date_is_known_in_every_usual_form(day: str) -> None:
    about = About("LEAVE_EXPLAIN", "email")
    assert "date" not in kinds(f"Subject: End\n\nOur engagement ends on {day}.", about)
    assert "date" in kinds("Subject: End\n\nOur engagement ends soon, in 30 days.", about)


def test_without_a_course_a_date_is_missed_only_where_something_ends_or_begins() -> None:
    assert kinds("Our engagement ends soon.") == ["date"]
    assert kinds("I give notice.") == ["date"]
    assert kinds("Thank you for the lovely flowers.") == []


def test_what_is_held_has_to_be_mentioned() -> None:
    about = About("LEAVE_EXPLAIN", "email", EXIT)
    assert kinds(LETTER, about) == ["money", "data"]
    more = " The invoice of 3 March is settled. Your files are returned by then."
    assert kinds(LETTER + more, about) == []
    assert kinds(LETTER, About("LEAVE_EXPLAIN", "email", {"holding": ("none",)})) == []
    assert kinds("Could we speak on Friday?", About("LEAVE_EXPLAIN", "chat", EXIT)) == []


def test_other_clients_are_found_by_the_names_given() -> None:
    about = About(names=("Marlow Ltd.", "Ann", " "))
    assert kinds("Marlow Ltd. had the same trouble, as has ANN.", about) == [
        "other_client",
        "other_client",
    ]
    assert kinds("Annual marlowe", about) == []


def test_a_letter_has_one_subject_and_keeps_its_length() -> None:
    about = About("RESET", "email")
    assert kinds("On 3 March we agreed.", about) == ["subject"]
    assert kinds("Subject: a\nSubject: b\n3 March", about) == ["subject"]
    (none,), (two,) = (lint(DRAFTS, f"{s}3 March", about) for s in ("", "Subject: a\nSubject: b\n"))
    assert (none.says, two.says) == ("has no subject line", "has 2 subject lines")
    assert kinds("Subject: a\n3 March " + "word " * 177, about) == []
    assert kinds("Subject: a\n3 March " + "word " * 178, about) == ["length"]
    assert kinds("word " * 61, About(medium="chat")) == ["length"]
    assert kinds("word " * 60, About(medium="chat")) == []


def test_what_a_course_never_says_is_warned_of() -> None:
    assert kinds("Maybe later.", About("LEAVE_QUIET", "chat")) == ["never"]
    assert kinds("Maybe later.", About("KEEP", "chat")) == []
    assert kinds("I never hear back.", About("RESET", "chat")) == ["never"]
    assert kinds("There is a penalty.", About("PAUSE", "chat")) == ["never"]


def test_each_thing_is_said_once() -> None:
    assert kinds("Fraud, fraud and fraud.") == ["crime"]


def test_once_prepared_nothing_is_compiled_for_any_course() -> None:
    prepare(DRAFTS)
    before = linter._pattern.cache_info().misses
    for course in DRAFTS.courses:
        lint(DRAFTS, LETTER, About(course, "email", EXIT))
    lint(DRAFTS, LETTER, About())
    reads_badly(DRAFTS.lint.log, LETTER)
    assert linter._pattern.cache_info().misses == before
