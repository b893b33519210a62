"""When a period ends: working days with Korean public holidays, months, leap days, pauses.

The rules are those of the Civil Act, which public law follows (General Act on Public
Administration, art. 6): the first day is not counted (art. 157); a period of months or years
ends on the day of the same number, or on the month's last day where there is none (art. 160);
a period that would end on a Saturday or a holiday ends on the next working day (art. 161).
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

FRIDAY = 4
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that no period counts, the last one included; `until` is `None` while it lasts."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the day falls in the pause."""
        return self.since <= day and (self.until is None or day <= self.until)


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: no Saturday, Sunday, public or substitute holiday.

    >>> is_working_day(date(2025, 10, 8))  # substitute holiday of Chuseok
    False
    """
    return day.weekday() <= FRIDAY and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself when it is a working day, the first one after it otherwise.

    >>> next_working_day(date(2025, 10, 3))
    datetime.date(2025, 10, 10)
    """
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(day: date, count: int, pauses: Iterable[Pause] = ()) -> date | None:
    """Return the last of `count` working days after a day; `None` while a pause lasts.

    >>> add_working_days(date(2025, 10, 2), 2)
    datetime.date(2025, 10, 13)
    """
    return _last(day, count, tuple(pauses), working=True)


def add_days(day: date, count: int, pauses: Iterable[Pause] = ()) -> date | None:
    """Return the end of a period of calendar days, on a working day; `None` while it is paused.

    >>> add_days(date(2025, 9, 25), 10)
    datetime.date(2025, 10, 10)
    """
    last = _last(day, count, tuple(pauses), working=False)
    return None if last is None else next_working_day(last)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and with `end`.

    >>> working_days_between(date(2025, 10, 2), date(2025, 10, 13))
    2
    """
    days = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def add_months(day: date, months: int) -> date:
    """Return the day of the same number some months on or back, or the month's last day.

    >>> add_months(date(2024, 2, 29), 24)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2026, 5, 31), -3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the same day some years on or back; 29 February becomes the 28th where it must."""
    return add_months(day, 12 * years)


def is_overdue(due: date | None, today: date) -> bool:
    """Tell whether the due day has passed; what is paused is never overdue."""
    return due is not None and today > due


def _last(day: date, count: int, pauses: tuple[Pause, ...], *, working: bool) -> date | None:
    while count > 0:
        day += ONE_DAY
        if any(pause.until is None and pause.holds(day) for pause in pauses):
            return None
        if any(pause.holds(day) for pause in pauses) or (working and not is_working_day(day)):
            continue
        count -= 1
    return day


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("KR", years=year))
