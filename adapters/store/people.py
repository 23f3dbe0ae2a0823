"""What the store knows of a person and a case while it works with them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.store.sealing import Box, Masters, new_key
from bot.engine.model import Case
from bot.engine.record import case_from_bytes
from bot.errors import NoCase

Place = tuple[str, str]
"""Where a case is looked up: (owner, case id). Nobody finds another person's case."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with their own key. ``serial`` is drawn anew if they come back after erasure."""

    owner: str
    serial: bytes
    key: bytes

    @property
    def box(self) -> Box:
        """What seals their profile."""
        return Box.of(self.key, self.owner, self.serial.hex())

    def wrap(self, case_id: str, key: bytes) -> bytes:
        """Seal the key of one of their cases."""
        return Box.of(self.key, self.owner, case_id).seal("key", key)

    def unwrap(self, case_id: str, wrapped: bytes) -> bytes:
        """Open the key of one of their cases; raises ``StoreDamaged``."""
        return Box.of(self.key, self.owner, case_id).open("key", wrapped)

    def box_of(self, case_id: str, wrapped: bytes) -> Box:
        """Give what seals one of their cases; raises ``StoreDamaged``."""
        return case_box(self.unwrap(case_id, wrapped), self, case_id)


def new_holder(owner: str) -> Holder:
    """Give a person a new key and serial."""
    return Holder(owner, new_key()[:16], new_key())


def case_box(key: bytes, holder: Holder, case_id: str) -> Box:
    """Make what seals a case's fields."""
    return Box.of(key, holder.owner, case_id)


def wrap_holder(masters: Masters, holder: Holder) -> bytes:
    """Seal a person's key under the newest master key."""
    return masters.wrap(holder.key, "person", holder.owner, holder.serial.hex())


def open_holder(masters: Masters, owner: str, serial: bytes, wrapped: bytes) -> Holder:
    """Open a person's key; raises ``KeyMissing`` or ``StoreDamaged``."""
    return Holder(owner, serial, masters.unwrap(wrapped, "person", owner, serial.hex()))


@dataclass(frozen=True, slots=True)
class Held:
    """A case as stored at an edition; ``case`` and ``box`` are None where there is none yet."""

    holder: Holder | None = None
    case: Case | None = None
    edition: int = 0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up at a place gave, still sealed. ``mine`` is False for another's case."""

    place: Place
    serial: bytes | None
    holder_key: bytes | None
    edition: int | None
    mine: bool
    case_key: bytes | None
    body: bytes | None
    erased: bool

    def open(self, masters: Masters) -> Held:
        """Open it. Raises ``NotFound``, ``KeyMissing`` or ``StoreDamaged``."""
        owner, case_id = self.place
        if self.erased or (self.edition is not None and not self.mine):
            raise not_found(case_id)
        holder = None
        if self.serial is not None and self.holder_key is not None:
            holder = open_holder(masters, owner, self.serial, self.holder_key)
        if not holder or self.edition is None or self.case_key is None or self.body is None:
            return Held(holder)
        box = holder.box_of(case_id, self.case_key)
        case = case_from_bytes(box.open("case", self.body))
        return Held(holder, case, self.edition, box)


def not_found(case_id: str) -> NoCase:
    """Make the error that is the same for no case and for somebody else's."""
    return NoCase(
        f"There is no case “{case_id}” here.", "“crossroads cases” lists the ones there are."
    )


K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last, at most ``size`` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Give a value and note that it was used."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value, and drop the one that was not used for longest."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget a value, if it is there."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget them all."""
        self._values.clear()
