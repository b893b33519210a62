"""Who may follow a command: role, stage, whose case it is, and conflicts of interest."""

from datetime import date, datetime
from typing import TypeVar

import msgspec

from dalgu.access.actor import Actor, Role
from dalgu.certification.process.acts.act import (
    Command,
    OnCase,
    OnCertificate,
    OnMotion,
    OnProgramme,
    OnRound,
    OnSession,
)
from dalgu.certification.process.acts.application import OpenApplication
from dalgu.certification.process.acts.committee import OpenSession, PutMotion
from dalgu.certification.process.acts.programme import DefineProgramme, PlanRound
from dalgu.certification.process.acts.review import DeclareConflicts
from dalgu.certification.process.errors import (
    CaseBarred,
    CaseOfAnother,
    ConflictUndeclared,
    ProgrammeRoleLacking,
    StageUnfit,
    SubjectNotExisting,
)
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.table import BY_KIND, Spec
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.clock import local
from dalgu.kernel.errors import Unauthenticated

JUDGES = frozenset({ProgrammeRole.REVIEWER, ProgrammeRole.COMMITTEE_MEMBER})

T = TypeVar("T")


class ProcessSignInRequired(Unauthenticated):
    """Nobody takes part in a process without signing in."""

    slug = "process-sign-in-required"
    title = "The process needs a sign-in"

    def __init__(self, command: str) -> None:
        super().__init__(f"Command '{command}' needs a signed-in person.", command=command)


class Scope(msgspec.Struct, frozen=True):
    """What a command is about."""

    programme: str
    case: Case | None = None


def authorise(world: World, command: Command, actor: Actor, at: datetime) -> ProgrammeRole:
    """Return the role in which the actor may follow the command now, or raise why not.

    Raises
    ------
    SubjectNotExisting
        When the command is about something that does not exist.
    ProgrammeRoleLacking
        When the actor's role in the programme is another.
    CaseOfAnother
        When the case is not the actor's to touch.
    CaseBarred, ConflictUndeclared
        When the actor judges, and has a conflict of interest or has not declared.
    StageUnfit
        When the case stands at another stage.

    """
    spec = BY_KIND[type(command)]
    if actor.is_anonymous:
        raise ProcessSignInRequired(spec.name)
    return may(world, spec, scope_of(world, command), actor, local(at).date())


def may(world: World, spec: Spec, scope: Scope, actor: Actor, today: date) -> ProgrammeRole:
    """Return the role in which an actor may ask for a kind of command, as `authorise` does."""
    role = role_in(world, actor, scope.programme, spec)
    if scope.case is None:
        return role
    needs_own(world, scope.case, actor.id, role, today)
    if role in JUDGES and spec.command is not DeclareConflicts:
        needs_unbarred(scope.case, actor.id)
    if spec.stages and scope.case.stage not in spec.stages:
        needed = tuple(sorted(stage.value for stage in spec.stages))
        raise StageUnfit(spec.name, scope.case.id, scope.case.stage, needed)
    return role


def scope_of(world: World, command: Command) -> Scope:
    """Return the programme and, where there is one, the case that a command is about."""
    match command:
        case PutMotion(case=case_id) | OnCase(case=case_id):
            case = _known(world.cases.get(case_id), "case", case_id)
            return Scope(case.programme, case)
        case OnCertificate(certificate=number):
            certificate = _known(world.certificates.get(number), "certificate", number)
            return Scope(certificate.programme, world.cases[certificate.case])
        case OnMotion(motion=motion_id):
            motion = _known(world.motions.get(motion_id), "motion", motion_id)
            case = world.cases[motion.put.case]
            return Scope(case.programme, case)
        case OnSession(session=session_id):
            session = _known(world.sessions.get(session_id), "session", session_id)
            return Scope(world.rounds[session.round].plan.programme)
        case (
            OnRound(round=round_id) | OpenApplication(round=round_id) | OpenSession(round=round_id)
        ):
            return Scope(_known(world.rounds.get(round_id), "round", round_id).plan.programme)
        case DefineProgramme(programme=programme):
            return Scope(programme)
        case OnProgramme(programme=programme) | PlanRound(programme=programme):
            return Scope(_known(world.programmes.get(programme), "programme", programme).programme)
    raise SubjectNotExisting("command", type(command).__name__)


def role_in(world: World, actor: Actor, programme: str, spec: Spec) -> ProgrammeRole:
    """Return the actor's role in a programme when the command is for it."""
    role = role_of(world, actor, programme)
    if role is None or role not in spec.roles:
        raise ProgrammeRoleLacking(
            spec.name, programme, tuple(sorted(one.value for one in spec.roles))
        )
    return role


def role_of(world: World, actor: Actor, programme: str) -> ProgrammeRole | None:
    """Return the actor's role in a programme: granted, or the platform administrator's.

    An administrator who was granted a role has that one alone, so nobody is two at once.
    """
    grant = world.grants.get((programme, actor.id))
    if grant is not None:
        return grant.role
    is_chief = actor.role is Role.ADMINISTRATOR and not actor.districts
    return ProgrammeRole.ADMINISTRATOR if is_chief else None


def needs_own(world: World, case: Case, person: str, role: ProgrammeRole, today: date) -> None:
    """Refuse applicants, reviewers and members whose case it is not."""
    if not is_own(world, case, person, role, today):
        raise CaseOfAnother(case.id)


def is_own(world: World, case: Case, person: str, role: ProgrammeRole, today: date) -> bool:
    """Tell whether a case is a person's to see: operator and ministry see all."""
    if role is ProgrammeRole.APPLICANT:
        return world.grants[case.programme, person].organisation == case.government.code
    if role is ProgrammeRole.REVIEWER:
        return person in case.reviewers
    if role is ProgrammeRole.COMMITTEE_MEMBER:
        rounds = (one for one in world.rounds.values() if one.plan.programme == case.programme)
        return any(person in one.members(case.group, today) for one in rounds)
    return True


def needs_unbarred(case: Case, person: str) -> None:
    """Refuse who has a conflict of interest in the case, or has not declared."""
    barred = case.barred.get(person)
    if barred is not None:
        raise CaseBarred(case.id, barred.bar, barred.ground)
    if person not in case.declared:
        raise ConflictUndeclared(case.id)


def _known(found: T | None, kind: str, subject: str) -> T:
    if found is None:
        raise SubjectNotExisting(kind, subject)
    return found
