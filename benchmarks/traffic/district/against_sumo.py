"""The queue simulation beside SUMO, micro and meso: the same grid, plan, flows and turns.

    python -m benchmarks.traffic.district.against_sumo

Nine signals, two lanes and a turn lane an approach, netgenerate's fixed plan; each trip enters at
the edge at random and turns at random. Printed: mean delay, and trips that arrived, of both.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import numpy as np

from benchmarks.traffic.district.town import BLOCK_M, net_file, sumo_home
from dalgu.services.traffic.queues.patterns import Sketch, grid
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages

SIDE = 3
SHARES = {"l": 0.2, "s": 0.6, "r": 0.2}
SECONDS = 1_200
SPEED_MPS = 13.89
PLAN_S = (33, 6, 33, 6)
AMBER_S = 3


def ours(demand_veh_h: float, seed: int) -> tuple[float, float]:
    """Return mean delay and share arrived of the queue simulation."""
    size = {"row_m": np.array([BLOCK_M]), "column_m": np.array([BLOCK_M])}
    sketch = Sketch(SIDE, SIDE, demand_veh_h=demand_veh_h, change_s=AMBER_S, **size)
    streets, layout = grid(sketch, np.random.default_rng(seed))
    queues, stages = Queues(streets, layout, np.random.default_rng(seed)), Stages(layout)
    ends = np.cumsum([green + AMBER_S for green in PLAN_S])
    for second in range(SECONDS):
        stage = int(np.searchsorted(ends, (second + AMBER_S) % ends[-1], side="right"))
        stages.advance(layout.stage_first[:-1] + stage)
        queues.step(stages.light)
    trips = queues.trips()
    return trips.mean_delay_s, trips.arrived / trips.due


def routes(net: Path, path: Path, demand_veh_h: float, seed: int) -> None:
    """Write trips that enter at the edge and turn by `SHARES`."""
    import sumolib

    rng = np.random.default_rng(seed)
    edges = sumolib.net.readNet(str(net)).getEdges()
    sources = [e for e in edges if e.getFromNode().getType() != "traffic_light"]
    sources = [e for e in sources if "." not in e.getFromNode().getID()]  # where turn lanes begin
    trips = []
    for edge in sources:
        times = rng.uniform(0, SECONDS, rng.poisson(demand_veh_h * SECONDS / 3600))
        trips += [(at, " ".join(_walk(edge, rng))) for at in times]
    lines = [
        f'<vehicle id="{i}" depart="{at:.2f}" departSpeed="max" departLane="best">'
        f'<route edges="{way}"/></vehicle>'
        for i, (at, way) in enumerate(sorted(trips))
    ]
    path.write_text("<routes>\n" + "\n".join(lines) + "\n</routes>\n", "utf-8")


def _walk(edge: object, rng: np.random.Generator) -> list[str]:
    """Return the edges of one random trip."""
    way = [edge]
    while choices := _turns(way[-1]):
        names = [name for name in SHARES if name in choices] or list(choices)
        share = np.array([SHARES.get(name, 1.0) for name in names])
        way.append(choices[str(rng.choice(names, p=share / share.sum()))])
    return [e.getID() for e in way]


def _turns(edge: object) -> dict[str, object]:
    """Return where a street leads, by direction."""
    return {
        connection.getDirection(): to
        for to, connections in edge.getOutgoing().items()
        for connection in connections
    }


def sumo(net: Path, trips: Path, options: list[str]) -> tuple[float, float]:
    """Return mean delay and share arrived of SUMO."""
    with TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.xml"
        told = ["-n", str(net), "-r", str(trips), "--tripinfo-output", str(trace)]
        told += ["--tripinfo-output.write-unfinished", "--tripinfo-output.write-undeparted"]
        told += ["--end", str(SECONDS), "--time-to-teleport", "-1", "--no-warnings", "--seed", "1"]
        command = [str(sumo_home() / "bin" / "sumo"), *told, "--no-step-log", *options]
        subprocess.run(command, check=True, capture_output=True)
        found = ElementTree.parse(trace).getroot().findall("tripinfo")
    delay = [max(float(t.get("timeLoss")), 0) + max(float(t.get("departDelay")), 0) for t in found]
    return float(np.mean(delay)), float(np.mean([float(t.get("arrival")) >= 0 for t in found]))


def main() -> None:
    """Print one row a demand."""
    with TemporaryDirectory() as folder:
        net = net_file(Path(folder), SIDE, "static", {})
        trips = Path(folder) / "trips.rou.xml"
        print("veh/h a source     queues            SUMO micro          SUMO meso")
        for demand in map(float, sys.argv[1:] or ("100", "200", "300", "400", "500")):
            routes(net, trips, demand, 1)
            meso = ["--mesosim", "--meso-junction-control"]
            rows = (ours(demand, 1), sumo(net, trips, []), sumo(net, trips, meso))
            cells = "".join(f"{delay:9.1f} s {arrived:6.1%}   " for delay, arrived in rows)
            print(f"{demand:8.0f}     {cells}", flush=True)


if __name__ == "__main__":
    main()
