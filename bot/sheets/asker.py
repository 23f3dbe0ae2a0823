"""What whoever asks sees of their round: the draft, how it goes, and what can be done; pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.model import Block, Card, Choice
from bot.opinion.model import NOTE_LENGTH, Round
from bot.sheets.acts import act
from bot.sheets.drafts import HOURS, WHO, draft_sheet
from bot.sheets.model import Button, Field, Form, Sheet
from bot.sheets.reveal import ALL_ANSWERS, is_long, reveal_blocks
from bot.sheets.shown import Shown, bullets, course_label, heading, many, notice, rows, text, when


def asker_sheet(shown: Shown, name: str, *, whole: bool = False) -> Sheet:
    """Make the message in the asker's own chat; ``name`` is their nickname for the client.

    Of a reveal that is long it has the beginning, unless it is to be ``whole``.
    """
    match shown.round.stage:
        case "draft":
            return draft_sheet(shown.round, name)
        case "dropped":
            card = Card(
                "round", "round", "Given up", (text("Nothing was posted. The case is as it was."),)
            )
            return Sheet(card)
        case _:
            return _running(shown, name, whole=whole)


# ------------------------------------------------------------------ once it is open


def _running(shown: Shown, name: str, *, whole: bool) -> Sheet:
    round_ = shown.round
    blocks = [*_warnings(round_), *_how_it_stands(shown)]
    if round_.record:
        blocks += reveal_blocks(shown, whole=whole)
        blocks += _suggestions(round_)
    title = f"{shown.title} (“{name}”)" if name else shown.title
    tone = "safety" if round_.concerns and round_.stage != "closed" else "plain"
    card = Card("round", "round", title, tuple(blocks), tone)
    return Sheet(card, _running_buttons(round_), whole=act("whole", round_.id))


def _warnings(round_: Round) -> Iterator[Block]:
    if round_.concerns:
        once = "A colleague sees" if round_.concerns == 1 else "Colleagues see"
        yield notice(
            f"{once} a safety issue in this case. Please look at the first "
            "question again; you need not tell anybody what you find."
        )
    if round_.stale:
        yield notice(
            "Facts of the case have changed since this was posted. What was "
            "posted stays as it is; to ask about the new facts, begin a new "
            "round when this one is closed."
        )
    if round_.troubles:
        yield notice("Not everybody could be asked:")
        yield bullets(*round_.troubles)


def _how_it_stands(shown: Shown) -> Iterator[Block]:
    round_ = shown.round
    terms = round_.terms
    if round_.stage == "open":
        yield rows(
            ("Asked", shown.place),
            ("So far", shown.progress),
            ("Closes", when(round_, terms.close) + (" (put off once)" if round_.extended else "")),
            ("Answers are", WHO["anonymous" if terms.anonymous else "named"].lower()),
        )
        yield text("Nobody, you included, learns what was answered before it closes.")
    elif round_.stage == "short":
        yield text(
            f"Insufficient input: {shown.progress}, and you wanted "
            f"{many(terms.quorum, 'answer')}. What was answered stays sealed. You can give "
            "them more time once, or finish without; then it is destroyed unread."
        )


def _suggestions(round_: Round) -> Iterator[Block]:
    assert round_.record is not None
    offers = sum(1 for ballot in round_.record.ballots if ballot.takeover in {"yes", "help"})
    if offers:
        yield text(
            f"{many(offers, 'colleague')} would take this client over. That changes nothing "
            "by itself: if you agree, change that answer of the case."
        )
    if decision := round_.decision:
        done = (
            "as the line with the team says" if decision.followed else "other than that line says"
        )
        yield heading("What you decided")
        pairs = [("Decision", f"{course_label(round_, decision.course)} ({done})")]
        if decision.reason:
            pairs.append(("Because", decision.reason))
        pairs.append(("Told to the team", "yes" if decision.shared else "no"))
        yield rows(*pairs)


def _running_buttons(round_: Round) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if round_.concerns:
        buttons.append(
            Button(act("safety", round_.id), "Ask me the first question again", "danger")
        )
    if round_.stage in {"open", "short"} and not round_.extended:
        buttons.append(Button(act("extend", round_.id), "Give more time…"))
    if round_.stage == "open":
        buttons.append(Button(act("close", round_.id), "Close it now…"))
    if round_.stage == "short":
        buttons.append(Button(act("without", round_.id), "Finish without"))
    if round_.stage == "closed":
        buttons += _closed_buttons(round_)
    return tuple(buttons)


def _closed_buttons(round_: Round) -> Iterator[Button]:
    record = round_.record
    label = "Record your decision…" if round_.decision is None else "Change your decision…"
    if is_long(round_):
        yield Button(act("whole", round_.id, "all"), ALL_ANSWERS)
    yield Button(act("decide", round_.id), label, "primary")
    if record and any(ballot.takeover in {"yes", "help"} for ballot in record.ballots):
        yield Button(act("takeover", round_.id), "Change who could take over")
    yield Button(act("again", round_.id), "A second blind round…")


def extend_form(round_: Round) -> Form:
    """Ask how much more time there is to be."""
    field = Field(
        "hours",
        "How much more?",
        "choice",
        tuple(Choice(str(hours), label) for hours, label in HOURS.items()),
        "24",
        required=True,
    )
    return Form(act("extend", round_.id), "Give more time", (field,), submit="Give it")


def close_sheet(shown: Shown) -> Sheet:
    """Ask before a round is closed by hand."""
    enough = shown.answered >= shown.round.terms.quorum
    line = (
        f"{shown.progress}. It is revealed to everybody at once, and nobody can answer any more."
        if enough
        else f"{shown.progress}, and you wanted {many(shown.round.terms.quorum, 'answer')}: that "
        "is not enough for a reveal. You could then give more time, or finish without."
    )
    card = Card("close", "close", "Close it now?", (text(line),))
    return Sheet(card, (Button(act("close_now", shown.round.id), "Close it", "danger"),))


def decide_form(round_: Round) -> Form:
    """Ask what was decided."""
    old = round_.decision
    return Form(
        act("decide", round_.id),
        "Your decision",
        (
            Field(
                "course",
                "What will you do?",
                "choice",
                tuple(Choice(c.id, c.label) for c in round_.brief.courses),
                old.course if old else "",
                required=True,
            ),
            Field(
                "reason",
                "Because…",
                "paragraph",
                value=old.reason if old else "",
                hint="You may well depart from what the team says. No names if you share it.",
                most=NOTE_LENGTH,
            ),
            Field(
                "share",
                "Tell the team",
                "many",
                (Choice("yes", "Yes, what I decided and why"),),
                ("yes",) if old and old.shared else (),
            ),
        ),
    )
