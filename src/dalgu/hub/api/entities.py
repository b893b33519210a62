"""Entities and their attributes over HTTP (CIM 009 6.4 to 6.7)."""

from urllib.parse import quote

from dalgu.hub.api.exchange import (
    Call,
    Response,
    plain,
)
from dalgu.hub.api.paging import ROOT as ROOT
from dalgu.hub.api.paging import paging as paging  # its callers look here
from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.context import Context, full_name
from dalgu.hub.document import attribute_name, parse_attribute, parse_entity, parse_fragment
from dalgu.hub.errors import BadRequestData
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import (
    flag,
    parse_options,
)
from dalgu.hub.query.types import parse_types
from dalgu.hub.values import check_uri
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

_WRITE = frozenset(("options", "format", "local", "type"))
_SIMPLE_OPTIONS = frozenset(("keyValues", "simplified", "concise", "normalized"))
_APPEND_OPTIONS = _SIMPLE_OPTIONS | {"noOverwrite"}
_NONE: frozenset[str] = frozenset()


async def apply_one(hub: Hub, change: Change) -> Applied:
    """Apply one change; raise its error when it is refused."""
    [outcome] = await hub.apply([change])
    if isinstance(outcome, DalguError):
        raise outcome
    return outcome


def is_simplified(parameters: dict[str, str], known: frozenset[str] = _SIMPLE_OPTIONS) -> bool:
    """Whether a body is sent in simplified form."""
    options = parse_options(parameters, known)
    return bool(options & {"keyValues", "simplified"}) or parameters.get("format") in (
        "simplified",
        "keyValues",
    )


def checked_id(text: str) -> EntityId:
    """Return an entity id of a path; raise when it is no URI."""
    return EntityId(check_uri("id", text))


def entity_of(call: Call) -> EntityId:
    """Return the entity id in the path `entities/{id}`."""
    return checked_id(call.path[1])


async def create(hub: Hub, call: Call) -> Response:
    """Create an entity (6.4.3.1)."""
    parameters = call.parameters(_WRITE)
    body, context = await call.document()
    document = parse_entity(body, context, simplified=is_simplified(parameters))
    entity = EntityId(document["id"])
    await apply_one(hub, Change(Action.CREATE, entity, document))
    return Response(201, b"", [(b"location", location("entities", entity))])


def location(*path: str) -> bytes:
    """Return the address of a resource."""
    return "/".join((ROOT, *(quote(part, safe=":") for part in path))).encode()


async def merge(hub: Hub, call: Call) -> Response:
    """Merge into an entity (6.5.3.4)."""
    return await _lay(hub, call, Action.MERGE)


async def replace(hub: Hub, call: Call) -> Response:
    """Replace an entity (6.5.3.3)."""
    return await _lay(hub, call, Action.REPLACE)


async def _lay(hub: Hub, call: Call, action: Action) -> Response:
    parameters = call.parameters(_WRITE)
    entity = entity_of(call)
    body, context = await call.document()
    document = parse_fragment(
        body, context, simplified=is_simplified(parameters), patch=action is Action.MERGE
    )
    _check_id(entity, document)
    types = selected_types(parameters, context)
    await apply_one(hub, Change(action, entity, document, types=types))
    return Response(204)


async def unnamed(hub: Hub, call: Call) -> Response:
    """Refuse to merge or replace an entity whose id is not said (5.6.17.4, 5.6.18.4)."""
    raise BadRequestData("The id of the entity is required in the path.")


def selected_types(parameters: dict[str, str], context: Context) -> tuple[str, ...]:
    """Return the type selection that a change is bound to, none when all types will do."""
    return parse_types(parameters["type"], context) if "type" in parameters else ()


def _check_id(entity: str, document: Document) -> None:
    if document.get("id", entity) != entity:
        raise BadRequestData("The id in the body must be the id in the path.", entity=entity)


async def delete(hub: Hub, call: Call) -> Response:
    """Delete an entity (6.5.3.2)."""
    parameters = call.parameters(frozenset(("local", "type")))
    types = selected_types(parameters, call.context())
    await apply_one(hub, Change(Action.DELETE, entity_of(call), types=types))
    return Response(204)


async def append(hub: Hub, call: Call) -> Response:
    """Append attributes to an entity (6.6.3.1)."""
    parameters = call.parameters(_WRITE)
    is_kept = "noOverwrite" in parse_options(parameters, _APPEND_OPTIONS)
    simplified = is_simplified(parameters, _APPEND_OPTIONS)
    return await _attributes(
        hub, call, Action.APPEND_NEW if is_kept else Action.APPEND, simplified=simplified
    )


async def update(hub: Hub, call: Call) -> Response:
    """Update attributes of an entity (6.6.3.2)."""
    parameters = call.parameters(_WRITE)
    return await _attributes(hub, call, Action.UPDATE, simplified=is_simplified(parameters))


async def _attributes(hub: Hub, call: Call, action: Action, *, simplified: bool) -> Response:
    entity = entity_of(call)
    body, context = await call.document()
    patch = action is Action.UPDATE
    document = parse_fragment(body, context, simplified=simplified, patch=patch, merge=False)
    _check_id(entity, document)
    types = selected_types(call.parameters(_WRITE), context)
    applied = await apply_one(hub, Change(action, entity, document, types=types))
    if not applied.skipped:
        return Response(204)
    return plain(_update_result(document, applied, action), status=207)


def _update_result(document: Document, applied: Applied, action: Action) -> Document:
    """Return what was and was not written, by full names (5.2.18)."""
    reason = "The attribute does not exist." if action is Action.UPDATE else "It exists already."
    named = [name for name in document if name not in ("id", "type", "expiresAt")]
    return {
        "updated": [full_name(name) for name in named if name not in applied.skipped],
        "notUpdated": [
            {"attributeName": full_name(name), "reason": reason} for name in applied.skipped
        ],
    }


async def update_attribute(hub: Hub, call: Call) -> Response:
    """Update members of one attribute (6.7.3.1)."""
    return await _one_attribute(hub, call, Action.UPDATE_ATTRIBUTE)


async def replace_attribute(hub: Hub, call: Call) -> Response:
    """Replace one attribute (6.7.3.3)."""
    return await _one_attribute(hub, call, Action.REPLACE_ATTRIBUTE)


async def _one_attribute(hub: Hub, call: Call, action: Action) -> Response:
    parameters = call.parameters(_WRITE)
    entity = entity_of(call)
    body, context = await call.document()
    partial = action is Action.UPDATE_ATTRIBUTE
    if not partial:
        body = _of_attribute(body, call.path[3])
    name, attribute = parse_attribute(call.path[3], body, context, partial=partial)
    types = selected_types(parameters, context)
    await apply_one(hub, Change(action, entity, {name: attribute}, name, types=types))
    return Response(204)


def _of_attribute(body: JSON, name: str) -> JSON:
    """Return the attribute of a body that holds it under its name, as an entity does.

    Table 6.7.3.3-2 asks for an Attribute Fragment, Figure 6.7.3.3-1 for an Entity Fragment. Both
    are told apart: an attribute without a value, whose only member has its own name, is none.
    """
    if isinstance(body, dict) and body.keys() - {"@context"} == {name}:
        return body[name]
    return body


async def delete_attribute(hub: Hub, call: Call) -> Response:
    """Delete one attribute, or one instance of it (6.7.3.2)."""
    parameters = call.parameters(frozenset(("datasetId", "deleteAll", "local", "type")))
    context = call.context()
    change = Change(
        Action.DELETE_ATTRIBUTE,
        entity_of(call),
        attribute=attribute_name(call.path[3], context),
        dataset=parameters.get("datasetId"),
        every_dataset=flag(parameters, "deleteAll"),
        types=selected_types(parameters, context),
    )
    await apply_one(hub, change)
    return Response(204)
