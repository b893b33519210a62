"""The parking jobs: the forecast of each lot, every five minutes.

The memory of all lots, a quarter-hour grid of the last 90 days, is read once a day and then
kept fresh with what is new; it is the forecast's whole model (see `forecast`).
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.hub import Columns, Hub
from dalgu.hub.model import Document, Entity
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import EntityId
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.parking.forecast import (
    STEP_S,
    Array,
    bridge_short_gaps,
    horizons,
    outlook,
    quarter_hours,
)

MEMORY = timedelta(days=90)
REREAD_AFTER = timedelta(days=1)  # takes in what came late or was imported
OVERLAP = timedelta(hours=2)  # read again each time, for messages that were on their way
STALE_AFTER = timedelta(minutes=30)  # a forecast from an older count would only look like one
OFFSET_S = 9 * 3600  # Korea Standard Time; no summer time since 1988

LOTS: tuple[type[OffStreetParking | OnStreetParking], ...] = (OffStreetParking, OnStreetParking)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as its present state says it."""

    kind: type[OffStreetParking | OnStreetParking]
    id: EntityId
    capacity: int
    free: int
    observed_at: datetime


@dataclass(slots=True)
class _Memory:
    hub: Hub
    read_at: datetime
    first_slot: int
    ids: list[EntityId]
    grid: Array  # free spaces, (slots, lots)


class Forecaster:
    """Keeps the memory of the lots between runs; a restart only costs reading it again."""

    def __init__(self) -> None:
        self._memory: _Memory | None = None

    async def forecast_lots(self, hub: Hub, clock: Clock) -> None:
        """Write the forecast of each lot whose count is fresh."""
        now = clock.now()
        lots = [lot for lot in await read_lots(hub) if now - lot.observed_at <= STALE_AFTER]
        if not lots:
            return
        memory = await self._remember(hub, now, [lot.id for lot in lots])
        forecasts = await asyncio.to_thread(think, lots, memory.grid, memory.first_slot, now)
        await hub.upsert(forecasts)

    async def _remember(self, hub: Hub, now: datetime, ids: list[EntityId]) -> _Memory:
        memory = self._memory
        is_fresh = (
            memory is not None
            and memory.hub is hub
            and memory.ids == ids
            and timedelta(0) <= now - memory.read_at < REREAD_AFTER
        )
        if memory is None or not is_fresh:
            first = slot_of(now - MEMORY)
            grid = np.full((slot_of(now) - first + 1, len(ids)), np.nan)
            memory = _Memory(hub, now, first, ids, grid)
            await self._read(memory, now - MEMORY, now)
            self._memory = memory
            return memory
        missing = slot_of(now) - memory.first_slot + 1 - len(memory.grid)
        rows = np.full((max(missing, 0), len(ids)), np.nan)
        memory.grid = np.concatenate([memory.grid, rows])
        await self._read(memory, now - OVERLAP, now)
        return memory

    async def _read(self, memory: _Memory, since: datetime, now: datetime) -> None:
        for kind in LOTS:
            columns = await memory.hub.columns(kind.type, "availableSpotNumber", since, now)
            await asyncio.to_thread(lay_down, columns, memory.ids, memory.grid, memory.first_slot)


async def read_lots(hub: Hub) -> list[Lot]:
    """Read the lots that say their size and a count, by id."""
    lots = [lot_of(kind, doc) for kind in LOTS async for doc in hub.every(kind.type)]
    return sorted((lot for lot in lots if lot is not None), key=lambda lot: lot.id)


def lot_of(kind: type[OffStreetParking | OnStreetParking], document: Document) -> Lot | None:
    """Return the lot of a normalized document; None where it has no size or no dated count."""
    lot = kind.from_document(document)
    counted = document.get("availableSpotNumber", {}).get("observedAt")
    if not lot.total_spot_number or lot.available_spot_number is None or counted is None:
        return None
    return Lot(
        kind,
        lot.id,
        lot.total_spot_number,
        lot.available_spot_number,
        datetime.fromisoformat(counted),
    )


def lay_down(columns: Columns, ids: list[EntityId], grid: Array, first_slot: int) -> None:
    """Write counts onto the grid, shape (slots, lots) of `ids`, in place."""
    position = {lot: index for index, lot in enumerate(ids)}
    order = np.lexsort((columns.at_s, columns.entity))
    edges = np.searchsorted(columns.entity[order], np.arange(len(columns.ids) + 1))
    for index, lot in enumerate(columns.ids):
        if lot not in position:
            continue
        part = order[edges[index] : edges[index + 1]]
        known = quarter_hours(
            columns.at_s[part], columns.value[part], first_slot, len(grid), offset_s=OFFSET_S
        )
        np.copyto(grid[:, position[lot]], known, where=np.isfinite(known))


def think(lots: list[Lot], grid: Array, first_slot: int, now: datetime) -> list[Entity]:
    """Return each lot with its forecast, made at `now` from the memory and the present count."""
    capacity = np.array([lot.capacity for lot in lots], dtype=np.float64)
    memory = grid.copy()
    memory[-1] = [lot.free for lot in lots]
    seen = outlook(bridge_short_gaps(memory) / capacity, first_slot)
    return [
        lot.kind(
            id=lot.id,
            observed_at=now,
            forecast=horizons(seen, index, lot.capacity),
        )
        for index, lot in enumerate(lots)
    ]


def slot_of(at: datetime) -> int:
    """Return the number of the nearest quarter-hour since 1970 in local time.

    >>> slot_of(datetime.fromisoformat("1970-01-01T00:07:00+09:00"))
    0
    """
    return round((at.timestamp() + OFFSET_S) / STEP_S)
