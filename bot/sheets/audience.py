"""What the team sees of a round while it is held, and what it answers; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.cards.rows import short
from bot.engine.model import Block, Card, Choice
from bot.opinion.ballots import ABSTAIN
from bot.opinion.model import NOTE_LENGTH, TAKEOVER, Ballot, Round
from bot.sheets.acts import act
from bot.sheets.model import FORM_ROOM, LABEL, Button, Field, Form, Sheet
from bot.sheets.shown import Shown, choices, course_label, fact_label, notice, rows, text, when

GUESSING = "In a small team people may guess who this is. Please do not, and keep it among you."
BLIND = (
    "You see nothing of the others' answers, and nobody sees yours, before it closes. It is "
    "advice: whoever asked decides."
)
NO_VOTE = (
    "A worry about safety is no part of the answer. “I see a safety issue” tells whoever asked at "
    "once, without your name."
)
SURE = {"not_sure": "Not sure", "fairly": "Fairly sure", "very": "Very sure"}
CONFLICT = "I have a conflict of interest: I abstain"


def brief_card(round_: Round) -> Card:
    """Give what the team is shown of the case: the same in the preview and where it is posted."""
    brief = round_.brief
    blocks: list[Block] = [
        text(
            "A colleague asks what you would do. The client goes by a made-up name, and all that "
            "is known stands here (“you” in it is whoever asks):"
        ),
        rows(*((fact.label, fact.answer) for fact in brief.shown)),
    ]
    if brief.note:
        blocks.append(rows(("A note from whoever asks", brief.note)))
    blocks += [text(GUESSING), notice(BLIND)]
    number = f", round {round_.number}" if round_.number > 1 else ""
    return Card("brief", "brief", f"A second opinion on {brief.code_name}{number}", tuple(blocks))


def audience_sheet(shown: Shown, *, remind: bool = False) -> Sheet:
    """Make the message that the team sees; ``remind``: they can ask to be reminded privately."""
    round_ = shown.round
    card = brief_card(round_)
    blocks = (*card.blocks, *_state(shown))
    return Sheet(
        Card("brief", "brief", card.title, blocks),
        _buttons(round_, remind=remind),
        whole=act("brief", round_.id),
        notice="You are asked for a second opinion.",
    )


def _state(shown: Shown) -> Iterator[Block]:
    round_ = shown.round
    if round_.stale and round_.stage in {"open", "short"}:
        yield notice(
            "Facts of the case have changed since this was posted. Your answer counts for what "
            "stands here; for the rest a new round is needed."
        )
    terms = round_.terms
    who = "anonymous for good" if terms.anonymous else "shown with names after the reveal"
    if round_.stage == "open":
        put_off = " (put off once)" if round_.extended else ""
        yield rows(
            ("Closes", f"{when(round_, terms.close)}{put_off}"),
            ("Answers are", who),
            ("So far", shown.progress),
        )
    elif round_.stage == "short":
        yield text(
            f"The time is over: {shown.progress}. That is not enough yet; whoever asked "
            "will extend it or finish without."
        )
    elif round_.record and round_.record.revealed:
        yield text(f"Closed: {shown.progress}. What came of it stands below.")
    else:
        yield text(f"Closed without a reveal: {shown.progress}.")


def _buttons(round_: Round, *, remind: bool) -> tuple[Button, ...]:
    if round_.stage != "open":
        return ()
    buttons = [
        Button(act("answer", round_.id), "Give your opinion", "primary"),
        Button(act("mine", round_.id), "My answer"),
        Button(act("worry", round_.id), "I see a safety issue"),
    ]
    if remind:
        buttons.append(Button(act("remind", round_.id), "Remind me"))
    return tuple(buttons)


def inert(sheet: Sheet, round_id: str) -> Sheet:
    """Make a preview of a sheet: all of it as it will be, but its buttons only show it again."""
    action = act("preview", round_id)
    buttons = tuple(
        replace(button, action=replace(action, arg=f"{action.arg}|{number}"))
        for number, button in enumerate(sheet.buttons)
    )
    return replace(sheet, buttons=buttons, whole=action)


# ------------------------------------------------------------------ the ballot


def ballot_form(round_: Round, ballot: Ballot | None, room: int) -> Form:
    """Make the form of an answer, with what was answered before.

    Where it has no room for all, the facts that are read differently have a form of their own.
    """
    brief, old = round_.brief, ballot or Ballot("", sure="")
    courses = (*(Choice(c.id, c.label) for c in brief.courses), Choice(ABSTAIN, CONFLICT))
    chosen = ABSTAIN if ballot and ballot.abstains else old.course
    fields = [
        Field("course", "What would you do?", "choice", courses, chosen, required=True),
        Field(
            "sure",
            "How sure are you?",
            "choice",
            choices(SURE),
            old.sure or "fairly",
            required=True,
        ),
        Field(
            "takeover",
            "Would you take this client over?",
            "choice",
            choices(TAKEOVER),
            old.takeover,
        ),
        Field(
            "missed",
            "What may be missed?",
            "many",
            tuple(Choice(o.id, o.label) for o in brief.missed),
            old.missed,
        ),
        Field(
            "note",
            "In your words, if you like",
            "paragraph",
            value=old.note,
            hint="No names, please. How you write may tell who you are.",
            most=NOTE_LENGTH,
        ),
    ]
    if room > FORM_ROOM:
        fields.insert(3, _differently(round_, old))
    return Form(
        act("ballot", round_.id),
        "Your opinion",
        tuple(fields),
        intro=NO_VOTE if room > FORM_ROOM else "",
        submit="Hand it in",
    )


def facts_form(round_: Round, ballot: Ballot | None) -> Form:
    """Make the form of the facts that somebody reads differently."""
    fields = (_differently(round_, ballot or Ballot("")),)
    return Form(act("facts", round_.id), "Facts read differently", fields, intro=NO_VOTE)


def _differently(round_: Round, old: Ballot) -> Field:
    choices = tuple(
        Choice(fact.question, short(f"{fact.label}: {fact.answer}", LABEL))
        for fact in round_.brief.shown
    )
    return Field(
        "differently", "Which facts do you read differently?", "many", choices, old.differently
    )


def answer_sheet(shown: Shown, ballot: Ballot | None, *, room: int, said: str = "") -> Sheet:
    """Show somebody their own answer, which nobody else can see before the close."""
    round_ = shown.round
    if ballot is None:
        card = Card("mine", "mine", "You have not answered", (text(said or NO_VOTE),))
        return Sheet(card, _mine(round_, answered=False, more=False))
    lines = [said] if said else []
    lines.append("You can change or delete it until the close; only the last one counts.")
    card = Card(
        "mine",
        "mine",
        "Your answer",
        (text(*lines), rows(*_answer_rows(round_, ballot)), text(NO_VOTE)),
    )
    more = room <= FORM_ROOM and not ballot.abstains
    return Sheet(card, _mine(round_, answered=True, more=more))


def _answer_rows(round_: Round, ballot: Ballot) -> Iterator[tuple[str, str]]:
    if ballot.abstains:
        yield "You abstain", "a conflict of interest"
        return
    yield (
        "What you would do",
        f"{course_label(round_, ballot.course)} ({SURE[ballot.sure].lower()})",
    )
    if ballot.takeover:
        yield "Take this client over", TAKEOVER[ballot.takeover]
    if ballot.differently:
        yield "Read differently", ", ".join(fact_label(round_, q) for q in ballot.differently)
    if ballot.missed:
        labels = {option.id: option.label for option in round_.brief.missed}
        yield "May be missed", ", ".join(labels[one] for one in ballot.missed)
    if ballot.note:
        yield "In your words", ballot.note


def _mine(round_: Round, *, answered: bool, more: bool) -> tuple[Button, ...]:
    if round_.stage != "open":
        return ()
    buttons = [Button(act("answer", round_.id), "Change it" if answered else "Give your opinion")]
    if more:
        buttons.append(Button(act("differ", round_.id), "Facts I read differently"))
    if answered:
        buttons.append(Button(act("take_back", round_.id), "Delete my answer", "danger"))
    buttons.append(Button(act("worry", round_.id), "I see a safety issue"))
    return tuple(buttons)


def worry_sheet(round_: Round) -> Sheet:
    """Ask before a worry about safety is passed on."""
    card = Card(
        "worry",
        "worry",
        "A safety issue",
        (
            text(
                "Whoever asked is told at once that a colleague sees a safety issue in this case. "
                "They are not told who, and it is no part of your answer."
            ),
            notice("If somebody is in danger now, call your local emergency number."),
        ),
        "safety",
    )
    return Sheet(
        card,
        (
            Button(act("worried", round_.id), "Tell them now", "danger"),
            Button(act("mine", round_.id), "No, go back"),
        ),
    )


# ------------------------------------------------------------------ said once


def told_sheet(title: str, *lines: str, tone: str = "plain") -> Sheet:
    """Say something short."""
    return Sheet(Card("told", "told", title, (text(*lines),), tone))


def remind_sheet(*, comes: bool) -> Sheet:
    """Say that somebody will be reminded, or that it is too late for that."""
    if not comes:
        line = "It closes too soon for a reminder: please answer now, or as soon as you can."
        return told_sheet("No reminder any more", line)
    line = "Once, privately, a day before it closes, if you have not answered by then."
    return told_sheet("I will remind you", line)


def reminder_sheet(shown: Shown, *, alone: bool) -> Sheet:
    """Remind of a round that closes soon; where others read along it names nobody."""
    round_ = shown.round
    closes = f"It closes {when(round_, round_.terms.close)}."
    button = Button(act("answer", round_.id), "Give your opinion", "primary")
    if alone:
        lines = (
            "You have not answered yet. It takes two minutes, and nobody sees it before.",
            closes,
        )
        card = Card("reminder", "reminder", f"Still open: {shown.title}", (text(*lines),))
        return Sheet(card, (button,), notice="A second opinion is still open.")
    line = f"{shown.progress}. Whoever has not yet: an answer takes two minutes. {closes}"
    return Sheet(
        Card("reminder", "reminder", f"Still open: {shown.title}", (text(line),)), (button,)
    )


def extended_sheet(shown: Shown) -> Sheet:
    """Say openly that there is more time."""
    return told_sheet(
        f"More time: {shown.title}",
        f"It now closes {when(shown.round, shown.round.terms.close)}. This can be done only once.",
    )
