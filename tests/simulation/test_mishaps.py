import numpy as np

from dalgu.simulation.mishaps import Mishaps

DAY = 20_700
DAYS = range(DAY, DAY + 30)


def test_a_month_of_the_pilot_has_some_of_each():
    mishaps = Mishaps(3_062, 1)
    bursts = sum((mishaps.burst_lph(day) > 0).sum() for day in DAYS)
    backs = sum((mishaps.back_flow_l(day) > 0).sum() for day in DAYS)
    assert 2 <= bursts <= 60
    assert 5 <= backs <= 100
    assert any(mishaps.is_tampered(day).any() for day in DAYS)
    assert 1 <= max(mishaps.is_frozen(day).sum() for day in DAYS) <= 20


def test_what_ran_back_is_drawn_again_by_the_end_of_the_day():
    back = np.array([Mishaps(3_062, 1).back_flow_l(day) for day in DAYS])
    assert (back[:, :, [0, 24]] == 0).all()
    assert back.max() <= 160


def test_mishaps_do_not_depend_on_the_order_of_asking():
    one, other = Mishaps(50, 1), Mishaps(50, 1)
    other.back_flow_l(DAY + 9)
    assert (one.back_flow_l(DAY) == other.back_flow_l(DAY)).all()
