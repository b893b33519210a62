"""The document of the running site names every route, and every parameter its handlers read."""

import re

import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.requests import Request
from starlette.routing import Route

from dalgu.access.actor import Role
from dalgu.app import site as composed
from dalgu.app.guard import guarded
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.api.openapi.part import Interface, rights_key

PLAIN = {"accept": "application/json"}


@pytest.fixture(scope="module")
def interface(house):
    return Interface.read(composed.described_packages(house.platform))


@pytest.fixture(scope="module")
def document(house):
    return house.ask("GET", "/openapi.json", headers=PLAIN).json()


def routes_of(house, monkeypatch):
    found = []

    def noted(routes, access):
        found.extend(routes)
        return guarded(found, access)

    monkeypatch.setattr(composed, "guarded", noted)
    composed.site(house.platform, progress=lambda: None)
    return composed.rights_of(found) | composed.hub_api(house.platform).rights


def test_every_route_of_the_site_is_described_and_nothing_else(fresh, monkeypatch):
    rights = routes_of(fresh, monkeypatch)
    told = Interface.read(composed.described_packages(fresh.platform))
    described = {rights_key(one.method, one.path) for one in told.operations}
    missing = set(rights) - described
    assert not missing, f"describe these in the folder 'openapi' of their room: {sorted(missing)}"
    assert not described - set(rights)


def test_the_document_is_openapi_3_1_and_open_to_everybody(house, document):
    validate(document)
    assert house.ask("GET", "/openapi.json").status_code == 200


def test_a_reader_who_has_it_is_not_sent_it_again(house):
    first = house.ask("GET", "/openapi.json")
    again = house.ask("GET", "/openapi.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["content-encoding"] == "gzip"


def test_each_operation_says_who_may_do_it(document):
    write = document["paths"]["/devices/registry"]["post"]
    assert write["x-roles"] == ["administrator", "operator", "service"]
    assert {} in document["paths"]["/health"]["get"]["security"]


def named(interface, one, where):
    return {
        parameter.name or key
        for key, parameter in interface.parameters_of(one).items()
        if parameter.where == where
    }


def test_every_path_names_its_parameters(interface):
    for one in interface.operations:
        assert named(interface, one, "path") == set(re.findall(r"\{(\w+)\}", one.path)), one.id


def concrete(interface, one):
    path = one.path
    for key, parameter in interface.parameters_of(one).items():
        if parameter.where == "path":
            values = parameter.schema.get("enum") or [1]
            path = path.replace(f"{{{parameter.name or key}}}", str(parameter.example or values[0]))
    return path


NOT_ENDING = ("stream", "signOut")  # one never ends, one would end the session of this test


def test_every_query_parameter_that_a_page_or_door_reads_is_told(house, interface, monkeypatch):
    read = set()
    real = Request.query_params.fget

    class Noting:
        def __init__(self, params):
            self.params = params

        def get(self, name, default=None):
            read.add(name)
            return self.params.get(name, default)

        def keys(self):
            return self.params.keys()

        def __getitem__(self, name):
            return self.params[name]

    monkeypatch.setattr(Request, "query_params", property(lambda self: Noting(real(self))))
    for one in interface.operations:
        if one.path.startswith(("/ngsi-ld/", "/hub/")) or one.id in NOT_ENDING:
            continue
        read.clear()
        house.ask(one.method, concrete(interface, one), Role.ADMINISTRATOR, headers=PLAIN)
        untold = read - named(interface, one, "query")
        assert not untold, (one.id, untold)


OURS = (
    "/health",
    "/ready",
    "/devices/registry",
    "/devices/refused",
    "/search",
    "/openapi.json",
    "/api/tenants",
    "/registers/v1",
    "/certification/v1/certificates",
    "/certification/v1/cases",
    "/certification/v1/deadlines",
    "/certification/v1/rounds",
    "/certification/v1/roles",
    "/certification/v1/frameworks",
    "/certification/v1/log",
)


@pytest.mark.parametrize("path", OURS)
def test_what_we_answer_fits_the_schema_that_tells_of_it(house, document, path):
    answer = house.ask("GET", path, Role.ADMINISTRATOR, headers=PLAIN)
    reply = document["paths"][path]["get"]["responses"][str(answer.status_code)]["$ref"]
    content = document["components"]["responses"][reply.rpartition("/")[2]]["content"]
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = content[media_type]["schema"] | {"components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json())


def test_examples_of_the_device_doors_are_accepted(house, interface):
    for one in interface.operations:
        if one.id not in ("registerDevices", "sendMessage"):
            continue
        for example in interface.bodies[one.body].examples.values():
            answer = house.ask(
                one.method,
                concrete(interface, one),
                Role.ADMINISTRATOR,
                content=example.value.encode(),
                headers={"content-type": "application/json"},
            )
            assert answer.status_code == 200, answer.text
            assert not answer.json().get("refused"), answer.text


def test_a_route_that_no_table_describes_is_left_out_of_the_document():
    routes = [Route("/nowhere", lambda request: None, name="public.read")]
    described = Described(("dalgu.app",), lambda: composed.rights_of(routes))
    assert b'"paths":{}' in described.body
