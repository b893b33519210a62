"""The overview of the city's water: who is read, where water is lost, what is suspected."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dalgu.hub.hub import Columns, Hub, Query
from dalgu.hub.model import JSON
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.kernel.units import unit
from dalgu.service import Asked
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.flags.alerts import CATEGORY
from dalgu.services.water.flags.flag import Kind
from dalgu.services.water.flags.words import NAMES
from dalgu.services.water.leakage.drawing import Drawing, draw
from dalgu.services.water.leakage.loading import drawn_network, loaded
from dalgu.services.water.leakage.pages import LOAD_COMMAND, open_cases
from dalgu.services.water.views.areas import read_area_rows
from dalgu.services.water.views.finding import (
    ACTIVE,
    local_of,
    meter_href,
    name_of,
)
from dalgu.services.water.words import CAUSES, SEVERITIES, WORDS

DAY = timedelta(days=1)
CHART_WINDOW = timedelta(days=7)
LARGEST_AREAS = 3  # lines beside the sum; more are not told apart
SHOWN_OF_KIND = 8
LEVELS = tuple(SEVERITIES)  # calmest first
SHOWN_SILENT = 50
PER_CENT = 100

AreaHours = dict[EntityId, dict[float, float]]


async def overview(hub: Hub, clock: Clock, _asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the water page."""
    now = clock.now()
    columns = await hub.columns("DistrictMeteredArea", "consumption", now - CHART_WINDOW, now)
    areas = await read_area_rows(hub, now)
    cases = await open_cases(hub)
    kinds = await suspicions(hub)
    return {
        "words": WORDS,
        "now": now,
        "meters": await reading(hub, now),
        "lines": lines(area_hours(columns), areas.names),
        "areas": areas.rows,
        "balance": {
            "areas": areas.balanced,
            "losses_m3": None if areas.losses_m3 is None else round(areas.losses_m3, 1),
            "ratio_pct": None if areas.ratio is None else round(PER_CENT * areas.ratio, 1),
        },
        "kinds": kinds,
        "suspected": sum(int(kind["count"]) for kind in kinds),
        "unread": await unread(hub),
        "silent": await silent(hub, now),
        "bills": await _bills(hub, now),
        "sketch": await _sketch(hub),
        "load_command": LOAD_COMMAND,
        "cases": len(cases),
    }


async def reading(hub: Hub, now: datetime) -> dict[str, JSON]:
    """Return how many active meters there are, were read in the last day, are silent, or new."""
    since = iso(now - DAY)
    active = await hub.count("WaterMeter", q=ACTIVE)
    read = await hub.count("WaterMeter", q=f"{ACTIVE};volume.observedAt>={since}")
    quiet = await hub.count("WaterMeter", q=f"{ACTIVE};volume.observedAt<{since}")
    return {
        "active": active,
        "read": read,
        "read_pct": round(PER_CENT * read / active, 1) if active else None,
        "silent": quiet,
        "never": max(active - read - quiet, 0),
    }


async def suspicions(hub: Hub) -> list[dict[str, JSON]]:
    """Return each kind of what is suspected now: how often, and the newest of it."""
    found: list[dict[str, JSON]] = []
    for kind in Kind:
        if kind is Kind.CARE_NO_USE:  # whose home that is, the care team alone is told
            continue
        q = f'category=="{CATEGORY}";subCategory=="{kind.value}";status!="closed"'
        page = await hub.query(Query(types=("Alert",), q=q, limit=200, count=True))
        alerts = [Alert.from_document(document) for document in page.entities]
        alerts.sort(key=lambda alert: alert.date_issued or "", reverse=True)
        if alerts:
            count = page.total or len(alerts)
            found.append(_kind(NAMES[kind], alerts[:SHOWN_OF_KIND], count))
    return sorted(found, key=lambda one: (-LEVELS.index(str(one["level"])), -int(one["count"])))


async def unread(hub: Hub) -> list[dict[str, JSON]]:
    """Return the causes of missing reads, each with how many meters or gateways it is told of."""
    counts = dict.fromkeys(CAUSES, 0)
    q = f'subCategory=="{Kind.MISSING_READS.value}";status!="closed"'
    async for document in hub.every("Alert", q=q):
        cause = str((Alert.from_document(document).data or {}).get("cause", "unknown"))
        counts[cause if cause in counts else "unknown"] += 1
    q = f'subCategory=="{Kind.GATEWAY_SILENT.value}";status!="closed"'
    counts["gateway"] += await hub.count("Alert", q=q)
    most = max(counts.values())
    return [
        {"name": CAUSES[cause], "count": count, "share": count / most}
        for cause, count in counts.items()
        if count
    ]


async def silent(hub: Hub, now: datetime) -> list[dict[str, JSON]]:
    """Return active meters without a read in the last day, the longest silent first."""
    q = f"{ACTIVE};volume.observedAt<{iso(now - DAY)}"
    page = await hub.query(Query(types=("WaterMeter",), q=q, limit=SHOWN_SILENT))
    rows = [
        {
            "href": meter_href(meter["id"]),
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


def _line(name: Text, at: list[float], values: list[float | None]) -> dict[str, JSON]:
    points = [
        {"at": iso(datetime.fromtimestamp(at_s, UTC)), "value": value}
        for at_s, value in zip(at, values, strict=True)
    ]
    return {"name": name, "unit": unit("MTQ").symbol, "points": points}


def _kind(name: Text, alerts: Sequence[Alert], count: int) -> dict[str, JSON]:
    return {
        "name": name,
        "count": count,
        "more": count - len(alerts),
        "severity": SEVERITIES.get(alerts[0].severity or "", SEVERITIES["low"]),
        "level": alerts[0].severity if alerts[0].severity in SEVERITIES else "low",
        "alerts": [_suspicion(alert) for alert in alerts],
    }


def _suspicion(alert: Alert) -> dict[str, JSON]:
    source = str(alert.alert_source)
    is_meter = source.startswith("urn:ngsi-ld:WaterMeter:")
    return {
        "href": meter_href(source) if is_meter else f"/center/entities/{source}",
        "subject": local_of(source),
        "description": alert.description,
        "status": alert.status,
        "issued": alert.date_issued,
        "origin": alert.origin,
        "level": alert.severity,
        "figures": alert.data,
    }


async def _bills(hub: Hub, now: datetime) -> dict[str, JSON]:
    """Return what is drafted of the last month, and when the next month's bills are made."""
    today = local(now).date()
    this = month_of(f"{today:%Y-%m}")
    period = str(this.before(1))
    return {
        "period": period,
        "count": await hub.count("WaterBill", q=f'period=="{period}"'),
        "drafts": await hub.count("WaterBill", q=f'period=="{period}";status=="draft"'),
        "next_on": (this.last + DAY).isoformat(),
    }


async def _sketch(hub: Hub) -> Drawing | None:
    """Return the first network as a drawing, with the pipes that open cases suspect."""
    networks = [one for one in await loaded(hub) if one.digest is not None]
    if not networks:
        return None
    network = await asyncio.to_thread(drawn_network, await hub.kept(str(networks[0].digest)))
    suspected = [
        (
            str(case.priority or ""),
            {str(one["pipe"]): float(one["probability"]) for one in case.pipes or []},
        )
        for case in await open_cases(hub)
        if case.network == networks[0].id
    ]
    return draw(network, suspected)
