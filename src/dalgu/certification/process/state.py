"""What the log amounts to: everything that the rules look at, as values that never change."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.application import (
    Declaration,
    Evidence,
    FileReceived,
    LocalGovernment,
    ScoreDeclared,
)
from dalgu.certification.process.acts.certificate import MonitoringRecorded, NoticeSent
from dalgu.certification.process.acts.committee import MotionPut
from dalgu.certification.process.acts.decision import DecisionRecord, ResultPaper
from dalgu.certification.process.acts.programme import ProgrammeDefined, RoleGranted, RoundPlanned
from dalgu.certification.process.acts.review import (
    DocumentReviewClosed,
    FindingRecorded,
    PersonChallenged,
    ReviewLine,
    SampleItem,
    VisitPlanned,
)
from dalgu.certification.process.errors import ReviewUnfinished, RevocationUnfit
from dalgu.certification.process.life import Life
from dalgu.certification.process.quorum import Tally
from dalgu.certification.process.words import (
    Bar,
    CertificateStatus,
    ConflictGround,
    ObjectionResult,
    ProgrammeRole,
    Qualification,
    RevocationGround,
    Stage,
    Vote,
)
from dalgu.kernel.clock import local


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the state."""


class Entry(State, frozen=True, kw_only=True):
    """One entry of the log: who did what in which role, and when."""

    seq: int
    at: datetime
    by: str
    role: ProgrammeRole
    event: Event
    digest: str = ""

    @property
    def day(self) -> date:
        """The day on the applicant's calendar."""
        return local(self.at).date()


class Seat(State, frozen=True, kw_only=True):
    """A committee member's seat; an empty group is a common member's, who judges all."""

    person: str
    qualification: Qualification
    group: str
    since: date
    until: date
    in_field: bool
    left_on: date | None = None

    def is_taken(self, group: str, day: date) -> bool:
        """Tell whether the member sits in a group's committee on a day."""
        served = self.since <= day <= self.until
        return self.group in ("", group) and served and (self.left_on is None or day < self.left_on)


class Round(State, frozen=True, kw_only=True):
    """One round of a programme."""

    plan: RoundPlanned
    announced_on: date | None = None
    seats: Mapping[str, Seat] = {}
    chairs: Mapping[str, str] = {}
    sessions: int = 0

    def members(self, group: str, day: date) -> tuple[str, ...]:
        """Return who sits in a group's committee on a day."""
        return tuple(p for p, seat in self.seats.items() if seat.is_taken(group, day))


class Supplement(State, frozen=True, kw_only=True):
    """One chance to put the file in order."""

    items: tuple[str, ...]
    asked_on: date
    due: date
    replied_on: date | None = None


class Barred(State, frozen=True, kw_only=True):
    """Why somebody may not judge a case."""

    bar: Bar
    ground: ConflictGround


class Objection(State, frozen=True, kw_only=True):
    """One objection and what became of it."""

    id: str
    about: str
    filed_on: date
    answer_due: date
    result: ObjectionResult | None = None
    answered_on: date | None = None


class Visit(State, frozen=True, kw_only=True):
    """A site visit."""

    plan: VisitPlanned
    sample: tuple[SampleItem, ...] | None = None
    findings: tuple[FindingRecorded, ...] = ()  # the newest of each indicator and item

    @property
    def by_subject(self) -> dict[tuple[str, str], FindingRecorded]:
        """The findings by indicator and item; an empty item is the indicator as a whole."""
        return {(one.indicator, one.item): one for one in self.findings}


class Raised(State, frozen=True, kw_only=True):
    """What committee votes changed."""

    levels: Mapping[str, int] = {}
    values: Mapping[str, float] = {}
    not_applicable: frozenset[str] = frozenset()


class Case(State, frozen=True, kw_only=True):
    """One application, from its draft to its end."""

    id: str
    programme: str
    round: str
    group: str
    city_type: str
    government: LocalGovernment
    reference_date: date
    contact: str
    extends: str
    stage: Stage
    opened_on: date
    score: ScoreDeclared | None = None
    files: Mapping[str, FileReceived] = {}
    evidence: Mapping[str, Evidence] = {}
    declaration: Declaration | None = None
    submitted_on: date | None = None
    supplements: tuple[Supplement, ...] = ()
    documents_due: date | None = None
    reviewers: tuple[str, ...] = ()
    lead: str = ""
    declared: frozenset[str] = frozenset()
    barred: Mapping[str, Barred] = {}
    challenges: Mapping[str, PersonChallenged] = {}
    opened: frozenset[str] = frozenset()
    reviews: Mapping[str, Mapping[str, ReviewLine]] = {}
    adjudicated: Mapping[str, int] = {}
    reviewed: DocumentReviewClosed | None = None
    visit: Visit | None = None
    raised: Raised = Raised()
    accepted: tuple[float, int] | None = None
    committee: tuple[str, ...] = ()
    paper: ResultPaper | None = None
    reported_on: date | None = None
    answer_due: date | None = None
    decisions: tuple[DecisionRecord, ...] = ()
    objection_until: date | None = None
    objections: tuple[Objection, ...] = ()
    is_waived: bool = False
    certificate: str = ""

    @property
    def planned_visit(self) -> Visit:
        """The site visit; raise `ReviewUnfinished` before it is planned."""
        if self.visit is None:
            raise ReviewUnfinished(self.id, ("a plan of the site visit",))
        return self.visit

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        """Objections without an answer."""
        return tuple(one for one in self.objections if one.result is None)


class Session(State, frozen=True, kw_only=True):
    """One session of a committee."""

    id: str
    round: str
    group: str
    on: date
    members: tuple[str, ...]
    present: tuple[str, ...]
    minutes: str | None = None


class Motion(State, frozen=True, kw_only=True):
    """One question put to the vote."""

    put: MotionPut
    votes: Mapping[str, Vote] = {}
    tally: Tally | None = None


class Revocation(State, frozen=True, kw_only=True):
    """A revocation that is looked into."""

    ground: RevocationGround
    opened_on: date
    notices: tuple[NoticeSent, ...] = ()
    explained_on: date | None = None
    is_groundless: bool = False


class Certificate(State, frozen=True, kw_only=True):
    """One certificate with its whole life."""

    number: str
    case: str
    programme: str
    government: LocalGovernment
    city_type: str
    grade: int
    has_legal_effect: bool
    life: Life
    extension_case: str = ""
    monitoring: tuple[MonitoringRecorded, ...] = ()
    revocation: Revocation | None = None
    told_on: date | None = None
    posted_on: date | None = None

    @property
    def open_revocation(self) -> Revocation:
        """The revocation that is looked into; raise `RevocationUnfit` when there is none."""
        if self.revocation is None:
            raise RevocationUnfit(self.number, "no revocation is open")
        return self.revocation

    def status_on(self, day: date) -> CertificateStatus:
        """Return what the certificate is on a day."""
        return self.life.status_on(day)


class World(State, frozen=True, kw_only=True):
    """All programmes with everything in them."""

    seq: int = 0
    digest: str = ""
    programmes: Mapping[str, ProgrammeDefined] = {}
    grants: Mapping[tuple[str, str], RoleGranted] = {}  # by programme and person
    rounds: Mapping[str, Round] = {}
    cases: Mapping[str, Case] = {}
    sessions: Mapping[str, Session] = {}
    motions: Mapping[str, Motion] = {}
    certificates: Mapping[str, Certificate] = {}
    log: Mapping[str, tuple[int, ...]] = {}  # numbers of a case's entries

    def holders_on(self, day: date) -> list[Certificate]:
        """Return the certificates that hold in law on a day."""
        return [
            one
            for one in self.certificates.values()
            if one.has_legal_effect and one.status_on(day).holds
        ]
