"""A SUMO network as a layout, and what its detectors look at."""

import numpy as np
import pytest
from tests.simulation.sumo.nets import written

from dalgu.simulation.sumo.layout import read_street, yellow_state
from dalgu.simulation.sumo.net import read_net


@pytest.fixture
def street(tmp_path):
    return read_street(written(tmp_path))


def test_stages_are_the_phases_without_amber(street):
    assert street.states == ("GgrG", "rrGG")
    assert street.layout.plan_green_s.tolist() == [20.0, 15.0]
    assert street.layout.change_s.tolist() == [[0.0, 3.0], [3.0, 0.0]]


def test_links_are_groups_and_lanes_have_shares(street):
    layout = street.layout
    assert layout.lanes == ("west_0", "west_1", "south_0")
    assert layout.movement_group.tolist() == [0, 1, 2, 3]  # G and g are told apart
    assert layout.movement_share.tolist() == [1.0, 1.0, 0.5, 0.5]


def test_who_gives_way_is_read_from_the_junction(tmp_path, street):
    assert read_net(written(tmp_path)).yields["j", 1] == {0, 2}
    group = street.layout.movement_group[1]
    assert street.layout.stage_yields[0, group]
    assert not street.layout.stage_yields[1].any()


def test_detectors_look_upstream_over_edges_and_share_at_forks(street):
    sight, layout = street.sight, street.layout
    far = sight.lanes.index("far_0")
    entries = slice(sight.first[far], sight.first[far + 1])
    assert sorted(sight.stop[entries].tolist()) == [0, 1]
    assert sight.share[entries].tolist() == [0.5, 0.5]
    assert sight.ahead_m[entries].tolist() == [6.0, 6.0]
    assert layout.lane_reach_m.tolist() == [200.0, 200.0, 90.0]


def test_amber_comes_where_a_green_ends():
    assert yellow_state("GgrG", "rrGG") == "yyrG"
    assert yellow_state("GGsr", "GGGr") == "GGsr"
    assert yellow_state("Gr", "sG") == "yr"


def test_tables_fit_each_other(street):
    layout = street.layout
    assert layout.stage_lane.tolist() == [[True, True, True], [False, False, True]]
    assert (np.diff(layout.stage_first) == 2).all()
