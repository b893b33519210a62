"""The street under a simulated field of signals: queues, driven by what the lamps show."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.lanes import Lanes
from dalgu.kernel.clock import second_of_day
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.queues.simulation import STEP_S, Queues


class QueueStreet:
    """Traffic on a compiled network from an instant on; the same seed drives the same vehicles."""

    def __init__(self, compiled: Compiled, at_s: float, seed: int) -> None:
        second = second_of_day(datetime.fromtimestamp(at_s, UTC))
        rng = np.random.default_rng(seed)
        self.queues = Queues(compiled.streets, compiled.layout, rng, at_s=second)

    def step(self, light: NDArray[np.int64], dt_s: float) -> Lanes:
        """Let `dt_s` seconds pass while groups show `light`, (G,); return what detectors see."""
        for _ in range(max(round(dt_s / STEP_S), 1)):
            self.queues.step(light)
        return self.queues.lanes()
