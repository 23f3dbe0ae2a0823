"""What is said while two accounts are linked, or taken apart again. Pure."""

from __future__ import annotations

from bot.cards.actions import Action
from bot.cards.rows import seen, short
from bot.cards.wording import COMMAND
from bot.engine.model import Block, Card
from bot.ports import Account, Linked
from bot.sheets.model import Button, Field, Form, Sheet

VERB = "link"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are made of: nothing that looks like something else."""

LENGTH = 10
MINUTES = 10
"""How long a code is good, and how long both sides have after it was entered."""

_NAME = 60


def act(what: str, ticket: str = "") -> Action:
    """Make the action of a button or form: ``what`` is done about a ticket."""
    return Action(VERB, arg=f"{what}|{ticket}")


def read(action: Action) -> tuple[str, str]:
    """Read (what, ticket) back."""
    what, _, ticket = action.arg.partition("|")
    return what, ticket


def read_code(said: str) -> str:
    """Read a code however it was written: small letters, dashes and spaces do not matter."""
    return "".join(letter for letter in said.upper() if letter.isascii() and letter.isalnum())


def written_code(code: str) -> str:
    """Write a code so that it can be read and typed."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def named(account: Account) -> str:
    """Name an account to people."""
    name = seen(short(account.name, _NAME), "somebody")
    return f"“{name}” on {account.platform.capitalize()}"


# ------------------------------------------------------------------ beginning


def offer(code: str, ticket: str, *, waiting: bool = False) -> Sheet:
    """Show a code to enter on the other side; ``waiting``: nobody has entered it yet."""
    still = Block("notice", ("Nobody has entered the code yet.",))
    return _sheet(
        "Link another account of yours",
        *([still] if waiting else []),
        _text(f"Write this where your other account is, within {MINUTES} minutes:"),
        _text(f"{COMMAND} link {written_code(code)}"),
        _text(
            "The code works once. Show it to nobody. When you have entered it, come back and press "
            "the button; nothing is joined before both accounts have said yes."
        ),
        buttons=(
            Button(act("entered", ticket), "I entered it there", "primary"),
            Button(act("code"), "I have a code from there"),
        ),
    )


def code_form() -> Form:
    """Ask for the code that the other account was given."""
    field = Field("code", "The code", "text", hint="As in ABCDE-FGHJK", required=True, most=40)
    return Form(act("code"), "Enter the code", (field,), submit="Go on")


# ------------------------------------------------------------------ both sides confirm


def question(ticket: str, other: Account) -> Sheet:
    """Ask the account where the code was entered."""
    return _sheet(
        f"Link with {named(other)}?",
        Block("notice", ("Say yes only if that account is your own.",)),
        *_consequences(),
        buttons=(
            Button(act("yes", ticket), "Link", "primary"),
            Button(act("no", ticket), "Don’t link"),
        ),
    )


def noted(other: Account) -> Sheet:
    """Say that the first yes is noted, and where the second one is given."""
    where = other.platform.capitalize()
    return _sheet(
        "Your yes is noted",
        _text(
            f"Now go back to {where}, as {named(other)}, and press “I entered it there” within "
            f"{MINUTES} minutes. Until you confirm there, nothing changes."
        ),
    )


def not_yet(ticket: str, other: Account) -> Sheet:
    """Say that the other side has not said yes so far."""
    return _sheet(
        "Not confirmed there yet",
        _text(f"{named(other)} has entered the code, but has not pressed “Link” so far."),
        buttons=(
            Button(act("entered", ticket), "I pressed it there", "primary"),
            Button(act("no", ticket), "Don’t link"),
        ),
    )


def confirmation(ticket: str, other: Account) -> Sheet:
    """Ask the account that gave the code out."""
    return _sheet(
        f"{named(other)} wants to be linked with you",
        Block("notice", ("Is that you? If not, whoever it is would see all your cases.",)),
        *_consequences(),
        buttons=(
            Button(act("merge", ticket), "Link both", "primary"),
            Button(act("no", ticket), "Don’t link"),
        ),
    )


def _consequences() -> tuple[Block, ...]:
    return (
        _text("All cases of both accounts are then one list: begin on one, go on on the other."),
        Block(
            "bullets",
            (
                "In a second opinion you are one person, with one answer.",
                "Closed cases are kept for the longer of the two times you set.",
                "“forget” deletes everything, from either account.",
                f"{COMMAND} unlink ends it at any time.",
            ),
        ),
    )


def declined() -> Sheet:
    """Say that nothing is linked."""
    return _sheet("Not linked", _text("Nothing was changed. The code is used up."))


def done(linked: Linked) -> Sheet:
    """Say that two accounts are one person."""
    return _sheet(
        "Linked",
        _text(f"{named(linked.main)} and {named(linked.joined)} are one person now."),
        _text(f"{COMMAND} cases lists all your cases; {COMMAND} unlink ends it."),
    )


# ------------------------------------------------------------------ and apart again


def linked_already(linked: Linked) -> Sheet:
    """Say with whom an account is linked."""
    return _sheet(
        "These accounts are linked",
        _text(f"{named(linked.main)} and {named(linked.joined)} are one person."),
        buttons=(Button(act("apart"), "Unlink…"),),
    )


def unlink_question(linked: Linked) -> Sheet:
    """Ask before two accounts are taken apart."""
    main, joined = named(linked.main), named(linked.joined)
    return _sheet(
        "Unlink these accounts?",
        Block(
            "bullets",
            (
                f"All cases stay with {main}, wherever they were begun.",
                f"{joined} begins empty, and sees nothing of them any more.",
                "What I posted to it in direct messages is taken away.",
            ),
        ),
        buttons=(
            Button(act("unlink"), "Unlink", "danger"),
            Button(act("keep"), "Keep the link"),
        ),
    )


def unlinked(linked: Linked) -> Sheet:
    """Say that it is done."""
    main, joined = named(linked.main), named(linked.joined)
    return _sheet(
        "Unlinked", _text(f"The cases are with {main}. {joined} has none, and can begin anew.")
    )


def kept() -> Sheet:
    """Say that nothing was changed."""
    return _sheet("Still linked", _text("Nothing was changed."))


def _text(line: str) -> Block:
    return Block("text", (line,))


def _sheet(title: str, *blocks: Block, buttons: tuple[Button, ...] = ()) -> Sheet:
    return Sheet(Card(VERB, "link", title, blocks), buttons, notice="About your accounts")
