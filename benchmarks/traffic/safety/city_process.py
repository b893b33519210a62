"""A city that leads a field: what the kill campaign kills.

    python -m benchmarks.traffic.safety.city_process SOCKET SECRET SEED [--ill stale|cut]

It asks each second for the stage with the longest queue, or for stages at random, or for one stage
for ever, by the seed. `stale`: it reckons from one old report after a while, as a process does
whose thinking hangs. `cut`: its network is gone after a while, though the process lives.
"""

import argparse
import asyncio

import numpy as np

from dalgu.devices.signals.driver import FieldAddress, connect
from dalgu.devices.signals.report import Command

ILL_AFTER = 60  # reports


class Leader:
    """Decides as the seed says."""

    def __init__(self, timings, seed):
        self.rng = np.random.default_rng(seed)
        self.style = seed % 3
        self.stages = np.array([len(timing.stages) for timing in timings])
        self.timings = timings
        self.wish = np.zeros(len(timings), np.int64)

    def decide(self, report):
        due = self.rng.random(len(self.wish)) < (0.3, 0.05, 0.01)[self.style]
        drawn = self.rng.integers(0, self.stages)
        if self.style == 0:
            drawn = self.longest(report)
        self.wish = np.where(due, drawn, self.wish)
        return self.wish

    def longest(self, report):
        first, chosen = 0, []
        for timing in self.timings:
            count = len(timing.detectors)
            queue = report.queue_veh[first : first + count]
            first += count
            served = [sum(queue[g] for g in s.groups if g < count) for s in timing.stages]
            chosen.append(int(np.argmax(served)))
        return np.array(chosen)


async def lead(address, seed, ill):
    """Lead until killed."""
    async with connect(address) as driver:
        leader = Leader(driver.timings, seed)
        told, old = 0, None
        async for report in driver.reports():
            told += 1
            old = report if old is None or told < ILL_AFTER else old
            if ill == "cut" and told > ILL_AFTER:
                await driver.close()
                await asyncio.sleep(3600)
            seen = old if ill == "stale" else report
            extend = np.where(seen.called_s > 0, 0.0, 0.0) + (leader.rng.random() < 0.2) * 4.0
            stage = leader.decide(seen)
            await driver.send(Command(report.at_s, seen.at_s, stage, extend))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("secret")
    parser.add_argument("seed", type=int)
    parser.add_argument("--ill", default="")
    asked = parser.parse_args()
    asyncio.run(lead(FieldAddress(asked.socket, asked.secret), asked.seed, asked.ill))
