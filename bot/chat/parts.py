"""What the parts of every chat face share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.background import Background
from bot.chat.beginning import Beginning
from bot.chat.clicks import DoubleClicks
from bot.chat.contacts import Contacts
from bot.dossier.markdown import to_markdown
from bot.dossier.pages import Page
from bot.errors import SetupError
from bot.opinion.chart import Chart
from bot.outbox import Courier
from bot.papers.letters import Shelf
from bot.ports import Safe
from bot.rounds.ports import Forum
from bot.rounds.postman import Postman
from bot.service import Clock, Service

DrawChart = Callable[[Chart], Awaitable[bytes | None]]
"""Draws a chart as PNG; None where pictures cannot be drawn."""

Printer = Callable[[Page, str, datetime], Awaitable[bytes]]
"""Prints a page as pdf, docx or md; raises ``SetupError`` where it cannot."""


async def only_markdown(page: Page, form: str, at: datetime) -> bytes:
    """Print Markdown, which needs nothing; raises ``SetupError`` for any other form."""
    if form != "md":
        raise SetupError("Such documents are not made here.", "Choose Markdown.")
    return to_markdown(page.shown).encode()


async def no_chart(chart: Chart) -> bytes | None:
    """Draw nothing: whatever a chart shows is said in words as well."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The service, what delivers, whom one knows, the clock.

    ``flow`` is the id of the dialogue that is begun, ``grace_days`` how long cases are kept after
    the app was removed. ``new_id`` draws a case's id. ``forum`` is where rounds are posted and
    ``postman`` what brings them there. ``printer`` makes documents and ``draw_chart`` pictures.
    ``shelf`` has the letters of every flow.
    """

    service: Service
    courier: Courier
    contacts: Contacts
    clock: Clock
    new_id: Callable[[], str]
    flow: str
    forum: Forum
    postman: Postman
    grace_days: int = 30
    printer: Printer = only_markdown
    draw_chart: DrawChart = no_chart
    background: Background = field(default_factory=Background)
    double_clicks: DoubleClicks = field(default_factory=DoubleClicks)
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        """Make what needs the service alone."""
        object.__setattr__(self, "shelf", Shelf(self.service))

    @property
    def safe(self) -> Safe:
        """Where small sealed things are kept that belong to no person."""
        return self.service.store.safe

    @property
    def beginning(self) -> Beginning:
        """The ways to begin."""
        return Beginning(self.service, self.flow)

    async def idle(self) -> None:
        """Wait until everything that was begun is done, deliveries included."""
        await self.background.idle()
        await self.courier.idle()
        await self.background.idle()

    async def stop(self) -> None:
        """Give up what is under way; what was to be delivered stays due."""
        await self.background.stop()
        await self.courier.stop()
