"""Link two accounts with a one-time code that both sides confirm, and take them apart again.

One account is given a code, the other one enters it and agrees, and the first one confirms: only
then do they become one person. What is under way lies in the safe, under a ticket.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.chat.upkeep import note_elsewhere
from bot.errors import WrongUse
from bot.papers.joining import bring_along
from bot.ports import Account, Linked
from bot.rounds.ports import Actor
from bot.sheets import linking as said
from bot.sheets.model import Entered

MOST_TRIES = 5
"""Wrong codes that an account may enter within an hour."""

_LIFE = timedelta(minutes=said.MINUTES)
_HOUR = timedelta(hours=1)
_TICKETS, _CODES, _OFFERS, _TRIES = "link_tickets", "link_codes", "link_offers", "link_tries"


@dataclass(frozen=True, slots=True)
class Side:
    """An account on one side of a link that is to be."""

    owner: str
    platform: str
    name: str

    @property
    def account(self) -> Account:
        """How it is named to people."""
        return Account(self.platform, self.name)

    def is_of(self, actor: Actor) -> bool:
        """Say whether it is this account."""
        return (self.owner, self.platform) == (actor.owner, actor.platform)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link under way: who gave the code out, who entered it, and whether they agreed."""

    id: str
    code: str
    until: float
    main: Side
    other: Side | None = None
    agreed: bool = False


async def order_link(parts: Parts, actor: Actor, rest: str) -> Reaction:
    """Give a code out, or with a code written behind it, take that."""
    await parts.service.store.links.refresh()
    if linked := await parts.service.store.links.linked(actor.owner):
        return Reaction(said.linked_already(linked))
    if said.read_code(rest):
        return await _enter(parts, actor, rest)
    return await _offer(parts, actor)


async def order_unlink(parts: Parts, actor: Actor) -> Reaction:
    """Ask before two accounts are taken apart; raises ``WrongUse`` where none are linked."""
    return Reaction(said.unlink_question(await _linked(parts, actor)))


async def press_link(parts: Parts, actor: Actor, action: Action, key: str) -> Reaction:
    """Answer a button; raises ``WrongUse`` for what is over, or another account's.

    A press that comes twice does the same as once, so its ``key`` need not be kept.
    """
    what, ticket = said.read(action)
    match what:
        case "code":
            return Reaction(form=said.code_form())
        case "entered":
            return await _see(parts, actor, ticket)
        case "yes":
            return await _agree(parts, actor, ticket)
        case "no":
            return await _decline(parts, actor, ticket)
        case "merge":
            return await _merge(parts, actor, ticket)
        case "apart":
            return await order_unlink(parts, actor)
        case "unlink":
            return await _unlink(parts, actor)
        case "keep":
            return Reaction(said.kept(), instead=True)
        case _:
            raise WrongUse("That button is of an older version.", "Write “help” here.")


async def submit_link(
    parts: Parts, actor: Actor, form: Action, entered: Entered, key: str
) -> Reaction:
    """Take the code that was entered in a form."""
    code = entered.get("code", "")
    try:
        return await order_link(parts, actor, code if isinstance(code, str) else "")
    except WrongUse as error:
        return Reaction(errors={"code": str(error)})


# ------------------------------------------------------------------ the code


async def _offer(parts: Parts, actor: Actor) -> Reaction:
    """Draw a code; the one that was given out before is good no more."""
    now, safe = parts.clock(), parts.safe
    before = await safe.take(_OFFERS, actor.owner, now)
    if before:
        await safe.discard(_CODES, before.decode())
    code = "".join(secrets.choice(said.ALPHABET) for _ in range(said.LENGTH))
    side = Side(actor.owner, actor.platform, actor.name)
    ticket = Ticket(secrets.token_hex(8), code, (now + _LIFE).timestamp(), side)
    await _keep(parts, ticket)
    # Longer than it is good, so that the reason can be told.
    await safe.keep(_CODES, code, ticket.id.encode(), now + _HOUR)
    await safe.keep(_OFFERS, actor.owner, code.encode(), now + _LIFE)
    return Reaction(said.offer(code, ticket.id))


async def _enter(parts: Parts, actor: Actor, written: str) -> Reaction:
    """Take a code from the other account, and ask whether it is to be linked."""
    code, now = said.read_code(written), parts.clock()
    await _refuse_guesses(parts, actor)
    known = await parts.safe.kept(_CODES, code, now)
    if known is None:
        await _count_guess(parts, actor)
        raise WrongUse("This code is not known here, or was used.", "Have a new one given to you.")
    ticket = await _kept(parts, known.decode())
    if ticket is None:
        raise WrongUse(
            f"The {said.MINUTES} minutes of this code are over.", "Have a new one given to you."
        )
    _refuse_same(ticket.main, actor)
    if await parts.safe.take(_CODES, code, now) is None:  # somebody was faster
        raise WrongUse("This code was used.", "Have a new one given to you.")
    until = (now + _LIFE).timestamp()
    other = Side(actor.owner, actor.platform, actor.name)
    await _keep(parts, replace(ticket, other=other, until=until))
    return Reaction(said.question(ticket.id, ticket.main.account))


def _refuse_same(main: Side, actor: Actor) -> None:
    if main.owner == actor.owner:
        raise WrongUse(
            "This code is for your other account.", "Enter it there, not where you got it."
        )
    if main.platform == actor.platform:
        raise WrongUse(
            f"Both accounts are on {actor.platform.capitalize()}.",
            "Accounts can be linked across platforms, one on each.",
        )


async def _refuse_guesses(parts: Parts, actor: Actor) -> None:
    count, _ = await _guesses(parts, actor)
    if count >= MOST_TRIES:
        raise WrongUse("Those were too many wrong codes.", "Try again in an hour.")


async def _count_guess(parts: Parts, actor: Actor) -> None:
    count, until = await _guesses(parts, actor)
    value = orjson.dumps([count + 1, until])
    await parts.safe.keep(_TRIES, actor.owner, value, datetime.fromtimestamp(until, UTC))


async def _guesses(parts: Parts, actor: Actor) -> tuple[int, float]:
    """Give how many wrong codes an account entered, and until when they count."""
    now = parts.clock()
    value = await parts.safe.kept(_TRIES, actor.owner, now)
    if value is None:
        return 0, (now + _HOUR).timestamp()
    count, until = orjson.loads(value)
    return count, until


# ------------------------------------------------------------------ both sides confirm


async def _see(parts: Parts, actor: Actor, ticket_id: str) -> Reaction:
    """Show the account that gave the code out who entered it."""
    ticket = await _mine(parts, actor, ticket_id)
    if ticket.other is None:
        return Reaction(said.offer(ticket.code, ticket.id, waiting=True), instead=True)
    if not ticket.agreed:
        return Reaction(said.not_yet(ticket.id, ticket.other.account), instead=True)
    return Reaction(said.confirmation(ticket.id, ticket.other.account), instead=True)


async def _agree(parts: Parts, actor: Actor, ticket_id: str) -> Reaction:
    """Note the yes of the account where the code was entered."""
    ticket = await _kept(parts, ticket_id)
    if ticket is None or ticket.other is None or not ticket.other.is_of(actor):
        raise _over()
    await _keep(parts, replace(ticket, agreed=True))
    return Reaction(said.noted(ticket.main.account), instead=True)


async def _decline(parts: Parts, actor: Actor, ticket_id: str) -> Reaction:
    """End it, from either side; that it is over already is as good."""
    ticket = await _kept(parts, ticket_id)
    sides = (ticket.main, ticket.other) if ticket else ()
    if any(side and side.is_of(actor) for side in sides):
        await parts.safe.discard(_TICKETS, ticket_id)
    return Reaction(said.declined(), instead=True)


async def _merge(parts: Parts, actor: Actor, ticket_id: str) -> Reaction:
    """Link both, as both have agreed; pressed twice, it tells once more that it is done."""
    links = parts.service.store.links
    if linked := await links.linked(actor.owner):
        return Reaction(said.done(linked), instead=True)
    ticket = await _mine(parts, actor, ticket_id)
    if ticket.other is None or not ticket.agreed:
        raise _over()
    linked = Linked(ticket.main.account, ticket.other.account)
    owner, joining = ticket.main.owner, ticket.other.owner
    await bring_along(parts.service, owner, joining, linked.joined.platform, parts.clock())
    await links.link(owner, joining, linked)
    await parts.safe.discard(_TICKETS, ticket_id)
    return Reaction(said.done(linked), instead=True)


async def _mine(parts: Parts, actor: Actor, ticket_id: str) -> Ticket:
    """Read the ticket of the account that gave the code out; raises ``WrongUse``."""
    ticket = await _kept(parts, ticket_id)
    if ticket is None or not ticket.main.is_of(actor):
        raise _over()
    return ticket


def _over() -> WrongUse:
    return WrongUse("This attempt to link accounts is over.", "/crossroads link begins anew.")


# ------------------------------------------------------------------ and apart again


async def _unlink(parts: Parts, actor: Actor) -> Reaction:
    """Take two accounts apart; what was posted to the joined one is taken away."""
    linked = await _linked(parts, actor)
    await note_elsewhere(parts.service, linked.main.platform, actor.owner, "all", parts.clock())
    await parts.service.store.links.unlink(actor.owner)
    return Reaction(said.unlinked(linked), instead=True)


async def _linked(parts: Parts, actor: Actor) -> Linked:
    linked = await parts.service.store.links.linked(actor.owner)
    if linked is None:
        raise WrongUse("This account is not linked with another one.", "/crossroads link does so.")
    return linked


# ------------------------------------------------------------------ what lies in the safe


async def _keep(parts: Parts, ticket: Ticket) -> None:
    until = datetime.fromtimestamp(ticket.until, UTC)
    await parts.safe.keep(_TICKETS, ticket.id, orjson.dumps(asdict(ticket)), until)


async def _kept(parts: Parts, ticket_id: str) -> Ticket | None:
    value = await parts.safe.kept(_TICKETS, ticket_id, parts.clock())
    if value is None:
        return None
    record = orjson.loads(value)
    sides = {name: record[name] and Side(**record[name]) for name in ("main", "other")}
    return Ticket(**{**record, **sides})
