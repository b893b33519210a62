"""The document says of the hub what the hub does: no more, no less."""

import re

import jsonschema
import msgspec
import pytest

from dalgu.hub.api.openapi.document import LD_TYPE, media_type_of, problems_of
from dalgu.hub.api.openapi.part import Interface, rights_key

INTERFACE = Interface.read(("dalgu.hub.api",))
SOURCES = "Context sources"  # tried last: with a registration, others are asked as well
# Refused here always: no id, or of a subscription that nobody forwarded.
REFUSED = {"mergeUnnamedEntity": 400, "replaceUnnamedEntity": 400, "takeNotice": 404}
ROUNDS = ("POST", "GET", "PATCH", "PUT", "DELETE")


def in_order(one):
    """Make before reading, read before changing, delete what is below first."""
    depth = -one.path.count("/") if one.method == "DELETE" else 0
    return one.tag == SOURCES, ROUNDS.index(one.method), depth


OPERATIONS = sorted(INTERFACE.operations, key=in_order)
BY_ID = {one.id: one for one in OPERATIONS}


def by_where(one, where):
    return {
        parameter.name or key
        for key, parameter in INTERFACE.parameters_of(one).items()
        if parameter.where == where
    }


def test_every_route_of_the_hub_is_described_and_nothing_else(tried):
    described = {rights_key(one.method, one.path) for one in INTERFACE.operations}
    missing = set(tried.api.rights) - described
    assert not missing, f"describe these in dalgu/hub/api/openapi/*.toml: {sorted(missing)}"
    assert not described - set(tried.api.rights)


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids)) == len(INTERFACE.operations)
    of_the_standard = [path for path in document["paths"] if path.startswith("/ngsi-ld/v1/")]
    assert len(of_the_standard) == 35
    assert sum(len(document["paths"][path]) for path in of_the_standard) == 64


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.id)
def test_the_path_names_its_parameters(one):
    assert by_where(one, "path") == set(re.findall(r"\{(\w+)\}", one.path))


def test_every_operation_of_the_standard_names_its_clauses():
    bare = [o.id for o in OPERATIONS if o.path.startswith("/ngsi-ld/") and not o.clause]
    assert not bare


def test_everything_that_the_tables_name_is_used():
    used = {key for one in OPERATIONS for key in INTERFACE.parameters_of(one)}
    assert not set(INTERFACE.parameters) - used
    assert not set(INTERFACE.bodies) - {one.body for one in OPERATIONS}
    assert not set(INTERFACE.replies) - {
        name for one in OPERATIONS for name in one.replies.values()
    }


def carried(one, example):
    """Return the body and the headers with which an example is sent."""
    body = INTERFACE.bodies[one.body]
    media_type = media_type_of(body, example.body)
    content = example.body if media_type == "application/octet-stream" else example.value
    return {"content": content.encode(), "headers": {"content-type": media_type}}


class Names:
    """What stands for the parameters of a path; the hub itself names some of them."""

    def __init__(self, tried):
        self.tried = tried
        self.made = {}

    def note(self, one, answer):
        if "location" in answer.headers:
            self.made[one.id] = answer.headers["location"].rpartition("/")[2]
        if one.id == "createEntityMap":
            self.made[one.id] = answer.json()["id"]
        if one.id == "keep":
            self.made[one.id] = answer.json()

    def path(self, one):
        path = one.path
        for key, parameter in INTERFACE.parameters_of(one).items():
            if parameter.where == "path":
                sign = "{" + (parameter.name or key) + "}"
                path = path.replace(sign, str(parameter.example or self._made(key)))
        return path

    def _made(self, key):
        if key == "instanceId":
            return self._instance()
        maker = {"contextId": "hostContext", "entityMapId": "createEntityMap", "digest": "keep"}
        return self.made[maker[key]]

    def _instance(self):
        entity = INTERFACE.parameters["temporalId"].example
        path = f"/ngsi-ld/v1/temporal/entities/{entity}"
        return self.tried.ask("GET", path).json()["temperature"][0]["instanceId"]


def matching(document, schema):
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def check_answer(document, one, answer):
    told = document["paths"][one.path][one.method.lower()]["responses"]
    assert str(answer.status_code) in one.replies, (one.id, answer.status_code, answer.text)
    reply = told[str(answer.status_code)]
    reply = document["components"]["responses"][reply["$ref"].rpartition("/")[2]]
    content = reply.get("content", {})
    if not answer.content:
        assert not content, one.id
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in content, (one.id, media_type)
    if media_type != "application/octet-stream":
        matching(document, content[media_type]["schema"]).validate(answer.json())


def test_every_example_is_accepted_and_answered_as_the_document_says(tried, document):
    names = Names(tried)
    for one in OPERATIONS:
        if one.id in REFUSED:
            continue
        examples = INTERFACE.bodies[one.body].examples.values() if one.body else [None]
        assert examples, f"{one.id} has a body and no example of it"
        for example in examples:
            body = {} if example is None else carried(one, example)
            path = names.path(one)
            answer = tried.ask(one.method, path, params=one.asked, **body)
            names.note(one, answer)
            check_answer(document, one, answer)
            assert tried.read == by_where(one, "query"), one.id


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_always_refused_is_refused(tried, name):
    one = BY_ID[name]
    example = (
        {"json": {}}
        if not one.body
        else carried(one, INTERFACE.bodies[one.body].examples["change"])
    )
    answer = tried.ask(one.method, one.path, **example)
    assert answer.status_code == REFUSED[name]
    assert REFUSED[name] in problems_of(INTERFACE, one)


def test_every_request_example_fits_the_schema_it_is_told_by(document):
    for name, body in document["components"]["requestBodies"].items():
        for media_type, one in body["content"].items():
            for example in one.get("examples", {}).values():
                if media_type != "application/octet-stream":
                    matching(document, one["schema"]).validate(example["value"])
        assert any("examples" in one for one in body["content"].values()), name


def words_of(one):
    """Return the words of `options` that an operation says it knows."""
    found = [
        parameter.schema["items"]["enum"]
        for parameter in INTERFACE.parameters_of(one).values()
        if parameter.name == "options"
    ]
    return found[0] if found else []


WITH_OPTIONS = [one for one in OPERATIONS if words_of(one) and one.method == "GET"]


def somewhere(one):
    return re.sub(r"\{\w+\}", "urn:x:none", one.path)


@pytest.mark.parametrize("one", WITH_OPTIONS, ids=lambda one: one.id)
def test_every_word_of_options_is_known(tried, one):
    aggregated = {"aggrMethods": "avg"} if "aggrMethods" in by_where(one, "query") else {}
    for word in words_of(one):
        asked = one.asked | {"options": word} | aggregated
        answer = tried.ask("GET", somewhere(one), params=asked)
        assert answer.status_code in (200, 201, 206, 404), (word, answer.text)


@pytest.mark.parametrize(
    "one", [one for one in WITH_OPTIONS if one.tag != "Entity maps"], ids=lambda one: one.id
)
def test_no_other_word_of_options_is_known(tried, one):
    answer = tried.ask("GET", somewhere(one), params=one.asked | {"options": "nonesuch"})
    assert answer.status_code == 400


def test_a_body_with_its_own_context_is_shown_as_json_ld(document):
    examples = document["components"]["requestBodies"]["Entity"]["content"]
    assert "concise" in examples[LD_TYPE]["examples"]
    assert "normalized" in examples["application/json"]["examples"]


def test_public_operations_are_open_and_others_are_not(document):
    contexts = document["paths"]["/ngsi-ld/v1/jsonldContexts"]
    assert {} in contexts["get"]["security"]
    assert {} not in contexts["post"]["security"]
    assert contexts["post"]["x-right"] == "entity.write"


def test_the_schemas_of_our_own_values_come_from_the_code(document):
    change = document["components"]["schemas"]["SentChange"]
    assert "everyDataset" in change["properties"]


def test_the_document_has_one_form_of_every_number_it_writes(described):
    assert msgspec.json.encode(msgspec.json.decode(described.body)) == described.body
