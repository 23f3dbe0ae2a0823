"""What a compiled flow must hold to: ids one of a kind, references backward, steps reachable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import product

from bot.engine.conditions import ALWAYS, Condition
from bot.engine.model import Ask, Flow, Judge, Option, Say, Step
from bot.engine.source import Document, Path
from bot.engine.words import RESERVED
from bot.engine.written import ID_PATTERN, MAX_CHOICES, MAX_LABEL
from bot.errors import FlowError

RUN = "run"
"""The fact every flow may look at: "first", or "again" on a fresh run."""

_RUN_VALUES = frozenset({"first", "again"})
_MOST_COMBINATIONS = 20_000


def check_flow(flow: Flow, document: Document, paths: Mapping[str, Path]) -> Iterator[FlowError]:
    """Yield everything that is wrong with a flow whose parts are each well-formed."""
    checking = _Checking(flow, document, paths)
    yield from checking.ids()
    yield from checking.whole()
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
        self.latest_source: dict[str, int] = {RUN: -1}
        self.values: dict[str, frozenset[str] | None] = {RUN: _RUN_VALUES}
        for place, step in enumerate(flow.steps):
            match step:
                case Ask():
                    self.source(step.id, place)
                    self.values[step.id] = (
                        frozenset(o.id for o in step.options) if step.options else frozenset()
                    )
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
        seen: set[str] = set()
        for place, step in enumerate(self.flow.steps):
            if step.id in seen or step.id == RUN:
                yield self.document.error(
                    ("steps", place),
                    f"The id “{step.id}” is used twice.",
                    "Give each step an id of its own.",
                )
            if not re.match(ID_PATTERN, step.id):
                yield self.error(
                    step, (), f"“{step.id}” is no id.", "Write lower-case words joined by _."
                )
            seen.update((step.id, *step.was))

    def whole(self) -> Iterator[FlowError]:
        if not any(not ask.preset for ask in self.asks.values()):
            yield self.error(None, ("steps",), "The flow asks nothing.", "Add an ask step.")
        name = self.flow.name_step
        if name and (name not in self.asks or self.asks[name].input != "text"):
            yield self.error(
                None, ("name",), f"“{name}” is no text question.", self.nearest(name, self.asks)
            )
        for place, question in enumerate(self.flow.profile):
            if question not in self.asks:
                yield self.error(
                    None,
                    ("profile", place),
                    f"There is no question “{question}”.",
                    self.nearest(question, self.asks),
                )
        for track, presets in self.flow.tracks.items():
            for question, value in presets.items():
                yield from self.known_answer(None, ("tracks", track, question), question, value)

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
                pass

    def ask(self, place: int, ask: Ask) -> Iterator[FlowError]:
        yield from self.options(ask)
        if ask.preset:
            yield from self.known_answer(ask, ("preset",), ask.id, ask.preset)
        for index, (value, condition) in enumerate(ask.given):
            yield from self.known_answer(ask, ("given", index, "value"), ask.id, value)
            yield from self.condition(place, ask, condition, ("given", index, "when"))
        for index, other in enumerate(ask.depends):
            if other not in self.asks or self.flow.index[other] >= place:
                yield self.error(
                    ask,
                    ("depends", index),
                    f"“{other}” is no earlier question.",
                    self.nearest(other, self.asks),
                )
        if ask.permitted and self.flow.index.get(ask.options_from, place) >= place:
            yield self.error(
                ask,
                ("permitted",),
                "What is permitted is known only after the step that decides it.",
                f"Move “{ask.id}” below “{ask.options_from}”.",
            )

    def options(self, ask: Ask) -> Iterator[FlowError]:
        has = bool(ask.options)
        if has != (ask.input in {"choice", "many"}):
            yield self.error(
                ask,
                (),
                f"“{ask.id}” has no options." if not has else "Only choices have options.",
                "Add options, or write input: text.",
            )
        if len(ask.options) > MAX_CHOICES:
            yield self.error(
                ask, (), f"“{ask.id}” has more than {MAX_CHOICES} options.", "Leave some out."
            )
        seen: set[str] = set()
        for index, option in enumerate(ask.options):
            sub: Path = ("options", index - len(ask.lent)) if index >= len(ask.lent) else ()
            for name in {option.id.casefold(), option.label.casefold()}:
                lent_id = option.id in ask.lent and name != option.label.casefold()
                if name in RESERVED and not lent_id:  # such an id is never typed
                    yield self.error(
                        ask,
                        sub,
                        f"“{name}” is a word that works at every prompt.",
                        "Call the option something else.",
                    )
                if name in seen:
                    yield self.error(
                        ask, sub, f"“{name}” stands among the options twice.", "Rename one."
                    )
                seen.add(name)
            if len(option.label) > MAX_LABEL:
                yield self.error(
                    ask, sub, f"The label of “{option.id}” is too long.", f"Use {MAX_LABEL} signs."
                )
            yield from self.consequences(ask, option, sub)

    def consequences(self, ask: Ask, option: Option, sub: Path) -> Iterator[FlowError]:
        for question, value in option.sets:
            yield from self.known_answer(ask, (*sub, "sets", question), question, value)
        for question, value in option.revises:
            where = (*sub, "revises", question)
            yield from self.known_answer(ask, where, question, value)
            if self.flow.index.get(question, -1) >= self.flow.index[ask.id]:
                yield self.error(
                    ask, where, f"“{question}” comes later.", "Only earlier answers are revised."
                )

    def known_answer(
        self, step: Step | None, sub: Path, question: str, value: str
    ) -> Iterator[FlowError]:
        if question not in self.asks:
            yield self.error(
                step, sub, f"There is no question “{question}”.", self.nearest(question, self.asks)
            )
        elif self.asks[question].option(value) is None:
            options = [option.id for option in self.asks[question].options]
            yield self.error(
                step,
                sub,
                f"“{question}” has no option “{value}”.",
                self.nearest(value, options),
            )

    def condition(
        self, place: int, step: Step, condition: Condition, sub: Path
    ) -> Iterator[FlowError]:
        for fact, values in condition.mentions():
            if fact not in self.latest_source:
                yield self.error(
                    step,
                    sub,
                    f"There is no question “{fact}”.",
                    self.nearest(fact, self.latest_source),
                )
                continue
            if self.latest_source[fact] >= place:
                yield self.error(
                    step,
                    sub,
                    f"“{fact}” is settled only later, by “{self.by(fact)}”.",
                    f"Move “{step.id}” below it, or look at an earlier question.",
                )
            known = self.values.get(fact)
            for value in sorted(v for v in values if v is not None):
                if known is not None and value not in known:
                    yield self.error(
                        step,
                        sub,
                        f"“{fact}” has no option “{value}”.",
                        self.nearest(value, known),
                    )

    def by(self, fact: str) -> str:
        return self.flow.steps[self.latest_source[fact]].id

    def reachable(self) -> Iterator[FlowError]:
        """Find steps whose condition no combination of answers can meet.

        Over-generous on purpose: questions are taken as independent of one another, so what is
        reported is certain.
        """
        possible: dict[str, set[str | None]] = {
            fact: set(values) | {None} if values is not None else {None, "?"}
            for fact, values in self.values.items()
        }
        for step in self.flow.steps:
            if step.when is not ALWAYS and not self.can_hold(step.when, possible):
                yield self.error(
                    step,
                    ("when",),
                    f"“{step.id}” can never be reached: its condition contradicts itself.",
                    "Correct the condition, or remove the step.",
                )
                if isinstance(step, Ask) and step.id == self.by(step.id):
                    possible[step.id] = {None}

    def can_hold(self, condition: Condition, possible: Mapping[str, set[str | None]]) -> bool:
        mentioned: dict[str, set[str | None]] = {}
        for fact, values in condition.mentions():
            mentioned.setdefault(fact, set()).update(values)
        domains: list[list[tuple[str, str | None]]] = []
        combinations = 1
        for fact, compared in mentioned.items():
            reach = possible.get(fact, {None})
            named = {value for value in compared if value in reach}
            others = [value for value in reach - named if value is not None][:1]
            domain = [*named, *others, *({None} & reach)]
            domains.append([(fact, value) for value in dict.fromkeys(domain)])
            combinations *= len(domains[-1])
        if combinations > _MOST_COMBINATIONS:
            return True
        return any(
            condition.holds({fact: value for fact, value in combination if value is not None})
            for combination in product(*domains)
        )

    def nearest(self, name: str, known: Mapping[str, object] | frozenset[str] | list[str]) -> str:
        names = sorted(known)
        close = get_close_matches(name, names, n=1, cutoff=0.5)
        return f"Did you mean “{close[0]}”?" if close else f"Known: {', '.join(names) or 'none'}."
