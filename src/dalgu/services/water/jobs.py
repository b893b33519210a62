"""The water jobs: hourly district totals and daily suspicions. Each reads, thinks, writes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.balance import DistrictTotals, district_totals
from dalgu.services.water.continuous import continuous_flow
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.hourly import HOUR_S, Hourly, Reads, hourly_consumption
from dalgu.services.water.silence import no_use
from dalgu.services.water.suspicions import CATEGORY, alerts, suspect

HOUR = timedelta(hours=1)
OPEN_WINDOW = timedelta(hours=48)  # meters send a day's hours once a day, and may miss one
SETTLING_WINDOW = timedelta(days=31)
SUSPICION_WINDOW = timedelta(days=18)  # two weeks before a rest of three days, and a day
ENOUGH_RECEIVED = 0.9  # an hour of fewer reads waits for the rest until its window is over
STEP_M3 = 0.0005  # two totals nearer than half a litre are the same


@dataclass(frozen=True, slots=True)
class Meters:
    """The active meters in the order of their ids, and their hours.

    `area` is shape (meters,), positions into `areas`, -1 for a meter without a district.
    """

    meters: list[WaterMeter]
    areas: list[EntityId]
    area: NDArray[np.int64]
    hourly: Hourly


async def total_districts(hub: Hub, clock: Clock) -> None:
    """Write the district totals of the last two days, as far as the meters have spoken."""
    await _total(hub, clock, OPEN_WINDOW)


async def settle_districts(hub: Hub, clock: Clock) -> None:
    """Write the district totals of the last 31 days again, for what came late or was imported."""
    await _total(hub, clock, SETTLING_WINDOW)


async def assess_meters(hub: Hub, clock: Clock) -> None:
    """Raise and close the suspicions of continuous flow and of no use."""
    now = clock.now()
    meters = await read_meters(hub, now, SUSPICION_WINDOW)
    held = {alert.id: alert async for alert in _water_alerts(hub)}
    used_m3 = meters.hourly.consumption_m3
    findings = suspect(meters.meters, meters.hourly, continuous_flow(used_m3), no_use(used_m3))
    written = alerts(findings, held, now)
    if written:
        await hub.upsert(written)


async def read_meters(hub: Hub, now: datetime, window: timedelta) -> Meters:
    """Read the active meters and the full hours of a window that ends with the last full hour."""
    known = [WaterMeter.from_document(document) async for document in hub.every("WaterMeter")]
    active = sorted((m for m in known if m.is_active is not False), key=lambda meter: meter.id)
    end = now.replace(minute=0, second=0, microsecond=0)
    start, hours = end - window, window // HOUR
    ids = [meter.id for meter in active]
    reads = await _reads(hub, ids, start - HOUR, end + HOUR)
    area_of = [_area(meter) for meter in active]
    areas = sorted({area for area in area_of if area is not None})
    position = {area: index for index, area in enumerate(areas)}
    return Meters(
        meters=active,
        areas=areas,
        area=np.array([-1 if area is None else position[area] for area in area_of], dtype=np.int64),
        hourly=await asyncio.to_thread(
            hourly_consumption, reads, len(ids), start.timestamp(), hours
        ),
    )


def _area(meter: WaterMeter) -> EntityId | None:
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


async def _water_alerts(hub: Hub) -> AsyncIterator[Alert]:
    async for document in hub.every("Alert", q=f'category=="{CATEGORY}"'):
        yield Alert.from_document(document)


async def _total(hub: Hub, clock: Clock, window: timedelta) -> None:
    now = clock.now()
    meters = await read_meters(hub, now, window)
    held = await _held_totals(hub, meters, now)
    totals = district_totals(meters.hourly.consumption_m3, meters.area, len(meters.areas))
    written = changed_totals(meters, totals, held, now)
    if written:
        await hub.upsert(written)


async def _held_totals(
    hub: Hub, meters: Meters, now: datetime
) -> dict[tuple[EntityId, int], tuple[float, int]]:
    """Return what the hub holds of each area's hours, keyed by area and hour number."""
    since = datetime.fromtimestamp(meters.hourly.start_s, UTC)
    until = now + HOUR
    consumption = await hub.columns("DistrictMeteredArea", "consumption", since, until)
    received = await hub.columns("DistrictMeteredArea", "readsReceived", since, until)
    counts: dict[tuple[EntityId, float], int] = {}
    for index, at_s, value in zip(received.entity, received.at_s, received.value, strict=True):
        key = (received.ids[index], float(at_s))
        counts[key] = max(counts.get(key, 0), int(value))
    held: dict[tuple[EntityId, int], tuple[float, int]] = {}
    columns = zip(consumption.entity, consumption.at_s, consumption.value, strict=True)
    for index, at_s, value in columns:
        area = consumption.ids[index]
        hour = round((float(at_s) - meters.hourly.start_s) / HOUR_S) - 1
        # Late reads only add to an hour, so the highest of its values is the fullest.
        before = held.get((area, hour), (0.0, 0))[0]
        held[area, hour] = (max(before, float(value)), counts.get((area, float(at_s)), 0))
    return held


def changed_totals(
    meters: Meters,
    totals: DistrictTotals,
    held: dict[tuple[EntityId, int], tuple[float, int]],
    now: datetime,
) -> list[DistrictMeteredArea]:
    """Return the hours to write: ripe ones that the hub holds not, or with fewer reads.

    `held` is keyed by area and hour, and says its consumption in m³ and its reads.
    """
    ends = [
        datetime.fromtimestamp(meters.hourly.end_s(hour), UTC)
        for hour in range(meters.hourly.hours)
    ]
    is_over = np.array([now - end >= OPEN_WINDOW - HOUR for end in ends])
    enough = totals.received >= ENOUGH_RECEIVED * totals.meters[:, None]
    ripe = (totals.received > 0) & (enough | is_over)
    # An area takes over the dong of its meters, and that they are synthetic.
    first_of = [meters.meters[int(np.argmax(meters.area == r))] for r in range(len(meters.areas))]
    written = []
    for row, hour in np.argwhere(ripe).tolist():
        total_m3, received = (
            float(totals.consumption_m3[row, hour]),
            int(totals.received[row, hour]),
        )
        before_m3, before_received = held.get((meters.areas[row], hour), (-1.0, -1))
        if received > before_received or total_m3 > before_m3 + STEP_M3:
            written.append(
                DistrictMeteredArea(
                    id=meters.areas[row],
                    observed_at=ends[hour],
                    consumption=round(total_m3, 3),
                    meter_count=int(totals.meters[row]),
                    reads_received=received,
                    district=first_of[row].district,
                    origin=first_of[row].origin,
                )
            )
    return written
