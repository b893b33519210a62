"""The learned policy beside the other controllers on worlds it has not seen.

    python -m benchmarks.traffic.learning.compare [--worlds 16] [--weights weights.json]

Printed: delay (with starts, as in training) as the geometric mean over worlds, how it stands to
max-pressure's, and in how many worlds it is less. Max-pressure is run at four intervals; the best
counts.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.traffic.learning.driving import of_controller
from benchmarks.traffic.learning.worlds import World, draw
from dalgu.services.traffic.signals.layout import Controller
from dalgu.services.traffic.signals.learned import Learned, Weights, in_order
from dalgu.services.traffic.signals.max_pressure import MaxPressure
from dalgu.services.traffic.signals.registry import CONTROLLERS

HELD_OUT_SEED = 20_000  # training draws from other seeds
REFERENCES = ("fixed", "actuated", "horizon")
INTERVALS_S = (5.0, 10.0, 15.0, 20.0)


def held_out(count: int) -> list[World]:
    """Return worlds that training never draws."""
    rng = np.random.default_rng(HELD_OUT_SEED)
    return [draw(rng) for _ in range(count)]


def measured(controller: Controller, worlds: list[World], until_s: int) -> np.ndarray:
    """Return the cost in each world."""
    return of_controller(controller, worlds, np.random.default_rng(HELD_OUT_SEED), until_s)


def references(worlds: list[World], until_s: int) -> dict[str, np.ndarray]:
    """Return the cost of the other controllers in each world."""
    found = {name: measured(CONTROLLERS[name](), worlds, until_s) for name in REFERENCES}
    tried = [
        measured(replace(MaxPressure(), interval_s=interval_s), worlds, until_s)
        for interval_s in INTERVALS_S
    ]
    return found | {"max-pressure": min(tried, key=lambda cost: np.log(cost).mean())}


def row(name: str, cost: np.ndarray, pressure: np.ndarray) -> str:
    """Return a line of the table."""
    mean = float(np.exp(np.log(cost).mean()))
    ratio = float(np.exp(np.log(cost / pressure).mean()))
    better = int((cost < pressure).sum())
    return f"{name:14} {mean:7.1f} s {ratio - 1:+7.1%}   {better:3} of {len(cost)}"


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--worlds", type=int, default=16)
    ask.add_argument("--duration", type=int, default=900)
    ask.add_argument("--weights", type=Path)
    told = ask.parse_args()
    worlds = held_out(told.worlds)
    costs = references(worlds, told.duration)
    learned = Learned()
    if told.weights:
        found = msgspec.json.decode(told.weights.read_bytes(), type=Weights)
        learned = replace(learned, weights=in_order(found))
    costs["learned"] = measured(learned, worlds, told.duration)
    print("controller        delay   to max-pressure   better")
    for name, cost in costs.items():
        print(row(name, cost, costs["max-pressure"]))


if __name__ == "__main__":
    main()
