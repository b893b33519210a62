"""What is known of each day beforehand: its kind, and the weather where there is a forecast."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.deadlines import FRIDAY, is_working_day

Array = NDArray[np.float64]

SUNDAY = 6
SATURDAY = 5
HOURS = 24
HORIZON_DAYS = 7
SUMMER = ((7, 22), (8, 18))  # month and day, both included
WINTER_BEGINS, SPRING_BEGINS = (12, 31), (2, 29)


@dataclass(frozen=True, slots=True)
class Weather:
    """Observed weather of the days past and what is foretold of those to come.

    `maximum_degc` and `rain_mm` are shape (days,): highest temperature and rain of each day;
    `humidity` is the mean relative humidity, 0-1. None of them may be NaN.
    """

    maximum_degc: Array
    rain_mm: Array
    humidity: Array


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days: those of a history, oldest first, and the seven days to forecast.

    `kind` is shape (days,): 0 for Monday to 6 for Sunday; a public holiday counts as a Sunday.
    `is_vacation` is shape (days,): whether the schools rest.
    """

    kind: NDArray[np.int64]
    weather: Weather | None = None
    is_vacation: NDArray[np.bool_] | None = None

    @property
    def is_free(self) -> NDArray[np.bool_]:
        """Shape (days,): whether it is a Saturday, Sunday or public holiday."""
        return self.kind >= SATURDAY

    def until(self, end: int) -> "Days":
        """Return the days before position `end`."""
        return self.between(0, end)

    def between(self, start: int, end: int) -> "Days":
        """Return the days from position `start` until before `end`."""
        part, weather, vacation = slice(start, end), self.weather, self.is_vacation
        return Days(
            self.kind[part],
            None
            if weather is None
            else Weather(weather.maximum_degc[part], weather.rain_mm[part], weather.humidity[part]),
            None if vacation is None else vacation[part],
        )


def is_public_holiday(day: date) -> bool:
    """Tell whether a day from Monday to Friday is a Korean public or substitute holiday.

    >>> is_public_holiday(date(2025, 10, 8))  # substitute holiday of Chuseok
    True
    """
    return day.weekday() <= FRIDAY and not is_working_day(day)


def is_school_vacation(day: date) -> bool:
    """Tell whether schools rest on the day by the dates most schools of Daegu keep.

    Each head fixes the school's own (Enforcement Decree of the Elementary and Secondary
    Education Act, art. 45 and 47); these are typical, and no more is needed to learn from.

    >>> is_school_vacation(date(2026, 8, 3)), is_school_vacation(date(2026, 6, 1))
    (True, False)
    """
    at = (day.month, day.day)
    return SUMMER[0] <= at <= SUMMER[1] or at <= SPRING_BEGINS or at >= WINTER_BEGINS


def kinds(
    days: Iterable[date], is_holiday: Callable[[date], bool] = is_public_holiday
) -> NDArray[np.int64]:
    """Return the kind of each day: its weekday, and a holiday as a Sunday.

    >>> kinds([date(2025, 10, 8), date(2025, 10, 10)]).tolist()
    [6, 4]
    """
    return np.array([SUNDAY if is_holiday(day) else day.weekday() for day in days], dtype=np.int64)
