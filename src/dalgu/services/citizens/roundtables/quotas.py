"""Quotas to begin with: seats shared out by the residents of districts, and by the pool."""

from collections.abc import Mapping

from dalgu.cities import City
from dalgu.services.citizens.roundtables.plan import Attribute, QuotaSet
from dalgu.services.citizens.roundtables.state import Roundtable

SLACK = 0.10  # of a value's seats, either way; at least one seat


def suggested(one: Roundtable, city: City, size: int) -> tuple[QuotaSet, ...]:
    """Return quotas with some slack: districts by their residents, all else by the pool.

    What few applied of is given to the others, so that each attribute can fill the panel.
    """
    found: list[QuotaSet] = []
    for attribute in Attribute:
        pool = one.tally(attribute, (applicant.id for applicant in one.pool))
        pool.pop("", None)
        weights = residents(city) if attribute is Attribute.DISTRICT else pool
        for value, seats in within(weights, pool, size).items():
            slack = max(1, round(seats * SLACK))
            most = min(seats + slack, pool[value])
            found.append(QuotaSet(attribute, value, max(0, seats - slack), most))
    return tuple(found)


def within(weights: Mapping[str, int], pool: Mapping[str, int], seats: int) -> dict[str, int]:
    """Return seats in proportion to weights, to each value no more than it has in the pool.

    >>> within({"a": 60, "b": 30, "c": 10}, {"a": 2, "b": 9}, 8)
    {'a': 2, 'b': 6}
    """
    full: dict[str, int] = {}
    while True:
        left = {value: weights.get(value, 0) for value in pool if value not in full}
        given = shared_out(left, seats - sum(full.values()))
        over = {value: pool[value] for value, wanted in given.items() if wanted > pool[value]}
        if not over:
            return {value: full.get(value, given.get(value, 0)) for value in pool}
        full |= over


def residents(city: City) -> dict[str, int]:
    """Return the registered residents of each district."""
    found: dict[str, int] = {}
    for dong in city.dongs:
        found[dong.district] = found.get(dong.district, 0) + dong.residents
    return found


def shared_out(weights: Mapping[str, int], seats: int) -> dict[str, int]:
    """Return seats in proportion to weights, by the largest remainders (Hare, Niemeyer).

    >>> shared_out({"a": 60, "b": 30, "c": 10}, 7)
    {'a': 4, 'b': 2, 'c': 1}
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    given = {value: weight * seats // whole for value, weight in weights.items()}
    rest = sorted(weights, key=lambda value: (-(weights[value] * seats % whole), value))
    for value in rest[: seats - sum(given.values())]:
        given[value] += 1
    return given
