"""What a field of signal controllers tells each second, and what it is told, as arrays."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

BIN_S = 2.0  # of the time to the stop line, in `Report.arriving_veh`
BINS = 15


class Light(IntEnum):
    """What a group shows."""

    RED = 0
    AMBER = 1  # of pedestrians: flashing green
    GREEN = 2
    DARK = 3


class Mode(IntEnum):
    """Who decides the stages of a controller."""

    PLAN = 0  # its own fixed plan, as ordered
    REMOTE = 1  # the city's controller, through the safety layer
    FALLBACK = 2  # its own fixed plan, since remote control failed; `Cause` says why
    FLASH = 3  # its conflict monitor has tripped


class Cause(IntEnum):
    """Why a controller left remote control."""

    NONE = 0
    SILENT = 1  # no command came in time
    STALE = 2  # the command was reckoned from data too old
    DETECTORS = 3  # too many of its detectors lie
    CONFLICT = 4  # its conflict monitor tripped
    ORDERED = 5  # an operator took it off


@dataclass(frozen=True, slots=True)
class Report:
    """All controllers of one field at one instant.

    N controllers, G groups and L detected lanes, each concatenated in the order of the
    controllers' timings. Lanes are seen by an area detector (radar or camera, up to its reach
    upstream) and a loop at the stop line.
    """

    at_s: float  # seconds since 1970 UTC, of the field's clock
    stage: NDArray[np.int64]  # (N,) stage shown, or being changed to
    stage_age_s: NDArray[np.float64]  # (N,) since all its groups were green; 0 while changing
    changing_s: NDArray[np.float64]  # (N,) what is left of a change, 0 when none runs
    mode: NDArray[np.int64]  # (N,) of `Mode`
    cause: NDArray[np.int64]  # (N,) of `Cause`
    light: NDArray[np.int64]  # (G,) of `Light`
    light_age_s: NDArray[np.float64]  # (G,) since it shows that
    called_s: NDArray[np.float64]  # (G,) how long a pedestrian waits who pressed, 0 when none
    queue_veh: NDArray[np.float64]  # (L,) vehicles standing
    arriving_veh: NDArray[np.float64]  # (L, BINS) vehicles moving, by time to the stop line
    waiting_s: NDArray[np.float64]  # (L,) since the first of the queue stands, 0 when none
    passed_veh: NDArray[np.float64]  # (L,) over the stop line since the last report
    speed_mps: NDArray[np.float64]  # (L,) mean of the vehicles in reach, NaN when none
    exit_room_veh: NDArray[np.float64]  # (L,) vehicles that still fit behind the crossing
    fault: NDArray[np.bool_]  # (L,) its own diagnosis says that the detector lies
    events: NDArray[np.float64]  # (E, 4) at_s, controller, Indiana event code, parameter


@dataclass(frozen=True, slots=True)
class Command:
    """Which stage each controller shall serve next; what it may do is its safety layer's say."""

    sent_s: float  # by the field's clock, as the last report told it
    seen_s: float  # `at_s` of the report that it was reckoned from
    stage: NDArray[np.int64]  # (N,) -1: not under remote control, its own plan runs
    extend_s: NDArray[np.float64]  # (G,) pedestrians: so much longer until the change may begin
