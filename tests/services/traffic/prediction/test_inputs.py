import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, WINDOW, History
from dalgu.services.traffic.prediction.inputs import gather, learn_scales, make_inputs

AHEAD = np.array([3, 12])


def inputs_of(history, **how):
    return make_inputs(history, learn_scales(history), AHEAD, **{"leave_own_day_out": False} | how)


@settings(max_examples=30, deadline=None)
@given(arrays(np.float32, (3, 40), elements=st.floats(0, 120, width=32) | st.just(np.nan)))
def test_whatever_is_missing_the_network_sees_numbers(speed):
    inputs = inputs_of(History(0, None, speed, np.array([[0, 1], [1, 2]])))
    seen, last = gather(inputs, np.repeat([WINDOW - 1, 39], 3), np.tile(np.arange(3), 2))
    assert seen.shape == (6, inputs.width)
    assert np.isfinite(seen).all()
    assert np.isfinite(last).all()


def test_a_gap_takes_the_last_known_value_and_says_how_old_it_is():
    speed = np.arange(1.0, 25.0)[None]
    speed[0, 20:] = np.nan
    inputs = inputs_of(History(0, None, speed))
    seen, last = gather(inputs, np.array([23]), np.array([0]))
    hour = seen[0, inputs.city.shape[1] + inputs.time.shape[1] :][: WINDOW + 2]
    assert np.isclose(last[0, 0], inputs.z[0, 19, 0])
    assert np.allclose(hour[7:WINDOW], inputs.z[0, 19, 0])
    assert np.allclose(hour[WINDOW:], [8 / 12, 4 / 12])  # share known, age of the newest


def test_neighbours_are_the_known_ones_along_the_traffic():
    speed = np.tile([[10.0], [20.0], [60.0]], (1, 24))
    speed[0, :3] += 1  # something must change for a spread to be
    speed[2, -1] = np.nan
    inputs = inputs_of(History(0, None, speed, np.array([[0, 1], [1, 2], [0, 2]])))
    assert np.isclose(inputs.upstream[0, 10, 1], inputs.z[0, 10, 0])
    assert np.isclose(inputs.downstream[0, 10, 0], inputs.z[0, 10, 1:].mean())
    assert np.isclose(inputs.downstream[0, -1, 0], inputs.z[0, -1, 1])


def test_the_usual_day_of_training_leaves_the_day_itself_out():
    days = np.repeat([30.0, 50.0, 100.0], STEPS_PER_DAY)[None]  # Thursday, Friday, Saturday
    history = History(0, None, days)
    without = inputs_of(history, leave_own_day_out=True)
    noon = STEPS_PER_DAY // 2
    assert np.isclose(without.usual[0, noon, 0], without.z[0, noon + STEPS_PER_DAY, 0], atol=1e-4)
    known = inputs_of(history)
    assert np.isclose(known.usual[0, noon, 0], known.z[0, [noon, noon + STEPS_PER_DAY], 0].mean())
