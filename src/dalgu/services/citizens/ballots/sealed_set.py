"""Rows that lie in no order: what was put in is found again, when and after what is not.

A ballot book must not tell who voted when. Rows are kept under keys that look random, in a table
that is sorted by them and keeps no instant; each is encrypted for its place (AES-256-GCM). So
that nothing can be changed, taken out or put in unseen by whoever can write the database but has
not the key file, the head holds the number of rows and a sum over them that has no order:
MSet-Add-Hash (Clarke et al., Incremental Multiset Hash Functions, Asiacrypt 2003), a keyed hash
of each row added modulo 2^512, under a seal. A copy of the whole database put back is not seen.
"""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha512
from typing import TYPE_CHECKING

import msgspec

from dalgu.store.tables import Tables

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEADS = "citizens.sealed_sets"
NONCE_BYTES = 12
MODULUS = 1 << 512


class SetTampered(Exception):
    """The rows are not those that were put in."""


class _Head(msgspec.Struct, frozen=True):
    count: int
    total: str  # hexadecimal
    seal: str


@dataclass(frozen=True, slots=True)
class SetKeys:
    """The keys of all sets, made from the key file."""

    rows: bytes  # 32, AES-256
    seals: bytes  # 32, HMAC-SHA-512

    @classmethod
    def of(cls, keyed: Callable[[str], str]) -> "SetKeys":
        """Return the keys that a keyed hash of the platform's (`Access.keyed`) gives."""
        made = [bytes.fromhex(keyed(f"{use} 1") + keyed(f"{use} 2")) for use in ("rows", "seals")]
        return cls(*made)


class SealedSet:
    """One set, all in the caller's transaction."""

    def __init__(self, name: str, keys: SetKeys) -> None:
        self.name = name
        self._keys = keys

    def begin(self, tables: Tables) -> None:
        """Make it an empty set; one that was never begun, or whose head is gone, holds nothing."""
        tables.records.delete_under(self.name, "")
        self._keep_head(tables, 0, 0)

    def count(self, tables: Tables) -> int:
        """Return how many rows there are, as the head says."""
        return self._head(tables).count

    def holds(self, tables: Tables, key: str) -> bool:
        """Tell whether there is a row of this key."""
        return tables.records.get(self.name, key) is not None

    def add(self, tables: Tables, key: str, plain: bytes) -> int:
        """Put a row in and return how many there are; the key must be new."""
        nonce = os.urandom(NONCE_BYTES)
        body = nonce + self._cipher().encrypt(nonce, plain, self._place(key))
        head = self._head(tables)
        total = (int(head.total, 16) + self._hashed(key, body)) % MODULUS
        tables.records.put(self.name, key, body)
        self._keep_head(tables, head.count + 1, total)
        return head.count + 1

    def row(self, tables: Tables, key: str) -> bytes:
        """Return one row that is there; raise `SetTampered` when it is not what was put in."""
        return self._opened(key, tables.records.get(self.name, key) or b"")

    def rows(self, tables: Tables) -> list[tuple[str, bytes]]:
        """Return all rows by key; raise `SetTampered` unless they are those that were put in."""
        found, total, head = [], 0, self._head(tables)
        for key, body in tables.records.all(self.name):
            total = (total + self._hashed(key, body)) % MODULUS
            found.append((key, self._opened(key, body)))
        if len(found) != head.count or total != int(head.total, 16):
            raise SetTampered(self.name)
        return found

    def empty(self, tables: Tables) -> None:
        """Take all rows out, and the head."""
        tables.records.delete_under(self.name, "")
        tables.records.delete(HEADS, self.name)

    def _opened(self, key: str, body: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        nonce, sealed = body[:NONCE_BYTES], body[NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, sealed, self._place(key))
        except (InvalidTag, ValueError):
            raise SetTampered(key) from None

    def _head(self, tables: Tables) -> _Head:
        body = tables.records.get(HEADS, self.name)
        if body is None:
            raise SetTampered(self.name)
        try:
            head = msgspec.json.decode(body, type=_Head)
        except msgspec.DecodeError:
            raise SetTampered(self.name) from None
        if not hmac.compare_digest(head.seal, self._seal(head.count, head.total)):
            raise SetTampered(self.name)
        return head

    def _keep_head(self, tables: Tables, count: int, total: int) -> None:
        shown = f"{total:x}"
        head = _Head(count, shown, self._seal(count, shown))
        tables.records.put(HEADS, self.name, msgspec.json.encode(head))

    def _seal(self, count: int, total: str) -> str:
        said = f"head {self.name} {count} {total}".encode()
        return hmac.new(self._keys.seals, said, sha512).hexdigest()

    def _hashed(self, key: str, body: bytes) -> int:
        said = b"row " + self._place(key) + b"\0" + body
        return int.from_bytes(hmac.new(self._keys.seals, said, sha512).digest())

    def _place(self, key: str) -> bytes:
        return f"{self.name}/{key}".encode()

    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._keys.rows)
