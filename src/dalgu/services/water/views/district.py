"""One district: what enters, what is metered, what is lost, and how well it is read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.ids import EntityId
from dalgu.service import Asked
from dalgu.services.water.balance.pages import district_balance
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.forecast.pages import district_forecast
from dalgu.services.water.leakage.loading import loaded
from dalgu.services.water.leakage.pages import case_row, open_cases
from dalgu.services.water.validation.entities import ValidatedDay
from dalgu.services.water.views.areas import built_of
from dalgu.services.water.views.finding import (
    ACTIVE,
    district_document,
    local_of,
    members_q,
    meter_href,
    name_of,
)
from dalgu.services.water.views.hours import hour_chart
from dalgu.services.water.views.meter import reason_text
from dalgu.services.water.words import DISTRICT

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
SHOWN_DAYS = 30
SHOWN_SHEETS = 14
SHOWN_METERS = 100
PER_CENT = 100
DAILY = {"night": "minimumNightFlow", "losses": "losses", "ratio": "revenueWaterRatio"}


async def district(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of a district's page; raise `WaterDistrictNotExisting`."""
    document = await district_document(hub, asked.path["district"])
    area, now = DistrictMeteredArea.from_document(document), clock.now()
    members = await members_q(hub, area.id)
    forecast = await district_forecast(hub, clock, area.id)
    networks = [one for one in await loaded(hub) if one.dma == area.id]
    built = built_of(area, networks[0].mains_length if networks else None)
    days = await _days(hub, area.id, now)
    return {
        "words": DISTRICT,
        "now": now,
        "district": {
            "id": area.id,
            "name": name_of(document),
            "href": f"/center/water/districts/{area.id}",
            "entity_href": f"/center/entities/{area.id}",
            "origin": area.origin,
            "has_inflow": "inflow" in document,
        },
        "newest": _newest(document),
        "reading": await _reading(hub, members, now),
        "chart": await hour_chart(hub, area.id, now, forecast),
        "forecast": forecast,
        "days": days,
        "tops": {name: max((d[name] or 0 for d in days), default=0) for name in DAILY},
        "balance": await district_balance(
            hub, area.id, now, asked.query.get("period", "").strip(), built
        ),
        "cases": [case_row(case) for case in await open_cases(hub) if case.dma == area.id],
        "sheets": await _sheets(hub, area.id),
        "meters": await _meters(hub, members),
        "shown_meters": SHOWN_METERS,
    }


def _newest(document: Document) -> dict[str, JSON]:
    """Return the newest of each figure, rounded, with the instant it speaks of."""
    names = ("inflow", "consumption", "leakage", "leakageError", *DAILY.values())
    return {
        name: {
            "value": document[name]["value"],
            "at": document[name].get("observedAt"),
        }
        if name in document
        else None
        for name in names
    }


async def _reading(hub: Hub, members: str, now: datetime) -> dict[str, JSON]:
    q = f"{ACTIVE};{members}"
    active = await hub.count(WaterMeter.type, q=q)
    read = await hub.count(WaterMeter.type, q=f"{q};volume.observedAt>={iso(now - DAY)}")
    return {
        "active": active,
        "read": read,
        "pct": round(PER_CENT * read / active, 1) if active else None,
    }


async def _days(hub: Hub, area: EntityId, now: datetime) -> list[dict[str, JSON]]:
    """Return night flow, losses and ratio of the last days, oldest first; a gap is None."""
    since = now - (SHOWN_DAYS + 1) * DAY
    values: dict[str, dict[str, float]] = {}
    for name, attribute in DAILY.items():
        series = await hub.series(area, attribute, since, now + SECOND)
        for at_s, value in zip(series.at_s.tolist(), series.value.tolist(), strict=True):
            day = local(datetime.fromtimestamp(at_s, UTC) - SECOND).date().isoformat()
            values.setdefault(day, {})[name] = value
    known = sorted(values)
    if not known:
        return []
    first = datetime.fromisoformat(known[0]).date()
    count = (datetime.fromisoformat(known[-1]).date() - first).days + 1
    days = [(first + n * DAY).isoformat() for n in range(count)]
    return [{"day": day} | {name: values.get(day, {}).get(name) for name in DAILY} for day in days]


async def _sheets(hub: Hub, area: EntityId) -> list[dict[str, JSON]]:
    q = f'area=="{area}"'
    found = [ValidatedDay.from_document(one) async for one in hub.every(ValidatedDay.type, q=q)]
    found.sort(key=lambda one: one.day or "", reverse=True)
    return [
        {
            "day": one.day,
            "version": one.version,
            "why": reason_text(one.reason or ""),
            "meters": one.meter_count,
            "actual": one.hours_actual,
            "estimated": one.hours_estimated,
            "edited": one.hours_edited,
            "missing": one.hours_missing,
            "total_m3": None if one.total is None else round(one.total, 1),
            "is_final": bool(one.is_final),
        }
        for one in found[:SHOWN_SHEETS]
    ]


async def _meters(hub: Hub, members: str) -> list[dict[str, JSON]]:
    """Return meters of the district, those silent for the longest first."""
    page = await hub.query(Query(types=(WaterMeter.type,), q=members, limit=1000))
    rows = [
        {
            "href": meter_href(one["id"]),
            "name": name_of(one),
            "id": local_of(one["id"]),
            "m3": one.get("volume", {}).get("value"),
            "read_at": one.get("volume", {}).get("observedAt"),
        }
        for one in page.entities
    ]
    return sorted(rows, key=lambda row: str(row["read_at"] or ""))[:SHOWN_METERS]
