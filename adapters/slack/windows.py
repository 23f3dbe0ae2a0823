"""Modals: opened while Slack allows it, or put in the place of one that is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.slack.faults import SlackError
from adapters.slack.heard import Speaker
from adapters.slack.hub import Hub, View
from adapters.slack.personal import Place
from adapters.slack.render.answers import too_late

_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


async def opened(hub: Hub, speaker: Speaker, trigger: str, view: View) -> bool:
    """Open a modal; False where it took too long for Slack to allow it."""
    try:
        await hub.call(speaker, "views.open", trigger_id=trigger, view=view)
    except SlackError as error:
        if error.code not in _TOO_LATE:
            raise
        return False
    return True


def window(hub: Hub, place: Place, view: View) -> Callable[[], Awaitable[None]]:
    """Give what shows a modal: in the place of the one that was pressed in, else a new one.

    Where that is too late, it is said beside what was pressed.
    """

    async def show() -> None:
        if place.modal:
            await hub.call(place.speaker, "views.update", view_id=place.view, view=view)
        elif not await opened(hub, place.speaker, place.trigger, view) and place.reply:
            await hub.answer(place.reply, too_late().payload)()

    return show
