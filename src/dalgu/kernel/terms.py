"""Terms: how long an office has to act, by which rule, and what became of it.

A term counts by its rule, rests while somebody else must act, is extended at most so often,
and is met or overdue. What a term is now is a fold over its deeds, which rooms keep in their
books among their own. Proposals, requests, petitions, decisions of bodies share this file.

A term never ends on a Saturday or a holiday (Civil Act, art. 161; see `kernel.deadlines`). Its
first day does not count (art. 157) unless its rule says so: complaints of six days and more count
it (Civil Petitions Treatment Act, art. 19). A term of months that begins with a month is whole
months, and ends else on the day before the one of the same number, or on the month's last day
where there is none (Civil Act, art. 160): one month from 28 February ends on 31 March.
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
    is_working_day,
    next_working_day,
    working_days_between,
)
from dalgu.kernel.term_refusals import (
    ExtensionsUsedUp,
    TermNotRunning,
    TermOver,
    TermRunsAlready,
)
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
    counts_first_day: bool = False


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
STEPS: dict[type[TermDeed], str] = {
    TermPaused: "paused",
    TermResumed: "resumed",
    TermExtended: "extended",
    TermMet: "met",
    TermEnded: "ended",
}


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
        """The last day; `None` while it rests, unless it was over before the rest began."""
        if self.rule.unit is Unit.MONTHS:
            return self._due_of_months()
        count = add_working_days if self.rule.unit is Unit.WORKING_DAYS else add_days
        end = count(self._first - ONE_DAY, self.length, self.pauses)
        return None if end is None else self._after_rests(end)

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
        """Return the working days left, negative when overdue; `None` while it rests.

        A term that ended on a Friday is overdue on Saturday, by no working day yet: `state` tells.
        """
        due = self.due
        if due is None:
            return None
        if today <= due:
            return working_days_between(today, due)
        return -working_days_between(due, today)

    def days_over(self, today: date) -> int:
        """Return by how many calendar days it was or is passed; 0 where it is not."""
        due = self.due
        last = self.met_on or self.ended_on or today
        return 0 if due is None else max(0, (last - due).days)

    def share(self, today: date) -> float:
        """Return how much of the term has passed, 0 to 1 and beyond; what it does not count aside.

        A term of working days passes by working days, the others by calendar days.
        """
        due = self.due
        if due is None:  # as far as it had come when it began to rest
            rest = self.pauses[-1].since
            before = replace(self, pauses=self.pauses[:-1])
            return before.share(min(today, rest - ONE_DAY))
        whole = self._counted(due)
        return self._counted(today) / whole if whole > 0 else 1.0

    def reminders(self, today: date) -> tuple[float, ...]:
        """Return which of its reminders are due or past, none once nothing is owed."""
        if not self.is_open:
            return ()
        passed = self.share(today)
        return tuple(share for share in self.rule.reminders if passed >= share)

    def steps_up(self, today: date) -> int:
        """Return how many of the chain a breach has reached by a day."""
        left = self.days_left(today)
        if not self.is_open or left is None or left >= 0:
            return 0
        return min(1 + (-left - 1) // self.rule.step_days, len(self.rule.chain))

    @property
    def _first(self) -> date:
        return self.started if self.rule.counts_first_day else self.started + ONE_DAY

    def _due_of_months(self) -> date | None:
        end = _end_of_months(self._first, self.length)
        for pause in self.pauses:
            if pause.since > next_working_day(end):
                break
            if pause.until is None:
                return None
            rested = (pause.until - max(pause.since, self._first)).days + 1
            # the day to which a holiday moved the end rests too, and is the first after the rest
            end = pause.until + ONE_DAY if pause.since > end else end + max(0, rested) * ONE_DAY
        return next_working_day(end)

    def _after_rests(self, end: date) -> date | None:
        """Return the end, or the first working day after the rests that it was moved into."""
        for pause in self.pauses:
            if pause.holds(end):
                if pause.until is None:
                    return None
                end = next_working_day(pause.until + ONE_DAY)
        return end

    def _counted(self, until: date) -> int:
        days = ((self._first + step * ONE_DAY) for step in range((until - self._first).days + 1))
        is_working = self.rule.unit is Unit.WORKING_DAYS
        return sum(
            not any(pause.holds(day) for pause in self.pauses)
            and (not is_working or is_working_day(day))
            for day in days
        )


def _end_of_months(first: date, months: int) -> date:
    """Return the last day of some months whose first day counts (Civil Act, art. 160)."""
    end = add_months(first, months)
    return end - ONE_DAY if end.day == first.day else end


# Of one subject, by the id of their rules; of those begun anew the earlier as `rule#1`, `rule#2`.
Terms = Mapping[str, Term]


def applied(terms: Terms, deed: TermDeed, rules: Mapping[str, TermRule]) -> dict[str, Term]:
    """Return the terms of a subject after a deed, the same at every reading of the book.

    Raises
    ------
    TermRunsAlready
        When the term begins that runs already.
    TermNotRunning
        When the deed takes a running (or a resting) term, and this is none.
    ExtensionsUsedUp
        When the rule allows no further extension.
    """
    term = terms.get(deed.rule)
    if isinstance(deed, TermStarted):
        begun = Term(rules[deed.rule], deed.on)
        if term is None:
            return {**terms, deed.rule: begun}
        if term.is_open:
            raise TermRunsAlready(deed.rule)
        earlier = 1 + sum(key.startswith(f"{deed.rule}#") for key in terms)
        return {**terms, f"{deed.rule}#{earlier}": term, deed.rule: begun}
    if term is None or not term.is_open:
        raise TermNotRunning(deed.rule, STEPS[type(deed)])
    return {**terms, deed.rule: _after(term, deed)}


def decided(terms: Terms, deed: TermDeed, rules: Mapping[str, TermRule]) -> dict[str, Term]:
    """Return the terms after a deed that somebody decides now.

    Refuses what `applied` refuses, and what depends on the calendar, which may be another when
    the book is read again: to extend a term that is over. Use it where a room decides.

    Raises
    ------
    TermOver
        When a term is to be extended or paused after its last day.
    """
    after = applied(terms, deed, rules)
    if isinstance(deed, TermExtended | TermPaused):
        due = terms[deed.rule].due
        if due is not None and deed.on > due:
            raise TermOver(deed.rule, due)
    return after


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
    late = [one for one in owed if one.term.state(today) is TermState.OVERDUE]
    return sorted(late, key=lambda one: -one.term.days_over(today))
