"""The shortest message: a device, by its registry id, is alive at an instant."""

from datetime import datetime

import msgspec

from dalgu.devices.formats.fields import Instant, device_id, from_json, plausible
from dalgu.devices.formats.reading import Reading, Says

FORMAT = "heartbeat"


class _Beat(msgspec.Struct):
    device: str
    at: Instant


_BEATS = msgspec.json.Decoder(_Beat | list[_Beat])


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return a sign of life for each beat."""
    beats = from_json(_BEATS, body, FORMAT)
    if isinstance(beats, _Beat):
        return [_reading(beats, received_at)]
    return [_reading(beat, received_at) for beat in beats]


def _reading(beat: _Beat, received_at: datetime) -> Reading:
    return Reading(
        device=device_id(beat.device, format=FORMAT, field="device"),
        observed_at=plausible(beat.at, received_at, format=FORMAT, field="at"),
        says=Says.ALIVE,
    )
