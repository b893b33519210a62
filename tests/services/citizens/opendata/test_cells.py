"""What a reader can work out of a published table, asked of a linear program that knows no more."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

from dalgu.services.citizens.opendata.cells import LEAST, WIDTH, protected, with_totals

COUNTS = some.one_of(some.integers(0, 9), some.integers(0, 60))


@some.composite
def tables(draw):
    rows, columns = draw(some.integers(1, 6)), draw(some.integers(1, 6))
    return [[draw(COUNTS) for _ in range(columns)] for _ in range(rows)]


def bounds_of(found, place):
    """Least and most that a suppressed cell can be, given all that is published."""
    rows, columns = found.counts.shape
    fixed, wanted = [], []
    for row in range(rows):  # cells of a row give its total; the same for columns
        one = np.zeros(found.counts.shape)
        one[row, :-1], one[row, -1] = 1, -1
        fixed.append(one.ravel())
    for column in range(columns):
        one = np.zeros(found.counts.shape)
        one[:-1, column], one[-1, column] = 1, -1
        fixed.append(one.ravel())
    wanted = np.zeros(len(fixed))
    known = [
        (count, count) if shown else (1, None)
        for count, shown in zip(found.counts.ravel(), found.shown.ravel(), strict=True)
    ]
    goal = np.zeros(found.counts.size)
    goal[np.ravel_multi_index(place, found.counts.shape)] = 1
    least = linprog(goal, A_eq=np.array(fixed), b_eq=wanted, bounds=known)
    most = linprog(-goal, A_eq=np.array(fixed), b_eq=wanted, bounds=known)
    assert least.status == 0
    return least.fun, (np.inf if most.status == 3 else -most.fun)


@settings(max_examples=150, deadline=None)
@given(table=tables())
def test_no_small_cell_can_be_worked_out_from_totals(table):
    found = protected(table)
    for place in zip(*np.nonzero((found.counts > 0) & (found.counts < LEAST)), strict=True):
        assert not found.shown[place]
        if found.shown.sum() > 1:  # otherwise the whole alone is published, or nothing
            least, most = bounds_of(found, place)
            assert most - least >= WIDTH - 1e-6


def test_a_table_without_small_cells_is_published_whole():
    found = protected([[5, 0, 12], [7, 8, 9]])
    assert found.shown.all()
    assert found.cell(2, 3) == 41


def test_leaving_out_the_small_cell_alone_would_give_it_away():
    """The check can fail: with one cell left out its row says what it was."""
    found = protected([[9, 3, 20], [40, 50, 60]])
    found.shown[:, :] = True
    found.shown[0, 1] = False
    assert bounds_of(found, (0, 1)) == (3, 3)


@pytest.mark.parametrize("table", [[[3]], [[1, 1], [1, 1]], [[2, 0], [0, 3]]])
def test_where_nothing_can_hide_a_cell_only_the_whole_is_published(table):
    found = protected(table)
    assert found.shown.sum() == int(found.counts[-1, -1] >= LEAST)


def test_totals_are_sums():
    assert with_totals(np.array([[1, 2], [3, 4]])).tolist() == [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
