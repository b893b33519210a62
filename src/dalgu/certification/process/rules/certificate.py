"""Rules of a certificate's life: extension, monitoring, suspension, revocation."""

from msgspec.structs import asdict, replace

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.application import OpenApplication
from dalgu.certification.process.acts.certificate import (
    CertificateRevoked,
    CertificateSuspended,
    DropRevocation,
    ExplanationJudged,
    ExplanationSubmitted,
    ExtensionRequested,
    HolderTold,
    JudgeExplanation,
    LiftSuspension,
    MonitoringRecorded,
    NoticeSent,
    OpenRevocation,
    PostRevocation,
    RecordMonitoring,
    RequestExtension,
    RevocationDropped,
    RevocationOpened,
    RevocationPosted,
    Revoke,
    SendNotice,
    SubmitExplanation,
    SuspendCertificate,
    SuspensionLifted,
    TellHolder,
)
from dalgu.certification.process.errors import (
    DateUnfit,
    ExtensionUnfit,
    RevocationUnfit,
    StageUnfit,
    SubjectExisting,
)
from dalgu.certification.process.rules.application import opened
from dalgu.certification.process.rules.decide import Context, decide, needs_later, needs_received
from dalgu.certification.process.rules.decision import LOWEST_GRANTED_GRADE
from dalgu.certification.process.state import Certificate, Revocation
from dalgu.certification.process.words import CertificateStatus, Stage

HOLDING = (CertificateStatus.VALID, CertificateStatus.EXTENDED)
LIVING = (*HOLDING, CertificateStatus.SUSPENDED)


@decide.register
def _(command: RequestExtension, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("request_extension", certificate, context, HOLDING)
    _needs_first_extension(certificate, context)
    planned = context.round(command.round)
    if planned.plan.programme != certificate.programme or planned.announced_on is None:
        raise ExtensionUnfit(
            certificate.number, f"'{command.round}' is no announced round of its programme"
        )
    begun = opened(
        OpenApplication(
            round=command.round,
            government=replace(certificate.government, population=command.population),
            reference_date=command.reference_date,
            contact=command.contact,
        ),
        context,
        extends=certificate.number,
    )
    return [begun, ExtensionRequested(**asdict(command), case=begun.case)]


def _needs_first_extension(certificate: Certificate, context: Context) -> None:
    if certificate.life.extended_on is not None:
        raise ExtensionUnfit(
            certificate.number, "it was extended once; after that a new application is needed"
        )
    due = certificate.life.extension_due
    if context.today > due:
        raise DateUnfit(
            "the request for an extension", context.today.isoformat(), f"by {due.isoformat()}"
        )
    pending = context.world.cases.get(certificate.extension_case)
    if pending is not None and pending.stage is not Stage.WITHDRAWN:
        raise SubjectExisting("request for an extension", pending.id)


@decide.register
def _(command: RecordMonitoring, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("record_monitoring", certificate, context, LIVING)
    return [
        MonitoringRecorded(
            **asdict(command), is_above_criteria=command.grade <= LOWEST_GRANTED_GRADE
        )
    ]


@decide.register
def _(command: SuspendCertificate, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("suspend_certificate", certificate, context, HOLDING)
    return [CertificateSuspended(**asdict(command))]


@decide.register
def _(command: LiftSuspension, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("lift_suspension", certificate, context, (CertificateStatus.SUSPENDED,))
    return [SuspensionLifted(**asdict(command))]


@decide.register
def _(command: OpenRevocation, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("open_revocation", certificate, context, LIVING)
    if certificate.revocation is not None:
        raise SubjectExisting("revocation of", certificate.number)
    return [RevocationOpened(**asdict(command))]


@decide.register
def _(command: SendNotice, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    revocation = _open(certificate, context)
    needs_later("the explanation", command.due, context.today)
    if len(revocation.notices) > 1:
        raise RevocationUnfit(certificate.number, "both notices were sent")
    if revocation.explained_on is not None:
        raise RevocationUnfit(certificate.number, "the holder has explained")
    if revocation.notices and context.today <= revocation.notices[0].due:
        due = revocation.notices[0].due.isoformat()
        raise RevocationUnfit(certificate.number, f"the holder may explain until {due}")
    return [NoticeSent(**asdict(command), number=len(revocation.notices) + 1)]


@decide.register
def _(command: SubmitExplanation, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    revocation = _open(certificate, context)
    if not revocation.notices:
        raise RevocationUnfit(certificate.number, "no notice was sent yet")
    if revocation.is_groundless:
        raise RevocationUnfit(certificate.number, "an explanation was judged to have no grounds")
    needs_received(context.case(certificate.case), command.files)
    last = revocation.notices[-1]
    if last.number > 1 and context.today > last.due:
        raise DateUnfit("the explanation", context.today.isoformat(), f"by {last.due.isoformat()}")
    return [ExplanationSubmitted(**asdict(command))]


@decide.register
def _(command: JudgeExplanation, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    revocation = _open(certificate, context)
    if revocation.explained_on is None or revocation.is_groundless:
        raise RevocationUnfit(certificate.number, "no explanation waits for a judgement")
    return [ExplanationJudged(**asdict(command))]


@decide.register
def _(command: DropRevocation, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    revocation = _open(certificate, context)
    if revocation.ground.must_revoke:
        raise RevocationUnfit(
            certificate.number, f"on the ground '{revocation.ground}' the law leaves no choice"
        )
    return [RevocationDropped(**asdict(command))]


@decide.register
def _(command: Revoke, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    revocation = _open(certificate, context)
    if not may_revoke(revocation, context):
        raise RevocationUnfit(
            certificate.number,
            "it needs an explanation without grounds, or silence after the second notice",
        )
    return [CertificateRevoked(**asdict(command), ground=revocation.ground)]


def may_revoke(revocation: Revocation, context: Context) -> bool:
    """Tell whether the holder was heard: groundless, or silent twice (decree, art. 32)."""
    if revocation.is_groundless:
        return True
    twice = len(revocation.notices) > 1 and context.today > revocation.notices[1].due
    return twice and revocation.explained_on is None


@decide.register
def _(command: TellHolder, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("tell_holder", certificate, context, (CertificateStatus.REVOKED,))
    if certificate.told_on is not None:
        raise SubjectExisting("word to the holder of", certificate.number)
    return [HolderTold(**asdict(command))]


@decide.register
def _(command: PostRevocation, context: Context) -> list[Event]:
    certificate = context.certificate(command.certificate)
    _needs_status("post_revocation", certificate, context, (CertificateStatus.REVOKED,))
    if certificate.posted_on is not None:
        raise SubjectExisting("public posting on", certificate.number)
    return [RevocationPosted(**asdict(command))]


def _open(certificate: Certificate, context: Context) -> Revocation:
    if certificate.status_on(context.today) is CertificateStatus.REVOKED:
        raise RevocationUnfit(certificate.number, "it was revoked")
    return certificate.open_revocation


def _needs_status(
    command: str,
    certificate: Certificate,
    context: Context,
    needed: tuple[CertificateStatus, ...],
) -> None:
    status = certificate.status_on(context.today)
    if status not in needed:
        raise StageUnfit(command, certificate.number, status, tuple(one.value for one in needed))
