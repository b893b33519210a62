"""What can be done for one indicator: each choice with its cost and the points it brings."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isfinite

from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Indicator, Kind
from dalgu.certification.measurement import Maturity, Measurement, Method, Status
from dalgu.certification.planning.costs import Improvement
from dalgu.certification.planning.errors import ImprovementInvalid
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.points import (
    judged_level,
    max_points,
    share_of_value,
    status_share,
)
from dalgu.certification.scoring.sheet import ScoreSheet, State

PLANNED = "planned"  # stands for the evidence of a value that is not there yet


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a started improvement goes on evenly, from `begin` to `end`."""

    begin: float  # from here on a further unit earns
    end: float
    lead_cost: float  # of the way to `begin`, which earns nothing
    cost: float  # of the way from `begin` to `end`
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done for an indicator; at most one of them is."""

    indicator: str
    area: str
    kind: Kind
    to: float  # without the stretch
    cost: float
    gain: Fraction  # points beyond today's, before rounding
    status: Status = Status.MEASURED
    stretch: Stretch | None = None

    def applied(self, basis: Basis, value: float, reviews: int) -> Basis:
        """Return the basis as it is once the improvement reached a value, or a level."""
        if self.kind == "qualitative":
            level = int(value)
            return basis.with_maturity(Maturity(self.indicator, level, (level,) * reviews))
        return basis.with_measurement(
            Measurement(self.indicator, self.status, value, method=Method.MANUAL, snapshot=PLANNED)
        )


class Offers:
    """Turns offers into choices, for one city under one framework."""

    def __init__(self, framework: Framework, basis: Basis, sheet: ScoreSheet) -> None:
        self.framework = framework
        self.basis = basis
        self.sheet = sheet
        self.most = max_points(framework, basis.city_type, basis.not_applicable)

    def choices(self, offer: Improvement) -> list[Choice]:
        """Return what an offer makes possible.

        Raises
        ------
        IndicatorNotExisting, ImprovementInvalid
            When the indicator is none of the framework's, or the offer does not fit it.
        """
        indicator = self.framework.indicator(offer.indicator)
        if self.sheet.line(offer.indicator).state is State.NOT_APPLICABLE:
            raise ImprovementInvalid(offer.indicator, "the indicator does not apply to the city")
        _refuse_form(offer)
        if indicator.kind == "qualitative":
            return list(self._levels(indicator, offer))
        if offer.steps:
            return list(self._steps(indicator, offer))
        return [self._even(indicator, offer)]

    def points(self, code: str) -> Fraction:
        """Return the exact points that an indicator has today."""
        if self.sheet.line(code).state is not State.EARNED:
            return Fraction(0)
        indicator = self.framework.indicator(code)
        if indicator.kind == "qualitative":
            level = judged_level(self.basis.maturities[code], self.framework.fewest_reviews)
            return self.most[code] * (level or Fraction(0)) / HIGHEST_LEVEL
        measured = self.basis.measurements[code]
        return self._points_at(indicator, measured.value or 0.0, measured.status)

    def _points_at(self, indicator: Indicator, value: float, status: Status) -> Fraction:
        share = share_of_value(indicator, self.basis.city_type, value)
        return self.most[indicator.code] * share * status_share(self.framework.earning, status)

    def _levels(self, indicator: Indicator, offer: Improvement) -> Iterator[Choice]:
        line = self.sheet.line(indicator.code)
        known = line.level if line.level is not None else line.self_level
        start = known if offer.starts_from is None else offer.starts_from
        for to, cost in _level_steps(offer, 0.0 if start is None else start):
            if to != int(to) or not 0 <= to <= HIGHEST_LEVEL:
                reason = f"level {to:g} is no whole level 0 to {HIGHEST_LEVEL}"
                raise ImprovementInvalid(indicator.code, reason)
            gain = self.most[indicator.code] * Fraction(int(to), HIGHEST_LEVEL)
            gain -= self.points(indicator.code)
            yield Choice(indicator.code, line.area, "qualitative", to, cost, gain)

    def _steps(self, indicator: Indicator, offer: Improvement) -> Iterator[Choice]:
        status = self._status(offer)
        for step in offer.steps:
            gain = self._points_at(indicator, step.to, status) - self.points(indicator.code)
            yield self._choice(indicator, step.to, float(step.cost), gain, status)

    def _even(self, indicator: Indicator, offer: Improvement) -> Choice:
        start, up_to, per_unit = self._start(offer), offer.up_to or 0.0, offer.cost_per_unit or 0.0
        posts = indicator.goalposts_for(self.basis.city_type)
        better = 1.0 if posts.full_at > posts.zero_at else -1.0
        if (up_to - start) * better < 0:
            reason = f"up_to {up_to:g} is worse than today's {start:g}"
            raise ImprovementInvalid(indicator.code, reason)
        status = self._status(offer)
        at_start = self._points_at(indicator, start, status)
        begin = max(start * better, posts.zero_at * better) * better
        end = min(up_to * better, posts.full_at * better) * better
        stretch = None
        if (end - begin) * better > 0:
            stretch = Stretch(
                begin=begin,
                end=end,
                lead_cost=per_unit * abs(begin - start),
                cost=per_unit * abs(end - begin),
                gain=self._points_at(indicator, end, status) - at_start,
            )
        gain = at_start - self.points(indicator.code)
        return self._choice(indicator, start, float(offer.fixed_cost), gain, status, stretch)

    def _choice(  # noqa: PLR0913 - the fields of a choice
        self,
        indicator: Indicator,
        to: float,
        cost: float,
        gain: Fraction,
        status: Status,
        stretch: Stretch | None = None,
    ) -> Choice:
        area = self.sheet.line(indicator.code).area
        return Choice(indicator.code, area, "quantitative", to, cost, gain, status, stretch)

    def _start(self, offer: Improvement) -> float:
        measured = self.basis.measurements.get(offer.indicator)
        known = None if measured is None else measured.value
        start = known if offer.starts_from is None else offer.starts_from
        if start is None:
            raise ImprovementInvalid(
                offer.indicator, "no value is known today, so starts_from is required"
            )
        return start

    def _status(self, offer: Improvement) -> Status:
        if offer.status is not None:
            return offer.status
        measured = self.basis.measurements.get(offer.indicator)
        return Status.MEASURED if measured is None or measured.value is None else measured.status


def _level_steps(offer: Improvement, start: float) -> Iterator[tuple[float, float]]:
    if offer.steps:
        yield from ((step.to, float(step.cost)) for step in offer.steps)
        return
    up_to, per_level = offer.up_to or 0.0, offer.cost_per_unit or 0.0
    if not start <= up_to <= HIGHEST_LEVEL or up_to != int(up_to):
        reason = f"up_to must be a whole level from today's {start:g} to {HIGHEST_LEVEL}"
        raise ImprovementInvalid(offer.indicator, reason)
    for level in range(ceil(start), int(up_to) + 1):
        yield float(level), offer.fixed_cost + per_level * (level - start)


def _refuse_form(offer: Improvement) -> None:
    if bool(offer.steps) == (offer.cost_per_unit is not None):
        raise ImprovementInvalid(offer.indicator, "it needs either steps or cost_per_unit")
    if (offer.cost_per_unit is None) != (offer.up_to is None):
        raise ImprovementInvalid(offer.indicator, "cost_per_unit and up_to come together")
    costs = [offer.cost_per_unit or 0.0, offer.fixed_cost, *(step.cost for step in offer.steps)]
    values = [offer.up_to, offer.starts_from, *(step.to for step in offer.steps)]
    if min(costs) < 0 or not all(map(isfinite, costs)):
        raise ImprovementInvalid(offer.indicator, "a cost is a finite number, 0 or more")
    if not all(isfinite(value) for value in values if value is not None):
        raise ImprovementInvalid(offer.indicator, "a value is a finite number")
    if offer.status in (Status.NOT_AVAILABLE, Status.NOT_APPLICABLE):
        raise ImprovementInvalid(offer.indicator, f"status '{offer.status}' earns nothing")
