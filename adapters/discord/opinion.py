"""What is ordered, pressed or sent off beside the dialogue: second opinions, links, settings.

What it comes to is decided in ``bot.chat.desk``; here it is brought there, and shown.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.discord import personal
from adapters.discord.commands import CASE_OPTION, GIVEN
from adapters.discord.doors import Door
from adapters.discord.heard import (
    Ordered,
    Pressed,
    Quoted,
    Speaker,
    Submitted,
    Wrote,
    delivery_key,
    own,
    server,
)
from adapters.discord.hub import PLATFORM, Hub
from adapters.discord.render import (
    Message,
    button_to_form,
    error_message,
    form_modal,
    handed_over,
    not_taken,
    sheet_message,
    sheet_pages,
    with_entered,
)
from bot.cards.rows import card_text
from bot.chat import desk
from bot.chat import log as log_of_cases
from bot.chat.desk import Reaction
from bot.errors import CrossroadsError, DeliveryError, StoreError, WrongUse
from bot.opinion.consult import WORD
from bot.ports import Contact
from bot.rounds.ports import Actor
from bot.sheets.acts import VERB, act, read
from bot.sheets.model import File, Form, Sheet

Acting = Pressed | Submitted | Ordered | Quoted
Answer = Callable[[Actor], Awaitable[Reaction]]
"""Does what somebody asks for."""

log = logging.getLogger(__name__)

_MOST_BYTES = 10_000_000
"""Bytes of a file, in a server without boosts and in direct messages."""

_MOST_MESSAGES = 5
"""Messages that one sheet takes: after an answer Discord takes five more, if only they have us."""

_WHOLE = "all-of-it.txt"
_AS_A_FILE = "It is long: here is all of it, as a file that you alone can see."
_GOES_ON = "It goes on in a form."
_NOT_OPEN = WrongUse("That form is not at hand any more.", "Press the button that first opened it.")
_NO_ANSWER = WrongUse("Discord did not answer as it should.", "Please try again.")


# ------------------------------------------------------------------ what is heard


async def order(hub: Hub, heard: Ordered, door: Door) -> None:
    """Answer a command of ``desk.WORDS``; raises ``NotFound`` for a case that is not there."""
    given = heard.case
    if GIVEN.get(heard.word) == CASE_OPTION and given:
        given = await personal.case_named(hub, heard.speaker, given)
    await react(hub, heard, door, lambda who: _ordered(hub, who, heard.word, given))


async def quote(hub: Hub, heard: Quoted, door: Door) -> None:
    """Offer a message to be added to a log, in a form that shows what would be kept."""

    async def offered(who: Actor) -> Reaction:
        place = f"Discord, #{heard.place}" if heard.place else "Discord"
        return await log_of_cases.quote(hub, who, heard.text, heard.author, place, heard.at)

    await react(hub, heard, door, offered)


async def _ordered(hub: Hub, who: Actor, word: str, given: str) -> Reaction:
    """Answer a command of ``desk.WORDS``; in a server a draft that it begins is shown there too.

    Only there Discord offers channels, people and roles, and direct messages may be closed.
    """
    reaction = await desk.order(hub, who, word, given)
    begun = word == WORD and given and who.address.get("guild")
    return await desk.order(hub, who, word, given) if begun else reaction


async def about_case(hub: Hub, heard: Pressed, word: str, door: Door) -> None:
    """Answer a word of ``desk.WORDS`` that was pressed on a case's card; the card stays."""
    case = heard.action.case
    await react(hub, heard, door.beside(), lambda who: _ordered(hub, who, word, case))


async def press(hub: Hub, heard: Pressed, door: Door) -> None:
    """Answer a button whose verb is one of ``desk.VERBS``."""
    key = delivery_key(heard.spot)
    await react(hub, heard, door, lambda who: desk.press(hub, who, heard.action, key, heard.value))


async def submit(hub: Hub, heard: Submitted, door: Door) -> None:
    """Take a form whose verb is one of ``desk.VERBS``."""
    await react(hub, heard, door, lambda who: _submitted(hub, who, heard))


async def _submitted(hub: Hub, who: Actor, heard: Submitted) -> Reaction:
    """Take a form; what they alone see of a round is renewed, as its message in their chat is."""
    reaction = await desk.submit(hub, who, heard.form, heard.entered, delivery_key(heard.spot))
    if reaction != Reaction() or heard.form.verb != VERB or not heard.spot.alone:
        return reaction
    shown = await desk.press(hub, who, act("show", read(heard.form)[1]), "")
    return replace(shown, instead=True)


async def open_again(hub: Hub, heard: Pressed, door: Door) -> None:
    """Open a form that is at hand; raises ``WrongUse`` where it is not."""
    owner = hub.owner(heard.speaker)
    form = hub.opened.find(heard.action.arg, owner)
    if form is None:
        raise _NOT_OPEN
    await _open(hub, owner, door, form)


async def say(hub: Hub, heard: Wrote, word: str, rest: str) -> list[Message]:
    """Answer a word of ``desk.WORDS`` that was written to the bot; gives what is to be said."""
    who = await actor(hub, heard.speaker, heard.channel, f"discord:{heard.message}")
    reaction = await desk.order(hub, who, word, rest)
    if reaction.done:
        await hub.show(reaction.done, anew=True)
    if reaction.form:
        hub.opened.keep(heard.message, who.owner, reaction.form)
        return [_to_form(reaction.form, heard.message)]
    return sheet_pages(reaction.sheet) if reaction.sheet else []


async def actor(hub: Hub, speaker: Speaker, chat: str, delivery: str = "") -> Actor:
    """Say who acts, as Discord vouches for it; ``chat`` is their direct messages, if known.

    Outside of a server that has the app they belong to the one they came by.
    """
    owner, here = hub.owner(speaker), server(speaker.guild)
    known = await hub.contacts.of(owner, PLATFORM)
    address = {
        "user": speaker.user,
        "channel": chat or (known.address.get("channel", "") if known else ""),
    }
    return Actor(
        owner=owner,
        platform=PLATFORM,
        tenant=here if speaker.guild and hub.is_in(here) is not False else _usual(speaker, known),
        user=speaker.user,
        name=speaker.name,
        address=address | ({"guild": speaker.guild} if speaker.guild else {}),
        groups=speaker.groups,
        trouble="bot" if speaker.bot else "",
        delivery=delivery,
    )


def _usual(speaker: Speaker, known: Contact | None) -> str:
    return speaker.tenant or (known.tenant if known else "") or own(speaker.user)


# ------------------------------------------------------------------ what comes of it


async def react(hub: Hub, heard: Acting, door: Door, answer: Answer) -> None:
    """Do what somebody asks for, and show what it came to.

    A form that is not taken is given back, with all that was entered.
    """
    who = await actor(hub, heard.speaker, heard.spot.chat, delivery_key(heard.spot))
    form = heard if isinstance(heard, Submitted) else None
    try:
        reaction = await answer(who)
    except DeliveryError as error:
        log.warning("Something that was asked for could not be done: %s", error)
        if form is None:
            await door.reply(error_message(_NO_ANSWER))
            return
        reaction = Reaction(errors={"": str(_NO_ANSWER)})
    except StoreError:
        raise
    except CrossroadsError as error:
        if form is None:
            raise
        reaction = Reaction(errors={"": str(error)})
    if form and reaction.errors:
        await _give_back(hub, who.owner, form, reaction, door)
        return
    if form:
        hub.opened.forget(form.opened)
    await _show(hub, who.owner, heard, door, reaction)


async def _show(hub: Hub, owner: str, heard: Acting, door: Door, reaction: Reaction) -> None:
    """Show what something came to; with nothing to be seen, Discord is told it was received."""
    if reaction.form:
        opens = _offer if isinstance(heard, Submitted) else _open
        await opens(hub, owner, door, reaction.form)
    elif reaction.sheet:
        await _show_sheet(heard, door, reaction.sheet, instead=reaction.instead)
        if reaction.file:
            await _hand_over(door, reaction.file)
    elif reaction.file:
        await _hand_over(door, reaction.file)
    elif reaction.done:
        await hub.show(reaction.done, door.beside(), anew=True)
        return
    else:
        await (door.wait() if door.pressed else door.dismiss())
    if reaction.done:
        await hub.show(reaction.done, anew=True)


async def _hand_over(door: Door, file: File) -> None:
    """Give a file to them alone."""
    if len(file.data) > _MOST_BYTES:
        raise WrongUse(
            f"{file.name} is larger than Discord takes.", "In a terminal it can be written to disk."
        )
    await door.reply(handed_over(file), files=[(file.name, file.data)])


async def _show_sheet(heard: Acting, door: Door, sheet: Sheet, *, instead: bool) -> None:
    """Show a sheet to one person: in the place of a private message, or in one of its own.

    What all can see is never changed by a press of one of them.
    """
    reading = isinstance(heard, Pressed) and heard.action == sheet.whole
    first, *more = sheet_pages(sheet, whole=reading)
    too_many = len(more) >= _MOST_MESSAGES
    if too_many:
        first, more = sheet_message(replace(sheet, whole=None)), []
    private = door.pressed and (door.spot.alone or door.spot.private)
    await (door.update(first) if instead and private else door.reply(first))
    for page in more:
        await door.reply(page)
    if too_many:
        await _hand_over(door, File(_WHOLE, card_text(sheet.card).encode(), _AS_A_FILE))


async def _open(hub: Hub, owner: str, door: Door, form: Form) -> None:
    """Open a form; where it is too late for one, give a button that does."""
    hub.opened.keep(door.spot.id, owner, form)
    if not await door.ask(form_modal(form, door.spot.id)):
        await _offer(hub, owner, door, form)


async def _offer(hub: Hub, owner: str, door: Door, form: Form) -> None:
    """Give a button that opens a form: one cannot follow another at once."""
    hub.opened.keep(door.spot.id, owner, form)
    await door.reply(_to_form(form, door.spot.id))


def _to_form(form: Form, name: str) -> Message:
    return button_to_form(_GOES_ON, form.title, name)


async def _give_back(
    hub: Hub, owner: str, heard: Submitted, reaction: Reaction, door: Door
) -> None:
    again, form = heard.spot.id, hub.opened.find(heard.opened, owner)
    if form:
        hub.opened.keep(again, owner, with_entered(form, heard.entered))
    for page in not_taken(reaction.errors, form, heard.text, again):
        await door.reply(page)
