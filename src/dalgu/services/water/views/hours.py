"""A district's hours: inflow and metered use of the past week, and the forecast of the next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dalgu.hub.hub import Hub, Series
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso, local
from dalgu.kernel.ids import EntityId
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.views.drawing import time_chart

BEFORE = timedelta(days=7)
SECOND = timedelta(seconds=1)
FORETOLD = {"forecast": 1, "low": 2, "high": 3}  # places among the lines of the forecast


async def hour_chart(
    hub: Hub, area: EntityId, now: datetime, forecast: Mapping[str, JSON]
) -> dict[str, JSON] | None:
    """Return the chart and its hours, each with `at` and its values; None where nothing is known.

    Hours are told by their end, without a gap between the first and the last.
    """
    since = now - BEFORE
    values: dict[str, dict[int, float]] = {
        "inflow": fullest(await hub.series(area, "inflow", since, now + SECOND)),
        "consumption": fullest(await hub.series(area, "consumption", since, now + SECOND)),
    } | {name: _foretold(forecast["lines"], place) for name, place in FORETOLD.items()}
    known = sorted({hour for one in values.values() for hour in one})
    if not known:
        return None
    hours = range(known[0], known[-1] + 1)
    rows = {name: [one.get(hour) for hour in hours] for name, one in values.items()}
    ends = [datetime.fromtimestamp(hour * HOUR_S, UTC) for hour in hours]
    midnights = [place for place, end in enumerate(ends) if local(end).hour == 0]
    present = int(now.timestamp() // HOUR_S) - hours.start
    lines = {name: rows[name] for name in ("inflow", "consumption", "forecast")}
    has_band = bool(values["low"])
    drawn = time_chart(
        lines,
        (rows["low"], rows["high"]) if has_band else None,
        midnights,
        present if 0 <= present < len(hours) else None,
    )
    return {
        "drawn": drawn,
        "has_forecast": has_band,
        "hours": [
            {"at": iso(end), "day": f"{local(end):%m-%d}"}
            | {name: _short(row[place]) for name, row in rows.items()}
            for place, end in enumerate(ends)
        ],
    }


def fullest(series: Series) -> dict[int, float]:
    """Return values by the number of the hour they end; of several the fullest."""
    found: dict[int, float] = {}
    for at_s, value in zip(series.at_s.tolist(), series.value.tolist(), strict=True):
        hour = round(at_s / HOUR_S)
        found[hour] = max(found.get(hour, 0.0), value)
    return found


def _foretold(lines: Sequence[Mapping[str, JSON]], place: int) -> dict[int, float]:
    if len(lines) <= place:
        return {}
    return {
        round(datetime.fromisoformat(point["at"]).timestamp() / HOUR_S): point["value"]
        for point in lines[place]["points"]
        if point["value"] is not None
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
