"""Who did what, on what, for what purpose, with what outcome, and when: a sealed chain.

The book of the platform itself; `seals` tells what the seals hold.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from dalgu.access import seals
from dalgu.access.actor import Actor
from dalgu.access.keys import Keys
from dalgu.access.seals import BookHead as AuditHead
from dalgu.access.seals import SealedBook
from dalgu.store.tables import Tables

__all__ = ["AuditChain", "AuditEntry", "AuditHead", "Fact", "Outcome", "entry_of", "stored_head"]

LEDGER = "access"
COLLECTION = "access.audit"
LONGEST_TEXT = 300  # signs of target and purpose: an entry stays small

Fact = str | int | float | bool | None


class Outcome(StrEnum):
    """What became of an operation."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class AuditEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing done or refused; pseudonyms and ids only, never a name or a secret."""

    at: datetime
    actor: str
    kind: str
    role: str | None
    operation: str
    target: str
    outcome: Outcome
    purpose: str = ""
    facts: dict[str, Fact] = {}


def entry_of(actor: Actor, operation: str, target: str, at: datetime) -> AuditEntry:
    """Return the entry of an operation that was done; replace what differs."""
    return AuditEntry(
        at=at,
        actor=actor.id,
        kind=actor.kind,
        role=actor.role,
        operation=operation,
        target=target[:LONGEST_TEXT],
        outcome=Outcome.DONE,
    )


class AuditChain:
    """Appends to the chain and verifies it; all in the caller's transaction."""

    def __init__(self, keys: Keys) -> None:
        self._book = SealedBook(LEDGER, COLLECTION, key=keys.audit, fingerprint=keys.fingerprint)

    def append(self, tables: Tables, entry: AuditEntry) -> int:
        """Add an entry to the work in hand; both are durable or neither."""
        return self._book.append(tables, msgspec.json.encode(entry), entry.at)

    def entries(
        self, tables: Tables, *, after: int = 0, limit: int = 100
    ) -> list[tuple[int, AuditEntry]]:
        """Return numbered entries past a number, oldest first."""
        found = self._book.entries(tables, after=after, limit=limit)
        return [(one.seq, msgspec.json.decode(one.content, type=AuditEntry)) for one in found]

    def verify(self, tables: Tables) -> int | None:
        """Return the number of the first entry that does not hold, `None` when all do."""
        return self._book.verify(tables)


def stored_head(tables: Tables) -> AuditHead | None:
    """Return the kept head, `None` before the first entry or when it was removed."""
    return seals.stored_head(tables, COLLECTION)
