"""Made-up grids are whole: shares add up, lanes and movements know each other."""

import numpy as np
import pytest

from dalgu.services.traffic.queues.patterns import STAGINGS, Sketch, grid
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.trial import trial
from dalgu.services.traffic.signals.fixed import Fixed

GRIDS = [
    Sketch(1, 1),
    Sketch(2, 3, lanes=1, has_pockets=False),
    Sketch(3, 2, lanes=3, is_protected=True),
    *(Sketch(2, 2, staging=staging) for staging in STAGINGS),
]


@pytest.mark.parametrize("sketch", GRIDS)
def test_shares_add_up(sketch: Sketch) -> None:
    streets, layout = grid(sketch, np.random.default_rng(0))
    link = streets.lane_link[streets.movement_lane]
    assert np.bincount(link, streets.movement_share) == pytest.approx(np.ones(len(streets.links)))
    of_lane = np.bincount(layout.movement_lane, layout.movement_share)
    assert of_lane == pytest.approx(np.ones(len(layout.lanes)))


@pytest.mark.parametrize("sketch", GRIDS)
def test_every_movement_is_served_by_a_stage(sketch: Sketch) -> None:
    _, layout = grid(sketch, np.random.default_rng(0))
    served = layout.stage_group.reshape(len(layout.signals), -1, 8).any(axis=1).reshape(-1)
    assert served[layout.movement_group].all()


def test_a_movement_leads_to_the_lanes_of_the_next_signal() -> None:
    streets, layout = grid(Sketch(2, 2), np.random.default_rng(0))
    inner = layout.movement_next >= 0
    assert inner.any()
    lane = layout.movement_next[inner]
    assert (layout.lane_signal[lane] != layout.lane_signal[layout.movement_lane[inner]]).all()
    assert (np.diff(streets.lane_link) >= 0).all()


def test_traffic_runs_under_the_fixed_plan() -> None:
    streets, layout = grid(Sketch(2, 2, demand_veh_h=300.0), np.random.default_rng(0))
    trips = trial(Queues(streets, layout, np.random.default_rng(0)), Fixed(), 600.0)
    assert trips.arrived > 0.7 * trips.due
    assert 10 < trips.mean_delay_s < 90
