"""The registers over HTTP, on the page and from the command line, by role."""

import pytest

from dalgu.access.actor import Role
from dalgu.access.policy import Operation

FILE = "조례 번호,조례명,주제,시행일\n1,가,빅데이터,2020-01-01\n2,나,빅데이타,2020-01-01\n"
KIND = {"content-type": "text/csv"}


def send(house, path="/registers/v1/ordinances", body=FILE, role=Role.ADMINISTRATOR, **params):
    return house.ask("POST", path, role, content=body.encode(), headers=KIND, params=params)


def test_a_file_is_stored_and_each_rejected_row_told(house):
    report = send(house, file="조례.csv").json()
    assert (report["created"], report["rejected"], report["file"]) == (1, 1, "조례.csv")
    assert report["rejections"][0]["column"] == {"ko": "주제", "en": "Topic"}
    assert report["rejections"][0]["row"] == 3


@pytest.mark.parametrize("how", ["strict", "trial"])
def test_nothing_is_stored_when_it_shall_not(fresh, how):
    fresh.headers[Role.ADMINISTRATOR] = fresh.sign_up(Role.ADMINISTRATOR)
    report = send(fresh, **{how: "true"}).json()
    assert report["stored"] is False
    assert fresh.run(fresh.platform.hub.count("Ordinance")) == 0


def test_a_filling_stands_in_the_audit_chain(house):
    send(house, body=FILE.replace("1,가", "audited,가"))
    entries = house.run(house.platform.access.audit_entries(house_console(), limit=1_000))
    told = [entry for _, entry in entries if entry.target == "register/ordinances"]
    assert told[-1].operation == Operation.REGISTER_WRITE
    assert told[-1].facts["rejected"] == 1


def house_console():
    from dalgu.access.actor import CONSOLE

    return CONSOLE


def test_the_registers_are_listed_with_what_reads_them(house):
    found = house.ask("GET", "/registers/v1", Role.VIEWER).json()["registers"]
    by_name = {one["name"]: one for one in found}
    assert by_name["staff"]["state"] == "empty"
    assert by_name["staff"]["indicators"] == ["K63-01", "K63-02", "K63-25"]
    send(house)
    again = house.ask("GET", "/registers/v1", Role.VIEWER).json()["registers"]
    assert {one["name"]: one["state"] for one in again}["ordinances"] == "current"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_blank_file_is_given(house, form):
    answer = house.ask("GET", f"/registers/v1/staff/template?form={form}", Role.VIEWER)
    assert answer.status_code == 200
    assert f"staff.{form}" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/registers/v1/laws", FILE, 404, "register-unknown"),
        ("/registers/v1/ordinances", "", 400, "register-file-unfit"),
        ("/registers/v1/ordinances", "a,b\n1,2\n", 400, "register-header-incomplete"),
        ("/registers/v1/ordinances", FILE.replace("가", "=A1"), 400, "register-file-formula"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(house, path, body, status, slug):
    answer = send(house, path, body)
    assert answer.status_code == status
    assert answer.json()["type"].endswith(slug)


def test_a_file_beyond_the_limit_is_refused(house, monkeypatch):
    monkeypatch.setattr("dalgu.governance.api.MAX_BYTES", 20)
    assert send(house).status_code == 413


def test_those_who_judge_fill_no_register(house):
    assert send(house, role=Role.EVALUATOR).status_code == 403
    assert '<form method="post" enctype' not in page(house, "ko", Role.EVALUATOR)


def page(house, language, role=Role.ADMINISTRATOR):
    return house.ask("GET", f"/{language}/center/registers", role).text


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", ("인력 대장", "비어 있음", "K63-01")), ("en", ("Staff", "Empty", "K63-01"))],
)
def test_the_page_shows_gaps_and_what_reads_them(house, language, words):
    text = page(house, language)
    assert not [word for word in words if word not in text]


def test_a_form_without_a_file_is_told_in_the_readers_language(house):
    body = '--x\r\nContent-Disposition: form-data; name="register"\r\n\r\nstaff\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = house.ask(
        "POST", "/ko/center/registers", Role.ADMINISTRATOR, content=body, headers=headers
    )
    assert answer.status_code == 400
    assert "비어 있습니다" in answer.text
