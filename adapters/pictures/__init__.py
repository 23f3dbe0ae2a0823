"""Pictures of what a team says. The drawing library is loaded with the first picture alone."""

from __future__ import annotations

from importlib.util import find_spec

from bot.opinion.chart import Chart


def load() -> bool:
    """Load the drawing library, so that the first picture is no slower; False if it is missing.

    It comes with the extra ``pictures``.
    """
    if find_spec("matplotlib") is None:
        return False
    import adapters.pictures.chart  # noqa: F401

    return True


def draw(chart: Chart) -> bytes:
    """Draw a chart as PNG; the same chart gives the same bytes."""
    import adapters.pictures.chart as drawing

    return drawing.draw(chart)
