from datetime import UTC, date, datetime

import pytest

from dalgu.certification.errors import WindowInvalid
from dalgu.certification.formula.operand import EPOCH, MICROSECOND, span_of_text
from dalgu.certification.measuring.windows import end_of_day, months_before, window_us
from dalgu.kernel.clock import LOCAL


def days(text, at):
    return [(EPOCH + us * MICROSECOND).astimezone(LOCAL).date() for us in window_us(text, at)]


@pytest.mark.parametrize(
    ("text", "reference", "first", "last"),
    [
        ("1 days", "2026-03-01T12:00:00+09:00", "2026-03-01", "2026-03-01"),
        ("30 days", "2026-03-01T12:00:00+09:00", "2026-01-31", "2026-03-01"),
        ("1 months", "2026-03-31T12:00:00+09:00", "2026-03-01", "2026-03-31"),
        ("36 months", "2024-02-29T12:00:00+09:00", "2021-03-01", "2024-02-29"),
        ("1 year", "2024-02-29T12:00:00+09:00", "2023-03-01", "2024-02-29"),
        ("1 fiscal years", "2026-12-30T12:00:00+09:00", "2025-01-01", "2025-12-31"),
        ("3 fiscal years", "2026-12-31T12:00:00+09:00", "2024-01-01", "2026-12-31"),
        ("1 days", "2026-03-01T16:00:00+00:00", "2026-03-02", "2026-03-02"),  # in Korea
    ],
)
def test_a_window_ends_at_the_reference_date(text, reference, first, last):
    at = datetime.fromisoformat(reference)
    assert [one.isoformat() for one in days(text, at)] == [first, last]


@pytest.mark.parametrize("text", ["", "0 days", "30", "30 weeks", "-1 days", "1.5 days", "1 days "])
def test_what_is_no_window_is_refused(text):
    with pytest.raises(WindowInvalid):
        window_us(text, datetime(2026, 3, 1, tzinfo=UTC))


def test_a_day_ends_with_its_last_microsecond():
    at = end_of_day(date(2026, 3, 1))
    assert at.isoformat() == "2026-03-01T23:59:59.999999+09:00"
    first, _ = span_of_text("2026-03-02")
    assert first == (at - EPOCH) // MICROSECOND + 1


def test_a_month_earlier_is_a_day_of_the_calendar():
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    assert months_before(date(2026, 12, 31), 12) == date(2025, 12, 31)
