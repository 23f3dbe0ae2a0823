"""From answers and slots to a letter or a script: the same answers, the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.drafting.model import (
    CourseDrafts,
    Draft,
    Drafts,
    Layout,
    Line,
    Medium,
    Part,
    Remark,
    Section,
    State,
    Text,
    Tick,
)
from bot.drafting.slots import cleaned, fill, slots_in

Facts = Mapping[str, object]

SUBJECT = "Subject: "
"""What the first line of a letter begins with."""


def compose(
    drafts: Drafts,
    course: str,
    medium: str,
    tone: str,
    facts: Facts,
    values: Mapping[str, str],
) -> Draft:
    """Write the draft of a course; slots without a value stay as visible gaps."""
    form, given = drafts.media[medium], cleaned(values, drafts.slots)
    template = drafts.courses[course].templates[medium]
    chosen = [(s, tuple(_texts(s, tone, facts, given))) for s in template.sections]
    subject = template.subject.get(tone, ())
    used = [
        slot for text in (subject, *(t for _, ts in chosen for t in ts)) for slot in slots_in(text)
    ]
    title = fill(subject, given, drafts.slots)
    parts = tuple(
        Part(s.block, drafts.blocks[s.block], tuple(fill(t, given, drafts.slots) for t in texts))
        for s, texts in chosen
        if texts
    )
    return Draft(
        course=course,
        medium=medium,
        tone=tone,
        subject=title,
        parts=parts,
        gaps=tuple(dict.fromkeys(slot for slot in used if slot not in given)),
        offers=tuple(_offers(template.sections, facts, given)),
        text=_laid_out(form.layout, title, parts),
    )


def media_of(drafts: Drafts, course: str, facts: Facts) -> Iterator[tuple[Medium, str]]:
    """List the media a course has, each with the reason why it is hidden now, if it is."""
    known = drafts.courses.get(course)
    for medium in known.templates if known else ():
        form = drafts.media[medium]
        yield form, "".join(r.text for r in fitting(form.hidden, course, medium, facts)[:1])


def fitting(
    remarks: Sequence[Remark], course: str, medium: str, facts: Facts
) -> tuple[Remark, ...]:
    """Pick the remarks that hold for a course, a medium and the answers."""
    return tuple(
        remark
        for remark in remarks
        if (not remark.courses or course in remark.courses)
        and (not remark.media or medium in remark.media)
        and remark.when.holds(facts)
    )


def advice(drafts: Drafts, course: str, medium: str, facts: Facts) -> tuple[Remark, ...]:
    """Answer the plain questions around a draft, one remark for each: the first that holds."""
    found = (fitting(remarks, course, medium, facts)[:1] for remarks in drafts.remarks.values())
    return tuple(remark for first in found for remark in first)


def ticks(
    drafts: Drafts,
    known: CourseDrafts,
    medium: str,
    text: str,
    facts: Facts,
    values: Mapping[str, str],
) -> tuple[Tick, ...]:
    """Hold a text against the must list of its course."""
    given = cleaned(values, drafts.slots)
    return tuple(
        Tick(must.text, _state(drafts, must.has, _flat(text), given))
        for must in known.must
        if (not must.media or medium in must.media)
        and (not must.needs or must.needs in given)
        and must.when.holds(facts)
    )


def _state(drafts: Drafts, has: tuple[Text, ...], text: str, given: Mapping[str, str]) -> State:
    unknown = [slot for wanted in has for slot in slots_in(wanted) if slot not in given]
    if any(_flat(fill(wanted, given, drafts.slots)) in text for wanted in has):
        return "gap" if unknown else "there"
    return "unsure" if unknown else "missing"


def _flat(text: str) -> str:
    """Give a text as it is compared: without case, breaks and the form of apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split())


def _texts(section: Section, tone: str, facts: Facts, given: Mapping[str, str]) -> Iterator[Text]:
    for line in section.lines:
        if _appears(line, facts, given):
            yield line.tones[tone]
            if section.one:
                return


def _offers(sections: Sequence[Section], facts: Facts, given: Mapping[str, str]) -> dict[str, None]:
    lines = [line for section in sections for line in section.lines if line.needs]
    return {x.needs: None for x in lines if x.needs not in given and x.when.holds(facts)}


def _appears(line: Line, facts: Facts, given: Mapping[str, str]) -> bool:
    return (not line.needs or line.needs in given) and line.when.holds(facts)


def _laid_out(layout: Layout, subject: str, parts: Sequence[Part]) -> str:
    match layout:
        case "letter":
            head = [SUBJECT + subject] if subject else []
            return "\n\n".join([*head, *(" ".join(part.lines) for part in parts)])
        case "message":
            return " ".join(line for part in parts for line in part.lines)
        case "script" | "form":
            return "\n\n".join(
                "\n".join([part.title, *(f"- {line}" for line in part.lines)]) for part in parts
            )
