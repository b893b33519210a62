"""A Gaussian process over days: weights by maximum likelihood, forecasts by the posterior mean.

The outputs of a day (its profile's components) share one covariance; each has its own scale,
which drops out of the likelihood. Rasmussen and Williams, *Gaussian Processes for Machine
Learning*, 2006, eq. 2.25, 5.8 and 5.9.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS = 15
EVALUATIONS_MORE = 10
LOWEST, HIGHEST = -5.0, 4.0  # how far a fit may move the logarithm of a belief
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Posterior:
    """Forecast of the outputs, shape (days ahead, outputs), and what the last day is off by.

    `last_residual`, shape (outputs,), is what was measured on the last known day less what
    the process holds to be its noiseless value.
    """

    mean: Array
    last_residual: Array


def fit_weights(outputs: Array, kernels: Array, belief: Array, start: Array) -> Array:
    """Return the weights, shape (kernels + 1,), of which the last is that of the noise.

    `outputs` is shape (days, outputs), `kernels` (kernels, days, days); `belief` and `start`
    are weights. The logarithms of the weights are drawn to those of the belief by a standard
    normal prior, once per output: many days outweigh it, few do not.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types

    prior = np.log(belief)
    found = minimize(
        _negative_log_posterior,
        np.log(start),
        args=(outputs, kernels, prior),
        jac=True,
        method="L-BFGS-B",
        bounds=[(at + LOWEST, at + HIGHEST) for at in prior],
        options={"maxiter": STEPS, "maxfun": STEPS + EVALUATIONS_MORE},
    )
    return np.exp(np.asarray(found.x, dtype=np.float64))


def _negative_log_posterior(
    log_weights: Array, outputs: Array, kernels: Array, prior: Array
) -> tuple[float, Array]:
    days, count = outputs.shape
    weights = np.exp(log_weights)
    lower, inverse = _invert(covariance(weights, kernels))
    solved = inverse @ outputs
    variance = (outputs * solved).sum(axis=0) / days + TINY
    away = log_weights - prior
    value = days / 2 * np.log(variance).sum() + count * np.log(np.diag(lower)).sum()
    value += count * float(away @ away) / 2
    slope = count / 2 * inverse - 0.5 * (solved / variance) @ solved.T
    gradient = np.append(np.tensordot(kernels, slope, 2), np.trace(slope)) * weights
    return float(value), gradient + count * away


def covariance(weights: Array, kernels: Array) -> Array:
    """Return the weighted sum of the kernels, shape (days, days), with the noise on it."""
    total = np.tensordot(weights[:-1], kernels, 1)
    total[np.diag_indices(len(total))] += weights[-1]
    return np.asarray(total)


def _invert(matrix: Array) -> tuple[Array, Array]:
    """Return the Cholesky factor and the inverse of a positive definite matrix."""
    from scipy.linalg import cholesky, lapack  # type: ignore[import-untyped]  # ships no types

    lower = cholesky(matrix, lower=True, check_finite=False)
    half, _ = lapack.dpotri(lower, lower=1)
    half = np.tril(half)
    return lower, half + np.tril(half, -1).T


def posterior(outputs: Array, known: Array, ahead: Array, weights: Array) -> Posterior:
    """Return the forecast of days ahead.

    `known` is shape (kernels, days, days) among the days of `outputs`; `ahead` is shape
    (kernels, days ahead, days).
    """
    from scipy.linalg import solve

    solved = solve(covariance(weights, known), outputs, assume_a="pos", check_finite=False)
    mean = np.tensordot(weights[:-1], ahead, 1) @ solved
    return Posterior(np.asarray(mean), np.asarray(weights[-1] * solved[-1]))
