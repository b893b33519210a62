"""Append-only books whose entries hold each other: who did what, and when.

Each digest is SHA-256 over the digest before it, the entry's number, its instant and its body,
so an entry that is changed, removed or put between others is found by `verify`. Whoever can
rewrite the whole file can rewrite the whole chain: keep the newest digest elsewhere, too.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import apsw

from dalgu.store.connection import first_row, rows
from dalgu.store.instants import instant, micros

FIRST_DIGEST = bytes(32)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of a ledger."""

    seq: int
    at: datetime
    body: bytes
    digest: bytes


class Ledgers:
    """The books by name; numbers start at 1 and have no gaps."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def append(self, ledger: str, body: bytes, at: datetime) -> int:
        """Write one entry; return its number."""
        seq, before = self.head(ledger)
        row = (ledger, seq + 1, micros(at), body, _digest(before, seq + 1, micros(at), body))
        self._connection.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", row)
        return seq + 1

    def head(self, ledger: str) -> tuple[int, bytes]:
        """Return number and digest of the newest entry; 0 and zeros where there is none."""
        row = first_row(
            self._connection,
            "SELECT seq, digest FROM ledger WHERE ledger = ? ORDER BY seq DESC LIMIT 1",
            (ledger,),
        )
        return (0, FIRST_DIGEST) if row is None else (row[0], row[1])

    def entries(self, ledger: str, *, after: int = 0, limit: int = 100) -> list[LedgerEntry]:
        """Return entries past a number, oldest first."""
        found = rows(
            self._connection,
            "SELECT seq, at, body, digest FROM ledger WHERE ledger = ? AND seq > ? "
            "ORDER BY seq LIMIT ?",
            (ledger, after, limit),
        )
        return [LedgerEntry(seq, instant(at), body, digest) for seq, at, body, digest in found]

    def verify(self, ledger: str) -> int | None:
        """Return the number of the first entry that does not hold, `None` when all do."""
        before = FIRST_DIGEST
        entries = self._connection.execute(
            "SELECT seq, at, body, digest FROM ledger WHERE ledger = ? ORDER BY seq", (ledger,)
        )
        for expected, (seq, at, body, digest) in enumerate(entries, start=1):
            if seq != expected or digest != _digest(before, seq, at, body):
                return expected
            before = digest
        return None


def _digest(before: bytes, seq: int, at_us: int, body: bytes) -> bytes:
    head = before + seq.to_bytes(8, "big") + at_us.to_bytes(8, "big", signed=True)
    return hashlib.sha256(head + body).digest()
