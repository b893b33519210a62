"""From a decision to a signed file that verifies, and back to what a power cut left undone."""

from datetime import date, timedelta

import msgspec
import pytest
from tests.certification.office.rounds import (
    CASE,
    FRAMEWORK,
    GROUPS,
    REFERENCE,
    ROUND,
    a_house,
    levels,
    person,
    values,
)

from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.status import Status, read_status
from dalgu.certification.certificate.verification import Verdict
from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import frozen, load, thaw
from dalgu.certification.framework.shelf import Shelf
from dalgu.certification.office.errors import (
    CallFrameworkLost,
    CallFrameworkUnfit,
    CityOfAnother,
    PaperNotExisting,
    StatusNotPublished,
    SubmissionInvalid,
)
from dalgu.certification.office.judging import use_of
from dalgu.certification.office.submission import Submission
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.errors import ProgrammeRoleLacking, SubjectNotExisting
from dalgu.certification.process.words import GovernmentKind, ProgrammeKind
from dalgu.hub.local import KEPT


def pdf_of(house, number):
    return house.run(house.office.certificate_pdf(number))


def verdict_of(house, pdf):
    return house.run(house.office.verify(pdf)).verdict


def test_a_granted_case_becomes_a_certificate_that_verifies(decided):
    number = decided.issue()
    found = decided.run(decided.office.verify(pdf_of(decided, number)))
    assert found.verdict is Verdict.VALID
    assert (found.facts.number, found.facts.points) == (number, 1_600.0)
    assert (found.facts.grade, found.facts.legal_effect) == (2, True)
    assert found.facts.framework_hash == use_of(FRAMEWORK).digest
    assert found.facts.verification_address == "http://127.0.0.1:9090/certification/verify"


def test_without_a_key_nothing_is_issued(house):
    house.until_decided()
    with pytest.raises(IssuerNotExisting, match="issuer init"):
        house.issue()
    assert house.world.certificates == {}
    with pytest.raises(StatusNotPublished):
        house.run(house.office.status_list())


def test_what_a_power_cut_left_undone_is_made_at_the_next_start(tmp_path):
    folder = tmp_path / "city"
    with a_house(folder) as house:
        house.with_issuer()
        house.until_decided()
        # the step is on disk, and the power goes before the paper is made
        done = house.run(house.office.desk.do(person("ministry"), cert.IssueCertificate(case=CASE)))
        number = done.event.certificate
        assert house.office.installed.published() is None
    with a_house(folder) as house:
        house.go(date(2026, 8, 3))
        assert house.run(house.office.catch_up()) == 1
        once = pdf_of(house, number)
        assert house.run(house.office.catch_up()) == 0
        assert pdf_of(house, number) == once
        assert verdict_of(house, once) is Verdict.VALID


def test_a_certificate_is_made_on_demand_too(house):
    house.with_issuer()
    house.until_decided()
    house.run(house.office.desk.do(person("ministry"), cert.IssueCertificate(case=CASE)))
    assert pdf_of(house, "SCC-2026-001").startswith(b"%PDF-")


def test_a_certificate_that_was_never_issued_has_no_paper(decided):
    with pytest.raises(SubjectNotExisting):
        pdf_of(decided, "SCC-1999-001")


def entry(house, number):
    content = house.run(house.office.status_list())
    return read_status(content, house.office.installed.trusted()).entries[number]


def test_the_status_list_follows_every_step_of_a_certificate(house):
    house.with_issuer()
    house.until_decided()
    number = house.issue()
    pdf = pdf_of(house, number)
    assert entry(house, number).status is Status.VALID
    house.do("ministry", cert.SuspendCertificate(certificate=number, reason="확인 중"))
    assert entry(house, number).status is Status.SUSPENDED
    assert verdict_of(house, pdf) is Verdict.SUSPENDED
    house.do("ministry", cert.LiftSuspension(certificate=number, reason="이상 없음"))
    assert verdict_of(house, pdf) is Verdict.VALID
    house.revoke(number)
    assert entry(house, number).since == house.clock.now().date()
    assert verdict_of(house, pdf) is Verdict.REVOKED
    assert number in house.run(house.office.status_list()).decode()


def test_a_list_that_soon_no_longer_counts_is_published_anew(house):
    house.with_issuer()
    house.until_decided()
    number = house.issue()
    pdf = pdf_of(house, number)
    first = house.run(house.office.status_list())
    assert house.run(house.office.status_list()) == first
    house.go(date(2026, 8, 12))
    assert verdict_of(house, pdf) is Verdict.VALID
    assert house.run(house.office.status_list()) != first


def test_an_extension_is_a_paper_of_its_own(house):
    house.with_issuer()
    house.until_decided()
    number = house.issue()
    first = pdf_of(house, number)
    house.go(date(2028, 3, 6))
    house.call("r28", date(2028, 3, 6))
    house.do(
        "mayor",
        cert.RequestExtension(
            certificate=number,
            round="r28",
            reference_date=date(2027, 12, 31),
            population=2_350_000,
            contact="p:1",
        ),
    )
    case = house.world.certificates[number].extension_case
    house.fill(case)
    house.submit(case)
    house.review(case)
    house.visit(case, date(2028, 5, 8))
    house.accept(case, "r28")
    house.decide(case)
    house.issue(case)
    second = pdf_of(house, number)
    assert second != first
    found = house.run(house.office.verify(second))
    assert found.verdict is Verdict.EXTENDED
    assert found.facts.expires_on == date(2030, 8, 3)
    house.go(date(2029, 8, 6))
    assert verdict_of(house, first) is Verdict.EXTENDED
    assert verdict_of(house, second) is Verdict.EXTENDED


def test_a_pilot_gives_a_certificate_without_legal_effect(house):
    house.with_issuer()
    house.found(ProgrammeKind.PILOT)
    house.call()
    house.go(date(2026, 6, 1))
    for step in (house.apply, house.fill, house.submit, house.review, house.visit):
        step()
    house.accept()
    house.decide()
    pdf = pdf_of(house, house.issue())
    found = house.run(house.office.verify(pdf))
    assert found.verdict is Verdict.VALID
    assert not found.mark_may_be_shown(found.on)


# -- the framework of a call ----------------------------------------------------------------


def a_round(**changes):
    parts = {
        "round": "r27",
        "programme": "scc",
        "year": 2027,
        "framework": use_of(FRAMEWORK),
        "announced_on": date(2027, 5, 3),
        "intake_from": date(2027, 6, 1),
        "intake_until": date(2027, 6, 30),
        "groups": GROUPS,
    }
    return prog.PlanRound(**(parts | changes))


def test_a_round_names_a_framework_as_it_stands_here(house):
    house.found()
    use = use_of(FRAMEWORK)
    other = msgspec.structs.replace(use, digest="ab" * 32)
    fewer = msgspec.structs.replace(use, quantitative=use.quantitative[1:])
    for unfit in (other, fewer):
        with pytest.raises(CallFrameworkUnfit):
            house.do("operator", a_round(framework=unfit))
    with pytest.raises(ProgrammeRoleLacking):
        house.do("mayor", a_round())
    house.do("operator", a_round())


def test_a_call_is_judged_by_the_bytes_that_it_froze(house, monkeypatch):
    house.until_draft()
    use = house.world.rounds[ROUND].plan.framework
    assert thaw(house.run(house.platform.hub.kept(use.digest))) == FRAMEWORK
    changed = msgspec.structs.replace(FRAMEWORK, title=FRAMEWORK.owner, indicators=[])
    monkeypatch.setattr(Shelf, "framework", lambda shelf, name: changed)
    house.fill()
    assert house.world.cases[CASE].score.points == 1_600.0
    assert house.office.framework(use) == FRAMEWORK


def test_a_framework_that_is_lost_is_named(house):
    with pytest.raises(CallFrameworkLost):
        house.office.framework(msgspec.structs.replace(use_of(FRAMEWORK), digest="ab" * 32))


def test_frameworks_without_points_are_not_offered_to_rounds(house):
    assert [one.name for one in house.office.frameworks()] == ["kr-scc-2021"]
    assert frozen(load("u4ssc"))


# -- measuring ------------------------------------------------------------------------------


def test_the_hubs_own_city_is_measured_and_frozen_for_its_application(house):
    house.until_draft()
    done = house.run(house.office.measure(person("mayor"), CASE))
    declared = house.world.cases[CASE].score
    assert set(declared.measurements) == {
        one.code for one in FRAMEWORK.indicators if one.kind == "quantitative"
    }
    assert declared.points == done.event.points
    digests = [one.snapshot for one in declared.measurements.values() if one.snapshot]
    certification: Certification = house.platform.certification
    for digest in digests:
        house.run(certification.recompute(digest))
    assert digests


def test_another_city_is_not_measured_by_this_hub(house):
    house.found()
    house.call()
    house.grant("operator", "other", prog.ProgrammeRole.APPLICANT, "30000")
    government = app.LocalGovernment(
        code="30000",
        kind=GovernmentKind.METROPOLITAN_CITY,
        name_ko="대전광역시",
        name_en="Daejeon",
        population=1_440_000,
    )
    house.do(
        "other",
        app.OpenApplication(
            round=ROUND, government=government, reference_date=REFERENCE, contact="p:2"
        ),
    )
    with pytest.raises(CityOfAnother):
        house.run(house.office.measure(person("other"), f"{ROUND}-30000"))


def a_submission(**changes):
    parts = {
        "framework": FRAMEWORK.name,
        "framework_digest": use_of(FRAMEWORK).digest,
        "city": "대구광역시",
        "reference_on": REFERENCE,
        "measurements": values(),
        "levels": levels(),
    }
    return msgspec.json.encode(Submission(**(parts | changes)))


def test_what_another_platform_measured_is_declared_from_its_file(house):
    house.until_draft()
    house.run(house.office.submit(person("mayor"), CASE, a_submission()))
    assert house.world.cases[CASE].score.points == 1_600.0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "$"),
        (b"\xff", "$"),
        (b'{"format":' + b"[" * 100_000, "$"),
        (b"{}", "framework"),
        (a_submission(city="서울"), "city"),
        (a_submission(framework_digest="ab" * 32), "framework_digest"),
        (a_submission(reference_on=date(2024, 12, 31)), "reference_on"),
    ],
)
def test_a_submission_that_does_not_belong_to_the_case_names_the_field(house, body, field):
    house.until_draft()
    with pytest.raises(SubmissionInvalid) as refusal:
        house.run(house.office.submit(person("mayor"), CASE, body))
    assert refusal.value.parts["field"] == field
    assert house.world.cases[CASE].score is None


# -- papers ---------------------------------------------------------------------------------


def names(house, who, case=CASE):
    opened = house.run(house.office.desk.open_case(person(who), case))
    return [one.name for one in house.run(house.platform.offices.paperwork.papers(
        person(who), opened
    ))]  # fmt: skip


def paper(house, who, name, case=CASE):
    return house.run(house.platform.offices.paperwork.paper(person(who), case, name))


def test_an_applicant_gets_the_result_once_it_is_decided(house):
    house.until_draft()
    house.fill()
    assert names(house, "mayor") == ["index"]
    assert paper(house, "mayor", "index").startswith(b"%PDF-")
    with pytest.raises(PaperNotExisting):
        paper(house, "mayor", "result")
    house.submit()
    house.review()
    house.visit()
    house.accept()
    assert names(house, "operator") == ["index", "result"]
    assert names(house, "mayor") == ["index"]
    house.decide()
    assert names(house, "mayor") == ["index", "result"]
    assert paper(house, "mayor", "result").startswith(b"%PDF-")


def test_every_notice_of_a_revocation_can_be_had(house):
    house.with_issuer()
    house.until_decided()
    number = house.issue()
    with pytest.raises(PaperNotExisting):
        paper(house, "mayor", "notice-first")
    house.revoke(number)
    listed = names(house, "mayor")
    assert listed[2:] == ["notice-first", "notice-second", "notice-revocation", "certificate"]
    printed = {name: paper(house, "mayor", name) for name in listed}
    assert all(body.startswith(b"%PDF-") for body in printed.values())
    assert len(set(printed.values())) == len(listed)
    with pytest.raises(PaperNotExisting):
        paper(house, "mayor", "notice-third")


def test_a_status_list_can_be_handed_to_a_verifier_elsewhere(house, tmp_path):
    house.with_issuer()
    house.until_decided()
    pdf = pdf_of(house, house.issue())
    elsewhere = Installed(tmp_path / "elsewhere")
    elsewhere.trust(house.office.installed.issuer().key)
    today = house.clock.now().date()
    status = house.run(house.office.status_list())
    assert elsewhere.check(pdf, today, status=status).verdict is Verdict.VALID
    later = today + timedelta(days=30)
    assert elsewhere.check(pdf, later).verdict is Verdict.STATUS_UNKNOWN


def test_kept_frameworks_stay_under_their_digest(house):
    house.until_draft()
    use = house.world.rounds[ROUND].plan.framework
    assert house.platform.store.read().records.get(KEPT, use.digest) == frozen(FRAMEWORK)
