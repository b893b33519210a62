"""The scorecard: what a framework asks of a city, what was measured last, what that earns."""

from dataclasses import dataclass
from datetime import datetime

from dalgu.certification.framework.model import Area, Framework, Grade, Indicator, Item
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.sheet import Line, ScoreSheet
from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator with what is known of it; `measured` is None before the first assessment.

    `line` is that of the score sheet, None in a framework that gives no points.
    """

    indicator: Indicator
    measured: Measurement | None = None
    maturity: Maturity | None = None
    line: Line | None = None

    @property
    def points(self) -> float:
        """Points earned: 0 where nothing was measured or reviewed."""
        return 0.0 if self.line is None else self.line.points

    @property
    def max_points(self) -> float:
        """The most that it can earn in this city."""
        return self.indicator.points if self.line is None else self.line.max_points

    @property
    def why(self) -> Text | None:
        """Why it has the points it has, in words, where there is something to say."""
        return None if self.line is None else self.line.why


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All that a framework asks, with what was measured; it is no certificate.

    `sheet` is None in a framework that is scored by bands. The city type is assumed where the hub
    holds no population to decide it by.
    """

    framework: Framework
    city_type: str
    standings: list[Standing]
    sheet: ScoreSheet | None
    measured_at: datetime | None
    is_type_assumed: bool = False

    @property
    def basis(self) -> Basis:
        """All that the score sheet stands on."""
        return Basis(
            self.city_type,
            {one.indicator.code: one.measured for one in self.standings if one.measured},
            {one.indicator.code: one.maturity for one in self.standings if one.maturity},
        )

    @property
    def points(self) -> float:
        """Points earned."""
        return 0.0 if self.sheet is None else self.sheet.total

    @property
    def total_points(self) -> float:
        """Points that can be earned."""
        return self.framework.total_points if self.sheet is None else self.sheet.total_max

    @property
    def share(self) -> float:
        """Share 0 to 1 of the points that was earned."""
        return 0.0 if self.sheet is None else self.sheet.share

    @property
    def grade(self) -> Grade | None:
        """Grade that the points would earn."""
        return None if self.sheet is None else self.sheet.grade

    def standing(self, code: str) -> Standing:
        """Return one indicator's standing; raise `IndicatorNotExisting`."""
        self.framework.indicator(code)
        return next(one for one in self.standings if one.indicator.code == code)

    def of_item(self, item: Item) -> list[Standing]:
        """Return the indicators of one evaluation item."""
        return [standing for standing in self.standings if standing.indicator.item == item.code]

    def of_area(self, area: Area) -> list[Standing]:
        """Return the indicators of one area."""
        return [standing for item in area.items for standing in self.of_item(item)]
