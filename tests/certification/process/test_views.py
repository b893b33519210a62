"""Each sees of a case what their role may see, and what they may do next."""

from datetime import date

import msgspec
import pytest

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.errors import (
    CaseBarred,
    CaseOfAnother,
    ProgrammeRoleLacking,
    SubjectNotExisting,
)
from dalgu.certification.process.words import (
    Confidentiality,
    ConflictGround,
    DismissalGround,
    ProgrammeRole,
    Qualification,
    Stage,
)

CASE = "r26-27000"


def person(name):
    return Actor(name, Role.VIEWER)


def dossier(town, name):
    return town.run(town.desk.open_case(person(name), CASE))


def events(town, name):
    return [one.event for one in town.run(town.desk.timeline(person(name), CASE))]


def steps(town, name):
    return {one.command: one for one in town.run(town.desk.next_steps(person(name), CASE))}


def allowed(town, name):
    return {command for command, step in steps(town, name).items() if step.is_allowed}


def test_a_list_holds_the_cases_that_are_the_actors_to_see(town):
    town.until(Stage.DOCUMENT_REVIEW)
    seen = {
        name: len(town.run(town.desk.cases(person(name))))
        for name in ("mayor", "other", "operator", "ministry", "r1", "c1", "stranger")
    }
    assert seen == {
        "mayor": 1,
        "other": 0,
        "operator": 1,
        "ministry": 1,
        "r1": 0,  # not assigned
        "c1": 1,
        "stranger": 0,
    }


def test_members_of_another_groups_committee_see_nothing_of_a_case(town):
    town.until(Stage.DRAFT)
    town.grant("operator", "c10", ProgrammeRole.COMMITTEE_MEMBER)
    town.do(
        "operator",
        prog.DismissMember(
            round="r26", person="c9", ground=DismissalGround.OWN_WISH, reason="사의"
        ),
    )
    town.do(
        "operator",
        prog.SeatMember(
            round="r26",
            person="c10",
            qualification=Qualification.OFFICIAL,
            since=date(2026, 6, 1),
            group="small",
        ),
    )
    for name in ("c9", "c10"):
        assert town.run(town.desk.cases(person(name))) == []
        with pytest.raises(CaseOfAnother):
            dossier(town, name)


def test_a_line_of_the_list_says_where_the_case_stands(town):
    town.until(Stage.REPORTED)
    [line] = town.run(town.desk.cases(person("operator")))
    assert (line.case, line.stage_title.ko, line.name.ko) == (CASE, "국토교통부 보고", "대구광역시")
    assert (line.declared_points, line.points, line.grade) == (1_600.0, 1_600.0, 2)
    assert line.next_due.code == "ministry_answer"
    [own] = town.run(town.desk.cases(person("mayor")))
    assert (own.points, own.grade) == (None, None)  # until the ministry has decided


def test_the_applicant_sees_reviews_and_scores_only_after_the_decision(town):
    town.until(Stage.REPORTED)
    before = dossier(town, "mayor")
    assert (before.standing, before.case.reviews, before.case.paper) == (None, {}, None)
    assert not {"review_filed", "motion_decided", "result_reported"} & set(events(town, "mayor"))
    town.decide()
    after = dossier(town, "mayor")
    assert after.case.paper.points == 1_600.0
    assert set(after.case.reviews) == {"r1", "r2", "r3"}
    assert {"review_filed", "motion_decided", "result_reported"} <= set(events(town, "mayor"))
    assert "vote_cast" not in events(town, "mayor")


def test_reviewers_do_not_see_each_other_until_the_written_evaluation_is_closed(town):
    town.until(Stage.DOCUMENT_REVIEW).assign()
    town.review("r1")
    town.review("r2")
    seen = dossier(town, "r1")
    assert (set(seen.case.reviews), seen.alpha) == ({"r1"}, None)
    assert events(town, "r1").count("review_filed") == 1
    assert events(town, "operator").count("review_filed") == 2


def test_restricted_evidence_stays_with_operator_ministry_and_applicant(town):
    town.until(Stage.DRAFT)
    [held] = town.case().evidence.values()
    secret = town.receive(b"a,b\n1,2\n", name="secret.csv")
    town.do(
        "mayor",
        app.AddEvidence(
            case=CASE,
            evidence=msgspec.structs.replace(
                held,
                id="E2",
                sha256=secret.sha256,
                confidentiality=Confidentiality.RESTRICTED,
                links=(),
            ),
        ),
    )
    town.submit()
    town.do("operator", app.AcceptApplication(case=CASE))
    town.assign()
    shown = {name: set(dossier(town, name).case.evidence) for name in ("r1", "operator", "mayor")}
    assert shown == {"r1": {"E1"}, "operator": {"E1", "E2"}, "mayor": {"E1", "E2"}}
    assert town.run(town.desk.file(person("operator"), CASE, secret.sha256)) == b"a,b\n1,2\n"
    with pytest.raises(SubjectNotExisting):
        town.run(town.desk.file(person("r1"), CASE, secret.sha256))


def test_strangers_and_others_open_nothing(town):
    town.until(Stage.DRAFT)
    for name in ("stranger", "other"):
        with pytest.raises((ProgrammeRoleLacking, CaseOfAnother)):
            dossier(town, name)
        with pytest.raises((ProgrammeRoleLacking, CaseOfAnother)):
            events(town, name)
    with pytest.raises(ProgrammeRoleLacking):
        town.run(town.desk.open_case(CONSOLE, CASE))
    with pytest.raises(SubjectNotExisting):
        town.run(town.desk.next_steps(person("mayor"), "nowhere"))


def test_a_barred_member_sees_that_they_are_barred_and_no_more(town):
    town.until(Stage.COMMITTEE)
    town.declare("c1", CASE, ConflictGround.RELATIVE)
    [line] = town.run(town.desk.cases(person("c1")))
    assert line.is_barred
    with pytest.raises(CaseBarred):
        dossier(town, "c1")
    with pytest.raises(CaseBarred):
        events(town, "c1")


def test_a_timeline_tells_who_did_what_when_and_its_seal(town):
    town.until(Stage.SUBMITTED)
    entries = town.run(town.desk.timeline(person("operator"), CASE))
    assert [one.event for one in entries] == [
        "application_opened",
        "score_declared",
        "file_received",
        "evidence_added",
        "file_received",  # the sealed form
        "application_submitted",
    ]
    last = entries[-1]
    assert (last.by, last.role_title.ko, last.title.ko) == ("mayor", "신청인", "신청서가 제출됨")
    assert last.digest == town.desk.head().digest
    assert msgspec.json.encode(entries)


@pytest.mark.parametrize(
    ("stage", "name", "may"),
    [
        (
            Stage.DRAFT,
            "mayor",
            {
                "declare_score",
                "add_evidence",
                "remove_evidence",
                "submit_application",
                "withdraw_application",
                "open_case",
            },
        ),
        (Stage.DRAFT, "operator", {"open_case"}),
        (Stage.SUBMITTED, "operator", {"open_case", "request_supplement", "accept_application"}),
        (Stage.SUBMITTED, "ministry", {"open_case"}),
        (Stage.REPORTED, "ministry", {"open_case", "decide_grant"}),
        (
            Stage.OBJECTION,
            "mayor",
            {"open_case", "challenge_person", "file_objection", "waive_objection"},
        ),
        (Stage.OBJECTION, "ministry", {"open_case"}),  # objections may still be filed
        (Stage.GRANTED, "ministry", {"open_case", "suspend_certificate"}),
        (
            Stage.GRANTED,
            "operator",
            {"open_case", "put_motion", "record_monitoring", "open_revocation"},
        ),
        (Stage.GRANTED, "mayor", {"open_case", "request_extension"}),
    ],
)
def test_what_an_actor_may_do_next(town, stage, name, may):
    assert allowed(town.until(stage), name) == may


def test_votes_are_for_operator_and_committee_and_motions_for_the_applicant_once_decided(town):
    town.until(Stage.REPORTED)
    seen = {name: dossier(town, name).motions for name in ("operator", "c1", "mayor", "r1")}
    assert [len(motions) for motions in seen.values()] == [1, 1, 0, 0]
    assert len(seen["c1"][0].votes) == 9
    town.decide()
    [told] = dossier(town, "mayor").motions
    assert (told.tally.votes_for, told.votes) == (9, {})


def test_the_certificate_is_in_the_dossier_of_its_holder(town):
    town.until(Stage.GRANTED)
    assert dossier(town, "mayor").certificate.number == "SCC-2026-001"


def test_who_somebody_is_in_a_programme(town):
    town.found()
    roles = {
        name: town.run(town.desk.role(actor, "scc"))
        for name, actor in (("mayor", person("mayor")), ("console", CONSOLE), ("x", person("x")))
    }
    assert roles == {"mayor": "applicant", "console": "administrator", "x": None}


def test_the_platforms_administrator_sees_no_case(town):
    town.until(Stage.DRAFT)
    assert town.run(town.desk.cases(CONSOLE)) == []
    assert town.run(town.desk.deadlines(CONSOLE)) == []


def test_what_cannot_be_done_says_why(town):
    town.until(Stage.OBJECTION)
    found = steps(town, "ministry")
    assert "2026-09-02" in found["issue_certificate"].reason
    assert found["issue_certificate"].problem == "grant-unfit"
    assert found["decide_grant"].problem == "process-stage-unfit"
    assert found["file_objection"].problem == "programme-role-lacking"
    assert found["issue_certificate"].title.ko == "인증서 발급"


def test_a_dossier_is_json_with_index_findings_and_deadlines(town):
    town.until(Stage.DRAFT)
    seen = dossier(town, "mayor")
    assert [row.indicator for row in seen.index] == ["Q1", "Q2", "R1", "R2"]
    assert [finding.kind for finding in seen.findings] == ["seal_absent"]
    assert [one.code for one in seen.deadlines] == ["intake"]
    assert msgspec.json.decode(msgspec.json.encode(seen))["role"] == "applicant"


def test_a_dossier_of_a_whole_way_is_json_too(town):
    town.until(Stage.GRANTED)
    seen = msgspec.json.decode(msgspec.json.encode(dossier(town, "operator")))
    assert len(seen["case"]["visit"]["findings"]) == 4
    assert seen["deadlines"][0]["title"] == {
        "ko": "인증 유효기간 만료",
        "en": "End of the certificate",
    }


def test_a_certificate_and_the_holders_of_a_day_can_be_asked_for(town):
    town.until(Stage.GRANTED)
    found = town.run(town.desk.certificate("SCC-2026-001"))
    assert found.status_on(date(2027, 1, 1)) == "valid"
    with pytest.raises(SubjectNotExisting):
        town.run(town.desk.certificate("SCC-1999-001"))
    assert [one.number for one in town.run(town.desk.holders_on(date(2027, 1, 1)))] == [
        "SCC-2026-001"
    ]
