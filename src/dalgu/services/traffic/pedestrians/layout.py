"""Where people on foot and vehicles can meet: crossings, vehicle paths, conflict zones.

All in metres of one plane (project first); arrays, so that a city is one object.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAMPLE_STEP_M = 1.0


@dataclass(frozen=True)
class Crossings:
    """C crossings as straight strips.

    `ends_m` shape (C, 2, 2): both ends, at the kerbs, as (x, y); `width_m` shape (C,).
    """

    ends_m: Floats
    width_m: Floats

    @cached_property
    def length_m(self) -> Floats:
        """Shape (C,)."""
        return np.asarray(np.hypot(*(self.ends_m[:, 1] - self.ends_m[:, 0]).T))

    @cached_property
    def along(self) -> Floats:
        """Shape (C, 2): unit vector from the first end to the second."""
        return np.asarray((self.ends_m[:, 1] - self.ends_m[:, 0]) / self.length_m[:, None])


@dataclass(frozen=True)
class PathSamples:
    """The ways that vehicles take to their conflict zones, a point every metre.

    `x_m`, `y_m`, `heading_rad` (counter-clockwise from east), `zone`, and `to_go_m` (metres left
    to the middle of the zone) have shape (S,).
    """

    x_m: Floats
    y_m: Floats
    heading_rad: Floats
    zone: Ints
    to_go_m: Floats

    @cached_property
    def tree(self) -> object:
        """The samples in a k-d tree."""
        from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # ships no types

        return cKDTree(np.column_stack([self.x_m, self.y_m]))


@dataclass(frozen=True)
class Zones:
    """Z places where one movement of vehicles crosses one crossing.

    `crossing` shape (Z,) indexes the crossings; `across_m` shape (Z,) is the zone's middle along
    the crossing from its first end; `sine` shape (Z,) of the angle between both; `turn_mps`
    shape (Z,): the speed at which the movement's curve is driven; `curve_m` shape (Z,): metres
    of that curve before the zone, 0 where the movement goes straight on.
    """

    crossing: Ints
    across_m: Floats
    sine: Floats
    turn_mps: Floats
    curve_m: Floats


@dataclass(frozen=True)
class CrossingLayout:
    """All that does not move."""

    crossings: Crossings
    zones: Zones
    paths: PathSamples


def sample_path(points_m: Floats, zone_at_m: float, zone: int) -> PathSamples:
    """Return the samples of one polyline, shape (n, 2), up to where it crosses its zone."""
    steps = np.hypot(*np.diff(points_m, axis=0).T)
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.append(np.arange(0.0, zone_at_m, SAMPLE_STEP_M), zone_at_m)
    x, y = (np.interp(at, travelled, points_m[:, k]) for k in (0, 1))
    part = np.clip(np.searchsorted(travelled, at, side="right") - 1, 0, len(steps) - 1)
    moved = np.diff(points_m, axis=0)[part]
    return PathSamples(
        x, y, np.arctan2(moved[:, 1], moved[:, 0]), np.full(len(at), zone), zone_at_m - at
    )


def join_samples(parts: list[PathSamples]) -> PathSamples:
    """Return the samples of many paths as one."""
    return PathSamples(
        np.concatenate([part.x_m for part in parts]),
        np.concatenate([part.y_m for part in parts]),
        np.concatenate([part.heading_rad for part in parts]),
        np.concatenate([part.zone for part in parts]),
        np.concatenate([part.to_go_m for part in parts]),
    )
