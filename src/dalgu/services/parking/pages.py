"""What citizens and operators see of parking: free spaces now, their age, the next two hours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.parking.forecast import STEP_S, Array
from dalgu.services.parking.jobs import LOTS, OFFSET_S, STALE_AFTER, lay_down, slot_of
from dalgu.services.parking.words import METHODS, WORDS

DAY = timedelta(days=1)
FORECAST_GOOD_FOR = timedelta(minutes=15)  # three missed runs of the job
SHOWN_LOTS = 300


async def lots_page(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the parking pages, the public one and the center's."""
    now = clock.now()
    documents = [(kind, document) for kind in LOTS async for document in hub.every(kind.type)]
    grid, first_slot = await day_grid(hub, now, [EntityId(doc["id"]) for _, doc in documents])
    rows = [
        row_of(kind, document, curve_of(grid, index), now)
        for index, (kind, document) in enumerate(documents)
    ]
    rows.sort(key=_freshest_and_freest)
    return {
        "words": WORDS,
        "now": now,
        "lots": rows[:SHOWN_LOTS],
        "not_shown": max(0, len(rows) - SHOWN_LOTS),
        "free": sum(row["free"] for row in rows if row["free"] is not None and not row["is_stale"]),
        "informed": sum(not row["is_stale"] for row in rows),
        "of_lots": len(rows),
        "line": city_curve(grid, first_slot),
    }


async def day_grid(hub: Hub, now: datetime, ids: list[EntityId]) -> tuple[Array, int]:
    """Read the free spaces of the last day by the quarter-hour, shape (slots, lots)."""
    first_slot = slot_of(now - DAY)
    grid = np.full((slot_of(now) - first_slot + 1, len(ids)), np.nan)
    for kind in LOTS:
        columns = await hub.columns(kind.type, "availableSpotNumber", now - DAY, now)
        lay_down(columns, ids, grid, first_slot)
    return grid, first_slot


def row_of(
    kind: type[OffStreetParking | OnStreetParking],
    document: Document,
    curve: list[int | None],
    now: datetime,
) -> dict[str, JSON]:
    """Return one lot as the pages show it."""
    lot = kind.from_document(document)
    counted_at = _observed(document, "availableSpotNumber")
    forecast_at = _observed(document, "forecast")
    is_good = forecast_at is not None and now - forecast_at <= FORECAST_GOOD_FOR
    forecast = lot.forecast if is_good and isinstance(lot.forecast, list) else []
    local = lot.id.split(":", 3)[-1]
    return {
        "href": f"/center/entities/{lot.id}",
        "name": lot.name or Text(local, local),
        "kind": WORDS["off_street" if kind is OffStreetParking else "on_street"],
        "free": lot.available_spot_number,
        "total": lot.total_spot_number,
        "at": None if counted_at is None else iso(counted_at),
        "is_stale": counted_at is None or now - counted_at > STALE_AFTER,
        "price": lot.price,
        "operator": lot.operator,
        "is_public": lot.is_public,
        "origin": lot.origin,
        "forecast": forecast,
        "method": METHODS.get(str(forecast[0].get("method"))) if forecast else None,
        "curve": curve,
    }


def curve_of(grid: Array, lot: int) -> list[int | None]:
    """Return a lot's free spaces through the last day, None where unknown."""
    return [None if np.isnan(value) else int(value) for value in grid[:, lot]]


def city_curve(grid: Array, first_slot: int) -> dict[str, JSON]:
    """Return the free spaces of all lots that told theirs all day, as one line of a chart."""
    # A lot that comes and goes would draw steps that no driver made.
    steady = np.isfinite(grid).mean(axis=0) >= 0.9 if grid.size else np.zeros(0, dtype=np.bool_)
    kept = grid[:, steady]
    known = np.isfinite(kept).all(axis=1) & (kept.shape[1] > 0)
    points = [
        {
            "at": iso(datetime.fromtimestamp((first_slot + row) * STEP_S - OFFSET_S, UTC)),
            "value": int(kept[row].sum()) if known[row] else None,
        }
        for row in range(len(grid))
    ]
    return {"name": WORDS["free"], "unit": "", "points": points, "lots": int(steady.sum())}


def _observed(document: Document, attribute: str) -> datetime | None:
    at = document.get(attribute, {}).get("observedAt")
    return None if at is None else datetime.fromisoformat(at)


def _freshest_and_freest(row: Mapping[str, JSON]) -> tuple[bool, int, str]:
    return bool(row["is_stale"]), -int(row["free"] or 0), row["name"].ko
