"""The rules on hours and days: what a meter used, against its own four weeks before.

All is arrays over meters and days; a rule that cannot be judged (too few known days) is silent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.validation.rules import Check, Rules
from dalgu.services.water.validation.sheet import HOURS, Standing

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint32]

LIKE_DAYS = 28
LEAST_ACTUAL = 20  # hours that were read, for a day to be likened to


@dataclass(frozen=True, slots=True)
class Days:
    """What n meters used by the day: shape (n, before + days) each.

    `total_l` litres; `highest_l` of the highest hour; `whole` where no hour is missing; `read`
    where enough of it was read to liken others to it. `weekday` is that of column 0.
    """

    total_l: Ints
    highest_l: Ints
    whole: Mask
    read: Mask
    weekday: int


def days_of(use_l: NDArray[np.int32], actual: Mask, weekday: int) -> Days:
    """Return the days of hours, shape (n, 24 days) litres, -1 where missing.

    >>> days = days_of(np.full((1, 24), 2, np.int32), np.ones((1, 24), bool), 0)
    >>> days.total_l.tolist(), days.whole.tolist()
    ([[48]], [[True]])
    """
    by_day = use_l.reshape(len(use_l), use_l.shape[1] // HOURS, HOURS)
    whole = by_day.min(axis=2, initial=0) >= 0
    used_l = by_day if whole.all() else np.maximum(by_day, 0)
    return Days(
        total_l=used_l.sum(axis=2, dtype=np.int64),
        highest_l=used_l.max(axis=2, initial=0).astype(np.int64),
        whole=whole,
        read=np.count_nonzero(actual.reshape(by_day.shape), axis=2) >= LEAST_ACTUAL,
        weekday=weekday,
    )


def joined(history: Days, days: Days) -> Days:
    """Return the days of a window behind those of its history."""
    parts = (history.total_l, days.total_l), (history.highest_l, days.highest_l)
    total_l, highest_l = (np.concatenate(pair, axis=1) for pair in parts)
    whole = np.concatenate([history.whole, days.whole], axis=1)
    read = np.concatenate([history.read, days.read], axis=1)
    return Days(total_l, highest_l, whole, read, history.weekday)


def check_days(days: Days, likened: Days, rules: Rules) -> Bits:
    """Return the bits of spike, high, low and zero, shape (n, days).

    `likened` are the days' own reads behind those of the weeks before: shape (n, before + days).
    """
    raised: Bits = np.zeros(days.total_l.shape, np.uint32)
    columns = likened.total_l.shape[1]
    before = columns - raised.shape[1]
    is_rest = (np.arange(columns) + likened.weekday) % 7 >= 5
    for day in range(raised.shape[1]):
        past = slice(max(0, day + before - LIKE_DAYS), day + before)
        read = likened.read[:, past]
        like = read & (is_rest[past] == is_rest[day + before])
        raised[:, day] = _against_like_days(days, day, (likened.total_l[:, past], like), rules)
        raised[:, day] |= _spike(days, day, (likened.highest_l[:, past], read), rules)
    return raised


def _against_like_days(days: Days, day: int, past: tuple[Ints, Mask], rules: Rules) -> Bits:
    past_l, like = past
    count = like.sum(axis=1)
    mean_l = np.where(like, past_l, 0).sum(axis=1) / np.maximum(count, 1)
    total_l, whole = days.total_l[:, day], days.whole[:, day]

    high = (count >= rules.limit(Check.HIGH, "days")) & (
        total_l > rules.limit(Check.HIGH, "times") * mean_l
    )
    high &= total_l - mean_l >= rules.limit(Check.HIGH, "least_l")
    low = (count >= rules.limit(Check.LOW, "days")) & whole & (total_l > 0)
    low &= total_l < rules.limit(Check.LOW, "part") * mean_l
    low &= mean_l >= rules.limit(Check.LOW, "least_l")
    zero = (count >= rules.limit(Check.ZERO, "days")) & whole & (total_l == 0)
    zero &= mean_l >= rules.limit(Check.ZERO, "least_l")
    return _bits(high, Check.HIGH) | _bits(low, Check.LOW) | _bits(zero, Check.ZERO)


def _spike(days: Days, day: int, past: tuple[Ints, Mask], rules: Rules) -> Bits:
    past_l, read = past
    highest_l = np.where(read, past_l, 0).max(axis=1, initial=0)
    here_l = days.highest_l[:, day]
    spike = read.sum(axis=1) >= rules.limit(Check.SPIKE, "days")
    spike &= here_l > rules.limit(Check.SPIKE, "times") * highest_l
    spike &= here_l >= rules.limit(Check.SPIKE, "least_l")
    return _bits(spike, Check.SPIKE)


def check_stuck(days: Days, flowing: Mask) -> Bits:
    """Return the bit of a register that stood still on a day on which flow was reported."""
    return _bits(days.whole & (days.total_l == 0) & flowing, Check.STUCK)


def check_sum(use_l: NDArray[np.int32], start_l: Ints, end_l: Ints, rules: Rules) -> Bits:
    """Return the bit of days whose hours do not add up to the registers' difference.

    `use_l` is shape (n, 24 days), the counts shape (n, days), -1 where unknown: such days, and
    those with a missing hour, are not judged.
    """
    by_day = use_l.reshape(len(use_l), use_l.shape[1] // HOURS, HOURS)
    known = (start_l >= 0) & (end_l >= 0) & (by_day.min(axis=2, initial=0) >= 0)
    off_l = np.abs(by_day.sum(axis=2, dtype=np.int64) - (end_l - start_l))
    return _bits(known & (off_l > rules.limit(Check.SUM, "off_l")), Check.SUM)


def refuse_days(
    refused: Mask, use_l: NDArray[np.int32], standing: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return hours without those of refused days, shape (n, days): they are to be estimated."""
    hours = np.repeat(refused, HOURS, axis=1)
    return (
        np.where(hours, -1, use_l).astype(np.int32),
        np.where(hours, Standing.MISSING, standing).astype(np.uint8),
    )


def _bits(mask: Mask, check: Check) -> Bits:
    return np.where(mask, np.uint32(check.bit), np.uint32(0))
