import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.center.cameras.near import Views, nearest
from dalgu.kernel.geo import distance_m

HERE = (128.6, 35.87)
EAST_100_M = 100 / (math.cos(math.radians(HERE[1])) * 111_195)
NORTH_100_M = 100 / 111_195


def views(*rows):
    """Rows of east and north in hundreds of metres, bearing, field of view and reach."""
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return Views(
        HERE[0] + table[:, 0] * EAST_100_M,
        HERE[1] + table[:, 1] * NORTH_100_M,
        table[:, 2],
        table[:, 3],
        table[:, 4],
    )


def test_a_camera_that_looks_at_the_place_comes_before_a_nearer_one_that_does_not():
    away, towards = (0.2, 0, 90, 80, 100), (-0.8, 0, 90, 80, 100)
    found = nearest(views(away, towards), HERE, 4)
    assert [(one.row, one.sees) for one in found] == [(1, True), (0, False)]
    assert found[0].distance_m == pytest.approx(80, rel=0.002)
    assert found[0].bearing_deg == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize(
    ("bearing", "sees"),
    [(0, True), (39, True), (41, False), (180, False), (321, True), (319, False)],
)
def test_the_cone_is_half_the_field_of_view_to_each_side_and_wraps_at_north(bearing, sees):
    south_of_it = (0, -0.5, bearing, 80, 100)
    [one] = nearest(views(south_of_it), HERE, 1)
    assert one.sees is sees


def test_beyond_its_reach_a_camera_makes_nothing_out():
    [one] = nearest(views((0, -1.2, 0, 80, 100)), HERE, 1)
    assert not one.sees


def test_a_camera_that_turns_looks_everywhere_and_one_without_a_bearing_nowhere():
    found = nearest(views((0.3, 0.3, math.nan, 360, 100), (0.1, 0, math.nan, 80, 100)), HERE, 2)
    assert [(one.row, one.sees) for one in found] == [(0, True), (1, False)]


def test_no_cameras_and_no_places_asked_for_give_nothing():
    assert nearest(views(), HERE, 4) == []
    assert nearest(views((0, 0, 0, 90, 50)), HERE, 0) == []


coordinate = st.floats(-8, 8)
row = st.tuples(coordinate, coordinate, st.floats(0, 359), st.floats(10, 200), st.floats(20, 400))


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=30))
def test_distances_are_those_of_the_great_circle_and_the_order_holds(rows):
    given_views = views(*rows)
    found = nearest(given_views, HERE, len(rows))
    assert sorted(one.row for one in found) == list(range(len(rows)))
    for one in found:
        camera = (float(given_views.lon[one.row]), float(given_views.lat[one.row]))
        assert one.distance_m == pytest.approx(distance_m(camera, HERE), rel=0.002, abs=0.01)
    ranks = [(not one.sees, one.distance_m) for one in found]
    assert ranks == sorted(ranks)
