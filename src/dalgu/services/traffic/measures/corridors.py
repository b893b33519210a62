"""A corridor of a network: which links join its signals, and which greens serve it both ways."""

import heapq
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.timing import Plan, Timing
from dalgu.services.traffic.measures.events import ControllerEvents, Floats
from dalgu.services.traffic.measures.planned import PlannedGreens, planned_greens
from dalgu.services.traffic.measures.progression import Direction, Greens
from dalgu.services.traffic.measures.refusals import CorridorInvalid
from dalgu.services.traffic.measures.signal_state import GREEN, YELLOW, phase_changes
from dalgu.services.traffic.network.model import Corridor, Link, Movement, Network, Signal, Turn

_MOST_LINKS: Final = 8  # between two signals of a corridor
_KMH: Final = 3.6
SAME_CYCLE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of a corridor, in the order it is driven; arrays of shape (signals,).

    `group` is the position of the signal group that serves it at each signal.
    """

    signals: tuple[str, ...]
    group: tuple[int, ...]
    distance_m: Floats
    travel_s: Floats


def ways_of(network: Network, corridor: Corridor, signals: Sequence[str]) -> tuple[Way, Way]:
    """Return both directions of a stretch of a corridor, outbound first.

    Raises
    ------
    CorridorInvalid
        When two signals have no road between them, or a signal no green along it.

    """
    if len(signals) < 2:
        raise CorridorInvalid(f"'{corridor.id}' has fewer than two signals")
    streets = _Streets.of(network)
    return streets.way(tuple(signals)), streets.way(tuple(signals)[::-1])


@dataclass(frozen=True, slots=True)
class _Streets:
    """A network looked up by node, link and lane."""

    leaving: Mapping[str, list[Link]]
    entering: Mapping[str, list[Link]]
    signal: Mapping[str, Signal]
    movements: Mapping[str, list[Movement]]  # by the link they come from

    @classmethod
    def of(cls, network: Network) -> "_Streets":
        leaving: dict[str, list[Link]] = {}
        entering: dict[str, list[Link]] = {}
        for link in network.links:
            leaving.setdefault(link.start, []).append(link)
            entering.setdefault(link.end, []).append(link)
        link_of = {lane.id: lane.link for lane in network.lanes}
        movements: dict[str, list[Movement]] = {}
        for movement in network.movements:
            movements.setdefault(link_of[movement.lane], []).append(movement)
        return cls(leaving, entering, {one.id: one for one in network.signals}, movements)

    def way(self, signals: tuple[str, ...]) -> Way:
        routes = [self._route(*pair) for pair in itertools.pairwise(signals)]
        groups = []
        for place, signal in enumerate(signals):
            came = routes[place - 1][-1].id if place else None
            goes = routes[place][0].id if place < len(routes) else None
            groups.append(self._group(signal, came, goes))
        length = [sum(link.length_m for link in route) for route in routes]
        travel = [
            sum(link.length_m / (link.free_speed_kmh / _KMH) for link in route) for route in routes
        ]
        return Way(
            signals,
            tuple(groups),
            np.concatenate([[0.0], np.cumsum(length)]),
            np.concatenate([[0.0], np.cumsum(travel)]),
        )

    def _route(self, start: str, end: str) -> list[Link]:
        """Return the shortest links from one signal to the next."""
        goal = set(self.signal[end].nodes)
        heap: list[tuple[float, int, str, list[Link]]] = []
        for number, node in enumerate(self.signal[start].nodes):
            heap.append((0.0, number, node, []))
        heapq.heapify(heap)
        count, seen = len(heap), set[str]()
        while heap:
            metres, _, node, route = heapq.heappop(heap)
            if node in goal and route:
                return route
            if node in seen or len(route) >= _MOST_LINKS:
                continue
            seen.add(node)
            for link in self.leaving.get(node, ()):
                count += 1
                heapq.heappush(heap, (metres + link.length_m, count, link.end, [*route, link]))
        raise CorridorInvalid(f"no road leads from signal '{start}' to signal '{end}'")

    def _group(self, signal: str, came: str | None, goes: str | None) -> int:
        """Return the group of the movement along the corridor, the straightest if told less."""
        nodes = set(self.signal[signal].nodes)
        links = (
            [came] if came else [link.id for node in nodes for link in self.entering.get(node, ())]
        )
        found = [
            movement
            for link in links
            for movement in self.movements.get(link, ())
            if movement.group >= 0 and movement.signal == signal
        ]
        along = [one for one in found if goes is None or one.exit == goes] or found
        if not along:
            raise CorridorInvalid(f"signal '{signal}' has no green along it")
        best = min(along, key=lambda one: (one.turn is not Turn.THROUGH, -one.share))
        return best.group


def planned_direction(way: Way, planned: Mapping[str, PlannedGreens], cycle_s: float) -> Direction:
    """Return the greens of a direction by the plans of its signals, offsets included."""
    greens = [
        planned[signal].of(group) for signal, group in zip(way.signals, way.group, strict=True)
    ]
    return Direction(
        way.travel_s,
        np.array([start for start, _ in greens]),
        np.minimum(np.array([green for _, green in greens]), cycle_s),
    )


def common_cycle_s(planned: Mapping[str, PlannedGreens]) -> float | None:
    """Return the cycle that all signals run, None where they differ."""
    cycles = [one.cycle_s for one in planned.values()]
    if not cycles or max(cycles) - min(cycles) > SAME_CYCLE_S:
        return None
    return cycles[0]


def plans_named(timings: Mapping[str, Timing], name: str) -> dict[str, Plan]:
    """Return each signal's plan of a name, its first where it has none so called."""
    return {
        signal: next((plan for plan in timing.plans if plan.name == name), timing.plans[0])
        for signal, timing in timings.items()
    }


def planned_of(
    timings: Mapping[str, Timing], plans: Mapping[str, Plan]
) -> dict[str, PlannedGreens]:
    """Return the greens of every signal by its plan."""
    return {signal: planned_greens(timing, plans[signal]) for signal, timing in timings.items()}


def greens_of(events: ControllerEvents, way: Way, phase_from: int) -> Greens:
    """Return the greens that were, from the events of the way's signals.

    Devices of the events count the way's signals from 0; phases are groups plus `phase_from`.
    """
    changes = phase_changes(events)
    wanted = (
        np.array(way.group)[changes.device] + phase_from if len(changes.phase) else changes.phase
    )
    own = np.flatnonzero(changes.phase == wanted)
    code, at_s = changes.code[own], changes.at_ms[own] / 1000
    device = changes.device[own]
    opens = np.flatnonzero(
        (code[:-1] == GREEN) & (code[1:] == YELLOW) & (device[:-1] == device[1:])
    )
    return Greens(device[opens], at_s[opens], at_s[opens + 1])
