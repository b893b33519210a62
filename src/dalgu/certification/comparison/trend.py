"""A city's score over the years, with every change of the framework marked as a break.

Points of two versions are never joined. A bridge leads over a break only by the indicators that
both versions measure alike, and says by how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dalgu.certification.comparison.profile import measured_alike
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.scoring.sheet import ScoreSheet


@dataclass(frozen=True, slots=True)
class Year:
    """One official or own reckoning of the city."""

    on: date  # reference date
    framework: Framework
    sheet: ScoreSheet


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A total in its series; `series` rises by one at each break."""

    on: date
    framework: str
    share: float
    total: float
    total_max: float
    grade: int
    series: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """The share of points before and after a break, over what both versions measure alike."""

    before: float
    after: float
    pairs: tuple[tuple[str, str], ...]  # code in the old and in the new version
    by_crosswalk: tuple[str, ...]  # new codes that are matched by crosswalk alone
    of_old: int  # number of indicators of the old version
    of_new: int


@dataclass(frozen=True, slots=True)
class Break:
    """Where the framework changed; `bridge` is None where nothing is measured alike."""

    on: date  # of the first point after it
    old: str
    new: str
    bridge: Bridge | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Points in order of time, in as many series as there are versions in turn."""

    points: tuple[TrendPoint, ...]
    breaks: tuple[Break, ...]


def trend(years: Sequence[Year]) -> Trend:
    """Return the trend of one city; a change of framework or of city type is a break."""
    ordered = sorted(years, key=lambda one: one.on)
    points: list[TrendPoint] = []
    breaks: list[Break] = []
    series = 0
    for n, year in enumerate(ordered):
        if n and _by(ordered[n - 1]) != _by(year):
            series += 1
            breaks.append(_break(ordered[n - 1], year))
        points.append(_point(year, series))
    return Trend(tuple(points), tuple(breaks))


def bridge(before: Year, after: Year) -> Bridge | None:
    """Return the shares of both years over the indicators that both versions measure alike.

    Alike are indicators that are defined alike and have the same code, or one of which names
    the other's framework and code in its crosswalk ("kr-scc-2021 K63-05").
    """
    pairs: list[tuple[str, str]] = []
    by_crosswalk: list[str] = []
    for new in after.framework.indicators:
        old = _counterpart(before.framework, after.framework, new)
        if old is None:
            continue
        pairs.append((old.code, new.code))
        if old.code != new.code:
            by_crosswalk.append(new.code)
    if not pairs:
        return None
    return Bridge(
        before=_share(before.sheet, [old for old, _ in pairs]),
        after=_share(after.sheet, [new for _, new in pairs]),
        pairs=tuple(pairs),
        by_crosswalk=tuple(by_crosswalk),
        of_old=len(before.framework.indicators),
        of_new=len(after.framework.indicators),
    )


def _by(year: Year) -> tuple[str, str]:
    return year.framework.name, year.sheet.city_type


def _break(before: Year, after: Year) -> Break:
    return Break(after.on, " ".join(_by(before)), " ".join(_by(after)), bridge(before, after))


def _point(year: Year, series: int) -> TrendPoint:
    sheet = year.sheet
    return TrendPoint(
        on=year.on,
        framework=sheet.framework,
        share=sheet.share,
        total=sheet.total,
        total_max=sheet.total_max,
        grade=sheet.grade.grade,
        series=series,
    )


def _counterpart(
    old_framework: Framework, new_framework: Framework, new: Indicator
) -> Indicator | None:
    for old in old_framework.indicators:
        names_it = (
            f"{old_framework.name} {old.code}" in new.crosswalk
            or f"{new_framework.name} {new.code}" in old.crosswalk
        )
        if (old.code == new.code or names_it) and measured_alike(old, new):
            return old
    return None


def _share(sheet: ScoreSheet, codes: Sequence[str]) -> float:
    lines = [line for line in sheet.lines if line.indicator in set(codes)]
    most = sum(line.max_points for line in lines)
    return sum(line.points for line in lines) / most if most else 0.0
