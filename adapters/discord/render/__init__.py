"""What is shown on Discord, as plain values for its API: cards, windows, forms, messages. Pure."""

from adapters.discord.render.card import card, card_of, turn_shown
from adapters.discord.render.entries import form_modal, not_taken, with_entered
from adapters.discord.render.forms import not_saved, not_saved_pages, refused, write_form
from adapters.discord.render.lists import cases_message, mydata_message, settings_message
from adapters.discord.render.notices import (
    DM_CLOSED,
    asked_again,
    error_message,
    exported,
    handed_over,
    help_message,
    moved_on,
    no_words,
    not_exported,
    not_yours,
    started,
    welcome,
)
from adapters.discord.render.shapes import EPHEMERAL, V2, Json, Message
from adapters.discord.render.sheets import (
    button_to_form,
    marker_of,
    sheet_message,
    sheet_pages,
)
from adapters.discord.render.windows import forget_question, forgotten, window

__all__ = [
    "DM_CLOSED",
    "EPHEMERAL",
    "V2",
    "Json",
    "Message",
    "asked_again",
    "button_to_form",
    "card",
    "card_of",
    "cases_message",
    "error_message",
    "exported",
    "forget_question",
    "forgotten",
    "form_modal",
    "handed_over",
    "help_message",
    "marker_of",
    "moved_on",
    "mydata_message",
    "no_words",
    "not_exported",
    "not_saved",
    "not_saved_pages",
    "not_taken",
    "not_yours",
    "refused",
    "settings_message",
    "sheet_message",
    "sheet_pages",
    "started",
    "turn_shown",
    "welcome",
    "window",
    "with_entered",
    "write_form",
]
