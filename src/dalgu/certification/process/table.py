"""The one table of commands: who may ask for each, and at which stages of a case."""

from collections.abc import Iterable

import msgspec

from dalgu.certification.process.acts import (
    application,
    certificate,
    committee,
    decision,
    programme,
    review,
)
from dalgu.certification.process.acts.act import Command, Event
from dalgu.certification.process.words import ProgrammeRole, Stage

_M, _O, _C = ProgrammeRole.MINISTRY, ProgrammeRole.OPERATOR, ProgrammeRole.COMMITTEE_MEMBER
_R, _P, _A = ProgrammeRole.REVIEWER, ProgrammeRole.APPLICANT, ProgrammeRole.ADMINISTRATOR

FILE_OPEN = frozenset({Stage.DRAFT, Stage.SUPPLEMENT})
EVALUATION = frozenset({Stage.DOCUMENT_REVIEW, Stage.SITE_VISIT, Stage.COMMITTEE})
BEFORE_REPORT = FILE_OPEN | EVALUATION | {Stage.SUBMITTED}
JUDGED = EVALUATION | {Stage.REPORTED, Stage.OBJECTION}


class Spec(msgspec.Struct, frozen=True):
    """Who may ask for a command, and when; no stages mean that none is looked at."""

    command: type[Command]
    roles: frozenset[ProgrammeRole]
    stages: frozenset[Stage] = frozenset()
    is_internal: bool = False  # made by the desk alone, never taken from outside

    @property
    def name(self) -> str:
        """The name by which it is asked for."""
        return tag_of(self.command)


def tag_of(kind: type[msgspec.Struct]) -> str:
    """Return the name of a command or an event."""
    return str(kind.__struct_config__.tag)


def _spec(command: type[Command], *roles: ProgrammeRole, at: Iterable[Stage] = ()) -> Spec:
    return Spec(command, frozenset(roles), frozenset(at))


SPECS: tuple[Spec, ...] = (
    _spec(programme.DefineProgramme, _A),
    _spec(programme.GrantRole, _A, _M, _O),
    _spec(programme.TakeRole, _A, _M, _O),
    _spec(programme.PlanRound, _O),
    _spec(programme.AnnounceCall, _O),
    _spec(programme.SeatMember, _O),
    _spec(programme.RenewTerm, _O),
    _spec(programme.DismissMember, _O),
    _spec(programme.ElectChair, _O),
    _spec(application.OpenApplication, _P),
    _spec(application.DeclareScore, _P, at=FILE_OPEN),
    Spec(
        application.ReceiveFile,
        frozenset({_P, _O, _R}),
        FILE_OPEN | EVALUATION | {Stage.GRANTED},
        is_internal=True,
    ),
    _spec(application.AddEvidence, _P, at=FILE_OPEN | {Stage.DOCUMENT_REVIEW}),
    _spec(application.RemoveEvidence, _P, at=FILE_OPEN),
    _spec(application.SubmitApplication, _P, at=[Stage.DRAFT]),
    _spec(application.RequestSupplement, _O, at=[Stage.SUBMITTED]),
    _spec(application.ReplySupplement, _P, at=[Stage.SUPPLEMENT]),
    _spec(application.AcceptApplication, _O, at=[Stage.SUBMITTED]),
    _spec(application.RefuseReview, _O, at=[Stage.SUBMITTED, Stage.SUPPLEMENT]),
    _spec(application.RequestDocuments, _O, at=[Stage.DOCUMENT_REVIEW]),
    _spec(application.WithdrawApplication, _P, at=BEFORE_REPORT),
    _spec(review.AssignReviewers, _O, at=[Stage.DOCUMENT_REVIEW]),
    _spec(review.DeclareConflicts, _R, _C, at=JUDGED | {Stage.GRANTED, Stage.REFUSED}),
    _spec(review.ExcludePerson, _O, at=JUDGED),
    _spec(review.ChallengePerson, _P, at=JUDGED),
    _spec(review.OpenCase, _M, _O, _R, _C, _P),
    _spec(review.FileReview, _R, at=[Stage.DOCUMENT_REVIEW]),
    _spec(review.Adjudicate, _R, at=[Stage.DOCUMENT_REVIEW]),
    _spec(review.CloseDocumentReview, _O, at=[Stage.DOCUMENT_REVIEW]),
    _spec(review.PlanVisit, _O, at=[Stage.SITE_VISIT]),
    _spec(review.RevealSample, _O, at=[Stage.SITE_VISIT]),
    _spec(review.RecordFinding, _O, _R, at=[Stage.SITE_VISIT]),
    _spec(review.CloseVisit, _O, at=[Stage.SITE_VISIT]),
    _spec(committee.OpenSession, _O),
    _spec(committee.PutMotion, _O, at=JUDGED | {Stage.GRANTED, Stage.REFUSED}),
    _spec(committee.CastVote, _C),
    _spec(committee.CountMotion, _O),
    _spec(committee.CloseSession, _O),
    _spec(decision.ReportResult, _O, at=[Stage.COMMITTEE]),
    _spec(decision.DecideGrant, _M, at=[Stage.REPORTED]),
    _spec(decision.FileObjection, _P, at=[Stage.OBJECTION, Stage.REFUSED]),
    _spec(decision.AnswerObjection, _O, at=[Stage.OBJECTION, Stage.REFUSED]),
    _spec(decision.WaiveObjection, _P, at=[Stage.OBJECTION]),
    _spec(decision.CloseCase, _O, at=[Stage.OBJECTION]),
    _spec(certificate.IssueCertificate, _M, at=[Stage.OBJECTION]),
    _spec(certificate.RequestExtension, _P),
    _spec(certificate.RecordMonitoring, _O),
    _spec(certificate.SuspendCertificate, _M),
    _spec(certificate.LiftSuspension, _M),
    _spec(certificate.OpenRevocation, _O),
    _spec(certificate.SendNotice, _M),
    _spec(certificate.SubmitExplanation, _P),
    _spec(certificate.JudgeExplanation, _M),
    _spec(certificate.DropRevocation, _M),
    _spec(certificate.Revoke, _M),
    _spec(certificate.TellHolder, _M),
    _spec(certificate.PostRevocation, _M),
)

BY_KIND: dict[type[Command], Spec] = {spec.command: spec for spec in SPECS}
BY_NAME: dict[str, Spec] = {spec.name: spec for spec in SPECS}

# What a stage may become; nothing else ever happens (held by a property test).
EDGES: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.SUBMITTED, Stage.WITHDRAWN}),
    Stage.SUBMITTED: frozenset(
        {Stage.SUPPLEMENT, Stage.DOCUMENT_REVIEW, Stage.REFUSED, Stage.WITHDRAWN}
    ),
    Stage.SUPPLEMENT: frozenset({Stage.SUBMITTED, Stage.REFUSED, Stage.WITHDRAWN}),
    Stage.REFUSED: frozenset({Stage.SUBMITTED}),  # an objection was upheld
    Stage.DOCUMENT_REVIEW: frozenset({Stage.SITE_VISIT, Stage.WITHDRAWN}),
    Stage.SITE_VISIT: frozenset({Stage.COMMITTEE, Stage.WITHDRAWN}),
    Stage.COMMITTEE: frozenset({Stage.REPORTED, Stage.WITHDRAWN}),
    Stage.REPORTED: frozenset({Stage.OBJECTION}),
    Stage.OBJECTION: frozenset({Stage.COMMITTEE, Stage.GRANTED, Stage.NOT_GRANTED}),
    Stage.GRANTED: frozenset(),
    Stage.NOT_GRANTED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}


def event_kinds() -> tuple[type[Event], ...]:
    """Return all kinds of events, in the order of the modules that define them."""
    modules = (programme, application, review, committee, decision, certificate)
    return tuple(
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    )
