"""Periods end as the Civil Act lays down, on days on which offices are open."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.kernel.deadlines import (
    Pause,
    add_days,
    add_months,
    add_working_days,
    add_years,
    is_overdue,
    is_working_day,
    next_working_day,
    working_days_between,
)

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    "closed",
    [
        date(2025, 1, 27),  # temporary holiday, decreed on 14 January 2025
        date(2025, 1, 29),  # Lunar New Year
        date(2025, 3, 3),  # substitute for Independence Movement Day, a Saturday
        date(2025, 5, 6),  # substitute for Buddha's Birthday on Children's Day
        date(2025, 6, 3),  # presidential election
        date(2025, 10, 8),  # substitute of Chuseok
        date(2025, 11, 29),  # a Saturday
        date(2025, 11, 30),  # a Sunday
    ],
)
def test_offices_are_closed_on_holidays_and_weekends(closed):
    assert not is_working_day(closed)


@pytest.mark.parametrize("open_day", [date(2025, 1, 31), date(2025, 10, 10), date(2025, 11, 24)])
def test_offices_are_open_otherwise(open_day):
    assert is_working_day(open_day)


def test_the_long_chuseok_of_2025_lasts_until_the_tenth():
    assert next_working_day(date(2025, 10, 3)) == date(2025, 10, 10)


def test_working_days_jump_over_the_lunar_new_year():
    # 24 January 2025 is a Friday; the 27th to the 30th are holidays; so the 31st is the first.
    assert add_working_days(date(2025, 1, 24), 1) == date(2025, 1, 31)
    assert add_working_days(date(2025, 1, 24), 3) == date(2025, 2, 4)


def test_no_working_day_is_the_day_itself():
    assert add_working_days(date(2025, 11, 29), 0) == date(2025, 11, 29)


def test_a_period_that_ends_on_a_holiday_ends_on_the_next_working_day():
    assert add_days(date(2025, 9, 23), 10) == date(2025, 10, 10)  # the 3rd is a holiday
    assert add_days(date(2025, 11, 14), 10) == date(2025, 11, 24)


def test_a_paused_day_is_not_counted():
    pause = Pause(date(2025, 11, 18), date(2025, 11, 19))
    assert add_working_days(date(2025, 11, 17), 1, [pause]) == date(2025, 11, 20)
    assert add_days(date(2025, 11, 17), 2, [pause]) == date(2025, 11, 21)


def test_a_pause_that_lasts_leaves_no_due_day_unless_it_begins_after_it():
    assert add_working_days(date(2025, 11, 17), 5, [Pause(date(2025, 11, 18))]) is None
    assert add_days(date(2025, 11, 17), 5, [Pause(date(2025, 11, 18))]) is None
    late = Pause(date(2025, 12, 1))
    assert add_working_days(date(2025, 11, 17), 5, [late]) == date(2025, 11, 24)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 9, 10), -3, date(2023, 6, 10)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2024, 12, 31), 0, date(2024, 12, 31)),
    ],
)
def test_months_end_on_the_day_of_the_same_number_or_the_last(start, months, end):
    assert add_months(start, months) == end


def test_years_are_twelve_months():
    assert add_years(date(2024, 2, 29), 2) == date(2026, 2, 28)


def test_only_what_has_a_due_day_is_overdue():
    assert is_overdue(date(2025, 1, 1), date(2025, 1, 2))
    assert not is_overdue(date(2025, 1, 1), date(2025, 1, 1))
    assert not is_overdue(None, date(2025, 1, 1))


@settings(deadline=None)
@given(DAYS, st.integers(0, 40))
def test_counting_working_days_and_adding_them_agree(start, count):
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count


@settings(deadline=None)
@given(DAYS, st.integers(1, 90))
def test_a_period_ends_on_a_working_day_and_not_before_its_days_are_over(start, count):
    end = add_days(start, count)
    assert is_working_day(end)
    assert end >= start + timedelta(days=count)


@settings(deadline=None)
@given(DAYS, st.integers(1, 20), st.integers(0, 10), st.integers(0, 10))
def test_a_pause_never_shortens_a_period(start, count, after, length):
    pause = Pause(start + timedelta(days=after), start + timedelta(days=after + length))
    assert add_working_days(start, count, [pause]) >= add_working_days(start, count)


@settings(deadline=None)
@given(DAYS, st.integers(-60, 60))
def test_months_keep_the_number_of_the_day_or_clamp_it(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
