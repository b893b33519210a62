"""Whoever can write the database, but has not the key file, changes nothing unseen."""

from datetime import timedelta

import apsw
import numpy as np
import pytest
from tests.access.tampering import missed_by, rewrite, update

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


def test_an_untouched_chain_holds(house, book):
    connection, chain = book
    assert chain.verify(Tables(connection)) is None
    assert house.run(house.access.verify_audit()) is None


def test_each_of_1000_random_tamperings_is_found_at_its_first_entry(book):
    connection, chain = book
    tables, rng = Tables(connection), np.random.default_rng(20261122)
    missed = missed_by(lambda: chain.verify(tables), connection, rng, TAMPERINGS)
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
