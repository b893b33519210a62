import numpy as np
import pytest

from dalgu.simulation.consumption import FIRST_DAY, MEAN_L_PER_DAY, Households

DAY = FIRST_DAY + 3_400


@pytest.fixture(scope="module")
def households():
    return Households(3_062, 1)


def test_registers_meet_at_midnight_and_run_back_at_a_few_taps_only(households):
    before, after = households.register_l(DAY), households.register_l(DAY + 1)
    assert (before[:, 24] == after[:, 0]).all()
    ran_back = (np.diff(before, axis=1) < 0).any(axis=1)
    assert (ran_back == households.is_running_back(DAY)).all()
    assert ran_back.sum() < 10
    assert (before >= 0).all()


def test_what_passes_a_frozen_meter_is_drawn_but_not_counted(households):
    days = range(DAY, DAY + 3)
    frozen = np.stack([households.mishaps.is_frozen(day) for day in days]).all(axis=0)
    counted = households.register_l(DAY + 2)[:, 24] - households.register_l(DAY)[:, 0]
    drawn = households.drawn_l(DAY + 2)[:, 24] - households.drawn_l(DAY)[:, 0]
    assert 0 < frozen.sum() < 20
    assert (counted[frozen] == 0).all()
    assert drawn[frozen].sum() > 0
    assert (households.drawn_l(DAY) >= households.register_l(DAY)).all()


def test_a_business_draws_by_day_and_more_than_a_home(households):
    drawn = np.stack([np.diff(households.drawn_l(day), axis=1) for day in range(DAY, DAY + 28)])
    business = drawn[:, households.business].mean(axis=(0, 1))
    homes = drawn[:, ~households.business].mean(axis=(0, 1))
    assert 0.04 < households.business.mean() < 0.06
    assert business.sum() > 1.3 * homes.sum()
    assert business[12] > business[7]
    assert homes[7] > homes[12]


def test_registers_do_not_depend_on_the_order_of_asking(households):
    other = Households(3_062, 1)
    late = other.register_l(DAY + 40)
    early = other.register_l(DAY)
    assert (households.register_l(DAY) == early).all()
    assert (households.register_l(DAY + 40) == late).all()


def test_households_draw_what_real_ones_draw(households):
    days = [np.diff(households.register_l(day), axis=1) for day in range(DAY, DAY + 28)]
    daily_l = np.stack(days).sum(axis=2)
    assert daily_l.mean() == pytest.approx(MEAN_L_PER_DAY, rel=0.1)
    by_hour = np.stack(days).mean(axis=(0, 1))
    assert by_hour[3] < by_hour[13] < by_hour[7]
    assert by_hour[3] < by_hour[13] < by_hour[19]
    assert 0.01 < (daily_l == 0).all(axis=0).mean() < 0.04


def test_only_a_leak_runs_all_day(households):
    days = range(DAY, DAY + 28)
    running = np.stack([(np.diff(households.register_l(d), axis=1) > 0).all(axis=1) for d in days])
    bursting = np.stack([households.is_bursting(day) for day in days])
    leaking = np.stack([households.is_leaking(day) for day in days]) | bursting
    counted = ~np.stack([households.mishaps.is_frozen(day) for day in days])
    assert leaking.any()
    assert bursting.any()
    assert running[leaking & counted].all()
    assert running[~leaking].mean() < 1e-3


def test_registers_start_at_zero_when_the_meters_are_built_in(households):
    assert (households.register_l(FIRST_DAY)[:, 0] == 0).all()
