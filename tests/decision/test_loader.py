"""What an author can get wrong in a decision table, and what they are told."""

from __future__ import annotations

import pytest

from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.engine.model import Judge
from bot.errors import FlowErrors
from tests.decision.table import FILES, RULE, TABLE


def mistakes(*replacements: tuple[str, str], file: str = "decision.yaml") -> list[str]:
    """Load the flow with some of a file's text replaced; give the messages."""
    text = FILES[file]
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(FlowErrors) as raised:
        load_flow({**FILES, file: text}, KINDS)
    return [str(error) for error in raised.value.errors]


def line_of(text: str) -> int:
    return FILES["decision.yaml"][: FILES["decision.yaml"].index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    sentence: Carry",
            "    sentense: Carry",
            "“sentense” here. Did you mean “sentence”?",
        ),
        ("    label: Keep and watch\n", "", "The field “label” is missing."),
        ("date: 2026-11-22", "date: 22.11.2026", "cannot stand here"),
        ("date: 2026-11-22", "date: 2026-02-30", "There is no 2026-02-30."),
        ("    weight: 9\n", "    weight: 12\n", "add up to 103, not to 100. Take 3 off."),
        ("    weight: 9\n", "    weight: nine\n", "“weight”"),
        ("[ 1,  1,  0, -1,  0,  0, -1]", "[ 1,  1,  0, -1,  0,  0]", "6 numbers for 7 columns"),
        ("[ 1,  1,  0, -1,  0,  0, -1]", "[ 1,  1,  0, -1,  0,  0, -9]", "too small"),
        (
            "      curt:           [",
            "      court:          [",
            "“court”. Did you mean “curt”?",
        ),
        (
            "      curt:           [",
            "      court:          [",
            "The answer “curt” to “conduct”",
        ),
        ("  - id: conduct\n", "  - id: conducts\n", "“conducts”. Did you mean “conduct”?"),
        ("  - id: stakes\n", "  - id: conduct\n", "two factor or adjustments called “conduct”"),
        ("  - id: G2\n", "  - id: G1\n", "two gates called “G1”"),
        ("veto: [KEEP]", "veto: [KEPT]", "no course “KEPT”. Did you mean “KEEP”?"),
        ("force: STOP_SAFETY", "force: STOP_NOW", "no course “STOP_NOW”"),
        ("suspends: [G0,", "suspends: [G00,", "no gate “G00”"),
        (
            "only: [ESCALATE]\n        force: STOP_SAFETY",
            "only: [ESCALATE]",
            "Nothing can lead to",
        ),
        ("add: {PAUSE: 8,", "add: {PAUS: 8,", "no scored course “PAUS”"),
        ("veto: [STOP_SAFETY]", "veto: [STOP_SAFETY, ESCALATE]", "each scored one has a veto"),
        ("        veto: [STOP_SAFETY]\n", "", "This rule does nothing."),
        ("columns: [KEEP, RESET,", "columns: [RESET, KEEP,", "not the courses that have a start"),
        (
            "{safety: [threat, violence]}",
            "{safty: [threat]}",
            "“safty”. Did you mean “safety”?",
        ),
        (
            "{safety: [threat, violence]}",
            "{safety: [treat]}",
            "“treat”. Did you mean “threat”?",
        ),
        ("when: {not: danger}", "when: {not: dangre}", "no condition called “dangre”"),
        ("when: {toll: [harm]}", "when: [harm]", "a mapping or a name, not a list"),
        ("when: {toll: [harm]}", "when: {nickname: [Heron]}", "called “Heron”"),
        ("when: {toll: [harm]}", "when: {go_on: [x]}", "asked only after this step"),
        ("unsure: [unsure]", "unsure: [dunno]", "fit rows called “dunno”"),
        ("question: values", "question: valuess", "question “valuess”"),
        ("    money: [payment,", "    cash: [payment,", "answer to “values” called “cash”"),
        ("    money: [payment,", "    money: [paymant,", "no factor “paymant”"),
        ("stable: 47", "stable: 50", "this table has 49"),
        ("{margin} points ahead", "{marge} points ahead", "“{marge}” stands for nothing"),
        ("prefer: [commitment,", "prefer: [promise,", "no factor “promise”"),
        ("  - courses: [STOP_SAFETY]", "  - courses: [STOP]", "no course “STOP”"),
        ("      ready: someone good", "      raedy: someone good", "row of fit called “raedy”"),
        ("id: R-COVER", "id: R-SAFE", "two riders called “R-SAFE”"),
        ('version: "1.0"', 'version: ""', "“version”"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(old: str, new: str, said: str) -> None:
    assert any(said in message for message in mistakes((old, new))), mistakes((old, new))


def test_a_mistake_is_reported_with_file_and_line() -> None:
    (message,) = mistakes(("veto: [KEEP]", "veto: [KEPT]"))
    assert message.startswith(f"decision.yaml:{line_of('veto: [KEEP]')}: ")


def test_all_mistakes_are_reported_at_once() -> None:
    found = mistakes(
        ("veto: [KEEP]", "veto: [KEPT]"),
        ("    weight: 9\n", "    weight: 12\n"),
        ("id: R-COVER", "id: R-SAFE"),
        ("when: {not: danger}", "when: {not: dangre}"),
        ("stable: 47", "stable: 50"),
    )
    (missed,) = [message for message in found if message.startswith("plan.yaml:")]
    assert "R-COVER" in missed, "what is left of the table is held against what refers to it"
    assert len(found) == 6


def test_a_mistake_in_a_named_condition_is_reported_once_where_it_is_made() -> None:
    found = mistakes(("{safety: [uneasy, no_answer,", "{safety: [uneazy, no_answer,"))
    assert len(found) == 1
    assert found[0].startswith(f"decision.yaml:{line_of('  on_guard:')}: ")


def test_the_last_of_several_texts_must_always_match() -> None:
    end = "    - text: They may not know how this looks from your side.\n"
    assert any("nothing to show" in message for message in mistakes((end, "")))
    early = "      - when: {toll: [harm]}\n        text: >-\n          Tell the person"
    found = mistakes((early, "      - text: >-\n          Tell the person"))
    assert any("never reached" in message for message in found)


def test_a_step_may_only_have_known_fields() -> None:
    (message,) = mistakes(("    brief: exit", "    breif: exit"), file="flow.yaml")
    assert "no field “breif” here. Did you mean “brief”?" in message
    assert message.startswith("flow.yaml:")


def test_the_guess_must_be_about_the_courses() -> None:
    found = mistakes(("    gut: gut", "    gut: conduct"), file="flow.yaml")
    assert any("not the courses" in message for message in found)
    found = mistakes(("    gut: gut", "    gut: gutt"), file="flow.yaml")
    assert any("Did you mean “gut”?" in message for message in found)


def test_a_missing_table_is_named() -> None:
    found = mistakes(("table: decision.yaml", "table: decisions.yaml"), file="flow.yaml")
    assert any("decisions.yaml" in message for message in found)


def test_the_version_is_that_of_the_content_not_of_its_layout() -> None:
    def version(text: str) -> str:
        flow = load_flow({**FILES, "decision.yaml": text}, KINDS)
        return next(
            step.rule.version
            for step in flow.steps
            if isinstance(step, Judge) and step.kind == "decide"
        )

    text = FILES["decision.yaml"]
    assert version("# another comment\n" + text) == TABLE.hash
    assert version(text.replace("Nobody should lose", "No one should lose")) != TABLE.hash


def test_every_course_can_be_chosen_by_other_steps() -> None:
    assert [option.id for option in RULE.options] == [course.id for course in TABLE.courses]
    assert [option.label for option in RULE.options] == [course.label for course in TABLE.courses]
