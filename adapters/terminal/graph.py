"""A flow as a picture: what is drawn (steps by section, conditions in words), and as Mermaid; pure.

Steps stand in the order in which they come; there are no jumps. A step with a condition is passed
over where the condition does not hold, so a condition is written at the step, not at an arrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.engine.model import Ask, Flow, Judge, Say, Step
from bot.engine.source import Data

MOST_TEXT = 110
"""Characters of a step's text that are drawn."""


@dataclass(frozen=True, slots=True)
class Written:
    """The conditions as the author wrote them: of each step, and those with a name."""

    whens: Mapping[str, Data]
    named: Mapping[str, Data]


@dataclass(frozen=True, slots=True)
class Node:
    """A step as drawn: ``kind`` is "ask", "say", "set" (answered beforehand) or a judge's kind."""

    id: str
    kind: str
    text: str
    condition: str


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that follow one another in one section."""

    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn of a flow; ``legend`` are (name, meaning) of the named conditions."""

    title: str
    about: str
    groups: tuple[Group, ...]
    legend: tuple[tuple[str, str], ...]


def picture(flow: Flow, written: Written) -> Picture:
    """Gather what is drawn of a flow."""
    words = _Words(flow)
    conditions = {step: words.of(when) for step, when in written.whens.items()}
    groups = tuple(
        Group(
            flow.sections[section],
            tuple(_node(step, conditions.get(step.id, "")) for step in steps),
        )
        for section, steps in groupby(flow.steps, key=lambda step: step.section)
    )
    shown = " ".join(node.condition for group in groups for node in group.nodes)
    legend = tuple(
        (spaced(name), words.of(condition))
        for name, condition in written.named.items()
        if re.search(rf"\b{re.escape(spaced(name))}\b", shown)
    )
    return Picture(flow.title, flow.about, groups, legend)


def _node(step: Step, condition: str) -> Node:
    match step:
        case Ask():
            kind = "set" if step.preset else "ask"
            return Node(step.id, kind, _short(step.text), condition)
        case Say():
            return Node(step.id, "say", _short(step.title or step.text), condition)
        case Judge():
            result = "The result is worked out and shown."
            said = result if step.rule.options else "From here on the team can be asked."
            return Node(step.id, step.kind, said, condition)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_TEXT else line[: MOST_TEXT - 2].rsplit(" ", 1)[0] + " …"


def spaced(name: str) -> str:
    """Write an id as words."""
    return name.replace("_", " ").replace(".", " ")


_JOINTS = {"any", "all", "not"}


class _Words:
    """Conditions in words, as their author wrote them: by name, or as questions and answers."""

    def __init__(self, flow: Flow) -> None:
        self._options: dict[str, dict[str, str]] = {}
        for step in flow.steps:
            if isinstance(step, Judge):
                self._options[step.id] = {o.id: o.label for o in step.rule.options}
            elif isinstance(step, Ask):
                self._options[step.id] = {o.id: spaced(o.id) for o in step.options}

    def of(self, data: Data) -> str:
        """Say a condition of a flow that loads."""
        return self._joined(data, " and ") if isinstance(data, dict) else spaced(str(data))

    def _joined(self, data: Mapping[str, Data], joint: str) -> str:
        parts = [self._part(key, value) for key, value in data.items()]
        return joint.join(parts if len(parts) == 1 else map(_bracketed, parts))

    def _part(self, key: str, value: Data) -> str:
        match key, value:
            case "any" | "all", list():
                joint = " or " if key == "any" else " and "
                return joint.join(_bracketed(self.of(item)) for item in value)
            case "not", dict() if len(value) == 1 and not value.keys() & _JOINTS:
                ((fact, values),) = value.items()
                return f"{spaced(fact)} is not {self._values(fact, values)}"
            case "not", _:
                return f"not {_bracketed(self.of(value))}"
            case _:
                return f"{spaced(key)} is {self._values(key, value)}"

    def _values(self, fact: str, values: Data) -> str:
        listed = values if isinstance(values, list) else [values]
        known = self._options.get(fact, {})
        said = [f"“{known.get(str(v), spaced(str(v)))}”" for v in listed if v is not None]
        return " or ".join([*said, *(["unanswered"] if None in listed else [])])


def _bracketed(text: str) -> str:
    return f"({text})" if " and " in text or " or " in text else text


# ------------------------------------------------------------------ Mermaid

_SHAPES = {"ask": ("([", "])"), "say": ("[/", "/]"), "set": ("[[", "]]")}
_STYLES = (
    "classDef ask fill:#eef4fb,stroke:#31577e,color:#12263a",
    "classDef say fill:#fdf6e3,stroke:#8a6d1b,color:#3a2f0b",
    "classDef set fill:#f2f2f2,stroke:#6b6b6b,color:#2b2b2b",
    "classDef judge fill:#e6f4ea,stroke:#256b3a,color:#0f2f19,stroke-width:3px",
    "classDef sometimes stroke-dasharray:5 4",
)


def to_mermaid(drawn: Picture) -> str:
    """Write the picture as a Mermaid flowchart."""
    lines = [
        "flowchart TD",
        f"  accTitle: {_plain(drawn.title)}",
        f"  accDescr: {_plain(drawn.about)}",
    ]
    for number, group in enumerate(drawn.groups):
        lines.append(f'  subgraph part{number}["{_quoted(group.title)}"]')
        lines += [f"    {line}" for node in group.nodes for line in _mermaid_node(node)]
        lines.append("  end")
    ids = [f"s_{node.id}" for group in drawn.groups for node in group.nodes]
    lines += [f"  {one} --> {other}" for one, other in pairwise(ids)]
    lines += [f"  {style}" for style in _STYLES]
    lines += [f"  %% {_plain(name)}: {_plain(meaning)}" for name, meaning in drawn.legend]
    return "\n".join(lines) + "\n"


def _mermaid_node(node: Node) -> Iterator[str]:
    opening, closing = _SHAPES.get(node.kind, ("{{", "}}"))
    parts = [f"<b>{_quoted(spaced(node.id))}</b>", _quoted(node.text)]
    if node.condition:
        parts.append(f"<i>if {_quoted(node.condition)}</i>")
    style = node.kind if node.kind in _SHAPES else "judge"
    yield f's_{node.id}{opening}"{"<br/>".join(parts)}"{closing}:::{style}'
    if node.condition:
        yield f"class s_{node.id} sometimes"


def _quoted(text: str) -> str:
    """Write text for a label: Mermaid knows #name; and #number; for what would end or style it."""
    return "".join(f"#{ord(sign)};" if sign in '"#<>&;`\\' else sign for sign in text)


def _plain(text: str) -> str:
    return re.sub(r"[{}%;#\n]", " ", text)
