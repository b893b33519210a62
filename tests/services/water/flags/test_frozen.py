import numpy as np

from dalgu.services.water.flags.frozen import frozen
from dalgu.services.water.flags.silence import no_use

LIVED = np.tile(np.r_[np.zeros(8), np.full(16, 0.02)], 15)


def judged(stands_h, *, tells_flow):
    rest = no_use(np.r_[LIVED, np.zeros(stands_h)][None])
    return frozen(rest, np.array([tells_flow]))


def test_flow_told_beside_a_standing_register_is_a_contradiction():
    found = judged(30, tells_flow=True)
    assert found.is_frozen[0]
    assert found.contradicts[0]


def test_two_weeks_of_absence_are_no_frozen_meter():
    assert not judged(14 * 24, tells_flow=False).is_frozen[0]


def test_a_register_that_stands_for_thirty_days_is_suspected():
    found = judged(30 * 24, tells_flow=False)
    assert found.is_frozen[0]
    assert not found.contradicts[0]


def test_a_register_that_moves_is_not_frozen_whatever_is_told():
    assert not judged(0, tells_flow=True).is_frozen[0]
