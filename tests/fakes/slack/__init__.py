"""A Slack on loopback for tests: real HTTP and websockets, state, faults, and strict checks."""

from tests.fakes.slack.drafts import Sending
from tests.fakes.slack.elements import NoSuchElement
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.faults import Error, Hang, Reset, Status
from tests.fakes.slack.model import Call, Channel, Group, Message, OpenView, Team
from tests.fakes.slack.person import Person
from tests.fakes.slack.post import Delivery
from tests.fakes.slack.sockets import Socket

__all__ = [
    "Call",
    "Channel",
    "Delivery",
    "Error",
    "FakeSlack",
    "Group",
    "Hang",
    "Message",
    "NoSuchElement",
    "OpenView",
    "Person",
    "Reset",
    "Sending",
    "Socket",
    "Status",
    "Team",
]
