"""The answers a person stores for every case: which there may be, and what they mean; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.commands.finding import no_such
from bot.engine.model import Ask, Flow
from bot.errors import WrongUse


def changed(
    flows: Iterable[Flow], stored: Mapping[str, str], answers: Iterable[str]
) -> dict[str, str]:
    """Put “question=option” pairs over what is stored; raises ``WrongUse`` with the nearest name.

    An empty option drops the question. What is stored stays, even where no flow asks it now.
    """
    asks = profile_questions(flows)
    result = dict(stored)
    for answer in answers:
        question, joined, option = (part.strip() for part in answer.partition("="))
        if not joined:
            raise WrongUse(f"“{answer}” is no answer.", "Write question=option, without spaces.")
        if question not in asks:
            raise no_such("question that can be stored", question, list(asks))
        if option:
            result[question] = _option(asks[question], option)
        else:
            result.pop(question, None)
    return result


def profile_questions(flows: Iterable[Flow]) -> dict[str, list[Ask]]:
    """List the questions that can be stored: id → that question in each flow that has it."""
    found: dict[str, list[Ask]] = {}
    for flow in flows:
        for question in flow.profile:
            step = flow.step(question)
            if isinstance(step, Ask):
                found.setdefault(question, []).append(step)
    return found


def _option(asks: list[Ask], said: str) -> str:
    options = {option.id: option for ask in asks for option in ask.options}
    for option in options.values():
        if said.casefold() in {option.id, option.label.casefold()}:
            return option.id
    raise no_such(f"option for “{asks[0].id}” called", said, list(options))


def profile_text(flows: Iterable[Flow], stored: Mapping[str, str]) -> str:
    """Say what is stored and what could be."""
    asks = profile_questions(flows)
    lines = ["Stored for every case of yours:" if stored else "Nothing is stored for every case."]
    for question, value in stored.items():
        ask = asks[question][0] if question in asks else None
        option = ask.option(value) if ask else None
        lines.append(f"  {question} = {value}" + (f"  ({option.label})" if option else ""))
    if asks:
        lines += ["", "What can be stored (crossroads profile QUESTION=OPTION):"]
    for question, same in asks.items():
        lines.append(f"  {question}: {' '.join(same[0].text.split())}")
        lines += [f"    {option.id}: {option.label}" for option in same[0].options]
    return "\n".join(lines)
