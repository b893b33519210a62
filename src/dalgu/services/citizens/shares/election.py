"""An election of a participatory budget: projects with their costs, and who approves of which."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dalgu.services.citizens.shares.refusals import (
    BudgetInvalid,
    CostInvalid,
    ProjectTwice,
    VoteForNothing,
)


@dataclass(frozen=True, slots=True)
class Project:
    """Something that can be funded; `cost` is a whole number of the smallest unit of money."""

    id: str
    cost: int


@dataclass(frozen=True)
class Election:
    """A budget, projects, and for each voter the ids of the projects approved, maybe none.

    Raises
    ------
    BudgetInvalid, CostInvalid, ProjectTwice, VoteForNothing
    """

    budget: int
    projects: tuple[Project, ...]
    ballots: tuple[frozenset[str], ...]

    def __post_init__(self) -> None:
        if self.budget < 0:
            raise BudgetInvalid(self.budget)
        for project in self.projects:
            if project.cost <= 0:
                raise CostInvalid(project.id, project.cost)
        twice = next((p for p, times in Counter(self._ids).items() if times > 1), None)
        if twice is not None:
            raise ProjectTwice(twice)
        known = set(self._ids)
        for number, ballot in enumerate(self.ballots, 1):
            if unknown := ballot - known:
                raise VoteForNothing(number, min(unknown))

    @property
    def _ids(self) -> list[str]:
        return [project.id for project in self.projects]

    @cached_property
    def votes(self) -> Mapping[str, int]:
        """How many voters approve of each project."""
        counted = Counter(one for ballot in self.ballots for one in ballot)
        return {project.id: counted[project.id] for project in self.projects}

    @cached_property
    def groups(self) -> tuple[tuple[frozenset[str], int], ...]:
        """Each different ballot with how many voters cast it: these always have equal money."""
        return tuple(Counter(self.ballots).items())

    def cost_of(self, winners: Iterable[str]) -> int:
        """Return what projects cost together."""
        costs = {project.id: project.cost for project in self.projects}
        return sum(costs[one] for one in winners)


def share_left_out(election: Election, winners: Iterable[str]) -> float:
    """Return the share, 0 to 1, of voters of whose approved projects none is funded."""
    funded = frozenset(winners)
    out = sum(count for ballot, count in election.groups if not ballot & funded)
    return out / len(election.ballots) if election.ballots else 0.0
