"""Pictures as numbers: bars within their rows, lines within their frame, gaps left open."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.water.views.drawing import (
    BOTTOM,
    CHART_H,
    TOP,
    hour_strip,
    nice_step,
    time_chart,
)

HOURS = st.lists(st.none() | st.floats(0, 1e6), min_size=24, max_size=24)


@settings(max_examples=25, deadline=None)
@given(st.lists(HOURS, min_size=1, max_size=9))
def test_each_bar_stays_in_the_row_of_its_day(days):
    named = [
        (str(n), [("missing" if v is None else "read", v) for v in hours])
        for n, hours in enumerate(days)
    ]
    strip = hour_strip(named)
    for _, top, _, cells in strip.rows:
        assert len(cells) == 24
        assert all(top <= cell.y and cell.y + cell.height <= top + strip.row_h for cell in cells)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=24))
def test_ticks_reach_over_every_value_and_stay_few(values):
    chart = time_chart({"a": values}, None, [], None)
    assert chart.ticks[-1][1] >= max((v for v in values if v is not None), default=0) * (1 - 1e-6)
    assert 2 <= len(chart.ticks) <= 6
    assert all(TOP <= y <= CHART_H - BOTTOM for y, _ in chart.ticks)


def test_a_gap_lifts_the_pen_and_a_band_goes_there_and_back():
    chart = time_chart({"a": [1.0, None, 2.0]}, ([0.0, 1.0, None], [1.0, 2.0, None]), [0], 1)
    assert chart.paths["a"].count("M") == 2
    assert chart.band.count("L") == 3
    assert chart.now_x == chart.marks[0][0] + chart.step


@given(st.floats(1e-6, 1e9))
def test_a_step_is_one_two_or_five_of_its_power(most):
    digits = f"{nice_step(most):.6e}"
    assert digits[:4] in ("1.00", "2.00", "5.00")
    assert most / 4 <= nice_step(most) * (1 + 1e-9)
