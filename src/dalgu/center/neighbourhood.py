"""What a dong, or the whole city, is like just now: for citizens, so never of a single home."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dalgu.center.context import Center
from dalgu.center.documents import observed, title, value
from dalgu.center.layers import LAYERS, feature
from dalgu.cities import Dong
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language

DEEDS_DAYS = 7


@dataclass(frozen=True, slots=True)
class Lot:
    """A car park as citizens see it; `free` is `None` where nothing tells it."""

    id: str
    name: str
    district: str | None
    free: int | None
    total: int | None
    soon: int | None  # free in half an hour, as forecast
    at: str | None
    state: str
    price: str
    origin: str | None
    feature: Document | None


@dataclass(frozen=True, slots=True)
class Now:
    """The figures of one place; `None` where the hub knows nothing of it."""

    lots: Sequence[Lot]
    free: int | None
    spaces: int
    water_m3h: float | None
    water_at: str | None
    meters: int
    meters_read: int
    parking_origin: str | None
    water_origin: str | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the city did about what it noticed, in the last week."""

    noticed: int
    handled: int
    waiting: int
    origin: str | None


async def read_lots(center: Center, language: Language) -> list[Lot]:
    """Return all car parks, those with known free spaces first, then by name."""
    now = center.clock.now()
    lots = [
        _lot(document, language, now)
        for kind in LAYERS["parking"].types
        async for document in center.hub.every(kind)
    ]
    return sorted(lots, key=lambda lot: (lot.free is None, lot.name))


def _lot(document: Document, language: Language, now: datetime) -> Lot:
    layer = LAYERS["parking"]
    at = observed(document, "availableSpotNumber")
    sign = layer.read(document, now)
    price = (document.get("price") or {}).get("languageMap", {})
    return Lot(
        id=document["id"],
        name=title(document, language),
        district=value(document, "district"),
        free=value(document, "availableSpotNumber"),
        total=value(document, "totalSpotNumber"),
        soon=_soon(value(document, "forecast")),
        at=None if at is None else iso(at),
        state="stale" if sign is None else sign.state,
        price=price.get(language, ""),
        origin=value(document, "origin"),
        feature=feature(layer, document, language, now),
    )


def _soon(forecast: object, minutes: int = 30) -> int | None:
    if not isinstance(forecast, list):
        return None
    fitting = (step for step in forecast if step.get("minutes") == minutes)
    return next((round(step["free"]) for step in fitting), None)


async def read(center: Center, lots: Sequence[Lot], here: Dong | None) -> Now:
    """Return the figures of a dong, or of the whole city where none is chosen."""
    near = [lot for lot in lots if here is None or lot.district == here.code]
    known = [lot for lot in near if lot.free is not None]
    now = Now(
        lots=near,
        free=sum(lot.free or 0 for lot in known) if known else None,
        spaces=sum(lot.total or 0 for lot in known),
        water_m3h=None,
        water_at=None,
        meters=0,
        meters_read=0,
        parking_origin=_origin(lot.origin for lot in known),
        water_origin=None,
    )
    return await _with_water(center, now, here)


async def _with_water(center: Center, now: Now, here: Dong | None) -> Now:
    used: float | None = None
    origins: set[str | None] = set()
    newest: datetime | None = None
    meters = read_meters = 0
    async for area in center.hub.every("DistrictMeteredArea"):
        if here is not None and value(area, "district") != here.code:
            continue
        consumption, at = value(area, "consumption"), observed(area, "consumption")
        meters += value(area, "meterCount") or 0
        read_meters += value(area, "readsReceived") or 0
        if consumption is not None and at is not None:
            used = consumption + (used or 0.0)
            origins.add(value(area, "origin"))
            newest = at if newest is None else max(newest, at)
    return replace(
        now,
        water_m3h=used,
        water_at=None if newest is None else iso(newest),
        meters=meters,
        meters_read=read_meters,
        water_origin=_origin(origins),
    )


def _origin(origins: Iterable[str | None]) -> str | None:
    """Return `synthetic` as soon as one part of a figure is."""
    return "synthetic" if "synthetic" in set(origins) else None


async def read_deeds(hub: Hub, now: datetime) -> Deeds:
    """Return how many things were noticed and handled, by service; never which home."""
    since = iso(now - timedelta(days=DEEDS_DAYS))
    statuses: Counter[str] = Counter()
    origins: set[str | None] = set()
    async for alert in hub.every("Alert"):
        if (value(alert, "dateIssued") or "") >= since:
            statuses[value(alert, "status") or "open"] += 1
            origins.add(value(alert, "origin"))
    noticed = statuses.total()
    return Deeds(noticed, noticed - statuses["open"], statuses["open"], _origin(origins))
