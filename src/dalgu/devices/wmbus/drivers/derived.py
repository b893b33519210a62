"""Fields from other fields of the same telegram."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import hypot

from dalgu.devices.wmbus.drivers.driver import Derived
from dalgu.devices.wmbus.drivers.showing import Shown, tidy

_MONTHS = 12
_DATE_SIGNS = 10  # of an ISO 8601 date


def add_derived(found: dict[str, Shown], derived: Iterable[Derived]) -> None:
    """Add the derived fields whose sources are there."""
    for field in derived:
        if field.only_with and field.only_with not in found:
            continue
        if field.norm:
            _add_norm(found, field)
        elif field.of:
            _add_day(found, field)
        else:
            _add_sum(found, field)
        if field.has_absent:
            found.setdefault(field.name, None)


def months_away(day: date, months: int) -> date:
    """Return the day some months away; the last day of a month stays the last.

    >>> months_away(date(2024, 11, 30), -2).isoformat()
    '2024-09-30'
    >>> months_away(date(2026, 3, 31), -1).isoformat()
    '2026-02-28'
    """
    years, month = divmod(day.month - 1 + months, _MONTHS)
    first = date(day.year + years, month + 1, 1)
    last = _last_of(first)
    if day == _last_of(day):
        return last
    return first.replace(day=min(day.day, last.day))


def _last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _add_day(found: dict[str, Shown], field: Derived) -> None:
    source = found.get(field.of)
    if isinstance(source, str):
        day = _days_text(source[:_DATE_SIGNS], field.months)
        if day:
            found[field.name] = day


@lru_cache(maxsize=4096)
def _days_text(text: str, months: int) -> str:
    try:
        return months_away(date.fromisoformat(text), months).isoformat()
    except ValueError:  # a clock that was never set
        return ""


def _add_norm(found: dict[str, Shown], field: Derived) -> None:
    numbers = _numbers(found, field.norm)
    if numbers:
        found[field.name] = tidy(hypot(*numbers))


def _add_sum(found: dict[str, Shown], field: Derived) -> None:
    numbers = _numbers(found, field.plus)
    if numbers:
        found[field.name] = tidy(sum(numbers))


def _numbers(found: Mapping[str, Shown], names: tuple[str, ...]) -> list[float]:
    """Return the values of some fields; none where one of them is no number."""
    values = [found.get(name) for name in names]
    numbers = [value for value in values if isinstance(value, int | float)]
    return numbers if len(numbers) == len(values) else []
