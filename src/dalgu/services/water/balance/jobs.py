"""The jobs of the district totals: read the meters' hours, add them up, write what changed."""

from datetime import UTC, datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily, every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.balance.districts import (
    balance_districts,
    settle_inflow,
    write_inflow,
)
from dalgu.services.water.balance.totals import DistrictTotals, district_totals
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.metered import HOUR, Meters, read_meters

OPEN_WINDOW = timedelta(hours=48)  # meters send a day's hours once a day, and may miss one
SETTLING_WINDOW = timedelta(days=31)
ENOUGH_RECEIVED = 0.9  # an hour of fewer reads waits for the rest until its window is over
STEP_M3 = 0.0005  # two totals nearer than half a litre are the same


async def total_districts(hub: Hub, clock: Clock) -> None:
    """Write the district totals of the last two days, as far as the meters have spoken."""
    await _total(hub, clock, OPEN_WINDOW)


async def settle_districts(hub: Hub, clock: Clock) -> None:
    """Write the district totals of the last 31 days again, for what came late or was imported."""
    await _total(hub, clock, SETTLING_WINDOW)


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


JOBS = (
    Job(
        "water.district-totals",
        Text("블록별 시간 합계", "Hourly district totals"),
        every(hours=1),
        total_districts,
    ),
    Job(
        "water.settle-totals",
        Text("지난 31일 합계 정리", "District totals of the last 31 days, settled"),
        daily("04:10"),
        settle_districts,
    ),
    Job(
        "water.inflow",
        Text("블록별 유입량", "Inflow of the districts"),
        every(hours=1),
        write_inflow,
    ),
    Job(
        "water.settle-inflow",
        Text("지난 31일 유입량 정리", "Inflow of the last 31 days, settled"),
        daily("04:20"),
        settle_inflow,
    ),
    Job(
        "water.district-balance",
        Text("블록별 수지", "Balance of the districts"),
        daily("05:20"),
        balance_districts,
    ),
)
