"""One hour of one map under one controller, measured as RESCO measures it."""

import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from dalgu.services.traffic.signals.layout import Controller
from dalgu.simulation.sumo.bridge import Bridge
from dalgu.simulation.sumo.layout import Setting, read_street

RELEARN_S = 60.0  # how often shares of turns are taken anew
GRIDLOCK_SHARE = 0.05
TAIL_S = 1_800.0  # after the last departure: who has not arrived by then is in a gridlock


@dataclass(frozen=True)
class Scenario:
    """A folder with a network, one demand file and a configuration."""

    folder: Path
    seed: int
    interval_s: float
    yellow_s: float
    signals: tuple[str, ...] = ()
    tail_s: float = TAIL_S


@dataclass(frozen=True)
class Outcome:
    """What an episode came to. Delay is mean(timeLoss + departDelay) of all due in the hour."""

    map: str
    controller: str
    seed: int
    interval_s: float
    sumo: str
    delay_s: float
    due: int
    never_entered: int
    left_share: float  # of those due: at the end of the hour, or of the tail where it was run
    decide_ms: float
    wall_s: float

    def row(self) -> dict[str, Any]:
        """Return it as a line of results."""
        return asdict(self)


def take_sumo(home: Path) -> Any:
    """Put SUMO's own Python of one version first and return its `traci`."""
    os.environ["SUMO_HOME"] = str(home)
    if str(home / "tools") not in sys.path:
        sys.path.insert(0, str(home / "tools"))
    import traci

    return traci


def _configured(folder: Path) -> tuple[Path, Path, float, float]:
    root = ElementTree.parse(next(folder.glob("*.sumocfg"))).getroot()
    begin, end = (float(next(root.iter(word)).attrib["value"]) for word in ("begin", "end"))
    return next(folder.glob("*.net.xml")), next(folder.glob("*.rou.xml")), begin, end


def _due(demand: Path, begin: float, end: float) -> dict[str, float]:
    vehicles = (v for v in ElementTree.parse(demand).getroot() if v.tag in ("vehicle", "trip"))
    departs = {v.attrib["id"]: float(v.attrib["depart"]) for v in vehicles}
    return {name: at for name, at in departs.items() if begin <= at < end}


def run_episode(home: Path, scenario: Scenario, controller: Controller) -> Outcome:
    """Run one hour and measure; where more than 5 % are left, run it again with its tail.

    The second run is the same hour once more (same seed, same decisions): SUMO 1.9.2 tells the
    time lost by those on the way only when it closes.
    """
    started = time.perf_counter()
    hour = _run(home, scenario, controller, 0.0)
    left = hour.left
    if scenario.tail_s and left > GRIDLOCK_SHARE * hour.due:
        left = _run(home, scenario, controller, scenario.tail_s).left
    return Outcome(
        map=scenario.folder.name,
        controller=controller.name,
        seed=scenario.seed,
        interval_s=scenario.interval_s,
        sumo=hour.sumo,
        delay_s=hour.delay_s / hour.due,
        due=hour.due,
        never_entered=hour.never,
        left_share=left / hour.due,
        decide_ms=hour.decide_ms,
        wall_s=time.perf_counter() - started,
    )


@dataclass(frozen=True)
class _Hour:
    sumo: str
    due: int
    delay_s: float
    never: int
    left: int
    decide_ms: float


def _run(home: Path, scenario: Scenario, controller: Controller, tail_s: float) -> _Hour:
    traci = take_sumo(home)
    net, demand, begin, end = _configured(scenario.folder)
    due = _due(demand, begin, end)
    with tempfile.TemporaryDirectory() as folder:
        trips = Path(folder) / "trips.xml"
        options = f"--seed {scenario.seed} --begin {begin} --time-to-teleport -1 --no-step-log true"
        options += " --no-warnings true --tripinfo-output.write-unfinished"
        command = [str(home / "bin" / "sumo"), "-n", str(net), "-r", str(demand)]
        traci.start([*command, *options.split(), "--tripinfo-output", str(trips)])
        try:
            setting = Setting(yellow_s=scenario.yellow_s, signals=scenario.signals)
            drive = _Drive(Bridge(traci, read_street(net, setting)), controller, scenario)
            drive.until(max(due.values()) + tail_s if tail_s else end)
            version, left = traci.getVersion()[1], traci.simulation.getMinExpectedNumber()
        finally:
            traci.close()
        total, never = _delay(trips, due, end)
    spent_ms = drive.spent_s / max(drive.decisions, 1) * 1e3
    return _Hour(version, len(due), total, never, left, spent_ms)


class _Drive:
    """Decides, orders and lets SUMO run on."""

    def __init__(self, bridge: Bridge, controller: Controller, scenario: Scenario) -> None:
        self.bridge, self.controller, self.scenario = bridge, controller, scenario
        self.layout = bridge.layout
        self.learned_s = bridge.now_s
        self.spent_s, self.decisions = 0.0, 0

    def until(self, end_s: float) -> None:
        """Run until then, or until nobody is on the way."""
        bridge = self.bridge
        while bridge.now_s < end_s:
            if bridge.sumo.simulation.getMinExpectedNumber() == 0:
                return
            if bridge.now_s >= self.learned_s + RELEARN_S:
                self.layout, self.learned_s = bridge.learned_layout(), bridge.now_s
            seen, started = bridge.seen(), time.perf_counter()
            decision = self.controller.decide(self.layout, seen)
            self.spent_s += time.perf_counter() - started
            self.decisions += 1
            bridge.order(decision.stage)
            bridge.run(min(self.scenario.interval_s, end_s - bridge.now_s))


def _delay(trips: Path, due: dict[str, float], end: float) -> tuple[float, int]:
    """Return the delay of all that were due, s, and how many never entered in the hour.

    Who was on the way at the end has the time lost so far; who had not entered has waited since
    it was due. RESCO leaves out some of the latter (`utils/readXML.py`), so this is the stricter.
    """
    total, counted = 0.0, set()
    for trip in ElementTree.parse(trips).getroot().iter("tripinfo"):
        a = trip.attrib
        if a["id"] in due:
            counted.add(a["id"])
            total += float(a["timeLoss"]) + float(a["departDelay"])
    waiting = [end - at for name, at in due.items() if name not in counted]
    return total + sum(waiting), len(waiting)
