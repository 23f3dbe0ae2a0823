"""What is revealed of a round, to everybody at once: the same for asker and team; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.engine.model import Block, Card
from bot.opinion.model import FEWEST, Ballot, Record, Round
from bot.opinion.movement import Team, dissent, spread, weigh
from bot.sheets.acts import act
from bot.sheets.model import Button, Picture, Sheet
from bot.sheets.shown import Shown, bullets, course_label, heading, many, notice, rows, text

MOST_NOTES = 3
"""Notes, and then names, of one view that are posted: the others are a press away."""

_MOST_NAMES = 10

ALL_ANSWERS = "All answers"
"""What the button says that shows all of it."""

SURE_SHORT = {"not_sure": "not sure", "fairly": "fairly sure", "very": "very sure"}


def team_of(round_: Round, record: Record) -> Team:
    """Work out what a record's votes come to."""
    return weigh(record.standing, round_.brief.courses, record.ballots)


def is_long(round_: Round) -> bool:
    """Say whether so many wrote so much that not all of it is posted."""
    record = round_.record
    views = dissent(record.ballots, round_.brief.courses) if record else ()
    return any(
        sum(1 for ballot in ballots if ballot.note) > MOST_NOTES
        or sum(1 for ballot in ballots if ballot.name) > _MOST_NAMES
        for _, ballots in views
    )


def reveal_sheet(shown: Shown, picture: Picture | None = None, *, whole: bool = False) -> Sheet:
    """Make the message that reveals a round, or says that there is nothing to reveal.

    Where much was written the first of it is posted, with a button for all; ``whole`` gives all.
    """
    round_ = shown.round
    tail = ("Talk it over. It is advice, not a vote: whoever asked decides.",)
    blocks = (*reveal_blocks(shown, whole=whole), Block("notice", tail))
    cut = is_long(round_) and not whole
    card = Card("reveal", "reveal", f"The answers: {shown.title}", blocks)
    return Sheet(
        card,
        (Button(act("revealed", round_.id, "all"), ALL_ANSWERS),) if cut else (),
        picture=picture if round_.record and round_.record.revealed else None,
        whole=act("revealed", round_.id),
        notice="A second opinion is in.",
    )


def reveal_blocks(shown: Shown, *, whole: bool) -> list[Block]:
    """Give what is revealed of a closed round, and all that was written if it is to be whole."""
    round_, record = shown.round, shown.round.record
    assert record is not None
    if not record.revealed:
        return [text(_why_nothing(shown))]
    team = team_of(round_, record)
    blocks = [text(f"{shown.progress}{_abstained(team)}.")]
    blocks += _distribution(round_, record, team)
    blocks += _reasons(round_, record, whole=whole)
    blocks += _agreement(round_, team)
    blocks += _spread(round_, record, team)
    blocks += _lines(round_, record, team)
    return blocks


def _why_nothing(shown: Shown) -> str:
    record, anonymous = shown.round.record, shown.round.terms.anonymous
    assert record is not None
    if record.why == "without":
        return f"Finished without enough answers: {shown.progress}. What was answered is destroyed."
    if anonymous:
        return (
            f"Fewer than {FEWEST} did not abstain, so an anonymous round is not revealed. What was "
            "answered is destroyed."
        )
    return "Nobody who answered gave an opinion."


def _abstained(team: Team) -> str:
    return f", {many(team.abstained, 'abstention')}" if team.abstained else ""


def _distribution(round_: Round, record: Record, team: Team) -> Iterator[Block]:
    before = _counts_before(round_)
    pairs = []
    for course in round_.brief.courses:
        count = team.counts[course.id]
        ruled = record.standing.vetoed.get(course.id, ())
        if not (count or before.get(course.id) or (course.id in record.standing.order)):
            continue
        said = str(count)
        if before:
            said = f"{before.get(course.id, 0)} in the round before, {count} now"
        if ruled and count:
            said += f" (a rule rules it out: {', '.join(ruled)})"
        pairs.append((course.label, said))
    yield heading("What the team would do")
    yield rows(*pairs)


def _counts_before(round_: Round) -> dict[str, int]:
    earlier = round_.earlier
    if earlier is None or not earlier.revealed:
        return {}
    return Counter(ballot.course for ballot in earlier.ballots if not ballot.abstains)


def _reasons(round_: Round, record: Record, *, whole: bool) -> Iterator[Block]:
    """Read the least popular view's reasons first."""
    for course, ballots in dissent(record.ballots, round_.brief.courses):
        yield heading(f"{course.label}: {many(len(ballots), 'answer')}")
        yield bullets(*_views(round_, ballots, whole=whole))


def _views(round_: Round, ballots: Sequence[Ballot], *, whole: bool) -> Iterator[str]:
    sure = Counter(ballot.sure for ballot in ballots)
    counts = [f"{sure[key]} {label}" for key, label in SURE_SHORT.items() if sure[key]]
    yield ", ".join(counts)
    names = sorted(ballot.name for ballot in ballots if ballot.name)
    if names:
        first = names if whole else names[:_MOST_NAMES]
        yield ", ".join(first) + _rest(len(names) - len(first))
    labels = {option.id: option.label for option in round_.brief.missed}
    missed = Counter(one for ballot in ballots for one in ballot.missed)
    if missed:
        yield "may be missed: " + ", ".join(
            f"{labels[one]} ({missed[one]})"
            for one in sorted(missed, key=lambda o: (-missed[o], o))
        )
    notes = [ballot for ballot in ballots if ballot.note]
    kept = notes if whole else notes[:MOST_NOTES]
    for ballot in kept:
        said = " ".join(ballot.note.split())
        yield f"{ballot.name}: “{said}”" if ballot.name else f"“{said}”"
    if len(kept) < len(notes):
        yield f"{many(len(notes) - len(kept), 'more note')}: “{ALL_ANSWERS}” shows them."


def _rest(count: int) -> str:
    return f" and {count} more" if count else ""


def _agreement(round_: Round, team: Team) -> Iterator[Block]:
    if team.agreement is None:
        return
    pairs = f"{team.percent} % of pairs agree"
    yield text(f"Agreement: {team.word} ({pairs})")
    if team.split:
        yield notice(
            "The team is split on staying or leaving: at least a third would stay and at least "
            "a third leave. So nothing is moved. Talk about it once, then ask again in a second "
            "blind round."
        )


def _spread(round_: Round, record: Record, team: Team) -> Iterator[Block]:
    wide = spread(record.ballots, round_.brief.shown)
    if wide:
        yield heading("Facts that were read differently")
        yield rows(*((f.label, f"{n} of {team.votes} (it says “{f.answer}”)") for f, n in wide))
    offers = Counter(ballot.takeover for ballot in record.ballots)
    if offers["yes"] or offers["help"]:
        yield text(f"Would take the client over: {offers['yes']} yes, {offers['help']} with help.")


def _lines(round_: Round, record: Record, team: Team) -> Iterator[Block]:
    standing = record.standing
    alone, together = standing.order[0], team.order[0]
    so_far = "" if standing.whole else " (so far: not all questions are answered)"
    yield heading("Side by side")
    yield rows(
        ("Rules and answers", course_label(round_, alone) + so_far),
        ("With team", course_label(round_, together)),
    )
    yield text(_moved(round_, record, team, alone, together))


def _moved(round_: Round, record: Record, team: Team, alone: str, together: str) -> str:
    if record.standing.forced:
        return "A rule decides here, so the answers of the team move nothing."
    if team.split:
        return "The team is split, so its answers move nothing."
    if team.votes < FEWEST:
        return f"Below {FEWEST} opinions nothing is moved."
    points = _points(round_, team)
    if alone == together:
        return f"The team's answers do not put another course first.{points}"
    before, after = course_label(round_, alone), course_label(round_, together)
    return f"The team tipped it from “{before}” to “{after}”.{points}"


def _points(round_: Round, team: Team) -> str:
    moved = [(course, points) for course, points in team.added.items() if points]
    if not moved:
        return ""
    said = ", ".join(
        f"{course_label(round_, course)} {_signed(points)}"
        for course, points in sorted(moved, key=lambda pair: -pair[1])
    )
    return f" Points added: {said}."


def _signed(hundredths: int) -> str:
    sign = "+" if hundredths > 0 else "−"
    return f"{sign}{abs(hundredths) / 100:.2f}"


def decision_sheet(shown: Shown) -> Sheet:
    """Tell the team what was decided, as the asker wanted."""
    round_, decision = shown.round, shown.round.decision
    assert decision is not None
    done = "as the team's line says" if decision.followed else "other than the team's line says"
    blocks = [text(f"{course_label(round_, decision.course)}: {done}.")]
    if decision.reason:
        blocks.append(rows(("Because", decision.reason)))
    blocks.append(text("Thank you for thinking along."))
    card = Card("decision", "decision", f"Decided: {shown.title}", tuple(blocks))
    return Sheet(card, whole=act("decision", round_.id), notice="A decision was made.")


_NOTICES = {
    "concern": "A colleague sees a safety issue",
    "short": "Too few answers",
    "revealed": "Your team has answered",
}
_CONCERN = (
    "Who it is stays unsaid, and it is no part of the answers. Please look at the first question "
    "of the case again; the round's own message has a button for it."
)
_SHORT = (
    "The time is over and {progress}. The round's own message lets you give more time once, or "
    "finish without."
)
_REVEALED = "The round's own message shows what came of it, and lets you record what you decide."


def notice_sheet(shown: Shown, what: str) -> Sheet:
    """Tell the asker something at once, in a message of its own."""
    title = _NOTICES[what]
    line = {"concern": _CONCERN, "short": _SHORT, "revealed": _REVEALED}[what]
    line = line.format(progress=shown.progress)
    tone = "safety" if what == "concern" else "plain"
    card = Card("notice", "notice", f"{title}: {shown.round.brief.code_name}", (text(line),), tone)
    return Sheet(card, notice="Something about a second opinion you asked for.")
