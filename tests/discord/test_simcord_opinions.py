"""A small round in a Discord that somebody else has made takes all its messages and forms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.ports import Person
from tests.discord.circle import Json, as_entered, decided, does
from tests.discord.simulation import Shown, Simulation, named, said
from tests.discord.test_talks import loaded
from tests.flows.talks import TROUBLED_CLIENT

CASE = "CASEANN"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Simulation]:
    ((flow, files),) = loaded(TROUBLED_CLIENT).values()
    async with Simulation(tmp_path, flow, files) as simulation:
        yield simulation


async def fills(
    here: Simulation, me: MemberActor, where: Shown, what: str, **values: object
) -> InteractionResult:
    """Open a form by its button, and send it off."""
    opened = await me.click(where, custom_id=named(where, does(what)))
    assert opened.modal
    sent = await me.submit_modal(opened, as_entered(opened.modal, values))
    assert sent.acknowledged
    await here.env.advance_time(3)
    await here.app.discord.hub.postman.round()
    return sent


async def test_a_small_round_is_taken_there_as_well(here: Simulation) -> None:
    guild = here.env.create_guild("Acme")
    ann, *people = [
        guild.add_member(here.env.create_user(name)) for name in ("ann", "bob", "cleo", "dan")
    ]
    room = guild.create_text_channel("cases")
    await is_there(here, ann)
    draft = await drafted(ann, room)
    how: Json = {"who": "named", "quorum": "3", "early": ["yes"], "hours": "48", "zone": "UTC"}
    await fills(here, ann, draft, "how", **how)
    await fills(here, ann, draft, "whom", channel=room)
    await fills(here, ann, draft, "post", sure=["yes"])
    for who in people:
        (brief,) = room.history()
        told = await fills(here, who, brief, "answer", course="KEEP", sure="very", note="Mind.")
        assert told.response
        assert "It is saved" in said(told.response)
        if who is people[0]:
            await fills(here, who, told.response, "differ", differently=["scope"])
    brief, reveal = room.history()
    assert "Closed: 3 answered" in said(brief)
    assert "Keep and watch: 3" in said(reveal)
    assert reveal.reference is not None
    assert reveal.reference.message_id == brief.id


async def is_there(here: Simulation, ann: MemberActor) -> None:
    """Leave a case of hers behind, held up to its result."""
    service = here.app.service
    owner = service.owner(Person("discord", str(ann.id)))
    (flow,) = service.flows
    await decided(service, flow, owner, CASE, here.env.now())


async def drafted(ann: MemberActor, room: ChannelHandle) -> Shown:
    """Begin a draft in the server; gives what she alone sees of it."""
    begun = await ann.slash(room, "crossroads opinion", case=CASE)
    assert begun.ephemeral
    assert begun.response is not None
    return begun.response
