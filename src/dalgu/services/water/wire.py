"""What water meters say, and back.

Profiles: `water-hourly` (the frame of `hourly_frame`), `water-decoded` (fields that a
network server's codec made), `water-oms` (wireless M-Bus telegrams), `water-pressure` (heads
that a network server's codec made). A message may carry a day of registers or heads: each
becomes a value of the meter or logger with its own instant.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput
from dalgu.services.water import hourly_frame
from dalgu.services.water.decoded_fields import LITRES_PER_M3, read_fields
from dalgu.services.water.decoded_heads import UNIT, read_heads
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.leakage.entities import PressureLogger

if TYPE_CHECKING:
    from dalgu.devices.wmbus.address import Address
    from dalgu.devices.wmbus.compact import Formats

HOURLY_PROFILE = "water-hourly"
DECODED_PROFILE = "water-decoded"
OMS_PROFILE = "water-oms"
DLMS_PROFILE = "water-dlms"
PRESSURE_PROFILE = "water-pressure"

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a meter clock before this was never set
MAX_AHEAD = timedelta(hours=1)  # meter clocks drift by minutes, not by hours
HOUR = timedelta(hours=1)
OMS_VOLUME_LITRES = bytes.fromhex("0413")  # EN 13757-3: 32-bit integer, volume in 0.001 m³


class MeterClockImplausible(InvalidInput):
    """The meter's clock is ahead of the message or was never set."""

    slug = "water-meter-clock-implausible"
    title = "The meter's clock is implausible"

    def __init__(self, device: str, at: datetime, received_at: datetime) -> None:
        super().__init__(
            f"Meter {device} dates a value {iso(at)}, but its message came {iso(received_at)}; "
            "the clock of the meter must be set.",
            device=device,
            at=iso(at),
            received_at=iso(received_at),
        )


def decode_hourly(uplink: Uplink) -> list[Entity]:
    """Return up to 24 values of the meter, newest first; the newest tells battery and alarms.

    Raises
    ------
    HourlyFrameInvalid, MeterClockImplausible
        When the payload is no hourly frame or its clock cannot be right.
    """
    frame = hourly_frame.decode(uplink.payload)
    _check_clock(uplink, frame.at)
    registers_m3 = [register_l / LITRES_PER_M3 for register_l in frame.registers_l]
    newest = WaterMeter(
        id=uplink.entity,
        observed_at=frame.at,
        volume=registers_m3[0],
        temperature=frame.temperature_degc,
        battery_level=None if frame.battery_pct is None else float(frame.battery_pct),
        alarms=[alarm.value for alarm in frame.alarms],
        signal_strength=uplink.rssi_dbm,
        gateway=uplink.gateway,
    )
    older = (
        WaterMeter(id=uplink.entity, observed_at=frame.at - hours * HOUR, volume=register_m3)
        for hours, register_m3 in enumerate(registers_m3[1:], start=1)
    )
    return [newest, *older]


def encode_hourly(frame: HourlyFrame) -> bytes:
    """Return the radio payload of a day of registers; the inverse of `decode_hourly`."""
    return hourly_frame.encode(frame)


def decode_decoded(uplink: Uplink) -> list[Entity]:
    """Return the values in fields that a network server's codec has already decoded.

    Raises
    ------
    DecodedFieldsUnusable, MeterClockImplausible
        When no register can be trusted.
    """
    reads = read_fields(uplink.values)
    latest = max((at or uplink.observed_at for at, _ in reads.registers), default=None)
    meters: list[Entity] = []
    for at, volume_m3 in reads.registers:
        observed_at = uplink.observed_at if at is None else at
        _check_clock(uplink, observed_at)
        is_newest = observed_at == latest
        meters.append(
            WaterMeter(
                id=uplink.entity,
                observed_at=observed_at,
                volume=volume_m3,
                temperature=reads.temperature_degc if is_newest else None,
                battery_level=reads.battery_pct if is_newest else None,
                alarms=[alarm.value for alarm in reads.alarms] if is_newest else None,
                signal_strength=uplink.rssi_dbm if is_newest else None,
                gateway=uplink.gateway if is_newest else None,
            )
        )
    return meters


def encode_decoded(registers: Iterable[tuple[datetime, float]]) -> dict[str, JSON]:
    """Return the fields of a codec for registers in m³; the inverse of `decode_decoded`.

    >>> encode_decoded([(datetime(2026, 1, 1, tzinfo=UTC), 1.5)])["values"][0]["Value"]
    1.5
    """
    return {
        "values": [
            {"Type": "Volume", "Value": volume_m3, "Unit": "m3", "Timestamp": iso(at)}
            for at, volume_m3 in registers
        ]
    }


def decode_oms(uplink: Uplink) -> list[Entity]:
    """Return the present register of a wireless M-Bus telegram.

    It is dated by the gateway's clock: the meter's own is local time without a zone. A meter
    that speaks of something else, as a radio module of its battery, gives nothing.

    Raises
    ------
    TelegramInvalid
        When the telegram is damaged, of an unknown kind, or its key is missing or wrong.
    """
    from dalgu.devices.wmbus.telegram import decode
    from dalgu.devices.wmbus.water import read_water

    telegram = decode(uplink.payload, uplink.key, formats=_formats())
    reading = read_water(telegram, key=uplink.key)
    if reading.volume_m3 is None:
        return []
    return [
        WaterMeter(
            id=uplink.entity,
            observed_at=uplink.observed_at,
            volume=reading.volume_m3,
            flow=reading.flow_m3h,
            temperature=reading.flow_temperature_degc,
            alarms=[alarm.value for alarm in reading.alarms],
            signal_strength=uplink.rssi_dbm,
            gateway=uplink.gateway,
        )
    ]


def decode_dlms(uplink: Uplink) -> list[Entity]:
    """Return the present register of a DLMS push, dated by the meter's clock where it gives one.

    A push that lists no water, as one of a concentrator about itself, gives nothing.

    Raises
    ------
    DlmsPushInvalid, DlmsKeyRequired, DlmsKeyWrong, DlmsSecurityUnknown, MeterClockImplausible
        When the push cannot be read or its clock cannot be right.
    """
    from dalgu.devices.dlms.push import read_push
    from dalgu.devices.dlms.water import read_water

    water = read_water(read_push(uplink.payload, uplink.key))
    if water.volume_m3 is None:
        return []
    at = uplink.observed_at if water.at is None else water.at.astimezone(UTC)
    _check_clock(uplink, at)
    return [
        WaterMeter(
            id=uplink.entity,
            observed_at=at,
            volume=water.volume_m3,
            flow=water.flow_m3h,
            gateway=uplink.gateway,
        )
    ]


def decode_pressure(uplink: Uplink) -> list[Entity]:
    """Return the heads in fields that a network server's codec has already decoded.

    Raises
    ------
    DecodedHeadsUnusable, MeterClockImplausible
        When no head can be trusted.
    """
    loggers: list[Entity] = []
    for at, head_m in read_heads(uplink.values):
        observed_at = uplink.observed_at if at is None else at
        _check_clock(uplink, observed_at)
        loggers.append(PressureLogger(id=uplink.entity, observed_at=observed_at, head=head_m))
    return loggers


def encode_pressure(heads: Iterable[tuple[datetime, float]]) -> dict[str, JSON]:
    """Return the fields of a codec for heads in metres; the inverse of `decode_pressure`.

    >>> encode_pressure([(datetime(2026, 1, 1, tzinfo=UTC), 131.5)])["heads"]
    [{'Timestamp': '2026-01-01T00:00:00Z', 'Value': 131.5, 'Unit': 'm'}]
    """
    return {
        "heads": [{"Timestamp": iso(at), "Value": head_m, "Unit": UNIT} for at, head_m in heads]
    }


def encode_oms(
    meter: "Address", register_l: int, *, key: bytes | None = None, access_number: int = 0
) -> bytes:
    """Return the telegram of a meter with its register, in security mode 5 where it has a key."""
    from dalgu.devices.wmbus.records import make_record
    from dalgu.devices.wmbus.telegram import Security, Status, Telegram, encode

    record = make_record(OMS_VOLUME_LITRES, register_l.to_bytes(4, "little"))
    telegram = Telegram(
        address=meter,
        access_number=access_number % 256,
        status=Status(),
        security=Security.NONE if key is None else Security.AES,
        records=(record,),
    )
    return encode(telegram, key)


@cache
def _formats() -> "Formats":
    """Return the formats of full frames heard so far: compact ones leave them out."""
    from dalgu.devices.wmbus.compact import Formats

    return Formats()


def _check_clock(uplink: Uplink, at: datetime) -> None:
    if not EARLIEST <= at <= uplink.received_at + MAX_AHEAD:
        raise MeterClockImplausible(uplink.device, at, uplink.received_at)
