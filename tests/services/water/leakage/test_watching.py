from dataclasses import replace

import numpy as np
import pytest
from tests.services.water.leakage.town import GAUGES, measured, town_inp

from dalgu.services.water.leakage.detection import Watch
from dalgu.services.water.leakage.model import read_network
from dalgu.services.water.leakage.network import NodeNotExisting, link_distances_m
from dalgu.services.water.leakage.watching import RecordTooShort, prepared, watch_network

NETWORK = read_network(town_inp())
DISTANCE = link_distances_m(NETWORK)
TWO_PIPES_M = 240.0


def watched(leaks, days, seed=1):
    return watch_network(town_inp(), measured(leaks, days, seed)).suspects


def metres_off(suspect, pipe):
    return DISTANCE[suspect.pipe, NETWORK.link(pipe)]


def test_a_town_without_a_leak_raises_nothing():
    assert watched([], 40) == []


def test_a_leak_is_found_within_days_and_two_pipes():
    [leak] = watched([("j32", 4.0, 20, 99)], 40)
    assert 20 <= leak.reported <= 25
    assert abs(leak.since - 20) <= 1
    assert metres_off(leak, "v31") <= TWO_PIPES_M
    assert leak.flow_m3h == pytest.approx(4.0, rel=0.25)
    assert leak.until is None


def test_two_leaks_at_once_are_told_apart_and_the_repaired_one_ends():
    first, second = watched([("j32", 5.0, 16, 40), ("j02", 4.0, 28, 99)], 60)
    assert metres_off(first, "v31") <= TWO_PIPES_M
    assert metres_off(second, "v01") <= TWO_PIPES_M
    assert 40 <= first.until <= 55  # a grid of eight gauges tells slowly that a flow has ceased
    assert second.until is None
    assert second.flow_m3h == pytest.approx(4.0, rel=0.3)


def test_a_leak_that_runs_from_the_first_day_is_found_too():
    [leak] = watched([("j32", 6.0, 0, 99)], 40)
    assert leak.since <= 5
    assert metres_off(leak, "v31") <= TWO_PIPES_M


def test_no_day_is_judged_by_a_later_one():
    leaks = [("j32", 5.0, 18, 99), ("j02", 5.0, 30, 99)]
    site, seen = prepared(town_inp(), measured(leaks, 36))
    whole, part = Watch(site), Watch(site)
    reports = [[(f.reported, f.pipe) for f in whole.take(day)] for day in seen.value]
    assert [[(f.reported, f.pipe) for f in part.take(day)] for day in seen.value[:28]] == reports[
        :28
    ]
    assert sum(map(len, reports)) == 2


def test_silent_gauges_and_lost_hours_do_not_stop_the_watch():
    told = measured([("j32", 4.0, 20, 99)], 40)
    heads, inflow = told.head_m, told.inflow_m3h
    heads[24 * 10 : 24 * 16, 2] = np.nan
    heads[24 * 25 + 3 : 24 * 25 + 9] = np.nan
    inflow[24 * 30 : 24 * 31] = np.nan
    [leak] = watch_network(town_inp(), told).suspects
    assert metres_off(leak, "v31") <= TWO_PIPES_M


def test_the_fit_of_the_model_is_better_after_than_before():
    outcome = watch_network(town_inp(), measured([("j32", 4.0, 20, 99)], 40))
    assert outcome.fit.after_m < outcome.fit.before_m / 3
    assert len(outcome.roughness) == len(NETWORK.pipes)
    assert ((outcome.roughness > 0.7) & (outcome.roughness < 1.3)).all()


def test_too_few_days_are_told():
    with pytest.raises(RecordTooShort):
        watch_network(town_inp(), measured([], 5))


def test_a_gauge_at_an_unknown_node_is_told():
    told = replace(measured([], 15), nodes=(*GAUGES[:-1], "elsewhere"))
    with pytest.raises(NodeNotExisting):
        watch_network(town_inp(), told)
