"""The certification over HTTP: from a programme to a file of evidence, and every refusal typed."""

import hashlib
import json

import pytest
from tests.certification.office.rounds import CASE, CODE, a_pdf

from dalgu.certification.process.intake import LARGEST_FILE_BYTES

GOVERNMENT = {
    "code": CODE,
    "kind": "metropolitan_city",
    "name_ko": "대구광역시",
    "name_en": "Daegu",
    "population": 2_360_000,
}
GROUPS = [
    {"code": kind, "title_ko": kind, "title_en": kind, "city_types": [kind]}
    for kind in ("large", "small")
]


def command(desk, who, name, **parts):
    return desk.ask("POST", f"/commands/{name}", who, content=json.dumps(parts))


def done(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_programme_is_set_up_and_a_case_is_drafted_over_http_alone(fresh):
    programme = {"programme": "scc", "kind": "pilot", "object_type": "city"}
    titles = {"title_ko": "시범인증", "title_en": "Pilot"}
    done(command(fresh, "chief", "define_programme", **programme, **titles))
    granted = {"programme": "scc", "person": fresh.ids["operator"], "role": "operator"}
    done(command(fresh, "chief", "grant_role", **granted))
    applicant = {"person": fresh.ids["mayor"], "role": "applicant", "organisation": CODE}
    done(command(fresh, "operator", "grant_role", programme="scc", **applicant))
    [use] = done(fresh.ask("GET", "/frameworks", "operator"))["frameworks"]
    planned = {
        "round": "r26",
        "programme": "scc",
        "year": 2026,
        "framework": use,
        "announced_on": "2026-05-04",
        "intake_from": "2026-05-04",
        "intake_until": "2026-06-30",
        "groups": GROUPS,
    }
    done(command(fresh, "operator", "plan_round", **planned))
    done(command(fresh, "operator", "announce_call", round="r26"))
    [called] = done(fresh.ask("GET", "/rounds", "mayor"))["rounds"]
    assert (called["round"], called["has_legal_effect"]) == ("r26", False)
    asked = {"round": "r26", "reference_date": "2025-12-31", "contact": "p:1"}
    opened = done(command(fresh, "mayor", "open_application", government=GOVERNMENT, **asked))
    assert opened["entries"][0]["event"] == "application_opened"
    case = opened["entries"][0]["parts"]["case"]
    measured = done(fresh.ask("POST", f"/cases/{case}/measure", "mayor"))
    assert len(measured["entries"][0]["parts"]["measurements"]) == 43
    taken = done(fresh.ask("POST", f"/cases/{case}/files?name=e.pdf", "mayor", content=a_pdf()))
    assert (taken["kind"], taken["pages"]) == ("pdf", 3)
    file = fresh.ask("GET", f"/cases/{case}/files/{taken['sha256']}", "mayor")
    assert hashlib.sha256(file.content).hexdigest() == taken["sha256"]
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''e.pdf"
    steps = done(fresh.ask("GET", f"/cases/{case}/steps", "mayor"))["steps"]
    allowed = {step["command"] for step in steps if step["is_allowed"]}
    assert {"declare_score", "add_evidence", "submit_application"} <= allowed
    [due] = done(fresh.ask("GET", "/deadlines", "mayor"))["deadlines"]
    assert (due["code"], due["due"]) == ("intake", "2026-06-30")


def test_a_programme_is_not_set_up_by_others_than_administrators(fresh):
    parts = {"programme": "scc", "kind": "pilot", "object_type": "city"}
    titles = {"title_ko": "시범인증", "title_en": "Pilot"}
    refused = command(fresh, "mayor", "define_programme", **parts, **titles)
    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:dalgu:problem:operation-not-allowed",
    )


def test_an_opened_case_is_told_whole(granted):
    told = done(granted.ask("GET", f"/cases/{CASE}", "operator"))
    assert told["case"]["stage"] == "granted"
    assert len(told["index"]) == 63
    assert told["case"]["visit"]["findings"]
    [line] = done(granted.ask("GET", "/cases", "mayor"))["cases"]
    assert (line["case"], line["points"]) == (CASE, 1_600.0)


def test_the_timeline_says_who_did_what_and_withholds_votes_from_applicants(granted):
    all_of_it = done(granted.ask("GET", f"/cases/{CASE}/timeline", "operator"))["entries"]
    theirs = done(granted.ask("GET", f"/cases/{CASE}/timeline", "mayor"))["entries"]
    assert {"vote_cast", "application_submitted"} <= {one["event"] for one in all_of_it}
    assert "vote_cast" not in {one["event"] for one in theirs}


@pytest.mark.parametrize("name", ["index", "result", "certificate"])
def test_papers_are_had_as_pdf(granted, name):
    listed = done(granted.ask("GET", f"/cases/{CASE}/papers", "mayor"))["papers"]
    assert name in {one["name"] for one in listed}
    answer = granted.ask("GET", f"/cases/{CASE}/papers/{name}", "mayor")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("urn:dalgu:problem:")


def test_whoever_has_no_part_in_a_case_opens_nothing_of_it(granted):
    for path in ("", "/timeline", "/papers", "/papers/result", f"/files/{'ab' * 32}"):
        answer = granted.ask("GET", f"/cases/{CASE}{path}", "stranger")
        assert problem(answer) == (403, "programme-role-lacking"), path
    assert done(granted.ask("GET", "/cases", "stranger"))["cases"] == []
    assert granted.ask("GET", f"/cases/{CASE}").status_code == 401


def test_what_does_not_exist_is_named(granted):
    assert problem(granted.ask("GET", "/cases/none", "operator")) == (
        404,
        "process-subject-not-existing",
    )
    assert problem(granted.ask("GET", f"/cases/{CASE}/papers/none", "operator")) == (
        404,
        "paper-not-existing",
    )
    assert problem(granted.ask("GET", "/certificates/none")) == (
        404,
        "process-subject-not-existing",
    )
    assert problem(command(granted, "operator", "no_such")) == (404, "process-command-unknown")
    assert problem(command(granted, "operator", "receive_file")) == (
        404,
        "process-command-unknown",
    )


def test_a_command_that_does_not_fit_names_the_field(granted):
    wrong = command(granted, "operator", "announce_call", round=7)
    assert problem(wrong) == (400, "process-command-invalid")
    assert wrong.json()["field"] == "round"
    broken = granted.ask("POST", "/commands/announce_call", "operator", content=b"{")
    assert problem(broken) == (400, "process-command-invalid")


def test_evidence_is_refused_with_the_reason(granted):
    path = f"/cases/{CASE}/files?name=a.exe"
    refused = granted.ask("POST", path, "operator", content=b"MZ\x90\x00")
    assert problem(refused) == (400, "evidence-kind-refused")
    empty = granted.ask("POST", path, "operator", content=b"")
    assert problem(empty) == (400, "evidence-file-empty")


def test_an_oversized_file_is_refused_while_it_streams(granted):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 2**20
            yield bytes(2**20)

    refused = granted.ask("POST", f"/cases/{CASE}/files", "operator", content=endless())
    assert problem(refused) == (413, "evidence-file-too-large")
    assert LARGEST_FILE_BYTES < sent <= LARGEST_FILE_BYTES + 2 * 2**20


def test_the_log_is_verified_by_those_who_may(granted):
    told = done(granted.ask("GET", "/log", "evaluator"))
    assert told["is_whole"]
    assert told["head"]["seq"] > 50
    assert granted.ask("GET", "/log", "operator").status_code == 403


def test_roles_of_others_are_told_to_those_who_grant_them(granted):
    [of_operator] = done(granted.ask("GET", "/roles", "operator"))["programmes"]
    [of_mayor] = done(granted.ask("GET", "/roles", "mayor"))["programmes"]
    assert len(of_operator["grants"]) > 9
    assert [one["person"] for one in of_mayor["grants"]] == [granted.ids["mayor"]]


def test_a_city_hands_its_measurements_to_a_certifier_elsewhere(granted):
    path = "/submission?reference=2025-12-31"
    told = done(granted.ask("GET", path, "evaluator"))
    assert (told["format"], told["city"], len(told["measurements"])) == (
        "dalgu-submission-1",
        "대구",
        43,
    )
    assert problem(granted.ask("GET", "/submission", "evaluator")) == (400, "day-invalid")
    unknown = granted.ask("GET", f"{path}&framework=none", "evaluator")
    assert problem(unknown) == (400, "call-framework-unfit")


def test_every_command_says_who_may_ask_for_it_and_with_which_parts(granted):
    told = {one["name"]: one for one in done(granted.ask("GET", "/commands", "mayor"))["commands"]}
    assert told["submit_application"]["roles"] == ["applicant"]
    assert told["submit_application"]["stages"] == ["draft"]
    assert "SubmitApplication" in told["submit_application"]["schema"]["$defs"]
    assert "receive_file" not in told
