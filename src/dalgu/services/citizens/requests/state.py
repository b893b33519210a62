"""One request as it stands, and how each deed changes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from dalgu.access.logbook import Entry
from dalgu.kernel.geo import Position
from dalgu.kernel.terms import Term, TermDeed, applied
from dalgu.services.citizens.requests import terms
from dalgu.services.citizens.requests.deeds import (
    Filed,
    Followed,
    Moved,
    Photo,
    PhotoAdded,
    PhotoCleared,
    PhotoRemoved,
    ProgressTold,
    Reopened,
    Unfollowed,
    Updated,
)
from dalgu.services.citizens.requests.words import ENDED, State


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    seq: int
    at: datetime
    state: State
    text: str = ""
    by: str = "staff"
    department: str = ""
    deed: Moved | None = None
    external: str = ""
    media_url: str = ""
    is_update: bool = False  # a word without another state


@dataclass(slots=True)
class ServiceRequest:
    """A request: what was filed, and what became of it."""

    filed: Filed
    at: datetime
    changed_at: datetime
    state: State = State.SUBMITTED
    ended_at: datetime | None = None
    department: str = ""
    done: str = ""
    next_on: date | None = None
    moved: Moved | None = None  # the deed that brought it where it is
    parent: int = 0
    children: list[int] = field(default_factory=list)
    followers: dict[str, None] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    photos: dict[str, Photo] = field(default_factory=dict)
    clear: set[str] = field(default_factory=set)
    terms: dict[str, Term] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its number."""
        return self.filed.number

    @property
    def subject(self) -> str:
        """The id under which everything about it stands in the book and in the hub."""
        return subject_of(self.number)

    @property
    def place(self) -> Position:
        """Longitude and latitude."""
        return self.filed.lon, self.filed.lat

    @property
    def has_ended(self) -> bool:
        """Whether the city is done with it; a duplicate is when its parent is."""
        return self.state in ENDED

    @property
    def term(self) -> Term:
        """The term for its answer."""
        return self.terms[next(one for one in self.terms if one != terms.PROGRESS)]

    @property
    def voices(self) -> int:
        """How many people say so: the reporter and those who follow."""
        return 1 + len(self.followers)


def subject_of(number: int | str) -> str:
    """Return the id of a request by its number."""
    return f"urn:ngsi-ld:ServiceRequest:{number}"


def begun(entry: Entry) -> ServiceRequest:
    """Return a request as its filing tells it."""
    filed: Filed = entry.deed
    made = ServiceRequest(filed, entry.at, entry.at, department=filed.department)
    made.photos = {one.coarse: one for one in filed.photos}
    made.steps.append(
        Step(entry.seq, entry.at, State.SUBMITTED, filed.description, "reporter", filed.department)
    )
    return made


def fold(request: ServiceRequest, entry: Entry) -> None:
    """Change a request by one of its deeds."""
    change = _CHANGES.get(type(entry.deed))
    if change is None:
        deed: TermDeed = entry.deed
        request.terms = applied(request.terms, deed, terms.RULES)
        return
    change(request, entry)
    if not isinstance(entry.deed, Followed | Unfollowed):
        request.changed_at = entry.at


def _moved(request: ServiceRequest, entry: Entry) -> None:
    deed: Moved = entry.deed
    request.state, request.moved, request.parent = deed.state, deed, deed.parent
    request.department, request.done, request.next_on = deed.department, deed.done, deed.next_on
    request.ended_at = entry.at if deed.state in ENDED else None
    request.photos |= {one.coarse: one for one in deed.photos}
    request.steps.append(
        Step(entry.seq, entry.at, deed.state, deed.done, "staff", deed.department, deed)
    )


def _reopened(request: ServiceRequest, entry: Entry) -> None:
    request.state, request.ended_at, request.parent = State.REOPENED, None, 0
    request.moved, request.next_on = None, None
    request.steps.append(
        Step(
            entry.seq, entry.at, State.REOPENED, entry.deed.why, "reporter", request.department
        )
    )  # fmt: skip


def _followed(request: ServiceRequest, entry: Entry) -> None:
    request.followers[entry.deed.follower] = None


def _unfollowed(request: ServiceRequest, entry: Entry) -> None:
    request.followers.pop(entry.deed.follower, None)


def _updated(request: ServiceRequest, entry: Entry) -> None:
    deed: Updated = entry.deed
    request.steps.append(
        Step(
            entry.seq, entry.at, request.state, deed.text, deed.by, request.department,
            external=deed.external, media_url=deed.media_url, is_update=True,
        )
    )  # fmt: skip


def _told(request: ServiceRequest, entry: Entry) -> None:
    deed: ProgressTold = entry.deed
    request.next_on = deed.next_on
    request.steps.append(
        Step(
            entry.seq, entry.at, request.state, deed.text, "staff", request.department,
            is_update=True,
        )
    )  # fmt: skip


def _photo_added(request: ServiceRequest, entry: Entry) -> None:
    request.photos[entry.deed.photo.coarse] = entry.deed.photo


def _photo_cleared(request: ServiceRequest, entry: Entry) -> None:
    request.clear.add(entry.deed.coarse)


def _photo_removed(request: ServiceRequest, entry: Entry) -> None:
    request.photos.pop(entry.deed.coarse, None)
    request.clear.discard(entry.deed.coarse)


_CHANGES: dict[type, Callable[[ServiceRequest, Entry], None]] = {
    Moved: _moved,
    Reopened: _reopened,
    Followed: _followed,
    Unfollowed: _unfollowed,
    Updated: _updated,
    ProgressTold: _told,
    PhotoAdded: _photo_added,
    PhotoCleared: _photo_cleared,
    PhotoRemoved: _photo_removed,
}
