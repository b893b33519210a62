"""One round of equal shares in floating point that knows when it cannot be sure.

Every number carries a bound on its error. Where two prices, or a sum and a cost, lie nearer to
each other than that, the round says `Unsure` instead of guessing; then `exact` decides. Prices
of projects whose supporters all can pay their share are compared as whole numbers of supporters,
so that the most usual ties are exact here too.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dalgu.services.citizens.shares.election import Election

UNIT = 2.0**-52  # twice the rounding error of one operation
INFINITE = float("inf")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Unsure(Exception):
    """Floating point cannot tell."""


@dataclass(frozen=True)
class Arrays:
    """An election as arrays, G groups of voters with equal ballots, P projects.

    `groups[p]` holds the groups that approve of a project, `counts[p]` their sizes; `costs` and
    `supporters` are (P,).
    """

    budget: int
    voters: int
    group_count: int
    costs: list[float]
    supporters: list[float]
    groups: tuple[Ints, ...]
    counts: tuple[Floats, ...]

    @classmethod
    def of(cls, election: Election) -> "Arrays":
        """Return the arrays of an election."""
        place = {project.id: number for number, project in enumerate(election.projects)}
        groups: list[list[int]] = [[] for _ in place]
        for number, (ballot, _) in enumerate(election.groups):
            for project in ballot:
                groups[place[project]].append(number)
        sizes = np.array([count for _, count in election.groups], dtype=np.float64)
        indices = tuple(np.array(one, dtype=np.int64) for one in groups)
        return cls(
            budget=election.budget,
            voters=len(election.ballots),
            group_count=len(election.groups),
            costs=[float(project.cost) for project in election.projects],
            supporters=[float(election.votes[one]) for one in place],
            groups=indices,
            counts=tuple(sizes[one] for one in indices),
        )


@dataclass(slots=True)
class _Offer:
    place: int
    per_unit: float
    price: float
    error: float  # of the price
    is_whole: bool  # everybody pays the same: the price for a unit is one over the supporters


class _Market:
    """The money of all groups (G,) with bounds on its errors (G,), and prices as last seen."""

    def __init__(self, arrays: Arrays, each: Fraction) -> None:
        self.arrays = arrays
        self.money = np.full(arrays.group_count, float(each))
        self.errors = np.full(arrays.group_count, float(each) * UNIT)
        self.worst = self.rounding = float(each) * UNIT
        self.ceiling = float(each) * 1e-6  # an error beyond which nothing is worth comparing
        self.shares = [0.0] * len(arrays.costs)  # full ones, as last seen: they only rise
        self.prices = [1.0 / votes if votes else INFINITE for votes in arrays.supporters]

    def offer(self, place: int) -> _Offer | None:
        """Return the lowest price of a project, `None` when its supporters cannot pay it.

        Its root is sought from below by Newton's steps: what supporters give at a share is
        concave and made of straight pieces, so that no step goes beyond and the last is exact.
        """
        arrays = self.arrays
        money, counts = self.money[arrays.groups[place]], arrays.counts[place]
        cost, votes = arrays.costs[place], arrays.supporters[place]
        share, even = self.shares[place], cost / votes
        if share <= even:
            if float(money.min()) > even + self.worst + even * UNIT:
                return _Offer(place, 1.0 / votes, even, even * UNIT, True)
            share = even
        rounding = (len(money) + 4) * UNIT * cost
        noise = votes * self.worst + rounding
        total = float(money @ counts)
        if total <= cost + noise:
            if total < cost - noise:
                return None
            raise Unsure
        while True:
            missing = cost - float(np.minimum(money, share) @ counts)
            paying = float((money > share) @ counts)
            if missing <= rounding or not paying:
                break
            share += missing / paying
        if not paying:
            raise Unsure
        error = ((votes - paying) * self.worst + rounding) / paying
        self.shares[place] = share - error
        return _Offer(place, share / cost, share, error, False)

    def refined(self, offer: _Offer) -> _Offer:
        """Return an offer with the least bound on its error: who has nothing has no error."""
        if offer.is_whole:
            return offer
        groups, counts = self.arrays.groups[offer.place], self.arrays.counts[offer.place]
        money, errors = self.money[groups], self.errors[groups]
        poor = float(errors @ np.where(money < offer.price, counts, 0.0))
        rounding = (len(money) + 4) * UNIT * self.arrays.costs[offer.place]
        error = (poor + rounding) / float((money > offer.price) @ counts)
        return replace(offer, error=error)

    def cheapest(self) -> _Offer | None:
        """Return the project to be bought next; raise `Unsure` where floats cannot tell."""
        offers: list[_Offer] = []
        best, prices, costs = INFINITE, self.prices, self.arrays.costs
        for place in sorted(range(len(costs)), key=prices.__getitem__):
            if prices[place] > best or prices[place] == INFINITE:
                break
            offer = self.offer(place)
            if offer is None:
                prices[place] = INFINITE
                continue
            noise = offer.error / costs[place]
            prices[place] = max(prices[place], offer.per_unit - noise)
            best = min(best, offer.per_unit + noise)
            offers.append(offer)
        near = [self.refined(one) for one in offers if prices[one.place] <= best]
        return self._decide(self._nearest(near)) if near else None

    def _nearest(self, offers: list[_Offer]) -> list[_Offer]:
        """Return those that may be the cheapest, by their least bounds."""
        spans = [(one.per_unit, one.error / self.arrays.costs[one.place]) for one in offers]
        best = min(price + noise for price, noise in spans)
        near = zip(offers, spans, strict=True)
        return [one for one, (price, noise) in near if price - noise <= best]

    def _decide(self, near: list[_Offer]) -> _Offer:
        if len(near) == 1:
            return near[0]
        if not all(one.is_whole for one in near):
            raise Unsure
        votes, cost = self.arrays.supporters, self.arrays.costs
        return min(near, key=lambda one: (-votes[one.place], cost[one.place], one.place))

    def pay(self, offer: _Offer) -> None:
        """Let the supporters pay: who surely gives all has exactly nothing left."""
        groups = self.arrays.groups[offer.place]
        left, errors = self.money[groups] - offer.price, self.errors[groups]
        noise = errors + (offer.error + self.rounding)
        has_left = left > -noise
        self.money[groups] = np.where(has_left, np.maximum(left, 0.0), 0.0)
        self.errors[groups] = np.where(has_left, noise, 0.0)
        self.worst = max(self.worst, float(self.errors[groups].max()))
        self.prices[offer.place] = INFINITE
        if offer.error > self.ceiling:
            raise Unsure


def buy(arrays: Arrays, each: Fraction) -> list[int] | None:
    """Return the places of the projects bought, in order, `None` as soon as they overspend.

    Raises
    ------
    Unsure
        When the error of floating point could decide.
    """
    market, spent = _Market(arrays, each), 0
    bought: list[int] = []
    while offer := market.cheapest():
        market.pay(offer)
        bought.append(offer.place)
        spent += int(arrays.costs[offer.place])
        if spent > arrays.budget:
            return None
    return bought
