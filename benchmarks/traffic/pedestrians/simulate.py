"""Runs a SUMO scenario with people on foot and keeps what moved near crossings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.traffic.pedestrians.net import Street
from benchmarks.traffic.pedestrians.truth import WALKER_LENGTH_M, Rows

STEP_S = 0.2


@dataclass(frozen=True)
class Recording:
    """One run: rows every 0.2 s, and every switch of a signal."""

    vehicles: Rows
    walkers: Rows
    on_crossing: dict[int, int]  # place number of a crossing's edge: crossing number
    switches: dict[str, tuple[np.ndarray, list[str]]]


Hook = Callable[[object, float], None]


def simulate(config: Path, street: Street, seed: int, end_s: float, hook: Hook | None = None):
    import libsumo

    quiet = ["--no-warnings", "--no-step-log", "--log", "/dev/null"]
    outputs = ["--tripinfo-output", "/dev/null", "--stop-output", "/dev/null"]
    start = ["sumo", "-c", str(config), "--seed", str(seed), "--step-length", str(STEP_S)]
    libsumo.start([*start, *quiet, *outputs, "--time-to-teleport", "300"])
    try:
        return _record(libsumo, street, end_s, hook)
    finally:
        libsumo.close()


def _record(sumo, street: Street, end_s, hook) -> Recording:
    names: tuple[dict, dict, dict] = ({}, {}, {})
    vehicles, walkers, switches = [], [], {}
    edges = [*street.crossings, *street.walking_areas]
    while sumo.simulation.getTime() < end_s - STEP_S / 2:
        sumo.simulationStep()
        at_s = round(sumo.simulation.getTime(), 1)
        _note_switches(sumo, at_s, switches)
        vehicles.append(_vehicle_rows(sumo, at_s, names))
        walkers.append(_walker_rows(sumo, at_s, edges, names))
        if hook is not None:
            hook(sumo, at_s)
    places = names[2]
    return Recording(
        Rows(*_columns(vehicles)),
        Rows(*_columns(walkers)),
        {places[name]: k for k, name in enumerate(street.crossings) if name in places},
        {name: (np.array(times), states) for name, (times, states) in switches.items()},
    )


def _note_switches(sumo, at_s, switches) -> None:
    for name in sumo.trafficlight.getIDList():
        times, states = switches.setdefault(name, ([], []))
        state = sumo.trafficlight.getRedYellowGreenState(name)
        if not states or states[-1] != state:
            times.append(at_s)
            states.append(state)


def _vehicle_rows(sumo, at_s, names):
    get, rows = sumo.vehicle, []
    for name in get.getIDList():
        x, y = get.getPosition(name)
        who = names[0].setdefault(name, len(names[0]))
        place = names[2].setdefault(get.getLaneID(name), len(names[2]))
        heading = np.pi / 2 - np.deg2rad(get.getAngle(name))
        rows.append((at_s, who, x, y, get.getSpeed(name), heading, place, get.getLength(name)))
    return rows


def _walker_rows(sumo, at_s, edges, names):
    get, rows = sumo.person, []
    for edge in edges:
        for name in sumo.edge.getLastStepPersonIDs(edge):
            x, y = get.getPosition(name)
            who = names[1].setdefault(name, len(names[1]))
            place = names[2].setdefault(edge, len(names[2]))
            heading = np.pi / 2 - np.deg2rad(get.getAngle(name))
            rows.append((at_s, who, x, y, get.getSpeed(name), heading, place, WALKER_LENGTH_M))
    return rows


def _columns(steps):
    table = np.array([row for rows in steps for row in rows], float)
    whole = {1, 6}
    return [table[:, k].astype(int) if k in whole else table[:, k] for k in range(8)]
