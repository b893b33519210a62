"""Which detectors' counts the weeks before do not explain, and what ails them: suspicions only.

A day is judged hour by hour against the detector's own weeks and its neighbours at the signal
(`detector_anomalies`). A slow drift moves its own habit along, so it is looked for in weeks: in
what a detector counts beside its neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.detector_anomalies import (
    Decomposing,
    Judging,
    Told,
    anomalies,
    decomposed,
)
from dalgu.services.traffic.measures.detector_days import HOUR_S, HOURS, DetectorDay
from dalgu.services.traffic.measures.events import Flags, Floats, Ints

LEAST_DAYS: Final = 21  # before anything is said: a time of week must have come twice to be usual
LEAST_HOURS: Final = 4  # of a day that no past explains
LEAST_SHARE: Final = 0.25  # of its hours that could be judged
LEAST_SHARE_ALONE: Final = 0.6  # where no neighbours tell a lie from a festival
LEAST_NEIGHBOURS: Final = 3  # detectors of a signal that can be compared
NOTHING: Final = 0.01  # of what is usual: a detector that sticks turns on once before
LEAST_EXPECTED: Final = 200  # vehicles: on a street with fewer, a day without any may be so
UNVARYING: Final = 0.1  # of the range that is usual over a day
WEEK_DAYS: Final = 7
BEFORE_DAYS: Final = 14  # back: where the weeks begin that a drift is measured from
LEAST_OF_WEEK: Final = 5
DRIFT: Final = 0.3  # of what it counted beside its neighbours
LEAST_PER_HOUR: Final = 5.0  # vehicles: below, chance looks like a drift

HOURLY: Final = Decomposing(
    bin_s=HOUR_S, window_days=21, least_in_window=5 * HOURS, least_at_time_of_day=7
)
# GEH was made for hourly flows; medians, as one liar among few neighbours moves a mean.
BY_GEH: Final = Judging(by_geh=True, by_mad=True, stretch_low=True, either_way=True)


class Ailment(StrEnum):
    """What a detector may suffer from."""

    SILENT = "silent"
    STUCK_ON = "stuckOn"
    UNVARYING = "unvarying"
    FEW = "few"
    MANY = "many"
    DRIFTS = "drifts"


class Verdict(StrEnum):
    """What a day says of a detector."""

    WELL = "well"
    LIES = "lies"
    UNKNOWN = "unknown"  # too little is known, or nothing was counted


@dataclass(frozen=True, slots=True)
class Finding:
    """A detector by its place in the day, with the figures behind the suspicion."""

    place: int
    ailment: Ailment
    counted: int  # in the hours that could be judged
    expected: int
    odd_hours: int
    judged_hours: int
    drift: float  # -0.3: it counts 30 % less beside its neighbours than weeks ago


@dataclass(frozen=True, slots=True)
class Judged:
    """What a day gave: a verdict for each of its detectors, and the findings."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]

    @property
    def lies(self) -> Flags:
        """Which detectors' day teaches nothing, (D,); a drift is a habit all the same."""
        found = np.zeros(len(self.verdicts), dtype=bool)
        wrong = [one.place for one in self.findings if one.ailment is not Ailment.DRIFTS]
        found[wrong] = True
        return found


def judge(day: DetectorDay, past: Sequence[DetectorDay]) -> Judged:
    """Judge the detectors of a day by the days before it, signal by signal."""
    verdicts = [Verdict.UNKNOWN] * len(day.detectors)
    past = [one for one in past if one.day < day.day]
    if len(past) + 1 < LEAST_DAYS:
        return Judged(tuple(verdicts), ())
    weeks = _Weeks.of(day, past)
    findings: list[Finding] = []
    for signal in range(len(day.signals)):
        own = np.flatnonzero(day.signal == signal)
        if not weeks.counts[:, own].any():
            continue
        for verdict, finding in _judged(day, weeks, own):
            verdicts[finding.place] = verdict
            if verdict is Verdict.LIES:
                findings.append(finding)
    return Judged(tuple(verdicts), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Weeks:
    """All days by the detectors of the newest: N days, D detectors, 24 hours."""

    number: Ints  # (N,), days since 1970; the judged one is the last
    counts: Ints  # (N, D, 24)
    taught: Flags  # (N, D, 24), whether an hour was heard and is believed

    @staticmethod
    def of(day: DetectorDay, past: Sequence[DetectorDay]) -> "_Weeks":
        days = [*past, day]
        counts = np.zeros((len(days), len(day.detectors), HOURS), dtype=np.int64)
        taught = np.zeros(counts.shape, dtype=bool)
        for n, one in enumerate(days):
            place = {name: row for row, name in enumerate(one.detectors)}
            rows = np.array([place.get(name, -1) for name in day.detectors], dtype=np.int64)
            known = rows >= 0
            counts[n, known] = one.counts[rows[known]]
            heard = one.heard[one.signal[rows[known]]]
            believed = ~one.lies[rows[known]] & one.counts[rows[known]].any(axis=1)
            taught[n, known] = heard & (believed[:, None] | (one is day))
        number = np.array([one.day.toordinal() for one in days]) - _EPOCH
        return _Weeks(number, counts, taught)


_EPOCH: Final = 719_163  # 1 January 1970 as `date.toordinal` counts


def _judged(day: DetectorDay, weeks: _Weeks, own: Ints) -> Iterator[tuple[Verdict, Finding]]:
    """Yield the verdicts on the detectors of one signal."""
    taught, counts = weeks.taught[:, own], weeks.counts[:, own]
    n, detector, hour = np.nonzero(taught)
    at_s = (weeks.number[n] * HOURS + hour) * HOUR_S
    beside = np.zeros_like(n) if len(own) >= LEAST_NEIGHBOURS else None
    told = Told(detector, at_s, counts[n, detector, hour], beside)
    made = decomposed(told.detector, told.at_s, told.count, HOURLY)
    found = anomalies(made, told, BY_GEH)
    today = n[made.row] == len(weeks.number) - 1
    drifts = _drifts(counts, taught)
    for column, place in enumerate(own.tolist()):
        mine = today & (detector[made.row] == column)
        hours = _Hours(
            told.count[made.row[mine]], made.expected[mine].astype(np.float64), found[mine]
        )
        share = LEAST_SHARE_ALONE if beside is None else LEAST_SHARE
        ailment = hours.ailment(share, is_on=bool(day.is_on[place]))
        if ailment is None and abs(drifts[column]) >= DRIFT:
            ailment = Ailment.DRIFTS
        verdict = Verdict.LIES if ailment else hours.verdict
        yield verdict, hours.finding(place, ailment or Ailment.DRIFTS, float(drifts[column]))


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours of a detector's day that could be judged; arrays of shape (h,)."""

    counted: Ints
    expected: Floats
    odd: Flags

    @property
    def verdict(self) -> Verdict:
        """Of a day on which nothing is wrong: only counting shows that a detector is well."""
        return Verdict.WELL if self.counted.any() else Verdict.UNKNOWN

    def ailment(self, least_share: float, *, is_on: bool) -> Ailment | None:
        """Return what it suffers from, `None` where too few hours are odd to say so."""
        expected = float(self.expected.sum())
        is_odd = bool(self.odd.sum() >= max(LEAST_HOURS, least_share * len(self.odd)))
        is_mute = bool(self.counted.sum() <= NOTHING * expected)
        # A day of nothing needs no neighbours: all loops of a cabinet can fail together.
        if is_mute and (is_odd or expected >= LEAST_EXPECTED):
            return Ailment.STUCK_ON if is_on else Ailment.SILENT
        if not is_odd:
            return None
        if np.ptp(self.counted) <= UNVARYING * np.ptp(self.expected):
            return Ailment.UNVARYING
        more = float((self.counted - self.expected)[self.odd].sum())
        return Ailment.MANY if more > 0 else Ailment.FEW

    def finding(self, place: int, ailment: Ailment, drift: float) -> Finding:
        """Return the figures."""
        return Finding(
            place,
            ailment,
            int(self.counted.sum()),
            round(float(self.expected.sum())),
            int(self.odd.sum()),
            len(self.odd),
            round(drift, 2),
        )


def _drifts(counts: Ints, taught: Flags) -> Floats:
    """Return how much more of its neighbours' counts each detector has than weeks ago, (D,).

    The neighbours' middle is taken off day by day: seasons and holidays move all of them. 0 where
    too little was heard.
    """
    heard = taught.sum(axis=2)
    total = np.where(taught, counts, 0).sum(axis=2)
    usable = (heard >= HOURS // 2) & (total > 0)
    level = np.where(usable, total / np.maximum(heard, 1), np.nan)
    early, late = level[:-BEFORE_DAYS], level[-WEEK_DAYS:]
    before = _middle(early, WEEK_DAYS)
    beside = level / np.where(before >= LEAST_PER_HOUR, before, np.nan)
    if np.isfinite(before).sum() < LEAST_NEIGHBOURS or not len(early):
        return np.zeros(level.shape[1])
    common = np.array([_median(one) for one in beside])
    share = late / common[-WEEK_DAYS:, None] / before
    share[:, ~(before >= LEAST_PER_HOUR)] = np.nan
    return np.nan_to_num(_middle(share, LEAST_OF_WEEK) - 1)


def _middle(values: Floats, least: int) -> Floats:
    """Return the median of each column, NaN where it has fewer values than `least`."""
    return np.array(
        [_median(one) if np.isfinite(one).sum() >= least else np.nan for one in values.T]
    )


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan
