import asyncio
import itertools
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.hub.change import Action, Change
from dalgu.hub.hub import Delivery, Message, Query
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Entity, Plain, Quantity, prop, quantity
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.store.errors import StoreFailed

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class Well(Entity):
    depth: Quantity = quantity("MTR")
    state: Plain = prop()


wells = st.builds(
    Well,
    id=st.sampled_from([entity_id("Well", name) for name in "ab"]),
    observed_at=st.integers(0, 6).map(lambda n: NOON + timedelta(minutes=n)),
    depth=st.none() | st.sampled_from([1, 2.5, -3.0]),
    state=st.none() | st.sampled_from(["open", "shut"]),
    origin=st.just("synthetic"),
)
told = wells | wells.map(Well.to_document)
deliveries = st.lists(st.lists(told, max_size=3), min_size=1, max_size=8)


async def remembered(batches: list[list[list]]) -> tuple:
    """Ingest batches of deliveries on a fresh hub; return all it holds but message numbers."""
    with tempfile.TemporaryDirectory() as folder:
        hub = LocalHub.open(Path(folder) / "city.db", ManualClock(NOON))
        try:
            receipts = []
            for batch in batches:
                message = Message(NOON, "http", "heartbeat", "d", b"{}")
                receipts += await hub.ingest([Delivery(message, values) for values in batch])
            page = await hub.query(Query(types=("Well",)))
            entities = sorted(page.entities, key=lambda document: document["id"])
            history = {
                (document["id"], name): sorted(
                    str(instance) for instance, _ in await hub.history(document["id"], name)
                )
                for document in entities
                for name in ("depth", "state", "origin")
            }
            return entities, history, sum(receipt.stored for receipt in receipts)
        finally:
            await hub.close()


def in_batches(values: list, size: int) -> list[list]:
    return [values[start : start + size] for start in range(0, len(values), size)]


@settings(max_examples=40, deadline=None)
@given(deliveries, st.randoms(use_true_random=False), st.integers(1, 8))
def test_any_order_and_repetition_of_deliveries_gives_the_same_store(values, rng, size):
    shuffled = [*values, *rng.choices(values, k=3)]
    rng.shuffle(shuffled)

    once = asyncio.run(remembered([values]))
    again = asyncio.run(remembered(in_batches(shuffled, size)))

    assert again == once


@settings(max_examples=25, deadline=None)
@given(deliveries)
def test_typed_values_and_their_documents_give_the_same_store(values):
    def documents(value):
        return value.to_document() if isinstance(value, Well) else value

    typed = asyncio.run(remembered([values]))
    plain = asyncio.run(remembered([[[documents(one) for one in some] for some in values]]))

    assert plain == typed


@settings(max_examples=25, deadline=None)
@given(deliveries)
def test_state_is_the_newest_of_the_history(values):
    entities, history, _ = asyncio.run(remembered([values]))

    for document, name in itertools.product(entities, ("depth", "state")):
        if name in document:
            rows = history[document["id"], name]
            newest = max(row.rpartition("observedAt")[2] for row in rows)
            assert document[name]["observedAt"] in newest


def on_hub(tmp_path, story):
    async def whole():
        hub = LocalHub.open(tmp_path / "city.db", ManualClock(NOON))
        try:
            return await story(hub)
        finally:
            await hub.close()

    return asyncio.run(whole())


def a_well(name="a", depth=1.0) -> Well:
    return Well(id=entity_id("Well", name), observed_at=NOON, depth=depth)


def test_tenants_share_a_store_and_see_their_own_entities(tmp_path):
    async def story(hub):
        busan = hub.tenant("busan")
        await hub.create(a_well(depth=1.0))
        await busan.create(a_well(depth=2.0))
        heads = await hub.head(), await busan.head()
        events = await hub.events(0), await busan.events(0)
        return (await busan.retrieve(a_well().id))["depth"]["value"], heads, events

    value, heads, (own, theirs) = on_hub(tmp_path, story)

    assert value == 2.0
    assert heads == (own[-1].seq, theirs[-1].seq)
    assert len(own) == len(theirs) == 1


def test_an_entity_made_and_deleted_within_one_work_leaves_no_trace(tmp_path):
    async def story(hub):
        document = a_well().to_document()
        await hub.apply(
            [Change(Action.CREATE, a_well().id, document), Change(Action.DELETE, a_well().id)]
        )
        return await hub.types(), await hub.events(0)

    assert on_hub(tmp_path, story) == ({}, [])


def test_an_entity_replaced_within_one_work_leaves_its_old_place(tmp_path):
    async def story(hub):
        place = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [128.6, 35.87]}}
        document = a_well().to_document()
        await hub.create(document | {"location": place})
        await hub.apply(
            [Change(Action.DELETE, a_well().id), Change(Action.CREATE, a_well().id, document)]
        )
        near = Query(
            types=("Well",), georel="near;maxDistance==10", geometry=place["value"], count=True
        )
        return (await hub.query(near)).total, await hub.types()

    assert on_hub(tmp_path, story) == (0, {"Well": 1})


def test_a_query_that_looks_far_gives_the_same_page(tmp_path):
    async def story(hub):
        await hub.upsert([a_well(str(n), n) for n in range(900)])
        query = Query(types=("Well",), q="depth>=700", limit=3, offset=1)
        return [document["depth"]["value"] for document in (await hub.query(query)).entities]

    assert on_hub(tmp_path, story) == [701, 702, 703]


def test_a_disk_without_room_acknowledges_nothing_and_the_hub_goes_on(tmp_path):
    async def story(hub):
        await hub.create(a_well("kept"))
        connection = apsw.Connection(str(tmp_path / "city.db"))
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.close()
        limit = hub.store._connection  # the limit of pages belongs to the writing connection
        limit.pragma("max_page_count", pages)
        wide = [a_well(f"{n}" * 200, n) for n in range(500)]
        outcomes = await asyncio.gather(hub.upsert(wide), hub.upsert(wide), return_exceptions=True)
        limit.pragma("max_page_count", 1_000_000)
        before = await hub.types()
        await hub.upsert(wide[:2])
        return [type(one) for one in outcomes], before, await hub.types()

    kinds, before, after = on_hub(tmp_path, story)

    assert all(issubclass(kind, StoreFailed) for kind in kinds)
    assert kinds[0].status == 507
    assert before == {"Well": 1}
    assert after == {"Well": 3}


@pytest.mark.parametrize("value", [float("inf"), 2**70])
def test_a_number_no_store_can_hold_is_refused(tmp_path, value):
    async def story(hub):
        with pytest.raises(Exception, match="holds a"):
            await hub.upsert([a_well(depth=value)])
        return await hub.types()

    assert on_hub(tmp_path, story) == {}
