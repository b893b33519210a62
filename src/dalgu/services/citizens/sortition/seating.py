"""Mixed tables: everybody sits somewhere each round, among people unlike them and new to them.

A seeded local search. Each table should have as many of every value of every attribute as its
share of the seats; a pair that has met already should not meet again. Two people change seats
while that helps, the best change of each person at a time, all changes weighed at once as arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.sortition.pool import Candidate, Floats, Ints
from dalgu.services.citizens.sortition.refusals import SeatsOther

MEETING = 1.0  # what a pair met again weighs beside a squared person too many at a table
SWEEPS = 40  # at most, over everybody
LEAST_GAIN = 1e-9
MOST_TRIES, EASY = 10, 500  # starts of a search, and people up to whom it begins more than once
Seating = list[list[list[str]]]  # round, table, ids


@dataclass(frozen=True, slots=True)
class Score:
    """How well people are mixed; less is better.

    `spread` sums over rounds, tables and values the squared difference from the even share,
    `meetings` counts how often pairs met beyond their first time; each beside the least that
    whole people at these tables could reach.
    """

    spread: float
    meetings: int
    least_spread: float
    least_meetings: int


def tables(people: Sequence[Candidate], sizes: Sequence[int], rounds: int, seed: int) -> Seating:
    """Return who sits where: for each round the tables, each with the ids of its people.

    Raises
    ------
    SeatsOther
        When the seats of the tables are not as many as the people, or there is no round.

    Examples
    --------
    >>> people = [Candidate(f"p{n}", {"sex": "fm"[n % 2]}) for n in range(4)]
    >>> [sorted(p[1] for p in table) for table in tables(people, [2, 2], 1, seed=1)[0]] != []
    True
    """
    if sum(sizes) != len(people) or rounds < 1 or min(sizes, default=0) < 1:
        raise SeatsOther(len(people), sum(sizes), rounds)
    rng = np.random.default_rng(seed)
    has = _values(people)
    met = np.zeros((len(people), len(people)))
    seats: list[Ints] = []
    for _ in range(rounds):
        table = _best_of_some(has, np.asarray(sizes), met, rng)
        together = table[:, None] == table[None, :]
        met += together
        np.fill_diagonal(met, 0.0)
        seats.append(table)
    return [
        [[people[n].id for n in np.flatnonzero(table == k).tolist()] for k in range(len(sizes))]
        for table in seats
    ]


def random_tables(
    people: Sequence[Candidate], sizes: Sequence[int], rounds: int, seed: int
) -> Seating:
    """Return tables by lot alone: what `tables` is measured against."""
    rng = np.random.default_rng(seed)
    cuts = np.cumsum(sizes)[:-1]
    shuffled = (rng.permutation(len(people)) for _ in range(rounds))
    return [
        [[people[n].id for n in part.tolist()] for part in np.split(one, cuts)] for one in shuffled
    ]


def score(people: Sequence[Candidate], seating: Seating) -> Score:
    """Return how well a seating mixes people."""
    numbers = {person.id: number for number, person in enumerate(people)}
    has = _values(people)
    sizes = np.array([len(table) for table in seating[0]])
    met = np.zeros((len(people), len(people)), dtype=np.int64)
    spread = 0.0
    for one in seating:
        for table in one:
            seated = [numbers[person] for person in table]
            met[np.ix_(seated, seated)] += 1
            even = len(seated) * has.mean(axis=0)
            spread += float(((has[seated].sum(axis=0) - even) ** 2).sum())
    np.fill_diagonal(met, 0)
    return Score(
        spread,
        int(np.clip(met - 1, 0, None).sum()) // 2,
        len(seating) * _least_spread(has, sizes),
        _least_meetings(len(people), sizes, len(seating)),
    )


def _values(people: Sequence[Candidate]) -> Floats:
    """Return (n, V): 1 where a person has a value of an attribute."""
    every = sorted({pair for person in people for pair in person.attributes.items()})
    place = {pair: number for number, pair in enumerate(every)}
    has = np.zeros((len(people), len(every)))
    for number, person in enumerate(people):
        has[number, [place[pair] for pair in person.attributes.items()]] = 1.0
    return has


def _best_of_some(has: Floats, sizes: Ints, met: Floats, rng: np.random.Generator) -> Ints:
    """Search from one start, from several where people are few: few are easily stuck."""
    tries = max(1, min(MOST_TRIES, EASY // len(has)))
    found = [_Hall.dealt(has, sizes, met, rng) for _ in range(tries)]
    for hall in found:
        hall.search(rng)
    return min(found, key=_Hall.cost).table


@dataclass
class _Hall:
    """One round of n people at K tables, with V values of attributes."""

    has: Floats  # (n, V)
    met: Floats  # (n, n) how often pairs met before
    table: Ints  # (n,) where each sits
    over: Floats  # (K, V) how many sit there beyond the even share
    known: Floats  # (n, K) how often each met who sits there

    @classmethod
    def dealt(cls, has: Floats, sizes: Ints, met: Floats, rng: np.random.Generator) -> "_Hall":
        """Return people dealt to the tables in turn, alike ones after another: a good start."""
        table = _dealt(has, sizes, rng)
        at_table = np.eye(len(sizes))[table]
        over = at_table.T @ has - sizes[:, None] * has.mean(axis=0)
        return cls(has, met, table, over, met @ at_table)

    def search(self, rng: np.random.Generator) -> None:
        """Let people change seats until no change of two helps any more."""
        for _ in range(SWEEPS):
            improved = False
            for one in rng.permutation(len(self.table)).tolist():
                gains = self.gains(one)
                other = int(np.argmax(gains))
                if gains[other] > LEAST_GAIN:
                    self.swap(one, other)
                    improved = True
            if not improved:
                return

    def cost(self) -> float:
        """Return what the search makes less."""
        again = self.known[np.arange(len(self.table)), self.table].sum() / 2
        return float((self.over**2).sum() + MEETING * again)

    def gains(self, one: int) -> Floats:
        """Return (n,) how much better it is when a person changes seats with each other."""
        here, table, known = self.table[one], self.table, self.known
        change = self.has - self.has[one]  # what the table here would get
        apart = 2.0 * (change * (self.over[here] - self.over[table] + change)).sum(axis=1)
        again = (
            known[one][table]
            + known[:, here]
            - known[one, here]
            - known[np.arange(len(table)), table]
            - 2 * self.met[one]
        )
        gains = -(apart + MEETING * again)
        gains[table == here] = 0.0
        return np.asarray(gains)

    def swap(self, one: int, other: int) -> None:
        """Let two people change seats."""
        here, there = self.table[one], self.table[other]
        change = self.has[other] - self.has[one]
        self.over[here] += change
        self.over[there] -= change
        moved = self.met[:, other] - self.met[:, one]
        self.known[:, here] += moved
        self.known[:, there] -= moved
        self.table[one], self.table[other] = there, here


def _dealt(has: Floats, sizes: Ints, rng: np.random.Generator) -> Ints:
    """Deal people, alike ones after another, to the tables in turn: a good start."""
    order = np.lexsort((rng.random(len(has)), *has.T))
    turns = [(turn, rng.random(), k) for k, size in enumerate(sizes) for turn in range(size)]
    table = np.empty(len(has), dtype=np.int64)
    table[order] = [k for _, _, k in sorted(turns)]
    return table


def _least_spread(has: Floats, sizes: Ints) -> float:
    """Return a bound on the spread of one round: each count a whole number next to its share."""
    even = sizes[:, None] * has.mean(axis=0)
    off = even - np.rint(even)
    return float((off**2).sum())


def _least_meetings(people: int, sizes: Ints, rounds: int) -> int:
    """Return a bound on the meetings beyond the first.

    All pairs that sit together beyond all pairs there are; and in each later round a table of
    more people than there are tables holds pairs that met in the first.
    """
    pairs = int((sizes * (sizes - 1) // 2).sum())
    in_all = max(0, rounds * pairs - people * (people - 1) // 2)
    each, more = np.divmod(sizes, len(sizes))
    forced = (len(sizes) - more) * each * (each - 1) // 2 + more * (each + 1) * each // 2
    return max(in_all, (rounds - 1) * int(forced.sum()))
