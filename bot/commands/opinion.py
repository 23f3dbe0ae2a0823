"""``crossroads opinion``: second opinions in a terminal, to look at and to try out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import As, Json, LastCase
from bot.errors import NotFound, SetupError, WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.rehearsal import Answers
    from bot.dossier.rounds import Asked
    from bot.engine.model import Card
    from bot.sheets.shown import Shown

_SEEDS = 10_000
_MOST_BYTES = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(opinion)
    group.command("try")(try_)
    group.command("show")(show)
    app.add_typer(group, name="opinion")


# ------------------------------------------------------------------ the list


def opinion(context: typer.Context, as_name: As = "", as_json: Json = False) -> None:
    """List the second opinions you asked for, and those that wait for you.

    Example: crossroads opinion
    """
    from bot.commands.desk import print_json

    if context.invoked_subcommand:
        if as_name or as_json:
            raise WrongUse(
                "Options stand behind the whole command.",
                f"Write: crossroads opinion {context.invoked_subcommand} … --as NAME",
            )
        return
    asked, waiting, names = asyncio.run(_listing(as_name))
    if as_json:
        print_json(
            {
                "asked": [_row(shown, names.get(shown.round.case, "")) for shown in asked],
                "waiting": [_waiting(one) for one in waiting],
            }
        )
    else:
        typer.echo(_overview(asked, waiting, names))


async def _listing(as_name: str) -> tuple[Sequence[Shown], Sequence[Asked], dict[str, str]]:
    """Read the rounds asked for, newest first, those that wait, and the cases' nicknames."""
    from bot.commands.desk import desk
    from bot.reading import read_asked, read_rounds

    async with desk(as_name) as at:
        asked = (await read_rounds(at.rounds, at.owner))[::-1]
        waiting = [one for one in await read_asked(at.rounds, at.owner) if not one.answered]
        return asked, waiting, {case.id: case.name for case in await at.cases()}


def _overview(asked: Sequence[Shown], waiting: Sequence[Asked], names: dict[str, str]) -> str:
    from bot.sheets.lists import overview
    from bot.sheets.shown import Shown

    named = [(shown, names.get(shown.round.case, "")) for shown in asked]
    sheet = overview(named, [Shown(one.round, None, 0) for one in waiting])
    if sheet is None:
        return (
            "You have asked for no second opinion, and none waits for you. “crossroads opinion "
            "try” shows how it goes, with colleagues who are made up."
        )
    more = f"\n\nTo see one: crossroads opinion show {asked[0].round.id}" if asked else ""
    return _text(sheet.card) + more


def _row(shown: Shown, name: str) -> dict[str, object]:
    round_ = shown.round
    return {
        "id": round_.id,
        "case": round_.case,
        "name": name,
        "code_name": round_.brief.code_name,
        "number": round_.number,
        "stage": round_.stage,
        "asked": shown.asked,
        "answered": shown.answered,
        "closes": round_.terms.close or None,
    }


def _waiting(one: Asked) -> dict[str, object]:
    round_ = one.round
    return {
        "id": round_.id,
        "code_name": round_.brief.code_name,
        "number": round_.number,
        "closes": round_.terms.close,
    }


# ------------------------------------------------------------------ one of them


def show(
    which: Annotated[
        str, typer.Argument(metavar="ROUND|CASE", help="A round's id, or a case as in “show”.")
    ],
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Show all there is of a round, or of all rounds about a case.

    What was asked and of whom, what was answered, both lines, what you decided and why.

    Example: crossroads opinion show "Client Heron"
    """
    from bot.commands.desk import print_json
    from bot.dossier.rounds import round_card, round_record

    found = asyncio.run(_find(as_name, which))
    if as_json:
        print_json({"rounds": [round_record(shown) for shown in found]})
    else:
        typer.echo("\n\n".join(_text(round_card(shown)) for shown in found))


async def _find(as_name: str, said: str) -> Sequence[Shown]:
    from bot.commands.desk import desk
    from bot.reading import read_rounds

    async with desk(as_name) as at:
        for shown in await read_rounds(at.rounds, at.owner):
            if shown.round.id == said.strip().upper():
                return [shown]
        case = await at.find(said)
        found = await read_rounds(at.rounds, at.owner, case.id)
        if not found:
            raise NotFound(
                f"Nobody was asked about “{case.name or case.id}”.",
                f"“crossroads opinion try {case.id}” shows how it goes.",
            )
        return found


# ------------------------------------------------------------------ a rehearsal


def try_(
    case: LastCase = "",
    people: Annotated[
        int | None,
        typer.Option("--people", metavar="N", help="How many colleagues; 5 if not said."),
    ] = None,
    named: Annotated[
        bool, typer.Option("--named", help="Answers with names, after the reveal.")
    ] = False,
    quorum: Annotated[
        int | None,
        typer.Option("--quorum", metavar="N", help="Reveal from so many answers; 3 if not said."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help="The same number gives the same answers."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="A note in the brief.")] = "",
    votes: Annotated[
        str,
        typer.Option(
            "--votes", metavar="FILE", help="Their answers, as “decide --votes” has them."
        ),
    ] = "",
    course: Annotated[
        str, typer.Option("--decide", metavar="COURSE", help="What you decide after the reveal.")
    ] = "",
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="And why.")] = "",
    picture: Annotated[
        str, typer.Option("--picture", metavar="FILE", help="Write the chart here, as PNG.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is posted.")] = False,
    as_json: Json = False,
    as_name: As = "",
) -> None:
    """Try a second opinion out, with colleagues who are made up.

    Shows the brief as a team would see it, lets the colleagues answer, reveals what they say beside
    the result, and records what you decide. Nobody is really asked.

    Example: crossroads opinion try "Client Heron" --people 5 --seed 7
    """
    from bot.commands.rehearsal import Plan
    from bot.commands.trial import Trial

    if because and not course:
        raise WrongUse("--because goes with a decision.", "Name it with --decide.")
    if votes and seed is not None:
        raise WrongUse("--votes and --seed both say what is answered.", "Leave one of them out.")
    data = _votes(votes) if votes else None
    asked = _people(people, data)
    answers, how = _answers(data, asked, seed)
    plan = Plan(
        people=asked,
        named=named,
        quorum=min(3, asked) if quorum is None else quorum,
        note=note,
        course=course,
        answers=answers,
    )
    trial = Trial(plan, how, because, _target(picture), yes=yes, record=as_json)
    asyncio.run(trial.hold(case, as_name))


def _people(people: int | None, data: object) -> int:
    if people is not None:
        return people
    return max(2, len(data)) if isinstance(data, list) else 5


def _answers(data: object, people: int, seed: int | None) -> tuple[Answers, str]:
    """Say where the answers come from: a document of votes, or else chance."""
    import secrets

    from bot.commands.colleagues import by_chance, from_data

    if data is not None:
        return lambda brief, _: from_data(brief, data, people), "they answer as your file says"
    drawn = secrets.randbelow(_SEEDS) if seed is None else seed
    how = f"they answer by chance (the same again with --seed {drawn})"
    return lambda brief, standing: by_chance(brief, standing, people, drawn), how


def _votes(file: str) -> object:
    from bot.commands.judging import read_document
    from bot.commands.voting import FORM

    try:
        with Path(file).open("rb") as source:
            data = source.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise WrongUse(f"{file} is larger than 1 MB.", "Shorten it.")
        votes = read_document(Path(file).name, data.decode("utf-8-sig"), FORM)
    except OSError as error:
        raise WrongUse(
            f"{file} cannot be read: {error.strerror}.", "Name a file of votes."
        ) from None
    except UnicodeDecodeError:
        raise WrongUse(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from None
    return [] if votes is None else votes  # an empty file has no votes in it


def _target(picture: str) -> Path | None:
    """See that a picture can be drawn and written before anybody is asked."""
    if not picture:
        return None
    from adapters.pictures import load

    if Path(picture).exists():
        raise WrongUse(f"{picture} exists already.", "Choose another name for --picture.")
    if not load():
        raise SetupError(
            "The packages that draw pictures are missing.",
            "Install Crossroads with them: pip install 'crossroads[pictures]'",
        )
    return Path(picture)


def _text(card: Card) -> str:
    from adapters.terminal.render import card_lines
    from bot.commands.desk import width

    return "\n".join(card_lines(card, width()))
