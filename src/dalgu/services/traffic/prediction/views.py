"""What the forecast page shows, read from the hub: one link's picture, slow links, errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.network.model import Link, Network
from dalgu.services.traffic.prediction.entities import (
    MODEL_ID,
    TrafficForecast,
    TrafficForecastModel,
    forecast_id,
)
from dalgu.services.traffic.prediction.fan import Fan, Series, fan
from dalgu.services.traffic.prediction.observed import TYPE

SHOWN_BEFORE = timedelta(hours=3)
SHOWN_SLOW = 12
SHOWN_DAYS = 28
QUANTITIES = {"speed": ("averageSpeed", "km/h"), "flow": ("intensity", "veh/h")}
SLOW_AT_MIN = 30
CHARTED_MIN = 30  # the horizon whose errors are drawn day by day
REFERENCE = "RoadLink"
WORDS = {
    "mae": "mae",
    "lastValue": "last_value",
    "weeklyProfile": "weekly_profile",
}  # in catalogues


@dataclass(frozen=True, slots=True)
class Picture:
    """One quantity of one link."""

    quantity: str
    unit: str
    fan: Fan
    rows: tuple[Mapping[str, JSON], ...]  # minutes, middle, low, high, lowest, highest


@dataclass(frozen=True, slots=True)
class SlowLink:
    """A link whose speed is forecast to be low, as a share of its free speed."""

    link: str
    road: Link
    speed_kmh: float
    low_kmh: float
    high_kmh: float
    share: float


@dataclass(frozen=True, slots=True)
class TravelTimeIndex:
    """The index of the links in the register whose travel times are known."""

    value: float
    links: int
    until: str


async def read_model(hub: Hub) -> TrafficForecastModel | None:
    """Return how the model stands, `None` where no job has looked yet."""
    try:
        return TrafficForecastModel.from_document(await hub.retrieve(MODEL_ID))
    except EntityNotExisting:
        return None


async def read_forecasts(hub: Hub) -> dict[str, TrafficForecast]:
    """Return the newest forecast of every link, by link."""
    prefix = forecast_id("")
    found = {}
    async for document in hub.every("TrafficForecast"):
        one = TrafficForecast.from_document(document)
        found[str(one.id).removeprefix(prefix)] = one
    return found


async def pictures(hub: Hub, link: str, forecast: TrafficForecast) -> list[Picture]:
    """Return the pictures of a link's speed and flow."""
    at = forecast.observed_at
    if at is None:
        return []
    drawn = []
    for quantity, (attribute, unit) in QUANTITIES.items():
        rows = [row for row in forecast.horizons or [] if quantity in row]
        if not rows:
            continue
        entity = entity_id(TYPE, f"link-{link}")
        series = await hub.series(entity, attribute, at - SHOWN_BEFORE, at + timedelta(seconds=1))
        minutes = (series.at_s - at.timestamp()) / 60
        shape = _series(minutes, series.value, rows, quantity)
        drawn.append(Picture(quantity, unit, fan(shape), tuple(_row(r, quantity) for r in rows)))
    return drawn


def _series(minutes: np.ndarray, measured: np.ndarray, rows: list[JSON], quantity: str) -> Series:
    def of(suffix: str) -> np.ndarray:
        return np.array([float(row[f"{quantity}{suffix}"]) for row in rows])

    return Series(
        measured_min=minutes,
        measured=measured,
        ahead_min=np.array([float(row["minutes"]) for row in rows]),
        middle=of(""),
        low=(of("Low"), of("Lowest")),
        high=(of("High"), of("Highest")),
    )


def _row(row: Mapping[str, JSON], quantity: str) -> Mapping[str, JSON]:
    return {
        "minutes": row["minutes"],
        "middle": row[quantity],
        **{one.lower(): row[f"{quantity}{one}"] for one in ("Low", "High", "Lowest", "Highest")},
    }


def slow_links(forecasts: Mapping[str, TrafficForecast], network: Network | None) -> list[SlowLink]:
    """Return the links forecast to be slowest in half an hour, by the share of free speed."""
    by_id = {} if network is None else {one.id: one for one in network.links}
    found = []
    for link, forecast in forecasts.items():
        at = [row for row in forecast.horizons or [] if row["minutes"] == SLOW_AT_MIN]
        if not at or "speed" not in at[0]:
            continue
        row, known = at[0], by_id.get(link)
        if known is None:
            continue
        share = row["speed"] / known.free_speed_kmh
        speeds = (row["speed"], row["speedLow"], row["speedHigh"])
        found.append(SlowLink(link, known, *speeds, share))
    return sorted(found, key=lambda one: one.share)[:SHOWN_SLOW]


def told_errors(model: TrafficForecastModel) -> list[dict[str, JSON]]:
    """Return the rows of the model's errors, each with its skill over the naive guesses."""
    rows = []
    for row in model.errors or []:
        skills = {
            f"{name}Skill": 1 - row["mae"] / row[name]
            for name in ("lastValue", "weeklyProfile")
            if row.get(name) and "mae" in row
        }
        rows.append({**row, "unit": QUANTITIES[row["quantity"]][1], **skills})
    return rows


async def error_lines(hub: Hub) -> list[dict[str, JSON]]:
    """Return lines of the daily error of speed half an hour ahead: ours and the naive ones."""
    instances = await hub.history(MODEL_ID, "errors", last=SHOWN_DAYS)
    points: dict[str, list[JSON]] = {name: [] for name in WORDS}
    for instance, _ in reversed(instances):
        at, rows = instance.get("observedAt"), instance.get("value") or []
        for row in rows:
            if row["quantity"] == "speed" and row["minutes"] == CHARTED_MIN:
                for name, line in points.items():
                    line.append({"at": at, "value": row.get(name)})
    return [{"name": WORDS[name], "points": line} for name, line in points.items()]


async def travel_time_index(hub: Hub) -> TravelTimeIndex | None:
    """Return the travel-time index over the links of the register, as K63-41 reckons it."""
    peak = free = 0.0
    links, until = 0, ""
    async for document in hub.every(REFERENCE, q="length>0;peakTravelTime>0;freeFlowTravelTime>0"):
        length = document["length"]["value"]
        peak += length * document["peakTravelTime"]["value"]
        free += length * document["freeFlowTravelTime"]["value"]
        links += 1
        until = max(until, document.get("referenceDate", {}).get("value", ""))
    return TravelTimeIndex(peak / free, links, until) if free else None


def age_of(forecasts: Mapping[str, TrafficForecast]) -> datetime | None:
    """Return when the newest forecast was made."""
    instants = [one.observed_at for one in forecasts.values() if one.observed_at is not None]
    return max(instants, default=None)
