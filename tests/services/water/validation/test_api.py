"""The routes of validation as a client sees them, with an actor put into the scope."""

import httpx2
import pytest
from starlette.applications import Starlette
from tests.services.water.validation.conftest import DAILY_L

from dalgu.access.actor import Actor, Role
from dalgu.kernel.errors import DalguError
from dalgu.services.water.validation.api import ROUTES
from dalgu.web.problem_details import problem_response

ACTOR = Actor("person:7", Role.OPERATOR)
WHY = "Customer's own photograph of the dial"
BODY = {"firstHour": "2026-03-11T06:00:00+09:00", "values": [35, 35], "reason": WHY}


@pytest.fixture
def client(town):
    town.read_all()
    town.validate()

    async def told(_, error):
        return problem_response(error)

    app = Starlette(routes=ROUTES, exception_handlers={DalguError: told})
    app.state.hub, app.state.clock = town.hub, town.clock

    async def seen(scope, receive, send):
        scope["actor"] = ACTOR
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(seen)
    with_client = httpx2.AsyncClient(transport=transport, base_url="http://dalgu")
    yield lambda method, path, **more: town.run(with_client.request(method, path, **more))
    town.run(with_client.aclose())


METER = "/api/water/meters/urn:ngsi-ld:WaterMeter:0"
AREA = "/api/water/areas/urn:ngsi-ld:DistrictMeteredArea:west"


def test_a_meters_days_come_with_standing_rules_version_and_digest(client):
    answer = client("GET", f"{METER}/validated?from=2026-03-10&to=2026-03-11")
    first, second = answer.json()["days"]
    assert [point["value"] for point in first["points"]] == list(DAILY_L)
    assert {point["standing"] for point in second["points"]} == {"actual"}
    assert (first["version"], len(first["digest"]), first["raised"]) == (1, 64, [])
    assert first["points"][0]["at"] == "2026-03-09T16:00:00Z"
    assert second["endRegister"] - first["startRegister"] == 2 * sum(DAILY_L)
    assert len(client("GET", f"{METER}/validated").json()["days"]) == 7


def test_an_areas_day_comes_in_each_version(client):
    assert client("POST", f"{METER}/edits", json=BODY).status_code == 201
    newest = client("GET", f"{AREA}/validated/2026-03-11").json()
    oldest = client("GET", f"{AREA}/validated/2026-03-11?version=1").json()
    assert (newest["version"], newest["meters"][0]["use"][6:8]) == (2, [35, 35])
    assert (oldest["version"], oldest["meters"][0]["use"][6:8]) == (1, [30, 40])


def test_an_edit_is_made_and_withdrawn_in_the_actors_name(client):
    made = client("POST", f"{METER}/edits", json=BODY).json()
    assert made["editedBy"] == "person:7"
    taken = client("DELETE", f"{METER}/edits/{made['id']}").json()
    assert taken["withdrawnBy"] == "person:7"
    assert client("DELETE", f"{METER}/edits/{made['id']}").status_code == 409
    other = METER.replace("Meter:0", "Meter:1")
    assert client("DELETE", f"{other}/edits/{made['id']}").status_code == 404


def test_an_edit_that_cannot_be_is_refused_by_name(client):
    for change, status, slug in (
        ({"values": [35, 40]}, 409, "water-edit-not-conserving"),
        ({"values": "x"}, 400, "water-edit-invalid"),
        ({"values": [1.5]}, 400, "water-edit-invalid"),
        ({"reason": "short"}, 400, "water-edit-invalid"),
        ({"firstHour": "noon"}, 400, "water-edit-invalid"),
        ({"firstHour": "2026-01-11T06:00:00Z"}, 404, "water-day-not-validated"),
        ({"firstHour": "0001-01-01T00:00:00+09:00"}, 400, "water-edit-invalid"),
        ({"reason": "a" * 200_000}, 413, "water-edit-too-large"),
        ({"nothing": 1}, 400, "water-edit-invalid"),
    ):
        answer = client("POST", f"{METER}/edits", json=BODY | change)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dalgu:problem:{slug}")


def test_what_cannot_be_given_is_refused(client):
    for path, status in (
        (f"{METER}/validated?from=2026-13-01", 400),
        (f"{METER}/validated?from=2020-01-01&to=2026-01-01", 400),
        (f"{METER}/validated?from=0001-01-01&to=0001-01-02", 400),
        (f"{METER}/validated?to=1972-01-09", 200),
        (f"{METER}9/validated", 404),
        (f"{AREA}/validated/today", 400),
        (f"{AREA}/validated/2026-03-11?version=x", 400),
        (f"{AREA}/validated/2026-03-11?version=9", 404),
        (f"{AREA}/validated/2025-03-11", 404),
    ):
        assert client("GET", path).status_code == status


def test_bodies_that_are_no_json_are_refused(client):
    for body in (b"", b"{", b"\xff\xfe", b"[" * 50_000, b"null"):
        assert client("POST", f"{METER}/edits", content=body).status_code == 400
