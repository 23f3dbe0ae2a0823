"""What a round has to know of its audience, and the values that were entered in forms; pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.opinion.model import Terms
from bot.rounds import stages
from bot.rounds.ports import Audience
from bot.sheets.model import Entered


def summary(audience: Audience, chosen: Entered, *, writes_first: bool) -> dict[str, object]:
    """Keep of an audience what a round has to know of it, whatever its size."""
    voters = audience.voters
    return {
        "kind": audience.kind,
        "label": audience.label,
        "group": audience.group,
        "public": audience.public,
        "shared": audience.shared,
        "able": None if voters is None else sum(1 for voter in voters if not voter.trouble),
        "troubles": [
            f"{voter.name or 'Somebody'} {stages.TROUBLES[voter.trouble]}."
            for voter in voters or ()
            if voter.trouble not in {"", "asker"}
        ],
        "wide": len(audience.targets) > 1,
        "first": writes_first,
        "chosen": {key: list(v) if isinstance(v, tuple) else v for key, v in chosen.items()},
    }


def chosen_of(terms: Terms) -> Entered:
    """Give what was entered to choose an audience; nothing if none was."""
    chosen = terms.audience.get("chosen")
    if not isinstance(chosen, Mapping):
        return {}
    return {key: tuple(v) if isinstance(v, list) else str(v) for key, v in chosen.items()}


def one(entered: Entered, field: str) -> str:
    """Give the single value that was entered in a field; "" if it is none."""
    value = entered.get(field, "")
    return value if isinstance(value, str) else ""


def several(entered: Entered, field: str) -> tuple[str, ...]:
    """Give all values that were entered in a field."""
    value = entered.get(field, ())
    return value if isinstance(value, tuple) else ((value,) if value else ())
