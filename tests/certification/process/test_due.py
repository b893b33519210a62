"""Open deadlines, with their legal basis, at each stage."""

from datetime import date

import pytest

from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import decision as dec
from dalgu.certification.process.due import Mark, deadlines
from dalgu.certification.process.words import RevocationGround, Stage

FORM_SHA256 = "613b229ea925baac60eed14c3b0e932cad312b9ae7189862b2f6a17aa6336159"
CASE = "r26-27000"
NUMBER = "SCC-2026-001"


def due(town, day=None):
    """Code, day and whether it has passed, as of a day."""
    found = deadlines(town.world, day or town.clock.now().date())
    return [(one.code, one.due, one.is_overdue) for one in found]


def test_a_draft_is_handed_in_by_the_end_of_intake(town):
    town.until(Stage.DRAFT)
    assert due(town) == [("intake", date(2026, 6, 30), False)]
    assert due(town, date(2026, 7, 1)) == [("intake", date(2026, 6, 30), True)]


def test_a_supplement_and_further_papers_are_due_when_the_operator_says(town):
    town.until(Stage.DRAFT)
    town.submit(sealed=False)
    assert due(town) == []
    town.do("operator", app.RequestSupplement(case=CASE, items=("직인",), due=date(2026, 6, 12)))
    assert due(town) == [("supplement", date(2026, 6, 12), False)]
    signed = app.Declaration(is_sealed=True, signed_on=date(2026, 6, 1), sha256=FORM_SHA256)
    town.do("mayor", app.ReplySupplement(case=CASE, answer="보완", declaration=signed))
    town.do("operator", app.AcceptApplication(case=CASE))
    town.do("operator", app.RequestDocuments(case=CASE, items=("협약서",), due=date(2026, 6, 19)))
    assert due(town) == [("documents", date(2026, 6, 19), False)]


def test_the_ministry_has_ten_days(town):
    town.until(Stage.REPORTED)
    assert due(town) == [("ministry_answer", date(2026, 8, 13), False)]
    assert due(town, date(2026, 8, 14)) == [("ministry_answer", date(2026, 8, 13), True)]


def test_objections_and_their_answers(town):
    town.until(Stage.OBJECTION)
    assert due(town) == [("objection", date(2026, 9, 2), False)]
    assert due(town, date(2026, 9, 3)) == []  # a window that has closed is nobody's duty
    town.do("mayor", dec.FileObjection(case=CASE, about="이의"))
    assert due(town, date(2026, 9, 3)) == [("objection_answer", date(2026, 8, 18), True)]


def test_a_certificate_shows_extension_expiry_and_re_review(town):
    town.until(Stage.GRANTED)
    end = date(2028, 8, 3)
    later = [("expiry", end, False), ("re_review", end, False)]
    assert due(town) == [("extension", date(2028, 5, 3), False), *later]
    assert due(town, date(2028, 5, 4)) == later
    assert due(town, date(2028, 8, 4)) == []


def test_a_revocation_shows_its_terms_and_then_what_must_be_told(town):
    town.until(Stage.GRANTED)
    town.do(
        "operator",
        cert.OpenRevocation(certificate=NUMBER, ground=RevocationGround.FRAUD, facts="점검"),
    )
    for day, term in (
        (date(2026, 9, 1), date(2026, 9, 15)),
        (date(2026, 9, 16), date(2026, 10, 1)),
    ):
        town.go(day)
        town.do("ministry", cert.SendNotice(certificate=NUMBER, reason="-", due=term))
        assert ("explanation", term, False) in due(town)
    town.go(date(2026, 10, 2))
    assert ("explanation", date(2026, 10, 1), True) in due(town)
    town.do("ministry", cert.Revoke(certificate=NUMBER, reason="-"))
    today = date(2026, 10, 2)
    assert due(town) == [("post_revocation", today, False), ("tell_holder", today, False)]
    assert due(town, date(2026, 10, 3))[0][2]
    town.do("ministry", cert.TellHolder(certificate=NUMBER, how="공문"))
    town.do("ministry", cert.PostRevocation(certificate=NUMBER, address="https://example.org"))
    assert due(town) == []


def test_every_deadline_says_its_basis_in_both_languages_and_how_sure_it_is(town):
    town.until(Stage.OBJECTION)
    [found] = deadlines(town.world, date(2026, 8, 4))
    assert "제36조" in found.basis.ko
    assert "art. 36" in found.basis.en
    assert (found.mark, found.subject, found.role) == (Mark.OURS, CASE, "applicant")


@pytest.mark.parametrize(("name", "count"), [("mayor", 1), ("ministry", 1), ("other", 0)])
def test_each_sees_the_deadlines_of_their_own_cases(town, name, count):
    from dalgu.access.actor import Actor, Role

    town.until(Stage.DRAFT)
    assert len(town.run(town.desk.deadlines(Actor(name, Role.VIEWER)))) == count
