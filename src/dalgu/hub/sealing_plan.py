"""Which ranges of time are written to sealed files: pure, from what is hot and what is sealed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from dalgu.kernel.errors import InvalidInput
from dalgu.store.instants import EPOCH, MICROSECONDS_PER_DAY, instant, micros
from dalgu.store.sealed import SealedFile

MONTH_BYTES = 256 * 1024 * 1024  # days of a larger month stay apart: a late row rewrites its file
DAY = timedelta(days=1)

Window = tuple[int, int]
"""[since, until) in microseconds."""


class SealTooYoung(InvalidInput):
    """A day that is not over cannot be sealed."""

    slug = "seal-too-young"
    title = "The day is not over"

    def __init__(self, before: datetime) -> None:
        super().__init__(
            f"Days before {before.date().isoformat()} are not all over. Name a day that has "
            "begun, in UTC.",
            before=before.date().isoformat(),
        )


def checked_cut(before: datetime, now: datetime) -> datetime:
    """Return where a day starts, if it has; raise `SealTooYoung`."""
    if before > now:
        raise SealTooYoung(before)
    return before


def cut_of(now: datetime, hot_days: int) -> datetime:
    """Return the midnight UTC before which days are sealed.

    >>> cut_of(datetime.fromisoformat("2026-11-22T13:00:00+00:00"), 7).isoformat()
    '2026-11-15T00:00:00+00:00'
    """
    return EPOCH + (now - EPOCH) // DAY * DAY - hot_days * DAY


def plan(
    days: Sequence[int], files: Sequence[SealedFile], dirty: Collection[int], cut_us: int
) -> list[Window]:
    """Return the ranges that are to be written, oldest first.

    Parameters
    ----------
    days
        Where each day begins that has hot rows before the cut.
    files
        The sealed files of the tenant.
    dirty
        The keys of files that must be written anew.
    cut_us
        Where the days end that are to be sealed.

    """
    loose = [
        (day, day + MICROSECONDS_PER_DAY)
        for day in days
        if not any(file.since_us <= day < file.until_us for file in files)
    ]
    held = {(file.since_us, file.until_us): file for file in files}
    months: dict[Window, list[Window]] = {}
    for window in sorted({*loose, *held}):
        months.setdefault(_month_of(window[0]), []).append(window)
    found: list[Window] = []
    for month, windows in months.items():
        again = [one for one in windows if one not in held or held[one].key in dirty]
        is_small = sum(held[one].bytes for one in windows if one in held) <= MONTH_BYTES
        if month[1] <= cut_us and is_small:
            found += [month] if again or windows != [month] else []
        else:
            found += again
    return [one for one in found if one[1] <= cut_us]


def _month_of(at_us: int) -> Window:
    first = instant(at_us).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if (first.year, first.month) == (9999, 12):
        return micros(first), micros(first) + 31 * MICROSECONDS_PER_DAY
    following = (first + 31 * DAY).replace(day=1)
    return micros(first), micros(following)


def place_of(window: Window) -> str:
    """Return the place of a range within its tenant's folder: year-month, then the day.

    >>> place_of((0, MICROSECONDS_PER_DAY))
    '1970-01/1970-01-01'
    """
    since, until = instant(window[0]), instant(window[1] - 1)
    name = since.date().isoformat()
    return f"{name[:7]}/{name if until - since < DAY else name[:7]}"
