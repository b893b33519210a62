"""Conflicts before and after: the same street with cautions that some drivers heed, and with
walk lights that last for who is still crossing.

    python -m benchmarks.traffic.pedestrians.effect FOLDER [--seconds N] [--seed N] [--heed 0.7]

An assumption, not a finding: a driver who heeds slows to 15 km/h at no more than 3 m/s2 while
cautioned. `--heed` is the share of drivers who do. Needs what `bologna` needs.
"""

import argparse
import pickle
from pathlib import Path

import numpy as np

from benchmarks.traffic.pedestrians.net import Street, read_street
from benchmarks.traffic.pedestrians.replay import habits_of
from benchmarks.traffic.pedestrians.simulate import STEP_S, simulate
from benchmarks.traffic.pedestrians.truth import encounters
from dalgu.services.traffic.pedestrians.crossing import ExtensionBounds
from dalgu.services.traffic.pedestrians.matching import Tracks
from dalgu.services.traffic.pedestrians.warning import Lights, Rule, cautions

WARM_UP_S = 70.0
LEARNING_SEED, LEARNING_S = 12, 900.0
HEEDED_MPS = 15 / 3.6
SLOWING_S = 2.0
RULE = Rule(post_encroachment_s=2.0, ahead_s=4.0, likelihood=0.5)


class Streetside:
    """What acts on the simulated street each step."""

    def __init__(self, street: Street, habits, heed: float) -> None:
        self.street, self.habits, self.heed = street, habits, heed
        self.cautioned: set[str] = set()
        self.given_s: dict[str, float] = {}
        self.extended_s = 0.0
        count = len(street.layout.zones.crossing)
        self.lights = Lights(np.zeros(count), np.zeros(len(street.crossings)), self._signalled())

    def _signalled(self):
        return np.array([link is not None for link in self.street.walk_link])

    def __call__(self, sumo, at_s: float) -> None:
        if round(at_s / STEP_S) % 2 == 0:
            self._caution(sumo)
        if abs(at_s - round(at_s)) < STEP_S / 4:
            self._extend(sumo)

    def _caution(self, sumo) -> None:
        cars = list(sumo.vehicle.getIDList())
        people = [
            name
            for edge in (*self.street.crossings, *self.street.walking_areas)
            for name in sumo.edge.getLastStepPersonIDs(edge)
        ]
        if not cars or not people:
            return
        self._see_lights(sumo)
        seen = _tracks(sumo.vehicle, cars), _tracks(sumo.person, people)
        given = cautions(self.street.layout, self.habits, seen, self.lights, RULE)
        for row in set(given.vehicle.tolist()):
            name = cars[row]
            if hash_share(name) < self.heed and sumo.vehicle.getSpeed(name) > HEEDED_MPS:
                sumo.vehicle.slowDown(name, HEEDED_MPS, SLOWING_S)
            self.cautioned.add(name)

    def _see_lights(self, sumo) -> None:
        states = {n: sumo.trafficlight.getRedYellowGreenState(n) for n in _names(self.street)}
        for links, waits, stops in (
            (self.street.zone_link, self.lights.go_in_s, "r"),
            (self.street.walk_link, self.lights.walk_in_s, "ry"),
        ):
            for k, link in enumerate(links):
                waits[k] = 30.0 if link is not None and states[link[0]][link[1]] in stops else 0.0

    def _extend(self, sumo) -> None:
        """Hold the phase that clears walkers while one is still on a crossing it clears."""
        most = ExtensionBounds().cycle_max_s
        for name in _names(self.street):
            phase = sumo.trafficlight.getPhase(name)
            left = sumo.trafficlight.getNextSwitch(name) - sumo.simulation.getTime()
            clearing = self._clearing(sumo, name, phase)
            if not clearing:
                self.given_s.pop(name, None)
            elif left < 1.2 and self.given_s.get(name, 0.0) < most:
                sumo.trafficlight.setPhaseDuration(name, left + 1.0)
                self.given_s[name] = self.given_s.get(name, 0.0) + 1.0
                self.extended_s += 1.0

    def _clearing(self, sumo, name, phase) -> bool:
        logic = next(
            one
            for one in sumo.trafficlight.getAllProgramLogics(name)
            if one.programID == sumo.trafficlight.getProgram(name)
        )
        before, now = logic.phases[phase - 1].state, logic.phases[phase].state
        return any(
            before[link[1]] == "G"
            and now[link[1]] == "r"
            and sumo.edge.getLastStepPersonIDs(self.street.crossings[k])
            for k, link in enumerate(self.street.walk_link)
            if link is not None and link[0] == name
        )


def _names(street: Street) -> set[str]:
    return {link[0] for link in (*street.zone_link, *street.walk_link) if link is not None}


def hash_share(name: str) -> float:
    """A driver's fixed place between 0 and 1."""
    return sum(ord(sign) * 31**k for k, sign in enumerate(name)) % 1000 / 1000


def _tracks(get, names) -> Tracks:
    places = np.array([get.getPosition(name) for name in names])
    heading = np.pi / 2 - np.deg2rad([get.getAngle(name) for name in names])
    speed = np.array([get.getSpeed(name) for name in names])
    length = np.array([get.getLength(name) for name in names])
    return Tracks(places[:, 0], places[:, 1], speed, heading, length)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--heed", type=float, default=0.7)
    parser.add_argument("--habits", type=Path, help="a pickle of habits learned before")
    told = parser.parse_args()
    street = read_street(told.folder / "acosta_peds.net.xml")
    config = told.folder / "run.sumocfg"
    if told.habits is not None and told.habits.exists():
        habits = pickle.loads(told.habits.read_bytes())
    else:
        habits = habits_of(street, simulate(config, street, LEARNING_SEED, LEARNING_S))
    signalled = {k for k, link in enumerate(street.walk_link) if link is not None}
    acting = Streetside(street, habits, told.heed)
    for name, hook in (("before", None), ("after", acting)):
        run = simulate(config, street, told.seed, told.seconds, hook)
        met = encounters(run.vehicles, run.walkers, run.on_crossing)
        _show(name, [one for one in met if one.closest_at_s > WARM_UP_S], signalled)
    print(f"{len(acting.cautioned)} drivers cautioned, {acting.extended_s:.0f} s of walk added")


def _show(name, met, signalled) -> None:
    for group, kept in (
        ("all", met),
        ("signalled", [one for one in met if one.crossing in signalled]),
    ):
        severe = [one for one in kept if one.post_encroachment_s < 1.5]
        fast = [one for one in severe if one.speed_mps > 30 / 3.6]
        near = sum(one.post_encroachment_s < 3 for one in kept)
        print(
            f"{name:6} {group:9} PET<1.5 s {len(severe)}, of them over 30 km/h {len(fast)}; "
            f"PET<3 s {near}; mean speed of PET<1.5 s "
            f"{3.6 * np.mean([one.speed_mps for one in severe] or [0]):.1f} km/h",
            flush=True,
        )


if __name__ == "__main__":
    main()
