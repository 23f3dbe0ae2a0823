"""What a compiled flow must hold to: ids one of a kind, references backward, steps reachable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.check_ask import ask_faults, text_faults
from bot.engine.complaints import nearest
from bot.engine.conditions import ALWAYS, Condition, Named, locate
from bot.engine.model import Ask, Flow, Judge, Option, Say, Step
from bot.engine.reach import can_hold
from bot.engine.source import Document, Path
from bot.errors import FlowError

RUN = "run"
"""The fact every flow may look at: "first", or "again" on a fresh run."""

_RUN_VALUES = frozenset({"first", "again"})
_TAKEN = {RUN, "any", "all", "not", "cancel"}
"""What no step may be called: words of conditions, and the question whether to close a case."""


def check_flow(
    flow: Flow, named: Named, document: Document, paths: Mapping[str, Path]
) -> Iterator[FlowError]:
    """Yield everything that is wrong with a flow whose parts are each well-formed."""
    checking = _Checking(flow, document, paths)
    mixed_up = list(checking.ids())
    if mixed_up:  # what refers to these ids may mean either
        yield from mixed_up
        return
    yield from checking.whole()
    yield from checking.named(named)
    for place, step in enumerate(flow.steps):
        yield from checking.step(place, step)
    yield from checking.reachable()


class _Checking:
    """The flow under test, with where each fact can come from and which values it can take."""

    def __init__(self, flow: Flow, document: Document, paths: Mapping[str, Path]) -> None:
        self.flow = flow
        self.document = document
        self.paths = paths
        self.asks = {step.id: step for step in flow.steps if isinstance(step, Ask)}
        self.words = {
            said
            for step in flow.steps
            if isinstance(step, Judge)
            for word, meaning in step.rule.words.items()
            for said in (word, meaning.casefold())
        }
        self.told: set[tuple[str, str | None]] = set()  # mistakes in the conditions with a name
        self.unknown: set[str] = set()  # the questions in them
        self.doubtful: set[str] = set()  # steps whose condition is wrong already
        self.latest_source: dict[str, int] = {RUN: -1}
        self.values: dict[str, frozenset[str] | None] = {RUN: _RUN_VALUES}
        for place, step in enumerate(flow.steps):
            match step:
                case Ask():
                    self.source(step.id, place)
                    self.values[step.id] = frozenset(o.id for o in step.options)
                    for target, _ in (pair for pairs in step.sets.values() for pair in pairs):
                        self.source(target, place)
                case Judge():
                    for fact, values in step.rule.provides:
                        self.source(fact, place)
                        self.values[fact] = values

    def source(self, fact: str, place: int) -> None:
        self.latest_source[fact] = max(place, self.latest_source.get(fact, -1))

    def error(self, step: Step | None, sub: Path, message: str, remedy: str) -> FlowError:
        base = self.paths[step.id] if step else ()
        return self.document.error(base + sub, message, remedy)

    def ids(self) -> Iterator[FlowError]:
        current: set[str] = set()
        for place, step in enumerate(self.flow.steps):
            where: Path = ("steps", place)
            if step.id in current:
                message = f"The id “{step.id}” is used twice."
                yield self.document.error(where, message, "Give each step an id of its own.")
            elif step.id in _TAKEN:
                message = f"No step can be called “{step.id}”: the word has a meaning of its own."
                yield self.document.error(where, message, "Choose another id.")
            current.add(step.id)
        former: set[str] = set()
        for place, step in enumerate(self.flow.steps):
            for index, old in enumerate(step.was):
                if old in current or old in former:
                    yield self.document.error(
                        ("steps", place, "was", index),
                        f"“{old}” is already the id of a step, or was another’s.",
                        "An id is never used again: stored answers refer to it.",
                    )
                former.add(old)

    def whole(self) -> Iterator[FlowError]:
        if not any(not ask.preset for ask in self.asks.values()):
            yield self.error(None, ("steps",), "The flow asks nothing.", "Add an ask step.")
        name = self.flow.name_step
        if name and (name not in self.asks or self.asks[name].input != "text"):
            texts = [ask.id for ask in self.asks.values() if ask.input == "text"]
            yield self.error(
                None, ("name",), f"“{name}” is no text question.", nearest(name, texts)
            )
        for place, question in enumerate(self.flow.profile):
            if question not in self.asks or self.asks[question].input != "choice":
                choices = [ask.id for ask in self.asks.values() if ask.input == "choice"]
                message = f"“{question}” is no question with one choice."
                yield self.error(None, ("profile", place), message, nearest(question, choices))
        for track, presets in self.flow.tracks.items():
            for question, value in presets.items():
                yield from self.chosen(None, ("tracks", track, question), question, value)

    def named(self, named: Named) -> Iterator[FlowError]:
        """Check what the conditions with a name mention, once for all that use them."""
        for name, condition in named.items():
            yield from self.known_facts(condition, ("conditions", name))

    def step(self, place: int, step: Step) -> Iterator[FlowError]:
        yield from self.condition(place, step, step.when, ("when",))
        match step:
            case Ask():
                yield from self.ask(place, step)
            case Judge():
                for fact, _ in step.rule.needs:
                    if self.latest_source.get(fact, -1) > place:
                        yield self.error(
                            step,
                            (),
                            f"“{step.id}” needs “{fact}”, which is settled only later.",
                            "Move the step down.",
                        )
            case Say():
                for field, text in (("title", step.title), ("text", step.text)):
                    for sub, message, remedy in text_faults(field, text, filled=True):
                        yield self.error(step, sub, message, remedy)

    def ask(self, place: int, ask: Ask) -> Iterator[FlowError]:
        for sub, message, remedy in ask_faults(ask, self.words):
            yield self.error(ask, sub, message, remedy)
        for index, option in enumerate(ask.options[len(ask.lent) :]):
            yield from self.consequences(ask, option, ("options", index))
        if ask.preset:
            yield from self.chosen(ask, ("preset",), ask.id, ask.preset)
        for index, (value, condition) in enumerate(ask.given):
            yield from self.known_answer(ask, ("given", index, "value"), ask.id, value)
            yield from self.condition(place, ask, condition, ("given", index, "when"))
        for index, other in enumerate(ask.depends):
            if other not in self.asks or self.flow.index[other] >= place:
                yield self.error(
                    ask,
                    ("depends", index),
                    f"“{other}” is no earlier question.",
                    nearest(other, self.asks),
                )
        if ask.permitted and self.flow.index.get(ask.options_from, -1) >= place:
            yield self.error(
                ask,
                ("permitted",),
                "What is permitted is known only after the step that decides it.",
                f"Move “{ask.id}” below “{ask.options_from}”.",
            )

    def consequences(self, ask: Ask, option: Option, sub: Path) -> Iterator[FlowError]:
        for question, value in option.sets:
            yield from self.known_answer(ask, (*sub, "sets", question), question, value)
        for question, value in option.revises:
            where = (*sub, "revises", question)
            yield from self.chosen(ask, where, question, value)
            if self.flow.index.get(question, -1) >= self.flow.index[ask.id]:
                yield self.error(
                    ask, where, f"“{question}” comes later.", "Only earlier answers are revised."
                )

    def chosen(
        self, step: Step | None, sub: Path, question: str, value: str
    ) -> Iterator[FlowError]:
        """Check an answer that is stored as it stands: one option of a question with one choice."""
        if question in self.asks and self.asks[question].input == "many":
            message = f"“{question}” takes several answers, so it cannot be answered with one."
            yield self.error(step, sub, message, "Choose a question with input: choice.")
        else:
            yield from self.known_answer(step, sub, question, value)

    def known_answer(
        self, step: Step | None, sub: Path, question: str, value: str
    ) -> Iterator[FlowError]:
        if question not in self.asks:
            yield self.error(
                step, sub, f"There is no question “{question}”.", nearest(question, self.asks)
            )
        elif self.asks[question].option(value) is None:
            options = [option.id for option in self.asks[question].options]
            yield self.error(
                step,
                sub,
                f"“{question}” has no option “{value}”.",
                nearest(value, options),
            )

    def condition(
        self, place: int, step: Step, condition: Condition, sub: Path
    ) -> Iterator[FlowError]:
        path = self.paths[step.id] + sub
        wrong = list(self.known_facts(condition, path))
        mentioned = dict(condition.mentions())
        for fact in mentioned:
            if self.latest_source.get(fact, -1) >= place:
                by = self.flow.steps[self.latest_source[fact]].id
                message = f"“{fact}” is settled only later, by “{by}”."
                remedy = f"Move “{step.id}” below it, or look at an earlier question."
                wrong.append(self.document.error(path, message, remedy))
        if wrong or not self.unknown.isdisjoint(mentioned):
            self.doubtful.add(step.id)
        yield from wrong

    def known_facts(self, condition: Condition, path: Path) -> Iterator[FlowError]:
        """Check that what a condition mentions exists; ``path`` leads to it as it is written."""
        for fact, values in condition.mentions():
            for value, message, remedy in self.unknown_values(fact, values):
                if (fact, value) not in self.told:
                    where = path + (locate(self.document.at(path), fact, value) or ())
                    yield self.document.error(where, message, remedy)
                if path[0] == "conditions":  # not once more for every step that uses it
                    self.told.add((fact, value))
                    self.unknown.add(fact)

    def unknown_values(
        self, fact: str, values: frozenset[str | None]
    ) -> Iterator[tuple[str | None, str, str]]:
        ordered = sorted(values, key=str)
        if fact not in self.latest_source:
            message = f"There is no question “{fact}”."
            yield ordered[0], message, nearest(fact, self.latest_source)
            return
        known = self.values.get(fact)
        for value in ordered:
            if value is not None and known is not None and value not in known:
                yield value, f"“{fact}” has no option “{value}”.", nearest(value, known)

    def reachable(self) -> Iterator[FlowError]:
        """Find steps whose condition no combination of answers can meet."""
        for step in self.flow.steps:
            if step.when is ALWAYS or step.id in self.doubtful:
                continue
            if not can_hold(step.when, self.values, self.asks):
                yield self.error(
                    step,
                    ("when",),
                    f"“{step.id}” can never be reached: its condition contradicts itself.",
                    "Correct the condition, or remove the step.",
                )
