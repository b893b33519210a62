"""Our PET, TTC and DRAC beside those of SUMO's SSM device, on the same trajectories.

    python -m benchmarks.traffic.pedestrians.ssm [--seconds N]

SUMO's device measures vehicles only, so vehicles are compared: crossing paths for PET, following
on a lane for TTC and DRAC. Needs `pip install eclipse-sumo==1.28.0 libsumo==1.28.0`.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from dalgu.services.traffic.pedestrians.conflicts import (
    Trajectory,
    crossing_encounter,
    deceleration_to_avoid_mps2,
    time_to_collision_s,
)

STEP_S = 0.1
WIDTH_M, LENGTH_M = 1.8, 5.0  # SUMO's default passenger car
AROUND_S = 12.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        _scenario(at, told.seconds)
        tracks = _run(at, told.seconds)
        conflicts = list(ET.parse(at / "ssm.xml").getroot().iter("conflict"))
    _compare_encroachment(conflicts, tracks)
    _compare_following(conflicts, tracks)


def _scenario(at: Path, seconds: int) -> None:
    bin_ = Path(sys.executable).parent
    grid = ["--grid", "--grid.number", "3", "--grid.length", "120", "--no-turnarounds"]
    subprocess.run(
        [bin_ / "netgenerate", *grid, "--seed", "3", "-o", at / "net.xml"],
        check=True,
        capture_output=True,
    )
    import sumolib

    net = sumolib.net.readNet(str(at / "net.xml"))
    names = [edge.getID() for edge in net.getEdges()]
    draw = random.Random(1)
    trips = []
    for k in range(int(seconds / 2.0)):
        start, end = draw.sample(names, 2)
        trips.append(f'<trip id="{k}" depart="{2.0 * k:.1f}" from="{start}" to="{end}"/>')
    (at / "trips.xml").write_text(f"<routes>{''.join(trips)}</routes>")


def _run(at: Path, seconds: int):
    import libsumo

    measures = ["--device.ssm.measures", "PET TTC DRAC", "--device.ssm.thresholds", "5 3 0.5"]
    reach = ["--device.ssm.range", "50", "--device.ssm.extratime", "8"]
    output = ["--device.ssm.file", str(at / "ssm.xml")]
    start = ["sumo", "-n", str(at / "net.xml"), "-r", str(at / "trips.xml")]
    step = ["--step-length", str(STEP_S), "--no-step-log", "--no-warnings"]
    every = ["--device.ssm.probability", "1"]
    libsumo.start([*start, *step, *every, *measures, *reach, *output])
    tracks: dict[str, list[tuple[float, float, float, float]]] = {}
    while libsumo.simulation.getTime() < seconds:
        libsumo.simulationStep()
        now = libsumo.simulation.getTime()
        for name in libsumo.vehicle.getIDList():
            x, y = libsumo.vehicle.getPosition(name)
            tracks.setdefault(name, []).append((now, x, y, libsumo.vehicle.getSpeed(name)))
    libsumo.close()
    return {name: np.array(rows) for name, rows in tracks.items()}


def _compare_encroachment(conflicts, tracks) -> None:
    ours, theirs = [], []
    for conflict in conflicts:
        pet = conflict.find("PET")
        if pet is None or pet.get("value") == "NA":
            continue
        at = float(pet.get("time"))
        pair = [_around(tracks[conflict.get(who)], at) for who in ("ego", "foe")]
        if min(map(len, pair)) < 3:
            continue
        met = crossing_encounter(*(_trajectory(rows) for rows in pair))
        if met is not None and np.isfinite(met.post_encroachment_s):
            ours.append(met.post_encroachment_s)
            theirs.append(float(pet.get("value")))
    off = np.array(ours) - np.array(theirs)
    print(
        f"PET of {len(off)} crossing pairs: ours minus SUMO's mean {off.mean():+.3f} s, "
        f"median {np.median(off):+.3f} s, 90 % within {np.quantile(np.abs(off), 0.9):.3f} s, "
        f"correlation {np.corrcoef(ours, theirs)[0, 1]:.3f}"
    )


def _compare_following(conflicts, tracks) -> None:
    """Followers: type 2 of SUMO's encounter types, TTC and DRAC at the moment of its least TTC."""
    off_ttc, off_drac = [], []
    for conflict in conflicts:
        least = conflict.find("minTTC")
        if least is None or least.get("type") != "2":
            continue
        at = float(least.get("time"))
        ego, foe = (_at(tracks[conflict.get(who)], at) for who in ("ego", "foe"))
        if ego is None or foe is None:
            continue
        gap = np.array([np.hypot(foe[1] - ego[1], foe[2] - ego[2]) - LENGTH_M])
        closing = np.array([ego[3] - foe[3]])
        off_ttc.append(time_to_collision_s(gap, closing)[0] - float(least.get("value")))
        most = conflict.find("maxDRAC")
        if most is not None and most.get("time") == least.get("time"):
            drac = deceleration_to_avoid_mps2(gap, closing)[0]
            off_drac.append(drac - float(most.get("value")))
    for name, off, unit in (("TTC", off_ttc, "s"), ("DRAC", off_drac, "m/s2")):
        kept = np.array([each for each in off if np.isfinite(each)])
        if len(kept):
            print(
                f"{name} of {len(kept)} following pairs: median {np.median(kept):+.3f} {unit}, "
                f"90 % within {np.quantile(np.abs(kept), 0.9):.3f} {unit}"
            )


def _around(rows, at_s):
    return rows[np.abs(rows[:, 0] - at_s) < AROUND_S]


def _at(rows, at_s):
    near = rows[np.abs(rows[:, 0] - at_s) < STEP_S / 2]
    return near[0] if len(near) else None


def _trajectory(rows) -> Trajectory:
    return Trajectory(rows[:, 0], rows[:, 1], rows[:, 2], LENGTH_M, WIDTH_M)


if __name__ == "__main__":
    main()
