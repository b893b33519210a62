"""What really happened on the simulated street: every encounter of a vehicle and a walker."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.pedestrians.conflicts import (
    Encounter,
    Occupancy,
    Trajectory,
    crossing_encounter,
)

WALKER_LENGTH_M = 0.215  # SUMO's default pedestrian
WALKER_WIDTH_M = 0.478
VEHICLE_WIDTH_M = 1.8
NEAR_M = 25.0
AROUND_S = 12.0


@dataclass(frozen=True)
class Rows:
    """Positions by moment: shape (n,) each; `who` numbers the road users, `place` the lanes."""

    at_s: np.ndarray
    who: np.ndarray
    x_m: np.ndarray
    y_m: np.ndarray
    speed_mps: np.ndarray
    heading_rad: np.ndarray
    place: np.ndarray
    length_m: np.ndarray


@dataclass(frozen=True)
class Met:
    """A vehicle and a walker met at a crossing."""

    vehicle: int
    walker: int
    crossing: int
    post_encroachment_s: float
    walker_first: bool
    begins_s: float  # the earlier one enters the conflict area
    closest_at_s: float  # the later one enters it
    speed_mps: float  # of the vehicle there


def encounters(vehicles: Rows, walkers: Rows, crossings: dict[int, int]) -> list[Met]:
    """All pairs whose paths cross on a crossing within `AROUND_S`.

    `crossings` maps the place numbers of crossing edges to crossing numbers.
    """
    by_time = _Lookup(vehicles)
    tracks = _tracks(vehicles)
    found = []
    for walker, track in _tracks(walkers).items():
        for on, crossing in _passages(walkers, track, crossings):
            path = _walk(walkers, track, on)
            stepped_s = walkers.at_s[track[on[0]]]
            for vehicle in by_time.near(path):
                met = _met(vehicles, tracks[vehicle], path, stepped_s)
                if met is not None:
                    found.append(_record(vehicle, walker, crossing, met))
    return found


def _record(vehicle, walker, crossing, met: Encounter) -> Met:
    return Met(
        vehicle,
        walker,
        crossing,
        met.post_encroachment_s,
        met.first.enter_s <= met.second.enter_s,
        min(met.first.enter_s, met.second.enter_s),
        met.closest_at_s,
        met.speed_mps[1],
    )


def _met(vehicles, track, path: Trajectory, stepped_s) -> Encounter | None:
    at = vehicles.at_s[track]
    kept = track[(at > path.at_s[0] - AROUND_S) & (at < path.at_s[-1] + AROUND_S)]
    if len(kept) < 2:
        return None
    drive = Trajectory(
        vehicles.at_s[kept],
        vehicles.x_m[kept],
        vehicles.y_m[kept],
        float(vehicles.length_m[kept[0]]),
        VEHICLE_WIDTH_M,
    )
    met = crossing_encounter(path, drive)
    if met is None:
        return None
    # Who waits on the kerb is not in the road yet, even where SUMO's waiting area overlaps it.
    stepped = Occupancy(max(met.first.enter_s, stepped_s), max(met.first.leave_s, stepped_s))
    return Encounter(stepped, met.second, met.x_m, met.y_m, met.angle_rad, met.speed_mps)


def _tracks(rows: Rows) -> dict[int, np.ndarray]:
    order = np.lexsort((rows.at_s, rows.who))
    who = rows.who[order]
    starts = np.flatnonzero(np.diff(who)) + 1
    return {int(who[k[0]]): order[k] for k in np.split(np.arange(len(order)), starts) if len(k)}


def _passages(walkers, track, crossings):
    """Runs of a walker's rows on one crossing, as indices into the track."""
    place = walkers.place[track]
    on = np.array([crossings.get(int(p), -1) for p in place])
    gap = np.diff(walkers.at_s[track]) > 0.5
    change = np.flatnonzero((np.diff(on) != 0) | gap) + 1
    for run in np.split(np.arange(len(track)), change):
        if len(run) > 1 and on[run[0]] >= 0:
            yield run, int(on[run[0]])


def _walk(walkers, track, on) -> Trajectory:
    """The walk over the crossing; beyond it only as far as the body still reaches over it."""
    first, last = max(on[0] - 1, 0), min(on[-1] + 10, len(track) - 1)
    part = track[first : last + 1]
    return Trajectory(
        walkers.at_s[part],
        walkers.x_m[part],
        walkers.y_m[part],
        WALKER_LENGTH_M,
        WALKER_WIDTH_M,
    )


class _Lookup:
    """Which vehicles were near a walk while it lasted."""

    def __init__(self, rows: Rows) -> None:
        self._order = np.argsort(rows.at_s, kind="stable")
        self._at = rows.at_s[self._order]
        self._rows = rows

    def near(self, path: Trajectory) -> list[int]:
        x, y = path.x_m.mean(), path.y_m.mean()
        found: set[int] = set()
        for at in np.arange(path.at_s[0] - AROUND_S, path.at_s[-1] + AROUND_S, 1.0):
            low, high = np.searchsorted(self._at, (at - 0.05, at + 0.15))
            rows = self._order[low:high]
            close = np.hypot(self._rows.x_m[rows] - x, self._rows.y_m[rows] - y) < NEAR_M
            found.update(self._rows.who[rows[close]].tolist())
        return sorted(int(who) for who in found)
