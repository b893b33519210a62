"""Talkpool OY1320 pulse reader: 16 bits of pulses, and a status in the longer frame."""

from dalgu.devices.codecs.native.reading import refused
from dalgu.hub.model import JSON

CODEC = "talkpool-oy1320"
SHORT_BYTES, LONG_BYTES = 6, 9


def decode(payload: bytes, _f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a message; raise `CodecRefusal`."""
    size = len(payload)
    if not size or (size % SHORT_BYTES and size % LONG_BYTES):
        raise refused(CODEC, f"{size} bytes are no frame of 6 or 9")
    status = f"{payload[4]:02x}"[0] if size % SHORT_BYTES else "0"
    return {"MeterReading": payload[4] << 8 | payload[5], "Status": status}
