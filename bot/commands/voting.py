"""Votes from a file → what they come to beside a decision, for programs and for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from bot.commands.finding import no_such
from bot.commands.judging import short
from bot.commands.options import count
from bot.decision.wording import quoted, signed
from bot.engine.model import Block, Card
from bot.errors import WrongUse
from bot.opinion.model import FEWEST, SURENESS, Ballot, Course, Standing
from bot.opinion.movement import Team

MOST_VOTES = 10_000
FORM = "Write a list of votes, each as {“course”: …, “sure”: …} or {“abstain”: true}."

_KNOWN = ["abstain", *(field.name for field in fields(Ballot))]
"""What may stand in a vote: a ballot as it is exported counts as it is."""


def read_votes(data: object, courses: Sequence[Course]) -> tuple[Ballot, ...]:
    """Check a list of votes; raises ``WrongUse`` with the vote's place and the nearest name."""
    if not isinstance(data, list):
        raise WrongUse("These are no votes.", FORM)
    if len(data) > MOST_VOTES:
        raise WrongUse(f"These are {len(data)} votes.", f"At most {MOST_VOTES} are weighed.")
    ids = [course.id for course in courses]
    votes = []
    for place, vote in enumerate(data, 1):
        try:
            votes.append(_vote(vote, ids))
        except WrongUse as error:
            raise WrongUse(f"Vote {place}: {error.message}", error.remedy) from None
    return tuple(votes)


def _vote(vote: object, courses: list[str]) -> Ballot:
    if not isinstance(vote, dict):
        raise WrongUse("This is no vote.", FORM)
    for name in vote:
        if name not in _KNOWN:
            raise no_such("field", short(str(name)), _KNOWN)
    abstain = vote.get("abstain", False)
    if not isinstance(abstain, bool):
        raise WrongUse("“abstain” is true or false.", FORM)
    if abstain or vote.get("course") == "":
        return Ballot("")
    return Ballot(_one(vote, "course", courses), _one(vote, "sure", list(SURENESS)))


def _one(vote: Mapping[str, object], field: str, known: list[str]) -> str:
    """Give a field that names one of the known; raises ``WrongUse``."""
    given = vote.get(field)
    if given is None:
        raise WrongUse(f"“{field}” is missing.", f"There are: {', '.join(known)}.")
    if not isinstance(given, str) or given not in known:
        raise no_such(f"“{field}” called", short(str(given)), known)
    return given


# ------------------------------------------------------------------ what is shown


def team_card(team: Team, standing: Standing, courses: Sequence[Course]) -> Card:
    """Say beside the result what it is with the team."""
    labels = {course.id: course.label for course in courses}
    lines = (
        f"Rules and answers\t{labels[standing.order[0]]}",
        f"With team\t{labels[team.order[0]]}",
    )
    blocks = [Block("facts", lines), Block("text", (_moved(team, standing, labels),))]
    if team.votes:
        blocks += [
            Block("heading", (f"{count(team.votes, 'vote')}, {team.abstained} abstained",)),
            Block("bullets", tuple(_counts(team, standing, courses))),
        ]
    if team.agreement is not None:
        agreement = f"Agreement\t{team.word} ({team.percent} percent of pairs agree)"
        blocks.append(Block("facts", (agreement,)))
    return Card("", "team", "With the team", tuple(blocks))


def _moved(team: Team, standing: Standing, labels: Mapping[str, str]) -> str:
    if standing.forced:
        return "A rule decides here, so votes add nothing."
    if team.split:
        return (
            "The team is split on staying or leaving, so votes add nothing. Talk it over once, "
            "then ask again in a second blind round."
        )
    if team.votes < FEWEST:
        return f"Below {FEWEST} votes nothing is added."
    if team.order[0] == standing.order[0]:
        return "The votes put no other course first."
    return f"The votes tipped it from {_quoted(standing, labels)} to {_quoted(team, labels)}."


def _quoted(ranked: Team | Standing, labels: Mapping[str, str]) -> str:
    return quoted([labels[ranked.order[0]]])


def _counts(team: Team, standing: Standing, courses: Sequence[Course]) -> list[str]:
    """List what got votes or points, with these, and why a course gets none."""
    return [
        f"{course.label}: {team.counts[course.id]}{_effect(course.id, team, standing)}"
        for course in courses
        if team.counts[course.id] or team.added.get(course.id)
    ]


def _effect(course: str, team: Team, standing: Standing) -> str:
    if course in standing.vetoed:
        return f" (ruled out by {quoted(list(standing.vetoed[course]))})"
    added = team.added.get(course, 0)
    return f" ({signed(added)} points)" if added else ""
