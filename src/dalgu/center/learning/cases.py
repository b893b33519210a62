"""Incidents as cases to learn from: when each step was taken, by whom it is counted."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Priority, Status
from dalgu.center.learning.times import Instants, Measure, Seconds
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text

TARGETS = Path(__file__).parent / "targets.toml"


@dataclass(frozen=True, slots=True)
class Case:
    """One incident: what it was, and when each step was taken."""

    number: int
    title: Text
    category: str
    priority: Priority
    district: str | None
    raised_at: datetime
    happened_at: datetime | None = None
    seen_at: datetime | None = None
    responded_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    is_drill: bool = False
    origin: str | None = None

    @property
    def month(self) -> str:
        """The local month in which it was raised: 2026-11."""
        return f"{local(self.raised_at):%Y-%m}"

    def group(self, by: str) -> str:
        """Return the group of a division: category, priority, district or month."""
        return str(getattr(self, by) or "-")


def case_of(incident: Incident, happened_at: datetime | None = None) -> Case:
    """Return an incident as a case; `happened_at` is when its first alert says it began.

    Acknowledged is the first step of a person after it was raised; responded is in hand or help
    at the place, whichever came first. A merged incident is one with another, so it never counts
    as closed by itself.
    """
    first: dict[Status, datetime] = {}
    for step in incident.steps:
        first.setdefault(step.status, step.at)
    acted = [at for status, at in first.items() if status not in (Status.RAISED, Status.CLOSED)]
    helped = [at for at in (first.get(Status.IN_HAND), incident.arrived_at) if at is not None]
    is_merged = incident.merged_into is not None
    return Case(
        number=incident.number,
        title=incident.title,
        category=incident.category,
        priority=incident.priority,
        district=incident.district,
        raised_at=incident.raised_at,
        happened_at=happened_at,
        seen_at=min(acted, default=None if is_merged else incident.closed_at),
        responded_at=min(helped, default=None),
        closed_at=None if is_merged else incident.closed_at,
        outcome=incident.outcome,
        is_drill=incident.is_drill,
        origin=incident.origin,
    )


def instants(cases: Iterable[Case]) -> Instants:
    """Return the steps of cases as arrays, seconds since the epoch."""
    found = list(cases)

    def of(name: str) -> Seconds:
        at = [getattr(one, name) for one in found]
        return np.array([np.nan if one is None else one.timestamp() for one in at], dtype=float)

    return Instants(
        of("happened_at"), of("raised_at"), of("seen_at"), of("responded_at"), of("closed_at")
    )


@cache
def targets() -> Mapping[Priority, Mapping[Measure, float]]:
    """Return the seconds that a city wants to hold, by priority and measure."""
    table = tomllib.loads(TARGETS.read_text("utf-8"))
    return {
        Priority(priority): {Measure(name): float(limit_s) for name, limit_s in limits.items()}
        for priority, limits in table.items()
    }


def limits_s(cases: Iterable[Case], measure: Measure) -> Seconds:
    """Return the target of each case, shape (n,), NaN where its priority has none."""
    return np.array([targets()[one.priority].get(measure, np.nan) for one in cases], dtype=float)


def false_alarm_rate(cases: Iterable[Case]) -> float | None:
    """Return the share of closed cases that were false alarms, `None` where none is closed."""
    closed = [one for one in cases if one.outcome not in (None, Outcome.MERGED)]
    if not closed:
        return None
    return sum(one.outcome is Outcome.FALSE_ALARM for one in closed) / len(closed)
