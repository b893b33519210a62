"""The meters and their hours, as the rules on hours read them from the hub."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.hourly import Hourly, Reads, hourly_consumption

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Meters:
    """The active meters in the order of their ids, their hours and the reads behind them.

    `area` is shape (meters,), positions into `areas`, -1 for a meter without a district.
    """

    meters: list[WaterMeter]
    areas: list[EntityId]
    area: NDArray[np.int64]
    hourly: Hourly
    reads: Reads


async def read_meters(hub: Hub, now: datetime, window: timedelta) -> Meters:
    """Read customers' active meters and the full hours of a window up to the last full hour."""
    return await _read(hub, now, window, lambda meter: not is_inlet(meter))


async def read_inlets(hub: Hub, now: datetime, window: timedelta) -> Meters:
    """Read the active meters between areas, as `read_meters` does those of customers."""
    return await _read(hub, now, window, is_inlet)


def is_inlet(meter: WaterMeter) -> bool:
    """Tell whether a meter stands where water enters or leaves an area, not at a customer's."""
    return meter.inlet_of is not None or meter.outlet_of is not None


async def _read(
    hub: Hub, now: datetime, window: timedelta, wanted: Callable[[WaterMeter], bool]
) -> Meters:
    known = [WaterMeter.from_document(document) async for document in hub.every("WaterMeter")]
    active = sorted(
        (m for m in known if m.is_active is not False and wanted(m)), key=lambda meter: meter.id
    )
    end = now.replace(minute=0, second=0, microsecond=0)
    start, hours = end - window, window // HOUR
    ids = [meter.id for meter in active]
    reads = await _reads(hub, ids, start - HOUR, end + HOUR)
    home = [area_of(meter) for meter in active]
    areas = sorted({area for area in home if area is not None})
    position = {area: index for index, area in enumerate(areas)}
    return Meters(
        meters=active,
        areas=areas,
        area=np.array([-1 if area is None else position[area] for area in home], dtype=np.int64),
        hourly=await asyncio.to_thread(
            hourly_consumption, reads, len(ids), start.timestamp(), hours
        ),
        reads=reads,
    )


def area_of(meter: WaterMeter) -> EntityId | None:
    """Return a meter's district metered area; where none is registered, its dong is one."""
    if meter.dma is not None or meter.district is None:
        return meter.dma
    return entity_id("DistrictMeteredArea", meter.district)


async def _reads(hub: Hub, ids: list[EntityId], since: datetime, until: datetime) -> Reads:
    columns = await hub.columns("WaterMeter", "volume", since, until)
    position = {meter: index for index, meter in enumerate(ids)}
    wanted = np.array([position.get(meter, -1) for meter in columns.ids], dtype=np.int64)
    meter = wanted[columns.entity] if len(columns.ids) else columns.entity
    kept = meter >= 0
    order = np.lexsort((columns.at_s[kept], meter[kept]))
    return Reads(meter[kept][order], columns.at_s[kept][order], columns.value[kept][order])
