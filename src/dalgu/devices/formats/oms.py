"""Wireless M-Bus telegrams as an OMS gateway forwards them: JSON around hex, or hex alone.

Only the link layer is read here, for the meter's address (EN 13757-4, 11.5); the telegram
itself is decoded by the profile of the registered meter.
"""

from datetime import datetime

import msgspec

from dalgu.devices.errors import BodyTooLarge, FieldInvalid
from dalgu.devices.formats.fields import (
    MAX_BODY_BYTES,
    Instant,
    device_id,
    from_hex,
    from_json,
    plausible,
)
from dalgu.devices.formats.reading import Reading
from dalgu.devices.wmbus.address import decode_address

FORMAT = "oms"
MIN_TELEGRAM_BYTES = 11  # L, C, manufacturer, id, version, type, CI


class _Forwarded(msgspec.Struct):
    telegram: str
    received_at: Instant | None = None
    gateway: str | None = None
    rssi_dbm: float | None = None


_FORWARDED = msgspec.json.Decoder(_Forwarded)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return the reading of one telegram; without an instant of its own it is of now."""
    forwarded = _forwarded(body)
    telegram = from_hex(forwarded.telegram, format=FORMAT, field="telegram")
    at = forwarded.received_at or received_at
    return [
        Reading(
            device=sender(telegram),
            observed_at=plausible(at, received_at, format=FORMAT, field="received_at"),
            payload=telegram,
            values={} if forwarded.gateway is None else {"gateway": forwarded.gateway},
            rssi_dbm=forwarded.rssi_dbm,
            gateway=forwarded.gateway,
        )
    ]


def sender(telegram: bytes) -> str:
    """Return the registry id of the meter that a telegram's link layer names.

    Raises
    ------
    FieldInvalid
        When the telegram is too short or its manufacturer is not made of letters.

    Examples
    --------
    >>> sender(bytes.fromhex("1E442D2C78563412191678"))
    'wmbus:KAM.12345678'

    """
    if len(telegram) < MIN_TELEGRAM_BYTES:
        reason = f"it has {len(telegram)} bytes and needs at least {MIN_TELEGRAM_BYTES}"
        raise FieldInvalid(FORMAT, "telegram", reason)
    device = f"wmbus:{decode_address(telegram[2:10]).device}"
    return device_id(device, format=FORMAT, field="telegram")


def _forwarded(body: bytes) -> _Forwarded:
    if body.lstrip()[:1] == b"{":
        return from_json(_FORWARDED, body, FORMAT)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(FORMAT, len(body), MAX_BODY_BYTES)
    return _Forwarded(telegram=body.decode("ascii", "replace"))
