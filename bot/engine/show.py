"""What a person sees of a case: the cards and the prompt, answers as labels, review and status."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from bot.engine.model import (
    SKIPPED,
    Ask,
    Block,
    Card,
    Case,
    Choice,
    Flow,
    Judge,
    Option,
    Outcome,
    Prompt,
    Say,
    Telling,
    Value,
    View,
)
from bot.engine.survey import Survey, editable, options_of, survey

CANCEL = "cancel"
"""The id of the prompt that asks whether to close the case."""

_CANCEL_PROMPT = Prompt(
    step=CANCEL,
    section="Closing this case",
    text="Close this case without a result? Your answers stay until you delete them.",
    why="You asked to cancel. Nothing is deleted; “undo” would bring the case back.",
    input="choice",
    choices=(Choice("no", "No, go on"), Choice("yes", "Yes, close it")),
    progress=(0, 0),
    counted=False,
)


def view(flow: Flow, case: Case, seen: Survey | None = None) -> View:
    """Make what is shown for a case as it stands."""
    seen = seen or survey(flow, case)
    fresh = (card_of(flow, case, seen, step) for step in seen.cards if step.id in case.fresh)
    cards = tuple(
        card for card in fresh if card.title or card.blocks
    )  # a step that only offers a word has none
    return View(case.id, case.turn, case.name, case.status, cards, _prompt(flow, case, seen))


def _prompt(flow: Flow, case: Case, seen: Survey) -> Prompt | None:
    if case.asking:
        return _CANCEL_PROMPT
    if case.status != "open" or seen.at is None:
        return None
    ask = seen.at
    old = case.answers.get(ask.id, case.offered.get(ask.id))
    if old is None and ask.id == flow.name_step:
        old = case.name or None
    return Prompt(
        step=ask.id,
        section=flow.sections[ask.section],
        text=fill(ask.text, case),
        why=ask.why,
        input=ask.input,
        choices=_choices(ask, seen),
        progress=(seen.done, seen.of),
        optional=not ask.required,
        offered=label(ask, old) if old is not None else "",
        sensitive=ask.sensitive,
        numbered=case.misses >= 2,
        limits=ask.limits,
        counted=ask.counted,
    )


def _choices(ask: Ask, seen: Survey) -> tuple[Choice, ...]:
    return choices_of(options_of(ask, seen.outcomes)) if ask.permitted else ask.choices


def choices_of(options: Sequence[Option]) -> tuple[Choice, ...]:
    """Give options as they are shown."""
    return tuple(Choice(option.id, option.label) for option in options)


def fill(text: str, case: Case) -> str:
    """Put the client's nickname into a text of the flow."""
    return text.replace("{name}", case.name or "your client")


def label(ask: Ask, value: Value) -> str:
    """Say an answer as a person would read it."""
    if value == SKIPPED:
        return "skipped"
    if isinstance(value, tuple):
        return ", ".join(label(ask, item) for item in value)
    option = ask.option(value)
    return option.label if option else str(value)


def card_of(flow: Flow, case: Case, seen: Survey, step: Say | Judge) -> Card:
    """Make the card of a step that needs no answer."""
    if isinstance(step, Judge):
        return step.rule.present(seen.outcomes[step.id], telling(flow, case, seen, step))
    return Card(step.id, "say", fill(step.title, case), _blocks(fill(step.text, case)), step.tone)


def telling(flow: Flow, case: Case, seen: Survey, step: Judge) -> Telling:
    """Gather what a kind may know to present its outcome."""
    earlier = case.earlier
    changed: tuple[str, ...] = ()
    if earlier:
        now = answers_and_facts(flow, case, seen)
        changed = tuple(
            ask.id
            for ask in seen.asks
            if ask.counted and earlier.answers.get(ask.id) != now.get(ask.id)
        )
    return Telling(
        name=case.name,
        facts=seen.facts,
        on=case.touched[:10],
        earlier=earlier.outcomes.get(step.id) if earlier else None,
        changed=changed,
    )


def answers_and_facts(flow: Flow, case: Case, seen: Survey) -> dict[str, Value]:
    """Give every question's answer, also of those that were settled without being asked."""
    known = {**seen.facts, **case.answers}
    return {s.id: known[s.id] for s in flow.steps if isinstance(s, Ask) and s.id in known}


def _blocks(text: str) -> tuple[Block, ...]:
    """Split a text into paragraphs and lists; a line without "- " goes on the one before it."""
    blocks: list[Block] = []
    for paragraph in text.split("\n\n"):
        items: list[str] = []
        for line in filter(None, map(str.strip, paragraph.splitlines())):
            if line.startswith("- ") or not items:
                items.append(line)
            else:
                items[-1] += f" {line}"
        plain = tuple(item for item in items if not item.startswith("- "))
        bullets = tuple(item[2:] for item in items if item.startswith("- "))
        blocks += [Block("text", plain)] if plain else []
        blocks += [Block("bullets", bullets)] if bullets else []
    return tuple(blocks)


def digest(step: Say | Judge, outcomes: Mapping[str, Outcome]) -> str:
    """Tell whether a card has changed since it was shown."""
    if isinstance(step, Say):
        return "said"
    outcome = outcomes[step.id]
    data = orjson.dumps([outcome.rules, outcome.data], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(data, digest_size=6).hexdigest()


def review_card(case: Case, seen: Survey) -> Card:
    """List the answers given so far, numbered as “edit” takes them.

    Its data are these numbers: ``{"answers": [{"number", "question", "answer"}, …]}``.
    """
    given = []
    for number, ask in enumerate(editable(seen), 1):
        value = case.answers.get(ask.id, seen.facts.get(ask.id))
        if value is not None:
            question, answer = _shortened(fill(ask.text, case)), label(ask, value)
            given.append({"number": number, "question": question, "answer": answer})
    rows = tuple(f"{one['number']}. {one['question']}\t{one['answer']}" for one in given)
    blocks = (Block("facts", rows),) if rows else (Block("text", ("No answers yet.",)),)
    hint = Block("text", ("To change one, write “edit” and its number, such as “edit 2”.",))
    title = case.name or "Your answers"
    return Card("review", "review", title, (*blocks, hint), data={"answers": given})


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands around the question on a card that is edited in place.

    ``recap`` are the questions answered last, with their answers; ``words`` those of a step that
    was reached → what they show.
    """

    recap: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


BARE = Margin()


def margin(flow: Flow, case: Case, seen: Survey | None = None, most: int = 3) -> Margin:
    """Gather what stands around the question; what is sensitive is not repeated."""
    seen = seen or survey(flow, case)
    place = flow.index[seen.at.id] if seen.at else len(flow.steps)
    before = [ask for ask in editable(seen) if flow.index[ask.id] < place]
    given = [(ask, case.answers[ask.id]) for ask in before if ask.id in case.answers][-most:]
    recap = tuple(
        (_shortened(fill(ask.text, case)), "answered" if ask.sensitive else label(ask, value))
        for ask, value in given
    )
    words = {
        word: meaning for step in reached(flow, case) for word, meaning in step.rule.words.items()
    }
    return Margin(recap, words)


def reached(flow: Flow, case: Case) -> list[Judge]:
    """Give the steps of other kinds that have an outcome."""
    steps = (flow.step(step_id) for step_id in case.outcomes)
    return [step for step in steps if isinstance(step, Judge)]


def _shortened(text: str) -> str:
    first = text.split("\n", maxsplit=1)[0]
    return first if len(first) <= 90 else first[:87].rsplit(" ", 1)[0] + " …"
