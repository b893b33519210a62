"""Past incidents like one at hand, and what they turned out to be. Pure.

Likeness is a sum of plain points, so that an operator can be told why a case is listed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome
from dalgu.kernel.clock import local
from dalgu.kernel.geo import distance_m

POINTS = {"rule": 4, "kind": 3, "thing": 3, "near": 2, "dong": 1, "hour": 1, "cause": 3}
LEAST_POINTS = 4  # the same rule, or the same kind with something more
NEAR_M = 500.0
HOURS_APART = 2.0
DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class Case:
    """One past incident: how like it is, in what, and what it was."""

    incident: Incident
    points: int
    likeness: tuple[str, ...]  # names of POINTS


@dataclass(frozen=True, slots=True)
class Precedent:
    """What past cases say together."""

    cases: tuple[Case, ...]  # the likest first
    outcomes: dict[str, int]

    @property
    def count(self) -> int:
        """How many like cases are closed."""
        return sum(self.outcomes.values())

    @property
    def false_alarms(self) -> int:
        """How many of them were false."""
        return self.outcomes.get(Outcome.FALSE_ALARM, 0)


def precedent(one: Incident, past: Iterable[Incident], *, shown: int = 5) -> Precedent:
    """Return the closed incidents like this one; drills and merged ones tell nothing."""
    cases = [case for other in past if _tells(other, one) and (case := _case(one, other))]
    cases.sort(key=lambda case: (-case.points, -case.incident.number))
    outcomes = Counter(str(case.incident.outcome) for case in cases)
    return Precedent(tuple(cases[:shown]), dict(outcomes))


def _tells(other: Incident, one: Incident) -> bool:
    is_judged = other.outcome is not None and other.outcome is not Outcome.MERGED
    return is_judged and not other.is_drill and other.number != one.number


def _case(one: Incident, other: Incident) -> Case | None:
    found = tuple(name for name, is_like in _likeness(one, other).items() if is_like)
    points = sum(POINTS[name] for name in found)
    return Case(other, points, found) if points >= LEAST_POINTS else None


def _likeness(one: Incident, other: Incident) -> dict[str, bool]:
    is_near = (
        one.lon is not None
        and one.lat is not None
        and other.lon is not None
        and other.lat is not None
        and distance_m((one.lon, one.lat), (other.lon, other.lat)) <= NEAR_M
    )
    is_kind = (one.category, one.sub_category) == (other.category, other.sub_category)
    if not is_kind and one.rule != other.rule:
        return {}
    return {
        "rule": one.rule == other.rule,
        "kind": is_kind,
        "cause": one.cause is not None and one.cause == other.cause,
        "thing": not one.things.keys().isdisjoint(other.things),
        "near": is_near,
        "dong": one.dong is not None and one.dong == other.dong,
        "hour": _hours_apart(one.raised_at, other.raised_at) <= HOURS_APART,
    }


def _hours_apart(a: datetime, b: datetime) -> float:
    """Return how far apart two times of day are, 0 to 12 hours."""
    hours = [local(one).hour + local(one).minute / 60 for one in (a, b)]
    apart = abs(hours[0] - hours[1])
    return min(apart, DAY_H - apart)
