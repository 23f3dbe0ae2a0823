"""docs/letters.md names every field of a ``drafts`` folder."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from bot.drafting import written
from tests.decision.table import ROOT

LETTERS = (ROOT / "docs" / "letters.md").read_text("utf-8")
MODELS = [
    model
    for name, model in vars(written).items()
    if name.startswith("Written") and issubclass(model, BaseModel)
]


@pytest.mark.parametrize("model", MODELS)
def test_every_field_of_the_drafts_is_in_the_docs(model: type[BaseModel]) -> None:
    for field in model.model_fields:
        assert f"\n| `{field}` | " in LETTERS, f"{field} of {model.__name__} is not in the docs"
