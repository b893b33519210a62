"""When shifts begin and end: a roster as data, asked with an instant; pure."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.text import Text

FILE = Path(__file__).parent / "roster.toml"
ID = re.compile(r"^(2\d{3}-\d{2}-\d{2})-([a-z]{1,20})$", re.ASCII)
MOST_SHIFTS = 8  # of a day
LONGEST_TITLE = 40
LONGEST_HAND_OVER_MIN = 60


class Turn(msgspec.Struct, frozen=True):
    """One shift of every day: it lasts until the next one starts."""

    name: str
    ko: str
    en: str
    starts: str  # local time, 07:00

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def at(self) -> time:
        """Its local time of start."""
        return time.fromisoformat(self.starts)


class Roster(msgspec.Struct, frozen=True):
    """How a day is cut into shifts; the turns follow each other round the clock."""

    shifts: tuple[Turn, ...]
    hand_over_min: int = 15


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day, from `starts` to before `ends`, UTC."""

    id: str  # the local day on which it starts, and its name: 2026-11-29-night
    title: Text
    starts: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.starts <= at < self.ends


@cache
def packaged() -> Roster:
    """Return the roster that a city begins with."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Roster)


def faults(roster: Roster) -> str | None:
    """Return what is wrong with a roster in a word, `None` where it holds."""
    names, starts = [one.name for one in roster.shifts], [one.starts for one in roster.shifts]
    if not 0 < len(names) <= MOST_SHIFTS or len(set(names)) < len(names):
        return "names"
    titles = [title for one in roster.shifts for title in (one.ko, one.en)]
    if not all(ID.match(f"2026-01-01-{name}") for name in names):
        return "names"
    if not all(0 < len(title) <= LONGEST_TITLE for title in titles):
        return "names"
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", one) for one in starts):
        return "starts"
    if len(set(starts)) < len(starts) or not 0 <= roster.hand_over_min <= LONGEST_HAND_OVER_MIN:
        return "starts"
    return None


def shift_at(roster: Roster, at: datetime) -> Shift:
    """Return the shift in which an instant lies.

    >>> shift_at(packaged(), datetime(2026, 11, 29, 17, 0, tzinfo=UTC)).id  # 02:00 in Daegu
    '2026-11-29-night'
    """
    day = local(at).date()
    turns = [*_of_day(roster, day - timedelta(days=1)), *_of_day(roster, day)]
    turns += _of_day(roster, day + timedelta(days=1))
    return next(one for one in _spans(turns) if one.holds(at))


def shift_named(roster: Roster, shift: str) -> Shift | None:
    """Return the shift of an id, `None` where the roster has none of that name."""
    found = ID.match(shift)
    if found is None or found[2] not in {one.name for one in roster.shifts}:
        return None
    try:
        day = date.fromisoformat(found[1])
        turns = [*_of_day(roster, day), *_of_day(roster, day + timedelta(days=1))]
    except (ValueError, OverflowError):
        return None
    return next(one for one in _spans(turns) if one.id == shift)


def next_shift(roster: Roster, shift: Shift) -> Shift:
    """Return the shift that follows."""
    return shift_at(roster, shift.ends)


def before(roster: Roster, shift: Shift) -> Shift:
    """Return the shift that went before."""
    return shift_at(roster, shift.starts - timedelta(seconds=1))


def _of_day(roster: Roster, day: date) -> list[tuple[datetime, str, Text]]:
    turns = sorted(roster.shifts, key=lambda one: one.starts)
    return [
        (datetime.combine(day, one.at, LOCAL).astimezone(UTC), f"{day}-{one.name}", one.title)
        for one in turns
    ]


def _spans(turns: Sequence[tuple[datetime, str, Text]]) -> list[Shift]:
    pairs = pairwise(turns)
    return [Shift(id, title, starts, ends[0]) for (starts, id, title), ends in pairs]
