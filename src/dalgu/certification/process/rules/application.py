"""Rules of applying, and of checking whether an application is complete."""

from msgspec.structs import asdict, replace

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.application import (
    AcceptApplication,
    AddEvidence,
    ApplicationAccepted,
    ApplicationOpened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DeclareScore,
    DocumentsRequested,
    EvidenceAdded,
    EvidenceRemoved,
    FileReceived,
    LocalGovernment,
    OpenApplication,
    ReceiveFile,
    RefuseReview,
    RemoveEvidence,
    ReplySupplement,
    RequestDocuments,
    RequestSupplement,
    ReviewRefused,
    ScoreDeclared,
    SubmitApplication,
    SupplementReplied,
    SupplementRequested,
    WithdrawApplication,
)
from dalgu.certification.process.completeness import findings, said
from dalgu.certification.process.errors import (
    CaseOfAnother,
    DateUnfit,
    FileIncomplete,
    NotEligible,
    ReviewUnfinished,
    SubjectExisting,
    SubjectNotExisting,
    SupplementNotOffered,
)
from dalgu.certification.process.rules.decide import (
    Context,
    decide,
    needs_known,
    needs_later,
    needs_received,
)
from dalgu.certification.process.rules.terms import objection_end
from dalgu.certification.process.state import Case, Round
from dalgu.certification.process.words import Stage

ENDED = frozenset({Stage.WITHDRAWN})


@decide.register
def _(command: OpenApplication, context: Context) -> list[Event]:
    planned = context.round(command.round)
    code = command.government.code
    grant = context.world.grants[planned.plan.programme, context.person]
    if grant.organisation != code:
        raise CaseOfAnother(code)
    if planned.announced_on is None or context.today > planned.plan.intake_until:
        raise DateUnfit(
            "an application",
            context.today.isoformat(),
            f"after the call and by {planned.plan.intake_until.isoformat()}",
        )
    for one in context.world.cases.values():
        same = one.round == command.round and one.government.code == code and not one.extends
        if same and one.stage not in ENDED:
            raise SubjectExisting("application", one.id)
    return [opened(command, context, extends="")]


def opened(command: OpenApplication, context: Context, *, extends: str) -> ApplicationOpened:
    """Return the event that begins a case, for a first application or for an extension."""
    planned = context.round(command.round)
    city_type = _city_type(command.government, planned, context)
    return ApplicationOpened(
        **asdict(command),
        case=_new_id(command, context, extends),
        city_type=city_type,
        group=_group(planned, command.government.code, city_type),
        extends=extends,
    )


def _city_type(government: LocalGovernment, planned: Round, context: Context) -> str:
    if not government.kind.may_apply:
        raise NotEligible(
            government.code, f"the kind '{government.kind}' is not in art. 7 of the guideline"
        )
    framework, kind = planned.plan.framework, government.kind.value
    return context.judges.city_type_of(framework, kind, government.population)


def _group(planned: Round, code: str, city_type: str) -> str:
    for group in planned.plan.groups:
        if city_type in group.city_types:
            return group.code
    raise NotEligible(code, f"no group of '{planned.plan.round}' takes the type '{city_type}'")


def _new_id(command: OpenApplication, context: Context, extends: str) -> str:
    stem = f"{command.round}-{command.government.code}" + ("-ext" if extends else "")
    taken = sum(case == stem or case.startswith(f"{stem}.") for case in context.world.cases)
    return f"{stem}.{taken + 1}" if taken else stem


@decide.register
def _(command: DeclareScore, context: Context) -> list[Event]:
    case = context.case(command.case)
    framework = context.framework(case)
    needs_known(framework, framework.quantitative, command.measurements)
    needs_known(framework, framework.qualitative, command.levels)
    levels = {code: float(level) for code, level in command.levels.items()}
    score = context.judges.score_case(
        framework, case.city_type, command.measurements, levels, frozenset()
    )
    return [ScoreDeclared(**asdict(command), points=score.points, grade=score.grade)]


@decide.register
def _(command: ReceiveFile, context: Context) -> list[Event]:
    context.case(command.case)
    return [FileReceived(**asdict(command))]


@decide.register
def _(command: AddEvidence, context: Context) -> list[Event]:
    case = context.case(command.case)
    _needs_open_file(case, context)
    evidence = command.evidence
    needs_received(case, [evidence.sha256])
    if evidence.id in case.evidence:
        raise SubjectExisting("evidence", evidence.id)
    if evidence.issued_on > context.today:
        raise DateUnfit("the evidence's issue", evidence.issued_on.isoformat(), "in the past")
    framework = context.framework(case)
    needs_known(framework, framework.indicators, (link.indicator for link in evidence.links))
    return [EvidenceAdded(**asdict(command))]


@decide.register
def _(command: RemoveEvidence, context: Context) -> list[Event]:
    case = context.case(command.case)
    if command.evidence not in case.evidence:
        raise SubjectNotExisting("evidence", command.evidence)
    return [EvidenceRemoved(**asdict(command))]


def _needs_open_file(case: Case, context: Context) -> None:
    """During the evaluation, only what was asked for may be added, until its due day."""
    if case.stage in (Stage.DRAFT, Stage.SUPPLEMENT):
        return
    if case.documents_due is None or context.today > case.documents_due:
        due = "" if case.documents_due is None else f", which was {case.documents_due.isoformat()}"
        raise DateUnfit(
            "further evidence", context.today.isoformat(), "between a request and its due day" + due
        )


@decide.register
def _(command: SubmitApplication, context: Context) -> list[Event]:
    case = context.case(command.case)
    plan = context.round(case.round).plan
    if case.score is None:
        raise ReviewUnfinished(case.id, ("the applicant's own score",))
    if not case.extends and not plan.intake_from <= context.today <= plan.intake_until:
        raise DateUnfit(
            "the submission",
            context.today.isoformat(),
            f"from {plan.intake_from.isoformat()} to {plan.intake_until.isoformat()}",
        )
    needs_received(case, [command.declaration.sha256])
    if command.declaration.signed_on > context.today:
        raise DateUnfit("the declaration", command.declaration.signed_on.isoformat(), "in the past")
    sealed = replace(case, declaration=command.declaration)
    return [
        ApplicationSubmitted(**asdict(command), findings=findings(sealed, context.framework(case)))
    ]


@decide.register
def _(command: RequestSupplement, context: Context) -> list[Event]:
    case = context.case(command.case)
    needs_later("the supplement", command.due, context.today)
    return [
        SupplementRequested(**asdict(command), findings=findings(case, context.framework(case)))
    ]


@decide.register
def _(command: ReplySupplement, context: Context) -> list[Event]:
    case = context.case(command.case)
    if command.declaration is not None:
        needs_received(case, [command.declaration.sha256])
    answered = replace(case, declaration=command.declaration or case.declaration)
    return [
        SupplementReplied(
            **asdict(command),
            is_late=context.today > case.supplements[-1].due,
            findings=findings(answered, context.framework(case)),
        )
    ]


@decide.register
def _(command: AcceptApplication, context: Context) -> list[Event]:
    case = context.case(command.case)
    lacking = findings(case, context.framework(case))
    if lacking:
        raise FileIncomplete(case.id, tuple(said(finding) for finding in lacking))
    return [ApplicationAccepted(case=case.id)]


@decide.register
def _(command: RefuseReview, context: Context) -> list[Event]:
    case = context.case(command.case)
    lacking = findings(case, context.framework(case))
    if not case.supplements:
        raise SupplementNotOffered(case.id, "has not been given")
    last = case.supplements[-1]
    if case.stage is Stage.SUPPLEMENT and context.today <= last.due:
        raise SupplementNotOffered(case.id, f"lasts until {last.due.isoformat()}")
    if not lacking:
        raise SupplementNotOffered(case.id, "was used: the file is complete")
    return [
        ReviewRefused(
            **asdict(command), findings=lacking, objection_until=objection_end(context.today)
        )
    ]


@decide.register
def _(command: RequestDocuments, context: Context) -> list[Event]:
    context.case(command.case)
    needs_later("the further papers", command.due, context.today)
    return [DocumentsRequested(**asdict(command))]


@decide.register
def _(command: WithdrawApplication, context: Context) -> list[Event]:
    context.case(command.case)
    return [ApplicationWithdrawn(**asdict(command))]
