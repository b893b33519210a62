from itertools import pairwise

import numpy as np
import pytest

from dalgu.simulation.consumption import FIRST_DAY
from dalgu.simulation.pipe_leaks import PipeLeaks

DAY = FIRST_DAY + 3_400
PIPES = (105, 105, 104, 106)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_most_dates_one_or_two_districts_leak(seed):
    leaks = PipeLeaks(PIPES, seed)
    running = [
        sum(bool(leaks.flow_lph(district, day).any()) for district in range(4))
        for day in range(DAY, DAY + 240)
    ]
    assert np.mean([1 <= count <= 2 for count in running]) > 0.85


def test_a_leak_is_counted_to_the_litre_whatever_was_asked_before():
    leaks, other = PipeLeaks(PIPES, 1), PipeLeaks(PIPES, 1)
    late = other.until_l(2, DAY + 90)
    days = [leaks.until_l(2, day) for day in range(DAY, DAY + 91)]
    assert (days[-1] == late).all()
    for day, (before, after) in enumerate(pairwise(days)):
        assert before[24] == after[0]
        assert (np.diff(before) == leaks.flow_lph(2, DAY + day)).all()


def test_leaks_are_of_the_size_that_a_main_has():
    leaks = PipeLeaks(PIPES, 1)
    for turn in range(300, 340):
        leak = leaks.leak(1, turn)
        assert 1_000 <= leak.flow_lph <= 6_000
        assert 18 * 24 <= leak.end_h - leak.begin_h <= 27 * 24
        assert 1 <= leak.pipe < PIPES[1]


def test_nothing_had_leaked_when_the_meters_were_built_in():
    leaks = PipeLeaks(PIPES, 1)
    assert all((leaks.until_l(district, FIRST_DAY) == 0).all() for district in range(4))
