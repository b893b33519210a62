"""A whole round: five cities apply, and what becomes of each over four years."""

from datetime import date

import pytest

from dalgu.access.actor import Actor, Role
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.due import deadlines
from dalgu.certification.process.errors import CaseBarred, FileIncomplete
from dalgu.certification.process.words import (
    CertificateStatus,
    ConflictGround,
    GovernmentKind,
    ProgrammeRole,
    RevocationGround,
    Stage,
)

CITIES = {  # person who applies: area code, kind, names, population
    "daegu": ("27000", GovernmentKind.METROPOLITAN_CITY, "대구광역시", "Daegu", 2_360_000),
    "suwon": ("41110", GovernmentKind.SI, "수원시", "Suwon", 1_190_000),
    "dalseo": ("27290", GovernmentKind.GU, "대구 달서구", "Dalseo-gu", 520_000),
    "gangneung": ("51150", GovernmentKind.SI, "강릉시", "Gangneung", 209_000),
    "dalseong": ("27710", GovernmentKind.GUN, "대구 달성군", "Dalseong-gun", 260_000),
}
JUDGED = ("daegu", "suwon", "dalseo", "gangneung")
VISIT = date(2026, 8, 3)


def government(name):
    code, kind, ko, en, population = CITIES[name]
    return app.LocalGovernment(code=code, kind=kind, name_ko=ko, name_en=en, population=population)


def case_of(name, round_id="r26"):
    return f"{round_id}-{CITIES[name][0]}"


@pytest.fixture
def applied(town):
    """All five have handed in on 1 June 2026; Dalseong-gun's form has no seal."""
    town.found()
    for name, (code, *_) in CITIES.items():
        town.grant("operator", name, ProgrammeRole.APPLICANT, code)
    town.plan()
    town.seat()
    town.announce()
    town.go(date(2026, 6, 1))
    for name in CITIES:
        town.mayor = name
        town.apply(government=government(name))
        town.fill(case_of(name))
        town.submit(case_of(name), sealed=name != "dalseong")
    return town


def judge(town, name, reviewers=("r1", "r2", "r3")):
    """From the completeness check to the certificate, in the group of the city's type."""
    case = case_of(name)
    town.mayor, town.group = name, town.case(case).group
    town.do("operator", app.AcceptApplication(case=case))
    town.assign(case, reviewers)
    for reviewer in reviewers:
        town.review(reviewer, case)
    town.do("operator", rev.CloseDocumentReview(case=case))
    town.visit(case, VISIT)
    town.accept(case)
    town.report(case)
    town.decide(case)
    town.issue(case)


def holders(town, day):
    return {one.government.name_en for one in town.run(town.desk.holders_on(day))}


def test_a_whole_round_and_what_comes_after_it(applied):
    town = applied
    groups = {name: town.case(case_of(name)).group for name in CITIES}
    assert sorted(groups.values()) == ["large", "large", "small", "small", "small"]

    # Dalseong-gun stays incomplete: asked, silent, refused.
    incomplete = case_of("dalseong")
    with pytest.raises(FileIncomplete):
        town.do("operator", app.AcceptApplication(case=incomplete))
    ask = app.RequestSupplement(case=incomplete, items=("직인 누락",), due=date(2026, 6, 12))
    town.do("operator", ask)
    town.go(date(2026, 6, 15))
    town.do("operator", app.RefuseReview(case=incomplete, reason="기한 내 미보완"))

    # r1 once worked for Suwon: declares it, is kept out, and r4 takes the place.
    conflicted = case_of("suwon")
    town.do("operator", app.AcceptApplication(case=conflicted))
    first = rev.AssignReviewers(case=conflicted, reviewers=("r1", "r2", "r3"), lead="r2")
    town.do("operator", first)
    town.declare("r1", conflicted, ConflictGround.WORKED_ON_CASE)
    with pytest.raises(CaseBarred):
        town.run(town.desk.open_case(Actor("r1", Role.VIEWER), conflicted))

    town.mayor = "suwon"
    town.assign(conflicted, ("r2", "r3", "r4"))
    for reviewer in ("r2", "r3", "r4"):
        town.review(reviewer, conflicted)
    town.do("operator", rev.CloseDocumentReview(case=conflicted))
    town.visit(conflicted, VISIT)
    town.accept(conflicted)
    town.report(conflicted)
    town.decide(conflicted)
    town.issue(conflicted)
    for name in ("daegu", "dalseo", "gangneung"):
        judge(town, name)

    issued = VISIT
    assert holders(town, issued) == {"Daegu", "Suwon", "Dalseo-gu", "Gangneung"}
    numbers = {one.government.code: one.number for one in town.world.certificates.values()}
    assert sorted(numbers.values()) == [f"SCC-2026-00{n}" for n in range(1, 5)]

    # Gangneung falls below the criteria and is silent twice: revoked after 14 months.
    number = numbers["51150"]
    town.go(date(2027, 9, 1))
    ground = RevocationGround.BELOW_CRITERIA
    town.do("operator", cert.OpenRevocation(certificate=number, ground=ground, facts="1,320점"))
    for day, due in ((date(2027, 9, 2), date(2027, 9, 16)), (date(2027, 9, 17), date(2027, 10, 1))):
        town.go(day)
        town.do("ministry", cert.SendNotice(certificate=number, reason="기준 미달", due=due))
    town.go(date(2027, 10, 4))
    town.do("ministry", cert.Revoke(certificate=number, reason="2차 소명 없음"))
    town.do("ministry", cert.TellHolder(certificate=number, how="공문"))
    town.do("ministry", cert.PostRevocation(certificate=number, address="https://example.org/1"))
    assert holders(town, date(2027, 10, 3)) - holders(town, date(2027, 10, 4)) == {"Gangneung"}

    # Daegu asks in time and is extended in the round of 2028; the others lapse.
    town.go(date(2028, 3, 2))
    town.plan("r28", 2028, date(2028, 3, 2))
    town.announce("r28")
    town.mayor, town.group = "daegu", "large"
    town.do(
        "daegu",
        cert.RequestExtension(
            certificate=numbers["27000"],
            round="r28",
            reference_date=date(2027, 12, 31),
            population=2_350_000,
            contact="p:1",
        ),
    )
    extension = "r28-27000-ext"
    town.fill(extension)
    town.submit(extension)
    town.seat("r28")
    town.evaluate(extension, date(2028, 6, 5), "r28")
    town.issue(extension)
    assert holders(town, date(2028, 8, 3)) == {"Daegu", "Suwon", "Dalseo-gu"}
    assert holders(town, date(2028, 8, 4)) == {"Daegu"}
    assert holders(town, date(2030, 8, 4)) == set()

    stages = {name: town.stage(case_of(name)) for name in CITIES}
    assert stages == dict.fromkeys(JUDGED, Stage.GRANTED) | {"dalseong": Stage.REFUSED}
    assert town.world.certificates[number].status_on(date(2029, 1, 1)) is CertificateStatus.REVOKED
    late = [one.code for one in deadlines(town.world, date(2028, 6, 5)) if one.is_overdue]
    assert late == []
    assert town.run(town.desk.verify()) is None
