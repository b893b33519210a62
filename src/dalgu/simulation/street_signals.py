"""Signals of the streets: styles, zones, designs, and what their plans are reckoned from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dalgu.devices.signals.timing import GroupKind
from dalgu.services.traffic.network.default_plans import saturation
from dalgu.services.traffic.network.design import Designed, Site, design
from dalgu.services.traffic.network.junction import Arm
from dalgu.services.traffic.network.model import Lane, Link, Movement, Zone
from dalgu.services.traffic.network.staging import Style, axes
from dalgu.simulation.city import CityPlan
from dalgu.simulation.street_demand import Floats
from dalgu.simulation.street_graph import Plan
from dalgu.simulation.street_lanes import Laid

# Shares of signals in protection zones (assumption: Daegu has about 780 school zones and 60 for
# the elderly; few of them lie at crossings of arterials).
SCHOOL_SHARE, SILVER_SHARE = 0.10, 0.03
# Of axes with at most so many lanes that could have leading left turns, so many are served approach
# by approach (assumption); broad ones never: each approach would wait for its own pedestrians.
SPLIT_SHARE, SPLIT_LANES = 0.3, 1
TRIED_CYCLE_S, TOO_FULL, LEAST_CROSSED = 150.0, 0.9, 2
SMALL = ("tertiary", "residential")


@dataclass(frozen=True)
class Built:
    """A designed signal with the flow ratios of its groups in each busy hour."""

    designed: Designed
    ratios: tuple[tuple[float, ...], ...]


def build_signals(
    streets: Plan, city: CityPlan, laid: Laid, chance: np.random.Generator
) -> list[Built]:
    """Design every signal, in the order of the intersections."""
    zones = _zones(city, chance)
    splits = chance.random((streets.signals, 4)) < SPLIT_SHARE
    links = {link.id: link for link in laid.links}
    lanes = {lane.id: lane for lane in laid.lanes}
    lane_link = {lane.id: lane.link for lane in laid.lanes}
    count = Counter(lane.link for lane in laid.lanes)
    by_node: dict[str, list[int]] = {}
    for n, movement in enumerate(laid.movements):
        by_node.setdefault(links[lane_link[movement.lane]].end, []).append(n)
    built = []
    for node, key in enumerate(city.intersections.key):
        arms = _arms(streets, node, laid, count)
        site = Site(
            id=key,
            nodes=(key,),
            arms=arms,
            crossed=tuple(range(len(arms))),
            name=city.intersections.name[node],
            styles=_styles(arms, links, splits[node]),
            zones=dict.fromkeys(range(len(arms)), zones[node]),
        )
        mine = by_node[key]
        moves = [laid.movements[n] for n in mine]
        flows = [flow[mine] for flow in laid.flow]
        built.append(_built(site, moves, (lane_link, lanes), flows))
    return built


def _built(
    site: Site,
    moves: Sequence[Movement],
    laid: tuple[Mapping[str, str], Mapping[str, Lane]],
    flows: Sequence[Floats],
) -> Built:
    """Design a signal; where pedestrians leave too little, the broadest road has no crossing."""
    while True:
        made = design(site, moves, laid[0])
        ratios = tuple(_ratios(made, laid[1], flow) for flow in flows)
        worst = max(saturation(made.setting(ratio), TRIED_CYCLE_S) for ratio in ratios)
        if worst <= TOO_FULL or len(site.crossed) <= LEAST_CROSSED:
            return Built(made, ratios)
        broadest = max(site.crossed, key=lambda arm: (site.arms[arm].width_m, arm))
        site = replace(site, crossed=tuple(arm for arm in site.crossed if arm != broadest))


def _arms(streets: Plan, node: int, laid: Laid, count: Mapping[str, int]) -> tuple[Arm, ...]:
    arms = []
    for bearing, road in streets.arms(node):
        is_first = int(streets.road[road, 0] == node)
        enters, leaves = laid.links[2 * road + is_first], laid.links[2 * road + 1 - is_first]
        arms.append(Arm(bearing, enters.id, leaves.id, count[enters.id], leaves.lanes))
    return tuple(arms)


def _styles(
    arms: Sequence[Arm], links: Mapping[str, Link], splits: Sequence[bool]
) -> dict[tuple[int, ...], Style]:
    styles = {}
    for n, axis in enumerate(axes(arms)):
        roads = [links[arms[arm].enters or ""] for arm in axis]
        may_split = all(road.lanes <= SPLIT_LANES for road in roads)
        is_small = all(road.road_class in SMALL and road.lanes == 1 for road in roads)
        if is_small and len(axis) > 1:
            styles[axis] = Style.PERMISSIVE
        else:
            styles[axis] = Style.SPLIT if may_split and splits[n] else Style.LEADING_LEFTS
    return styles


def _zones(city: CityPlan, chance: np.random.Generator) -> list[Zone]:
    """Draw the protection zones; silver ones where many of the residents are old."""
    dongs = city.intersections.dong
    drawn = chance.random(len(dongs))
    old = np.array([dong.elderly / max(dong.residents, 1) for dong in dongs])
    is_old = np.argsort(np.argsort(-old, kind="stable")) < round(SILVER_SHARE * len(dongs))
    return [
        Zone.SILVER if silver else Zone.SCHOOL if draw < SCHOOL_SHARE else Zone.NONE
        for silver, draw in zip(is_old.tolist(), drawn.tolist(), strict=True)
    ]


def _ratios(made: Designed, lanes: Mapping[str, Lane], flow: Floats) -> tuple[float, ...]:
    """Return v/s of each group: of its busiest lane."""
    busy: dict[tuple[int, str], float] = {}
    for movement, veh_h in zip(made.movements, flow.tolist(), strict=True):
        if movement.group >= 0:
            key = (movement.group, movement.lane)
            busy[key] = busy.get(key, 0.0) + veh_h
    ratio = [0.0] * len(made.signal.groups)
    for (group, lane), veh_h in busy.items():
        ratio[group] = max(ratio[group], veh_h / lanes[lane].saturation_veh_h)
    return tuple(
        value if group.kind is GroupKind.VEHICLE else 0.0
        for value, group in zip(ratio, made.signal.groups, strict=True)
    )
