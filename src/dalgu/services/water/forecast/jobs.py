"""The nightly job of the demand forecast: read, learn where it is time to, forecast, write."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.forecast.days import HORIZON_DAYS, HOURS
from dalgu.services.water.forecast.demand import (
    FEWEST_DAYS,
    MODEL,
    Forecast,
    HistoryTooShort,
    Trained,
    forecast_demand,
    train_demand,
)
from dalgu.services.water.forecast.entities import DemandForecast, forecast_id
from dalgu.services.water.forecast.history import (
    AREA,
    DistrictHistory,
    Histories,
    read_forecast,
    read_histories,
)
from dalgu.services.water.forecast.settings_codec import decode, encode
from dalgu.services.water.forecast.words import Status

RETRAINED_AFTER = timedelta(days=7)
DECIMALS = 3  # litres
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Held:
    """The settings that are kept of a district, and up to when they have learned."""

    trained: Trained
    digest: str
    trained_at: datetime


async def forecast_districts(hub: Hub, clock: Clock) -> None:
    """Issue the forecast of each district from last midnight on; learn anew once a week."""
    histories = await read_histories(hub, clock.now())
    async for document in hub.every(AREA):
        area = EntityId(document["id"])
        history = histories.districts.get(area)
        issued = await _issue(hub, area, history, histories)
        await hub.upsert([issued])


async def _issue(
    hub: Hub, area: EntityId, history: DistrictHistory | None, histories: Histories
) -> DemandForecast:
    if history is None:
        return _withheld(area, histories.end, Status.HISTORY_SHORT)
    held = await _held(hub, area, histories)
    try:
        if held is None:
            held = await _train(hub, history, histories)
        forecast = await asyncio.to_thread(
            forecast_demand, history.flow_m3, histories.days, held.trained
        )
    except HistoryTooShort as short:
        is_short = int(short.parts["days"] or 0) < FEWEST_DAYS
        status = Status.HISTORY_SHORT if is_short else Status.HOURS_MISSING
        return _withheld(area, histories.end, status)
    return _issued(area, histories.end, history, forecast, held)


async def _train(hub: Hub, history: DistrictHistory, histories: Histories) -> Held:
    trained = await asyncio.to_thread(train_demand, history.flow_m3, histories.days)
    body = encode(trained)
    kept = decode(body)  # what later nights will read, to the last digit
    return Held(trained if kept is None else kept, await hub.keep(body), histories.end)


async def _held(hub: Hub, area: EntityId, histories: Histories) -> Held | None:
    """Return the settings that still hold, `None` where it is time to learn."""
    found = await read_forecast(hub, area)
    if found is None or found.settings is None or found.trained_at is None:
        return None
    trained_at = datetime.fromisoformat(found.trained_at)
    if not timedelta(0) <= histories.end - trained_at < RETRAINED_AFTER:
        return None
    trained = decode(await hub.kept(found.settings))
    return None if trained is None else Held(trained, found.settings, trained_at)


def _withheld(area: EntityId, end: datetime, status: Status) -> DemandForecast:
    return DemandForecast(
        id=forecast_id(area), observed_at=end, area=area, status=status.value, method=MODEL
    )


def _issued(
    area: EntityId, end: datetime, history: DistrictHistory, forecast: Forecast, held: Held
) -> DemandForecast:
    record = forecast.record
    return DemandForecast(
        id=forecast_id(area),
        observed_at=end,
        area=area,
        status=Status.ISSUED.value,
        starts_at=iso(end),
        horizon=float(HORIZON_DAYS * HOURS),
        hours=_hours(end, forecast),
        quantity_of=history.attribute,
        method=MODEL,
        settings=held.digest,
        trained_at=iso(held.trained_at),
        error=_rounded(record.ours),
        error_last_week=_rounded(record.last_week),
        error_mean_of_weeks=_rounded(record.mean_of_weeks),
        origins=record.origins,
    )


def _hours(end: datetime, forecast: Forecast) -> list[JSON]:
    columns = (np.ravel(part).tolist() for part in (forecast.median, forecast.low, forecast.high))
    return [
        {
            "at": iso(end + (hour + 1) * HOUR),
            "value": _rounded(value),
            "low": _rounded(low),
            "high": _rounded(high),
        }
        for hour, (value, low, high) in enumerate(zip(*columns, strict=True))
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


JOBS = (
    Job(
        "water.demand-forecast",
        Text("블록별 수요 예측", "Demand forecast of the districts"),
        daily("05:40"),
        forecast_districts,
    ),
)
