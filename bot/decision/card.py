"""The result card: what the answers point to, why, what speaks against it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from bot.decision.panel import panel
from bot.decision.showing import Showing, applied
from bot.decision.wording import day, fill, quoted
from bot.engine.model import Block, Outcome

SHOWN = 3
"""How many changes the card shows; the working shows all."""

RULE_TEXT = "Rule set {version} of {date}. Result of {on}. Same answers, same rule set, same result"


def result_blocks(showing: Showing) -> Iterator[Block]:
    """Yield the card's parts from top to end."""
    yield from _notices(showing, top=True)
    yield from panel(showing, showing.first)
    yield from _comparisons(showing)
    yield from _ruled_out(showing)
    yield from _runner_up(showing)
    yield from _changes(showing)
    yield from _explain(showing)
    yield from _riders(showing)
    yield from _charitable(showing)
    yield from _open_question(showing)
    yield from _notices(showing, top=False)
    yield Block("text", (f"{_rules(showing)}; “working” shows every point and rule.",))


def recorded_blocks(showing: Showing) -> Iterator[Block]:
    """Yield what belongs into a record that is signed: the course, why, and what was ruled out."""
    yield from _notices(showing, top=True)
    yield from panel(showing, showing.first, today=False)
    yield from _ruled_out(showing)
    yield from _open_question(showing)
    yield Block("notice", (f"{_rules(showing)}.",))


def annexed_blocks(showing: Showing) -> Iterator[Block]:
    """Yield what else was weighed, for the annex of a record; nothing that is advice to one person.

    The person's own guess, how much to explain, and a kind reading are left out.
    """
    yield from _runner_up(showing, today=False)
    yield from _changes(showing)
    yield from _riders(showing)
    yield from _notices(showing, top=False)


def _rules(showing: Showing) -> str:
    rules, on = showing.data["rules"], showing.telling.on
    words = {"version": rules["version"], "date": day(rules["date"]), "on": day(on)}
    return fill(RULE_TEXT, words)


def _runner_up(showing: Showing, *, today: bool = True) -> Iterator[Block]:
    order = showing.data["order"]
    if showing.brief or len(order) < 2:
        return
    course = showing.table.course(order[1])
    yield Block("heading", (f"Runner-up: {course.label}",))
    yield from panel(showing, course, today=today)


def _comparisons(showing: Showing) -> Iterator[Block]:
    lines = [*_against_guess(showing), *_against_earlier(showing)]
    if lines:
        yield Block("text", tuple(lines))


def _against_guess(showing: Showing) -> Iterator[str]:
    guess = showing.facts.get(showing.guess) if showing.guess else None
    if showing.brief or not isinstance(guess, str) or guess not in showing.table.number:
        return
    if guess == showing.first.id:
        yield f"Your gut and your answers agree: “{showing.first.label}”."
        return
    yield (
        f"Your gut said “{showing.labels.course(guess)}”; your answers point to "
        f"“{showing.first.label}”. Ask yourself what your gut knows that the questions did not."
    )


def _against_earlier(showing: Showing) -> Iterator[str]:
    earlier: Outcome | None = showing.telling.earlier
    if earlier is None:
        return
    before = earlier.data["order"][0]
    if before == showing.first.id:
        yield f"You came to the same result before: “{showing.first.label}”."
    else:
        yield (
            f"Before, your answers pointed to “{showing.labels.course(before)}”; "
            f"now they point to “{showing.first.label}”."
        )
    if showing.telling.changed:
        names = [showing.labels.question(question) for question in showing.telling.changed]
        yield f"You answered differently: {quoted(names)}."
    else:
        yield "All your answers were the same."


def _ruled_out(showing: Showing) -> Iterator[Block]:
    """Say by gate what was ruled out; a course is named once for each gate."""
    rows = []
    named: set[tuple[int, str]] = set()
    for rule in applied(showing):
        gate = showing.table.gates[rule.gate]
        banned = [
            course.label
            for number, course in enumerate(showing.table.courses)
            if rule.veto >> number & 1 and (rule.gate, course.label) not in named
        ]
        named |= {(rule.gate, label) for label in banned}
        if banned and not gate.hidden:
            rows.append(f"{gate.title}\t{rule.reason} Ruled out: {quoted(banned)}.")
    if rows:
        yield Block("heading", ("Ruled out, and why",))
        yield Block("facts", tuple(rows))


def _changes(showing: Showing) -> Iterator[Block]:
    wording = showing.table.wording
    lines = [change_text(showing, change) for change in preferred_changes(showing)[:SHOWN]]
    if not lines:
        lines = [wording.nothing_changes_under_rule if showing.ruled else wording.nothing_changes]
    yield Block("heading", ("What would change it",))
    yield Block("bullets", tuple(lines))


def preferred_changes(showing: Showing) -> list[list[str]]:
    """Sort the changes: facts that can still be learned first, a different one each time."""
    prefer = showing.table.prefer
    seen: dict[str, int] = {}
    ranked = []
    for place, change in enumerate(showing.data["changes"]):
        question = change[0]
        seen[question] = seen.get(question, 0) + 1
        learnable = question in prefer
        rank = prefer.index(question) if learnable else place
        ranked.append((not learnable, seen[question], rank, place, change))
    return [change for *_, change in sorted(ranked)]


def change_text(showing: Showing, change: list[str]) -> str:
    """Say one change: what would have to be otherwise, and what then comes first."""
    question, option, course = change
    factor = showing.table.factor(question)
    phrase = factor.what_if.get(option) if factor else None
    if phrase is None:
        title, answer = showing.labels.question(question), showing.labels.answer(question, option)
        phrase = f"your answer to “{title}” were “{answer}”"
    return f"If {phrase} → {showing.labels.course(course)}"


def _explain(showing: Showing) -> Iterator[Block]:
    for entry in showing.table.explain:
        if (not entry.courses or showing.first.id in entry.courses) and entry.when.holds(
            showing.facts
        ):
            yield Block("heading", ("Explain, or stay brief?",))
            yield Block("text", (f"{entry.advice} {entry.why}",))
            return


def _riders(showing: Showing) -> Iterator[Block]:
    chosen = [r for r in showing.table.riders if r.id in showing.data["riders"]]
    if chosen:
        yield Block("heading", ("Whatever you do",))
        yield Block("bullets", tuple(f"{rider.title}: {rider.text}" for rider in chosen))


def _charitable(showing: Showing) -> Iterator[Block]:
    courses, readings = showing.table.charitable
    if showing.first.id in courses:
        yield Block("heading", ("A kind way to see it from their side",))
        text = next(line.text for line in readings if line.when.holds(showing.facts))
        yield Block("text", (text,))


def _open_question(showing: Showing) -> Iterator[Block]:
    if not showing.first_look:
        return
    question, count = showing.first_look
    title = showing.labels.question(question)
    ways = "one of its answers" if count == 1 else f"{count} of its answers"
    text = (
        f"The open question that could change most: “{title}” – {ways} would put another course "
        "first."
        if count
        else f"No single open question would change what comes first; the weightiest is “{title}”."
    )
    yield Block("heading", ("What is still open",))
    yield Block("text", (f"{text} Going on to the full set keeps all your answers.",))


def _notices(showing: Showing, *, top: bool) -> Iterator[Block]:
    for notice in showing.table.notices:
        if notice.top is top and notice.when.holds(showing.facts):
            yield Block("notice", (notice.text,))
