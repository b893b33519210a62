"""From trails to hours: the register at each full hour, read or estimated, and their differences.

The register at a full hour is read off the line between the reads around it when these are
near each other (`hourly.LONGEST_STEP_S`); in longer gaps it is estimated. As all hours of an
epoch are differences of one count, they add up to what the register itself says.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly import HOUR_S, LONGEST_STEP_S
from dalgu.services.water.validation.estimating import (
    Gaps,
    Past,
    by_expectation,
    spread,
)
from dalgu.services.water.validation.registers import Trail
from dalgu.services.water.validation.rules import GAPS, Check, Rules
from dalgu.services.water.validation.sheet import HOURS, Standing

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ACTUAL, SHORT = 1, 2  # how a register at a full hour is known; beyond: by profile, by length


@dataclass(frozen=True, slots=True)
class Window:
    """Some local days of an area: `before` hours of history, then `hours` from `start_s` on.

    `history_l` is shape (n, before), int32 litres that were read in the days just before, -1
    where they were not; it covers whole days. `weekday` is that of the window's first day,
    0 on Monday. `edited`, shape (n, hours), tells what a person set: nothing is likened to it.
    """

    start_s: float
    days: int
    weekday: int
    history_l: NDArray[np.int32]
    edited: Mask | None = None

    @property
    def hours(self) -> int:
        """How many hours the window has."""
        return self.days * HOURS


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of n meters in a window.

    `use_l` is shape (n, hours), int32 litres, -1 where missing; `standing` of the same shape;
    `gap` of the same shape, uint8: 0, or 1 to 4 for the classes of `rules.GAPS`, 5 where a side
    is open; `register_l` shape (n, days + 1), int64 litres as a dial shows them at the
    midnights, -1 where no read is near; `count_l` of the same shape: the unwound count.
    `first_read`, `last_read` are shape (n, days), positions of the day's reads in the trail, -1
    where there is none.
    """

    use_l: NDArray[np.int32]
    standing: NDArray[np.uint8]
    gap: NDArray[np.uint8]
    register_l: Ints
    count_l: Ints
    first_read: Ints
    last_read: Ints


OPEN_GAP = len(GAPS) + 1


def hours_of(trail: Trail, window: Window, rules: Rules) -> Hours:
    """Return the hours of all meters: read where reads are near, estimated elsewhere."""
    meters = len(window.history_l)
    before, after, exact = _around(trail, window, meters)
    known, epoch, count, gaps, kind = _read_off(trail, window, rules, (before, after, exact))
    use_l, standing = _differences(known, epoch, count, kind)
    if len(gaps.row):
        rows, place = np.unique(gaps.row, return_inverse=True)
        past = _past(window, rows, use_l, standing)
        row, end, litres = spread(past, replace(gaps, row=place))
        inside = (end >= 0) & (end <= window.hours)
        count[rows[row[inside]], end[inside]] = litres[inside]
        known[rows[row[inside]], end[inside]] = True
        use_l, standing = _differences(known, epoch, count, kind)
    gap = np.maximum(kind[:, :-1], kind[:, 1:])
    gap = np.where(gap >= SHORT, gap - 1, 0).astype(np.uint8)
    fill_open(window, use_l, standing, gap)
    midnight = np.where(kind == ACTUAL, count, -1)[:, ::HOURS]
    dials = _dials(trail, before, midnight)
    return Hours(use_l, standing, gap, dials, midnight, *_of_days(before, after))


def _around(trail: Trail, window: Window, meters: int) -> tuple[Ints, Ints, Mask]:
    """Return positions of the reads before and after each full hour, -1 where there is none.

    All are shape (meters, hours + 1); the last tells where the read before is at the hour.
    """
    at_s, ends = trail.reads.at_s, window.hours + 1
    cell = np.clip(np.ceil((at_s - window.start_s) / HOUR_S), 0, ends).astype(np.int64)
    counts = np.bincount(trail.reads.meter * (ends + 1) + cell, minlength=meters * (ends + 1))
    until = np.cumsum(counts).reshape(meters, ends + 1)
    first = np.r_[0, until[:-1, -1]][:, None] if meters else np.zeros((0, 1), np.int64)
    before = np.where(until[:, :-1] > first, until[:, :-1] - 1, -1)
    after = np.where(until[:, :-1] < until[:, -1:], until[:, :-1], -1)
    if not len(at_s):
        return before, after, np.zeros(before.shape, bool)
    end_s = window.start_s + HOUR_S * np.arange(ends)
    exact = (before >= 0) & (at_s[before] == end_s)
    return before, np.where(exact, before, after), exact


def _read_off(
    trail: Trail, window: Window, rules: Rules, around: tuple[Ints, Ints, Mask]
) -> tuple[Mask, Ints, Ints, Gaps, NDArray[np.uint8]]:
    """Return where the count is known, its epoch, the count, the gaps to spread and the kind."""
    before, after, exact = around
    both = (before >= 0) & (after >= 0)
    if not len(trail.epoch):
        shape = before.shape
        nothing = np.zeros(0, np.int64)
        gaps = Gaps(nothing, np.zeros(0), np.zeros(0), nothing, nothing)
        return (
            both,
            np.zeros(shape, np.int64),
            np.zeros(shape, np.int64),
            gaps,
            both.astype(np.uint8),
        )
    epoch = trail.epoch[before]
    both &= epoch == trail.epoch[after]
    at_s, count_l = trail.reads.at_s, trail.count_l
    count = count_l[before]
    kind = np.where(exact, ACTUAL, 0).astype(np.uint8)
    row, end = np.nonzero(both & ~exact)
    left, right = before[row, end], after[row, end]
    step_s = at_s[right] - at_s[left]
    limits_s = np.array([LONGEST_STEP_S, *(_step_s(rules, check) for check in GAPS[:-1])])
    kinds = (ACTUAL + np.searchsorted(limits_s, step_s)).astype(np.uint8)
    kind[row, end] = kinds
    part = (window.start_s + HOUR_S * end - at_s[left]) / step_s
    rise = count_l[right] - count_l[left]
    count[row, end] += np.rint(part * rise).astype(np.int64)
    known = exact | (both & (kind <= SHORT))
    long = np.flatnonzero(kinds > SHORT)
    _, once = np.unique(left[long], return_index=True)
    one = long[once]
    gaps = Gaps(
        row[one],
        (at_s[left[one]] - window.start_s) / HOUR_S,
        (at_s[right[one]] - window.start_s) / HOUR_S,
        count_l[left[one]],
        rise[one],
    )
    return known, epoch, count, gaps, kind


def _step_s(rules: Rules, check: Check) -> float:
    return rules.limit(check, "step_h") * HOUR_S


def _differences(
    known: Mask, epoch: Ints, count: Ints, kind: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    bound = known[:, :-1] & known[:, 1:] & (epoch[:, :-1] == epoch[:, 1:])
    use_l = np.where(bound, np.diff(count, axis=1), -1).astype(np.int32)
    worst = np.maximum(kind[:, :-1], kind[:, 1:])
    by = np.minimum(worst, Standing.PROFILE)  # actual, linear, profile: in the order of kinds
    return use_l, np.where(bound, by, Standing.MISSING).astype(np.uint8)


def _past(
    window: Window, rows: Ints, use_l: NDArray[np.int32], standing: NDArray[np.uint8]
) -> Past:
    """Return what was read of some rows, before the window and in it."""
    read = standing[rows] == Standing.ACTUAL
    if window.edited is not None:
        read &= ~window.edited[rows]
    seen = np.where(read, use_l[rows], -1).astype(np.int32)
    before = window.history_l.shape[1]
    return Past(
        np.concatenate([window.history_l[rows], seen], axis=1),
        before,
        (window.weekday - before // HOURS) % 7,
    )


def fill_open(
    window: Window,
    use_l: NDArray[np.int32],
    standing: NDArray[np.uint8],
    gap: NDArray[np.uint8],
) -> None:
    """Estimate hours without a register on one side by like days alone; in place."""
    row, hour = np.nonzero(use_l < 0)
    if not len(row):
        return
    begins = np.r_[True, (np.diff(row) != 0) | (np.diff(hour) != 1)]
    until = hour[np.flatnonzero(begins)][np.cumsum(begins) - 1]
    rows, place = np.unique(row, return_inverse=True)
    litres = by_expectation(_past(window, rows, use_l, standing), place, hour, until)
    found = litres >= 0
    row, hour = row[found], hour[found]
    use_l[row, hour] = litres[found]
    standing[row, hour] = Standing.PROFILE
    gap[row, hour] = OPEN_GAP


def _of_days(before: Ints, after: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last read of each day, both midnights among them."""
    first, last = after[:, :-1:HOURS], before[:, HOURS::HOURS]
    is_read = (first >= 0) & (last >= 0) & (first <= last)
    return np.where(is_read, first, -1), np.where(is_read, last, -1)


def _dials(trail: Trail, before: Ints, midnight: Ints) -> Ints:
    """Return unwound counts at midnights as the dial showed them: a roll-over wound up again."""
    if not len(trail.count_l):
        return midnight
    at = before[:, ::HOURS]
    wound = trail.count_l[at] - trail.reads.register_l[at]
    return np.where((midnight >= 0) & (wound >= MILLION_L), midnight - wound, midnight)


MILLION_L = 1_000_000  # less is a register held level while water that ran back is made up
