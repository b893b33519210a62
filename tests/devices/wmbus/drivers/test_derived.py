"""Fields from other fields."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.drivers.derived import add_derived, months_away
from dalgu.devices.wmbus.drivers.driver import Derived


def with_derived(found, *derived):
    add_derived(found, derived)
    return found


@given(day=st.dates(date(1990, 1, 1), date(2100, 12, 28)), months=st.integers(-600, 600))
def test_months_away_and_back_is_the_same_month(day, months):
    there = months_away(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    back = months_away(there, -months)
    assert (back.year, back.month) == (day.year, day.month)


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        ("2026-01-10", -1, "2025-12-10"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-02-28", -1, "2025-01-31"),
    ],
)
def test_the_last_day_of_a_month_stays_the_last(day, months, there):
    found = with_derived({"set_date": day}, Derived(name="x", of="set_date", months=months))
    assert found["x"] == there


def test_a_sum_needs_all_its_parts():
    total = Derived(name="total", plus=("a", "b"))
    assert with_derived({"a": 0.1, "b": 0.2}, total)["total"] == 0.3
    assert "total" not in with_derived({"a": 1, "b": None}, total)


def test_what_cannot_be_added_is_null_where_the_row_says_so():
    total = Derived(name="total", plus=("a",), has_absent=True)
    assert with_derived({}, total) == {"total": None}


def test_apparent_energy_is_the_root_of_the_sum_of_squares():
    assert with_derived({"p": 3, "q": 4}, Derived(name="s", norm=("p", "q")))["s"] == 5


def test_a_clock_that_was_never_set_gives_no_day():
    found = {"clock": "2000-00-00 03:43"}
    assert with_derived(found, Derived(name="x", of="clock", months=-1)) == found
