"""Every path of a revocation; extension, monitoring, suspension."""

from datetime import date

import msgspec
import pytest

from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.errors import (
    DateUnfit,
    EvidenceForeign,
    ExtensionUnfit,
    ProgrammeRoleLacking,
    RevocationUnfit,
    StageUnfit,
    SubjectExisting,
    SubjectNotExisting,
)
from dalgu.certification.process.words import (
    CertificateStatus,
    MotionKind,
    RevocationGround,
    Stage,
    Vote,
)

NUMBER = "SCC-2026-001"
FRAUD, BELOW = RevocationGround.FRAUD, RevocationGround.BELOW_CRITERIA
REVOKE = cert.Revoke(certificate=NUMBER, reason="소명 없음")
EXPLAIN = cert.SubmitExplanation(certificate=NUMBER, text="소명합니다.")
MEMBERS = tuple(f"c{n}" for n in range(1, 10))


def notice(due):
    return cert.SendNotice(certificate=NUMBER, reason="인증기준 미달", due=due)


def judge(*, accepted):
    return cert.JudgeExplanation(certificate=NUMBER, is_accepted=accepted, reason="검토 결과")


@pytest.fixture
def issued(town):
    return town.until(Stage.GRANTED)  # on 3 August 2026


@pytest.fixture
def opened(issued):
    """A function that opens a revocation on a ground, 14 months after issue."""

    def open_on(ground):
        issued.go(date(2027, 10, 4))
        issued.do(
            "operator", cert.OpenRevocation(certificate=NUMBER, ground=ground, facts="점검 결과")
        )
        return issued

    return open_on


def status(town):
    return town.certificate().status_on(town.clock.now().date())


def silent_twice(town):
    town.do("ministry", notice(date(2027, 10, 18)))
    town.go(date(2027, 10, 19))
    town.do("ministry", notice(date(2027, 11, 1)))
    town.go(date(2027, 11, 2))


@pytest.mark.parametrize("ground", [FRAUD, BELOW])
def test_silence_after_two_notices_leads_to_revocation(opened, ground):
    town = opened(ground)
    silent_twice(town)
    town.do("ministry", REVOKE)
    assert status(town) is CertificateStatus.REVOKED
    assert town.certificate().status_on(date(2027, 11, 1)) is CertificateStatus.VALID
    assert town.run(town.desk.holders_on(date(2027, 11, 2))) == []


def test_the_holder_is_told_and_the_public_too(opened):
    town = opened(FRAUD)
    tell = cert.TellHolder(certificate=NUMBER, how="공문")
    post = cert.PostRevocation(certificate=NUMBER, address="https://www.molit.go.kr/notice/1")
    for command in (tell, post):
        with pytest.raises(StageUnfit):
            town.do("ministry", command)
    silent_twice(town)
    town.do("ministry", REVOKE)
    for command in (tell, post):
        town.do("ministry", command)
        with pytest.raises(SubjectExisting):
            town.do("ministry", command)
    assert town.certificate().told_on == town.certificate().posted_on == date(2027, 11, 2)


@pytest.mark.parametrize("ground", [FRAUD, BELOW])
def test_a_good_explanation_ends_the_revocation(opened, ground):
    town = opened(ground)
    town.do("ministry", notice(date(2027, 10, 18)))
    town.do("mayor", EXPLAIN)
    town.do("ministry", judge(accepted=True))
    assert status(town) is CertificateStatus.VALID
    with pytest.raises(RevocationUnfit, match="no revocation is open"):
        town.do("ministry", REVOKE)


@pytest.mark.parametrize("ground", [FRAUD, BELOW])
def test_a_groundless_explanation_leads_to_revocation_after_one_notice(opened, ground):
    town = opened(ground)
    town.do("ministry", notice(date(2027, 10, 18)))
    town.do("mayor", EXPLAIN)
    with pytest.raises(RevocationUnfit, match="explanation without grounds"):
        town.do("ministry", REVOKE)
    town.do("ministry", judge(accepted=False))
    town.do("ministry", REVOKE)
    assert status(town) is CertificateStatus.REVOKED


def test_files_of_an_explanation_are_received_first(opened):
    town = opened(BELOW)
    town.do("ministry", notice(date(2027, 10, 18)))
    with pytest.raises(EvidenceForeign):
        town.do("mayor", msgspec.structs.replace(EXPLAIN, files=("aa" * 32,)))
    received = town.receive(b"a,b\n1,2\n", name="why.csv")
    town.do("mayor", msgspec.structs.replace(EXPLAIN, files=(received.sha256,)))


def test_the_holder_may_explain_after_the_second_notice(opened):
    town = opened(BELOW)
    town.do("ministry", notice(date(2027, 10, 18)))
    town.go(date(2027, 10, 19))
    town.do("ministry", notice(date(2027, 11, 1)))
    town.do("mayor", EXPLAIN)
    town.go(date(2027, 11, 2))
    with pytest.raises(RevocationUnfit):
        town.do("ministry", REVOKE)
    town.do("ministry", judge(accepted=True))
    assert status(town) is CertificateStatus.VALID


def test_an_explanation_between_the_notices_is_heard_and_later_than_the_second_is_not(opened):
    town = opened(BELOW)
    with pytest.raises(RevocationUnfit, match="no notice"):
        town.do("mayor", EXPLAIN)
    silent_twice(town)
    with pytest.raises(DateUnfit):
        town.do("mayor", EXPLAIN)


def test_an_explanation_after_the_first_term_stops_the_second_notice(opened):
    town = opened(BELOW)
    town.do("ministry", notice(date(2027, 10, 18)))
    town.go(date(2027, 10, 25))
    town.do("mayor", EXPLAIN)
    with pytest.raises(RevocationUnfit, match="has explained"):
        town.do("ministry", notice(date(2027, 11, 20)))


def test_below_the_criteria_the_ministry_may_leave_it_and_on_fraud_it_may_not(opened):
    drop = cert.DropRevocation(certificate=NUMBER, reason="개선 계획 제출")
    town = opened(FRAUD)
    with pytest.raises(RevocationUnfit, match="leaves no choice"):
        town.do("ministry", drop)
    town.do("ministry", notice(date(2027, 10, 18)))
    town.do("mayor", EXPLAIN)
    town.do("ministry", judge(accepted=True))
    town.do("operator", cert.OpenRevocation(certificate=NUMBER, ground=BELOW, facts="재점검"))
    town.do("ministry", drop)
    assert status(town) is CertificateStatus.VALID


def test_the_second_notice_waits_for_the_first_term_and_a_third_is_not_sent(opened):
    town = opened(BELOW)
    with pytest.raises(DateUnfit):
        town.do("ministry", notice(date(2027, 10, 4)))
    town.do("ministry", notice(date(2027, 10, 18)))
    town.go(date(2027, 10, 18))
    with pytest.raises(RevocationUnfit, match="until 2027-10-18"):
        town.do("ministry", notice(date(2027, 11, 1)))
    with pytest.raises(RevocationUnfit):
        town.do("ministry", REVOKE)
    town.go(date(2027, 10, 19))
    with pytest.raises(RevocationUnfit):
        town.do("ministry", REVOKE)  # silent once only
    town.do("ministry", notice(date(2027, 11, 1)))
    town.go(date(2027, 11, 1))
    with pytest.raises(RevocationUnfit):
        town.do("ministry", REVOKE)  # the second term still runs
    town.go(date(2027, 11, 2))
    with pytest.raises(RevocationUnfit, match="both notices"):
        town.do("ministry", notice(date(2027, 12, 1)))


def test_a_groundless_explanation_is_judged_once(opened):
    town = opened(BELOW)
    with pytest.raises(RevocationUnfit):
        town.do("ministry", judge(accepted=False))
    town.do("ministry", notice(date(2027, 10, 18)))
    town.do("mayor", EXPLAIN)
    town.do("ministry", judge(accepted=False))
    for name, command in (("ministry", judge(accepted=True)), ("mayor", EXPLAIN)):
        with pytest.raises(RevocationUnfit):
            town.do(name, command)


def test_a_revoked_certificate_stays_revoked(opened):
    town = opened(BELOW)
    silent_twice(town)
    town.do("ministry", REVOKE)
    for command in (REVOKE, notice(date(2027, 12, 1)), judge(accepted=True)):
        with pytest.raises(RevocationUnfit, match="was revoked"):
            town.do("ministry", command)
    with pytest.raises(StageUnfit):
        town.do("operator", cert.OpenRevocation(certificate=NUMBER, ground=BELOW, facts="-"))


def test_a_revocation_is_opened_once_by_the_operator(opened):
    town = opened(BELOW)
    again = cert.OpenRevocation(certificate=NUMBER, ground=FRAUD, facts="-")
    with pytest.raises(SubjectExisting):
        town.do("operator", again)
    with pytest.raises(ProgrammeRoleLacking):
        town.do("ministry", again)
    with pytest.raises(SubjectNotExisting):
        town.do("operator", cert.OpenRevocation(certificate="SCC-1", ground=FRAUD, facts="-"))


def test_a_committee_may_advise_on_a_revocation(opened):
    town = opened(BELOW)
    motion = town.put(town.session(), MotionKind.REVOKE)
    town.vote(motion, MEMBERS[:7], Vote.FOR)
    assert town.count(motion).tally.carried
    assert status(town) is CertificateStatus.VALID  # the ministry decides


# -- extension ------------------------------------------------------------------------------


def extension(round_id="r28"):
    return cert.RequestExtension(
        certificate=NUMBER,
        round=round_id,
        reference_date=date(2027, 12, 31),
        population=2_350_000,
        contact="p:1",
    )


@pytest.fixture
def called_again(issued):
    """A second round, called in spring 2028; the certificate ends on 3 August 2028."""
    issued.go(date(2028, 3, 2))
    issued.plan("r28", 2028, date(2028, 3, 2))
    issued.announce("r28")
    return issued


def extend(town, case="r28-27000-ext"):
    town.do("mayor", extension())
    town.fill(case)
    town.submit(case)
    town.seat("r28")
    town.evaluate(case, date(2028, 6, 5), "r28")
    town.issue(case)


def test_an_extension_runs_the_same_way_and_adds_two_years_once(called_again):
    extend(called_again)
    certificate = called_again.certificate()
    assert certificate.life.expires_on == date(2030, 8, 3)
    assert certificate.status_on(date(2028, 8, 4)) is CertificateStatus.EXTENDED
    assert certificate.status_on(date(2030, 8, 4)) is CertificateStatus.EXPIRED
    called_again.go(date(2028, 8, 10))
    with pytest.raises(ExtensionUnfit, match="extended once"):
        called_again.do("mayor", extension())


def test_an_extension_is_asked_for_three_months_before_the_end(called_again):
    called_again.go(date(2028, 5, 4))
    with pytest.raises(DateUnfit, match="2028-05-03"):
        called_again.do("mayor", extension())


def test_an_extension_is_asked_for_once_unless_it_was_withdrawn(called_again):
    called_again.go(date(2028, 5, 3))
    case = called_again.do("mayor", extension()).entries[1].event.case
    with pytest.raises(SubjectExisting):
        called_again.do("mayor", extension())
    called_again.do("mayor", app.WithdrawApplication(case=case, reason="-"))
    called_again.do("mayor", extension())


def test_an_extension_needs_an_announced_round_of_its_programme(issued):
    issued.go(date(2028, 3, 2))
    issued.plan("r28", 2028, date(2028, 3, 2))
    with pytest.raises(ExtensionUnfit, match="no announced round"):
        issued.do("mayor", extension())


def test_a_new_application_stands_beside_an_extension(called_again):
    called_again.do("mayor", extension())
    called_again.apply(round="r28", reference_date=date(2027, 12, 31))
    assert {"r28-27000", "r28-27000-ext"} <= set(called_again.world.cases)


def test_a_revoked_certificate_is_not_extended(called_again):
    town = called_again
    town.do("mayor", extension())
    town.fill("r28-27000-ext")
    town.submit("r28-27000-ext")
    town.do("operator", cert.OpenRevocation(certificate=NUMBER, ground=FRAUD, facts="-"))
    town.do("ministry", notice(date(2028, 3, 20)))
    town.do("mayor", EXPLAIN)
    town.do("ministry", judge(accepted=False))
    town.do("ministry", REVOKE)
    town.seat("r28")
    town.evaluate("r28-27000-ext", date(2028, 6, 5), "r28")
    with pytest.raises(ExtensionUnfit, match="revoked"):
        town.issue("r28-27000-ext")


def test_a_certificate_that_has_ended_is_not_extended_or_suspended(issued):
    issued.go(date(2028, 8, 4))
    assert status(issued) is CertificateStatus.EXPIRED
    with pytest.raises(StageUnfit):
        issued.do("mayor", extension())
    with pytest.raises(StageUnfit):
        issued.do("ministry", cert.SuspendCertificate(certificate=NUMBER, reason="-"))


# -- monitoring and suspension --------------------------------------------------------------


@pytest.mark.parametrize(("grade", "above"), [(3, True), (4, False)])
def test_monitoring_tells_whether_the_holder_is_above_the_criteria(issued, grade, above):
    command = cert.RecordMonitoring(certificate=NUMBER, points=1_390.0, grade=grade, note="점검")
    assert issued.do("operator", command).event.is_above_criteria is above


def test_a_suspension_is_lifted_and_the_certificate_holds_again(issued):
    suspend = cert.SuspendCertificate(certificate=NUMBER, reason="조사")
    lift = cert.LiftSuspension(certificate=NUMBER, reason="조사 종료")
    with pytest.raises(StageUnfit):
        issued.do("ministry", lift)
    issued.do("ministry", suspend)
    assert status(issued) is CertificateStatus.SUSPENDED
    with pytest.raises(StageUnfit):
        issued.do("ministry", suspend)
    issued.later(10)
    issued.do("ministry", lift)
    assert status(issued) is CertificateStatus.VALID
