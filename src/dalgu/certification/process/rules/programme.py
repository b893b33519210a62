"""Rules of programmes, roles, rounds and committees."""

from datetime import date, timedelta

from msgspec.structs import asdict

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.programme import (
    AnnounceCall,
    CallAnnounced,
    ChairElected,
    DefineProgramme,
    DismissMember,
    ElectChair,
    GrantRole,
    MemberDismissed,
    MemberSeated,
    PlanRound,
    ProgrammeDefined,
    RenewTerm,
    RoleGranted,
    RoleTaken,
    RoundPlanned,
    SeatMember,
    TakeRole,
    TermRenewed,
)
from dalgu.certification.process.errors import (
    CommitteeUnfit,
    DateUnfit,
    FrameworkFixed,
    QuorumLacking,
    RoleConflicting,
    SubjectExisting,
    SubjectNotExisting,
)
from dalgu.certification.process.quorum import LARGEST_COMMITTEE, is_open, two_thirds
from dalgu.certification.process.rules.decide import Context, decide
from dalgu.certification.process.state import Round, Seat
from dalgu.certification.process.words import ObjectType, ProgrammeRole
from dalgu.kernel.deadlines import add_years

LONGEST_INTAKE_DAYS = 60  # application and papers within 60 days of the call (operator's portal)
TERM_YEARS = 2  # guideline art. 4, 5
FEWEST_OF_FIELD = 3  # members of the service's field (art. 4, 2)

GRANTS: dict[ProgrammeRole, frozenset[ProgrammeRole]] = {
    ProgrammeRole.ADMINISTRATOR: frozenset({ProgrammeRole.MINISTRY, ProgrammeRole.OPERATOR}),
    ProgrammeRole.MINISTRY: frozenset({ProgrammeRole.MINISTRY, ProgrammeRole.OPERATOR}),
    ProgrammeRole.OPERATOR: frozenset(
        {ProgrammeRole.COMMITTEE_MEMBER, ProgrammeRole.REVIEWER, ProgrammeRole.APPLICANT}
    ),
}


@decide.register
def _(command: DefineProgramme, context: Context) -> list[Event]:
    if command.programme in context.world.programmes:
        raise SubjectExisting("programme", command.programme)
    return [ProgrammeDefined(**asdict(command))]


@decide.register
def _(command: GrantRole, context: Context) -> list[Event]:
    context.programme(command.programme)
    _needs_grantable(command.person, command.role, context)
    held = context.world.grants.get((command.programme, command.person))
    if held is not None:
        raise RoleConflicting(
            command.person, command.role, f"the person has the role '{held.role}' already"
        )
    if command.role is ProgrammeRole.APPLICANT and not command.organisation:
        raise RoleConflicting(
            command.person, command.role, "an applicant's organisation must be their area code"
        )
    return [RoleGranted(**asdict(command))]


@decide.register
def _(command: TakeRole, context: Context) -> list[Event]:
    held = context.world.grants.get((command.programme, command.person))
    if held is None:
        raise SubjectNotExisting("role of person", command.person)
    _needs_grantable(command.person, held.role, context)
    return [RoleTaken(**asdict(command))]


def _needs_grantable(person: str, role: ProgrammeRole, context: Context) -> None:
    if role not in GRANTS[context.role]:
        raise RoleConflicting(person, role, f"the role '{context.role}' does not grant it")


@decide.register
def _(command: PlanRound, context: Context) -> list[Event]:
    context.programme(command.programme)
    planned = context.world.rounds.get(command.round)
    if planned is not None and planned.plan.programme != command.programme:
        raise SubjectExisting("round", command.round)
    if planned is not None and planned.announced_on is not None:
        raise FrameworkFixed(command.round, planned.plan.framework.digest)
    _needs_order(command)
    codes = [group.code for group in command.groups]
    types = [city_type for group in command.groups for city_type in group.city_types]
    if len(set(codes)) < len(codes) or len(set(types)) < len(types):
        raise CommitteeUnfit(command.round, "groups must differ, and no city type is in two")
    return [RoundPlanned(**asdict(command))]


def _needs_order(plan: PlanRound) -> None:
    last = plan.announced_on + timedelta(days=LONGEST_INTAKE_DAYS)
    if not plan.announced_on <= plan.intake_from <= plan.intake_until <= last:
        raise DateUnfit(
            "the end of intake",
            plan.intake_until.isoformat(),
            f"after its beginning and at most {LONGEST_INTAKE_DAYS} days after the call",
        )


@decide.register
def _(command: AnnounceCall, context: Context) -> list[Event]:
    planned = context.round(command.round)
    if planned.announced_on is not None:
        raise FrameworkFixed(command.round, planned.plan.framework.digest)
    if context.today > planned.plan.intake_from:
        raise DateUnfit(
            "the call", context.today.isoformat(), "no later than the beginning of intake"
        )
    return [CallAnnounced(round=command.round)]


@decide.register
def _(command: SeatMember, context: Context) -> list[Event]:
    planned = context.round(command.round)
    groups = {group.code for group in planned.plan.groups}
    if command.group and command.group not in groups:
        raise CommitteeUnfit(command.round, f"there is no group '{command.group}'")
    _needs_member_role(planned, command.person, context)
    until = _end_of_term(command.since)
    seat = Seat(
        person=command.person,
        qualification=command.qualification,
        group=command.group,
        since=command.since,
        until=until,
        in_field=command.in_field,
    )
    for group in sorted({command.group} if command.group else groups):
        _needs_room(planned, seat, group, context)
    return [MemberSeated(**asdict(command), until=until)]


def _end_of_term(since: date) -> date:
    """Return the last day of a term that begins on a day and counts it."""
    return add_years(since, TERM_YEARS) - timedelta(days=1)


def _needs_member_role(planned: Round, person: str, context: Context) -> None:
    grant = context.world.grants.get((planned.plan.programme, person))
    if grant is None or grant.role is not ProgrammeRole.COMMITTEE_MEMBER:
        raise CommitteeUnfit(planned.plan.round, f"'{person}' has not the role of a member")


def _needs_room(planned: Round, seat: Seat, group: str, context: Context) -> None:
    """Hold a group's committee to nine members, three of them of the field for services."""
    if seat.person in planned.seats and planned.seats[seat.person].left_on is None:
        raise CommitteeUnfit(planned.plan.round, f"'{seat.person}' has a seat already")
    others = planned.members(group, max(seat.since, context.today))
    if len(others) >= LARGEST_COMMITTEE:
        raise CommitteeUnfit(
            planned.plan.round, f"group '{group}' has {LARGEST_COMMITTEE} members already"
        )
    kind = context.programme(planned.plan.programme).object_type
    if kind is not ObjectType.SERVICE or seat.in_field:
        return
    of_field = sum(planned.seats[person].in_field for person in others)
    if LARGEST_COMMITTEE - len(others) <= FEWEST_OF_FIELD - of_field:
        raise CommitteeUnfit(
            planned.plan.round, f"{FEWEST_OF_FIELD} members must be of the service's field"
        )


@decide.register
def _(command: RenewTerm, context: Context) -> list[Event]:
    seat = _seat(command.round, command.person, context)
    return [TermRenewed(**asdict(command), until=add_years(seat.until, TERM_YEARS))]


@decide.register
def _(command: DismissMember, context: Context) -> list[Event]:
    _seat(command.round, command.person, context)
    return [MemberDismissed(**asdict(command))]


def _seat(round_id: str, person: str, context: Context) -> Seat:
    seat = context.round(round_id).seats.get(person)
    if seat is None or seat.left_on is not None:
        raise CommitteeUnfit(round_id, f"'{person}' has no seat")
    return seat


@decide.register
def _(command: ElectChair, context: Context) -> list[Event]:
    members = set(context.round(command.round).members(command.group, context.today))
    present = members & set(command.present)
    if command.chair not in members:
        raise CommitteeUnfit(command.round, f"'{command.chair}' is not a member, so no chair")
    if not is_open(len(members), len(present)):
        raise QuorumLacking(len(members), len(present), two_thirds(len(members)))
    if len(present & set(command.votes_for)) < two_thirds(len(present)):
        raise CommitteeUnfit(
            command.round, f"'{command.chair}' has not two thirds of those attending"
        )
    return [ChairElected(**asdict(command), members=len(members))]
