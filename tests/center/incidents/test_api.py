"""What incidents answer over HTTP: rights by role and district, refusals, what is written down."""

from urllib.parse import quote

import pytest
from tests.app.conftest import a_house, cheap_hashes  # noqa: F401 - a fixture
from tests.center.incidents.around import a_fire

from dalgu.access.actor import CONSOLE, Role

HERE, THERE = "22060", "22010"
DONGS = {HERE: "2206051", THERE: "2201070"}
FORM = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def house(tmp_path_factory, cheap_hashes):  # noqa: F811 - the fixture above
    with a_house(tmp_path_factory.mktemp("city")) as built:
        built.headers["chief"] = built.sign_up(Role.OPERATOR)
        for role in (Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR):
            for district in (HERE, THERE):
                built.headers[f"{role}-{district}"] = built.token(role, district)
        yield built


def raise_one(house, district=HERE, who="chief", **more):
    told = {"what": "골목에 연기", "category": "fire", "dong": DONGS[district]} | more
    answer = house.ask("POST", "/incidents", who, json=told)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_person_raises_an_incident_where_a_dong_or_a_point_says(house):
    by_dong = raise_one(house)
    assert (by_dong["district"], by_dong["status"], by_dong["priority"]) == (HERE, "raised", "P3")
    by_point = raise_one(house, dong=None, lon=128.607, lat=35.8703, priority="P1")
    assert (by_point["district"], by_point["dong"]) == (THERE, DONGS[THERE])
    assert house.ask("GET", f"/incidents/{by_dong['number']}.json", "chief").status_code == 200


@pytest.mark.parametrize(
    ("told", "slug"),
    [
        ({"what": " "}, "words-required"),
        ({"dong": "9999999"}, "place-unknown"),
        ({"dong": None, "lon": 129.9, "lat": 35.8}, "place-unknown"),
        ({"category": "weather?"}, "words-required"),
        ({"priority": "P9"}, "deed-unreadable"),
        ({"what": "a" * 2001}, "deed-unreadable"),
    ],
)
def test_what_cannot_be_raised_is_told_and_counts_nothing(house, told, slug):
    before = len(house.platform.rooms.incidents.all)
    sent = {"what": "연기", "category": "fire", "dong": DONGS[HERE]} | told
    answer = house.ask("POST", "/incidents", "chief", json=sent)
    assert answer.json()["type"] == f"urn:dalgu:problem:{slug}"
    assert len(house.platform.rooms.incidents.all) == before


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_who_serves_another_district_neither_sees_nor_handles_nor_raises(house, role):
    one = raise_one(house)
    stranger, own = f"{role}-{THERE}", f"{role}-{HERE}"
    path = f"/incidents/{one['number']}"
    tries = [
        ("GET", f"{path}.json", {}),
        ("GET", f"/ko/center{path}", {}),
        ("POST", f"{path}/seen", {}),
        ("POST", f"/ko/center{path}/seen", {"headers": FORM}),
        ("POST", "/incidents", {"json": {"what": "x", "dong": DONGS[HERE]}}),
    ]
    for method, where, more in tries:
        answer = house.ask(method, where, stranger, **more)
        assert answer.status_code == 403, where
    numbers = {r["number"] for r in house.ask("GET", "/incidents.json", stranger).json()}
    assert one["number"] not in numbers
    assert f"/incidents/{one['number']}" not in house.ask(
        "GET", "/en/center/incidents", stranger
    ).text.replace("/center/incidents", "/incidents")
    assert one["number"] in {r["number"] for r in house.ask("GET", "/incidents.json", own).json()}
    assert house.ask("POST", f"{path}/seen", own).json()["status"] == "seen"


def test_what_lies_in_no_district_is_for_those_who_serve_all(house):
    rooms = house.platform.rooms
    one = house.run(rooms.incidents.raise_incident(a_fire(district=None, dong=None)))
    assert house.ask("GET", f"/incidents/{one.number}.json", f"operator-{HERE}").status_code == 403
    assert house.ask("GET", f"/incidents/{one.number}.json", "chief").status_code == 200


def test_a_viewer_sees_and_does_not_handle(house):
    one = raise_one(house)
    viewer = f"viewer-{HERE}"
    assert house.ask("GET", f"/incidents/{one['number']}.json", viewer).status_code == 200
    refused = house.ask("POST", f"/incidents/{one['number']}/seen", viewer)
    assert refused.json()["type"] == "urn:dalgu:problem:operation-not-allowed"
    page = house.ask("GET", f"/en/center/incidents/{one['number']}", viewer)
    assert (page.status_code, "data-key=" in page.text) == (200, False)


def test_two_incidents_merge_only_for_who_may_handle_both(house):
    here, there = raise_one(house), raise_one(house, THERE)
    path, sent = f"/incidents/{here['number']}/merge", {"into": there["number"]}
    refused = house.ask("POST", path, f"operator-{HERE}", json=sent)
    assert refused.status_code == 403
    assert house.ask("POST", path, "chief", json=sent).json()["outcome"] == "merged"


@pytest.mark.parametrize(
    ("deed", "sent", "status", "slug"),
    [
        ("dance", {}, 404, "deed-unknown"),
        ("reopen", {"reason": "x"}, 409, "step-not-possible"),
        ("close", {"note": "x"}, 409, "checklist-unfinished"),
        ("close", {"note": "x", "outcome": "merged?"}, 400, "deed-unreadable"),
        ("part", {}, 400, "deed-unreadable"),
        ("shelve", {"minutes": 9999, "reason": "x"}, 400, "shelving-too-long"),
        ("shelve", {"minutes": 1e300, "reason": "x"}, 400, "deed-unreadable"),
        ("arrived", {"at": "2099-01-01T00:00:00Z"}, 400, "arrival-impossible"),
        ("arrived", {"at": "2026-01-01T00:00:00"}, 400, "deed-unreadable"),
        ("shelve", {"until": "2026-01-01T00:00:00", "reason": "x"}, 400, "deed-unreadable"),
        ("task-done", {"task": 7}, 404, "task-unknown"),
        ("resource", {"resource": "tank", "to": "requested"}, 404, "resource-unknown"),
        ("resource", {"resource": "pump-22060", "to": "on_site"}, 409, "resource-not-ready"),
        ("aid-arrived", {"aid": 1}, 404, "aid-unknown"),
        ("step", {"step": "no"}, 404, "checklist-step-unknown"),
        ("procedure", {"procedure": "fire", "version": 99}, 404, "procedure-unknown"),
        ("merge", {"into": 99999}, 404, "incident-not-existing"),
        ("change", {"lon": 1000.0, "lat": 0.0}, 400, "place-unknown"),
    ],
)
def test_each_refusal_is_a_clear_problem(house, deed, sent, status, slug):
    one = raise_one(house)
    answer = house.ask("POST", f"/incidents/{one['number']}/{deed}", "chief", json=sent)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dalgu:problem:{slug}")
    assert answer.json()["detail"].endswith((".", "override' reason."))


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff", b'"x"'])
def test_a_body_that_is_no_object_is_refused(house, body):
    one = raise_one(house)
    answer = house.ask("POST", f"/incidents/{one['number']}/comment", "chief", content=body)
    assert answer.status_code == 400


def test_a_refused_form_says_why_in_the_readers_language_and_keeps_the_words(house):
    one = raise_one(house)
    path = f"/ko/center/incidents/{one['number']}/close"
    body = f"outcome=resolved&note={quote('꺼졌다')}"
    answer = house.ask("POST", path, "chief", headers=FORM, content=body)
    assert answer.status_code == 409
    assert "필수 절차" in answer.text
    assert "꺼졌다</textarea>" in answer.text
    done = house.ask("POST", path, "chief", headers=FORM, content=f"{body}&override=x")
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/ko/center/incidents/{one['number']}",
    )


def test_reading_a_room_is_written_down_once_an_hour(house):
    one = raise_one(house)
    path = f"/ko/center/incidents/{one['number']}"
    for _ in range(3):
        assert house.ask("GET", path, "chief").status_code == 200
    audited = house.ask("GET", path, f"viewer-{HERE}").status_code
    assert audited == 200
    found = [e for e in entries(house) if e.target == one["id"] and e.operation == "incident.read"]
    assert len(found) == 2


def entries(house):
    found = house.run(house.platform.access.audit_entries(CONSOLE, limit=2_000))
    return [entry for _, entry in found]


def test_the_list_narrows_by_status_district_category_priority_and_words(house):
    one = raise_one(house, what="수성못 둑 붕괴", category="flood", priority="P1")
    number = one["number"]

    def listed(query):
        rows = house.ask("GET", f"/incidents.json?{query}", "chief").json()
        return number in {row["number"] for row in rows}

    by_words = f"q={quote('둑')}"
    fitting = ("", "status=raised", f"district={HERE}", "category=flood", "priority=P1", by_words)
    assert all(listed(query) for query in fitting)
    misses = ("status=closed", f"district={THERE}", "category=fire", "priority=P2", "q=zzz")
    assert not any(listed(query) for query in misses)
    house.ask("POST", f"/incidents/{number}/shelve", "chief", json={"reason": "공사", "minutes": 5})
    assert (listed("status=open"), listed("status=shelved"), listed("status=all")) == (
        False, True, True,
    )  # fmt: skip
