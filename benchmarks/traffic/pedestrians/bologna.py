"""Cautions judged on Bologna with pedestrians (DLR-TS/sumo-scenarios, EPL-2.0).

    python -m benchmarks.traffic.pedestrians.bologna FOLDER [--seconds N] [--seeds 21 22]

`FOLDER` is `bologna/acosta_persontrips` of a checkout. Needs SUMO and its Python parts:
`pip install eclipse-sumo==1.28.0 libsumo==1.28.0 sumolib==1.28.0`. Habits and the rule come from
other seeds than those reported.
"""

import argparse
import pickle
from pathlib import Path

from benchmarks.traffic.pedestrians.judge import Score, judge
from benchmarks.traffic.pedestrians.net import read_street
from benchmarks.traffic.pedestrians.replay import CLEAN, ROADSIDE, alarms, habits_of
from benchmarks.traffic.pedestrians.simulate import simulate
from benchmarks.traffic.pedestrians.truth import encounters
from dalgu.services.traffic.pedestrians.warning import Rule

WARM_UP_S = 70.0
LEAST = 0.1  # likelihood of the alarms that are kept to be narrowed
LEARNING_SEED = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=1200.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22])
    parser.add_argument("--keep", type=Path, help="a folder that keeps runs for the next time")
    parser.add_argument("--likelihood", type=float, nargs="+", default=[Rule().likelihood, 0.5])
    told = parser.parse_args()
    street = read_street(told.folder / "acosta_peds.net.xml")
    signalled = {k for k, link in enumerate(street.walk_link) if link is not None}
    every = set(range(len(street.crossings)))
    intersections = len(set(street.junctions))
    taught, _ = _run(told, street, LEARNING_SEED)
    # A city learns from the tracks of its own detectors, with all their faults.
    noises = {"clean": CLEAN, "0.3 m, 5 % missed": ROADSIDE}
    learned = {name: habits_of(street, taught, noise) for name, noise in noises.items()}
    print(f"{len(every)} crossings ({len(signalled)} signalled), {intersections} junctions")
    for seed in told.seeds:
        recording, met = _run(told, street, seed)
        for name, noise in noises.items():
            wide = alarms(street, learned[name], recording, Rule(likelihood=LEAST), noise)
            for likelihood in told.likelihood:
                given = wide.by(Rule(likelihood=likelihood))
                span = (WARM_UP_S, told.seconds)
                hours = (told.seconds - WARM_UP_S) / 3600
                print(f"seed {seed}, {name}, likelihood {likelihood}", flush=True)
                for group, crossings in (("all", every), ("signalled", signalled)):
                    for pair in (False, True):
                        score = judge(given, met, span, crossings, pair=pair)
                        _show(group, pair, score, len(crossings), hours)


def _run(told, street, seed):
    file = told.keep / f"{seed}-{told.seconds:.0f}.pickle" if told.keep else None
    if file is not None and file.exists():
        return pickle.loads(file.read_bytes())
    recording = simulate(told.folder / "run.sumocfg", street, seed, told.seconds)
    run = recording, encounters(recording.vehicles, recording.walkers, recording.on_crossing)
    if file is not None:
        file.write_bytes(pickle.dumps(run))
    return run


def _show(group: str, pair: bool, score: Score, crossings: int, hours: float) -> None:
    whom = "vehicle" if pair else "lamp"
    false = ", ".join(
        f"PET<{near:.0f}: {count / hours:.0f}/h map {count / hours / crossings:.2f}/h crossing"
        for near, count in score.false.items()
    )
    lit = score.lit / 3600 / hours / crossings
    print(
        f"  {group:9} {whom:7} warned {score.warned}/{score.severe} = {score.recall:.3f} "
        f"median lead {score.lead_s:.1f} s; {score.alarms} alarms; false {false}; "
        f"none under 3 s within 10 s of onset {score.false_from_onset}; lit {lit:.3f}"
    )


if __name__ == "__main__":
    main()
