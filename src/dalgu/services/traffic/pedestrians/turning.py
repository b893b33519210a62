"""Right turns at a crossing: which duty a vehicle had, whether it stopped, whether it will not.

A detector follows the front of each right-turning vehicle up to the line before the crossing; only
what this file finds leaves it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.pedestrians.conflicts import deceleration_to_avoid_mps2
from dalgu.services.traffic.pedestrians.crossing import (
    STOP_REACH_M,
    STOPPED_MPS,
    TurnDuty,
    right_turn_duty,
    stopped_before_line,
)
from dalgu.services.traffic.pedestrians.layout import Floats

Bools = NDArray[np.bool_]

# AASHTO, *A Policy on Geometric Design of Highways and Streets*, 2018, 3.2.2: nine of ten drivers
# brake harder than 3.4 m/s² when they must; past 4.5 m/s² they brake as in an emergency.
COMFORTABLE_MPS2: Final = 3.4
EMERGENCY_MPS2: Final = 4.5
FRICTION_MPS2: Final = 9.8  # no tyre brakes harder: the vehicle cannot stop before the line


@dataclass(frozen=True, slots=True)
class TurnTrack:
    """One right-turning vehicle on its way to a crossing; shape (n,) each, oldest first.

    `to_line_m`: from its front to the line before the crossing, negative past it; `facing_red`:
    the light over that line, never where the vehicle meets the crossing after its turn;
    `somebody_crossing`: on the crossing or about to step on it. `has_arrow`: right turns have a
    light of their own, and that is the one it faces.
    """

    to_line_m: Floats
    speed_mps: Floats
    facing_red: Bools
    somebody_crossing: Bools
    has_arrow: bool = False

    def duty(self, at: int) -> TurnDuty:
        """Return the duty at one moment of the track."""
        return right_turn_duty(
            facing_red=bool(self.facing_red[at]),
            somebody_crossing=bool(self.somebody_crossing[at]),
            has_arrow=self.has_arrow,
        )


@dataclass(frozen=True, slots=True)
class Turned:
    """A right turn that was made. Who passes the line under a red arrow has not stopped for it."""

    duty: TurnDuty
    has_stopped: bool

    @property
    def is_kept(self) -> bool | None:
        """Whether the duty to stop was kept; `None` where there was only the one to be slow."""
        return None if self.duty is TurnDuty.SLOW else self.has_stopped


@dataclass(frozen=True, slots=True)
class Unstopped:
    """A vehicle that must stop, and will not without hard braking."""

    duty: TurnDuty
    line_in_s: float
    braking_mps2: float  # to stop at the line

    @property
    def is_emergency(self) -> bool:
        """Whether drivers brake so hard only in an emergency."""
        return self.braking_mps2 > EMERGENCY_MPS2


def judge_turn(track: TurnTrack) -> Turned | None:
    """Return what a vehicle owed and did, `None` before it has passed the line.

    It owes what holds as it passes the line; who stopped had the gravest duty of that stop, too.

    Examples
    --------
    >>> red, nobody = np.array([True] * 3), np.array([False] * 3)
    >>> track = TurnTrack(np.array([5.0, 1.0, -1.0]), np.array([4.0, 0.2, 3.0]), red, nobody)
    >>> judge_turn(track)
    Turned(duty=<TurnDuty.STOP: 'stop'>, has_stopped=True)
    """
    before = np.flatnonzero(track.to_line_m >= 0)
    if not len(before) or before[-1] == len(track.to_line_m) - 1:
        return None
    passing = track.duty(int(before[-1]))
    stood = before[
        (track.to_line_m[before] < STOP_REACH_M) & (track.speed_mps[before] < STOPPED_MPS)
    ]
    duties = {passing, *(track.duty(int(at)) for at in stood)}
    gravest = next(one for one in TurnDuty if one in duties)
    stopped = stopped_before_line(track.to_line_m, track.speed_mps)
    return Turned(gravest, stopped and passing is not TurnDuty.WAIT)


def will_not_stop(track: TurnTrack) -> Unstopped | None:
    """Return why to caution at the newest moment of a track, `None` where there is no cause.

    There is one if somebody crosses, the vehicle must stop, has not stopped yet, and would have
    to brake harder than drivers do without need.
    """
    to_line_m, speed_mps = track.to_line_m[-1:], track.speed_mps[-1:]
    duty = track.duty(-1)
    is_free = duty is not TurnDuty.WAIT and stopped_before_line(track.to_line_m, track.speed_mps)
    if to_line_m[0] < 0 or not track.somebody_crossing[-1] or is_free:
        return None
    [braking] = deceleration_to_avoid_mps2(to_line_m, speed_mps)
    if speed_mps[0] < STOPPED_MPS or braking <= COMFORTABLE_MPS2:
        return None
    return Unstopped(duty, float(to_line_m[0] / speed_mps[0]), float(min(braking, FRICTION_MPS2)))
