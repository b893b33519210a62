"""The hours of every district by local day, as the forecast reads them from the hub."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Columns, Hub, Query
from dalgu.kernel.clock import local
from dalgu.kernel.ids import EntityId
from dalgu.services.water.forecast.days import HORIZON_DAYS, HOURS, Days, is_school_vacation, kinds
from dalgu.services.water.forecast.demand import READ_DAYS
from dalgu.services.water.forecast.entities import DemandForecast, forecast_id

Array = NDArray[np.float64]

HOUR_S = 3600
AREA = "DistrictMeteredArea"
INFLOW, CONSUMPTION = "inflow", "consumption"


@dataclass(frozen=True, slots=True)
class DistrictHistory:
    """One district's hours in m³, shape (days, 24), NaN unknown, and which attribute they are."""

    attribute: str
    flow_m3: Array


@dataclass(frozen=True, slots=True)
class Histories:
    """The districts' days up to the last local midnight, `end`; `days` reaches a week beyond."""

    end: datetime
    days: Days
    districts: dict[EntityId, DistrictHistory]


async def read_histories(hub: Hub, now: datetime) -> Histories:
    """Read the inflow of each district; where none is metered, what its meters used."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=READ_DAYS)
    districts: dict[EntityId, DistrictHistory] = {}
    for attribute in (CONSUMPTION, INFLOW):
        margin = timedelta(seconds=1)  # an hour is observed at its end, the last one at midnight
        columns = await hub.columns(AREA, attribute, first + margin, midnight + margin)
        for area, flow_m3 in _by_day(columns, first.timestamp()).items():
            districts[area] = DistrictHistory(attribute, flow_m3)
    dates = [first.date() + timedelta(days=day) for day in range(READ_DAYS + HORIZON_DAYS)]
    is_vacation = np.array([is_school_vacation(day) for day in dates])
    return Histories(
        midnight.astimezone(UTC), Days(kinds(dates), is_vacation=is_vacation), districts
    )


async def read_forecast(hub: Hub, area: EntityId) -> DemandForecast | None:
    """Return the newest forecast of a district, `None` where none was ever made."""
    page = await hub.query(Query(types=("DemandForecast",), ids=(forecast_id(area),), limit=1))
    return DemandForecast.from_document(page.entities[0]) if page.entities else None


def _by_day(columns: Columns, start_s: float) -> dict[EntityId, Array]:
    """Return each area's hours; of several values of an hour the greatest: late reads only add."""
    table = np.full((len(columns.ids), READ_DAYS * HOURS), -np.inf)
    hour = np.rint((columns.at_s - start_s) / HOUR_S).astype(np.int64) - 1
    is_value = np.isfinite(columns.value) & (hour >= 0) & (hour < table.shape[1])
    np.maximum.at(table, (columns.entity[is_value], hour[is_value]), columns.value[is_value])
    table[np.isinf(table)] = np.nan
    return {
        area: table[row].reshape(READ_DAYS, HOURS)
        for row, area in enumerate(columns.ids)
        if np.isfinite(table[row]).any()
    }
