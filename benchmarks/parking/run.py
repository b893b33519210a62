"""Parking forecast on the real car parks of Málaga, beside simple rules and LightGBM.

    DALGU_TEST_DATA=<folder of the test data> python benchmarks/parking/run.py

Data: 10 car parks of the city of Málaga, free spaces every 15 minutes, 2024-01-08 to
2025-01-27 (open data of the city; `parking-malaga` of the test data). The last 20 % are the
test. Capacity is the highest count of the training part only. Gaps of up to an hour are
interpolated before scoring, as for the published column; a second table scores real counts
only. OURS remembers each test day once it is over, as the running city does; "frozen" knows
no day of the test part but the last one's course, as the LightGBM run does. The LightGBM
column is a fixed, untuned run on the same data (whole-period capacity).
"""

import argparse
import os
import sys
import time
from pathlib import Path

import duckdb
import numpy as np

from dalgu.services.parking.forecast import (
    HORIZONS,
    HORIZONS_MIN,
    STEP_S,
    bridge_short_gaps,
    outlook,
    quarter_hours,
)

FILE = "parking-malaga/malaga_parking_15min.parquet"
TRAIN_SHARE = 0.8
WEEK = 672
DAY = 96
PARTS = ("middle", "low", "high")
BAR = (1.39, 2.26, 3.71, 5.97)
LIGHTGBM = (1.29, 2.02, 3.23, 4.99)


def read_lots(path):
    """Counts on the quarter-hour grid (n, lots) and the number of the first slot."""
    table = duckdb.sql(f"select * replace (epoch(ts) as ts) from '{path}' order by ts").fetchnumpy()
    at_s = np.asarray(table.pop("ts"), dtype=np.float64)
    first = int(np.rint(at_s[0] / STEP_S))
    slots = int(np.rint(at_s[-1] / STEP_S)) - first + 1
    columns = [quarter_hours(at_s, np.asarray(v, float), first, slots) for v in table.values()]
    return np.stack(columns, axis=1), first


def weekly_profile(free, first, train):
    """Mean free share of each quarter-hour of the week over the training part, on all rows."""
    slot = (first + np.arange(len(free))) % WEEK
    profile = np.stack([np.nanmean(free[:train][slot[:train] == s], axis=0) for s in range(WEEK)])
    return profile[slot]


def forecasts(free, first, train, rows, *, remember):
    """Our middle, low and high for each test row: (rows, horizons, lots) each.

    Without `remember`, the days of the test part never become memory: only the last day's
    course is known beside the training part, as for a model that is fitted once.
    """
    results = []
    for row in rows:
        known = free[: row + 1]
        if not remember and row - DAY > train:
            known = known.copy()
            known[train : row - DAY] = np.nan
        results.append(outlook(known, first))
    return {part: np.stack([getattr(r, part) for r in results]) for part in PARTS}


def mean_error(guess, truth, scored):
    return 100 * np.abs(guess - truth)[scored].mean()


def print_table(free, truth, profile, rows, guesses):
    ours, frozen = guesses
    print("minutes  last  profile  last+change  OURS  frozen   bar  LightGBM  80 % interval holds")
    for i, step in enumerate(HORIZONS):
        at = rows[rows + step < len(free)]
        k = len(at)
        then = truth[at + step]
        scored = np.isfinite(then) & np.isfinite(truth[at])
        low, high = ours["low"][:k, i], ours["high"][:k, i]
        held = ((low <= then + 1e-9) & (then <= high + 1e-9))[scored].mean()
        change = profile[at + step] - profile[at]
        errors = [
            mean_error(guess, then, scored)
            for guess in (free[at], profile[at + step], free[at] + change)
        ]
        print(
            f"{HORIZONS_MIN[i]:7d} {errors[0]:5.2f} {errors[1]:8.2f} {errors[2]:12.2f} "
            f"{mean_error(ours['middle'][:k, i], then, scored):5.2f} "
            f"{mean_error(frozen['middle'][:k, i], then, scored):7.2f} "
            f"{BAR[i]:5.2f} {LIGHTGBM[i]:9.2f} {100 * held:10.1f} %   ({scored.sum()} forecasts)"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stride", type=int, default=1, help="score every n-th quarter-hour")
    stride = parser.parse_args().stride
    if "DALGU_TEST_DATA" not in os.environ:
        sys.exit("Set DALGU_TEST_DATA to the folder that holds parking-malaga.")
    raw, first = read_lots(Path(os.environ["DALGU_TEST_DATA"]) / FILE)
    train = int(len(raw) * TRAIN_SHARE)
    capacity = np.nanmax(raw[:train], axis=0)
    free = bridge_short_gaps(raw) / capacity
    profile = weekly_profile(free, first, train)
    rows = np.arange(train, len(free), stride)
    started = time.process_time()
    ours = forecasts(free, first, train, rows, remember=True)
    spent_s = time.process_time() - started
    frozen = forecasts(free, first, train, rows, remember=False)
    print(f"MAE, % of capacity; last 20 %, {free.shape[1]} lots, gaps up to 1 h interpolated")
    print_table(free, free, profile, rows, (ours, frozen))
    print("\nThe same, scored only where both counts are real")
    print_table(free, raw / capacity, profile, rows, (ours, frozen))
    print(f"\n{1000 * spent_s / len(rows):.1f} ms CPU for {free.shape[1]} lots at 4 horizons")


if __name__ == "__main__":
    main()
