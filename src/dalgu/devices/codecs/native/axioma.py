"""Axioma Qalcosonic W1, enhanced frame: a register, 23 hourly deltas and the status, 51 bytes.

byte  0       version, 1
bytes 1-4     clock, seconds since 1970 UTC, little endian like all that follows
byte  5       status
bytes 6-9     oldest register, litres
bytes 10-50   23 deltas of 14 bits in litres, oldest first; then 6 bits of a multiplier
"""

import struct

from dalgu.devices.codecs.native.reading import instant_text, need, refused
from dalgu.hub.model import JSON

CODEC = "axioma-qalcosonic-w1"
PORT = 100
FRAME_BYTES = 51
HEAD = struct.Struct("<BIBI")
DELTAS = 23
DELTA_BITS = 14
DELTA_MASK = (1 << DELTA_BITS) - 1
NAMES = tuple((f"delta_{n}_m3", (n - 1) * DELTA_BITS) for n in range(1, DELTAS + 1))
MULTIPLIER_SHIFT = DELTAS * DELTA_BITS
EMPTY_PIPE, BACKFLOW, BURST = 0x10, 0x60, 0xA0


def decode(payload: bytes, f_port: int | None) -> dict[str, JSON]:
    """Return the fields of a frame; raise `CodecRefusal`."""
    if f_port != PORT:
        raise refused(CODEC, f"Unsupported FPort: {f_port}")
    need(CODEC, payload, FRAME_BYTES)
    if len(payload) != FRAME_BYTES or payload[0] != 1:
        raise refused(CODEC, f"version {payload[0]} with {len(payload)} bytes is no such frame")
    version, at_s, status, oldest_l = HEAD.unpack_from(payload)
    packed = int.from_bytes(payload[HEAD.size :], "little")
    if packed >> MULTIPLIER_SHIFT & 0x3F:
        raise refused(CODEC, "the deltas have a multiplier, which is not documented")
    deltas_l = [packed >> shift & DELTA_MASK for _, shift in NAMES]
    used_l = sum(deltas_l)
    is_backflow, is_burst = status & BACKFLOW == BACKFLOW, status & BURST == BURST
    fields: dict[str, JSON] = {
        "payload_format": "AXIOMA_W1_ENHANCED_24H",
        "frame_version": version,
        "payload_bytes": FRAME_BYTES,
        "timestamp_unix": at_s,
        "timestamp_utc": instant_text(at_s) + "Z",
        "status": status,
        "low_battery": status & 0x04 != 0,
        "permanent_error": status & 0x08 != 0,
        "temporary_error": status & 0x10 != 0,
        "pipe_empty": status == EMPTY_PIPE,
        "backflow": is_backflow,
        "burst": is_burst,
        "leakage": status & 0x20 != 0 and not is_backflow and not is_burst,
        "low_temperature": status & 0x80 != 0 and not is_burst,
        "log_volume_m3": oldest_l / 1000,
        "history_count": DELTAS,
        "history_total_m3": used_l / 1000,
        "current_volume_m3": (oldest_l + used_l) / 1000,
        "history_multiplier": 0,
    }
    fields.update({name: used / 1000 for (name, _), used in zip(NAMES, deltas_l, strict=True)})
    return fields
