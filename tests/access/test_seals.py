"""Books that are sealed with keys of their own."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dalgu.access.keys import create_keys
from dalgu.access.seals import SealedBook

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def books(house, tmp_path):
    keys = create_keys(tmp_path / "other.key")
    return [SealedBook.named(keys, name) for name in ("one", "two")]


def write(house, book, count, start=0):
    def work(tables):
        for number in range(start, start + count):
            at = AT + timedelta(seconds=number)
            book.append(tables, msgspec.json.encode({"at": at, "n": number}), at)

    house.run(house.store.write(work))


def test_a_book_gives_back_what_was_written(house, books):
    write(house, books[0], 3)
    found = books[0].entries(house.store.read(), after=1)
    assert [(one.seq, msgspec.json.decode(one.content)["n"]) for one in found] == [(2, 1), (3, 2)]
    assert books[0].last(house.store.read()) == (3, found[-1].digest)
    assert books[0].verify(house.store.read()) is None


def test_an_unwritten_book_holds_and_has_no_last_entry(house, books):
    assert books[0].verify(house.store.read()) is None
    assert books[0].last(house.store.read()) == (0, "")
    assert books[0].head(house.store.read()) is None


def test_books_stand_beside_each_other(house, books):
    for book in (*books, *books):
        write(house, book, 2, start=house.store.read().ledger.head(book.ledger)[0])
    assert [book.verify(house.store.read()) for book in books] == [None, None]


def test_entries_of_one_book_do_not_hold_in_another(house, books):
    one, two = books
    write(house, one, 3)

    def move(tables):
        for entry in tables.ledger.entries("one"):
            tables.ledger.append("two", entry.body, entry.at)
        tables.records.put("two.book", "head", tables.records.get("one.book", "head"))

    house.run(house.store.write(move))
    assert house.store.read().ledger.verify("two") is None  # the plain chain sees nothing
    assert two.verify(house.store.read()) == 1


def test_a_book_does_not_hold_under_the_key_of_another_file(house, books, tmp_path):
    write(house, books[0], 2)
    stranger = SealedBook.named(create_keys(tmp_path / "third.key"), "one")
    assert stranger.verify(house.store.read()) == 1
