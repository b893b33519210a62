"""What lists of requests show: which, in what order, how many there are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dalgu.kernel.terms import Term
from dalgu.kernel.text import Text
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import BADGES, STATES, State

PAGE = 30
MOST_CLOCKS = 65_536  # terms whose days are remembered
SOON = 2  # working days
OPEN, CLOSED, OVERDUE, PHOTOS = "open", "closed", "overdue", "photos"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader wants to see; empty is everything."""

    status: str = ""
    code: str = ""
    district: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a list."""

    request: ServiceRequest
    title: Text
    state: Text
    badge: str
    department: Text
    is_open: bool
    due: date | None
    days_left: int | None  # working days; negative when overdue
    unseen_photos: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    rows: list[Row]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def newest(room: Requests, asked: Filters, today: date) -> Listed:
    """Return requests for everybody, the newest first."""
    return _listed(room, asked, today, lambda one: -one.number)


def by_clock(room: Requests, asked: Filters, today: date) -> Listed:
    """Return requests for those who work them: what is due first, what ended last."""
    return _listed(room, asked, today, lambda one: _urgency(room, one, today))


def _listed(
    room: Requests, asked: Filters, today: date, order: Callable[[ServiceRequest], object]
) -> Listed:
    matching = [one for one in room.all.values() if _matches(room, one, asked, today)]
    matching.sort(key=order)  # type: ignore[arg-type]  # each order compares with itself
    begin = (asked.page - 1) * PAGE
    rows = [row(room, one, today) for one in matching[begin : begin + PAGE]]
    return Listed(rows, len(matching), asked.page)


def row(room: Requests, one: ServiceRequest, today: date) -> Row:
    """Return a request as a list shows it."""
    is_open = room.is_open(one)
    due, days_left = _clock(room.standing(one).term, today)
    return Row(
        one,
        room.title(one),
        STATES[one.state],
        BADGES[one.state],
        room.department(one),
        is_open,
        due,
        days_left if is_open else None,
        len([coarse for coarse in one.photos if coarse not in one.clear]),
    )


def counts(room: Requests, today: date) -> dict[str, int]:
    """Return how many are open, overdue, due soon, reopened, and have photos to look at."""
    rows = [
        row(room, one, today)
        for one in room.all.values()
        if not one.parent and (one.photos or room.is_open(one))
    ]
    left = [one.days_left for one in rows if one.days_left is not None]
    return {
        OPEN: sum(one.is_open for one in rows),
        OVERDUE: sum(days < 0 for days in left),
        "soon": sum(0 <= days <= SOON for days in left),
        "reopened": sum(one.request.state is State.REOPENED for one in rows),
        PHOTOS: sum(one.unseen_photos > 0 for one in rows),
    }


def fixed_share(some: Iterable[ServiceRequest], since: timedelta, today: date) -> float | None:
    """Return which share of what ended lately was fixed, 0 to 1; `None` where nothing ended."""
    ended = [
        one for one in some if one.ended_at is not None and today - one.ended_at.date() <= since
    ]
    if not ended:
        return None
    return sum(one.state is State.FIXED for one in ended) / len(ended)


def _matches(room: Requests, one: ServiceRequest, asked: Filters, today: date) -> bool:
    return (
        (not asked.code or one.filed.code == asked.code)
        and (not asked.district or one.filed.district == asked.district)
        and (not asked.status or _is_of(room, one, asked.status, today))
    )


def _is_of(room: Requests, one: ServiceRequest, status: str, today: date) -> bool:
    if status == OPEN:
        return room.is_open(one)
    if status == CLOSED:
        return not room.is_open(one)
    shown = row(room, one, today)
    if status == OVERDUE:
        return shown.days_left is not None and shown.days_left < 0
    if status == PHOTOS:
        return shown.unseen_photos > 0
    return one.state == status


def _urgency(room: Requests, one: ServiceRequest, today: date) -> tuple[bool, date, int]:
    if not room.is_open(one):
        return True, date.max, -one.number
    return False, _clock(room.standing(one).term, today)[0] or date.max, one.number


@lru_cache(maxsize=MOST_CLOCKS)
def _clock(term: Term, today: date) -> tuple[date | None, int | None]:
    """Return the last day of a term and the working days left; counted once a day, not a page."""
    return term.due, term.days_left(today)
