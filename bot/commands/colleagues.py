"""Colleagues who are made up: how they answer, by chance that can be repeated or from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from bot.commands.voting import read_votes
from bot.errors import WrongUse
from bot.opinion.ballots import ABSTAIN, filled_in
from bot.opinion.model import SURENESS, TAKEOVER, Ballot, Brief, Standing
from bot.sheets.model import Entered

_ALSO = ("differently", "missed", "note", "takeover")
_RULED_OUT = 0.1
"""How likely a course is that a rule rules out, beside the first one that is permitted."""


def by_chance(brief: Brief, standing: Standing, people: int, seed: int) -> list[Entered]:
    """Make up answers: what the rules put first is likelier; the same seed, the same answers."""
    chance = Random(seed)  # noqa: S311 - that it can be repeated is the point
    likely = {course.id: _RULED_OUT for course in brief.courses}
    likely |= {course: 1 / (place + 1) ** 2 for place, course in enumerate(standing.order)}
    return [_by_chance(chance, brief, likely) for _ in range(people)]


def _by_chance(chance: Random, brief: Brief, likely: Mapping[str, float]) -> Entered:
    facts = [fact.question for fact in brief.shown]
    missed = [option.id for option in brief.missed]
    return {
        "course": chance.choices([*likely], [*likely.values()])[0],
        "sure": chance.choice([*SURENESS]),
        "takeover": chance.choices([*TAKEOVER], (1, 2, 7))[0],
        "differently": tuple(chance.sample(facts, min(len(facts), chance.choice((0, 0, 1))))),
        "missed": tuple(chance.sample(missed, min(len(missed), chance.choice((0, 1, 2))))),
    }


def from_data(brief: Brief, data: object, people: int) -> list[Entered]:
    """Take answers from a document of votes; raises ``WrongUse`` with the vote that is wrong."""
    votes = read_votes(data, brief.courses)
    assert isinstance(data, list)  # read_votes takes nothing else
    if len(votes) > people:
        raise WrongUse(
            f"These are {len(votes)} votes of {people} colleagues.",
            f"Ask as many with --people {len(votes)}.",
        )
    answers = [_entered(vote, ballot) for vote, ballot in zip(data, votes, strict=True)]
    _check(brief, answers)
    return answers


def _entered(vote: Mapping[str, object], ballot: Ballot) -> Entered:
    if ballot.abstains:
        return {"course": ABSTAIN}
    more = {field: _plain(vote[field]) for field in _ALSO if vote.get(field)}
    return {"course": ballot.course, "sure": ballot.sure, **more}


def _plain(value: object) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


def _check(brief: Brief, answers: Sequence[Entered]) -> None:
    for place, entered in enumerate(answers, 1):
        _, wrong = filled_in(brief, entered)
        for field, said in wrong.items():
            raise WrongUse(
                f"Vote {place}, “{field}”: {said}", "“crossroads export” shows the form."
            )
