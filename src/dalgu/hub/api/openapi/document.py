"""An interface as an OpenAPI 3.1 document: pure, from the tables and the rights of the routes."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

import msgspec

from dalgu.access.credentials import PLAIN_COOKIE, SECURE_COOKIE
from dalgu.access.policy import POLICY, Operation
from dalgu.hub.api.openapi.part import Body, Interface, Parameter, Reply, rights_key
from dalgu.hub.api.openapi.part import Operation as Described
from dalgu.hub.model import JSON, Document

OPENAPI: Final = "3.1.0"
LD_TYPE: Final = "application/ld+json"

Rights = Mapping[tuple[str, str], str]  # method and path, parameters as `*` -> operation of access

# What any request may meet, whatever it asks for.
_OF_ALL: Final = (400, 401, 403, 500, 503)
_OF_BODIES: Final = (411, 413, 415)
_OF_BELOW: Final = (404,)  # of resources with a name in their path
_OF_CHOICE: Final = (406,)  # where there are several media types to choose from
_SECURED: Final[list[Document]] = [{"bearer": []}, {"session": []}]
_ANYBODY: Final[list[Document]] = [{}, *_SECURED]

_INTRODUCTION: Final = """\
All that this hub answers over HTTP. Paths below `/ngsi-ld/v1` are NGSI-LD as ETSI GS CIM 009
V1.9.1 has it; each operation names its clauses. What is not on this list is refused with 404,
a parameter that an operation does not list with 400.
"""


def document(
    interface: Interface, rights: Rights, *, version: str, structs: Iterable[type] = ()
) -> Document:
    """Return the document of those operations of an interface that a site has.

    Parameters
    ----------
    interface
        What the tables say.
    rights
        Every route of the site with the operation of the access policy that it takes.
    version
        Release of the software.
    structs
        Types whose schema is derived from the code that reads and writes them.
    """
    served = interface.served(rights)
    paths: dict[str, Document] = {}
    for one in served:
        right = rights[rights_key(one.method, one.path)]
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(interface, one, right)
    used = {one.tag for one in served}
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "Dalgu",
            "version": version,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "description": _with_clause(tag.en, tag.clause)}
            for name, tag in interface.tags.items()
            if name in used
        ],
        "paths": paths,
        "components": _components(interface, structs),
    }


def _with_clause(text: str, clause: str) -> str:
    return f"{text} (CIM 009 {clause})" if clause else text


def _operation(interface: Interface, one: Described, right: str) -> Document:
    rule = POLICY[Operation(right)]
    shown: Document = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": one.en,
        "description": _with_clause(one.about or f"{one.en}.", one.clause),
        "parameters": [_ref("parameters", key) for key in interface.parameters_of(one)],
        "responses": _responses(interface, one),
        "security": _ANYBODY if rule.public else _SECURED,
        "x-right": right,
        "x-roles": sorted(rule.roles),
    }
    if one.asked:
        shown["x-example-query"] = one.asked
    if one.body:
        shown["requestBody"] = _ref("requestBodies", one.body)
    return shown


def _responses(interface: Interface, one: Described) -> Document:
    answered = {status: _ref("responses", name) for status, name in one.replies.items()}
    refused = {str(status): _ref("responses", f"Problem{status}") for status in problems_of(
        interface, one
    )}  # fmt: skip
    return dict(sorted({**refused, **answered}.items()))


def problems_of(interface: Interface, one: Described) -> list[int]:
    """Return the statuses with which an operation may refuse a request."""
    found = {*_OF_ALL, *one.problems}
    if one.body:
        found.update(_OF_BODIES)
    if "{" in one.path:
        found.update(_OF_BELOW)
    if any(len(interface.replies[name].content) > 1 for name in one.replies.values()):
        found.update(_OF_CHOICE)
    return sorted(found)


def _ref(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}


def _components(interface: Interface, structs: Iterable[type]) -> Document:
    _, derived = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    statuses = {status for one in interface.operations for status in problems_of(interface, one)}
    refusals = {f"Problem{status}": _refusal(status) for status in sorted(statuses)}
    return {
        "schemas": interface.schemas | derived,
        "parameters": {key: _parameter(key, one) for key, one in interface.parameters.items()},
        "headers": {
            name: {"description": _with_clause(one.en, one.clause), "schema": one.schema}
            for name, one in interface.headers.items()
        },
        "requestBodies": {name: _body(one) for name, one in interface.bodies.items()},
        "responses": refusals | {name: _reply(one) for name, one in interface.replies.items()},
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API token, as `dalgu tokens create` makes it.",
            },
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": PLAIN_COOKIE,
                "description": f"The session of a person; over TLS the cookie is {SECURE_COOKIE}.",
            },
        },
    }


def _parameter(key: str, one: Parameter) -> Document:
    shown: Document = {
        "name": one.name or key,
        "in": one.where,
        "description": _with_clause(one.en, one.clause),
        "required": one.where == "path",
        "schema": one.schema,
    }
    if one.schema.get("type") == "array":  # words with commas between
        shown |= {"style": "form", "explode": False}
    if one.example is not None:
        shown["example"] = one.example
    return shown


def _body(body: Body) -> Document:
    content: Document = {
        media_type: {"schema": _schema(name)} for media_type, name in body.types.items()
    }
    for name, one in body.examples.items():
        value = one.body
        carried = media_type_of(body, value)
        content[carried].setdefault("examples", {})[name] = {"summary": one.en, "value": value}
    return {"description": body.en, "required": body.required, "content": content}


def media_type_of(body: Body, value: JSON) -> str:
    """Return the media type in which an example of a body is sent."""
    items = value if isinstance(value, list) else [value]
    is_ld = any(isinstance(item, dict) and "@context" in item for item in items)
    return LD_TYPE if is_ld and LD_TYPE in body.types else next(iter(body.types))


def _schema(name: str) -> Document:
    if name.endswith("[]"):
        return {"type": "array", "items": _schema(name.removesuffix("[]"))}
    return {"type": name} if name in ("string", "integer") else _ref("schemas", name)


def _reply(reply: Reply) -> Document:
    shown: Document = {"description": reply.en}
    if reply.headers:
        shown["headers"] = {name: _ref("headers", name) for name in reply.headers}
    if reply.content:
        shown["content"] = {
            media_type: {"schema": _schema(name)} for media_type, name in reply.content.items()
        }
    return shown


def _refusal(status: int) -> Document:
    shown: Document = {"description": HTTPStatus(status).phrase}
    if status == HTTPStatus.LENGTH_REQUIRED:  # without a body (6.3.4)
        return shown
    problem = {"schema": _ref("schemas", "ProblemDetails")}
    shown["content"] = {"application/json": problem, "application/problem+json": problem}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        shown["headers"] = {"Retry-After": _ref("headers", "Retry-After")}
    return shown
