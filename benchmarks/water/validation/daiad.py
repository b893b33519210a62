"""Estimates of hidden hours of real households, against a flat line and a straight register.

    DALGU_TEST_DATA=<folder of the test data> python benchmarks/water/validation/daiad.py \
        [--seeds 3] [--half second|first]

Data: DAIAD trial A, Alicante, 92 meters read about every hour for a year with all its defects
(CC BY-SA 4.0, github.com/DAIAD/data). Gaps of 1 h, 6 h, 24 h and 7 d are hidden where every hour
was read, four weeks after a meter's first read at the earliest. The method's constants were set
on the first half of the meters (even positions); figures are of the second.

flat: the register difference between the last and the next known full hour, split evenly
(what MDM products do). linear: the register drawn straight between the reads around the gap.
MAE is over the hours a gap leaves unknown. The month's end is put at random on a full hour inside
the gap; the bill is of the thirty days before it, by tiers of 580 won/m3 to 20 m3, 790 to 30 m3,
1,040 above.
"""

import argparse
import csv
import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dalgu.services.water.validation.hours import Window, hours_of
from dalgu.services.water.validation.registers import meter_reads, trail_of
from dalgu.services.water.validation.rules import Check, load_rules
from dalgu.services.water.validation.sheet import Standing

LENGTHS_H = (1, 6, 24, 168)
WARM_UP_H = 28 * 24
MONTH_H = 30 * 24
TIERS = ((0, 580), (20_000, 790), (30_000, 1_040))  # from litres on, won/m3


def read_daiad(path):
    """Return all reads as they come: meters, instants, registers in m3."""
    with zipfile.ZipFile(path) as archive:
        text = io.TextIOWrapper(archive.open("swm_trialA.csv"), "utf-8")
        rows = [row for row in csv.reader(text, delimiter=";") if len(row) >= 3][1:]
    ids, meter = np.unique([row[0] for row in rows], return_inverse=True)
    at_s = [datetime.strptime(row[1], "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC) for row in rows]
    register = np.array([float(row[2]) for row in rows])
    seconds = np.array([at.timestamp() for at in at_s])
    nothing = np.zeros(len(rows), np.int64)
    return len(ids), meter_reads(meter.astype(np.int64), seconds, register / 1000, nothing)


class Trial:
    """The reads of the trial, and the hours that are known by all of them."""

    def __init__(self, meters, reads):
        self.meters, self.reads = meters, reads
        self.rules = load_rules()
        start_s = np.floor(reads.at_s.min() / 86400) * 86400
        days = int((reads.at_s.max() - start_s) // 86400)
        weekday = datetime.fromtimestamp(start_s, UTC).weekday()
        self.window = Window(start_s, days, weekday, np.zeros((meters, 0), np.int32))
        self.trail, self.hours = self.validated(reads)
        self.is_read = self.hours.standing == Standing.ACTUAL

    def validated(self, reads):
        trail = trail_of(reads, np.full(self.meters, np.nan), 1e12, self.rules)
        return trail, hours_of(trail, self.window, self.rules)

    def at_h(self, reads):
        return (reads.at_s - self.window.start_s) / 3600

    def gaps(self, length, random, meters):
        """Return (meter, first hour) of gaps to hide, three to seven weeks apart."""
        found = []
        for meter in meters:
            read = np.flatnonzero(self.is_read[meter])
            hour = (read[0] if len(read) else 10**9) + WARM_UP_H + int(random.integers(480))
            while hour + length + 2 < self.window.hours:
                if self.is_read[meter, hour - 1 : hour + length + 1].all():
                    found.append((meter, hour))
                    hour += length + int(random.integers(480, 960))
                else:
                    hour += int(random.integers(5, 40))
        return found

    def without(self, gaps, length):
        keep, at_h = np.ones(len(self.reads.meter), bool), self.at_h(self.reads)
        for meter, hour in gaps:
            low, high = np.searchsorted(self.reads.meter, [meter, meter + 1])
            first, last = low + np.searchsorted(at_h[low:high], [hour, hour + length])
            keep[first:last] = False
        return self.reads.kept(keep)


def bill_won(litres):
    """Return the tiered bill of a month's litres, won."""
    steps = zip(TIERS, (*TIERS[1:], (10**12, 0)), strict=True)
    return sum(max(0, min(litres, end) - start) * won / 1000 for (start, won), (end, _) in steps)


def judge_gap(trial, estimated, gap, length, random):
    """Return one gap's sums of errors: hours, and litres and won at a month's end, by method."""
    (meter, hour), (hidden, hours) = gap, estimated
    around = slice(hour - 1, hour + length + 1)
    unknown = np.flatnonzero(hours.standing[meter, around] != Standing.ACTUAL)
    if len(unknown) == 0 or hours.gap[meter, around].max() > 4:
        return None
    place = slice(hour - 1 + unknown[0], hour + unknown[-1])
    true = trial.hours.use_l[meter, place].astype(float)
    low, high = np.searchsorted(hidden.reads.meter, [meter, meter + 1])
    edges = np.arange(place.start, place.stop + 1)
    register = np.interp(edges, trial.at_h(hidden.reads)[low:high], hidden.count_l[low:high])
    tries = (
        np.full(len(true), true.sum() / len(true)),
        np.diff(np.rint(register)),
        hours.use_l[meter, place].astype(float),
    )
    end = int(random.integers(1, len(true))) if len(true) > 1 else 1
    month = trial.hours.use_l[meter, max(0, place.start + end - MONTH_H) : place.start + end]
    month_l = float(np.maximum(month, 0).sum())
    off_l = [float((one[:end] - true[:end]).sum()) for one in tries]
    won = [abs(bill_won(month_l + off) - bill_won(month_l)) for off in off_l]
    return (
        [np.abs(one - true).sum() for one in tries],
        [abs(off) for off in off_l],
        won,
        len(true),
        abs(tries[2].sum() - np.diff(register[[0, -1]])[0]),
    )


def score(trial, length, seeds, meters):
    found = []
    for seed in range(seeds):
        random = np.random.default_rng([seed, length])
        gaps = trial.gaps(length, random, meters)
        estimated = trial.validated(trial.without(gaps, length))
        judged = (judge_gap(trial, estimated, gap, length, random) for gap in gaps)
        found += [one for one in judged if one is not None]
    hours_judged = sum(one[3] for one in found)
    mae = np.sum([one[0] for one in found], axis=0) / hours_judged
    return len(found), mae, *(np.mean([one[k] for one in found], axis=0) for k in (1, 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--half", choices=("first", "second"), default="second")
    options = parser.parse_args()
    path = Path(os.environ.get("DALGU_TEST_DATA", ".")) / "water-daiad/swm_trialA.zip"
    trial = Trial(*read_daiad(path))
    named = {one.slug: int((trial.trail.findings.check == one).sum()) for one in Check}
    print(f"{len(trial.reads.meter):,} reads of {trial.meters} meters, {trial.window.days} days")
    print("found on reads: " + ", ".join(f"{name} {n}" for name, n in named.items() if n))
    meters = range(options.half == "second", trial.meters, 2)
    print(f"{options.half} half of the meters, {options.seeds} seeds; flat / linear / ours")
    print("gap     gaps  MAE l an hour          month's end, l            bill, won")
    for length in LENGTHS_H:
        count, *figures = score(trial, length, options.seeds, meters)
        told = "   ".join(" ".join(f"{one:7.2f}" for one in each) for each in figures)
        print(f"{length:3d} h {count:7d}  {told}", flush=True)


if __name__ == "__main__":
    main()
