import numpy as np
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, lists
from tests.services.traffic.measures.logs import cycle, detector, log

from dalgu.services.traffic.measures.arrivals import arrivals_on_green, platoon_ratio
from dalgu.services.traffic.measures.events import ControllerEvents, joined

ADVANCE = detector(5, 2, "advance")


def test_an_arrival_counts_by_the_colour_shown_when_it_comes():
    events = log(
        *cycle(10, 2),  # green 10 to 30, yellow to 33
        *cycle(70, 2),
        *((at, 82, 5) for at in (5.0, 10.0, 29.9, 30.0, 40.0, 75.0)),
    )
    made = arrivals_on_green(events, ADVANCE)
    assert made.arrivals.tolist() == [6]
    assert made.on_green.tolist() == [3]  # 10.0, 29.9 and 75.0


def test_latency_moves_an_actuation_back_to_when_the_vehicle_was_there():
    events = log(*cycle(10, 2), (30.5, 82, 5))
    assert arrivals_on_green(events, ADVANCE).on_green.tolist() == [0]
    assert arrivals_on_green(events, ADVANCE, latency_s=1.0).on_green.tolist() == [1]


def test_bins_without_an_arrival_on_green_are_kept():
    events = log(*cycle(10, 2), (50.0, 82, 5))
    made = arrivals_on_green(events, ADVANCE)
    assert made.share_on_green.tolist() == [0.0]


def test_random_arrivals_have_a_platoon_ratio_of_one():
    events = log(
        *(row for at in range(0, 900, 60) for row in cycle(float(at), 2, green=30.0)),
        *((at + 0.1, 82, 5) for at in range(900)),
    )
    made = platoon_ratio(events, arrivals_on_green(events, ADVANCE))
    assert made.green_s.tolist() == [450.0]
    assert abs(made.ratio[0] - 1.0) < 0.01
    assert made.arrival_type.tolist() == [3]


def test_a_green_over_the_border_of_two_bins_is_shared_out():
    events = log(*cycle(890, 2), (895.0, 82, 5), (905.0, 82, 5))
    made = platoon_ratio(events, arrivals_on_green(events, ADVANCE))
    assert made.green_s.tolist() == [10.0, 10.0]


def test_no_events_are_no_rows():
    none = log((0.0, 82, 5)).only(np.zeros(1, dtype=bool))
    arrivals = arrivals_on_green(none, ADVANCE)
    assert len(arrivals.arrivals) == 0
    assert len(platoon_ratio(none, arrivals).ratio) == 0


@settings(max_examples=30, deadline=None)
@given(lists(integers(0, 7_198), min_size=1, max_size=60), integers(5, 50), floats(0, 1))
def test_hours_measured_apart_are_the_hours_measured_together(at_s, green_s, begin):
    """Every hour begins with a green here, so no colour is carried over the cut."""
    greens = [
        row
        for at in range(0, 7_200, 60)
        for row in cycle(float(at), 2, green=float(green_s), yellow=3.0)
    ]
    events = log(*greens, *((round(at + begin, 1), 82, 5) for at in at_s))
    hour = (events.at_s - events.at_s.min()) // 3_600
    whole = arrivals_on_green(events, ADVANCE)
    parts = [arrivals_on_green(events.only(hour == one), ADVANCE) for one in (0, 1)]
    assert whole.arrivals.tolist() == [n for part in parts for n in part.arrivals.tolist()]
    assert whole.on_green.tolist() == [n for part in parts for n in part.on_green.tolist()]
    assert np.all((whole.share_on_green >= 0) & (whole.share_on_green <= 1))


def test_devices_do_not_see_each_others_signals():
    one = log(*cycle(10, 2), (40.0, 82, 5))
    other = log(*cycle(35, 2), (40.0, 82, 5), device=2)
    events = joined([one, other])
    assert isinstance(events, ControllerEvents)
    both = detector(5, 2, "advance", device=2)
    assert arrivals_on_green(events, ADVANCE).on_green.tolist() == [0]
    assert arrivals_on_green(events, both).on_green.tolist() == [1]
