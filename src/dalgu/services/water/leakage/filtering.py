"""The running estimate of the model's errors and of the flow of each known leak.

A Kalman filter (Kalman 1960) over days. Its state: the modes of calibration, a bias of each
gauge, then one flow in m³/h for each leak, which may wander. What a day brings that the state
does not expect is the innovation; leaks not yet known are looked for in innovations only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dalgu.services.water.leakage.network import Floats

UNKNOWN_VARIANCE = 1e6  # a gauge that was silent that day says nothing


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean and covariance of the state after a day."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Day:
    """One step: `mark` shape (rows, state), `innovation` (rows,), `precision` (rows, rows)."""

    mark: Floats
    innovation: Floats
    precision: Floats
    gain: Floats
    after: Estimate


@dataclass(frozen=True, slots=True)
class Flow:
    """A known leak in the state: the pipe it is at, since when, and changes told of it."""

    pipe: int  # position among the table's pipes
    since: int  # day
    changes: tuple[int, ...] = field(default=())
    until: int | None = None  # repaired
    spread: Floats | None = field(default=None, compare=False)  # (rows, rows), per (m³/h)²
    size_m3h: float = 10.0

    def runs(self, day: int) -> bool:
        """Whether it flows on a day."""
        return self.since <= day and (self.until is None or day < self.until)


FLOW_SD_M3H = 15.0  # of a leak just found
GROWS_DAYS = 75  # an incipient leak of BattLeDIM's kind reaches its size in this time
GROWS_M3H = 0.4  # from day to day while it grows: 25 m³/h in 60 days
WANDERS_M3H = 0.08  # afterwards: pressure and season
CHANGE_SD_M3H = 12.0


def step(before: Estimate, mark: Floats, observed: Floats, noise: Floats, process: Floats) -> Day:
    """Return a day's update; `process` is the variance that each state gains overnight."""
    from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped]  # ships none

    expected_cov = before.covariance + np.diag(process)
    known = np.isfinite(observed)
    row_noise = noise + np.diag(np.where(known, 0.0, UNKNOWN_VARIANCE))
    innovation = np.where(known, observed - mark @ before.mean, 0.0)
    crossed = mark @ expected_cov
    factor = cho_factor(crossed @ mark.T + row_noise, check_finite=False)
    gain = cho_solve(factor, crossed, check_finite=False).T
    mean = before.mean + gain @ innovation
    covariance = expected_cov - gain @ crossed
    precision = cho_solve(factor, np.eye(len(observed)), check_finite=False)
    after = Estimate(mean, (covariance + covariance.T) / 2)
    return Day(mark, innovation, precision, gain, after)


def process_of(flows: Sequence[Flow], fixed: int, day: int) -> Floats:
    """Return shape (state,): what each state may gain on a day."""
    process = np.zeros(fixed + len(flows))
    for index, flow in enumerate(flows):
        if flow.runs(day):
            jump = CHANGE_SD_M3H if day in flow.changes else 0.0
            start = FLOW_SD_M3H if day == flow.since else 0.0
            wander = GROWS_M3H if day - flow.since < GROWS_DAYS else WANDERS_M3H
            process[fixed + index] = wander**2 + jump**2 + start**2
    return process


def start(fixed_sd: Floats, flows: int) -> Estimate:
    """Return the state before the first day: nothing known but how wrong models usually are."""
    sd = np.concatenate([fixed_sd, np.zeros(flows)])
    return Estimate(np.zeros(len(sd)), np.diag(sd**2))


def widened(estimate: Estimate, flows: int) -> Estimate:
    """Return an estimate with room for some more flows, none of which runs so far."""
    size = len(estimate.mean) + flows
    covariance = np.zeros((size, size))
    covariance[: len(estimate.mean), : len(estimate.mean)] = estimate.covariance
    return Estimate(np.concatenate([estimate.mean, np.zeros(flows)]), covariance)
