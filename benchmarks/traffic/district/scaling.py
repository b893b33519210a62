"""What a decision costs from 16 to 1,024 signals.

    python -m benchmarks.traffic.district.scaling

Each size is a grid in the queue simulation after five minutes of traffic under its fixed plan;
the figure is the median of twenty decisions for all signals at once.
"""

import time

import numpy as np

from dalgu.services.traffic.queues.patterns import Sketch, grid
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.queues.trial import seen_of
from dalgu.services.traffic.signals.layout import Layout, Seen
from dalgu.services.traffic.signals.registry import CONTROLLERS

SIDES = (4, 8, 16, 32)
RUNS = 20
FILLED_S = 300


def scene(side: int) -> tuple[Layout, Seen]:
    """Return a busy grid of side x side signals."""
    rng = np.random.default_rng(1)
    streets, layout = grid(Sketch(side, side, demand_veh_h=400.0), rng)
    queues, stages = Queues(streets, layout, rng), Stages(layout)
    for second in range(FILLED_S):
        stages.advance(layout.stage_first[:-1] + second // 20 % 4)
        queues.step(stages.light)
    return layout, seen_of(queues, stages, queues.lanes())


def main() -> None:
    """Print one row a controller: milliseconds for all signals, microseconds for each."""
    scenes = [scene(side) for side in SIDES]
    print("controller      " + "".join(f"{side * side:>20}" for side in SIDES) + "  signals")
    for name, make in CONTROLLERS.items():
        cells = []
        for layout, seen in scenes:
            controller, spent = make(), []
            for _ in range(RUNS):
                began = time.process_time()
                controller.decide(layout, seen)
                spent.append(time.process_time() - began)
            middle = float(np.median(spent))
            cells.append(f"{middle * 1e3:9.2f} ms {middle / len(layout.signals) * 1e6:5.1f} µs")
        print(f"{name:16}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
