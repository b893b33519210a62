"""A real hub on a real store, and a small service to decode for."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_entity
from dalgu.devices.uplink import Uplink
from dalgu.hub.hub import Hub
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Entity, Quantity, quantity
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class Thermometer(Entity):
    """What the tests' devices measure."""

    temperature: Quantity = quantity("CEL")


class TooCold(InvalidInput):
    """A reason of a decoder's own."""


def decode_hourly(uplink: Uplink) -> list[Entity]:
    """One byte a degree, the newest first, an hour apart."""
    if 0 in uplink.payload:
        raise TooCold("The thermometer reads nothing.")
    return [
        Thermometer(
            id=uplink.entity,
            observed_at=uplink.observed_at - timedelta(hours=n),
            temperature=float(degree),
        )
        for n, degree in enumerate(uplink.payload)
    ]


def decode_fields(uplink: Uplink) -> list[Entity]:
    """The field that a network server's codec named; a broken decoder without it."""
    temperature = float(uplink.values["temperature"])
    return [Thermometer(id=uplink.entity, observed_at=uplink.observed_at, temperature=temperature)]


DECODERS = {"hourly": decode_hourly, "fields": decode_fields}


@dataclass
class City:
    """A hub and its device entrance."""

    store: Store
    hub: Hub
    clock: ManualClock
    registry: Registry
    intake: Intake

    async def add(self, device: str, profile: str | None = "hourly", **more: object) -> EntityId:
        """Register a device that speaks of a thermometer of its own."""
        asset = EntityId(f"urn:ngsi-ld:Thermometer:{device.rpartition(':')[2]}")
        more = {"controlled_asset": asset, **more}
        await self.registry.register([Device(id=device_entity(device), profile=profile, **more)])
        return asset


@asynccontextmanager
async def a_city(folder: Path) -> AsyncIterator[City]:
    store = Store.open(folder / "city.db")
    try:
        clock = ManualClock(NOW)
        hub = LocalHub(store, clock)
        registry = Registry(hub)
        yield City(store, hub, clock, registry, Intake(hub, registry, DECODERS, clock))
    finally:
        await store.close()


@pytest.fixture
def city(tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[City]]:
    """A fresh city in the test's folder: `async with city() as c`; twice is a restart."""
    return lambda: a_city(tmp_path)
