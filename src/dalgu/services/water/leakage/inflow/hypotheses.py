"""Competing stories of a district: when leakage last changed, and what is believed if so.

Each story is a linear Gaussian model of demand and leakage; stories are born, weighed by each
day's evidence, merged when they tell the same, and only the likeliest are kept.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.leakage.inflow.history import DemandPrior

Array = NDArray[np.float64]

# The state: factor of demand, leakage, height of the daily wave, growth of leakage per day,
# factor of the single day, slope of the factor, and how growth itself grows: a hole whose
# diameter widens evenly leaks with the square of its age (LeakDB, BattLeDIM). All as shares of
# the mean expected demand.
FACTOR, LEAKAGE, AMPLITUDE, GROWTH, DAY, TREND, ACCELERATION = range(7)
STATES = 7
DAY_PERSISTENCE = 0.6  # correlation of one day's weather demand with the next day's
TREND_PERSISTENCE = 0.99  # the slope of the season forgets itself in a third of a year
TAIL_DEGREES = 4.0  # Student's t: the usual choice for robust filtering (Lange et al., 1989)
LARGEST_STEP_SD = 3.0  # Huber's bound, Masreliez & Martin, 1977
IMPOSSIBLE = -1e9  # logarithm of no weight at all
PROOF = 1e-9  # variance below which leakage is known to be none


class Kind(IntEnum):
    """What happened last in a story."""

    NONE = 0
    JUMP = 1
    GROWTH = 2
    LEVEL_OFF = 3
    ALL_MENDED = 4


@dataclass(slots=True)
class Stories:
    """`state` (districts, stories, 7), `cov` (…, 7, 7), log `weight`, and the last change.

    `weight` is the evidence; `since`, the day of the change, is -1 and `kind` NONE where nothing
    has changed yet.
    """

    state: Array
    cov: Array
    weight: Array
    since: NDArray[np.int64]
    kind: NDArray[np.int64]

    def take(self, at: NDArray[np.int64]) -> "Stories":
        """Pick the stories at these positions, shape (districts, k)."""
        rows = np.arange(len(at))[:, None]
        return Stories(
            self.state[rows, at],
            self.cov[rows, at],
            self.weight[rows, at],
            self.since[rows, at],
            self.kind[rows, at],
        )

    def likeliest(self, count: int, score: Array) -> "Stories":
        """Keep the `count` stories of each district with the highest score, best first."""
        return self.take(np.argsort(-score, axis=1, kind="stable")[:, :count])


def first_stories(districts: int, prior: DemandPrior) -> Stories:
    """One story each: nothing has changed yet."""
    state = np.zeros((districts, 1, STATES))
    state[..., FACTOR] = 1.0
    spread = np.zeros(STATES)
    spread[[FACTOR, LEAKAGE, AMPLITUDE]] = prior.scale_sd, prior.leakage_sd, prior.amplitude_sd
    spread[[DAY, TREND]] = prior.day_sd, prior.trend_sd
    cov = np.tile(np.diag(spread**2), (districts, 1, 1, 1))
    nothing = np.zeros((districts, 1), dtype=np.int64)
    return Stories(state, cov, np.zeros((districts, 1)), nothing - 1, nothing)


def joined(parts: list[Stories]) -> Stories:
    """All stories of the parts, side by side."""
    return Stories(
        np.concatenate([p.state for p in parts], axis=1),
        np.concatenate([p.cov for p in parts], axis=1),
        np.concatenate([p.weight for p in parts], axis=1),
        np.concatenate([p.since for p in parts], axis=1),
        np.concatenate([p.kind for p in parts], axis=1),
    )


def advance(stories: Stories, prior: DemandPrior) -> None:
    """One day on, in place: growth adds to leakage, the season moves, single days pass."""
    state, cov = stories.state, stories.cov
    for values in (state, cov, cov.swapaxes(-1, -2)):  # the state, then F P, then (F P) Fᵀ
        values[..., FACTOR] = prior.reversion * values[..., FACTOR] + values[..., TREND]
        values[..., LEAKAGE] += values[..., GROWTH]
        values[..., GROWTH] += values[..., ACCELERATION]
        values[..., DAY] *= DAY_PERSISTENCE
        values[..., TREND] *= TREND_PERSISTENCE
    state[..., FACTOR] += 1 - prior.reversion
    cov[..., FACTOR, FACTOR] += prior.wander_sd**2
    cov[..., DAY, DAY] += prior.day_sd**2 * (1 - DAY_PERSISTENCE**2)
    cov[..., TREND, TREND] += prior.trend_step_sd**2


def weigh(stories: Stories, seen: Array, row: Array, variance: Array) -> tuple[Array, Array]:
    """Update by one number of each district; returns its error and variance in each story.

    Heavy-tailed evidence and a bounded step keep one odd day, a holiday, from being a leak.

    Parameters
    ----------
    stories
        Changed in place.
    seen
        Shape (districts,), NaN where unknown: then nothing changes.
    row
        Shape (districts, 7): how the state makes up what is seen.
    variance
        Shape (districts,), of the noise.

    """
    known = np.isfinite(seen)[:, None]
    shadow = np.einsum("dnij,dj->dni", stories.cov, row)
    spread = np.einsum("dni,di->dn", shadow, row) + variance[:, None]
    expected = np.einsum("dni,di->dn", stories.state, row)
    error = np.where(known, np.nan_to_num(seen)[:, None] - expected, 0.0)
    surprise = error**2 / spread
    evidence = (TAIL_DEGREES + 1) * np.log1p(surprise / TAIL_DEGREES) + np.log(spread)
    stories.weight -= np.where(known, 0.5 * evidence, 0.0)
    bounded = np.minimum(1.0, LARGEST_STEP_SD / np.sqrt(surprise + 1e-12))
    gain = np.where(known, bounded, 0.0) / spread
    stories.state += shadow * (gain * error)[..., None]
    stories.cov -= (gain[..., None] * shadow)[..., None] * shadow[..., None, :]
    return error, spread


def plausibility(stories: Stories) -> Array:
    """Logarithm of how far each story is possible: leakage and its growth are not negative."""
    from scipy.special import log_ndtr  # type: ignore[import-untyped]  # ships no types

    score = stories.weight.copy()
    for of in (LEAKAGE, ACCELERATION):
        variance = stories.cov[..., of, of]
        open_question = variance > 0
        distance = stories.state[..., of] / np.sqrt(np.where(open_question, variance, 1.0))
        score += np.where(open_question, log_ndtr(np.clip(distance, -30.0, 9.0)), 0.0)
    return score
