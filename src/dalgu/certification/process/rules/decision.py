"""Rules of the report, the decision, objections, and what follows from them."""

from datetime import date

from msgspec.structs import asdict

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.certificate import (
    CertificateExtended,
    CertificateIssued,
    IssueCertificate,
)
from dalgu.certification.process.acts.decision import (
    AnswerObjection,
    CaseClosed,
    CloseCase,
    DecideGrant,
    DecisionRecord,
    FileObjection,
    GrantDecided,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionWaived,
    ReportResult,
    ResultPaper,
    ResultReported,
    WaiveObjection,
)
from dalgu.certification.process.errors import (
    DateUnfit,
    ExtensionUnfit,
    GrantUnfit,
    SubjectNotExisting,
)
from dalgu.certification.process.life import expiry, extension_due
from dalgu.certification.process.rules.decide import Context, decide
from dalgu.certification.process.rules.terms import (
    ministry_answer,
    objection_answer,
    objection_end,
)
from dalgu.certification.process.state import Case
from dalgu.certification.process.words import CertificateStatus

LOWEST_GRANTED_GRADE = 3  # grades 1 to 3 are certified (calls of 2021 and after)


@decide.register
def _(command: ReportResult, context: Context) -> list[Event]:
    case = context.case(command.case)
    if case.accepted is None:
        raise GrantUnfit(case.id, "the committee has not accepted the scores")
    points, grade = case.accepted
    return [
        ResultReported(
            **asdict(command),
            points=points,
            grade=grade,
            answer_due=ministry_answer(context.today),
        )
    ]


@decide.register
def _(command: DecideGrant, context: Context) -> list[Event]:
    case = context.case(command.case)
    paper = case.paper
    if paper is None:
        raise GrantUnfit(case.id, "no result is reported")
    if command.is_granted and paper.grade > LOWEST_GRANTED_GRADE:
        raise GrantUnfit(
            case.id,
            f"grade {paper.grade} is below grade {LOWEST_GRANTED_GRADE}, the lowest granted",
        )
    return [
        GrantDecided(
            **asdict(command),
            record=_record(command, case, paper, context),
            objection_until=objection_end(context.today),
        )
    ]


def _record(
    command: DecideGrant, case: Case, paper: ResultPaper, context: Context
) -> DecisionRecord:
    framework = context.framework(case)
    return DecisionRecord(
        case=case.id,
        field=context.programme(case.programme).object_type,
        object_code=case.government.code,
        object_ko=case.government.name_ko,
        object_en=case.government.name_en,
        committee=case.committee,
        framework=framework.name,
        framework_digest=framework.digest,
        paper=paper,
        is_granted=command.is_granted,
        decided_on=context.today,
        deciders=command.deciders,
    )


@decide.register
def _(command: FileObjection, context: Context) -> list[Event]:
    case = context.case(command.case)
    end = case.objection_until
    if case.is_waived:
        raise GrantUnfit(case.id, "the applicant has waived objections")
    if end is not None and context.today > end:
        raise DateUnfit("an objection", context.today.isoformat(), f"by {end.isoformat()}")
    return [
        ObjectionFiled(
            **asdict(command),
            objection=f"{case.id}-objection-{len(case.objections) + 1}",
            answer_due=objection_answer(context.today),
        )
    ]


@decide.register
def _(command: AnswerObjection, context: Context) -> list[Event]:
    case = context.case(command.case)
    if command.objection not in {one.id for one in case.open_objections}:
        raise SubjectNotExisting("open objection", command.objection)
    return [ObjectionAnswered(**asdict(command))]


@decide.register
def _(command: WaiveObjection, context: Context) -> list[Event]:
    case = context.case(command.case)
    if case.open_objections:
        raise GrantUnfit(case.id, "an objection is open")
    return [ObjectionWaived(case=case.id)]


@decide.register
def _(command: CloseCase, context: Context) -> list[Event]:
    case = context.case(command.case)
    _needs_settled(case, context.today)
    if case.decisions[-1].is_granted:
        raise GrantUnfit(case.id, "it was granted, so a certificate is issued")
    return [CaseClosed(case=case.id)]


@decide.register
def _(command: IssueCertificate, context: Context) -> list[Event]:
    case = context.case(command.case)
    _needs_settled(case, context.today)
    if not case.decisions[-1].is_granted:
        raise GrantUnfit(case.id, "it was not granted")
    return [_extended(case, context) if case.extends else _issued(case, context)]


def _needs_settled(case: Case, today: date) -> None:
    if case.open_objections:
        raise GrantUnfit(case.id, "an objection is open")
    end = case.objection_until
    if not case.is_waived and end is not None and today <= end:
        raise GrantUnfit(
            case.id, f"objections may be filed until {end.isoformat()}, unless they are waived"
        )


def _issued(case: Case, context: Context) -> CertificateIssued:
    programme, today = context.programme(case.programme), context.today
    stem = f"{programme.programme}-{today.year}-".upper()
    number = sum(one.startswith(stem) for one in context.world.certificates) + 1
    end = expiry(today)
    return CertificateIssued(
        case=case.id,
        certificate=f"{stem}{number:03d}",
        grade=case.decisions[-1].paper.grade,
        issued_on=today,
        expires_on=end,
        extension_due=extension_due(end),
        re_review_on=end,
        has_legal_effect=programme.kind.has_legal_effect,
    )


def _extended(case: Case, context: Context) -> CertificateExtended:
    certificate = context.certificate(case.extends)
    if certificate.status_on(context.today) is CertificateStatus.REVOKED:
        raise ExtensionUnfit(certificate.number, "it was revoked")
    end = expiry(certificate.life.first_expires_on)
    return CertificateExtended(
        case=case.id,
        certificate=certificate.number,
        grade=case.decisions[-1].paper.grade,
        extended_on=context.today,
        expires_on=end,
        re_review_on=end,
    )
