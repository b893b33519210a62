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
from dalgu.simulation.street_graph import Plan
from dalgu.simulation.street_lanes import Laid
from dalgu.simulation.street_roads import Roads
from dalgu.simulation.street_signals import Built

LEAST_SIGNALS = 4
ARTERIAL = 1  # primary and secondary
# Plans by time of day: share of the morning's and of the evening's busy flow that they serve. The
# first one is what a controller falls back to: good all day.
PERIODS = (("day", 0.45, 0.45), ("morning", 1.0, 0.0), ("evening", 0.0, 1.0), ("night", 0.15, 0.15))
COMMON_S = {"day": (130.0, 160.0), "morning": (140.0, 180.0), "evening": (140.0, 180.0),
            "night": (120.0, 140.0)}  # fmt: skip
SATURATED = 0.95
ENOUGH = 0.9  # of the corridors' signals would choose a cycle no longer than the common one


@dataclass(frozen=True)
class Along:
    """One link between two signals, as offsets see it."""

    start: str
    end: str
    seconds: float
    veh_h: float
    feeds: str  # link that it is
    link: int


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
        offsets = _offsets(signals, made, (laid, roads), period)
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


def _offsets(
    signals: Sequence[Signal],
    plans: Sequence[FixedPlan],
    streets: tuple[Laid, Roads],
    period: tuple[str, float, float],
) -> list[float]:
    """Return an offset for each signal: progression over the busiest links, tree by tree."""
    laid, roads = streets
    place = {signal.id: n for n, signal in enumerate(signals)}
    greens = [_green_starts(signal, plan) for signal, plan in zip(signals, plans, strict=True)]
    along = _links_between(laid, roads, place, period)
    through = _through_groups(laid)
    offset = [0.0] * len(signals)
    tree = list(range(len(signals)))
    for one in sorted(along, key=lambda one: (-one.veh_h, one.feeds)):
        a, b = place[one.start], place[one.end]
        if (
            tree[a] == tree[b]
            or abs(_cycle(signals[a], plans[a]) - _cycle(signals[b], plans[b])) > 0.5
        ):
            continue
        leaves = _start(greens[a], through.get(("to", one.feeds)))
        arrives = _start(greens[b], through.get(("from", one.feeds)))
        shift = offset[a] + leaves + one.seconds - arrives - offset[b]
        moved = tree[b]
        for n in range(len(signals)):
            if tree[n] == moved:
                offset[n], tree[n] = offset[n] + shift, tree[a]
    return [float(round(value) % _cycle(signals[n], plans[n])) for n, value in enumerate(offset)]


def _links_between(
    laid: Laid, roads: Roads, place: Mapping[str, int], period: tuple[str, float, float]
) -> list[Along]:
    demand = roads.demand
    flow = period[1] * demand.link(8) + period[2] * demand.link(18)
    return [
        Along(link.start, link.end, _drive_s(link), float(flow[n]), link.id, n)
        for n, link in enumerate(laid.links)
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


def _green_starts(signal: Signal, plan: FixedPlan) -> dict[int, float]:
    """Return when each group turns green, in s after step 0 has its greens."""
    change = change_s(_timing(signal))
    at_s, starts = 0.0, {}
    steps = plan.steps
    for n, step in enumerate(steps):
        before = set(signal.stages[steps[n - 1].stage].groups)
        for group in signal.stages[step.stage].groups:
            if group not in before:
                starts[group] = at_s
        at_s += step.green_s + float(change[step.stage, steps[(n + 1) % len(steps)].stage])
    return starts


def _start(starts: Mapping[int, float], group: int | None) -> float:
    return 0.0 if group is None else starts.get(group, 0.0)


def _cycle(signal: Signal, plan: FixedPlan) -> float:
    change = change_s(_timing(signal))
    steps = [step.stage for step in plan.steps]
    onward = steps[1:] + steps[:1]
    return sum(step.green_s for step in plan.steps) + float(change[steps, onward].sum())


def _timing(signal: Signal) -> Timing:
    return Timing(signal.id, signal.groups, signal.intergreen_s, signal.stages, signal.plans)
