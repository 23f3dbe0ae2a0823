"""A letter or script as it is shown in a chat; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.cards.actions import Action
from bot.cards.rows import short
from bot.drafting.linter import GAP_KIND
from bot.drafting.model import Finding, Medium, Tick
from bot.drafting.versions import Version
from bot.drafting.writing import Letters, Writing, Written
from bot.engine.model import Block, Card
from bot.sheets import acts
from bot.sheets.model import LABEL, Button, Sheet
from bot.sheets.shown import bullets, heading, notice, rows, text

VERB = "draft"

NEVER_SENT = "I never send anything to a client. Copying and sending it is up to you."
_NOTICE = "Your letter"
_FIRST = (
    "This letter goes first, so that nothing has to begin with a talk. If you want one afterwards, "
    "offer it in the letter, with a day; the script stays ready for it."
)
_LISTED = 15
"""Versions that are listed, each with a button."""

_ALL_OF_THEM = "/crossroads export has all of them."
_MARKS = {"there": "✓", "gap": "…", "unsure": "?", "missing": "✗"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Which letter is meant: of a case, in a course, medium and tone; a saved version (0: none)."""

    case_id: str
    course: str = ""
    medium: str = ""
    tone: str = ""
    number: int = 0

    def act(self, what: str, more: str = "") -> Action:
        """Make the action of a button or form about it."""
        place = [self.course, self.medium, self.tone, str(self.number or ""), more]
        return acts.act(what, self.case_id, ".".join(place).rstrip("."), verb=VERB)


def spot_of(action: Action) -> tuple[str, Spot, str]:
    """Read (what, which letter, more) back."""
    what, case_id, place = acts.read(action)
    course, medium, tone, number, more = [*place.split(".", 4), "", "", "", "", ""][:5]
    known = int(number) if number.isdecimal() and len(number) < 6 else 0
    return what, Spot(case_id, course, medium, tone, known), more


# ------------------------------------------------------------------ the letter


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter with what is around it; ``saved`` are its versions, ``edited`` says it is one."""

    spot: Spot
    writing: Writing
    written: Written
    saved: Sequence[Version]

    @property
    def letters(self) -> Letters:
        """What can be written for the case."""
        return self.writing.letters


def letter_sheet(shown: ShownLetter, *, first: bool = False) -> Sheet:
    """Make the message that shows a letter; ``first``: it goes before a talk."""
    medium = shown.writing.medium
    title = f"{medium.label} for “{shown.letters.name}”"
    before = (notice(_FIRST),) if first else ()
    card = Card(VERB, VERB, title, (*before, *_blocks(shown)))
    return Sheet(card, tuple(_buttons(shown)), whole=shown.spot.act("whole"), notice=_NOTICE)


def _blocks(shown: ShownLetter) -> Iterator[Block]:
    written, writing = shown.written, shown.writing
    for remark in writing.advice(top=True):
        yield notice(f"{remark.title}: {remark.text}")
    yield text(_which(shown))
    yield Block("letter", (written.text,))
    blocking = [finding for finding in written.findings if finding.blocks]
    if blocking:
        yield heading("Not ready to copy yet")
        yield bullets(*_blocking(blocking))
    else:
        yield text("Nothing stands in the way of copying it.")
    warned = [finding for finding in written.findings if not finding.blocks]
    if warned:
        yield heading("Better said otherwise")
        yield bullets(*map(finding_line, warned))
    if written.ticks:
        yield heading("What it has to say")
        yield bullets(*map(_tick, written.ticks))
    yield heading("Good to know")
    known = [(remark.title, remark.text) for remark in writing.advice(top=False)]
    yield rows(*known, ("Sending", NEVER_SENT))


def _which(shown: ShownLetter) -> str:
    tone = shown.letters.drafts.tones[shown.written.draft.tone]
    course = shown.letters.courses[shown.spot.course]
    if not shown.spot.number:
        return f"{course} · {tone}"
    newest = shown.saved[-1].number if shown.saved else 0
    old = "" if shown.spot.number == newest else f" (the newest is {newest})"
    return f"{course} · {tone} · version {shown.spot.number}{old}"


def _blocking(findings: Sequence[Finding]) -> Iterator[str]:
    """Say what blocks a text, its gaps in one line."""
    gaps = [finding.text.strip("{}") for finding in findings if finding.kind == GAP_KIND]
    if gaps:
        yield f"Still to be filled in: {', '.join(gaps)}."
    yield from (finding_line(finding) for finding in findings if finding.kind != GAP_KIND)


def finding_line(finding: Finding) -> str:
    """Say a finding in a line, with what to do instead."""
    named = f"“{finding.text}”" if finding.text else "It"
    return f"{named} {finding.says}. {finding.suggest}"


def _tick(tick: Tick) -> str:
    return f"{_MARKS[tick.state]} {tick.text}"


def _buttons(shown: ShownLetter) -> Iterator[Button]:
    spot, draft = shown.spot, shown.written.draft
    if draft.gaps or draft.offers:
        yield Button(spot.act("fill"), "Fill in…", "primary" if draft.gaps else "")
    if shown.writing.values:
        yield Button(spot.act("filled"), "Change what is filled in…")
    yield Button(spot.act("edit"), "Edit the text…")
    if not spot.number:
        yield Button(spot.act("save"), "Save this version")
    else:
        yield Button(replace(spot, number=0).act("show"), "The draft anew")
    if shown.saved:
        yield Button(replace(spot, number=0).act("versions"), f"Versions ({len(shown.saved)})")
    yield from _others(shown)
    if shown.writing.medium.layout == "script":
        yield Button(spot.act("rehearse", "0"), "Rehearse it")
    yield from _letter_first(spot, shown.letters.letter_before(spot.course, shown.writing.medium))
    yield Button(spot.act("lint"), "Look through a text…")


def _letter_first(spot: Spot, letter: Medium | None) -> Iterator[Button]:
    """Offer the letter that can go before a talk, if there is one."""
    if letter:
        first = replace(spot, medium=letter.id, tone="", number=0)
        yield Button(first.act("first"), short(f"The letter first ({letter.label})", LABEL))


def _others(shown: ShownLetter) -> Iterator[Button]:
    """Offer other tones, media and courses."""
    letters, spot, medium = shown.letters, replace(shown.spot, number=0), shown.writing.medium
    tones = [tone for tone in medium.tones if tone != shown.written.draft.tone]
    for tone in tones:
        yield Button(replace(spot, tone=tone).act("show"), f"Tone: {letters.drafts.tones[tone]}")
    if tones:
        yield Button(spot.act("compare"), "Compare tones")
    for other in letters.open_media(spot.course):
        if other.id != medium.id:
            label = short(other.label, LABEL)
            yield Button(replace(spot, medium=other.id, tone="").act("show"), label)
    if len(letters.open_courses()) > 1:
        yield Button(spot.act("course"), "Another course…")


def compare_sheet(spot: Spot, versions: Mapping[str, str], tones: Mapping[str, str]) -> Sheet:
    """Set the same letter in several tones below one another: tone → text."""
    blocks: list[Block] = []
    buttons = []
    for tone, said in versions.items():
        blocks += [heading(tones[tone]), Block("letter", (said,))]
        buttons.append(Button(replace(spot, tone=tone).act("show"), f"Take: {tones[tone]}"))
    card = Card(VERB, VERB, "Tones compared", tuple(blocks))
    return Sheet(card, tuple(buttons), whole=spot.act("compare"), notice=_NOTICE)


def versions_sheet(spot: Spot, saved: Sequence[Version], tones: Mapping[str, str]) -> Sheet:
    """List the saved versions of a letter, newest first."""
    newest = list(reversed(saved))[:_LISTED]
    blocks = [rows(*((f"Version {v.number}", _about(v, tones)) for v in newest))]
    if rest := len(saved) - len(newest):
        which = "The one" if rest == 1 else f"The {rest}"
        blocks.append(text(f"{which} before these are listed no more. {_ALL_OF_THEM}"))
    buttons = [
        Button(replace(spot, tone=v.tone, number=v.number).act("show"), f"Version {v.number}")
        for v in newest
    ]
    buttons.append(Button(spot.act("remove"), "Remove all of them…", "danger"))
    card = Card(VERB, VERB, "Versions", tuple(blocks))
    return Sheet(card, tuple(buttons), whole=spot.act("versions"), notice=_NOTICE)


def _about(version: Version, tones: Mapping[str, str]) -> str:
    edited = ", edited by you" if version.edited else ""
    return f"{tones.get(version.tone, version.tone)}, {version.at[:16].replace('T', ' ')}{edited}"


def remove_sheet(spot: Spot, saved: Sequence[Version]) -> Sheet:
    """Ask before versions are removed; the button means these, and none that is saved later."""
    said = "1 saved text is" if len(saved) == 1 else f"{len(saved)} saved texts are"
    card = Card(VERB, VERB, "Remove them?", (text(f"{said} gone then."),))
    these = replace(spot, number=saved[-1].number)
    return Sheet(card, (Button(these.act("removed"), "Remove them", "danger"),), notice=_NOTICE)


# ------------------------------------------------------------------ a rehearsal


def rehearsal_sheet(shown: ShownLetter, meant: str) -> Sheet:
    """Show one line of a script, what comes before it in a word, and what leads on.

    ``meant`` is the place of the line, or the block whose first line it is. What was changed by
    hand has no lines, so the draft is rehearsed.
    """
    spot, draft, letters = shown.spot, shown.written.draft, shown.letters
    lines = [(part, line) for part in draft.parts for line in part.lines]
    place = min(_place(meant, [part.block for part, _ in lines]), len(lines) - 1)
    part, line = lines[place]
    own = f" These are the lines of the draft, not of your version {spot.number}."
    said = (
        text(f"Say it aloud, slowly; then go on.{'' if shown.written.text == draft.text else own}"),
        heading(part.title),
        Block("letter", (line,)),
        text(f"Line {place + 1} of {len(lines)}"),
    )
    buttons = []
    if place + 1 < len(lines):
        buttons.append(Button(spot.act("rehearse", str(place + 1)), "Next", "primary"))
    if place:
        buttons.append(Button(spot.act("rehearse", str(place - 1)), "Back"))
    there = {part.block for part, _ in lines} - {part.block}
    buttons += [
        Button(spot.act("rehearse", block), f"They {reply}")
        for block, reply in _REPLIES.items()
        if block in there
    ]
    buttons += _letter_first(spot, letters.letter_before(spot.course, shown.writing.medium))
    buttons.append(Button(spot.act("show"), "End the rehearsal"))
    return Sheet(Card(VERB, VERB, "Rehearsal", said), tuple(buttons), notice=_NOTICE)


_REPLIES = {"why": "ask why", "raised": "raise their voice"}
"""The blocks of a script that answer what the other may do."""


def _place(meant: str, blocks: Sequence[str]) -> int:
    """Tell which line is meant: by its place, or the first of a block; else the first of all."""
    if meant.isdecimal() and len(meant) < 4:
        return int(meant)
    return blocks.index(meant) if meant in blocks else 0


# ------------------------------------------------------------------ any text


def findings_sheet(spot: Spot, findings: Sequence[Finding]) -> Sheet:
    """Say what was found in a text."""
    found = (
        bullets(*map(finding_line, findings))
        if findings
        else text("I found nothing. I know words, not meaning: let somebody you trust read it.")
    )
    return Sheet(Card(VERB, VERB, "Looked through", (found,)), notice=_NOTICE)
