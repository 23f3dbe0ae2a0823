"""The evidence log as it is shown, and the forms that write it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards.actions import Action
from bot.cards.rows import short
from bot.drafting.model import Finding
from bot.engine.model import Block, Card, Choice
from bot.records.logbook import LONGEST, QUOTE, Entry, Kept, Log, in_order, when_entered
from bot.sheets import acts
from bot.sheets.model import LABEL, Button, Field, Form, Kind, Sheet
from bot.sheets.shown import heading, many, rows, text

VERB = "log"
PAGE = 8
"""Entries of one page of the list."""

_MOST_CASES = 25
"""Cases that a form can offer: as many as a select has room for."""

_NOT_ALL = f"{_MOST_CASES} of your cases; “/crossroads log” with a name writes in any other."
_NOTICE = "Your log"
_RULE = (
    "Write what was said and what a third party could check, and keep your impression apart. "
    "No diagnoses. Leave out what you do not need, and delete it when you need it no more."
)
_NAMES = {
    "channel": "Where",
    "who": "Who",
    "quote": "What was said",
    "fact": "What you saw",
    "impression": "Your impression",
    "effect": "Effect",
    "evidence": "Where the evidence is",
    "done": "Done so far",
}


def act(what: str, case_id: str, more: str = "") -> Action:
    """Make the action of a button or form about a log."""
    return acts.act(what, case_id, more, verb=VERB)


def when_text(at: str, zone: str = "") -> str:
    """Write when something happened as people read it, with its zone if there is a time."""
    if "T" not in at:
        return at
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M}" + (f" ({zone})" if zone else "")


# ------------------------------------------------------------------ shown


def log_sheet(log: Log, case_id: str, name: str, page: int = 0) -> Sheet:
    """List the entries of a log, by when things happened, the newest first."""
    entries = in_order(log)
    last = max(0, (len(entries) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = entries[page * PAGE : (page + 1) * PAGE]
    listed = rows(*((when_text(k.entry.at), _line(k.entry)) for k in shown))
    blocks = [listed] if shown else [text("There is nothing in it yet.")]
    buttons = [Button(act("add", case_id), "Add an entry…", "primary")]
    buttons += [
        Button(act("show", case_id, kept.id), short(f"Open: {_label(kept.entry)}", LABEL))
        for kept in shown
    ]
    if page:
        buttons.append(Button(act("page", case_id, str(page - 1)), "Newer ones"))
    if page < last:
        buttons.append(Button(act("page", case_id, str(page + 1)), "Older ones"))
    title = f"The log of “{name}”: {many(len(entries), 'entry', 'entries')}"
    card = Card(VERB, VERB, title, (*blocks, text(_RULE)))
    return Sheet(card, tuple(buttons), whole=act("page", case_id, str(page)), notice=_NOTICE)


def _line(entry: Entry) -> str:
    said = f"“{entry.quote}”" if entry.quote else entry.fact or entry.impression
    return short(": ".join(filter(None, [entry.who, said])), 200)


def _label(entry: Entry) -> str:
    return f"{when_text(entry.at)} {_line(entry)}"


def entry_sheet(
    kept: Kept, case_id: str, findings: Sequence[Finding] = (), *, history: bool = False
) -> Sheet:
    """Show an entry, with what it said before if the ``history`` is wanted."""
    blocks: list[Block] = [entry_block(kept.entry)]
    if findings:
        blocks.append(text(*pointed_out(findings)))
    if history:
        for at, entry in reversed(kept.versions[:-1]):
            blocks += [heading(f"Until {when_text(at)}"), entry_block(entry)]
    out = ", taken out of the log" if kept.removed else ""
    card = Card(VERB, VERB, f"Entry {kept.id}{out}", tuple(blocks))
    whole = act("history" if history else "show", case_id, kept.id)
    return Sheet(card, tuple(_buttons(kept, case_id, history)), whole=whole, notice=_NOTICE)


def pointed_out(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say which words are better said otherwise, and that nothing was changed."""
    lines = (f"“{one.text}” {one.says}. {one.suggest}" for one in findings)
    return (*lines, "It is saved as you wrote it.") if findings else ()


def _buttons(kept: Kept, case_id: str, history: bool) -> Iterator[Button]:
    if kept.removed:
        yield Button(act("restore", case_id, kept.id), "Put it back")
    else:
        yield Button(act("edit", case_id, kept.id), "Change it…")
        yield Button(act("more", case_id, kept.id), "Impression, effect, next…")
        yield Button(act("remove", case_id, kept.id), "Take it out", "danger")
    if len(kept.versions) > 1 and not history:
        yield Button(act("history", case_id, kept.id), "What it said before")
    yield Button(act("page", case_id, "0"), "The whole log")


def entry_block(entry: Entry) -> Block:
    """Show what an entry says, each thing with its name."""
    said = [("When", when_text(entry.at, entry.zone))]
    for name, label in _NAMES.items():
        if value := getattr(entry, name):
            said.append((label, f"“{value}”" if name == "quote" else value))
    if entry.next_day or entry.next_by:
        said.append(("Next", ", ".join(filter(None, [entry.next_day, entry.next_by]))))
    return rows(*said)


def log_card(log: Log) -> Card:
    """Show a whole log, oldest first, as a document has it."""
    blocks: list[Block] = []
    for kept in reversed(in_order(log)):
        changed = len(kept.versions) - 1
        again = f", changed {many(changed, 'time')}" if changed else ""
        written = when_text(kept.versions[0][0])
        blocks += [heading(f"{kept.id}. {when_text(kept.entry.at)} (written {written}{again})")]
        blocks += [entry_block(kept.entry)]
    return Card(VERB, VERB, "What happened", tuple(blocks) or (text("Nothing is logged."),))


# ------------------------------------------------------------------ forms


def entry_form(case_id: str, entry: Entry, entry_id: str = "") -> Form:
    """Ask what happened."""
    when = Field("when", "When?", "text", value=when_entered(entry), hint=_WHEN, most=60)
    fields = (when, *_what(entry, ("channel", "who", "quote", "fact")))
    return Form(act("entry", case_id, entry_id), "What happened", fields)


def quote_form(cases: Mapping[str, str], entry: Entry, said: int, room: int) -> Form:
    """Ask whether a message goes into a log, and into which; nothing is kept before that.

    ``said`` is how many characters the message has: what has no room is told. ``room`` is how many
    fields the platform has room for: what was seen is asked for where the log takes none of it.
    Of many ``cases`` the first are offered.
    """
    when = Field("when", "When?", "text", value=when_entered(entry), hint=_WHEN, most=60)
    fields: tuple[Field, ...] = (when, *_what(entry, ("channel", "who", "quote", "fact")))
    if said > QUOTE:
        hint = f"The first {QUOTE} of its {said} characters."
        fields = tuple(replace(one, hint=hint) if one.id == "quote" else one for one in fields)
    case_id = next(iter(cases))
    if len(cases) > 1:
        offered = [*cases.items()][:_MOST_CASES]
        choices = tuple(Choice(case, short(name, LABEL)) for case, name in offered)
        hint = _NOT_ALL if len(cases) > len(offered) else ""
        which = Field("case", "Which log?", "choice", choices, case_id, hint=hint, required=True)
        case_id, fields = "", (which, *fields)
    return Form(act("entry", case_id), "Add to log", fields[:room])


def more_form(case_id: str, kept: Kept) -> Form:
    """Ask for what belongs to an entry besides what happened."""
    entry = kept.entry
    said = ", ".join(filter(None, [entry.next_day, entry.next_by]))
    hint = "As in 5 March, Ana."
    following = Field("next", "Next date, and by whom?", "text", value=said, hint=hint, most=200)
    fields = (*_what(entry, ("impression", "effect", "evidence", "done")), following)
    return Form(act("entry", case_id, kept.id), "More about it", fields)


_WHEN = "As in today 14:30, last Tuesday, 3 March 9:15."
_ASK = {
    "channel": ("Where? Email, call, meeting …", "", False),
    "who": ("Who?", "", False),
    "quote": ("What was said, word for word?", "", True),
    "fact": ("What did you see, as a fact?", "What a third party could check.", True),
    "impression": ("How did it seem to you?", "It is marked as your impression.", True),
    "effect": ("What did it do to the work or people?", "", True),
    "evidence": ("Where is the evidence?", "", False),
    "done": ("What was done so far?", "", True),
}


def _what(entry: Entry, names: Sequence[str]) -> Iterator[Field]:
    for name in names:
        label, hint, long = _ASK[name]
        most = QUOTE if name in {"quote", "fact"} else LONGEST
        kind: Kind = "paragraph" if long else "text"
        yield Field(name, label, kind, value=getattr(entry, name), hint=hint, most=most)
