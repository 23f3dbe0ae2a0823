"""From the files of a flow's ``drafts`` folder to ``Drafts``: read, compile, check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.drafting import model as m
from bot.drafting import written as w
from bot.drafting.slots import BadText, parse_text, slots_in
from bot.engine.complaints import Manner, complaints, nearest
from bot.engine.conditions import ALWAYS, BadCondition, Condition, parse_condition
from bot.engine.source import Document, Path, parse_document
from bot.errors import FlowError, FlowErrors

FOLDER = "drafts/"
COMMON, LINT = f"{FOLDER}common.yaml", f"{FOLDER}lint.yaml"

_MANNER = Manner(
    "Ids are lower-case words joined by _; phrases are words, with * for any ending.",
    "See docs/letters.md for what may stand here.",
    {},
)
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What drafts may refer to: courses, and what conditions look at, with its values."""

    courses: tuple[str, ...]
    facts: Mapping[str, frozenset[str]]


def has_drafts(files: Collection[str]) -> bool:
    """Say whether a flow's folder has drafts."""
    return COMMON in files


def load_drafts(files: Mapping[str, str], vocabulary: Vocabulary) -> m.Drafts:
    """Compile the drafts among a flow's files (relative name → text).

    Raises ``FlowErrors`` with everything that is wrong, each with file, line and remedy.
    """
    errors: list[FlowError] = []
    documents = {
        name: document
        for name in sorted(files)
        if name.startswith(FOLDER) and name.endswith(".yaml")
        if (document := _parsed(name, files[name], errors))
    }
    errors += [
        FlowError(name, 1, f"There is no {name} here.", "Write one; docs/letters.md says how.")
        for name in (COMMON, LINT)
        if name not in files
    ]
    if errors:
        raise FlowErrors(errors)
    return _Loading(documents, vocabulary).drafts()


def _parsed(name: str, text: str, errors: list[FlowError]) -> Document | None:
    try:
        return parse_document(name, text)
    except FlowError as error:
        errors.append(error)
        return None


class _File:
    """One document being compiled: names are checked, mistakes collected."""

    def __init__(self, document: Document, vocabulary: Vocabulary, errors: list[FlowError]) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.errors = errors
        self.named: Mapping[str, Condition] = {}
        self.slots: Collection[str] = ()
        self.tones: Collection[str] = ()
        self.media: Collection[str] = ()
        self.blocks: Collection[str] = ()

    def fault(self, path: Path, message: str, remedy: str) -> None:
        self.errors.append(self.document.error(path, message, remedy))

    def known(self, path: Path, what: str, names: Iterable[str], known: Collection[str]) -> None:
        for name in names:
            if name not in known:
                self.fault(path, f"There is no {what} “{name}”.", nearest(name, known))

    def validated(self, model: type[Model]) -> Model | None:
        data = self.document.data
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.errors.extend(complaints(model, self.document, (), data, error, _MANNER))
            return None

    def condition(self, data: object, path: Path) -> Condition:
        try:
            condition = parse_condition(data, self.named)
        except BadCondition as error:
            self.fault(path + error.path, error.message, error.remedy)
            return ALWAYS
        for fact, values in condition.mentions():
            self.known(path, "question", [fact], self.vocabulary.facts)
            legal = self.vocabulary.facts.get(fact, frozenset(v for v in values if v))
            self.known(path, f"answer to “{fact}” called", (v for v in values if v), legal)
        return condition

    def text(self, text: str, path: Path) -> m.Text:
        try:
            parsed = parse_text(text)
        except BadText:
            self.fault(path, "A brace is no part of a slot.", "Write {slot}, with a slot's id.")
            return ()
        self.known(path, "slot", slots_in(parsed), self.slots)
        return parsed

    def line(self, written: w.WrittenLine, path: Path) -> m.Line:
        if bool(written.text) == bool(written.say):
            self.fault(path, "A line is said once.", "Write either text: or say:, with each tone.")
        elif written.say and set(written.say) != set(self.tones):
            self.fault(path, "Not every tone is there.", f"Write each of: {', '.join(self.tones)}.")
        if written.needs:
            self.known(path, "slot", [written.needs], self.slots)
        said = written.say or dict.fromkeys(self.tones, written.text)
        tones = {tone: self.text(text, path) for tone, text in said.items()}
        return m.Line(self.condition(written.when, (*path, "when")), written.needs, tones)

    def section(self, written: w.WrittenSection, path: Path) -> m.Section:
        self.known(path, "block", [written.block], self.blocks)
        if not written.lines:
            self.fault(path, f"“{written.block}” has no lines.", "Write some, or remove it.")
        lines = [self.line(one, (*path, "lines", i)) for i, one in enumerate(written.lines)]
        return m.Section(written.block, written.one, tuple(lines))

    def remark(self, written: w.WrittenRemark, path: Path) -> m.Remark:
        self.known((*path, "courses"), "course", written.courses, self.vocabulary.courses)
        self.known((*path, "media"), "medium", written.media, self.media)
        return m.Remark(
            title=written.title,
            top=written.top,
            when=self.condition(written.when, (*path, "when")),
            courses=frozenset(written.courses),
            media=frozenset(written.media),
            text=written.text,
        )


class _Loading:
    """One run over a folder."""

    def __init__(self, documents: Mapping[str, Document], vocabulary: Vocabulary) -> None:
        self.documents = documents
        self.vocabulary = vocabulary
        self.errors: list[FlowError] = []
        self.shared: dict[str, m.Section] = {}
        self.frame: w.WrittenCommon | None = None
        self.named: dict[str, Condition] = {}

    def drafts(self) -> m.Drafts:
        common = self.file(COMMON)
        self.frame = common.validated(w.WrittenCommon)
        if self.frame is None:
            raise FlowErrors(self.errors)
        common = self.file(COMMON)
        for name, data in self.frame.conditions.items():
            self.named[name] = common.condition(data, ("conditions", name))
        for name, section in self.frame.shared.items():
            self.shared[name] = common.section(section, ("shared", name))
        media = {id_: self.medium(common, id_, one) for id_, one in self.frame.media.items()}
        remarks = {
            name: tuple(common.remark(r, ("remarks", name, i)) for i, r in enumerate(some))
            for name, some in self.frame.remarks.items()
        }
        courses = dict(self.courses())
        lint = self.lint(self.file(LINT))
        if self.errors:
            raise FlowErrors(self.errors)
        slots = {id_: m.Slot(id_, s.gap, s.ask, s.kind) for id_, s in self.frame.slots.items()}
        frame = self.frame
        return m.Drafts(frame.tones, frame.blocks, slots, media, courses, remarks, lint)

    def file(self, name: str) -> _File:
        file = _File(self.documents[name], self.vocabulary, self.errors)
        file.named = self.named
        if self.frame:
            file.slots, file.tones = self.frame.slots, self.frame.tones
            file.media, file.blocks = self.frame.media, self.frame.blocks
        return file

    def medium(self, file: _File, id_: str, written: w.WrittenMedium) -> m.Medium:
        path: Path = ("media", id_)
        file.known((*path, "tones"), "tone", written.tones, file.tones)
        return m.Medium(
            id=id_,
            label=written.label,
            layout=written.layout,
            words=written.words,
            tones=written.tones or tuple(file.tones),
            hidden=tuple(
                file.remark(one, (*path, "hidden", i)) for i, one in enumerate(written.hidden)
            ),
        )

    def courses(self) -> Iterable[tuple[str, m.CourseDrafts]]:
        seen: set[str] = set()
        for name in self.documents:
            if name in (COMMON, LINT):
                continue
            file = self.file(name)
            written = file.validated(w.WrittenCourse)
            if written is None:
                continue
            file.known(("course",), "course", [written.course], self.vocabulary.courses)
            if written.course in seen:
                file.fault(("course",), "This course has two files.", "Join them.")
            seen.add(written.course)
            yield written.course, self.course(file, written)

    def course(self, file: _File, written: w.WrittenCourse) -> m.CourseDrafts:
        file.known(("drafts",), "medium", written.drafts, file.media)
        for medium in written.drafts:
            self.see_room(file, written.course, medium)
        return m.CourseDrafts(
            course=written.course,
            templates={
                medium: self.template(file, one, ("drafts", medium))
                for medium, one in written.drafts.items()
            },
            must=tuple(_must(file, one, ("must", i)) for i, one in enumerate(written.must)),
            never=tuple(m.Never(one.text, one.phrases) for one in written.never),
        )

    def see_room(self, file: _File, course: str, medium: str) -> None:
        assert self.frame
        known = self.frame.media.get(medium)
        tones = (known.tones if known else ()) or file.tones
        name = f"{course}.{medium}.{max(tones, key=len)}"
        if len(name) > m.ID_ROOM:
            remedy = f"Course, medium and tone have {m.ID_ROOM} characters at most: shorten an id."
            file.fault(("drafts", medium), f"“{name}” is too long for a button.", remedy)

    def template(self, file: _File, written: w.WrittenTemplate, path: Path) -> m.Template:
        subject = file.line(written.subject, (*path, "subject")).tones if written.subject else {}
        sections = []
        for index, section in enumerate(written.sections):
            where: Path = (*path, "sections", index)
            if not section.use:
                sections.append(file.section(section, where))
            elif section.use in self.shared:
                sections.append(self.shared[section.use])
            else:
                file.known(where, "shared block", [section.use], self.shared)
        return m.Template(subject, tuple(sections))

    def lint(self, file: _File) -> m.LintRules:
        written = file.validated(w.WrittenLint)
        if written is None:
            return m.LintRules((), (), frozenset())
        return m.LintRules(
            words=_word_rules(written.words),
            log=_word_rules([*written.log, *(one for one in written.words if one.in_log)]),
            required=tuple(
                _required(file, one, ("required", i)) for i, one in enumerate(written.required)
            ),
            capitals=frozenset(written.capitals),
        )


def _word_rules(written: Iterable[w.WrittenWordRule]) -> tuple[m.WordRule, ...]:
    return tuple(
        m.WordRule(one.id, one.says, one.suggest, one.phrases, one.together) for one in written
    )


def _must(file: _File, written: w.WrittenMust, path: Path) -> m.Must:
    file.known((*path, "media"), "medium", written.media, file.media)
    if written.needs:
        file.known((*path, "needs"), "slot", [written.needs], file.slots)
    return m.Must(
        text=written.text,
        has=tuple(file.text(one, (*path, "has", i)) for i, one in enumerate(written.has)),
        media=frozenset(written.media),
        needs=written.needs,
        when=file.condition(written.when, (*path, "when")),
    )


def _required(file: _File, written: w.WrittenRequired, path: Path) -> m.Required:
    file.known((*path, "courses"), "course", written.courses, file.vocabulary.courses)
    file.known((*path, "media"), "medium", written.media, file.media)
    if written.date == bool(written.phrases):
        file.fault(path, "This asks for nothing.", "Write either date: true, or phrases.")
    return m.Required(
        id=written.id,
        says=written.says,
        suggest=written.suggest,
        when=file.condition(written.when, (*path, "when")),
        courses=frozenset(written.courses),
        media=frozenset(written.media),
        mentions=written.mentions,
        date=written.date,
        phrases=written.phrases,
    )
