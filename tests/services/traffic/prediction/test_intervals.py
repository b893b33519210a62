import numpy as np
import pytest

from dalgu.services.traffic.prediction.intervals import HIGHS, LEVELS, LOWS, first_offsets, moved
from dalgu.services.traffic.prediction.network import QUANTILES

LINKS = 50


def test_first_offsets_hold_what_they_promise_on_the_days_they_were_set_on():
    rng = np.random.default_rng(2)
    truth = rng.standard_normal((5_000, 3))
    outputs = np.zeros((5_000, 3, len(QUANTILES)))  # a network that knows no width
    bounds = outputs + first_offsets(outputs, truth)
    for level, low, high in zip(LEVELS, LOWS, HIGHS, strict=True):
        within = (truth >= bounds[..., low]) & (truth <= bounds[..., high])
        assert within.mean() == pytest.approx(level, abs=0.002)


def test_a_target_that_never_came_true_keeps_its_bounds():
    assert not first_offsets(np.ones((4, 1, 5)), np.full((4, 1), np.nan)).any()
    assert not moved(np.zeros((1, 5)), np.ones((4, 1, 5)), np.full((4, 1), np.nan)).any()


@pytest.mark.parametrize(("scale", "shift"), [(1.6, 0.0), (0.6, 0.3), (1.0, -0.6), (1.2, 0.5)])
def test_intervals_hold_again_after_the_city_has_changed(scale, shift):
    rng = np.random.default_rng(7)
    calm = rng.standard_normal((2_000, 1))
    offsets = first_offsets(np.zeros((2_000, 1, len(QUANTILES))), calm)
    truth = shift + scale * rng.standard_normal((1_500, LINKS, 1))
    within = np.empty((1_500, len(LEVELS)))
    for step, came in enumerate(truth):
        bounds = np.broadcast_to(offsets, (LINKS, 1, len(QUANTILES)))
        inside = (came >= offsets[0, list(LOWS)]) & (came <= offsets[0, list(HIGHS)])
        within[step] = inside.mean(axis=0)
        offsets = moved(offsets, bounds, came)
    assert within[1_000:].mean(axis=0) == pytest.approx(LEVELS, abs=0.02)
