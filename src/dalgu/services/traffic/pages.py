"""What the center shows of traffic: the busiest intersections and the day's curve."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.flow import HOUR_S, HourlyFlow, busiest, hourly_flow
from dalgu.services.traffic.words import WORDS

HOURS = 24
SHOWN = 20


async def overview(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the traffic page."""
    now = clock.now()
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(hours=HOURS)
    columns = await hub.columns(
        "TrafficFlowObserved", "vehicleCount", start, end + timedelta(seconds=1)
    )
    flow = hourly_flow(
        columns.entity, columns.at_s, columns.value, start_s=start.timestamp(), hours=HOURS
    )
    rows = [
        await _intersection(hub, columns.ids[row], int(flow.vehicles[row].sum()))
        for row in busiest(flow, most=SHOWN)
    ]
    hour_ago = iso(now - timedelta(hours=1))
    return {
        "words": WORDS,
        "now": now,
        "intersections": await hub.count("TrafficFlowObserved"),
        "heard": await hub.count("TrafficFlowObserved", q=f"vehicleCount.observedAt>={hour_ago}"),
        "busiest": [row for row in rows if row is not None],
        "line": curve(flow, start),
    }


def curve(flow: HourlyFlow, start: datetime) -> dict[str, JSON]:
    """Return the vehicles of all intersections by the hour; None where nobody was heard."""
    heard = flow.heard.sum(axis=0)
    vehicles = flow.vehicles.sum(axis=0)
    points = [
        {
            "at": iso(datetime.fromtimestamp(start.timestamp() + (hour + 1) * HOUR_S, UTC)),
            "value": int(vehicles[hour]) if heard[hour] else None,
        }
        for hour in range(len(heard))
    ]
    return {"name": WORDS["all"], "unit": "", "points": points, "heard": bool(np.any(heard))}


async def _intersection(hub: Hub, entity: EntityId, vehicles: int) -> dict[str, JSON] | None:
    try:
        document = await hub.retrieve(entity)
    except EntityNotExisting:
        return None  # its history outlives it
    flow = TrafficFlowObserved.from_document(document)
    local = entity.split(":", 3)[-1]
    return {
        "href": f"/center/entities/{entity}",
        "name": flow.name or Text(local, local),
        "vehicles": vehicles,
        "intensity": flow.intensity,
        "speed": flow.average_speed,
        "at": None if flow.observed_at is None else iso(flow.observed_at),
        "origin": flow.origin,
    }
