"""One meter: where it is, what it reads, how its hours are known, and how it is heard."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON, Document
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.metered import area_of, is_inlet
from dalgu.services.water.validation.held import DAY, DayNotValidated, day_id, read_day, read_days
from dalgu.services.water.validation.pages import meter_validation
from dalgu.services.water.validation.reading import home_of
from dalgu.services.water.views.drawing import DAY_H, Strip, hour_strip
from dalgu.services.water.views.finding import (
    district_href,
    local_of,
    meter_document,
    meter_href,
    name_of,
)
from dalgu.services.water.views.radio import diagnosis, radio
from dalgu.services.water.words import METER, REASONS, SEVERITIES

SPANS = (7, 30)
SHOWN_ALERTS = 50
SHOWN_RAW = 48
SHOWN_VERSIONS = 20
AROUND_DEG = 0.012  # about a kilometre around the meter
PER_CENT = 100


async def meter(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of a meter's page; raise `WaterMeterNotExisting`."""
    document = await meter_document(hub, asked.path["meter"])
    known = WaterMeter.from_document(document)
    span = next((n for n in SPANS if asked.query.get("days") == str(n)), SPANS[0])
    validated = await meter_validation(hub, clock, document, span)
    alerts = await _alerts(hub, known.id)
    now = clock.now()
    return {
        "words": METER,
        "now": now,
        "meter": await _facts(hub, known, document),
        "register": await _register(hub, document),
        "span": span,
        "spans": SPANS,
        "strip": _strip(validated["lines"]),
        "validated": validated,
        "success_pct": _success(validated["days"]),
        "evidence": await _evidence(hub, known, validated["days"], now),
        "versions": await _versions(hub, known, asked, validated["days"]),
        "open_alerts": [one for one in alerts if one["is_open"]],
        "past_alerts": [one for one in alerts if not one["is_open"]],
        "radio": await radio(hub, known, document),
        "diagnosis": await diagnosis(hub, known, document, now),
        "raw": await _raw(hub, known.id),
        "accounts": await _accounts(hub, known.id),
        "around": _around(known),
    }


async def _facts(hub: Hub, known: WaterMeter, document: Document) -> dict[str, JSON]:
    area = area_of(known)
    places = {"area": area, "inlet_of": known.inlet_of, "outlet_of": known.outlet_of}
    ids = tuple({place for place in places.values() if place is not None})
    page = await hub.query(Query(types=("DistrictMeteredArea",), ids=ids, limit=3)) if ids else None
    names = {one["id"]: name_of(one) for one in page.entities} if page else {}
    return {
        "id": known.id,
        "href": meter_href(known.id),
        "entity_href": f"/center/entities/{known.id}",
        "name": name_of(document),
        "usage": known.usage,
        "diameter": known.diameter,
        "dong": known.district,
        "is_active": known.is_active is not False,
        "is_inlet": is_inlet(known),
        "origin": known.origin,
        **{
            name: None
            if place is None
            else {
                "href": district_href(place),
                "name": names.get(place, Text(local_of(place), local_of(place))),
            }
            for name, place in places.items()
        },
    }


async def _register(hub: Hub, document: Document) -> dict[str, JSON] | None:
    if "volume" not in document:
        return None
    newest = await hub.history(document["id"], "volume", last=1)
    return {
        "m3": document["volume"]["value"],
        "at": document["volume"].get("observedAt"),
        "message": newest[0][1] if newest else 0,
    }


def _strip(lines: Sequence[Mapping[str, JSON]]) -> Strip | None:
    """Return the strip of hours: each stands on the one line that has a value, or is missing."""
    if not lines:
        return None
    hours = []
    for points in zip(*(line["points"] for line in lines), strict=True):
        pairs = zip(lines, points, strict=True)
        told = [
            (str(line["key"]), point["value"])
            for line, point in pairs
            if point["value"] is not None
        ]
        hours.append((points[0]["at"], told[0] if told else ("missing", None)))
    days = [hours[start : start + DAY_H] for start in range(0, len(hours), DAY_H)]
    named = [(_day_of(day[0][0]), [one for _, one in day]) for day in reversed(days)]
    return hour_strip(named)


def _day_of(hour_end: str) -> str:
    return (local(datetime.fromisoformat(hour_end)) - timedelta(seconds=1)).date().isoformat()


def _success(days: Sequence[Mapping[str, JSON]]) -> float | None:
    if not days:
        return None
    hours = DAY_H * len(days)
    lost = sum(int(day["estimated_hours"]) + int(day["missing_hours"]) for day in days)
    return round(PER_CENT * (hours - lost) / hours, 1)


async def _evidence(
    hub: Hub, known: WaterMeter, days: Sequence[Mapping[str, JSON]], now: datetime
) -> list[dict[str, JSON]]:
    """Return the validated days, newest first, each with the messages behind its registers."""
    if not days:
        return []
    first, last = date.fromisoformat(days[-1]["day"]), local(now).date() - DAY
    frames = {}
    for held in await read_days(hub, home_of(known), first, last):
        row = held.sheet.row_of(known.id)
        if row is not None:
            ends = int(held.sheet.first_message[row]), int(held.sheet.last_message[row])
            frames[held.sheet.day.isoformat()] = ends
    return [{**day, "frames": [n for n in frames.get(day["day"], ()) if n]} for day in days]


async def _versions(
    hub: Hub, known: WaterMeter, asked: Asked, days: Sequence[Mapping[str, JSON]]
) -> dict[str, JSON] | None:
    """Return the versions of the asked day, the newest day where none is asked for."""
    choices = [str(day["day"]) for day in days]
    if not choices:
        return None
    chosen = asked.query.get("day", "")
    chosen = chosen if chosen in choices else choices[0]
    day, home = date.fromisoformat(chosen), home_of(known)
    of_day = day_id(home, day)
    numbers = await hub.history(of_day, "version", last=SHOWN_VERSIONS)
    reasons = await hub.history(of_day, "reason", last=SHOWN_VERSIONS)
    whys = {one["observedAt"]: str(one["value"]) for one, _ in reasons}
    rows = []
    for one, _ in numbers:
        total = await _total_in(hub, known, day, int(one["value"]))
        why = whys.get(one["observedAt"], "")
        rows.append(
            {"version": one["value"], "at": one["observedAt"], "why": reason_text(why)} | total
        )
    return {"day": chosen, "choices": choices, "rows": rows}


async def _total_in(hub: Hub, known: WaterMeter, day: date, version: int) -> dict[str, JSON]:
    try:
        held = await read_day(hub, home_of(known), day, version=version)
    except DayNotValidated:
        return {"used_l": None, "digest": None}
    row = held.sheet.row_of(known.id)
    used_l = None if row is None else int(held.sheet.use_l[row].clip(0).sum())
    return {"used_l": used_l, "digest": held.digest[:12]}


def reason_text(reason: str) -> Text:
    """Return in words why a version was made; what a person wrote stays as written.

    >>> reason_text("late reads").ko, reason_text("correction: dial photographed").en
    ('늦게 온 검침값', 'correction: dial photographed')
    """
    return REASONS.get(reason, Text(reason, reason))


async def _alerts(hub: Hub, meter_id: EntityId) -> list[dict[str, JSON]]:
    q = f'alertSource=="{meter_id}";category!="care"'
    page = await hub.query(Query(types=("Alert",), q=q, limit=SHOWN_ALERTS))
    alerts = [Alert.from_document(one) for one in page.entities]
    alerts.sort(key=lambda alert: alert.date_issued or "", reverse=True)
    return [
        {
            "href": f"/center/entities/{alert.id}",
            "name": alert.name,
            "description": alert.description,
            "level": alert.severity or "low",
            "severity": SEVERITIES.get(alert.severity or "", SEVERITIES["low"]),
            "status": METER.get(alert.status or "open", METER["open"]),
            "is_open": alert.status != "closed",
            "issued": alert.date_issued,
            "ended": alert.valid_to or alert.closed_at,
        }
        for alert in alerts
    ]


async def _raw(hub: Hub, meter_id: EntityId) -> list[dict[str, JSON]]:
    newest = await hub.history(meter_id, "volume", last=SHOWN_RAW)
    return [
        {"at": one.get("observedAt"), "m3": one["value"], "message": message}
        for one, message in newest
    ]


async def _accounts(hub: Hub, meter_id: EntityId) -> list[dict[str, JSON]]:
    query = Query(types=(WaterAccount.type,), q=f'meter=="{meter_id}"', limit=5)
    page = await hub.query(query)
    return [
        {"href": f"/center/water/accounts/{one['id']}", "name": local_of(one["id"])}
        for one in page.entities
    ]


def _around(known: WaterMeter) -> dict[str, JSON] | None:
    place = known.location
    if not place or place.get("type") != "Point":
        return None
    lon, lat = place["coordinates"][:2]
    half = AROUND_DEG / 2
    return {"mark": [lon, lat], "focus": [lon - half, lat - half, lon + half, lat + half]}
