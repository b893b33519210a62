"""How long the measures of a whole city take: the sample's detail at many intersections.

    python -m benchmarks.traffic.measures.scale [--devices 250] [--minutes 60]

The half hour of real events that the tests hold is repeated in time and over devices; prints the
seconds of each measure for all of them at once, on one core.
"""

import argparse
import time
from datetime import UTC
from pathlib import Path

import numpy as np

from benchmarks.traffic.measures.ours import FUNCTIONS, MEASURES, Sample
from dalgu.services.traffic.measures.cycles import signal_cycles
from dalgu.services.traffic.measures.detector_health import detector_health
from dalgu.services.traffic.measures.events import ControllerEvents, DetectorAssignments, distinct
from dalgu.services.traffic.measures.importing import read_events

DATA = Path("tests/services/traffic/measures/data")
HALF_HOUR_S = 1_800.0


def city(devices, minutes):
    """The sample at every device, again and again."""
    one = read_events(DATA / "controller_1136.csv.gz", UTC).events
    times = int(np.ceil(minutes * 60 / HALF_HOUR_S))
    at_s = np.concatenate([one.at_s + n * HALF_HOUR_S for n in range(times)])
    code, parameter = np.tile(one.code, times), np.tile(one.parameter, times)
    events = ControllerEvents(
        np.tile(at_s, devices),
        np.repeat(np.arange(devices), len(at_s)),
        np.tile(code, devices),
        np.tile(parameter, devices),
    )
    rows = [line.split(",") for line in (DATA / "detectors_1136.csv").read_text().splitlines()[1:]]
    numbers = np.array([row[1:3] for row in rows], dtype=np.int64)
    detectors = DetectorAssignments(
        np.repeat(np.arange(devices), len(rows)),
        np.tile(numbers[:, 0], devices),
        np.tile(numbers[:, 1], devices),
        tuple(FUNCTIONS[row[3]] for row in rows) * devices,
    )
    return events, detectors


def timed(name, make):
    """Run and print."""
    started = time.perf_counter()
    made = make()
    print(f"{name:28}{time.perf_counter() - started:8.2f} s")
    return made


def main():
    """Measure a city."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=250)
    parser.add_argument("--minutes", type=int, default=60)
    given = parser.parse_args()
    events, detectors = city(given.devices, given.minutes)
    print(f"{given.devices} devices, {given.minutes} min, {len(events)} events")
    sample = Sample(timed("distinct", lambda: distinct(events)), detectors)
    for name, measure in MEASURES.items():
        if "." not in name and name != "detector_health":
            timed(name, lambda one=measure: one.make(sample))
    timed("signal_cycles", lambda: signal_cycles(sample.events))
    span = {"from_s": float(events.at_s.min()), "until_s": float(events.at_s.max())}
    timed("detector_health", lambda: detector_health(sample.events, **span))


if __name__ == "__main__":
    main()
