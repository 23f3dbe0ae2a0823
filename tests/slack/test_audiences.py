"""Who can be asked in Slack: found out when somebody is chosen, and told where nobody can be."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from bot.errors import DeliveryError, WrongUse
from bot.rounds.ports import Audience
from bot.sheets.model import FIELD_HINT, FIELD_LABEL, Entered
from tests.fakes.slack import Channel, Error, FakeSlack, Person, Status
from tests.slack.forums import actor, address, forum

TEAM_SCOPES = ("channels:read", "groups:read", "usergroups:read", "users:read")


async def find(fake: FakeSlack, asker: Person, entered: Entered) -> Audience:
    async with forum(fake) as at:
        return await at.audience(actor(fake, asker), entered)


async def refusal(fake: FakeSlack, asker: Person, entered: Entered) -> str:
    with pytest.raises(WrongUse) as caught:
        await find(fake, asker, entered)
    return str(caught.value)


def troubles(found: Audience) -> dict[str, str]:
    return {one.name: one.trouble for one in found.voters or ()}


@pytest.fixture
def cleo(fake: FakeSlack) -> Person:
    return fake.person("Cleo")


@pytest.fixture
def mixed(fake: FakeSlack) -> list[Person]:
    """Those who cannot be asked, and why stands in their names."""
    return [
        fake.person("bot", is_bot=1),
        fake.person("guest", is_restricted=1),
        fake.person("guest of one channel", is_ultra_restricted=1),
        fake.person("left", deleted=1),
    ]


# ------------------------------------------------------------------ what may be chosen


async def test_channels_people_and_threads_can_always_be_chosen(
    fake: FakeSlack, ann: Person
) -> None:
    async with forum(fake) as at:
        fields = await at.audience_fields(actor(fake, ann))
    assert [one.id for one in fields] == ["channel", "people", "thread"]
    assert all(len(one.label) <= FIELD_LABEL for one in fields)
    assert all(len(one.hint) <= FIELD_HINT for one in fields)


async def test_groups_are_offered_ones_own_first(fake: FakeSlack, ann: Person, bob: Person) -> None:
    fake.group("zoo", ann)
    fake.group("desk", bob)
    async with forum(fake) as at:
        fields = await at.audience_fields(actor(fake, ann))
    (group,) = [one for one in fields if one.id == "group"]
    assert [choice.label for choice in group.choices] == ["Zoo (@zoo)", "Desk (@desk)"]


async def test_of_very_many_groups_some_are_offered_and_it_says_so(
    fake: FakeSlack, ann: Person
) -> None:
    for number in range(30):
        fake.group(f"g{number:02}")
    own = fake.group("zoo", ann)
    async with forum(fake) as at:
        fields = await at.audience_fields(actor(fake, ann))
    (group,) = [one for one in fields if one.id == "group"]
    assert len(group.choices) == 25
    assert group.choices[0].id == own.id
    assert "25 of 31 are listed, yours first." in group.hint
    assert len(group.hint) <= FIELD_HINT


@pytest.mark.parametrize("code", ["missing_scope", "paid_teams_only", "plan_upgrade_required"])
async def test_where_groups_cannot_be_seen_the_others_can_be_chosen(
    fake: FakeSlack, ann: Person, code: str
) -> None:
    fake.group("zoo", ann)
    fake.fail("usergroups.list", Error(code))
    async with forum(fake) as at:
        fields = await at.audience_fields(actor(fake, ann))
    assert [one.id for one in fields] == ["channel", "people", "thread"]


# ------------------------------------------------------------------ a channel


async def test_everybody_in_a_channel_is_asked_but_for_those_who_cannot_be(
    fake: FakeSlack, ann: Person, bob: Person, cleo: Person, mixed: list[Person]
) -> None:
    channel = fake.channel("cases", ann, bob, cleo, *mixed, private=True)
    found = await find(fake, ann, {"channel": channel.id, "people": (), "thread": " "})
    assert (found.kind, found.label) == ("channel", "#cases")
    assert (found.shared, found.public) == (False, False)
    assert troubles(found) == {
        "Ann": "asker",
        "Bob": "",
        "Cleo": "",
        "bot": "bot",
        "guest": "guest",
        "guest of one channel": "guest",
        "left": "left",
    }
    (target,) = found.targets
    assert target.address == address(fake, channel=channel.id, thread="")


async def test_a_voter_has_the_id_that_their_press_will_have(
    fake: FakeSlack, ann: Person, bob: Person
) -> None:
    found = await find(fake, ann, {"people": (bob.id,)})
    (voter,) = found.voters or ()
    assert voter.owner == actor(fake, bob).owner
    assert voter.address == address(fake, user=bob.id, channel="")


@pytest.mark.parametrize("scale", [21, 1_001])
async def test_a_large_channel_is_read_by_pages_and_not_one_by_one(
    fake: FakeSlack, ann: Person, mixed: list[Person], scale: int
) -> None:
    people = [fake.person(f"P{number}") for number in range(scale)]
    channel = fake.channel("all", ann, *people, *mixed)
    found = await find(fake, ann, {"channel": channel.id})
    assert len(found.voters or ()) == scale + 5
    assert sum(not one.trouble for one in found.voters or ()) == scale
    assert found.public
    assert fake.calls_of("users.info") == []
    assert len(fake.calls_of("users.list")) == scale // 1_000 + 1


async def test_a_channel_of_thousands_is_no_team(fake: FakeSlack, ann: Person) -> None:
    people = tuple(f"U{number:08}" for number in range(2_001))
    channel = Channel("C1", "all", people=people)
    fake.team.channels["C1"] = channel
    assert "more than 2,000 people" in await refusal(fake, ann, {"channel": "C1"})
    assert fake.calls_of("users.list") == []


async def test_another_organisation_in_a_channel_is_seen_also_one_that_is_only_asked_to(
    fake: FakeSlack, ann: Person
) -> None:
    invited = fake.channel("soon", ann, invited=True)
    for channel in (fake.channel("partners", ann, shared=True), invited):
        assert (await find(fake, ann, {"channel": channel.id})).shared


async def test_the_own_organisation_is_no_other(fake: FakeSlack, ann: Person) -> None:
    assert not (await find(fake, ann, {"channel": fake.channel("all", ann, wide=True).id})).shared


@pytest.mark.parametrize("how", [{"is_stranger": 1}, {"home": "T99999999"}])
async def test_a_stranger_among_them_counts_as_another_organisation(
    fake: FakeSlack, ann: Person, how: dict[str, Any]
) -> None:
    stranger = fake.person("Stranger", **how)
    channel = fake.channel("cases", ann, stranger)
    assert (await find(fake, ann, {"channel": channel.id})).shared
    assert (await find(fake, ann, {"people": (stranger.id,)})).shared


async def test_a_stranger_is_seen_among_many_as_well(fake: FakeSlack, ann: Person) -> None:
    people = [fake.person(f"P{number}") for number in range(30)]
    stranger = fake.person("Stranger", home="T99999999")
    found = await find(fake, ann, {"channel": fake.channel("all", *people, stranger).id})
    assert found.shared


async def test_an_archived_channel_is_refused(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("old", ann, archived=True)
    assert "#old is archived" in await refusal(fake, ann, {"channel": channel.id})


@pytest.mark.parametrize("private", [True, False])
async def test_a_channel_without_the_bot_says_how_to_invite_it(
    fake: FakeSlack, ann: Person, private: bool
) -> None:
    channel = fake.channel("cases", ann, member=False, private=private)
    assert "/invite @Crossroads" in await refusal(fake, ann, {"channel": channel.id})


async def test_direct_messages_are_no_channel(fake: FakeSlack, ann: Person) -> None:
    fake.team.scopes |= {"im:read"}
    assert "no channel" in await refusal(fake, ann, {"channel": ann.dm})


# ------------------------------------------------------------------ a thread


async def linked(fake: FakeSlack, ann: Person, channel: Channel) -> tuple[str, str]:
    await ann.writes("What about Alder?", channel=channel.id)
    (message,) = fake.team.messages[channel.id].values()
    link = f"https://alpha.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return link, message.ts


async def test_a_link_to_a_message_names_its_thread(
    fake: FakeSlack, ann: Person, bob: Person
) -> None:
    channel = fake.channel("cases", ann, bob)
    link, ts = await linked(fake, ann, channel)
    found = await find(fake, ann, {"thread": f" {link} "})
    assert (found.kind, found.label) == ("thread", "a thread in #cases")
    assert found.targets[0].address == address(fake, channel=channel.id, thread=ts)
    assert troubles(found) == {"Ann": "asker", "Bob": ""}


async def test_a_link_to_a_reply_names_the_thread_it_is_in(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("cases", ann)
    link, ts = await linked(fake, ann, channel)
    reply = f"{link[:-6]}999999?thread_ts={ts}&cid={channel.id}"
    found = await find(fake, ann, {"thread": reply})
    assert found.targets[0].address["thread"] == ts


ODD_LINKS = (
    "alder",
    "https://example.com/",
    "http://alpha.slack.com/archives/C00000001/p1700000000000100",
    "https://alpha.slack.com/archives/C00000001",
    "https://alpha.slack.com/archives/../p1700000000000100",
    "https://alpha.slack.com/archives/C1/p1700000000000100 and more",
)


@pytest.mark.parametrize("link", ODD_LINKS)
async def test_what_is_no_link_to_a_message_is_refused(
    fake: FakeSlack, ann: Person, link: str
) -> None:
    assert "no link to a message" in await refusal(fake, ann, {"thread": link})
    assert fake.calls_of("chat.getPermalink") == []


async def test_a_message_that_is_not_there_is_no_thread(fake: FakeSlack, ann: Person) -> None:
    channel = fake.channel("cases", ann)
    link = f"https://alpha.slack.com/archives/{channel.id}/p1700000000000100"
    assert "not there" in await refusal(fake, ann, {"thread": link})


# ------------------------------------------------------------------ groups and people


async def test_each_of_a_group_is_asked_privately(
    fake: FakeSlack, ann: Person, bob: Person, cleo: Person, mixed: list[Person]
) -> None:
    group = fake.group("desk", ann, bob, cleo, *mixed)
    found = await find(fake, ann, {"group": group.id})
    assert (found.kind, found.label, found.public) == ("group", "@desk", False)
    assert [target.address["user"] for target in found.targets] == [bob.id, cleo.id]
    assert len(found.voters or ()) == 7


async def test_a_group_that_is_gone_is_refused(fake: FakeSlack, ann: Person) -> None:
    assert "not there any more" in await refusal(fake, ann, {"group": "S404"})


async def test_people_are_asked_privately_each_once(
    fake: FakeSlack, ann: Person, bob: Person, cleo: Person
) -> None:
    found = await find(fake, ann, {"people": (bob.id, cleo.id, bob.id, "U404", ann.id)})
    assert (found.kind, found.label) == ("people", "Bob, Cleo, U404 and 1 more")
    assert [target.address["user"] for target in found.targets] == [bob.id, cleo.id]
    assert troubles(found) == {"Bob": "", "Cleo": "", "U404": "unreachable", "Ann": "asker"}


async def test_a_hundred_may_be_named_and_no_more(fake: FakeSlack, ann: Person) -> None:
    people = tuple(f"U{number:08}" for number in range(101))
    assert "up to 100" in await refusal(fake, ann, {"people": people})


@pytest.mark.parametrize("entered", [{}, {"channel": "", "people": ()}, {"quorum": "3"}])
async def test_nobody_chosen_is_told(fake: FakeSlack, ann: Person, entered: Entered) -> None:
    assert "Nobody was chosen" in await refusal(fake, ann, entered)


async def test_two_ways_at_once_are_told(fake: FakeSlack, ann: Person, bob: Person) -> None:
    both: Entered = {"channel": fake.channel("cases", ann).id, "people": (bob.id,)}
    assert "only one" in await refusal(fake, ann, both)


# ------------------------------------------------------------------ old scopes, odd answers


@pytest.mark.parametrize("scope", TEAM_SCOPES)
async def test_an_older_installation_is_told_what_to_do(
    fake: FakeSlack, ann: Person, bob: Person, scope: str
) -> None:
    open_one, closed = fake.channel("open", bob), fake.channel("closed", bob, private=True)
    group = fake.group("desk", bob)
    needs: dict[str, Entered] = {
        "channels:read": {"channel": open_one.id},
        "groups:read": {"channel": closed.id},
        "usergroups:read": {"group": group.id},
        "users:read": {"people": (bob.id,)},
    }
    fake.team.scopes -= {scope}
    assert "reinstall it" in await refusal(fake, ann, needs[scope])


async def test_the_time_zone_and_the_rights_are_the_persons(fake: FakeSlack, bob: Person) -> None:
    chief = fake.person("Chief", is_admin=1)
    async with forum(fake) as at:
        assert await at.zone(actor(fake, bob)) == "America/New_York"
        assert await at.rules_here(actor(fake, chief))
        assert not await at.rules_here(actor(fake, bob))
        fake.team.scopes -= {"users:read"}
        assert await at.zone(actor(fake, bob)) == ""


ODD: tuple[Any, ...] = (
    {},
    {"channel": None, "members": None, "user": None, "users": 7, "usergroups": None},
    {"channel": {}, "members": [None], "user": {}, "users": [1], "usergroups": [{}]},
    {"channel": {"id": "C1", "is_private": "maybe"}, "members": [{}], "usergroups": "x"},
    {"user": {"id": "U1", "deleted": []}, "channel": {"id": ""}, "members": ["x" * 999]},
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("conversations.info", "channel"),
        ("conversations.members", "channel"),
        ("users.info", "people"),
        ("usergroups.list", "group"),
        ("usergroups.users.list", "group"),
    ],
)
async def test_an_odd_answer_is_a_failed_delivery_and_no_crash(
    fake: FakeSlack, ann: Person, bob: Person, method: str, kind: str, odd: dict[str, Any]
) -> None:
    channel, group = fake.channel("cases", bob), fake.group("desk", bob)
    ids: Entered = {"channel": channel.id, "people": (bob.id,), "group": group.id}
    body = json.dumps({"ok": True, **odd})
    fake.fail(method, Status(200, body=body), times=None)
    with suppress(DeliveryError, WrongUse):
        found = await find(fake, ann, {kind: ids[kind]})
        assert not found.targets or found.kind == "channel", "an empty answer is nobody"


async def test_pages_that_never_end_are_left(fake: FakeSlack, ann: Person, bob: Person) -> None:
    channel = fake.channel("cases", bob)
    body = json.dumps(
        {"ok": True, "members": [bob.id], "response_metadata": {"next_cursor": "same"}}
    )
    fake.fail("conversations.members", Status(200, body=body), times=None)
    found = await find(fake, ann, {"channel": channel.id})
    assert len(found.voters or ()) == 1
    assert len(fake.calls_of("conversations.members")) == 2
