"""DLMS pushes as a concentrator forwards them: JSON around hex, or hex alone.

Only who speaks is read here; the push itself is decoded by the profile of the registered meter,
which holds the key.
"""

from datetime import datetime

import msgspec

from dalgu.devices.dlms.push import sender
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

FORMAT = "dlms"


class _Forwarded(msgspec.Struct):
    apdu: str
    meter: str | None = None
    received_at: Instant | None = None
    gateway: str | None = None


_FORWARDED = msgspec.json.Decoder(_Forwarded)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return the reading of one push; the meter is the one named, or who the push says it is.

    Raises
    ------
    FieldInvalid
        When neither says who speaks.
    """
    forwarded = _forwarded(body)
    apdu = from_hex(forwarded.apdu, format=FORMAT, field="apdu")
    at = forwarded.received_at or received_at
    meter = forwarded.meter or sender(apdu)
    if meter is None:
        raise FieldInvalid(FORMAT, "meter", "neither the message nor the push names the meter")
    return [
        Reading(
            device=device_id(f"dlms:{meter}", format=FORMAT, field="meter"),
            observed_at=plausible(at, received_at, format=FORMAT, field="received_at"),
            payload=apdu,
            gateway=forwarded.gateway,
        )
    ]


def _forwarded(body: bytes) -> _Forwarded:
    if body.lstrip()[:1] == b"{":
        return from_json(_FORWARDED, body, FORMAT)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(FORMAT, len(body), MAX_BODY_BYTES)
    return _Forwarded(apdu=body.decode("ascii", "replace"))
