"""Rules of conflicts of interest and of the written evaluation."""

import statistics

from msgspec.structs import asdict

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.acts.review import (
    Adjudicate,
    Adjudicated,
    AssignReviewers,
    CaseOpened,
    ChallengePerson,
    CloseDocumentReview,
    ConflictsDeclared,
    DeclareConflicts,
    DocumentReviewClosed,
    ExcludePerson,
    FileReview,
    OpenCase,
    PersonChallenged,
    PersonExcluded,
    ReviewersAssigned,
    ReviewFiled,
    ReviewLine,
)
from dalgu.certification.process.agreement import (
    FEWEST_REVIEWERS,
    earned_level,
    needs_adjudication,
)
from dalgu.certification.process.errors import (
    LevelUnfit,
    ReviewersUnfit,
    ReviewUnfinished,
    SubjectExisting,
    SubjectNotExisting,
)
from dalgu.certification.process.rules.decide import Context, decide, needs_known
from dalgu.certification.process.state import Case
from dalgu.certification.process.words import ConflictGround, ProgrammeRole
from dalgu.certification.scoring.agreement import agreement

JUDGES = (ProgrammeRole.REVIEWER, ProgrammeRole.COMMITTEE_MEMBER)


@decide.register
def _(command: AssignReviewers, context: Context) -> list[Event]:
    case = context.case(command.case)
    named = command.reviewers
    if len(set(named)) < len(named) or len(named) < FEWEST_REVIEWERS:
        raise ReviewersUnfit(case.id, f"{FEWEST_REVIEWERS} different people are needed")
    if command.lead not in named:
        raise ReviewersUnfit(case.id, "the lead must be one of them")
    for person in named:
        grant = context.world.grants.get((case.programme, person))
        if grant is None or grant.role is not ProgrammeRole.REVIEWER:
            raise ReviewersUnfit(case.id, f"'{person}' has not the role of a reviewer")
        if person in case.barred:
            raise ReviewersUnfit(case.id, f"'{person}' has a conflict of interest")
    return [ReviewersAssigned(**asdict(command))]


@decide.register
def _(command: DeclareConflicts, context: Context) -> list[Event]:
    context.case(command.case)
    return [ConflictsDeclared(**asdict(command), person=context.person)]


@decide.register
def _(command: ExcludePerson, context: Context) -> list[Event]:
    case = context.case(command.case)
    _needs_judge(case, command.person, context)
    if command.ground is ConflictGround.DOUBT_OF_FAIRNESS:
        raise ReviewersUnfit(case.id, "doubts of fairness are for a party to raise")
    return [PersonExcluded(**asdict(command))]


@decide.register
def _(command: ChallengePerson, context: Context) -> list[Event]:
    case = context.case(command.case)
    _needs_judge(case, command.person, context)
    if command.person in case.challenges:
        raise SubjectExisting("challenge of person", command.person)
    return [PersonChallenged(**asdict(command))]


def _needs_judge(case: Case, person: str, context: Context) -> None:
    grant = context.world.grants.get((case.programme, person))
    if grant is None or grant.role not in JUDGES:
        raise SubjectNotExisting("reviewer or member", person)


@decide.register
def _(command: OpenCase, context: Context) -> list[Event]:
    case = context.case(command.case)
    if context.role not in JUDGES or context.person in case.opened:
        return []
    return [CaseOpened(case=case.id, person=context.person)]


@decide.register
def _(command: FileReview, context: Context) -> list[Event]:
    case = context.case(command.case)
    framework = context.framework(case)
    if context.person not in case.opened:
        raise ReviewUnfinished(case.id, ("the opening of the file by its reviewer",))
    needs_known(framework, framework.indicators, command.lines)
    unlevelled = [
        f"a level for {code}"
        for code, line in command.lines.items()
        if (line.level is None) == (code in framework.qualitative)
    ]
    if unlevelled:
        raise ReviewUnfinished(case.id, (*unlevelled, "levels are for qualitative ones alone"))
    return [ReviewFiled(**asdict(command), reviewer=context.person)]


@decide.register
def _(command: Adjudicate, context: Context) -> list[Event]:
    case = context.case(command.case)
    if context.person != case.lead:
        raise LevelUnfit(command.indicator, "only the evaluation lead settles levels")
    levels = levels_of(case, command.indicator)
    if len(levels) < FEWEST_REVIEWERS or not needs_adjudication(levels):
        raise LevelUnfit(command.indicator, "reviewers do not differ by more than two")
    if not min(levels) <= command.level <= max(levels):
        raise LevelUnfit(command.indicator, f"it must lie between {min(levels)} and {max(levels)}")
    return [Adjudicated(**asdict(command), levels=tuple(levels))]


@decide.register
def _(command: CloseDocumentReview, context: Context) -> list[Event]:
    case = context.case(command.case)
    framework = context.framework(case)
    lacking = lacking_of(case, framework)
    if lacking:
        raise ReviewUnfinished(case.id, lacking)
    levels = {code: _level(case, code) for code in framework.qualitative}
    quantitative = {code: _lines(case, code) for code in framework.quantitative}
    return [
        DocumentReviewClosed(
            case=case.id,
            levels=levels,
            values={
                code: value
                for code, lines in quantitative.items()
                if (value := _value(lines)) is not None and not _is_rejected(lines)
            },
            rejected=tuple(code for code, lines in quantitative.items() if _is_rejected(lines)),
            site_checks=tuple(
                code
                for code in framework.indicators
                if any(line.needs_site_check for line in _lines(case, code))
            ),
            alpha=alpha_of(case),
        )
    ]


def lacking_of(case: Case, framework: FrameworkUse) -> tuple[str, ...]:
    """Return what the written evaluation still lacks, in words."""
    judges = judging(case)
    lacking = []
    if len(judges) < FEWEST_REVIEWERS:
        lacking.append(f"{FEWEST_REVIEWERS} reviewers without a conflict")
    for person in judges:
        done = case.reviews.get(person, {})
        missing = [code for code in framework.indicators if code not in done]
        if missing:
            lacking.append(f"{len(missing)} indicators by {person}")
    lacking += [
        f"a settled level of {code}"
        for code in framework.qualitative
        if needs_adjudication(levels_of(case, code)) and code not in case.adjudicated
    ]
    return tuple(lacking)


def judging(case: Case) -> tuple[str, ...]:
    """Return the reviewers whose word counts: assigned, and not barred since."""
    return tuple(person for person in case.reviewers if person not in case.barred)


def alpha_of(case: Case) -> float | None:
    """Return how far the reviewers of a case agree on levels."""
    given = {
        person: {
            code: line.level
            for code, line in case.reviews.get(person, {}).items()
            if line.level is not None
        }
        for person in judging(case)
    }
    return agreement(given).alpha


def levels_of(case: Case, code: str) -> list[int]:
    """Return the levels that reviewers gave an indicator."""
    return [line.level for line in _lines(case, code) if line.level is not None]


def _lines(case: Case, code: str) -> list[ReviewLine]:
    reviews = (case.reviews.get(person, {}) for person in judging(case))
    return [review[code] for review in reviews if code in review]


def _level(case: Case, code: str) -> float:
    levels = levels_of(case, code)
    if needs_adjudication(levels):
        return float(case.adjudicated[code])
    return earned_level(levels) or 0.0


def _is_rejected(lines: list[ReviewLine]) -> bool:
    """Tell whether not even half of the reviewers accept the value."""
    return 2 * sum(line.is_accepted for line in lines) <= len(lines)


def _value(lines: list[ReviewLine]) -> float | None:
    """Return the median of other values that accepting reviewers name, when most name one."""
    accepting = [line for line in lines if line.is_accepted]
    named = [line.value for line in accepting if line.value is not None]
    return statistics.median(named) if 2 * len(named) > len(accepting) else None
