"""What the center shows of water: district hours, suspicions, who has been read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dalgu.hub.hub import Columns, Hub, Query
from dalgu.hub.model import JSON, Document
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.kernel.units import unit
from dalgu.service import Asked
from dalgu.services.water.entities import DistrictMeteredArea
from dalgu.services.water.flags.alerts import CATEGORY
from dalgu.services.water.words import SEVERITIES, WORDS

DAY = timedelta(days=1)
CHART_WINDOW = timedelta(days=7)
LARGEST_AREAS = 3  # lines beside the sum; more are not told apart
SHOWN_AREAS = 200
SHOWN_SUSPICIONS = 200
SHOWN_SILENT = 50

AreaHours = dict[EntityId, dict[float, float]]


async def overview(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the water page."""
    now = clock.now()
    columns = await hub.columns("DistrictMeteredArea", "consumption", now - CHART_WINDOW, now)
    areas = await hub.query(Query(types=("DistrictMeteredArea",), limit=SHOWN_AREAS))
    hours = area_hours(columns)
    names = {EntityId(area["id"]): name_of(area) for area in areas.entities}
    return {
        "words": WORDS,
        "now": now,
        "meters": await reading(hub, now),
        "lines": lines(hours, names),
        "areas": [_newest(area) for area in areas.entities],
        "suspicions": await suspicions(hub),
        "silent": await silent(hub, now),
    }


async def reading(hub: Hub, now: datetime) -> dict[str, int]:
    """Return how many active meters there are, were read in the last day, are silent, or new."""
    active = await hub.count("WaterMeter", q="isActive==true")
    read = await hub.count("WaterMeter", q=_active_and(f"volume.observedAt>={iso(now - DAY)}"))
    silent_count = await hub.count(
        "WaterMeter", q=_active_and(f"volume.observedAt<{_day_ago(now)}")
    )
    return {
        "active": active,
        "read": read,
        "silent": silent_count,
        "never": max(active - read - silent_count, 0),
    }


async def suspicions(hub: Hub) -> list[dict[str, JSON]]:
    """Return the suspicions that are not closed, newest first."""
    query = Query(
        types=("Alert",),
        q=f'category=="{CATEGORY}";status!="closed"',
        limit=SHOWN_SUSPICIONS,
    )
    page = await hub.query(query)
    rows = [_suspicion(Alert.from_document(document)) for document in page.entities]
    return sorted(rows, key=lambda row: str(row["issued"]), reverse=True)


async def silent(hub: Hub, now: datetime) -> list[dict[str, JSON]]:
    """Return active meters without a read in the last day, the longest silent first."""
    query = Query(
        types=("WaterMeter",),
        q=_active_and(f"volume.observedAt<{_day_ago(now)}"),
        limit=SHOWN_SILENT,
    )
    page = await hub.query(query)
    rows = [
        {
            "href": f"/center/entities/{meter['id']}",
            "name": name_of(meter),
            "read_at": meter["volume"]["observedAt"],
        }
        for meter in page.entities
    ]
    return sorted(rows, key=lambda row: str(row["read_at"]))


def area_hours(columns: Columns) -> AreaHours:
    """Return each area's hours, m³ by the hour's end; of several values the fullest."""
    hours: AreaHours = {area: {} for area in columns.ids}
    for index, at_s, value in zip(columns.entity, columns.at_s, columns.value, strict=True):
        of_area = hours[columns.ids[index]]
        of_area[float(at_s)] = max(of_area.get(float(at_s), 0.0), float(value))
    return hours


def lines(hours: AreaHours, names: Mapping[EntityId, Text]) -> list[dict[str, JSON]]:
    """Return the chart: the sum of all areas where all are known, and the largest areas."""
    at = sorted({at_s for of_area in hours.values() for at_s in of_area})
    if not at:
        return []
    sums = [
        sum(of_area[at_s] for of_area in hours.values())
        if all(at_s in of_area for of_area in hours.values())
        else None
        for at_s in at
    ]
    largest = sorted(hours, key=lambda area: -sum(hours[area].values()))[:LARGEST_AREAS]
    drawn = [_line(WORDS["all"], at, sums)]
    if len(hours) > 1:
        drawn += [
            _line(names.get(area, Text(area, area)), at, [hours[area].get(at_s) for at_s in at])
            for area in largest
        ]
    return drawn


def name_of(document: Document) -> Text:
    """Return an entity's name, or the end of its id where it has none."""
    words = document.get("name", {}).get("languageMap", {})
    local = document["id"].split(":", 3)[-1]
    return Text(words.get("ko", local), words.get("en", local))


def _active_and(term: str) -> str:
    return f"isActive==true;{term}"


def _day_ago(now: datetime) -> str:
    return iso(now - DAY)


def _line(name: Text, at: list[float], values: list[float | None]) -> dict[str, JSON]:
    points = [
        {"at": iso(datetime.fromtimestamp(at_s, UTC)), "value": value}
        for at_s, value in zip(at, values, strict=True)
    ]
    return {"name": name, "unit": unit("MTQ").symbol, "points": points}


def _newest(document: Document) -> dict[str, JSON]:
    area = DistrictMeteredArea.from_document(document)
    return {
        "href": f"/center/entities/{area.id}",
        "name": name_of(document),
        "at": None if area.observed_at is None else iso(area.observed_at),
        "consumption": area.consumption,
        "reads": area.reads_received,
        "meters": area.meter_count,
        "origin": area.origin,
    }


def _suspicion(alert: Alert) -> dict[str, JSON]:
    return {
        "href": f"/center/entities/{alert.alert_source}",
        "meter": str(alert.alert_source).split(":", 3)[-1],
        "name": alert.name,
        "description": alert.description,
        "severity": SEVERITIES.get(alert.severity or "", Text("", "")),
        "status": alert.status,
        "issued": alert.date_issued,
        "origin": alert.origin,
        "figures": alert.data,
    }
