"""Points, grade and certification from measurements and reviewed maturities, exactly.

Every number enters as the decimal that it prints as and is calculated on as a fraction; what is
shown is rounded once, half up, to hundredths of a point. The grade is judged on the rounded
total, the one that stands on the paper: 1,399.995 of 2,000 is printed as 1,400.00 and passes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isfinite
from statistics import median

from dalgu.certification.framework.model import (
    HIGHEST_LEVEL,
    Area,
    Framework,
    Grade,
    Indicator,
    StatusRule,
)
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.scoring import words
from dalgu.certification.scoring.errors import (
    CityTypeNotInFramework,
    LevelOutOfRange,
    ScoringNotByPoints,
    ValueNotFinite,
)
from dalgu.certification.scoring.sheet import Line, Part, ScoreSheet, State
from dalgu.kernel.text import Text

ENGINE = "points/1"  # raised whenever the same input would give another sheet
HUNDREDTHS = 100
HALF_A_HUNDREDTH = Fraction(1, 2 * HUNDREDTHS)


@dataclass(frozen=True, slots=True)
class _Earned:
    share: Fraction
    state: State
    why: Text | None = None
    level: Fraction | None = None


def score(  # noqa: PLR0913 - what a sheet stands on, named one by one
    framework: Framework,
    city_type: str,
    measurements: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
    not_applicable: Collection[str] = (),
    *,
    rejected: Collection[str] = (),
) -> ScoreSheet:
    """Return the score sheet of a city.

    `measurements` and `maturities` go by indicator code and may speak of more indicators than
    the framework has. Nothing is filled in: what is missing, unproved or rejected earns 0.
    `not_applicable` are those that the committee released; a measurement that only calls itself
    so is missing. Where no indicator of an item applies, its points leave the total.

    Raises
    ------
    ScoringNotByPoints, CityTypeNotInFramework, IndicatorNotExisting
        When the framework cannot be scored so, or a released or rejected code is none of its.
    ValueNotFinite, LevelOutOfRange
        When a value is no number or a level is not of the rubric.
    """
    refuse_unscorable(framework, city_type)
    for code in (*not_applicable, *rejected):
        framework.indicator(code)
    most = max_points(framework, city_type, not_applicable)
    earned: dict[str, _Earned] = {}
    for one in framework.indicators:
        if one.code in not_applicable:
            earned[one.code] = _Earned(Fraction(0), State.NOT_APPLICABLE, words.RELEASED)
        elif one.code in rejected:
            earned[one.code] = _Earned(Fraction(0), State.REJECTED, words.REJECTED)
        elif one.kind == "quantitative":
            measured = measurements.get(one.code)
            earned[one.code] = _of_value(one, city_type, measured, framework.earning)
        else:
            judged = maturities.get(one.code)
            earned[one.code] = _of_levels(judged, framework.fewest_reviews)
    lines = tuple(
        _line(framework, one, most[one.code], earned[one.code], measurements, maturities)
        for one in framework.indicators
    )
    points = {code: most[code] * one.share for code, one in earned.items()}
    return _sheet(framework, city_type, lines, points, most)


def refuse_unscorable(framework: Framework, city_type: str) -> None:
    """Raise `ScoringNotByPoints` or `CityTypeNotInFramework` where there can be no sheet."""
    if framework.scoring != "points":
        raise ScoringNotByPoints(framework.name, framework.scoring)
    known = tuple(one.code for one in framework.city_types)
    if known and city_type not in known:
        raise CityTypeNotInFramework(framework.name, city_type, known)


def exact(value: float) -> Fraction:
    """Return a number as the decimal that it prints as.

    >>> exact(0.1)
    Fraction(1, 10)
    """
    return Fraction(repr(float(value)))


def rounded(points: Fraction) -> Fraction:
    """Return points rounded half up to hundredths.

    >>> float(rounded(Fraction("1399.995"))), float(rounded(Fraction("1399.9949")))
    (1400.0, 1399.99)
    """
    return Fraction(floor(points * HUNDREDTHS + Fraction(1, 2)), HUNDREDTHS)


def max_points(
    framework: Framework, city_type: str, not_applicable: Collection[str] = ()
) -> dict[str, Fraction]:
    """Return the most each indicator can earn, after the points of released ones are re-spread.

    A released indicator's points go to the others of its item in proportion to theirs.
    """
    full = {one.code: exact(one.points_for(city_type)) for one in framework.indicators}
    most: dict[str, Fraction] = {}
    for _, codes in _by_item(framework):
        applying = [code for code in codes if code not in not_applicable]
        left = sum((full[code] for code in applying), Fraction(0))
        whole = sum((full[code] for code in codes), Fraction(0))
        for code in codes:
            most[code] = full[code] * whole / left if code in applying else Fraction(0)
    return most


def share_of_value(indicator: Indicator, city_type: str, value: float) -> Fraction:
    """Return the exact share 0 to 1 of its points that a value earns; raise `ValueNotFinite`."""
    if not isfinite(value):
        raise ValueNotFinite(indicator.code, value)
    posts = indicator.goalposts_for(city_type)
    zero_at, full_at = exact(posts.zero_at), exact(posts.full_at)
    return min(Fraction(1), max(Fraction(0), (exact(value) - zero_at) / (full_at - zero_at)))


def judged_level(maturity: Maturity, fewest_reviews: int) -> Fraction | None:
    """Return the level that counts, None while reviews are outstanding.

    The median of the reviewers' levels, with an even number of them the exact half between the
    middle two; never above what a site visit left.

    >>> judged_level(Maturity("X", levels=(2, 3, 4, 5)), 3)
    Fraction(7, 2)
    """
    given = (maturity.self_level, maturity.most, *maturity.levels)
    for level in (one for one in given if one is not None):
        if not 0 <= level <= HIGHEST_LEVEL:
            raise LevelOutOfRange(maturity.indicator, level, HIGHEST_LEVEL)
    if len(maturity.levels) < max(1, fewest_reviews):
        return None
    middle = median([Fraction(level) for level in maturity.levels])
    return middle if maturity.most is None else min(middle, Fraction(maturity.most))


def points_needed(min_share: float, most: Fraction) -> Fraction:
    """Return the least exact points whose rounding reaches a share of the most.

    >>> float(points_needed(0.7, Fraction(2000)))
    1399.995
    """
    line = Fraction(ceil(exact(min_share) * most * HUNDREDTHS), HUNDREDTHS)
    return line - HALF_A_HUNDREDTH if line > 0 else line


def grade_of(framework: Framework, total: Fraction, most: Fraction) -> Grade:
    """Return the grade of exact points, judged as they are printed."""
    printed = rounded(total)
    for grade in framework.grades:
        if printed >= exact(grade.min_share) * most:
            return grade
    return framework.grades[-1]


def _of_value(
    indicator: Indicator, city_type: str, measured: Measurement | None, earning: StatusRule
) -> _Earned:
    nothing = Fraction(0)
    if measured is None or measured.value is None:
        says_so = measured is not None and measured.status is Status.NOT_APPLICABLE
        return _Earned(nothing, State.MISSING, words.NOT_RELEASED if says_so else words.NO_VALUE)
    if measured.status in (Status.NOT_AVAILABLE, Status.NOT_APPLICABLE):
        return _Earned(nothing, State.MISSING, words.NO_VALUE)
    if not measured.snapshot:  # of what the hub held, or of the files handed in
        return _Earned(nothing, State.MISSING, words.UNEVIDENCED)
    earns = status_share(earning, measured.status)
    why = words.lesser(measured.status) if earns < 1 else None
    share = share_of_value(indicator, city_type, measured.value) * earns
    return _Earned(share, State.EARNED, why)


def status_share(earning: StatusRule, status: Status) -> Fraction:
    """Return the share of its points that a value of a status can earn."""
    if status is Status.MEASURED:
        return exact(earning.measured)
    if status is Status.ESTIMATED:
        return exact(earning.estimated)
    return exact(earning.proxy) if status is Status.PROXY else Fraction(0)


def _of_levels(maturity: Maturity | None, fewest_reviews: int) -> _Earned:
    level = None if maturity is None else judged_level(maturity, fewest_reviews)
    if maturity is None or level is None:
        done = 0 if maturity is None else len(maturity.levels)
        return _Earned(Fraction(0), State.AWAITING_REVIEW, words.awaiting(done, fewest_reviews))
    why = None if maturity.most is None else words.VISITED
    return _Earned(level / HIGHEST_LEVEL, State.EARNED, why, level)


def _line(  # noqa: PLR0913 - one line stands on all that is known of its indicator
    framework: Framework,
    indicator: Indicator,
    most: Fraction,
    earned: _Earned,
    measurements: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
) -> Line:
    of_value = indicator.kind == "quantitative"
    measured = measurements.get(indicator.code) if of_value else None
    judged = None if of_value else maturities.get(indicator.code)
    area = next(
        area.code for area in framework.areas for item in area.items if item.code == indicator.item
    )
    return Line(
        indicator=indicator.code,
        item=indicator.item,
        area=area,
        kind=indicator.kind,
        points=float(rounded(most * earned.share)),
        max_points=float(rounded(most)),
        share=float(earned.share),
        state=earned.state,
        why=earned.why,
        value=None if measured is None else measured.value,
        level=None if earned.level is None else float(earned.level),
        self_level=None if judged is None else judged.self_level,
        reviews=0 if judged is None else len(judged.levels),
    )


def _sheet(
    framework: Framework,
    city_type: str,
    lines: tuple[Line, ...],
    points: Mapping[str, Fraction],
    most: Mapping[str, Fraction],
) -> ScoreSheet:
    total, total_max = sum(points.values(), Fraction(0)), sum(most.values(), Fraction(0))
    grade = grade_of(framework, total, total_max)
    by_area = {area.code: _codes(framework, area) for area in framework.areas}
    missed = tuple(
        area.code
        for area in framework.areas
        if area.floor_share is not None
        and _add(points, by_area[area.code])
        < points_needed(area.floor_share, _add(most, by_area[area.code]))
    )
    judged = [(line.kind, line.state is State.EARNED) for line in lines]
    return ScoreSheet(
        framework=framework.name,
        city_type=city_type,
        lines=lines,
        items=tuple(_part(item, codes, points, most) for item, codes in _by_item(framework)),
        areas=tuple(_part(area, codes, points, most) for area, codes in by_area.items()),
        total=float(rounded(total)),
        total_max=float(rounded(total_max)),
        share=float(rounded(total) / total_max) if total_max else 0.0,
        grade=grade,
        floors_not_met=missed,
        certified=grade.certified and not missed,
        measured_count=judged.count(("quantitative", True)),
        quantitative_count=sum(kind == "quantitative" for kind, _ in judged),
        reviewed_count=judged.count(("qualitative", True)),
        qualitative_count=sum(kind == "qualitative" for kind, _ in judged),
        engine=ENGINE,
    )


def _part(
    code: str, codes: list[str], points: Mapping[str, Fraction], most: Mapping[str, Fraction]
) -> Part:
    earned, full = _add(points, codes), _add(most, codes)
    share = float(rounded(earned) / full) if full else 0.0
    return Part(code, float(rounded(earned)), float(rounded(full)), min(1.0, share))


def _by_item(framework: Framework) -> list[tuple[str, list[str]]]:
    items = [item for area in framework.areas for item in area.items]
    return [(item.code, [one.code for one in framework.of_item(item)]) for item in items]


def _codes(framework: Framework, area: Area) -> list[str]:
    return [one.code for item in area.items for one in framework.of_item(item)]


def _add(numbers: Mapping[str, Fraction], codes: Iterable[str]) -> Fraction:
    return sum((numbers[code] for code in codes), Fraction(0))
