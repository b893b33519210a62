"""Calibration on live data: which errors of roughness and of demand the gauges speak for.

Each pipe's roughness and each node's share of demand is a little wrong, all independently. Seen
from the gauges these thousands of unknowns are a few dozen modes; the filter learns them day by
day together with the leaks (a linear Gaussian form of parameter estimation by sensitivities,
Savic, Kapelan & Jonkergouw 2009), and they are read back as a factor for each pipe.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.signatures import Signatures

ROUGHNESS_SD = 0.07  # L-Town's unknown +-10 % is a little less; old pipes deserve a little more
DEMAND_SD = 0.07
GAUGE_BIAS_SD_M = 0.01  # of a surveyed gauge's height
SEEN = 0.2  # a mode that moves all gauges together by less, in standard deviations of a day
MOST_ALIKE = 0.6  # correlation of a day's residuals with the next's that is believed


@dataclass(frozen=True, slots=True)
class Modes:
    """Errors that gauges can see: `mark` shape (levels, modes, rows), each of prior sd 1.

    `roughness` shape (modes, pipes) is the share of each pipe's roughness in a mode.
    """

    mark: Floats
    roughness: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the calibrated model holds: root mean squares over gauges and days, m."""

    before_m: float
    after_m: float


def modes(table: Signatures, noise_sd: Floats) -> Modes:
    """Return the independent errors that the gauges can see, the strongest first.

    `noise_sd` is shape (rows,): of a day's residuals.
    """
    levels, pipes, rows = table.roughness.shape
    errors = np.concatenate(
        [table.roughness * ROUGHNESS_SD, table.demand * DEMAND_SD], axis=1
    )  # (levels, unknowns, rows)
    flat = (errors / noise_sd).transpose(1, 0, 2).reshape(errors.shape[1], levels * rows)
    left, strength, right = np.linalg.svd(flat, full_matrices=False)
    kept = strength > SEEN * np.sqrt(levels)
    marks = (strength[kept, None] * right[kept]).reshape(-1, levels, rows) * noise_sd
    return Modes(marks.transpose(1, 0, 2), left[:pipes, kept].T * ROUGHNESS_SD)


def noise(value: Floats) -> Floats:
    """Return the covariance of a day's residuals that no lasting change explains.

    `value` is shape (days, parts, rows). From differences between near days, so that what lasts
    cancels; the tenth of days that differ most (leaks that begin, repairs) is left out. Days
    resemble their neighbours: the covariance is that of white noise as strong over a week.
    """
    flat = value.reshape(len(value), -1)
    near, far = _lagged(flat, 1), _lagged(flat, 2)
    ratio = float(np.median(np.diag(far) / np.maximum(np.diag(near), 1e-12)))
    alike = float(np.clip(ratio - 1, 0.0, MOST_ALIKE))  # correlation of one day with the next
    inflated = near / (1 - alike) * (1 + alike) / (1 - alike)
    floor = 1e-6 + 0.02 * np.diag(inflated)
    return np.asarray(inflated + np.diag(floor))


def _lagged(flat: Floats, lag: int) -> Floats:
    steps = flat[lag:] - flat[:-lag]
    steps = steps[np.isfinite(steps).all(axis=1)]
    size = (steps**2 / np.maximum(np.median(steps**2, axis=0), 1e-12)).sum(axis=1)
    usual = steps[size <= np.quantile(size, 0.9)] if len(steps) else steps
    if len(usual) < 2:
        return np.eye(flat.shape[1]) * GAUGE_BIAS_SD_M**2
    # What is left of a normal cloud without its outer tenth is a little too narrow.
    return np.asarray(usual.T @ usual / len(usual) / 2 * 1.15)


def roughness_factors(of: Modes, strength: Floats) -> Floats:
    """Return shape (pipes,): what each nominal roughness is to be multiplied with."""
    return np.asarray(1 + strength @ of.roughness)
