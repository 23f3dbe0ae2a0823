"""What a look at an installation found."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import CrossroadsError


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at; it is wrong if there is a remedy."""

    subject: str
    text: str
    remedy: str = ""

    @classmethod
    def of(cls, subject: str, error: CrossroadsError) -> Checked:
        """Make what was found of an error."""
        return cls(subject, error.message, error.remedy or "See docs/commands.md.")
