"""Writing: forecasts, errors and travel times as entities."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import numpy as np

from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso, local
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.network.model import Link
from dalgu.services.traffic.prediction.entities import MODEL_ID, TrafficForecast, forecast_id
from dalgu.services.traffic.prediction.errors import HorizonError
from dalgu.services.traffic.prediction.model import Forecast
from dalgu.services.traffic.prediction.travel_time import TravelTimes

DECIMALS = {"flow": 0, "speed": 1}
ERROR_DECIMALS = 3


class Status(StrEnum):
    """How the model of a city stands."""

    TRAINED = "trained"
    HISTORY_SHORT = "history-short"


def link_forecasts(
    links: Sequence[str], forecast: Forecast, at: datetime
) -> Iterator[TrafficForecast]:
    """Yield what is expected of every link."""
    for row, link in enumerate(links):
        yield TrafficForecast(
            id=forecast_id(link),
            observed_at=at,
            ref_road_segment=entity_id("RoadSegment", link),
            ref_model=MODEL_ID,
            horizons=horizons_of(forecast, row),
        )


def horizons_of(forecast: Forecast, link: int) -> list[JSON]:
    """Return one link's forecast as the entity attribute `horizons`."""
    rows: list[JSON] = []
    for column, minutes in enumerate(forecast.horizons_min):
        row: dict[str, JSON] = {"minutes": minutes}
        for quantity, name in enumerate(forecast.quantities):
            at = (quantity, link, column)
            named = {
                name: forecast.middle[at],
                f"{name}Low": forecast.low[(0, *at)],
                f"{name}High": forecast.high[(0, *at)],
                f"{name}Lowest": forecast.low[(1, *at)],
                f"{name}Highest": forecast.high[(1, *at)],
            }
            row |= {key: round(float(one), DECIMALS[name]) for key, one in named.items()}
        rows.append(row)
    return rows


def error_rows(lines: Iterable[HorizonError]) -> list[JSON]:
    """Return a table of errors as the entity attribute `errors`; what is unknown is left out."""
    return [_error_row(line) for line in lines if line.count]


def _error_row(line: HorizonError) -> dict[str, JSON]:
    told: dict[str, float | None] = {
        "mae": line.mae,
        "rmse": line.rmse,
        "mape": line.mape,
        "lastValue": line.last_value_mae,
        "weeklyProfile": line.weekly_profile_mae,
        "within80": line.coverage[0],
        "within95": line.coverage[1],
        "width80": line.width[0],
        "width95": line.width[1],
    }
    known = {key: round(one, ERROR_DECIMALS) for key, one in told.items() if one is not None}
    return {
        "quantity": line.quantity,
        "minutes": line.horizon_min,
        "count": line.count,
        **known,
    }


def road_links(links: Sequence[Link], times: TravelTimes, at: datetime) -> Iterator[Document]:
    """Yield the register entries of links whose travel times are known."""
    for row, link in enumerate(links):
        peak, free = float(times.peak_s[row]), float(times.free_flow_s[row])
        if not (np.isfinite(peak) and np.isfinite(free)):
            continue
        document: Document = {
            "id": entity_id("RoadLink", link.id),
            "type": "RoadLink",
            "length": _quantity(link.length_m, "MTR", at),
            "peakTravelTime": _quantity(peak, "SEC", at),
            "freeFlowTravelTime": _quantity(free, "SEC", at),
            "referenceDate": {"type": "Property", "value": local(at).date().isoformat()},
            "quality": {"type": "Property", "value": "measured"},
        }
        if link.name.ko or link.name.en:
            name = {"ko": link.name.ko, "en": link.name.en}
            document["name"] = {"type": "LanguageProperty", "languageMap": name}
        yield document


def _quantity(value: float, code: str, at: datetime) -> dict[str, JSON]:
    return {
        "type": "Property",
        "value": round(value, 2),
        "unitCode": code,
        "observedAt": iso(at),
    }
