"""What is shown on Discord, as plain values for its API: cards, windows, forms, messages. Pure."""

from adapters.discord.render.card import card, card_of
from adapters.discord.render.forms import not_saved, not_saved_pages, refused, write_form
from adapters.discord.render.lists import cases_message, mydata_message, settings_message
from adapters.discord.render.notices import (
    DM_CLOSED,
    asked_again,
    error_message,
    exported,
    help_message,
    moved_on,
    no_words,
    not_exported,
    not_yours,
    started,
    welcome,
)
from adapters.discord.render.shapes import EPHEMERAL, V2, Json, Message
from adapters.discord.render.windows import forget_question, forgotten, window

__all__ = [
    "DM_CLOSED",
    "EPHEMERAL",
    "V2",
    "Json",
    "Message",
    "asked_again",
    "card",
    "card_of",
    "cases_message",
    "error_message",
    "exported",
    "forget_question",
    "forgotten",
    "help_message",
    "moved_on",
    "mydata_message",
    "no_words",
    "not_exported",
    "not_saved",
    "not_saved_pages",
    "not_yours",
    "refused",
    "settings_message",
    "started",
    "welcome",
    "window",
    "write_form",
]
