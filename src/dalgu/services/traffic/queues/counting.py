"""What the queue simulation counts: links over an interval, and trips since its start."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.queues.streets import Floats, Ints, Streets

VEHICLE_M = 5.0  # length of a car, for occupancy; SUMO's default


@dataclass(frozen=True, slots=True)
class LinkFlows:
    """What each link carried between two instants, arrays of shape (K,)."""

    since_s: float
    until_s: float
    vehicles: Ints  # that left it
    speed_mps: Floats  # of those, length by time; the free speed where there was none
    travel_s: Floats  # mean time of those; the free-flow time where there was none
    occupancy: Floats  # share of the lanes' length covered by vehicles, 0 to 1


@dataclass(frozen=True, slots=True)
class Trips:
    """How trips have fared since the simulation began, the unfinished included."""

    due: int  # that wanted to drive
    arrived: int
    inside: int
    outside: int  # still waiting to enter
    mean_delay_s: float  # over all due, waiting outside included; SUMO: timeLoss + departDelay
    mean_travel_s: float  # of those arrived, waiting outside included; NaN when none
    throughput_veh_h: float

    @property
    def unfinished_share(self) -> float:
        """Return the share of due trips that have not arrived; long after the last, gridlock."""
        return 1 - self.arrived / self.due if self.due else 0.0


class Counts:
    """Running sums of one simulation."""

    def __init__(self, links: int, detected: int, at_s: float) -> None:
        self.due = 0
        self._began_s = self._since_s = at_s
        self.arrived = 0
        self.arrived_delay_s = self._travel_s = 0.0
        self._passed: Floats = np.zeros(detected)
        self._vehicles: Ints = np.zeros(links, np.int64)
        self._ran_s: Floats = np.zeros(links)
        self._present_s: Floats = np.zeros(links)

    def passed(self, link: Ints, ran_s: Floats, detected: Ints) -> None:
        """Count vehicles that leave links, and lanes with a detector."""
        np.add.at(self._vehicles, link, 1)
        np.add.at(self._ran_s, link, ran_s)
        np.add.at(self._passed, detected, 1.0)

    def arrive(self, travel_s: Floats, free_s: Floats) -> None:
        """Count vehicles at the end of their trip."""
        self.arrived += len(travel_s)
        self._travel_s += float(travel_s.sum())
        self.arrived_delay_s += float((travel_s - free_s).sum())

    def occupy(self, count: Ints, lane_link: Ints) -> None:
        """Count who is on each link for one second."""
        inside = lane_link >= 0
        self._present_s += np.bincount(
            lane_link[inside], weights=count[inside], minlength=len(self._present_s)
        )

    def take_passed(self) -> Floats:
        """Return what passed each detected lane since the last call."""
        passed, self._passed = self._passed, np.zeros_like(self._passed)
        return passed

    def take_flows(self, at_s: float, streets: Streets, free_s: Floats) -> LinkFlows:
        """Return what links carried since the last call, and begin anew."""
        some = self._vehicles > 0
        travel = np.where(some, self._ran_s / np.maximum(self._vehicles, 1), free_s)
        lanes = np.bincount(streets.lane_link, minlength=len(some))
        span = max(at_s - self._since_s, 1.0)
        room = lanes * streets.link_length_m
        flows = LinkFlows(
            since_s=self._since_s,
            until_s=at_s,
            vehicles=self._vehicles,
            speed_mps=streets.link_length_m / travel,
            travel_s=travel,
            occupancy=np.minimum(self._present_s / span * VEHICLE_M / room, 1.0),
        )
        self._since_s = at_s
        self._vehicles = np.zeros_like(self._vehicles)
        self._ran_s, self._present_s = np.zeros_like(free_s), np.zeros_like(free_s)
        return flows

    def trips(self, at_s: float, delay_s: Floats, inside: np.ndarray) -> Trips:
        """Return the account of trips, given the delay so far of those under way."""
        total = self.arrived_delay_s + float(delay_s.sum())
        span = max(at_s - self._began_s, 1.0)
        return Trips(
            due=self.due,
            arrived=self.arrived,
            inside=int(inside.sum()),
            outside=int((~inside).sum()),
            mean_delay_s=total / self.due if self.due else 0.0,
            mean_travel_s=self._travel_s / self.arrived if self.arrived else np.nan,
            throughput_veh_h=self.arrived / span * 3600,
        )
