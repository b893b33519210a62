"""Applying, and the completeness check with its loop."""

from datetime import date, timedelta

import msgspec
import pytest

from dalgu.certification.process.acts import application as app
from dalgu.certification.process.errors import (
    CaseOfAnother,
    DateUnfit,
    EvidenceForeign,
    FileIncomplete,
    IndicatorForeign,
    NotEligible,
    ProgrammeRoleLacking,
    ReviewUnfinished,
    StageUnfit,
    SubjectExisting,
    SubjectNotExisting,
    SupplementNotOffered,
)
from dalgu.certification.process.words import GovernmentKind, MeasurementStatus, Stage

FORM_SHA256 = "613b229ea925baac60eed14c3b0e932cad312b9ae7189862b2f6a17aa6336159"
CASE = "r26-27000"
ASK = app.RequestSupplement(case=CASE, items=("직인 누락",), due=date(2026, 6, 12))
REPLY = app.ReplySupplement(case=CASE, answer="보완하였습니다.")
ACCEPT = app.AcceptApplication(case=CASE)
REFUSE = app.RefuseReview(case=CASE, reason="보완 후에도 미비")
WITHDRAW = app.WithdrawApplication(case=CASE, reason="내부 사정")
SEALED = app.Declaration(is_sealed=True, signed_on=date(2026, 6, 1), sha256=FORM_SHA256)


@pytest.fixture
def called(town):
    town.found()
    town.plan()
    town.announce()
    town.go(date(2026, 6, 1))
    return town


@pytest.fixture
def unsealed(called):
    """An application that lacks the seal."""
    called.apply()
    called.fill()
    called.submit(sealed=False)
    return called


def city(**changes):
    return msgspec.structs.replace(
        app.LocalGovernment(
            code="27000",
            kind=GovernmentKind.METROPOLITAN_CITY,
            name_ko="대구광역시",
            name_en="Daegu",
            population=2_360_000,
        ),
        **changes,
    )


@pytest.mark.parametrize(
    ("kind", "population", "group"),
    [
        (GovernmentKind.METROPOLITAN_CITY, 2_360_000, "large"),
        (GovernmentKind.SELF_GOVERNING_CITY, 390_000, "small"),
        (GovernmentKind.SI, 500_000, "large"),
        (GovernmentKind.SI, 499_999, "small"),
        (GovernmentKind.GU, 650_000, "small"),
        (GovernmentKind.GUN, 260_000, "small"),
    ],
)
def test_the_type_of_a_city_follows_from_the_rule_table(called, kind, population, group):
    called.apply(government=city(kind=kind, population=population))
    assert (called.case().city_type, called.case().group) == (group, group)


def test_a_plain_province_may_not_apply(called):
    with pytest.raises(NotEligible, match=r"art\. 7"):
        called.apply(government=city(kind=GovernmentKind.PROVINCE))


def test_a_local_government_is_applied_for_by_its_own_people_once(called):
    with pytest.raises(CaseOfAnother):
        called.apply(government=city(code="11000"))
    called.apply()
    with pytest.raises(SubjectExisting):
        called.apply()


def test_after_a_withdrawal_one_may_apply_again(called):
    called.apply()
    called.do("mayor", WITHDRAW)
    called.apply()
    assert called.stage("r26-27000.2") is Stage.DRAFT


def test_an_application_comes_between_call_and_end_of_intake(town):
    town.found()
    town.plan()
    with pytest.raises(DateUnfit):
        town.apply()
    town.announce()
    town.apply()
    town.fill()
    with pytest.raises(DateUnfit):
        town.submit()  # intake has not begun
    town.go(date(2026, 7, 1))
    with pytest.raises(DateUnfit):
        town.submit()


def test_the_last_day_of_intake_is_one_of_it(called):
    called.go(date(2026, 6, 30))
    called.apply()
    called.fill(issued_on=date(2026, 6, 30))  # evidence of the very day
    called.submit()
    assert called.stage() is Stage.SUBMITTED


def test_only_indicators_of_the_framework_are_declared(called):
    called.apply()
    value = app.Measurement(status=MeasurementStatus.MEASURED, value=1.0)
    for measurements, levels in (({"Q9": value}, {}), ({"R1": value}, {}), ({}, {"Q1": 3})):
        with pytest.raises(IndicatorForeign):
            called.do(
                "mayor", app.DeclareScore(case=CASE, measurements=measurements, levels=levels)
            )


def test_the_applicants_own_score_is_kept_beside_the_values(called):
    called.apply()
    called.fill()
    assert (called.case().score.points, called.case().score.grade) == (1_600.0, 2)


def test_an_application_without_a_score_is_not_submitted(called):
    called.apply()
    with pytest.raises(ReviewUnfinished):
        called.submit()


def test_the_sealed_form_is_received_before_it_is_named(called):
    called.apply()
    called.fill()
    with pytest.raises(EvidenceForeign):
        called.do("mayor", app.SubmitApplication(case=CASE, declaration=SEALED))


def test_evidence_stands_on_a_received_file_and_links_known_indicators(called):
    called.apply()
    called.fill()
    [held] = called.case().evidence.values()
    foreign = msgspec.structs.replace(held, id="E2", sha256="ee" * 32)
    with pytest.raises(EvidenceForeign):
        called.do("mayor", app.AddEvidence(case=CASE, evidence=foreign))
    with pytest.raises(SubjectExisting):
        called.do("mayor", app.AddEvidence(case=CASE, evidence=held))
    wrong = msgspec.structs.replace(
        held, id="E3", links=(app.Link(indicator="Z1", summary="-", pages=(1,)),)
    )
    with pytest.raises(IndicatorForeign):
        called.do("mayor", app.AddEvidence(case=CASE, evidence=wrong))
    late = msgspec.structs.replace(held, id="E4", issued_on=date(2026, 6, 2))
    with pytest.raises(DateUnfit):
        called.do("mayor", app.AddEvidence(case=CASE, evidence=late))


def test_evidence_can_be_taken_out_of_a_draft(called):
    called.apply()
    called.fill()
    out = app.RemoveEvidence(case=CASE, evidence="E1", reason="오류")
    called.do("mayor", out)
    assert called.case().evidence == {}
    with pytest.raises(SubjectNotExisting):
        called.do("mayor", out)


def test_an_incomplete_file_is_not_accepted(unsealed):
    with pytest.raises(FileIncomplete, match="seal_absent"):
        unsealed.do("operator", ACCEPT)


def test_a_file_is_refused_only_after_a_chance_to_supplement_it(unsealed):
    with pytest.raises(SupplementNotOffered, match="has not been given"):
        unsealed.do("operator", REFUSE)
    unsealed.do("operator", ASK)
    assert unsealed.stage() is Stage.SUPPLEMENT
    with pytest.raises(SupplementNotOffered, match="lasts until 2026-06-12"):
        unsealed.do("operator", REFUSE)
    unsealed.go(date(2026, 6, 13))
    unsealed.do("operator", REFUSE)
    assert unsealed.stage() is Stage.REFUSED


def test_a_reply_that_leaves_the_file_incomplete_can_be_refused(unsealed):
    unsealed.do("operator", ASK)
    unsealed.do("mayor", REPLY)
    assert unsealed.stage() is Stage.SUBMITTED
    unsealed.do("operator", REFUSE)
    assert unsealed.stage() is Stage.REFUSED


def test_a_supplement_makes_the_file_whole_and_then_it_cannot_be_refused(unsealed):
    unsealed.do("operator", ASK)
    reply = msgspec.structs.replace(REPLY, declaration=SEALED)
    done = unsealed.do("mayor", reply)
    assert (done.event.findings, done.event.is_late) == ((), False)
    with pytest.raises(SupplementNotOffered, match="the file is complete"):
        unsealed.do("operator", REFUSE)
    unsealed.do("operator", ACCEPT)
    assert unsealed.stage() is Stage.DOCUMENT_REVIEW


def test_a_late_reply_is_taken_and_marked_while_the_file_is_not_refused(unsealed):
    unsealed.do("operator", ASK)
    unsealed.go(date(2026, 6, 15))
    assert unsealed.do("mayor", REPLY).event.is_late


def test_the_loop_can_go_round_more_than_once(unsealed):
    for _ in range(2):
        unsealed.do("operator", ASK)
        unsealed.do("mayor", REPLY)
    assert len(unsealed.case().supplements) == 2


def test_a_supplement_is_due_in_the_future(unsealed):
    with pytest.raises(DateUnfit):
        unsealed.do("operator", msgspec.structs.replace(ASK, due=date(2026, 6, 1)))


def test_further_papers_may_be_added_while_they_are_asked_for(town):
    town.until(Stage.DOCUMENT_REVIEW)
    [held] = town.case().evidence.values()
    more = app.AddEvidence(case=CASE, evidence=msgspec.structs.replace(held, id="E2"))
    with pytest.raises(DateUnfit):
        town.do("mayor", more)
    due = town.clock.now().date() + timedelta(days=3)
    town.do("operator", app.RequestDocuments(case=CASE, items=("협약서",), due=due))
    town.later(3)
    town.do("mayor", more)  # on the due day
    town.later(1)
    with pytest.raises(DateUnfit):
        town.do(
            "mayor", app.AddEvidence(case=CASE, evidence=msgspec.structs.replace(held, id="E3"))
        )


def test_an_application_can_be_withdrawn_until_it_is_reported(town):
    town.until(Stage.REPORTED)
    with pytest.raises(StageUnfit):
        town.do("mayor", WITHDRAW)


def test_others_touch_no_application(unsealed):
    with pytest.raises(CaseOfAnother):
        unsealed.do("other", WITHDRAW)
    for name in ("operator", "ministry", "r1", "c1"):
        with pytest.raises(ProgrammeRoleLacking):
            unsealed.do(name, WITHDRAW)
    with pytest.raises(SubjectNotExisting):
        unsealed.do("mayor", msgspec.structs.replace(WITHDRAW, case="nowhere"))
