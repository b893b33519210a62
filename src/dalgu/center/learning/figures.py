"""The figures of the page "response times": spreads, divisions, trend, slowest cases; plain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.center.learning.cases import Case, false_alarm_rate, instants, limits_s
from dalgu.center.learning.times import Measure, Spread, grouped, spans, spread

DIVISIONS = ("priority", "category", "district", "month")
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Division:
    """Each measure of one group of a division, and how many cases it holds."""

    key: str
    n: int
    spreads: dict[Measure, Spread]


@dataclass(frozen=True, slots=True)
class Slow:
    """A case that took longest beside its target."""

    case: Case
    measure: Measure
    span_s: float
    limit_s: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a set of cases teaches."""

    n: int
    open: int
    overall: dict[Measure, Spread]
    false_alarms: float | None
    divisions: dict[str, list[Division]]
    slowest: list[Slow]


def figures(cases: Sequence[Case]) -> Figures:
    """Return the figures of cases."""
    span = spans(instants(cases))
    return Figures(
        n=len(cases),
        open=sum(one.outcome is None for one in cases),
        overall={one: spread(span[one], limits_s(cases, one)) for one in Measure},
        false_alarms=false_alarm_rate(cases),
        divisions={by: _divided(cases, by) for by in DIVISIONS},
        slowest=_slowest(cases),
    )


def _divided(cases: Sequence[Case], by: str) -> list[Division]:
    keys, span = [one.group(by) for one in cases], spans(instants(cases))
    spreads = {measure: grouped(keys, span[measure]) for measure in Measure}
    return [
        Division(key, keys.count(key), {one: spreads[one][key] for one in Measure})
        for key in sorted(set(keys))
    ]


def _slowest(cases: Sequence[Case]) -> list[Slow]:
    """Return the responses that missed their target most, each as a share of its target."""
    span, limit = spans(instants(cases)), {one: limits_s(cases, one) for one in Measure}
    found = [
        Slow(case, measure, float(span[measure][at]), float(limit[measure][at]))
        for measure in (Measure.ACKNOWLEDGE, Measure.RESPOND)
        for at, case in enumerate(cases)
        if np.isfinite(span[measure][at]) and np.isfinite(limit[measure][at])
    ]
    late = [one for one in found if one.limit_s and one.span_s > one.limit_s]
    ordered = sorted(late, key=lambda one: one.span_s / (one.limit_s or 1), reverse=True)
    return ordered[:SLOWEST]
