"""Small cells of a count table suppressed so that nobody gets them back from its totals.

A cell of 1 to 4 people is left out. That alone hides nothing: with its row's total and the other
cells it is a subtraction away. So further cells go with it: for each small cell (r, c) another row
and another column such that the four corners could go up and down by turns, keeping all totals. A
reader who knows totals, published cells, and that everything left out is at least 1, then cannot
narrow the small cell to less than `WIDTH` + 1 values. Corners may be totals; the whole stays.

Cell suppression as in Willenborg & de Waal, *Elements of Statistical Disclosure Control*,
Springer, 2001, chapter 4, with the cheapest rectangle for each cell in place of their program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

LEAST = 5  # people in a cell that is published
WIDTH = 4  # a small cell could be as much more: as many values as small cells have
MARGIN_COST = 1_000_000  # a total is worth more than any cell

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Published:
    """A table with its totals in the last row and column; `shown` says which are published."""

    counts: Counts  # shape (rows + 1, columns + 1)
    shown: Mask  # the same shape

    def cell(self, row: int, column: int) -> int | None:
        """Return a count, `None` where it is suppressed."""
        return int(self.counts[row, column]) if self.shown[row, column] else None


def protected(table: Sequence[Sequence[int]]) -> Published:
    """Return a table of counts with totals, small cells and what would give them away left out.

    Parameters
    ----------
    table
        Shape (rows, columns), people in each cell.

    Examples
    --------
    >>> found = protected([[9, 3, 20], [40, 50, 60]])
    >>> [[found.cell(r, c) for c in range(4)] for r in range(3)]
    [[None, None, 20, 32], [None, None, 60, 150], [49, 53, 80, 182]]

    """
    whole = with_totals(np.asarray(table, dtype=np.int64))
    shown = np.ones(whole.shape, dtype=np.bool_)
    small = (whole > 0) & (whole < LEAST)
    shown[small] = False
    for row, column in sorted(zip(*np.nonzero(small), strict=True)):
        corner = _cheapest(whole, shown, int(row), int(column))
        if corner is None:
            return _nothing_but_the_whole(whole)
        for place in _corners(int(row), int(column), *corner):
            shown[place] = False
    return Published(whole, shown)


def with_totals(table: Counts) -> Counts:
    """Return a table with the totals of its rows and columns behind them."""
    rows = np.hstack([table, table.sum(axis=1, keepdims=True)])
    return np.vstack([rows, rows.sum(axis=0, keepdims=True)])


def _cheapest(whole: Counts, shown: Mask, row: int, column: int) -> tuple[int, int] | None:
    """Return the opposite corner of the rectangle that costs the least to leave out.

    The neighbours of the small cell must be able to give `WIDTH` and keep 1, where they go down
    while it goes up; a total goes up with its cell, so it can always give way.
    """
    last_row, last_column = whole.shape[0] - 1, whole.shape[1] - 1
    best: tuple[int, int] | None = None
    least = None
    for other_row, other_column in product(range(last_row + 1), range(last_column + 1)):
        if other_row == row or other_column == column:
            continue
        corners = _corners(row, column, other_row, other_column)
        if (last_row, last_column) in corners or not _can_move(whole, corners):
            continue
        cost = sum(_cost(whole, place) for place in corners if shown[place])
        if least is None or cost < least:
            best, least = (other_row, other_column), cost
    return best


def _corners(
    row: int, column: int, other_row: int, other_column: int
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    return (
        (row, column),
        (row, other_column),
        (other_row, column),
        (other_row, other_column),
    )


def _can_move(whole: Counts, corners: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the first corner can rise by `WIDTH` and what falls for it stays at least 1."""
    last_row, last_column = whole.shape[0] - 1, whole.shape[1] - 1
    for place, step in zip(corners, _steps(corners, last_row, last_column), strict=True):
        if whole[place] < 1 or whole[place] + step * WIDTH < 1:
            return False
    return True


def _steps(corners: Sequence[tuple[int, int]], last_row: int, last_column: int) -> tuple[int, ...]:
    """Return how each corner moves when the first rises by one and every equation holds.

    A total stands on the other side of its equation, so it moves with its cell.
    """
    (row, column), _, _, (other_row, other_column) = corners
    rows_turn = -1 if last_row not in (row, other_row) else 1
    columns_turn = -1 if last_column not in (column, other_column) else 1
    return (1, columns_turn, rows_turn, rows_turn * columns_turn)


def _cost(whole: Counts, place: tuple[int, int]) -> int:
    is_margin = place[0] == whole.shape[0] - 1 or place[1] == whole.shape[1] - 1
    return int(whole[place]) + (MARGIN_COST if is_margin else 0)


def _nothing_but_the_whole(whole: Counts) -> Published:
    shown = np.zeros(whole.shape, dtype=np.bool_)
    shown[-1, -1] = not 0 < whole[-1, -1] < LEAST
    return Published(whole, shown)
