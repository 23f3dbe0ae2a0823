"""A whole round held with colleagues who are made up, to see how it goes.

Everything else about it is as in a team: the same turns, the same store, the same sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.terminal.forum import PLATFORM, TerminalForum, actor_of, chosen
from bot.commands.finding import no_such
from bot.commands.wiring import now
from bot.engine.model import Card
from bot.errors import WrongUse
from bot.opinion.linter import lint
from bot.opinion.model import Brief, Round, Standing
from bot.opinion.times import closing
from bot.ports import Listed, Person
from bot.rounds import drafting
from bot.rounds.audiences import chosen_of
from bot.rounds.council import Council
from bot.rounds.ports import Actor, Letter, Rounds
from bot.rounds.postman import Draw, Postman
from bot.rounds.stages import known, zone_of
from bot.service import Service
from bot.sheets.audience import audience_sheet
from bot.sheets.model import Entered, Picture
from bot.sheets.shown import Shown

Answers = Callable[[Brief, Standing], Sequence[Entered]]
"""Makes up what the colleagues answer; raises ``WrongUse`` where it cannot."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a rehearsal is held; ``course`` is what is decided in the end, if that is known."""

    people: int
    named: bool
    quorum: int
    note: str
    course: str
    answers: Answers


@dataclass(slots=True)
class Rehearsal:
    """Holds a round of one person; what is posted in it goes to ``show`` and ``picture``."""

    council: Council
    actor: Actor
    show: Callable[[Card], None]
    draw: Draw
    round_id: str = ""
    picture: Picture | None = None
    forum: TerminalForum = field(init=False)

    def __post_init__(self) -> None:
        self.forum = TerminalForum(self.council.service.owner, self._read)

    def _read(self, letter: Letter) -> None:
        """Show what is revealed; what an older round still had to say has nobody who waits."""
        if letter.role == "reveal" and letter.mark.startswith(f"{self.round_id}-"):
            self.picture = letter.sheet.picture
            self.show(letter.sheet.card)

    # -------------------------------------------------------------- before it is open

    async def draft(self, case: Listed, plan: Plan) -> tuple[Round, Sequence[Entered]]:
        """Draft the round and make up the answers; where that cannot be, nothing of it stays."""
        self.round_id = (await self._begin(case.id)).id
        try:
            return await self._prepare(case, plan)
        except WrongUse:
            await self.drop()
            raise

    async def _begin(self, case_id: str) -> Round:
        """Begin a draft; a rehearsal that was interrupted is taken up, or ended if it was open."""
        round_ = await self._draft_of(case_id)
        if round_.platform != PLATFORM:
            raise WrongUse(
                "Your team is asked about this case already.",
                f"“crossroads opinion show {round_.id}” shows how it stands.",
            )
        if round_.stage != "draft":
            await self._end(round_.id)
            round_ = await self._draft_of(case_id)
        return round_

    async def _draft_of(self, case_id: str) -> Round:
        return known((await drafting.begin(self.council, self.actor, case_id, self.forum)).held)

    async def _prepare(self, case: Listed, plan: Plan) -> tuple[Round, Sequence[Entered]]:
        council, actor, round_id = self.council, self.actor, self.round_id
        audience = chosen(plan.people)
        await drafting.whom(council, actor, round_id, audience, self.forum)
        _see(await drafting.how(council, actor, round_id, _how(plan)))
        _see(await drafting.note(council, actor, round_id, {"note": plan.note}))
        must = [finding.said for finding in lint(plan.note, case.name) if finding.blocks]
        if must:
            raise WrongUse(" ".join(must), "Leave that out of --note.")
        round_ = await self.round()
        courses = [course.id for course in round_.brief.courses]
        if plan.course and plan.course not in courses:
            raise no_such("course", plan.course, courses)
        return round_, plan.answers(round_.brief, round_.standing)

    def preview(self, round_: Round) -> Card:
        """Give what the team would see if it were posted now."""
        close = closing(self.council.clock(), round_.terms.hours, zone_of(round_))
        terms = replace(round_.terms, close=close.isoformat())
        able = round_.terms.audience.get("able")
        shown = Shown(
            replace(round_, stage="open", terms=terms), able if isinstance(able, int) else None, 0
        )
        return audience_sheet(shown).card

    async def drop(self) -> None:
        """Give the draft up."""
        await drafting.drop(self.council, self.actor, self.round_id)

    # -------------------------------------------------------------- the round itself

    async def hold(self, answers: Sequence[Entered], say: Callable[[str], None]) -> Round:
        """Post the draft, let everybody answer, and reveal it; ``say`` is told how it goes."""
        reason = await drafting.post(
            self.council, self.actor, self.round_id, self.forum, confirmed=False
        )
        if reason:
            await self.drop()
            raise WrongUse(reason, "--people, --quorum and --named change how they are asked.")
        terms = (await self.round()).terms
        audience = await self.forum.audience(self.actor, chosen_of(terms))
        for voter, entered in zip(audience.voters or (), answers, strict=False):
            _see(await self.council.answer(actor_of(voter), self.round_id, entered))
            held = await self.council.rounds.held(self.round_id)
            say(Shown(known(held), held.asked, held.answered).progress)
        postman = Postman(self.council, PLATFORM, self.forum, self.draw)
        await postman.round()
        if (await self.round()).stage != "closed":
            say("Nobody else answers, so it is closed by hand.")
            await self._end(self.round_id)
            await postman.round()
        return await self.round()

    async def _end(self, round_id: str) -> None:
        """Close a round by hand; if too few have answered, without them."""
        await self.council.close(round_id, self.actor.owner, "hand")
        await self.council.without(round_id, self.actor.owner)

    async def decide(self, course: str, reason: str) -> Round:
        """Record what was decided."""
        entered = {"course": course, "reason": reason}
        _see(await self.council.decide(self.actor, self.round_id, entered))
        return await self.round()

    async def round(self) -> Round:
        """Read the round as it is now."""
        return known(await self.council.rounds.held(self.round_id))


def rehearsal(
    service: Service, rounds: Rounds, person: Person, show: Callable[[Card], None], draw: Draw
) -> Rehearsal:
    """Set a rehearsal up for somebody at the terminal."""
    owner = service.owner(person)
    actor = Actor(owner, PLATFORM, person.tenant, person.name, person.name, {"user": person.name})
    return Rehearsal(Council(service, rounds, now), actor, show, draw)


def _how(plan: Plan) -> Entered:
    who = "named" if plan.named else "anonymous"
    return {"who": who, "quorum": str(plan.quorum), "hours": "48", "zone": "UTC"}


def _see(wrong: Mapping[str, str]) -> None:
    """Raise what is wrong by field as ``WrongUse``."""
    if wrong:
        raise WrongUse(" ".join(wrong.values()))
