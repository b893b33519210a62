"""Over HTTP, too, nobody with a conflict of interest opens a case."""

import pytest
from tests.certification.office.rounds import CASE

from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.words import ProgrammeRole


@pytest.fixture
def assigned(fresh):
    """A case whose first reviewer has a token."""
    house = fresh.house
    house.until_draft()
    house.fill()
    house.submit()
    fresh.join("reviewer")
    fresh.me = fresh.ids["reviewer"]
    house.grant("operator", fresh.me, ProgrammeRole.REVIEWER, "body")
    people = (fresh.me, "r2", "r3")
    house.do("operator", rev.AssignReviewers(case=CASE, reviewers=people, lead="r2"))
    return fresh


def opened(desk):
    answer = desk.ask("GET", f"/cases/{CASE}", "reviewer")
    return answer.status_code, answer.json().get("type", "").rpartition(":")[2]


def declare(desk, *grounds):
    body = {"case": CASE, "grounds": grounds}
    assert desk.ask("POST", "/commands/declare_conflicts", "reviewer", json=body).is_success


def test_a_conflicted_reviewer_opens_nothing_of_the_case(assigned):
    assert opened(assigned) == (403, "conflict-undeclared")
    declare(assigned, "party")
    assert opened(assigned) == (403, "case-barred")
    for part in ("timeline", "papers", "files/" + "0" * 64):
        refused = assigned.ask("GET", f"/cases/{CASE}/{part}", "reviewer")
        assert refused.status_code == 403, part
    told = assigned.ask("GET", f"/cases/{CASE}/timeline", "stranger")
    assert told.status_code == 403


def test_a_reviewer_without_a_conflict_opens_it(assigned):
    declare(assigned)
    assert opened(assigned) == (200, "")
