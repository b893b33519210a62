"""Register reads as they came, made into trails that only rise: what cannot be is named.

A trail of a meter is one or more epochs. Within an epoch the register is one count of litres:
roll-overs are unwound, so two of its reads differ by what was used. Between two epochs (another
meter, an impossible rise) nothing is known of what was used.
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.validation.rules import Check, Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LITRES_PER_M3 = 1000
LARGEST_L = 10**15  # no dial shows more; beyond float64 counts litres no longer
UNKNOWN_DIAMETER_MM = 50.0
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class MeterReads:
    """Reads of many meters, clustered by meter, oldest first, each but once.

    `meter` is shape (n,), positions from 0 on; `at_s` seconds since 1970 UTC; `register_l` whole
    litres; `message` the device message behind each, 0 where there is none.
    """

    meter: Ints
    at_s: Floats
    register_l: Ints
    message: Ints

    def kept(self, mask: NDArray[np.bool_]) -> "MeterReads":
        """Return the reads where the mask, shape (n,), is true."""
        return MeterReads(
            self.meter[mask], self.at_s[mask], self.register_l[mask], self.message[mask]
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found on single reads: shape (m,) each; `check` is the bit of the rule."""

    meter: Ints
    at_s: Floats
    check: Ints


@dataclass(frozen=True, slots=True)
class Trail:
    """Reads that hold, with `count_l`, shape (n,): litres that only rise within an `epoch`.

    `epoch` is shape (n,), numbers that differ where nothing links two reads of a meter.
    """

    reads: MeterReads
    count_l: Ints
    epoch: Ints
    findings: Findings


def meter_reads(meter: Ints, at_s: Floats, register_m3: Floats, message: Ints) -> MeterReads:
    """Return reads in whatever order they came as clustered reads; what is no register is left out.

    A read that was sent again counts once, with its first message.

    >>> reads = meter_reads(np.array([0, 0]), np.array([60.0, 0.0]), np.array([1.0015, 1.0]),
    ...                     np.array([7, 8]))
    >>> reads.register_l.tolist()
    [1000, 1002]
    """
    with np.errstate(invalid="ignore"):
        is_register = (register_m3 >= 0) & (register_m3 * LITRES_PER_M3 <= LARGEST_L)
    if not is_register.all():
        meter, at_s, message = meter[is_register], at_s[is_register], message[is_register]
        register_m3 = register_m3[is_register]
    register_l = np.rint(register_m3 * LITRES_PER_M3).astype(np.int64)
    reads = MeterReads(meter, at_s, register_l, message)
    if not _is_sorted(reads):
        order = np.lexsort((message, register_l, at_s, meter))
        reads = reads.kept(order)  # type: ignore[arg-type]  # positions pick as a mask does
    again = (np.diff(reads.meter) == 0) & (np.diff(reads.at_s) == 0)
    again &= np.diff(reads.register_l) == 0
    return reads.kept(np.r_[True, ~again]) if again.any() else reads


def _is_sorted(reads: MeterReads) -> bool:
    """Tell whether reads are in order already, without ties: then a sort of millions is spared."""
    same = reads.meter[1:] == reads.meter[:-1]
    later = reads.at_s[1:] > reads.at_s[:-1]
    return bool(np.all(np.where(same, later, reads.meter[1:] > reads.meter[:-1])))


def trail_of(reads: MeterReads, diameter_mm: Floats, now_s: float, rules: Rules) -> Trail:
    """Return the reads that hold, and what was found on the others.

    Parameters
    ----------
    reads, diameter_mm
        Reads of meters 0 to m - 1; `diameter_mm` is shape (m,), NaN where unknown.
    now_s
        The instant of the judgement, seconds since 1970 UTC.
    rules
        The limits of all rules of the kinds `time` and `register`.

    """
    found: list[tuple[Ints, Floats, Check]] = []

    def find(mask: NDArray[np.bool_], check: Check) -> None:
        found.append((reads.meter[mask], reads.at_s[mask], check))

    future = reads.at_s > now_s + rules.limit(Check.FUTURE, "ahead_s")
    if future.any():
        find(future, Check.FUTURE)
        reads = reads.kept(~future)
    twice, first = _duplicates(reads, rules.limit(Check.DUPLICATE, "same_l"))
    if (twice | ~first).any():
        find(twice, Check.DUPLICATE)
        reads = reads.kept(first & ~twice)
    count_l, epoch, kept = reads.register_l.copy(), np.zeros(len(reads.meter), np.int64), None
    falls = (np.diff(count_l) < 0) & (np.diff(reads.meter) == 0)
    if falls.any():
        fate = np.full(len(count_l), -1, np.int64)
        _mend_all(reads.meter, falls, rules, (count_l, epoch, fate))
        for check in (Check.OUTLIER, Check.REVERSE, Check.ROLLOVER, Check.CHANGE):
            find(fate & 15 == check, check)
        kept = fate < _DROPPED
        reads, count_l, epoch = reads.kept(kept), count_l[kept], epoch[kept]
    rises = _impossible(reads, count_l, epoch, diameter_mm, rules)
    if rises.any():
        found.append((reads.meter[rises], reads.at_s[rises], Check.RATE))
        epoch = epoch + np.cumsum(rises)
    return Trail(reads, count_l, epoch, _findings(found))


def _findings(found: list[tuple[Ints, Floats, Check]]) -> Findings:
    if not found:
        return Findings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    return Findings(
        np.concatenate([meter for meter, _, _ in found]),
        np.concatenate([at_s for _, at_s, _ in found]),
        np.concatenate([np.full(len(meter), check, np.int64) for meter, _, check in found]),
    )


def _duplicates(reads: MeterReads, same_l: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which reads contradict others of their instant, and which are its lowest."""
    same = (np.diff(reads.meter) == 0) & (np.diff(reads.at_s) == 0)
    twice, first = np.zeros(len(reads.meter), bool), np.ones(len(reads.meter), bool)
    if not same.any():
        return twice, first
    first[1:] = ~same
    group = np.cumsum(first) - 1
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(first)) - 1
    apart = reads.register_l[ends] - reads.register_l[starts] > same_l
    return apart[group], first


def _impossible(
    reads: MeterReads, count_l: Ints, epoch: Ints, diameter_mm: Floats, rules: Rules
) -> NDArray[np.bool_]:
    """Return which reads rose by more than the meter can pass since the one before."""
    steps = np.array(rules.entries[Check.RATE].steps)
    asked = np.where(np.isnan(diameter_mm), UNKNOWN_DIAMETER_MM, diameter_mm)
    step = np.minimum(np.searchsorted(steps[:, 0], asked), len(steps) - 1)
    most_l_per_s = steps[step, 1] * LITRES_PER_M3 / SECONDS_PER_HOUR
    rises = np.zeros(len(count_l), bool)
    if len(count_l) < 2:
        return rises
    risen_l = np.diff(count_l)
    # Few rise by more than the smallest meter passes in no time: only these are looked at closely.
    slack_l = rules.limit(Check.RATE, "slack_l")
    near = np.flatnonzero(risen_l > slack_l)
    meter = reads.meter[near]
    linked = (meter == reads.meter[near + 1]) & (epoch[near] == epoch[near + 1])
    span_s = reads.at_s[near + 1] - reads.at_s[near]
    rises[near + 1] = linked & (risen_l[near] > most_l_per_s[meter] * span_s + slack_l)
    return rises


_DROPPED = 16  # added to the check of a read that is not used


def _mend_all(
    meter: Ints, falls: NDArray[np.bool_], rules: Rules, parts: tuple[Ints, Ints, Ints]
) -> None:
    """Mend each meter whose register falls somewhere; `parts` are changed in place."""
    count_l, epoch, fate = parts
    for one in np.unique(meter[:-1][falls]).tolist():
        low, high = np.searchsorted(meter, [one, one + 1])
        place = slice(int(low), int(high))
        _split(count_l[place], epoch[place], fate[place], rules)
        for part in np.unique(epoch[place]).tolist():
            mine = place.start + np.flatnonzero(epoch[place] == part)
            count_l[mine], fate[mine] = _straighten(count_l[mine], fate[mine], rules)


def _split(count_l: Ints, epoch: Ints, fate: Ints, rules: Rules) -> None:
    """Unwind roll-overs and begin a new epoch where another register begins; in place."""
    reads = int(rules.limit(Check.CHANGE, "reads"))
    least_l = rules.limit(Check.CHANGE, "least_l")
    for i in (np.flatnonzero(np.diff(count_l) < 0) + 1).tolist():
        before, after = int(count_l[i - 1]), int(count_l[i])
        turn_l = _turn(before, after, rules)
        if turn_l:
            count_l[i:] += turn_l
            fate[i] = Check.ROLLOVER
            continue
        follow, lead = count_l[i : i + 2 * reads], count_l[max(0, i - reads) : i]
        is_lasting = len(follow) >= reads and follow.max() < lead.min()
        # One wild read before the fall is an outlier, not a meter: what led to it decides.
        if is_lasting and np.median(lead) - np.median(follow) >= least_l:
            epoch[i:] += 1
            fate[i] = Check.CHANGE


def _turn(before_l: int, after_l: int, rules: Rules) -> int:
    """Return the litres of the dial's turn when a fall is one, else 0."""
    near = rules.limit(Check.ROLLOVER, "near_end")
    for _, turn_l in rules.entries[Check.ROLLOVER].steps:
        if (1 - near) * turn_l <= before_l < turn_l and after_l <= near * turn_l:
            return int(turn_l)
    return 0


def _straighten(count_l: Ints, fate: Ints, rules: Rules) -> tuple[Ints, Ints]:
    """Keep the longest rising chain of an epoch; the reads beside it are dropped or held level.

    A read that lies a little below the chain is water that ran back: the count stands still
    until it is made up. One above the chain, or far below it, is not used.
    """
    least_l = rules.limit(Check.OUTLIER, "least_l")
    told_l = rules.limit(Check.REVERSE, "least_l")
    chain = _longest_rise(count_l)
    level = np.maximum.accumulate(np.where(chain, count_l, np.iinfo(np.int64).min))
    below = ~chain & (count_l < level)
    far = np.abs(count_l - level) >= least_l
    dropped = ~chain & (~below | far)
    fate = fate.copy()
    is_far_off = _height(count_l, chain)[dropped] >= least_l
    fate[dropped] = np.where(is_far_off, Check.OUTLIER, Check.REVERSE) + _DROPPED
    held = below & ~far
    fate[held & (level - count_l >= told_l)] = Check.REVERSE
    return np.where(held, level, count_l), fate


def _height(count_l: Ints, chain: NDArray[np.bool_]) -> Ints:
    """Return how far each read lies from the nearer of its neighbours on the chain, litres."""
    at = np.flatnonzero(chain)
    position = np.searchsorted(at, np.arange(len(count_l)))
    left = count_l[at[np.maximum(position - 1, 0)]]
    right = count_l[at[np.minimum(position, len(at) - 1)]]
    nearer: Ints = np.minimum(np.abs(count_l - left), np.abs(count_l - right))
    return nearer


def _longest_rise(count_l: Ints) -> NDArray[np.bool_]:
    """Return a mask of the longest chain that never falls (patience sorting).

    >>> _longest_rise(np.array([1, 9, 2, 3])).tolist()
    [True, False, True, True]
    """
    tails: list[int] = []
    tail_at: list[int] = []
    before = [-1] * len(count_l)
    for i, value in enumerate(count_l.tolist()):
        place = bisect_right(tails, value)
        before[i] = tail_at[place - 1] if place else -1
        if place == len(tails):
            tails.append(value)
            tail_at.append(i)
        tails[place], tail_at[place] = value, i
    chain = np.zeros(len(count_l), bool)
    i = tail_at[-1] if tail_at else -1
    while i >= 0:
        chain[i] = True
        i = before[i]
    return chain
