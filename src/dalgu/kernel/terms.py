"""Terms: how long an office has to act, by which rule, and what became of it.

A term counts by its rule, rests while somebody else must act, is extended at most so often,
and is met or overdue. What a term is now is a fold over its deeds, which rooms keep in their
books among their own. Proposals, requests, petitions, decisions of bodies share this file.

The first day does not count and a term never ends on a holiday: see `kernel.deadlines`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from dalgu.kernel.deadlines import (
    Pause,
    add_days,
    add_months,
    add_working_days,
    next_working_day,
    working_days_between,
)
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text

ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a rule counts."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


class TermState(StrEnum):
    """What a term is on a day."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    ENDED = "ended"  # no longer owed


@dataclass(frozen=True, slots=True)
class TermRule:
    """How long, by what law, how often extended, and whom a breach reaches step by step."""

    id: str
    title: Text
    basis: Text
    length: int
    unit: Unit
    extension: int = 0  # of the same unit, each time
    most_extensions: int = 2
    reminders: tuple[float, ...] = (0.5, 0.8, 1.0)  # shares of the term
    chain: tuple[Text, ...] = ()
    step_days: int = 3  # working days overdue between two steps of the chain


class TermStarted(msgspec.Struct, frozen=True, tag="term.started"):
    """An office must act from this day on; the day itself does not count."""

    rule: str
    on: date


class TermPaused(msgspec.Struct, frozen=True, tag="term.paused"):
    """Somebody else must act first; the day no longer counts."""

    rule: str
    on: date
    reason: str


class TermResumed(msgspec.Struct, frozen=True, tag="term.resumed"):
    """Days count again, this one included."""

    rule: str
    on: date


class TermExtended(msgspec.Struct, frozen=True, tag="term.extended"):
    """The office took the time that its rule allows once more, and said why."""

    rule: str
    on: date
    reason: str


class TermMet(msgspec.Struct, frozen=True, tag="term.met"):
    """The office has acted."""

    rule: str
    on: date


class TermEnded(msgspec.Struct, frozen=True, tag="term.ended"):
    """Nothing is owed any more: withdrawn, merged, handed over."""

    rule: str
    on: date
    reason: str


TermDeed = TermStarted | TermPaused | TermResumed | TermExtended | TermMet | TermEnded


class TermNotRunning(DalguError):
    """What is asked of a term takes one that runs."""

    status = 409
    slug = "term-not-running"
    title = "The term is not running"

    def __init__(self, rule: str, step: str) -> None:
        super().__init__(
            f"The term '{rule}' cannot be {step}: it is not running or not paused.",
            rule=rule,
            step=step,
        )


class ExtensionsUsedUp(DalguError):
    """A term was extended as often as its rule allows."""

    status = 409
    slug = "extensions-used-up"
    title = "The term cannot be extended again"

    def __init__(self, rule: str, most: int) -> None:
        super().__init__(
            f"The term '{rule}' was extended {most} times, which is as often as its rule allows. "
            "Answer, or tell its chain.",
            rule=rule,
            most=most,
        )


@dataclass(frozen=True, slots=True)
class Term:
    """One term as it stands."""

    rule: TermRule
    started: date
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[str, ...] = ()  # their reasons
    met_on: date | None = None
    ended_on: date | None = None

    @property
    def length(self) -> int:
        """Days or months that it has, extensions included."""
        return self.rule.length + self.rule.extension * len(self.extensions)

    @property
    def is_paused(self) -> bool:
        """Whether it rests."""
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes an act."""
        return self.met_on is None and self.ended_on is None

    @property
    def due(self) -> date | None:
        """The last day; `None` while it rests."""
        if self.is_paused:
            return None
        if self.rule.unit is Unit.WORKING_DAYS:
            return add_working_days(self.started, self.length, self.pauses)
        if self.rule.unit is Unit.DAYS:
            return add_days(self.started, self.length, self.pauses)
        end = add_months(self.started, self.length)
        for pause in self.pauses:  # a period of months is longer by the days that it rested
            end += (pause.until or pause.since) - pause.since + ONE_DAY
        return next_working_day(end)

    def state(self, today: date) -> TermState:
        """Return what it is on a day."""
        if self.ended_on is not None:
            return TermState.ENDED
        due = self.due
        if self.met_on is not None:
            return TermState.MET if due is None or self.met_on <= due else TermState.MET_LATE
        if due is None:
            return TermState.PAUSED
        return TermState.OVERDUE if today > due else TermState.RUNNING

    def days_left(self, today: date) -> int | None:
        """Return the working days left, negative when overdue; `None` while it rests."""
        due = self.due
        if due is None:
            return None
        if today <= due:
            return working_days_between(today, due)
        return -working_days_between(due, today)

    def share(self, today: date) -> float:
        """Return how much of the term has passed, 0 to 1 and beyond; paused days do not count."""
        due = self.due
        if due is None:
            last = self.pauses[-1].since
            return replace(self, pauses=self.pauses[:-1]).share(min(today, last))
        whole = (due - self.started).days - self._rested(due)
        gone = (today - self.started).days - self._rested(today)
        return gone / whole if whole > 0 else 1.0

    def steps_up(self, today: date) -> int:
        """Return how many of the chain a breach has reached by a day."""
        left = self.days_left(today)
        if not self.is_open or left is None or left >= 0:
            return 0
        return min(1 + (-left - 1) // self.rule.step_days, len(self.rule.chain))

    def _rested(self, until: date) -> int:
        days = 0
        for pause in self.pauses:
            last = min(pause.until or until, until)
            days += max(0, (last - pause.since).days + 1)
        return days


Terms = Mapping[str, Term]  # of one subject, by the id of their rules


def applied(terms: Terms, deed: TermDeed, rules: Mapping[str, TermRule]) -> dict[str, Term]:
    """Return the terms of a subject after a deed.

    Raises
    ------
    TermNotRunning
        When the deed takes a running (or a resting) term, and this is none.
    ExtensionsUsedUp
        When the rule allows no further extension.
    """
    if isinstance(deed, TermStarted):
        return {**terms, deed.rule: Term(rules[deed.rule], deed.on)}
    term = terms.get(deed.rule)
    if term is None or not term.is_open:
        raise TermNotRunning(deed.rule, deed.__struct_config__.tag.partition(".")[2])  # type: ignore[union-attr]
    return {**terms, deed.rule: _after(term, deed)}


def _after(term: Term, deed: TermDeed) -> Term:
    match deed:
        case TermPaused():
            if term.is_paused:
                raise TermNotRunning(deed.rule, "paused")
            return replace(term, pauses=(*term.pauses, Pause(deed.on)))
        case TermResumed():
            if not term.is_paused:
                raise TermNotRunning(deed.rule, "resumed")
            return replace(term, pauses=_resumed(term.pauses, deed.on))
        case TermExtended():
            if len(term.extensions) >= term.rule.most_extensions or not term.rule.extension:
                raise ExtensionsUsedUp(deed.rule, len(term.extensions))
            return replace(term, extensions=(*term.extensions, deed.reason))
        case TermMet():
            return replace(term, met_on=deed.on, pauses=_resumed(term.pauses, deed.on))
        case _:
            return replace(term, ended_on=deed.on)


def _resumed(pauses: tuple[Pause, ...], on: date) -> tuple[Pause, ...]:
    if not pauses or pauses[-1].until is not None:
        return pauses
    last = pauses[-1]
    return pauses[:-1] if on <= last.since else (*pauses[:-1], Pause(last.since, on - ONE_DAY))


@dataclass(frozen=True, slots=True)
class Owed:
    """A term with whom and what it concerns: a line of the public record of terms."""

    subject: str
    title: Text
    path: str  # of its public page, without a language
    department: str
    term: Term


def overdue(owed: Iterable[Owed], today: date) -> list[Owed]:
    """Return what is overdue, the longest first."""
    late = [one for one in owed if one.term.is_open and (one.term.days_left(today) or 0) < 0]
    return sorted(late, key=lambda one: one.term.days_left(today) or 0)
