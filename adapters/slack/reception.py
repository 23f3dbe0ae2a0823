"""Where what is heard from Slack goes: to the dialogue, or to what is about the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.slack import desk, dialogue, personal
from adapters.slack.heard import (
    Heard,
    OpenedHome,
    Ordered,
    Pressed,
    Quoted,
    Speaker,
    Submitted,
    TookShortcut,
    Uninstalled,
    Wrote,
)
from adapters.slack.hub import NOTHING, PLATFORM, Answer, Hub
from adapters.slack.personal import Place
from adapters.slack.render.answers import not_yours, told_modal
from adapters.slack.render.modals import forget_modal, start_modal
from adapters.slack.render.notices import (
    error_message,
    help_message,
    started_message,
    welcome,
)
from adapters.slack.render.shapes import Message
from adapters.slack.upkeep import leave
from adapters.slack.windows import window
from bot.cards.actions import INPUT
from bot.chat.desk import VERBS, WORDS
from bot.chat.messages import going_on, still_meant, takes, word_of
from bot.chat.personal import find, name_of
from bot.engine.model import Commanded
from bot.errors import CrossroadsError, NotFound, StoreError


async def hear(hub: Hub, heard: Heard) -> Answer:
    """Answer what was heard. What comes back is durable; raises ``StoreError`` where it is not."""
    try:
        match heard:
            case Pressed():
                return await _pressed(hub, heard)
            case Submitted():
                return await _submitted(hub, heard)
            case Wrote():
                return await _wrote(hub, heard)
            case Ordered():
                return await _ordered(hub, heard)
            case OpenedHome():
                return Answer(later=(personal.home(hub, heard.speaker),))
            case TookShortcut():
                return _shortcut(hub, heard)
            case Quoted():
                return await desk.quoted(hub, heard)
            case Uninstalled():
                await leave(hub, heard)
                return NOTHING
    except StoreError:
        raise
    except NotFound as error:
        # Behind a command the person named the case themselves; a button names one by its id.
        named = isinstance(heard, Ordered | Quoted) or (
            isinstance(heard, Pressed) and heard.action.verb in VERBS
        )
        return _refused(hub, heard, error_message(error) if named else not_yours())
    except CrossroadsError as error:
        return _refused(hub, heard, error_message(error))


def _refused(hub: Hub, heard: Heard, message: Message) -> Answer:
    """Say why nothing was done, to the one who asked, in the way that is open to them."""
    match heard:
        case Ordered():
            return Answer(ephemeral(message))
        case Submitted() if heard.form.verb == "write":
            return Answer({"response_action": "errors", "errors": {INPUT: message.text}})
        case Submitted():
            return Answer({"response_action": "update", "view": told_modal(message)})
        case Pressed():
            return Answer(later=(personal.say(hub, _place(heard), message),))
        case Quoted():
            return Answer(later=(hub.answer(heard.reply, message.payload),))
        case Wrote(speaker, channel=channel):
            return Answer(later=(hub.tell(speaker, channel, message.payload),))
        case _:
            return NOTHING


def _place(heard: Pressed) -> Place:
    return Place(
        speaker=heard.speaker,
        channel=heard.channel,
        view=heard.view,
        reply=heard.reply,
        trigger=heard.trigger,
        alone=heard.alone,
        modal=heard.modal,
    )


def ephemeral(message: Message) -> dict[str, object]:
    """Give a message as the answer to a command, which its sender alone sees."""
    return {"response_type": "ephemeral", **message.payload}


# ------------------------------------------------------------------ beginning and going on


async def begin(hub: Hub, speaker: Speaker, track: str, key: str, channel: str = "") -> Answer:
    """Begin a case; its card comes to the direct messages."""
    owner = await hub.meet(speaker, channel)
    flow, track = hub.beginning.meant(track)
    done = await hub.service.start(
        owner, flow, hub.new_id(), hub.clock(), track=track, key=key, platform=PLATFORM
    )
    return Answer(later=(hub.show(done),))


async def go_on(hub: Hub, speaker: Speaker, case_id: str, channel: str = "") -> Answer:
    """Open a case where it rests, and post its card anew, below everything else."""
    owner = await hub.meet(speaker, channel)
    view = await hub.service.view(owner, case_id)
    event = Commanded(owner, view.turn, hub.clock(), "resume")
    done = await hub.service.handle(owner, case_id, event, platform=PLATFORM, moves=True)
    return Answer(later=(hub.show(done, anew=True),))


# ------------------------------------------------------------------ what was heard


async def _pressed(hub: Hub, heard: Pressed) -> Answer:
    speaker, arg, place = heard.speaker, heard.action.arg, _place(heard)
    if (answer := await desk.pressed(hub, heard, place)) is not None:
        return answer
    if (answer := await dialogue.press(hub, heard)) is not None:
        return answer
    match heard.action.verb:
        case "begin" | "another" as verb:
            button = f"{hub.owner(speaker)} {heard.message or heard.view} {arg}"
            key = hub.double_clicks.key(button, heard.key, hub.clock())
            again = verb == "another"
            way = await hub.beginning.again(hub.owner(speaker), arg) if again else arg
            return _and_say_where(hub, heard, await begin(hub, speaker, way, key))
        case "go":
            return _and_say_where(hub, heard, await go_on(hub, speaker, arg))
        case "forget":
            form = forget_modal(arg, await name_of(hub.service, hub.owner(speaker), arg))
            return Answer(later=(window(hub, place, form),))
        case verb:
            return await personal.do(hub, place, verb, arg or heard.value)


def _and_say_where(hub: Hub, heard: Pressed, answer: Answer) -> Answer:
    """Say where it goes on, if that is not in plain view; App Home is drawn anew."""
    if heard.channel.startswith("D"):
        return answer
    said = personal.say(hub, _place(heard), started_message())
    drawn = (personal.home(hub, heard.speaker),) if heard.view else ()
    return Answer(later=(*answer.later, said, *drawn))


async def _submitted(hub: Hub, heard: Submitted) -> Answer:
    if (answer := await desk.submitted(hub, heard)) is not None:
        return answer
    match heard.form.verb:
        case "write":
            return await dialogue.submit(hub, heard)
        case "start":
            answer = await begin(hub, heard.speaker, heard.value, heard.key)
            body = {"response_action": "update", "view": told_modal(started_message())}
            return Answer(body, answer.later)
        case "forget":
            return await personal.forget(hub, heard.speaker, heard.form.arg)
        case _:
            return NOTHING


async def _ordered(hub: Hub, heard: Ordered) -> Answer:
    """Do what the slash command says; the answer is seen by its sender alone."""
    speaker = heard.speaker
    word, *rest = heard.words or ("help",)
    word = word.casefold()
    if (track := hub.beginning.ordered(word, rest)) is not None:
        answer = await begin(hub, speaker, track, f"order:{heard.trigger}")
        return Answer(ephemeral(started_message()), answer.later)
    if word == "resume":
        case = await find(hub.service, hub.owner(speaker), " ".join(rest))
        answer = await go_on(hub, speaker, case.id)
        return Answer(ephemeral(started_message()), answer.later)
    if word == "forget":
        owner = hub.owner(speaker)
        case_id = (await find(hub.service, owner, " ".join(rest))).id if rest else "all"
        form = forget_modal(case_id, await name_of(hub.service, owner, case_id))
        place = Place(speaker, heard.channel, reply=heard.reply, trigger=heard.trigger)
        return Answer(later=(window(hub, place, form),))
    if (other := await desk.ordered(hub, heard, word, " ".join(rest))) is not None:
        return other
    if (message := await personal.message(hub, speaker, word)) is not None:
        return Answer(ephemeral(message))
    return Answer(ephemeral(help_message(hub.beginning.tracks, WORDS, unknown=True)))


def _shortcut(hub: Hub, heard: TookShortcut) -> Answer:
    form = start_modal(hub.beginning.tracks, about_message=heard.about_message)
    return Answer(later=(window(hub, Place(heard.speaker, trigger=heard.trigger), form),))


# ------------------------------------------------------------------ direct messages


async def _wrote(hub: Hub, heard: Wrote) -> Answer:
    """Take a direct message: a word about the cases, an answer, or a first hello."""
    owner = hub.owner(heard.speaker)
    cases = await hub.service.store.cases(owner)
    case = going_on(cases)
    if not await takes(hub.service, owner, case, heard.text):
        answer = await _word(hub, heard)
        if answer is not None:
            return answer
    case = case or await still_meant(hub.service, owner, cases, heard.text)
    if case is not None:
        await hub.meet(heard.speaker, heard.channel)
        return await dialogue.write(hub, heard, case)
    return Answer(later=(_reply(hub, heard, welcome(hub.beginning.tracks)),))


async def _word(hub: Hub, heard: Wrote) -> Answer | None:
    """Do what a command's word says when it is the whole message; None for anything else."""
    word = word_of(heard.text)
    if (track := hub.beginning.track(word)) is not None:
        return await begin(hub, heard.speaker, track, heard.key, heard.channel)
    if word == "export":
        return await personal.do(hub, Place(heard.speaker, heard.channel), "export", "")
    if (answer := await desk.wrote(hub, heard)) is not None:
        return answer
    word = "mydata" if word == "forget" else word  # it is deleted by a button there, which asks
    message = await personal.message(hub, heard.speaker, word)
    return None if message is None else Answer(later=(_reply(hub, heard, message),))


def _reply(hub: Hub, heard: Wrote, message: Message) -> Callable[[], Awaitable[None]]:
    """Give what says something to one person in the direct messages, and leaves nothing there."""
    arguments = message.payload
    if heard.thread:
        arguments["thread_ts"] = heard.thread
    return hub.tell(heard.speaker, heard.channel, arguments)
