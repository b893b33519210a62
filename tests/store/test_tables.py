from datetime import UTC, datetime, timedelta

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.store import outbox
from dalgu.store.documents import Selection
from dalgu.store.instants import instant, micros
from dalgu.store.messages import KeptMessage
from dalgu.store.migrate import migrate
from dalgu.store.outbox import CREATED, DELETED, Change
from dalgu.store.series import FIRST_US, LAST_US
from dalgu.store.tables import Tables

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def fresh() -> tuple[Tables, apsw.Connection]:
    connection = apsw.Connection(":memory:")
    migrate(connection, 0)
    return Tables(connection), connection


@pytest.fixture
def tables() -> Tables:
    return fresh()[0]


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_its_microseconds(at):
    assert instant(micros(at)) == at


class TestSeries:
    def test_a_row_is_kept_once(self, tables):
        row = (1, 2, 1_000, 1.5, b"{}", 7)

        assert tables.series.add([row, row]) == [1]
        assert tables.series.add([row]) == [0]
        assert tables.series.numbers(1, 2, 0, 2_000) == ([1_000], [1.5], [7])

    def test_other_values_of_one_instant_are_kept_in_order(self, tables):
        rows = [(1, 2, 1_000, value, b"{}", n) for n, value in enumerate([1.5, b'"x"', 2, 2.0])]

        assert tables.series.add(rows) == [3]
        assert [one.value for one in tables.series.newest(1, 2)] == [2, b'"x"', 1.5]
        assert tables.series.numbers(1, 2, 0, 2_000).value == [1.5, None, 2]

    def test_a_window_holds_its_start_and_not_its_end(self, tables):
        tables.series.add([(1, 2, at, at, b"{}", 0) for at in (1, 2, 3)])

        assert tables.series.numbers(1, 2, 1, 3).at_us == [1, 2]
        assert [one.at_us for one in tables.series.newest(1, 2, 1, 3)] == [2, 1]

    def test_an_instance_knows_when_it_was_stored(self, tables):
        message = KeptMessage(0, AT, "http", "oms", "meter", b"x", None)
        key = tables.messages.add("", [message])
        tables.series.add([(1, 2, 10, 1, b"{}", key), (1, 2, 11, 1, b"{}", -99)])

        by_hand, by_message = tables.series.newest(1, 2)

        assert (by_hand.message, by_hand.stored_us) == (0, 99)
        assert (by_message.message, by_message.stored_us) == (key, micros(AT))

    def test_series_are_listed_and_removed_by_entity(self, tables):
        names = [tables.names.intern(name) for name in ("a", "b", "c")]
        tables.series.add([(entity, name, 1, 1, b"{}", 0) for entity in (1, 2) for name in names])

        assert tables.series.attributes(1) == ["a", "b", "c"]
        assert tables.series.remove(1, names[0]) == 1
        assert tables.series.attributes(1) == ["b", "c"]
        assert tables.series.remove(1) == 2
        assert tables.series.attributes(2) == ["a", "b", "c"]

    @given(st.lists(st.tuples(st.integers(0, 5), st.floats(allow_nan=False, allow_infinity=False))))
    def test_numbers_come_back_to_the_last_digit(self, readings):
        tables, _ = fresh()
        tables.series.add([(1, 2, at, value, b"{}", 0) for at, value in readings])

        numbers = tables.series.numbers(1, 2, FIRST_US, LAST_US)

        assert set(zip(numbers.at_us, numbers.value, strict=True)) == set(readings)
        assert numbers.at_us == sorted(numbers.at_us)

    def test_a_row_of_hourly_reads_is_small(self):
        tables, connection = fresh()
        hour_us, start_us = 3_600_000_000, micros(AT)
        for meter in range(20):
            rows = [
                (meter, 3, start_us + n * hour_us, round(meter + n / 7, 3), 4, 100_000 + n)
                for n in range(1_000)
            ]
            tables.series.add(rows)

        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()

        assert pages * 4_096 / 20_000 < 45  # bytes a row


class TestDocuments:
    def test_pages_follow_the_order_of_creation(self, tables):
        for n in range(5):
            tables.documents.create("", f"urn:x:{n}", ["A"], b"%d" % n)
        selection = Selection("", ("A",))

        assert tables.documents.page(selection, limit=2, offset=3) == [b"3", b"4"]
        assert [row.body for row in tables.documents.after(selection, 3, 10)] == [b"3", b"4"]
        assert tables.documents.count(selection) == 5

    def test_an_entity_of_two_types_is_found_once(self, tables):
        tables.documents.create("", "urn:x:1", ["A", "B"], b"1")

        assert tables.documents.count(Selection("", ("A", "B"))) == 1
        assert tables.documents.types("") == {"A": 1, "B": 1}

    def test_a_retyped_entity_leaves_its_old_type(self, tables):
        key = tables.documents.create("", "urn:x:1", ["A"], b"1")
        tables.documents.retype("", key, ["B"])

        assert tables.documents.types("") == {"B": 1}
        assert tables.documents.types_of(key) == ["B"]

    def test_a_box_finds_what_it_touches_and_nothing_else(self, tables):
        for n in range(5):
            key = tables.documents.create("", f"urn:x:{n}", ["A"], b"%d" % n)
            tables.documents.locate(key, (128 + n, 35, 128 + n, 35))
        tables.documents.create("", "urn:x:nowhere", ["A"], b"nowhere")

        for types in (("A",), ()):
            found = tables.documents.scan(Selection("", types, (129, 34, 130.5, 36)))
            assert list(found) == [b"1", b"2"]

    def test_a_removed_entity_leaves_every_index_and_keeps_its_key(self, tables):
        key = tables.documents.create("", "urn:x:1", ["A"], b"1")
        tables.documents.locate(key, (128, 35, 128, 35))
        tables.documents.remove(key)

        assert tables.documents.find("", "urn:x:1") == (key, None)
        assert tables.documents.types_of(key) == ["A"]
        assert tables.documents.types("") == {}
        assert tables.documents.count(Selection("")) == 0
        assert list(tables.documents.scan(Selection("", (), (0, 0, 180, 90)))) == []

    def test_tenants_do_not_see_each_other(self, tables):
        for tenant in ("", "busan"):
            tables.documents.create(tenant, "urn:x:1", ["A"], tenant.encode())

        assert tables.documents.body("busan", "urn:x:1") == b"busan"
        assert list(tables.documents.scan(Selection(""))) == [b""]
        assert tables.documents.count(Selection("seoul", ("A",))) == 0


class TestMessages:
    @given(st.lists(st.binary(max_size=2_000), max_size=5))
    def test_bodies_come_back_byte_for_byte(self, bodies):
        tables, _ = fresh()
        first = tables.messages.add(
            "", [KeptMessage(0, AT, "mqtt", "ttn", "d", body, None) for body in bodies]
        )

        found = [tables.messages.get("", first + n) for n in range(len(bodies))]

        assert [message.body for message in found] == bodies

    def test_long_bodies_are_packed(self):
        tables, connection = fresh()
        tables.messages.add("", [KeptMessage(0, AT, "a", "b", "c", b"uplink " * 100, None)])

        [(length,)] = connection.execute("SELECT length(body) FROM message").fetchall()

        assert length < 100

    def test_the_newest_are_listed_by_device_and_by_refusal(self, tables):
        kept = [
            KeptMessage(0, AT, "http", "oms", device, b"x", refusal)
            for device, refusal in (("a", None), ("b", "is short"), ("a", "is long"), ("a", None))
        ]
        tables.messages.add("", kept)

        def keys(**options):
            found = tables.messages.newest("", **{"device": None, "refused": False, **options})
            return [message.key for message in found]

        assert keys(limit=2) == [4, 3]
        assert keys(limit=9, device="a") == [4, 3, 1]
        assert keys(limit=9, refused=True) == [3, 2]
        assert keys(limit=9, refused=True, device="b") == [2]
        assert keys(limit=9, device="unheard") == []
        assert tables.messages.newest("busan", device=None, refused=False, limit=9) == []
        assert tables.messages.get("busan", 1) is None


class TestOutbox:
    def test_events_are_read_in_order_past_a_cursor(self, tables):
        key = tables.documents.create("", "urn:x:1", ["A"], b"1")
        tables.outbox.append("", micros(AT), [Change(CREATED, key, ["a", "b"])])
        tables.outbox.append("", micros(AT), [Change(DELETED, key, ())])
        tables.outbox.append("", micros(AT), [])

        [created, deleted] = tables.outbox.after("", 0, 10)

        assert created == (1, AT, "created", "urn:x:1", ["A"], ["a", "b"], b"")
        assert deleted[2] == "deleted"
        assert tables.outbox.after("", 1, 10) == [deleted]
        assert tables.outbox.after("busan", 0, 10) == []
        assert (tables.outbox.head(""), tables.outbox.head("busan")) == (2, 0)

    def test_a_reader_never_goes_back(self, tables):
        assert tables.outbox.cursor("notifier") == 0
        for seq in (5, 3, 8):
            tables.outbox.advance("notifier", seq)
        assert tables.outbox.cursor("notifier") == 8

    def test_pruning_keeps_the_newest_and_never_repeats_a_number(self, tables):
        key = tables.documents.create("", "urn:x:1", ["A"], b"1")
        for _ in range(5):
            tables.outbox.append("", 0, [Change(CREATED, key, ())])

        assert tables.outbox.prune(0) == 4
        tables.outbox.append("", 0, [Change(DELETED, key, ())])

        assert [event.seq for event in tables.outbox.after("", 0, 10)] == [5, 6]

    def test_the_outbox_does_not_grow_without_end(self, tables, monkeypatch):
        monkeypatch.setattr(outbox, "EVENTS_KEPT", 100)
        monkeypatch.setattr(outbox, "PRUNED_EVERY", 50)
        key = tables.documents.create("", "urn:x:1", ["A"], b"1")
        for _ in range(40):
            tables.outbox.append("", 0, [Change(CREATED, key, ())] * 7)

        assert len(tables.outbox.after("", 0, 1_000)) < 150


class TestRecords:
    def test_a_body_is_put_in_place_of_the_one_before(self, tables):
        tables.records.put("accounts", "b", b"1")
        tables.records.put("accounts", "b", b"2")
        tables.records.put("accounts", "a", b"3")
        tables.records.put("other", "c", b"4")

        assert tables.records.get("accounts", "b") == b"2"
        assert tables.records.get("accounts", "c") is None
        assert list(tables.records.all("accounts")) == [("a", b"3"), ("b", b"2")]

    def test_a_deleted_body_is_gone(self, tables):
        tables.records.put("accounts", "a", b"1")

        assert tables.records.delete("accounts", "a") is True
        assert tables.records.delete("accounts", "a") is False
        assert tables.records.get("accounts", "a") is None


class TestLedger:
    def test_entries_are_numbered_and_read_in_order(self, tables):
        ats = [AT + timedelta(seconds=n) for n in range(3)]
        numbers = [tables.ledger.append("audit", b"%d" % n, at) for n, at in enumerate(ats)]

        entries = tables.ledger.entries("audit", after=1)

        assert numbers == [1, 2, 3]
        assert [(one.seq, one.at, one.body) for one in entries] == [
            (2, ats[1], b"1"),
            (3, ats[2], b"2"),
        ]
        assert tables.ledger.verify("audit") is None
        assert tables.ledger.verify("empty") is None

    @pytest.mark.parametrize(
        "tampering",
        [
            "UPDATE ledger SET body = x'00' WHERE seq = 3",
            "UPDATE ledger SET at = at + 1 WHERE seq = 3",
            "UPDATE ledger SET digest = zeroblob(32) WHERE seq = 3",
            "DELETE FROM ledger WHERE seq = 3",
        ],
    )
    def test_what_is_tampered_with_is_named(self, tampering):
        tables, connection = fresh()
        for n in range(5):
            tables.ledger.append("audit", b"%d" % n, AT)
        connection.execute(tampering)

        assert tables.ledger.verify("audit") == 3


def test_names_forgotten_after_a_rollback_are_looked_up_again():
    tables, connection = fresh()
    connection.execute("BEGIN")
    tables.names.intern("undone")
    connection.execute("ROLLBACK")
    tables.names.forget()

    assert tables.names.find("undone") is None
    assert tables.names.text(tables.names.intern("kept")) == "kept"
