"""Who did what, on what, for what purpose, with what outcome, and when: a sealed chain.

The store's ledger chains entries by plain digests. Each entry here also carries a seal, made
with the key of the key file over the digest before it; and the newest entry's number and
digest are kept under a seal of their own. So whoever can write the database, but has not the
key, can change, remove, insert or cut off nothing unseen, nor write a whole new chain.
A copy of the whole database put back as it was is not seen: publish `head` for that.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.keys import Keys
from dalgu.access.secret import is_same
from dalgu.store.ledger import FIRST_DIGEST, LedgerEntry
from dalgu.store.tables import Tables

LEDGER = "access"
COLLECTION = "access.audit"
HEAD = "head"
SEAL_DIGITS = 64
PAGE = 1_000  # entries read at once while verifying
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


class AuditHead(msgspec.Struct, frozen=True):
    """The newest entry's number and digest; kept elsewhere, it bears witness later."""

    seq: int
    digest: str
    key: str  # fingerprint of the key file that sealed it
    seal: str = ""


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
        self._keys = keys

    def append(self, tables: Tables, entry: AuditEntry) -> int:
        """Add an entry to the work in hand; both are durable or neither."""
        before = tables.ledger.head(LEDGER)
        content = msgspec.json.encode(entry)
        seal = self._seal(_link(*before) + content)
        seq = tables.ledger.append(LEDGER, seal.encode() + content, entry.at)
        newest = AuditHead(seq, tables.ledger.head(LEDGER)[1].hex(), self._keys.fingerprint)
        sealed = msgspec.structs.replace(newest, seal=self._seal_of_head(newest))
        tables.records.put(COLLECTION, HEAD, msgspec.json.encode(sealed))
        return seq

    def entries(
        self, tables: Tables, *, after: int = 0, limit: int = 100
    ) -> list[tuple[int, AuditEntry]]:
        """Return numbered entries past a number, oldest first."""
        found = tables.ledger.entries(LEDGER, after=after, limit=limit)
        return [(entry.seq, _content(entry.body)) for entry in found]

    def verify(self, tables: Tables) -> int | None:
        """Return the number of the first entry that does not hold, `None` when all do."""
        broken = (tables.ledger.verify(LEDGER), self._first_unsealed(tables))
        found = [seq for seq in broken if seq is not None]
        return min(found) if found else self._first_missing(tables)

    def _first_unsealed(self, tables: Tables) -> int | None:
        seq, before = 0, FIRST_DIGEST
        for entry in _every(tables):
            if entry.seq != seq + 1 or not self._holds(entry, _link(seq, before)):
                return seq + 1
            seq, before = entry.seq, entry.digest
        return None

    def _first_missing(self, tables: Tables) -> int | None:
        """Compare the chain, which holds in itself, with the head that was kept of it."""
        seq, newest = tables.ledger.head(LEDGER)
        head = stored_head(tables)
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
        return _content(entry.body).at == entry.at

    def _seal_of_head(self, head: AuditHead) -> str:
        return self._seal(f"head {head.seq} {head.digest} {head.key}".encode())

    def _seal(self, content: bytes) -> str:
        return hmac.new(self._keys.audit, content, sha256).hexdigest()


def stored_head(tables: Tables) -> AuditHead | None:
    """Return the kept head, `None` before the first entry or when it was removed."""
    body = tables.records.get(COLLECTION, HEAD)
    if body is None:
        return None
    try:
        return msgspec.json.decode(body, type=AuditHead)
    except msgspec.DecodeError:
        return AuditHead(0, "", "")  # was overwritten: its seal holds for nothing


def _content(body: bytes) -> AuditEntry:
    return msgspec.json.decode(body[SEAL_DIGITS:], type=AuditEntry)


def _link(seq: int, digest: bytes) -> bytes:
    return seq.to_bytes(8, "big") + digest


def _every(tables: Tables) -> Iterator[LedgerEntry]:
    after = 0
    while found := tables.ledger.entries(LEDGER, after=after, limit=PAGE):
        yield from found
        after = found[-1].seq
