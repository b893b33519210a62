"""Plays a recording through the cautions as roadside detection would see it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from benchmarks.traffic.pedestrians.net import Street
from benchmarks.traffic.pedestrians.simulate import Recording
from benchmarks.traffic.pedestrians.truth import Rows
from dalgu.services.traffic.pedestrians.habits import (
    ARRIVED_M,
    ARRIVES_WITHIN_S,
    CROSSES_WITHIN_S,
    Counted,
    Habits,
    kerb_distance_m,
    learn_habits,
    vehicle_cells,
    walker_cells,
    walker_place,
)
from dalgu.services.traffic.pedestrians.matching import Tracks, match_vehicles, match_walkers
from dalgu.services.traffic.pedestrians.warning import Lights, Rule, cautions

LEARN_EVERY = 3  # steps
NEVER_S = 999.0


@dataclass(frozen=True)
class Noise:
    """What detection gets wrong, each time anew."""

    position_m: float = 0.0
    speed_mps: float = 0.0
    heading_rad: float = 0.0  # of vehicles; walkers five times that
    missed: float = 0.0


CLEAN = Noise()
ROADSIDE = Noise(position_m=0.3, speed_mps=0.3, heading_rad=np.deg2rad(3), missed=0.05)


@dataclass(frozen=True)
class Alarms:
    """Every moment at which a pair was cautioned, shape (n,) each."""

    at_s: np.ndarray
    vehicle: np.ndarray
    walker: np.ndarray
    crossing: np.ndarray
    post_encroachment_s: np.ndarray
    closest_in_s: np.ndarray
    likelihood: np.ndarray

    def by(self, rule: Rule) -> "Alarms":
        """What is left under a narrower rule."""
        kept = (
            (self.post_encroachment_s < rule.post_encroachment_s)
            & (self.closest_in_s < rule.ahead_s)
            & (self.likelihood > rule.likelihood)
        )
        return Alarms(*(getattr(self, one.name)[kept] for one in fields(self)))


def alarms(street: Street, habits: Habits, recording: Recording, rule: Rule, noise=CLEAN):
    rng = np.random.default_rng(1)
    signals = SignalTimes(street, recording)
    found = []
    for at_s, cars, people in _moments(recording, 1):
        seen = (
            _seen(recording.vehicles, cars, noise, 1.0, rng),
            _seen(recording.walkers, people, noise, 5.0, rng),
        )
        (cars, vehicles), (people, walkers) = seen
        given = cautions(street.layout, habits, (vehicles, walkers), signals.at(at_s), rule)
        if len(given.vehicle):
            found.append(
                np.column_stack(
                    [
                        np.full(len(given.vehicle), at_s),
                        recording.vehicles.who[cars[given.vehicle]],
                        recording.walkers.who[people[given.walker]],
                        given.crossing,
                        given.post_encroachment_s,
                        given.closest_in_s,
                        given.likelihood,
                    ]
                )
            )
    table = np.concatenate(found)
    whole = (table[:, k].astype(int) for k in (1, 2, 3))
    return Alarms(table[:, 0], *whole, *table[:, 4:].T)


def habits_of(street: Street, recording: Recording, noise=CLEAN) -> Habits:
    layout, cars, people = street.layout, [], []
    rng = np.random.default_rng(2)
    for at_s, car_rows, walker_rows in _moments(recording, LEARN_EVERY):
        car_rows, vehicles = _seen(recording.vehicles, car_rows, noise, 1.0, rng)
        walker_rows, walkers = _seen(recording.walkers, walker_rows, noise, 5.0, rng)
        a, w = match_vehicles(layout, vehicles), match_walkers(layout.crossings, walkers)
        who = recording.vehicles.who[car_rows[a.vehicle]]
        at = np.full(len(who), at_s)
        cells = vehicle_cells(layout, vehicles, a)
        cars.append(np.column_stack([at, who, a.zone, cells, a.to_go_m < ARRIVED_M]))
        who = recording.walkers.who[walker_rows[w.walker]]
        length = layout.crossings.length_m[w.crossing]
        half = (np.abs(w.along_m / length - 0.5) < 0.1) & (w.beside_m < 2.2)
        past = kerb_distance_m(layout, w) < -length / 2
        at = np.full(len(who), at_s)
        columns = [at, who, w.crossing, walker_cells(layout, walkers, w), half]
        people.append(np.column_stack([*columns, walker_place(w), past]))
    cars, people = np.concatenate(cars), np.concatenate(people)
    came = _comes(cars, ARRIVES_WITHIN_S)
    crossed = _comes(people, CROSSES_WITHIN_S)
    before = people[:, 6] == 0
    return learn_habits(
        layout,
        Counted(cars[:, 2].astype(int), cars[:, 3].astype(int), came),
        Counted(*(people[before, k].astype(int) for k in (5, 3)), crossed[before]),
    )


def _comes(rows, within_s):
    """Whether the same road user later reached the same place, in the order of the rows."""
    order = np.lexsort((rows[:, 0], rows[:, 2], rows[:, 1]))
    at, who, place, there = (rows[order, k] for k in (0, 1, 2, 4))
    arrivals = np.flatnonzero(there)
    following = np.searchsorted(arrivals, np.arange(len(at)))
    found = np.minimum(following, len(arrivals) - 1)
    later = arrivals[found]
    same = (who[later] == who) & (place[later] == place) & (following < len(arrivals))
    came = np.empty(len(at))
    came[order] = same & (at[later] - at <= within_s)
    return came


class SignalTimes:
    """Seconds until each link is green, from the switches of a fixed plan (as SPaT tells)."""

    def __init__(self, street: Street, recording: Recording) -> None:
        self._zones = [self._link(recording, link, "r") for link in street.zone_link]
        self._walks = [self._link(recording, link, "ry") for link in street.walk_link]
        self._signal = np.array([link is not None for link in street.walk_link])

    def at(self, at_s: float) -> Lights:
        return Lights(
            np.array([_wait(link, at_s) for link in self._zones]),
            np.array([_wait(link, at_s) for link in self._walks]),
            self._signal,
        )

    @staticmethod
    def _link(recording, link, stops):
        if link is None:
            return None
        times, states = recording.switches[link[0]]
        return times, np.array([state[link[1]] not in stops for state in states])


def _wait(link, at_s) -> float:
    if link is None:
        return 0.0
    times, may = link
    k = int(np.searchsorted(times, at_s + 0.05)) - 1
    if k < 0 or may[k]:
        return 0.0
    later = np.flatnonzero(may[k:])
    return float(times[k + later[0]] - at_s) if len(later) else NEVER_S


def _moments(recording: Recording, every: int) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    times = np.unique(recording.vehicles.at_s)[::every]
    cars, people = (_by_time(rows, times) for rows in (recording.vehicles, recording.walkers))
    for k, at_s in enumerate(times):
        if len(cars[k]) and len(people[k]):
            yield float(at_s), cars[k], people[k]


def _by_time(rows: Rows, times):
    low, high = (np.searchsorted(rows.at_s, times + d) for d in (-0.05, 0.05))
    return [np.arange(a, b) for a, b in zip(low, high, strict=True)]


def _seen(rows: Rows, chosen, noise: Noise, sway: float, rng):
    def off(sigma):
        return rng.normal(0.0, sigma, len(chosen)) if sigma else 0.0

    if noise.missed:
        chosen = chosen[rng.random(len(chosen)) >= noise.missed]
    return chosen, Tracks(
        rows.x_m[chosen] + off(noise.position_m),
        rows.y_m[chosen] + off(noise.position_m),
        np.maximum(rows.speed_mps[chosen] + off(noise.speed_mps), 0.0),
        rows.heading_rad[chosen] + off(noise.heading_rad * sway),
        rows.length_m[chosen],
    )
