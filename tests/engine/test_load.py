"""What an author gets wrong in a flow, and how it is told: one mistake, one message, one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.kinds import KindSource
from bot.engine.load import content_hash, load_flow
from bot.engine.model import Ask, Card, Facts, Flow, Judge, Option, Outcome, Telling
from bot.errors import FlowError, FlowErrors

# ------------------------------------------------------------------ a kind of our own


@dataclass(frozen=True, slots=True)
class Weighing:
    """A step that weighs a bag: light below the limit in its file, heavy above."""

    step: str
    limit: int
    version: str = "1"

    @property
    def needs(self) -> tuple[tuple[str, frozenset[str | None]], ...]:
        return (("size", frozenset({"small", "large"})),)

    @property
    def provides(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        return ((self.step, frozenset({"CARRY", "SEND"})), (f"{self.step}.note", None))

    @property
    def options(self) -> tuple[Option, ...]:
        return (Option("CARRY", "Carry it"), Option("SEND", "Send it ahead"))

    @property
    def words(self) -> Mapping[str, str]:
        return {"scales": "show the scales"}

    @property
    def names(self) -> Mapping[str, str]:
        return {}

    def evaluate(self, facts: Facts) -> Outcome:
        best = "CARRY" if facts.get("size") == "small" else "SEND"
        return Outcome(self.version, {"limit": self.limit}, {self.step: best}, (best,))

    def present(self, outcome: Outcome, telling: Telling) -> Card:
        return Card(self.step, "weigh", "The bag", ())

    def tell(self, word: str, outcome: Outcome, telling: Telling) -> Card:
        return self.present(outcome, telling)


def compile_weighing(source: KindSource) -> Weighing:
    document = source.read(str(source.data.get("scales")))
    limit = document.at(("limit",))
    if not isinstance(limit, int):
        raise document.error(("limit",), "“limit” must be a whole number.", "Write it in digits.")
    if unknown := [key for key in source.data if key != "scales"]:
        path = (*source.path, unknown[0])
        raise source.document.error(path, f"There is no field “{unknown[0]}”.", "Remove it.")
    return Weighing(source.id, limit)


KINDS = {"weigh": compile_weighing}

PACKING = """\
flow: packing
title: "Packing a bag"
about: "What to take along."
sections:
  bag: "The bag"
  way: "The way"
tracks:
  full: {pace: calm}
  fast: {pace: hurried}
name: called
nicknames: [Heron, Alder]
name_pattern: "Bag {nickname}"
profile: [climate]
conditions:
  calm: {pace: [calm]}
  wet: {any: [{climate: [rain]}, {extras: [boots]}]}
  calm_and_wet: {all: [calm, wet]}
steps:
  - ask: pace
    section: bag
    text: "In a hurry?"
    why: "Some questions can wait."
    preset: calm
    counted: false
    kept: true
    options:
      - calm: "No hurry"
      - hurried: "In a hurry"
  - ask: called
    text: "What is the bag called?"
    why: "To tell bags apart."
    input: text
    max_length: 30
  - ask: climate
    text: "What is it like where {name} goes?"
    why: "Rain needs other things than sun."
    required: true
    options:
      - sun: "Sunny"
      - rain: "Rainy"
      - {id: unsure, label: "Not sure", unsure: true, was: [unknown]}
      - {id: hop, label: "A short hop", sets: {size: small}, revises: {pace: hurried}}
  - ask: extras
    text: "What else?"
    why: "It makes the list."
    input: many
    max_ticks: 2
    when: calm
    was: [things]
    options:
      - boots: "Boots"
      - books: "Books"
      - {id: nothing, label: "Nothing else", alone: true}
  - ask: size
    text: "How large is it?"
    why: "It has to be carried."
    depends: [extras]
    given:
      - value: small
        when: {extras: [nothing]}
    options:
      - small: "Small"
      - large: "Large"
  - ask: nights
    section: way
    text: "How many nights?"
    why: "For the socks."
    input: number
    least: 1
    most: 60
    when: {not: {pace: [hurried]}}
  - ask: leaving
    text: "When do you leave?"
    why: "For the list."
    input: date
    earliest: "2026-01-01"
    latest: "2027-12-31"
    when: {nights: null}
  - ask: guess
    text: "Your guess?"
    why: "To compare."
    options_from: scales
  - weigh: scales
    scales: scales.yaml
    when: {size: [small, large]}
  - ask: decision
    text: "What will you do?"
    why: "To finish."
    options_from: scales
    permitted: true
    without: [SEND]
    options:
      - {id: later, label: "Decide later", does: pause}
  - say: umbrella
    title: "Take an umbrella"
    tone: notice
    when: calm_and_wet
    text: "It rains where {name} goes."
"""
SCALES = "limit: 20\n"


def load(text: str = PACKING, scales: str = SCALES) -> Flow:
    return load_flow({"flow.yaml": text, "scales.yaml": scales}, KINDS)


def mistakes(text: str, scales: str = SCALES) -> list[FlowError]:
    """Give all mistakes in a flow; each says where it is and what to do."""
    with pytest.raises(FlowErrors) as caught:
        load(text, scales)
    for error in caught.value.errors:
        assert error.remedy, str(error)
        assert "\n" not in str(error)
        assert error.message[-1] == "."
    return caught.value.errors


def changed(old: str, new: str, text: str = PACKING) -> str:
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def line_of(sign: str, text: str) -> int:
    """Find the line where this stands."""
    return text[: text.index(sign)].count("\n") + 1


# ------------------------------------------------------------------ what is right


def test_a_flow_is_loaded_with_all_its_parts() -> None:
    flow = load()
    assert flow.id == "packing"
    assert [step.id for step in flow.steps] == [
        *("pace", "called", "climate", "extras", "size", "nights", "leaving"),
        *("guess", "scales", "decision", "umbrella"),
    ]
    assert flow.tracks == {"full": {"pace": "calm"}, "fast": {"pace": "hurried"}}
    assert flow.dependents == {"extras": ("size",)}
    climate = flow.step("climate")
    assert isinstance(climate, Ask)
    assert climate.section == "bag"
    assert climate.options[2] == Option("unsure", "Not sure", was=("unknown",), unsure=True)
    assert climate.sets == {"hop": (("size", "small"),)}


def test_options_of_another_step_come_before_the_questions_own() -> None:
    guess, decision = load().step("guess"), load().step("decision")
    assert isinstance(guess, Ask)
    assert isinstance(decision, Ask)
    assert [option.id for option in guess.options] == ["CARRY", "SEND"]
    assert [option.id for option in decision.options] == ["CARRY", "later"]
    assert decision.lent == {"CARRY"}


def test_a_step_of_another_kind_is_compiled_from_its_own_file() -> None:
    step = load(scales="limit: 7\n").step("scales")
    assert isinstance(step, Judge)
    assert step.rule.evaluate({"size": "small"}).data == {"limit": 7}
    assert step.section == "way"


def test_steps_of_other_kinds_can_be_renamed() -> None:
    text = changed("    scales: scales.yaml\n", "    scales: scales.yaml\n    was: [weights]\n")
    step = load(text).step("scales")
    assert step is not None
    assert step.was == ("weights",)


@pytest.mark.parametrize(
    "condition",
    [
        "{not: {called: [null]}}",  # a text was given
        "{all: [{extras: [boots]}, {extras: [books]}]}",  # both were ticked
        "{all: [{extras: [boots, null]}, {not: {climate: [rain, sun]}}]}",
        "{run: [again]}",
        "{scales.note: [heavy]}",  # a fact that can be anything
        "{not: {scales: [null]}}",
    ],
)
def test_a_step_that_some_answers_reach_is_no_mistake(condition: str) -> None:
    load(changed("when: calm_and_wet", f"when: {condition}"))


def test_the_version_is_the_hash_of_what_counts() -> None:
    files = {"flow.yaml": PACKING, "scales.yaml": SCALES}
    version = load_flow(files, KINDS).version
    assert load_flow({**files, "talks/one.yaml": "x", "README.md": "y"}, KINDS).version == version
    assert content_hash({k: v.replace("\n", "\r\n") for k, v in files.items()}) == version
    assert content_hash({**files, "scales.yaml": "limit: 21\n"}) != version
    assert re.fullmatch("[0-9a-f]{16}", version)


# ------------------------------------------------------------------ one mistake, one message

# What is changed into what, where the mistake is then found, and what is said about it.
_FORM = [
    ("    required: true", "    required: true\n    hue: red", "hue", "no field “hue”"),
    ("    required: true", "    requird: true", "requird", "Did you mean “required”?"),
    ("title: \"Packing a bag\"", "titel: \"Packing a bag\"", "titel", "Did you mean “title”?"),
    ("    text: \"What else?\"\n", "    txt: \"What else?\"\n", "txt", "Did you mean “text”?"),
    ("label: \"Not sure\"", "lable: \"Not sure\"", "lable", "Did you mean “label”?"),
    ("      - value: small", "      - valeu: small", "valeu", "Did you mean “value”?"),
    ("    why: \"To tell bags apart.\"\n", "", "- ask: called", "“why” is missing"),
    ("title: \"Packing a bag\"\n", "", "flow: packing", "“title” is missing"),
    ("{id: later, label: \"Decide later\", does: pause}", "{id: later}", "{id: later", "“label”"),
    ("{id: later, label: \"Decide later\", does: pause}", "{label: \"X\"}", "{label: ", "“id”"),
    ("flow: packing", "flow: Packing", "flow: P", "“Packing” cannot stand here"),
    ("  - ask: nights", "  - ask: Nights!", "Nights!", "lower-case words joined by _"),
    ("  - ask: nights", "  - ask: " + "n" * 41, "nnnn", "longer than 40"),
    ("      - sun: \"Sunny\"", "      - the sun: \"Sunny\"", "the sun", "lower-case words"),
    ("  - weigh: scales", "  - weigh: Scales", "Scales", "lower-case words"),
    ("    tone: notice", "    title: \"Hm\"\n    tone: notice", "title: \"Hm", "stands here twice"),
    ("    tone: notice", "    tone: notise", "notise", "Did you mean “notice”?"),
    ("    input: date", "    input: dates", "dates", "Did you mean “date”?"),
    ("does: pause", "does: rest", "rest", "“does” cannot be “rest”"),
    ("    required: true", "    required: \"yes\"", "required", "must be true or false"),
    ("    least: 1", "    least: one", "least", "must be a whole number"),
    ("    least: 1", "    least: 1.5", "least", "must be a whole number"),
    ("    least: 1", "    least: true", "least", "must be a whole number"),
    ("    max_length: 30", "    max_length: 0", "max_length", "Write 1 or more"),
    ("    max_length: 30", "    max_length: 9999", "max_length", "Write 2000 or less"),
    ("    max_ticks: 2", "    max_ticks: 26", "max_ticks", "Write 25 or less"),
    ("\"2026-01-01\"", "\"1 January\"", "1 January", "Write the day as 2026-03-31"),
    ("\"For the socks.\"", "5", "why: 5", "must be a text"),
    ("\"For the socks.\"", "", "why: \n", "“why” is empty"),
    ("\"For the socks.\"", "\" \"", "why: \" \"", "“why” is empty"),
    ("\"For the socks.\"", f"\"{'w' * 601}\"", "wwww", "longer than 600 characters"),
    ("\"Sunny\"", f"\"{'l' * 76}\"", "llll", "longer than 75 characters"),
    ("\"Take an umbrella\"", f"\"{'t' * 151}\"", "tttt", "longer than 150 characters"),
    ("\"How large is it?\"", f"\"{'t' * 2001}\"", "tttt", "longer than 2000 characters"),
    ("    depends: [extras]", "    depends: extras", "depends", "must be a list"),
    ("was: [things]", "was: [Things]", "was: [Things]", "“Things” cannot stand here"),
    ("nicknames: [Heron, Alder]", "nicknames: Heron", "nicknames", "must be a list"),
    ("  fast: {pace: hurried}", "  fast: hurried", "fast: hurried", "must be a mapping"),
    ("      - sun: \"Sunny\"", "      - sun", "- sun", "must be a mapping"),
    ("\"Bag {nickname}\"", "\"Bag {name}\"", "Bag {", "Write {nickname} once"),
    ("\"Bag {nickname}\"", "\"Bag\"", "\"Bag\"", "Write {nickname} once"),
    ("\"Bag {nickname}\"", "\"{nickname.__class__}\"", "__class__", "Write {nickname} once"),
]  # fmt: skip
_STEPS = [
    ("  - say: umbrella", "  - sing: umbrella", "sing", "of no known kind: sing"),
    ("  - say: umbrella", "  - {}\n  - say: umbrella", "{}", "of no known kind"),
    ("  - say: umbrella", "  - 5\n  - say: umbrella", "- 5", "must be a mapping"),
    ("  - ask: guess", "  - ask: size", "- ask: size\n    text: \"Your", "used twice"),
    ("  - say: umbrella", "  - say: called", "- say: called", "used twice"),
    ("  - ask: decision", "  - weigh: scales\n    scales: scales.yaml\n  - ask: decision",
     "- weigh: scales\n    scales: scales.yaml\n  - ask", "used twice"),
    ("  - say: umbrella", "  - say: things", "was: [things]", "already the id of a step"),
    ("was: [things]", "was: [size]", "was: [size]", "already the id of a step"),
    ("    tone: notice", "    was: [things]", "    was: [things]\n    when", "was another’s"),
    ("  - say: umbrella", "  - say: run", "say: run", "No step can be called “run”"),
    ("  - say: umbrella", "  - say: all", "say: all", "No step can be called “all”"),
    ("    section: bag\n", "", "- ask: pace", "names no section"),
    ("    section: way", "    section: road", "section: road", "“road” is not one of the sections"),
    ("name: called", "name: caled", "name: caled", "Did you mean “called”?"),
    ("name: called", "name: climate", "name: climate", "no text question"),
    ("profile: [climate]", "profile: [climat]", "profile", "Did you mean “climate”?"),
    ("profile: [climate]", "profile: [called]", "profile", "no question with one choice"),
    ("full: {pace: calm}", "full: {pase: calm}", "full:", "Did you mean “pace”?"),
    ("full: {pace: calm}", "full: {pace: clam}", "full:", "Did you mean “calm”?"),
    ("full: {pace: calm}", "full: {extras: boots}", "full:", "takes several answers"),
    ("depends: [extras]", "depends: [extra]", "depends", "Did you mean “extras”?"),
    ("depends: [extras]", "depends: [nights]", "depends", "“nights” is no earlier question"),
    ("preset: calm", "preset: clam", "preset", "“pace” has no option “clam”"),
    ("value: small", "value: tiny", "value: tiny", "“size” has no option “tiny”"),
    ("sets: {size: small}", "sets: {size: tiny}", "id: hop", "“size” has no option “tiny”"),
    ("sets: {size: small}", "sets: {siez: small}", "id: hop", "Did you mean “size”?"),
    ("revises: {pace: hurried}", "revises: {pace: fast}", "id: hop", "no option “fast”"),
    ("revises: {pace: hurried}", "revises: {size: small}", "id: hop", "“size” comes later"),
    ("    options_from: scales\n    permitted", "    options_from: bag\n    permitted",
     "options_from: bag", "no step that has options"),
    ("    options_from: scales\n    permitted: true\n    without: [SEND]\n",
     "    permitted: true\n", "permitted", "Name that step under options_from"),
    ("    options_from: scales\n  - weigh",
     "    options_from: scales\n    permitted: true\n  - weigh", "permitted: true\n  - weigh",
     "Move “guess” below “scales”"),
    ("without: [SEND]", "without: [SNED]", "without", "Did you mean “SEND”?"),
    ("scales: scales.yaml", "scales: scale.yaml", "- weigh", "Did you mean “scales.yaml”?"),
    ("scales: scales.yaml", "scales: scales.yaml\n    unit: kg", "unit", "no field “unit”"),
]  # fmt: skip
_CONDITIONS = [
    ("when: calm\n", "when: clam\n", "when: clam", "no condition called “clam”"),
    ("when: calm\n", "when: [calm]\n", "when: [calm]", "not a list"),
    ("when: calm\n", "when: {pace: []}\n", "when: {pace", "is empty"),
    ("when: calm\n", "when: {pace: [true]}\n", "when: {pace", "cannot be compared"),
    ("when: calm\n", "when: {pase: [calm]}\n", "when: {pase", "Did you mean “pace”?"),
    ("when: calm\n", "when: {pace: [clam]}\n", "when: {pace", "Did you mean “calm”?"),
    ("when: calm\n", "when:\n      pace:\n        - hurried\n        - clam\n",
     "- clam", "no option"),
    ("when: calm\n", "when: {nights: [null]}\n", "when: {nights", "settled only later"),
    ("when: {nights: null}", "when: {called: [me]}", "when: {called", "“called” has no option"),
    ("when: calm\n", "when: {extras: [boots]}\n", "when: {extras", "by “extras”"),
    ("when: calm\n", "when: {scales: [SEND]}\n", "when: {scales", "by “scales”"),
    ("when: calm\n", "when: {size: [small]}\n", "when: {size", "settled only later, by “size”"),
    ("    when: {extras: [nothing]}", "    when: {guess: [CARRY]}", "when: {guess", "only later"),
    ("    when: {size: [small, large]}", "    when: {scales: [SEND]}",
     "when: {scales", "only later"),
    ("when: calm_and_wet", "when: {all: [calm, {pace: [hurried]}]}",
     "when: {all", "never be reached"),
    ("when: calm_and_wet", "when: {all: [{extras: [null]}, {extras: [boots]}]}",
     "when: {all", "never be reached"),
    ("when: calm_and_wet", "when: {not: {run: [first, again, null]}}", "when: {not: {run", "never"),
    ("  calm: {pace: [calm]}", "  calm: {pace: [clam]}", "  calm: {", "Did you mean “calm”?"),
    ("  calm: {pace: [calm]}", "  calm: {pase: [calm, clam]}", "  calm: {", "no question “pase”"),
    ("{all: [calm, wet]}", "{all: [calm, dry]}", "calm_and_wet: ", "no condition called “dry”"),
    ("  wet: {any", "  dry: {not: {climat: [rain]}}\n  wet: {any",
     "  dry:", "Did you mean “climate”?"),
]  # fmt: skip
_OPTIONS = [
    ("\"Boots\"", "\"Skip\"", "\"Skip\"", "“skip” is a word that works at every prompt"),
    ("\"Boots\"", "\"Why?\"", "\"Why?\"", "“why” is a word that works"),
    ("\"Boots\"", "\"Go back!\"", "\"Go back!\"", "“go back” is a word that works"),
    ("- books:", "- undo:", "- undo", "“undo” is a word that works"),
    ("\"Boots\"", "\"Scales\"", "\"Scales\"", "“scales” is a word that works"),
    ("- books:", "- boots:", "- boots: \"Books\"", "“boots” stands among the options twice"),
    ("\"Boots\"", "\"books!\"", "- books: ", "“books” stands among the options twice"),
    ("\"Boots\"", "\"3\"", "- boots", "cannot be told from an option’s number"),
    ("was: [unknown]", "was: [rain]", "id: unsure", "already the id of an option"),
    ("      - boots: \"Boots\"", "      - {id: boots, label: \"Boots\", sets: {size: large}}",
     "id: boots", "“sets” has no effect"),
    ("unsure: true, was", "alone: true, was", "id: unsure", "“alone” is for input: many"),
    ("      - small: \"Small\"\n      - large: \"Large\"\n", "",
     "options:\n  - ask: nights", "“options” is empty"),
    ("    options_from: scales\n  - weigh", "  - weigh", "- ask: guess", "“guess” has no options"),
    ("    max_length: 30", "    options: [{red: Red}]", "options: [{red", "but has options"),
    ("    max_length: 30", "    max_ticks: 3", "max_ticks: 3", "is for input: many"),
    ("    max_ticks: 2", "    most: 2", "most: 2", "is for input: number"),
    ("    least: 1", "    least: 61", "least: 61", "greater than “most”"),
    ("\"2026-01-01\"", "\"2028-01-01\"", "2028", "after “latest”"),
    ("\"2026-01-01\"", "\"2026-02-30\"", "2026-02-30", "no day 2026-02-30"),
    ("How large is it?", "How large is {bag}?", "{bag}", "“{bag}” stands for nothing"),
    ("To compare.", "To compare {name}.", "compare {", "not filled in here"),
    ("Take an umbrella", "Take {an} umbrella", "{an}", "“{an}” stands for nothing"),
]  # fmt: skip


def _one(old: str, new: str, sign: str, message: str) -> None:
    text = changed(old, new)
    found = mistakes(text)
    assert [str(error) for error in found[1:]] == []
    error = found[0]
    assert message in str(error)
    assert (error.file, error.line) == ("flow.yaml", line_of(sign, text)), str(error)


@pytest.mark.parametrize(("old", "new", "sign", "message"), _FORM)
def test_a_wrong_form_is_told_once(old: str, new: str, sign: str, message: str) -> None:
    _one(old, new, sign, message)


@pytest.mark.parametrize(("old", "new", "sign", "message"), _STEPS)
def test_a_wrong_step_is_told_once(old: str, new: str, sign: str, message: str) -> None:
    _one(old, new, sign, message)


@pytest.mark.parametrize(("old", "new", "sign", "message"), _CONDITIONS)
def test_a_wrong_condition_is_told_once(old: str, new: str, sign: str, message: str) -> None:
    _one(old, new, sign, message)


@pytest.mark.parametrize(("old", "new", "sign", "message"), _OPTIONS)
def test_a_wrong_option_or_limit_is_told_once(old: str, new: str, sign: str, message: str) -> None:
    _one(old, new, sign, message)


@pytest.mark.parametrize(
    ("scales", "line", "message"),
    [
        ("limit: much\n", 1, "must be a whole number"),
        ("# kg\nlimit: 5\nlimit: 6\n", 3, "“limit” stands here twice"),
        ("a: 1\nb: *x\n", 2, "alias"),
    ],
)
def test_a_mistake_in_another_file_is_told_there(scales: str, line: int, message: str) -> None:
    (error,) = mistakes(PACKING, scales)
    assert (error.file, error.line) == ("scales.yaml", line)
    assert message in error.message


# ------------------------------------------------------------------ the file as a whole


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“the file” is empty"),
        ("# later\n", "“the file” is empty"),
        ("- ask: pace\n", "must be a mapping"),
        ("just words\n", "must be a mapping"),
        ("flow: [", "not YAML"),
        ("\x00", "control character"),
    ],
)
def test_a_file_that_is_no_flow_is_told_once(text: str, message: str) -> None:
    (error,) = mistakes(text)
    assert (error.file, error.line) == ("flow.yaml", 1)
    assert message in error.message


def test_a_folder_without_a_flow_is_told() -> None:
    with pytest.raises(FlowErrors, match=r"flow\.yaml:1: There is no flow\.yaml here"):
        load_flow({"notes.yaml": "a: 1"}, KINDS)


@pytest.mark.parametrize(
    ("steps", "message"), [("[]", "“steps” is empty"), ("", "“steps” is empty")]
)
def test_a_flow_without_steps_is_told(steps: str, message: str) -> None:
    text = PACKING[: PACKING.index("steps:")] + f"steps: {steps}\n"
    (error,) = mistakes(text)
    assert message in error.message
    assert error.line == line_of("steps:", text)


def test_a_flow_that_asks_nothing_is_told() -> None:
    head = 'flow: f\ntitle: "T"\nabout: "A."\nsections: {one: "One"}\nsteps:\n'
    (error,) = mistakes(head + '  - say: hello\n    section: one\n    text: "Hello."\n')
    assert error.message == "The flow asks nothing."
    assert error.line == 5


def test_more_options_than_a_platform_shows_are_told() -> None:
    many = "".join(f'      - o{n}: "Option {n}."\n' for n in range(26))
    text = changed('      - small: "Small"\n      - large: "Large"\n', many)
    (error,) = mistakes(text)
    assert "more than 25 entries" in error.message
    assert text.splitlines()[error.line - 1] == "    options:"


def test_lent_and_own_options_together_are_counted() -> None:
    own = "".join(f'      - o{n}: "Option {n}."\n' for n in range(24))
    text = changed('{id: later, label: "Decide later", does: pause}', "x: Yonder\n" + own.rstrip())
    text = changed("    without: [SEND]\n", "", text)
    (error,) = mistakes(text)
    assert error.message == "“decision” has more than 25 options."
    assert error.line == line_of("- ask: decision", text)


# ------------------------------------------------------------------ several mistakes


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = changed("profile: [climate]", "profile: [weather]")
    text = changed("preset: calm", "preset: quick", text)
    text = changed("  calm_and_wet: {all: [calm, wet]}", "  calm_and_wet: {all: [calm, dry]}", text)
    text = changed("    least: 1", "    least: 99", text)
    text = changed('"Boots"', '"Undo"', text)
    text = changed("when: {nights: null}", "when: {decision: [later]}", text)
    found = mistakes(text)
    signs = ["profile", "calm_and_wet", "preset", '"Undo"', "least: 99", "when: {decision"]
    assert [error.line for error in found] == [line_of(sign, text) for sign in signs]


def test_all_wrong_forms_are_told_at_once() -> None:
    text = changed("flow: packing", "flow: Packing")
    text = changed("    required: true", "    required: maybe", text)
    text = changed("does: pause", "does: nothing", text)
    text = changed("    tone: notice", "    tones: notice", text)
    found = mistakes(text)
    signs = ["flow: P", "required", "does: nothing", "tones"]
    assert [error.line for error in found] == [line_of(sign, text) for sign in signs]


def test_one_mistake_in_a_named_condition_is_told_once_for_all_who_use_it() -> None:
    text = changed("  calm: {pace: [calm]}", "  calm: {pace: [clam]}")
    assert text.count("calm_and_wet") == 2
    assert len(mistakes(text)) == 1


# ------------------------------------------------------------------ anything an author can do

_LINES = PACKING.splitlines(keepends=True)
_SCALARS = st.sampled_from(
    ["yes", "null", "5", "-1", "[]", "{}", '""', '"x"', "pace", "calm", "size", "a: b", "{a: b}"]
)


def _deleted(place: int, length: int) -> str:
    return "".join(_LINES[:place] + _LINES[place + length :])


def _doubled(place: int, length: int) -> str:
    return "".join(_LINES[: place + length] + _LINES[place:])


def _moved(place: int, other: int) -> str:
    lines = _LINES[:place] + _LINES[place + 1 :]
    return "".join([*lines[:other], _LINES[place], *lines[other:]])


def _replaced(place: int, scalar: str) -> str:
    key, colon, _ = _LINES[place].partition(":")
    return "".join([*_LINES[:place], f"{key}{colon} {scalar}\n", *_LINES[place + 1 :]])


def _cut(start: int, length: int, into: str) -> str:
    return PACKING[:start] + into + PACKING[start + length :]


_PLACE = st.integers(0, len(_LINES) - 1)
MUTATED = st.one_of(
    st.builds(_deleted, _PLACE, st.integers(1, 12)),
    st.builds(_doubled, _PLACE, st.integers(1, 12)),
    st.builds(_moved, _PLACE, _PLACE),
    st.builds(_replaced, _PLACE, _SCALARS | st.text(max_size=8)),
    st.builds(_cut, st.integers(0, len(PACKING)), st.integers(0, 9), st.text(max_size=4)),
)


@settings(max_examples=400)
@given(MUTATED)
def test_a_damaged_flow_loads_or_is_told_line_by_line(text: str) -> None:
    for error in _errors(text, SCALES):
        assert error.file in {"flow.yaml", "scales.yaml"}
        assert 1 <= error.line <= len(text.splitlines()) + 1
        assert error.message
        assert error.remedy


_SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.sampled_from(["pace", "calm", "x y", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "pace", "any", "label"]), inner, max_size=2)
    ),
    max_leaves=5,
)


_WHOLE = json.dumps(yaml.safe_load(PACKING))
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@settings(max_examples=300)
@given(st.data())
def test_any_shape_in_any_place_loads_or_is_told(data: st.DataObject) -> None:
    whole = json.loads(_WHOLE)
    at = whole
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(_SHAPES)
    for error in _errors(yaml.dump(whole, Dumper=_DUMPER, sort_keys=False), SCALES):
        assert error.remedy


@given(st.text(max_size=40))
def test_any_text_in_another_file_loads_or_is_told(scales: str) -> None:
    assert all(error.file == "scales.yaml" for error in _errors(PACKING, scales))


def _errors(text: str, scales: str) -> list[FlowError]:
    try:
        load(text, scales)
    except FlowErrors as errors:
        return errors.errors
    return []
