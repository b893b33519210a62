"""The nightly look at every district's inflow: leakage of the day, and what began or was mended."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.balance.districts import DistrictDays, read_days
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.leakage.inflow.assessment import Assessment, assess_inflow
from dalgu.services.water.leakage.inflow.events import Change
from dalgu.services.water.leakage.inflow.history import LEARNED, DemandPrior, InflowHistory

LOOKED_BACK_DAYS = 365
WRITTEN_DAYS = 7  # late reads change the last days
NEWS_DAYS = 14  # a start told longer ago is known to whoever will act on it
METERED_SHARE = 0.9  # of the hours: then the meters say what is expected, else the inflow itself
STEP_M3 = 0.05
KIND = "districtLeak"
STRONG_M3H = 3.0
OPEN_STATES = ("open", "acknowledged")
# Where every tap is metered by the hour, demand is known but for the meters' own errors.
METERED = DemandPrior(0.03, 0.02, 0.3, 0.0005, 0.99, day_sd=0.002, changes_a_year=6.0)


@dataclass(frozen=True, slots=True)
class Looked:
    """One district's assessment; its first day is day `first` of the days read."""

    area: EntityId
    first: int
    found: Assessment


async def assess_districts(hub: Hub, clock: Clock) -> None:
    """Write each district's leakage of the last days, and raise or close its alert."""
    now = clock.now()
    days = await read_days(hub, now, LOOKED_BACK_DAYS)
    looked = await asyncio.to_thread(lambda: list(looked_at(days)))
    held = {
        alert.alert_source: alert
        async for document in hub.every("Alert", q=f'subCategory=="{KIND}"')
        if (alert := Alert.from_document(document))
    }
    for one in looked:
        series = await hub.series(one.area, "leakage", days.start, now)
        before = dict(zip(series.at_s.tolist(), series.value.tolist(), strict=True))
        news = told(one, days, held.get(one.area), now)
        await hub.upsert([*leakages(one, days, before), *([] if news is None else [news])])


def looked_at(days: DistrictDays) -> Iterator[Looked]:
    """Yield the assessment of each district from the first day on that its inflow is known.

    What is expected is the metered use where nearly all hours of it are known, else it is
    learned from the inflow.
    """
    for row, area in enumerate(days.areas):
        known = np.isfinite(days.inflow_m3[row])
        first = int(np.argmax(known.any(axis=1)))
        inflow, metered = (
            days.inflow_m3[row : row + 1, first:],
            days.metered_m3[row : row + 1, first:],
        )
        is_metered = (np.isfinite(metered[0]) & known[first:]).sum() >= METERED_SHARE * known.sum()
        expected = np.where(metered > 0, metered, np.nan) if is_metered else None
        prior = METERED if is_metered else LEARNED
        yield Looked(area, first, assess_inflow(InflowHistory(inflow, expected, prior)))


def leakages(
    one: Looked, days: DistrictDays, before: Mapping[float, float]
) -> list[DistrictMeteredArea]:
    """Return the last days' leakage where it is known and other than what is held."""
    volume_m3d, error_m3d = one.found.leakage_m3d[0], one.found.leakage_sd_m3d[0]
    written = []
    for day in range(max(len(volume_m3d) - WRITTEN_DAYS, 0), len(volume_m3d)):
        end = days.end(one.first + day)
        volume = float(volume_m3d[day])
        if np.isfinite(volume) and abs(before.get(end.timestamp(), np.inf) - volume) > STEP_M3:
            written.append(
                DistrictMeteredArea(
                    id=one.area,
                    observed_at=end,
                    leakage=round(volume, 2),
                    leakage_error=round(float(error_m3d[day]), 2),
                )
            )
    return written


def told(one: Looked, days: DistrictDays, before: Alert | None, now: datetime) -> Alert | None:
    """Return the alert to write: raised, renewed with new figures, or closed."""
    start = newest_start(one.found)
    is_open = before is not None and before.status in OPEN_STATES
    if start is None:
        if not is_open or bool(one.found.is_leaking[0, -1]):
            return None
        return Alert(id=_alert_id(one.area), observed_at=now, status="closed", valid_to=iso(now))
    figures = _figures(days, one.first, start)
    if before is not None and before.data == figures:
        return None
    return _alert(one.area, figures, before if is_open else None, now)


def newest_start(found: Assessment) -> Change | None:
    """Return the newest start that was told lately and that no repair has followed."""
    last = found.leakage_m3d.shape[1] - 1
    start = max(found.starts, key=_told_on, default=None)
    repair = max(found.repairs, key=_told_on, default=None)
    if start is None or last - start.told_day > NEWS_DAYS:
        return None
    return None if repair is not None and repair.told_day > start.told_day else start


def _told_on(change: Change) -> int:
    return change.told_day


def _alert_id(area: EntityId) -> EntityId:
    return entity_id("Alert", "water", KIND, area.split(":", 3)[-1])


def _figures(days: DistrictDays, first: int, start: Change) -> dict[str, float | int | str]:
    began = days.start + timedelta(days=first + start.began_day)
    return {
        "began": iso(began),
        "sizeM3h": round(float(start.step_m3h), 2),
        "rule": start.kind.value,
    }


def _alert(
    area: EntityId,
    figures: Mapping[str, float | int | str],
    held: Alert | None,
    now: datetime,
) -> Alert:
    size = float(figures["sizeM3h"])
    return Alert(
        id=_alert_id(area),
        observed_at=now,
        name=Text("블록 누수 의심", "Suspected leak in a district"),
        description=Text(
            f"이 블록의 유입량이 사용량보다 시간당 {size} m³ 더 늘었습니다. "
            "배수관 누수가 의심됩니다. 누수 상황판에서 의심 관로를 확인하십시오.",
            f"The inflow of this district has risen by {size} m³ an hour beyond its use. A leak in "
            "the mains is suspected: see the leak desk for the likely pipes.",
        ),
        category="water",
        sub_category=KIND,
        severity="high" if size >= STRONG_M3H else "medium",
        alert_source=area,
        date_issued=iso(now) if held is None else held.date_issued,
        status="open" if held is None else held.status,
        data=dict(figures),
    )


JOBS = (
    Job(
        "water.inflow-leakage",
        Text("블록별 누수량", "Leakage of the districts"),
        daily("05:30"),
        assess_districts,
    ),
)
