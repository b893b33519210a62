"""One model of a district: the day's profile in components, each a Gaussian process over days.

The components are the principal ones of the days to learn from: the first is mostly the day's
volume, the next its shape; volume is persistent and shape follows the kind of the day, so that
groups of components learn weights of their own. Or they are the hours themselves, in threes:
what happens at one hour of one weekday only is seen better there. What the last evening was
off by is carried into the next morning.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.forecast.days import HORIZON_DAYS, HOURS
from dalgu.services.water.forecast.kernels import DayKernels
from dalgu.services.water.forecast.process import Posterior, fit_weights, posterior
from dalgu.services.water.forecast.repair import Repaired

Array = NDArray[np.float64]

FIT_DAYS = 300  # a fit costs with the cube of the days; more moved no weight that mattered
MEMORY_DAYS = 400  # a year and a month: the same season comes again
CENTRE_DAYS = 56

# What is carried over from the last residual, learned on the training weeks of the benchmark.
LEVEL_CARRIED = 0.7  # of the last day's mean residual, into the next day
LEVEL_FADES = 0.5  # by each further day
LAST_HOUR_CARRIED = 0.7  # of the last hour's, into the first


class Basis(StrEnum):
    """What the components of a day are."""

    PRINCIPAL = "principal"
    HOURS = "hours"


# Components that share weights: from, until before. The first fit sees the leading ones only.
GROUPS = {
    Basis.PRINCIPAL: ((0, 1), (1, 2), (2, 4), (4, 9), (9, HOURS)),
    Basis.HOURS: tuple((hour, hour + 3) for hour in range(0, HOURS, 3)),
}
LEADING = {Basis.PRINCIPAL: 4, Basis.HOURS: HOURS}


@dataclass(frozen=True, slots=True)
class Settings:
    """What training finds.

    `components` is shape (24, 24), one component a row; `weights` is shape (groups, kernels + 1).
    """

    basis: Basis
    components: Array
    weights: Array


def train(history: Repaired, kernels: DayKernels, basis: Basis) -> Settings:
    """Learn the settings of a district.

    `kernels` reach over the days of the history at least.
    """
    known = _known(history, FIT_DAYS)
    belief = kernels.belief
    flow = history.flow[known]
    centred = flow - np.median(flow[-CENTRE_DAYS:], axis=0)
    components = np.eye(HOURS)
    if basis is Basis.PRINCIPAL:
        components = np.linalg.svd(centred, full_matrices=True)[2]
    outputs, among = centred @ components.T, kernels.matrices[:, known[:, None], known]
    start = fit_weights(outputs[:, : LEADING[basis]], among, belief, belief)
    weights = [
        fit_weights(outputs[:, first:last], among, belief, start) for first, last in GROUPS[basis]
    ]
    return Settings(basis, components, np.stack(weights))


def predict(history: Repaired, kernels: DayKernels, settings: Settings) -> Array:
    """Return the seven days after the history without their habits, shape (7, 24).

    `kernels` reach seven days beyond the history.
    """
    known = _known(history, MEMORY_DAYS)
    end = len(history.flow)
    ahead = np.arange(end, end + HORIZON_DAYS)
    flow = history.flow[known]
    centre = np.median(flow[-CENTRE_DAYS:], axis=0)
    outputs = (flow - centre) @ settings.components.T
    matrices = kernels.matrices
    among, across = matrices[:, known[:, None], known], matrices[:, ahead[:, None], known]
    parts = [
        posterior(outputs[:, first:last], among, across, weights)
        for (first, last), weights in zip(GROUPS[settings.basis], settings.weights, strict=True)
    ]
    mean = centre + np.hstack([part.mean for part in parts]) @ settings.components
    return mean if known[-1] < end - 1 else mean + _carried(parts, settings)


def _known(history: Repaired, days: int) -> NDArray[np.int64]:
    known = np.flatnonzero(history.is_usable)
    return known[known >= len(history.flow) - days]


def _carried(parts: list[Posterior], settings: Settings) -> Array:
    residual = np.concatenate([part.last_residual for part in parts]) @ settings.components
    level = residual.mean()
    carried = np.empty((HORIZON_DAYS, HOURS))
    carried[:] = LEVEL_CARRIED * level * LEVEL_FADES ** np.arange(HORIZON_DAYS)[:, None]
    carried[0, 0] += LAST_HOUR_CARRIED * (residual[-1] - level)
    return carried
