"""What the page of one intersection shows, gathered from the room that runs signals."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.devices.signals.report import Light, Report
from dalgu.devices.signals.timing import GroupKind, Plan, Timing
from dalgu.services.traffic.measures.assigned import FIRST, assignments_of
from dalgu.services.traffic.measures.events import (
    ControllerEvents,
    Floats,
    distinct,
)
from dalgu.services.traffic.measures.intersection import Intersection, intersection_of
from dalgu.services.traffic.measures.log_view import Logged, LogView, log_view
from dalgu.services.traffic.measures.pictograms import Pictogram, pictograms
from dalgu.services.traffic.measures.plan_picture import PlanPicture, plan_picture, queue_path
from dalgu.services.traffic.measures.standing import LaneCounts, Standing, standing_of
from dalgu.services.traffic.measures.summary import Summary
from dalgu.services.traffic.measures.timing_diagram import TimingDiagram, timing_diagram

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control
    from dalgu.services.traffic.control.flows import Interval

COUNTED: Final = 3  # intervals of five minutes: the manual's quarter of an hour
HOURS: Final = (1, 2, 6, 24)
_LIGHTS: Final = {Light.RED: "red", Light.AMBER: "amber", Light.GREEN: "green", Light.DARK: "dark"}


@dataclass(frozen=True, slots=True)
class Now:
    """What the field told last of one signal."""

    at_s: float
    light: tuple[str, ...]  # by group
    light_age_s: tuple[float, ...]
    called_s: tuple[float, ...]
    stage: int
    stage_age_s: float
    changing_s: float
    fault: tuple[bool, ...]  # by lane, in the order of its numbers


@dataclass(frozen=True, slots=True)
class LiveView:
    """An intersection at this moment: the picture, its queues and how it stands."""

    intersection: Intersection
    timing: Timing
    picture: PlanPicture
    standing: Standing
    queues: tuple[str, ...]  # by lane, as the picture draws them
    queue_veh: tuple[float, ...]  # by lane, in the order of their numbers
    now: Now | None

    def is_green(self, group: int) -> bool:
        """Return whether a group shows green now; free movements always may go."""
        return group < 0 or (self.now is not None and self.now.light[group] == "green")


@dataclass(frozen=True, slots=True)
class SignalView:
    """All that the page of an intersection draws."""

    live: LiveView
    log: LogView
    hours: int  # that were asked for
    plan: Plan
    diagram: TimingDiagram
    pictograms: tuple[Pictogram, ...]  # of the signal's stages


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for: a plan by name, a group, how many hours, and until when."""

    plan: str = ""
    group: int = -1
    hours: int = 2
    until: datetime | None = None


def signal_view(control: "Control", signal: str, wanted: Wanted, now_s: float) -> SignalView:
    """Gather the page of an intersection.

    Raises
    ------
    NoNetworkTaken, SignalNotExisting
        When there are no streets, or no such signal in them.

    """
    place = control.position(signal)
    compiled = control.require()
    timing = compiled.timings[place]
    intersection = intersection_of(compiled.network, compiled.network.signals[place])
    until_s = wanted.until.timestamp() if wanted.until else now_s
    from_s = until_s - wanted.hours * 3_600
    events = distinct(control.live.events.of(place, from_s, until_s))
    assignments = assignments_of(intersection, timing.detectors, place)
    phases, walks = _phases(timing, GroupKind.VEHICLE), _phases(timing, GroupKind.PEDESTRIAN)
    logged = Logged(events, assignments, phases, walks, from_s, until_s)
    log = log_view(logged, wanted.group + FIRST)
    plan = _plan(timing, wanted.plan, events)
    diagram = timing_diagram(timing, plan)
    return SignalView(
        live=_live(
            control, place, intersection, _Known(log.summary, _cycle_s(log.summary, diagram))
        ),
        log=log,
        hours=wanted.hours,
        plan=plan,
        diagram=diagram,
        pictograms=pictograms(intersection),
    )


def live_view(control: "Control", signal: str) -> LiveView:
    """Gather the moving part of the page; raises as `signal_view` does."""
    place = control.position(signal)
    compiled = control.require()
    timing = compiled.timings[place]
    intersection = intersection_of(compiled.network, compiled.network.signals[place])
    cycle_s = timing_diagram(timing, timing.plans[0]).cycle_s
    return _live(control, place, intersection, _Known(None, cycle_s))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the log adds to the moment."""

    summary: Summary | None
    cycle_s: float


def _live(control: "Control", place: int, intersection: Intersection, known: _Known) -> LiveView:
    compiled = control.require()
    timing = compiled.timings[place]
    lanes = _places(intersection, timing, int(compiled.layout.lane_first[place]))
    report = _fitting(control.live.report, len(compiled.layout.lanes))
    counts = _counts(_lately(control), report, lanes, _on_green(intersection, known.summary))
    picture = plan_picture(intersection)
    queue_veh = tuple(counts.queue_veh.tolist())
    return LiveView(
        intersection=intersection,
        timing=timing,
        picture=picture,
        standing=standing_of(intersection, counts, cycle_s=known.cycle_s),
        queues=tuple(queue_path(one, queue_veh[one.number - 1]) for one in picture.lanes),
        queue_veh=queue_veh,
        now=_now(report, timing, (place, int(compiled.layout.group_first[place])), lanes),
    )


def _phases(timing: Timing, kind: GroupKind) -> tuple[int, ...]:
    return tuple(n + FIRST for n, one in enumerate(timing.groups) if one.kind is kind)


def _places(intersection: Intersection, timing: Timing, first: int) -> list[int]:
    """Return where each lane of the intersection stands in the layout, -1 when undetected."""
    at = {lane: first + place for place, lane in enumerate(timing.detectors)}
    return [at.get(lane.lane.id, -1) for lane in intersection.lanes]


def _fitting(report: Report | None, lanes: int) -> Report | None:
    """Return the report if it is of the network in force."""
    return report if report is not None and len(report.queue_veh) == lanes else None


def _lately(control: "Control") -> "list[Interval]":
    flows = control.live.flows
    return [] if flows is None else list(flows.kept)[-COUNTED:]


def _counts(
    lately: "list[Interval]", report: Report | None, lanes: list[int], on_green: Floats
) -> LaneCounts:
    seconds = sum(one.seconds for one in lately)
    size = max(lanes, default=-1) + 1
    passed = sum((one.passed_veh[:size] for one in lately), np.zeros(size))
    share = sum((one.green_share[:size] * one.seconds for one in lately), np.zeros(size))
    none = np.zeros(size)
    return LaneCounts(
        _picked(passed * 3_600 / max(seconds, 1.0), lanes),
        _picked(share / max(seconds, 1.0), lanes),
        _picked(none if report is None else report.queue_veh, lanes),
        _picked(none if report is None else report.waiting_s, lanes),
        on_green,
    )


def _picked(values: Floats, lanes: list[int]) -> Floats:
    return np.array([float(values[lane]) if lane >= 0 else 0.0 for lane in lanes])


def _on_green(intersection: Intersection, summary: Summary | None) -> Floats:
    vehicles = () if summary is None else summary.vehicles
    known = {one.phase - FIRST: one.on_green for one in vehicles}
    shares = [
        next((known[group] for group in lane.groups if known.get(group) is not None), None)
        for lane in intersection.lanes
    ]
    return np.array([np.nan if share is None else share for share in shares])


def _plan(timing: Timing, name: str, events: ControllerEvents) -> Plan:
    """Return the plan asked for, else the one that the log says runs, else the first."""
    named = [one for one in timing.plans if one.name == name]
    if named:
        return named[0]
    changes = events.of(EventCode.PATTERN_CHANGE)
    newest = int(changes.parameter[-1]) - FIRST if len(changes) else 0
    return timing.plans[newest if 0 <= newest < len(timing.plans) else 0]


def _cycle_s(summary: Summary, diagram: TimingDiagram) -> float:
    ran = [one.cycle_s for one in summary.vehicles if one.cycle_s is not None and one.cycles > 1]
    return float(np.median(ran)) if ran else diagram.cycle_s


def _now(
    report: Report | None, timing: Timing, at: tuple[int, int], lanes: list[int]
) -> Now | None:
    if report is None:
        return None
    place, first = at
    groups = slice(first, first + len(timing.groups))
    return Now(
        report.at_s,
        tuple(_LIGHTS[Light(one)] for one in report.light[groups].tolist()),
        tuple(report.light_age_s[groups].tolist()),
        tuple(report.called_s[groups].tolist()),
        int(report.stage[place]),
        float(report.stage_age_s[place]),
        float(report.changing_s[place]),
        tuple(bool(report.fault[lane]) if lane >= 0 else False for lane in lanes),
    )
