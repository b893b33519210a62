"""Roles, rounds and committees."""

from datetime import date, timedelta

import msgspec
import pytest

from dalgu.access.actor import ANONYMOUS, Actor, Role
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.errors import (
    CommitteeUnfit,
    DateUnfit,
    FrameworkFixed,
    ProgrammeRoleLacking,
    QuorumLacking,
    RoleConflicting,
    SubjectExisting,
    SubjectNotExisting,
)
from dalgu.certification.process.permission import ProcessSignInRequired
from dalgu.certification.process.words import (
    DismissalGround,
    ObjectType,
    ProgrammeKind,
    ProgrammeRole,
    Qualification,
)

ROLE = ProgrammeRole


@pytest.fixture
def founded(town):
    town.found()
    town.plan()
    return town


def seat(name, **more):
    parts = {
        "round": "r26",
        "person": name,
        "qualification": Qualification.INDUSTRY,
        "since": date(2026, 5, 4),
    }
    return prog.SeatMember(**(parts | more))


def test_only_the_platforms_administrator_sets_a_programme_up(town):
    town.found()
    command = prog.DefineProgramme(
        programme="x",
        kind=ProgrammeKind.PILOT,
        object_type=ObjectType.SERVICE,
        title_ko="시범",
        title_en="Pilot",
    )
    with pytest.raises(ProgrammeRoleLacking):
        town.do("operator", command)
    town.do("console", command)
    with pytest.raises(SubjectExisting):
        town.do("console", command)


def test_nobody_takes_part_without_signing_in(founded):
    with pytest.raises(ProcessSignInRequired):
        founded.run(founded.desk.do(ANONYMOUS, prog.AnnounceCall(round="r26")))


@pytest.mark.parametrize(
    ("by", "role"),
    [
        ("console", ROLE.REVIEWER),
        ("console", ROLE.APPLICANT),
        ("ministry", ROLE.COMMITTEE_MEMBER),
        ("operator", ROLE.OPERATOR),
        ("operator", ROLE.MINISTRY),
        ("console", ROLE.ADMINISTRATOR),
    ],
)
def test_each_role_grants_some_roles_only(founded, by, role):
    with pytest.raises(RoleConflicting):
        founded.grant(by, "newcomer", role, "27000")


def test_an_operator_cannot_be_an_applicant_too(founded):
    with pytest.raises(RoleConflicting, match="has the role 'operator' already"):
        founded.grant("operator", "operator", ROLE.APPLICANT, "27000")


def test_an_administrator_with_a_granted_role_has_that_one_alone(founded):
    chief = Actor("chief", Role.ADMINISTRATOR)
    founded.grant("operator", "chief", ROLE.REVIEWER, "body")
    grant = prog.GrantRole(programme="scc", person="another", role=ROLE.MINISTRY)
    with pytest.raises(ProgrammeRoleLacking):
        founded.run(founded.desk.do(chief, grant))


def test_an_administrator_of_some_districts_is_none_here(founded):
    chief = Actor("chief", Role.ADMINISTRATOR, ("suseong",))
    grant = prog.GrantRole(programme="scc", person="another", role=ROLE.MINISTRY)
    with pytest.raises(ProgrammeRoleLacking):
        founded.run(founded.desk.do(chief, grant))


def test_an_applicant_is_of_a_local_government(founded):
    with pytest.raises(RoleConflicting, match="area code"):
        founded.grant("operator", "newcomer", ROLE.APPLICANT)


def test_a_role_that_was_taken_is_gone_and_can_be_replaced(founded):
    founded.do("operator", prog.TakeRole(programme="scc", person="r1", reason="퇴직"))
    with pytest.raises(SubjectNotExisting):
        founded.do("operator", prog.TakeRole(programme="scc", person="r1", reason="퇴직"))
    founded.grant("operator", "r1", ROLE.APPLICANT, "27000")
    with pytest.raises(RoleConflicting):
        founded.do("operator", prog.TakeRole(programme="scc", person="ministry", reason="-"))


def test_the_framework_is_fixed_once_a_call_uses_it(founded):
    founded.plan()  # anew, before the call
    founded.announce()
    with pytest.raises(FrameworkFixed, match="ab" * 32):
        founded.plan()
    with pytest.raises(FrameworkFixed):
        founded.announce()


def test_papers_are_due_within_60_days_of_the_call(founded):
    plan = founded.world.rounds["r26"].plan
    parts = {name: getattr(plan, name) for name in prog.PlanRound.__struct_fields__}
    late = parts | {"intake_until": plan.announced_on + timedelta(days=61)}
    early = parts | {"intake_from": plan.announced_on - timedelta(days=1)}
    turned = parts | {"intake_until": plan.intake_from - timedelta(days=1)}
    founded.do("operator", prog.PlanRound(**parts))
    for wrong in (late, early, turned):
        with pytest.raises(DateUnfit):
            founded.do("operator", prog.PlanRound(**wrong))


def test_papers_may_be_due_on_the_very_day_of_the_call_and_on_the_60th_after_it(founded):
    plan = founded.world.rounds["r26"].plan
    parts = {name: getattr(plan, name) for name in prog.PlanRound.__struct_fields__}
    day = plan.announced_on
    last = day + timedelta(days=60)
    for begin, end in ((day, day), (last, last), (day, last)):
        dates = {"intake_from": begin, "intake_until": end}
        founded.do("operator", prog.PlanRound(**(parts | dates)))


def test_a_round_stays_in_its_programme(founded):
    founded.do(
        "console",
        prog.DefineProgramme(
            programme="other",
            kind=ProgrammeKind.MOCK,
            object_type=ObjectType.CITY,
            title_ko="모의",
            title_en="Mock",
        ),
    )
    grant = prog.GrantRole(programme="other", person="o2", role=ROLE.OPERATOR)
    founded.do("console", grant)
    plan = founded.world.rounds["r26"].plan
    parts = {name: getattr(plan, name) for name in prog.PlanRound.__struct_fields__}
    with pytest.raises(SubjectExisting):
        founded.do("o2", prog.PlanRound(**(parts | {"programme": "other"})))


def test_a_call_may_come_on_the_first_day_of_intake(founded):
    founded.go(founded.world.rounds["r26"].plan.intake_from)
    founded.announce()


def test_a_call_comes_before_its_intake(founded):
    founded.go(date(2026, 6, 2))
    with pytest.raises(DateUnfit):
        founded.announce()


def test_a_city_type_is_in_one_group_alone(founded):
    plan = founded.world.rounds["r26"].plan
    parts = {name: getattr(plan, name) for name in prog.PlanRound.__struct_fields__}
    twice = msgspec.structs.replace(plan.groups[1], city_types=("large",))
    with pytest.raises(CommitteeUnfit):
        founded.do("operator", prog.PlanRound(**(parts | {"groups": (plan.groups[0], twice)})))


def test_a_committee_has_nine_members_at_most_in_each_group(founded):
    founded.grant("operator", "c10", ROLE.COMMITTEE_MEMBER)
    for number in range(1, 6):
        founded.do("operator", seat(f"c{number}"))  # common: five judge every group
    for number in range(6, 10):
        founded.do("operator", seat(f"c{number}", group="large"))
    with pytest.raises(CommitteeUnfit, match="9 members"):
        founded.do("operator", seat("c10", group="large"))
    with pytest.raises(CommitteeUnfit, match="9 members"):
        founded.do("operator", seat("c10"))
    founded.do("operator", seat("c10", group="small"))
    today = date(2026, 6, 1)
    found = founded.world.rounds["r26"]
    assert len(found.members("large", today)) == 9
    assert found.members("small", today) == ("c1", "c2", "c3", "c4", "c5", "c10")


def test_members_have_the_role_one_seat_and_a_known_group(founded):
    for wrong in (seat("r1"), seat("c1", group="middle")):
        with pytest.raises(CommitteeUnfit):
            founded.do("operator", wrong)
    founded.do("operator", seat("c1"))
    with pytest.raises(CommitteeUnfit, match="has a seat already"):
        founded.do("operator", seat("c1", group="small"))


def test_a_term_lasts_two_years_and_can_be_renewed(founded):
    founded.do("operator", seat("c1"))
    term = founded.world.rounds["r26"].seats["c1"]
    assert (term.since, term.until) == (date(2026, 5, 4), date(2028, 5, 3))
    assert founded.world.rounds["r26"].members("large", date(2028, 5, 4)) == ()
    founded.do("operator", prog.RenewTerm(round="r26", person="c1"))
    assert founded.world.rounds["r26"].seats["c1"].until == date(2030, 5, 3)


def test_a_dismissed_member_sits_no_longer(founded):
    founded.do("operator", seat("c1"))
    dismissal = prog.DismissMember(
        round="r26", person="c1", ground=DismissalGround.NO_RECUSAL, reason="회피하지 않음"
    )
    founded.do("operator", dismissal)
    assert founded.world.rounds["r26"].members("large", date(2026, 5, 4)) == ()
    with pytest.raises(CommitteeUnfit, match="has no seat"):
        founded.do("operator", dismissal)


def test_a_committee_on_services_has_three_members_of_the_field(town):
    town.found()
    town.do(
        "console",
        prog.DefineProgramme(
            programme="service",
            kind=ProgrammeKind.CERTIFICATION,
            object_type=ObjectType.SERVICE,
            title_ko="서비스 인증",
            title_en="Services",
        ),
    )
    for name, role in (("o2", ROLE.OPERATOR),):
        town.do("console", prog.GrantRole(programme="service", person=name, role=role))
    for number in range(1, 10):
        town.do(
            "o2",
            prog.GrantRole(programme="service", person=f"s{number}", role=ROLE.COMMITTEE_MEMBER),
        )
    town.plan()
    plan = town.world.rounds["r26"].plan
    parts = {name: getattr(plan, name) for name in prog.PlanRound.__struct_fields__}
    town.do("o2", prog.PlanRound(**(parts | {"round": "s26", "programme": "service"})))
    for number in range(1, 7):
        town.do("o2", seat(f"s{number}", round="s26"))
    with pytest.raises(CommitteeUnfit, match="3 members must be of the service's field"):
        town.do("o2", seat("s7", round="s26"))
    for number in range(7, 10):
        town.do("o2", seat(f"s{number}", round="s26", in_field=True))


def test_a_chair_is_elected_from_among_the_members_by_two_thirds(founded):
    names = tuple(f"c{number}" for number in range(1, 7))
    for name in names:
        founded.do("operator", seat(name))

    def elect(chair, present, votes):
        return prog.ElectChair(
            round="r26", group="large", chair=chair, present=present, votes_for=votes
        )

    with pytest.raises(CommitteeUnfit, match="not a member"):
        founded.do("operator", elect("c9", names, names))
    with pytest.raises(QuorumLacking):
        founded.do("operator", elect("c1", names[:3], names))
    with pytest.raises(CommitteeUnfit, match="two thirds"):
        founded.do("operator", elect("c1", names[:4], names[:2]))
    founded.do("operator", elect("c1", names[:4], names[:3]))
    assert founded.world.rounds["r26"].chairs == {"large": "c1"}
