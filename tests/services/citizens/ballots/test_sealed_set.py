import hashlib

import pytest

from dalgu.services.citizens.ballots.sealed_set import HEADS, SealedSet, SetKeys, SetTampered

KEYS = SetKeys(hashlib.sha256(b"rows").digest(), hashlib.sha256(b"seals").digest())
ROWS = {"c": b"three", "a": b"one", "b": b"two"}


@pytest.fixture
def kept(town):
    """A function that fills a set and then does something to the database."""
    one = SealedSet("urn", KEYS)

    def work(tables, meddle):
        one.begin(tables)
        for key, plain in ROWS.items():
            one.add(tables, key, plain)
        meddle(tables.records)

    def filled(meddle=lambda records: None):
        town.run(town.store.write(lambda tables: work(tables, meddle)))
        return one.rows(town.store.read())

    return filled


def test_rows_come_back_in_the_order_of_their_keys(kept):
    assert kept() == sorted(ROWS.items())


def change(records):
    body = bytearray(records.get("urn", "a"))
    body[-1] ^= 1
    records.put("urn", "a", bytes(body))


def swap(records):
    one, other = records.get("urn", "a"), records.get("urn", "b")
    records.put("urn", "a", other)
    records.put("urn", "b", one)


def move_in_from_elsewhere(records):
    records.put("urn", "d", records.get("urn", "a"))


def recount_the_head(records):
    records.delete("urn", "a")
    records.put(HEADS, "urn", records.get(HEADS, "urn").replace(b'"count":3', b'"count":2'))


MEDDLINGS = {
    "change": change,
    "swap": swap,
    "insert": move_in_from_elsewhere,
    "remove": lambda records: records.delete("urn", "a"),
    "remove and recount": recount_the_head,
    "rename": lambda records: (
        records.put("urn", "z", records.get("urn", "a")),
        records.delete("urn", "a"),
    ),
    "overwrite the head": lambda records: records.put(HEADS, "urn", b"{}"),
    "remove all": lambda records: (
        records.delete_under("urn", ""),
        records.delete(HEADS, "urn"),
    ),
}


@pytest.mark.parametrize("how", MEDDLINGS)
def test_what_is_done_to_the_database_without_the_key_is_found(kept, how):
    with pytest.raises(SetTampered):
        kept(MEDDLINGS[how])
