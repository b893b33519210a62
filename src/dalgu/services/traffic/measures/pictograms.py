"""Stages as small pictures: the roads, and arrows for what is green in each."""

import math
from dataclasses import dataclass
from typing import Final

from dalgu.services.traffic.measures.intersection import Arm, Intersection
from dalgu.services.traffic.network.model import Turn

HALF: Final = 32.0  # half the side of a pictogram
_GATE: Final = 13.0  # where roads end, from the centre
_IN: Final = 4.2  # a way in is so far left of the road's middle, one out right of it
_TIP: Final = 20.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pictogram:
    """One stage. Paths are within -`HALF` to `HALF`."""

    stage: int
    name: str
    roads: str
    go: str  # ways that are green
    give_way: str  # green, but they give way
    walks: str  # crossings that are green


def pictograms(intersection: Intersection) -> tuple[Pictogram, ...]:
    """Draw every stage of a signal."""
    roads = "".join(_road(arm) for arm in intersection.arms)
    return tuple(
        Pictogram(
            number,
            stage.name,
            roads,
            _ways(intersection, stage.groups, permissive=False),
            _ways(intersection, stage.groups, permissive=True),
            "".join(
                _walk(arm)
                for arm in intersection.arms
                if arm.crossing is not None and arm.crossing.group in stage.groups
            ),
        )
        for number, stage in enumerate(intersection.signal.stages)
    )


def _at(arm: Arm, outward: float, leftward: float) -> Point:
    cos, sin = math.cos(arm.bearing), math.sin(arm.bearing)
    return round(cos * outward - sin * leftward, 1), round(-(sin * outward + cos * leftward), 1)


def _line(*points: Point) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _road(arm: Arm) -> str:
    return _line(_at(arm, 0.0, 0.0), _at(arm, HALF - 2.0, 0.0))


def _walk(arm: Arm) -> str:
    return _line(_at(arm, _GATE + 3.0, -8.0), _at(arm, _GATE + 3.0, 8.0))


def _ways(intersection: Intersection, groups: tuple[int, ...], *, permissive: bool) -> str:
    """Return one arrow for each way in, way out and kind; right turns that are free stay out."""
    drawn: dict[tuple[int, int], str] = {}
    for lane in intersection.lanes:
        for movement in lane.movements:
            goal = intersection.exits.get(movement.exit)
            wanted = movement.group in groups and movement.permissive == permissive
            if goal is None or not wanted or movement.turn is Turn.U_TURN:
                continue
            drawn.setdefault(
                (lane.arm, goal), _arrow(intersection.arms[lane.arm], intersection.arms[goal])
            )
    return "".join(drawn.values())


def _arrow(start: Arm, goal: Arm) -> str:
    begin, enter = _at(start, HALF - 5.0, _IN), _at(start, _GATE, _IN)
    leave, tip = _at(goal, _GATE, -_IN), _at(goal, _TIP, -_IN)
    inner, outer = _at(start, 3.0, _IN), _at(goal, 3.0, -_IN)
    left, right = _at(goal, _TIP - 4.0, -_IN + 3.2), _at(goal, _TIP - 4.0, -_IN - 3.2)
    curve = f"C{inner[0]:g} {inner[1]:g} {outer[0]:g} {outer[1]:g} {leave[0]:g} {leave[1]:g}"
    return f"{_line(begin, enter)}{curve}L{tip[0]:g} {tip[1]:g}{_line(left, tip, right)}"
