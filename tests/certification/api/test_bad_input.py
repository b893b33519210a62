"""No request to a door or a page of the certification, however odd, makes the platform fail."""

import json
from urllib.parse import quote

import pytest
from tests.certification.office.rounds import CASE

from dalgu.certification.process.table import SPECS

ODD = ("", "²", "-1", "9" * 40, "x" * 300, "{}", "%00", "가/나", "<b>", "../..", "NaN", "1e999")
PAGES = ("", "/score", "/evidence", "/review", "/visit", "/committee")
FORMS = (
    "/score", "/score/measure", "/score/submission", "/evidence", "/evidence/files", "/review",
    "/review/settle", "/visit/plan", "/visit/reveal", "/visit/found", "/committee/session",
    "/committee/motion", "/committee/vote", "/declare-none",
)  # fmt: skip
NAMES = (
    "secret", "pool", "sample_size", "checklist", "indicator", "item", "outcome", "note", "value",
    "level", "photos", "present", "kind", "reason", "session", "to", "motion", "vote", "id",
    "sha256", "title", "issuer", "issued_on", "pages", "summary", "confidentiality", "on",
    "value.K63-01", "status.K63-01", "level.K63-05", "reason.K63-05", "year", "framework",
)  # fmt: skip
FORM = {"content-type": "application/x-www-form-urlencoded"}
COMMANDS = [spec.name for spec in SPECS]


def raw(desk, method, path, who, **more):
    return desk.house.run(desk._ask(method, path, desk.headers[who], more))


def sent(value):
    return "&".join(f"{name}={quote(value)}" for name in NAMES).encode()


@pytest.mark.parametrize("odd", ODD)
def test_odd_parts_of_paths_and_queries_are_answered(granted, odd):
    part = quote(odd, safe="")
    paths = [f"/certification/v1/cases/{part}{rest}" for rest in ("", "/timeline", "/papers")]
    paths += [f"/certification/v1/certificates/{part}", f"/certification/v1/certificates?on={part}"]
    paths += [f"/ko/certification/cases/{part}{page}" for page in PAGES]
    paths += [f"/en/certification/certificates/{part}", f"/en/certification/certificates?on={part}"]
    paths += [f"/ko/certification/verify?number={part}&key={part}"]
    paths += [f"/ko/certification/do/{part}?case={part}&back={part}"]
    paths += [f"/ko/certification/cases/{CASE}/papers/{part}"]
    for path in paths:
        answer = raw(granted, "GET", path, "operator")
        assert answer.status_code < 500, (path, answer.text[:300])


@pytest.mark.parametrize("who", ["operator", "mayor"])
@pytest.mark.parametrize("odd", ODD)
def test_odd_forms_are_refused_by_type(granted, odd, who):
    paths = [f"/ko/certification/cases/{CASE}{form}" for form in FORMS]
    paths += ["/ko/certification/rounds/plan", "/ko/certification/verify"]
    for path in paths:
        for body in (sent(odd), odd.encode()):
            answer = granted.house.run(
                granted._ask("POST", path, granted.headers[who] | FORM, {"content": body})
            )
            assert answer.status_code < 500, (path, body[:80], answer.text[:300])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_form_and_takes_no_nonsense(granted, name):
    path = f"/en/certification/do/{name}?case={CASE}&certificate={granted.number}&round=r26"
    assert raw(granted, "GET", path, "operator").status_code < 500
    for odd in ODD:
        answer = granted.house.run(
            granted._ask("POST", path, granted.headers["mayor"] | FORM, {"content": sent(odd)})
        )
        assert answer.status_code < 500, (name, odd, answer.text[:300])
    for body in (b"", b"[]", b"{}", b"null", b"\xff", json.dumps({"case": [1]}).encode()):
        answer = granted.ask("POST", f"/commands/{name}", "mayor", content=body)
        assert answer.status_code in (400, 403, 404, 409), (name, body)


def test_a_form_with_more_than_a_certificate_is_refused_to_everybody(granted):
    form = {"content-type": "multipart/form-data; boundary=x"}
    answer = granted.house.run(
        granted._ask("POST", "/en/certification/verify", form, {"content": bytes(9 * 2**20)})
    )
    assert answer.status_code == 413
