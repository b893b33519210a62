"""What road users usually do where they now are: learned from their own tracks, no labels.

A vehicle on a shared lane may turn or not; somebody near a kerb may cross or walk on. How often
those seen at the same place later did is counted per conflict zone and per crossing end, and
leans on the whole layout's count while a place has seen few.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.pedestrians.layout import CrossingLayout, Floats, Ints
from dalgu.services.traffic.pedestrians.matching import STANDING_MPS, Approaching, OnFoot, Tracks

DISTANCE_EDGES_M = np.array([-100.0, 2, 6, 10, 14, 18, 22, 28, 36, 46, 60])
KERB_EDGES_M = np.array([-2.0, -1.0, -0.3, 0.3, 1.0, 2.0, 3.0, 4.0, 6.0])
BESIDE_EDGES_M = np.array([0.6, 1.2, 1.8, 2.4])
TOO_FAST_TO_TURN = 1.2  # times the speed at which the curve is driven
CREEPING_MPS = 1.0
PRIOR_WEIGHT = 5.0  # observations that the whole layout's count is worth at one place

ARRIVED_M = 2.0
ARRIVES_WITHIN_S = 10.0
CROSSES_WITHIN_S = 60.0  # an intention, not a moment: people wait for gaps

_PACES, _KERBS, _BESIDES = 4, len(KERB_EDGES_M) + 1, len(BESIDE_EDGES_M) + 1
_WALKER_CELLS = _KERBS * _BESIDES * _PACES
_VEHICLE_CELLS = (len(DISTANCE_EDGES_M) + 1) * 4


@dataclass(frozen=True)
class Habits:
    """Shares from 0 to 1.

    `comes` shape (Z, cells): a vehicle goes on to its zone; `crosses` shape (C, 2, cells): a
    walker crosses from that end.
    """

    comes: Floats
    crosses: Floats

    def share_coming(
        self, layout: CrossingLayout, vehicles: Tracks, approaching: Approaching
    ) -> Floats:
        """Return shape (m,): how often such vehicles came to their zone."""
        return np.asarray(
            self.comes[approaching.zone, vehicle_cells(layout, vehicles, approaching)]
        )

    def share_crossing(self, layout: CrossingLayout, walkers: Tracks, on_foot: OnFoot) -> Floats:
        """Return shape (m,): how often such walkers crossed; 1 past the middle."""
        cells = walker_cells(layout, walkers, on_foot)
        share = self.crosses[on_foot.crossing, _end(on_foot), cells]
        half = layout.crossings.length_m[on_foot.crossing] / 2
        return np.where(kerb_distance_m(layout, on_foot) < -half, 1.0, share)


@dataclass(frozen=True)
class Counted:
    """Observations of one kind: which place and cell, and whether it came so, shape (n,) each."""

    place: Ints
    cell: Ints
    came: Floats


def kerb_distance_m(layout: CrossingLayout, on_foot: OnFoot) -> Floats:
    """Return shape (m,): metres to the kerb that the walker starts from; negative once over it."""
    length = layout.crossings.length_m[on_foot.crossing]
    return np.where(on_foot.direction > 0, -on_foot.along_m, on_foot.along_m - length)


def vehicle_cells(layout: CrossingLayout, vehicles: Tracks, approaching: Approaching) -> Ints:
    """Return shape (m,): the cell of each matched vehicle, by distance and speed."""
    speed = vehicles.speed_mps[approaching.vehicle]
    fast = speed > TOO_FAST_TO_TURN * layout.zones.turn_mps[approaching.zone]
    distance = np.digitize(approaching.to_go_m, DISTANCE_EDGES_M)
    return np.asarray(distance * 4 + 2 * fast + (speed < CREEPING_MPS), np.int64)


def walker_cells(layout: CrossingLayout, walkers: Tracks, on_foot: OnFoot) -> Ints:
    """Return shape (m,): the cell of each matched walker, by place at the kerb and motion."""
    speed = walkers.speed_mps[on_foot.walker]
    aim = np.divide(on_foot.pace_mps, speed, out=np.zeros(len(speed)), where=speed > 0)
    motion = np.select([speed < STANDING_MPS, aim > 0.7, aim > 0.2], [0, 1, 2], 3)
    kerb = np.digitize(kerb_distance_m(layout, on_foot), KERB_EDGES_M)
    beside = np.digitize(on_foot.beside_m, BESIDE_EDGES_M)
    return np.asarray((kerb * _BESIDES + beside) * _PACES + motion, np.int64)


def walker_place(on_foot: OnFoot) -> Ints:
    """Return shape (m,): crossing and end as one number."""
    return np.asarray(on_foot.crossing * 2 + _end(on_foot), np.int64)


def learn_habits(layout: CrossingLayout, vehicles: Counted, walkers: Counted) -> Habits:
    """Return the habits that observations show."""
    places = len(layout.zones.crossing)
    ends = 2 * len(layout.crossings.width_m)
    crosses = _shares(walkers, ends, _WALKER_CELLS)
    return Habits(_shares(vehicles, places, _VEHICLE_CELLS), crosses.reshape(-1, 2, _WALKER_CELLS))


def _shares(counted: Counted, places: int, cells: int) -> Floats:
    flat = counted.place * cells + counted.cell
    seen = np.bincount(flat, minlength=places * cells).reshape(places, cells)
    came = np.bincount(flat, counted.came, places * cells).reshape(places, cells)
    everywhere = (came.sum(axis=0) + 1) / (seen.sum(axis=0) + 2)
    return np.asarray((came + PRIOR_WEIGHT * everywhere) / (seen + PRIOR_WEIGHT))


def _end(on_foot: OnFoot) -> Ints:
    return np.asarray(on_foot.direction > 0, np.int64)
