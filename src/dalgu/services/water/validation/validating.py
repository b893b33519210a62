"""An area's days judged as a whole: trails, hours, rules, edits, sheets. Pure; jobs read and write.

The same reads give the same sheets, in whatever order they came and however often.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.ids import EntityId
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.validation.checking import (
    Days,
    check_days,
    check_stuck,
    check_sum,
    days_of,
    joined,
    refuse_days,
)
from dalgu.services.water.validation.hours import Hours, Window, fill_open, hours_of
from dalgu.services.water.validation.registers import MeterReads, Trail, trail_of
from dalgu.services.water.validation.rules import GAPS, Check, Rules
from dalgu.services.water.validation.sheet import HOURS, Sheet, Standing

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

DAY_S = HOURS * HOUR_S
STEADY_S = 60.0  # a clock that is right says its reads at the same minute of the hour
BREAKS = Check.CHANGE.bit | Check.RATE.bit


@dataclass(frozen=True, slots=True)
class Edit:
    """Hours that a person set: of a row, from an hour of the window on, whole litres."""

    row: int
    hour: int
    values_l: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that the days of one area are judged by.

    `meters` are n ids in order; `diameter_mm` is shape (n,), NaN where unknown; `flowing` shape
    (n, days): days on which a meter reported flow. `history` sums up the days of the window's
    history. `reads` are of rows 0 to n - 1 and begin
    some days before the window and end some hours after it, as far as there are any.
    """

    meters: tuple[EntityId, ...]
    diameter_mm: NDArray[np.float64]
    reads: MeterReads
    window: Window
    history: Days
    flowing: Mask
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Days of an area: hours as in `hours.Hours`, `raised` shape (n, days) of rule bits.

    `first_message`, `last_message` are shape (n, days). `is_cut` is shape (n, days): days that
    a gap reaches into from before the window's first read, so that less is known than there
    may be.
    """

    hours: Hours
    raised: NDArray[np.uint32]
    first_message: Ints
    last_message: Ints
    is_cut: Mask


def history_of(window: Window) -> Days:
    """Return the days of a window's history, summed up."""
    weekday = (window.weekday - window.history_l.shape[1] // HOURS) % 7
    return days_of(window.history_l, window.history_l >= 0, weekday)


def judge(ground: Ground, now_s: float, rules: Rules) -> Judged:
    """Return the days of an area, judged by the rules at an instant."""
    window = ground.window
    trail = trail_of(ground.reads, ground.diameter_mm, now_s, rules)
    hours = hours_of(trail, window, rules)
    raised = _found(trail, ground) | _clock(ground, rules)
    use_l, standing, gap = hours.use_l, hours.standing, hours.gap
    days = days_of(use_l, standing > Standing.MISSING, window.weekday)
    stuck = check_stuck(days, ground.flowing)
    raised |= check_days(days, _likened(ground, hours), rules) | stuck
    if stuck.any() and rules.refuses(Check.STUCK):
        use_l, standing = refuse_days(stuck > 0, use_l, standing)
        fill_open(window, use_l, standing, gap)
    for edit in ground.edits:
        place = slice(edit.hour, edit.hour + len(edit.values_l))
        use_l[edit.row, place] = edit.values_l
        standing[edit.row, place] = Standing.EDITED
    raised |= _gaps(gap)
    off = check_sum(use_l, hours.count_l[:, :-1], hours.count_l[:, 1:], rules)
    raised |= np.where(raised & BREAKS, np.uint32(0), off)
    hours = Hours(
        use_l, standing, gap, hours.register_l, hours.count_l, hours.first_read, hours.last_read
    )
    first, last = (_messages(trail, at) for at in (hours.first_read, hours.last_read))
    return Judged(hours, raised, first, last, _cut(ground, trail))


def sheet_of(area: EntityId, first: date, ground: Ground, judged: Judged, day: int) -> Sheet:
    """Return one day of what was judged, as a sheet of all its meters."""
    place = slice(day * HOURS, (day + 1) * HOURS)
    hours = judged.hours
    return Sheet(
        area=area,
        day=first + timedelta(days=day),
        meters=ground.meters,
        start_register_l=hours.register_l[:, day],
        end_register_l=hours.register_l[:, day + 1],
        use_l=hours.use_l[:, place],
        standing=hours.standing[:, place],
        raised=judged.raised[:, day],
        first_message=judged.first_message[:, day],
        last_message=judged.last_message[:, day],
    )


def _likened(ground: Ground, hours: Hours) -> Days:
    """Return what days are held against: what was read in the weeks before and in the window."""
    read = hours.standing == Standing.ACTUAL
    if ground.window.edited is not None:
        read &= ~ground.window.edited
    return joined(
        ground.history, days_of(np.where(read, hours.use_l, -1), read, ground.window.weekday)
    )


def edited_mask(meters: int, days: int, edits: tuple[Edit, ...]) -> Mask | None:
    """Return which hours a person set, shape (meters, 24 days); None where there is none."""
    if not edits:
        return None
    mask: Mask = np.zeros((meters, days * HOURS), bool)
    for edit in edits:
        mask[edit.row, edit.hour : edit.hour + len(edit.values_l)] = True
    return mask


def _found(trail: Trail, ground: Ground) -> NDArray[np.uint32]:
    """Return the bits of what was found on single reads, by the day they are dated."""
    window, found = ground.window, trail.findings
    raised = np.zeros((len(ground.meters), window.days), np.uint32)
    day = np.floor((found.at_s - window.start_s) / DAY_S)
    # What is dated far ahead is told on the last day there is.
    day = np.where(found.check == Check.FUTURE, np.minimum(day, window.days - 1), day)
    inside = (day >= 0) & (day < window.days)
    bits = np.left_shift(np.uint32(1), found.check[inside].astype(np.uint32))
    np.bitwise_or.at(raised, (found.meter[inside], day[inside].astype(np.int64)), bits)
    return raised


def _clock(ground: Ground, rules: Rules) -> NDArray[np.uint32]:
    """Return the bit of days on which the minute of a meter's reads moved for good."""
    window, reads = ground.window, ground.reads
    raised = np.zeros((len(ground.meters), window.days), np.uint32)
    if len(reads.at_s) < 4:
        return raised
    step_s = np.diff(reads.at_s)
    turned = step_s - HOUR_S * np.rint(step_s / HOUR_S)
    steady = np.abs(turned) <= STEADY_S
    moved = np.abs(turned[1:-1]) > rules.limit(Check.CLOCK, "moved_s")
    moved &= steady[:-2] & steady[2:] & (reads.meter[:-3] == reads.meter[3:])
    at = np.flatnonzero(moved) + 2
    day = np.floor((reads.at_s[at] - window.start_s) / DAY_S).astype(np.int64)
    inside = (day >= 0) & (day < window.days)
    raised[reads.meter[at][inside], day[inside]] = Check.CLOCK.bit
    return raised


def _gaps(gap: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the bits of the classes of gaps of each day, from those of its hours."""
    raised = np.zeros((len(gap), gap.shape[1] // HOURS), np.uint32)
    if not gap.any():
        return raised
    by_day = gap.reshape(len(gap), gap.shape[1] // HOURS, HOURS)
    for kind, check in enumerate((*GAPS, Check.OPEN), start=1):
        raised |= np.where((by_day == kind).any(axis=2), np.uint32(check.bit), np.uint32(0))
    return raised


def _messages(trail: Trail, at: Ints) -> Ints:
    if not len(trail.reads.message):
        return np.zeros(at.shape, np.int64)
    return np.where(at >= 0, trail.reads.message[at], 0)


def _cut(ground: Ground, trail: Trail) -> Mask:
    """Return the days up to the first read of a meter that has none before the window."""
    days = ground.window.days
    first_s = np.full(len(ground.meters), np.inf)
    starts = np.flatnonzero(np.r_[True, np.diff(trail.reads.meter) != 0])
    if len(trail.reads.meter):
        first_s[trail.reads.meter[starts]] = trail.reads.at_s[starts]
    begin_s = ground.window.start_s + DAY_S * np.arange(days)
    cut: Mask = (first_s[:, None] > begin_s) & (first_s[:, None] > ground.window.start_s)
    return cut
