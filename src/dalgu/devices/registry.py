"""Which devices the city knows: from the id of a message to what it speaks of, in memory.

Devices are entities of the hub; this is their index, loaded once and kept fresh by the hub's
events. Keys are no part of the hub: a key ring of the composition root holds them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.codecs.shelf import Asked, Codecs
from dalgu.devices.errors import DeviceUnknown, KeyInvalid, KeyRingAbsent
from dalgu.devices.formats.fields import device_id
from dalgu.devices.formats.reading import Reading
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Event, Hub
from dalgu.hub.types import Device
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId, entity_id

PREFIX = entity_id("Device", "")
EVENTS_A_TURN = 500
KEY_BYTES = 16  # AES-128, of OMS telegrams and of LoRaWAN alike
# Each message of a device changes these; they say nothing that resolving needs.
_HEARD_ONLY = frozenset({"deviceState"})


class KeyRing(Protocol):
    """Where the composition root keeps the keys of encrypted devices."""

    def key_of(self, device: str) -> bytes | None:
        """Return the key of a device, `None` when it has none."""
        ...

    async def look(self, device: str) -> None:
        """Take in a key that another process may have kept for a device."""
        ...

    async def keep(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of devices, durably."""
        ...

    async def forget(self, device: str) -> None:
        """Forget the key of a device, if it has one."""
        ...


@dataclass(frozen=True, slots=True)
class Registered:
    """What the intake must know of a device; `key` decrypts what it sends."""

    device: str
    entity: EntityId
    asset: EntityId | None
    profile: str | None
    declared_interval_s: float | None
    origin: str | None
    key: bytes | None = None
    codec: EntityId | None = None  # makes fields of its bytes


class Registry:
    """The index of all registered devices of one hub.

    Parameters
    ----------
    hub
        Holds the `Device` entities.
    keys
        Holds the devices' keys; without it no device has one.
    """

    def __init__(self, hub: Hub, keys: KeyRing | None = None) -> None:
        self.codecs = Codecs(hub)
        self._hub = hub
        self._keys = keys
        self._devices: dict[str, Registered] = {}
        self._cursor = 0

    def __len__(self) -> int:
        return len(self._devices)

    def __iter__(self) -> Iterator[Registered]:
        """Yield the registered devices by id."""
        for device in sorted(self._devices):
            yield self._devices[device]

    async def load(self) -> None:
        """Read all devices of the hub; changes after this are `follow`'s to see."""
        self._cursor = await self._hub.head()
        await self.codecs.load()
        async for document in self._hub.every("Device"):
            self._index(Device.from_document(document))

    async def follow(self) -> None:
        """Keep the index fresh by the hub's events, until cancelled."""
        while True:
            await self._hub.wait(self._cursor)
            await self.catch_up()

    async def catch_up(self) -> None:
        """Take in every change of a device since the last turn."""
        while events := await self._hub.events(self._cursor, limit=EVENTS_A_TURN):
            for entity in {event.entity for event in events if _matters(event)}:
                await self._refresh(entity)
            for entity in {event.entity for event in events if event.type == PayloadCodec.type}:
                await self.codecs.refresh(entity)
            self._cursor = events[-1].seq

    def resolve(self, device: str) -> Registered:
        """Return a registered device.

        Raises
        ------
        DeviceUnknown
            When the registry does not hold it.
        """
        try:
            return self._devices[device]
        except KeyError:
            raise DeviceUnknown(device) from None

    def with_fields(
        self, readings: Sequence[tuple[Reading, datetime]]
    ) -> list[Reading | DalguError]:
        """Return the readings, with fields by its codec where a device has one.

        Parameters
        ----------
        readings
            Each with the instant its message was received.
        """
        results: list[Reading | DalguError] = [reading for reading, _ in readings]
        asked, where = [], []
        for index, (reading, received_at) in enumerate(readings):
            registered = self._devices.get(reading.device)
            if registered is None or registered.codec is None or not reading.payload:
                continue
            where.append(index)
            asked.append(Asked(registered.codec, reading.payload, reading.f_port, received_at))
        if not asked:
            return results
        for index, fields in zip(where, self.codecs.fields(asked), strict=True):
            if isinstance(fields, DalguError):
                results[index] = fields
            else:
                results[index] = replace(readings[index][0], values=fields)
        return results

    async def register(
        self, devices: Iterable[Device], keys: Mapping[str, bytes] | None = None
    ) -> int:
        """Register devices or change registered ones; return how many.

        Parameters
        ----------
        devices
            Their ids are `urn:ngsi-ld:Device:<device id>`.
        keys
            Keys by device id, for those that encrypt.

        Raises
        ------
        FieldInvalid
            When an id is no device id.
        KeyRingAbsent
            When there are keys and nowhere to keep them.
        KeyInvalid
            When a key has not the 16 bytes of AES-128.
        """
        registered = list(devices)
        for device in registered:
            device_id(device_of(device.id), format="registry", field="id")
        if keys:
            await self._keep(keys)
        await self._hub.upsert(registered)
        for device in registered:
            await self._refresh(device.id)
        return len(registered)

    async def remove(self, device: str) -> None:
        """Forget a device and its key; its history stays in the hub.

        Raises
        ------
        DeviceUnknown
            When the registry does not hold it.
        """
        registered = self.resolve(device)
        if self._keys is not None:
            await self._keys.forget(device)
        await self._hub.delete(registered.entity)
        self._devices.pop(device, None)

    async def _keep(self, keys: Mapping[str, bytes]) -> None:
        if self._keys is None:
            raise KeyRingAbsent
        for device, key in keys.items():
            if len(key) != KEY_BYTES:
                raise KeyInvalid(device)
        await self._keys.keep(keys)

    async def _refresh(self, entity: EntityId) -> None:
        try:
            document = await self._hub.retrieve(entity)
        except EntityNotExisting:
            self._devices.pop(device_of(entity), None)
            return
        if self._keys is not None:
            await self._keys.look(device_of(entity))
        self._index(Device.from_document(document))

    def _index(self, device: Device) -> None:
        name = device_of(device.id)
        self._devices[name] = Registered(
            device=name,
            entity=device.id,
            asset=device.controlled_asset,
            profile=device.profile,
            declared_interval_s=device.declared_interval,
            origin=device.origin,
            key=None if self._keys is None else self._keys.key_of(name),
            codec=device.codec,
        )


def device_of(entity: EntityId) -> str:
    """Return the device id of a Device entity's id.

    >>> device_of(EntityId("urn:ngsi-ld:Device:wmbus:KAM.12345678"))
    'wmbus:KAM.12345678'
    """
    return entity.removeprefix(PREFIX)


def device_entity(device: str) -> EntityId:
    """Return the entity id of a device id.

    >>> device_entity("camera:beomeo-n")
    'urn:ngsi-ld:Device:camera:beomeo-n'
    """
    return EntityId(PREFIX + device)


def _matters(event: Event) -> bool:
    if event.type != Device.type:
        return False
    return event.kind != "updated" or not _HEARD_ONLY.issuperset(event.attributes)
