"""Measurements counted by size: cheap to add to, ready to be shown (Prometheus histograms)."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

# A request that takes longer than 10 s is broken, however long it takes.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Histogram:
    """How many measurements there were up to each bound, and their sum.

    Several threads may add at once: a count may then be lost, a reader never sees a broken one.
    """

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one measurement.

        >>> sizes = Histogram((1, 10))
        >>> sizes.add(7)
        >>> list(sizes.up_to()), sizes.total
        ([(1, 0), (10, 1), (inf, 1)], 7.0)
        """
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        """How many measurements there were."""
        return sum(self.counts)

    def up_to(self) -> Iterator[tuple[float, int]]:
        """Yield each bound with the number of measurements that do not pass it."""
        return zip((*self.bounds, float("inf")), accumulate(self.counts), strict=True)
