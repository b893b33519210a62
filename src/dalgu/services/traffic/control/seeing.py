"""From what the field tells to what a controller sees: quantised, so that it can be kept whole."""

from dataclasses import dataclass

import numpy as np

from dalgu.devices.signals.report import Light, Report
from dalgu.devices.signals.timing import Timing
from dalgu.services.traffic.signals.layout import Floats, Layout, Seen

TENTHS = 10.0  # vehicles and seconds are kept to a tenth
MOST = 3_000.0  # vehicles or seconds that a tenth of 16 bits can hold


@dataclass(frozen=True, slots=True)
class Fixed:
    """What of the timings never changes while a network is in force."""

    amber_s: Floats  # (G,)

    @classmethod
    def of(cls, timings: tuple[Timing, ...]) -> "Fixed":
        """Return the fixed arrays of controllers, in their order."""
        return cls(np.array([group.amber_s for one in timings for group in one.groups]))


def see(layout: Layout, fixed: Fixed, report: Report, predicted_veh_h: Floats) -> Seen:
    """Return what controllers see of a report.

    `predicted_veh_h` is shape (L,), NaN where nothing is forecast.
    """
    is_green = report.light == Light.GREEN
    since_green = report.light_age_s + np.where(report.light == Light.RED, fixed.amber_s, 0.0)
    return Seen(
        at_s=report.at_s,
        stage=layout.stage_first[:-1] + report.stage,
        stage_age_s=tenths(report.stage_age_s),
        changing_s=tenths(report.changing_s),
        queue_veh=tenths(report.queue_veh),
        arriving_veh=tenths(report.arriving_veh),
        waiting_s=tenths(report.waiting_s),
        exit_room_veh=tenths(report.exit_room_veh),
        red_s=tenths(np.where(is_green, 0.0, since_green)),
        called_s=tenths(report.called_s),
        healthy=~report.fault,
        predicted_veh_h=np.where(np.isnan(predicted_veh_h), np.nan, np.rint(predicted_veh_h)),
    )


def tenths(values: Floats) -> Floats:
    """Return values to a tenth, between 0 and what is kept; what is no number counts as 0."""
    return np.rint(np.clip(np.nan_to_num(values), 0.0, MOST) * TENTHS) / TENTHS
