"""The inflow of districts as the assessment takes it, and what is believed of their demand."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.errors import InvalidInput

Array = NDArray[np.float64]

FEWEST_STEPS = 4  # a day in fewer steps does not show how demand varies within it
LARGEST_M3H = 1e7  # above any city's supply: a larger number is a register or a unit gone wrong


class InflowMisshapen(InvalidInput):
    """The series of inflow do not have the shape the assessment needs."""

    slug = "inflow-misshapen"
    title = "The series of inflow do not fit"


@dataclass(frozen=True, slots=True)
class DemandPrior:
    """How far demand may stray from what is expected of it, as shares of the mean expectation.

    `scale_sd`: level of the whole year. `amplitude_sd`: height of the daily wave against its
    mean. `leakage_sd`: leakage already there on the first day, 0 where none is believed.
    `wander_sd`, `reversion`: the daily step of the slow factor and how fast it returns to one.
    `trend_sd`, `trend_step_sd`: its slope per day and how the slope changes. `day_sd`: the
    spread of single days (weather), which lasts a few days. `changes_a_year`: how many starts
    and repairs a district of this size sees.
    """

    scale_sd: float
    amplitude_sd: float
    leakage_sd: float
    wander_sd: float
    reversion: float = 1.0
    trend_sd: float = 0.0
    trend_step_sd: float = 0.0
    day_sd: float = 0.0
    changes_a_year: float = 7.0


# The expectation holds the hours of the week and the season, for example of earlier years.
SEASON_KNOWN = DemandPrior(0.04, 0.05, 0.0, 0.0003, day_sd=0.002, changes_a_year=5.0)
# The expectation repeats one week, for example of a hydraulic model: the season is to be found.
WEEK_KNOWN = DemandPrior(0.05, 0.01, 0.3, 0.001, 0.98, 0.0015, 0.0002, 0.008, 40.0)
# The expectation is learned from the inflow itself: leakage counts from the first fortnight.
LEARNED = DemandPrior(0.05, 0.02, 0.0, 0.001, 0.995, 0.0015, 0.0002, 0.004, 2.0)


@dataclass(frozen=True, slots=True)
class InflowHistory:
    """Inflow net of storage, m³/h, shape (districts, days, steps of a day), NaN where unknown.

    `expected_m3h` is the demand expected of each step, same shape; None lets it be learned.

    Raises
    ------
    InflowMisshapen
        When the shapes differ, a day has fewer than 4 steps, a value is infinite or absurd, or
        an expectation is not positive.

    """

    inflow_m3h: Array
    expected_m3h: Array | None = None
    prior: DemandPrior = field(default=LEARNED)

    def __post_init__(self) -> None:
        shape = self.inflow_m3h.shape
        if len(shape) != 3 or shape[2] < FEWEST_STEPS:
            raise InflowMisshapen(
                f"Inflow has the shape {shape}; it must be districts, days, steps of a day, "
                f"with at least {FEWEST_STEPS} steps. Resample it to the hour, for example.",
            )
        if np.any(np.isinf(self.inflow_m3h)) or np.nanmax(abs(self.inflow_m3h), initial=0.0) > (
            LARGEST_M3H
        ):
            raise InflowMisshapen(
                f"An inflow is infinite or above {LARGEST_M3H:.0f} m³/h, more than any city takes. "
                "Validate the series first and leave what is wrong as NaN."
            )
        self._check_expected(shape)

    def _check_expected(self, shape: tuple[int, ...]) -> None:
        if self.expected_m3h is None:
            return
        if self.expected_m3h.shape != shape:
            raise InflowMisshapen(
                f"Expected demand has the shape {self.expected_m3h.shape} and inflow {shape}; "
                "they must be the same. Give one expectation for each step."
            )
        known = self.expected_m3h[~np.isnan(self.expected_m3h)]
        if not np.all(np.isfinite(known)) or np.any(known <= 0):
            raise InflowMisshapen(
                "An expected demand is infinite or not above zero; every step of it must be "
                "positive. Leave it as NaN where nothing is expected."
            )


def net_inflow(inflow_m3h: Array, level_m: Array, *, tank_area_m2: float, step_s: int) -> Array:
    """Inflow less what the tank took up, m³/h: what demand and leakage drew.

    Parameters
    ----------
    inflow_m3h, level_m
        Shape (..., n), mean inflow of each step and the tank's level at its end, oldest first.
    tank_area_m2
        Area of the water's surface.
    step_s
        Length of a step.

    Examples
    --------
    >>> net_inflow(np.array([10.0, 10.0]), np.array([2.0, 2.1]), tank_area_m2=50.0, step_s=3600)
    array([10.,  5.])

    """
    rise_m = np.diff(level_m, axis=-1, prepend=level_m[..., :1])
    result: Array = inflow_m3h - rise_m * tank_area_m2 * (3600 / step_s)
    return result
