"""What a face does about something that was ordered, pressed or sent off beside the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ports import Done
from bot.sheets.model import File, Form, Sheet


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is to be seen, of these at most what is set.

    ``form`` is opened. ``sheet`` is shown to that person alone, with ``instead`` in the place of
    the private message that was pressed; ``file`` is given to them alone, beside it. ``errors``
    (field id → what is wrong) say that a form was not taken: nothing of it was changed, and nobody
    has to write it again. ``done`` is a turn of a case whose card is to come up anew. With none of
    them set nothing is to be seen.
    """

    sheet: Sheet | None = None
    instead: bool = False
    form: Form | None = None
    file: File | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    done: Done | None = None
