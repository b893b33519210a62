"""Starts and repairs read from the course of belief, each with the day it was first known."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.services.water.leakage.inflow.changes import Course
from dalgu.services.water.leakage.inflow.hypotheses import Kind

BELIEVED = 0.6  # share of belief that a change must gather before it is told
SAME_CHANGE_DAYS = 5  # a change dated so near a told one is that one, dated better
NOTABLE_STEP = 0.01  # of expected demand: the smallest change worth a visit
CONFIRMED_DAYS = 1  # one odd day may be a holiday: the next day must agree
BEFORE_DAYS = 2  # leakage before a change is taken so many days earlier


class ChangeKind(StrEnum):
    """What happened to the leakage of a district."""

    BURST = "burst"
    GROWTH = "growth"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: district and day as positions, the day it was told, and its size so far."""

    district: int
    kind: ChangeKind
    began_day: int
    told_day: int
    step_m3h: float


def changes_of(course: Course, district: int, unit_m3h: float) -> list[Change]:
    """List the changes of one district in the order in which they were told.

    A change is told on the first day on which it carries most of the belief; what it says is
    not taken back later.
    """
    told: list[Change] = []
    for day in range(course.leakage.shape[1]):
        change = _change_told(course, district, day, unit_m3h)
        if change and not any(_same(change, earlier) for earlier in told):
            told.append(change)
    return told


def _change_told(course: Course, district: int, day: int, unit_m3h: float) -> Change | None:
    began = int(course.since[district, day])
    last = Kind(int(course.kind[district, day]))
    if began < 0 or last is Kind.LEVEL_OFF or day - began < CONFIRMED_DAYS:
        return None
    if course.support[district, day] < BELIEVED:
        return None
    before = course.leakage[district, max(began - BEFORE_DAYS, 0)] if began > 0 else 0.0
    step = float(course.leakage[district, day] - before)
    if abs(step) < NOTABLE_STEP or not np.isfinite(step):
        return None
    kind = ChangeKind.GROWTH if last is Kind.GROWTH else ChangeKind.BURST
    if step < 0:
        kind = ChangeKind.REPAIR
    return Change(district, kind, began, day, step * unit_m3h)


def _same(one: Change, other: Change) -> bool:
    near = abs(one.began_day - other.began_day) <= SAME_CHANGE_DAYS
    return near and (one.step_m3h > 0) == (other.step_m3h > 0)
