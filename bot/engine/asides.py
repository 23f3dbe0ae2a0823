"""Side questions: why, status, review, help, and a step's own words. They change nothing."""

from __future__ import annotations

from bot.engine.model import Case, Flow, Judge, Show, Tell, Turn
from bot.engine.show import reached, review_card, telling, view
from bot.engine.survey import Survey, survey
from bot.engine.words import WORDS


def side_question(flow: Flow, case: Case, word: str) -> Turn:
    """Answer a universal side question, then state the prompt again."""
    seen = survey(flow, case)
    match word:
        case "why":
            text = seen.at.why if seen.at else "There is no question open right now."
            tell = Tell("why", text)
        case "review":
            tell = Tell("review", "Your answers so far:", card=review_card(case, seen))
        case "status":
            tell = Tell("status", _status(flow, case, seen))
        case _:
            tell = Tell("help", _help(flow, case))
    return Turn(case, (tell, Show(view(flow, case, seen))))


def _status(flow: Flow, case: Case, seen: Survey) -> str:
    where = {
        "open": f"{seen.done} of {seen.of} questions answered",
        "paused": f"paused, {seen.done} of {seen.of} questions answered",
        "sleeping": f"asleep until {case.wake[:16].replace('T', ' ')}",
        "finished": "finished",
        "cancelled": "closed without a result",
    }[case.status]
    section = f", in “{flow.sections[seen.at.section]}”" if seen.at else ""
    return f"{case.name or flow.title}: {where}{section}. Everything you answered is saved."


def _help(flow: Flow, case: Case) -> str:
    lines = [f"{word}: {meaning}" for word, meaning in WORDS.items()]
    for step in reached(flow, case):
        lines += [f"{word}: {meaning}" for word, meaning in step.rule.words.items()]
    return "You can write at any time:\n" + "\n".join(f"- {line}" for line in lines)


def own_word(flow: Flow, case: Case, text: str) -> tuple[Judge, str] | None:
    """Find the reached step that answers to this word itself, with the word."""
    if not case.outcomes:
        return None
    said = " ".join(text.split()).casefold()
    for step in reached(flow, case):
        for word, meaning in step.rule.words.items():
            if said in {word, meaning.casefold()}:
                return step, word
    return None


def tell_own(flow: Flow, case: Case, step: Judge, word: str) -> Turn:
    """Answer a step's own word (“working”)."""
    seen = survey(flow, case)
    card = step.rule.tell(word, case.outcomes[step.id], telling(flow, case, seen, step))
    return Turn(case, (Tell(word, card.title, card=card), Show(view(flow, case, seen))))
