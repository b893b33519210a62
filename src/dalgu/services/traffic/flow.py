"""Flow through the day: hourly totals of many intersections, and which are the busiest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class HourlyFlow:
    """Vehicles by intersection and hour; arrays are shape (intersections, hours).

    `heard` is how many counts of an intersection fell into the hour, 0 where it was silent.
    """

    vehicles: Array
    heard: NDArray[np.int64]


def hourly_flow(
    intersection: NDArray[np.int64], at_s: Array, count: Array, *, start_s: float, hours: int
) -> HourlyFlow:
    """Add up counts, dated at the end of their interval, by the hour they end in.

    Parameters
    ----------
    intersection, at_s, count
        Shape (n,); positions from 0 on, seconds since 1970 UTC, vehicles.
    start_s, hours
        Start of the first hour, and how many follow; an hour includes its end.

    Examples
    --------
    >>> hourly_flow(np.array([0, 0]), np.array([3600.0, 3601.0]), np.array([5.0, 7.0]),
    ...             start_s=0.0, hours=2).vehicles
    array([[5., 7.]])

    """
    hour = np.ceil((at_s - start_s) / HOUR_S).astype(np.int64) - 1
    inside = (hour >= 0) & (hour < hours)
    rows = int(intersection.max()) + 1 if len(intersection) else 0
    vehicles = np.zeros((rows, hours))
    heard = np.zeros((rows, hours), dtype=np.int64)
    np.add.at(vehicles, (intersection[inside], hour[inside]), count[inside])
    np.add.at(heard, (intersection[inside], hour[inside]), 1)
    return HourlyFlow(vehicles, heard)


def busiest(flow: HourlyFlow, *, most: int) -> list[int]:
    """Return the intersections with the most vehicles in all hours, the busiest first."""
    totals = flow.vehicles.sum(axis=1)
    order = np.argsort(-totals, kind="stable")
    return [int(row) for row in order[:most] if totals[row] > 0]
