"""Tenants in a running city: who may use which, and what becomes of them."""

import pytest

from dalgu.access.actor import CONSOLE, Role
from dalgu.app.commands import tenants as commands
from dalgu.app.measured import of_tenants
from dalgu.app.metrics import exposition
from dalgu.kernel.settings import Settings

ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room"}
ENTITIES = "/ngsi-ld/v1/entities"
ROOMS = f"{ENTITIES}?type=Room"


def within(tenant):
    return {"NGSILD-Tenant": tenant}


@pytest.fixture
def city(fresh):
    """A city with an administrator, a program of its own, and one of tenant west."""
    fresh.headers["chief"] = fresh.sign_up(Role.ADMINISTRATOR)
    fresh.headers["own"] = fresh.token(Role.SERVICE)
    fresh.headers["west"] = fresh.token(Role.SERVICE, tenant="west")
    fresh.headers["western viewer"] = fresh.token(Role.VIEWER, tenant="west")
    return fresh


def status(city, method, path, who, tenant="", **more):
    headers = within(tenant) if tenant else {}
    return city.ask(method, path, who, headers=headers, **more).status_code


def test_a_program_of_a_tenant_makes_it_and_sees_nothing_else(city):
    assert status(city, "GET", ROOMS, "west", "west") == 404
    assert status(city, "POST", ENTITIES, "western viewer", "west", json=ROOM) == 403
    assert city.platform.book.every() == []
    assert status(city, "POST", ENTITIES, "west", "west", json=ROOM) == 201
    assert status(city, "GET", f"{ENTITIES}/{ROOM['id']}", "western viewer", "west") == 200
    assert status(city, "GET", f"{ENTITIES}/{ROOM['id']}", "own") == 404
    assert [
        status(city, "GET", path, "west")
        for path in (ROOMS, "/metrics", "/devices/registry", "/api/tenants", "/ko/center")
    ] == [403] * 5
    refused = city.ask("GET", ROOMS, "west")
    assert refused.json()["type"] == "urn:dalgu:problem:tenant-not-allowed"
    assert "NGSILD-Tenant" in refused.json()["detail"]


@pytest.mark.parametrize("tenant", ["west", "east"])  # one that exists, one that does not
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ROOMS),
        ("POST", ENTITIES),
        ("POST", "/ngsi-ld/v1/jsonldContexts"),
        ("GET", "/ngsi-ld/v1/jsonldContexts"),
        ("GET", "/ngsi-ld/v1/info/sourceIdentity"),
    ],
)
def test_nobody_else_comes_in_or_learns_whether_a_tenant_exists(city, tenant, method, path):
    city.run(city.platform.book.make("west"))
    body = {"json": ROOM} if method == "POST" else {}
    assert status(city, method, path, "own", tenant, **body) == 403
    assert status(city, method, path, None, tenant, **body) == 401
    assert [one.name for one in city.platform.book.every()] == ["west"]


def test_administrators_of_all_districts_enter_list_and_make_tenants(city):
    district = city.platform.city.districts[0].code
    city.headers["local chief"] = city.sign_up(Role.ADMINISTRATOR, district)
    made = city.ask("POST", "/api/tenants", "chief", json={"name": "west"})
    assert (made.status_code, made.json()["entities"]) == (201, 0)
    assert status(city, "POST", "/api/tenants", "chief", json={"name": "west"}) == 409
    assert status(city, "POST", "/api/tenants", "chief", json={"name": "../x"}) == 400
    assert status(city, "POST", "/api/tenants", "chief", content=b"[") == 400
    assert status(city, "POST", ENTITIES, "chief", "west", json=ROOM) == 201
    [listed] = city.ask("GET", "/api/tenants", "chief").json()
    assert (listed["name"], listed["entities"], listed["status"]) == ("west", 1, "active")
    assert status(city, "GET", "/api/tenants", "local chief") == 403
    assert status(city, "GET", ROOMS, "local chief", "west") == 403


def test_the_audit_chain_tells_who_made_a_tenant(city):
    status(city, "POST", ENTITIES, "west", "west", json=ROOM)
    entries = city.run(city.platform.access.audit_entries(CONSOLE, limit=100))
    [made] = [entry for _, entry in entries if entry.operation == "tenant.write"]
    assert (made.target, made.facts) == ("tenant:west", {"change": "created"})
    assert made.actor.startswith("token:")


def test_the_number_of_tenants_is_bound_by_the_setting(city):
    for number in range(city.platform.settings.hub.tenants_limit):
        city.run(city.platform.book.make(f"t{number}"))
    answer = city.ask("POST", ENTITIES, "west", headers=within("west"), json=ROOM)
    assert answer.status_code == 403
    assert "hub.tenants_limit" in answer.json()["detail"]


def test_metrics_name_existing_tenants_alone(city):
    status(city, "GET", ROOMS, "chief", "nowhere")
    status(city, "POST", ENTITIES, "west", "west", json=ROOM)
    figures = city.run(city.platform.tenants.figures())
    lines = exposition(of_tenants(figures)).splitlines()
    assert 'dalgu_tenant_requests_total{tenant="west"} 1' in lines
    assert not any("nowhere" in line for line in lines)


def test_a_tenant_is_deleted_at_the_machine_while_the_city_runs(city):
    status(city, "POST", ENTITIES, "west", "west", json=ROOM)
    settings = Settings(data_dir=str(city.folder))
    assert [
        (tenant.name, entities) for tenant, entities in city.run(commands.list_tenants(settings))
    ] == [("west", 1)]
    city.run(commands.delete_tenant(settings, "west"))
    assert status(city, "GET", ROOMS, "west", "west") == 404
    assert status(city, "POST", ENTITIES, "west", "west", json=ROOM) == 201


def test_a_subscription_of_some_districts_is_refused(city):
    city.headers["local"] = city.token(Role.SERVICE, city.platform.city.districts[0].code)
    for path in ("subscriptions", "csourceRegistrations", "csourceSubscriptions"):
        answer = city.ask("POST", f"/ngsi-ld/v1/{path}", "local", json={})
        assert answer.json()["type"] == "urn:dalgu:problem:district-not-allowed"
