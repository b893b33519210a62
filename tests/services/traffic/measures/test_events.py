import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists, tuples

from dalgu.services.traffic.measures.events import ControllerEvents, distinct, joined

rows = lists(tuples(integers(0, 30), integers(0, 2), integers(0, 3), integers(0, 3)), max_size=40)


def events(given_rows):
    columns = np.array(given_rows, dtype=np.int64).reshape(-1, 4).T
    return ControllerEvents(columns[0] / 10, *columns[1:])


def told(some):
    return list(zip(some.device, some.at_ms, some.code, some.parameter, strict=True))


@given(rows)
def test_every_event_is_there_once_and_in_order(given_rows):
    made = told(distinct(events(given_rows)))
    assert made == sorted({(d, at * 100, c, p) for at, d, c, p in given_rows})


@given(rows, rows)
def test_a_log_that_is_read_twice_or_in_parts_is_the_same(one, other):
    whole = distinct(joined([events(one), events(other)]))
    assert told(distinct(whole)) == told(whole)
    assert told(distinct(joined([events(other), whole, events(one)]))) == told(whole)


def test_no_events_stay_none():
    assert len(distinct(joined([]))) == 0
