"""Roads of the streets: class, speed, lanes, and the demand that they are built for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.network.junction import turns_of
from dalgu.services.traffic.network.model import Turn
from dalgu.simulation.city import CityPlan
from dalgu.simulation.street_demand import TURN_S, Demand, Floats, Ints, Ways, plan_demand
from dalgu.simulation.street_graph import Plan

CLASSES = ("primary", "secondary", "tertiary", "residential")
# Shares of the network's length, without side streets (assumption; Korean cities plan 1 km and
# 500 m grids of arterials).
PRIMARY_SHARE, SECONDARY_SHARE = 0.35, 0.40
# Of each class: free speed in km/h (limits are 50 in town, 30 in side streets), least and most
# lanes of one direction, and what one lane of it carries at signals in an hour.
SPEED_KMH = (50.0, 50.0, 40.0, 30.0)
LEAST_LANES, MOST_LANES = (2, 2, 1, 1), (4, 4, 3, 2)
LANE_VEH_H = 380.0  # at a fifth or a quarter of the green
LONG_M, LONG_KMH = 1_500.0, 60.0  # between crossings far apart arterials are limited to 60
CAPACITY_VEH_H = (1_500.0, 1_100.0, 600.0, 500.0)
BUSY_HOURS = (8, 18)


@dataclass(frozen=True)
class Roads:
    """Each road's class (position in `CLASSES`), speed, lanes of one direction; and the demand."""

    kind: Ints  # (E,)
    speed_kmh: Floats  # (E,)
    lanes: Ints  # (E,)
    ways: Ways
    turns: tuple[Turn, ...]  # (T,) of `ways`
    demand: Demand


def plan_roads(streets: Plan, city: CityPlan) -> Roads:
    """Class roads by what they carry, then count their lanes by what they carry so classed."""
    even = np.full(len(streets.road), 2)
    turns = _turns(streets)
    first = plan_demand(streets, city, _ways(streets, turns, even))
    kind = _classes(streets, first)
    ways = _ways(streets, turns, kind)
    demand = plan_demand(streets, city, ways)
    return Roads(kind, _speed(streets, kind), _lanes(kind, demand), ways, turns[2], demand)


def _turns(streets: Plan) -> tuple[Ints, Ints, tuple[Turn, ...]]:
    """Return from and to links of every turn at a signal, none of them back."""
    start, end, turn = [], [], []
    for node in range(streets.signals):
        arms = streets.arms(node)
        for n, (bearing, road) in enumerate(arms):
            others = arms[:n] + arms[n + 1 :]
            found = turns_of(bearing, [other for other, _ in others])
            for (_, to), one in zip(others, found, strict=True):
                start.append(2 * road + int(streets.road[road, 0] == node))
                end.append(2 * to + int(streets.road[to, 1] == node))
                turn.append(Turn.RIGHT if one is Turn.U_TURN else one)
    return np.array(start), np.array(end), tuple(turn)


def _ways(streets: Plan, turns: tuple[Ints, Ints, tuple[Turn, ...]], kind: Ints) -> Ways:
    seconds = streets.length_m / (_speed(streets, kind) / 3.6)
    capacity = np.array(CAPACITY_VEH_H)[kind]
    return Ways(
        start=streets.road.ravel(),
        end=streets.road[:, ::-1].ravel(),
        free_s=np.repeat(seconds, 2),
        capacity_veh_h=np.repeat(capacity, 2),
        turn_from=turns[0],
        turn_to=turns[1],
        turn_s=np.array([TURN_S[turn.value] for turn in turns[2]]),
    )


def _speed(streets: Plan, kind: Ints) -> Floats:
    speed = np.array(SPEED_KMH)[kind]
    return np.where((streets.length_m > LONG_M) & (kind < 2), LONG_KMH, speed)


def _classes(streets: Plan, demand: Demand) -> Ints:
    """Class whole strokes, so that an arterial stays one: the most vehicle-kilometres first."""
    is_side = (streets.road[:, 1] >= streets.signals) & ~streets.is_rim[streets.road[:, 1]]
    length = np.where(is_side, 0.0, streets.length_m)
    both = _both(demand)
    carried = np.bincount(streets.stroke, both * length)
    order = np.argsort(-carried, kind="stable")
    share = np.cumsum(np.bincount(streets.stroke, length)[order]) / length.sum()
    of_stroke = np.empty(len(order), np.int64)
    of_stroke[order] = (share > PRIMARY_SHARE).astype(int) + (
        share > PRIMARY_SHARE + SECONDARY_SHARE
    )
    return np.where(
        is_side, np.where(of_stroke[streets.stroke] < 2, 2, 3), of_stroke[streets.stroke]
    )


def _both(demand: Demand) -> Floats:
    """Return the larger direction's flow of each road in the busiest hours."""
    flow = np.maximum(*(demand.link(hour) for hour in BUSY_HOURS))
    both: Floats = flow.reshape(-1, 2).max(axis=1)
    return both


def _lanes(kind: Ints, demand: Demand) -> NDArray[np.int64]:
    wanted = np.ceil(_both(demand) / LANE_VEH_H).astype(np.int64)
    return np.clip(wanted, np.array(LEAST_LANES)[kind], np.array(MOST_LANES)[kind])
