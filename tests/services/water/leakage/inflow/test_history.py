import numpy as np
import pytest

from dalgu.services.water.leakage.inflow.history import (
    InflowHistory,
    InflowMisshapen,
    net_inflow,
)


@pytest.mark.parametrize(
    "inflow",
    [
        np.zeros(24),
        np.zeros((2, 24)),
        np.zeros((1, 3, 2)),
        np.full((1, 2, 24), np.inf),
        np.full((1, 2, 24), 1e9),
    ],
    ids=["a line", "a plane", "two steps a day", "infinite", "absurd"],
)
def test_a_history_that_does_not_fit_is_refused(inflow):
    with pytest.raises(InflowMisshapen, match=r"shape|infinite"):
        InflowHistory(inflow)


@pytest.mark.parametrize("expected", [np.ones((1, 3, 24)), np.zeros((1, 2, 24))])
def test_an_expectation_that_does_not_fit_is_refused(expected):
    with pytest.raises(InflowMisshapen, match=r"Expected|expected"):
        InflowHistory(np.ones((1, 2, 24)), expected)


def test_what_the_tank_takes_up_is_not_demand():
    inflow = np.full(4, 30.0)
    level = np.array([1.0, 1.1, 1.1, 1.0])
    net = net_inflow(inflow, level, tank_area_m2=100.0, step_s=1800)
    assert net == pytest.approx([30.0, 10.0, 30.0, 50.0])
    assert net.sum() * 0.5 == pytest.approx(inflow.sum() * 0.5)  # the tank is where it was
