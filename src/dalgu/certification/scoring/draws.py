"""A city's score as a function of chance: many possible sheets at once, as arrays.

What is uncertain, each input one coordinate of a unit cube:

- a value's measurement error: normal, with the standard error that was recorded;
- what the hub did not hold: over the share of the period that is not covered the value lies
  anywhere within half the goalposts' width of what was measured (not for declared values);
- each reviewer's level: one lower, the same, one higher, equally likely, within the rubric;
- the weight of each indicator: plus or minus a quarter, all brought back to the same total.

What is missing, rejected, released or awaits review stays so in every draw.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework
from dalgu.certification.measurement import Maturity, Measurement, Method
from dalgu.certification.scoring.points import exact, max_points, score, status_share
from dalgu.certification.scoring.sheet import ScoreSheet, State

WEIGHT_SPREAD = 0.25  # of an indicator's points, either way
_SMALLEST = 1e-12  # of a coordinate, so that the normal quantile stays finite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Values:
    """The judged quantitative indicators, shape (n,) each; `places` are those in the framework."""

    places: NDArray[np.int64]
    value: Array
    zero_at: Array
    full_at: Array
    earns: Array
    error: Array
    gap: Array  # half-width of the unheld part's effect
    first: int  # column of the cube: errors where there are some, then gaps where there are

    def shares(self, cube: Array) -> Array:
        """Return shares 0 to 1, shape (draws, n)."""
        drawn = np.repeat(self.value[None, :], len(cube), axis=0)
        erring, gapped = np.flatnonzero(self.error), np.flatnonzero(self.gap)
        middle = self.first + len(erring)
        if len(erring):
            from scipy.special import ndtri  # type: ignore[import-untyped]  # ships no types

            inside = np.clip(cube[:, self.first : middle], _SMALLEST, 1 - _SMALLEST)
            drawn[:, erring] += self.error[erring] * ndtri(inside)
        if len(gapped):
            drawn[:, gapped] += self.gap[gapped] * (2 * cube[:, middle : middle + len(gapped)] - 1)
        drawn -= self.zero_at
        drawn /= self.full_at - self.zero_at
        shares: Array = np.clip(drawn, 0.0, 1.0) * self.earns
        return shares


@dataclass(frozen=True, slots=True)
class _Levels:
    """The judged qualitative indicators of one number of reviewers, shape (n, reviewers)."""

    places: NDArray[np.int64]
    levels: Array
    most: Array  # shape (n,)
    first: int  # column of the cube: reviewer by reviewer of the first indicator, and so on

    def shares(self, cube: Array) -> Array:
        """Return shares 0 to 1, shape (draws, n)."""
        own = cube[:, self.first : self.first + self.levels.size]
        moved = np.minimum(np.floor(3 * own.reshape(len(cube), *self.levels.shape)), 2) - 1
        drawn = np.sort(np.clip(self.levels + moved, 0, HIGHEST_LEVEL), axis=2)
        count = self.levels.shape[1]
        middle = (drawn[:, :, (count - 1) // 2] + drawn[:, :, count // 2]) / 2
        shares: Array = np.minimum(middle, self.most) / HIGHEST_LEVEL
        return shares


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Possible sheets: shape (draws,) of totals, (draws, items) of the items' shares."""

    totals: Array  # rounded to hundredths, of `total_max`
    grades: NDArray[np.int64]
    points: Array  # shape (draws, indicators)
    items: Array


@dataclass(frozen=True, slots=True)
class Chances:
    """The score of one city as a function of the unit cube."""

    framework: Framework
    sheet: ScoreSheet  # as judged, no chance in it
    codes: tuple[str, ...]  # of all indicators, in the order of the columns of `points`
    most: Array  # shape (indicators,)
    judged: tuple[_Values | _Levels, ...]
    groups: tuple[str, ...]  # the indicator that each coordinate belongs to

    @property
    def dimension(self) -> int:
        """Number of coordinates of the cube."""
        return len(self.groups)

    def outcomes(self, cube: Array) -> Outcomes:
        """Return the sheets of points of the unit cube, shape (draws, dimension)."""
        count = len(self.codes)
        shares = np.zeros((len(cube), count))
        for inputs in self.judged:
            shares[:, inputs.places] = inputs.shares(cube)
        weights = self.most * (1 + WEIGHT_SPREAD * (2 * cube[:, :count] - 1))
        whole = weights.sum(axis=1, keepdims=True)
        if self.most.sum() > 0:
            weights *= self.most.sum() / whole
        points = shares * weights
        totals = np.floor(points.sum(axis=1) * 100 + 0.5) / 100
        return Outcomes(totals, self.grades(totals), points, self._items(points, weights))

    def grades(self, totals: Array) -> NDArray[np.int64]:
        """Return the grades of printed totals."""
        grades = np.full(len(totals), self.framework.grades[-1].grade)
        for grade in reversed(self.framework.grades):
            reached = totals >= _printed(grade.min_share, self.sheet.total_max)
            grades[reached] = grade.grade
        return grades

    def _items(self, points: Array, weights: Array) -> Array:
        places = {code: n for n, code in enumerate(self.codes)}
        columns = []
        for part in self.sheet.items:
            own = [places[line.indicator] for line in self.sheet.lines if line.item == part.code]
            most = weights[:, own].sum(axis=1)
            earned = points[:, own].sum(axis=1)
            columns.append(np.divide(earned, most, out=np.zeros(len(points)), where=most > 0))
        return np.stack(columns, axis=1) if columns else np.zeros((len(points), 0))


def _printed(min_share: float, total_max: float) -> float:
    return float(exact(min_share) * exact(total_max))


def chances(  # noqa: PLR0913 - the parameters of `score`
    framework: Framework,
    city_type: str,
    measurements: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
    not_applicable: Collection[str] = (),
    *,
    rejected: Collection[str] = (),
) -> Chances:
    """Return a city's score as a function of chance; raise what `points.score` raises."""
    sheet = score(framework, city_type, measurements, maturities, not_applicable, rejected=rejected)
    codes = tuple(one.code for one in framework.indicators)
    most = max_points(framework, city_type, not_applicable)
    full = np.array([float(most[code]) for code in codes])
    earned = [n for n, line in enumerate(sheet.lines) if line.state is State.EARNED]
    groups = list(codes)  # the weights come first
    judged: list[_Values | _Levels] = []
    values = [n for n in earned if framework.indicators[n].kind == "quantitative"]
    if values:
        inputs, own = _values(framework, city_type, measurements, values, len(groups))
        judged.append(inputs)
        groups += own
    levels = [n for n in earned if framework.indicators[n].kind == "qualitative"]
    for count in sorted({sheet.lines[n].reviews for n in levels}):
        alike = [n for n in levels if sheet.lines[n].reviews == count]
        judged.append(_levels([maturities[codes[n]] for n in alike], alike, len(groups)))
        groups += [codes[n] for n in alike for _ in range(count)]
    return Chances(framework, sheet, codes, full, tuple(judged), tuple(groups))


def _values(
    framework: Framework,
    city_type: str,
    measurements: Mapping[str, Measurement],
    places: list[int],
    first: int,
) -> tuple[_Values, list[str]]:
    """Return the inputs of values, and the indicator of each of their columns."""
    indicators = [framework.indicators[n] for n in places]
    measured = [measurements[one.code] for one in indicators]
    posts = [one.goalposts_for(city_type) for one in indicators]
    zero_at = np.array([one.zero_at for one in posts], float)
    full_at = np.array([one.full_at for one in posts], float)
    held = np.array([_held(one) for one in measured])
    error = np.array([one.standard_error or 0.0 for one in measured], float)
    gap = (1 - held) * np.abs(full_at - zero_at) / 2
    found = _Values(
        places=np.array(places),
        value=np.array([one.value or 0.0 for one in measured], float),
        zero_at=zero_at,
        full_at=full_at,
        earns=np.array([float(status_share(framework.earning, one.status)) for one in measured]),
        error=error,
        gap=gap,
        first=first,
    )
    codes = [one.code for one in indicators]
    return found, [codes[n] for n in (*np.flatnonzero(error), *np.flatnonzero(gap))]


def _held(measured: Measurement) -> float:
    """Share 0 to 1 of the period that the hub held; a declared value asks nothing of it."""
    return 1.0 if measured.method is Method.MANUAL else min(1.0, max(0.0, measured.coverage))


def _levels(maturities: list[Maturity], places: list[int], first: int) -> _Levels:
    most = [HIGHEST_LEVEL if one.most is None else one.most for one in maturities]
    return _Levels(
        places=np.array(places),
        levels=np.array([one.levels for one in maturities], float),
        most=np.array(most, float),
        first=first,
    )
