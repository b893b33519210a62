import re

import numpy as np

from dalgu.services.traffic.prediction.fan import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, Series, fan


def a_series(measured):
    measured = np.array(measured, dtype=float)
    ahead = np.array([15.0, 30.0, 45.0, 60.0])
    middle = np.array([40.0, 41.0, 42.0, 43.0])
    return Series(
        measured_min=5.0 * np.arange(1 - len(measured), 1),
        measured=measured,
        ahead_min=ahead,
        middle=middle,
        low=(middle - 5, middle - 10),
        high=(middle + 5, middle + 14),
    )


def points(path):
    return [tuple(map(float, one)) for one in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_all_shapes_lie_in_the_box_and_the_forecast_begins_where_the_measured_ends():
    drawn = fan(a_series([50, 48, 45, 44]))
    places = points(drawn.measured + drawn.middle + "".join(drawn.fans))
    assert all(LEFT <= x <= WIDTH - RIGHT and 0 <= y <= HEIGHT - BOTTOM for x, y in places)
    assert points(drawn.middle)[0] == points(drawn.measured)[-1]
    assert [value for _, value in drawn.levels] == [0, 15, 30, 45, 60]
    assert (drawn.now, 0) in drawn.times


def test_the_wider_interval_is_drawn_first_and_covers_the_narrower():
    wide, narrow = (points(path) for path in fan(a_series([50, 45])).fans)
    assert wide[4][1] < narrow[4][1]  # higher up at the end of the hour


def test_gaps_break_the_line_and_a_silent_link_is_drawn_all_the_same():
    assert fan(a_series([50, np.nan, 45])).measured.count("M") == 2
    silent = fan(a_series([np.nan, np.nan]))
    assert silent.measured == ""
    assert len(points(silent.middle)) == 4
