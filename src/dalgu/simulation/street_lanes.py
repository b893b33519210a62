"""Links, lanes and movements of the streets as values of the network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.network.lane_use import LaneUse, lane_uses
from dalgu.services.traffic.network.model import Lane, Link, Movement, Turn
from dalgu.simulation.street_demand import Floats
from dalgu.simulation.street_graph import Plan
from dalgu.simulation.street_roads import BUSY_HOURS, CLASSES, Roads

SATURATION_VEH_H = {Turn.THROUGH: 1_800.0, Turn.LEFT: 1_700.0, Turn.RIGHT: 1_500.0}
TWO_POCKETS_VEH_H = 260.0  # left turns that one lane does not carry in a fifth of the cycle
POCKET_M = (60.0, 110.0)  # shortest and longest; never more than this share of the link:
POCKET_SHARE = 0.4
LETTER = {Turn.LEFT: "l", Turn.THROUGH: "t", Turn.RIGHT: "r", Turn.U_TURN: "u"}


@dataclass(frozen=True)
class Laid:
    """What lies between the nodes. Links stand as in `Ways`; `flow` is veh/h by movement.

    `flow` has one array for each of `BUSY_HOURS`, in the order of `movements`.
    """

    links: tuple[Link, ...]
    lanes: tuple[Lane, ...]
    movements: tuple[Movement, ...]
    flow: tuple[Floats, ...]


def node_ids(streets: Plan, keys: Sequence[str]) -> tuple[str, ...]:
    """Return the node ids: signals by their key, ends of country roads r…, of side streets s…."""
    ids, count = list(keys), {"r": 0, "s": 0}
    for is_rim in streets.is_rim[streets.signals :].tolist():
        letter = "r" if is_rim else "s"
        count[letter] += 1
        ids.append(f"{letter}{count[letter]:03d}")
    return tuple(ids)


def lay(roads: Roads, links: Sequence[Link]) -> Laid:
    """Give every link lanes, and every lane its movements with their shares."""
    turning = _by_link(roads)
    hourly = [roads.demand.turn(hour) for hour in BUSY_HOURS]
    lanes: list[Lane] = []
    movements: list[Movement] = []
    flows: list[list[float]] = []
    for number, link in enumerate(links):
        turns = turning.get(number, [])
        uses = _uses(roads, turns, hourly, link)
        laid = [_lane(link, index, use) for index, use in enumerate(uses)]
        lanes += laid
        for t in turns:
            serving = [n for n, use in enumerate(uses) if roads.turns[t] in use.turns]
            exits = [other for other in turns if roads.turns[other] is roads.turns[t]]
            for n in serving:
                share = _share_of(t, exits, hourly) * uses[n].turns[roads.turns[t]]
                movement = _movement(laid[n], links[roads.ways.turn_to[t]], roads.turns[t], share)
                movements.append(movement)
                flows.append([flow[t] * _part(uses, n, roads.turns[t]) for flow in hourly])
    by_hour = np.array(flows).T
    return Laid(tuple(links), tuple(lanes), tuple(movements), tuple(by_hour))


def _by_link(roads: Roads) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for t, link in enumerate(roads.ways.turn_from.tolist()):
        found.setdefault(link, []).append(t)
    return found


def _uses(
    roads: Roads, turns: Sequence[int], hourly: Sequence[Floats], link: Link
) -> list[LaneUse]:
    """Return how the lanes of a link are used; at the end of the network they lead nowhere."""
    if not turns:
        return [LaneUse({}, 1.0 / link.lanes)] * link.lanes
    flows: dict[Turn, float] = {}
    for t in turns:
        mean = float(np.mean([flow[t] for flow in hourly]))
        flows[roads.turns[t]] = flows.get(roads.turns[t], 0.0) + mean
    left = max(
        (flow[[t for t in turns if roads.turns[t] is Turn.LEFT]].sum() for flow in hourly),
        default=0.0,
    )
    has_pocket = link.road_class != CLASSES[3]
    pockets = (2 if left > TWO_POCKETS_VEH_H else 1) if has_pocket else 0
    return lane_uses(flows, link.lanes, pockets)


def _share_of(t: int, same: Sequence[int], hourly: Sequence[Floats]) -> float:
    """Return a turn's part of all turns of its kind, as where two left turns are possible."""
    total = sum(float(flow[list(same)].sum()) for flow in hourly)
    return sum(float(flow[t]) for flow in hourly) / total if total > 0 else 1.0 / len(same)


def _part(uses: Sequence[LaneUse], n: int, turn: Turn) -> float:
    """Return the part of a turn's vehicles that use a lane."""
    each = [use.share * use.turns.get(turn, 0.0) for use in uses]
    serving = sum(turn in use.turns for use in uses)
    return each[n] / sum(each) if sum(each) > 0 else 1.0 / serving


def _lane(link: Link, index: int, use: LaneUse) -> Lane:
    length_m = link.length_m
    if use.is_pocket:
        length_m = min(float(np.clip(POCKET_SHARE * length_m, *POCKET_M)), length_m)
    saturation = min((SATURATION_VEH_H[turn] for turn in use.turns), default=1_800.0)
    return Lane(
        f"{link.id}_{index}", link.id, index, round(length_m, 1), saturation, round(use.share, 6)
    )


def _movement(lane: Lane, exit_: Link, turn: Turn, share: float) -> Movement:
    return Movement(
        id=f"{lane.id}{LETTER[turn]}-{exit_.end}",
        lane=lane.id,
        exit=exit_.id,
        turn=turn,
        share=round(share, 6),
    )
