"""Read a case's answers against another version of its flow."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.model import SKIPPED, Ask, Case, Flow, Value


def reread(flow: Flow, case: Case) -> tuple[Case, int]:
    """Carry a case over to this version of its flow.

    Answers whose question or option was renamed (``was``) follow; what is no longer valid is
    offered when its question is asked again. Returns the case and how many questions must be asked
    again because of it.
    """
    answers: dict[str, Value] = {}
    offered = dict(case.offered)
    again = 0
    for ask in (step for step in flow.steps if isinstance(step, Ask)):
        old = _old_answer(ask, case)
        if old is None:
            continue
        value = _still_valid(ask, old)
        if value is None:
            again += 1
            if not ask.options:
                offered[ask.id] = old
        else:
            answers[ask.id] = value
    after = replace(
        case, version=flow.version, answers=answers, offered=offered, outcomes={}, reopened=""
    )
    return after, again


def _old_answer(ask: Ask, case: Case) -> Value | None:
    for name in (ask.id, *ask.was):
        if name in case.answers:
            return case.answers[name]
    return None


def _still_valid(ask: Ask, old: Value) -> Value | None:
    if old == SKIPPED:
        return None if ask.required else old
    match ask.input, old:
        case "choice", str():
            return _renamed(ask, old)
        case "many", tuple():
            found = [_renamed(ask, item) for item in old]
            kept = tuple(item for item in found if item is not None)
            return kept if len(kept) == len(old) <= ask.limits.max_ticks else None
        case "text", str():
            return old if len(old) <= ask.limits.max_length else None
        case "number", int() | float():
            least, most = ask.limits.least, ask.limits.most
            inside = (least is None or old >= least) and (most is None or old <= most)
            return old if inside else None
        case "date", str():
            earliest, latest = ask.limits.earliest, ask.limits.latest
            inside = (not earliest or old >= earliest) and (not latest or old <= latest)
            return old if inside and len(old) == 10 else None
        case _:
            return None


def _renamed(ask: Ask, old: str) -> str | None:
    for option in ask.options:
        if old == option.id or old in option.was:
            return option.id
    return None
