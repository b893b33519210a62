"""What the inflow of districts says of their leakage, each day by what is known up to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.leakage.inflow.bursts import burst_steps
from dalgu.services.water.leakage.inflow.changes import follow
from dalgu.services.water.leakage.inflow.demand_model import learned_demand, split_days
from dalgu.services.water.leakage.inflow.events import Change, ChangeKind, changes_of
from dalgu.services.water.leakage.inflow.history import InflowHistory
from dalgu.services.water.leakage.inflow.volume import leakage_volume

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Leakage of each district and day, and the changes in it.

    `leakage_m3d`, its `leakage_sd_m3d` and `is_leaking` are shape (districts, days), NaN before
    anything is known (a fortnight, where the week is learned from the inflow). `starts`
    are bursts and growth, `repairs` downward steps; `alarms` are both in the order told.
    `within_day` is shape (districts, days, steps): above `LIMIT_SDS` of `bursts` water breaks
    out in this very hour, below its negative it stops.
    """

    leakage_m3d: Array
    leakage_sd_m3d: Array
    is_leaking: NDArray[np.bool_]
    starts: list[Change]
    repairs: list[Change]
    alarms: list[Change]
    within_day: Array


def assess_inflow(history: InflowHistory) -> Assessment:
    """Leakage, its starts and repairs, of all districts; later days change nothing before them.

    Examples
    --------
    >>> hours = 10.0 + 4.0 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    >>> inflow = np.tile(hours, (1, 40, 1))
    >>> inflow[:, 30:] += 2.0
    >>> found = assess_inflow(InflowHistory(inflow))
    >>> [(start.kind.value, start.began_day, start.told_day) for start in found.starts]
    [('burst', 30, 31)]

    """
    inflow = history.inflow_m3h
    expected = learned_demand(inflow) if history.expected_m3h is None else history.expected_m3h
    days = split_days(inflow, expected)
    course = follow(days, history.prior)
    judged = np.logical_or.accumulate(np.isfinite(days.mean), axis=1)
    leakage = leakage_volume(course, days.unit_m3h, judged)
    alarms = [
        change
        for district, unit in enumerate(days.unit_m3h)
        for change in changes_of(course, district, float(unit))
    ]
    alarms.sort(key=lambda change: (change.told_day, change.district))
    return Assessment(
        leakage.volume_m3d,
        leakage.sd_m3d,
        leakage.is_leaking,
        [change for change in alarms if change.kind is not ChangeKind.REPAIR],
        [change for change in alarms if change.kind is ChangeKind.REPAIR],
        alarms,
        burst_steps(inflow, expected, course, days.unit_m3h),
    )
