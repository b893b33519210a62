import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.rollout.coverage import (
    OPEN,
    SUBURBAN,
    URBAN,
    LinkBudget,
    covered_share,
    distances_m,
    path_loss_db,
    reach_km,
)

BUDGET = LinkBudget()


def test_the_link_allows_what_its_parts_leave():
    assert BUDGET.allowed_loss_db == 14 + 137 - 20 - 10


def test_reach_is_where_the_loss_is_what_the_link_allows():
    assert path_loss_db(reach_km(BUDGET), BUDGET) == pytest.approx(BUDGET.allowed_loss_db)


def test_radio_reaches_further_over_open_ground():
    assert reach_km(BUDGET, URBAN) < reach_km(BUDGET, SUBURBAN) < reach_km(BUDGET, OPEN) <= 20


@given(st.floats(0.05, 19), st.floats(1.01, 3))
def test_loss_grows_with_distance(distance_km, further):
    assert path_loss_db(distance_km * further, BUDGET) > path_loss_db(distance_km, BUDGET)


def test_half_of_the_points_in_reach_is_a_half():
    points = np.array([[128.60, 35.87], [128.60, 35.99]])
    gateways = np.array([[128.60, 35.871]])
    assert covered_share(points, gateways, 2_000) == 0.5


def test_no_gateway_and_no_point_reach_nothing():
    nothing = np.empty((0, 2))
    assert covered_share(np.array([[128.6, 35.9]]), nothing, 1e6) == 0.0
    assert covered_share(nothing, np.array([[128.6, 35.9]]), 1e6) == 0.0


def test_a_degree_of_latitude_is_111_km():
    assert distances_m(np.array([[128.6, 35.0]]), np.array([[128.6, 36.0]]))[0, 0] == pytest.approx(
        111_195, rel=1e-3
    )
