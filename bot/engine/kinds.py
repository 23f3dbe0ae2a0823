"""How a step kind that the engine does not know is compiled: decide, consult, draft, plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine.conditions import Named
from bot.engine.model import Ask, Rule
from bot.engine.source import Data, Document, Path


@dataclass(frozen=True, slots=True)
class KindSource:
    """What a kind's compiler gets: the step as written, and what it may refer to.

    ``id`` is the step's id, ``data`` its fields without ``id``, ``when`` and ``section``, found in
    ``document`` at ``path``. ``asks`` are all questions of the flow by id (``earlier``: the ids of
    those before this step), ``named`` the flow's named conditions. ``read`` parses another file of
    the flow's folder and raises ``FlowError`` if there is none.
    """

    id: str
    data: Mapping[str, Data]
    document: Document
    path: Path
    asks: Mapping[str, Ask]
    earlier: frozenset[str]
    named: Named
    read: Callable[[str], Document]


Compile = Callable[[KindSource], Rule]
"""Compile one step; raises ``FlowError`` or ``FlowErrors``."""

Kinds = Mapping[str, Compile]
