"""Green while vehicles follow each other, then the next one's turn."""

import numpy as np
from tests.services.traffic.signals.crossings import district, quiet

from dalgu.services.traffic.signals.actuated import Actuated


def seen_with(layout, near=(), queued=(), **changed):
    arriving = np.zeros((len(layout.lanes), 15))
    arriving[list(near), 0] = 1.0
    queue = np.zeros(len(layout.lanes))
    queue[list(queued)] = 2.0
    return quiet(layout, arriving_veh=arriving, queue_veh=queue, **changed)


def test_green_is_extended_within_the_gap():
    layout = district()
    assert Actuated().decide(layout, seen_with(layout, near=[0], queued=[4])).stage[0] == 0


def test_a_gap_ends_it_and_stages_that_nobody_wants_are_skipped():
    layout = district()
    assert Actuated().decide(layout, seen_with(layout, queued=[4, 6])).stage[0] == 2
    assert Actuated().decide(layout, seen_with(layout, queued=[6])).stage[0] == 3


def test_the_longest_green_ends_it_if_somebody_waits():
    layout = district()
    long = np.array([51.0])
    waits = seen_with(layout, near=[0], queued=[4], stage_age_s=long)
    assert Actuated().decide(layout, waits).stage[0] == 2
    assert Actuated().decide(layout, seen_with(layout, near=[0], stage_age_s=long)).stage[0] == 0
