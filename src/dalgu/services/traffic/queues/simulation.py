"""The queue simulation of the default install: a district of traffic, one second a step.

Every vehicle is followed, none is drawn. It runs a link at free speed, joins the queue of its
lane, and leaves at the saturation headway when its movement is open and there is room behind the
crossing (Newell's simplified kinematic waves with spill-back, Transp. Res. B 27, 1993; Yperman's
link transmission model, KU Leuven 2007). Times within a step are exact: the steps only bound when
lights are looked at. What it does not know: changing lanes within a link, speeds other than free
and queued, and a full turn bay that blocks the lane beside it.
"""

import numpy as np

from dalgu.devices.signals.lanes import Reading
from dalgu.devices.signals.report import Light
from dalgu.services.traffic.queues.counting import Counts, LinkFlows, Trips
from dalgu.services.traffic.queues.fleet import NOBODY, Fleet
from dalgu.services.traffic.queues.sight import Sight
from dalgu.services.traffic.queues.streets import Bools, Floats, Ints, Streets
from dalgu.services.traffic.queues.ways import demand_veh_s, ways
from dalgu.services.traffic.signals.layout import Layout

STEP_S = 1.0
START_LOST_S = 2.0  # HCM 7th ed., exhibit 19-11: start-up lost time
AMBER_USED_S = 2.0  # the same: extension of effective green
GAP_S = 4.5  # the same, ch. 19: critical headway of permitted left turns
DARK_SHARE = 0.25  # of saturation where the heads are dark: an all-way stop of four approaches
NEVER = np.inf


class Queues:
    """A district in motion. `at_s` is the local second of the day, for the demand's hour."""

    def __init__(
        self, streets: Streets, layout: Layout, rng: np.random.Generator, *, at_s: float = 0.0
    ) -> None:
        self.streets, self.layout, self.rng = streets, layout, rng
        self.ways = ways(streets)
        self.at_s = at_s
        self.demand = 1.0  # share of the streets' demand that drives
        self.fleet = Fleet(len(self.ways.lane_link))
        self.called_s: Floats = np.zeros(len(layout.group_signal))
        self.counts = Counts(len(streets.links), len(streets.detected), at_s)
        self._shares: Floats = self.ways.turns.share.copy()
        self._capacity: Floats = np.ones(len(streets.links))
        self._credit: Floats = np.zeros(len(streets.links))
        self._light: Ints = np.full(len(layout.group_signal), int(Light.RED))
        self._amber_s: Floats = np.full(len(layout.group_signal), -NEVER)
        lanes = len(self.ways.lane_link)
        self.next_free_s: Floats = np.full(lanes, -NEVER)
        self.flowing_s: Floats = np.full(lanes, NEVER)  # since when its queue discharges
        self.yielding: Bools = np.zeros(lanes, np.bool_)  # its first waits for a gap
        self.left_at_flow: Ints = np.zeros(lanes, np.int64)
        self._steps = 0
        self._history: Ints = np.zeros((int(self.ways.lane_wave_steps.max()) + 1, lanes), np.int64)
        self._detected_of: Ints = np.full(lanes, -1)
        self._detected_of[streets.detected] = np.arange(len(streets.detected))
        self._inflow_veh_s = np.bincount(
            streets.lane_link, weights=streets.lane_saturation_veh_s, minlength=len(streets.links)
        )
        self._sight = Sight(streets, layout, self.ways)
        self._draw_shares()

    # What may be changed while it runs

    def close(self, link: int, capacity_share: float = 0.0) -> None:
        """Leave only a share of a link's capacity at its entry; 0 closes it, 1 opens it again.

        Drivers who meant to enter a closed link take another way from the lane they stand in, or,
        where their lane has none, from the lanes beside it.
        """
        self._capacity[link] = capacity_share
        self._draw_shares()
        self._avoid_closed()

    def steer(self, turn_share: Floats) -> None:
        """Set the share of each turn of its link, (T,) in the order of `ways.turns`."""
        self._shares = np.asarray(turn_share, np.float64).copy()
        self._draw_shares()

    # Stepping

    def step(self, light: Ints) -> None:
        """Let one second pass while the groups show `light`, (G,) of `Light`."""
        self._arrive()
        self._press(light)
        turned_amber = (light == Light.AMBER) & (self._light != Light.AMBER)
        self._amber_s[turned_amber] = self.at_s
        self._light = light
        self._discharge()
        self.at_s += STEP_S
        self._steps += 1
        self._history[self._steps % len(self._history)] = self.fleet.left
        self.counts.occupy(self.fleet.count, self.ways.lane_link)

    def spawn(self, sources: Ints) -> None:
        """Let one vehicle for each named source want to enter now."""
        vehicles = self.fleet.born(len(sources), np.full(len(sources), self.at_s))
        lanes = self.ways.source_lane[sources]
        self.fleet.movement[vehicles] = (
            len(self.ways.movement_lane) - len(self.ways.source_lane) + sources
        )
        self.fleet.entry_s[vehicles] = self.fleet.arrival_s[vehicles] = self.at_s
        self.fleet.turn[vehicles] = self._draw(self.streets.source_link[sources])
        self.fleet.append(vehicles, lanes)
        self.counts.due += len(sources)

    def _arrive(self) -> None:
        """Spawn the vehicles of this second: Poisson, by source."""
        mean = demand_veh_s(self.streets, self.at_s) * self.demand
        self.spawn(np.repeat(np.arange(len(mean)), self.rng.poisson(mean)))

    def _press(self, light: Ints) -> None:
        """Let pedestrians press, and those who have green walk."""
        waiting = self.called_s > 0
        new = self.rng.random(len(waiting)) < self.streets.call_h / 3600
        self.called_s = np.where(waiting, self.called_s + STEP_S, new * STEP_S)
        self.called_s[light == Light.GREEN] = 0.0

    def _open(self) -> tuple[Bools, Bools]:
        """Return which movements are open, and which of them need no gap: they clear in amber."""
        group = self.ways.movement_group
        light = self._light[group]
        clearing = (light == Light.AMBER) & (self.at_s - self._amber_s[group] < AMBER_USED_S)
        free = group < 0
        is_open = free | (light == Light.GREEN) | (light == Light.DARK) | clearing
        return np.asarray(is_open), clearing & ~free

    def _discharge(self) -> None:
        """Move the first vehicle of each lane over its stop line, where it can."""
        fleet = self.fleet
        lanes = np.flatnonzero(fleet.head != NOBODY)
        first = fleet.head[lanes]
        movement = fleet.movement[first]
        is_open, clearing = self._open()
        can = is_open[movement]
        # who clears in amber was already moving
        can &= ~clearing[movement] | (self.flowing_s[lanes] < NEVER)
        self._start(lanes, can)
        near = fleet.arrival_s[first] <= self.at_s + GAP_S
        gap = self._gap(movement, can & near) | clearing[movement]
        self.yielding[:] = False
        self.yielding[lanes[can & ~gap]] = True  # they wait in the crossing, and clear it in amber
        can &= gap
        ready = np.maximum(fleet.arrival_s[first], self.next_free_s[lanes])
        due = np.flatnonzero(can & (ready < self.at_s + STEP_S))
        target = self._target(first[due], movement[due])
        fits = self._room(target, self.ways.movement_exit[movement[due]])
        self.flowing_s[lanes[due[~fits]]] = NEVER
        go = due[fits]
        self._move(lanes[go], first[go], np.maximum(ready[go], self.at_s), target[fits])

    def _gap(self, movement: Ints, coming: Bools) -> Bools:
        """Return who need not wait for a vehicle that has priority."""
        busy = np.zeros(len(self.ways.movement_lane) + 1, np.bool_)
        busy[movement[coming]] = True
        busy[-1] = False  # where -1 of the yields points to
        return np.asarray(~busy[self.ways.movement_yields[movement]].any(axis=1))

    def _start(self, lanes: Ints, can: Bools) -> None:
        """Note which lanes begin to discharge, with the start-up lost time of a standing queue."""
        self.flowing_s[lanes[~can]] = NEVER
        begins = lanes[can & (self.flowing_s[lanes] == NEVER)]
        stands = self.fleet.arrival_s[self.fleet.head[begins]] <= self.at_s
        stands &= begins < len(self.streets.lanes)  # nobody starts up in a made-up lane
        self.flowing_s[begins] = self.at_s
        self.left_at_flow[begins] = self.fleet.left[begins]
        slow = begins[stands]
        self.next_free_s[slow] = np.maximum(self.next_free_s[slow], self.at_s + START_LOST_S)

    def _target(self, first: Ints, movement: Ints) -> Ints:
        """Return the least filled lane behind the crossing that serves the next turn, or -1."""
        target = np.full(len(first), -1)
        stays = np.flatnonzero(self.ways.movement_exit[movement] >= 0)
        turn = self.fleet.turn[first[stays]]
        choice = self.ways.turns.lanes[turn]
        filled = self.fleet.count[choice] / self.ways.lane_storage_veh[choice]
        best = np.where(choice < 0, NEVER, filled).argmin(axis=1)
        target[stays] = choice[np.arange(len(stays)), best]
        return target

    def _room(self, target: Ints, exits: Ints) -> Bools:
        """Return who finds room: a gap at the stop line reaches the entry at wave speed."""
        lag = self.ways.lane_wave_steps[target]
        left = self._history[(self._steps - lag) % len(self._history), target]
        left = np.where(lag > self._steps, 0, left)
        room = np.floor(self.ways.lane_storage_veh[target]) - (self.fleet.entered[target] - left)
        fits = (target < 0) | (self._rank(target) < room)
        if (self._capacity < 1).any():
            fits &= self._admitted(exits, fits)
        return np.asarray(fits)

    def _rank(self, key: Ints) -> Ints:
        """Return the place of each among those with the same key."""
        turns = slice(None, None, -1) if self._steps % 2 else slice(None)
        order = np.arange(len(key))[turns]
        order = order[np.argsort(key[order], kind="stable")]
        grouped = key[order]
        rank = np.empty(len(key), np.int64)
        rank[order] = np.arange(len(key)) - np.searchsorted(grouped, grouped)
        return rank

    def _admitted(self, exits: Ints, fits: Bools) -> Bools:
        """Return who may pass the bottleneck at the entry of a link of reduced capacity."""
        reduced = self._capacity < 1
        self._credit = np.where(
            reduced,
            np.minimum(self._credit + self._capacity * self._inflow_veh_s * STEP_S, 2.0),
            0.0,
        )
        key = np.where(fits & (exits >= 0), exits, -1)
        narrow = (key >= 0) & reduced[key]
        admitted = ~narrow | (self._rank(key) < np.floor(self._credit[key]))
        np.subtract.at(self._credit, key[narrow & admitted], 1.0)
        return admitted

    def _move(self, lanes: Ints, who: Ints, when: Floats, target: Ints) -> None:
        """Take vehicles over the stop line, into their next lane or out of the network."""
        fleet, link = self.fleet, self.ways.lane_link[lanes]
        headway = self.ways.lane_headway_s[lanes]
        group = self.ways.movement_group[fleet.movement[who]]
        dark = (group >= 0) & (self._light[group] == Light.DARK)
        self.next_free_s[lanes] = when + headway / np.where(dark, DARK_SHARE, 1.0)
        inside = link >= 0
        ran_s = when - fleet.entry_s[who]
        fleet.free_s[who[inside]] += self.ways.free_s[link[inside]]
        fleet.pop(lanes)
        seen = self._detected_of[lanes]
        self.counts.passed(link[inside], ran_s[inside], seen[seen >= 0])
        out = target < 0
        self.counts.arrive(when[out] - fleet.born_s[who[out]], fleet.free_s[who[out]])
        self._enter(who[~out], when[~out], target[~out])

    def _enter(self, who: Ints, when: Floats, target: Ints) -> None:
        """Put vehicles into their lanes and draw what they do after it."""
        fleet = self.fleet
        turn = fleet.turn[who]
        at = (self.ways.turns.lanes[turn] == target[:, None]).argmax(axis=1)
        fleet.movement[who] = self.ways.turns.movement[turn, at]
        fleet.entry_s[who] = when
        link = self.ways.turns.link[turn]
        fleet.arrival_s[who] = when + self.ways.free_s[link]
        exits = self.ways.turns.exit[turn]
        on = exits >= 0
        fleet.turn[who[on]] = self._draw(exits[on])
        fleet.append(who, target)

    # Turns

    def _draw(self, link: Ints) -> Ints:
        """Return a turn for each vehicle about to enter a link."""
        at = np.searchsorted(self._ladder, link + self.rng.random(len(link)), side="right")
        return np.minimum(at, self._last[link])

    def _draw_shares(self) -> None:
        """Lay the turn shares on a ladder: link + cumulative share, without closed exits."""
        turn_link, exits = self.ways.turns.link, self.ways.turns.exit
        share = self._shares * np.where(exits >= 0, self._capacity[exits] > 0, True)
        links = len(self.streets.links)
        total = np.bincount(turn_link, weights=share, minlength=links)
        stuck = total[turn_link] <= 0  # every way is closed: they wait
        share = np.where(stuck, self._shares, share)
        total = np.bincount(turn_link, weights=share, minlength=links)
        cumulative = np.cumsum(share / total[turn_link])
        first = np.searchsorted(turn_link, np.arange(links))
        before = np.r_[0.0, cumulative][first]
        self._ladder = turn_link + np.minimum(cumulative - before[turn_link], 1.0)
        self._last = np.searchsorted(turn_link, np.arange(links), side="right") - 1

    def _avoid_closed(self) -> None:
        """Give those who meant to enter a closed link another way."""
        fleet, paths = self.fleet, self.ways
        on = np.flatnonzero(fleet.lane != NOBODY)
        ahead = fleet.turn[on]
        lost = on[
            self._is_closed(paths.turns.exit[ahead])
            & (paths.movement_exit[fleet.movement[on]] >= 0)
        ]
        fleet.turn[lost] = self._draw(paths.turns.link[fleet.turn[lost]])
        stopped = on[self._is_closed(paths.movement_exit[fleet.movement[on]])]
        stopped = stopped[paths.lane_link[fleet.lane[stopped]] >= 0]
        for vehicle in stopped:
            self._turn_away(vehicle)

    def _turn_away(self, vehicle: int) -> None:
        """Give one vehicle an open movement of its lane, or else of its link."""
        fleet, paths = self.fleet, self.ways
        lane = fleet.lane[vehicle]
        is_open = ~self._is_closed(paths.movement_exit)
        own = np.flatnonzero(is_open & (paths.movement_lane == lane))
        link = paths.lane_link[lane]
        beside = np.flatnonzero(is_open & (paths.lane_link[paths.movement_lane] == link))
        beside = beside[paths.movement_lane[beside] < len(self.streets.lanes)]
        choice = own if len(own) else beside
        if not len(choice):
            return
        fleet.movement[vehicle] = movement = int(choice[0])
        exit_link = paths.movement_exit[movement]
        if exit_link >= 0:
            fleet.turn[vehicle] = self._draw(np.array([exit_link]))[0]

    def _is_closed(self, exits: Ints) -> Bools:
        """Return which exits cannot be entered."""
        return (exits >= 0) & (self._capacity[exits] <= 0)

    # What is seen

    def lanes(self) -> Reading:
        """Return what the detectors see now, with what passed since the last call."""
        flowing_s = np.where(self.yielding, NEVER, self.flowing_s)
        watched = self._sight.watch(self.fleet, flowing_s, self.left_at_flow, self.at_s)
        passed = self.counts.take_passed()
        return self._sight.lanes(watched, self.fleet, passed, self.called_s)

    def flows(self) -> LinkFlows:
        """Return what each link carried since the last call."""
        return self.counts.take_flows(self.at_s, self.streets, self.ways.free_s)

    def trips(self) -> Trips:
        """Return how all trips since the start have fared, those unfinished included."""
        on = np.flatnonzero(self.fleet.lane != NOBODY)
        link = self.ways.lane_link[self.fleet.lane[on]]
        inside = link >= 0
        age = self.at_s - self.fleet.born_s[on]
        ran = np.minimum(self.at_s - self.fleet.entry_s[on], self.ways.free_s[link])
        free = self.fleet.free_s[on] + np.where(inside, ran, 0.0)
        return self.counts.trips(self.at_s, age - free, inside)
