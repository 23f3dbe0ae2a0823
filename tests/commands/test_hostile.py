"""What nobody writes on purpose: bytes that are no text, names that are no files, two at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.commands.gathering import keep_values
from bot.commands.wiring import opened, person
from bot.config import read_settings
from bot.drafting.versions import versions_from_bytes
from bot.papers import log as papers
from bot.records import logbook
from tests.commands.scene import ANN, Crossroads, troubled

ME = ("--as", ANN)
BROKEN = "caf\udce9"
"""What the system gives for a byte that is no UTF-8."""

LONG = "n" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--add", f"{BROKEN}=tomorrow"),
        ("log", "add", "--set", f"fact={BROKEN}"),
        ("outcome", "--answer", "better", "--note", BROKEN),
        ("draft", "--set", f"client={BROKEN}"),
        ("reminders", "--as", BROKEN),
    ],
)
def test_bytes_that_are_no_text_are_refused(crossroads: Crossroads, words: tuple[str, ...]) -> None:
    ran = crossroads(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "no valid UTF-8" in ran.err


def test_a_name_that_is_too_long_for_a_file_is_told(crossroads: Crossroads, tmp_path: Path) -> None:
    case, out = troubled("full_reset"), tmp_path / LONG
    for words in (
        ("plan", case.id, "--ics", out),
        ("document", "plan", case.id, "--format", "md", "--out", out),
        ("draft", case.id, "--out", out),
    ):
        ran = crossroads(*words, *ME)
        assert ran.code == 1
        assert "cannot be written: File name too long." in ran.err


def test_what_a_link_leads_to_is_written_and_not_the_link_replaced(
    crossroads: Crossroads, tmp_path: Path
) -> None:
    case, link, there = troubled("full_reset"), tmp_path / "link.ics", tmp_path / "there.ics"
    link.symlink_to(there)
    assert crossroads("plan", case.id, "--ics", link, *ME).code == 0
    assert link.is_symlink()
    assert there.read_text().startswith("BEGIN:VCALENDAR")


def test_two_who_change_an_entry_at_once_keep_what_both_wrote(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = troubled("full_reset")
    crossroads("log", "add", "--set", "fact=He called.", "--case", case.id, *ME)
    change = papers.change

    async def meanwhile(service: object, owner: str, case_id: str, *rest: object) -> object:
        monkeypatch.setattr(papers, "change", change)

        def other(log: logbook.Log) -> logbook.Log:
            entry = logbook.read_entry({"who": "Bob"}, log.entries[0].entry, rest[1], "")[0]  # type: ignore[arg-type]
            return logbook.edit(log, "1", entry, "2026-03-02T09:00:00+00:00")

        await change(service, owner, case_id, other, rest[1])  # type: ignore[arg-type]
        return await change(service, owner, case_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(papers, "change", meanwhile)
    crossroads("log", "edit", "1", "--set", "channel=phone", "--case", case.id, *ME)
    entry = crossroads("log", "--json", "--case", case.id, *ME).json["entries"][0]["versions"][-1][
        1
    ]
    assert (entry["who"], entry["channel"]) == ("Bob", "phone")


def test_what_another_filled_in_meanwhile_is_not_taken_back(
    crossroads: Crossroads, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = troubled("full_reset")
    crossroads("draft", case.id, "--set", "client=Ms Grey", *ME)
    written: list[dict[str, str]] = []

    async def kept(as_name: str, case_id: str, values: dict[str, str]) -> None:
        written.append(values)
        await keep_values(as_name, case_id, values)

    monkeypatch.setattr("bot.commands.gathering.keep_values", kept)
    crossroads("draft", case.id, "--set", "me=Ann", *ME)
    assert written == [{"me": "Ann"}]
    assert asyncio.run(_values(case.id)) == {"client": "Ms Grey", "me": "Ann"}


async def _values(case_id: str) -> dict[str, str]:
    async with opened(read_settings(), lambda _: None) as service:
        owner = service.owner(person(ANN))
        body = await service.store.papers.read(owner, "letters", case_id)
        return {**versions_from_bytes(body).values}
