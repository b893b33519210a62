"""The past of the busiest links: the same again, inside bounds, slower when they are full."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.services.traffic.measures.streets import network

from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import Inflow
from dalgu.simulation.street_history import observations, observed_links

SINCE = datetime(2026, 3, 2, 15, 2, tzinfo=UTC)  # Tuesday, 00:02 in Daegu


@pytest.fixture(scope="module")
def compiled():
    import msgspec

    streets = network()
    day = tuple(100.0 + 900.0 * (7 <= hour < 9) for hour in range(24))
    inflows = tuple(Inflow(link.id, day) for link in streets.links if link.start in ("w", "e"))
    return compile_network(msgspec.structs.replace(streets, inflows=inflows))


def test_a_day_is_told_in_steps_of_five_minutes_and_again_the_same(compiled):
    told = list(observations(compiled, SINCE, SINCE + timedelta(days=1), 1))
    assert len(told) == 288
    assert told == list(observations(compiled, SINCE, SINCE + timedelta(days=1), 1))
    assert told[0][0].observed_at == SINCE + timedelta(minutes=3)
    names = {one.id for one in told[0]}
    assert len(names) == len(observed_links(compiled))
    assert all({one.id for one in step} == names for step in told)


def test_a_cut_changes_nothing(compiled):
    middle = SINCE + timedelta(hours=5)
    whole = list(observations(compiled, SINCE, SINCE + timedelta(hours=9), 1))
    halves = [
        *observations(compiled, SINCE, middle, 1),
        *observations(compiled, middle, SINCE + timedelta(hours=9), 1),
    ]
    assert whole == halves


def test_the_rush_is_fuller_and_not_faster(compiled):
    told = list(observations(compiled, SINCE, SINCE + timedelta(days=1), 1))
    flow = np.array([sum(one.intensity for one in step) for step in told])
    speed = np.array([np.mean([one.average_speed for one in step]) for step in told])
    night, rush = slice(24, 60), slice(90, 102)
    assert flow[rush].mean() > 3 * flow[night].mean()
    assert speed[rush].mean() < speed[night].mean() + 0.5
    assert (speed >= 5).all()
