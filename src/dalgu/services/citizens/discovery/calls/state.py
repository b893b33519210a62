"""Calls and applications as they stand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.kernel.terms import Term, applied
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.calls import deeds
from dalgu.services.citizens.discovery.calls.rules import TERMS, Stage, mean_score
from dalgu.services.citizens.discovery.deeds import Reading
from dalgu.services.citizens.discovery.evaluation import Evaluation, Score, evaluated


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    number: int
    title: Text
    asks: str
    since: date
    until: date
    slots: int
    sites: tuple[str, ...]
    is_decided: bool = False

    def takes(self, today: date) -> bool:
        """Tell whether it takes applications."""
        return self.since <= today <= self.until and not self.is_decided


@dataclass(frozen=True, slots=True)
class Booking:
    """A site kept for an application."""

    number: int
    application: int
    site: str
    since: date
    until: date
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """One permit of an application; `is_granted` is `None` until it is answered."""

    name: str
    authority: str
    is_granted: bool | None = None
    record: str = ""


@dataclass(slots=True)
class Indicator:
    """One indicator of a run: its target, before and during."""

    number: int
    name: str
    is_more_better: bool
    target: float
    before: Reading
    during: Reading | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the mean of the run reaches the target; `None` until it was read."""
        if self.during is None:
            return None
        mean = self.during.mean
        return mean >= self.target if self.is_more_better else mean <= self.target


@dataclass(slots=True)
class Application:
    """One application, and what became of it."""

    number: int
    call: int
    firm: str
    title: str
    what: str
    needs: str
    account: str
    at: datetime
    stage: Stage = Stage.SUBMITTED
    vetting: str = ""
    recused: dict[str, str] = field(default_factory=dict)  # reviewer to reason
    reviews: dict[str, dict[str, int]] = field(default_factory=dict)  # reviewer to scores
    permits: dict[str, Permit] = field(default_factory=dict)
    agreement: deeds.Agreed | None = None
    indicators: dict[int, Indicator] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    code: str = ""
    certified_at: datetime | None = None
    entry: int = 0
    record: str = ""  # of the certificate or of the stop
    reason: str = ""
    terms: dict[str, Term] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Its subject in the book."""
        return f"testbed:{self.number}"

    @property
    def mean(self) -> float | None:
        """The mean of its reviews, 1 to 10."""
        return mean_score(self.reviews.values())

    @property
    def evaluation(self) -> Evaluation:
        """What citizens think of the run."""
        return evaluated(self.scores.values())


@dataclass(slots=True)
class CallState:
    """Everything of the room."""

    calls: dict[int, Call] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    bookings: dict[int, Booking] = field(default_factory=dict)

    def of_call(self, number: int) -> list[Application]:
        """Return the applications of a call, in order."""
        return [one for one in self.applications.values() if one.call == number]

    def bookings_of(self, application: int) -> list[Booking]:
        """Return the living bookings of an application."""
        return [
            one
            for one in self.bookings.values()
            if one.application == application and not one.is_released
        ]


def take(state: CallState, entry: Entry) -> None:
    """Fold one entry."""
    deed, kind = entry.deed, type(entry.deed)
    if kind in OF_CALLS:
        OF_CALLS[kind](state, entry, deed)
    elif kind in OF_APPLICATIONS:
        OF_APPLICATIONS[kind](state.applications[deed.application], entry, deed)
    else:  # a deed of a term
        one = state.applications[int(entry.subject.partition(":")[2])]
        one.terms = applied(one.terms, deed, TERMS)


def _opened(state: CallState, entry: Entry, deed: deeds.CallOpened) -> None:
    state.calls[deed.call] = Call(
        deed.call, Text(deed.title_ko, deed.title_en), deed.asks, deed.since, deed.until,
        deed.slots, deed.sites,
    )  # fmt: skip


def _submitted(state: CallState, entry: Entry, deed: deeds.Submitted) -> None:
    state.applications[deed.application] = Application(
        deed.application, deed.call, deed.firm, deed.title, deed.what, deed.needs, entry.actor,
        entry.at,
    )  # fmt: skip


def _selected(state: CallState, entry: Entry, deed: deeds.Selected) -> None:
    state.calls[deed.call] = replace(state.calls[deed.call], is_decided=True)
    for one in state.of_call(deed.call):
        if one.stage is Stage.ELIGIBLE:
            is_in = one.number in deed.applications
            one.stage = Stage.SELECTED if is_in else Stage.NOT_SELECTED


def _booked(state: CallState, entry: Entry, deed: deeds.Booked) -> None:
    state.bookings[deed.booking] = Booking(
        deed.booking, deed.application, deed.site, deed.since, deed.until
    )


def _released(state: CallState, entry: Entry, deed: deeds.Released) -> None:
    state.bookings[deed.booking] = replace(state.bookings[deed.booking], is_released=True)


def _stopped(state: CallState, entry: Entry, deed: deeds.RunStopped) -> None:
    one = state.applications[deed.application]
    one.stage, one.reason, one.record = Stage.STOPPED, deed.reason, deed.record
    for booking in state.bookings_of(one.number):  # a stopped trial keeps no site
        state.bookings[booking.number] = replace(booking, is_released=True)


def _vetted(one: Application, entry: Entry, deed: deeds.Vetted) -> None:
    one.stage = Stage.ELIGIBLE if deed.is_eligible else Stage.INELIGIBLE
    one.vetting = deed.record


def _recused(one: Application, entry: Entry, deed: deeds.Recused) -> None:
    one.recused[entry.actor] = deed.reason
    one.reviews.pop(entry.actor, None)


def _reviewed(one: Application, entry: Entry, deed: deeds.Reviewed) -> None:
    one.reviews[entry.actor] = deed.scores


def _asked(one: Application, entry: Entry, deed: deeds.PermitAsked) -> None:
    one.permits[deed.permit] = Permit(deed.permit, deed.authority)


def _answered(one: Application, entry: Entry, deed: deeds.PermitAnswered) -> None:
    one.permits[deed.permit] = replace(
        one.permits[deed.permit], is_granted=deed.is_granted, record=deed.record
    )


def _agreed(one: Application, entry: Entry, deed: deeds.Agreed) -> None:
    one.stage, one.agreement = Stage.AGREED, deed


def _set(one: Application, entry: Entry, deed: deeds.IndicatorSet) -> None:
    one.indicators[deed.indicator] = Indicator(
        deed.indicator, deed.name, deed.is_more_better, deed.target, deed.before
    )


def _read(one: Application, entry: Entry, deed: deeds.IndicatorRead) -> None:
    one.indicators[deed.indicator].during = deed.reading


def _begun(one: Application, entry: Entry, deed: deeds.RunBegun) -> None:
    one.stage = Stage.RUNNING


def _scored(one: Application, entry: Entry, deed: deeds.RunScored) -> None:
    one.scores[deed.voice] = Score(deed.is_author, deed.scores)


def _certified(one: Application, entry: Entry, deed: deeds.RunCertified) -> None:
    one.stage, one.code, one.record = Stage.CERTIFIED, deed.code, deed.record
    one.certified_at, one.entry = entry.at, entry.seq


OF_CALLS: dict[type, Callable[[CallState, Entry, Any], None]] = {
    deeds.CallOpened: _opened,
    deeds.Submitted: _submitted,
    deeds.Selected: _selected,
    deeds.Booked: _booked,
    deeds.Released: _released,
    deeds.RunStopped: _stopped,
}
OF_APPLICATIONS: dict[type, Callable[[Application, Entry, Any], None]] = {
    deeds.Vetted: _vetted,
    deeds.Recused: _recused,
    deeds.Reviewed: _reviewed,
    deeds.PermitAsked: _asked,
    deeds.PermitAnswered: _answered,
    deeds.Agreed: _agreed,
    deeds.IndicatorSet: _set,
    deeds.IndicatorRead: _read,
    deeds.RunBegun: _begun,
    deeds.RunScored: _scored,
    deeds.RunCertified: _certified,
}
