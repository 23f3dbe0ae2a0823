"""The app in a Discord that somebody else has made: simcord refuses what Discord would refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import ChannelHandle, MemberActor, UserHandle

from bot.cards.actions import VALUE
from tests.discord.driver import is_to
from tests.discord.moments import option
from tests.discord.simulation import Simulation, card, named, parts, said

V2, EPHEMERAL = 1 << 15, 1 << 6
THINKING, RECEIVED = 5, 6
CLOSED_DMS = 50007
HEARD = "INTERACTION_CREATE"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Simulation]:
    async with Simulation(tmp_path) as simulation:
        yield simulation


@pytest.fixture
def ann(here: Simulation) -> UserHandle:
    return here.env.create_user("ann")


@pytest.fixture
def general(here: Simulation) -> ChannelHandle:
    return here.env.create_guild("Acme").create_text_channel("general")


@pytest.fixture
def member(here: Simulation, ann: UserHandle, general: ChannelHandle) -> MemberActor:
    return here.env.guild.add_member(ann)


async def test_a_command_in_a_server_is_answered_to_one_alone_and_leads_to_the_direct_messages(
    here: Simulation, ann: UserHandle, member: MemberActor, general: ChannelHandle
) -> None:
    result = await member.slash(general, "crossroads start")
    assert result.ephemeral
    assert result.response is not None
    assert "direct messages" in said(result.response)
    assert "Is everyone safe?" in said(card(ann))
    link = f"https://discord.com/channels/@me/{ann.dm_channel.id}/{card(ann).id}"
    assert link in [one.get("url") for one in parts(result.response)]


async def test_a_click_changes_the_card_in_its_place(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads start")
    before = card(ann)
    result = await ann.click(before, custom_id=named(before, option("fine")))
    assert result.acknowledged
    assert not result.deferred
    assert card(ann).id == before.id
    assert "A nickname?" in said(card(ann))


async def test_a_form_opens_and_what_is_written_there_is_taken(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    await ann.click(card(ann), custom_id=named(card(ann), option("fine")))
    opened = await ann.click(card(ann), custom_id=named(card(ann), is_to("write")))
    assert opened.modal
    sent = await ann.submit_modal(opened, {VALUE: "Heron"})
    assert sent.acknowledged
    assert (await here.case_of(ann)).answers["called"] == "Heron"
    assert "What was tried with Heron?" in said(card(ann))


async def test_two_forms_for_one_question_are_no_mistake(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads start")
    await ann.click(card(ann), custom_id=named(card(ann), option("fine")))
    first = await ann.click(card(ann), custom_id=named(card(ann), is_to("write")))
    second = await ann.click(card(ann), custom_id=named(card(ann), is_to("write")))
    await ann.submit_modal(second, {VALUE: "Heron"})
    await ann.submit_modal(first, {VALUE: "Alder"})
    assert (await here.case_of(ann)).answers["called"] == "Heron"


async def test_what_is_written_in_the_direct_messages_is_an_answer(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    before = card(ann)
    wrote = await ann.send_dm("1")
    assert (await here.case_of(ann)).answers["safe"] == "fine"
    assert card(ann).id > wrote.id > before.id


async def test_an_interaction_that_another_process_has_answered_counts_once(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    await ann.click(card(ann), custom_id=named(card(ann), option("fine")))
    events = [told for _, event, told in here.env.backend.transcript if event == HEARD]
    turn, before = (await here.case_of(ann)).turn, len(here.calls("POST", "/callback"))
    await here.restarts()
    here.env.backend.emit(HEARD, events[-1])
    await here.env.settle()
    assert len(here.calls("POST", "/callback")) == before + 1, "a second answer was tried"
    assert here.calls("PATCH", "/messages/@original"), "it was refused, so the first was changed"
    assert (await here.case_of(ann)).turn == turn
    assert "A nickname?" in said(card(ann))


async def test_what_takes_its_time_is_received_first_and_told_then(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    result = await ann.slash("crossroads export")
    assert here.calls("POST", "/callback")[-1]["type"] == THINKING
    assert here.calls("PATCH", "/messages/@original")
    assert not result.deferred, "what was only received is told by now"
    assert result.ephemeral
    assert result.response is not None
    assert said(result.response)


async def test_a_question_that_is_called_off_is_taken_away(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    asked = await ann.slash("crossroads forget")
    assert asked.response is not None
    result = await ann.click(asked.response, custom_id=named(asked.response, is_to("keep_it")))
    assert here.calls("POST", "/callback")[-1]["type"] == RECEIVED
    assert result.acknowledged
    assert asked.response is None
    assert "Is everyone safe?" in said(card(ann))


async def test_several_things_are_chosen_in_a_menu(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads short")
    for pressed in (option("fine"), is_to("say", "skip"), option("plain")):
        await ann.click(card(ann), custom_id=named(card(ann), pressed))
    menu = named(card(ann), is_to("ticks"))
    assert (await ann.select(card(ann), ["keys", "papers"], custom_id=menu)).acknowledged
    assert (await here.case_of(ann)).answers["holding"] == ("keys", "papers")


async def test_the_name_of_a_case_is_completed(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads start")
    (offered,) = await ann.autocomplete("crossroads resume", "case", "client")
    assert offered["name"].startswith((await here.case_of(ann)).name)
    before = card(ann)
    await ann.slash("crossroads resume", case=offered["value"])
    assert card(ann).id != before.id
    assert await ann.autocomplete("crossroads resume", "case", "nobody") == []


@pytest.mark.parametrize("word", ["help", "cases", "settings", "mydata", "forget"])
async def test_what_is_about_the_person_is_told_to_them_alone(
    here: Simulation, ann: UserHandle, member: MemberActor, general: ChannelHandle, word: str
) -> None:
    await ann.slash("crossroads start")
    result = await member.slash(general, f"crossroads {word}")
    assert result.response is not None
    assert result.response.flags.value & (V2 | EPHEMERAL) == V2 | EPHEMERAL
    assert said(result.response)


@pytest.mark.parametrize("word", ["why", "status", "review", "help"])
async def test_every_word_of_a_card_is_answered(
    here: Simulation, ann: UserHandle, word: str
) -> None:
    await ann.slash("crossroads start")
    await ann.click(card(ann), custom_id=named(card(ann), option("fine")))
    shown = card(ann)
    if any(is_to("say", word)(one) for one in parts(shown) if "custom_id" in one):
        result = await ann.click(shown, custom_id=named(shown, is_to("say", word)))
    else:
        result = await ann.select(shown, [word], custom_id=named(shown, is_to("more")))
    assert result.acknowledged
    assert card(ann).id == shown.id


async def test_everything_is_deleted_when_that_was_confirmed(
    here: Simulation, ann: UserHandle
) -> None:
    await ann.slash("crossroads start")
    asked = await ann.slash("crossroads forget")
    assert asked.response is not None
    await ann.click(asked.response, custom_id=named(asked.response, is_to("erase", "all")))
    left = [one for one in ann.dm_channel.history() if not one.flags.ephemeral]
    assert left == [], "the card was taken away as well"


async def test_where_direct_messages_are_closed_it_goes_on_for_one_alone(
    here: Simulation, ann: UserHandle, member: MemberActor, general: ChannelHandle
) -> None:
    direct = f"/channels/{ann.dm_channel.id}/messages"
    here.env.inject_error("POST", direct, status=403, code=CLOSED_DMS, times=None)
    result = await member.slash(general, "crossroads start")
    shown = result.response
    assert shown is not None
    assert shown.ephemeral
    assert "Is everyone safe?" in said(shown)
    await member.click(shown, custom_id=named(shown, option("fine")))
    assert "A nickname?" in said(shown)
    assert ann.dm_channel.history() == []
    assert [one for one in general.history() if not one.flags.ephemeral] == []


async def test_a_button_outlives_a_restart(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads start")
    before = card(ann)
    await here.restarts()
    await ann.click(before, custom_id=named(before, option("fine")))
    assert card(ann).id == before.id
    assert "A nickname?" in said(card(ann))


async def test_a_form_outlives_a_restart(here: Simulation, ann: UserHandle) -> None:
    await ann.slash("crossroads start")
    await ann.click(card(ann), custom_id=named(card(ann), option("fine")))
    opened = await ann.click(card(ann), custom_id=named(card(ann), is_to("write")))
    await here.restarts()
    await ann.submit_modal(opened, {VALUE: "Heron"})
    assert (await here.case_of(ann)).answers["called"] == "Heron"


async def test_a_second_start_registers_no_commands(here: Simulation, ann: UserHandle) -> None:
    await here.restarts()
    assert len(here.calls("PUT", "/commands")) == 1
    await ann.slash("crossroads start")
    assert "Is everyone safe?" in said(card(ann))
