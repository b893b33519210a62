"""The geometry of one intersection: arms around a centre, and where paths over it cross.

Right-hand traffic. Looking outward along an arm, vehicles leave on its right side and come in on
its left. Paths are taken as straight chords between the points where they cross the stop lines.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dalgu.services.traffic.network.model import Turn

LANE_WIDTH_M = 3.25  # urban arterials: 3.0 to 3.5 m (Korean rules on road structure, art. 10)
STOP_LINE_M = 9.0  # from the edge of the crossing road: corner radius, crossing and its gap
STRAIGHT_DEG = 40.0  # a smaller deflection goes through
BACK_DEG = 150.0  # a larger one turns around

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arm:
    """One road at an intersection. `bearing` is in radians, counter-clockwise from east, outward.

    `enters` is the link that ends here, `leaves` the one that begins here; a one-way road has one.
    """

    bearing: float
    enters: str | None
    leaves: str | None
    lanes_in: int = 2
    lanes_out: int = 2

    @property
    def width_m(self) -> float:
        """Return the width of the road at the crossing."""
        return LANE_WIDTH_M * (self.lanes_in + self.lanes_out)


@dataclass(frozen=True, slots=True)
class Path:
    """A movement over the intersection: from one arm to another, by their positions."""

    start: int
    end: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where two paths meet: metres from the stop line of each, and that both end in one arm."""

    first_m: float
    second_m: float
    merges: bool


def deflection_deg(start: float, end: float) -> float:
    """Return the change of direction between two arms, left positive, in -180 to 180 degrees.

    >>> deflection_deg(math.pi, 0.0)
    0.0
    >>> round(deflection_deg(math.pi, math.pi / 2))
    90
    """
    turn = math.degrees(end - (start + math.pi))
    return (turn + 180.0) % 360.0 - 180.0


def turn_of(start: float, end: float) -> Turn:
    """Return what a driver does who comes from one bearing and leaves by another.

    >>> turn_of(math.pi, -math.pi / 2)
    <Turn.RIGHT: 'right'>
    """
    degrees = deflection_deg(start, end)
    if abs(degrees) > BACK_DEG:
        return Turn.U_TURN
    if abs(degrees) <= STRAIGHT_DEG:
        return Turn.THROUGH
    return Turn.LEFT if degrees > 0 else Turn.RIGHT


def turns_of(start: float, ends: Sequence[float]) -> list[Turn]:
    """Return the turns into several arms.

    The straightest is through when arms lie on both of its sides, as at skew crossings.

    >>> [turn.value for turn in turns_of(math.pi, [1.4, 0.75, -1.5])]
    ['left', 'through', 'right']
    """
    turns = [turn_of(start, end) for end in ends]
    if Turn.THROUGH in turns or not turns:
        return turns
    degrees = [deflection_deg(start, end) for end in ends]
    best = min(range(len(ends)), key=lambda i: abs(degrees[i]))
    beside = [d for i, d in enumerate(degrees) if i != best and abs(d) <= BACK_DEG]
    if any(d > degrees[best] for d in beside) and any(d < degrees[best] for d in beside):
        turns[best] = Turn.THROUGH
    return turns


def radius_m(arms: Sequence[Arm]) -> float:
    """Return how far the stop lines are from the centre."""
    return max(arm.width_m for arm in arms) / 2 + STOP_LINE_M


def ends_of(arms: Sequence[Arm], path: Path) -> tuple[Point, Point]:
    """Return where a path begins and ends, in metres around the centre."""
    radius = radius_m(arms)
    return (
        _gate(arms[path.start], radius, inward=True),
        _gate(arms[path.end], radius, inward=False),
    )


def length_m(arms: Sequence[Arm], path: Path) -> float:
    """Return the length of a path from stop line to the far edge."""
    start, end = ends_of(arms, path)
    return math.dist(start, end)


def meeting(arms: Sequence[Arm], one: Path, other: Path) -> Meeting | None:
    """Return where two paths meet, `None` when vehicles on both never touch.

    Paths from one arm do not meet: their vehicles follow one another. Neither do paths along each
    other in opposite directions.
    """
    if one.start == other.start or (one.start, one.end) == (other.end, other.start):
        return None
    a, b = ends_of(arms, one)
    c, d = ends_of(arms, other)
    if one.end == other.end:
        return Meeting(math.dist(a, b), math.dist(c, d), merges=True)
    share = _crossing(a, b, c, d)
    if share is None:
        return None
    return Meeting(share[0] * math.dist(a, b), share[1] * math.dist(c, d), merges=False)


def _gate(arm: Arm, radius: float, *, inward: bool) -> Point:
    """Return the middle of the lanes of one direction at the stop line."""
    # Left of the outward direction is the way in; its middle lies half the other way's width
    # from the middle of the road.
    offset = LANE_WIDTH_M / 2 * (arm.lanes_out if inward else -arm.lanes_in)
    cos, sin = math.cos(arm.bearing), math.sin(arm.bearing)
    return radius * cos - offset * sin, radius * sin + offset * cos


def _crossing(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float] | None:
    """Return where two segments cross, as shares of each."""
    first, second = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    cross = first[0] * second[1] - first[1] * second[0]
    if abs(cross) < 1e-9:
        return None
    gap = (c[0] - a[0], c[1] - a[1])
    one = (gap[0] * second[1] - gap[1] * second[0]) / cross
    other = (gap[0] * first[1] - gap[1] * first[0]) / cross
    inside = 0.0 <= one <= 1.0 and 0.0 <= other <= 1.0
    return (one, other) if inside else None
