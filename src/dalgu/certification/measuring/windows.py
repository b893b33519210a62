"""The windows of variables: local calendar days, counted back from the reference date."""

import calendar
import re
from datetime import date, datetime, timedelta

from dalgu.certification.errors import WindowInvalid
from dalgu.certification.formula.operand import micros
from dalgu.kernel.clock import LOCAL

DAY = timedelta(days=1)
MONTHS_A_YEAR = 12
LAST_DAY_OF_YEAR = (12, 31)

_WINDOW = re.compile(r"([1-9]\d{0,3}) (days?|months?|years?|fiscal years?)")


def check_window(text: str) -> None:
    """Raise `WindowInvalid` where a text names no window."""
    _parts(text)


def window_us(text: str, reference: datetime) -> tuple[int, int]:
    """Return first and last microsecond of a window that ends at the reference date.

    Raises
    ------
    WindowInvalid
        When the text is not `N days`, `N months`, `N years` or `N fiscal years`.

    Examples
    --------
    >>> at = datetime(2026, 3, 31, 12, tzinfo=LOCAL)
    >>> days = lambda text: [datetime.fromtimestamp(us / 1e6, LOCAL).date().isoformat()
    ...                      for us in window_us(text, at)]
    >>> days("1 days"), days("1 months"), days("3 fiscal years")
    (['2026-03-31', '2026-03-31'], ['2026-03-01', '2026-03-31'], ['2023-01-01', '2025-12-31'])
    """
    count, unit = _parts(text)
    day = reference.astimezone(LOCAL).date()
    if unit == "fiscal year":
        ended = day.year if (day.month, day.day) == LAST_DAY_OF_YEAR else day.year - 1
        return _start_us(date(ended - count + 1, 1, 1)), _start_us(date(ended + 1, 1, 1)) - 1
    if unit == "day":
        before = day - count * DAY
    else:
        before = months_before(day, count * (MONTHS_A_YEAR if unit == "year" else 1))
    return _start_us(before + DAY), _start_us(day + DAY) - 1


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last of that month.

    >>> months_before(date(2024, 3, 31), 1).isoformat()
    '2024-02-29'
    """
    whole = day.year * MONTHS_A_YEAR + day.month - 1 - months
    year, month = divmod(whole, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of a local day: the reference instant of a reference date."""
    following = day + DAY
    start = datetime(following.year, following.month, following.day, tzinfo=LOCAL)
    return start - timedelta(microseconds=1)


def _parts(text: str) -> tuple[int, str]:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise WindowInvalid(text)
    return int(found[1]), found[2].removesuffix("s")


def _start_us(day: date) -> int:
    return micros(datetime(day.year, day.month, day.day, tzinfo=LOCAL))
