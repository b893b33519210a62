"""The plan picture of an intersection: lanes, stop lines, queues and paths as SVG shapes.

Metres around the centre, y downward as SVG has it, right-hand traffic. Looking outward along an
arm, vehicles come in on its left side and leave on its right.
"""

import math
from dataclasses import dataclass
from typing import Final

from dalgu.services.traffic.measures.intersection import Arm, Intersection, LaneIn
from dalgu.services.traffic.network.model import Turn

LANE_M: Final = 3.4
ARM_M: Final = (38.0, 60.0)  # drawn of each road at the least and the most, from the stop line
_ARM_PER_CENTRE: Final = 2.6  # of how far the stop line is out: small crossings are drawn larger
POCKET_SHARE: Final = 0.55  # of the drawn road that a turn lane takes
VEHICLE_M: Final = 6.5  # a queued vehicle and its gap
CROSSING_M: Final = 4.0
_CURB_M: Final = 7.0  # corner, crossing and its gap, from the edge of the crossing road
_STRIPE_M: Final = 1.1

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LaneShape:
    """A lane: its bed, its arrow, and where its stop line and its number are."""

    number: int
    lane: str
    groups: tuple[int, ...]
    bed: str
    arrow: str
    stop: str
    head: Point  # of the signal head
    label: Point
    queue: str  # outline of the longest queue that the drawing holds
    room_veh: float  # vehicles that the drawn lane holds
    axis: tuple[Point, Point]  # from the stop line outward


@dataclass(frozen=True, slots=True)
class PathShape:
    """A way over the intersection."""

    movement: str
    group: int
    is_permissive: bool
    d: str


@dataclass(frozen=True, slots=True)
class WalkShape:
    """A crossing, its stripes, and where its signal is."""

    group: int
    stripes: str
    head: Point


@dataclass(frozen=True, slots=True)
class ArmShape:
    """A road: its surface, its lines, and where its name goes."""

    compass: str
    surface: str
    middle: str
    dashes: str
    label: Point
    anchor: str  # of the label


@dataclass(frozen=True, slots=True)
class PlanPicture:
    """All shapes of an intersection; `reach_m` is half the side of the picture."""

    reach_m: float
    centre: str
    arms: tuple[ArmShape, ...]
    lanes: tuple[LaneShape, ...]
    paths: tuple[PathShape, ...]
    walks: tuple[WalkShape, ...]


def plan_picture(intersection: Intersection) -> PlanPicture:
    """Draw an intersection."""
    frames = _frames(intersection)
    lanes = tuple(
        _lane(frame, lane, place) for frame in frames for place, lane in enumerate(frame.arm.lanes)
    )
    return PlanPicture(
        reach_m=round(max((frame.edge_m for frame in frames), default=60.0) + 17.0, 1),
        centre=_centre(frames),
        arms=tuple(_arm(frame) for frame in frames),
        lanes=lanes,
        paths=_paths(intersection, frames),
        walks=tuple(_walk(frame) for frame in frames if frame.arm.crossing is not None),
    )


def queue_path(shape: LaneShape, vehicles: float) -> str:
    """Return the vehicles that stand in a lane, as far as the drawing reaches."""
    (x, y), (far_x, far_y) = shape.axis
    length = math.dist(shape.axis[0], shape.axis[1])
    share = min(vehicles * VEHICLE_M / length, 1.0) if length else 0.0
    return f"M{x:g} {y:g}L{x + (far_x - x) * share:.1f} {y + (far_y - y) * share:.1f}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """An arm's own axes: outward, and to its left."""

    arm: Arm
    out: Point
    left: Point
    stop_m: float  # of the stop line from the centre
    edge_m: float  # of the picture's end of the road

    def at(self, outward: float, leftward: float) -> Point:
        x = self.out[0] * outward + self.left[0] * leftward
        y = self.out[1] * outward + self.left[1] * leftward
        return round(x, 1), round(-y, 1)

    @property
    def width_in(self) -> float:
        return LANE_M * len(self.arm.lanes)

    @property
    def width_out(self) -> float:
        return LANE_M * self.arm.lanes_out

    def side(self, place: int) -> float:
        """Middle of the lane at a place from the kerb, to the left of the road's middle."""
        return self.width_in - (place + 0.5) * LANE_M


def _frames(intersection: Intersection) -> list[_Frame]:
    half = [LANE_M * (len(arm.lanes) + arm.lanes_out) / 2 for arm in intersection.arms]
    stop = max(half, default=10.0) + _CURB_M
    arm_m = min(max(stop * _ARM_PER_CENTRE, ARM_M[0]), ARM_M[1])
    frames = []
    for arm in intersection.arms:
        out = (math.cos(arm.bearing), math.sin(arm.bearing))
        frames.append(_Frame(arm, out, (-out[1], out[0]), stop, stop + arm_m))
    return frames


def _line(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _arm(frame: _Frame) -> ArmShape:
    inner, outer = frame.stop_m - _CURB_M, frame.edge_m
    left, right = frame.width_in, -frame.width_out
    surface = [
        frame.at(inner, left),
        frame.at(outer, left),
        frame.at(outer, right),
        frame.at(inner, right),
    ]
    dashes = [frame.width_in - LANE_M * n for n in range(1, len(frame.arm.lanes))]
    dashes += [-LANE_M * n for n in range(1, frame.arm.lanes_out)]
    label = frame.at(outer + 5.0, (left + right) / 2)
    side = frame.out[0]
    anchor = "middle" if abs(side) < 0.5 else ("start" if side > 0 else "end")
    return ArmShape(
        compass=frame.arm.compass,
        surface=_line(surface) + "Z",
        middle=_line([frame.at(frame.stop_m, 0.0), frame.at(outer, 0.0)]),
        dashes="".join(_line([frame.at(frame.stop_m, at), frame.at(outer, at)]) for at in dashes),
        label=label,
        anchor=anchor,
    )


def _lane(frame: _Frame, lane: LaneIn, place: int) -> LaneShape:
    at, half = frame.side(place), LANE_M / 2
    stop, edge = frame.stop_m, frame.edge_m
    far = stop + (edge - stop) * POCKET_SHARE if lane.is_pocket else edge
    bed = [
        frame.at(stop, at + half),
        frame.at(far, at + half),
        frame.at(far, at - half),
        frame.at(stop, at - half),
    ]
    begin, end = frame.at(stop + 1.2, at), frame.at(far - 1.0, at)
    return LaneShape(
        number=lane.number,
        lane=lane.lane.id,
        groups=lane.groups,
        bed=_line(bed) + "Z",
        arrow=_arrow(frame, at, lane.turns),
        stop=_line([frame.at(stop, at + half - 0.25), frame.at(stop, at - half + 0.25)]),
        head=frame.at(stop - 2.0, at),
        label=frame.at(far - 3.0, at),
        queue=_line([begin, end]),
        room_veh=(far - stop - 2.2) / VEHICLE_M,
        axis=(begin, end),
    )


def _arrow(frame: _Frame, at: float, turns: tuple[Turn, ...]) -> str:
    """Return the arrow painted in a lane; forward is inward."""
    tail, knee, tip = frame.stop_m + 13.0, frame.stop_m + 8.5, frame.stop_m + 6.0
    path = _line([frame.at(tail, at), frame.at(knee, at)])
    if Turn.THROUGH in turns:
        path += _line([frame.at(tail, at), frame.at(tip, at)])
        path += _line(
            [frame.at(tip + 1.4, at + 0.8), frame.at(tip, at), frame.at(tip + 1.4, at - 0.8)]
        )
    for turn, side in ((Turn.LEFT, -1.0), (Turn.RIGHT, 1.0)):
        if turn in turns:  # inward, left of the driver is right of the outward axis
            end = at + side * 1.35
            path += _line(
                [
                    frame.at(knee + 1.0, at),
                    frame.at(knee - 0.4, at + side * 0.2),
                    frame.at(knee - 0.9, end),
                ]
            )
            path += _line(
                [
                    frame.at(knee + 0.1, end - side * 0.7),
                    frame.at(knee - 0.9, end),
                    frame.at(knee - 1.9, end - side * 0.7),
                ]
            )
    if Turn.U_TURN in turns:
        end = at - 1.3
        path += _line(
            [
                frame.at(knee, at),
                frame.at(knee - 1.2, at - 0.65),
                frame.at(knee, end),
                frame.at(knee + 1.6, end),
            ]
        )
    return path


def _walk(frame: _Frame) -> WalkShape:
    middle = frame.stop_m - 1.0 - CROSSING_M / 2 - 0.6
    low, high = -frame.width_out, frame.width_in
    count = max(int((high - low) / (2 * _STRIPE_M)), 1)
    step = (high - low) / count
    stripes = "".join(
        _line(
            [
                frame.at(middle - CROSSING_M / 2, low + (n + 0.5) * step),
                frame.at(middle + CROSSING_M / 2, low + (n + 0.5) * step),
            ]
        )
        for n in range(count)
    )
    crossing = frame.arm.crossing
    return WalkShape(crossing.group if crossing else -1, stripes, frame.at(middle, high + 3.2))


def _centre(frames: list[_Frame]) -> str:
    """Return the surface between the roads."""
    points: list[Point] = []
    for frame in frames:
        inner = frame.stop_m - _CURB_M + 0.5
        points += [frame.at(inner, -frame.width_out), frame.at(inner, frame.width_in)]
    return _line(points) + "Z" if points else ""


def _paths(intersection: Intersection, frames: list[_Frame]) -> tuple[PathShape, ...]:
    found = []
    for frame in frames:
        for place, lane in enumerate(frame.arm.lanes):
            for movement in lane.movements:
                arm = intersection.exits.get(movement.exit)
                if arm is None:
                    continue
                goal = frames[arm]
                column = _exit_column(frame.arm, goal.arm.lanes_out, movement.turn, place)
                start = frame.at(frame.stop_m - 3.5, frame.side(place))
                end = goal.at(goal.stop_m - 1.5, -(column + 0.5) * LANE_M)
                d = _curve(frame, goal, start, end)
                found.append(PathShape(movement.id, movement.group, movement.permissive, d))
    return tuple(found)


def _exit_column(arm: Arm, lanes_out: int, turn: Turn, place: int) -> int:
    """Return the exit lane, from the middle of the road, of the lane at a place from the kerb.

    Left turns fill the exit from the middle, all others from the kerb; lanes do not cross.
    """
    same = [at for at, lane in enumerate(arm.lanes) if turn in lane.turns]
    if turn in (Turn.LEFT, Turn.U_TURN):
        return min(same[::-1].index(place), max(lanes_out - 1, 0))
    return max(lanes_out - 1 - same.index(place), 0)


def _curve(frame: _Frame, goal: _Frame, start: Point, end: Point) -> str:
    reach = math.dist(start, end) * 0.42
    first = (start[0] - frame.out[0] * reach, start[1] + frame.out[1] * reach)
    second = (end[0] - goal.out[0] * reach, end[1] + goal.out[1] * reach)
    return (
        f"M{start[0]:g} {start[1]:g}C{first[0]:.1f} {first[1]:.1f} "
        f"{second[0]:.1f} {second[1]:.1f} {end[0]:g} {end[1]:g}"
    )
