"""Every route and every role, beside a table that was written by hand and not from the code."""

from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from starlette.routing import Mount, Route

from dalgu.access.actor import Role
from dalgu.app import site as composed
from dalgu.app.guard import RouteNameless, guarded

V, O, A, E, M, S = "viewer", "operator", "analyst", "evaluator", "administrator", "service"  # noqa: E741
C = "citizen"
PERSONS = {V, O, A, E, M}
ALL = PERSONS | {S}
PUBLIC = None

PAGES = {
    ("GET", "/"): PUBLIC,
    ("GET", "/about/data"): PUBLIC,
    ("GET", "/api"): PUBLIC,
    ("GET", "/parking"): PUBLIC,
    ("GET", "/center"): PERSONS,
    # warnings
    ("GET", "/warnings"): PUBLIC,
    ("GET", "/warnings/{number:int}"): PUBLIC,
    ("GET", "/center/warnings"): PERSONS,
    ("POST", "/center/warnings"): {O, M},
    ("GET", "/center/warnings/new"): {O, M},
    ("POST", "/center/warnings/preview"): {O, M},
    ("GET", "/center/warnings/settings"): {M},
    ("POST", "/center/warnings/settings/{what}"): {M},
    ("GET", "/center/warnings/{number:int}"): PERSONS,
    ("POST", "/center/warnings/{number:int}"): {O, M},
    ("GET", "/center/warnings/{number:int}/edit"): {O, M},
    ("POST", "/center/warnings/{number:int}/{deed}"): {O, M},
    ("GET", "/center/water"): PERSONS,
    ("GET", "/center/water/meters/{meter}"): PERSONS,
    ("POST", "/center/water/meters/{meter}/edits"): {O, M},
    ("POST", "/center/water/meters/{meter}/edits/{edit}/withdraw"): {O, M},
    ("GET", "/center/water/districts/{district}"): PERSONS,
    ("GET", "/center/water/leaks"): PERSONS,
    ("POST", "/center/water/leaks/{case}/status"): {O, M},
    ("GET", "/center/water/rollout"): PERSONS,
    ("GET", "/center/water/bills"): {O, A, M},
    ("POST", "/center/water/bills/run"): {O, M},
    ("POST", "/center/water/bills/open"): {O, M},
    ("POST", "/center/water/bills/issue"): {O, M},
    ("GET", "/center/water/bills/{bill}"): {O, A, M},
    ("POST", "/center/water/bills/{bill}/issue"): {O, M},
    ("POST", "/center/water/bills/{bill}/dispute"): {O, M},
    ("POST", "/center/water/bills/{bill}/correct"): {O, M},
    ("POST", "/center/water/bills/{bill}/withdraw"): {O, M},
    ("GET", "/center/water/accounts/{account}"): {O, A, M},
    ("POST", "/center/water/accounts/{account}/link"): {O, M},
    ("GET", "/water/my/{secret}"): PUBLIC,  # the secret opens it
    ("GET", "/center/parking"): PERSONS,
    ("GET", "/center/traffic"): PERSONS,
    ("GET", "/center/entities/{entity:path}"): ALL,
    ("GET", "/center/messages/{message:int}"): {O, A, E, M},
    ("GET", "/center/devices"): ALL,
    ("GET", "/center/registers"): ALL,
    ("POST", "/center/registers"): {M},
    ("GET", "/center/models"): ALL,
    ("GET", "/center/models/{name:path}"): ALL,
    ("GET", "/certification"): PUBLIC,
    ("POST", "/certification"): {E, M, S},
    ("GET", "/certification/indicators/{framework}/{code:path}"): PUBLIC,
    ("POST", "/certification/indicators/{framework}/{code:path}"): {A, E, M},
    ("GET", "/certification/what-if"): ALL,
    ("POST", "/certification/what-if"): ALL,
    ("GET", "/certification/compare"): ALL,
    ("POST", "/certification/compare"): {E, M, S},
    ("POST", "/certification/compare/remove"): {E, M, S},
    ("GET", "/certification/history"): PUBLIC,
    ("GET", "/certification/export/{form}"): {A, E, M, S},
    ("GET", "/certification/rounds"): PUBLIC,
    ("GET", "/certification/rounds/plan"): PERSONS,
    ("POST", "/certification/rounds/plan"): PERSONS,
    ("GET", "/certification/roles"): PERSONS,
    ("GET", "/certification/certificates"): PUBLIC,
    ("GET", "/certification/certificates/{number}"): PUBLIC,
    ("GET", "/certification/certificates/{number}/pdf"): PUBLIC,
    ("GET", "/certification/verify"): PUBLIC,
    ("POST", "/certification/verify"): PUBLIC,
    ("GET", "/certification/do/{name}"): PERSONS,
    ("POST", "/certification/do/{name}"): PERSONS,
    ("GET", "/certification/cases/{case}"): PERSONS,
    ("POST", "/certification/cases/{case}/declare-none"): PERSONS,
    ("GET", "/certification/cases/{case}/evidence"): PERSONS,
    ("POST", "/certification/cases/{case}/evidence"): PERSONS,
    ("POST", "/certification/cases/{case}/evidence/files"): PERSONS,
    ("GET", "/certification/cases/{case}/files/{sha256}"): PERSONS,
    ("GET", "/certification/cases/{case}/papers/{name}"): PERSONS,
    ("GET", "/certification/cases/{case}/score"): PERSONS,
    ("POST", "/certification/cases/{case}/score"): PERSONS,
    ("POST", "/certification/cases/{case}/score/measure"): PERSONS,
    ("POST", "/certification/cases/{case}/score/submission"): PERSONS,
    ("GET", "/certification/cases/{case}/review"): PERSONS,
    ("POST", "/certification/cases/{case}/review"): PERSONS,
    ("POST", "/certification/cases/{case}/review/settle"): PERSONS,
    ("GET", "/certification/cases/{case}/visit"): PERSONS,
    ("POST", "/certification/cases/{case}/visit/plan"): PERSONS,
    ("POST", "/certification/cases/{case}/visit/reveal"): PERSONS,
    ("POST", "/certification/cases/{case}/visit/found"): PERSONS,
    ("GET", "/certification/cases/{case}/committee"): PERSONS,
    ("POST", "/certification/cases/{case}/committee/session"): PERSONS,
    ("POST", "/certification/cases/{case}/committee/motion"): PERSONS,
    ("POST", "/certification/cases/{case}/committee/vote"): PERSONS,
    ("GET", "/sign-in"): PUBLIC,
    ("POST", "/sign-in"): PUBLIC,
    ("POST", "/sign-out"): PERSONS | {C},
    ("GET", "/welcome/{secret}"): PUBLIC,
    ("POST", "/welcome/{secret}"): PUBLIC,
    ("GET", "/account"): PERSONS | {C},
    ("POST", "/account/password"): PERSONS | {C},
    ("POST", "/account/tokens"): {M},
    ("POST", "/account/tokens/{token}/revoke"): {M},
    # pages of cameras
    ("GET", "/center/cameras"): {O, M},
    ("POST", "/center/cameras"): {O, M},
    ("POST", "/center/cameras/grants/{grant}/revoke"): {O, M},
    ("GET", "/center/cameras/{camera:path}"): {O, M},
    ("GET", "/grants/{secret}"): PUBLIC,  # the secret opens it
    # pages of links
    ("GET", "/center/links"): {O, E, M},
    ("GET", "/center/links/messages/{message}"): {O, E, M},
    ("POST", "/center/links/{link}/endpoint"): {M},
    # shifts and learning: pages
    ("GET", "/center/shift"): {O, E, M},
    ("GET", "/center/shift/offline"): PUBLIC,  # the shell that browsers keep: nobody's data
    ("GET", "/center/shift/past"): {O, E, M},
    ("GET", "/center/shift/{shift}"): {O, E, M},
    ("GET", "/center/shift/{shift}/hand-over"): {O, E, M},
    ("POST", "/center/shift/entries"): {O, M},
    ("POST", "/center/shift/duty"): {O, M},
    ("POST", "/center/shift/roster"): {M},
    ("POST", "/center/shift/{shift}/hand-over"): {O, M},
    ("POST", "/center/shift/{shift}/take-over"): {O, M},
    ("GET", "/center/learning"): PERSONS,
    ("GET", "/center/learning/rubric"): PERSONS,
    ("GET", "/center/learning/lessons"): PERSONS,
    ("POST", "/center/learning/lessons"): {O, M},
    ("POST", "/center/learning/lessons/{lesson:int}/{step}"): {O, M},
    # pages of incidents
    ("GET", "/center/incidents"): PERSONS,
    ("POST", "/center/incidents"): {O, M},
    ("GET", "/center/incidents/procedures"): PERSONS,
    ("GET", "/center/incidents/resources"): PERSONS,
    ("GET", "/center/incidents/{number:int}"): PERSONS,
    ("POST", "/center/incidents/{number:int}/{deed}"): {O, M},
    # drills, walls, test beds: pages
    ("GET", "/center/drills"): {O, M},
    ("POST", "/center/drills"): {O, M},
    ("GET", "/center/drills/{number:int}"): {O, M},
    ("GET", "/center/drills/{number:int}/board"): {O, M},
    ("POST", "/center/drills/{number:int}/{step}"): {O, M},
    ("GET", "/center/walls"): PERSONS,
    ("POST", "/center/walls"): {M},
    ("GET", "/center/walls/{layout}"): PERSONS,
    ("POST", "/center/walls/{layout}"): {M},
    ("GET", "/center/wall/{layout}"): PERSONS,
    ("GET", "/center/wall/{layout}/{page:int}/{panel:int}"): PERSONS,
    ("GET", "/center/testbeds"): PERSONS,
    ("GET", "/center/testbeds/{testbed}"): PERSONS,
    ("POST", "/center/testbeds/{testbed}/rollouts"): {M},
    ("POST", "/center/testbeds/{testbed}/rollouts/{number:int}/{step}"): {M},
    # pages of alarms
    ("GET", "/center/alarms"): PERSONS,
    ("GET", "/center/alarms/rules"): PERSONS,
    ("POST", "/center/alarms/rules"): {M},
    ("GET", "/center/alarms/events"): PERSONS,
}
# Rooms with a table of their own: ROUTES of pages (without their language), APIS of programs.
ROOMS = [
    import_module(f"tests.app.rights.{file.stem}")
    for file in sorted((Path(__file__).parent / "rights").glob("*.py"))
]
PAGES |= {route: who for room in ROOMS for route, who in room.ROUTES.items()}
SITE = {
    **{route: who for room in ROOMS for route, who in room.APIS.items()},
    ("GET", "/health"): PUBLIC,
    ("GET", "/ready"): PUBLIC,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/metrics"): ALL,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/api/tenants"): {M},
    ("POST", "/api/tenants"): {M},
    ("GET", "/devices/registry"): ALL,
    ("POST", "/devices/registry"): {O, M, S},
    ("DELETE", "/devices/registry/{device:path}"): {O, M, S},
    ("GET", "/devices/codecs"): ALL,
    ("POST", "/devices/codecs"): {O, M, S},
    ("POST", "/devices/codecs/{name}/try"): {O, M, S},
    ("GET", "/devices/refused"): {O, A, E, M},
    ("POST", "/devices/refused/replay"): {O, M, S},
    ("POST", "/devices/{format}"): {M, S},
    ("GET", "/registers/v1"): ALL,
    ("GET", "/registers/v1/{name}/template"): ALL,
    ("POST", "/registers/v1/{name}"): {M},
    ("GET", "/api/water/meters/{meter}/hours"): ALL,
    ("GET", "/api/water/meters/{meter}/validated"): ALL,
    ("GET", "/api/water/areas/{area}/validated/{day}"): ALL,
    ("POST", "/api/water/meters/{meter}/edits"): {O, M},
    ("DELETE", "/api/water/meters/{meter}/edits/{edit}"): {O, M},
    ("GET", "/api/water/accounts/{account}/bills"): {O, A, M},
    ("POST", "/api/water/bills/run"): {O, M},
    ("GET", "/api/water/bills/{bill}"): {O, A, M},
    ("GET", "/api/water/bills/{bill}/replay"): {O, A, M},
    ("POST", "/api/water/bills/{bill}/issue"): {O, M},
    ("POST", "/api/water/bills/{bill}/dispute"): {O, M},
    ("POST", "/api/water/bills/{bill}/correct"): {O, M},
    ("GET", "/certification/v1/certificates"): PUBLIC,
    ("GET", "/certification/v1/certificates/{number}.pdf"): PUBLIC,
    ("GET", "/certification/v1/certificates/{number}"): PUBLIC,
    ("GET", "/certification/v1/status"): PUBLIC,
    ("GET", "/certification/v1/trust"): PUBLIC,
    ("POST", "/certification/v1/verify"): PUBLIC,
    ("GET", "/certification/v1/cases"): PERSONS,  # whose case it is, the process asks
    ("GET", "/certification/v1/cases/{case}"): PERSONS,
    ("GET", "/certification/v1/cases/{case}/timeline"): PERSONS,
    ("GET", "/certification/v1/cases/{case}/steps"): PERSONS,
    ("POST", "/certification/v1/cases/{case}/files"): PERSONS,
    ("GET", "/certification/v1/cases/{case}/files/{sha256}"): PERSONS,
    ("GET", "/certification/v1/cases/{case}/papers"): PERSONS,
    ("GET", "/certification/v1/cases/{case}/papers/{name}"): PERSONS,
    ("POST", "/certification/v1/cases/{case}/measure"): PERSONS,
    ("POST", "/certification/v1/cases/{case}/submission"): PERSONS,
    ("GET", "/certification/v1/deadlines"): PERSONS,
    ("GET", "/certification/v1/commands"): PERSONS,
    ("POST", "/certification/v1/commands/{name}"): PERSONS,
    ("GET", "/certification/v1/rounds"): PERSONS,
    ("GET", "/certification/v1/roles"): PERSONS,
    ("GET", "/certification/v1/frameworks"): PERSONS,
    ("GET", "/certification/v1/submission"): {E, M, S},
    ("GET", "/certification/v1/log"): {E, M},
    # warnings by CAP
    ("GET", "/cap/feed.atom"): PUBLIC,
    ("GET", "/cap/{identifier}.xml"): PUBLIC,
    ("POST", "/cap"): {M, S},
    ("GET", "/live"): PERSONS,
    ("POST", "/live/sound"): PERSONS,
    ("GET", "/moving/frame"): PERSONS,
    ("GET", "/moving/{place:int}"): PERSONS,
    ("GET", "/map/things/{entity:path}"): PUBLIC,  # what each thing shows is asked for again
    ("GET", "/map/{layer}.geojson"): PUBLIC,  # and so is each layer, below
    ("GET", "/search"): PERSONS,
    # links: agencies have no account, the token in their header opens what is public
    ("GET", "/links/messages/{message}.json"): {O, E, M},
    ("GET", "/links/{link}/schema.json"): PUBLIC,
    ("POST", "/links/{link}/send"): {O, M},
    ("POST", "/links/{link}/test"): {O, M},
    ("POST", "/links/{link}/status"): PUBLIC,
    ("POST", "/links/{link}/reports"): PUBLIC,
    # cameras: what is near, stills, grants
    ("GET", "/cameras/near.json"): PERSONS,
    ("POST", "/cameras/grants"): {O, M},
    ("POST", "/cameras/grants/{grant}/revoke"): {O, M},
    ("GET", "/cameras/{camera:path}/still"): {O, M},
    ("POST", "/cameras/{camera:path}/source"): {M},
    ("GET", "/grants/{secret}/{camera:path}/still"): PUBLIC,  # the secret opens it
    # shifts and learning: the log by program, its worker, files of what incidents teach
    ("GET", "/shift-worker.js"): PUBLIC,
    ("POST", "/shifts/entries"): {O, M},
    ("GET", "/shifts/{shift}.json"): {O, E, M},
    ("GET", "/incidents/{number:int}/timeline.json"): PERSONS,
    ("GET", "/incidents/{number:int}/timeline.csv"): PERSONS,
    ("GET", "/incidents/{number:int}/report.pdf"): PERSONS,
    ("GET", "/learning/times.csv"): PERSONS,
    ("GET", "/learning/rubric.json"): PERSONS,
    ("GET", "/learning/rubric.pdf"): PERSONS,
    # incidents: what is done with them
    ("GET", "/incidents.json"): PERSONS,
    ("GET", "/incidents/{number:int}.json"): PERSONS,
    ("POST", "/incidents"): {O, M},
    ("POST", "/incidents/{number:int}/{deed}"): {O, M},
    # replay: each layer asks for its own operation again
    ("GET", "/replay/{layer}.geojson"): PERSONS,
    ("GET", "/replay/incidents.json"): PERSONS,
    ("GET", "/replay/marks.json"): PERSONS,
    ("GET", "/replay/board.json"): PERSONS,
    # drills and test beds: documents
    ("GET", "/drills/{number:int}.json"): {O, M},
    ("GET", "/testbeds/{testbed}/rollouts.json"): PERSONS,
    # alarms: why one came
    ("GET", "/incidents/{number:int}/why.json"): PERSONS,
    **{(method, f"/ko{path}"): who for (method, path), who in PAGES.items()},
    **{(method, f"/en{path}"): who for (method, path), who in PAGES.items()},
    **{(method, path): PUBLIC for method, path in PAGES if method == "GET"},  # only redirects
}
WRITE, READ = {M, S}, ALL
HUB = {
    ("GET", "/ngsi-ld/v1/entities"): READ,
    ("POST", "/ngsi-ld/v1/entities"): WRITE,
    ("GET", "/ngsi-ld/v1/entities/*"): READ,
    ("DELETE", "/ngsi-ld/v1/entities/*"): WRITE,
    ("PATCH", "/ngsi-ld/v1/entities/*"): WRITE,
    ("PUT", "/ngsi-ld/v1/entities/*"): WRITE,
    ("POST", "/ngsi-ld/v1/entities/*/attrs"): WRITE,
    ("PATCH", "/ngsi-ld/v1/entities/*/attrs"): WRITE,
    ("PATCH", "/ngsi-ld/v1/entities/*/attrs/*"): WRITE,
    ("PUT", "/ngsi-ld/v1/entities/*/attrs/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/entities/*/attrs/*"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/create"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/upsert"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/update"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/merge"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/delete"): WRITE,
    ("POST", "/ngsi-ld/v1/entityOperations/query"): READ,
    ("GET", "/ngsi-ld/v1/temporal/entities"): READ,
    ("POST", "/ngsi-ld/v1/temporal/entities"): WRITE,
    ("GET", "/ngsi-ld/v1/temporal/entities/*"): READ,
    ("DELETE", "/ngsi-ld/v1/temporal/entities/*"): WRITE,
    ("POST", "/ngsi-ld/v1/temporal/entityOperations/query"): READ,
    ("GET", "/hub/v1/models"): READ,
    ("GET", "/hub/v1/models/*"): READ,
    ("GET", "/hub/v1/models/*/*"): READ,
    ("GET", "/hub/v1/context.jsonld"): PUBLIC,
    ("GET", "/ngsi-ld/v1/types"): READ,
    ("GET", "/ngsi-ld/v1/types/*"): READ,
    ("GET", "/ngsi-ld/v1/attributes"): READ,
    ("GET", "/ngsi-ld/v1/attributes/*"): READ,
    ("GET", "/ngsi-ld/v1/subscriptions"): {O, A, M, S},
    ("POST", "/ngsi-ld/v1/subscriptions"): WRITE,
    ("GET", "/ngsi-ld/v1/subscriptions/*"): {O, A, M, S},
    ("PATCH", "/ngsi-ld/v1/subscriptions/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/subscriptions/*"): WRITE,
    ("GET", "/ngsi-ld/v1/jsonldContexts"): PUBLIC,
    ("POST", "/ngsi-ld/v1/jsonldContexts"): WRITE,
    ("GET", "/ngsi-ld/v1/jsonldContexts/*"): PUBLIC,
    ("DELETE", "/ngsi-ld/v1/jsonldContexts/*"): WRITE,
    ("GET", "/ngsi-ld/v1/info/sourceIdentity"): PUBLIC,
    ("DELETE", "/ngsi-ld/v1/entities"): WRITE,
    ("PATCH", "/ngsi-ld/v1/entities"): WRITE,
    ("PUT", "/ngsi-ld/v1/entities"): WRITE,
    ("GET", "/ngsi-ld/v1/entityMaps"): READ,
    ("GET", "/ngsi-ld/v1/temporal/entityMaps"): READ,
    ("GET", "/ngsi-ld/v1/entityMaps/*"): READ,
    ("PATCH", "/ngsi-ld/v1/entityMaps/*"): READ,
    ("DELETE", "/ngsi-ld/v1/entityMaps/*"): READ,
    ("GET", "/ngsi-ld/v1/csourceRegistrations"): {O, A, M, S},
    ("POST", "/ngsi-ld/v1/csourceRegistrations"): WRITE,
    ("GET", "/ngsi-ld/v1/csourceRegistrations/*"): {O, A, M, S},
    ("PATCH", "/ngsi-ld/v1/csourceRegistrations/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/csourceRegistrations/*"): WRITE,
    ("POST", "/ngsi-ld/ex/remote-notify"): PUBLIC,
    ("GET", "/ngsi-ld/v1/csourceSubscriptions"): {O, A, M, S},
    ("POST", "/ngsi-ld/v1/csourceSubscriptions"): WRITE,
    ("GET", "/ngsi-ld/v1/csourceSubscriptions/*"): {O, A, M, S},
    ("PATCH", "/ngsi-ld/v1/csourceSubscriptions/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/csourceSubscriptions/*"): WRITE,
    ("POST", "/ngsi-ld/v1/temporal/entities/*/attrs"): WRITE,
    ("DELETE", "/ngsi-ld/v1/temporal/entities/*/attrs/*"): WRITE,
    ("PATCH", "/ngsi-ld/v1/temporal/entities/*/attrs/*/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/temporal/entities/*/attrs/*/*"): WRITE,
    ("DELETE", "/hub/v1/history/*"): WRITE,
    ("POST", "/ngsi-ld/v1/snapshots"): WRITE,
    ("DELETE", "/ngsi-ld/v1/snapshots"): WRITE,
    ("GET", "/ngsi-ld/v1/snapshots/*"): READ,
    ("PATCH", "/ngsi-ld/v1/snapshots/*"): WRITE,
    ("DELETE", "/ngsi-ld/v1/snapshots/*"): WRITE,
    ("POST", "/ngsi-ld/v1/snapshots/*/clone"): WRITE,
    ("GET", "/hub/v1/version"): PUBLIC,
    ("POST", "/hub/v1/deliveries"): {M, S},
    ("POST", "/hub/v1/observations"): WRITE,
    ("POST", "/hub/v1/changes"): WRITE,
    ("GET", "/hub/v1/series"): READ,
    ("GET", "/hub/v1/columns"): {A, E, M, S},
    ("GET", "/hub/v1/history"): READ,
    ("GET", "/hub/v1/messages"): {O, A, E, M},
    ("GET", "/hub/v1/messages/*"): {O, A, E, M},
    ("GET", "/hub/v1/types"): READ,
    ("GET", "/hub/v1/count"): READ,
    ("GET", "/hub/v1/events"): READ,
    ("GET", "/hub/v1/head"): READ,
    ("POST", "/hub/v1/kept"): WRITE,
    ("GET", "/hub/v1/kept/*"): {A, E, M},
}
TABLE = SITE | HUB
# What touches one district's people or things is not for those who serve another one.
WATERWORKS = ({O, M}, {O, A, M})  # edits, bills and leaks: `meter.edit`, `bill.*`, `leak.handle`
BOUND = {
    *(key for key, who in SITE.items() if "/water/" in key[1] and who in WATERWORKS),
    ("POST", "/devices/registry"),
    ("POST", "/devices/codecs"),
    ("POST", "/devices/codecs/{name}/try"),
    ("DELETE", "/devices/registry/{device:path}"),
    ("POST", "/devices/refused/replay"),
    ("GET", "/api/tenants"),
    ("POST", "/api/tenants"),
    *(key for key, who in HUB.items() if who == WRITE and key[1] != "/hub/v1/deliveries"),
}
POLICY_REFUSALS = {
    f"urn:dalgu:problem:{slug}"
    for slug in (
        "sign-in-required",
        "operation-not-allowed",
        "district-not-allowed",
        "tenant-not-allowed",
    )
}
EXAMPLES = {
    "{entity:path}": "urn:ngsi-ld:WaterMeter:none",
    "{device:path}": "gateway:none",
    "{camera:path}": "camera:none",
    "{message:int}": "1",
    "{number:int}": "1",
    "{lesson:int}": "1",
    "{deed}": "seen",
    "{layout}": "situation",
    "{page:int}": "0",
    "{place:int}": "1",
    "{panel:int}": "0",
    "{testbed}": "suseong-alpha",
    "{layer}": "parking",
    "{format}": "heartbeat",
    "{framework}": "kr-scc-2021",
    "{code:path}": "K63-42",
    "{form}": "kpi",
    "*": "urn:x:none",
}


for room in ROOMS:
    EXAMPLES = room.EXAMPLES | EXAMPLES


def concrete(path):
    for sign, example in EXAMPLES.items():
        path = path.replace(sign, example)
    return path.replace("{", "").replace("}", "")


def is_policy_refusal(answer):
    is_problem = answer.headers.get("content-type", "").startswith(
        ("application/problem+json", "application/json")
    )
    return (
        is_problem
        and b'"urn:dalgu:problem:' in answer.content
        and (answer.json().get("type") in POLICY_REFUSALS)
    )


def expected(who, role):
    """Return the status a policy refusal must have, 0 where there must be none."""
    if who is PUBLIC or role in who:
        return 0
    return 401 if role is None else 403


def again(house, role):
    """Return a role whose session may end without ending that of the other requests."""
    if role not in PERSONS | {C}:
        return role
    house.headers["leaving"] = house.sign_in(role)
    return "leaving"


def walked(house, role, table=TABLE):
    """Return every route whose answer to a role is not the table's."""
    wrong = []
    for method, path in sorted(table):
        who = again(house, role) if path.endswith("/sign-out") else role
        answer = house.ask(
            method,
            concrete(path),
            who,
            headers={"accept": "application/json", "content-type": "application/json"},
            content=b"" if method in ("GET", "DELETE") else b"{}",
        )
        refused = answer.status_code if is_policy_refusal(answer) else 0
        if refused != expected(table[method, path], role) or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code, answer.text[:200]))
    return wrong


def started_routes(house, monkeypatch):
    found = []

    def noted(routes, access):
        found.extend(routes)
        return guarded(found, access)

    monkeypatch.setattr(composed, "guarded", noted)
    composed.site(house.platform, progress=lambda: None)
    return found


def test_the_table_names_every_route_of_the_site(fresh, monkeypatch):
    routes = started_routes(fresh, monkeypatch)
    assert [route.path for route in routes if isinstance(route, Mount)] == ["/static"]
    named = {
        (method, route.path)
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert named == set(SITE)
    refusing = [route.path for route in routes if isinstance(route, Route) and not route.methods]
    assert refusing == ["/open311/{rest:path}"]  # tells what is not there in the asked format


PREFIXES = {"ngsi-ld": "/ngsi-ld/v1/", "hub": "/hub/v1/", "ex": "/ngsi-ld/ex/"}


def test_the_table_names_every_route_of_the_hub(fresh):
    served = composed.hub_api(fresh.platform)._routes
    named = {
        (method, PREFIXES[words[0]] + "/".join(words[1:]))
        for words, methods in served.items()
        for method in methods
    }
    assert named == set(HUB)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_answers_every_role_as_the_table_says(house, role):
    assert walked(house, role) == []


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.OPERATOR, Role.ADMINISTRATOR])
def test_a_token_has_the_rights_of_its_role(house, role):
    house.headers["token"] = house.token(role)
    for_tokens = {key: who for key, who in TABLE.items() if "/sign-out" not in key[1]}
    seen = {
        key: PUBLIC if who is PUBLIC else {"token"} if role in who else set()
        for key, who in for_tokens.items()
    }
    assert walked(house, "token", seen) == []


def test_a_token_of_some_districts_writes_nothing_outside_them(house):
    house.headers["token"] = house.token(Role.ADMINISTRATOR, "22060")
    alone = {
        key: PUBLIC if who is PUBLIC else {"token"} if M in who and key not in BOUND else set()
        for key, who in TABLE.items()
        if "/sign-out" not in key[1]
    }
    assert walked(house, "token", alone) == []


@pytest.mark.parametrize("layer", ["parking", "alerts", "water", "devices", "traffic", "care"])
def test_layers_other_than_parking_are_for_those_who_run_the_city(house, layer):
    nobody = house.ask("GET", f"/map/{layer}.geojson")
    assert nobody.status_code in ((200,) if layer == "parking" else (401, 404))


def test_a_head_request_asks_for_the_same_right(house):
    assert house.ask("HEAD", "/metrics").status_code == 401
    assert house.ask("HEAD", "/devices/refused", V).status_code == 403


def test_a_token_that_does_not_hold_is_told_so_even_on_public_pages(house):
    invalid = {"authorization": "Bearer dalgu_never-made"}
    for path in ("/health", "/ngsi-ld/v1/types"):
        answer = house.ask("GET", path, headers=invalid)
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:dalgu:problem:token-invalid"


@pytest.mark.parametrize("name", ["", "public", "page.read ", "entities"])
def test_a_route_without_an_operation_does_not_start(fresh, name):
    async def open_door(request):
        raise AssertionError

    with pytest.raises(RouteNameless):
        guarded([Route("/door", open_door, name=name)], fresh.platform.access)
    with pytest.raises(RouteNameless):
        guarded([Mount("/door", routes=[], name=name)], fresh.platform.access)


def test_two_sites_guard_the_same_routes_each_for_itself(house, fresh):
    async def open_door(request):
        raise AssertionError

    route = Route("/door", open_door, name="page.read")
    inside = route.app
    kept = [guarded([route], one.platform.access)[0].app for one in (house, fresh)]
    assert [guard.app for guard in kept] == [inside, inside]
    assert route.app is inside


FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://city:8080"},
)


@pytest.mark.parametrize("told", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/ko/certification"), ("DELETE", "/ngsi-ld/v1/entities/urn:x:y")]
)
def test_a_changing_request_from_a_foreign_page_is_refused(house, told, method, path):
    house.headers["chief"] = house.headers.get("chief") or house.sign_up(M, "22060")
    answer = house.ask(method, path, "chief", headers=told)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:dalgu:problem:request-foreign"


@pytest.mark.parametrize("told", [{"sec-fetch-site": "same-origin"}, {"origin": "http://city"}, {}])
def test_a_changing_request_of_our_own_page_is_taken(fresh, told):
    fresh.headers[M] = fresh.sign_up(Role.ADMINISTRATOR)
    assert fresh.ask("POST", "/ko/certification", M, headers=told).status_code == 303


def test_a_token_needs_no_page_of_ours(fresh):
    fresh.headers[S] = fresh.token(Role.SERVICE)
    foreign = {"sec-fetch-site": "cross-site"}
    assert fresh.ask("POST", "/ko/certification", S, headers=foreign).status_code == 303


def test_after_signing_out_the_session_is_dead(fresh):
    fresh.headers[M] = fresh.sign_up(Role.ADMINISTRATOR)
    assert fresh.ask("GET", "/ko/center", M).status_code == 200
    left = fresh.ask("POST", "/ko/sign-out", M)
    assert left.status_code == 303
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert fresh.ask("GET", "/ko/center", M).status_code == 401
    assert fresh.ask("GET", "/ngsi-ld/v1/types", M).status_code == 401


def test_a_reader_who_must_sign_in_comes_back_to_where_they_were(fresh):
    answer = fresh.ask("GET", "/en/center?status=closed", headers={"accept": "text/html"})
    assert answer.status_code == 303
    goal = answer.headers["location"].partition("?")[2]
    assert parse_qs(goal) == {"next": ["/en/center?status=closed"]}
