"""What expires is not there any more when its time has come."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.change import Action, Change
from dalgu.hub.document import parse_entity, parse_fragment
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Query
from dalgu.hub.local import LocalHub
from dalgu.hub.transience import remains
from dalgu.kernel.clock import ManualClock, iso
from dalgu.store.sqlite import Durability, Store

ID = "urn:ngsi-ld:Room:1"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SOON = iso(BEGIN + timedelta(seconds=10))
LATE = iso(BEGIN + timedelta(hours=10))


@pytest.fixture
def run(tmp_path):
    def play(scene):
        async def whole():
            store = Store.open(tmp_path / "hub.db", durability=Durability.OFF)
            clock = ManualClock(BEGIN)
            try:
                return await scene(LocalHub(store, clock), clock)
            finally:
                await store.close()

        return asyncio.run(whole())

    return play


def entity(**members):
    return parse_entity({"id": ID, "type": "Room", **members})


def test_an_entity_goes_when_its_time_has_come_and_its_id_is_free(run):
    async def scene(hub, clock):
        await hub.create(entity(expiresAt=SOON, heat=1))
        assert (await hub.retrieve(ID))["expiresAt"] == SOON
        await clock.advance(timedelta(seconds=10))
        assert (await hub.query(Query(types=("Room",)))).entities == []
        with pytest.raises(EntityNotExisting):
            await hub.retrieve(ID)
        await hub.create(entity(heat=2))
        assert [one["value"] for one, _ in await hub.history(ID, "heat")] == [2, 1]
        return [one.kind for one in await hub.events(0)]

    assert run(scene) == ["created", "deleted", "created"]


def test_an_instance_goes_alone_and_takes_its_history_along(run):
    async def scene(hub, clock):
        extra = {"value": 2, "datasetId": "urn:x:1", "expiresAt": SOON}
        await hub.create(entity(heat=[{"value": 1}, extra], light={"value": 5, "expiresAt": SOON}))
        await clock.advance(timedelta(seconds=11))
        left = await hub.retrieve(ID)
        assert (left["heat"]["value"], "light" in left) == (1, False)
        assert await hub.history(ID, "light") == []

    run(scene)


def test_a_replacement_is_durable_and_a_merge_keeps_the_end(run):
    async def scene(hub, clock):
        ends = {"value": 1, "expiresAt": SOON}
        await hub.create(entity(heat=ends, light=ends))
        await hub.apply([Change(Action.UPDATE, ID, parse_fragment({"heat": {"value": 2}}))])
        await hub.merge({"id": ID, **parse_fragment({"light": {"value": 2}})})
        await clock.advance(timedelta(seconds=11))
        left = await hub.retrieve(ID)
        assert ("heat" in left, "light" in left) == (True, False)

    run(scene)


def test_a_hub_that_is_opened_later_knows_what_ends(run):
    async def scene(hub, clock):
        await hub.create(entity(expiresAt=SOON))
        again = LocalHub(hub.store, clock)
        await clock.advance(timedelta(seconds=11))
        with pytest.raises(EntityNotExisting):
            await again.retrieve(ID)

    run(scene)


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from((None, SOON, LATE)), min_size=1))
def test_just_what_is_over_is_gone(ends):
    held = entity(
        **{name: {"value": 1} | ({"expiresAt": at} if at else {}) for name, at in ends.items()}
    )
    left, ended = remains(held, BEGIN + timedelta(minutes=1))
    assert {name for name, _ in ended} == {name for name, at in ends.items() if at == SOON}
    assert set(left) == set(held) - {name for name, _ in ended}
    assert remains(left, BEGIN + timedelta(minutes=1)) == (left, [])
