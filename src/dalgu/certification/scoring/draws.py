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

from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Indicator
from dalgu.certification.measurement import Maturity, Measurement, Method
from dalgu.certification.scoring.points import exact, max_points, score, status_share
from dalgu.certification.scoring.sheet import ScoreSheet, State

WEIGHT_SPREAD = 0.25  # of an indicator's points, either way
_SMALLEST = 1e-12  # of a coordinate, so that the normal quantile stays finite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Value:
    """A judged quantitative indicator; columns are coordinates of the cube."""

    value: float
    zero_at: float
    full_at: float
    earns: float
    error: float
    gap: float  # half-width of the unheld part's effect
    error_column: int | None
    gap_column: int | None

    def shares(self, cube: Array) -> Array:
        drawn = np.full(len(cube), float(self.value))
        if self.error_column is not None:
            from scipy.special import ndtri  # type: ignore[import-untyped]  # ships no types

            inside = np.clip(cube[:, self.error_column], _SMALLEST, 1 - _SMALLEST)
            drawn += self.error * ndtri(inside)
        if self.gap_column is not None:
            drawn += self.gap * (2 * cube[:, self.gap_column] - 1)
        share = (drawn - self.zero_at) / (self.full_at - self.zero_at)
        shares: Array = np.clip(share, 0.0, 1.0) * self.earns
        return shares


@dataclass(frozen=True, slots=True)
class _Levels:
    """A judged qualitative indicator, one column for each reviewer."""

    levels: tuple[int, ...]
    most: int
    columns: tuple[int, ...]

    def shares(self, cube: Array) -> Array:
        moved = np.minimum(np.floor(3 * cube[:, self.columns]), 2) - 1
        drawn = np.clip(np.array(self.levels) + moved, 0, HIGHEST_LEVEL)
        shares: Array = np.minimum(np.median(drawn, axis=1), self.most) / HIGHEST_LEVEL
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
    judged: tuple[tuple[int, _Value | _Levels], ...]  # place and inputs
    groups: tuple[str, ...]  # the indicator that each coordinate belongs to

    @property
    def dimension(self) -> int:
        """Number of coordinates of the cube."""
        return len(self.groups)

    def outcomes(self, cube: Array) -> Outcomes:
        """Return the sheets of points of the unit cube, shape (draws, dimension)."""
        count = len(self.codes)
        shares = np.zeros((len(cube), count))
        for place, inputs in self.judged:
            shares[:, place] = inputs.shares(cube)
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
    most = max_points(framework, city_type, not_applicable)
    groups = [one.code for one in framework.indicators]  # the weights come first
    judged: list[tuple[int, _Value | _Levels]] = []
    for place, one in enumerate(framework.indicators):
        if sheet.lines[place].state is not State.EARNED:
            continue
        inputs: _Value | _Levels
        if one.kind == "quantitative":
            earns = float(status_share(framework.earning, measurements[one.code].status))
            inputs = _value(one, city_type, measurements[one.code], earns, len(groups))
            count = (inputs.error_column is not None) + (inputs.gap_column is not None)
        else:
            inputs = _levels(maturities[one.code], len(groups))
            count = len(inputs.levels)
        judged.append((place, inputs))
        groups += [one.code] * count
    codes = tuple(one.code for one in framework.indicators)
    full = np.array([float(most[code]) for code in codes])
    return Chances(framework, sheet, codes, full, tuple(judged), tuple(groups))


def _value(
    indicator: Indicator, city_type: str, measured: Measurement, earns: float, column: int
) -> _Value:
    posts = indicator.goalposts_for(city_type)
    error = measured.standard_error or 0.0
    held = 1.0 if measured.method is Method.MANUAL else min(1.0, max(0.0, measured.coverage))
    gap = (1 - held) * abs(posts.full_at - posts.zero_at) / 2
    return _Value(
        value=measured.value or 0.0,
        zero_at=posts.zero_at,
        full_at=posts.full_at,
        earns=earns,
        error=error,
        gap=gap,
        error_column=column if error > 0 else None,
        gap_column=column + (error > 0) if gap > 0 else None,
    )


def _levels(maturity: Maturity, column: int) -> _Levels:
    most = HIGHEST_LEVEL if maturity.most is None else maturity.most
    columns = tuple(range(column, column + len(maturity.levels)))
    return _Levels(maturity.levels, most, columns)
