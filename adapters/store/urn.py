"""A round's ballots, marked and sealed with the round's secret.

The secret has a key row of its own. Once it is overwritten nobody can tell any more whose mark a
ballot bore, nor open what a backup or an unused part of a page still holds of it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from adapters.store.sealing import Box, ballot_key


@dataclass(frozen=True, slots=True)
class Urn:
    """Marks, seals and opens the ballots of one round."""

    round_id: str
    secret: bytes
    key: bytes

    @classmethod
    def of(cls, round_id: str, secret: bytes) -> Urn:
        """Make the urn of a round from its secret."""
        return cls(round_id, secret, ballot_key(secret))

    def mark(self, voter: str) -> bytes:
        """Give the mark under which a voter's ballot lies."""
        return hmac.digest(self.secret, voter.encode(), "sha256")

    def seal(self, mark: bytes, ballot: bytes) -> bytes:
        """Seal a ballot."""
        return self._box(mark).seal("ballot", ballot)

    def open(self, mark: bytes, sealed: bytes) -> bytes:
        """Open a ballot; raises ``StoreDamaged``."""
        return self._box(mark).open("ballot", sealed)

    def _box(self, mark: bytes) -> Box:
        return Box.of(self.key, self.round_id, mark.hex())
