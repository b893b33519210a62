"""Corridors of the streets, and plans whose greens follow the traffic along them.

Signals of corridors share one cycle in each plan. Along the busiest links, tree by tree, a signal's
through green towards its neighbour starts as much later as the drive takes; of the two directions
the one with more traffic is served (Little's band for both is for a person to draw).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from dalgu.devices.signals.tables import change_s
from dalgu.devices.signals.timing import Plan as FixedPlan
from dalgu.devices.signals.timing import Timing
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.default_plans import fitting_cycle_s, saturation, split
from dalgu.services.traffic.network.model import Corridor, Link, Movement, Signal, Turn
from dalgu.simulation.street_demand import Floats
from dalgu.simulation.street_graph import Plan
from dalgu.simulation.street_lanes import Laid
from dalgu.simulation.street_roads import BUSY_HOURS, Roads
from dalgu.simulation.street_signals import Built

LEAST_SIGNALS = 4
ARTERIAL = 1  # primary and secondary
# Plans by time of day: share of the morning's and of the evening's busy flow that they serve. The
# first one is what a controller falls back to: good all day.
PERIODS = (("day", 0.45, 0.45), ("morning", 1.0, 0.0), ("evening", 0.0, 1.0), ("night", 0.15, 0.15))
COMMON_S = {"day": (130.0, 160.0), "morning": (140.0, 180.0), "evening": (140.0, 180.0),
            "night": (120.0, 140.0)}  # fmt: skip
SATURATED = 0.95
SAME_S = 0.5
ENOUGH = 0.9  # of the corridors' signals would choose a cycle no longer than the common one


@dataclass(frozen=True)
class Along:
    """One link between two signals, by their positions, as offsets see it."""

    start: int
    end: int
    seconds: float
    veh_h: float
    link: str


@dataclass(frozen=True)
class Clock:
    """The cycle of a plan, and when in it each group turns green."""

    cycle_s: float
    start_s: Mapping[int, float]


def corridors(
    streets: Plan, roads: Roads, names: Sequence[Text], keys: Sequence[str]
) -> list[Corridor]:
    """Return the arterials that pass at least four signals, each in order of travel."""
    found = []
    for stroke in range(int(streets.stroke.max()) + 1):
        parts = np.flatnonzero(streets.stroke == stroke)
        inner = parts[(streets.road[parts] < streets.signals).all(axis=1)]
        if len(inner) < LEAST_SIGNALS - 1 or roads.kind[inner].max() > ARTERIAL:
            continue
        chain = _chain(streets.road[inner].tolist())
        if len(chain) >= LEAST_SIGNALS:
            found.append(chain)
    return [
        Corridor(
            f"c{n:02d}", _title(names[chain[0]], names[chain[-1]]), tuple(keys[i] for i in chain)
        )
        for n, chain in enumerate(sorted(found, key=lambda chain: (-len(chain), chain)), start=1)
    ]


def with_plans(
    built: Sequence[Built], laid: Laid, roads: Roads, lines: Sequence[Corridor]
) -> list[Signal]:
    """Give every signal its plans of the day, coordinated along the corridors."""
    coordinated = {signal for line in lines for signal in line.signals}
    signals = [one.designed.signal for one in built]
    changes = [change_s(_timing(signal)) for signal in signals]
    plans: list[list[FixedPlan]] = [[] for _ in built]
    for period in PERIODS:
        cycle_s = _common(built, coordinated, period)
        made = []
        for one in built:
            setting = one.designed.setting(_ratio(one, period))
            # A signal that the common cycle would saturate runs alone, as long as it needs.
            joins = one.designed.signal.id in coordinated
            joins = joins and saturation(setting, cycle_s) <= SATURATED
            made.append(split(setting, period[0], cycle_s if joins else fitting_cycle_s(setting)))
        clocks = [
            _clock(signal, plan, change)
            for signal, plan, change in zip(signals, made, changes, strict=True)
        ]
        place = {signal.id: n for n, signal in enumerate(signals)}
        offsets = _offsets(clocks, _links_between(laid, roads, place, period), laid)
        for n, plan in enumerate(made):
            plans[n].append(msgspec.structs.replace(plan, offset_s=offsets[n]))
    return [
        msgspec.structs.replace(signal, plans=tuple(own))
        for signal, own in zip(signals, plans, strict=True)
    ]


def _chain(pairs: list[list[int]]) -> list[int]:
    """Return the nodes of a road from end to end; west or south first."""
    beside: dict[int, list[int]] = {}
    for one, two in pairs:
        beside.setdefault(one, []).append(two)
        beside.setdefault(two, []).append(one)
    ends = [node for node, others in beside.items() if len(others) == 1]
    here = min(ends, default=min(beside))
    chain, seen = [here], {here}
    while True:
        onward = [node for node in beside[here] if node not in seen]
        if not onward:
            return chain
        here = onward[0]
        seen.add(here)
        chain.append(here)


def _title(one: Text, other: Text) -> Text:
    first, last = (_dong(name) for name in (one, other))
    return Text(f"{first.ko}~{last.ko} 축", f"{first.en} to {last.en}")


def _dong(name: Text) -> Text:
    """Return the dong in the name of an intersection: `감삼동 교차로 2`."""
    return Text(name.ko.split()[0], name.en.rsplit(" intersection", 1)[0])


def _ratio(one: Built, period: tuple[str, float, float]) -> list[float]:
    _, morning, evening = period
    return [morning * am + evening * pm for am, pm in zip(*one.ratios, strict=True)]


def _common(
    built: Sequence[Built], coordinated: set[str], period: tuple[str, float, float]
) -> float:
    wanted = [
        fitting_cycle_s(one.designed.setting(_ratio(one, period)))
        for one in built
        if one.designed.signal.id in coordinated
    ]
    least, most = COMMON_S[period[0]]
    enough = float(np.quantile(wanted, ENOUGH)) if wanted else least
    return min(max(-(-enough // 10) * 10, least), most)


def _offsets(clocks: Sequence[Clock], along: Sequence[Along], laid: Laid) -> list[float]:
    """Return an offset for each signal: progression over the busiest links, tree by tree."""
    through = _through_groups(laid)
    offset = np.zeros(len(clocks))
    tree = np.arange(len(clocks))
    for one in sorted(along, key=lambda one: (-one.veh_h, one.link)):
        a, b = one.start, one.end
        if tree[a] == tree[b] or abs(clocks[a].cycle_s - clocks[b].cycle_s) > SAME_S:
            continue
        leaves = clocks[a].start_s.get(through.get(("to", one.link), -1), 0.0)
        arrives = clocks[b].start_s.get(through.get(("from", one.link), -1), 0.0)
        moved = tree == tree[b]
        offset[moved] += offset[a] + leaves + one.seconds - arrives - offset[b]
        tree[moved] = tree[a]
    return [
        float(round(value) % clock.cycle_s)
        for value, clock in zip(offset.tolist(), clocks, strict=True)
    ]


def _links_between(
    laid: Laid, roads: Roads, place: Mapping[str, int], period: tuple[str, float, float]
) -> list[Along]:
    flow = sum(
        part * roads.demand.link(hour) for part, hour in zip(period[1:], BUSY_HOURS, strict=True)
    )
    return [
        Along(place[link.start], place[link.end], _drive_s(link), veh_h, link.id)
        for link, veh_h in zip(laid.links, np.asarray(flow).tolist(), strict=True)
        if link.start in place and link.end in place
    ]


def _drive_s(link: Link) -> float:
    return link.length_m / (link.free_speed_kmh / 3.6)


def _through_groups(laid: Laid) -> dict[tuple[str, str], int]:
    """Return the group that lets through traffic into a link, and out of it."""
    lane_link = {lane.id: lane.link for lane in laid.lanes}
    found: dict[tuple[str, str], int] = {}
    for movement in sorted(laid.movements, key=_through_last):
        if movement.group >= 0:
            found["to", movement.exit] = movement.group
            found["from", lane_link[movement.lane]] = movement.group
    return found


def _through_last(movement: Movement) -> bool:
    return movement.turn is Turn.THROUGH


def _clock(signal: Signal, plan: FixedPlan, change: Floats) -> Clock:
    """Return when each group turns green, in s after step 0 has its greens, and the cycle."""
    at_s, starts = 0.0, dict[int, float]()
    steps = plan.steps
    for n, step in enumerate(steps):
        before = set(signal.stages[steps[n - 1].stage].groups)
        for group in signal.stages[step.stage].groups:
            if group not in before:
                starts[group] = at_s
        at_s += step.green_s + float(change[step.stage, steps[(n + 1) % len(steps)].stage])
    return Clock(at_s, starts)


def _timing(signal: Signal) -> Timing:
    return Timing(signal.id, signal.groups, signal.intergreen_s, signal.stages, signal.plans)
