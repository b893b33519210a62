from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.access.throttle import Patience, Throttle, TooManySignIns, address_key

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
NAME = [("name:a", Patience.NAME)]
S = timedelta(seconds=1)


def exhaust(throttle, keys=NAME, patience=Patience.NAME):
    for _ in range(patience.free + 1):
        throttle.attempt(keys, NOON)


def test_the_first_failures_cost_nothing():
    throttle = Throttle()
    exhaust(throttle)
    with pytest.raises(TooManySignIns) as refusal:
        throttle.attempt(NAME, NOON)
    assert (refusal.value.status, refusal.value.retry_after_s) == (429, 1)


def test_the_wait_doubles_and_stays_within_a_minute_for_a_name():
    waits = [Patience.NAME.wait(n).total_seconds() for n in range(5, 14)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_after_the_wait_the_next_attempt_is_admitted():
    throttle = Throttle()
    exhaust(throttle)
    throttle.attempt(NAME, NOON + S)
    with pytest.raises(TooManySignIns):
        throttle.attempt(NAME, NOON + 2 * S)


def test_a_success_forgives_the_name():
    throttle = Throttle()
    exhaust(throttle)
    throttle.forgive("name:a")
    throttle.attempt(NAME, NOON)


def test_a_success_does_not_forgive_the_address():
    throttle = Throttle()
    keys = [("address:x", Patience.ADDRESS)]
    exhaust(throttle, keys, Patience.ADDRESS)
    throttle.attempt(keys, NOON + S)
    throttle.withdraw(["address:x"])
    with pytest.raises(TooManySignIns):
        throttle.attempt(keys, NOON + S)


def test_failures_are_forgotten_after_an_hour():
    throttle = Throttle()
    exhaust(throttle)
    throttle.attempt(NAME, NOON + timedelta(hours=1))
    throttle.attempt(NAME, NOON + timedelta(hours=1))


def test_one_name_does_not_make_another_wait():
    throttle = Throttle()
    exhaust(throttle)
    throttle.attempt([("name:b", Patience.NAME)], NOON)


@given(st.lists(st.text(max_size=3)))
def test_memory_stays_bounded_whatever_is_tried(names):
    throttle = Throttle(remembered=5)
    for name in names:
        throttle.attempt([(name, Patience(free=10_000, longest_s=1))], NOON)
    assert len(throttle._counts) <= 5


@given(st.text())
def test_any_text_has_an_address_key(remote):
    assert address_key(remote).startswith("address:")


def test_neighbours_in_one_ipv6_prefix_share_a_count():
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff")
    assert address_key("2001:db8:0:1::1") != address_key("2001:db8::1")
    assert address_key("fe80::1%eth0") == address_key("fe80::2%eth1")
