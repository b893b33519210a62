"""The strip of figures above the map: how the city is now, in six numbers."""

from dataclasses import dataclass
from datetime import datetime

from dalgu.center.context import Center
from dalgu.center.documents import observed, value
from dalgu.center.incidents.words import Priority
from dalgu.center.layers import METER_STALE, is_heard
from dalgu.center.replay.figures import CONSUMPTION_KNOWN, Counts
from dalgu.hub.hub import Hub
from dalgu.kernel.text import Language
from dalgu.web.language import moment, number, phrase

ONLINE_WARN, ONLINE_BAD = 0.95, 0.85  # share of devices heard; K63-50 gives all points at 0.99


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
    incidents_open: int
    incidents_grave: int  # of the first two priorities
    meters: int
    meters_read: int
    consumption_m3h: float | None
    consumption_at: datetime | None
    spaces: int
    free: int
    lots: int
    share: float | None  # of the certification's points; not kept by the minute
    grade: int


async def read_figures(center: Center) -> Figures:
    """Read the hub once for all tiles."""
    hub, now = center.hub, center.clock.now()
    devices, heard = await _devices(hub, now)
    meters, meters_read = await _meters(hub, now)
    lots, spaces, free = await _parking(hub)
    consumption_m3h, consumption_at = await _consumption(hub, now)
    scorecard = await center.certification.scorecard()
    # A drill is nobody's figure.
    incidents = [one for one in center.rooms.incidents.open_ones() if not one.is_drill]
    return Figures(
        devices=devices,
        heard=heard,
        incidents_open=len(incidents),
        incidents_grave=sum(one.priority in (Priority.P1, Priority.P2) for one in incidents),
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


def figures_of(counts: Counts, incidents_open: int, incidents_grave: int) -> Figures:
    """Return the figures of an instant that has passed."""
    return Figures(
        devices=counts.devices,
        heard=counts.heard,
        incidents_open=incidents_open,
        incidents_grave=incidents_grave,
        meters=counts.meters,
        meters_read=counts.meters_read,
        consumption_m3h=counts.consumption_m3h,
        consumption_at=counts.consumption_at,
        spaces=counts.spaces,
        free=counts.free,
        lots=counts.lots,
        share=None,
        grade=0,
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
            "incidents",
            t("incidents"),
            number(figures.incidents_open),
            note=t("incidents_note", n=figures.incidents_grave),
            state="high" if figures.incidents_grave else "",
            href="/center/incidents",
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
            "–" if figures.share is None else number(100 * figures.share, 1),
            "" if figures.share is None else "%",
            t("score_now_only") if figures.share is None else t("score_note", n=figures.grade),
            "",
            "/certification",
        ),
    ]


def deltas(now: Figures, then: Figures, language: Language) -> dict[str, str]:
    """Return by key how much each figure differs from an earlier one, as text."""
    pairs: dict[str, tuple[float | None, float | None]] = {
        "incidents": (now.incidents_open, then.incidents_open),
        "devices": (_online_pct(now), _online_pct(then)),
        "meters": (now.meters_read, then.meters_read),
        "water": (now.consumption_m3h, then.consumption_m3h),
        "parking": (now.free, then.free),
    }
    return {
        key: phrase(language, "board.than_last_week", n=_signed(a - b))
        for key, (a, b) in pairs.items()
        if a is not None and b is not None
    }


def _signed(difference: float) -> str:
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return sign + number(abs(round(difference, 1)))


def _online_pct(figures: Figures) -> float | None:
    return 100 * figures.heard / figures.devices if figures.devices else None


def _online_state(devices: int, share: float) -> str:
    if not devices or share >= ONLINE_WARN:
        return ""
    return "medium" if share >= ONLINE_BAD else "high"
