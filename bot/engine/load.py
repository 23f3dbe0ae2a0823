"""From the files of a flow's folder to a ``Flow``: read, compile, check; all mistakes at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.engine.check import check_flow
from bot.engine.complaints import complaints, nearest
from bot.engine.conditions import ALWAYS, BadCondition, Condition, parse_condition
from bot.engine.kinds import Kinds, KindSource
from bot.engine.model import Ask, Flow, Judge, Limits, Option, Say, Step
from bot.engine.show import choices_of
from bot.engine.source import Document, Path, parse_document
from bot.engine.survey import plan_of
from bot.engine.written import WrittenAsk, WrittenFlow, WrittenJudge, WrittenOption, WrittenSay
from bot.errors import FlowError, FlowErrors

FLOW_FILE = "flow.yaml"
Model = TypeVar("Model", bound=BaseModel)


def load_flow(files: Mapping[str, str], kinds: Kinds) -> Flow:
    """Compile a flow from its folder's files (relative name → text).

    Raises ``FlowErrors`` with everything that is wrong, each with file, line and remedy.
    """
    if FLOW_FILE not in files:
        raise FlowErrors(
            [FlowError(FLOW_FILE, 1, "There is no flow.yaml here.", "Name a flow's folder.")]
        )
    try:
        loading = _Loading(files, kinds, parse_document(FLOW_FILE, files[FLOW_FILE]))
    except FlowError as error:
        raise FlowErrors([error]) from None
    flow = loading.flow()
    if loading.errors:
        raise FlowErrors(loading.errors)
    assert flow is not None
    return flow


def content_hash(files: Mapping[str, str]) -> str:
    """Hash what a flow is made of; talks and read-me files do not count."""
    digest = hashlib.sha256()
    for name in sorted(files):
        if not name.startswith("talks/") and not name.endswith(".md"):
            for part in (name, files[name].replace("\r\n", "\n")):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


@dataclass(slots=True)
class _Written:
    """A step as written, with its place in the document."""

    kind: str
    id: str
    section: str
    path: Path
    model: WrittenAsk | WrittenSay | WrittenJudge
    rest: dict[str, object] = field(default_factory=dict)
    when: object = None


class _Loading:
    """One run of the loader: collects errors, so that an author sees all of them."""

    def __init__(self, files: Mapping[str, str], kinds: Kinds, document: Document) -> None:
        self.files = files
        self.kinds = kinds
        self.document = document
        self.siblings: dict[str, Document] = {}  # one file may be looked at by several steps
        self.errors: list[FlowError] = []
        self.named: dict[str, Condition] = {}
        self.lent: dict[str, tuple[Option, ...]] = {}
        self.partial = False  # some steps are missing, as their form is wrong

    def flow(self) -> Flow | None:
        written = self.validate(WrittenFlow, self.document.data, ())
        if written is None:
            self.forms_of_steps()
            return None
        for name, data in written.conditions.items():
            self.named[name] = self.condition(data, ("conditions", name))
        places = list(self.steps(written))
        sources = [s for s in places if s is not None]
        self.partial = None in places
        asks = {s.id: self.ask(s) for s in sources if isinstance(s.model, WrittenAsk)}
        steps = [self.step(source, sources, asks) for source in sources]
        complete = [
            self.lend(step, source)
            for step, source in zip(steps, sources, strict=True)
            if step is not None
        ]
        if len(complete) < len(places) or None in complete:
            return None  # what refers to the missing steps would seem wrong, too
        whole = tuple(step for step in complete if step is not None)
        flow = _assemble(written, whole, content_hash(self.files))
        paths = {source.id: source.path for source in sources}
        self.errors.extend(check_flow(flow, self.named, self.document, paths))
        return flow

    def forms_of_steps(self) -> None:
        """Look at the steps' form at least, if the file around them is wrong."""
        data = self.document.data
        steps = data.get("steps") if isinstance(data, dict) else None
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, dict):
                self.written_step(dict(step), ("steps", index), "")

    # -------------------------------------------------------------- reading

    def validate(self, model: type[Model], data: object, path: Path) -> Model | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.errors.extend(complaints(model, self.document, path, data, error))
            return None

    def condition(self, data: object, path: Path) -> Condition:
        try:
            return parse_condition(data, self.named)
        except BadCondition as error:
            self.errors.append(self.document.error(path + error.path, error.message, error.remedy))
            return ALWAYS

    def steps(self, written: WrittenFlow) -> Iterator[_Written | None]:
        section = ""
        told: set[str] = set()
        for index, data in enumerate(written.steps):
            source = self.written_step(dict(data), ("steps", index), section)
            if source is not None:
                section = source.section
                if section not in written.sections and section not in told:
                    self.unknown_section(source, written)
                    told.add(section)  # not once more for every step that stays in it
            yield source

    def unknown_section(self, source: _Written, written: WrittenFlow) -> None:
        name = source.section
        message = f"“{name}” is not one of the sections."
        self.errors.append(
            self.document.error(
                (*source.path, "section"),
                message if name else "The first step names no section.",
                f"Write section: {next(iter(written.sections))}, or add it under “sections”.",
            )
        )

    def written_step(self, data: dict[str, object], path: Path, section: str) -> _Written | None:
        known = ("ask", "say", *self.kinds)
        kind = next((key for key in data if key in known), None)
        if kind is None:
            self.errors.append(
                self.document.error(
                    path,
                    f"This step is of no known kind: {', '.join(data) or 'it is empty'}.",
                    f"Begin it with one of: {', '.join(known)}.",
                )
            )
            return None
        if kind in self.kinds:
            return self.other_kind(kind, data, path, section)
        model: WrittenAsk | WrittenSay | None
        if kind == "ask":
            model = self.validate(WrittenAsk, data, path)
        else:
            model = self.validate(WrittenSay, data, path)
        if model is None:
            return None
        step_id = model.ask if isinstance(model, WrittenAsk) else model.say
        return _Written(kind, step_id, model.section or section, path, model, when=model.when)

    def other_kind(
        self, kind: str, data: Mapping[str, object], path: Path, section: str
    ) -> _Written | None:
        shared = {k: v for k, v in data.items() if k in WrittenJudge.model_fields}
        model = self.validate(WrittenJudge, {**shared, "id": data[kind]}, path)
        if model is None:
            return None
        rest = {k: v for k, v in data.items() if k not in {kind, *shared}}
        own = model.section or section
        return _Written(kind, model.id, own, path, model, rest, model.when)

    # -------------------------------------------------------------- compiling

    def step(
        self, source: _Written, sources: list[_Written], asks: Mapping[str, Ask]
    ) -> Step | None:
        when = self.condition(source.when, (*source.path, "when"))
        looks_at = frozenset(fact for fact, _ in when.mentions())
        match source.model:
            case WrittenAsk():
                return replace(asks[source.id], when=when, looks_at=looks_at)
            case WrittenSay(text=text, title=title, tone=tone, was=was):
                return Say(source.id, source.section, text, title, tone, when, was, looks_at)
        earlier = {s.id for s in sources[: sources.index(source)]}
        self.lent[source.id] = ()  # if it fails, that is one mistake, not one a borrower
        try:
            rule = self.kinds[source.kind](
                KindSource(
                    source.id,
                    source.rest,  # type: ignore[arg-type]  # plain YAML data, as parsed
                    self.document,
                    source.path,
                    asks,
                    frozenset(earlier & set(asks)),
                    self.named,
                    self.sibling(source),
                )
            )
        except FlowErrors as errors:
            self.errors.extend(errors.errors)
            return None
        except FlowError as error:
            self.errors.append(error)
            return None
        self.lent[source.id] = rule.options
        return Judge(source.id, source.section, source.kind, rule, when, source.model.was, looks_at)

    def sibling(self, source: _Written) -> Callable[[str], Document]:
        def read(name: str) -> Document:
            if name not in self.files:
                raise self.document.error(
                    source.path,
                    f"The file “{name}” is not in the flow's folder.",
                    nearest(name, list(self.files)),
                )
            if name not in self.siblings:
                self.siblings[name] = parse_document(name, self.files[name])
            return self.siblings[name]

        return read

    def ask(self, source: _Written) -> Ask:
        written = source.model
        assert isinstance(written, WrittenAsk)
        given = tuple(
            (item.value, self.condition(item.when, (*source.path, "given", index, "when")))
            for index, item in enumerate(written.given)
        )
        options = tuple(_option(option) for option in written.options)
        return Ask(
            id=written.ask,
            section=source.section,
            text=written.text,
            input=written.input,
            why=written.why,
            options=options,
            required=written.required,
            sensitive=written.sensitive,
            counted=written.counted,
            kept=written.kept,
            preset=written.preset,
            given=given,
            depends=written.depends,
            options_from=written.options_from,
            permitted=written.permitted,
            limits=_limits(written),
            sets={option.id: option.sets for option in options if option.sets},
            was=written.was,
        )

    def lend(self, step: Step, source: _Written) -> Step | None:
        """Give a question the options that another step supplies."""
        if not isinstance(step, Ask):
            return step
        if not step.options_from:
            return replace(step, choices=choices_of(step.options))
        assert isinstance(source.model, WrittenAsk)
        if step.options_from not in self.lent and self.partial:
            return None
        if step.options_from not in self.lent:
            kinds = ", ".join(self.lent) or "none"
            self.errors.append(
                self.document.error(
                    (*source.path, "options_from"),
                    f"“{step.options_from}” is no step that has options to give.",
                    f"Steps that have: {kinds}.",
                )
            )
            return None
        given = [option.id for option in self.lent[step.options_from]]
        for index, name in enumerate(source.model.without):
            if given and name not in given:
                where = (*source.path, "without", index)
                message = f"“{step.options_from}” gives no option “{name}”."
                self.errors.append(self.document.error(where, message, nearest(name, given)))
        lent = tuple(o for o in self.lent[step.options_from] if o.id not in source.model.without)
        options = lent + step.options
        return replace(
            step,
            options=options,
            choices=choices_of(options),
            lent=frozenset(option.id for option in lent),
        )


def _assemble(written: WrittenFlow, steps: tuple[Step, ...], version: str) -> Flow:
    dependents: dict[str, tuple[str, ...]] = {}
    for step in steps:
        if isinstance(step, Ask):
            for other in step.depends:
                dependents[other] = (*dependents.get(other, ()), step.id)
    return Flow(
        id=written.flow,
        version=version,
        title=written.title,
        about=written.about,
        word=written.word or written.flow,
        steps=steps,
        sections=written.sections,
        tracks=written.tracks,
        name_step=written.name,
        nicknames=written.nicknames,
        name_pattern=written.name_pattern,
        profile=written.profile,
        index={step.id: place for place, step in enumerate(steps)},
        dependents=dependents,
        plan=plan_of(steps),
    )


def _option(written: WrittenOption) -> Option:
    return Option(
        id=written.id,
        label=written.label,
        why=written.why,
        was=written.was,
        sets=tuple(written.sets.items()),
        revises=tuple(written.revises.items()),
        does=written.does,
        unsure=written.unsure,
        alone=written.alone,
    )


def _limits(written: WrittenAsk) -> Limits:
    return Limits(
        max_length=written.max_length,
        least=written.least,
        most=written.most,
        earliest=written.earliest,
        latest=written.latest,
        max_ticks=written.max_ticks,
    )
