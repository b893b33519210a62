import numpy as np

from dalgu.services.traffic.flow import busiest, hourly_flow


def flow_of(*counts, hours=3):
    intersection, at_h, count = (np.array(column) for column in zip(*counts, strict=True))
    return hourly_flow(intersection, at_h * 3600.0, count.astype(float), start_s=0.0, hours=hours)


def test_a_count_belongs_to_the_hour_it_ends_in():
    flow = flow_of((0, 0.5, 1), (0, 1.0, 2), (0, 1.001, 4))
    assert flow.vehicles.tolist() == [[3, 4, 0]]
    assert flow.heard.tolist() == [[2, 1, 0]]


def test_counts_outside_the_hours_are_left_out():
    assert flow_of((0, -0.5, 9), (0, 0.0, 9), (0, 3.5, 9)).vehicles.sum() == 0


def test_the_busiest_come_first_and_the_silent_not_at_all():
    flow = flow_of((0, 0.5, 10), (1, 0.5, 0), (2, 0.5, 30))
    assert busiest(flow, most=5) == [2, 0]


def test_no_counts_give_no_intersections():
    none = np.array([], dtype=np.int64)
    flow = hourly_flow(none, none.astype(float), none.astype(float), start_s=0.0, hours=24)
    assert busiest(flow, most=5) == []
