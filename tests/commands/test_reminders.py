"""``crossroads reminders``: what is due, and how somebody is reminded."""

from __future__ import annotations

from datetime import timedelta

from tests.commands.scene import ANN, Crossroads, troubled
from tests.terminal.scene import crossroads as terminal

ME = ("--as", ANN)


def test_what_is_due_is_listed_and_how_you_are_reminded_is_changed(crossroads: Crossroads) -> None:
    troubled("full_reset")
    assert "Nothing is due now." in crossroads("reminders", *ME).out
    assert crossroads("plan", "Alder", "--add", "Call my sister=today", *ME).code == 0
    listed = crossroads("reminders", *ME)
    assert listed.code == 0, listed.err
    assert "Alder (" in listed.out
    assert "Call my sister" in listed.out
    assert "at 09:00 (UTC)" in listed.out
    changed = crossroads("reminders", "--at", "7:15", "--quiet", "", "--zone", "Europe/Berlin", *ME)
    assert "at 07:15 (Europe/Berlin)" in changed.out
    assert "There are no quiet hours." in changed.out
    assert "not reminded of anything" in crossroads("reminders", "--off", *ME).out
    record = crossroads("reminders", "--on", "--country", "Germany", "--json", *ME).json
    assert (record["habits"]["on"], record["habits"]["at"]) == (True, "07:15")
    assert (record["habits"]["country"], record["habits"]["chosen_zone"]) == ("DE", True)
    assert "Call my sister" in [item["text"] for item in record["due"][0]["items"]]
    others = crossroads("reminders", "--as", "ben")
    assert "Nothing is due now." in others.out, "nobody sees another's"


def test_what_came_of_a_case_is_asked_about_in_a_terminal_too_with_nothing_done_for_it(
    crossroads: Crossroads,
) -> None:
    troubled("full_reset", ago=timedelta(days=8))
    troubled("full_reset", ago=timedelta(days=2))
    assert crossroads("reminders", *ME).out.count("What came of it?") == 1
    begun = terminal("chat", "--fast", "--plain", "--as", ANN)
    assert f"You have an item due: crossroads reminders --as {ANN}" in begun
    assert "Alder" not in begun.partition("due")[0], "nothing of whom it is about"
    assert crossroads("reminders", "--off", *ME).code == 0
    assert "item due" not in terminal("chat", "--fast", "--plain", "--as", ANN)


def test_what_cannot_be_read_is_said_and_nothing_is_changed(crossroads: Crossroads) -> None:
    before = crossroads("reminders", *ME).out
    wrong = crossroads("reminders", "--at", "25:00", "--zone", "Nowhere", *ME)
    assert (wrong.code, wrong.out) == (2, "")
    assert "is no time of day" in wrong.err
    assert "is no time zone" in wrong.err
    assert crossroads("reminders", *ME).out == before
