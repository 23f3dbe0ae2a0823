"""What is said and asked around a round that is tried out in a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from adapters.pictures.reveal import chart_of_reveal, draw_reveal
from adapters.terminal.bars import chart_lines
from adapters.terminal.render import card_lines
from bot.commands.desk import desk, print_json, width
from bot.commands.rehearsal import Plan, Rehearsal, rehearsal
from bot.commands.wiring import person
from bot.dossier.rounds import round_record
from bot.engine.matching import find_options
from bot.engine.model import Card, Option
from bot.errors import SetupError
from bot.opinion.linter import lint
from bot.opinion.model import Course, Round
from bot.sheets.model import Picture
from bot.sheets.shown import Shown

_MADE_UP = (
    "These colleagues are made up: {how}, and they know nothing of your case. It shows how a round "
    "goes, and is no second opinion. In Slack and Discord, real colleagues are asked."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """How it is tried; ``how`` says where the answers come from, ``picture`` is a file to write.

    ``record``: nothing is said or asked, and in the end its record is printed.
    """

    plan: Plan
    how: str
    because: str
    picture: Path | None
    yes: bool
    record: bool

    async def hold(self, said: str, as_name: str) -> None:
        """Hold the round about one of somebody's cases."""
        async with desk(as_name) as at:
            drawn = draw_reveal if self.picture else _no_picture
            here = rehearsal(at.service, at.rounds, person(as_name), self._show, drawn)
            case = await at.find(said)
            round_, answers = await here.draft(case, self.plan)
            self._introduce(here, round_, case.name)
            if not self._agreed():
                await here.drop()
                self._say("Nothing was posted.")
                return
            round_ = await here.hold(answers, self._say)
            self._draw(round_, here.picture)
            round_ = await self._decide(here, round_)
            if self.record:
                print_json(round_record(_closed(round_)))
            self._say(f"\nAll of it is kept: crossroads opinion show {round_.id}")

    def _say(self, line: str) -> None:
        if not self.record:
            typer.echo(line)

    def _show(self, card: Card) -> None:
        self._say("\n" + "\n".join(card_lines(card, width())))

    def _introduce(self, here: Rehearsal, round_: Round, name: str) -> None:
        self._say(_MADE_UP.format(how=self.how))
        self._say(f"\nFor them, “{name or 'your client'}” is “{round_.brief.code_name}”.")
        for finding in lint(round_.brief.note, name):
            self._say(f"Please look at your note once more: {finding.said}")
        self._say(f"This is what {round_.terms.audience['label']} would see:")
        self._show(here.preview(round_))
        self._say("")

    def _agreed(self) -> bool:
        """Ask before it is posted, if there is anybody to ask."""
        if self.yes or self.record or not sys.stdin.isatty():
            return True
        return bool(typer.confirm("Ask them?", default=True))

    def _draw(self, round_: Round, picture: Picture | None) -> None:
        if made := chart_of_reveal(round_):
            self._say("\n" + "\n".join(chart_lines(made, width())))
        if self.picture and picture:
            _write(self.picture, picture.png)
            self._say(f"\nDrawn in {self.picture}. {picture.alt}")
        elif self.picture:
            self._say("\nNothing was revealed, so there is no picture.")

    async def _decide(self, here: Rehearsal, round_: Round) -> Round:
        """Record the decision that was given, or is given now by whoever sits at the terminal."""
        course, because = self.plan.course, self.because
        if not course and not self.record and sys.stdin.isatty():
            course, because = _asked(round_.brief.courses)
        if not course:
            return round_
        round_ = await here.decide(course, because)
        done = "followed" if round_.decision and round_.decision.followed else "departed from"
        self._say(f"\nYour decision is recorded: you {done} the line with the team.")
        return round_


async def _no_picture(round_: Round) -> Picture | None:
    return None


def _closed(round_: Round) -> Shown:
    assert round_.record
    return Shown(round_, round_.record.asked, round_.record.answered)


def _write(target: Path, data: bytes) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise SetupError(
            f"{target} cannot be written: {error.strerror}.", "Choose another place for --picture."
        ) from error


def _asked(courses: Sequence[Course]) -> tuple[str, str]:
    """Ask what is decided and why; nothing where the person leaves it open."""
    options = [Option(course.id, course.label) for course in courses]
    typer.echo("\nWhat do you decide? Its number or its words; Enter alone leaves it open.")
    for number, option in enumerate(options, 1):
        typer.echo(f"  {number}  {option.label}")
    while said := str(typer.prompt("Decision", default="", show_default=False)).strip():
        found = find_options(options, said)
        if len(found) == 1:
            why = typer.prompt("Because", default="", show_default=False)
            return found[0].id, str(why).strip()
        typer.echo("That may be several, or none of them. Its number is clear.")
    return "", ""
