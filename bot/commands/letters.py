"""Letters in a terminal: which drafts a flow has, files of versions, slots on the command line."""

from __future__ import annotations

from datetime import datetime

from bot.commands.finding import no_such
from bot.commands.judging import short
from bot.commands.wiring import Library
from bot.dossier.letters import read_value, vocabulary
from bot.drafting.load import has_drafts, load_drafts
from bot.drafting.model import Drafts
from bot.errors import CrossroadsError, WrongUse


def drafts_in(library: Library, flow_id: str) -> Drafts:
    """Load the drafts of a flow as they are now; raises ``FlowErrors``, or where there are none."""
    if flow_id in library.broken:
        raise library.broken[flow_id]
    if flow_id not in library.flows:
        raise no_such("flow", short(flow_id), list(library.flows))
    flow = library.flows[flow_id]
    files = library.files[flow.version]
    if not has_drafts(files):
        raise CrossroadsError(f"The flow “{flow_id}” has no drafts.", "docs/letters.md says how.")
    return load_drafts(files, vocabulary(flow))


# ------------------------------------------------------------------ versions

_VERSION = "=== Version "


def next_version(before: str, text: str, about: str) -> tuple[int, str]:
    """Add a text to a file of versions; gives its number and the whole file."""
    number = before.count(f"\n{_VERSION}") + before.startswith(_VERSION) + 1
    earlier = before.rstrip("\n") + "\n\n" if before else ""
    return number, f"{earlier}{_VERSION}{number}: {about}\n\n{text}\n"


def last_version(text: str) -> str:
    """Give the last text in a file of versions; any other text as it is."""
    if not text.startswith(_VERSION):
        return text
    return f"\n{text}".rpartition(f"\n{_VERSION}")[2].partition("\n")[2].strip()


# ------------------------------------------------------------------ slots


def read_slots(drafts: Drafts, pairs: list[str], at: datetime) -> dict[str, str]:
    """Read ``slot=value`` pairs; raises ``WrongUse`` with the nearest legal name."""
    values = {}
    for pair in pairs:
        slot, equals, value = pair.partition("=")
        slot = slot.strip()
        if not equals:
            raise WrongUse(f"“{short(pair)}” sets nothing.", "Write it as slot=value.")
        if slot not in drafts.slots:
            raise no_such("slot", short(slot), list(drafts.slots))
        values[slot] = read_value(drafts.slots[slot], value, at)
    return values
