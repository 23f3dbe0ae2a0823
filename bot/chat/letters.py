"""Letters and scripts: what every chat face does alike about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.personal import find
from bot.chat.reaction import Reaction
from bot.dossier.letters import read_value
from bot.drafting.linter import About, lint
from bot.drafting.model import Slot
from bot.drafting.versions import Version
from bot.drafting.writing import Writing
from bot.errors import NotFound, WrongUse
from bot.papers import letters as papers
from bot.papers.letters import Folder
from bot.rounds.audiences import one
from bot.rounds.ports import Actor
from bot.sheets import letter_forms as forms
from bot.sheets import letters as sheets
from bot.sheets.letters import ShownLetter, Spot, spot_of
from bot.sheets.model import Entered, Form, Sheet


async def order(parts: Parts, actor: Actor, said: str) -> Reaction:
    """Show the letter of a case: the version saved last, else a draft of the course that stands.

    Raises ``NotFound`` or ``WrongUse``.
    """
    listed = await find(parts.service, actor.owner, said)
    folder = await _folder(parts, actor, listed.id)
    course = folder.letters.chosen("")
    last = next((v for v in reversed(folder.kept.saved) if v.course == course), None)
    spot = (
        Spot(listed.id, course, last.medium, last.tone, last.number)
        if last and last.medium in {medium.id for medium in folder.letters.open_media(course)}
        else Spot(listed.id, course)
    )
    return Reaction(sheets.letter_sheet(_shown(folder, spot)))


async def _folder(parts: Parts, actor: Actor, case_id: str) -> Folder:
    return await papers.folder_of(parts.shelf, parts.service, actor.owner, case_id)


def _shown(folder: Folder, meant: Spot) -> ShownLetter:
    """Write the letter that is meant; what a rule forbids or hides raises."""
    writing, tone = _writing(folder, meant)
    spot = Spot(meant.case_id, writing.course, writing.medium.id, tone, meant.number)
    saved = folder.kept.of(spot.course, spot.medium)
    version = next((v for v in saved if v.number == meant.number), None)
    if meant.number and version is None:
        raise NotFound("That version is not there any more.", "“Versions” lists those there are.")
    if version:
        spot = replace(spot, tone=version.tone)
    written = writing.write(spot.tone, version.text if version else "")
    return ShownLetter(spot, writing, written, saved)


def _writing(folder: Folder, meant: Spot) -> tuple[Writing, str]:
    letters = folder.letters
    course = letters.chosen(meant.course)
    medium = letters.medium(course, meant.medium)
    writing = Writing(letters, course, medium, folder.kept.values)
    return writing, writing.tone(meant.tone)


# ------------------------------------------------------------------ pressed


async def press(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button of a letter; raises ``NotFound``, ``WrongUse`` or what forbids it."""
    what, spot, more = spot_of(action)
    folder = await _folder(parts, actor, spot.case_id)
    shown = _shown(folder, spot)
    match what:
        case "fill" | "filled" | "edit" | "lint" | "course":
            return Reaction(form=_form(shown, what))
        case "save":
            return await _save(parts, actor, shown, shown.written.text, key)
        case "removed":
            return await _removed(parts, actor, shown)
        case _:
            return _seen(shown, action, what, more)


def _seen(shown: ShownLetter, action: Action, what: str, more: str) -> Reaction:
    """Show what a button only shows."""
    match what:
        case "show":
            return Reaction(sheets.letter_sheet(shown), instead=True)
        case "first" if shown.writing.medium.layout == "letter":
            return Reaction(sheets.letter_sheet(shown, first=True), instead=True)
        case "whole":
            return Reaction(replace(sheets.letter_sheet(shown), whole=action))
        case "versions":
            return Reaction(_versions(shown))
        case "remove":
            _see_versions(shown)
            return Reaction(sheets.remove_sheet(shown.spot, shown.saved))
        case "compare":
            return Reaction(_compared(shown))
        case "rehearse" if shown.writing.medium.layout == "script" and shown.written.draft.parts:
            return Reaction(sheets.rehearsal_sheet(shown, more), instead=True)
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads draft.")


def _form(shown: ShownLetter, what: str) -> Form:
    match what:
        case "edit":
            return _edit_form(shown)
        case "lint":
            return forms.lint_form(shown.spot)
        case "course":
            return forms.course_form(shown.spot, shown.letters.open_courses())
        case _:
            return _fill_form(shown, filled=what == "filled")


def _fill_form(shown: ShownLetter, *, filled: bool, start: int = 0) -> Form:
    """Offer the gaps that are left, or what is filled in, to be changed; from a slot on."""
    slots, values = shown.letters.drafts.slots, shown.writing.values
    wanted = _wanted(shown, filled=filled, start=start)
    if not wanted and filled:
        raise WrongUse("Nothing is filled in yet.", "“Fill in…” asks for what is missing.")
    if not wanted:
        raise WrongUse("Everything is filled in.", "“Change what is filled in…” changes it.")
    rest = wanted[forms.FIELDS :]
    more = f"{'f' if filled else 'g'}{list(slots).index(rest[0])}" if rest else ""
    return forms.fill_form(shown.spot, [slots[name] for name in wanted], values, more)


def _wanted(shown: ShownLetter, *, filled: bool, start: int) -> list[str]:
    """Name what a form asks for, in the order of the slots, so that a next page goes on there."""
    draft, values = shown.written.draft, shown.writing.values
    open_ = {*draft.gaps, *draft.offers}
    later = list(shown.letters.drafts.slots)[start:]
    return [name for name in later if (name in values if filled else name in open_)]


def _edit_form(shown: ShownLetter) -> Form:
    said = shown.written.text
    if len(said) > forms.TEXT:
        raise WrongUse(
            f"This text has {len(said)} characters; a form takes {forms.TEXT}.",
            "“Change what is filled in…” makes it shorter; “crossroads draft --edit” in a terminal "
            "opens it whole.",
        )
    return forms.edit_form(shown.spot, said)


def _see_versions(shown: ShownLetter) -> None:
    if not shown.saved:
        raise NotFound("No version is saved.", "“Save this version” keeps one.")


def _versions(shown: ShownLetter) -> Sheet:
    _see_versions(shown)
    return sheets.versions_sheet(shown.spot, shown.saved, shown.letters.drafts.tones)


def _compared(shown: ShownLetter) -> Sheet:
    tones = shown.writing.medium.tones
    texts = {tone: shown.writing.write(tone).text for tone in tones}
    return sheets.compare_sheet(shown.spot, texts, shown.letters.drafts.tones)


async def _removed(parts: Parts, actor: Actor, shown: ShownLetter) -> Reaction:
    spot, at = shown.spot, parts.clock()
    letter = (spot.course, spot.medium)
    await papers.remove(parts.service, actor.owner, spot.case_id, letter, spot.number, at)
    return await _again(parts, actor, replace(spot, number=0))


async def _save(
    parts: Parts, actor: Actor, shown: ShownLetter, said: str, key: str, *, edited: bool = False
) -> Reaction:
    spot, at = shown.spot, parts.clock()
    version = Version(
        0,
        spot.course,
        spot.medium,
        spot.tone,
        said,
        at.isoformat(timespec="seconds"),
        shown.writing.values,
        edited,
    )
    kept = await papers.save(parts.service, actor.owner, spot.case_id, version, at, key)
    number = kept.of(spot.course, spot.medium)[-1].number
    return await _again(parts, actor, replace(spot, number=number))


async def _again(parts: Parts, actor: Actor, spot: Spot) -> Reaction:
    shown = _shown(await _folder(parts, actor, spot.case_id), spot)
    return Reaction(sheets.letter_sheet(shown), instead=True)


# ------------------------------------------------------------------ sent off


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered, key: str) -> Reaction:
    """Answer a form of a letter; raises ``NotFound``, ``WrongUse`` or what forbids it."""
    what, spot, more = spot_of(form)
    if what == "course":
        wanted = one(entered, "course")
        return await _again(parts, actor, Spot(spot.case_id, wanted))
    shown = _shown(await _folder(parts, actor, spot.case_id), spot)
    match what:
        case "fill":
            return await _filled(parts, actor, shown, entered, more)
        case "edit":
            said = one(entered, "text").strip()
            if not said:
                return Reaction(errors={"text": "There is no text."})
            return await _save(parts, actor, shown, said, key, edited=True)
        case "lint":
            about = About(shown.spot.course, shown.spot.medium, shown.letters.facts)
            found = lint(shown.letters.drafts, one(entered, "text"), about)
            return Reaction(sheets.findings_sheet(shown.spot, found))
        case _:
            raise WrongUse("That form is of an older version.", "Open it again.")


async def _filled(
    parts: Parts, actor: Actor, shown: ShownLetter, entered: Entered, more: str
) -> Reaction:
    slots = shown.letters.drafts.slots
    values, wrong = _read(slots, {name: one(entered, name) for name in entered}, parts)
    if wrong:
        return Reaction(errors=wrong)
    spot = replace(shown.spot, number=0)
    await papers.fill_in(parts.service, actor.owner, spot.case_id, values, parts.clock())
    fresh = _shown(await _folder(parts, actor, spot.case_id), spot)
    filled, start = more.startswith("f"), int(more[1:]) if more[1:].isdecimal() else len(slots)
    if _wanted(fresh, filled=filled, start=start):
        return Reaction(form=_fill_form(fresh, filled=filled, start=start))
    return Reaction(sheets.letter_sheet(fresh), instead=True)


def _read(
    slots: Mapping[str, Slot], entered: Mapping[str, str], parts: Parts
) -> tuple[dict[str, str], dict[str, str]]:
    """Read what was filled in; a day in any wording. Gives the values, and what is wrong."""
    values: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, said in entered.items():
        if name in slots:
            try:
                values[name] = read_value(slots[name], said, parts.clock())
            except WrongUse as error:
                wrong[name] = str(error)
    return values, wrong
