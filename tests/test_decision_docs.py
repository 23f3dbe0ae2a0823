"""What docs/decision-model.md says is so: its numbers, its example, its fields and its ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.commands.checking import check_files
from bot.commands.judging import judging
from bot.commands.wiring import KINDS
from bot.decision import written as w
from bot.decision.card import SHOWN, preferred_changes
from bot.decision.check import PLACES
from bot.decision.evaluate import evaluate
from bot.decision.points import contributions
from bot.decision.rule import DecisionRule
from bot.decision.showing import Showing
from bot.decision.wording import Labels, points, signed
from bot.engine.load import load_flow
from bot.engine.model import Judge, Telling
from tests.decision.table import FOLDER, RULE, TABLE, WRITTEN, facts

TEXT = (Path(__file__).parents[1] / "docs" / "decision-model.md").read_text("utf-8")
FLAT = " ".join(TEXT.split())
PROSE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
Row = tuple[str, ...]

MODELS: tuple[type[BaseModel], ...] = (
    *(w.WrittenTable, w.WrittenCourse, w.WrittenLine, w.WrittenGate, w.WrittenRule),
    *(w.WrittenFactor, w.WrittenAdjustment, w.WrittenValues, w.WrittenConfidence),
    *(w.WrittenTest, w.WrittenWording, w.WrittenChanges, w.WrittenRider, w.WrittenExplain),
    *(w.WrittenCharitable, w.WrittenNotice, w.WrittenStep),
)
"""What a file is made of, in the order of the document's tables."""


def blocks() -> dict[str, str]:
    """Read the YAML blocks by the file name in their first line."""
    found = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    return {name: f"# {name}\n{body}" for name, body in found}


def section(title: str) -> str:
    """Cut out what stands under a heading, sub-headings included, blocks left out."""
    level, rest = re.split(rf"^(#+) {re.escape(title)}$", PROSE, flags=re.MULTILINE)[1:]
    return re.split(rf"^#{{1,{len(level)}}} ", rest, flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[Row]]:
    """Read the tables of a text, without their heads."""
    found = re.findall(r"^\|.*\n\| -.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[_cells(line) for line in body.splitlines()] for body in found]


def _cells(line: str) -> Row:
    return tuple(cell.strip().strip("`*") for cell in line.strip("|").split("|"))


BLOCKS = blocks()
WREN = facts(yaml.safe_load(BLOCKS["wren.yaml"]))
NEW_WORK = {
    name.removeprefix("new_work/"): text
    for name, text in BLOCKS.items()
    if name.startswith("new_work/")
}
RESULT = evaluate(TABLE, WREN)


def worked_rows() -> Iterator[Row]:
    """Add the first two courses up once more, row by row."""
    first, second = (TABLE.course(course) for course in RESULT.order[:2])
    labels = Labels(TABLE, RULE.asks)
    yield "Start points", "", "", f"{first.start}.0", f"{second.start}.0"
    given = []
    for course in (first, second):
        assert course.column is not None
        given.append({item.id: p for item, p in contributions(TABLE, WREN, course.column)})
    for factor in TABLE.factors:
        answer = labels.answer(factor.id, WREN[factor.id])
        shares = (signed(by_id.pop(factor.id)) for by_id in given)
        yield factor.title, answer, str(factor.weight), *shares
    extra = (signed(by_id.pop("A1")) for by_id in given)
    yield "Credit stop (an extra, see below)", "", "", *extra
    assert given == [{}, {}]
    yield "Sum", "", "100", *(points(RESULT.scores[c]) for c in RESULT.order[:2])


def test_the_worked_example_is_added_up_as_the_model_adds_it_up() -> None:
    (table,) = tables(section("An example, with every point"))
    assert table == list(worked_rows())
    for column in (3, 4):
        *parts, total = (float(row[column].replace("−", "-")) for row in table)
        assert sum(parts) == total


def test_the_worked_example_ranks_and_rules_out_as_the_model_does() -> None:
    assert RESULT.order == ("PAUSE", "RESET", "LEAVE_EXPLAIN", "ESCALATE", "HANDOVER")
    assert RESULT.vetoed == {"KEEP": ["G12"], "LEAVE_QUIET": ["G8"], "STOP_SAFETY": ["G0"]}
    others = (
        f"*{TABLE.course(c).label}* {points(RESULT.scores[c])}" for c in list(RESULT.order)[2:]
    )
    assert f"The others: {', '.join(others)}." in FLAT


def test_the_worked_example_is_as_firm_as_the_text_says() -> None:
    confidence = RESULT.confidence
    assert confidence.label == "CLEAR"
    assert confidence.margin is not None
    first, second = (points(RESULT.scores[course]) for course in RESULT.order[:2])
    assert (
        f"{first} − {second} makes {points(confidence.margin)} points ahead; {confidence.stable} "
        f"of {confidence.of} checks agree; {RESULT.coverage} percent is known"
    ) in FLAT
    assert RESULT.against == ("share", -100)
    assert "The strongest point against it is her income: −1.0." in FLAT


def test_the_worked_example_names_what_would_change_it_and_what_must_be_done() -> None:
    outcome = RULE.evaluate(WREN)
    telling = Telling("", WREN, "2026-11-22")
    labels = Labels(TABLE, RULE.asks)
    showing = Showing(labels, outcome.data, WREN, telling, None, None, brief=False)
    shown = preferred_changes(showing)[:SHOWN]
    assert {course for *_, course in shown} == {"RESET"}
    phrases = []
    for question, option, _ in shown:
        factor = TABLE.factor(question)
        assert factor is not None
        phrases.append(factor.what_if[option].replace("you had", "she had"))
    assert f"if {phrases[0]}, if {phrases[1]}, or if {phrases[2]}, *Talk and reset" in FLAT
    assert f"In all, {len(RESULT.changes)} single answers" in FLAT
    *riders, last = RESULT.riders
    assert f"{', '.join(riders)} and {last}: read the clause" in FLAT


def test_the_table_of_labels_states_the_thresholds_of_the_rule_set() -> None:
    rows = {row[0]: row[2] for row in tables(section("If you got a result"))[0]}
    for label, test in (("CLEAR", TABLE.clear), ("LEANING", TABLE.leaning)):
        assert rows[label] == (
            f"{test.margin // 100} points ahead, {test.stable} of {TABLE.reruns()} checks agree, "
            f"{test.coverage} percent is known"
        )


def test_the_example_to_copy_loads_and_its_talk_holds() -> None:
    checked = check_files("new_work", NEW_WORK, KINDS)
    assert (checked.errors, checked.notes) == ((), ())
    assert checked.flow is not None
    assert f"new_work: fine ({len(checked.flow.steps)} steps, {checked.talks} talk played)" in TEXT


def test_the_example_to_copy_decides_as_shown() -> None:
    flow = load_flow(NEW_WORK, KINDS)
    answers = yaml.safe_load(BLOCKS["answers.yaml"])
    (shown,) = re.findall(r"^```json\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert judging(flow).result(answers) == json.loads(shown)
    (step,) = [step for step in flow.steps if isinstance(step, Judge)]
    assert isinstance(step.rule, DecisionRule)
    assert step.rule.guess == "gut"


def test_the_example_to_copy_uses_every_part_of_a_table() -> None:
    assert set(yaml.safe_load(NEW_WORK["decision.yaml"])) == set(w.WrittenTable.model_fields)


def test_every_form_of_the_file_has_its_table() -> None:
    forms = {
        form
        for form in vars(w).values()
        if isinstance(form, type) and issubclass(form, BaseModel) and form.__name__[0] == "W"
    }
    assert forms == set(MODELS)
    assert len(tables(section("The file"))) == len(MODELS)


@pytest.mark.parametrize("number", range(len(MODELS)), ids=lambda n: MODELS[n].__name__)
def test_every_field_stands_in_its_table_with_whether_it_is_needed(number: int) -> None:
    rows = tables(section("The file"))[number]
    fields = MODELS[number].model_fields
    assert [row[:2] for row in rows] == [
        (name, "yes" if field.is_required() else "no") for name, field in fields.items()
    ]
    assert all(row[2] for row in rows)


def test_the_words_in_braces_are_those_that_are_filled_in() -> None:
    rows = tables(section("The file"))[MODELS.index(w.WrittenWording)]
    braces = {name: set(re.findall(r"\w+", words)) for name, _, _, words in rows}
    assert braces == {name: set(words) for name, words in PLACES.items()}


def test_the_form_for_programs_is_told_field_by_field() -> None:
    (rows,) = tables(section("The form for programs"))
    assert [row[0] for row in rows] == list(RESULT.form(TABLE))


def shipped(part: int) -> list[Row]:
    """Give a table of the shipped rule set: courses, factors, gates, adjustments, riders."""
    return tables(section("The shipped rule set"))[part]


def test_the_shipped_courses_and_factors_are_listed_with_their_numbers() -> None:
    courses: list[dict[str, Any]] = WRITTEN["courses"]
    assert shipped(0) == [
        (c["id"], c["label"], str(c.get("start", "by rule only"))) for c in courses
    ]
    groups = {name: group for group, names in WRITTEN["values"]["groups"].items() for name in names}
    assert shipped(1) == [
        (f.id, f.title, str(f.weight), groups.get(f.id, "–")) for f in TABLE.factors
    ]


def test_the_shipped_gates_are_listed_with_one_line_or_more() -> None:
    named = [row[:2] for row in shipped(2) if row[0]]
    assert named == [(gate.id, gate.title) for gate in TABLE.gates]


def test_the_shipped_adjustments_and_riders_are_listed() -> None:
    assert [(row[0], row[1], row[3]) for row in shipped(3)] == [
        (
            item["id"],
            item["title"],
            ", ".join(f"{c} {signed(100 * p).removesuffix('.0')}" for c, p in item["add"].items()),
        )
        for item in WRITTEN["adjustments"]
    ]
    assert [row[:2] for row in shipped(4)] == [(rider.id, rider.title) for rider in TABLE.riders]


def test_the_version_and_its_day_are_those_of_the_shipped_rule_set() -> None:
    assert TABLE.date == "2026-11-22"
    assert f"Version {TABLE.version} of 22 November 2026." in FLAT


def test_the_example_of_chosen_values_is_rounded_down_as_told() -> None:
    result = evaluate(TABLE, {"payment": "on_time", "values": ("money",)})
    assert result.scores["ESCALATE"] == 4690
    assert "ESCALATE has 5000 + ⌊2500 · 54 · (−1) / 436⌋ = 4690, that is 46.9 points." in FLAT


def test_evenly_spread_answers_leave_the_courses_where_the_text_says() -> None:
    even = {}
    for column, number in enumerate(TABLE.scored):
        means = (
            f.weight * sum(row[column] for row in f.rows.values()) / len(f.rows)
            for f in TABLE.factors
        )
        even[TABLE.courses[number].id] = TABLE.courses[number].start + sum(means) / 4
    assert round(even.pop("RESET")) == 54
    assert all(48 <= mean <= 51 for mean in even.values())


def test_no_failure_in_24_cases_leaves_room_for_the_rate_that_is_named() -> None:
    assert round(100 * (1 - 0.05 ** (1 / 24))) == 12


def test_every_source_is_numbered_and_every_number_leads_to_a_source() -> None:
    listed = [int(n) for n in re.findall(r"^(\d+)\. ", section("Sources"), re.MULTILINE)]
    assert listed == list(range(1, 43))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", PROSE)} <= set(listed)


def test_the_text_says_plainly_what_it_is_not() -> None:
    assert "general information, not legal, medical or financial advice" in FLAT
    assert "**none supports a number**" in FLAT
    assert "docs/decision-model.md" in (FOLDER / "decision.yaml").read_text("utf-8")
