"""``crossroads outcome``: what came of a decision, said in the terminal."""

from __future__ import annotations

from tests.commands.scene import ANN, Crossroads, troubled

ME = ("--as", ANN)


def test_what_happened_is_said_listed_changed_and_no_longer_asked(crossroads: Crossroads) -> None:
    troubled("full_reset")
    first = crossroads("outcome", "Alder", *ME)
    assert first.code == 0, first.err
    assert "What happened?\n  You did not say so yet." in first.out
    assert "better       It is better than before" in first.out
    said = crossroads("outcome", "Alder", "--answer", "better", "--note", "They pay now.", *ME)
    assert "After 7 days: It is better than before (“They pay now.”)" in said.out
    later = crossroads("outcome", "Alder", "--answer", "worse", "--day", "30", "--stop", *ME)
    assert "After 30 days: It is worse" in later.out
    assert "You are not asked any more." in later.out
    record = crossroads("outcome", "Alder", "--json", *ME).json
    assert record["chosen"] == "RESET"
    assert {day: one["answer"] for day, one in record["said"].items()} == {
        "7": "better",
        "30": "worse",
    }


def test_what_is_no_answer_and_what_is_not_decided_is_refused(crossroads: Crossroads) -> None:
    troubled("full_reset")
    wrong = crossroads("outcome", "Alder", "--answer", "great", *ME)
    assert wrong.code != 0
    assert "There are: settled, better, same, worse, other_way." in wrong.err
    assert crossroads("outcome", "Alder", "--note", "So.", *ME).code == 2
    troubled("full_reset", stop_before=-3, as_name="ben")
    open_ = crossroads("outcome", "--as", "ben")
    assert (open_.code, open_.out) == (1, "")
    assert "Nothing was decided in this case yet." in open_.err
