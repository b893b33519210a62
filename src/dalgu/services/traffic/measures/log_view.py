"""The last hours of one signal as its page draws them: from the city's log or from a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.measures.cycles import (
    CycleArrivals,
    cycle_arrivals,
    termination_points,
)
from dalgu.services.traffic.measures.detector_health import (
    DetectorHealth,
    Suspicion,
    detector_health,
)
from dalgu.services.traffic.measures.diagrams import (
    Axis,
    CoordinationDiagram,
    TerminationDiagram,
    axis,
    coordination_diagram,
    termination_diagram,
)
from dalgu.services.traffic.measures.events import ControllerEvents, DetectorAssignments
from dalgu.services.traffic.measures.quarters import Quarters, quarters_of
from dalgu.services.traffic.measures.summary import Summary, summary_of
from dalgu.services.traffic.measures.waits_view import Waits, waits_of


@dataclass(frozen=True, slots=True)
class Logged:
    """Distinct events of one signal with its detectors, and the numbers of its phases."""

    events: ControllerEvents
    assignments: DetectorAssignments
    phases: tuple[int, ...]
    walks: tuple[int, ...]
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class LogView:
    """What the log of the last hours tells of a signal."""

    summary: Summary
    quarters: Quarters
    coordination: CoordinationDiagram | None
    terminations: TerminationDiagram
    waits: Waits
    health: DetectorHealth
    chosen: int  # the phase of the coordination diagram, -1 when there is none
    suspicions: tuple[tuple[str, ...], ...]  # of each detector of `health`
    from_s: float
    until_s: float


def log_view(logged: Logged, phase: int = -1) -> LogView:
    """Measure a stretch of a signal's log; `phase` is whose coordination is drawn."""
    summary = summary_of(logged.events, logged.assignments, logged.phases, logged.walks)
    when = axis(logged.from_s, logged.until_s)
    chosen = phase if phase in logged.phases else _busiest(summary)
    span = (logged.from_s, logged.until_s)
    arrivals = cycle_arrivals(logged.events, logged.assignments, summary.cycles)
    health = detector_health(logged.events, from_s=logged.from_s, until_s=logged.until_s)
    return LogView(
        summary=summary,
        quarters=quarters_of(logged.events, logged.assignments, logged.phases, span),
        coordination=_coordination(arrivals, summary, chosen, when),
        terminations=termination_diagram(termination_points(logged.events), logged.phases, when),
        waits=waits_of(logged, summary.cycles, arrivals, chosen, when),
        health=health,
        chosen=chosen,
        suspicions=_suspicions(health),
        from_s=logged.from_s,
        until_s=logged.until_s,
    )


def _busiest(summary: Summary) -> int:
    busiest = max(summary.vehicles, key=lambda one: (one.arrivals, one.cycles), default=None)
    return -1 if busiest is None else busiest.phase


def _coordination(
    arrivals: CycleArrivals, summary: Summary, phase: int, when: Axis
) -> CoordinationDiagram | None:
    if not np.any(summary.cycles.phase == phase):
        return None
    return coordination_diagram(summary.cycles, arrivals, phase, when)


def _suspicions(health: DetectorHealth) -> tuple[tuple[str, ...], ...]:
    """Return what each detector is suspected of, by name."""
    found: Sequence[int] = health.suspicion.tolist()
    return tuple(tuple(str(one.name).lower() for one in Suspicion(value)) for value in found)
