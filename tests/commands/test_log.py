"""The log in a terminal: written, changed, taken out and put back, and what is wrong with it."""

from __future__ import annotations

import pytest

from tests.commands.scene import ANN, Crossroads, troubled

pytestmark = pytest.mark.usefixtures("own_flows")


def test_an_entry_is_written_changed_taken_out_and_put_back(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    me = ("--case", case.id, "--as", ANN)
    assert "Nothing is logged." in crossroads("log", *me).out
    said = ("--set", "when=2026-03-02 14:30", "--set", "quote=Do it at once", "--set", "who=Bob")
    ran = crossroads("log", "add", *said, *me)
    assert "1. 2026-03-02 14:30" in ran.out
    assert "“Do it at once”" in ran.out
    assert "4 times" in crossroads("log", "edit", "1", "--set", "fact=He called 4 times", *me).out
    ran = crossroads("log", "edit", "1", "--set", "impression=A psycho.", *me)
    assert ran.code == 0
    assert "“psycho” says what somebody is, not what was done. Write what was said" in ran.err
    assert "It is saved as you wrote it." in ran.err
    assert crossroads("log", "edit", "1", "--set", "impression=Angry.", *me).err == ""
    record = crossroads("log", "--json", *me).json
    assert [len(entry["versions"]) for entry in record["entries"]] == [4]
    assert record["entries"][0]["versions"][0][1]["at"].startswith("2026-03-02T14:30")
    assert "Nothing is logged." in crossroads("log", "remove", "1", *me).out
    assert "Do it at once" in crossroads("log", "restore", "1", *me).out
    printed = ("--format", "md", "--out", "-", "--as", ANN)
    assert "Do it at once" in crossroads("document", "log", case.id, *printed).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add",), "nothing to write down"),
        (("add", "--set", "fact"), "sets nothing"),
        (("add", "--set", "fackt=x"), "Did you mean “fact”?"),
        (("add", "--set", "fact=x", "--set", "when=tomorrow"), "still to come"),
        (("edit", "9", "--set", "fact=x"), "no such entry"),
        (("remove", "9"), "no such entry"),
    ],
)
def test_what_cannot_be_written_is_told(
    crossroads: Crossroads, words: tuple[str, ...], says: str
) -> None:
    case = troubled("full_reset")
    ran = crossroads("log", *words, "--case", case.id, "--as", ANN)
    assert ran.code in {1, 2}
    assert says in ran.err


def test_nobody_reads_the_log_of_another(crossroads: Crossroads) -> None:
    case = troubled("full_reset")
    ran = crossroads("log", "--case", case.id, "--as", "Mallory")
    assert ran.code == 1
    assert ran.out == ""
