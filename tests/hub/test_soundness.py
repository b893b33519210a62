"""A store that disagrees with its entities is found out, whatever it is that disagrees."""

import asyncio
from datetime import UTC, datetime

import pytest

from dalgu.hub.local import LocalHub
from dalgu.hub.soundness import faults
from dalgu.kernel.clock import ManualClock

WELL = {
    "id": "urn:ngsi-ld:Well:1",
    "type": ["Well", "Thing"],
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [128.6, 35.9]}},
    "depth": {"type": "Property", "value": 3, "expiresAt": "2099-01-01T00:00:00Z"},
}
ELSEWHERE = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}}


def faults_after(folder, spoil):
    async def story():
        hub = LocalHub.open(folder / "city.db", ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
        await hub.create(WELL)
        await hub.create(WELL | {"id": "urn:ngsi-ld:Well:2"})
        await hub.delete("urn:ngsi-ld:Well:2")
        await hub.upsert([WELL | {"id": "urn:ngsi-ld:Well:3", "location": ELSEWHERE}])
        if spoil:
            await hub.store.write(lambda tables: tables.outbox._connection.execute(spoil).close())
        found = await faults(hub.store)
        await hub.close()
        return found

    return asyncio.run(story())


def test_a_store_that_was_left_alone_is_sound(tmp_path):
    assert faults_after(tmp_path, "") == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("DELETE FROM entity_type WHERE entity = 1", "other types than its body"),
        ("DELETE FROM entity_place WHERE entity = 1", "at another place"),
        ("UPDATE entity_place SET min_lon = 1 WHERE entity = 1", "at another place"),
        ("UPDATE entity_expiry SET at = at + 1 WHERE entity = 1", "another instant"),
        ("UPDATE entity SET types = '[\"Well\"]' WHERE pk = 1", "other types in its row"),
        ("INSERT INTO entity_place VALUES (2, 1, 1, 1, 1)", "rows of entities that are not there"),
        ("INSERT INTO entity_type SELECT '', 1, 3", "where the bodies name"),
        ("DELETE FROM event WHERE seq = 2", "some are gone"),
        ("INSERT INTO reader VALUES ('late', 99)", "Reader 'late' is past"),
    ],
)
def test_what_disagrees_is_told(tmp_path, spoil, told):
    assert told in " ".join(faults_after(tmp_path, spoil))


def test_a_tenant_that_is_removed_leaves_a_sound_store_at_every_step(tmp_path):
    async def story():
        hub = LocalHub.open(tmp_path / "city.db", ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
        other = hub.tenant("other")
        await hub.create(WELL)
        for number in range(5):
            await other.create(WELL | {"id": f"urn:ngsi-ld:Well:{number}"})
        await hub.create(WELL | {"id": "urn:ngsi-ld:Well:9"})
        found = []
        while await hub.store.write(lambda tables: tables.tenancy.remove_entities("other", 2)):
            found += await faults(hub.store)
        await hub.store.write(lambda tables: tables.tenancy.remove_rest("other"))
        found += await faults(hub.store)
        left = await other.events(0), await other.types(), await hub.types()
        await hub.close()
        return found, left

    found, left = asyncio.run(story())
    assert found == []
    assert left == ([], {}, {"Well": 2, "Thing": 2})
