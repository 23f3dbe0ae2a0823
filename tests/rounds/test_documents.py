"""Documents in the chats: what there is is offered, made and given to one person alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat import desk
from bot.drafting.versions import Version
from bot.errors import NotFound
from bot.papers import letters
from bot.papers import log as logs
from bot.records.logbook import Entry, Log, add
from bot.sheets.documents import act
from tests.rounds.table import case_of, table


def _logged(log: Log) -> Log:
    return add(log, Entry("2026-03-02", fact="They called at night."), "2026-03-02T09:00:00+00:00")


async def test_only_what_there_is_is_offered_and_it_is_given_as_a_file(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as t:
        await t.a_case("ann")
        case, owner = case_of("ann"), t.actor("ann").owner
        before = (await t.presses_action("ann", act("ask", case))).form
        await logs.change(t.parts.service, owner, case, _logged, t.clock())
        offered = (await t.orders("ann", "document", case)).sheet
        assert before
        assert offered
        assert [choice.id for choice in before.fields[0].choices] == ["record", "case"]
        form = (await t.presses_action("ann", offered.buttons[0].action)).form
        assert form
        assert [choice.id for choice in form.fields[0].choices] == ["record", "log", "case"]
        given = await t.submits("ann", form.action, {"what": "log", "form": "md"})
        assert given.file
        assert given.file.name == "log.md"
        assert "They called at night." in given.file.data.decode()


async def test_a_letter_is_printed_with_nothing_around_it(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as t:
        await t.a_case("ann")
        case, owner = case_of("ann"), t.actor("ann").owner
        saved = Version(1, "RESET", "email", "plain", "Dear Sam,\nhello.", "2026-03-02")
        await letters.save(t.parts.service, owner, case, saved, t.clock())
        make = act("make", case)
        given = await t.submits("ann", make, {"what": "letter", "form": "md"})
        assert given.file
        assert given.file.data.decode() == "Dear Sam,\\\nhello.\n"


async def test_a_form_that_cannot_be_made_here_is_said_at_its_field(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann"]) as t:
        await t.a_case("ann")
        refused = await t.submits(
            "ann", act("make", case_of("ann")), {"what": "case", "form": "pdf"}
        )
        assert "Choose Markdown." in refused.errors["form"]


async def test_nobody_is_given_what_is_anothers_or_is_not_there(tmp_path: Path) -> None:
    async with table(tmp_path, ["ann", "ben"]) as t:
        await t.a_case("ann")
        make = act("make", case_of("ann"))
        with pytest.raises(NotFound):
            await desk.submit(t.parts, t.actor("ben"), make, {"what": "case", "form": "md"}, "")
        with pytest.raises(NotFound):
            await desk.submit(t.parts, t.actor("ann"), make, {"what": "plan", "form": "md"}, "")


async def test_a_printer_that_is_handed_in_prints(tmp_path: Path) -> None:
    from adapters.documents.printer import print_page

    async with table(tmp_path, ["ann"]) as t:
        await t.a_case("ann")
        parts = replace(t.parts, printer=print_page)
        make = act("make", case_of("ann"))
        given = await desk.submit(
            parts, t.actor("ann"), make, {"what": "record", "form": "pdf"}, ""
        )
        assert given.file
        assert given.file.data.startswith(b"%PDF")
