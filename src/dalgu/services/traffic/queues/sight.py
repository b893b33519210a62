"""What the detectors of a district see of a queue simulation: the lane arrays of a `Report`."""

from dataclasses import dataclass

import numpy as np

from dalgu.devices.signals.lanes import Reading
from dalgu.devices.signals.report import BIN_S, BINS
from dalgu.services.traffic.queues.fleet import NOBODY, Fleet
from dalgu.services.traffic.queues.streets import JAM_SPACING_M, Bools, Floats, Ints, Streets
from dalgu.services.traffic.queues.ways import Ways
from dalgu.services.traffic.signals.layout import Layout

REACTION_S = 1.0  # from green to the first vehicle's start
ROOM_BEYOND_VEH = 1_000.0  # of an exit that leaves the network


@dataclass(frozen=True, slots=True)
class Watched:
    """Vehicles on detected lanes: lane of the Layout, metres and seconds to the stop line."""

    lane: Ints
    away_m: Floats
    away_s: Floats
    speed_mps: Floats
    stands: Bools
    since_s: Floats  # since when it would have passed, had nobody been ahead


class Sight:
    """Looks at the queues of one layout."""

    def __init__(self, streets: Streets, layout: Layout, paths: Ways) -> None:
        self.streets, self.layout, self.paths = streets, layout, paths
        self._lane: Ints = np.full(len(paths.lane_link), -1)
        self._lane[streets.detected] = np.arange(len(streets.detected))
        links = len(streets.links)
        self._link_storage = np.bincount(
            streets.lane_link, weights=streets.lane_storage_veh, minlength=links
        )
        lane = self._lane[paths.movement_lane]
        self._exiting = np.flatnonzero((lane >= 0) & (paths.movement_exit >= 0))
        self._exit_lane = lane[self._exiting]

    def watch(self, fleet: Fleet, flowing_s: Floats, left_at_flow: Ints, at_s: float) -> Watched:
        """Return every vehicle on a detected lane."""
        who = np.flatnonzero(fleet.lane != NOBODY)
        who = who[self._lane[fleet.lane[who]] >= 0]
        lane = fleet.lane[who]
        speed = self.streets.link_free_mps[self.paths.lane_link[lane]]
        rank = fleet.number[who] - fleet.left[lane]
        free_s = fleet.arrival_s[who] - at_s
        queue_m = rank * JAM_SPACING_M
        reached = free_s * speed <= queue_m  # the place where it would stand
        place = fleet.number[who] - left_at_flow[lane]
        wave_s = (
            flowing_s[lane] + REACTION_S + place * JAM_SPACING_M / self.paths.lane_wave_mps[lane]
        )
        stands = reached & (at_s < wave_s) & (free_s <= queue_m / speed)
        away_m = np.where(reached, queue_m, free_s * speed)
        away_s = np.maximum(np.where(reached, rank * self.paths.lane_headway_s[lane], free_s), 0.0)
        rolling = np.where(reached, np.minimum(away_m / np.maximum(away_s, 1e-3), speed), speed)
        rolling = np.where(reached & (rank == 0), speed / 2, rolling)
        return Watched(
            lane=self._lane[lane],
            away_m=away_m,
            away_s=away_s,
            speed_mps=np.where(stands, 0.0, rolling),
            stands=stands,
            since_s=np.maximum(-free_s, 0.0),
        )

    def lanes(self, watched: Watched, fleet: Fleet, passed: Floats, called_s: Floats) -> Reading:
        """Return the lane arrays of what is in the detectors' reach."""
        count = len(self.streets.detected)
        near = watched.away_m <= self.layout.lane_reach_m[watched.lane]
        lane, stands = watched.lane[near], watched.stands[near]
        moving = lane[~stands]
        place = np.minimum(watched.away_s[near][~stands] // BIN_S, BINS - 1).astype(np.int64)
        in_time = watched.away_s[near][~stands] < BIN_S * BINS
        arriving = np.bincount((moving * BINS + place)[in_time], minlength=count * BINS).reshape(
            count, BINS
        )
        waiting = np.zeros(count)
        np.maximum.at(waiting, lane[stands], watched.since_s[near][stands])
        total = np.bincount(lane, minlength=count)
        speed = np.bincount(lane, weights=watched.speed_mps[near], minlength=count)
        return Reading(
            queue_veh=np.bincount(lane[stands], minlength=count).astype(np.float64),
            arriving_veh=arriving.astype(np.float64),
            waiting_s=waiting,
            passed_veh=passed,
            speed_mps=np.where(total > 0, speed / np.maximum(total, 1), np.nan),
            exit_room_veh=self._exit_room(fleet.count),
            called_s=called_s.copy(),
        )

    def _exit_room(self, present: Ints) -> Floats:
        """Return how many still fit behind each lane's crossing: its fullest exit counts."""
        inside = slice(0, len(self.streets.lanes))
        filled = np.bincount(
            self.streets.lane_link, weights=present[inside], minlength=len(self.streets.links)
        )
        room = np.maximum(self._link_storage - filled, 0.0)
        least = np.full(len(self.streets.detected), ROOM_BEYOND_VEH)
        exits = self.paths.movement_exit[self._exiting]
        np.minimum.at(least, self._exit_lane, room[exits])
        return least
