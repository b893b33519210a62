"""The score sheet: what each indicator, item and area earned, the total and its grade."""

from dataclasses import dataclass
from enum import StrEnum

from dalgu.certification.framework.model import Grade, Kind
from dalgu.kernel.text import Text


class State(StrEnum):
    """Why a line has the points it has."""

    EARNED = "earned"  # judged by its value or level, whatever that earned
    MISSING = "missing"  # no value, or nothing that proves it
    AWAITING_REVIEW = "awaiting_review"  # fewer reviews than the framework asks for
    NOT_APPLICABLE = "not_applicable"  # by the committee; its points went to the rest of the item
    REJECTED = "rejected"  # the value was refused in review or on site


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator. Points are rounded to hundredths, `share` is the exact 0 to 1 of them."""

    indicator: str
    item: str
    area: str
    kind: Kind
    points: float
    max_points: float
    share: float
    state: State
    why: Text | None = None  # in words, where the state asks for some
    value: float | None = None  # of a quantitative indicator
    level: float | None = None  # of a qualitative one: the reviewers' median, at most the visit's
    self_level: int | None = None  # shown, never counted
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """An item or an area: sum of its lines, rounded once."""

    code: str
    points: float
    max_points: float
    share: float


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """All that a framework asks of a city and what it earned.

    Line, item, area and total are each the exact sum rounded once, half up, to hundredths; so
    the printed lines may differ from the printed total by some hundredths. The grade is that of
    the printed total.
    """

    framework: str
    city_type: str
    lines: tuple[Line, ...]
    items: tuple[Part, ...]
    areas: tuple[Part, ...]
    total: float
    total_max: float
    share: float
    grade: Grade
    floors_not_met: tuple[str, ...]  # codes of areas
    certified: bool  # the grade certifies, and no floor is missed
    measured_count: int  # of the quantitative
    quantitative_count: int
    reviewed_count: int  # of the qualitative
    qualitative_count: int
    engine: str

    def line(self, indicator: str) -> Line:
        """Return the line of an indicator; raise `KeyError` where there is none."""
        for line in self.lines:
            if line.indicator == indicator:
                return line
        raise KeyError(indicator)

    def item(self, code: str) -> Part:
        """Return the sum of an item; raise `KeyError` where there is none."""
        return {part.code: part for part in self.items}[code]

    def area(self, code: str) -> Part:
        """Return the sum of an area; raise `KeyError` where there is none."""
        return {part.code: part for part in self.areas}[code]
