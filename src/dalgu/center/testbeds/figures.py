"""What a rule, or all rules, of an area amount to: alarms, false ones, times."""

import statistics
from collections.abc import Iterable
from datetime import datetime

import msgspec

from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Status


class Figures(msgspec.Struct, frozen=True):
    """Figures of some incidents; `None` where none of them tells."""

    alarms: int = 0  # alerts that came to them
    incidents: int = 0
    judged: int = 0  # closed as one thing or another
    false_alarms: int = 0
    seen_p50_s: float | None = None  # from raised to seen
    closed_p50_s: float | None = None  # from raised to closed

    @property
    def false_share(self) -> float | None:
        """Share 0 to 1 of the judged that were false alarms."""
        return self.false_alarms / self.judged if self.judged else None


def figures(incidents: Iterable[Incident]) -> Figures:
    """Return the figures of incidents; drills and merged ones do not count."""
    real = [one for one in incidents if not one.is_drill and one.outcome is not Outcome.MERGED]
    closed = [one for one in real if one.closed_at is not None]
    return Figures(
        alarms=sum(len(one.alerts) for one in real),
        incidents=len(real),
        judged=len(closed),
        false_alarms=sum(one.outcome is Outcome.FALSE_ALARM for one in closed),
        seen_p50_s=_median(_seconds(one, _first_seen(one)) for one in real),
        closed_p50_s=_median(_seconds(one, one.closed_at) for one in closed),
    )


def _first_seen(incident: Incident) -> datetime | None:
    after = (step.at for step in incident.steps if step.status is not Status.RAISED)
    return next(after, None)


def _seconds(incident: Incident, at: datetime | None) -> float | None:
    return None if at is None else (at - incident.raised_at).total_seconds()


def _median(spans_s: Iterable[float | None]) -> float | None:
    known = [span_s for span_s in spans_s if span_s is not None]
    return statistics.median(known) if known else None
