"""Report, decision, objections and what follows."""

from datetime import date, timedelta

import pytest

from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import committee as com
from dalgu.certification.process.acts import decision as dec
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.errors import (
    DateUnfit,
    GrantUnfit,
    ProgrammeRoleLacking,
    StageUnfit,
    SubjectNotExisting,
)
from dalgu.certification.process.words import MotionKind, ObjectionResult, ProgrammeKind, Stage

CASE = "r26-27000"
OBJECT = dec.FileObjection(case=CASE, about="R1 등급에 이의가 있음")
ISSUE = cert.IssueCertificate(case=CASE)
CLOSE = dec.CloseCase(case=CASE)
MEMBERS = tuple(f"c{n}" for n in range(1, 10))


def answer(result):
    return dec.AnswerObjection(
        case=CASE, objection=f"{CASE}-objection-1", result=result, answer="검토 결과"
    )


@pytest.fixture
def decided(town):
    return town.until(Stage.OBJECTION)


def test_nothing_is_reported_before_the_committee_accepts_the_scores(town):
    town.until(Stage.COMMITTEE)
    with pytest.raises(GrantUnfit, match="not accepted"):
        town.report()


def test_the_ministry_answers_within_ten_days(town):
    town.until(Stage.REPORTED)
    assert town.case().reported_on == date(2026, 8, 3)
    assert town.case().answer_due == date(2026, 8, 13)


def test_only_the_ministry_decides(town):
    town.until(Stage.REPORTED)
    with pytest.raises(ProgrammeRoleLacking):
        town.do(
            "operator", dec.DecideGrant(case=CASE, is_granted=True, reason="-", deciders=("o",))
        )


def test_the_record_keeps_what_the_guideline_asks_for(decided):
    record = decided.case().decisions[-1]
    assert record.field == "city"
    assert (record.object_code, record.object_ko) == ("27000", "대구광역시")
    assert record.committee == MEMBERS
    assert record.paper == dec.ResultPaper(contents="평가내용", points=1_600.0, grade=2)
    assert (record.framework_digest, record.decided_on) == ("ab" * 32, date(2026, 8, 3))


def test_below_grade_3_nothing_is_granted(town):
    town.until(Stage.DRAFT)
    town.do(
        "mayor",
        app.DeclareScore(
            case=CASE, measurements=dict(town.case().score.measurements), levels={"R1": 1, "R2": 1}
        ),
    )
    town.submit()
    town.do("operator", app.AcceptApplication(case=CASE))
    town.assign()
    low = rev.ReviewLine(is_accepted=True, reason="-", level=1)
    for name in ("r1", "r2", "r3"):
        town.review(name, R1=low, R2=low)
    town.do("operator", rev.CloseDocumentReview(case=CASE))
    town.visit()
    town.accept()
    town.report()
    with pytest.raises(GrantUnfit, match="grade 5"):
        town.decide()
    town.decide(granted=False)
    town.go(date(2026, 9, 3))
    with pytest.raises(GrantUnfit, match="not granted"):
        town.do("ministry", ISSUE)
    town.do("operator", CLOSE)
    assert town.stage() is Stage.NOT_GRANTED


def test_a_certificate_waits_for_the_end_of_objections_or_a_waiver(decided):
    assert decided.case().objection_until == date(2026, 9, 2)
    with pytest.raises(GrantUnfit, match="2026-09-02"):
        decided.do("ministry", ISSUE)
    decided.go(date(2026, 9, 3))
    decided.do("ministry", ISSUE)
    assert decided.certificate().life.issued_on == date(2026, 9, 3)


def test_a_granted_case_is_not_closed_without_its_certificate(decided):
    decided.do("mayor", dec.WaiveObjection(case=CASE))
    with pytest.raises(GrantUnfit, match="was granted"):
        decided.do("operator", CLOSE)


def test_the_days_of_the_law_are_those_of_korea(decided):
    decided.do("mayor", dec.WaiveObjection(case=CASE))
    decided.run(decided.clock.advance(timedelta(hours=20)))  # 05:00 of the next day in Seoul
    decided.do("ministry", ISSUE)
    assert decided.certificate().life.issued_on == date(2026, 8, 4)


def test_an_open_objection_holds_everything_up(decided):
    decided.do("mayor", OBJECT)
    decided.go(date(2026, 10, 1))
    for name, command in (
        ("ministry", ISSUE),
        ("operator", CLOSE),
        ("mayor", dec.WaiveObjection(case=CASE)),
    ):
        with pytest.raises(GrantUnfit, match="an objection is open"):
            decided.do(name, command)


def test_an_objection_is_answered_within_fourteen_days(decided):
    due = decided.do("mayor", OBJECT).event.answer_due
    assert due == date(2026, 8, 18)  # the 17th is the substitute holiday of Liberation Day


def test_a_rejected_objection_leaves_the_decision(decided):
    decided.do("mayor", OBJECT)
    decided.do("operator", answer(ObjectionResult.REJECTED))
    assert decided.stage() is Stage.OBJECTION
    with pytest.raises(SubjectNotExisting):
        decided.do("operator", answer(ObjectionResult.REJECTED))
    decided.issue()


def test_an_upheld_objection_brings_the_case_back_to_the_committee(decided):
    decided.do("mayor", OBJECT)
    session = decided.session()
    motion = decided.put(session, MotionKind.OBJECTION, objection=f"{CASE}-objection-1")
    decided.vote(motion, MEMBERS)
    assert decided.count(motion).tally.carried
    decided.do("operator", answer(ObjectionResult.UPHELD))
    assert decided.stage() is Stage.COMMITTEE
    for kind, more in (
        (MotionKind.RAISE_LEVEL, {"indicator": "R1", "level": 5}),
        (MotionKind.ACCEPT_SCORES, {}),
    ):
        motion = decided.put(session, kind, **more)
        decided.vote(motion, MEMBERS)
        decided.count(motion)
    decided.do("operator", com.CloseSession(session=session, minutes="재심의"))
    decided.report()
    decided.decide()
    first, second = decided.case().decisions
    assert (first.paper.points, second.paper.points) == (1_600.0, 1_700.0)


def test_an_objection_comes_in_time_and_not_after_a_waiver(decided):
    decided.go(date(2026, 9, 3))
    with pytest.raises(DateUnfit):
        decided.do("mayor", OBJECT)
    decided.do("mayor", dec.WaiveObjection(case=CASE))
    with pytest.raises(GrantUnfit, match="waived"):
        decided.do("mayor", OBJECT)


def test_a_refused_review_can_be_objected_to_and_is_taken_up_again(town):
    town.until(Stage.DRAFT)
    town.submit(sealed=False)
    town.do("operator", app.RequestSupplement(case=CASE, items=("직인",), due=date(2026, 6, 5)))
    town.do("mayor", app.ReplySupplement(case=CASE, answer="-"))
    town.do("operator", app.RefuseReview(case=CASE, reason="미비"))
    town.do("mayor", OBJECT)
    town.do("operator", answer(ObjectionResult.UPHELD))
    assert town.stage() is Stage.SUBMITTED


def test_a_certificate_is_issued_once(town):
    town.until(Stage.GRANTED)
    with pytest.raises(StageUnfit):
        town.do("ministry", ISSUE)


@pytest.mark.parametrize("kind", [ProgrammeKind.PILOT, ProgrammeKind.MOCK])
def test_pilots_and_mock_rounds_run_the_same_and_grant_nothing_in_law(town, kind):
    found = town.found
    town.found = lambda: found(kind)
    town.until(Stage.GRANTED)
    certificate = town.certificate()
    assert not certificate.has_legal_effect
    assert town.run(town.desk.holders_on(certificate.life.issued_on)) == []


def test_a_designation_runs_the_same_and_holds_in_law(town):
    found = town.found
    town.found = lambda: found(ProgrammeKind.DESIGNATION)
    town.until(Stage.GRANTED)
    [holder] = town.run(town.desk.holders_on(date(2026, 8, 3)))
    assert holder.number == "SCC-2026-001"
