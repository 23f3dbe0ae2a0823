"""What a flow says about asking the team is checked when it is loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.commands.wiring import KINDS
from bot.engine.load import load_flow
from bot.engine.model import Flow
from bot.errors import FlowErrors
from bot.opinion.brief import consultation_of
from tests.flows.talks import TROUBLED_CLIENT, flow_in


@cache
def files() -> dict[str, str]:
    return {
        path.relative_to(TROUBLED_CLIENT).as_posix(): path.read_text(encoding="utf-8")
        for path in Path(TROUBLED_CLIENT).rglob("*.yaml")
        if "talks" not in path.parts
    }


def changed(**fields: object) -> Flow:
    """Load the flow with other fields in its consult step; None takes one out."""
    data = yaml.safe_load(files()["flow.yaml"])
    (step,) = [step for step in data["steps"] if "consult" in step]
    step.update(fields)
    for name in [name for name, value in step.items() if value is None]:
        del step[name]
    return load_flow({**files(), "flow.yaml": yaml.safe_dump(data, sort_keys=False)}, KINDS)


def test_what_is_written_is_what_is_asked() -> None:
    found = consultation_of(flow_in(TROUBLED_CLIENT))
    assert found
    assert found.of == "result"
    assert found.takeover == ("successor", "ready")
    assert found.safety == "safety"
    assert {found.sides[course] for course in ("KEEP", "RESET", "PAUSE")} == {"stay"}
    assert "ESCALATE" not in found.sides
    assert not {*found.shown} & {*found.offered}


def test_what_may_be_left_out_may_be_left_out() -> None:
    flow = changed(offered=None, takeover=None, safety=None, people_only=None, title=None)
    found = consultation_of(flow)
    assert found
    assert (found.offered, found.takeover, found.safety, found.people_only) == ((), None, "", None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"about": "nothing"}, "“nothing” is no question with one choice"),
        ({"about": "nickname"}, "“nickname” is no question with one choice"),
        ({"safety": "saftey"}, "“saftey” is no question"),
        ({"shown": ["field", "made_up"]}, "“made_up” is no question"),
        ({"shown": ["field", "safety"], "offered": ["toll"]}, "never shown unasked: safety"),
        ({"shown": ["field", "toll"]}, "“toll” is shown and offered at once"),
        ({"shown": []}, "shown"),
        ({"offered": ["nickname"]}, "“nickname” is no question with one choice"),
        ({"sides": {"stay": ["KEPE"], "leave": []}}, "no course “KEPE”"),
        ({"sides": {"stay": ["KEEP"], "leave": ["KEEP"]}}, "“KEEP” cannot both stay and leave"),
        ({"takeover": {"sucessor": "ready"}}, "no question “sucessor”"),
        ({"takeover": {"successor": "redy"}}, "no answer “redy”"),
        ({"missed": [{"a": "A"}, {"a": "B"}]}, "“a” is listed twice"),
        ({"missed": []}, "missed"),
        ({"people_only": {"saftey": ["threat"]}}, "saftey"),
        ({"of": "nothing"}, "“nothing” decides nothing"),
        ({"table": "flow.yaml"}, "by another table"),
        ({"table": "other.yaml"}, "not in the flow's folder"),
        ({"quorum": 3}, "quorum"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_a_remedy(
    fields: dict[str, object], said: str
) -> None:
    with pytest.raises(FlowErrors) as caught:
        changed(**fields)
    messages = [str(error) for error in caught.value.errors]
    assert [message for message in messages if said in message], messages
    assert all("flow.yaml" in message for message in messages)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(FlowErrors) as caught:
        changed(about="nothing", takeover={"sucessor": "ready"}, missed=[{"a": "A"}, {"a": "B"}])
    assert len(caught.value.errors) >= 3
