"""Whom a second opinion may ask on Discord, and what is found out about them before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.discord.heard import Speaker
from bot.errors import DeliveryError, WrongUse
from bot.rounds.ports import Audience
from bot.sheets.model import FIELD_HINT, FIELD_LABEL
from tests.discord.team import Team, team
from tests.fakes.discord import Channel, FakeDiscord, Status
from tests.fakes.discord.model import ANNOUNCEMENT, PUBLIC
from tests.fakes.discord.rights import (
    ADMINISTRATOR,
    ATTACH,
    HISTORY,
    MAKE_PRIVATE,
    SEND,
    SEND_IN_THREADS,
    VIEW,
)

pytestmark = pytest.mark.usefixtures("still", "sound")

VOICE = 2


@pytest.fixture
async def here(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Team]:
    async with team(fake, tmp_path) as there:
        yield there


async def found(
    here: Team, *roles: str, away: bool = False, **entered: str | tuple[str, ...]
) -> Audience:
    return await here.forum.audience(await here.asker(*roles, away=away), entered)


async def refused(
    here: Team, *roles: str, away: bool = False, **entered: str | tuple[str, ...]
) -> str:
    with pytest.raises(WrongUse) as caught:
        await found(here, *roles, away=away, **entered)
    return str(caught.value)


# ------------------------------------------------------------------ what is offered


async def test_in_a_server_channels_people_and_roles_are_offered(here: Team) -> None:
    fields = await here.forum.audience_fields(await here.asker())
    assert [(one.id, one.kind) for one in fields] == [
        ("channel", "channel"),
        ("group", "group"),
        ("people", "people"),
    ]
    assert fields[2].most == 25


async def test_in_direct_messages_a_channel_is_named_by_its_link(here: Team) -> None:
    (field,) = await here.forum.audience_fields(await here.asker(away=True))
    assert (field.id, field.kind) == ("channel", "text")


async def test_labels_and_hints_are_no_longer_than_discord_takes(here: Team) -> None:
    for away in (True, False):
        for field in await here.forum.audience_fields(await here.asker(away=away)):
            assert 1 <= len(field.label) <= FIELD_LABEL
            assert 1 <= len(field.hint) <= FIELD_HINT


# ------------------------------------------------------------------ a channel or thread


async def test_of_a_channel_nobody_knows_who_is_there(here: Team) -> None:
    audience = await found(here, channel=here.room.id)
    assert (audience.kind, audience.label, audience.voters) == ("channel", "#team", None)
    assert (audience.group, audience.public, audience.shared) == ("", True, False)
    assert [one.address["channel"] for one in audience.targets] == [here.room.id]


async def test_a_channel_that_not_everybody_may_see_is_not_public(here: Team) -> None:
    team_role = here.fake.servers.role(here.guild, "Team", here.ann)
    here.fake.servers.allow(here.room, here.guild.id, deny=VIEW)
    for one in (team_role, here.fake.world.bot.id):
        here.fake.servers.allow(here.room, one, allow=VIEW)
    assert not (await found(here, team_role, channel=here.room.id)).public


async def test_a_thread_is_asked_as_its_channel_would_be(here: Team) -> None:
    thread = here.fake.servers.thread(here.room, "design", here.bob, kind=PUBLIC)
    audience = await found(here, channel=thread.id)
    assert (audience.kind, audience.label) == ("thread", "the thread “design”")
    assert audience.public
    here.fake.servers.allow(here.room, here.guild.id, deny=VIEW)
    here.fake.servers.allow(here.room, here.fake.world.bot.id, allow=VIEW)
    assert await refused(here, channel=thread.id)


async def test_in_a_private_thread_only_who_is_in_it_may_ask(here: Team) -> None:
    bot = here.fake.world.bot.id
    thread = here.fake.servers.thread(here.room, "inner", here.bob)
    assert "cannot see that channel" in await refused(here, channel=thread.id)
    now = here.fake.world.channels[thread.id]
    joined = here.fake.world.place(replace(now, people=(*now.people, bot)))
    assert "cannot write in that channel" in await refused(here, channel=joined.id)
    here.fake.world.place(replace(now, people=(bot, here.ann.id)))
    assert not (await found(here, channel=thread.id)).public


@pytest.mark.parametrize("form", ["{id}", "<#{id}>", "{link}", "{link}/123", " {link} "])
async def test_outside_of_the_server_a_link_leads_to_the_channel(here: Team, form: str) -> None:
    link = f"https://discord.com/channels/{here.guild.id}/{here.room.id}"
    audience = await found(here, away=True, channel=form.format(id=here.room.id, link=link))
    assert audience.label == "#team"


@pytest.mark.parametrize(
    "text", ["the team channel", "https://evil.example/channels/1/2", "1" * 21, "<@1>", "1 2"]
)
async def test_what_is_no_link_to_a_channel_is_refused(here: Team, text: str) -> None:
    assert "no link to a channel" in await refused(here, away=True, channel=text)


async def test_who_is_not_in_the_server_cannot_ask_there(here: Team) -> None:
    here.fake.servers.leaves(here.guild, here.ann)
    assert "cannot write" in await refused(here, away=True, channel=here.room.id)


async def test_one_can_ask_only_where_one_may_write_oneself(here: Team) -> None:
    here.fake.servers.allow(here.room, here.guild.id, deny=SEND)
    here.fake.servers.allow(here.room, here.fake.world.bot.id, allow=SEND)
    for away in (True, False):
        assert "cannot write" in await refused(here, away=away, channel=here.room.id)
    role = here.fake.servers.role(here.guild, "Lead", here.ann)
    here.fake.servers.allow(here.room, role, allow=SEND)
    for away in (True, False):
        assert (await found(here, role, away=away, channel=here.room.id)).label == "#team"


async def test_a_channel_of_another_server_is_not_taken_from_here(here: Team) -> None:
    other = here.fake.guild("Other")
    assert "another server" in await refused(here, channel=other.channel.id)


@pytest.mark.parametrize("channel", ["1", "999999999999999999"])
async def test_a_channel_that_is_not_there_is_refused(here: Team, channel: str) -> None:
    assert "cannot see that channel" in await refused(here, channel=channel)


async def test_direct_messages_are_no_audience(here: Team) -> None:
    dm = here.fake.world.dm(here.bob.id)
    assert "cannot see that channel" in await refused(here, away=True, channel=dm.id)


async def test_a_channel_for_voices_is_no_place_for_it(here: Team) -> None:
    voice = here.fake.world.place(Channel("4711", VOICE, "talk", here.guild.id))
    assert "Nothing can be posted there" in await refused(here, channel=voice.id)


async def test_without_a_channel_nothing_is_found(here: Team) -> None:
    assert "No channel" in await refused(here)
    assert "No channel" in await refused(here, people=(here.bob.id,), channel="")


@pytest.mark.parametrize(
    ("denied", "name"),
    [(SEND, "Send Messages"), (ATTACH, "Attach Files"), (HISTORY, "Read Message History")],
)
async def test_what_the_bot_may_not_do_is_named_before_anything_is_posted(
    here: Team, denied: int, name: str
) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=denied)
    said = await refused(here, channel=here.room.id)
    assert "I may not post in #team" in said
    assert said.endswith(f"{name}.")


async def test_trouble_on_the_way_is_not_taken_for_a_wrong_choice(here: Team) -> None:
    here.fake.fail("guild", Status(503))
    with pytest.raises(DeliveryError):
        await found(here, channel=here.room.id)


# ------------------------------------------------------------------ a role


async def test_of_a_role_only_its_members_may_answer_in_the_channel(here: Team) -> None:
    role = here.fake.servers.role(here.guild, "Design", here.bob)
    audience = await found(here, channel=here.room.id, group=role)
    assert (audience.kind, audience.group, audience.voters) == ("group", role, None)
    assert audience.label == "@Design in #team"
    assert audience.public


async def test_a_role_that_is_not_of_this_server_is_refused(here: Team) -> None:
    assert "role is not there" in await refused(here, channel=here.room.id, group="1")


async def test_a_role_and_people_are_two_audiences(here: Team) -> None:
    role = here.fake.servers.role(here.guild, "Design", here.bob)
    said = await refused(here, channel=here.room.id, group=role, people=(here.bob.id,))
    assert "one of them" in said


# ------------------------------------------------------------------ named people


async def test_named_people_are_asked_in_a_thread_of_their_own(here: Team) -> None:
    audience = await found(here, channel=here.room.id, people=(here.bob.id, here.cleo.id))
    assert (audience.kind, audience.public) == ("people", False)
    assert audience.voters is not None
    assert [(one.name, one.trouble) for one in audience.voters] == [("Bob", ""), ("Cleo", "")]
    owners = [one.owner for one in audience.voters]
    assert owners == [here.at.owner(here.bob), here.at.owner(here.cleo)]
    (target,) = audience.targets
    assert target.address["members"] == f"{here.bob.id},{here.cleo.id}"
    assert target.address["asker"] == here.ann.id
    assert "Bob, Cleo, in a private thread in #team" in audience.label
    assert "moderators" in audience.label
    assert here.fake.servers.threads(here.room) == [], "it is made when something is posted"


async def test_two_rounds_have_two_threads(here: Team) -> None:
    asked = (here.bob.id,)
    both = [await found(here, channel=here.room.id, people=asked) for _ in range(2)]
    names = {one.targets[0].address["thread_name"] for one in both}
    assert len(names) == 2


async def test_who_cannot_answer_is_named_with_the_reason(here: Team) -> None:
    blind = here.fake.person("Dora")
    here.fake.servers.allow(here.room, blind.id, deny=VIEW)
    here.fake.servers.leaves(here.guild, here.cleo)
    asked = (here.bob.id, here.cleo.id, here.ann.id, blind.id, here.fake.world.bot.id, "1")
    audience = await found(here, channel=here.room.id, people=asked)
    assert audience.voters is not None
    assert [one.trouble for one in audience.voters] == [
        "",
        "left",
        "asker",
        "unreachable",
        "bot",
        "left",
    ]
    assert audience.targets[0].address["members"] == here.bob.id


async def test_somebody_named_twice_is_asked_once(here: Team) -> None:
    audience = await found(here, channel=here.room.id, people=(here.bob.id, here.bob.id))
    assert audience.voters is not None
    assert len(audience.voters) == 1


@pytest.mark.parametrize("kind", [PUBLIC, ANNOUNCEMENT])
async def test_private_threads_are_made_in_channels_of_text_alone(here: Team, kind: int) -> None:
    servers = here.fake.servers
    if kind == PUBLIC:
        place = servers.thread(here.room, "design", here.bob, kind=PUBLIC)
    else:
        place = servers.channel(here.guild, "news", kind)
    assert "No private thread" in await refused(here, channel=place.id, people=(here.bob.id,))


async def test_more_people_than_the_form_takes_are_not_asked(here: Team) -> None:
    asked = tuple(str(number) for number in range(26))
    assert "more than 25" in await refused(here, channel=here.room.id, people=asked)


@pytest.mark.parametrize(
    ("denied", "name"),
    [(MAKE_PRIVATE, "Create Private Threads"), (SEND_IN_THREADS, "Send Messages in Threads")],
)
async def test_what_private_threads_need_is_named(here: Team, denied: int, name: str) -> None:
    here.fake.servers.allow(here.room, here.fake.world.bot.id, deny=denied)
    said = await refused(here, channel=here.room.id, people=(here.bob.id,))
    assert said.endswith(f"{name}.")
    assert (await found(here, channel=here.room.id)).kind == "channel"


async def test_what_is_named_like_a_person_and_is_none_is_not_asked_for(here: Team) -> None:
    before = len(here.fake.calls_of("member"))
    entered = ("../../users/@me", "1?x", "")
    audience = await found(here, channel=here.room.id, people=entered)
    assert audience.voters is not None
    assert {one.trouble for one in audience.voters} == {"left"}
    asked = here.fake.calls_of("member")[before:]
    assert all(one.ids["user"].isdecimal() for one in asked)


# ------------------------------------------------------------------ who may do what


async def test_the_servers_owner_and_administrators_may_do_everything(here: Team) -> None:
    here.fake.servers.everybody_may(here.guild, 0)
    boss = here.fake.servers.role(here.guild, "Boss", here.bob, bits=ADMINISTRATOR)
    here.fake.world.held[here.guild.id, here.fake.world.bot.id] = (boss,)
    grounds = here.forum._grounds  # type: ignore[attr-defined]
    ground = await grounds.of(here.room.id)
    for who, may in ((here.olga, True), (here.bob, True), (here.ann, False)):
        member = await grounds.member(here.guild.id, who.id)
        assert bool(ground.rights_of(member) & VIEW) is may


async def test_who_speaks_in_direct_messages_belongs_to_the_server_they_came_by(
    here: Team,
) -> None:
    hub = here.at.discord.hub
    await hub.meet(Speaker(here.ann.id, f"discord:server:{here.guild.id}"))
    asker = await here.asker(away=True)
    assert asker.tenant == f"discord:server:{here.guild.id}"
    assert "guild" not in asker.address
