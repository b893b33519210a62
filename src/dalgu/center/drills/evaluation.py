"""What an exercise showed: objectives met or not, times, and who did what."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from dalgu.access.logbook import Entry
from dalgu.center.drills.scenarios import Objective
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Status


class Result(msgspec.Struct, frozen=True):
    """Whether one objective was met."""

    key: str
    is_met: bool
    took_s: float | None = None  # of the slowest incident that counts; `None`: it never came
    count: int | None = None  # of incidents, where these are counted


class Times(msgspec.Struct, frozen=True):
    """How long one incident took to each step, in seconds from its raising."""

    incident: int
    seen_s: float | None = None
    assigned_s: float | None = None
    in_hand_s: float | None = None
    arrived_s: float | None = None
    closed_s: float | None = None


class Part(msgspec.Struct, frozen=True):
    """What one person did: tags of deeds and how often."""

    actor: str
    deeds: dict[str, int]


class Evaluation(msgspec.Struct, frozen=True):
    """What a drill showed."""

    alerts: int
    incidents: int
    results: tuple[Result, ...]
    times: tuple[Times, ...]
    parts: tuple[Part, ...]

    @property
    def met(self) -> int:
        """How many objectives were met."""
        return sum(one.is_met for one in self.results)


def evaluate(
    objectives: Iterable[Objective],
    incidents: Sequence[Incident],
    entries: Mapping[int, Sequence[Entry]],
    alerts: int,
) -> Evaluation:
    """Return what a drill showed.

    Parameters
    ----------
    objectives
        What was to be shown.
    incidents
        The incidents of the drill.
    entries
        By number of incident, every entry of the book about it, oldest first.
    alerts
        How many alerts went to the alarm room.
    """
    return Evaluation(
        alerts=alerts,
        incidents=len(incidents),
        results=tuple(judge(one, incidents, entries) for one in objectives),
        times=tuple(times(one) for one in incidents),
        parts=parts(entry for about in entries.values() for entry in about),
    )


def judge(
    objective: Objective, incidents: Sequence[Incident], entries: Mapping[int, Sequence[Entry]]
) -> Result:
    """Return whether an objective is met by what is in the book."""
    if objective.most_incidents is not None:
        is_few = 0 < len(incidents) <= objective.most_incidents
        return Result(objective.key, is_few, count=len(incidents))
    counted = incidents if objective.of == "all" else main(incidents)
    spans = [_span_s(objective, one, entries.get(one.number, ())) for one in counted]
    known = [span for span in spans if span is not None]
    if not spans or len(known) < len(spans):
        return Result(objective.key, is_met=False)
    slowest = max(known)
    is_met = objective.within_s is None or slowest <= objective.within_s
    return Result(objective.key, is_met, took_s=slowest)


def main(incidents: Sequence[Incident]) -> list[Incident]:
    """Return the gravest incident, the oldest of these, in a list; none of none."""
    return sorted(incidents, key=lambda one: (one.priority, one.raised_at, one.number))[:1]


def times(incident: Incident) -> Times:
    """Return how long an incident took to each step."""
    first = {step.status: step.at for step in reversed(incident.steps)}
    acted = [step.at for step in incident.steps if step.status is not Status.RAISED]
    return Times(
        incident=incident.number,
        seen_s=_after(incident, acted[0] if acted else None),
        assigned_s=_after(incident, first.get(Status.ASSIGNED)),
        in_hand_s=_after(incident, first.get(Status.IN_HAND)),
        arrived_s=_after(incident, incident.arrived_at),
        closed_s=_after(incident, incident.closed_at),
    )


def parts(entries: Iterable[Entry]) -> tuple[Part, ...]:
    """Return what each person did; what the platform did by itself is left out."""
    done: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if entry.actor != "system":
            done[entry.actor][tag_of(entry.deed)] += 1
    return tuple(Part(actor, dict(deeds)) for actor, deeds in sorted(done.items()))


def tag_of(deed: msgspec.Struct) -> str:
    """Return the tag that a deed is written with."""
    return str(deed.__struct_config__.tag)


def _span_s(objective: Objective, incident: Incident, about: Sequence[Entry]) -> float | None:
    for entry in about:
        is_kind = not objective.deeds or tag_of(entry.deed) in objective.deeds
        if entry.room == objective.room and is_kind and entry.actor != "system":
            return _after(incident, entry.at)
    return None


def _after(incident: Incident, at: datetime | None) -> float | None:
    return None if at is None else (at - incident.raised_at).total_seconds()
