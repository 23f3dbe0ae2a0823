"""Loading drafts: another flow's courses, and every mistake with file, line and remedy."""

from __future__ import annotations

import pytest

from bot.drafting.compose import compose
from bot.drafting.load import Vocabulary, load_drafts
from bot.errors import FlowErrors

VOCABULARY = Vocabulary(("MEND", "SELL"), {"rust": frozenset({"some", "much"})})
COMMON = """\
tones: {plain: Plain}
blocks: {body: Body}
slots:
  day: {gap: which day, ask: When?, kind: date}
media:
  card: {label: Postcard, layout: message, words: 9}
conditions:
  rusty: {rust: [much]}
shared:
  bye:
    block: body
    lines: ["Bye."]
"""
MEND = """\
course: MEND
must:
  - {text: A day, has: ["{day}"]}
never:
  - {text: haste, phrases: [hurry up]}
drafts:
  card:
    sections:
      - block: body
        lines:
          - {text: "Come on {day}.", when: rusty}
          - {text: "Come some day."}
      - use: bye
"""
LINT = "words: []\n"
FILES = {"drafts/common.yaml": COMMON, "drafts/lint.yaml": LINT, "drafts/mend.yaml": MEND}


def faults(**changed: str) -> list[str]:
    files = FILES | {f"drafts/{name}.yaml": text for name, text in changed.items()}
    with pytest.raises(FlowErrors) as raised:
        load_drafts(files, VOCABULARY)
    assert all(error.remedy for error in raised.value.errors)
    return [str(error) for error in raised.value.errors]


def test_another_flow_has_drafts_of_its_own() -> None:
    drafts = load_drafts(FILES, VOCABULARY)
    much = compose(drafts, "MEND", "card", "plain", {"rust": "much"}, {"day": "1 May 2026"})
    assert much.text == "Come on 1 May 2026. Come some day. Bye."
    assert compose(drafts, "MEND", "card", "plain", {}, {}).text == "Come some day. Bye."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("course: MEND", "course: MED", "drafts/mend.yaml:1: There is no course “MED”. Did you"),
        ("{day}.", "{dya}.", "drafts/mend.yaml:11: There is no slot “dya”. Did you mean “day”?"),
        ("{day}.", "{day.x}.", "drafts/mend.yaml:11: A brace is no part of a slot."),
        ("{day}.", "{day!r}.", "A brace is no part of a slot."),
        ("{day}.", "{{day}}.", "A brace is no part of a slot."),
        ("{day}.", "{}.", "A brace is no part of a slot."),
        ('"{day}"]', '"{dy}"]', "drafts/mend.yaml:3: There is no slot “dy”."),
        ("when: rusty", "when: rusti", "There is no condition called “rusti”."),
        ("when: rusty", "when: {rut: [much]}", "There is no question “rut”. Did you mean “rust”?"),
        ("when: rusty", "when: {rust: [muc]}", "no answer to “rust” called “muc”."),
        ("use: bye", "use: by", "There is no shared block “by”."),
        ("block: body", "block: bdy", "There is no block “bdy”."),
        ("  card:", "  crad:", "There is no medium “crad”. Did you mean “card”?"),
        ("hurry up", "h(ui)rry", "cannot stand here"),
        ("sections:", "section:", "There is no field “section” here."),
        ('{text: "Come some day."}', "{say: {loud: Come.}}", "Not every tone is there."),
        ('{text: "Come some day."}', "{when: rusty}", "A line is said once."),
        ("course: MEND", "course: &a MEND", "Anchors and tags"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(old: str, new: str, said: str) -> None:
    assert old in MEND
    assert said in "\n".join(faults(mend=MEND.replace(old, new, 1)))


def test_a_course_with_two_files_is_refused() -> None:
    assert "This course has two files." in "\n".join(faults(again=MEND))


def test_all_mistakes_are_told_at_once() -> None:
    broken = MEND.replace("rusty", "rusti").replace("use: bye", "use: by")
    assert len(faults(mend=broken, lint="words: []\nwords: []\n")) == 1  # its form comes first
    assert len(faults(mend=broken)) == 2


def test_files_that_are_missing_are_named() -> None:
    with pytest.raises(FlowErrors, match=r"There is no drafts/lint\.yaml here"):
        load_drafts({"drafts/common.yaml": COMMON}, VOCABULARY)


def test_a_requirement_asks_for_something() -> None:
    rule = "words: []\nrequired:\n  - {id: x, says: has no x, suggest: Write x.}\n"
    assert "drafts/lint.yaml:3: This asks for nothing." in faults(lint=rule)[0]


def test_ids_have_room_on_a_button_together() -> None:
    medium = "a_postcard_that_is_called_too_much"
    common = COMMON.replace("  card:", f"  {medium}:", 1)
    told = "\n".join(faults(common=common, mend=MEND.replace("  card:", f"  {medium}:", 1)))
    assert f"“MEND.{medium}." in told
    assert "shorten an id" in told
    tones = ", ".join(f"tone_{number}: Tone" for number in range(4))
    (told,) = faults(common=COMMON.replace("{plain: Plain}", f"{{plain: Plain, {tones}}}", 1))
    assert "drafts/common.yaml:1" in told
