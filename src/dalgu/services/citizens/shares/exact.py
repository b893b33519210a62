"""One round of equal shares in whole numbers: who pays how much for what.

All money is an integer over one common denominator, which a purchase multiplies by the number of
those who pay a full share. Nothing is ever rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dalgu.services.citizens.shares.election import Election, Project

NEAR = 1e-9  # prices whose floats differ by less, relatively, are compared as fractions


@dataclass(frozen=True, slots=True)
class Purchase:
    """How a project was paid.

    `price` is what each of `full` voters paid; `last` more gave all that they had left, in sum
    `from_last`. `per_unit` is the price for a unit of cost, by which the next project is chosen.
    """

    project: str
    cost: int
    supporters: int
    price: Fraction
    full: int
    last: int
    from_last: Fraction
    per_unit: Fraction


@dataclass(frozen=True, slots=True)
class Loser:
    """A project that was not bought, and what its supporters had left in the end."""

    project: str
    cost: int
    supporters: int
    money: Fraction

    @property
    def lacking(self) -> Fraction:
        """What they lacked."""
        return self.cost - self.money


@dataclass(frozen=True)
class Round:
    """What a budget for each voter buys."""

    each: Fraction
    purchases: tuple[Purchase, ...]
    losers: tuple[Loser, ...]

    @property
    def winners(self) -> tuple[str, ...]:
        """Return the winners in the order in which they were bought."""
        return tuple(one.project for one in self.purchases)

    @property
    def cost(self) -> int:
        """Return what they cost together."""
        return sum(one.cost for one in self.purchases)


@dataclass(frozen=True, slots=True)
class _Offer:
    per_unit: Fraction
    price: Fraction  # of a full share, over the denominator
    project: Project
    rank: tuple[Fraction, int, int, int]


class _Purse:
    """The money of all groups of voters, in parts of one denominator."""

    def __init__(self, election: Election, each: Fraction) -> None:
        self.denominator = each.denominator
        self.money = [each.numerator] * len(election.groups)
        self.counts = [count for _, count in election.groups]
        self.groups: dict[str, list[int]] = {project.id: [] for project in election.projects}
        for number, (ballot, _) in enumerate(election.groups):
            for project in ballot:
                self.groups[project].append(number)

    def of(self, project: str) -> int:
        """Return the money of a project's supporters."""
        return sum(self.money[one] * self.counts[one] for one in self.groups[project])

    def offer(self, project: Project, place: int) -> _Offer | None:
        """Return the lowest price at which a project is paid, `None` when it cannot be."""
        cost = project.cost * self.denominator
        if self.of(project.id) < cost:
            return None
        groups = sorted(self.groups[project.id], key=self.money.__getitem__)
        voters = supporters = sum(self.counts[one] for one in groups)
        for one in groups:
            if self.money[one] * voters >= cost:
                break
            cost -= self.money[one] * self.counts[one]
            voters -= self.counts[one]
        price = Fraction(cost, voters)
        per_unit = price / (project.cost * self.denominator)
        return _Offer(per_unit, price, project, (per_unit, project.cost, -supporters, place))

    def pay(self, offer: _Offer) -> Purchase:
        """Let the supporters pay."""
        project, factor = offer.project, offer.price.denominator
        price = offer.price.numerator
        if factor > 1:
            self.denominator *= factor
            self.money = [one * factor for one in self.money]
        full = last = from_last = 0
        for one in self.groups[project.id]:
            if self.money[one] >= price:
                self.money[one] -= price
                full += self.counts[one]
            else:
                from_last += self.money[one] * self.counts[one]
                last += self.counts[one]
                self.money[one] = 0
        return Purchase(
            project.id,
            project.cost,
            full + last,
            Fraction(price, self.denominator),
            full,
            last,
            Fraction(from_last, self.denominator),
            offer.per_unit,
        )


def buy(election: Election, each: Fraction) -> Round:
    """Return what is bought when each voter has the same money.

    The next project is always the one that costs its supporters the least for a unit of its cost,
    when all pay alike and who has less gives all; ties go to the lower cost, then to more
    supporters, then to the project that stands first (Peters, Pierczyński, Skowron:
    *Proportional Participatory Budgeting with Additive Utilities*, NeurIPS 2021; cost utilities).

    Examples
    --------
    >>> election = Election(10, (Project("a", 6), Project("b", 4)), (frozenset("a"),) * 2)
    >>> buy(election, Fraction(5)).winners
    ('a',)
    """
    purse = _Purse(election, each)
    waiting = dict(enumerate(election.projects))
    prices = dict.fromkeys(waiting, 0.0)  # as they were last seen: they only rise
    purchases: list[Purchase] = []
    while best := _cheapest(purse, waiting, prices):
        purchases.append(purse.pay(best))
        del waiting[best.rank[3]]
    left = _losers(purse, election, {one.project for one in purchases})
    return Round(each, tuple(purchases), tuple(left))


def _cheapest(
    purse: _Purse, waiting: dict[int, Project], prices: dict[int, float]
) -> _Offer | None:
    best: _Offer | None = None
    for place in sorted(waiting, key=prices.__getitem__):
        if best is not None and prices[place] > float(best.per_unit) * (1 + NEAR):
            break
        offer = purse.offer(waiting[place], place)
        prices[place] = float("inf") if offer is None else float(offer.per_unit)
        if offer is not None and (best is None or offer.rank < best.rank):
            best = offer
    return best


def _losers(purse: _Purse, election: Election, bought: set[str]) -> Sequence[Loser]:
    return [
        Loser(
            project.id,
            project.cost,
            election.votes[project.id],
            Fraction(purse.of(project.id), purse.denominator),
        )
        for project in election.projects
        if project.id not in bought
    ]
