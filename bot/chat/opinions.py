"""Asking the team and answering: what every chat face does alike about rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.personal import find
from bot.chat.reaction import Reaction
from bot.engine.model import Commanded
from bot.engine.survey import survey
from bot.errors import NotFound, WrongUse
from bot.opinion.brief import consultation_of
from bot.opinion.model import Round
from bot.opinion.times import closing
from bot.rounds import answering, drafting, ending, stages
from bot.rounds.audiences import one, several
from bot.rounds.council import Council
from bot.rounds.ports import Actor, Held
from bot.sheets import asker, audience, drafts, reveal
from bot.sheets.acts import read
from bot.sheets.lists import NOTHING, overview
from bot.sheets.model import Entered, Sheet
from bot.sheets.shown import Shown

told = audience.told_sheet

_IN_CHAT = "It goes on in our direct messages."


# ------------------------------------------------------------------ ordered


async def order(parts: Parts, actor: Actor, said: str) -> Reaction:
    """List somebody's rounds; with a case's name or id, ask the team about that case.

    Raises ``NotFound`` for no such case.
    """
    if not said.strip():
        return Reaction(await rounds_of(parts, actor.owner) or told("Second opinions", NOTHING))
    case = await find(parts.service, actor.owner, said)
    done = await drafting.begin(council(parts), actor, case.id, parts.forum)
    parts.postman.wake()
    if done.note == "there" and done.held.round:
        return Reaction(asker.asker_sheet(_shown(done.held), case.name))
    return Reaction(told("Ask your team", "Here is a draft. Nothing is posted yet.", _IN_CHAT))


async def rounds_of(parts: Parts, owner: str) -> Sheet | None:
    """List the rounds that somebody asked for, and those that wait; None if there are none."""
    rounds = council(parts).rounds
    asked = [held for held in await rounds.asked_by(owner) if held.round]
    waiting = [
        _shown(held)
        for held in await rounds.waiting_for(owner)
        if not (held.participant and held.participant.answered)
    ]
    names = [await council(parts).name_of(stages.known(held)) for held in asked]
    return overview([(_shown(h), name) for h, name in zip(asked, names, strict=True)], waiting)


def council(parts: Parts) -> Council:
    """Give what runs the turns of rounds."""
    return parts.postman.council


def _shown(held: Held) -> Shown:
    return Shown(stages.known(held), held.asked, held.answered)


# ------------------------------------------------------------------ pressed


async def press(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button of a round; raises ``NotFound`` or ``WrongUse``."""
    what, round_id, _ = read(action)
    actor = _with_delivery(actor, what, key)
    if what in _TEAM:
        reaction = await _press_team(parts, actor, what, round_id)
    else:
        held = await council(parts).mine(actor, round_id)
        reaction = await _press_own(parts, actor, what, held)
    if reaction.sheet and what in _WHOLE:  # what opens it is what was pressed
        reaction = replace(reaction, sheet=replace(reaction.sheet, whole=action))
    parts.postman.wake()
    return reaction


_TEAM = frozenset(
    {
        "answer",
        "open",
        "mine",
        "differ",
        "take_back",
        "worry",
        "worried",
        "remind",
        "brief",
        "revealed",
        "decision",
    }
)
"""What people may press who are asked; everything else is the asker's alone."""

_WHOLE = frozenset({"brief", "revealed", "decision", "whole"})
"""What shows the whole of a sheet that is posted."""


def _with_delivery(actor: Actor, what: str, key: str) -> Actor:
    return replace(actor, delivery=f"{what} {key}" if key else "")


async def _press_team(parts: Parts, actor: Actor, what: str, round_id: str) -> Reaction:
    held, ballot = await council(parts).ballot_of(actor, round_id)
    round_, room = stages.known(held), parts.forum.form_room
    _may_see(held, actor)
    match what:
        case "brief":
            return Reaction(_read_all(audience.audience_sheet(_shown(held))))
        case "revealed" if round_.record:
            return Reaction(_read_all(reveal.reveal_sheet(_shown(held), whole=True)))
        case "decision" if round_.decision and round_.decision.shared:
            return Reaction(_read_all(reveal.decision_sheet(_shown(held))))
        case "open":
            _may_answer(held, actor)
            return Reaction(audience.audience_sheet(_shown(held)))
        case "mine":
            said = "" if ballot or round_.stage == "open" else "It is closed."
            return Reaction(audience.answer_sheet(_shown(held), ballot, room=room, said=said))
    _may_answer(held, actor)
    match what:
        case "answer":
            return Reaction(form=audience.ballot_form(round_, ballot, room))
        case "differ":
            return Reaction(form=audience.facts_form(round_, ballot))
        case "take_back":
            await council(parts).take_back(actor, round_id)
            held, ballot = await council(parts).ballot_of(actor, round_id)
            said = "" if ballot else "It is deleted."
            sheet = audience.answer_sheet(_shown(held), ballot, room=room, said=said)
            return Reaction(sheet, instead=True)
        case "worry":
            return Reaction(audience.worry_sheet(round_))
        case "worried":
            await council(parts).worry(actor, round_id)
            return Reaction(
                told("It was passed on", "Whoever asked was told, without your name."), instead=True
            )
        case "remind":
            await council(parts).remind_me(actor, round_id)
            return Reaction(audience.remind_sheet(comes=ending.will_remind(round_, parts.clock())))
        case _:
            raise WrongUse("There is nothing to see there.", "/crossroads opinion lists rounds.")


def _may_see(held: Held, actor: Actor) -> None:
    """See that somebody is asked in a round, or asks; raises ``NotFound`` or ``WrongUse``."""
    round_ = stages.known(held)
    if actor.owner == round_.owner:
        return
    if round_.stage in {"draft", "dropped"}:
        raise NotFound("There is no such round of yours.", "/crossroads opinion lists yours.")
    answering.see_asked(held, actor, stages.group(round_))


def _may_answer(held: Held, actor: Actor) -> None:
    """See that somebody may answer in a round; raises ``WrongUse``."""
    answering.may_answer(held, actor, stages.group(stages.known(held)))


def _read_all(sheet: Sheet) -> Sheet:
    """Give the whole text alone, as whoever pressed “Read it all” wants it."""
    return replace(sheet, buttons=(), picture=None)


async def _press_own(parts: Parts, actor: Actor, what: str, held: Held) -> Reaction:
    round_ = stages.known(held)
    match what:
        case "show" | "whole":
            name = await council(parts).name_of(round_)
            return Reaction(asker.asker_sheet(_shown(held), name, whole=what == "whole"))
        case "again":
            return await _again(parts, actor, round_)
        case "safety" | "takeover":
            return await _ask_again(parts, actor, round_, what)
        case "decide":
            stages.at(held, "closed")
            return Reaction(form=asker.decide_form(round_))
        case _ if what in _ENDING:
            return await _press_ending(parts, actor, what, held)
        case _:
            return await _press_draft(parts, actor, what, held)


async def _press_draft(parts: Parts, actor: Actor, what: str, held: Held) -> Reaction:
    round_ = stages.known(held)
    match what:
        case "whom":
            stages.at(held, "draft")
            only = await council(parts).people_only(round_)
            fields = await parts.forum.audience_fields(actor, people_only=only)
            return Reaction(form=drafts.whom_form(round_, fields, people_only=only))
        case "how" | "note" | "tick":
            stages.at(held, "draft")
            return Reaction(form=_DRAFT_FORMS[what](round_))
        case "preview":
            return Reaction(await _preview(parts, held))
        case "post":
            return await _post(parts, actor, round_, confirmed=False)
        case "drop":
            await drafting.drop(council(parts), actor, round_.id)
            return Reaction(told("Given up", "Nothing was posted."))
        case _:
            raise WrongUse("That button is of an older version.", "Write “help” here.")


_ENDING = frozenset({"extend", "close", "close_now", "without"})


async def _press_ending(parts: Parts, actor: Actor, what: str, held: Held) -> Reaction:
    round_ = stages.known(held)
    match what:
        case "extend":
            stages.at(held, "open", "short")
            return Reaction(form=asker.extend_form(round_))
        case "close":
            stages.at(held, "open")
            return Reaction(asker.close_sheet(_shown(held)))
        case "close_now":
            await council(parts).close(round_.id, actor.owner, "hand", actor.delivery)
            return Reaction(told("Closed", _IN_CHAT), instead=True)
        case _:
            await council(parts).without(round_.id, actor.owner, actor.delivery)
            return Reaction(told("Finished", "What was answered is destroyed unread."))


_DRAFT_FORMS = {"how": drafts.how_form, "note": drafts.note_form, "tick": drafts.tick_form}


async def _preview(parts: Parts, held: Held) -> Sheet:
    """Show what the team will see, as if it were posted at this moment."""
    round_ = stages.at(held, "draft")
    zone = stages.zone_of(round_)
    close = closing(parts.clock(), round_.terms.hours, zone)
    posted = replace(round_, stage="open", terms=replace(round_.terms, close=close.isoformat()))
    able = round_.terms.audience.get("able")
    shown = Shown(posted, able if isinstance(able, int) else None, 0)
    sheet = audience.audience_sheet(shown, remind=not parts.forum.writes_first)
    return audience.inert(sheet, round_.id)


async def _post(parts: Parts, actor: Actor, round_: Round, *, confirmed: bool) -> Reaction:
    if round_.stage == "draft" and round_.terms.audience.get("public") and not confirmed:
        return Reaction(form=drafts.public_form(round_))
    reason = await drafting.post(council(parts), actor, round_.id, parts.forum, confirmed=confirmed)
    if reason:
        return Reaction(told("Not posted yet", reason))
    place = str(round_.terms.audience.get("label", ""))
    return Reaction(told("Posted", f"{place} is asked now. I tell you here when it closes."))


async def _again(parts: Parts, actor: Actor, round_: Round) -> Reaction:
    done = await drafting.begin(council(parts), actor, round_.case, parts.forum)
    if done.note == "there" and done.held.round:
        name = await council(parts).name_of(done.held.round)
        return Reaction(asker.asker_sheet(_shown(done.held), name))
    return Reaction(
        told(
            "A second blind round",
            "Here is its draft, with the same rules. Both rounds will stand side by side.",
            _IN_CHAT,
        )
    )


async def _ask_again(parts: Parts, actor: Actor, round_: Round, what: str) -> Reaction:
    """Open a question of the case again, as a colleague's word suggests; the asker answers it."""
    case = await parts.service.store.case(actor.owner, round_.case)
    flow = await parts.service.flow_of(case)
    consultation = consultation_of(flow)
    takeover = consultation.takeover if consultation else None
    question = ""
    if consultation:
        question = consultation.safety if what == "safety" else (takeover or ("", ""))[0]
    if case.status in {"finished", "cancelled"} or not question:
        raise WrongUse(
            "This case is closed, so its answers stay as they are.",
            "Begin a new case with what you know now.",
        )
    visible = {ask.id for ask in survey(flow, case).asks}
    if question not in visible & case.answers.keys():
        raise WrongUse(
            "This case has not asked that question so far.",
            "Go on with the case: it may come up then.",
        )
    event = Commanded(actor.owner, case.turn, parts.clock(), "edit", question)
    done = await parts.service.handle(actor.owner, case.id, event, platform=actor.platform)
    return Reaction(done=done)


# ------------------------------------------------------------------ sent off


async def submit(parts: Parts, actor: Actor, form: Action, entered: Entered, key: str) -> Reaction:
    """Answer a form of a round; raises ``NotFound`` or ``WrongUse``."""
    what, round_id, _ = read(form)
    actor = _with_delivery(actor, what, key)
    if what in {"ballot", "facts"}:
        reaction = await _answered(parts, actor, round_id, entered)
    else:
        held = await council(parts).mine(actor, round_id)
        reaction = await _submit_own(parts, actor, what, stages.known(held), entered)
    parts.postman.wake()
    return reaction


async def _answered(parts: Parts, actor: Actor, round_id: str, entered: Entered) -> Reaction:
    wrong = await council(parts).answer(actor, round_id, entered)
    if wrong:
        return Reaction(errors=wrong)
    held, ballot = await council(parts).ballot_of(actor, round_id)
    room = parts.forum.form_room
    said = "It is saved, sealed until the close."
    return Reaction(audience.answer_sheet(_shown(held), ballot, room=room, said=said))


async def _submit_own(
    parts: Parts, actor: Actor, what: str, round_: Round, entered: Entered
) -> Reaction:
    rounds = council(parts)
    match what:
        case "whom":
            await drafting.whom(rounds, actor, round_.id, entered, parts.forum)
        case "how":
            return _checked(await drafting.how(rounds, actor, round_.id, entered))
        case "note":
            return _checked(await drafting.note(rounds, actor, round_.id, entered))
        case "tick":
            await drafting.tick(rounds, actor, round_.id, entered)
        case "post":
            if "yes" not in several(entered, "sure"):
                return Reaction(errors={"sure": "Tick it, or choose another channel."})
            return await _post(parts, actor, round_, confirmed=True)
        case "extend":
            hours = one(entered, "hours")
            if not hours.isdecimal() or int(hours) not in drafts.HOURS:
                return Reaction(errors={"hours": "Choose how much more."})
            await rounds.extend(actor, round_.id, int(hours))
            return Reaction(told("More time", "Everybody who was asked is told."))
        case "decide":
            return _checked(await rounds.decide(actor, round_.id, entered))
        case _:
            raise WrongUse("That form is of an older version.", "Open it again.")
    return Reaction()


def _checked(wrong: Mapping[str, str]) -> Reaction:
    return Reaction(errors=wrong)
