"""The slash command, and its words as direct messages: what a person sees, and who else does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from adapters.library import read_flow
from bot.reading import read_dossier
from tests.engine.scenes import ERRANDS, flow_of
from tests.fakes.slack import FakeSlack, Person
from tests.flows.talks import FIRST_BOUNDARIES, flow_in
from tests.slack.scene import Mode, Scene, scene
from tests.slack.surfaces import TO_THE_END, begins, in_the_files, on, rows, said, writes

CANARY = "Zanzibar"


async def asks(at: Scene, somebody: Person, text: str, channel: str = "") -> str:
    """Type the command; gives what only its sender sees of it."""
    before = len(somebody.ephemerals)
    assert (await somebody.slash(text, channel=channel)).acknowledged
    await at.idle()
    return "\n".join(one.text for one in somebody.ephemerals[before:])


def public(fake: FakeSlack, somebody: Person) -> list[str]:
    """Give what everybody in a channel can read of us."""
    there = [
        message
        for channel, kept in fake.team.messages.items()
        for message in kept.values()
        if channel != somebody.dm and message.from_bot
    ]
    return [message.text for message in there]


# ------------------------------------------------------------------ beginning


@pytest.mark.parametrize("mode", ["http", "socket"])
@pytest.mark.parametrize("member", [True, False])
async def test_start_says_where_it_goes_on_and_the_card_comes_to_the_direct_messages(
    fake: FakeSlack, ann: Person, tmp_path: Path, mode: Mode, member: bool
) -> None:
    channel = fake.channel("general", member=member)
    async with scene(fake, tmp_path, mode) as at:
        told = await asks(at, ann, "start", channel.id)
        assert told == "It goes on in our direct messages (Apps → Crossroads → Messages)."
        assert "Is everyone safe?" in ann.from_bot[-1].text
        assert public(fake, ann) == []


async def test_a_track_is_begun_by_its_name(fake: FakeSlack, ann: Person, tmp_path: Path) -> None:
    async with scene(fake, tmp_path) as at:
        await asks(at, ann, "SHORT")
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert case.answers["length"] == "short"


async def test_words_after_start_are_not_looked_at_and_stored_nowhere(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        told = await asks(at, ann, f"start {CANARY} owes me")
        (listed,) = await at.store.cases(at.owner(ann))
        dossier = await read_dossier(at.service, at.store.rounds, at.owner(ann), listed.id)
        assert CANARY not in repr(dossier) + told + "".join(one.text for one in ann.messages)
        assert not in_the_files(tmp_path, CANARY)


async def test_the_command_sent_twice_by_slack_begins_one_case(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path, "socket") as at:
        sending = ann.drafts.command("start", "/crossroads")
        await fake.deliver(sending)
        await fake.deliver(sending, retry=1)
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("text", ["", "help", "HELP", "help me please"])
async def test_help_lists_the_commands_with_buttons(
    fake: FakeSlack, ann: Person, tmp_path: Path, text: str
) -> None:
    async with scene(fake, tmp_path) as at:
        told = await asks(at, ann, text, fake.channel("general", member=False).id)
        for word in ("start", "short", "cases", "resume", "settings", "mydata", "forget"):
            assert f"/crossroads {word}: " in told
        assert "not a command" not in told
        assert on(ann.ephemerals[-1]) == [
            "Start: The long way",
            "The short way",
            "My cases",
            "Settings",
            "What is stored",
        ]


async def test_an_unknown_word_is_told_so_and_not_repeated(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    channel = fake.channel("general")
    async with scene(fake, tmp_path) as at:
        told = await asks(at, ann, f"{CANARY} is terrible", channel.id)
        assert "That is not a command of mine." in told
        assert "/crossroads cases: " in told
        assert CANARY not in told
        assert public(fake, ann) == []
        assert rows(tmp_path, "people", "cases") == {"people": 0, "cases": 0}


async def test_buttons_of_the_help_work_where_the_app_is_no_member(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    channel = fake.channel("general", member=False)
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await asks(at, ann, "", channel.id)
        offer = ann.ephemerals[-1]
        for button, answer in (
            ("My cases", "0 of 5 questions answered"),
            ("Settings", "Discreet notifications: on."),
            ("What is stored", "Cases: 1"),
        ):
            await ann.clicks(offer, button)
            await at.idle()
            assert answer in ann.ephemerals[-1].text
            assert ann.ephemerals[-1].channel == channel.id
        fake.clock.advance(60)
        await ann.clicks(offer, "The short way")
        await at.idle()
        assert "It goes on in our direct messages" in ann.ephemerals[-1].text
        assert len(await at.store.cases(at.owner(ann))) == 2
        assert len(ann.from_bot) == 2
        assert public(fake, ann) == []


async def test_the_command_in_a_talk_between_two_people_still_leads_to_our_own(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await asks(at, ann, "", bob.dm)
        await ann.clicks(ann.ephemerals[-1], "Start: The long way")
        await at.idle()
        assert len(ann.from_bot) == 1
        assert bob.from_bot == []
        assert {call.args["channel"] for call in fake.calls_of("chat.postMessage")} == {ann.dm}


# ------------------------------------------------------------------ cases and resume


async def test_cases_lists_them_with_what_can_be_done(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        assert "You have no cases." in await asks(at, ann, "cases")
        await begins(at, ann, *TO_THE_END)
        await begins(at, ann, "fine", "Alder")
        told = await asks(at, ann, "Cases")
        assert told.index("Open cases") < told.index("Alder: open, 1 of 5 questions answered")
        assert told.index("Finished cases") < told.index("Heron: finished")
        assert on(ann.ephemerals[-1]) == ["Resume", "Delete…", "Open", "Delete…"]


async def test_more_than_ten_cases_are_counted(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for _ in range(12):
            await begins(at, ann)
        told = await asks(at, ann, "cases")
        assert told.count("last touched") == 10
        assert "2 more: the Home tab lists them all." in told


async def test_resume_posts_the_card_of_the_open_case_touched_last(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Alder")
        await begins(at, ann, *TO_THE_END)
        old = len(ann.from_bot)
        assert "It goes on in our direct messages" in await asks(at, ann, "resume")
        assert len(ann.from_bot) == old
        assert "What was tried with Alder?" in ann.from_bot[-1].text


async def test_resume_finds_a_case_by_its_nickname_or_id(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        first = await begins(at, ann, "fine", "Blue Heron")
        await begins(at, ann, "fine", "Alder")
        for name in ("blue heron", "HERON", first):
            await asks(at, ann, "resume alder")
            assert "tried with Alder?" in ann.from_bot[-1].text
            await asks(at, ann, f"resume {name}")
            assert "tried with Blue Heron?" in ann.from_bot[-1].text


async def test_a_case_that_is_not_there_is_told_with_what_to_do(
    fake: FakeSlack, ann: Person, bob: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        assert "You have no cases." in await asks(at, ann, "resume")
        foreign = await begins(at, bob, "fine", "Finch")
        await begins(at, ann)
        for name in (CANARY, "Finch", foreign):
            for word in ("resume", "forget"):
                told = await asks(at, ann, f"{word} {name}")
                assert told == (
                    "❗ There is no such case of yours.\n\n/crossroads cases lists them."
                )
        assert ann.modals == ()


async def test_a_name_of_several_cases_is_not_guessed(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for name in ("Blue Heron", "Grey Heron"):
            await begins(at, ann, "fine", name)
        assert "Several cases of yours are called so." in await asks(at, ann, "forget heron")
        assert ann.modals == ()


# ------------------------------------------------------------------ the same as messages


async def test_a_first_hello_is_answered_with_the_welcome(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "Hello there")
        assert "Welcome to Crossroads" in ann.ephemerals[-1].text
        assert "Only you see your answers." in ann.ephemerals[-1].text
        assert rows(tmp_path, "people") == {"people": 0}
        await ann.clicks(ann.ephemerals[-1], "Start: The long way")
        await at.idle()
        assert "Is everyone safe?" in ann.from_bot[-1].text


@pytest.mark.parametrize("threaded", [False, True])
@pytest.mark.parametrize("began", [False, True])
async def test_words_of_commands_work_as_messages(
    fake: FakeSlack, ann: Person, tmp_path: Path, began: bool, threaded: bool
) -> None:
    async with scene(fake, tmp_path) as at:
        if began:
            await begins(at, ann)
        thread = ann.messages[-1].ts if began and threaded else ""
        for word, answer in (
            ("Cases", "0 of 5 questions" if began else "You have no cases."),
            ("settings", "Discreet notifications: on."),
            ("mydata", "What is stored about you"),
            ("forget", "What is stored about you"),
        ):
            await ann.writes(word, thread_ts=thread)
            await at.idle()
            assert answer in ann.ephemerals[-1].text
            assert ann.ephemerals[-1].thread_ts == thread
        assert on(ann.ephemerals[-1]) == ["What is stored", "Export", "Delete everything…"]
        fake.clock.advance(60)
        await ann.writes(" START ", thread_ts=thread)
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1 + began


async def test_export_as_a_message_sends_the_file(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await writes(at, ann, "export")
        assert "as a file" in ann.ephemerals[-1].text
        assert [file.name for file in fake.team.files.values()] == ["crossroads.json"]


async def test_help_without_a_case_lists_the_commands(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await writes(at, ann, "help")
        assert "/crossroads cases: " in ann.ephemerals[-1].text


async def test_help_with_an_open_case_says_what_works_there(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await writes(at, ann, "help")
        assert "why this question is asked" in ann.from_bot[-1].text


@pytest.mark.parametrize("word", ["start", "cases", "forget", "export", "short"])
async def test_a_word_is_the_answer_where_a_text_is_asked_for(
    fake: FakeSlack, ann: Person, tmp_path: Path, word: str
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine")
        await writes(at, ann, word)
        (listed,) = await at.store.cases(at.owner(ann))
        assert listed.name == word
        assert ann.modals == ()


# ------------------------------------------------------------------ a newer dialogue meanwhile


async def test_a_question_that_changed_in_between_is_said_on_the_card(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    newer = ERRANDS.replace('{asked: "Asked once"}', '{begged: "Begged them"}')
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron", "Asked once", "Yes please")
    flows = {"errands": (flow_of(newer), {"flow.yaml": newer})}
    async with scene(fake, tmp_path, flows=flows) as at:
        await at.later(timedelta(hours=1))
        await writes(at, ann, "A little")
        (card,) = ann.from_bot
        assert "One question changed" in card.text
        assert "What was tried with Heron?" in card.text
        assert "Begged them" in said(card)


# ------------------------------------------------------------------ what is deleted


async def test_forget_asks_first_and_keep_keeps(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann)
        await asks(at, ann, "forget")
        assert "Delete everything Crossroads keeps about you?" in said(ann.modal)
        assert "/crossroads cases" in said(ann.modal)
        await ann.closes()
        await at.idle()
        assert len(await at.store.cases(at.owner(ann))) == 1
        assert len(ann.from_bot) == 1


async def test_forget_of_one_case_names_it_and_leaves_the_others(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        await begins(at, ann, "fine", "Heron")
        await begins(at, ann, "fine", "Alder")
        await asks(at, ann, "forget heron", fake.channel("general", member=False).id)
        assert "Delete “Heron”?" in said(ann.modal)
        await ann.submits()
        assert "Deleted: 1 case" in said(ann.modal)
        await at.idle()
        assert [case.name for case in await at.store.cases(at.owner(ann))] == ["Alder"]
        (card,) = ann.from_bot
        assert "Alder" in card.text


async def test_a_case_deleted_meanwhile_is_told_in_the_window(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        case_id = await begins(at, ann, "fine", "Heron")
        await asks(at, ann, "forget heron")
        await at.store.forget(at.owner(ann), case_id)
        assert (await ann.submits()).acknowledged
        assert "it was deleted" in said(ann.modal)


async def test_a_window_that_slack_did_not_open_in_time_is_told(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        sending = ann.drafts.command("forget", "/crossroads", fake.channel("x", member=False).id)
        fake.clock.advance(4)
        await fake.deliver(sending)
        await at.idle()
        assert ann.modals == ()
        assert ann.ephemerals[-1].text == (
            "Slack did not open the window in time. Please do that once more."
        )


async def test_what_is_stored_of_a_command_is_the_case_alone(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    async with scene(fake, tmp_path) as at:
        for word in ("cases", "settings", "mydata", "help", "resume", CANARY):
            await asks(at, ann, word)
        assert rows(tmp_path, "people", "cases", "safe") == {"people": 0, "cases": 0, "safe": 0}
        assert orjson.dumps([call.args.get("text") for call in fake.calls]).count(b"Zanz") == 0


async def test_another_dialogue_is_begun_by_its_word_and_offered_by_a_button(
    fake: FakeSlack, ann: Person, tmp_path: Path
) -> None:
    other = flow_in(FIRST_BOUNDARIES)
    files = read_flow(FIRST_BOUNDARIES)
    flows = {"errands": (flow_of(ERRANDS), {"flow.yaml": ERRANDS}), other.id: (other, files)}
    async with scene(fake, tmp_path, flows=flows) as at:
        assert other.title in await asks(at, ann, "help")
        await asks(at, ann, "start boundaries fast")
        (listed,) = await at.store.cases(at.owner(ann))
        case = await at.store.case(at.owner(ann), listed.id)
        assert (case.flow, case.answers["track"]) == (other.id, "fast")
        told = await asks(at, ann, "start boundarys")
        assert "Did you mean “boundaries”?" in told
        assert len(await at.store.cases(at.owner(ann))) == 1
