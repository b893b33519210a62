"""The mixed-integer programme of a plan: which choices, and how far, under which conditions.

A choice is a binary; an even improvement adds how far it goes, 0 to 1, and where the first units
earn nothing a binary that pays for them. Solved exactly by HiGHS through `scipy.optimize.milp`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.planning.options import Choice

TIME_LIMIT_S = 60.0
_LARGEST_COST = 1e6  # of a scaled cost: keeps one won in ten billion above the solver's gap

Array = NDArray[np.float64]


class NoSolution(Enum):
    """Why the solver gave no solution."""

    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice of the solution; `stretch` 0 to 1 is how far it goes on, None where it does not."""

    choice: Choice
    stretch: float | None

    @property
    def cost(self) -> float:
        """Cost in won."""
        more = self.choice.stretch
        if more is None or self.stretch is None:
            return self.choice.cost
        return self.choice.cost + more.lead_cost + more.cost * self.stretch

    @property
    def gain(self) -> Fraction:
        """Points beyond today's."""
        more = self.choice.stretch
        if more is None or self.stretch is None:
            return self.choice.gain
        return self.choice.gain + more.gain * Fraction(self.stretch)

    @property
    def to(self) -> float:
        """Value or level that is reached."""
        more = self.choice.stretch
        if more is None or self.stretch is None:
            return self.choice.to
        return more.begin + (more.end - more.begin) * self.stretch


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a solution must bring: points beyond today's, in all and in areas, and for how much."""

    gain: float | None
    gain_of_area: Mapping[str, float]
    budget: float | None


class Programme:
    """The variables and standing conditions of one set of choices."""

    def __init__(
        self,
        choices: Sequence[Choice],
        excludes: Sequence[Collection[str]],
        requires: Sequence[tuple[str, str]],
    ) -> None:
        self.choices = choices
        self.cost: list[float] = []
        self.gain: list[float] = []
        self.whole: list[int] = []
        self.area: list[str] = []
        self.start: list[int] = []  # the variable of each choice
        self.more: list[tuple[int, int] | None] = []  # of its stretch: how far, paid by
        self._rows: list[dict[int, float]] = []  # each at most its bound
        self._bounds: list[float] = []
        for choice in choices:
            self._add(choice)
        self._relate(excludes, requires)

    def cheapest(self, wanted: Wanted) -> list[Taken] | NoSolution:
        """Return the cheapest choices that bring what is wanted."""
        return self._solve(np.array(self.cost) * self._scale(), wanted)

    def most(self, budget: float | None) -> list[Taken] | NoSolution:
        """Return the choices that bring most points for a budget."""
        return self._solve(-np.array(self.gain), Wanted(None, {}, budget))

    def _scale(self) -> float:
        return _LARGEST_COST / (max(self.cost, default=0.0) or 1.0)

    def _add(self, choice: Choice) -> None:
        start = self._variable(choice.area, choice.cost, float(choice.gain), 1)
        self.start.append(start)
        more = choice.stretch
        if more is None:
            self.more.append(None)
            return
        paid_by = start
        if more.lead_cost > 0:
            paid_by = self._variable(choice.area, more.lead_cost, 0.0, 1)
            self._at_most({paid_by: 1.0, start: -1.0}, 0.0)
        far = self._variable(choice.area, more.cost, float(more.gain), 0)
        self._at_most({far: 1.0, paid_by: -1.0}, 0.0)
        self.more.append((far, paid_by))

    def _variable(self, area: str, cost: float, gain: float, whole: int) -> int:
        self.area.append(area)
        self.cost.append(cost)
        self.gain.append(gain)
        self.whole.append(whole)
        return len(self.cost) - 1

    def _at_most(self, row: dict[int, float], bound: float) -> None:
        self._rows.append(row)
        self._bounds.append(bound)

    def _relate(
        self, excludes: Sequence[Collection[str]], requires: Sequence[tuple[str, str]]
    ) -> None:
        of: dict[str, list[int]] = {}
        for choice, start in zip(self.choices, self.start, strict=True):
            of.setdefault(choice.indicator, []).append(start)
        for starts in of.values():
            self._at_most(dict.fromkeys(starts, 1.0), 1.0)
        for group in excludes:
            starts = [start for code in group for start in of.get(code, [])]
            self._at_most(dict.fromkeys(starts, 1.0), 1.0)
        for code, needs in requires:
            row = dict.fromkeys(of.get(code, []), 1.0)
            self._at_most(row | dict.fromkeys(of.get(needs, []), -1.0), 0.0)

    def _solve(self, objective: Array, wanted: Wanted) -> list[Taken] | NoSolution:
        if not self.choices:
            lacks = [wanted.gain or 0.0, *wanted.gain_of_area.values()]
            return NoSolution.INFEASIBLE if max(lacks) > 0 else []
        from scipy import optimize  # type: ignore[import-untyped]  # ships no types

        rows, bounds = self._conditions(wanted)
        found = optimize.milp(
            objective,
            integrality=self.whole,
            bounds=optimize.Bounds(0, 1),
            constraints=optimize.LinearConstraint(rows, -np.inf, bounds),
            options={"mip_rel_gap": 0.0, "time_limit": TIME_LIMIT_S},
        )
        if found.status == 0:
            return self._taken(found.x)
        return NoSolution.INFEASIBLE if found.status == 2 else NoSolution.UNDECIDED

    def _conditions(self, wanted: Wanted) -> tuple[Array, Array]:
        count = len(self.cost)
        rows = np.zeros((len(self._rows), count))
        for n, row in enumerate(self._rows):
            for column, factor in row.items():
                rows[n, column] = factor
        gain, areas = np.array(self.gain), np.array(self.area)
        more, bounds = [], list(self._bounds)
        if wanted.gain is not None:
            more.append(-gain)
            bounds.append(-wanted.gain)
        for area, least in wanted.gain_of_area.items():
            more.append(np.where(areas == area, -gain, 0.0))
            bounds.append(-least)
        if wanted.budget is not None:
            more.append(np.array(self.cost) * self._scale())
            bounds.append(wanted.budget * self._scale())
        return np.vstack([rows, *more]), np.array(bounds)

    def _taken(self, x: Array) -> list[Taken]:
        taken = []
        for choice, start, more in zip(self.choices, self.start, self.more, strict=True):
            if x[start] < 0.5:
                continue
            goes_on = more is not None and x[more[1]] > 0.5
            far = float(np.clip(x[more[0]], 0, 1)) if more is not None and goes_on else None
            taken.append(Taken(choice, far))
        return taken
