"""What is ordered, pressed or sent off beside the dialogue, and how what it comes to is shown.

The app hears and answers as it always does; only what is decided about it stands in the tests, so
that nothing hangs on the words of second opinions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import opinion
from adapters.discord.doors import Door
from adapters.discord.face import Discord
from adapters.discord.heard import Acted, Ordered, Pressed, Spot, Submitted, Wrote
from bot.cards.actions import Action
from bot.chat.desk import Reaction
from bot.engine.model import Block, Card, Choice, Commanded
from bot.errors import CrossroadsError, DeliveryError, NotFound, WrongUse
from bot.rounds.ports import Actor
from bot.sheets.model import Button, Field, File, Form, Sheet
from tests.discord.driver import pressable
from tests.discord.moments import begun, card, case_of
from tests.discord.surfaces import said, took
from tests.discord.team import PICTURE, Team, team
from tests.fakes.discord import FakeDiscord, Message, Person
from tests.fakes.discord.model import ASKS, DEFERS, SAYS, THINKS, UPDATES
from tests.fakes.discord.rights import MANAGE_SERVER

pytestmark = pytest.mark.usefixtures("still", "sound")

NOTE = Field("note", "Anything else", "paragraph", most=500)
COURSE = Field("course", "Course", "choice", (Choice("keep", "Keep"), Choice("go", "Part")))
FORM = Form(Action("round", arg="ballot|R1"), "Your opinion", (COURSE, NOTE), intro="Blind.")


def sheet(text: str, *labels: str, **more: Any) -> Sheet:
    pressed = tuple(Button(Action("round", arg=f"{label}|R1"), label) for label in labels)
    return Sheet(Card("", "round", "A round", (Block("text", (text,)),)), pressed, **more)


@dataclass
class Ears:
    """Hears as the app does, and answers with what is ``said`` next; keeps what was heard."""

    face: Discord
    said: list[Reaction | CrossroadsError] = field(default_factory=list)
    heard: list[Acted | None] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    async def act(self, heard: Acted | None, spot: Spot) -> None:
        self.heard.append(heard)
        self.spots.append(spot)
        door = Door(self.face.hub.calls, spot)
        if isinstance(heard, Pressed) and heard.action.verb == "form":
            await opinion.open_again(self.face.hub, heard, door)
        else:
            assert isinstance(heard, Pressed | Submitted | Ordered)
            await opinion.react(self.face.hub, heard, door, self._answer)

    async def _answer(self, who: Actor) -> Reaction:
        self.actors.append(who)
        said = self.said.pop(0)
        if isinstance(said, CrossroadsError):
            raise said
        return said

    async def hear(self, heard: Wrote) -> None:
        await self.face.hear(heard)

    async def joined(self, guild: str) -> None:
        await self.face.joined(guild)

    async def left(self, guild: str) -> None:
        await self.face.left(guild)

    async def connected(self) -> None:
        await self.face.connected()

    async def ready(self) -> None:
        await self.face.ready()


@dataclass
class Desk:
    """The team, with what the app is to answer."""

    here: Team
    ears: Ears

    def says(self, *reactions: Reaction | CrossroadsError) -> None:
        self.ears.said += reactions

    async def posted(self) -> Message:
        """Post what everybody in the channel sees."""
        await self.here.forum.put(self.here.letter())
        return self.here.bob.reads(self.here.room)[0]

    async def alone(self, who: Person, **more: Any) -> Message:
        """Have a message that somebody sees alone."""
        self.says(Reaction(sheet("Here it is.", "go on", **more)))
        await took(self.here.at, await who.slash("opinion", where=self.here.guild))
        return who.ephemerals[-1]


@pytest.fixture
async def desk(fake: FakeDiscord, tmp_path: Path) -> AsyncIterator[Desk]:
    async with team(fake, tmp_path) as here, listening(here) as ears:
        yield Desk(here, ears)


@asynccontextmanager
async def listening(here: Team) -> AsyncIterator[Ears]:
    face = here.at.discord
    ears = Ears(face)
    face.client.ears = ears
    yield ears
    face.client.ears = face
    assert ears.said == [], "all that was to be answered was asked for"


# ------------------------------------------------------------------ sheets


async def test_a_sheet_is_seen_by_whoever_asked_alone(desk: Desk) -> None:
    here = desk.here
    desk.says(Reaction(sheet("Nothing waits for you.")))
    reaction = await took(here.at, await here.bob.slash("opinion", where=here.guild))
    assert reaction.kind == SAYS
    assert [said(one) for one in here.bob.ephemerals] == ["A round Nothing waits for you."]
    assert here.bob.reads(here.guild) == ()


async def test_a_press_on_what_all_can_see_changes_nothing_there(desk: Desk) -> None:
    here, before = desk.here, await desk.posted()
    desk.says(Reaction(sheet("The whole brief."), instead=True))
    reaction = await took(here.at, await here.bob.clicks(before, "Give your opinion"))
    assert reaction.kind == SAYS
    assert here.bob.reads(here.room) == (before,)
    assert [said(one) for one in here.bob.ephemerals] == ["A round The whole brief."]
    assert here.cleo.ephemerals == []


async def test_a_message_of_ones_own_is_replaced_where_that_is_wanted(desk: Desk) -> None:
    here, shown = desk.here, await desk.alone(desk.here.bob, picture=PICTURE)
    assert len(shown.attachments) == 1
    desk.says(Reaction(sheet("It was passed on."), instead=True))
    reaction = await took(here.at, await here.bob.clicks(shown, "go on"))
    assert reaction.kind == UPDATES
    (now,) = here.bob.ephemerals
    assert (now.id, said(now), now.attachments) == (shown.id, "A round It was passed on.", ())


async def test_a_file_comes_beside_the_sheet_that_it_belongs_to(desk: Desk) -> None:
    here, shown = desk.here, await desk.alone(desk.here.bob)
    given = File("plan.ics", b"BEGIN", "Your plan.")
    desk.says(Reaction(sheet("More."), file=given))
    await took(here.at, await here.bob.clicks(shown, "go on"))
    *_, beside, file = here.bob.ephemerals
    assert said(beside) == "A round More."
    assert [one.content for one in file.attachments] == [given.data]


async def test_without_that_it_stays_and_another_comes(desk: Desk) -> None:
    here, shown = desk.here, await desk.alone(desk.here.bob)
    desk.says(Reaction(sheet("More.", picture=PICTURE)))
    await took(here.at, await here.bob.clicks(shown, "go on"))
    first, second = here.bob.ephemerals
    assert first == shown
    assert second.attachments[0].content == PICTURE.png


async def test_a_long_sheet_is_read_in_several_messages_when_it_is_opened(desk: Desk) -> None:
    here, whole = desk.here, Action("round", arg="whole|R1")
    lines = tuple(f"line{number} " + "word " * 150 for number in range(18))
    long = Sheet(Card("", "round", "A brief", (Block("text", lines),)), whole=whole)
    desk.says(Reaction(long), Reaction(long))
    await took(here.at, await here.bob.slash("opinion", where=here.guild))
    (folded,) = here.bob.ephemerals
    await took(here.at, await here.bob.clicks(folded, "Read it all"))
    _, *pages = here.bob.ephemerals
    read = " ".join(said(one) for one in pages)
    assert all(f"line{number} " in read for number in range(18))
    assert len(pages) > 1
    assert not [one for page in pages for one in pressable(page)]


async def test_a_sheet_of_too_many_messages_comes_as_a_file_beside_its_beginning(
    desk: Desk,
) -> None:
    here, whole = desk.here, Action("round", arg="whole|R1")
    lines = tuple(f"line{number} " + "word " * 150 for number in range(60))
    button = Button(Action("round", arg="go on|R1"), "go on")
    long = Sheet(Card("", "round", "A plan", (Block("text", lines),)), (button,), whole=whole)
    desk.says(Reaction(long), Reaction(long))
    await took(here.at, await here.bob.slash("opinion", where=here.guild))
    (folded,) = here.bob.ephemerals
    await took(here.at, await here.bob.clicks(folded, "Read it all"))
    _, beginning, whole_of_it = here.bob.ephemerals
    assert "There is more than there is room for here." in said(beginning)
    assert len([*pressable(beginning)]) == 1
    (file,) = whole_of_it.attachments
    assert all(line in file.content.decode() for line in lines)
    assert here.bob.reads(here.room) == ()


async def test_with_nothing_to_be_seen_nothing_is_seen(desk: Desk) -> None:
    here, before = desk.here, await desk.posted()
    desk.says(Reaction(), Reaction())
    assert (await here.bob.clicks(before, "Give your opinion")).kind == DEFERS
    assert (await here.bob.slash("opinion", where=here.guild)).kind == THINKS
    await here.at.idle()
    assert here.bob.ephemerals == []
    assert here.bob.reads(here.room) == (before,)


async def test_a_case_that_went_on_comes_up_anew_and_leaves_what_was_pressed(desk: Desk) -> None:
    here = desk.here
    here.at.discord.client.ears = here.at.discord
    await begun(here.at, here.ann)
    before, case = card(here.ann), await case_of(here.at, here.ann)
    target = await here.forum.private(await here.asker())
    await here.forum.put(here.letter(target=target, role="owner"))
    here.at.discord.client.ears = desk.ears
    event = Commanded(case.owner, case.turn, here.at.now(), "status")
    done = await here.at.service.handle(case.owner, case.id, event, platform="discord")
    desk.says(Reaction(done=done))
    post = here.ann.from_bot[-1]
    await took(here.at, await here.ann.clicks(post, "Give your opinion"))
    assert here.ann.from_bot[0].id == post.id, "the round's own message stays"
    assert len(here.ann.from_bot) == 2
    assert before.id not in [one.id for one in here.ann.from_bot]


# ------------------------------------------------------------------ forms


async def test_a_form_opens_at_once_and_what_is_entered_comes_back(desk: Desk) -> None:
    here, post = desk.here, await desk.posted()
    desk.says(Reaction(form=FORM), Reaction(sheet("It is saved.")))
    reaction = await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    assert reaction.kind == ASKS
    assert here.bob.modal.title == "Your opinion"
    await took(here.at, await here.bob.submits({"Course": "Part", "Anything else": "Mind."}))
    heard = desk.ears.heard[-1]
    assert isinstance(heard, Submitted)
    assert heard.form == FORM.action
    assert heard.entered == {"course": "go", "note": "Mind."}
    assert [said(one) for one in here.bob.ephemerals] == ["A round It is saved."]
    assert here.bob.reads(here.room) == (post,)
    assert not here.bob.modals


async def test_a_form_that_is_not_taken_is_opened_again_with_all_that_was_entered(
    desk: Desk,
) -> None:
    here, post = desk.here, await desk.posted()
    errors = {"note": "Leave out the amount."}
    desk.says(Reaction(form=FORM), Reaction(errors=errors), Reaction(sheet("It is saved.")))
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    await took(here.at, await here.bob.submits({"Course": "Part", "Anything else": "400 euros."}))
    (back,) = here.bob.ephemerals
    assert "Anything else: Leave out the amount." in said(back)
    assert "400 euros." in said(back)
    await took(here.at, await here.bob.clicks(back, "Open the form again"))
    assert here.bob.modal.fields == {"course": "go", "note": "400 euros."}
    await took(here.at, await here.bob.submits({"Anything else": "Some euros."}))
    heard = desk.ears.heard[-1]
    assert isinstance(heard, Submitted)
    assert heard.entered == {"course": "go", "note": "Some euros."}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WrongUse("You chose a role and people.", "Choose one of them."), "Choose one of them."),
        (NotFound("That version is not there any more."), "not there any more."),
        (CrossroadsError("No draft is made for it."), "No draft is made for it."),
        (DeliveryError("canary"), "Discord did not answer as it should."),
    ],
)
async def test_whatever_keeps_a_form_from_being_taken_it_is_given_back(
    desk: Desk, error: CrossroadsError, words: str
) -> None:
    here, post = desk.here, await desk.posted()
    desk.says(Reaction(form=FORM), error)
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    await took(here.at, await here.bob.submits({"Course": "Keep", "Anything else": "Mind this."}))
    (back,) = here.bob.ephemerals
    assert words in said(back)
    assert "Mind this." in said(back)
    assert "canary" not in said(back)
    assert [one["label"] for one in pressable(back)] == ["Open the form again"]


async def test_a_form_that_was_given_back_opens_for_nobody_else(desk: Desk) -> None:
    here, post = desk.here, await desk.posted()
    desk.says(Reaction(form=FORM), Reaction(errors={"note": "No."}))
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    await took(here.at, await here.bob.submits({"Course": "Keep", "Anything else": "Mind this."}))
    name = pressable(here.bob.ephemerals[0])[0]["custom_id"].partition(":")[2]
    opened, hub = here.at.discord.hub.opened, here.at.discord.hub
    assert opened.find(name, here.at.owner(here.bob))
    assert opened.find(name, here.at.owner(here.cleo)) is None
    assert hub.opened.find("1", here.at.owner(here.bob)) is None


async def test_who_deletes_everything_leaves_no_form_behind(desk: Desk) -> None:
    here, hub = desk.here, desk.here.at.discord.hub
    for who in (here.bob, here.cleo):
        desk.says(Reaction(form=FORM))
        await took(here.at, await who.slash("opinion", where=here.guild))
    name = [spot.id for spot in desk.ears.spots]
    here.at.discord.client.ears = here.at.discord
    await took(here.at, await here.bob.slash("forget"))
    await took(here.at, await here.bob.clicks(here.bob.ephemerals[-1], "Delete"))
    here.at.discord.client.ears = desk.ears
    assert hub.opened.find(name[0], here.at.owner(here.bob)) is None
    assert hub.opened.find(name[1], here.at.owner(here.cleo)) == FORM


async def test_a_form_that_follows_a_form_is_opened_by_a_button(desk: Desk) -> None:
    here, post = desk.here, await desk.posted()
    more = Form(Action("round", arg="more|R1"), "And why", (NOTE,))
    desk.says(Reaction(form=FORM), Reaction(form=more), Reaction(sheet("It is saved.")))
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    await took(here.at, await here.bob.submits({"Course": "Keep"}))
    (between,) = here.bob.ephemerals
    await took(here.at, await here.bob.clicks(between, "And why"))
    await took(here.at, await here.bob.submits({"Anything else": "Mind."}))
    heard = desk.ears.heard[-1]
    assert isinstance(heard, Submitted)
    assert (heard.form, heard.entered) == (more.action, {"note": "Mind."})


async def test_a_form_that_comes_too_late_is_opened_by_a_button(desk: Desk) -> None:
    here, post = desk.here, await desk.posted()
    desk.says(Reaction(form=FORM))
    ears, face = desk.ears, here.at.discord

    async def act(heard: Acted | None, spot: Spot) -> None:
        late = Door(face.hub.calls, spot)
        await late.wait()
        assert isinstance(heard, Pressed)
        await opinion.react(face.hub, heard, late, ears._answer)

    ears.act = act  # type: ignore[method-assign]
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    (between,) = here.bob.ephemerals
    assert [one["label"] for one in pressable(between)] == ["Your opinion"]
    assert here.bob.reads(here.room) == (post,)
    assert not here.bob.modals


async def test_people_channels_and_roles_are_chosen_in_a_form(desk: Desk) -> None:
    here = desk.here
    role = here.fake.servers.role(here.guild, "Design", here.cleo)
    fields = await here.forum.audience_fields(await here.asker())
    whom = Form(Action("round", arg="whom|R1"), "Whom to ask", fields)
    desk.says(Reaction(form=whom), Reaction())
    await took(here.at, await here.ann.slash("opinion", where=here.guild))
    chosen = {"channel": here.room, "people": [here.bob, here.cleo], "group": role}
    await took(here.at, await here.ann.submits(chosen))
    heard = desk.ears.heard[-1]
    assert isinstance(heard, Submitted)
    assert heard.entered == {
        "channel": here.room.id,
        "people": (here.bob.id, here.cleo.id),
        "group": role,
    }


# ------------------------------------------------------------------ who acts


async def test_who_presses_is_told_with_roles_name_and_server(desk: Desk) -> None:
    here, post = desk.here, await desk.posted()
    role = here.fake.servers.role(here.guild, "Design", here.bob)
    await here.at.fake.gateway.received()
    desk.says(Reaction())
    await took(here.at, await here.bob.clicks(post, "Give your opinion"))
    (who,) = desk.ears.actors
    assert (who.owner, who.user, who.name) == (here.at.owner(here.bob), here.bob.id, "Bob")
    assert (who.platform, who.tenant) == ("discord", f"discord:server:{here.guild.id}")
    assert who.address == {"user": here.bob.id, "channel": "", "guild": here.guild.id}
    assert who.delivery == f"discord:{desk.ears.spots[-1].id}"
    assert role in who.groups
    assert "manage" not in who.groups
    assert who.trouble == ""


async def test_who_manages_the_server_is_told_by_a_mark_among_their_roles(desk: Desk) -> None:
    here = desk.here
    here.fake.servers.role(here.guild, "Lead", here.cleo, bits=MANAGE_SERVER)
    desk.says(Reaction(), Reaction())
    for who in (here.cleo, here.olga):
        await took(here.at, await who.slash("workspace", where=here.guild))
    assert all("manage" in who.groups for who in desk.ears.actors)


async def test_in_a_server_without_the_app_one_belongs_to_oneself(desk: Desk) -> None:
    here, other = desk.here, desk.here.fake.guild("Other", bot=False)
    desk.says(Reaction())
    await took(here.at, await here.ann.slash("opinion", where=other))
    (who,) = desk.ears.actors
    assert who.tenant == f"discord:user:{here.ann.id}"
    assert who.address["guild"] == other.id


async def test_in_direct_messages_there_is_no_server_and_the_chat_is_known(desk: Desk) -> None:
    here = desk.here
    desk.says(Reaction())
    await took(here.at, await here.ann.slash("opinion"))
    (who,) = desk.ears.actors
    assert who.address == {"user": here.ann.id, "channel": here.ann.dm}
    assert who.tenant == f"discord:user:{here.ann.id}"
    assert who.groups == frozenset()
