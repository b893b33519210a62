"""The strip of figures above the map: how the city is now, in six numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.center.context import Center
from dalgu.center.documents import observed, value
from dalgu.center.layers import METER_STALE, is_heard
from dalgu.hub.hub import Hub
from dalgu.kernel.text import Language
from dalgu.web.language import moment, number, phrase

ONLINE_WARN, ONLINE_BAD = 0.95, 0.85  # share of devices heard; K63-50 gives all points at 0.99
CONSUMPTION_KNOWN = timedelta(days=3)  # meters that speak daily settle an hour a day later


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: its words are already the reader's."""

    key: str
    name: str
    value: str
    unit: str = ""
    note: str = ""
    state: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the strip is drawn from."""

    devices: int
    heard: int
    alerts_open: int
    alerts_grave: int
    meters: int
    meters_read: int
    consumption_m3h: float | None
    consumption_at: datetime | None
    spaces: int
    free: int
    lots: int
    share: float
    grade: int


async def read_figures(center: Center) -> Figures:
    """Read the hub once for all tiles."""
    hub, now = center.hub, center.clock.now()
    devices, heard = await _devices(hub, now)
    meters, meters_read = await _meters(hub, now)
    lots, spaces, free = await _parking(hub)
    consumption_m3h, consumption_at = await _consumption(hub, now)
    scorecard = await center.certification.scorecard()
    return Figures(
        devices=devices,
        heard=heard,
        alerts_open=await hub.count("Alert", q='status=="open"'),
        alerts_grave=await hub.count("Alert", q='status=="open";severity=="high","critical"'),
        meters=meters,
        meters_read=meters_read,
        consumption_m3h=consumption_m3h,
        consumption_at=consumption_at,
        spaces=spaces,
        free=free,
        lots=lots,
        share=scorecard.share,
        grade=0 if scorecard.grade is None else scorecard.grade.grade,
    )


async def _devices(hub: Hub, now: datetime) -> tuple[int, int]:
    count = heard = 0
    async for device in hub.every("Device"):
        if value(device, "inService") is not False:
            count += 1
            heard += is_heard(device, now)
    return count, heard


async def _meters(hub: Hub, now: datetime) -> tuple[int, int]:
    count = read = 0
    async for meter in hub.every("WaterMeter"):
        at = observed(meter, "volume")
        count += 1
        read += at is not None and now - at <= METER_STALE
    return count, read


async def _parking(hub: Hub) -> tuple[int, int, int]:
    lots = spaces = free = 0
    for kind in ("OffStreetParking", "OnStreetParking"):
        async for lot in hub.every(kind):
            known = value(lot, "availableSpotNumber")
            if known is not None:
                lots, free = lots + 1, free + known
                spaces += value(lot, "totalSpotNumber") or 0
    return lots, spaces, free


async def _consumption(hub: Hub, now: datetime) -> tuple[float | None, datetime | None]:
    """Return the newest known hour of all metered areas, and when the oldest of them ended."""
    total: float | None = None
    oldest: datetime | None = None
    async for area in hub.every("DistrictMeteredArea"):
        at, used = observed(area, "consumption"), value(area, "consumption")
        if used is not None and at is not None and now - at <= CONSUMPTION_KNOWN:
            total = used + (total or 0.0)
            oldest = at if oldest is None else min(oldest, at)
    return total, oldest


def tiles(figures: Figures, language: Language) -> list[Tile]:
    """Return the strip in the reader's words."""

    def t(key: str, **values: object) -> str:
        return phrase(language, f"board.{key}", **values)

    share = figures.heard / figures.devices if figures.devices else 0.0
    at = figures.consumption_at
    water_note = t("no_water") if at is None else t("water_note", at=moment(at, language))
    of_meters = t("of", n=number(figures.meters))
    return [
        Tile(
            "alerts",
            t("alerts"),
            number(figures.alerts_open),
            note=t("alerts_note", n=figures.alerts_grave),
            state="high" if figures.alerts_grave else "",
        ),
        Tile(
            "devices",
            t("devices"),
            number(100 * share, 1) if figures.devices else "–",
            "%" if figures.devices else "",
            t("devices_note", n=number(figures.heard), m=number(figures.devices)),
            _online_state(figures.devices, share),
            "/center/devices",
        ),
        Tile(
            "meters", t("meters"), number(figures.meters_read), "", of_meters, "", "/center/water"
        ),
        Tile(
            "water",
            t("water"),
            number(figures.consumption_m3h),
            "" if at is None else "m³/h",
            water_note,
        ),
        Tile(
            "parking",
            t("parking"),
            number(figures.free),
            "",
            t("parking_note", n=number(figures.spaces), lots=number(figures.lots)),
            "",
            "/center/parking",
        ),
        Tile(
            "score",
            t("score"),
            number(100 * figures.share, 1),
            "%",
            t("score_note", n=figures.grade),
            "",
            "/certification",
        ),
    ]


def _online_state(devices: int, share: float) -> str:
    if not devices or share >= ONLINE_WARN:
        return ""
    return "medium" if share >= ONLINE_BAD else "high"
