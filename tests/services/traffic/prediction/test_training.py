import numpy as np
import pytest

from dalgu.services.traffic.prediction import training
from dalgu.services.traffic.prediction.errors import errors
from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, History
from dalgu.services.traffic.prediction.model import Model
from dalgu.services.traffic.prediction.naive import weekly_profile
from dalgu.services.traffic.prediction.refusals import (
    ForecastModelUnreadable,
    HistoryOfOtherLinks,
    LinkHistoryTooShort,
    LinkHistoryUneven,
)
from dalgu.services.traffic.prediction.replay import guesses_of, replay, truth_of

LINKS, DAYS = 6, 5
UNTIL = 4 * STEPS_PER_DAY


def a_city(days=DAYS, seed=0):
    """Six links in a row; a disturbance enters the first and moves on a link each step."""
    rng = np.random.default_rng(seed)
    steps = np.arange(days * STEPS_PER_DAY)
    entering = np.zeros(len(steps) + LINKS)
    for step in range(1, len(entering)):
        entering[step] = 0.9 * entering[step - 1] + rng.normal(0, 2)
    moving = np.stack([entering[LINKS - link :][: len(steps)] for link in range(LINKS)])
    rush = 15 * np.exp(-(((steps % STEPS_PER_DAY) - 100) ** 2) / 300)
    speed = 50 - rush + moving
    flow = 400 + 20 * rush + 10 * moving[::-1]
    edges = np.array([[link, link + 1] for link in range(LINKS - 1)])
    return History(0, flow, np.maximum(speed, 0), edges)


@pytest.fixture(scope="module")
def city():
    return a_city()


@pytest.fixture(scope="module")
def model(city):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "MOST_UPDATES", 300)
        patched.setattr(training, "BATCH", 256)
        patched.setattr(training, "JUDGED", 500)
        return training.train(city.part(0, UNTIL), seed=3)


def test_a_day_is_forecast_better_than_by_guesses_and_its_intervals_hold(city, model):
    ends = np.arange(UNTIL, city.steps - 12, 3)
    forecast, _ = replay(model, city, ends)
    profile = weekly_profile(city.part(0, UNTIL))
    table = errors(forecast, truth_of(city, model, ends), guesses_of(city, profile, model, ends))
    assert [(line.quantity, line.horizon_min) for line in table] == [
        (quantity, minutes) for quantity in ("flow", "speed") for minutes in (15, 30, 45, 60)
    ]
    assert all(line.skill_over_last_value > 0 for line in table)
    # After an hour little of a disturbance is left, and the usual day is as good as can be.
    assert all(line.skill_over_weekly_profile > 0 for line in table if line.horizon_min < 60)
    assert all(line.skill_over_weekly_profile > -0.1 for line in table)
    for level, nominal in enumerate(forecast.levels):
        assert np.mean([line.coverage[level] for line in table]) == pytest.approx(nominal, abs=0.06)


def test_the_same_seed_gives_the_same_model(city, monkeypatch):
    monkeypatch.setattr(training, "MOST_UPDATES", 20)
    monkeypatch.setattr(training, "CHECK_EVERY", 10)
    monkeypatch.setattr(training, "BATCH", 32)
    monkeypatch.setattr(training, "JUDGED", 100)
    first, again = (training.train(city.part(0, 600), seed=5).dump() for _ in range(2))
    assert first == again


def test_a_model_survives_being_kept(city, model):
    kept = Model.load(model.dump())
    window = city.part(700, 712)
    assert (kept.predict(window).low == model.predict(window).low).all()
    assert kept.horizons_min == model.horizons_min


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04broken", b"not a model"])
def test_what_is_not_a_model_is_refused(body):
    with pytest.raises(ForecastModelUnreadable):
        Model.load(body)


def test_dead_links_and_late_data_are_forecast_all_the_same(city, model):
    window = city.part(800, 812)
    window.speed_kmh.flags.writeable = True
    speed, flow = window.speed_kmh.copy(), window.flow_veh_h.copy()
    speed[2], flow[2] = np.nan, np.nan  # a dead detector
    speed[3, -4:] = np.nan  # late data
    flow[4, ::2] = np.nan  # losses
    forecast = model.predict(History(window.first_step, flow, speed, window.edges))
    assert np.isfinite(forecast.middle).all()
    assert (forecast.low <= forecast.middle).all()
    assert (forecast.middle <= forecast.high).all()
    assert (forecast.low >= 0).all()


def test_a_city_that_is_silent_altogether_gets_its_usual_day(city, model):
    silent = np.full((LINKS, 3), np.nan)
    forecast = model.predict(History(UNTIL, silent, silent, city.edges))
    assert np.isfinite(forecast.middle).all()


def test_training_bears_a_link_that_never_spoke(city, monkeypatch):
    monkeypatch.setattr(training, "MOST_UPDATES", 20)
    monkeypatch.setattr(training, "CHECK_EVERY", 10)
    monkeypatch.setattr(training, "BATCH", 32)
    monkeypatch.setattr(training, "JUDGED", 100)
    speed = city.speed_kmh.copy()
    speed[1] = np.nan
    speed[:, 300:340] = np.nan
    mute = History(0, None, speed, city.edges)
    forecast = training.train(mute.part(0, 700)).predict(mute.part(700, 712))
    assert np.isfinite(forecast.middle).all()


def test_silent_weeks_before_change_nothing(city, monkeypatch):
    monkeypatch.setattr(training, "MOST_UPDATES", 20)
    monkeypatch.setattr(training, "CHECK_EVERY", 10)
    monkeypatch.setattr(training, "BATCH", 64)
    monkeypatch.setattr(training, "JUDGED", 100)
    weeks = 3 * STEPS_PER_DAY

    def begun(part):
        return np.pad(part, ((0, 0), (weeks, 0)), constant_values=np.nan)

    later = History(0, begun(city.flow_veh_h), begun(city.speed_kmh), city.edges)
    told = History(weeks, city.flow_veh_h, city.speed_kmh, city.edges)
    assert training.train(later).dump() == training.train(told).dump()


def test_a_detector_that_tells_nonsense_leaves_the_forecast_sound(city, model):
    window = city.part(900, 912)
    speed, flow = window.speed_kmh.copy(), window.flow_veh_h.copy()
    flow[2], speed[2] = 1e7, 0.0
    forecast = model.predict(History(window.first_step, flow, speed, window.edges))
    sound = np.delete(forecast.high, 2, axis=2)
    assert sound.max() < 3_000


def test_less_than_a_day_is_too_short_to_learn_from(city):
    with pytest.raises(LinkHistoryTooShort, match="needs 312"):
        training.train(city.part(0, 300))


def test_a_model_refuses_another_network(model):
    with pytest.raises(HistoryOfOtherLinks, match="7 links with speed"):
        model.predict(History(0, None, np.ones((7, 12))))


def test_flow_and_speed_must_agree():
    with pytest.raises(LinkHistoryUneven):
        History(0, np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(LinkHistoryUneven):
        History(0, None, None)
