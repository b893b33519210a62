"""What a district's page shows of its forecast."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.kernel.units import unit
from dalgu.services.water.forecast.entities import DemandForecast
from dalgu.services.water.forecast.history import CONSUMPTION, read_forecast
from dalgu.services.water.forecast.words import STATUSES, WORDS, Status

SHOWN_BEFORE = timedelta(days=3)
LINES = ("value", "low", "high")


async def district_forecast(hub: Hub, clock: Clock, area: EntityId) -> Mapping[str, JSON]:
    """Return the forecast part of a district's page.

    `lines` are those of the chart macro: what was measured, and the forecast with its low and
    high; empty where there is no forecast, and `why_not` says the reason. `errors` are rows of
    a method's name and its error in m³.
    """
    forecast = await read_forecast(hub, area)
    if forecast is None:
        return _nothing(STATUSES[Status.HISTORY_SHORT])
    if forecast.status != Status.ISSUED or not forecast.hours or forecast.starts_at is None:
        return _nothing(STATUSES.get(forecast.status or "", STATUSES[Status.HOURS_MISSING]))
    measured = await _measured(hub, area, forecast, clock.now())
    return {
        "words": WORDS,
        "why_not": None,
        "issued": forecast.starts_at,
        "of": WORDS[forecast.quantity_of or CONSUMPTION],
        "method": forecast.method,
        "lines": _lines(measured, forecast.hours),
        "errors": [
            {"name": WORDS[name], "error": error, "unit": unit("MTQ").symbol}
            for name, error in (
                ("ours", forecast.error),
                ("last_week", forecast.error_last_week),
                ("mean_of_weeks", forecast.error_mean_of_weeks),
            )
        ],
    }


def _nothing(why_not: Text) -> Mapping[str, JSON]:
    return {"words": WORDS, "why_not": why_not, "lines": [], "errors": []}


async def _measured(
    hub: Hub, area: EntityId, forecast: DemandForecast, now: datetime
) -> dict[str, float]:
    start = datetime.fromisoformat(str(forecast.starts_at))
    attribute = forecast.quantity_of or CONSUMPTION
    series = await hub.series(area, attribute, start - SHOWN_BEFORE, now + timedelta(seconds=1))
    rows = zip(series.at_s.tolist(), series.value.tolist(), strict=True)
    return {iso(datetime.fromtimestamp(at_s, UTC)): value for at_s, value in rows}


def _lines(measured: Mapping[str, float], hours: list[JSON]) -> list[dict[str, JSON]]:
    """Return lines over the same instants, a gap where a line has no value."""
    foretold = {str(hour["at"]): hour for hour in hours}
    instants = sorted({*measured, *foretold}, key=datetime.fromisoformat)
    drawn = [_line("measured", [(at, measured.get(at)) for at in instants])]
    return drawn + [
        _line(name, [(at, foretold.get(at, {}).get(name)) for at in instants]) for name in LINES
    ]


def _line(name: str, points: list[tuple[str, JSON]]) -> dict[str, JSON]:
    return {
        "name": WORDS[name],
        "unit": unit("MTQ").symbol,
        "points": [{"at": at, "value": value} for at, value in points],
    }
