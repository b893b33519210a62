"""Which tracked vehicle heads for which conflict zone, which walker for which crossing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.pedestrians.layout import (
    CrossingLayout,
    Crossings,
    Floats,
    Ints,
    PathSamples,
)

OFF_PATH_M = 1.8  # about half a lane
OFF_HEADING_RAD = 0.6
STANDING_MPS = 0.3  # below, a tracker's direction of motion says nothing
BESIDE_CROSSING_M = 1.5  # people cut corners and wait beside the strip
BEFORE_KERB_M = 8.0


@dataclass(frozen=True)
class Tracks:
    """Road users as roadside detection sees them at one moment, shape (n,) each.

    `x_m`, `y_m`: middle of a vehicle's front, middle of a walker; `heading_rad` counter-clockwise
    from east, of the body for vehicles and of motion for walkers.
    """

    x_m: Floats
    y_m: Floats
    speed_mps: Floats
    heading_rad: Floats
    length_m: Floats


@dataclass(frozen=True)
class Approaching:
    """Vehicles matched to the zones they may drive to, shape (m,) each.

    `to_go_m`: from the front to the middle of the zone.
    """

    vehicle: Ints
    zone: Ints
    to_go_m: Floats


@dataclass(frozen=True)
class OnFoot:
    """Walkers matched to crossings, shape (m,) each.

    `along_m`: place along the crossing from its first end, negative before it; `direction`: +1
    towards the second end, -1 towards the first; `pace_mps`: speed in that direction, negative
    if the walker moves away; `beside_m`: distance from the middle line.
    """

    walker: Ints
    crossing: Ints
    along_m: Floats
    direction: Floats
    pace_mps: Floats
    beside_m: Floats


def match_vehicles(layout: CrossingLayout, vehicles: Tracks) -> Approaching:
    """Return every zone that each vehicle may be driving to from where it is."""
    rows, samples = _near_samples(layout.paths, vehicles)
    turned = np.abs(_wrapped(layout.paths.heading_rad[samples] - vehicles.heading_rad[rows]))
    kept = turned < OFF_HEADING_RAD
    rows, samples = rows[kept], samples[kept]
    ahead = _ahead(layout.paths, samples, vehicles, rows)
    off = np.hypot(
        layout.paths.x_m[samples] - vehicles.x_m[rows],
        layout.paths.y_m[samples] - vehicles.y_m[rows],
    )
    zone = layout.paths.zone[samples]
    order = np.lexsort((off, zone, rows))
    first = np.append(True, (np.diff(zone[order]) != 0) | (np.diff(rows[order]) != 0))[: len(order)]
    best = order[first]
    return Approaching(rows[best], zone[best], (layout.paths.to_go_m[samples] - ahead)[best])


def match_walkers(crossings: Crossings, walkers: Tracks) -> OnFoot:
    """Return the crossings that each walker is on or near, and where on them."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]  # ships no types

    middle = crossings.ends_m.mean(axis=1)
    reach = float(crossings.length_m.max(initial=0.0)) / 2 + BEFORE_KERB_M
    near = cKDTree(middle).query_ball_point(np.column_stack([walkers.x_m, walkers.y_m]), reach)
    rows = np.repeat(np.arange(len(walkers.x_m)), [len(each) for each in near])
    crossing = np.array([k for each in near for k in each], np.int64)
    along = crossings.along[crossing]
    apart = np.column_stack([walkers.x_m, walkers.y_m])[rows] - crossings.ends_m[crossing, 0]
    place = (apart * along).sum(axis=1)
    beside = np.abs(apart[:, 0] * along[:, 1] - apart[:, 1] * along[:, 0])
    heading = walkers.heading_rad[rows]
    forward = np.cos(heading) * along[:, 0] + np.sin(heading) * along[:, 1]
    length = crossings.length_m[crossing]
    direction = _direction(place, length, forward)
    kept = (
        (beside < crossings.width_m[crossing] / 2 + BESIDE_CROSSING_M)
        & (place > -BEFORE_KERB_M)
        & (place < length + BEFORE_KERB_M)
    )
    pace = walkers.speed_mps[rows] * forward * direction
    columns = (rows, crossing, place, direction, pace, beside)
    return OnFoot(*(column[kept] for column in columns))


def _direction(place: Floats, length: Floats, forward: Floats) -> Floats:
    on = (place >= 0) & (place <= length)
    towards = np.where(place < length / 2, 1.0, -1.0)  # before the kerb: onto the crossing
    return np.where(on, np.where(forward >= 0, 1.0, -1.0), towards)


def _near_samples(paths: PathSamples, vehicles: Tracks) -> tuple[Ints, Ints]:
    tree = paths.tree
    near = tree.query_ball_point(  # type: ignore[attr-defined]  # scipy is loaded lazily
        np.column_stack([vehicles.x_m, vehicles.y_m]), OFF_PATH_M
    )
    rows = np.repeat(np.arange(len(vehicles.x_m)), [len(each) for each in near])
    return rows, np.array([k for each in near for k in each], np.int64)


def _ahead(paths: PathSamples, samples: Ints, vehicles: Tracks, rows: Ints) -> Floats:
    """Metres that a vehicle's front is past a sample, along the path."""
    dx = vehicles.x_m[rows] - paths.x_m[samples]
    dy = vehicles.y_m[rows] - paths.y_m[samples]
    heading = paths.heading_rad[samples]
    return np.asarray(dx * np.cos(heading) + dy * np.sin(heading))


def _wrapped(angle: NDArray[np.float64]) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
