"""Sums of values by where they belong."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.signals.layout import Floats, Ints


def sum_by(position: Ints, values: NDArray[Any], size: int) -> Floats:
    """Return the sum of the values at each of `size` positions.

    >>> sum_by(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    return np.asarray(np.bincount(position, values, size), np.float64)
