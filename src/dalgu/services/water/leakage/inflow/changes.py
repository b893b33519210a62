"""Bayesian change detection, online: leakage starts, grows, levels off, is mended.

Every day each leading story may have had a change; the day's mean and the strength of its
daily wave then say how likely each is. Nothing looks ahead.

References
----------
Adams & MacKay, *Bayesian Online Changepoint Detection*, 2007; Fearnhead & Liu, J. R. Stat.
Soc. B 69, 2007 (pruned exact filtering of change points); Harrison & Stevens, J. R. Stat.
Soc. B 38, 1976 (multi-process models: step, trend and outlier stories of one series).

"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.leakage.inflow import hypotheses as h
from dalgu.services.water.leakage.inflow.demand_model import DaySplit
from dalgu.services.water.leakage.inflow.history import DemandPrior
from dalgu.services.water.leakage.inflow.hypotheses import Kind, Stories

Array = NDArray[np.float64]

KEPT = 32  # stories of a district; half as many again change no figure by two percent
PARENTS = 3  # leading stories in which a change may begin today
JUMP_SDS = (0.02, 0.06, 0.25)  # sizes of a jump: small, middling, burst
GROWTH_SHARE = 0.5  # of all changes: half of all leaks grow slowly (LeakDB, BattLeDIM)
ACCELERATION_SD = 1e-4  # per day and day: a twentieth of demand in a month
LEVEL_OFF_RATE = 0.02  # per day, of growth that stops
MENDED_RATE = 0.05  # per day, of a district without leakage again
MENDED_DOUBT_SD = 0.01  # of the factor: what was believed of demand beside a leak is doubted
DAYS_A_YEAR = 365.25
MERGED_FIRST = 10  # leading stories into which those that tell the same are merged
SAME_SD = 0.2  # stories closer than this share of their spread tell the same
SAME_DAYS = 2  # and date their last change so closely
AROUND_DAYS = 4  # two dates so close are one change
WEEKDAY_STEP = 0.2  # how much of an error its weekday learns
MEAN_NOISE_SD = 0.005  # of a day's mean, to begin with
SLOPE_NOISE_SD = 0.03  # of a day's slope, to begin with
NOISE_DAYS = (20.0, 60.0)  # what the first noise counts for, and how long any is remembered
NOISE_BOUNDS = (0.02, 2.5)  # what one day may say of the noise, of its present variance


@dataclass(frozen=True, slots=True)
class Course:
    """What was believed at the end of each day, shape (districts, days).

    `leakage` and `leakage_sd` as shares of the unit, `factor` of demand tomorrow; `since`, `kind`
    of the last change in the likeliest story (-1, NONE), and `support`, the share of belief in
    a change around that day.
    """

    leakage: Array
    leakage_sd: Array
    factor: Array
    since: NDArray[np.int64]
    kind: NDArray[np.int64]
    support: Array


@dataclass(slots=True)
class Noise:
    """Running variance of one measure and its habits by weekday, per district."""

    variance: Array
    weekday: Array

    @classmethod
    def of(cls, districts: int, sd: float) -> "Noise":
        """Before anything is seen."""
        return cls(np.full(districts, sd**2), np.zeros((districts, 7)))

    def learn(self, day: int, error: Array, spread: Array) -> None:
        """Take up the error of the likeliest story and what of it the story expected."""
        known = error != 0.0
        excess = error**2 - (spread - self.variance)
        seen = np.clip(excess, NOISE_BOUNDS[0] * self.variance, NOISE_BOUNDS[1] * self.variance)
        step = (seen - self.variance) / min(NOISE_DAYS[0] + day, NOISE_DAYS[1])
        self.variance = np.where(known, self.variance + step, self.variance)
        bound = h.LARGEST_STEP_SD * np.sqrt(self.variance)
        self.weekday[:, day % 7] += WEEKDAY_STEP * np.clip(error, -bound, bound)
        self.weekday -= self.weekday.mean(axis=1, keepdims=True)


def follow(days: DaySplit, prior: DemandPrior) -> Course:
    """Follow demand and leakage of all districts through the days, each from what is behind it.

    Parameters
    ----------
    days
        Means and slopes, shape (districts, days).
    prior
        What is believed of demand before the first day.

    """
    districts, length = days.mean.shape
    stories = h.first_stories(districts, prior)
    mean_noise = Noise.of(districts, MEAN_NOISE_SD)
    slope_noise = Noise.of(districts, SLOPE_NOISE_SD)
    beliefs = []
    for day in range(length):
        stories = h.joined([stories, *births(stories, day, prior.changes_a_year / DAYS_A_YEAR)])
        h.advance(stories, prior)
        weight = np.nan_to_num(days.expected[:, day])
        see(stories, mean_noise, day, (days.mean[:, day], mean_row(weight)))
        see(stories, slope_noise, day, (days.slope[:, day], slope_row(districts)))
        stories = prune(stories)
        beliefs.append(belief(stories))
    return Course(*(np.stack(part, axis=1) for part in zip(*beliefs, strict=True)))


def mean_row(expected: Array) -> Array:
    """Make up a day's mean: the expected mean times the factors, and leakage."""
    row = np.zeros((len(expected), h.STATES))
    row[:, h.FACTOR] = row[:, h.DAY] = expected
    row[:, h.LEAKAGE] = 1.0
    return row


def slope_row(districts: int) -> Array:
    """Make up a day's slope: the factors and the wave's own height; leakage does not wave."""
    row = np.zeros((districts, h.STATES))
    row[:, [h.FACTOR, h.DAY, h.AMPLITUDE]] = 1.0
    return row


def see(stories: Stories, noise: Noise, day: int, measure: tuple[Array, Array]) -> None:
    """Weigh one measure of the day, (districts,) with its row, and learn its noise."""
    seen, row = measure
    error, spread = h.weigh(stories, seen - noise.weekday[:, day % 7], row, noise.variance)
    best = stories.weight.argmax(axis=1)
    at = np.arange(len(best))
    noise.learn(day, error[at, best], spread[at, best])


def births(stories: Stories, day: int, rate: float) -> list[Stories]:
    """Let the leading stories have each kind of change today."""
    leading = stories.likeliest(PARENTS, stories.weight)
    born = [_child(leading, day, Kind.JUMP, rate / len(JUMP_SDS)) for _ in JUMP_SDS]
    for child, sd in zip(born, JUMP_SDS, strict=True):
        child.cov[..., h.LEAKAGE, h.LEAKAGE] += sd**2
    growth = _child(leading, day, Kind.GROWTH, rate * GROWTH_SHARE)
    _settle(growth, h.GROWTH)
    _settle(growth, h.ACCELERATION)
    growth.cov[..., h.ACCELERATION, h.ACCELERATION] += ACCELERATION_SD**2
    level_off = _child(leading, day, Kind.LEVEL_OFF, LEVEL_OFF_RATE)
    _forbid(level_off, leading.cov[..., h.ACCELERATION, h.ACCELERATION] <= 0)
    _settle(level_off, h.GROWTH)
    _settle(level_off, h.ACCELERATION)
    mended = _child(leading, day, Kind.ALL_MENDED, MENDED_RATE)
    _forbid(mended, leading.cov[..., h.LEAKAGE, h.LEAKAGE] <= h.PROOF)
    _settle(mended, h.GROWTH)
    _settle(mended, h.ACCELERATION)
    _settle(mended, h.LEAKAGE)
    mended.cov[..., h.FACTOR, h.FACTOR] += MENDED_DOUBT_SD**2
    return [*born, growth, level_off, mended]


def _child(parents: Stories, day: int, kind: Kind, rate: float) -> Stories:
    return Stories(
        parents.state.copy(),
        parents.cov.copy(),
        parents.weight + np.log(rate),
        np.full_like(parents.since, day),
        np.full_like(parents.kind, int(kind)),
    )


def _settle(stories: Stories, of: int) -> None:
    """Set one part of the state to zero, known for sure."""
    stories.state[..., of] = 0.0
    stories.cov[..., of, :] = 0.0
    stories.cov[..., :, of] = 0.0


def _forbid(stories: Stories, where: NDArray[np.bool_]) -> None:
    stories.weight[where] = h.IMPOSSIBLE


def prune(stories: Stories) -> Stories:
    """Merge the stories that tell the same into the likelier and keep the likeliest."""
    ranked = stories.likeliest(KEPT + MERGED_FIRST, h.plausibility(stories))
    sd = np.sqrt(np.maximum(ranked.cov[..., (h.LEAKAGE, h.FACTOR), (h.LEAKAGE, h.FACTOR)], 1e-14))
    place = ranked.state[..., (h.LEAKAGE, h.FACTOR)]
    grows = ranked.cov[..., h.ACCELERATION, h.ACCELERATION] > 0
    gone = np.zeros(ranked.weight.shape, dtype=np.bool_)
    for i in range(min(MERGED_FIRST, place.shape[1])):
        one = slice(i, i + 1)
        near = np.all(abs(place - place[:, one]) < SAME_SD * sd[:, one], axis=2)
        near &= abs(np.log(sd[..., 0] / sd[:, one, 0])) < SAME_SD
        near &= (grows == grows[:, one]) & (abs(ranked.since - ranked.since[:, one]) <= SAME_DAYS)
        near[:, : i + 1] = False
        near &= ~gone & ~gone[:, one]
        gain = np.where(near, np.exp(np.minimum(ranked.weight - ranked.weight[:, one], 50.0)), 0.0)
        ranked.weight[:, i] += np.log1p(gain.sum(axis=1))
        gone |= near
    ranked.weight[gone] = h.IMPOSSIBLE
    kept = ranked.likeliest(KEPT, h.plausibility(ranked))
    kept.weight -= kept.weight.max(axis=1, keepdims=True)
    np.maximum(kept.weight, h.IMPOSSIBLE, out=kept.weight)
    return kept


def belief(stories: Stories) -> tuple[NDArray[np.float64] | NDArray[np.int64], ...]:
    """Sum up one day for `Course`: over all stories, and the last change of the likeliest."""
    score = h.plausibility(stories)
    share = np.exp(score - score.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    leakage = stories.state[..., h.LEAKAGE]
    mean = np.sum(share * leakage, axis=1)
    scatter = stories.cov[..., h.LEAKAGE, h.LEAKAGE] + (leakage - mean[:, None]) ** 2
    spread = np.sqrt(np.maximum(np.sum(share * scatter, axis=1), 0.0))
    passing = h.DAY_PERSISTENCE * stories.state[..., h.DAY]
    factor = np.sum(share * (stories.state[..., h.FACTOR] + passing), axis=1)
    best = score.argmax(axis=1)[:, None]
    since = np.take_along_axis(stories.since, best, axis=1)
    kind = np.take_along_axis(stories.kind, best, axis=1)[:, 0]
    around = abs(stories.since - since) <= AROUND_DAYS
    return mean, spread, factor, since[:, 0], kind, np.sum(share * around, axis=1)
