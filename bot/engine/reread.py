"""Read a case's answers against another version of its flow."""

from __future__ import annotations

from bot.engine.model import SKIPPED, Ask, Case, Flow, Value, evolve


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
        _follow(ask, offered)
        old = _old_answer(ask, case)
        value = None if old is None else _still_valid(ask, old)
        if value is None and ask.preset:
            answers[ask.id] = ask.preset  # it is never asked
        elif old is None:
            continue
        elif value is None:
            again += 1
            if not ask.options:
                offered[ask.id] = old
        else:
            answers[ask.id] = value
    after = evolve(
        case, version=flow.version, answers=answers, offered=offered, outcomes={}, reopened=""
    )
    return after, again


def _follow(ask: Ask, offered: dict[str, Value]) -> None:
    """Carry what is offered to a question over to its new id."""
    for name in ask.was:
        if name in offered:
            old = offered.pop(name)
            offered.setdefault(ask.id, old)


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
            kept = tuple(dict.fromkeys(item for item in found if item is not None))
            lonely = len(kept) > 1 and any(o.alone for o in ask.options if o.id in kept)
            fits = None not in found and len(kept) <= ask.limits.max_ticks and not lonely
            return kept if fits else None
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
    if ask.option(old):
        return old
    for option in ask.options:
        if old in option.was:
            return option.id
    return None
