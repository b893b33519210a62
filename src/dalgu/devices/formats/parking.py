"""A parking guidance server's report: the free spaces of each lot of one site."""

from datetime import datetime
from typing import Annotated

import msgspec

from dalgu.devices.formats.fields import Instant, device_id, from_json, plausible
from dalgu.devices.formats.reading import Reading

FORMAT = "parking"

# Below zero where more cars entered than left by the barriers' count: the service judges it.
_Spaces = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]


class _Lot(msgspec.Struct):
    lot: str
    free: _Spaces
    total: _Spaces | None = None


class _Report(msgspec.Struct):
    site: str
    at: Instant
    lots: list[_Lot]


_REPORT = msgspec.json.Decoder(_Report)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return one reading for each lot, all at the report's instant."""
    report = from_json(_REPORT, body, FORMAT)
    at = plausible(report.at, received_at, format=FORMAT, field="at")
    return [_reading(report.site, lot, at) for lot in report.lots]


def _reading(site: str, lot: _Lot, at: datetime) -> Reading:
    values: dict[str, str | int] = {"site": site, "lot": lot.lot, "free": lot.free}
    if lot.total is not None:
        values["total"] = lot.total
    device = device_id(f"parking:{site}/{lot.lot}", format=FORMAT, field="lots.lot")
    return Reading(device=device, observed_at=at, values=values)
