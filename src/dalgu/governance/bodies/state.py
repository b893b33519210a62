"""Bodies as they stand: seats, meetings, decisions and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.governance.bodies import deeds
from dalgu.governance.bodies.rules import FOLLOW_UPS, MEETS, Breach, breaches, is_quorate
from dalgu.kernel.clock import local
from dalgu.kernel.terms import Term, applied
from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat and who sits there, by pseudonym."""

    number: int
    member: str
    kind: str
    sex: str
    since: date
    until: date
    renewals: int
    left_on: date | None = None
    left_for: str = ""

    def is_filled(self, on: date) -> bool:
        """Tell whether its member sits there on a day."""
        last = self.until if self.left_on is None else min(self.until, self.left_on)
        return self.since <= on <= last


@dataclass(slots=True)
class Item:
    """A matter of an agenda, who stays out of it, and what was decided."""

    number: int
    title: str
    by: str
    paper: str
    recused: dict[int, str] = field(default_factory=dict)  # seat to reason
    decision: deeds.Decided | None = None
    decided_on: date | None = None
    entry: int = 0
    followed: deeds.Followed | None = None
    terms: dict[str, Term] = field(default_factory=dict)

    @property
    def term(self) -> Term | None:
        """The clock of its follow-up."""
        return next(iter(self.terms.values()), None)


@dataclass(slots=True)
class Meeting:
    """One meeting."""

    number: int
    at: datetime
    minutes_long: int
    place: str
    form: str
    title: str
    items: dict[int, Item] = field(default_factory=dict)
    present: tuple[int, ...] | None = None  # `None` until attendance is noted
    of: int = 0
    minutes: deeds.MinutesWritten | None = None
    called_off: str = ""

    @property
    def on(self) -> date:
        """Its local day."""
        return local(self.at).date()

    @property
    def ends_at(self) -> datetime:
        """When it is to end."""
        return self.at + timedelta(minutes=self.minutes_long)

    @property
    def is_held(self) -> bool:
        """Whether it took place, face to face or online: a circulated paper is no meeting."""
        return self.present is not None and self.form in MEETS

    @property
    def status(self) -> str:
        """Called, held, circulated or called off."""
        if self.called_off:
            return "called_off"
        if self.present is None:
            return "called"
        return "held" if self.is_held else "circulated"

    def voters(self, item: Item) -> int:
        """Return how many of those present may vote on a matter."""
        return len(set(self.present or ()) - set(item.recused))


@dataclass(slots=True)
class Body:
    """One committee or council."""

    rules: deeds.BodyFounded
    seats: dict[int, Seat] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id."""
        return self.rules.body

    @property
    def title(self) -> Text:
        """How people call it."""
        return Text(self.rules.title_ko, self.rules.title_en)

    @property
    def basis(self) -> Text:
        """By what law it sits."""
        return Text(self.rules.basis_ko, self.rules.basis_en)

    def members(self, on: date) -> list[Seat]:
        """Return the filled seats of a day."""
        return [seat for seat in self.seats.values() if seat.is_filled(on)]

    def breaches(self, on: date) -> list[Breach]:
        """Return the quotas that the members of a day do not keep."""
        pairs = [(seat.kind, seat.sex) for seat in self.members(on)]
        return breaches(pairs, self.rules.kinds, self.rules.most_of_one_sex)

    def is_quorate(self, meeting: Meeting) -> bool:
        """Tell whether enough members were there."""
        return is_quorate(len(meeting.present or ()), meeting.of, self.rules.quorum)


Bodies = dict[str, Body]


def take(bodies: Bodies, entry: Entry) -> None:
    """Fold one entry."""
    deed, kind = entry.deed, type(entry.deed)
    if kind is deeds.BodyFounded:
        if deed.body in bodies:
            bodies[deed.body].rules = deed
        else:
            bodies[deed.body] = Body(deed)
    elif kind in OF_BODY:
        OF_BODY[kind](bodies[deed.body], entry, deed)
    else:  # a deed of a term: its subject names body, meeting and item
        body, meeting, number = item_of(entry.subject)
        item = bodies[body].meetings[meeting].items[number]
        item.terms = applied(item.terms, deed, FOLLOW_UPS)


def item_subject(body: str, meeting: int, item: int) -> str:
    """Return the subject of a matter.

    >>> item_subject("citizens", 3, 1)
    'body:citizens:3:1'
    """
    return f"body:{body}:{meeting}:{item}"


def item_of(subject: str) -> tuple[str, int, int]:
    """Return body, meeting and number of a matter's subject."""
    _, body, meeting, item = subject.split(":")
    return body, int(meeting), int(item)


def _seated(body: Body, entry: Entry, deed: deeds.Seated) -> None:
    body.seats[deed.seat] = Seat(
        deed.seat, deed.member, deed.kind, deed.sex, deed.since, deed.until, deed.renewals
    )


def _unseated(body: Body, entry: Entry, deed: deeds.Unseated) -> None:
    body.seats[deed.seat] = replace(body.seats[deed.seat], left_on=deed.on, left_for=deed.reason)


def _called(body: Body, entry: Entry, deed: deeds.MeetingCalled) -> None:
    body.meetings[deed.meeting] = Meeting(
        deed.meeting, deed.at, deed.minutes, deed.place, deed.form, deed.title
    )


def _added(body: Body, entry: Entry, deed: deeds.ItemAdded) -> None:
    body.meetings[deed.meeting].items[deed.item] = Item(deed.item, deed.title, deed.by, deed.paper)


def _recused(body: Body, entry: Entry, deed: deeds.Recused) -> None:
    body.meetings[deed.meeting].items[deed.item].recused[deed.seat] = deed.reason


def _attended(body: Body, entry: Entry, deed: deeds.Attended) -> None:
    body.meetings[deed.meeting].present, body.meetings[deed.meeting].of = deed.seats, deed.of


def _minutes(body: Body, entry: Entry, deed: deeds.MinutesWritten) -> None:
    body.meetings[deed.meeting].minutes = deed


def _decided(body: Body, entry: Entry, deed: deeds.Decided) -> None:
    item = body.meetings[deed.meeting].items[deed.item]
    item.decision, item.entry = deed, entry.seq
    item.decided_on = body.meetings[deed.meeting].on


def _followed(body: Body, entry: Entry, deed: deeds.Followed) -> None:
    body.meetings[deed.meeting].items[deed.item].followed = deed


def _called_off(body: Body, entry: Entry, deed: deeds.CalledOff) -> None:
    body.meetings[deed.meeting].called_off = deed.reason


OF_BODY: dict[type, Callable[[Body, Entry, Any], None]] = {
    deeds.Seated: _seated,
    deeds.Unseated: _unseated,
    deeds.MeetingCalled: _called,
    deeds.ItemAdded: _added,
    deeds.Recused: _recused,
    deeds.Attended: _attended,
    deeds.MinutesWritten: _minutes,
    deeds.Decided: _decided,
    deeds.Followed: _followed,
    deeds.CalledOff: _called_off,
}
