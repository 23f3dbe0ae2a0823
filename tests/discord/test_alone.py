"""Where the bot may not write to somebody: the dialogue is where it was begun, for them alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.discord.render import card_of
from bot.cards.actions import VALUE
from bot.engine.talk import PACE
from tests.discord.driver import Player, is_to, pressable
from tests.discord.moments import case_of, option, shown
from tests.discord.scene import Scene, scene
from tests.discord.surfaces import Where, asks, begins, links, on, rows, said, took, writes
from tests.discord.test_talks import TALKS, loaded
from tests.fakes.discord import Channel, FakeDiscord, Guild, Message, Person
from tests.flows.equal import presses
from tests.flows.talks import MONDAY, read_talk

pytestmark = pytest.mark.usefixtures("still", "sound")

CODES = pytest.mark.parametrize("code", [50007, 50278, 40003])
PLACES = pytest.mark.parametrize("place", ["server", "between two"])
CLOSED = "Discord does not let me write to you directly, so it goes on here, and only you see it."
AN_HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15, seconds=1)


@pytest.fixture
def cleo(fake: FakeDiscord) -> Person:
    """Somebody whose direct messages are closed, and who has the app by the server alone."""
    cleo = fake.person("Cleo", installed=False)
    cleo.closes_dms()
    return cleo


def alone(somebody: Person) -> Message:
    """Give the one thing that only they see."""
    (card,) = somebody.ephemerals
    return card


async def begun(at: Scene, somebody: Person, where: Where = None) -> Message:
    """Begin in a server; gives the card there."""
    where = where or at.fake.guild("Acme")
    assert CLOSED in await asks(at, somebody, "start", where)
    return alone(somebody)


async def answers(at: Scene, somebody: Person, *values: str) -> None:
    """Press an answer on the card, or choose it, or write it in the form."""
    for value in values:
        card = alone(somebody)
        if any(option(value)(one) for one in pressable(card)):
            await took(at, await somebody.clicks(card, option(value)))
        elif any(is_to("ticks")(one) for one in pressable(card)):
            await took(at, await somebody.selects(card, is_to("ticks"), value))
        else:
            await took(at, await somebody.clicks(card, is_to("write")))
            await took(at, await somebody.submits({VALUE: value}))


def nothing_else(fake: FakeDiscord, somebody: Person, where: Channel | Guild) -> None:
    """See that nobody else could read anything of it, and that no message came of it."""
    assert not somebody.from_bot
    assert fake.messages_in(where) == ()


# ------------------------------------------------------------------ a whole dialogue


@CODES
@PLACES
async def test_a_whole_dialogue_is_held_where_it_was_begun(
    fake: FakeDiscord, ann: Person, bob: Person, tmp_path: Path, code: int, place: str
) -> None:
    ann.closes_dms(code)
    where = fake.guild("Acme") if place == "server" else fake.private_channel(ann, bob)
    async with scene(fake, tmp_path) as at:
        card = await begun(at, ann, where)
        assert "Is everyone safe?" in said(card)
        assert CLOSED in said(card)
        await answers(at, ann, "fine", "Heron", "asked", "yes_please", "low", "keys", "go_on")
        end = alone(ann)
        assert end.id == card.id, "it is one message from the first question to the last"
        assert CLOSED in said(end)
        assert "Good luck with Heron." in said(end)
        case = await case_of(at, ann)
        assert case.status == "finished"
        assert case.answers["holding"] == ("keys",)
        nothing_else(fake, ann, where)
        assert rows(tmp_path, "outbox") == {"outbox": 0}, "nothing is left to be delivered"
        assert bob.ephemerals == []


async def test_the_button_of_the_help_begins_in_its_place(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        server = fake.guild("Acme")
        await asks(at, cleo, "help", server)
        offer = alone(cleo)
        await took(at, await cleo.clicks(offer, "The short way"))
        assert alone(cleo).id == offer.id
        assert CLOSED in said(alone(cleo))
        await answers(at, cleo, "fine")
        assert await shown(at, cleo, alone(cleo)) == "called"
        nothing_else(fake, cleo, server)


async def test_start_another_leaves_the_case_that_ended(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        await took(at, await cleo.selects(alone(cleo), is_to("more"), "cancel"))
        await answers(at, cleo, "yes")
        old = alone(cleo)
        assert "Closed without a result." in said(old)
        await took(at, await cleo.clicks(old, "Start another"))
        kept, card = cleo.ephemerals
        assert kept == old
        assert "Is everyone safe?" in said(card)


class Alone(Player):
    """Somebody in a dialogue that they alone see, who presses and fills in forms."""

    @property
    def card(self) -> Message:
        (card,) = [one for one in self.me.ephemerals if is_card(one)]
        return card

    @property
    def beside(self) -> list[Message]:
        return [one for one in self.me.ephemerals if not is_card(one)]

    async def begins(self, track: str = "", way: str = "") -> None:
        self._took(await self.me.slash(track or "start", where=self.here.fake.guild("Acme")))
        await self.here.idle()
        (listed,) = await self.here.service.store.cases(self.owner)
        self.case_id = listed.id
        await self.looks()


def is_card(message: Message) -> bool:
    return card_of({"components": message.components}) is not None


PRESSED = [path for path in TALKS if not any(line.wakes for line in read_talk(path).lines)][::3]
"""Some of all kinds; each of them is played in the direct messages as well."""


@pytest.mark.parametrize("path", PRESSED, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
async def test_a_talk_can_be_pressed_through_from_its_beginning_to_its_end(
    fake: FakeDiscord, cleo: Person, tmp_path: Path, path: Path
) -> None:
    fake.clock.set(MONDAY.timestamp())
    flows, talk = loaded(path.parent.parent), read_talk(path)
    (flow_id,) = flows
    async with scene(fake, tmp_path, flows=flows, flow=flow_id) as at:
        player = Alone(at, cleo, flows[flow_id][0])
        await at.store.set_profile(player.owner, talk.presets)
        await player.begins(talk.track)
        for line in talk.lines:
            if line.bot:
                await player.comes_to(line)
            fake.clock.advance(PACE.total_seconds())
            if line.type is not None or line.pick is not None:
                await presses(player, line)
        assert (await player.case()).status == talk.lines[-1].ends
        assert not cleo.from_bot


# ------------------------------------------------------------------ windows


async def test_windows_open_beside_the_card_and_leave_it_whole(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        await answers(at, cleo, "danger")
        card = alone(cleo)
        for button, words in (("Review", "There is danger"), ("Delete…", "Delete for good?")):
            await took(at, await cleo.clicks(card, button))
            kept, window = cleo.ephemerals
            assert kept == card
            assert words in said(window)
            cleo.dismisses(window)
        await took(at, await cleo.clicks(card, "Why do you ask?"))
        assert "Fair warning." in said(alone(cleo)), "what is told stands on the card"
        await answers(at, cleo, "asked")
        assert alone(cleo).id == card.id
        assert await shown(at, cleo, alone(cleo)) == "response"


async def test_an_answer_changed_in_the_window_changes_the_card(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        await answers(at, cleo, "fine", "Heron")
        await took(at, await cleo.clicks(alone(cleo), "Review"))
        card, window = cleo.ephemerals
        await took(at, await cleo.selects(window, is_to("edit", "1"), "1"))
        now, told = cleo.ephemerals
        assert "That question is asked again" in said(told)
        assert "direct messages" not in said(told), "that is not where the card is"
        assert now.id == card.id
        assert await shown(at, cleo, now) == "safe"


async def test_keep_takes_the_question_away_and_nothing_else(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        card = await begun(at, cleo)
        await took(at, await cleo.clicks(card, "Delete…"))
        await took(at, await cleo.clicks(cleo.ephemerals[-1], "Keep"))
        assert alone(cleo) == card
        assert len(await at.store.cases(at.owner(cleo))) == 1


# ------------------------------------------------------------------ when the door is shut


async def test_after_a_quarter_of_an_hour_the_next_press_goes_on(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        card = await begun(at, cleo)
        for value, step in (("fine", "called"), ("Heron", "tried"), ("asked", "response")):
            await at.later(QUARTER)
            await answers(at, cleo, value)
            assert alone(cleo).id == card.id
            assert await shown(at, cleo, alone(cleo)) == step


@pytest.mark.parametrize("after", [timedelta(minutes=1), AN_HOUR])
async def test_after_a_restart_a_press_on_the_card_still_works(
    fake: FakeDiscord, cleo: Person, tmp_path: Path, after: timedelta
) -> None:
    async with scene(fake, tmp_path) as at:
        card = await begun(at, cleo)
        await answers(at, cleo, "fine")
    async with scene(fake, tmp_path) as at:
        await at.later(after)
        await answers(at, cleo, "Heron")
        assert alone(cleo).id == card.id
        assert await shown(at, cleo, alone(cleo)) == "tried"
        await took(at, await cleo.clicks(alone(cleo), "Back"))
        assert await shown(at, cleo, alone(cleo)) == "called"


async def test_an_outdated_press_shows_where_things_stand(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        old = await begun(at, cleo)
        await answers(at, cleo, "fine", "Heron")
        before = (await case_of(at, cleo)).answers
        await at.later(QUARTER)
        await took(at, await cleo.clicks(old, option("danger"), stale=True))
        assert (await case_of(at, cleo)).answers == before
        assert await shown(at, cleo, alone(cleo)) == "tried"


async def test_what_is_due_without_a_way_to_the_person_stays_due(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        await answers(at, cleo, "fine", "Heron", "nothing", "low", "keys", "sleep")
        assert (await case_of(at, cleo)).status == "sleeping"
        asleep = alone(cleo)
        await at.later(timedelta(days=2))
        assert (await case_of(at, cleo)).status == "open", "it was woken all the same"
        assert alone(cleo) == asleep, "there was no way to show it"
        assert rows(tmp_path, "outbox") != {"outbox": 0}
    async with scene(fake, tmp_path) as at:
        await at.later(AN_HOUR)
        assert not cleo.from_bot
        cleo.opens_dms()
        await at.later(2 * AN_HOUR)
        (card,) = cleo.from_bot
        assert await shown(at, cleo)
        assert CLOSED not in said(card)


async def test_what_was_due_comes_with_the_next_press(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        await answers(at, cleo, "fine", "Heron", "nothing", "low", "keys", "sleep")
        await at.later(timedelta(days=2))
        await took(at, await cleo.clicks(alone(cleo), "Resume now"))
        assert "Sleep on it?" not in said(alone(cleo))
        assert await shown(at, cleo, alone(cleo))
        await at.later(AN_HOUR)
        assert rows(tmp_path, "outbox") == {"outbox": 0}
        assert not cleo.from_bot


# ------------------------------------------------------------------ the direct messages opened


@pytest.mark.parametrize("after", [timedelta(minutes=1), AN_HOUR])
async def test_resume_moves_the_card_to_the_direct_messages_once_they_are_open(
    fake: FakeDiscord, cleo: Person, tmp_path: Path, after: timedelta
) -> None:
    server = fake.guild("Acme")
    async with scene(fake, tmp_path) as at:
        old = await begun(at, cleo, server)
        await answers(at, cleo, "fine")
        cleo.opens_dms()
        await at.later(after)
        assert "It goes on in our direct messages." in await asks(at, cleo, "resume", server)
        (card,) = cleo.from_bot
        assert await shown(at, cleo) == "called"
        assert CLOSED not in said(card)
        assert links(cleo.ephemerals[-1])[0].endswith(f"/{cleo.dm}/{card.id}")
        if after < QUARTER:
            assert old.id not in [one.id for one in cleo.ephemerals], "the old one is gone"
        else:  # Discord lets nobody take it away any more; it is gone when they reload
            stale = next(one for one in cleo.ephemerals if one.id == old.id)
            await took(at, await cleo.clicks(stale, is_to("say", "skip")))
            assert old.id not in [one.id for one in cleo.ephemerals]
            assert await shown(at, cleo) == "tried"
        await writes(at, cleo, "Alder")


async def test_resume_where_they_are_still_closed_moves_the_card_to_where_it_was_asked_for(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    here, there = fake.guild("Acme"), fake.guild("Beta")
    async with scene(fake, tmp_path) as at:
        old = await begun(at, cleo, here)
        await answers(at, cleo, "fine")
        assert CLOSED in await asks(at, cleo, "resume", there)
        card = alone(cleo)
        assert (card.channel, old.channel) == (there.channel.id, here.channel.id)
        assert await shown(at, cleo, card) == "called"
        await answers(at, cleo, "Heron")
        assert await shown(at, cleo, alone(cleo)) == "tried"


async def test_a_word_written_once_they_are_open_brings_the_card_there(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begun(at, cleo)
        cleo.opens_dms()
        await writes(at, cleo, "status")
        assert await shown(at, cleo) == "safe"
        await writes(at, cleo, "fine")
        assert await shown(at, cleo) == "called"


async def test_direct_messages_that_close_in_the_middle_lose_nothing(
    fake: FakeDiscord, cleo: Person, tmp_path: Path
) -> None:
    cleo.opens_dms()
    async with scene(fake, tmp_path) as at:
        server = fake.guild("Acme")
        await begins(at, cleo, "fine", where=server)
        for one in cleo.ephemerals:
            cleo.dismisses(one)
        cleo.closes_dms()
        await took(at, await cleo.clicks(cleo.from_bot[-1], is_to("say", "skip")))
        assert await shown(at, cleo) == "tried", "an answer to a press is no message"
        assert CLOSED in await asks(at, cleo, "resume", server)
        assert await shown(at, cleo, alone(cleo)) == "tried"
        await answers(at, cleo, "asked")
        assert await shown(at, cleo, alone(cleo)) == "response"


# ------------------------------------------------------------------ deleted


@pytest.mark.parametrize("what", ["case", "everything"])
async def test_what_is_deleted_is_taken_away_here_too(
    fake: FakeDiscord, cleo: Person, tmp_path: Path, what: str
) -> None:
    async with scene(fake, tmp_path) as at:
        server = fake.guild("Acme")
        case_id = await begins(at, cleo, where=server)
        card = alone(cleo)
        more = {"case": case_id} if what == "case" else {}
        await asks(at, cleo, "forget", server, **more)
        await took(at, await cleo.clicks(cleo.ephemerals[-1], "Delete"))
        left = alone(cleo)
        assert left.id != card.id
        assert "Deleted: 1 case" in said(left)
        assert on(left) == []
        assert rows(tmp_path, "cases") == {"cases": 0}
