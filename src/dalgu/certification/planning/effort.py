"""What moves the total, and what would move it with the least effort.

Sensitivity is exact: each figure is the difference of two score sheets' exact points, nothing
is estimated. Efforts are sorted by kind alone; what they cost, only the city knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Grade, Indicator, Kind
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.points import (
    exact,
    max_points,
    points_needed,
    share_of_value,
    status_share,
)
from dalgu.certification.scoring.sheet import Line, ScoreSheet, State
from dalgu.kernel.text import Text

TORNADO_SHARE = Fraction(1, 10)  # of the goalposts' width, either way


class Effort(IntEnum):
    """What has to be done, from the least effort to the most."""

    EVIDENCE = 1  # the value is known, its evidence is not kept
    REVIEW = 2  # the city gave its level, reviewers have not
    DEFINITION = 3  # a proxy or an estimate stands for the value
    REGISTER = 4  # nothing to compute it from
    SELF_LEVEL = 5  # not even the city's own level is given
    IMPROVEMENT = 6  # the city itself must become better
    OBJECTION = 7  # the value was refused

    @property
    def text(self) -> Text:
        """What has to be done, in words."""
        return _WORDS[self]

    @property
    def asks_for_registers(self) -> bool:
        """Tell whether entities are what is lacking."""
        return self is Effort.REGISTER


_WORDS = {
    Effort.EVIDENCE: Text("증빙 보관·제출", "Keep or hand in the evidence"),
    Effort.REVIEW: Text("평가위원 평가 완료", "Have the reviews completed"),
    Effort.DEFINITION: Text("정의에 맞는 값으로 측정", "Measure it as it is defined"),
    Effort.REGISTER: Text("대장·데이터 등록", "Fill the register it is computed from"),
    Effort.SELF_LEVEL: Text("자체평가 등급 제출", "Give the own level with its evidence"),
    Effort.IMPROVEMENT: Text("지표 개선", "Improve the indicator"),
    Effort.OBJECTION: Text("불인정 사유 해소", "Answer why it was rejected"),
}


@dataclass(frozen=True, slots=True)
class Slope:
    """How the total answers to one indicator; points, before rounding.

    `per_unit` is of one unit of the value (of one level) in the better direction, `per_percent`
    of a value one percent better; 0 at full points, where there is nothing to gain. `low` and
    `high` are the ends of the tornado: the total's change when the value is worse, or better, by
    a tenth of the goalposts' width (by one level).
    """

    indicator: str
    kind: Kind
    per_unit: float
    per_percent: float
    low: float
    high: float
    gap: float  # points still to gain


@dataclass(frozen=True, slots=True)
class Gain:
    """Something to do, and the points it brings at the value or level that is known today."""

    indicator: str
    effort: Effort
    points: float
    registers: tuple[str, ...] = ()  # entity types that the value is computed from


def sensitivity(framework: Framework, basis: Basis) -> list[Slope]:
    """Return how the total answers to each indicator that is judged, the widest tornado first."""
    sheet = basis.score(framework)
    most = max_points(framework, basis.city_type, basis.not_applicable)
    slopes = []
    for line, indicator in zip(sheet.lines, framework.indicators, strict=True):
        if line.state is not State.EARNED:
            continue
        if indicator.kind == "qualitative":
            slopes.append(_of_level(line, most[line.indicator]))
        else:
            measured = basis.measurements[line.indicator]
            slopes.append(_of_value(framework, basis, indicator, measured, most[line.indicator]))
    return sorted(slopes, key=lambda one: one.low - one.high)


def gains(framework: Framework, basis: Basis) -> list[Gain]:
    """Return what can be done for each indicator that is not full, the least effort first."""
    sheet = basis.score(framework)
    found = [
        gain
        for line, indicator in zip(sheet.lines, framework.indicators, strict=True)
        for gain in _gains(framework, basis, indicator, line)
        if gain.points > 0
    ]
    return sorted(found, key=lambda one: (one.effort, -one.points))


def nearest(framework: Framework, sheet: ScoreSheet) -> tuple[Grade, float] | None:
    """Return the next better grade and the points that are lacking; None at the best."""
    better = [one for one in framework.grades if one.min_share > sheet.grade.min_share]
    if not better:
        return None
    grade = min(better, key=lambda one: one.min_share)
    most = exact(sheet.total_max)
    lacking = points_needed(grade.min_share, most) + Fraction(1, 200) - exact(sheet.total)
    return grade, float(max(Fraction(0), lacking))


def _of_level(line: Line, most: Fraction) -> Slope:
    level = line.level or 0.0
    step = most / HIGHEST_LEVEL
    up, down = min(1.0, HIGHEST_LEVEL - level), min(1.0, level)
    per_percent = float(step) * level / 100 if up > 0 else 0.0
    return Slope(
        indicator=line.indicator,
        kind="qualitative",
        per_unit=float(step) if up > 0 else 0.0,
        per_percent=per_percent,
        low=-float(step) * down,
        high=float(step) * up,
        gap=float(step) * (HIGHEST_LEVEL - level),
    )


def _of_value(
    framework: Framework,
    basis: Basis,
    indicator: Indicator,
    measured: Measurement,
    most: Fraction,
) -> Slope:
    posts = indicator.goalposts_for(basis.city_type)
    width = exact(posts.full_at) - exact(posts.zero_at)
    earns = most * status_share(framework.earning, measured.status)
    value = exact(measured.value or 0.0)

    def points(at: Fraction) -> Fraction:
        return earns * share_of_value(indicator, basis.city_type, float(at))

    now, better = points(value), 1 if width > 0 else -1
    is_between = 0 <= (value - exact(posts.zero_at)) / width < 1
    per_unit = float(earns / abs(width)) if is_between else 0.0
    return Slope(
        indicator=indicator.code,
        kind="quantitative",
        per_unit=per_unit,
        per_percent=float(points(value + better * abs(value) / 100) - now),
        low=float(points(value - width * TORNADO_SHARE) - now),
        high=float(points(value + width * TORNADO_SHARE) - now),
        gap=float(most - now),
    )


def _gains(framework: Framework, basis: Basis, indicator: Indicator, line: Line) -> Iterator[Gain]:
    lacking = round(line.max_points - line.points, 2)
    if line.state is State.NOT_APPLICABLE:
        return
    if line.state is State.REJECTED:
        yield Gain(line.indicator, Effort.OBJECTION, lacking)
    elif indicator.kind == "qualitative":
        yield from _of_rubric(line, lacking)
    else:
        yield from _of_formula(framework, basis, indicator, line)


def _of_rubric(line: Line, lacking: float) -> Iterator[Gain]:
    if line.state is State.EARNED:
        yield Gain(line.indicator, Effort.IMPROVEMENT, lacking)
    elif line.self_level is None:
        yield Gain(line.indicator, Effort.SELF_LEVEL, lacking)
    else:
        points = line.max_points * line.self_level / HIGHEST_LEVEL
        yield Gain(line.indicator, Effort.REVIEW, round(points, 2))


def _of_formula(
    framework: Framework, basis: Basis, indicator: Indicator, line: Line
) -> Iterator[Gain]:
    measured = basis.measurements.get(line.indicator)
    registers = tuple(sorted({t for one in indicator.variables.values() for t in one.type}))
    if measured is None or measured.value is None:
        yield Gain(line.indicator, Effort.REGISTER, line.max_points, registers)
        return
    reached = share_of_value(indicator, basis.city_type, measured.value)
    earns = status_share(framework.earning, measured.status)
    if line.state is State.MISSING:
        points = float(reached * earns) * line.max_points
        yield Gain(line.indicator, Effort.EVIDENCE, round(points, 2), registers)
    elif measured.status in (Status.PROXY, Status.ESTIMATED) and earns < 1:
        points = float(reached * (1 - earns)) * line.max_points
        yield Gain(line.indicator, Effort.DEFINITION, round(points, 2), registers)
    points = float(1 - reached) * line.max_points
    yield Gain(line.indicator, Effort.IMPROVEMENT, round(points, 2), registers)
