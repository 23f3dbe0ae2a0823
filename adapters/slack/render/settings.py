"""Settings and what is stored of a person, as parts of the App Home and of messages. Pure."""

from __future__ import annotations

from adapters.slack.render.parts import Part
from adapters.slack.render.shapes import (
    actions,
    button,
    context,
    header,
    line,
    menu,
    option,
    paragraphs,
    rich,
    words,
)
from bot.cards.actions import Action
from bot.cards.wording import ENGLISH, count_days, kept_labels


def settings_parts(discreet: bool, keep_days: int) -> list[Part]:
    """Show the settings, each with what changes it."""
    return [
        Part((header("Settings"),), "Settings"),
        Part(tuple(paragraphs(ENGLISH)), ENGLISH),
        _discreet(discreet),
        _keep(keep_days),
    ]


def _discreet(on: bool) -> Part:
    said = "Discreet notifications: " + (
        "on. A notification says nothing of the matter."
        if on
        else "off. A notification may show the question."
    )
    label = "Turn discreet notifications " + ("off" if on else "on")
    pressed = actions(button(label, Action("discreet", arg="off" if on else "on")))
    return Part((rich(line(words(said))), pressed), said)


def _keep(days: int) -> Part:
    labels = kept_labels(days)
    options = {kept: option(label, str(kept)) for kept, label in labels.items()}
    select = menu(
        "static_select", Action("keep"), list(options.values()), initial_option=options[days]
    )
    said = f"Finished cases: {labels[days]}."
    return Part((rich(line(words("Finished cases:"))), actions(select)), said)


def own_data_row() -> Part:
    """Give the buttons that export and delete everything."""
    pressed = actions(
        button("What is stored", Action("mydata")),
        button("Export", Action("export")),
        button("Delete everything…", Action("forget", arg="all"), "danger"),
    )
    return Part((pressed,), "You can export everything, or delete everything.")


def privacy_parts(grace_days: int) -> list[Part]:
    """Say what is stored where, and how to get help."""
    said = (
        "Your answers are kept encrypted in the database of whoever runs Crossroads here, under a "
        "key of your own that is destroyed when you delete everything. Slack keeps the messages "
        "in this chat as your organisation has set it up. Your team sees nothing. If the app is "
        f"removed from the workspace, everything is deleted after {count_days(grace_days)}."
    )
    hint = "Help: write “help” in the chat, or use the button."
    return [
        Part((header("Privacy"), *paragraphs(said)), f"Privacy\n{said}"),
        own_data_row(),
        Part((context(hint), actions(button("Help", Action("help")))), hint),
    ]
