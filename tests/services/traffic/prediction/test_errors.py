import numpy as np
import pytest

from dalgu.services.traffic.prediction.errors import Guesses, errors
from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, History
from dalgu.services.traffic.prediction.model import Forecast
from dalgu.services.traffic.prediction.naive import last_values, profile_at, weekly_profile


def a_forecast(middle):
    middle = np.array(middle, dtype=np.float32).reshape(1, -1, 1)
    return Forecast(("speed",), (15,), (0.8,), middle, (middle - 5)[None], (middle + 5)[None])


def test_errors_are_those_of_the_book():
    truth = np.array([50.0, 44.0, np.nan]).reshape(1, 3, 1)
    guesses = Guesses(np.full((1, 3, 1), 40.0), np.full((1, 3, 1), 47.0))
    [line] = errors(a_forecast([53.0, 40.0, 10.0]), truth, guesses)
    assert line.count == 2
    assert line.mae == pytest.approx((3 + 4) / 2)
    assert line.rmse == pytest.approx(((9 + 16) / 2) ** 0.5)
    assert line.mape == pytest.approx((3 / 50 + 4 / 44) / 2)
    assert line.last_value_mae == pytest.approx((10 + 4) / 2)
    assert line.skill_over_last_value == pytest.approx(1 - 3.5 / 7)
    assert line.skill_over_weekly_profile == pytest.approx(1 - 3.5 / 3)
    assert line.coverage == (1.0,)
    assert line.width == (10.0,)


def test_nothing_known_gives_no_error():
    nothing = np.full((1, 1, 1), np.nan)
    [line] = errors(a_forecast([1.0]), nothing, Guesses(nothing, nothing))
    assert line.count == 0
    assert line.mae is line.rmse is line.mape is line.skill_over_last_value is None
    assert line.coverage == (None,)


def test_a_weekday_that_was_never_seen_has_the_mean_of_the_other_days():
    speed = np.concatenate([np.full(STEPS_PER_DAY, 40.0), np.full(STEPS_PER_DAY, 60.0)])[None]
    profile = weekly_profile(History(0, None, speed))
    seen, unseen = profile_at(profile, np.array([STEPS_PER_DAY + 7, 3 * STEPS_PER_DAY]))[0]
    assert (seen, unseen) == (60.0, 50.0)


def test_the_last_value_is_the_newest_known_one():
    history = History(0, np.array([[1.0, 2.0, np.nan, 4.0]]), np.array([[5.0, np.nan, 6.0, 7.0]]))
    assert last_values(history, np.array([2, 3])).tolist() == [[[2.0], [6.0]], [[4.0], [7.0]]]
