"""What the forecast of a large city costs: training, one forecast, memory, the kept model.

    python -m benchmarks.traffic.forecast.scale [--links 1000] [--days 28]

The city is synthetic (rush hours of each link's own height, disturbances that move on along
chains of links): it says what things cost, not how well they forecast.
"""

import argparse
import resource
import time

import numpy as np

from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, WINDOW, History
from dalgu.services.traffic.prediction.model import Model
from dalgu.services.traffic.prediction.training import train

CHAIN = 20  # links after one another
FADES, MOVES = 0.85, 0.6
MIB = 1_024


def city(links, days, rng):
    """Return a synthetic history of flow and speed."""
    steps = days * STEPS_PER_DAY
    hour = np.arange(steps) / 12 % 24
    rush = np.exp(-((hour - 8) ** 2)) + np.exp(-((hour - 18.5) ** 2) / 1.5)
    height = rng.uniform(0.3, 1.0, links).astype(np.float32)
    disturbed = np.zeros((links, steps), dtype=np.float32)
    inside = np.arange(links) % CHAIN > 0
    for step in range(1, steps):
        before = disturbed[:, step - 1]
        from_above = np.where(inside, np.roll(before, 1), before)
        own = FADES * ((1 - MOVES) * before + MOVES * from_above)
        disturbed[:, step] = own + rng.standard_normal(links, dtype=np.float32)
    wave = (height[:, None] * rush).astype(np.float32)
    speed = np.clip(50 - 25 * wave + 2 * disturbed, 2, 70)
    flow = np.maximum(200 + 900 * wave + 20 * disturbed, 0)
    first = np.flatnonzero(inside)
    return History(0, flow, speed, np.stack([first - 1, first], axis=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=28)
    options = parser.parse_args()
    history = city(options.links, options.days, np.random.default_rng(0))
    begun = time.process_time()
    model = train(history)
    print(f"{options.links} links, {options.days} days, flow and speed")
    print(f"training           {time.process_time() - begun:8.1f} CPU s")
    window = history.part(history.steps - WINDOW, history.steps)
    begun = time.process_time()
    for _ in range(10):
        model.predict(window)
    print(f"one forecast       {(time.process_time() - begun) * 100:8.1f} CPU ms")
    body = model.dump()
    begun = time.process_time()
    Model.load(body)
    print(f"kept model         {len(body) / MIB / MIB:8.1f} MiB")
    print(f"read back          {(time.process_time() - begun) * 1_000:8.1f} CPU ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    print(f"most memory        {peak:8.0f} MiB, the history included")


if __name__ == "__main__":
    main()
