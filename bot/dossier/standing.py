"""What stands for a case after its result: the course, and what conditions may look at; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dossier.documents import decision_of
from bot.engine.model import Case, Flow, Judge, Outcome
from bot.engine.survey import survey
from bot.errors import NotFound
from bot.planning.load import RIDERS


@dataclass(frozen=True, slots=True)
class Standing:
    """The course that counts, what was recommended, the facts, and the outcome if one decided.

    ``decided``: the person has decided, for this course or another.
    """

    course: str
    recommended: str
    facts: Mapping[str, object]
    outcome: Outcome | None
    decided: bool


def standing(flow: Flow, case: Case, of: str, course: str = "") -> Standing:
    """Tell what stands: what was decided, else what was recommended, else the only ``course``.

    ``of`` is the step that decides ("": none does). Raises ``NotFound`` before there is a result.
    """
    seen = survey(flow, case)
    if not of:
        return Standing(course, course, seen.facts, None, case.status == "finished")
    step, outcome = flow.step(of), seen.outcomes.get(of)
    if not isinstance(step, Judge) or outcome is None or not outcome.options:
        name = case.name or case.id
        raise NotFound(
            f"“{name}” has no result yet.",
            f"“crossroads resume {case.id}” goes on with it; in a chat the word “resume” does.",
        )
    decision = decision_of(flow, case, seen)
    decided = str(decision.value) if decision else ""
    known = {option.id for option in step.rule.options}
    return Standing(
        course=decided if decided in known else outcome.options[0],
        recommended=outcome.options[0],
        facts={**seen.facts, RIDERS: tuple(outcome.data.get("riders", ()))},
        outcome=outcome,
        decided=decision is not None,
    )


def course_label(flow: Flow, of: str, course: str) -> str:
    """Name a course for people; where no step decides (``of`` is ""), by the dialogue's title."""
    if not of:
        return flow.title
    step = flow.step(of)
    options = step.rule.options if isinstance(step, Judge) else ()
    return next((option.label for option in options if option.id == course), course)
