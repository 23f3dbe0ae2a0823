"""What is shown in Slack, as plain values for its API: cards, modals, App Home, messages. Pure."""

from adapters.slack.render.body import pages
from adapters.slack.render.card import card
from adapters.slack.render.home import Home, home
from adapters.slack.render.modals import card_modal, forget_modal, start_modal, write_modal
from adapters.slack.render.notices import (
    cases_message,
    error_message,
    help_message,
    mydata_message,
    notification,
    settings_message,
    started_message,
    welcome,
)
from adapters.slack.render.shapes import Json, Message

__all__ = [
    "Home",
    "Json",
    "Message",
    "card",
    "card_modal",
    "cases_message",
    "error_message",
    "forget_modal",
    "help_message",
    "home",
    "mydata_message",
    "notification",
    "pages",
    "settings_message",
    "start_modal",
    "started_message",
    "welcome",
    "write_modal",
]
