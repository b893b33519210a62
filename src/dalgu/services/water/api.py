"""HTTP beyond NGSI-LD: the hours of one meter, which a plain register query cannot answer.

`GET /api/water/meters/{id}/hours?days=7` gives consumption by the hour with every doubt named.
The application holds hub and clock in its `state`.
"""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId
from dalgu.services.water.hourly import Doubt, Reads, hourly_consumption

MAX_DAYS = 92
DOUBTS = {Doubt.NONE: None, Doubt.GAP: "gap", Doubt.REVERSED: "reversed"}


class DaysInvalid(InvalidInput):
    """The asked number of days is not one that can be given."""

    slug = "water-days-invalid"
    title = "The number of days is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'days' is '{text[:20]}'; it must be a whole number from 1 to {MAX_DAYS}.",
            days=text[:20],
        )


async def meter_hours(hub: Hub, meter: EntityId, now: datetime, days: int) -> dict[str, JSON]:
    """Return one meter's consumption of each full hour, oldest first.

    Raises
    ------
    EntityNotExisting
        When the hub holds no such meter.
    """
    await hub.retrieve(meter)
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(days=days)
    margin = timedelta(hours=1)
    series = await hub.series(meter, "volume", start - margin, end + margin)
    reads = Reads(np.zeros(len(series.at_s), dtype=np.int64), series.at_s, series.value)
    hourly = hourly_consumption(reads, 1, start.timestamp(), days * 24)
    points = [
        {
            "at": iso(datetime.fromtimestamp(hourly.end_s(hour), UTC)),
            "value": None if np.isnan(used) else round(float(used), 3),
            "doubt": DOUBTS[Doubt(int(hourly.doubt[0, hour]))],
        }
        for hour, used in enumerate(hourly.consumption_m3[0])
    ]
    return {"meter": meter, "unit": "MTQ", "points": points}


async def get_meter_hours(request: Request) -> Response:
    """Answer `GET /api/water/meters/{meter}/hours`."""
    state = request.app.state
    meter = EntityId(request.path_params["meter"])
    hours = await meter_hours(state.hub, meter, state.clock.now(), _days(request))
    return Response(msgspec.json.encode(hours), media_type="application/json")


def _days(request: Request) -> int:
    text = request.query_params.get("days", "7")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= MAX_DAYS:
        raise DaysInvalid(text)
    return int(text[:4])


ROUTES = (
    Route(
        "/api/water/meters/{meter}/hours",
        get_meter_hours,
        methods=["GET"],
        name=Operation.ENTITY_READ,
    ),
)
