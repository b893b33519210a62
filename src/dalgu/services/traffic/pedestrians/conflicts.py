"""Surrogate safety measures of two road users: PET, TTC and DRAC, from their trajectories.

A trajectory is where the front of a road user was at each moment. Two trajectories that cross
share a conflict area: the parallelogram where the strips that both bodies sweep overlap.

References: Allen, Shin & Cooper, *Analysis of traffic conflicts and collisions*, TRR 667, 1978
(PET); Hayward, *Near-miss determination*, HRR 384, 1972 (TTC); Cooper & Ferguson, *Traffic
studies at T-junctions*, Traffic Engineering & Control 17, 1976 (DRAC).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDING = 1e-9
PARALLEL_SINE = 0.05  # paths that meet at under three degrees follow each other: no crossing


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A road user over time; its body reaches `length_m` behind the given points.

    `at_s` shape (n,), ascending; `x_m` and `y_m` shape (n,): the middle of the front.
    """

    at_s: Floats
    x_m: Floats
    y_m: Floats
    length_m: float
    width_m: float

    def travelled_m(self) -> Floats:
        """Return shape (n,): metres along the path since its first point."""
        steps = np.hypot(np.diff(self.x_m), np.diff(self.y_m))
        return np.asarray(np.concatenate([[0.0], np.cumsum(steps)]))


@dataclass(frozen=True, slots=True)
class Occupancy:
    """When a road user entered and left a conflict area; infinite where that was not seen."""

    enter_s: float
    leave_s: float


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two road users whose paths crossed, and when each held the conflict area.

    `x_m`, `y_m` is where the paths cross, `angle_rad` how, `speed_mps` those of both there.
    """

    first: Occupancy
    second: Occupancy
    x_m: float
    y_m: float
    angle_rad: float
    speed_mps: tuple[float, float]

    @property
    def post_encroachment_s(self) -> float:
        """Time from one leaving the area to the other entering it; negative if both held it."""
        return max(
            self.second.enter_s - self.first.leave_s, self.first.enter_s - self.second.leave_s
        )

    @property
    def closest_at_s(self) -> float:
        """Moment when the later road user enters the area."""
        return max(self.first.enter_s, self.second.enter_s)


def crossing_encounter(first: Trajectory, second: Trajectory) -> Encounter | None:
    """Return the encounter at the first place where two trajectories cross, if they do.

    Examples
    --------
    A car at 10 m/s northward, a walker at 1 m/s eastward over its path:

    >>> t = np.arange(0.0, 20.0, 0.5)
    >>> car = Trajectory(t, np.zeros(40), 10 * t - 50, 4.0, 1.8)
    >>> walker = Trajectory(t, 1.0 * t - 7, np.zeros(40), 0.4, 0.4)
    >>> round(crossing_encounter(car, walker).post_encroachment_s, 2)
    0.68
    """
    place = _meeting(first, second)
    if place is None:
        return None
    (i, u), (j, v) = place
    a, b = _direction(first, i), _direction(second, j)
    sine = abs(a[0] * b[1] - a[1] * b[0])
    if sine < PARALLEL_SINE:
        return None
    cosine = abs(a[0] * b[0] + a[1] * b[1])
    return Encounter(
        _occupancy(first, i + u, (second.width_m + first.width_m * cosine) / (2 * sine)),
        _occupancy(second, j + v, (first.width_m + second.width_m * cosine) / (2 * sine)),
        float(np.interp(i + u, np.arange(len(first.x_m)), first.x_m)),
        float(np.interp(i + u, np.arange(len(first.y_m)), first.y_m)),
        float(np.arcsin(min(sine, 1.0))),
        (_speed(first, i), _speed(second, j)),
    )


def time_to_collision_s(gap_m: Floats, closing_mps: Floats) -> Floats:
    """Return shape (n,): seconds to contact of followers at constant speeds; infinite if none.

    `gap_m` shape (n,): bumper to bumper; `closing_mps` shape (n,): how fast the gap shrinks.
    """
    closing = np.maximum(closing_mps, 0.0)
    endless = np.full(np.shape(gap_m), np.inf)
    return np.asarray(np.divide(gap_m, closing, out=endless, where=closing > 0))


def deceleration_to_avoid_mps2(gap_m: Floats, closing_mps: Floats) -> Floats:
    """Return shape (n,): the constant braking (DRAC) at which a follower just does not touch."""
    closing = np.maximum(closing_mps, 0.0)
    gap = np.maximum(gap_m, 0.0)
    braking = np.divide(closing**2, 2 * gap, out=np.full(np.shape(gap_m), np.inf), where=gap > 0)
    return np.asarray(np.where(closing > 0, braking, 0.0))


def crossing_time_to_collision_s(
    enter_s: tuple[Floats, Floats], leave_s: tuple[Floats, Floats]
) -> Floats:
    """Return shape (n,): seconds to contact of crossing paths at constant speeds.

    `enter_s` and `leave_s` are the two road users' times from now, shape (n,) each, to enter
    and leave the conflict area. They collide if the later one enters before the earlier one
    has left (van der Horst, *A time-based analysis of road user behaviour*, 1990).
    """
    later = np.maximum(enter_s[0], enter_s[1])
    earlier_leaves = np.where(enter_s[0] <= enter_s[1], leave_s[0], leave_s[1])
    return np.asarray(np.where((later < earlier_leaves) & (later >= 0), later, np.inf))


def _meeting(
    first: Trajectory, second: Trajectory
) -> tuple[tuple[int, float], tuple[int, float]] | None:
    p, q = _points(first), _points(second)
    along, across = np.diff(p, axis=0), np.diff(q, axis=0)
    apart = q[None, :-1] - p[:-1, None]
    turn = along[:, None, 0] * across[None, :, 1] - along[:, None, 1] * across[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        u = (apart[..., 0] * across[None, :, 1] - apart[..., 1] * across[None, :, 0]) / turn
        v = (apart[..., 0] * along[:, None, 1] - apart[..., 1] * along[:, None, 0]) / turn
        meets = np.argwhere(_within(u) & _within(v))
    if not len(meets):
        return None
    i, j = (int(k) for k in meets[0])
    return (i, float(u[i, j])), (j, float(v[i, j]))


def _within(share: Floats) -> NDArray[np.bool_]:
    # A meeting at a given point belongs to the steps before and after; rounding must not lose it.
    return (share >= -ROUNDING) & (share <= 1 + ROUNDING)


def _points(trajectory: Trajectory) -> Floats:
    return np.column_stack([trajectory.x_m, trajectory.y_m])


def _direction(trajectory: Trajectory, step: int) -> Floats:
    moved = np.array([np.diff(trajectory.x_m)[step], np.diff(trajectory.y_m)[step]])
    return np.asarray(moved / np.hypot(*moved))


def _speed(trajectory: Trajectory, step: int) -> float:
    moved = np.hypot(np.diff(trajectory.x_m)[step], np.diff(trajectory.y_m)[step])
    return float(moved / np.diff(trajectory.at_s)[step])


def _occupancy(trajectory: Trajectory, place: float, half_extent_m: float) -> Occupancy:
    travelled = trajectory.travelled_m()
    there = float(np.interp(place, np.arange(len(travelled)), travelled))
    return Occupancy(
        _first_at(trajectory, travelled, there - half_extent_m, before=-np.inf),
        _first_at(
            trajectory, travelled, there + half_extent_m + trajectory.length_m, before=-np.inf
        ),
    )


def _first_at(trajectory: Trajectory, travelled: Floats, goal_m: float, *, before: float) -> float:
    """Moment when the path first reached a distance; infinite if it never did."""
    if goal_m > travelled[-1]:
        return float("inf")
    if goal_m < 0:
        return before
    k = int(np.searchsorted(travelled, goal_m))
    if k == 0:
        return float(trajectory.at_s[0])
    share = (goal_m - travelled[k - 1]) / (travelled[k] - travelled[k - 1])
    step_s = trajectory.at_s[k] - trajectory.at_s[k - 1]
    return float(trajectory.at_s[k - 1] + share * step_s)
