"""Sealed books: a ledger of the store whose entries and newest number are sealed with a key.

The store's ledger chains entries by plain digests. Each entry here also carries a seal, made
with the key of the key file over the digest before it; and the newest entry's number and
digest are kept under a seal of their own. So whoever can write the database, but has not the
key, can change, remove, insert or cut off nothing unseen, nor write a whole new chain, nor move
entries from one book into another: each book but the first has a key of its own.
A copy of the whole database put back as it was is not seen: publish `head` for that.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import msgspec

from dalgu.access.keys import Keys
from dalgu.access.secret import is_same
from dalgu.store.ledger import FIRST_DIGEST, LedgerEntry
from dalgu.store.tables import Tables

HEAD = "head"
SEAL_DIGITS = 64
PAGE = 1_000  # entries read at once while verifying


class BookHead(msgspec.Struct, frozen=True):
    """The newest entry's number and digest; kept elsewhere, it bears witness later."""

    seq: int
    digest: str
    key: str  # fingerprint of the key file that sealed it
    seal: str = ""


class SealedEntry(msgspec.Struct, frozen=True):
    """One entry of a sealed book without its seal."""

    seq: int
    at: datetime
    content: bytes
    digest: str


class _Dated(msgspec.Struct):
    at: datetime


class SealedBook:
    """Appends to one ledger and verifies it; all in the caller's transaction.

    Contents are JSON objects with their instant under `at`: so it is sealed, too.
    """

    def __init__(self, ledger: str, collection: str, *, key: bytes, fingerprint: str) -> None:
        self.ledger = ledger
        self._collection = collection
        self._key = key
        self._fingerprint = fingerprint

    @classmethod
    def named(cls, keys: Keys, ledger: str) -> "SealedBook":
        """Return a book with a key of its own, derived from the audit key and its name."""
        key = hmac.new(keys.audit, f"book {ledger}".encode(), sha256).digest()
        return cls(ledger, f"{ledger}.book", key=key, fingerprint=keys.fingerprint)

    def append(self, tables: Tables, content: bytes, at: datetime) -> int:
        """Add an entry to the work in hand and return its number; both are durable or neither."""
        before = tables.ledger.head(self.ledger)
        seal = self._seal(_link(*before) + content)
        seq = tables.ledger.append(self.ledger, seal.encode() + content, at)
        newest = BookHead(seq, tables.ledger.head(self.ledger)[1].hex(), self._fingerprint)
        sealed = msgspec.structs.replace(newest, seal=self._seal_of_head(newest))
        tables.records.put(self._collection, HEAD, msgspec.json.encode(sealed))
        return seq

    def entries(self, tables: Tables, *, after: int = 0, limit: int = 100) -> list[SealedEntry]:
        """Return entries past a number, oldest first; their seals are not looked at."""
        found = tables.ledger.entries(self.ledger, after=after, limit=limit)
        return [
            SealedEntry(entry.seq, entry.at, entry.body[SEAL_DIGITS:], entry.digest.hex())
            for entry in found
        ]

    def last(self, tables: Tables) -> tuple[int, str]:
        """Return number and digest of the newest entry; 0 and no digest before the first."""
        seq, digest = tables.ledger.head(self.ledger)
        return seq, digest.hex() if seq else ""

    def head(self, tables: Tables) -> BookHead | None:
        """Return the kept head, `None` before the first entry or when it was removed."""
        return stored_head(tables, self._collection)

    def verify(self, tables: Tables) -> int | None:
        """Return the number of the first entry that does not hold, `None` when all do."""
        broken = (tables.ledger.verify(self.ledger), self._first_unsealed(tables))
        found = [seq for seq in broken if seq is not None]
        return min(found) if found else self._first_missing(tables)

    def _first_unsealed(self, tables: Tables) -> int | None:
        seq, before = 0, FIRST_DIGEST
        for entry in self._every(tables):
            if entry.seq != seq + 1 or not self._holds(entry, _link(seq, before)):
                return seq + 1
            seq, before = entry.seq, entry.digest
        return None

    def _first_missing(self, tables: Tables) -> int | None:
        """Compare the chain, which holds in itself, with the head that was kept of it."""
        seq, newest = tables.ledger.head(self.ledger)
        head = self.head(tables)
        if head is None:
            return seq or None
        if not is_same(head.seal, self._seal_of_head(head)):
            return max(seq, 1)
        if head.seq != seq:
            return min(head.seq, seq) + 1
        return None if head.digest == newest.hex() else seq

    def _holds(self, entry: LedgerEntry, link: bytes) -> bool:
        seal, content = entry.body[:SEAL_DIGITS], entry.body[SEAL_DIGITS:]
        if not hmac.compare_digest(seal, self._seal(link + content).encode()):
            return False
        return msgspec.json.decode(content, type=_Dated).at == entry.at

    def _every(self, tables: Tables) -> Iterator[LedgerEntry]:
        after = 0
        while found := tables.ledger.entries(self.ledger, after=after, limit=PAGE):
            yield from found
            after = found[-1].seq

    def _seal_of_head(self, head: BookHead) -> str:
        return self._seal(f"head {head.seq} {head.digest} {head.key}".encode())

    def _seal(self, content: bytes) -> str:
        return hmac.new(self._key, content, sha256).hexdigest()


def stored_head(tables: Tables, collection: str) -> BookHead | None:
    """Return the kept head of a book, `None` before the first entry or when it was removed."""
    body = tables.records.get(collection, HEAD)
    if body is None:
        return None
    try:
        return msgspec.json.decode(body, type=BookHead)
    except msgspec.DecodeError:
        return BookHead(0, "", "")  # was overwritten: its seal holds for nothing


def _link(seq: int, digest: bytes) -> bytes:
    return seq.to_bytes(8, "big") + digest
