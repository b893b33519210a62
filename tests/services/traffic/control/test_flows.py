"""Counts add up to five minutes: nothing is lost at their ends."""

import numpy as np
import pytest

from dalgu.devices.signals.report import BINS, Report
from dalgu.services.traffic.control.flows import INTERVAL_S, Flows

AT = 1_780_000_200.0


def report(at_s, passed=(0.0, 0.0), queue=(0.0, 0.0), speed=(np.nan, np.nan)) -> Report:
    lanes = len(passed)
    none = np.zeros(1)
    return Report(
        at_s=at_s, stage=np.zeros(1, int), stage_age_s=none, changing_s=none,
        mode=np.zeros(1, int), cause=np.zeros(1, int), light=np.zeros(1, int), light_age_s=none,
        called_s=none, queue_veh=np.array(queue), arriving_veh=np.zeros((lanes, BINS)),
        waiting_s=np.zeros(lanes), passed_veh=np.array(passed), speed_mps=np.array(speed),
        exit_room_veh=np.zeros(lanes), fault=np.zeros(lanes, bool), events=np.zeros((0, 4)),
    )  # fmt: skip


def test_an_interval_holds_what_passed_in_it():
    flows, ended = Flows(np.array([10.0, 10.0])), []
    green = np.array([True, False])
    for second in range(2 * INTERVAL_S + 1):
        one = report(AT + second, (1.0, 0.5), queue=(5.0, 0.0), speed=(10.0, np.nan))
        if (interval := flows.take(one, green)) is not None:
            ended.append(interval)
    assert len(ended) == 2
    second = ended[1]
    assert second.seconds == INTERVAL_S
    np.testing.assert_allclose(second.passed_veh, [300, 150])
    np.testing.assert_allclose(second.flow_veh_h, [3_600, 1_800])
    assert second.speed_kmh[0] == pytest.approx(36)
    assert np.isnan(second.speed_kmh[1])
    np.testing.assert_allclose(second.occupancy, [0.5, 0])
    np.testing.assert_allclose(second.green_share, [1, 0])
    assert sum(one.passed_veh.sum() for one in ended) == 1.5 * (2 * INTERVAL_S + 1)
