"""Seal values with AES-256-GCM, each bound to its owner, row and field.

A sealed value is ``version (1 byte) · nonce (12) · ciphertext and tag``. A key wrapped by a master
key names it: ``version (1) · master id (8) · nonce (12) · ciphertext and tag``.

The keys form three layers: a master key wraps each person's key, and that wraps the key of each of
their cases. Rotating masters re-wraps persons only; destroying one key erases one case or person.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import KeyMissing, StoreDamaged

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_ID_BYTES = 8
_MARK_BYTES = 16


def bind(*parts: str) -> bytes:
    """Join texts so that no two different lists give the same bytes (each has its length)."""
    encoded = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def seal(cipher: AESGCM, data: bytes, bound: bytes) -> bytes:
    """Encrypt and authenticate ``data`` together with what it is bound to."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, data, bound)


def unseal(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    """Open a sealed value; raises ``StoreDamaged`` if it was changed or belongs elsewhere."""
    if sealed[:1] != _VERSION or len(sealed) <= _NONCE_BYTES:
        raise _does_not_open()
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], bound)
    except InvalidTag:
        raise _does_not_open() from None


def _does_not_open() -> StoreDamaged:
    return StoreDamaged(
        "A stored value does not open: it was changed or moved by something else.",
        "Restore the newest backup; “crossroads db check” shows what else is affected.",
    )


@dataclass(frozen=True, slots=True)
class Box:
    """Seals the fields of one row.

    ``bound`` names the owner and the row, each with its length, so a field may simply follow.
    """

    cipher: AESGCM
    bound: bytes

    @classmethod
    def of(cls, key: bytes, owner: str, row: str) -> Box:
        """Make the box of a row from its key."""
        return cls(AESGCM(key), bind(owner, row))

    def seal(self, field: str, data: bytes) -> bytes:
        """Seal one field."""
        return seal(self.cipher, data, self.bound + field.encode())

    def open(self, field: str, sealed: bytes) -> bytes:
        """Open one field; raises ``StoreDamaged``."""
        return unseal(self.cipher, sealed, self.bound + field.encode())


class Masters:
    """The master keys, newest first; the first one wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self.keys = tuple(keys)
        self._ciphers = {master_id(key): AESGCM(key) for key in self.keys}

    @property
    def current(self) -> bytes:
        """The id of the key that wraps."""
        return master_id(self.keys[0])

    def knows(self, key_id: bytes) -> bool:
        """Say whether a key of this id is at hand."""
        return key_id in self._ciphers

    def wrap(self, key: bytes, *bound: str) -> bytes:
        """Seal a key (or another secret) under the newest master key."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self.current]
        return _VERSION + self.current + nonce + cipher.encrypt(nonce, key, bind(*bound))

    def unwrap(self, wrapped: bytes, *bound: str) -> bytes:
        """Open a wrapped key; raises ``KeyMissing`` if it needs a master key that is not here."""
        cipher = self._ciphers.get(wrapped_by(wrapped))
        if cipher is None:
            raise KeyMissing(
                "The key at hand is not the one this database was sealed with.",
                "Put the right key file (or CROSSROADS_KEY) back; until then only ids, states and "
                "times can be read. To begin anew, choose another folder with CROSSROADS_HOME.",
            )
        start = 1 + _ID_BYTES
        return unseal(cipher, wrapped[:1] + wrapped[start:], bind(*bound))


def wrapped_by(wrapped: bytes) -> bytes:
    """Tell which master key a wrapped key needs."""
    return wrapped[1 : 1 + _ID_BYTES]


def master_id(key: bytes) -> bytes:
    """Give a master key's id: derived from it one way, so that it needs no place of its own."""
    return _derive(key, b"crossroads master id", _ID_BYTES)


def new_key() -> bytes:
    """Make a random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Marks:
    """Keyed HMACs that stand for names and delivery ids in the database."""

    owners: bytes
    deliveries: bytes
    erasures: bytes
    tenants: bytes
    things: bytes
    links: bytes

    @classmethod
    def of(cls, secret: bytes) -> Marks:
        """Derive the keys from the secret that outlives every rotation."""
        return cls(*(_derive(secret, b"crossroads " + use, KEY_BYTES) for use in _USES))

    def owner(self, tenant: str, name: str) -> str:
        """Give a person's opaque id: 32 hexadecimal digits."""
        return _mark(self.owners, tenant, name).hex()

    def delivery(self, owner: str, key: str) -> bytes:
        """Give the mark of a platform's delivery id."""
        return _mark(self.deliveries, owner, key)

    def erasure(self, case_id: str) -> bytes:
        """Give the mark under which an erased case is remembered."""
        return _mark(self.erasures, case_id)

    def tenant(self, tenant: str) -> bytes:
        """Give the mark by which the people of a tenant are found."""
        return _mark(self.tenants, tenant)

    def thing(self, drawer: str, key: str) -> bytes:
        """Give the mark of a key in a drawer of the safe."""
        return _mark(self.things, drawer, key)

    def link(self, alias: str, owner: str, serial: bytes) -> bytes:
        """Give the mark that proves that an account was linked with a person by us."""
        return _mark(self.links, alias, owner, serial.hex())


_USES = (b"owners", b"deliveries", b"erasures", b"tenants", b"things", b"links")


def safe_key(secret: bytes) -> bytes:
    """Derive the key of the safe from the secret that outlives every rotation."""
    return _derive(secret, b"crossroads safe", KEY_BYTES)


def ballot_key(secret: bytes) -> bytes:
    """Derive what seals the ballots of a round from the round's secret."""
    return _derive(secret, b"crossroads ballots", KEY_BYTES)


def _mark(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, bind(*parts), "sha256")[:_MARK_BYTES]


def _derive(secret: bytes, use: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=use).derive(secret)
