"""Kept device messages, decoded again: the registers of one meter that each of them says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from dalgu.devices.formats import FORMATS
from dalgu.devices.formats.reading import Reading, Says
from dalgu.devices.registry import device_entity
from dalgu.devices.uplink import Decoder, Uplink
from dalgu.devices.wmbus.errors import KeyRequired
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub, Message, Series
from dalgu.hub.retention import MessageEmptied
from dalgu.hub.types import Device
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.period import Month
from dalgu.services.water.entities import WaterMeter

LITRES_PER_M3 = 1000
MARGIN = timedelta(hours=2)  # the reads around a midnight tell its register
EPOCH = datetime.fromtimestamp(0, UTC)  # of a message of which nothing is known


@dataclass(frozen=True, slots=True)
class Frame:
    """One kept message and what it says of a meter.

    `registers_l` maps seconds since 1970 UTC to litres; `unreadable` says why it tells none,
    `closed` why it cannot be opened here though nothing is wrong with it.
    """

    message_id: int
    received_at: datetime
    format: str
    device: str
    body: bytes
    registers_l: Mapping[float, int] = field(default_factory=dict)
    unreadable: str | None = None
    closed: str | None = None


def no_key(device: str) -> bytes | None:
    """Return no key: for those who have no key ring at hand."""
    return None


def city_decoders() -> Mapping[str, Decoder]:
    """Return the decoders of the water service; it names this part, so not at import."""
    from dalgu.services.water.service import SERVICE

    return SERVICE.decoders


@dataclass(frozen=True, slots=True)
class Decoding:
    """What opens messages: the decoder of each profile, and the keys of devices that encrypt."""

    decoders: Mapping[str, Decoder]
    key_of: Callable[[str], bytes | None] = no_key


@dataclass(slots=True)
class Frames:
    """Decodes a meter's messages again; asks the hub once for each device."""

    hub: Hub
    decoding: Decoding
    devices: dict[str, Device | None] = field(default_factory=dict)

    async def read(self, message_id: int, meter: EntityId) -> Frame:
        """Return a message with what it says of a meter; a broken one says why it is."""
        try:
            message = await self.hub.message(message_id)
        except MessageEmptied as emptied:  # by the city's own rule of retention
            return Frame(message_id, EPOCH, "", "", b"", closed=emptied.detail)
        except DalguError as gone:
            return Frame(message_id, EPOCH, "", "", b"", unreadable=gone.detail)
        try:
            registers = await self._registers(message, meter)
        except KeyRequired as sealed:
            return replace(self._frame(message_id, message, {}, None), closed=sealed.detail)
        except Exception as broken:  # a damaged message may break a decoder in any way
            reason = broken.detail if isinstance(broken, DalguError) else repr(broken)
            return self._frame(message_id, message, {}, reason)
        silent = None if registers else "it says nothing of this meter"
        return self._frame(message_id, message, registers, silent)

    def _frame(
        self, number: int, message: Message, registers: dict[float, int], reason: str | None
    ) -> Frame:
        return Frame(
            message_id=number,
            received_at=message.received_at,
            format=message.format,
            device=message.device,
            body=message.body,
            registers_l=registers,
            unreadable=reason,
        )

    async def _registers(self, message: Message, meter: EntityId) -> dict[float, int]:
        found: dict[float, int] = {}
        for reading in FORMATS[message.format](message.body, message.received_at):
            device = await self._device(reading.device)
            if device is None or device.controlled_asset != meter or reading.says != Says.VALUES:
                continue
            decoder = self.decoding.decoders.get(device.profile or "")
            if decoder is None:
                continue
            uplink = _uplink(reading, meter, message.received_at)
            for value in decoder(replace(uplink, key=self.decoding.key_of(reading.device))):
                if isinstance(value, WaterMeter) and value.volume is not None:
                    at = value.observed_at or message.received_at
                    found[at.timestamp()] = int(np.rint(value.volume * LITRES_PER_M3))
        return found

    async def _device(self, name: str) -> Device | None:
        if name not in self.devices:
            try:
                document = await self.hub.retrieve(device_entity(name))
                self.devices[name] = Device.from_document(document)
            except EntityNotExisting:
                self.devices[name] = None
        return self.devices[name]


async def message_ids(hub: Hub, meter: EntityId, month: Month) -> list[int]:
    """Return the messages that a meter's registers of a month came by, oldest first."""
    series = await series_of(hub, meter, month)
    return sorted({int(number) for number in series.message_id if number})


async def series_of(hub: Hub, meter: EntityId, month: Month) -> Series:
    """Return a meter's registers of a month, with those just around it."""
    since, until = midnight(month.first), midnight(month.last + timedelta(days=1))
    return await hub.series(meter, "volume", since - MARGIN, until + MARGIN)


def midnight(day: date) -> datetime:
    """Return the start of a local day, UTC.

    >>> midnight(date(2026, 3, 1)).isoformat()
    '2026-02-28T15:00:00+00:00'
    """
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def _uplink(reading: Reading, meter: EntityId, received_at: datetime) -> Uplink:
    return Uplink(
        device=reading.device,
        entity=meter,
        received_at=received_at,
        observed_at=reading.observed_at,
        payload=reading.payload,
        values=reading.values,
        f_port=reading.f_port,
        f_cnt=reading.f_cnt,
    )
