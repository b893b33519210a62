"""Intervals that hold: what the network gives is moved by how often it was left, then and now.

Conformalised quantile regression (Romano, Patterson and Candès, NeurIPS 2019) sets the offsets
after training; then each hour moves them on by quantile tracking (Angelopoulos, Candès and
Tibshirani, *Conformal PID Control for Time Series Prediction*, NeurIPS 2023): whatever drifts,
the share of misses tends to what was promised.
"""

import numpy as np

from dalgu.services.traffic.prediction.history import Array
from dalgu.services.traffic.prediction.network import QUANTILES

LEVELS = (0.8, 0.95)
# Where the bounds of LEVELS stand among the network's QUANTILES.
LOWS, HIGHS = (2, 1), (3, 4)
RATE = 0.05  # of an offset, in spreads, for a step in which every link leaves its interval


def first_offsets(outputs: Array, truth: Array) -> Array:
    """Return offsets under which days that training has not seen leave as rarely as promised.

    Parameters
    ----------
    outputs
        Shape (n, targets, quantiles), of the network.
    truth
        Shape (n, targets), NaN where unknown.

    Returns
    -------
    Array
        Shape (targets, quantiles); that of the middle is 0.

    """
    offsets = np.zeros(outputs.shape[1:], dtype=np.float32)
    for target in range(outputs.shape[1]):
        known = np.isfinite(truth[:, target])
        if not known.any():
            continue
        for quantile in (*LOWS, *HIGHS):
            beyond = truth[known, target] - outputs[known, target, quantile]
            offsets[target, quantile] = np.quantile(beyond, QUANTILES[quantile])
    return offsets


def moved(offsets: Array, bounds: Array, truth: Array) -> Array:
    """Return the offsets after one more step came true.

    Parameters
    ----------
    offsets
        Shape (targets, quantiles).
    bounds
        Shape (links, targets, quantiles), as they were forecast, offsets included.
    truth
        Shape (links, targets), NaN where unknown.

    Examples
    --------
    All truth below both lower bounds moves them down, and the upper ones a little:

    >>> moved(np.zeros((1, 5)), np.zeros((9, 1, 5)), np.full((9, 1), -1.0)).round(4).tolist()
    [[0.0, -0.0487, -0.045, -0.005, -0.0012]]

    """
    known = np.isfinite(truth)
    below = (truth[..., None] < bounds) & known[..., None]
    heard = known.sum(axis=0)
    share = below.sum(axis=0) / np.maximum(heard, 1)[:, None]
    step = np.where(heard[:, None] > 0, RATE * (QUANTILES - share), 0.0)
    step[:, 0] = 0.0  # the middle stays the network's
    return (offsets + step).astype(offsets.dtype)
