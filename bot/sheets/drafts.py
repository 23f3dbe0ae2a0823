"""A draft of a round, as whoever asks sees it, and the forms that change it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.cards.rows import short
from bot.engine.model import Block, Card, Choice
from bot.opinion.linter import Finding, lint
from bot.opinion.model import FEWEST, NOTE_LENGTH, Round
from bot.sheets.acts import act
from bot.sheets.audience import brief_card
from bot.sheets.model import LABEL, Button, Field, Form, Sheet
from bot.sheets.shown import bullets, choices, heading, many, notice, rows, text

HOURS = {
    24: "1 working day",
    48: "2 working days",
    72: "3 working days",
    120: "5 working days",
    240: "10 working days",
}
WHO = {"anonymous": "Anonymous for good", "named": "With names, after the reveal"}
_QUORUMS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100)


def draft_sheet(round_: Round, name: str) -> Sheet:
    """Show a draft with all that will be seen of it; ``name`` is the asker's own nickname."""
    terms, brief = round_.terms, round_.brief
    place = str(terms.audience.get("label", ""))
    findings = lint(brief.note, name)
    brief_shown = brief_card(round_)
    blocks: list[Block] = [
        text(
            f"For them, “{name or 'your client'}” is “{brief.code_name}”. Nothing is posted before "
            "you press “Post it”; after that, neither the brief nor these rules can be changed."
        ),
        rows(
            ("Whom you ask", place or "not chosen yet"),
            ("Who can answer", _able_text(terms.audience)),
            ("Answers are", WHO["anonymous" if terms.anonymous else "named"].lower()),
            ("Revealed from", _quorum_text(round_)),
            ("Open for", HOURS.get(terms.hours, f"{terms.hours} hours") + f" ({terms.zone})"),
        ),
        *_troubles(terms.audience),
        *_lint_blocks(findings),
        heading(f"What they will see: {brief_shown.title}"),
        *brief_shown.blocks,
    ]
    card = Card("round", "round", f"Ask your team about “{name or 'your client'}”", tuple(blocks))
    return Sheet(card, _draft_buttons(round_), whole=act("whole", round_.id))


def _able_text(audience: Mapping[str, object]) -> str:
    if not audience:
        return "–"
    able = audience.get("able")
    return "whoever can read it there; how many, nobody can tell" if able is None else str(able)


def _quorum_text(round_: Round) -> str:
    early = ", and it closes as soon as they are in" if round_.terms.at_quorum else ""
    return many(round_.terms.quorum, "answer") + early


def _troubles(audience: Mapping[str, object]) -> Iterator[Block]:
    troubles = audience.get("troubles")
    if isinstance(troubles, Sequence) and troubles:
        yield notice("These cannot answer:")
        yield bullets(*map(str, troubles))


def _lint_blocks(findings: Sequence[Finding]) -> Iterator[Block]:
    must = [finding.said for finding in findings if finding.blocks]
    may = [finding.said for finding in findings if not finding.blocks]
    if must:
        yield notice("Your note cannot be posted as it is:")
        yield bullets(*must)
    if may:
        yield notice("Please look at your note once more:")
        yield bullets(*may)


def _draft_buttons(round_: Round) -> tuple[Button, ...]:
    buttons = [
        Button(act("whom", round_.id), "Whom to ask…"),
        Button(act("how", round_.id), "How to ask…"),
        Button(act("note", round_.id), "Add a note…"),
    ]
    if round_.brief.offered:
        buttons.append(Button(act("tick", round_.id), "Show more facts…"))
    if round_.terms.audience:
        buttons.append(Button(act("preview", round_.id), "Preview"))
        buttons.append(Button(act("post", round_.id), "Post it", "primary"))
    buttons.append(Button(act("drop", round_.id), "Give it up", "danger"))
    return tuple(buttons)


def whom_form(round_: Round, fields: Sequence[Field], *, people_only: bool) -> Form:
    """Make the form that chooses the audience, of what the platform can name."""
    intro = "Somebody may be in danger in this case, so only people you name are asked."
    return Form(
        act("whom", round_.id), "Whom to ask", tuple(fields), intro=intro if people_only else ""
    )


def how_form(round_: Round) -> Form:
    """Make the form of the rules."""
    terms = round_.terms
    quorums = sorted({*_QUORUMS, terms.quorum})
    return Form(
        act("how", round_.id),
        "How to ask",
        (
            Field(
                "who",
                "Answers are",
                "choice",
                choices(WHO),
                "anonymous" if terms.anonymous else "named",
                required=True,
                hint=f"Anonymous needs at least {FEWEST} people. It cannot be changed later.",
            ),
            Field(
                "quorum",
                "Reveal from how many answers?",
                "choice",
                tuple(Choice(str(n), many(n, "answer")) for n in quorums),
                str(terms.quorum),
                required=True,
            ),
            Field(
                "hours",
                "Open for",
                "choice",
                tuple(Choice(str(hours), label) for hours, label in HOURS.items()),
                str(terms.hours),
                required=True,
            ),
            Field(
                "early",
                "Close sooner",
                "many",
                (Choice("yes", "as soon as that many have answered"),),
                ("yes",) if terms.at_quorum else (),
            ),
            Field(
                "zone",
                "Time zone",
                "text",
                value=terms.zone,
                required=True,
                most=50,
                hint="As in Europe/Berlin or America/New_York: working days count there.",
            ),
        ),
    )


def note_form(round_: Round) -> Form:
    """Make the form of the note."""
    field = Field(
        "note",
        "A note for them, if you like",
        "paragraph",
        value=round_.brief.note,
        hint="No name, amount, link or address; say no leaning of your own.",
        most=NOTE_LENGTH,
    )
    return Form(act("note", round_.id), "A note", (field,))


def tick_form(round_: Round) -> Form:
    """Make the form in which sensitive facts are ticked one by one."""
    brief = round_.brief
    choices = tuple(
        Choice(fact.question, short(f"{fact.label}: {fact.answer}", LABEL))
        for fact in brief.offered
    )
    field = Field(
        "ticked",
        "Show these as well",
        "many",
        choices,
        brief.ticked,
        hint="What is not ticked stays with you.",
    )
    return Form(act("tick", round_.id), "Show more facts", (field,))


def public_form(round_: Round) -> Form:
    """Ask once more before a public channel is posted to."""
    field = Field(
        "sure",
        "Everybody here can read it",
        "many",
        (Choice("yes", "Post it there all the same"),),
        required=True,
    )
    return Form(act("post", round_.id), "A public channel", (field,), submit="Post it")
