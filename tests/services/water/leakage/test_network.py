import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.water.leakage.town import town_inp

from dalgu.services.water.leakage.model import read_network
from dalgu.services.water.leakage.network import (
    LinkNotExisting,
    NodeNotExisting,
    link_distances_m,
    reachable,
)

NETWORK = read_network(town_inp())
DISTANCE = link_distances_m(NETWORK)


def between(a, b):
    return DISTANCE[NETWORK.link(a), NETWORK.link(b)]


def test_neighbours_are_half_and_half_apart():
    assert between("h00", "h10") == pytest.approx(120)  # two halves of 120 m
    assert between("main", "h00") == pytest.approx(30 + 60)


def test_a_valve_is_no_way_at_all():
    assert between("v42", "b0") == pytest.approx(120, abs=0.01)


def test_across_the_grid_by_the_streets():
    # From the middle of h00 to that of h33: 60 + 2 x 120 to the right, 3 x 120 up, 60 more.
    assert between("h00", "h33") == pytest.approx(60 + 240 + 360 + 60)


links = st.integers(0, len(NETWORK.links) - 1)


@given(links, links, links)
def test_distances_are_a_metric(a, b, c):
    assert DISTANCE[a, a] == 0
    assert DISTANCE[a, b] == pytest.approx(DISTANCE[b, a])
    # A way through a link's middle passes it whole, half before and half after.
    assert DISTANCE[a, c] <= DISTANCE[a, b] + DISTANCE[b, c] + 1e-3


def test_a_shut_main_leaves_everything_dry():
    wet = reachable(NETWORK, [NETWORK.node("R")], frozenset({NETWORK.link("main")}))
    assert np.flatnonzero(wet).tolist() == [NETWORK.node("R")]


def test_names_that_are_not_in_the_file_are_told():
    with pytest.raises(LinkNotExisting, match="p404"):
        NETWORK.link("p404")
    with pytest.raises(NodeNotExisting, match="n404"):
        NETWORK.node("n404")
