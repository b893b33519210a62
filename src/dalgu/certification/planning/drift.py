"""Two clocks: the official score, frozen at its reference date, beside the live one.

The same formulas and points, other values: the gap says where a certified city drifts, and
whether it fell below the criteria, a ground for revocation by article 33 of the Act.
"""

from dataclasses import dataclass
from enum import StrEnum

from dalgu.certification.planning.errors import SheetsDiffer
from dalgu.certification.scoring.sheet import Part, ScoreSheet
from dalgu.kernel.text import Text


class Alarm(StrEnum):
    """What the live score says of the official one, from calm to loud."""

    STEADY = "steady"
    BETTER_GRADE = "better_grade"
    LOWER_GRADE = "lower_grade"
    BELOW_CRITERIA = "below_criteria"
    NOT_CERTIFIED = "not_certified"  # neither then nor now
    NOW_PASSES = "now_passes"  # not then, but now

    @property
    def text(self) -> Text:
        """What it means, in words."""
        return _WORDS[self]


_WORDS = {
    Alarm.STEADY: Text("현재도 같은 등급 유지", "Would still pass with the same grade"),
    Alarm.BETTER_GRADE: Text("현재 더 높은 등급 가능", "Would now reach a better grade"),
    Alarm.LOWER_GRADE: Text(
        "현재도 인증기준 충족, 등급 하락", "Would still pass, with a lower grade"
    ),
    Alarm.BELOW_CRITERIA: Text(
        "인증기준 미달: 법 제33조에 따른 취소 사유에 해당할 수 있음",
        "Below the criteria: may be a ground for revocation by article 33",
    ),
    Alarm.NOT_CERTIFIED: Text("인증기준 미달 지속", "Below the criteria, then and now"),
    Alarm.NOW_PASSES: Text("현재 인증기준 충족", "Would now pass"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Official and live points of an indicator, an item, an area or the whole."""

    code: str
    official: float
    live: float

    @property
    def change(self) -> float:
        """Live minus official points."""
        return round(self.live - self.official, 2)


@dataclass(frozen=True, slots=True)
class Drift:
    """All gaps between the two sheets, the deepest fall of indicators first."""

    alarm: Alarm
    total: Gap
    official_grade: int
    live_grade: int
    indicators: tuple[Gap, ...]
    items: tuple[Gap, ...]
    areas: tuple[Gap, ...]

    @property
    def would_still_pass(self) -> bool:
        """Tell whether the live score would be certified."""
        return self.alarm not in (Alarm.BELOW_CRITERIA, Alarm.NOT_CERTIFIED)


def drift(official: ScoreSheet, live: ScoreSheet) -> Drift:
    """Return how far the live score is from the official one; raise `SheetsDiffer`."""
    by, now = _judged_by(official), _judged_by(live)
    if by != now:
        raise SheetsDiffer(by, now)
    indicators = [
        Gap(one.indicator, one.points, two.points)
        for one, two in zip(official.lines, live.lines, strict=True)
    ]
    return Drift(
        alarm=_alarm(official, live),
        total=Gap(official.framework, official.total, live.total),
        official_grade=official.grade.grade,
        live_grade=live.grade.grade,
        indicators=tuple(sorted(indicators, key=lambda gap: gap.change)),
        items=_gaps(official.items, live.items),
        areas=_gaps(official.areas, live.areas),
    )


def _alarm(official: ScoreSheet, live: ScoreSheet) -> Alarm:
    if not official.certified:
        return Alarm.NOW_PASSES if live.certified else Alarm.NOT_CERTIFIED
    if not live.certified:
        return Alarm.BELOW_CRITERIA
    if live.grade.min_share < official.grade.min_share:
        return Alarm.LOWER_GRADE
    return Alarm.BETTER_GRADE if live.grade.min_share > official.grade.min_share else Alarm.STEADY


def _gaps(official: tuple[Part, ...], live: tuple[Part, ...]) -> tuple[Gap, ...]:
    return tuple(
        Gap(one.code, one.points, two.points) for one, two in zip(official, live, strict=True)
    )


def _judged_by(sheet: ScoreSheet) -> str:
    return f"{sheet.framework}, {sheet.city_type}, {len(sheet.lines)} indicators"
