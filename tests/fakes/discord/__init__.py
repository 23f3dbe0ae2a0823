"""A Discord on loopback for tests: real HTTP and websockets, state, faults, and strict checks."""

from tests.fakes.discord.components import NoSuchElement
from tests.fakes.discord.drafts import Sending
from tests.fakes.discord.events import SignedEvent
from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.faults import Error, Hang, Reset, Status
from tests.fakes.discord.model import (
    Account,
    Attachment,
    Call,
    Channel,
    Guild,
    Interaction,
    Message,
    OpenModal,
)
from tests.fakes.discord.person import Person, Reaction
from tests.fakes.discord.sessions import Socket

__all__ = [
    "Account",
    "Attachment",
    "Call",
    "Channel",
    "Error",
    "FakeDiscord",
    "Guild",
    "Hang",
    "Interaction",
    "Message",
    "NoSuchElement",
    "OpenModal",
    "Person",
    "Reaction",
    "Reset",
    "Sending",
    "SignedEvent",
    "Socket",
    "Status",
]
