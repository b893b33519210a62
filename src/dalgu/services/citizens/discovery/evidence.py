"""Series of the hub as evidence: read, frozen with a digest, and held to it later.

Only series that tell of the city, not of a home or a person, may be linked. The numbers that were
read are kept by the hub under their SHA-256; so a sheet shows for good what its authors saw, and
anybody can see whether the hub still says so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import LOCAL, iso
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.services.citizens.discovery.deeds import Reading
from dalgu.services.citizens.discovery.refusals import (
    DiscoveryPeriodInvalid,
    SeriesEmpty,
    SeriesNotPublic,
    SeriesTooLong,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_VALUES = 50_000
DRAWN = 400  # points of a chart
PUBLIC_TYPES = (
    "AirQualityObserved",
    "NoiseLevelObserved",
    "WeatherObserved",
    "TrafficFlowObserved",
    "CrowdFlowObserved",
    "ItemFlowObserved",
    "OffStreetParking",
    "OnStreetParking",
    "DistrictMeteredArea",
    "PressureLogger",
    "WasteContainer",
    "Streetlight",
    "KeyPerformanceIndicator",
    "CityStatistic",
)
LISTED = 200  # entities offered in a form


@dataclass(frozen=True, slots=True)
class Window:
    """Which numbers are meant: an attribute of an entity in [since, until)."""

    entity: str
    attribute: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """How a frozen reading stands to the hub today."""

    state: str  # holds, changed, gone
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A public entity with a series, as a form offers it."""

    id: str
    name: str
    attributes: tuple[str, ...]


async def freeze(hub: Hub, window: Window, now: datetime) -> Reading:
    """Read a window and keep its numbers; raise what is wrong with it.

    Raises
    ------
    SeriesNotPublic, DiscoveryPeriodInvalid, SeriesEmpty, SeriesTooLong
    """
    if kind_of(window.entity) not in PUBLIC_TYPES:
        raise SeriesNotPublic(window.entity)
    if not window.since < window.until or window.since >= now:
        raise DiscoveryPeriodInvalid
    at_s, value = await numbers(hub, window)
    if not len(value):
        raise SeriesEmpty(window.entity, window.attribute)
    if len(value) > MOST_VALUES:
        raise SeriesTooLong(len(value), MOST_VALUES)
    digest = await hub.keep(written(at_s, value))
    name, unit = await _named(hub, window)
    return Reading(
        entity=window.entity,
        attribute=window.attribute,
        since=window.since,
        until=window.until,
        count=len(value),
        mean=float(value.mean()),
        low=float(value.min()),
        high=float(value.max()),
        digest=digest,
        name=name,
        unit=unit,
    )


async def check(hub: Hub, reading: Reading) -> Checked:
    """Hold a frozen reading to what the hub says today."""
    window = Window(reading.entity, reading.attribute, reading.since, reading.until)
    at_s, value = await numbers(hub, window)
    digest = sha256(written(at_s, value)).hexdigest()
    if not len(value):
        return Checked("gone", 0, digest)
    return Checked("holds" if digest == reading.digest else "changed", len(value), digest)


async def numbers(hub: Hub, window: Window) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return seconds since 1970 and values of a window, shape (n,) each, without NaN."""
    import numpy as np

    series = await hub.series(EntityId(window.entity), window.attribute, window.since, window.until)
    known = ~np.isnan(series.value)
    return series.at_s[known], series.value[known]


def written(at_s: "NDArray[np.float64]", value: "NDArray[np.float64]") -> bytes:
    """Return numbers as the text that is kept: a line of instant and value each."""
    lines = (
        f"{iso(datetime.fromtimestamp(float(at), UTC))},{float(one)!r}\n"
        for at, one in zip(at_s, value, strict=True)
    )
    return b"at,value\n" + "".join(lines).encode()


async def kept(hub: Hub, reading: Reading) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return the frozen numbers as they were kept, shape (n,) each."""
    import numpy as np

    lines = (await hub.kept(reading.digest)).decode().splitlines()[1:]
    pairs = [line.split(",") for line in lines]
    at_s = np.array([datetime.fromisoformat(at).timestamp() for at, _ in pairs], dtype=float)
    return at_s, np.array([float(value) for _, value in pairs], dtype=float)


async def chart(hub: Hub, reading: Reading) -> list[dict[str, JSON]]:
    """Return the frozen numbers as points of a chart, means of stretches where there are many."""
    at_s, value = await kept(hub, reading)
    step = max(1, math.ceil(len(value) / DRAWN))
    cuts = [*range(0, len(value), step), len(value)]
    return [
        {
            "at": iso(datetime.fromtimestamp(float(at_s[first]), UTC)),
            "value": round(float(value[first:last].mean()), 3),
        }
        for first, last in pairwise(cuts)
    ]


async def offered(hub: Hub, kind: str) -> list[Offered]:
    """Return entities of a public type that have numbers, at most `LISTED`."""
    found: list[Offered] = []
    if kind not in PUBLIC_TYPES:
        return found
    async for document in hub.every(kind):
        names = tuple(sorted(name for name, part in document.items() if _is_number(part)))
        if names:
            found.append(Offered(str(document["id"]), _name(document), names))
        if len(found) == LISTED:
            break
    return found


def day_start(on: date, *, days: int = 0) -> datetime:
    """Return the first instant of a local day, or of one some days later."""
    return datetime.combine(on + timedelta(days=days), time(), LOCAL)


def kind_of(entity: str) -> str:
    """Return the type that an entity's id names.

    >>> kind_of("urn:ngsi-ld:OffStreetParking:1")
    'OffStreetParking'
    """
    parts = entity.split(":", 3)
    return parts[2] if len(parts) > len(("urn", "ngsi-ld", "type")) else ""


async def _named(hub: Hub, window: Window) -> tuple[str, str]:
    try:
        document = await hub.retrieve(EntityId(window.entity))
    except NotExisting:  # deleted: its history is there
        return window.entity, ""
    attribute = document.get(window.attribute)
    unit = attribute.get("unitCode", "") if isinstance(attribute, dict) else ""
    return _name(document), str(unit)


def _name(document: Document) -> str:
    part = document.get("name")
    if not isinstance(part, Mapping):
        return str(document["id"])
    words = part.get("languageMap")
    if isinstance(words, Mapping):
        return str(words.get("ko") or words.get("en") or document["id"])
    return str(part.get("value", document["id"]))


def _is_number(part: JSON) -> bool:
    value = part.get("value") if isinstance(part, Mapping) else None
    return isinstance(value, int | float) and not isinstance(value, bool)
