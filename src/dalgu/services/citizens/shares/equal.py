"""The method of equal shares for participatory budgets, with the rule to use the whole budget.

Every voter has the same share of the budget, and a project is bought when its supporters can pay
it. As that leaves money over, each voter's share is raised by one unit of money at a time until
the projects bought would cost more than the budget; the last that did not are the winners. So it
was done in Wieliczka, Poland, in 2023.
"""

from dataclasses import dataclass
from fractions import Fraction

from dalgu.services.citizens.shares import exact, fast
from dalgu.services.citizens.shares.election import Election
from dalgu.services.citizens.shares.exact import Round
from dalgu.services.citizens.shares.refusals import StepInvalid


@dataclass(frozen=True)
class Outcome:
    """The winners in the order of their purchase, and how they came about.

    `rounds` counts all, the last of which overspends unless `took_all`: then nothing more could
    be bought. `raised` is by how many steps the shares of the winning round were raised,
    `unsure` in how many rounds exact numbers had to decide.
    """

    winners: tuple[str, ...]
    cost: int
    each: Fraction
    raised: int
    rounds: int
    took_all: bool
    unsure: int


def equal_shares(election: Election, *, step: int = 1) -> Outcome:
    """Return the winners by equal shares; each round gives every voter `step` units more.

    Raises
    ------
    StepInvalid
    """
    if step < 1:
        raise StepInvalid(step)
    if not election.ballots:
        return Outcome((), 0, Fraction(0), 0, 0, True, 0)
    start = Fraction(election.budget, len(election.ballots))
    wanted = frozenset(one for one, count in election.votes.items() if count)
    if election.cost_of(wanted) <= election.budget:
        return _all_of_them(election, start, step)
    search = _Search(election)
    best: tuple[str, ...] = ()
    raised = -1
    while True:
        found = search.winners(start + (raised + 1) * step)
        if found is None:
            break
        best, raised = found, raised + 1
    each, cost = start + raised * step, election.cost_of(best)
    return Outcome(best, cost, each, raised, raised + 2, False, search.unsure)


def _all_of_them(election: Election, start: Fraction, step: int) -> Outcome:
    """Return everything with a vote: no round can overspend, and the last buys all.

    With as much money for each voter as all of it costs, nobody lacks any.
    """
    cost = election.cost_of(one for one, count in election.votes.items() if count)
    raised = max(0, -(-(cost - start) // step))
    each = start + raised * step
    return Outcome(exact.buy(election, each).winners, cost, each, raised, raised + 1, True, 0)


def proof(election: Election, outcome: Outcome) -> Round:
    """Return who pays how much in the winning round, in exact fractions."""
    return exact.buy(election, outcome.each)


def next_round(election: Election, outcome: Outcome, *, step: int = 1) -> Round | None:
    """Return the round after the winning one, which overspends; `None` when there is none."""
    return None if outcome.took_all else exact.buy(election, outcome.each + step)


class _Search:
    """Rounds in floating point where that is sure, exact where it is not."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.arrays = fast.Arrays.of(election)
        self.unsure = 0

    def winners(self, each: Fraction) -> tuple[str, ...] | None:
        """Return what is bought, `None` when it costs more than the budget."""
        try:
            places = fast.buy(self.arrays, each)
        except fast.Unsure:
            self.unsure += 1
            found = exact.buy(self.election, each)
            return None if found.cost > self.election.budget else found.winners
        if places is None:
            return None
        return tuple(self.election.projects[place].id for place in places)
