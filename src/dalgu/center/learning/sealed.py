"""Entries of the center's book with what proves them: for whoever checks without this platform.

Each digest is SHA-256 over the digest before it, the entry's number and its instant in
microseconds since 1970 (both 8 bytes, big-endian), the seal and the content. So a reader can
check every entry by itself, and compare the newest with a head that was published before.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from dalgu.access.seals import SEAL_DIGITS
from dalgu.center.ground import BOOK
from dalgu.store.sqlite import Store

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = "0" * 64  # the digest before the first entry


class Proof(msgspec.Struct, frozen=True, rename="camel"):
    """One entry as the book holds it, and the digest before it."""

    seq: int
    at: datetime
    content: str  # JSON, byte for byte what was sealed
    seal: str  # HMAC-SHA-256 with the city's key, which only the city can check
    before: str  # digest of the entry before, in hexadecimal
    digest: str

    @property
    def holds(self) -> bool:
        """Whether the digest belongs to this content at this place of the chain."""
        micros = (self.at - EPOCH) // timedelta(microseconds=1)
        head = bytes.fromhex(self.before) + self.seq.to_bytes(8, "big")
        body = self.seal.encode() + self.content.encode()
        told = head + micros.to_bytes(8, "big", signed=True) + body
        return sha256(told).hexdigest() == self.digest


def proofs(store: Store, numbers: Iterable[int]) -> list[Proof]:
    """Return entries of the center's book by their numbers."""
    ledger = store.read().ledger
    found = []
    for seq in numbers:
        pair = ledger.entries(BOOK, after=max(seq - 2, 0), limit=2 if seq > 1 else 1)
        before, entry = (FIRST, pair[0]) if seq == 1 else (pair[0].digest.hex(), pair[1])
        seal, content = entry.body[:SEAL_DIGITS].decode(), entry.body[SEAL_DIGITS:].decode()
        found.append(Proof(seq, entry.at, content, seal, before, entry.digest.hex()))
    return found


def first_broken(found: Iterable[Proof]) -> int | None:
    """Return the number of the first entry whose digest does not hold, `None` when all do."""
    before: Proof | None = None
    for one in found:
        follows = before is not None and one.seq == before.seq + 1
        if not one.holds or (follows and before is not None and one.before != before.digest):
            return one.seq
        before = one
    return None
