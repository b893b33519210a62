"""What an LwM2M client sent, wrapped by the CoAP entrance: who, which format, which bytes."""

from datetime import datetime

import msgspec

from dalgu.devices.formats.fields import Instant, device_id, from_hex, from_json, plausible
from dalgu.devices.formats.reading import Reading
from dalgu.devices.lwm2m.objects import fields_of
from dalgu.devices.lwm2m.records import read_records

FORMAT = "lwm2m"


class Sent(msgspec.Struct):
    """One payload of one client; `path` is what was asked for, empty in a Send operation."""

    endpoint: str
    content_format: int
    payload: str  # hexadecimal
    path: str = "/"
    received_at: Instant | None = None


_SENT = msgspec.json.Decoder(Sent)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return the reading of one payload.

    Raises
    ------
    Lwm2mPayloadInvalid, ContentFormatUnknown
        When its bytes cannot be read.
    """
    sent = from_json(_SENT, body, FORMAT)
    payload = from_hex(sent.payload, format=FORMAT, field="payload")
    at = sent.received_at or received_at
    at = plausible(at, received_at, format=FORMAT, field="received_at")
    records = read_records(sent.content_format, payload, sent.path)
    return [
        Reading(
            device=device_id(f"lwm2m:{sent.endpoint}", format=FORMAT, field="endpoint"),
            observed_at=at,
            payload=payload,
            values=fields_of(records, at),
        )
    ]
