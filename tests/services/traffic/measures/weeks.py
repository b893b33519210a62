"""Weeks of made-up detectors: traffic that rises and falls with the day and rests on Sundays."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from dalgu.services.traffic.measures.detector_days import DetectorDay

FIRST = date(2026, 10, 26)  # a Monday
WEEKS = 5
BUSY = np.array([2, 1, 1, 1, 2, 6, 20, 34, 36, 28, 25, 26, 27, 27, 28, 31, 36, 38, 30, 22, 16])
SHAPE = np.concatenate([BUSY, [12, 8, 4]]) / 40.0
LANES = ("a", "b", "c", "d", "e", "f")
SIZES = np.array([420, 380, 300, 260, 180, 120])  # vehicles in the busiest hour


def a_day(number, rng, size=1.0):
    """Day number `number` of one signal with six loops."""
    day = FIRST + timedelta(days=number)
    sunday = 0.6 if day.weekday() == 6 else 1.0
    counts = rng.poisson(np.outer(SIZES * size * sunday, SHAPE))
    none = np.zeros(len(LANES), bool)
    heard = np.ones((1, 24), bool)
    return DetectorDay(day, ("s",), LANES, np.zeros(6, np.int64), counts, heard, none, none)


def days(count=WEEKS * 7, seed=1, size=1.0):
    """Days in a row."""
    rng = np.random.default_rng(seed)
    return [a_day(number, rng, size) for number in range(count)]


def changed(day, lane, counts, **more):
    """A day on which one detector told something else; `counts` makes it of what it counted."""
    place = day.detectors.index(lane)
    told = day.counts.copy()
    told[place] = counts(told[place])
    return replace(day, counts=told, **more)
