"""Checks of a decision table against the questions of its flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.decision.faults import Faults
from bot.decision.written import WrittenTable
from bot.engine.check import RUN
from bot.engine.conditions import Condition, locate
from bot.engine.model import Ask
from bot.engine.source import Path


@dataclass(frozen=True, slots=True)
class Use:
    """A condition as written and compiled, where it stands, and who notes what is wrong with it."""

    faults: Faults
    path: Path
    data: object
    when: Condition


@dataclass(frozen=True, slots=True)
class Questions:
    """The flow's questions, and which of them are asked before the step."""

    asks: Mapping[str, Ask]
    earlier: frozenset[str]

    def options(self, question: str) -> frozenset[str]:
        """Give the ids of a question's answers (not of what only starts something)."""
        return frozenset(o.id for o in self.asks[question].options if not o.does)

    def check_uses(self, uses: Iterable[Use]) -> None:
        """Note every condition that looks at a question or an answer that is not there.

        Named conditions must come first: what is wrong in one is not noted again where it is used.
        """
        noted: set[tuple[str, str | None]] = set()
        for use in uses:
            for question, values in use.when.mentions():
                if question == RUN:  # a fact that every flow has, asked by nobody
                    continue
                for value in sorted(values, key=str):
                    if not self._check(use, question, value, noted):
                        noted.add((question, value))

    def _check(
        self, use: Use, question: str, value: str | None, noted: set[tuple[str, str | None]]
    ) -> bool:
        place = locate(use.data, question, value)
        if place is None and (question, value) in noted:
            return False
        path = use.path + (place or ())
        key = path[: path.index(question) + 1] if place and question in path else path
        if not self.check_known(use.faults, key, question):
            return False
        known = self.options(question)
        if value is None or value in known or self.asks[question].options_from:
            return True
        use.faults.unknown(path, f"answer to “{question}” called", value, known)
        return False

    def check_known(self, faults: Faults, path: Path, question: str) -> bool:
        """Note a question that is not asked, or only later; say whether it is there."""
        if question not in self.asks:
            faults.unknown(path, "question", question, self.earlier)
        elif question not in self.earlier:
            faults.add(
                path,
                f"“{question}” is asked only after this step.",
                "Move the question up, or leave it out here.",
            )
        return question in self.earlier

    def check_factors(self, written: WrittenTable, faults: Faults) -> None:
        """Note every factor without its question, and answers without points or the reverse."""
        for index, factor in enumerate(written.factors):
            path: Path = ("factors", index)
            if not self.check_known(faults, (*path, "id"), factor.id):
                continue
            if self.asks[factor.id].input != "choice":
                remedy = "Give points to questions with one choice only."
                faults.add(path, f"“{factor.id}” is not a question with one choice.", remedy)
                continue
            self._check_rows(index, factor.id, factor.fit, len(written.columns), faults)

    def _check_rows(
        self, index: int, question: str, fit: Mapping[str, object], width: int, faults: Faults
    ) -> None:
        options = self.options(question)
        path: Path = ("factors", index, "fit")
        for option in fit:
            if option not in options:
                what = f"answer to “{question}” called"
                faults.unknown((*path, option), what, option, options)
        for option in sorted(options - fit.keys()):
            zeros = ", ".join("0" * width)
            faults.add(
                path,
                f"The answer “{option}” to “{question}” has no row.",
                f"Add {option}: [{zeros}] and set its numbers.",
            )

    def check_values(self, written: WrittenTable, faults: Faults) -> None:
        """Note a question about what weighs most that is missing or lacks a group."""
        values = written.values
        if values is None or not self.check_known(faults, ("values", "question"), values.question):
            return
        options = self.options(values.question)
        for group in values.groups:
            if group not in options:
                what = f"answer to “{values.question}” called"
                faults.unknown(("values", "groups", group), what, group, options)

    def check_guess(self, faults: Faults, path: Path, step: str, guess: str) -> None:
        """Note a question for the person's own guess whose options are not the courses."""
        if self.check_known(faults, path, guess) and self.asks[guess].options_from != step:
            faults.add(
                path,
                f"The options of “{guess}” are not the courses.",
                f"Write options_from: {step} on that question.",
            )
