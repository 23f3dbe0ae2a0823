"""A round before it is opened: what it says, whom it asks and how, and its posting."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.engine.model import Case, Flow
from bot.errors import NotFound, WrongUse
from bot.opinion import brief as briefs
from bot.opinion.ballots import clean
from bot.opinion.consult import Consultation
from bot.opinion.model import NOTE_LENGTH, Brief, Round, Terms
from bot.rounds import opening, stages
from bot.rounds.audiences import chosen_of, one, several, summary
from bot.rounds.council import Council
from bot.rounds.ports import Actor, Forum, Held, RoundDone, RoundFolded
from bot.sheets.drafts import HOURS, WHO
from bot.sheets.model import Entered

_MOST_QUORUM = 1000
_RENEWED = "The case has changed since this draft was made. It now shows the new facts."


async def begin(council: Council, actor: Actor, case_id: str, forum: Forum) -> RoundDone:
    """Begin a draft about a case, or give the round that is there; raises ``NotFound``."""
    case, flow, consultation = await council.case(actor.owner, case_id)
    earlier = await council.rounds.asked_by(actor.owner, case_id)
    newest = earlier[0] if earlier else None
    if newest and newest.round and newest.round.stage != "closed":
        return RoundDone(newest, note="there")
    round_id = await _free_id(council, case, len(earlier) + 1)
    fresh = await _fresh(council, actor, case, flow, consultation, forum, round_id)
    if newest and newest.round:
        workspace = await council.workspace(actor)
        keeps = workspace.allows(chosen_of(newest.round.terms))
        fresh = _following(fresh, newest.round, whom=keeps)
    target = await forum.private(actor)
    return await council.turn(
        fresh.id, lambda held: opening.drafted(held, fresh, target), actor.owner
    )


async def _fresh(
    council: Council,
    actor: Actor,
    case: Case,
    flow: Flow,
    consultation: Consultation,
    forum: Forum,
    round_id: str,
) -> Round:
    asked = await council.rounds.asked_by(actor.owner)
    taken = {held.round.brief.code_name for held in asked if held.round}
    at = council.clock()
    workspace = await council.workspace(actor)
    terms = Terms(zone=_zone_or_utc(await forum.zone(actor)))
    if workspace.chosen:
        audience = await forum.audience(actor, workspace.chosen)
        terms = replace(
            terms, audience=summary(audience, workspace.chosen, writes_first=forum.writes_first)
        )
    return Round(
        id=round_id,
        owner=actor.owner,
        case=case.id,
        platform=actor.platform,
        stage="draft",
        brief=briefs.build(flow, case, consultation, taken),
        terms=terms,
        standing=briefs.standing(flow, case, consultation),
        case_turn=case.turn,
        begun=at.isoformat(),
    )


async def whom(
    council: Council, actor: Actor, round_id: str, entered: Entered, forum: Forum
) -> RoundDone:
    """Choose the audience; raises ``WrongUse`` where it is none, or may not be chosen."""
    audience = await forum.audience(actor, entered)
    chosen = audience.chosen or entered
    workspace = await council.workspace(actor, audience.tenant)
    if not workspace.allows(chosen):
        raise WrongUse(
            f"Here only {workspace.label} is asked.",
            "Whoever looks after this workspace can change that with /crossroads workspace.",
        )

    def fold(held: Held) -> RoundFolded:
        terms = _draft(held).terms
        told = summary(audience, chosen, writes_first=forum.writes_first)
        return opening.edited(held, terms=replace(terms, audience=told))

    return await council.turn(round_id, fold, actor.owner, key=actor.delivery)


async def how(council: Council, actor: Actor, round_id: str, entered: Entered) -> Mapping[str, str]:
    """Set the rules of a draft; gives what is wrong by field, and then sets nothing."""
    wrong: dict[str, str] = {}
    who, quorum = one(entered, "who"), one(entered, "quorum")
    hours, zone = one(entered, "hours"), one(entered, "zone").strip()
    if who not in WHO:
        wrong["who"] = "Choose one of the two."
    if not quorum.isdecimal() or not 1 <= int(quorum) <= _MOST_QUORUM:
        wrong["quorum"] = "Choose a number."
    if not hours.isdecimal() or int(hours) not in HOURS:
        wrong["hours"] = "Choose how long."
    if not _is_zone(zone):
        wrong["zone"] = "That is no time zone. Write it as Europe/Berlin or America/New_York."
    if wrong:
        return wrong

    def fold(held: Held) -> RoundFolded:
        terms = replace(
            _draft(held).terms,
            anonymous=who == "anonymous",
            quorum=int(quorum),
            at_quorum="yes" in entered.get("early", ()),
            hours=int(hours),
            zone=zone,
        )
        return opening.edited(held, terms=terms)

    await council.turn(round_id, fold, actor.owner, key=actor.delivery)
    return {}


async def note(
    council: Council, actor: Actor, round_id: str, entered: Entered
) -> Mapping[str, str]:
    """Set the note of a draft; what must not be in it is told there, and blocks the posting."""
    text = clean(one(entered, "note"))
    if len(text) > NOTE_LENGTH:
        return {"note": f"At most {NOTE_LENGTH} characters have room."}
    await council.turn(
        round_id,
        lambda held: opening.edited(held, brief=replace(_draft(held).brief, note=text)),
        actor.owner,
        key=actor.delivery,
    )
    return {}


async def tick(council: Council, actor: Actor, round_id: str, entered: Entered) -> None:
    """Choose which of the sensitive facts are shown."""
    wanted = several(entered, "ticked")

    def fold(held: Held) -> RoundFolded:
        brief = _draft(held).brief
        ticked = tuple(f.question for f in brief.offered if f.question in wanted)
        return opening.edited(held, brief=replace(brief, ticked=ticked))

    await council.turn(round_id, fold, actor.owner, key=actor.delivery)


async def drop(council: Council, actor: Actor, round_id: str) -> None:
    """Give up a draft."""
    await council.turn(round_id, opening.dropped, actor.owner, key=actor.delivery)


async def post(
    council: Council, actor: Actor, round_id: str, forum: Forum, *, confirmed: bool
) -> str:
    """Open a round, if nothing speaks against it; else gives what does.

    Who is there is looked up again: since the draft somebody may have joined or left.
    """
    held = await council.mine(actor, round_id)
    round_ = _draft(held)
    case, flow, consultation = await council.case(actor.owner, round_.case)
    now = briefs.build(flow, case, consultation, ())
    if briefs.renewed(round_.brief, now).shown != round_.brief.shown:
        await _rebuild(council, actor, round_, now)
        return _RENEWED
    chosen = chosen_of(round_.terms)
    if not chosen:
        return "Choose first whom to ask."
    audience = await forum.audience(actor, chosen)
    workspace = await council.workspace(actor, audience.tenant)
    if not workspace.allows(chosen):
        return f"Here only {workspace.label} is asked. Give this draft up and begin it anew."
    only = briefs.people_only(flow, case, consultation)
    reason = opening.why_not(round_, audience, case.name, people_only=only, confirmed=confirmed)
    if reason:
        return reason
    told = summary(audience, chosen, writes_first=forum.writes_first)
    standing = briefs.standing(flow, case, consultation)

    def fold(held: Held) -> RoundFolded:
        if held.round is not None and held.round.stage == "open":
            return stages.same(held)
        draft = _draft(held)
        if draft.turn != round_.turn:  # what was looked at is not what would be posted
            raise WrongUse("The draft was changed at this moment.", "Look at it once more.")
        ready = replace(held, round=replace(draft, terms=replace(draft.terms, audience=told)))
        zone = stages.zone_of(draft)
        return opening.opened(ready, audience, standing, council.clock(), zone)

    done = await council.turn(round_id, fold, actor.owner, key=actor.delivery)
    # The same press again: it has shown the new facts, and nobody has looked at them since.
    return _RENEWED if done.duplicate and stages.known(done.held).stage == "draft" else ""


async def _rebuild(council: Council, actor: Actor, round_: Round, now: Brief) -> None:
    def fold(held: Held) -> RoundFolded:
        return opening.edited(held, brief=briefs.renewed(_draft(held).brief, now))

    await council.turn(round_.id, fold, actor.owner, key=actor.delivery)


def _draft(held: Held) -> Round:
    return stages.at(held, "draft")


def _following(fresh: Round, before: Round, *, whom: bool) -> Round:
    """Let a second round stand beside the first: same name, ticks, rules and (``whom``) people."""
    offered = {fact.question for fact in fresh.brief.offered}
    shown = {fact.question for fact in before.brief.facts}
    brief = replace(
        fresh.brief,
        code_name=before.brief.code_name,
        note=before.brief.note,
        ticked=tuple(q for q in sorted(offered & shown)),
    )
    audience = before.terms.audience if whom else fresh.terms.audience
    terms = replace(before.terms, close="", audience=audience)
    return replace(
        fresh,
        brief=brief,
        terms=terms,
        number=before.number + 1,
        before=before.id,
        earlier=before.record,
    )


async def _free_id(council: Council, case: Case, number: int) -> str:
    """Name the round of a case by its number, so that a press that comes twice begins one.

    A draft that was given up keeps its name, and its message.
    """
    for tries in count():
        named = f"{case.id} {number} {tries}".encode()
        round_id = b32encode(hashlib.blake2b(named, digest_size=10).digest()).decode()
        with suppress(NotFound):
            held = await council.rounds.held(round_id)
            if held.round is not None and held.round.stage == "dropped":
                continue
        return round_id
    raise AssertionError("counting never ends")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def _zone_or_utc(name: str) -> str:
    return name if _is_zone(name) else "UTC"
