"""Rules of the site visit."""

from msgspec.structs import asdict, replace

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.review import (
    CloseVisit,
    FindingRecorded,
    PlanVisit,
    RecordFinding,
    RevealSample,
    SampleDrawn,
    VisitClosed,
    VisitPlanned,
)
from dalgu.certification.process.errors import (
    DateUnfit,
    FindingRaises,
    IndicatorForeign,
    ReviewUnfinished,
    SecretUnfit,
    SubjectExisting,
)
from dalgu.certification.process.rules.decide import Context, decide, needs_known, needs_received
from dalgu.certification.process.sampling import commitment_of, draw, generator_of
from dalgu.certification.process.standing import standing
from dalgu.certification.process.state import Case, Visit
from dalgu.certification.process.words import Outcome


@decide.register
def _(command: PlanVisit, context: Context) -> list[Event]:
    case = context.case(command.case)
    framework = context.framework(case)
    if case.visit is not None and case.visit.sample is not None:
        raise SubjectExisting("sample of the visit to", case.id)
    if command.on < context.today:
        raise DateUnfit("the visit", command.on.isoformat(), "today or later")
    pooled = {one.indicator for one in command.pool}
    needs_known(framework, framework.indicators, {*command.checklist, *pooled})
    asked = () if case.reviewed is None else case.reviewed.site_checks
    unlisted = tuple(f"{code} on the checklist" for code in asked if code not in command.checklist)
    if unlisted:
        raise ReviewUnfinished(case.id, unlisted)
    if len({(one.indicator, one.item) for one in command.pool}) < len(command.pool):
        raise ReviewUnfinished(case.id, ("a pool in which nothing stands twice",))
    return [VisitPlanned(**asdict(command))]


@decide.register
def _(command: RevealSample, context: Context) -> list[Event]:
    case = context.case(command.case)
    visit = case.planned_visit
    if visit.sample is not None:
        raise SubjectExisting("sample of the visit to", case.id)
    if context.today < visit.plan.on:
        raise DateUnfit("the draw", context.today.isoformat(), "the day of the visit or later")
    if commitment_of(command.secret) != visit.plan.commitment:
        raise SecretUnfit(case.id, visit.plan.commitment)
    places = [str(place) for place in range(len(visit.plan.pool))]
    drawn = draw(generator_of(command.secret), places, visit.plan.sample_size)
    return [
        SampleDrawn(**asdict(command), sample=tuple(visit.plan.pool[int(one)] for one in drawn))
    ]


@decide.register
def _(command: RecordFinding, context: Context) -> list[Event]:
    case = context.case(command.case)
    visit = case.planned_visit
    if context.today < visit.plan.on:
        raise DateUnfit("a finding", context.today.isoformat(), "the day of the visit or later")
    needs_received(case, command.photos)
    _needs_subject(command, case, visit, context)
    finding = FindingRecorded(**asdict(command))
    if not command.item and command.outcome is Outcome.CORRECTED:
        _needs_no_gain(case, finding, context)
    return [finding]


def _needs_subject(command: RecordFinding, case: Case, visit: Visit, context: Context) -> None:
    framework = context.framework(case)
    needs_known(framework, framework.indicators, [command.indicator])
    drawn = {(one.indicator, one.item) for one in visit.sample or ()}
    if command.item and (command.indicator, command.item) not in drawn:
        raise IndicatorForeign("sample", (f"{command.indicator}/{command.item}",))
    if command.outcome is not Outcome.CORRECTED or command.item:
        return
    given = command.level if command.indicator in framework.qualitative else command.value
    if given is None:
        raise ReviewUnfinished(case.id, (f"what {command.indicator} is corrected to",))


def _needs_no_gain(case: Case, finding: FindingRecorded, context: Context) -> None:
    """Compare with the reviewed score, so that two findings cannot raise what one could not."""
    framework, how = context.framework(case), context.judges.score_case
    subject = (finding.indicator, finding.item)
    others = [one for key, one in case.planned_visit.by_subject.items() if key != subject]
    before = _with_findings(case, others)
    now = standing(before).score(framework, case.city_type, how).points
    then = standing(before, finding).score(framework, case.city_type, how).points
    if then > now:
        raise FindingRaises(case.id, finding.indicator)


def _with_findings(case: Case, seen: list[FindingRecorded]) -> Case:
    return replace(case, visit=replace(case.planned_visit, findings=tuple(seen)))


@decide.register
def _(command: CloseVisit, context: Context) -> list[Event]:
    case = context.case(command.case)
    lacking = unseen(case)
    if lacking:
        raise ReviewUnfinished(case.id, lacking)
    return [VisitClosed(case=case.id)]


def unseen(case: Case) -> tuple[str, ...]:
    """Return what the site visit has still to look at, in words."""
    visit = case.planned_visit
    lacking = [
        f"a finding on {code}"
        for code in visit.plan.checklist
        if (code, "") not in visit.by_subject
    ]
    if visit.sample is None:
        return (*lacking, "the draw of the sample")
    lacking += [
        f"a finding on {one.indicator}/{one.item}"
        for one in visit.sample
        if (one.indicator, one.item) not in visit.by_subject
    ]
    return tuple(lacking)
