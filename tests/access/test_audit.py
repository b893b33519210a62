"""Whoever can write the database, but has not the key file, changes nothing unseen."""

import hashlib
from datetime import timedelta

import apsw
import numpy as np
import pytest

from dalgu.access.actor import CONSOLE
from dalgu.access.audit import AuditChain, AuditHead, Outcome, stored_head
from dalgu.access.keys import read_keys
from dalgu.store.tables import Tables

ENTRIES = 30
TAMPERINGS = 1_000


@pytest.fixture
def book(house):
    """The database file of a house with a filled chain, opened as an intruder would."""
    for number in range(ENTRIES):
        deed = house.access.audit(CONSOLE, "job.run", f"job:{number % 7}", Outcome.DONE, run=number)
        house.run(deed)
        house.wait(seconds=1)
    house.run(house.store.online_backup(house.folder / "copy.db"))
    connection = apsw.Connection(str(house.folder / "copy.db"))
    yield connection, AuditChain(read_keys(house.folder / "dalgu.key"))
    connection.close()


def seqs(connection):
    return [seq for (seq,) in connection.execute("SELECT seq FROM ledger ORDER BY seq")]


def row(connection, seq):
    return connection.execute("SELECT at, body, digest FROM ledger WHERE seq = ?", (seq,)).get


def update(connection, seq, column, value):
    connection.execute(f"UPDATE ledger SET {column} = ? WHERE seq = ?", (value, seq))


def flipped(body, rng):
    changed = bytearray(body)
    changed[rng.integers(len(changed))] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def digest_after(before, seq, at, body):
    """The ledger's public digest, which needs no key."""
    head = before + seq.to_bytes(8, "big") + at.to_bytes(8, "big", signed=True)
    return hashlib.sha256(head + body).digest()


def rechain(connection, start):
    """Recompute all digests from an entry on, as a knowing intruder does."""
    before = row(connection, start - 1)[2] if start > 1 else bytes(32)
    for seq in range(start, max(seqs(connection)) + 1):
        at, body, _ = row(connection, seq)
        before = digest_after(before, seq, at, body)
        update(connection, seq, "digest", before)


def change_body(connection, seq, rng):
    update(connection, seq, "body", flipped(row(connection, seq)[1], rng))
    return seq


def change_instant(connection, seq, rng):
    update(connection, seq, "at", row(connection, seq)[0] + int(rng.integers(1, 10**9)))
    return seq


def change_digest(connection, seq, rng):
    update(connection, seq, "digest", flipped(row(connection, seq)[2], rng))
    return seq


def remove(connection, seq, rng):
    connection.execute("DELETE FROM ledger WHERE seq = ?", (seq,))
    return seq


def cut_off(connection, seq, rng):
    connection.execute("DELETE FROM ledger WHERE seq >= ?", (seq,))
    return seq


def close_the_gap(connection, seq, rng):
    last = max(seqs(connection))
    remove(connection, seq, rng)
    for moved in range(seq + 1, last + 1):
        connection.execute("UPDATE ledger SET seq = ? WHERE seq = ?", (moved - 1, moved))
    if seq < last:
        rechain(connection, seq)
    return seq


def swap(connection, seq, rng):
    other = int(rng.choice([other for other in seqs(connection) if other != seq]))
    one, two = row(connection, seq)[1], row(connection, other)[1]
    update(connection, seq, "body", two)
    update(connection, other, "body", one)
    return min(seq, other)


def replay(connection, seq, rng):
    at, body, _ = row(connection, seq)
    last = max(seqs(connection))
    digest = digest_after(row(connection, last)[2], last + 1, at, body)
    values = ("access", last + 1, at, body, digest)
    connection.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", values)
    return last + 1


def rewrite(connection, seq, rng):
    change_body(connection, seq, rng)
    rechain(connection, seq)
    return seq


def postdate(connection, seq, rng):
    change_instant(connection, seq, rng)
    rechain(connection, seq)
    return seq


DEEDS = [
    change_body,
    change_instant,
    change_digest,
    remove,
    cut_off,
    close_the_gap,
    swap,
    replay,
    rewrite,
    postdate,
]


def test_an_untouched_chain_holds(house, book):
    connection, chain = book
    assert chain.verify(Tables(connection)) is None
    assert house.run(house.access.verify_audit()) is None


def test_each_of_1000_random_tamperings_is_found_at_its_first_entry(book):
    connection, chain = book
    tables, rng = Tables(connection), np.random.default_rng(20261122)
    numbers = seqs(connection)
    missed = []
    for number in range(TAMPERINGS):
        deed = DEEDS[number % len(DEEDS)]
        connection.execute("BEGIN")
        expected = deed(connection, int(rng.choice(numbers)), rng)
        found = chain.verify(tables)
        if found != expected:
            missed.append((deed.__name__, expected, found))
        connection.execute("ROLLBACK")
    assert missed == []


def test_the_plain_chain_alone_would_miss_a_rewriting(book):
    # The control: without seals the same tampering goes unseen.
    connection, _ = book
    rewrite(connection, 5, np.random.default_rng(1))
    assert Tables(connection).ledger.verify("access") is None


def test_a_removed_or_forged_head_is_found(book):
    connection, chain = book
    tables = Tables(connection)
    head = stored_head(tables)
    for body in (b"{}", b'{"seq":1,"digest":"","key":""}', b"\xff"):
        tables.records.put("access.audit", "head", body)
        assert chain.verify(tables) == head.seq
    tables.records.delete("access.audit", "head")
    assert chain.verify(tables) == head.seq


def test_an_emptied_ledger_is_found_by_its_head(book):
    connection, chain = book
    connection.execute("DELETE FROM ledger")
    assert chain.verify(Tables(connection)) == 1


def test_a_body_that_is_no_entry_is_found(book):
    connection, chain = book
    update(connection, 3, "body", b"nothing")
    assert chain.verify(Tables(connection)) == 3


def test_the_chain_goes_on_after_a_restart(house):
    house.administrator()
    house.run(house.again().audit(CONSOLE, "job.run", "job:1"))
    assert house.run(house.access.verify_audit()) is None


def test_the_head_bears_witness_outside_the_machine(house):
    assert house.access.audit_head() is None
    house.administrator()
    head = house.access.audit_head()
    seq, digest = house.store.read().ledger.head("access")
    assert isinstance(head, AuditHead)
    assert (head.seq, head.digest) == (seq, digest.hex())


def test_targets_and_purposes_stay_short(house):
    house.run(house.access.audit(CONSOLE, "job.run", "x" * 9_000, purpose="y" * 9_000))
    last = house.audited()[-1]
    assert (len(last.target), len(last.purpose)) == (300, 300)


def test_entries_are_paged(house):
    for number in range(5):
        house.run(house.access.audit(CONSOLE, "job.run", f"job:{number}"))
    page = house.run(house.access.audit_entries(CONSOLE, after=2, limit=2))
    assert [(seq, entry.target) for seq, entry in page] == [(3, "job:2"), (4, "job:3")]


def test_an_entry_says_when_it_was_made(house):
    house.run(house.access.audit(CONSOLE, "job.run", "job:1"))
    house.wait(seconds=90)
    house.run(house.access.audit(CONSOLE, "job.run", "job:1"))
    first, second = house.audited()
    assert second.at - first.at == timedelta(seconds=90)
