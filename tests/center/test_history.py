import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dalgu.center.history import POINTS, chart_line, thin
from dalgu.hub.hub import Series

values = arrays(np.float64, st.integers(1, 3000), elements=st.floats(-1e6, 1e6))


@given(values)
def test_thinning_keeps_the_peaks_and_the_order(series):
    kept = thin(series, 100)
    assert len(kept) <= 100
    assert list(kept) == sorted(set(kept.tolist()))
    assert series[kept].max() == series.max()
    assert series[kept].min() == series.min()


def test_nothing_thins_to_nothing():
    assert len(thin(np.array([]), 100)) == 0


def test_a_short_series_is_drawn_whole():
    series = Series(np.array([0.0, 60.0]), np.array([1.0, 2.0]), np.array([1, 2]))
    line = chart_line("Flow", "m³/h", series)
    assert line["points"] == [
        {"at": "1970-01-01T00:00:00Z", "value": 1.0},
        {"at": "1970-01-01T00:01:00Z", "value": 2.0},
    ]
    assert len(line["points"]) <= POINTS
