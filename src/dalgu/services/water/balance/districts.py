"""The balance of each district and day: night flow, losses, revenue water. Reads and writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Columns, Hub
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.ids import EntityId
from dalgu.services.water.balance.inflow import Inlets, net_inflow
from dalgu.services.water.balance.night_flow import DAY_H, night_flow
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.metered import Meters, read_inlets

Array = NDArray[np.float64]

INFLOW_WINDOW = timedelta(hours=48)
SETTLING_WINDOW = timedelta(days=31)
BALANCED_DAYS = 31  # looked at again each night: reads come late
STEP_M3 = 0.0005


@dataclass(frozen=True, slots=True)
class DistrictDays:
    """Hours of areas by local day: inflow and metered use, shape (areas, days, 24), NaN unknown."""

    areas: list[EntityId]
    start: datetime
    inflow_m3: Array
    metered_m3: Array

    def end(self, day: int) -> datetime:
        """Return the end of a day."""
        return self.start + timedelta(days=day + 1)


async def write_inflow(hub: Hub, clock: Clock) -> None:
    """Write the net inflow of the last two days' hours, where all of an area's inlets are known."""
    await _write(hub, clock, INFLOW_WINDOW)


async def settle_inflow(hub: Hub, clock: Clock) -> None:
    """Write the net inflow of the last 31 days again, for what came late or was imported."""
    await _write(hub, clock, SETTLING_WINDOW)


async def _write(hub: Hub, clock: Clock, window: timedelta) -> None:
    meters = await read_inlets(hub, clock.now(), window)
    areas = sorted({a for m in meters.meters for a in (m.inlet_of, m.outlet_of) if a is not None})
    if not areas:
        return
    inflow = net_inflow(meters.hourly.consumption_m3, _inlets(meters, areas))
    since = datetime.fromtimestamp(meters.hourly.start_s, UTC)
    held = await hub.columns("DistrictMeteredArea", "inflow", since, clock.now())
    await hub.upsert(_changed(meters, areas, inflow, _values(held)))


async def balance_districts(hub: Hub, clock: Clock) -> None:
    """Write night flow, losses and revenue water ratio of the last days, as far as known."""
    days = await read_days(hub, clock.now(), BALANCED_DAYS)
    written = [one for row, area in enumerate(days.areas) for one in _balanced(area, days, row)]
    held = {
        name: _values(await hub.columns("DistrictMeteredArea", name, days.start, clock.now()))
        for name in ("minimumNightFlow", "losses")
    }
    await hub.upsert(one for one in written if _is_new(one, held))


async def read_days(hub: Hub, now: datetime, days: int) -> DistrictDays:
    """Read inflow and metered use of the last full local days of every area with an inflow."""
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    start = (today - timedelta(days=days)).astimezone(UTC)
    margin = timedelta(seconds=1)
    until = today.astimezone(UTC) + margin
    inflow = await hub.columns("DistrictMeteredArea", "inflow", start + margin, until)
    metered = await hub.columns("DistrictMeteredArea", "consumption", start + margin, until)
    areas = sorted(set(inflow.ids))
    shape = (len(areas), days, DAY_H)
    return DistrictDays(
        areas,
        start,
        _by_hour(inflow, areas, start, days).reshape(shape),
        _by_hour(metered, areas, start, days).reshape(shape),
    )


def _inlets(meters: Meters, areas: list[EntityId]) -> Inlets:
    position = {area: index for index, area in enumerate(areas)}

    def places(links: Iterable[EntityId | None]) -> NDArray[np.int64]:
        return np.array([-1 if one is None else position[one] for one in links], dtype=np.int64)

    return Inlets(
        places(meter.inlet_of for meter in meters.meters),
        places(meter.outlet_of for meter in meters.meters),
        len(areas),
    )


def _changed(
    meters: Meters, areas: list[EntityId], inflow: Array, held: dict[tuple[EntityId, float], float]
) -> list[DistrictMeteredArea]:
    written = []
    for row, hour in np.argwhere(np.isfinite(inflow)).tolist():
        end_s, inflow_m3 = meters.hourly.end_s(hour), round(float(inflow[row, hour]), 3)
        if abs(held.get((areas[row], end_s), np.inf) - inflow_m3) > STEP_M3:
            at = datetime.fromtimestamp(end_s, UTC)
            written.append(DistrictMeteredArea(id=areas[row], observed_at=at, inflow=inflow_m3))
    return written


def _balanced(area: EntityId, days: DistrictDays, row: int) -> list[DistrictMeteredArea]:
    inflow, metered = days.inflow_m3[row], days.metered_m3[row]
    night = night_flow(inflow, metered)
    found = []
    for day in range(len(inflow)):
        entered, used = float(np.sum(inflow[day])), float(np.sum(metered[day]))
        is_known = np.isfinite(entered) and np.isfinite(used) and entered > 0
        least = float(night.minimum_m3h[day])
        if is_known or np.isfinite(least):
            found.append(
                DistrictMeteredArea(
                    id=area,
                    observed_at=days.end(day),
                    minimum_night_flow=round(least, 3) if np.isfinite(least) else None,
                    losses=round(entered - used, 3) if is_known else None,
                    revenue_water_ratio=round(used / entered, 4) if is_known else None,
                )
            )
    return found


def _is_new(one: DistrictMeteredArea, held: dict[str, dict[tuple[EntityId, float], float]]) -> bool:
    at_s = 0.0 if one.observed_at is None else one.observed_at.timestamp()
    figures = {"minimumNightFlow": one.minimum_night_flow, "losses": one.losses}
    return any(
        value is not None and abs(held[name].get((one.id, at_s), np.inf) - value) > STEP_M3
        for name, value in figures.items()
    )


def _values(columns: Columns) -> dict[tuple[EntityId, float], float]:
    """Return values by entity and instant; of several the newest."""
    rows = zip(columns.entity.tolist(), columns.at_s.tolist(), columns.value.tolist(), strict=True)
    return {(columns.ids[entity], at_s): value for entity, at_s, value in rows}


def _by_hour(columns: Columns, areas: list[EntityId], start: datetime, days: int) -> Array:
    """Return values by the hour that ends with them, shape (areas, hours), NaN where none is."""
    hours = np.full((len(areas), days * DAY_H), np.nan)
    position = {area: index for index, area in enumerate(areas)}
    for (area, at_s), value in _values(columns).items():
        hour = round((at_s - start.timestamp()) / HOUR_S) - 1
        if area in position and 0 <= hour < hours.shape[1]:
            row = position[area]
            # An hour that late reads filled again is fuller: the highest value counts.
            hours[row, hour] = np.nanmax([hours[row, hour], value])
    return hours
