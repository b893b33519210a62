"""The site visit: a sample nobody chose, findings that lower and never raise."""

from datetime import date

import msgspec
import pytest

from dalgu.access.actor import Actor, Role
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.errors import (
    DateUnfit,
    EvidenceForeign,
    FindingRaises,
    IndicatorForeign,
    ReviewUnfinished,
    SecretUnfit,
    SubjectExisting,
)
from dalgu.certification.process.sampling import commitment_of, draw, generator_of
from dalgu.certification.process.standing import standing
from dalgu.certification.process.words import Outcome, Stage

CASE = "r26-27000"
VISIT = date(2026, 8, 3)
SECRET = "5e" * 32
REVEAL = rev.RevealSample(case=CASE, secret=SECRET)


@pytest.fixture
def reviewed(town):
    return town.until(Stage.SITE_VISIT)


@pytest.fixture
def visited(reviewed):
    reviewed.plan_visit()
    reviewed.go(VISIT)
    return reviewed


def test_the_sample_is_drawn_from_what_was_sealed_and_can_be_drawn_again(visited):
    drawn = visited.do("operator", REVEAL).event.sample
    pool = [one.item for one in visited.case().visit.plan.pool]
    assert [one.item for one in drawn] == draw(generator_of(SECRET), pool, 2)


def test_another_secret_than_the_sealed_one_is_refused(visited):
    with pytest.raises(SecretUnfit, match=commitment_of(SECRET)):
        visited.do("operator", msgspec.structs.replace(REVEAL, secret="00" * 32))


def test_nothing_is_drawn_or_seen_before_the_visit(reviewed):
    with pytest.raises(ReviewUnfinished, match="a plan"):
        reviewed.do("operator", REVEAL)
    reviewed.plan_visit()
    with pytest.raises(DateUnfit):
        reviewed.do("operator", REVEAL)
    with pytest.raises(DateUnfit):
        reviewed.find("Q1")


def test_once_it_is_drawn_neither_plan_nor_draw_happen_again(visited):
    visited.do("operator", REVEAL)
    with pytest.raises(SubjectExisting):
        visited.do("operator", REVEAL)
    with pytest.raises(SubjectExisting):
        visited.plan_visit()


def test_a_plan_is_not_for_the_past_and_names_known_things_once(reviewed):
    plan = rev.PlanVisit(
        case=CASE,
        on=VISIT,
        commitment=commitment_of(SECRET),
        pool=(rev.SampleItem(indicator="Q1", item="row 1"),),
        sample_size=1,
        checklist=("Q1",),
    )
    change = msgspec.structs.replace
    with pytest.raises(DateUnfit):
        reviewed.do("operator", change(plan, on=date(2026, 5, 31)))
    with pytest.raises(IndicatorForeign):
        reviewed.do("operator", change(plan, checklist=("Z1",)))
    with pytest.raises(ReviewUnfinished, match="twice"):
        reviewed.do("operator", change(plan, pool=plan.pool * 2))


def test_what_reviewers_want_seen_is_on_the_checklist(town):
    town.until(Stage.DOCUMENT_REVIEW).assign()
    asked = rev.ReviewLine(is_accepted=True, reason="-", level=4, needs_site_check=True)
    for name in ("r1", "r2", "r3"):
        town.review(name, R2=asked)
    town.do("operator", rev.CloseDocumentReview(case=CASE))
    with pytest.raises(ReviewUnfinished, match="R2 on the checklist"):
        town.plan_visit()


@pytest.mark.parametrize(
    ("code", "better", "worse"),
    [
        ("Q1", {"value": 81.0}, {"value": 79.0}),
        ("Q2", {"value": 19.0}, {"value": 21.0}),
        ("R1", {"level": 5}, {"level": 3}),
    ],
)
def test_a_finding_lowers_points_and_raises_none(visited, code, better, worse):
    with pytest.raises(FindingRaises):
        visited.find(code, Outcome.CORRECTED, **better)
    visited.find(code, Outcome.CORRECTED, **worse)
    with pytest.raises(FindingRaises):
        visited.find(code, Outcome.CORRECTED, **better)


def test_a_lowered_value_can_be_set_back_to_what_was_reviewed(visited):
    visited.find("Q1", Outcome.CORRECTED, value=10.0)
    visited.find("Q1", Outcome.CORRECTED, value=80.0)
    assert standing(visited.case()).measurements["Q1"].value == 80.0


def test_what_is_rejected_on_site_earns_nothing(visited):
    visited.find("Q1", Outcome.REJECTED)
    visited.find("R1", Outcome.REJECTED)
    now = standing(visited.case())
    assert not now.measurements["Q1"].status.has_value
    assert now.levels == {"R1": 0.0, "R2": 4.0}


def test_a_correction_says_to_what(visited):
    for code, given in (("Q1", {"level": 3}), ("R1", {"value": 3.0})):
        with pytest.raises(ReviewUnfinished, match="corrected to"):
            visited.find(code, Outcome.CORRECTED, **given)


def test_only_drawn_items_are_seen(visited):
    visited.do("operator", REVEAL)
    with pytest.raises(IndicatorForeign):
        visited.find("Q1", item="row 0")


def test_the_visit_closes_when_checklist_and_sample_are_seen(visited):
    close = rev.CloseVisit(case=CASE)
    visited.find("Q1")
    with pytest.raises(EvidenceForeign):
        visited.find("R1", photos=("aa" * 32,))
    photo = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
    operator = Actor("operator", Role.VIEWER)
    taken = visited.run(visited.desk.receive_file(operator, CASE, "site.jpg", photo))
    visited.find("R1", photos=(taken.sha256,))
    with pytest.raises(ReviewUnfinished, match="the draw"):
        visited.do("operator", close)
    visited.do("operator", REVEAL)
    with pytest.raises(ReviewUnfinished, match="a finding on Q1/row"):
        visited.do("operator", close)
    for one in visited.case().visit.sample:
        visited.find(one.indicator, item=one.item)
    visited.do("operator", close)
    assert visited.stage() is Stage.COMMITTEE


def test_a_reviewer_records_findings_too(visited):
    finding = rev.RecordFinding(
        case=CASE, indicator="Q1", outcome=Outcome.CONFIRMED, note="확인", item=""
    )
    visited.do("r1", finding)
    assert ("Q1", "") in visited.case().visit.by_subject
