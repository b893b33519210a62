"""The one question that every kind of command answers, and what it may look at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatch
from typing import TypeVar

from dalgu.certification.process.acts.act import Command, Event
from dalgu.certification.process.acts.programme import FrameworkUse, ProgrammeDefined
from dalgu.certification.process.errors import (
    CommandUnknown,
    DateUnfit,
    EvidenceForeign,
    IndicatorForeign,
    SubjectNotExisting,
)
from dalgu.certification.process.standing import ScoreCase
from dalgu.certification.process.state import (
    Case,
    Certificate,
    Motion,
    Round,
    Session,
    World,
)
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.clock import local

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judges:
    """What the process asks of others: the type of a city, and the score of a case."""

    # by the framework of the call, the kind of local government and its population
    city_type_of: Callable[[FrameworkUse, str, int], str]
    score_case: ScoreCase


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, when, of what world."""

    world: World
    at: datetime
    person: str
    role: ProgrammeRole
    judges: Judges

    @property
    def today(self) -> date:
        """The day on the calendar of the law."""
        return local(self.at).date()

    def programme(self, programme_id: str) -> ProgrammeDefined:
        """Return a programme, or raise `SubjectNotExisting`."""
        return _of(self.world.programmes.get(programme_id), "programme", programme_id)

    def round(self, round_id: str) -> Round:
        """Return a round, or raise `SubjectNotExisting`."""
        return _of(self.world.rounds.get(round_id), "round", round_id)

    def case(self, case_id: str) -> Case:
        """Return a case, or raise `SubjectNotExisting`."""
        return _of(self.world.cases.get(case_id), "case", case_id)

    def framework(self, case: Case) -> FrameworkUse:
        """Return the framework that a case is judged by."""
        return self.world.rounds[case.round].plan.framework

    def certificate(self, number: str) -> Certificate:
        """Return a certificate, or raise `SubjectNotExisting`."""
        return _of(self.world.certificates.get(number), "certificate", number)

    def session(self, session_id: str) -> Session:
        """Return a session, or raise `SubjectNotExisting`."""
        return _of(self.world.sessions.get(session_id), "session", session_id)

    def motion(self, motion_id: str) -> Motion:
        """Return a motion, or raise `SubjectNotExisting`."""
        return _of(self.world.motions.get(motion_id), "motion", motion_id)


@singledispatch
def decide(command: Command, context: Context) -> list[Event]:
    """Return what happens when the command is followed, or raise why it cannot be."""
    raise CommandUnknown(type(command).__name__)


def needs_known(framework: FrameworkUse, known: Iterable[str], codes: Iterable[str]) -> None:
    """Refuse codes that are not among the known ones of a framework."""
    foreign = tuple(sorted(set(codes) - set(known)))
    if foreign:
        raise IndicatorForeign(framework.name, foreign)


def needs_received(case: Case, digests: Iterable[str]) -> None:
    """Refuse digests of files that the case did not receive."""
    for digest in digests:
        if digest not in case.files:
            raise EvidenceForeign(case.id, digest)


def needs_later(what: str, day: date, today: date) -> None:
    """Refuse a due day that is not in the future."""
    if day <= today:
        raise DateUnfit(what, day.isoformat(), f"after {today.isoformat()}")


def _of(found: T | None, kind: str, subject: str) -> T:
    if found is None:
        raise SubjectNotExisting(kind, subject)
    return found
