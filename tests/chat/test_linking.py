"""Two accounts become one person only when both say so, with a code that works once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from bot.cards.rows import card_text
from bot.chat import desk
from bot.chat.linking import MOST_TRIES
from bot.chat.messages import write
from bot.chat.personal import everything
from bot.chat.reaction import Reaction
from bot.chat.removals import Removal, Removals, drawer_of
from bot.chat.upkeep import House
from bot.engine.model import Typed
from bot.errors import WrongUse
from bot.outbox import Courier
from bot.papers.counting import notice_of, see_told, take_part
from bot.ports import Account, Contact, Done, Linked, Parcel, Person
from bot.records.counting import Here
from bot.rounds.ports import Actor
from bot.sheets.linking import ALPHABET, LENGTH, read_code, written_code
from bot.sheets.model import Sheet
from tests.rounds.table import Table, table
from tests.store.making import NOON, answer, reached

MINUTE = timedelta(minutes=1)
SLACK = ("slack", "slack:E1:T1", "U1", "Ann")
DISCORD = ("discord", "discord", "77", "ann_77")
THIRD = ("discord", "discord", "78", "eve")
CONTACTS = {
    "slack": reached(),
    "discord": Contact("discord", "discord:user:77", {"user": "77", "channel": "D77"}),
}


@dataclass
class Accounts:
    """Some accounts at one table, and what they are shown."""

    at: Table

    def actor(self, who: tuple[str, str, str, str]) -> Actor:
        platform, tenant, user, name = who
        owner = self.at.store.owner(Person(tenant, user))
        return Actor(owner, platform, tenant, user, name, {"user": user})

    async def order(self, who: tuple[str, str, str, str], word: str, rest: str = "") -> Reaction:
        return await desk.order(self.at.parts, self.actor(who), word, rest)

    async def press(self, who: tuple[str, str, str, str], label: str, on: Reaction) -> Reaction:
        assert on.sheet, on
        (button,) = [one for one in on.sheet.buttons if one.label == label]
        return await desk.press(self.at.parts, self.actor(who), button.action, "key")

    async def code(self) -> tuple[Reaction, str]:
        """Have a code given to the account on Slack."""
        given = await self.order(SLACK, "link")
        return given, text(given).partition("/crossroads link ")[2].split()[0]

    async def linked(self) -> Reaction:
        """Link both accounts, as people do."""
        given, code = await self.code()
        question = await self.order(DISCORD, "link", code)
        await self.press(DISCORD, "Link", question)
        confirmation = await self.press(SLACK, "I entered it there", given)
        return await self.press(SLACK, "Link both", confirmation)

    async def cases(self, who: tuple[str, str, str, str]) -> set[str]:
        return {case.id for case in await self.at.store.cases(self.actor(who).owner)}


def text(reaction: Reaction) -> str:
    assert isinstance(reaction.sheet, Sheet), reaction
    return card_text(reaction.sheet.card)


@pytest_asyncio.fixture
async def accounts(tmp_path: Path) -> AsyncIterator[Accounts]:
    """Set up a table with two people's accounts, each with a case and a chat."""
    async with table(tmp_path, []) as at:
        found = Accounts(at)
        for who in (SLACK, DISCORD):
            owner = found.actor(who).owner
            await at.store.set_contact(owner, CONTACTS[who[0]])
            await at.store.turn(answer(owner, f"of {who[0]}", platform=who[0]))
        yield found


# ------------------------------------------------------------------ the way it goes


async def test_two_accounts_that_both_say_yes_are_one_person(accounts: Accounts) -> None:
    given, code = await accounts.code()
    assert len(read_code(code)) == LENGTH
    assert set(read_code(code)) <= set(ALPHABET)
    question = await accounts.order(DISCORD, "link", f"  {code.lower().replace('-', ' – ')} ")
    assert "“Ann” on Slack" in text(question)
    assert "on Slack" in text(await accounts.press(DISCORD, "Link", question))
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    assert "“ann_77” on Discord wants to be linked with you" in text(confirmation)
    assert confirmation.instead
    assert await accounts.cases(DISCORD) == {"of discord"}
    done = await accounts.press(SLACK, "Link both", confirmation)
    assert "are one person now" in text(done)
    for who in (SLACK, DISCORD):
        assert await accounts.cases(who) == {"of slack", "of discord"}
        assert await accounts.at.parts.contacts.of(accounts.actor(who).owner, who[0])
    assert accounts.actor(SLACK).owner == accounts.actor(DISCORD).owner


async def test_nothing_happens_until_the_other_side_has_agreed(accounts: Accounts) -> None:
    given, code = await accounts.code()
    early = await accounts.press(SLACK, "I entered it there", given)
    assert "Nobody has entered the code yet" in text(early)
    assert code in text(early)
    question = await accounts.order(DISCORD, "link", code)
    waiting = await accounts.press(SLACK, "I entered it there", early)
    assert "has not pressed “Link” so far" in text(waiting)
    await accounts.press(DISCORD, "Link", question)
    confirmation = await accounts.press(SLACK, "I pressed it there", waiting)
    assert "Linked" in text(await accounts.press(SLACK, "Link both", confirmation))


async def test_a_code_can_be_entered_in_a_form(accounts: Accounts) -> None:
    _, code = await accounts.code()
    opened = await accounts.press(
        DISCORD, "I have a code from there", await accounts.order(DISCORD, "link")
    )
    assert opened.form
    actor = accounts.actor(DISCORD)
    wrong = await desk.submit(accounts.at.parts, actor, opened.form.action, {"code": "XXXX"}, "k")
    assert "not known here" in wrong.errors["code"]
    right = await desk.submit(accounts.at.parts, actor, opened.form.action, {"code": code}, "k")
    assert "“Ann” on Slack" in text(right)


@pytest.mark.parametrize("who", [SLACK, DISCORD])
async def test_either_side_can_say_no(accounts: Accounts, who: tuple[str, str, str, str]) -> None:
    given, code = await accounts.code()
    question = await accounts.order(DISCORD, "link", code)
    await accounts.press(DISCORD, "Link", question)
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    shown = question if who is DISCORD else confirmation
    assert "Nothing was changed" in text(await accounts.press(who, "Don’t link", shown))
    with pytest.raises(WrongUse, match="is over"):
        await accounts.press(SLACK, "Link both", confirmation)
    assert await accounts.cases(DISCORD) == {"of discord"}


async def test_confirming_twice_links_once(accounts: Accounts) -> None:
    given, code = await accounts.code()
    await accounts.press(DISCORD, "Link", await accounts.order(DISCORD, "link", code))
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    first = await accounts.press(SLACK, "Link both", confirmation)
    assert await accounts.press(SLACK, "Link both", confirmation) == first


# ------------------------------------------------------------------ what is refused


async def test_a_code_works_once(accounts: Accounts) -> None:
    _, code = await accounts.code()
    await accounts.order(DISCORD, "link", code)
    for who in (DISCORD, THIRD):
        with pytest.raises(WrongUse, match="was used"):
            await accounts.order(who, "link", code)


async def test_a_code_is_over_after_ten_minutes(accounts: Accounts) -> None:
    given, code = await accounts.code()
    accounts.at.clock.advance(10 * MINUTE)
    with pytest.raises(WrongUse, match="10 minutes of this code are over"):
        await accounts.order(DISCORD, "link", code)
    with pytest.raises(WrongUse, match="is over"):
        await accounts.press(SLACK, "I entered it there", given)


async def test_what_was_begun_is_over_ten_minutes_after_the_code_was_entered(
    accounts: Accounts,
) -> None:
    given, code = await accounts.code()
    accounts.at.clock.advance(9 * MINUTE)
    await accounts.press(DISCORD, "Link", await accounts.order(DISCORD, "link", code))
    accounts.at.clock.advance(9 * MINUTE)
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    accounts.at.clock.advance(MINUTE)
    with pytest.raises(WrongUse, match="is over"):
        await accounts.press(SLACK, "Link both", confirmation)


async def test_a_new_code_ends_the_one_before(accounts: Accounts) -> None:
    _, first = await accounts.code()
    _, second = await accounts.code()
    with pytest.raises(WrongUse, match="not known here"):
        await accounts.order(DISCORD, "link", first)
    assert (await accounts.order(DISCORD, "link", second)).sheet


async def test_a_third_account_can_confirm_nothing(accounts: Accounts) -> None:
    given, code = await accounts.code()
    question = await accounts.order(DISCORD, "link", code)
    colleague = ("slack", "slack:E1:T1", "U2", "Ben")
    namesake = ("slack", "slack:E1:T2", "U1", "Ann")
    for who in (THIRD, colleague, namesake):
        with pytest.raises(WrongUse, match="is over"):
            await accounts.press(who, "Link", question)
        with pytest.raises(WrongUse, match="is over"):
            await accounts.press(who, "I entered it there", given)
        await accounts.press(who, "Don’t link", question)  # which ends nothing
    await accounts.press(DISCORD, "Link", question)
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    for who in (THIRD, colleague, namesake, DISCORD):
        with pytest.raises(WrongUse, match="is over"):
            await accounts.press(who, "Link both", confirmation)
    assert "one person" in text(await accounts.press(SLACK, "Link both", confirmation))
    assert await accounts.cases(namesake) == set()


async def test_who_gave_the_code_out_cannot_agree_for_the_other_side(accounts: Accounts) -> None:
    given, code = await accounts.code()
    question = await accounts.order(DISCORD, "link", code)
    with pytest.raises(WrongUse, match="is over"):
        await accounts.press(SLACK, "Link", question)
    assert "has not pressed" in text(await accounts.press(SLACK, "I entered it there", given))


async def test_wrong_codes_are_limited_to_some_an_hour(accounts: Accounts) -> None:
    _, code = await accounts.code()
    for number in range(MOST_TRIES):
        accounts.at.clock.advance(MINUTE / 10)
        with pytest.raises(WrongUse, match="not known here"):
            await accounts.order(DISCORD, "link", written_code(ALPHABET[number] * LENGTH))
    with pytest.raises(WrongUse, match="too many wrong codes"):
        await accounts.order(DISCORD, "link", code)
    assert (await accounts.order(THIRD, "link", code)).sheet  # each account has its own
    accounts.at.clock.advance(60 * MINUTE)
    _, code = await accounts.code()
    assert (await accounts.order(DISCORD, "link", code)).sheet


async def test_the_same_account_and_the_same_platform_are_refused_and_the_code_stays_good(
    accounts: Accounts,
) -> None:
    _, code = await accounts.code()
    with pytest.raises(WrongUse, match="for your other account"):
        await accounts.order(SLACK, "link", code)
    with pytest.raises(WrongUse, match="Both accounts are on Slack"):
        await accounts.order(("slack", "slack:E1:T2", "U9", "Ann"), "link", code)
    assert (await accounts.order(DISCORD, "link", code)).sheet


async def test_who_is_linked_is_told_so_on_both_sides(accounts: Accounts) -> None:
    await accounts.linked()
    for who in (SLACK, DISCORD):
        assert "These accounts are linked" in text(await accounts.order(who, "link"))
        assert "These accounts are linked" in text(await accounts.order(who, "link", "ABCDE"))


async def test_who_was_linked_in_the_meantime_is_not_linked_twice(accounts: Accounts) -> None:
    given, code = await accounts.code()
    await accounts.press(DISCORD, "Link", await accounts.order(DISCORD, "link", code))
    confirmation = await accounts.press(SLACK, "I entered it there", given)
    main, other = accounts.actor(("slack", "slack:E1:T3", "U5", "Ann")).owner, DISCORD
    pair = Linked(Account("slack", "Ann"), Account("discord", "ann_77"))
    await accounts.at.store.links.link(main, accounts.actor(other).owner, pair)
    with pytest.raises(WrongUse, match="linked already"):
        await accounts.press(SLACK, "Link both", confirmation)
    assert await accounts.cases(SLACK) == {"of slack"}


async def test_neither_codes_nor_names_are_logged(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, code = await accounts.code()
    await accounts.order(DISCORD, "link", code)
    await accounts.linked()
    for secret in (code, read_code(code), "ann_77", "Ann"):
        assert secret not in caplog.text


# ------------------------------------------------------------------ unlinking


@pytest.mark.parametrize("who", [SLACK, DISCORD])
async def test_either_side_can_unlink(accounts: Accounts, who: tuple[str, str, str, str]) -> None:
    await accounts.linked()
    question = await accounts.order(who, "unlink")
    assert "All cases stay with “Ann” on Slack" in text(question)
    assert "Still linked" in text(await accounts.press(who, "Keep the link", question))
    assert await accounts.cases(DISCORD) == {"of slack", "of discord"}
    assert "Unlinked" in text(await accounts.press(who, "Unlink", question))
    assert await accounts.cases(SLACK) == {"of slack", "of discord"}
    assert await accounts.cases(DISCORD) == set()
    with pytest.raises(WrongUse, match="not linked"):
        await accounts.order(who, "unlink")
    with pytest.raises(WrongUse, match="not linked"):
        await accounts.press(who, "Unlink", question)


async def test_what_was_posted_to_the_account_that_leaves_is_taken_away(
    accounts: Accounts,
) -> None:
    await accounts.linked()
    await accounts.press(SLACK, "Unlink", await accounts.order(SLACK, "unlink"))
    (removal,) = await removals(accounts.at, "discord")
    assert (removal.channel, removal.case) == ("D77", "")
    assert await removals(accounts.at, "slack") == []


async def removals(at: Table, platform: str) -> list[Removal]:
    """Tell what a platform is to take away."""
    found: list[Removal] = []

    async def take(removal: Removal) -> None:
        found.append(removal)

    await Removals(at.store.safe, drawer_of(platform), take).again(at.clock())
    return found


# ------------------------------------------------------------------ around it


async def test_the_account_that_left_is_met_anew(accounts: Accounts) -> None:
    contacts = accounts.at.parts.contacts
    joining = accounts.actor(DISCORD).owner
    assert await contacts.of(joining, "discord")
    await accounts.linked()
    await accounts.press(SLACK, "Unlink", await accounts.order(SLACK, "unlink"))
    assert await contacts.of(joining, "discord") is None
    contact = CONTACTS["discord"]
    await contacts.meet(joining, "discord", contact.tenant, contact.address)
    assert await accounts.at.store.contact(joining) == contact


async def test_an_address_that_changes_leaves_settings_made_elsewhere(accounts: Accounts) -> None:
    await accounts.linked()
    owner, contacts = accounts.actor(SLACK).owner, accounts.at.parts.contacts
    assert await contacts.of(owner, "discord")  # it is at hand now
    await accounts.at.store.set_contact(owner, replace(reached(), keep_days=30))
    met = await contacts.meet(owner, "discord", "discord:user:77", {"user": "77", "channel": "D8"})
    assert (met.keep_days, met.address["channel"]) == (30, "D8")
    assert [one.keep_days for one in await accounts.at.store.contacts(owner)] == [30, 30]


async def test_the_export_holds_both_accounts(accounts: Accounts) -> None:
    await accounts.linked()
    await accounts.at.store.forget(accounts.actor(SLACK).owner, "of slack")
    await accounts.at.store.forget(accounts.actor(SLACK).owner, "of discord")
    owner = accounts.actor(DISCORD).owner
    record = orjson.loads(await everything(accounts.at.parts, owner))
    assert {record["contact"]["platform"], record["elsewhere"][0]["platform"]} == {
        "slack",
        "discord",
    }
    assert record["linked"] == {
        "main": {"platform": "slack", "name": "Ann"},
        "joined": {"platform": "discord", "name": "ann_77"},
    }


# ------------------------------------------------------------------ going on elsewhere


class Board:
    """A platform that shows cards, and notes whether they were new."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.got: list[tuple[str, int]] = []

    async def deliver(self, parcel: Parcel) -> str:
        self.got.append((parcel.ref, parcel.turn))
        return parcel.ref or f"{self.name} {parcel.turn}"


async def test_a_case_that_goes_on_elsewhere_has_a_card_of_its_own_there(
    accounts: Accounts,
) -> None:
    at, service = accounts.at, accounts.at.parts.service
    await accounts.linked()
    boards = {name: Board(name) for name in ("slack", "discord")}
    couriers = {name: Courier(service, name, board, at.clock) for name, board in boards.items()}
    case_id, owner = "C1", accounts.actor(SLACK).owner
    begun = await service.start(owner, at.parts.flow, case_id, at.clock(), platform="slack")
    await couriers["slack"].take(begun)
    await couriers["slack"].idle()
    for platform, said in (("discord", "1"), ("discord", "Heron"), ("slack", "1")):
        done = await service.handle(
            accounts.actor(DISCORD).owner,
            case_id,
            Typed(owner, at.clock(), said),
            platform=platform,
        )
        await couriers[platform].take(done)
        await couriers[platform].idle()
    turns = [turn for _, turn in (*boards["slack"].got, *boards["discord"].got)]
    assert [ref for ref, _ in boards["slack"].got] == ["", ""]
    assert [ref for ref, _ in boards["discord"].got] == ["", f"discord {turns[2]}"]
    left = [card.ref for name in boards for card in await at.store.left_cards(name)]
    assert left == [f"slack {turns[0]}", f"discord {turns[2]}"]


# ------------------------------------------------------------------ keeping tidy


def house(at: Table, platform: str, taken: list[Removal] | None = None) -> House:
    """Give what keeps a platform tidy, from which the app was removed."""

    async def take(removal: Removal) -> None:
        if taken is not None:
            taken.append(removal)

    async def is_there(contact: Contact) -> bool:
        return False

    async def posted(contact: Contact, owner: str, case_id: str) -> Removal | None:
        return Removal(contact.address, case="" if case_id == "all" else case_id)

    keeps = Removals(at.store.safe, drawer_of(platform), take)
    parts = at.parts
    return House(
        parts.service, parts.contacts, parts.courier, keeps, platform, at.clock, is_there, posted
    )


async def test_a_workspace_that_left_takes_its_contact_alone(accounts: Accounts) -> None:
    await accounts.linked()
    owner, at = accounts.actor(SLACK).owner, accounts.at
    await at.store.abandon("slack:E1:T1", at.clock())
    await at.store.abandon("discord:user:77", at.clock() + timedelta(days=30))
    await house(at, "discord").tidy()  # whose own tenant has time left
    assert len(await at.store.contacts(owner)) == 2
    await house(at, "slack").tidy()
    assert [one.platform for one in await at.store.contacts(owner)] == ["discord"]
    assert await accounts.cases(DISCORD) == {"of slack", "of discord"}
    at.clock.advance(timedelta(days=30))
    await house(at, "discord").tidy()
    assert await accounts.cases(DISCORD) == set()


async def test_a_card_that_was_left_is_taken_away_there(accounts: Accounts) -> None:
    at, taken = accounts.at, list[Removal]()
    await accounts.linked()
    owner = accounts.actor(SLACK).owner
    await at.store.sent("of slack", 1, at.clock(), "1.0", platform="slack")
    await at.store.turn(answer(owner, "of slack", platform="discord"))
    await house(at, "discord", taken).tidy()
    assert taken == []
    await house(at, "slack", taken).tidy()
    (removal,) = taken
    assert (removal.channel, removal.ref, removal.case) == ("D1", "1.0", "of slack")
    assert removal.before == NOON.timestamp()  # a card that comes up there later stays
    assert await at.store.left_cards("slack") == []


async def test_a_card_that_is_used_again_stays(accounts: Accounts) -> None:
    at, taken = accounts.at, list[Removal]()
    await accounts.linked()
    owner = accounts.actor(SLACK).owner
    await at.store.sent("of slack", 1, at.clock(), "1.0", platform="slack")
    for platform in ("discord", "slack"):
        await at.store.turn(answer(owner, "of slack", platform=platform))
    await house(at, "slack", taken).tidy()
    assert len(await at.store.left_cards("slack")) == 1  # it is not known yet what becomes of it
    await at.store.sent("of slack", 3, at.clock(), "1.0", platform="slack")
    await house(at, "slack", taken).tidy()
    assert await at.store.left_cards("slack") == []
    assert taken == []


async def test_what_is_typed_below_no_card_here_is_asked_again(accounts: Accounts) -> None:
    at, service = accounts.at, accounts.at.parts.service
    await accounts.linked()
    owner, now = accounts.actor(DISCORD).owner, at.clock()
    begun = await service.start(owner, at.parts.flow, "C1", now, platform="slack")
    await at.store.sent("C1", begun.case.turn, now, "1.0", platform="slack")
    listed = next(case for case in await at.store.cases(owner) if case.id == "C1")

    async def typed(platform: str) -> Done:
        return await write(
            service,
            owner,
            listed,
            "1",
            sent=now + MINUTE,
            below=lambda card: card.ref == "1.0",
            now=now + MINUTE,
            key="",
            platform=platform,
        )

    asked = await typed("discord")
    assert asked.case.answers == begun.case.answers
    await at.store.sent("C1", asked.case.turn, now, "1.0", platform="discord")
    assert (await typed("slack")).case.answers == begun.case.answers, "it has gone on elsewhere"
    await at.store.sent("C1", asked.case.turn, now, "1.0", platform="slack")
    assert (await typed("slack")).case.answers != begun.case.answers


async def test_a_case_that_expires_is_taken_away_on_both_platforms(accounts: Accounts) -> None:
    at = accounts.at
    await accounts.linked()
    owner = accounts.actor(SLACK).owner
    await house(at, "slack").erase(owner, "of slack")
    assert [(one.channel, one.case) for one in await removals(at, "discord")] == [
        ("D77", "of slack")
    ]
    assert await accounts.cases(SLACK) == {"of discord"}


def test_codes_are_read_however_they_are_written() -> None:
    assert read_code(" abcde–fghjk\u00a0") == read_code("`ABCDE-FGHJK`") == "ABCDEFGHJK"
    assert written_code("ABCDEFGHJK") == "ABCDE-FGHJK"


async def test_who_did_not_want_to_be_counted_on_one_platform_is_not_after_linking(
    accounts: Accounts,
) -> None:
    service, clock = accounts.at.parts.service, accounts.at.clock
    ann, joining = accounts.actor(SLACK).owner, accounts.actor(DISCORD).owner
    server = Here("discord", "discord:guild:1", NOON.isoformat())
    await see_told(service, ann, Here("slack", "slack:E1:T1", NOON.isoformat()), clock())
    await take_part(service, joining, server, clock(), out=True)
    await accounts.linked()
    assert not await see_told(service, ann, server, clock())
    told = await notice_of(service, ann, "slack")
    assert told
    assert not told.out
