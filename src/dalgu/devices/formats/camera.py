"""Counts of a camera that counts on board: classes and numbers, never an image or a plate."""

from datetime import datetime
from typing import Annotated

import msgspec

from dalgu.devices.errors import FieldInvalid
from dalgu.devices.formats.fields import Instant, device_id, from_json, plausible
from dalgu.devices.formats.reading import Reading
from dalgu.hub.model import JSON

FORMAT = "camera"

_Vehicles = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_SpeedKph = Annotated[float, msgspec.Meta(ge=0, le=500)]


class _Count(msgspec.Struct):
    camera: str
    since: Instant = msgspec.field(name="from")
    until: Instant = msgspec.field(name="to")
    counts: dict[str, _Vehicles]
    average_speed_kph: _SpeedKph | None = None


_COUNTS = msgspec.json.Decoder(_Count | list[_Count])


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return one reading for each count, observed at the end of its interval."""
    counts = from_json(_COUNTS, body, FORMAT)
    if isinstance(counts, _Count):
        return [_reading(counts, received_at)]
    return [_reading(count, received_at) for count in counts]


def _reading(count: _Count, received_at: datetime) -> Reading:
    since = plausible(count.since, received_at, format=FORMAT, field="from")
    until = plausible(count.until, received_at, format=FORMAT, field="to")
    if until <= since:
        raise FieldInvalid(FORMAT, "to", "it must be after 'from'")
    values: dict[str, JSON] = {"from": since, "to": until, "counts": count.counts}
    if count.average_speed_kph is not None:
        values["average_speed_kph"] = count.average_speed_kph
    return Reading(
        device=device_id(f"camera:{count.camera}", format=FORMAT, field="camera"),
        observed_at=until,
        values=values,
    )
