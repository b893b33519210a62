"""What gets a city to a grade: the cheapest improvements, solved exactly and confirmed by a sheet.

The plan is the optimum of a mixed-integer programme over what the city offers; whoever reads it
sees the sheet that `points.score` gives once all of it is done.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dalgu.certification.framework.model import Framework, Grade
from dalgu.certification.planning.costs import Costs
from dalgu.certification.planning.errors import (
    AreaNotInFramework,
    GradeNotInFramework,
    PlanUndecided,
)
from dalgu.certification.planning.options import Choice, Offers
from dalgu.certification.planning.programme import NoSolution, Programme, Taken, Wanted
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.points import exact, points_needed
from dalgu.certification.scoring.sheet import ScoreSheet

# The solver holds its conditions to 1e-6; where the sheet then misses the line by that dust, or the
# cost the budget, the programme is solved again with so many points more and won less.
_MARGINS = ((0.0, 0), (2e-6, 1), (1e-5, 10), (1e-4, 100), (1e-3, 1000))
_EPSILON = 1e-6  # points


class Binding(StrEnum):
    """What keeps a grade out of reach."""

    BUDGET = "budget"
    RELATIONS = "relations"  # what excludes or requires each other
    FLOORS = "floors"  # an area stays below its least share
    BOUNDS = "bounds"  # even all that is offered is not enough


@dataclass(frozen=True, slots=True)
class Change:
    """One improvement of a plan. Cost in won; points before rounding of the whole."""

    indicator: str
    before: float | None  # value, or level that counts; None where there is none today
    after: float
    cost: int
    points: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The cheapest way to a grade, and the sheet once it is done."""

    grade: Grade
    target: float  # total that must be printed
    cost: int
    changes: tuple[Change, ...]
    before: ScoreSheet
    after: ScoreSheet


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """No offered improvements lead to the grade; `changes` bring the most points there are."""

    grade: Grade
    target: float
    binding: tuple[Binding, ...]
    least_budget: int | None  # that would do; None where no budget does
    cost: int
    changes: tuple[Change, ...]
    before: ScoreSheet
    after: ScoreSheet  # its total is the most that is reachable


def what_if(framework: Framework, basis: Basis, grade: int, costs: Costs) -> Plan | OutOfReach:
    """Return the cheapest improvements that bring a city to a grade or a better one.

    Floors are those of the framework, where the grade certifies, and those of `costs`.

    Raises
    ------
    GradeNotInFramework, AreaNotInFramework, IndicatorNotExisting, ImprovementInvalid
        When the question does not fit the framework or the city.
    PlanUndecided
        When the solver came to no end.
    """
    question = _Question(framework, basis, grade, costs)
    for margin, spared in _MARGINS:
        budget = None if costs.budget is None else costs.budget - spared
        found = question.cheapest(margin, budget)
        if found is NoSolution.UNDECIDED:
            raise PlanUndecided(grade, "the solver reached its time limit")
        if isinstance(found, NoSolution):
            return question.out_of_reach()
        after = question.sheet(found)
        cost, changes = question.changes(found)
        if question.is_met(after) and (costs.budget is None or cost <= costs.budget):
            return Plan(question.grade, question.target, cost, changes, question.before, after)
    raise PlanUndecided(grade, "the score sheet does not confirm the solver")


class _Question:
    def __init__(self, framework: Framework, basis: Basis, grade: int, costs: Costs) -> None:
        self.framework, self.basis, self.costs = framework, basis, costs
        self.grade = _grade(framework, grade)
        self.before = basis.score(framework)
        self.offers = Offers(framework, basis, self.before)
        most = sum(self.offers.most.values(), Fraction(0))
        self.needed = points_needed(self.grade.min_share, most)
        self.target = float(self.needed + Fraction(1, 200)) if self.needed else 0.0
        self.now = {
            line.indicator: self.offers.points(line.indicator) for line in self.before.lines
        }
        self.floors = self._floors()
        self.choices = _all_choices(self.offers, costs)
        self.programme = self._programme(with_relations=True)

    def cheapest(self, margin: float, budget: float | None) -> list[Taken] | NoSolution:
        return self._cheapest(self.programme, margin, budget)

    def sheet(self, taken: list[Taken]) -> ScoreSheet:
        basis = self.basis
        for one in taken:
            basis = one.choice.applied(basis, one.to, max(1, self.framework.fewest_reviews))
        return basis.score(self.framework)

    def is_met(self, sheet: ScoreSheet) -> bool:
        shares = {area.code: area.share for area in sheet.areas}
        below = [code for code, least in self.costs.floors.items() if shares[code] < least]
        reached = sheet.grade.min_share >= self.grade.min_share and not below
        return reached and (sheet.certified or not self.grade.certified)

    def changes(self, taken: list[Taken]) -> tuple[int, tuple[Change, ...]]:
        changes = []
        for one in taken:
            line = self.before.line(one.choice.indicator)
            before = line.value if one.choice.kind == "quantitative" else line.level
            points = round(float(one.gain), 2)
            changes.append(Change(line.indicator, before, one.to, round(one.cost), points))
        return round(sum(one.cost for one in taken)), tuple(changes)

    def out_of_reach(self) -> OutOfReach:
        best = self._most()
        cost, changes = self.changes(best)
        unpaid = self.cheapest(0.0, None)
        binding: list[Binding] = []
        least = None
        if isinstance(unpaid, list):
            binding.append(Binding.BUDGET)
            least = self.changes(unpaid)[0]
        else:
            binding += self._bindings()
        return OutOfReach(
            grade=self.grade,
            target=self.target,
            binding=tuple(binding),
            least_budget=least,
            cost=cost,
            changes=changes,
            before=self.before,
            after=self.sheet(best),
        )

    def _most(self) -> list[Taken]:
        budget = self.costs.budget
        most = _found(self.programme.most(budget), self.grade)
        gain = float(sum((one.gain for one in most), Fraction(0)))
        again = self.programme.cheapest(Wanted(gain - _EPSILON, {}, budget))
        return self._useful(_found(again, self.grade))

    def _useful(self, taken: list[Taken]) -> list[Taken]:
        needed = {one.needs for one in self.costs.requires}
        return [
            one for one in taken if one.cost > 0 or one.gain > 0 or one.choice.indicator in needed
        ]

    def _bindings(self) -> list[Binding]:
        free = self._programme(with_relations=False)
        if isinstance(self._cheapest(free, 0.0, None), list):
            return [Binding.RELATIONS]
        total = Wanted(self._lacking(0.0), {}, None)
        if self.floors and isinstance(free.cheapest(total), list):
            return [Binding.FLOORS]
        return [Binding.BOUNDS]

    def _cheapest(
        self, programme: Programme, margin: float, budget: float | None
    ) -> list[Taken] | NoSolution:
        areas = {
            code: float(least - self._points_of(code)) + margin
            for code, least in self.floors.items()
        }
        found = programme.cheapest(Wanted(self._lacking(margin), areas, budget))
        return found if isinstance(found, NoSolution) else self._useful(found)

    def _lacking(self, margin: float) -> float:
        return float(self.needed - sum(self.now.values(), Fraction(0))) + margin

    def _programme(self, *, with_relations: bool) -> Programme:
        if not with_relations:
            return Programme(self.choices, [], [])
        requires = [(one.indicator, one.needs) for one in self.costs.requires]
        return Programme(self.choices, self.costs.excludes, requires)

    def _floors(self) -> dict[str, Fraction]:
        known = tuple(area.code for area in self.framework.areas)
        least: dict[str, Fraction] = {}
        for area in self.framework.areas:
            if area.floor_share is not None and self.grade.certified:
                least[area.code] = exact(area.floor_share)
        for code, share in self.costs.floors.items():
            if code not in known:
                raise AreaNotInFramework(self.framework.name, code, known)
            least[code] = max(exact(share), least.get(code, Fraction(0)))
        return {
            code: points_needed(float(share), self._most_of(code)) for code, share in least.items()
        }

    def _most_of(self, area: str) -> Fraction:
        return self._sum(self.offers.most, area)

    def _points_of(self, area: str) -> Fraction:
        return self._sum(self.now, area)

    def _sum(self, of: dict[str, Fraction], area: str) -> Fraction:
        lines = [line for line in self.before.lines if line.area == area]
        return sum((of[line.indicator] for line in lines), Fraction(0))


def _grade(framework: Framework, wanted: int) -> Grade:
    for grade in framework.grades:
        if grade.grade == wanted:
            return grade
    known = tuple(grade.grade for grade in framework.grades)
    raise GradeNotInFramework(framework.name, wanted, known)


def _all_choices(offers: Offers, costs: Costs) -> list[Choice]:
    related = {code for group in costs.excludes for code in group}
    related |= {code for one in costs.requires for code in (one.indicator, one.needs)}
    for code in sorted(related):
        offers.framework.indicator(code)
    return [choice for offer in costs.improvements for choice in offers.choices(offer)]


def _found(answer: list[Taken] | NoSolution, grade: Grade) -> list[Taken]:
    if isinstance(answer, NoSolution):
        raise PlanUndecided(grade.grade, "the solver reached its time limit")
    return answer
