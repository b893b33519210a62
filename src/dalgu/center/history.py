"""History for the eye: series as chart lines, thinned so that no peak is lost."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Series
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso

POINTS = 600  # about as many as a chart has pixels


def chart_line(name: str, unit: str, series: Series) -> Document:
    """Return a series as one line of a chart."""
    keep = thin(series.value, POINTS)
    points = [
        {
            "at": iso(datetime.fromtimestamp(float(series.at_s[i]), UTC)),
            "value": float(series.value[i]),
        }
        for i in keep
    ]
    return {"name": name, "unit": unit, "points": points}


def thin(values: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return positions of at most about `most` values: of each stretch its lowest and highest.

    >>> thin(np.array([0.0, 9.0, 1.0, 2.0, -5.0, 3.0]), 4).tolist()
    [0, 1, 4, 5]
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    bounds = np.linspace(0, count, most // 2 + 1).astype(np.int64)
    kept = set()
    for start, end in pairwise(bounds.tolist()):
        stretch = values[start:end]
        kept |= {int(start + stretch.argmin()), int(start + stretch.argmax())}
    return np.array(sorted(kept), dtype=np.int64)
