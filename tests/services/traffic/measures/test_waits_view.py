"""What an intersection's page draws of waits: bars as high as the measure, nothing from nothing."""

import re
from itertools import pairwise

import numpy as np
import pytest
from tests.services.traffic.measures.logs import START_S, cycle, detector, log

from dalgu.services.traffic.measures.diagrams import axis
from dalgu.services.traffic.measures.log_view import Logged, log_view
from dalgu.services.traffic.measures.quarter_diagrams import BAR, QuarterValues, quarter_bars
from dalgu.services.traffic.measures.quarters import Grid

HOUR_S = 3_600
PERIOD_S = 80


def an_hour(*, presses=True, calls=True, lengths=True):
    """Cycles of 80 s: phase 2 green from 45 to 70, walk 4 beside it, arrivals 30 s before green."""
    rows = []
    for at in range(0, HOUR_S - PERIOD_S, PERIOD_S):
        rows += cycle(at + 45.0, 2, green=25.0)
        rows += [(at + 45.0, 21, 4), (at + 52.0, 22, 4), (at + 62.0, 23, 4), (at + 15.0, 82, 101)]
        rows += [(at + 20.0, 90, 4)] if presses else []
        rows += [(at + 35.0, 43, 2), (at + 45.0, 44, 2)] if calls else []
        rows += [(at + 1.0, 316, 80)] if lengths else []
    rows += [(5.0, 132, 90)] if lengths else []
    events, advance = log(*rows), detector(101, 2, "advance")
    return log_view(Logged(events, advance, (2, 6), (4,), START_S, START_S + HOUR_S)).waits


def test_each_wait_is_drawn_with_its_measure_behind_it():
    waits = an_hour()
    assert waits.delays.told.grid.phases == (2,)  # nothing is known of 6: it has no row
    assert waits.delays.told.values == pytest.approx(np.full((1, 4), 30.0))
    assert waits.calls.told.values == pytest.approx(np.full((1, 4), 10.0))
    assert waits.calls.told.highest == pytest.approx(np.full((1, 4), 10.0))
    assert waits.walks.told.values == pytest.approx(np.full((1, 4), 25.0))
    assert waits.volumes.told.values[0, 0] > waits.volumes.told.values[0, 3] > 0
    assert waits.cycles.mean_s == pytest.approx(np.full(4, 80.0))
    assert waits.cycles.planned_s == pytest.approx(np.full(4, 90.0))
    assert waits.cycles.actual_s == pytest.approx(np.full(4, 80.0))
    assert waits.is_cycle_logged
    assert waits.has_buttons


def test_of_what_is_not_logged_there_is_no_picture():
    waits = an_hour(presses=False, calls=False, lengths=False)
    assert waits.calls is None
    assert waits.walks is None
    assert waits.volumes is None
    assert not waits.has_buttons
    assert not waits.is_cycle_logged
    assert waits.cycles.planned == waits.cycles.actual == ""
    assert waits.cycles.ran
    assert np.isnan(waits.cycles.planned_s).all()


def test_bars_stand_on_their_rows_and_are_as_high_as_what_they_tell():
    grid = Grid((2, 6, 8), int(START_S // 900), 2)
    values = np.array([[20.0, 5.0], [np.nan, np.nan], [np.nan, 40.0]])
    told = QuarterValues(grid, values, values * 2, np.array([[1, 0], [0, 0], [0, 0]]))
    chart = quarter_bars(told, axis(START_S, START_S + 1_800))
    assert [phase for _, phase in chart.rows] == [2, 8]
    assert chart.full == 80.0  # the longest, rounded up
    boxes = [
        tuple(map(float, one)) for one in re.findall(r"M(\S+) (\S+)h(\S+)v(\S+)h-\S+z", chart.bars)
    ]
    assert [box[3] for box in boxes] == pytest.approx([BAR / 4, BAR / 16, BAR / 2], abs=0.06)
    floors = [chart.rows[0][0], chart.rows[0][0], chart.rows[1][0]]
    assert [box[1] + box[3] for box in boxes] == pytest.approx(floors, abs=0.11)
    assert all(one[0] + one[2] <= two[0] for one, two in pairwise(boxes[:2]))
    assert chart.highest.count("M") == 3
    assert chart.rings.count("M") == 1


def test_where_nothing_is_known_nothing_is_drawn():
    nothing = QuarterValues(Grid((2,), 0, 1), np.full((1, 1), np.nan))
    assert quarter_bars(nothing, axis(0.0, 900.0)) is None
