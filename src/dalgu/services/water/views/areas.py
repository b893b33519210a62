"""The districts as rows: the newest hour, the newest known day, an indication of leakage."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.water.balance.districts import DistrictDays, read_days
from dalgu.services.water.balance.infrastructure import Infrastructure, leakage_index
from dalgu.services.water.balance.water_balance import Supplied, water_balance
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.views.finding import district_href, name_of

SHOWN_AREAS = 200
LOOKED_AT_DAYS = 3  # meters tell of a day on the day after
PER_CENT = 100


@dataclass(slots=True)
class AreaRows:
    """Rows of the districts' table, and the sums of those with a day that is wholly known."""

    rows: list[dict[str, JSON]] = field(default_factory=list)
    names: dict[EntityId, Text] = field(default_factory=dict)
    balanced: int = 0
    losses_m3: float | None = None
    ratio: float | None = None


async def read_area_rows(hub: Hub, now: datetime) -> AreaRows:
    """Read the districts, each with the newest day that is wholly known."""
    page = await hub.query(Query(types=(DistrictMeteredArea.type,), limit=SHOWN_AREAS))
    newest = known_days(await read_days(hub, now, LOOKED_AT_DAYS))
    found = AreaRows()
    for document in page.entities:
        area = DistrictMeteredArea.from_document(document)
        found.names[area.id] = name_of(document)
        found.rows.append(_row(area, found.names[area.id], newest.get(area.id)))
    entered = sum(inflow for inflow, _ in newest.values())
    if entered > 0:
        found.balanced = len(newest)
        used = sum(metered for _, metered in newest.values())
        found.losses_m3, found.ratio = entered - used, used / entered
    return found


def known_days(days: DistrictDays) -> dict[EntityId, tuple[float, float]]:
    """Return inflow and metered use, m³, of each area's newest day of which every hour is known."""
    inflow, metered = days.inflow_m3.sum(axis=-1), days.metered_m3.sum(axis=-1)
    known = np.isfinite(inflow) & np.isfinite(metered) & (inflow > 0)
    found = {}
    for row, day in np.argwhere(known).tolist():  # oldest first: the newest stays
        found[days.areas[row]] = float(inflow[row, day]), float(metered[row, day])
    return found


def built_of(area: DistrictMeteredArea, mains_m: float | None = None) -> Infrastructure | None:
    """Return what a district is built of, `None` where a part is not known.

    `mains_m` is the length of the loaded network, for a district that names none.
    """
    mains = area.mains_length if area.mains_length is not None else mains_m
    if mains is None or area.connections is None or area.mean_pressure is None:
        return None
    return Infrastructure(mains, area.connections, area.mean_pressure)


def _row(
    area: DistrictMeteredArea, name: Text, newest: tuple[float, float] | None
) -> dict[str, JSON]:
    row: dict[str, JSON] = {
        "href": district_href(area.id),
        "name": name,
        "at": None if area.observed_at is None else iso(area.observed_at),
        "inflow": _short(area.inflow),
        "consumption": _short(area.consumption),
        "night": _short(area.minimum_night_flow),
        "losses": None,
        "ratio_pct": None,
        "ili": None,
        "reads": area.reads_received,
        "meters": area.meter_count,
        "origin": area.origin,
    }
    return row | (_balance(area, *newest) if newest is not None else {})


def _balance(area: DistrictMeteredArea, inflow: float, metered: float) -> dict[str, JSON]:
    real_m3d = water_balance(Supplied(inflow, metered)).real_losses.m3
    index = leakage_index(real_m3d, built_of(area)).index
    return {
        "losses": round(inflow - metered, 1),
        "ratio_pct": round(PER_CENT * metered / inflow, 1),
        "ili": None if index is None else round(index, 1),
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
