"""One list of checks for every hub. A new kind of hub joins by one line in `OPENERS`."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.errors import (
    EntityAlreadyExists,
    EntityNotExisting,
    KeptNotExisting,
    MessageNotExisting,
)
from dalgu.hub.hub import Delivery, Hub, Message, Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.model import (
    Entity,
    Link,
    Place,
    Plain,
    Quantity,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import EntityId, entity_id

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CITY_HALL = {"type": "Point", "coordinates": [128.6014, 35.8714]}


class Gauge(Entity):
    level: Quantity = quantity("MTR")
    note: Plain = prop()
    location: Place = place()
    part_of: Link = relationship()


@asynccontextmanager
async def open_local(folder: Path, clock: ManualClock) -> AsyncIterator[Hub]:
    hub = LocalHub.open(folder / "city.db", clock)
    try:
        yield hub
    finally:
        await hub.close()


Opener = Callable[[Path, ManualClock], AbstractAsyncContextManager[Hub]]
OPENERS: dict[str, Opener] = {"local": open_local}


@pytest.fixture(params=OPENERS)
def told(request, tmp_path):
    """Run a story on a fresh hub; a story is a coroutine function of the hub and its clock."""

    def tell(story):
        clock = ManualClock(NOON)

        async def whole():
            async with OPENERS[request.param](tmp_path, clock) as hub:
                return await story(hub, clock)

        return asyncio.run(whole())

    return tell


def a_gauge(name="1", level=None, *, at=NOON, **fields) -> Gauge:
    return Gauge(id=entity_id("Gauge", name), observed_at=at, level=level, **fields)


def a_message(text: str = "{}", device: str = "lorawan:1", **fields) -> Message:
    return Message(NOON, "http", "chirpstack", device, text.encode(), **fields)


GAUGE = entity_id("Gauge", "1")


def test_a_created_entity_is_retrieved_with_its_stamps(told):
    async def story(hub, clock):
        await hub.create(a_gauge(level=1.5, part_of=EntityId("urn:ngsi-ld:River:1")))
        return await hub.retrieve(GAUGE)

    stamps = {"createdAt": "2026-05-01T12:00:00Z", "modifiedAt": "2026-05-01T12:00:00Z"}
    assert told(story) == {
        "id": GAUGE,
        "type": "Gauge",
        **stamps,
        "level": {
            "type": "Property",
            "value": 1.5,
            "unitCode": "MTR",
            "observedAt": "2026-05-01T12:00:00Z",
            **stamps,
        },
        "partOf": {"type": "Relationship", "object": "urn:ngsi-ld:River:1", **stamps},
    }


def test_an_entity_is_created_once(told):
    async def story(hub, clock):
        await hub.create(a_gauge(level=1))
        with pytest.raises(EntityAlreadyExists):
            await hub.create(a_gauge(level=2))
        return await hub.retrieve(GAUGE)

    assert told(story)["level"]["value"] == 1


@pytest.mark.parametrize("operation", ["retrieve", "delete", "forget"])
def test_what_does_not_exist_is_said(told, operation):
    async def story(hub, clock):
        with pytest.raises(EntityNotExisting):
            await getattr(hub, operation)(GAUGE)
        with pytest.raises(EntityNotExisting):
            await hub.merge(a_gauge(level=1))

    told(story)


def test_a_merge_keeps_what_it_does_not_name(told):
    async def story(hub, clock):
        await hub.create(a_gauge(level=1, note="new"))
        await clock.advance(HOUR)
        await hub.merge({"id": GAUGE, "level": {"type": "Property", "value": 2}})
        return await hub.retrieve(GAUGE)

    document = told(story)
    assert document["level"]["value"] == 2
    assert document["level"]["unitCode"] == "MTR"
    assert document["level"]["createdAt"] == "2026-05-01T12:00:00Z"
    assert document["level"]["modifiedAt"] == "2026-05-01T13:00:00Z"
    assert document["note"]["modifiedAt"] == "2026-05-01T12:00:00Z"
    assert document["modifiedAt"] == "2026-05-01T13:00:00Z"


def test_state_follows_the_newest_instant_and_history_has_all(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(level=2.0), a_gauge(level=1.0, at=NOON - HOUR)])
        await hub.upsert([a_gauge(level=0.5, at=NOON - 2 * HOUR)])
        series = await hub.series(GAUGE, "level", NOON - 3 * HOUR, NOON + HOUR)
        return await hub.retrieve(GAUGE), series

    document, series = told(story)
    assert document["level"]["value"] == 2.0
    assert series.value.tolist() == [0.5, 1.0, 2.0]
    assert series.at_s.tolist() == [(NOON - n * HOUR).timestamp() for n in (2, 1, 0)]
    assert series.message_id.tolist() == [0, 0, 0]


def test_ingest_keeps_message_state_and_history_together(told):
    async def story(hub, clock):
        [first, refused] = await hub.ingest(
            [
                Delivery(a_message('{"up": 1}' * 100), [a_gauge(level=1), a_gauge("2", 5)]),
                Delivery(a_message("x", device="lorawan:2", refusal="Uplink is no JSON.")),
            ]
        )
        [(instance, message_id)] = await hub.history(GAUGE, "level")
        message = await hub.message(message_id)
        return first, refused, instance, message, await hub.messages(refused=True)

    first, refused, instance, message, kept = told(story)
    assert (first.stored, first.duplicates) == (2, 0)
    assert (refused.stored, refused.duplicates) == (0, 0)
    assert refused.message_id == first.message_id + 1
    assert instance == {
        "type": "Property",
        "value": 1,
        "unitCode": "MTR",
        "observedAt": "2026-05-01T12:00:00Z",
    }
    assert message == a_message('{"up": 1}' * 100)
    assert [(key, one.refusal) for key, one in kept] == [(refused.message_id, "Uplink is no JSON.")]


def test_a_repeated_delivery_adds_its_message_and_no_row(told):
    async def story(hub, clock):
        delivery = Delivery(a_message(), [a_gauge(level=1.0), a_gauge(level=2.0, at=NOON - HOUR)])
        receipts = [await hub.ingest([delivery]) for _ in range(2)]
        both = await hub.ingest([delivery, delivery])
        series = await hub.series(GAUGE, "level", NOON - 2 * HOUR, NOON + HOUR)
        return [*(one for [one] in receipts), *both], len(series.value), await hub.messages()

    receipts, rows, messages = told(story)
    assert [(one.stored, one.duplicates) for one in receipts] == [(2, 0), (0, 2), (0, 2), (0, 2)]
    assert rows == 2
    assert len(messages) == 4


def test_two_values_at_one_instant_are_both_kept(told):
    async def story(hub, clock):
        for level in (3.0, 1.0, 3.0):
            await hub.ingest([Delivery(a_message(), [a_gauge(level=level)])])
        rows = await hub.history(GAUGE, "level")
        return [instance["value"] for instance, _ in rows], await hub.retrieve(GAUGE)

    values, document = told(story)
    assert sorted(values) == [1.0, 3.0]
    assert document["level"]["value"] == 3.0


def test_what_carries_no_instant_is_history_where_it_changes(told):
    async def story(hub, clock):
        for note in ("dry", "dry", "wet"):
            await hub.upsert([a_gauge(note=None, part_of=EntityId(f"urn:ngsi-ld:River:{note}"))])
            await clock.advance(HOUR)
        return [instance for instance, _ in await hub.history(GAUGE, "partOf")]

    assert told(story) == [
        {"type": "Relationship", "object": "urn:ngsi-ld:River:wet"},
        {"type": "Relationship", "object": "urn:ngsi-ld:River:dry"},
    ]


def test_a_deleted_entity_is_gone_and_its_history_stays(told):
    async def story(hub, clock):
        await hub.create(a_gauge(level=1.0, location=CITY_HALL))
        await hub.delete(GAUGE)
        with pytest.raises(EntityNotExisting):
            await hub.retrieve(GAUGE)
        left = await hub.query(Query(types=("Gauge",), count=True)), await hub.types()
        past = await hub.evolution(TemporalQuery(Query(ids=(GAUGE,))))
        await hub.create(a_gauge(level=2.0, at=NOON + HOUR))
        series = await hub.series(GAUGE, "level", NOON - HOUR, NOON + 2 * HOUR)
        return left, past.entities[0]["level"][0]["value"], series.value.tolist()

    (page, types), past, values = told(story)
    assert (page.entities, page.total, types) == ([], 0, {})
    assert past == 1.0
    assert values == [1.0, 2.0]


def test_forgotten_history_is_gone_and_the_entity_stays(told):
    async def story(hub, clock):
        await hub.create(a_gauge(level=1.0))
        await hub.forget(GAUGE)
        return await hub.history(GAUGE, "level"), await hub.retrieve(GAUGE)

    history, document = told(story)
    assert history == []
    assert document["level"]["value"] == 1.0


def test_changes_stand_alone_and_follow_each_other(told):
    async def story(hub, clock):
        document = a_gauge(level=1).to_document()
        outcomes = await hub.apply(
            [
                Change(Action.CREATE, GAUGE, document),
                Change(Action.CREATE, GAUGE, document),
                Change(Action.DELETE, EntityId("urn:ngsi-ld:Gauge:nowhere")),
                Change(Action.DELETE_ATTRIBUTE, GAUGE, attribute="level"),
            ]
        )
        return outcomes, await hub.retrieve(GAUGE), await hub.events(0)

    outcomes, document, events = told(story)
    kinds = [one.kind if isinstance(one, Applied) else type(one) for one in outcomes]
    assert kinds == ["created", EntityAlreadyExists, EntityNotExisting, "updated"]
    assert "level" not in document
    assert [(one.kind, one.entity) for one in events] == [("created", GAUGE)]


def test_a_query_gives_pages_in_order_of_creation(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(str(n), n) for n in range(7)])
        pages = [await hub.query(Query(types=("Gauge",), limit=3, offset=n)) for n in (0, 3, 6)]
        counted = await hub.query(Query(types=("Gauge", "Pump"), limit=0, count=True))
        return [[one["id"][-1] for one in page.entities] for page in pages], counted.total

    assert told(story) == ([["0", "1", "2"], ["3", "4", "5"], ["6"]], 7)


def test_a_query_filters_by_value_name_attribute_and_id(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(str(n), n) for n in range(5)])
        await hub.upsert([a_gauge("note", None, note="wet")])

        async def ids(**parts):
            page = await hub.query(Query(**parts, count=True))
            assert page.total == len(page.entities)
            return [one["id"].rpartition(":")[2] for one in page.entities]

        return [
            await ids(types=("Gauge",), q="level>=3"),
            await ids(attrs=("note",)),
            await ids(id_pattern="Gauge:[12]$"),
            await ids(ids=(GAUGE, EntityId("urn:x:none")), types=("Gauge",)),
            await ids(ids=(GAUGE,), types=("Pump",)),
            await ids(types=("Pump",)),
        ]

    assert told(story) == [["3", "4"], ["note"], ["1", "2"], ["1"], [], []]


def test_a_query_finds_by_place_and_follows_a_move(told):
    far = {"type": "Point", "coordinates": [128.70, 35.90]}
    near = Query(types=("Gauge",), georel="near;maxDistance==1000", geometry=CITY_HALL)

    async def story(hub, clock):
        await hub.upsert([a_gauge("1", 1, location=CITY_HALL), a_gauge("2", 2, location=far)])
        before = await hub.query(near)
        await hub.upsert([a_gauge("1", 1, location=far), a_gauge("2", 2, location=CITY_HALL)])
        after = await hub.query(near)
        disjoint = Query(types=("Gauge",), georel="disjoint", geometry=CITY_HALL)
        return [
            [one["id"][-1] for one in page.entities]
            for page in (before, after, await hub.query(disjoint))
        ]

    assert told(story) == [["1"], ["2"], ["1"]]


def test_every_and_count_see_all_of_a_type(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(str(n), n) for n in range(1_203)])
        every = [document["id"] async for document in hub.every("Gauge")]
        some = [document["id"] async for document in hub.every("Gauge", q="level<2")]
        counts = await hub.count("Gauge"), await hub.count("Gauge", q="level<2")
        return len(set(every)), len(some), counts, await hub.types()

    assert told(story) == (1_203, 2, (1_203, 2), {"Gauge": 1_203})


def test_columns_hold_the_series_of_all_entities_of_a_type(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(n, v, at=NOON + v * HOUR) for n in "ab" for v in (1.5, 2.5)])
        await hub.upsert([a_gauge("c", note="none")])
        return (
            await hub.columns("Gauge", "level", NOON, NOON + 2 * HOUR),
            await hub.columns("Pump", "level", NOON, NOON + 2 * HOUR),
        )

    columns, nothing = told(story)
    assert [one[-1] for one in columns.ids] == ["a", "b"]
    assert columns.entity.tolist() == [0, 1]
    assert columns.value.tolist() == [1.5, 1.5]
    assert nothing.ids == []
    assert nothing.value.tolist() == []


def test_a_word_tells_its_instants_and_no_number(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge(note="wet"), a_gauge(note="dry", at=NOON + HOUR)])
        return await hub.series(GAUGE, "note", NOON, NOON + 2 * HOUR)

    series = told(story)
    assert series.at_s.tolist() == [NOON.timestamp(), (NOON + HOUR).timestamp()]
    assert [str(value) for value in series.value] == ["nan", "nan"]


def test_evolution_cuts_its_window_and_its_last_instances(told):
    async def story(hub, clock):
        await hub.upsert([a_gauge("1", float(n), at=NOON + n * HOUR) for n in range(5)])
        gauges = Query(types=("Gauge",), count=True)
        queries = [
            TemporalQuery(gauges, last=2),
            TemporalQuery(gauges, timerel="before", time_at=NOON + HOUR),
            TemporalQuery(gauges, timerel="after", time_at=NOON + 3 * HOUR),
            TemporalQuery(
                gauges, timerel="between", time_at=NOON + HOUR, end_time_at=NOON + 3 * HOUR
            ),
            TemporalQuery(
                gauges, timerel="after", time_at=NOON - HOUR, timeproperty="modifiedAt", last=1
            ),
        ]
        pages = [await hub.evolution(query) for query in queries]
        none = await hub.evolution(TemporalQuery(gauges, timerel="before", time_at=NOON - HOUR))
        return [[one["value"] for one in page.entities[0]["level"]] for page in pages], none

    values, none = told(story)
    assert values == [[4.0, 3.0], [0.0], [4.0, 3.0], [2.0, 1.0], [4.0]]
    assert (none.entities, none.total) == ([], 0)


def test_datasets_are_told_apart_in_state_and_history(told):
    def several(plain, second):
        instances = [
            {"type": "Property", "value": plain, "observedAt": "2026-05-01T12:00:00Z"},
            {
                "type": "Property",
                "value": second,
                "observedAt": "2026-05-01T12:00:00Z",
                "datasetId": "urn:ngsi-ld:Dataset:second",
            },
        ]
        return {"id": GAUGE, "type": "Gauge", "level": instances}

    async def story(hub, clock):
        await hub.create(several(1.0, 10.0))
        await hub.upsert([a_gauge(level=2.0, at=NOON + HOUR)])
        series = await hub.series(GAUGE, "level", NOON - HOUR, NOON + 2 * HOUR)
        past = await hub.evolution(TemporalQuery(Query(ids=(GAUGE,))))
        return await hub.retrieve(GAUGE), series, past.entities[0]["level"]

    document, series, past = told(story)
    assert [one["value"] for one in document["level"]] == [2.0, 10.0]
    assert series.value.tolist() == [1.0, 2.0]
    assert sorted(one["value"] for one in past) == [1.0, 2.0, 10.0]


def test_each_work_announces_each_changed_entity_once(told):
    async def story(hub, clock):
        start = await hub.head()
        await hub.ingest([Delivery(a_message(), [a_gauge(level=n)]) for n in (1.0, 2.0)])
        await hub.ingest([Delivery(a_message(), [a_gauge(level=2.0)])])
        await hub.merge({"id": GAUGE, "note": {"type": "Property", "value": "wet"}})
        await hub.delete(GAUGE)
        events = await hub.events(start)
        later = await hub.events(events[0].seq, limit=1)
        return events, later, await hub.head(), await hub.events(events[-1].seq)

    events, later, head, none = told(story)
    assert [(one.kind, one.type, one.attributes) for one in events] == [
        ("created", "Gauge", ("level",)),
        ("updated", "Gauge", ("note",)),
        ("deleted", "Gauge", ("level", "note")),
    ]
    assert later == [events[1]]
    assert head == events[-1].seq
    assert none == []


def test_whoever_waits_is_woken_by_the_next_event(told):
    async def story(hub, clock):
        head = await hub.head()
        waiting = asyncio.ensure_future(hub.wait(head))
        await asyncio.sleep(0)
        assert not waiting.done()
        await hub.create(a_gauge(level=1))
        await asyncio.wait_for(waiting, 5)
        await asyncio.wait_for(hub.wait(head), 5)

    told(story)


def test_bytes_are_kept_under_their_digest(told):
    async def story(hub, clock):
        digest = await hub.keep(b"evidence")
        assert await hub.keep(b"evidence") == digest
        with pytest.raises(KeptNotExisting):
            await hub.kept("0" * 64)
        with pytest.raises(MessageNotExisting):
            await hub.message(7)
        return digest, await hub.kept(digest)

    digest, body = told(story)
    assert digest == hashlib.sha256(b"evidence").hexdigest()
    assert body == b"evidence"


def test_a_number_that_is_not_finite_is_refused_whole(told):
    async def story(hub, clock):
        with pytest.raises(Exception, match="not finite"):
            await hub.upsert([a_gauge("1", 1.0), a_gauge("2", float("nan"))])
        return await hub.types()

    assert told(story) == {}
