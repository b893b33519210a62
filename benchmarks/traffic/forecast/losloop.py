"""Los-loop and the protocol of T-GCN: 80 % to train, 12 steps in, errors over the whole block.

Data: one week of METR-LA, 207 loop detectors, from `T-GCN/T-GCN-PyTorch/data` of
lehaifeng/T-GCN @219a234 (MIT), as `traffic-losloop` in the test data. The window count of its
`generate_dataset` is kept, which leaves the last window out.
"""

import gzip
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, WINDOW, History

FIRST_DAY = date(2012, 3, 1)  # METR-LA begins there
KMH_PER_MPH = 1.609344
TRAIN_SHARE = 0.8
BLOCKS = (3, 6, 9, 12)  # steps: 15, 30, 45, 60 minutes
EVERY_STEP_MIN = tuple(range(5, 65, 5))

# Zhao et al., *T-GCN*, IEEE T-ITS 21 (9), 2020, table of Los-loop: RMSE, MAE in mph. Quoted from
# memory of the paper, which was not at hand.
PAPER = {3: (5.13, 3.18), 6: (6.06, 3.75), 9: (6.71, 4.12), 12: (7.27, 4.60)}


@dataclass(frozen=True)
class LosLoop:
    """Speeds in mph, shape (steps, sensors), and the weighted adjacency."""

    speed_mph: np.ndarray
    adjacency: np.ndarray

    @property
    def split(self):
        """First step of the test part."""
        return int(len(self.speed_mph) * TRAIN_SHARE)

    def history(self, until, *, hidden=None):
        """Return the first steps as the product sees them; `hidden` steps are unknown."""
        kmh = (self.speed_mph[:until].T * KMH_PER_MPH).astype(np.float32)
        if hidden is not None:
            kmh = np.where(hidden[:until].T, np.nan, kmh)
        apart = self.adjacency * (1 - np.eye(len(self.adjacency)))
        edges = np.argwhere(apart > 0)
        first = (FIRST_DAY - date(1970, 1, 1)).days * STEPS_PER_DAY
        return History(first, None, kmh, edges, apart[edges[:, 0], edges[:, 1]])

    def ends(self, block):
        """Last steps seen of the test windows of a block."""
        windows = len(self.speed_mph) - self.split - WINDOW - block
        return self.split + WINDOW - 1 + np.arange(windows)


def load():
    """Return Los-loop from the test data."""
    if "DALGU_TEST_DATA" not in os.environ:
        raise SystemExit("set DALGU_TEST_DATA; Los-loop is in lehaifeng/T-GCN, T-GCN-PyTorch/data")
    folder = Path(os.environ["DALGU_TEST_DATA"]) / "traffic-losloop"

    def table(name, skip):
        with gzip.open(folder / name, "rt") as lines:
            return np.loadtxt(lines, delimiter=",", skiprows=skip, dtype=np.float32)

    return LosLoop(table("los_speed.csv.gz", 1), table("los_adj.csv.gz", 0))


def block_errors(middle, truth, block):
    """Return RMSE and MAE over a block; both are shape (windows, sensors, 12)."""
    off = (middle - truth)[..., :block]
    return float(np.sqrt((off**2).mean())), float(np.abs(off).mean())
