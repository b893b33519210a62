"""The registry is the hub's devices in memory, and stays so."""

import asyncio
from collections.abc import Mapping

import pytest

from dalgu.devices.errors import DeviceUnknown, FieldInvalid, KeyInvalid, KeyRingAbsent
from dalgu.devices.registry import Registered, Registry, device_entity
from dalgu.hub.types import Device

METER = "wmbus:KAM.12345678"
KEY = bytes(range(16))


def test_a_registered_device_is_known_after_a_restart(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(METER, "water-oms", declared_interval=3600.0, origin="synthetic")
        async with city() as c:
            await c.registry.load()
            assert c.registry.resolve(METER) == Registered(
                device=METER,
                entity=device_entity(METER),
                asset="urn:ngsi-ld:Thermometer:KAM.12345678",
                profile="water-oms",
                declared_interval_s=3600.0,
                origin="synthetic",
            )

    asyncio.run(story())


class PocketRing:
    """Keys in memory."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}

    def key_of(self, device: str) -> bytes | None:
        return self.keys.get(device)

    async def look(self, device: str) -> None:
        """Nobody else writes to a pocket."""

    async def keep(self, keys: Mapping[str, bytes]) -> None:
        self.keys.update(keys)

    async def forget(self, device: str) -> None:
        self.keys.pop(device, None)


def test_a_key_goes_to_the_ring_and_never_to_the_hub(city) -> None:
    async def story() -> None:
        async with city() as c:
            ring = PocketRing()
            registry = Registry(c.hub, ring)
            device = Device(id=device_entity(METER), profile="water-oms")
            await registry.register([device], {METER: KEY})
            assert registry.resolve(METER).key == KEY
            assert "key" not in await c.hub.retrieve(device_entity(METER))
            again = Registry(c.hub, ring)
            await again.load()
            assert again.resolve(METER).key == KEY
            await again.remove(METER)
            assert (len(again), ring.keys) == (0, {})

    asyncio.run(story())


def test_a_key_without_a_vault_is_refused_before_its_device_is_registered(city) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(KeyRingAbsent):
                await c.registry.register([Device(id=device_entity(METER))], {METER: KEY})
            assert await c.hub.types() == {}

    asyncio.run(story())


def test_a_key_of_another_length_is_refused_before_its_device_is_registered(city) -> None:
    async def story() -> None:
        async with city() as c:
            registry = Registry(c.hub, PocketRing())
            for key in (b"", KEY[:2], KEY + KEY):
                with pytest.raises(KeyInvalid, match=METER):
                    await registry.register([Device(id=device_entity(METER))], {METER: key})
            assert await c.hub.types() == {}

    asyncio.run(story())


def test_changes_by_others_are_followed(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.registry.load()
            following = asyncio.create_task(c.registry.follow())
            await c.hub.upsert([Device(id=device_entity(METER), profile="one")])
            await c.registry.catch_up()
            assert c.registry.resolve(METER).profile == "one"
            await c.hub.upsert([Device(id=device_entity(METER), profile="two")])
            await c.registry.catch_up()
            assert c.registry.resolve(METER).profile == "two"
            await c.hub.delete(device_entity(METER))
            await c.registry.catch_up()
            with pytest.raises(DeviceUnknown):
                c.registry.resolve(METER)
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(story())


def test_a_removed_device_is_unknown(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(METER)
            await c.registry.remove(METER)
            with pytest.raises(DeviceUnknown):
                c.registry.resolve(METER)
            with pytest.raises(DeviceUnknown):
                await c.registry.remove(METER)

    asyncio.run(story())


@pytest.mark.parametrize("device", ["", "meter", "wmbus:a b", "wmbus:" + "x" * 200, "wmbus:<a>"])
def test_an_id_that_no_urn_allows_is_refused(city, device: str) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(FieldInvalid):
                await c.registry.register([Device(id=device_entity(device))])
            assert len(c.registry) == 0

    asyncio.run(story())


def test_a_device_that_another_client_describes_its_own_way_stops_nothing(city):
    odd = {
        "id": "urn:ngsi-ld:Device:gateway:odd",
        "type": "Device",
        "controlledAsset": {"type": "Property", "value": "a meter"},
        "feed": {"type": "Relationship", "object": ["urn:x:a", "urn:x:b"]},
        "declaredInterval": {"type": "Property", "value": "hourly"},
        "name": {"type": "Property", "value": "Odd"},
    }

    async def scene():
        async with city() as c:
            await c.hub.create(odd)
            await c.registry.catch_up()
            found = c.registry.resolve("gateway:odd")
            assert (found.asset, found.declared_interval_s) == (None, None)
            await c.registry.load()

    asyncio.run(scene())
