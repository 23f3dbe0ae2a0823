"""A team in a terminal: rounds are held here with colleagues who are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import WrongUse
from bot.ports import Contact, Person
from bot.rounds.audiences import one
from bot.rounds.ports import Actor, Audience, Letter, Target, Voter
from bot.sheets.model import Entered, Field

PLATFORM = "terminal"
FEWEST, MOST = 2, 40
"""How many colleagues can be made up."""

_TENANT = "made-up colleagues"
_FIELD = "people"


def chosen(people: int) -> Entered:
    """Give what is entered to ask so many colleagues."""
    return {_FIELD: str(people)}


@dataclass(frozen=True, slots=True)
class TerminalForum:
    """Fulfils ``bot.rounds.ports.Forum``; ``read`` is handed everything that is posted.

    ``owner`` gives the opaque id of a person, made-up ones included.
    """

    owner: Callable[[Person], str]
    read: Callable[[Letter], None]
    form_room: int = 40
    writes_first: bool = True

    async def put(self, letter: Letter) -> str:
        self.read(letter)
        return letter.ref or letter.mark

    async def take_away(self, target: Target, ref: str) -> None:
        """Do nothing: what was printed stays printed."""

    async def audience_fields(
        self, asker: Actor, *, people_only: bool = False
    ) -> tuple[Field, ...]:
        return (Field(_FIELD, "How many made-up colleagues?", "text", required=True),)

    async def audience(self, asker: Actor, entered: Entered) -> Audience:
        said = one(entered, _FIELD)
        if not said.isdecimal() or not FEWEST <= int(said) <= MOST:
            raise WrongUse(
                f"{said or 'Nobody'} cannot be asked.",
                f"Between {FEWEST} and {MOST} colleagues can be made up, as in --people 5.",
            )
        voters = tuple(self._voter(number) for number in range(1, int(said) + 1))
        target = Target(PLATFORM, {"team": _TENANT})
        return Audience("people", f"{said} made-up colleagues", (target,), voters)

    def _voter(self, number: int) -> Voter:
        name = f"Colleague {number}"
        return Voter(self.owner(Person(_TENANT, name)), name, {"user": name})

    async def private(self, who: Actor) -> Target:
        return Target(PLATFORM, {"user": who.user})

    async def zone(self, who: Actor) -> str:
        return "UTC"

    def workspace(self, contact: Contact) -> str:
        """Name no workspace: a terminal is in none."""
        return ""

    def reach(self, who: Actor) -> str:
        """Name no tenant: nobody is reached by one."""
        return ""

    async def rules_here(self, who: Actor) -> bool:
        return False


def actor_of(voter: Voter) -> Actor:
    """Let a made-up colleague act."""
    return Actor(voter.owner, PLATFORM, _TENANT, voter.name, voter.name, voter.address)
