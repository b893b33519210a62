"""Between controllers and SUMO: what detectors see there, and the stages set there.

The module that talks to SUMO (`libsumo`, or `traci` of any version) is handed in. It is read once
a decision, not once a second; vehicles' positions stand for what an area detector above the lanes
measures, and nothing of a vehicle but its place, its speed and how long it stands is asked.
"""

from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np

from dalgu.services.traffic.signals.layout import BIN_S, BINS, Bools, Floats, Ints, Layout, Seen
from dalgu.services.traffic.signals.saturation import learned_rates, nothing_yet, observe
from dalgu.services.traffic.signals.sums import sum_by
from dalgu.simulation.sumo.layout import VEHICLE_M, Street, yellow_state
from dalgu.simulation.sumo.turns import Turns

STANDING_MPS = 0.3  # below: part of the queue
ACCELERATION_MPS2 = 2.0
# of the TraCI protocol, "Vehicle Value Retrieval"
LANE_ID, LANE_POSITION, SPEED, WAITING_TIME = 0x51, 0x56, 0x40, 0x7A


@dataclass(frozen=True, slots=True)
class Vehicles:
    """All vehicles at one instant, V of them."""

    lane: Ints  # (V,) position among the street's known lanes, -1: elsewhere
    place_m: Floats  # (V,) from the lane's beginning
    speed_mps: Floats  # (V,)
    standing_s: Floats  # (V,)


@dataclass(slots=True)
class Lights:
    """What the signals show, as the bridge has set them."""

    stage: Ints  # (N,) shown or being changed to
    before: Ints  # (N,) shown until the change
    since_s: Floats  # (N,) the stage is fully green
    until_s: Floats  # (N,) the change ends; in the past when none runs
    green_end_s: Floats  # (G,) the group's last green ended; its red counts from here
    green: Bools = field(default_factory=lambda: np.zeros(0, bool))  # (G,)


class Bridge:
    """Reads `Seen` and sets stages in a running SUMO.

    Use: `bridge.seen()` → controller → `bridge.order(decision.stage)` → `bridge.run(seconds)`.
    The network must have been loaded with the file that `street` was read from.
    """

    def __init__(self, sumo: ModuleType, street: Street) -> None:
        self.sumo: Any = sumo
        self.street = street
        self.turns = Turns(street)
        self.layout = street.layout
        self._watched = {lane: w for w, lane in enumerate(self.turns.known)}
        self._subscribed: set[str] = set()
        self._lights = _first_lights(street, self.now_s)
        self._seen_lane: dict[str, int] = {}
        self._share = street.sight.share  # of vehicles seen upstream, by stop line
        self._discharged = nothing_yet(street.layout)
        self._last: Seen | None = None
        for signal in range(len(self.layout.signals)):
            self._show(signal, street.states[self._lights.stage[signal]])

    @property
    def now_s(self) -> float:
        """Return SUMO's time."""
        return float(self.sumo.simulation.getTime())

    def run(self, seconds: float) -> None:
        """Let SUMO go on; changes that end on the way become green in time."""
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-6:
            pending = self._lights.until_s[self._lights.until_s > self.now_s + 1e-6]
            self.sumo.simulationStep(float(min(end_s, *pending) if len(pending) else end_s))
            self._subscribe()
            self._finish_changes()

    def order(self, stage: Ints) -> None:
        """Begin the changes to the wanted stages, (N,); a signal that is changing goes on."""
        lights, now_s = self._lights, self.now_s
        begins = (stage != lights.stage) & (lights.until_s <= now_s + 1e-6)
        for n in np.flatnonzero(begins):
            before, after = self.street.states[lights.stage[n]], self.street.states[stage[n]]
            state = yellow_state(before, after)
            length_s = self.street.yellow_s if "y" in state else 0.0
            lights.before[n], lights.stage[n] = lights.stage[n], stage[n]
            lights.until_s[n] = lights.since_s[n] = now_s + length_s
            self._show(n, state if length_s else after)
        self._mark_greens(now_s)

    def _show(self, signal: Any, state: str) -> None:
        self.sumo.trafficlight.setRedYellowGreenState(self.layout.signals[signal], state)

    def _finish_changes(self) -> None:
        lights, now_s = self._lights, self.now_s
        over = (lights.before != lights.stage) & (lights.until_s <= now_s + 1e-6)
        for n in np.flatnonzero(over):
            self._show(n, self.street.states[lights.stage[n]])
            lights.before[n] = lights.stage[n]
        if over.any():
            self._mark_greens(now_s)

    def _mark_greens(self, now_s: float) -> None:
        lights = self._lights
        green = _greens(self.layout, lights.stage) & _greens(self.layout, lights.before)
        lights.green_end_s[lights.green & ~green] = now_s
        lights.green = green

    def _subscribe(self) -> None:
        """Ask for the places of vehicles that entered since."""
        wanted = (LANE_ID, LANE_POSITION, SPEED, WAITING_TIME)
        gone = set(self.sumo.simulation.getArrivedIDList())  # a short way ends within one run
        for vehicle in set(self.sumo.simulation.getDepartedIDList()) - gone:
            self.sumo.vehicle.subscribe(vehicle, wanted)

    def vehicles(self) -> Vehicles:
        """Return where vehicles are, as of the last step."""
        found = self.sumo.vehicle.getAllSubscriptionResults()
        watched, size = self._watched, len(found)
        rows = [
            (watched.get(v[LANE_ID], -1), v[LANE_POSITION], v[SPEED], v[WAITING_TIME])
            for v in found.values()
        ]
        table = np.array(rows, float).reshape(size, 4)
        lane = table[:, 0].astype(np.int64)
        self._count(found, lane)
        return Vehicles(lane, table[:, 1], table[:, 2], table[:, 3])

    def _count(self, found: dict[str, Any], lane: Ints) -> None:
        """Count who crossed a stop line and who came to an exit since the last look."""
        before = np.array([self._seen_lane.get(name, -1) for name in found], np.int64)
        self.turns.count(before, lane, self._lights.green)
        last = np.where(lane >= 0, lane, before)
        self._seen_lane = dict(zip(found, last.tolist(), strict=True))

    def learned_layout(self) -> Layout:
        """Return the layout as counts have taught it so far: shares of turns, and discharge."""
        self._share = self.turns.split(self.street.sight)
        shared = replace(self.layout, movement_share=self.turns.shares())
        rates = learned_rates(shared, self._discharged)
        return replace(shared, stage_rate_veh_s=rates)

    def seen(self) -> Seen:
        """Return what lane-level detection knows now."""
        passed = self.turns.passed_veh.copy()
        vehicles, lights, now_s = self.vehicles(), self._lights, self.now_s
        queue, arriving, waiting_s = detect(self.street, vehicles, self._share)
        left_s = np.maximum(lights.until_s - now_s, 0.0)
        lanes, groups = len(self.layout.lanes), len(self.layout.group_signal)
        seen = Seen(
            at_s=now_s,
            stage=lights.stage.copy(),
            stage_age_s=np.maximum(now_s - lights.since_s, 0.0),
            changing_s=left_s,
            queue_veh=queue,
            arriving_veh=arriving,
            waiting_s=waiting_s,
            exit_room_veh=exit_room(self.street, self.turns, vehicles),
            red_s=np.where(lights.green, 0.0, now_s - lights.green_end_s),
            called_s=np.zeros(groups),
            healthy=np.ones(lanes, bool),
            predicted_veh_h=np.full(lanes, np.nan),
        )
        passed = self.turns.passed_veh - passed
        if self._last is not None:
            sums = self._discharged
            self._discharged = observe(self.layout, sums, self._last, seen, passed)
        self._last = seen
        return seen


def _first_lights(street: Street, now_s: float) -> Lights:
    layout = street.layout
    stage = layout.plan_stage[layout.plan_first[:-1]].copy()
    size = len(stage)
    ends = np.full(len(layout.group_signal), now_s)
    green = _greens(layout, stage)
    since = np.full(size, now_s)
    return Lights(stage, stage.copy(), since, since.copy(), ends, green)


def _greens(layout: Layout, stage: Ints) -> Bools:
    """Return which groups are green in these stages, (G,)."""
    own = np.arange(len(layout.group_signal)) - layout.group_first[layout.group_signal]
    green: Bools = layout.stage_group[stage[layout.group_signal], own]
    return green


def detect(street: Street, vehicles: Vehicles, shares: Floats) -> tuple[Floats, Floats, Floats]:
    """Return queue (L,), arriving (L, BINS) and the first one's standing time (L,).

    Moving vehicles are sorted by the time in which they would reach the stop line if nothing
    stood before them, speeding up to what is allowed.
    """
    sight, lanes = street.sight, len(street.layout.lanes)
    watched = np.flatnonzero((vehicles.lane >= 0) & (vehicles.lane < len(sight.lanes)))
    lane = vehicles.lane[watched]
    counts = sight.first[lane + 1] - sight.first[lane]
    who = np.repeat(watched, counts)
    entry = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
    entry += np.repeat(sight.first[lane], counts)
    on = vehicles.lane[who]
    distance_m = sight.length_m[on] - vehicles.place_m[who] + sight.ahead_m[entry]
    inside = distance_m <= street.layout.lane_reach_m.max()
    who, entry, on, distance_m = who[inside], entry[inside], on[inside], distance_m[inside]
    stop, share = sight.stop[entry], shares[entry]
    stands = vehicles.speed_mps[who] < STANDING_MPS
    queue = sum_by(stop[stands], share[stands], lanes)
    eta_s = time_to(distance_m, vehicles.speed_mps[who], sight.speed_mps[on])
    cell = stop * BINS + np.minimum((eta_s / BIN_S).astype(np.int64), BINS - 1)
    arriving = sum_by(cell[~stands], share[~stands], lanes * BINS).reshape(lanes, BINS)
    first_s = _first_standing(stop[stands], distance_m[stands], vehicles.standing_s[who][stands])
    waiting_s = np.zeros(lanes)
    waiting_s[first_s[0]] = first_s[1]
    return queue, arriving, waiting_s


def _first_standing(stop: Ints, distance_m: Floats, standing_s: Floats) -> tuple[Ints, Floats]:
    """Return each stop line's nearest standing vehicle, and since when it stands."""
    order = np.lexsort((distance_m, stop))
    lanes, first = np.unique(stop[order], return_index=True)
    return lanes, standing_s[order][first]


def time_to(distance_m: Floats, speed_mps: Floats, allowed_mps: Floats) -> Floats:
    """Return the time for a way when speeding up evenly to the allowed speed, s."""
    speed = np.minimum(speed_mps, allowed_mps)
    ramp_s = (allowed_mps - speed) / ACCELERATION_MPS2
    ramp_m = (speed + allowed_mps) / 2.0 * ramp_s
    within = np.sqrt(speed**2 + 2.0 * ACCELERATION_MPS2 * np.maximum(distance_m, 0.0)) - speed
    beyond = ramp_s + (distance_m - ramp_m) / allowed_mps
    return np.where(distance_m <= ramp_m, within / ACCELERATION_MPS2, beyond)


def exit_room(street: Street, turns: Turns, vehicles: Vehicles) -> Floats:
    """Return how many vehicles still fit behind the crossing, for each detected lane, (L,).

    It is what the exit lanes store less what is on them, and no more than what fits between the
    crossing and the last standing vehicle; movements count by their share.
    """
    layout = street.layout
    known = vehicles.lane >= 0
    chain = np.full(len(vehicles.lane), -1)
    chain[known] = turns.exit_lane[vehicles.lane[known]]
    on = chain >= 0
    present = np.bincount(chain[on], minlength=len(street.exit_lanes))
    room = np.maximum(street.exit_storage_veh - present, 0.0)
    stands = on & (vehicles.speed_mps < STANDING_MPS)
    place_m = vehicles.place_m[stands] + turns.exit_offset_m[vehicles.lane[stands]]
    tail = np.maximum(place_m / VEHICLE_M - 1.0, 0.0)
    np.minimum.at(room, chain[stands], tail)
    movement, lane_of = street.exits[:, 0], layout.movement_lane
    best = np.zeros(len(lane_of))
    np.maximum.at(best, movement, room[street.exits[:, 1]])
    return sum_by(lane_of, best * layout.movement_share, len(layout.lanes))
