"""What the detectors of a field's lanes tell, and the street that they look at."""

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Lanes(Protocol):
    """The lane arrays of `report.Report`: L lanes, G groups."""

    @property
    def queue_veh(self) -> Floats: ...  # noqa: D102 - as in Report

    @property
    def arriving_veh(self) -> Floats: ...  # noqa: D102

    @property
    def waiting_s(self) -> Floats: ...  # noqa: D102

    @property
    def passed_veh(self) -> Floats: ...  # noqa: D102

    @property
    def speed_mps(self) -> Floats: ...  # noqa: D102

    @property
    def exit_room_veh(self) -> Floats: ...  # noqa: D102

    @property
    def called_s(self) -> Floats: ...  # noqa: D102


class Street(Protocol):
    """The traffic around a field's signals: simulated, or measured."""

    def step(self, light: NDArray[np.int64], dt_s: float) -> Lanes:
        """Let `dt_s` pass while groups show `light`, shape (G,); return what detectors see."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What detectors told at one instant; arrays of its own, free to be distorted."""

    queue_veh: Floats  # (L,)
    arriving_veh: Floats  # (L, BINS)
    waiting_s: Floats  # (L,)
    passed_veh: Floats  # (L,)
    speed_mps: Floats  # (L,)
    exit_room_veh: Floats  # (L,)
    called_s: Floats  # (G,)

    @classmethod
    def of(cls, lanes: Lanes) -> Self:
        """Copy lane arrays."""
        return cls(
            **{one.name: np.array(getattr(lanes, one.name), np.float64) for one in fields(cls)}
        )


class Lie(IntEnum):
    """How a detector can be made to lie in a simulation."""

    NONE = 0
    STUCK_ON = 1  # sees a standing vehicle always
    STUCK_OFF = 2  # sees nothing
    ERRATIC = 3  # counts what is not there
    FROZEN = 4  # repeats its last word
    BROKEN = 5  # tells no numbers


def lied(reading: Reading, before: Reading | None, lie: NDArray[np.int64]) -> Reading:
    """Return a reading as told by detectors of which some lie; `lie` is shape (L,) of `Lie`."""
    told = reading
    for kind, values in _LIES.items():
        where = lie == kind
        if where.any():
            told = replace(
                told, **{name: _put(getattr(told, name), where, v) for name, v in values.items()}
            )
    frozen = lie == Lie.FROZEN
    if before is not None and frozen.any():
        names = ("queue_veh", "arriving_veh", "waiting_s", "speed_mps")
        changed = {n: _put(getattr(told, n), frozen, getattr(before, n)[frozen]) for n in names}
        told = replace(told, **changed, passed_veh=_put(told.passed_veh, frozen, 0.0))
    return told


def _put(array: Floats, where: NDArray[np.bool_], value: Floats | float) -> Floats:
    changed = array.copy()
    changed[where] = value
    return changed


_NAN = float("nan")
_LIES: dict[Lie, dict[str, float]] = {
    Lie.STUCK_ON: {"queue_veh": 3.0, "waiting_s": 60.0, "passed_veh": 0.0, "arriving_veh": 0.0},
    Lie.STUCK_OFF: {"queue_veh": 0.0, "waiting_s": 0.0, "passed_veh": 0.0, "arriving_veh": 0.0},
    Lie.ERRATIC: {"passed_veh": 2.0},
    Lie.BROKEN: {"queue_veh": _NAN, "waiting_s": _NAN, "passed_veh": _NAN, "arriving_veh": _NAN},
}
