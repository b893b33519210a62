"""What the page of one corridor shows, gathered from the room that runs signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec.structs import replace

from dalgu.devices.signals.timing import Plan, Timing
from dalgu.services.traffic.control.refusals import CorridorNotExisting
from dalgu.services.traffic.measures.assigned import FIRST
from dalgu.services.traffic.measures.corridors import (
    Way,
    common_cycle_s,
    greens_of,
    planned_direction,
    planned_of,
    plans_named,
    ways_of,
)
from dalgu.services.traffic.measures.events import ControllerEvents, distinct, joined
from dalgu.services.traffic.measures.offsets import Worth, best_offsets, shifted
from dalgu.services.traffic.measures.planned import PlannedGreens
from dalgu.services.traffic.measures.progression import (
    Direction,
    Greens,
    Progression,
    open_ways,
    progression,
    repeated_greens,
)
from dalgu.services.traffic.measures.refusals import CorridorInvalid
from dalgu.services.traffic.measures.time_space import (
    Frame,
    Sight,
    TimeSpace,
    drawn_vehicles,
    time_space,
)
from dalgu.services.traffic.network.model import Corridor, Signal

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

SPANS_MIN: Final = (5, 10, 20, 30)
MOST_SIGNALS: Final = 24
_FAVOURED: Final = {
    "fair": Worth(is_fair=True),
    "sum": Worth(),
    "out": Worth(outbound=10.0),
    "in": Worth(inbound=10.0),
}
FAVOURS: Final = tuple(_FAVOURED)


@dataclass(frozen=True, slots=True)
class CorridorWanted:
    """What a reader asks for: a plan, a stretch, how long, planned or real greens, until when."""

    plan: str = ""
    first: str = ""
    last: str = ""
    minutes: int = 10
    is_planned: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """How the real greens met in one direction, per hour of the stretch of time."""

    open_s: float  # seconds in which the first signal sent vehicles that met no red
    per_hour: float
    stops: float | None  # of a drawn vehicle, on average


@dataclass(frozen=True, slots=True)
class CorridorView:
    """All that the page of a corridor draws."""

    corridor: Corridor
    signals: tuple[Signal, ...]
    every: tuple[Signal, ...]  # of the whole corridor
    timings: Mapping[str, Timing]
    plans: Mapping[str, Plan]
    planned: Mapping[str, PlannedGreens]
    plan: str
    plan_names: tuple[str, ...]
    outbound: Way
    inbound: Way
    directions: tuple[Direction, Direction] | None  # None where cycles differ
    cycle_s: float | None
    bands: Progression | None
    drawing: TimeSpace
    is_real: bool  # drawn of real greens
    met: tuple[Met, Met] | None
    from_s: float
    until_s: float


def corridor_view(
    control: "Control", name: str, wanted: CorridorWanted, now_s: float
) -> CorridorView:
    """Gather the page of a corridor.

    Raises
    ------
    CorridorNotExisting, CorridorInvalid
        When there is none of that name, or its signals do not hang together.

    """
    network = control.require().network
    corridor = next((one for one in network.corridors if one.id == name), None)
    if corridor is None:
        raise CorridorNotExisting(name)
    stretch = _stretch(corridor, wanted)
    ways = ways_of(network, corridor, stretch)
    timings = {one: control.require().timings[control.position(one)] for one in stretch}
    plan = _planned(ways, timings, wanted.plan)
    until_s = wanted.until.timestamp() if wanted.until else now_s
    frame = Frame(until_s - wanted.minutes * 60.0, until_s, plan.cycle_s or 120.0)
    real = _real(control, ways, frame)
    sights = _sights(ways, plan, frame, None if wanted.is_planned else real)
    by_id = {one.id: one for one in network.signals}
    return CorridorView(
        corridor=corridor,
        signals=tuple(by_id[one] for one in stretch),
        every=tuple(by_id[one] for one in corridor.signals if one in by_id),
        timings=timings,
        plans=plan.plans,
        planned=plan.planned,
        plan=plan.plans[stretch[0]].name,
        plan_names=_plan_names(timings),
        outbound=ways[0],
        inbound=ways[1],
        directions=plan.directions,
        cycle_s=plan.cycle_s,
        bands=plan.bands,
        drawing=time_space(*sights, frame),
        is_real=real is not None and not wanted.is_planned,
        met=None if real is None else _met_both(ways, real, frame),
        from_s=frame.from_s,
        until_s=frame.until_s,
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """The plans of a corridor's signals; no directions and bands where cycles differ."""

    plans: Mapping[str, Plan]
    planned: Mapping[str, PlannedGreens]
    cycle_s: float | None
    directions: tuple[Direction, Direction] | None
    bands: Progression | None


def _planned(ways: tuple[Way, Way], timings: Mapping[str, Timing], name: str) -> _Planned:
    plans = plans_named(timings, name)
    planned = planned_of(timings, plans)
    cycle_s = common_cycle_s(planned)
    if cycle_s is None:
        return _Planned(plans, planned, None, None, None)
    there = planned_direction(ways[0], planned, cycle_s)
    back = planned_direction(ways[1], planned, cycle_s)
    bands = progression(there, back, cycle_s)
    return _Planned(plans, planned, cycle_s, (there, back), bands)


@dataclass(frozen=True, slots=True)
class Better:
    """Offsets that widen the bands: now and then, signal by signal."""

    bands: Progression
    outbound_s: float
    inbound_s: float
    gained_s: float
    offsets: tuple[tuple[str, float, float], ...]  # signal, now, then
    plans: Mapping[str, Plan]
    is_proven: bool


def better_offsets(view: CorridorView, favour: str = "fair") -> Better:
    """Return the offsets with the widest bands: `favour` is one of `FAVOURS`.

    Raises
    ------
    CorridorInvalid
        When the signals have not one common cycle.

    """
    if view.directions is None or view.cycle_s is None or view.bands is None:
        raise CorridorInvalid("its signals run different cycles")
    cycle_s = view.cycle_s
    found = best_offsets(*view.directions, cycle_s, _FAVOURED.get(favour))
    moved = np.round(found.offset_s) % cycle_s  # controllers count whole seconds
    there = shifted(view.directions[0], moved, cycle_s)
    back = shifted(view.directions[1], moved[::-1], cycle_s)
    bands = progression(there, back, cycle_s)
    rows, plans = [], {}
    for signal, offset in zip(view.outbound.signals, moved.tolist(), strict=True):
        plan = view.plans[signal]
        then = (plan.offset_s + offset) % cycle_s
        rows.append((signal, plan.offset_s, then))
        if then != plan.offset_s:
            plans[signal] = replace(plan, offset_s=then)
    before = view.bands.outbound.width_s + view.bands.inbound.width_s
    return Better(
        bands,
        bands.outbound.width_s,
        bands.inbound.width_s,
        bands.outbound.width_s + bands.inbound.width_s - before,
        tuple(rows),
        plans,
        found.proven,
    )


def _stretch(corridor: Corridor, wanted: CorridorWanted) -> tuple[str, ...]:
    signals = corridor.signals
    first = signals.index(wanted.first) if wanted.first in signals else 0
    last = signals.index(wanted.last) if wanted.last in signals else len(signals) - 1
    if last <= first:
        first, last = 0, len(signals) - 1
    return signals[first : min(last, first + MOST_SIGNALS - 1) + 1]


def _plan_names(timings: Mapping[str, Timing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plan.name for timing in timings.values() for plan in timing.plans))


def _real(control: "Control", ways: tuple[Way, Way], frame: Frame) -> tuple[Greens, Greens] | None:
    """Return the greens that were in both directions, None when the log holds none."""
    early = frame.from_s - float(ways[0].travel_s[-1]) - 2 * frame.cycle_s
    parts = []
    for number, signal in enumerate(ways[0].signals):
        one = control.live.events.of(control.position(signal), early, frame.until_s)
        device = np.full(len(one), number)
        parts.append(ControllerEvents(one.at_s, device, one.code, one.parameter))
    events = distinct(joined(parts))
    back = ControllerEvents(
        events.at_s, len(ways[0].signals) - 1 - events.device, events.code, events.parameter
    )
    found = greens_of(events, ways[0], FIRST), greens_of(distinct(back), ways[1], FIRST)
    return found if len(found[0].signal) else None


def _sights(
    ways: tuple[Way, Way], plan: _Planned, frame: Frame, real: tuple[Greens, Greens] | None
) -> tuple[Sight, Sight]:
    sights = []
    for number, way in enumerate(ways):
        bands = plan.bands
        band = None if bands is None else (bands.outbound, bands.inbound)[number]
        greens = Greens(np.empty(0, np.int64), np.empty(0), np.empty(0))
        if real is not None:
            greens = real[number]
        elif plan.directions is not None:
            early = frame.from_s - float(way.travel_s[-1]) - 2 * frame.cycle_s
            greens = repeated_greens(
                plan.directions[number],
                frame.cycle_s,
                from_s=early,
                until_s=frame.until_s + frame.cycle_s,
            )
        vehicles = drawn_vehicles(way.travel_s, greens, from_s=frame.from_s, until_s=frame.until_s)
        sights.append(Sight(way, greens, band, vehicles))
    return sights[0], sights[1]


def _met_both(ways: tuple[Way, Way], real: tuple[Greens, Greens], frame: Frame) -> tuple[Met, Met]:
    return _met(ways[0], real[0], frame), _met(ways[1], real[1], frame)


def _met(way: Way, greens: Greens, frame: Frame) -> Met:
    begins, ends = open_ways(greens, way.travel_s)
    begins, ends = np.maximum(begins, frame.from_s), np.minimum(ends, frame.until_s)
    lasting = float(np.maximum(ends - begins, 0.0).sum())
    span = frame.until_s - frame.from_s - float(way.travel_s[-1])
    driven = drawn_vehicles(way.travel_s, greens, from_s=frame.from_s, until_s=frame.until_s)
    whole = ~np.isnan(driven.leave_s[:, -1])
    stops = float(driven.stops[whole].mean()) if whole.any() else None
    return Met(lasting, lasting / span if span > 0 else 0.0, stops)
