import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.web.drawing import Canvas, arc, canvas, line

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[128, 35], [129, 35], [129, 36], [128, 36], [128, 35]]],
}


def test_north_is_up_and_east_is_right():
    sheet = Canvas(128, 35, 129, 36, width=100)
    assert sheet.point((128, 36)) == (0.0, 0.0)
    assert sheet.point((129, 35)) == (100.0, sheet.height)


def test_the_ground_keeps_its_shape():
    sheet = Canvas(128, 35, 129, 36, width=1000)
    assert sheet.height / sheet.width == pytest.approx(1 / math.cos(math.radians(35.5)), rel=1e-3)


def test_a_canvas_shows_all_it_was_made_for():
    sheet = canvas([SQUARE], width=500, margin=0.1)
    assert sheet.west < 128
    assert sheet.north > 36


def test_an_outline_closes():
    path = Canvas(128, 35, 129, 36, width=10).path(SQUARE)
    assert path.startswith("M0 12l")
    assert path.endswith("z")


def test_several_polygons_draw_several_outlines():
    both = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}
    assert Canvas(128, 35, 129, 36).path(both).count("M") == 2


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=30))
def test_a_line_stays_within_its_box(values):
    numbers = [float(part) for part in line(values).replace("L", " ").replace("M", " ").split()]
    assert all(-0.01 <= x <= 120.01 for x in numbers[::2])
    assert all(-0.01 <= y <= 32.01 for y in numbers[1::2])


def test_a_line_without_values_draws_nothing():
    assert line([None, None]) == ""


def test_a_full_dial_sweeps_three_quarters():
    assert "0 1 1" in arc(1.0, radius=50, centre=60)
    assert arc(2.0, radius=50, centre=60) == arc(1.0, radius=50, centre=60)
