"""Conflicts of interest and the written evaluation."""

import pytest

from dalgu.access.actor import Actor, Role
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.errors import (
    CaseBarred,
    CaseOfAnother,
    ConflictUndeclared,
    IndicatorForeign,
    LevelUnfit,
    ProgrammeRoleLacking,
    ReviewersUnfit,
    ReviewUnfinished,
    StageUnfit,
    SubjectExisting,
    SubjectNotExisting,
)
from dalgu.certification.process.state import Barred
from dalgu.certification.process.words import Bar, ConflictGround, Stage

CASE = "r26-27000"
WORKED = ConflictGround.WORKED_ON_CASE
CLOSE = rev.CloseDocumentReview(case=CASE)


def assign(*reviewers, lead="r1"):
    return rev.AssignReviewers(case=CASE, reviewers=reviewers, lead=lead)


def line(code, level=4, **more):
    given = {"level": level} if code.startswith("R") else {}
    return rev.ReviewLine(is_accepted=True, reason="확인함", **(given | more))


@pytest.fixture
def accepted(town):
    return town.until(Stage.DOCUMENT_REVIEW)


@pytest.fixture
def assigned(accepted):
    accepted.assign()
    return accepted


@pytest.fixture
def judged(assigned):
    """Three reviewers whose levels of R1 are 1, 4 and 5."""
    assigned.review("r1", R1=line("R1", 1))
    assigned.review("r2", R1=line("R1", 4))
    assigned.review("r3", R1=line("R1", 5))
    return assigned


def refusals(town):
    return [
        (one.by, one.parts["command"], one.parts["problem"])
        for one in town.run(town.desk.timeline(person("operator"), CASE))
        if one.event == "access_refused"
    ]


def person(name):
    return Actor(name, Role.VIEWER)


@pytest.mark.parametrize(
    "command",
    [
        assign("r1", "r2"),
        assign("r1", "r2", "r2"),
        assign("r1", "r2", "c1"),
        assign("r1", "r2", "r3", lead="r4"),
    ],
)
def test_three_different_reviewers_and_a_lead_among_them_are_needed(accepted, command):
    with pytest.raises(ReviewersUnfit):
        accepted.do("operator", command)


def test_who_has_not_declared_cannot_open_the_case_and_the_attempt_is_written_down(accepted):
    accepted.do("operator", assign("r1", "r2", "r3"))
    with pytest.raises(ConflictUndeclared):
        accepted.run(accepted.desk.open_case(person("r1"), CASE))
    assert refusals(accepted) == [("r1", "open_case", "conflict-undeclared")]


def test_a_conflicted_reviewer_cannot_open_the_case_and_the_attempt_is_written_down(accepted):
    accepted.do("operator", assign("r1", "r2", "r3"))
    accepted.declare("r1", CASE, WORKED)
    with pytest.raises(CaseBarred, match="recused"):
        accepted.run(accepted.desk.open_case(person("r1"), CASE))
    with pytest.raises(CaseBarred):
        accepted.review("r1")
    assert refusals(accepted) == [
        ("r1", "open_case", "case-barred"),
        ("r1", "file_review", "case-barred"),
    ]
    assert accepted.run(accepted.desk.verify()) is None


def test_a_declared_conflict_is_not_taken_back_by_a_second_declaration(accepted):
    accepted.do("operator", assign("r1", "r2", "r3"))
    accepted.declare("r1", CASE, WORKED)
    accepted.declare("r1", CASE)
    assert accepted.case().barred == {"r1": Barred(bar=Bar.RECUSED, ground=WORKED)}


def test_reviewers_of_other_cases_do_not_open_this_one(assigned):
    with pytest.raises(CaseOfAnother):
        assigned.run(assigned.desk.open_case(person("r4"), CASE))


def test_a_conflicted_person_is_not_assigned(accepted):
    accepted.do(
        "operator", rev.ExcludePerson(case=CASE, person="r2", ground=WORKED, reason="용역 수행")
    )
    with pytest.raises(ReviewersUnfit, match="conflict of interest"):
        accepted.do("operator", assign("r1", "r2", "r3"))


def test_doubts_are_for_a_party_to_raise_and_only_about_who_judges(assigned):
    doubt = ConflictGround.DOUBT_OF_FAIRNESS
    with pytest.raises(ReviewersUnfit):
        assigned.do("operator", rev.ExcludePerson(case=CASE, person="r1", ground=doubt, reason="-"))
    challenge = rev.ChallengePerson(case=CASE, person="r1", ground=doubt, reason="공정성 우려")
    assigned.do("mayor", challenge)
    with pytest.raises(SubjectExisting):
        assigned.do("mayor", challenge)
    for name in ("ministry", "mayor", "nobody"):
        with pytest.raises(SubjectNotExisting):
            assigned.do(
                "mayor", rev.ChallengePerson(case=CASE, person=name, ground=doubt, reason="-")
            )


def test_a_review_is_filed_by_who_opened_the_case(accepted):
    accepted.do("operator", assign("r1", "r2", "r3"))
    accepted.declare("r1")
    with pytest.raises(ReviewUnfinished, match="opening"):
        accepted.review("r1")


def test_levels_are_for_qualitative_indicators_and_only_for_those(assigned):
    for lines in ({"R1": rev.ReviewLine(is_accepted=True, reason="-")}, {"Q1": line("R1")}):
        with pytest.raises(ReviewUnfinished):
            assigned.do("r1", rev.FileReview(case=CASE, lines=lines))
    with pytest.raises(IndicatorForeign):
        assigned.do("r1", rev.FileReview(case=CASE, lines={"Z1": line("R1")}))


def test_applicants_file_no_reviews(assigned):
    with pytest.raises(ProgrammeRoleLacking):
        assigned.review("mayor")


def test_the_evaluation_closes_only_when_three_reviewers_have_judged_everything(assigned):
    assigned.review("r1")
    with pytest.raises(ReviewUnfinished, match="4 indicators by r2"):
        assigned.do("operator", CLOSE)


def test_levels_more_than_two_apart_are_settled_by_the_lead_within_what_was_given(judged):
    with pytest.raises(ReviewUnfinished, match="a settled level of R1"):
        judged.do("operator", CLOSE)
    settle = {"case": CASE, "indicator": "R1", "reason": "근거 재검토"}
    with pytest.raises(LevelUnfit, match="lead"):
        judged.do("r2", rev.Adjudicate(level=4, **settle))
    with pytest.raises(LevelUnfit, match="between 1 and 5"):
        judged.do("r1", rev.Adjudicate(level=0, **settle))
    judged.do("r1", rev.Adjudicate(level=3, **settle))
    closed = judged.do("operator", CLOSE).event
    assert closed.levels == {"R1": 3.0, "R2": 4.0}


def test_a_level_that_reviewers_agree_on_is_not_settled(judged):
    with pytest.raises(LevelUnfit, match="do not differ"):
        judged.do("r1", rev.Adjudicate(case=CASE, indicator="R2", level=4, reason="-"))


def test_reviewers_can_come_closer_instead(judged):
    judged.review("r1", R1=line("R1", 3))
    closed = judged.do("operator", CLOSE).event
    assert closed.levels["R1"] == 4.0
    assert closed.alpha is not None


def test_the_word_of_a_reviewer_who_is_barred_later_does_not_count(judged):
    judged.do(
        "operator", rev.ExcludePerson(case=CASE, person="r3", ground=WORKED, reason="용역 수행")
    )
    with pytest.raises(ReviewUnfinished, match="3 reviewers without a conflict"):
        judged.do("operator", CLOSE)


def test_a_value_that_not_most_reviewers_accept_is_rejected(assigned):
    no = rev.ReviewLine(is_accepted=False, reason="근거 불충분")
    assigned.review("r1", Q1=no)
    assigned.review("r2", Q1=no)
    assigned.review("r3")
    assert assigned.do("operator", CLOSE).event.rejected == ("Q1",)


def test_the_median_of_other_values_counts_when_most_reviewers_name_one(assigned):
    assigned.review("r1", Q1=line("Q1", value=60.0), Q2=line("Q2", value=30.0))
    assigned.review("r2", Q1=line("Q1", value=70.0))
    assigned.review("r3", R2=line("R2", needs_site_check=True))
    closed = assigned.do("operator", CLOSE).event
    assert closed.values == {"Q1": 65.0}
    assert closed.site_checks == ("R2",)


def test_reviews_end_with_the_written_evaluation(assigned):
    for name in ("r1", "r2", "r3"):
        assigned.review(name)
    assigned.do("operator", CLOSE)
    with pytest.raises(StageUnfit):
        assigned.review("r1")
