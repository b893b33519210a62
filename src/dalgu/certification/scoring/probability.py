"""How probable each grade is, and which indicators decide it.

The inputs that chance moves are told in `draws`. Which indicators flip the grade is the
total-order Sobol index of the grade: the share of its variance that would be lost if all else
were known (Saltelli et al., *Global Sensitivity Analysis: The Primer*, Wiley, 2008, 4.5), each
indicator one group of inputs. Without the extra `sensitivity` it is the correlation ratio of the
grade on the indicator's points over the same draws (Pearson, 1905), which sees no interactions.
The answer says which of the two it is.
"""

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.framework.model import Framework
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.scoring.draws import Array, Chances, Outcomes, chances

DRAWS = 2_000
INTERVAL = 0.95
SOBOL_BASE = 512  # points of the sequence; the model runs (indicators + 2) times as often
SOBOL_PARTS = 32
BINS = 20  # of the correlation ratio


class Measure(StrEnum):
    """How the weight of an indicator in the grade was measured."""

    TOTAL_ORDER_SOBOL = "total-order Sobol index"
    CORRELATION_RATIO = "correlation ratio"
    NONE = "none: the grade never changes"


@dataclass(frozen=True, slots=True)
class Flip:
    """An indicator and the share 0 to 1 of the grade's variance that it decides."""

    indicator: str
    index: float
    interval: float | None = None  # half-width of its 95 % interval, where it is known


@dataclass(frozen=True, slots=True)
class GradeProbability:
    """The grade with its probability."""

    grade: int  # as judged, no chance in it
    share_of_grade: tuple[tuple[int, float], ...]  # in the order of the framework's grades
    certified_share: float  # of the draws, by the grade alone
    total: float
    low: float  # of the total, 95 % of the draws lie between
    high: float
    draws: int
    measure: Measure
    flips: tuple[Flip, ...]  # the strongest first

    def share(self, grade: int) -> float:
        """Return the probability of one grade."""
        return dict(self.share_of_grade)[grade]


def grade_probability(  # noqa: PLR0913 - the parameters of `score`, and how it is drawn
    framework: Framework,
    city_type: str,
    measurements: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
    not_applicable: Collection[str] = (),
    *,
    rejected: Collection[str] = (),
    rng: np.random.Generator,
    draws: int = DRAWS,
    measure: Measure | None = None,
) -> GradeProbability:
    """Return the probability of each grade, the interval of the total and what flips the grade.

    `measure` is the total-order Sobol index where the extra `sensitivity` is installed, else the
    correlation ratio; the result says which. Raises what `points.score` raises.
    """
    city = chances(
        framework, city_type, measurements, maturities, not_applicable, rejected=rejected
    )
    drawn = outcomes(city, rng, draws)
    wanted = measure or default_measure()
    flips: tuple[Flip, ...] = ()
    if len(np.unique(drawn.grades)) < 2:
        wanted = Measure.NONE
    elif wanted is Measure.TOTAL_ORDER_SOBOL:
        flips = _total_order(city, rng)
    else:
        flips = _correlation_ratios(city, drawn)
    return _probability(city, drawn, wanted, flips)


def outcomes(city: Chances, rng: np.random.Generator, draws: int = DRAWS) -> Outcomes:
    """Return a number of possible sheets of a city."""
    return city.outcomes(rng.random((draws, city.dimension)))


def default_measure() -> Measure:
    """Return the best measure for which the libraries are installed."""
    if find_spec("SALib") is None:
        return Measure.CORRELATION_RATIO
    return Measure.TOTAL_ORDER_SOBOL


def interval_of(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends between which 95 % of values lie."""
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _probability(
    city: Chances, drawn: Outcomes, measure: Measure, flips: tuple[Flip, ...]
) -> GradeProbability:
    low, high = interval_of(drawn.totals)
    grades = city.framework.grades
    shares = tuple((one.grade, float(np.mean(drawn.grades == one.grade))) for one in grades)
    certifying = {one.grade for one in grades if one.certified}
    return GradeProbability(
        grade=city.sheet.grade.grade,
        share_of_grade=shares,
        certified_share=float(sum(share for grade, share in shares if grade in certifying)),
        total=city.sheet.total,
        low=round(low, 2),
        high=round(high, 2),
        draws=len(drawn.totals),
        measure=measure,
        flips=flips,
    )


def _total_order(city: Chances, rng: np.random.Generator) -> tuple[Flip, ...]:
    names = list(dict.fromkeys(city.groups))
    if len(names) == 1:  # whatever moves the grade is this one
        return (Flip(names[0], 1.0),)
    from SALib.analyze import sobol  # type: ignore[import-untyped]  # ships no types
    from scipy.stats import qmc  # type: ignore[import-untyped]  # ships no types

    seed = int(rng.integers(2**31))
    base = qmc.Sobol(2 * city.dimension, seed=seed).random(SOBOL_BASE)
    parts = [cross_sampled(part, city.groups) for part in np.array_split(base, SOBOL_PARTS)]
    grades = np.concatenate([city.outcomes(part).grades for part in parts]).astype(float)
    if np.ptp(grades) == 0:
        return ()
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    with warnings.catch_warnings():
        # a resample in which every grade is the same has no index: its interval stays unknown
        warnings.simplefilter("ignore")
        found = sobol.analyze(problem, grades, calc_second_order=False, seed=seed)
    return _sorted(
        Flip(name, max(0.0, float(index)), float(width) if np.isfinite(width) else None)
        for name, index, width in zip(names, found["ST"], found["ST_conf"], strict=True)
    )


def cross_sampled(base: Array, groups: Sequence[str]) -> Array:
    """Return the points at which SALib's estimator wants the model, group by group.

    Of each row of `base`, shape (n, 2 x dimension), the first half A, then A with the columns of
    one group from the second half B, for each group, then B (Saltelli et al., "Variance based
    sensitivity analysis of model output", Computer Physics Communications 181(2), 2010). SALib
    itself builds them cell by cell, which takes seconds.
    """
    dimension = len(groups)
    first, second = base[:, :dimension], base[:, dimension:]
    names = np.array(groups)
    mixed = [np.where(names == name, second, first) for name in dict.fromkeys(groups)]
    return np.stack([first, *mixed, second], axis=1).reshape(-1, dimension)


def _correlation_ratios(city: Chances, drawn: Outcomes) -> tuple[Flip, ...]:
    grades = drawn.grades.astype(float)
    return _sorted(
        Flip(code, _correlation_ratio(drawn.points[:, place], grades))
        for place, code in enumerate(city.codes)
    )


def _correlation_ratio(cause: Array, effect: Array) -> float:
    """Share of the effect's variance between bins of the cause, less what chance alone gives."""
    if np.ptp(cause) == 0 or np.ptp(effect) == 0:
        return 0.0
    edges = np.unique(np.quantile(cause, np.linspace(0, 1, BINS + 1)))
    place = np.clip(np.searchsorted(edges, cause, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(place, minlength=len(edges) - 1)
    sums = np.bincount(place, weights=effect, minlength=len(edges) - 1)
    filled = counts > 0
    between = np.sum(sums[filled] ** 2 / counts[filled]) / len(effect) - effect.mean() ** 2
    ratio = between / effect.var()
    by_chance = (int(filled.sum()) - 1) / (len(effect) - 1)
    return float(max(0.0, (ratio - by_chance) / (1 - by_chance)))


def _sorted(flips: Iterable[Flip]) -> tuple[Flip, ...]:
    return tuple(sorted((one for one in flips if one.index > 0), key=lambda one: -one.index))
