"""Points on a plane that are looked up by distance: a grid of square cells."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

CELL_M = 250.0


class Nearby(Generic[T]):
    """Values at points, in metres."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, T]]] = defaultdict(list)

    def add(self, x: float, y: float, value: T) -> None:
        """Put a value at a point."""
        self._cells[_cell(x, y)].append((x, y, value))

    def remove(self, x: float, y: float, value: T) -> None:
        """Take a value away from its point."""
        held = self._cells.get(_cell(x, y), [])
        held[:] = [one for one in held if one[2] is not value]

    def within(self, x: float, y: float, radius_m: float) -> Iterator[tuple[float, T]]:
        """Yield distance and value of all at most so far away, in no order."""
        reach = math.ceil(radius_m / CELL_M)
        column, row = _cell(x, y)
        for i in range(column - reach, column + reach + 1):
            for j in range(row - reach, row + reach + 1):
                for at_x, at_y, value in self._cells.get((i, j), ()):
                    far = math.hypot(at_x - x, at_y - y)
                    if far <= radius_m:
                        yield far, value


def _cell(x: float, y: float) -> tuple[int, int]:
    return math.floor(x / CELL_M), math.floor(y / CELL_M)
