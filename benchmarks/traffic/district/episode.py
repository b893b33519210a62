"""One run of the town: one controller, one seed, one mishap; prints one line of JSON.

python -m benchmarks.traffic.district.episode '{"controller": "horizon", "seed": 1}'
"""

import json
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir
from xml.etree import ElementTree

import numpy as np

from benchmarks.traffic.district.town import PROGRAMS, Town, net_file, route_file
from dalgu.services.traffic.signals.layout import Controller, Seen
from dalgu.simulation.sumo.bridge import Bridge
from dalgu.simulation.sumo.layout import read_street

GRIDLOCK_S = 1_800  # after the last departure
CLOSED_AFTER = 1 / 3  # of the time in which vehicles depart
LEARN_TURNS_S = 60.0
WARMED_UP_S = 300.0


@dataclass(frozen=True, slots=True)
class Case:
    """What is run: a controller of ours, or a program of SUMO's (`PROGRAMS`)."""

    controller: str
    seed: int = 1
    mishap: str = ""  # "closed" (one link), "dead5", "dead20" (per cent of detectors)
    side: int = 16
    demand_veh_h: int = 10_000
    settings: dict[str, float] = field(default_factory=dict)
    demand_s: int = 900
    interval_s: float = 0.0  # 0: the controller's own

    @property
    def town(self) -> Town:
        """Return the town that it is run in."""
        return Town(self.side, self.demand_veh_h, self.seed, self.demand_s)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    delay_s: float  # mean of time loss and departure delay over all due
    due: int
    missing: int  # not arrived half an hour after the last departure
    duration_s: float  # until the last arrival, of simulated time
    decide_s: float  # mean CPU time of one decision for all signals
    decide_longest_s: float
    cpu_s: float
    wall_s: float


def work_folder() -> Path:
    """Return where networks, demand and traces are kept between runs."""
    folder = Path(gettempdir()) / "dalgu-district"
    folder.mkdir(exist_ok=True)
    return folder


def run(case: Case) -> Outcome:
    """Run one case to its end."""
    import libsumo

    folder = work_folder()
    program = PROGRAMS.get(case.controller, "static")
    net = net_file(folder, case.side, program, case.settings)
    trace = folder / f"trace-{abs(hash(json.dumps(asdict(case))))}.xml"
    began, cpu = time.perf_counter(), time.process_time()
    options = ["--time-to-teleport", "-1", "--seed", str(case.seed), "--no-step-log"]
    options += ["--no-warnings", "--tripinfo-output", str(trace)]
    options += ["--tripinfo-output.write-unfinished", "--tripinfo-output.write-undeparted"]
    files = ["-n", str(net), "-r", str(route_file(folder, case.town))]
    libsumo.start(["sumo", *files, *options])
    spent = _drive(case, net)
    end_s = libsumo.simulation.getTime()
    libsumo.close()
    delays, missing = _read(trace)
    trace.unlink()
    return Outcome(
        delay_s=float(delays.mean()),
        due=len(delays),
        missing=missing,
        duration_s=end_s,
        decide_s=float(np.mean(spent)) if spent else 0.0,
        decide_longest_s=max(spent, default=0.0),
        cpu_s=time.process_time() - cpu,
        wall_s=time.perf_counter() - began,
    )


def _drive(case: Case, net: Path) -> list[float]:
    """Step to the end; return what each decision took."""
    if case.controller in PROGRAMS:
        return _watch_only(case)
    from dalgu.services.traffic.signals.registry import CONTROLLERS

    return _control(case, CONTROLLERS[case.controller](), net)


def _is_over(case: Case) -> bool:
    """Return whether all have arrived, or half an hour has passed since the last departure."""
    import libsumo

    now_s = libsumo.simulation.getTime()
    return libsumo.simulation.getMinExpectedNumber() == 0 or now_s >= case.demand_s + GRIDLOCK_S


def _watch_only(case: Case) -> list[float]:
    """Let SUMO's own programs run."""
    import libsumo

    closing = _Closing(case)
    while not _is_over(case):
        libsumo.simulationStep()
        closing.follow()
    return []


def _control(case: Case, controller: Controller, net: Path) -> list[float]:
    """Let one of ours run; turn shares are learned from counts while it does."""
    import libsumo

    bridge = Bridge(libsumo, read_street(net))
    dead = _dead(case, len(bridge.layout.lanes))
    interval_s = case.interval_s or controller.interval_s
    closing, spent, layout, learned_s = _Closing(case), [], bridge.layout, 0.0
    while not _is_over(case):
        seen = _blinded(bridge.seen(), dead)
        if bridge.now_s - learned_s >= LEARN_TURNS_S and bridge.now_s >= WARMED_UP_S:
            layout, learned_s = bridge.learned_layout(), bridge.now_s
        began = time.process_time()
        wanted = controller.decide(layout, seen).stage
        spent.append(time.process_time() - began)
        bridge.order(wanted)
        if case.mishap != "closed":
            bridge.run(interval_s)
            continue
        for _ in range(round(interval_s)):
            bridge.run(1.0)
            closing.follow()
    return spent


def _dead(case: Case, lanes: int) -> np.ndarray:
    """Return which detectors are dead."""
    share = {"dead5": 0.05, "dead20": 0.20}.get(case.mishap, 0.0)
    return np.random.default_rng(1_000 + case.seed).random(lanes) < share


def _blinded(seen: Seen, dead: np.ndarray) -> Seen:
    """Return what is left when these detectors tell nothing, and their diagnosis says so."""
    if not dead.any():
        return seen
    return replace(
        seen,
        queue_veh=np.where(dead, 0.0, seen.queue_veh),
        arriving_veh=np.where(dead[:, None], 0.0, seen.arriving_veh),
        waiting_s=np.where(dead, 0.0, seen.waiting_s),
        healthy=~dead,
    )


class _Closing:
    """Closes the link in the middle of the town, and lets drivers find another way."""

    def __init__(self, case: Case) -> None:
        middle = case.side // 2
        letter = chr(ord("A") + middle)
        self.edges = {f"{letter}{middle}{letter}{middle + 1}"}
        self.from_s = case.demand_s * CLOSED_AFTER
        self.is_on = case.mishap == "closed"
        self.is_closed = False

    def follow(self) -> None:
        """Close in time; whoever is under way or departs later plans around it."""
        import libsumo

        if not self.is_on or libsumo.simulation.getTime() < self.from_s:
            return
        who = libsumo.simulation.getLoadedIDList()
        if not self.is_closed:
            self._close()
            who = libsumo.vehicle.getLoadedIDList()
        for vehicle in who:
            self._turn_away(vehicle)

    def _close(self) -> None:
        import libsumo

        prefix = next(iter(self.edges))
        self.edges = {e for e in libsumo.edge.getIDList() if e.startswith(prefix)}
        for edge in self.edges:
            for lane in range(libsumo.edge.getLaneNumber(edge)):
                libsumo.lane.setDisallowed(f"{edge}_{lane}", ["all"])
        self.is_closed = True

    def _turn_away(self, vehicle: str) -> None:
        import libsumo

        route = libsumo.vehicle.getRoute(vehicle)
        place = libsumo.vehicle.getRouteIndex(vehicle)
        ahead = route[max(place, 0) :]
        if not self.edges.intersection(ahead):
            return
        if route[0] in self.edges and place < 0:
            libsumo.vehicle.remove(vehicle)  # nobody can start there
            return
        if ahead[0] in self.edges:
            return  # it is on it, and leaves
        if ahead[-1] in self.edges:
            libsumo.vehicle.changeTarget(vehicle, _before(ahead, self.edges))
            return
        libsumo.vehicle.rerouteTraveltime(vehicle)


def _before(ahead: tuple[str, ...], closed: set[str]) -> str:
    """Return the last street of a way before the closed ones: trips to it end there."""
    return next((edge for edge in reversed(ahead) if edge not in closed), ahead[0])


def _read(trace: Path) -> tuple[np.ndarray, int]:
    """Return the delay of each due vehicle, and how many have not arrived."""
    delays, missing = [], 0
    for _, trip in ElementTree.iterparse(trace):
        if trip.tag != "tripinfo":
            continue
        departed = float(trip.attrib["depart"]) >= 0
        loss = float(trip.attrib["timeLoss"]) if departed else 0.0
        delays.append(max(loss, 0.0) + max(float(trip.attrib["departDelay"]), 0.0))
        missing += float(trip.attrib["arrival"]) < 0
        trip.clear()
    return np.array(delays), int(missing)


def main() -> None:
    """Run the case given as JSON."""
    case = Case(**json.loads(sys.argv[1]))
    print(json.dumps({"case": asdict(case), "outcome": asdict(run(case))}))


if __name__ == "__main__":
    main()
