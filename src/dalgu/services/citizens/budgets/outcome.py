"""Both rules on the ballots of a round, side by side, and the proof of each winner."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dalgu.services.citizens.shares import equal, exact
from dalgu.services.citizens.shares.election import Election, share_left_out
from dalgu.services.citizens.shares.equal import Outcome
from dalgu.services.citizens.shares.greedy import greedy

FINEST = 1_000  # parts of the first sum that a voter's money is raised by, at the finest
MOST_SHOWN = 5  # funded projects of a voter that are told apart


@dataclass(frozen=True)
class Side:
    """What one rule funds, by option; `spread` counts voters by how many of theirs are funded."""

    winners: tuple[str, ...]
    cost: int
    left_out: float
    spread: tuple[int, ...]


@dataclass(frozen=True)
class Tally:
    """An election by both rules.

    `proven` is the winning round of equal shares in exact fractions, `after` the one after it,
    which costs more than there is (`None` when nothing more can be bought).
    """

    election: Election
    equal: Side
    greedy: Side
    step: int
    outcome: Outcome
    proven: exact.Round
    after: exact.Round | None

    @property
    def bought(self) -> Mapping[str, exact.Purchase]:
        """How each winner by equal shares was paid, by option."""
        return {one.project: one for one in self.proven.purchases}

    @property
    def lost(self) -> Mapping[str, exact.Loser]:
        """What the supporters of each other project had left, by option."""
        return {one.project: one for one in self.proven.losers}


def tallied(election: Election, least: int) -> Tally:
    """Return an election by both rules; each round of equal shares gives at least so much more.

    A step far below what each voter begins with would take rounds without end: it is at least
    a thousandth of that.
    """
    step = max(least, -(-election.budget // (max(len(election.ballots), 1) * FINEST)))
    outcome = equal.equal_shares(election, step=step)
    return Tally(
        election=election,
        equal=side(election, outcome.winners),
        greedy=side(election, greedy(election)),
        step=step,
        outcome=outcome,
        proven=equal.proof(election, outcome),
        after=equal.next_round(election, outcome, step=step),
    )


def side(election: Election, winners: Iterable[str]) -> Side:
    """Return what funding these projects means."""
    funded = tuple(winners)
    among = frozenset(funded)
    counted: Counter[int] = Counter()
    for ballot, count in election.groups:
        counted[min(len(ballot & among), MOST_SHOWN)] += count
    spread = tuple(counted[n] for n in range(MOST_SHOWN + 1))
    return Side(funded, election.cost_of(funded), share_left_out(election, funded), spread)
