"""User equilibria on public test networks: relative gap, objective beside the published, seconds.

    python -m benchmarks.traffic.equilibrium.run FOLDER [--networks SiouxFalls Anaheim]

FOLDER is a clone of https://github.com/bstabler/TransportationNetworks (data for academic
research, not ours to ship). Deterministic: the objective is Beckmann's, the best known one that of
the flows published there. Stochastic: logit at a scale that is a share of the mean trip; none is
published, so its own relative gap and the residual of one more loading are told, and the least
time of all ways against that of the ways offered.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.traffic.equilibrium.tntp import read
from dalgu.services.traffic.dispersion.equilibrium import (
    Demand,
    Settings,
    stochastic_equilibrium,
)
from dalgu.services.traffic.dispersion.user_equilibrium import Trips, user_equilibrium

NETWORKS = ("SiouxFalls", "Anaheim", "Barcelona", "Winnipeg")
SCALES = (0.10, 0.05, 0.02)  # of the mean trip time
HEADS = ("network", "zones", "links", "target", "gap", "objective", "best known", "off", "s CPU")


def deterministic(case, vph):
    trips = Trips.of(vph, case.destinations)
    for target in (1e-4, 1e-6):
        begun = time.process_time()
        found = user_equilibrium(case.graph, case.costs, trips, relative_gap=target)
        spent_s = time.process_time() - begun
        best = published(case)
        off = found.objective / best - 1 if best else np.nan
        print(
            f"{case.name:12s} {len(case.origins):5d} {case.graph.arcs:5d} {target:.0e} "
            f"{found.relative_gap:8.1e} {found.objective:17.6f} {best:17.6f} {off:8.1e} "
            f"{spent_s:6.1f}",
            flush=True,
        )
    used = found.flow_vph > 0
    return float(found.flow_vph[used] @ found.cost_s[used]) / vph.sum()


def stochastic(case, vph, mean_time):
    demand = Demand(case.destinations, vph, np.zeros(case.graph.arcs))
    for share in SCALES:
        begun = time.process_time()
        settings = Settings(share * mean_time)
        found = stochastic_equilibrium(case.graph, case.costs, demand, settings)
        print(
            f"{case.name:12s} scale {share:4.0%} of the mean trip: gap {found.relative_gap:.1e}, "
            f"residual {found.residual:.1e}, outside {found.outside:.1e}, "
            f"objective {found.objective:.3f}, {time.process_time() - begun:.1f} s CPU",
            flush=True,
        )


def published(case):
    if case.best_flow is None:
        return np.nan
    return float(case.costs.integral(case.best_flow).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    options = parser.parse_args()
    print("{:12s} {:>5s} {:>5s} {:>6s} {:>8s} {:>17s} {:>17s} {:>8s} {:>6s}".format(*HEADS))
    for name in options.networks:
        case = read(options.folder / name)
        vph = np.zeros((len(case.destinations), case.graph.nodes))
        vph[:, case.origins] = case.trips.T
        stochastic(case, vph, deterministic(case, vph))


if __name__ == "__main__":
    main()
