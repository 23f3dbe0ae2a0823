"""What can be done about a round: each a turn of its own, durable when it comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.engine.model import Case, Flow
from bot.errors import NotFound, WrongUse
from bot.opinion import brief as briefs
from bot.opinion.ballots import clean, filled_in, from_bytes, to_bytes
from bot.opinion.consult import Consultation
from bot.opinion.model import Ballot, Decision, Round, Standing
from bot.rounds import answering, ending, stages
from bot.rounds.audiences import one, several
from bot.rounds.ports import (
    Actor,
    Held,
    RoundDone,
    RoundFolded,
    Rounds,
    RoundWork,
    Target,
)
from bot.rounds.workspace import Workspace, read_workspace
from bot.service import Clock, Service
from bot.sheets.model import Entered


@dataclass(frozen=True, slots=True)
class Council:
    """Runs the turns of rounds for one platform."""

    service: Service
    rounds: Rounds
    clock: Clock

    # -------------------------------------------------------------- answers

    async def ballot_of(self, actor: Actor, round_id: str) -> tuple[Held, Ballot | None]:
        """Read a round with somebody's own answer."""
        held = await self.rounds.held(round_id, actor.owner)
        return held, from_bytes(held.ballot) if held.ballot else None

    async def answer(self, actor: Actor, round_id: str, entered: Entered) -> Mapping[str, str]:
        """Take an answer; gives what is wrong by field, and then takes nothing."""
        wrong: dict[str, str] = {}

        def fold(held: Held) -> RoundFolded:
            round_ = stages.known(held)
            answering.may_answer(held, actor, stages.group(round_))
            before = from_bytes(held.ballot) if held.ballot else None
            ballot, found = filled_in(round_.brief, entered, before)
            if ballot is None:
                wrong.update(found)
                return stages.same(held)
            named = not round_.terms.anonymous
            known = held.participant.name if held.participant else ""
            data = to_bytes(ballot, *((actor.owner, known or actor.name) if named else ()))
            wide = bool(round_.terms.audience.get("wide"))
            return answering.answered(held, actor, stages.group(round_), data, wide, self.clock())

        await self.turn(round_id, fold, voter=actor.owner, key=actor.delivery)
        return wrong

    async def take_back(self, actor: Actor, round_id: str) -> None:
        """Delete somebody's own answer."""

        def fold(held: Held) -> RoundFolded:
            return answering.taken_back(held, bool(stages.known(held).terms.audience.get("wide")))

        await self.turn(round_id, fold, voter=actor.owner, key=actor.delivery)

    async def remind_me(self, actor: Actor, round_id: str) -> None:
        """Note that somebody wants to be reminded privately."""
        await self.turn(
            round_id,
            lambda held: answering.to_be_reminded(held, actor, stages.group(stages.known(held))),
            voter=actor.owner,
        )

    async def worry(self, actor: Actor, round_id: str) -> None:
        """Pass a worry about safety on to the asker, once for each time it was pressed."""
        await self.turn(
            round_id,
            lambda held: answering.concern(held, actor, stages.group(stages.known(held))),
            voter=actor.owner,
            key=actor.delivery,
        )

    # -------------------------------------------------------------- the end

    async def extend(self, actor: Actor, round_id: str, hours: int) -> None:
        """Put the close off, once."""

        def fold(held: Held) -> RoundFolded:
            zone = stages.zone_of(stages.known(held))
            return ending.extended(held, hours, self.clock(), zone)

        await self.turn(round_id, fold, actor.owner, key=actor.delivery)

    async def close(
        self, round_id: str, owner: str = "", why: str = "time", key: str = ""
    ) -> RoundDone:
        """Close an open round: because its time is over, or (with ``owner``) by hand."""
        held = await self.rounds.held(round_id)
        standing = await self._standing(stages.known(held))
        return await self.turn(
            round_id,
            lambda held: ending.closed(held, standing, self.clock(), why),
            owner,
            opened=True,
            key=key,
        )

    async def without(self, round_id: str, owner: str = "", key: str = "") -> None:
        """Finish a round that has too few answers."""
        await self.turn(
            round_id, lambda held: ending.finished_without(held, self.clock()), owner, key=key
        )

    async def decide(self, actor: Actor, round_id: str, entered: Entered) -> Mapping[str, str]:
        """Record what the asker decided; gives what is wrong by field."""
        held = await self.mine(actor, round_id)
        round_ = stages.known(held)
        course, reason = one(entered, "course"), clean(one(entered, "reason"))
        shared = "yes" in several(entered, "share")
        name = await self.name_of(round_)
        wrong = ending.decision_faults(round_, course, reason, name, shared=shared)
        if wrong:
            return wrong
        decision = Decision(
            course,
            followed=course == ending.with_team(round_),
            reason=reason,
            shared=shared,
            at=self.clock().isoformat(),
        )
        await self.turn(
            round_id, lambda held: ending.decided(held, decision), actor.owner, key=actor.delivery
        )
        return {}

    # -------------------------------------------------------------- what is due

    async def remind(self, round_id: str, *, privately: bool) -> None:
        """Remind those who have not answered."""
        await self.turn(
            round_id, lambda held: ending.reminded(held, privately=privately), everyone=True
        )

    async def look_at(self, round_id: str, owner: str, case_id: str) -> None:
        """See whether the facts of a round's case have changed."""
        try:
            case, flow, consultation = await self.case(owner, case_id)
        except (NotFound, WrongUse):
            return
        now = briefs.build(flow, case, consultation, ())

        def fold(held: Held) -> RoundFolded:
            changed = briefs.has_changed(stages.known(held).brief, now)
            return answering.looked_at(held, case.turn, changed)

        await self.turn(round_id, fold)

    async def not_reached(self, round_id: str, target: Target) -> None:
        """Note that the brief did not reach somebody, or the place that it was to be posted to."""

        def fold(held: Held) -> RoundFolded:
            audience = stages.known(held).terms.audience
            if audience.get("wide"):
                return answering.unreachable(held, target, self.clock())
            return answering.not_posted(held, str(audience.get("label", "")))

        await self.turn(round_id, fold, everyone=True)

    # -------------------------------------------------------------- reading

    async def mine(self, actor: Actor, round_id: str) -> Held:
        """Read a round that somebody asked for; raises ``NotFound`` for anybody else's."""
        with suppress(NotFound):  # nobody learns which rounds others have
            held = await self.rounds.held(round_id)
            if held.round is not None and held.round.owner == actor.owner:
                return held
        raise NotFound("There is no such round of yours.", "/crossroads opinion lists yours.")

    async def name_of(self, round_: Round) -> str:
        """Give the asker's own nickname for the client; "" where the case is gone."""
        try:
            return (await self.service.store.case(round_.owner, round_.case)).name
        except NotFound:
            return ""

    async def people_only(self, round_: Round) -> bool:
        """Say whether only named people may be asked; raises ``NotFound`` if it is gone."""
        case, flow, consultation = await self.case(round_.owner, round_.case)
        return briefs.people_only(flow, case, consultation)

    async def workspace(self, actor: Actor, tenant: str = "") -> Workspace:
        """Read the settings of the workspace somebody is in, or of the one that is named."""
        of = replace(actor, tenant=tenant) if tenant else actor
        return await read_workspace(self.service.store.safe, of, self.clock)

    async def turn(
        self,
        round_id: str,
        fold: Callable[[Held], RoundFolded],
        owner: str = "",
        *,
        voter: str = "",
        everyone: bool = False,
        opened: bool = False,
        key: str = "",
    ) -> RoundDone:
        work = RoundWork(
            round_id, self.clock(), fold, owner, voter, everyone=everyone, opened=opened, key=key
        )
        return await self.rounds.turn(work)

    async def case(self, owner: str, case_id: str) -> tuple[Case, Flow, Consultation]:
        case = await self.service.store.case(owner, case_id)
        flow = await self.service.flow_of(case)
        consultation = briefs.consultation_of(flow)
        if consultation is None:
            raise WrongUse(
                "The dialogue of this case does not say how a team is asked.",
                "Begin a new case: newer dialogues do.",
            )
        return case, flow, consultation

    async def _standing(self, round_: Round) -> Standing | None:
        try:
            case, flow, consultation = await self.case(round_.owner, round_.case)
        except (NotFound, WrongUse):
            return None
        if case.version != round_.brief.version:  # its courses may be others
            return None
        return briefs.standing(flow, case, consultation)
