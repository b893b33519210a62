"""Writing the evolution of entities over HTTP (CIM 009 6.18 to 6.22)."""

import contextlib
import dataclasses

from dalgu.hub.api.entities import checked_id, location
from dalgu.hub.api.exchange import Call, Response, encode
from dalgu.hub.document import attribute_name, parse_attribute
from dalgu.hub.errors import BadRequestData, EntityNotExisting, InvalidRequest, MethodNotAllowed
from dalgu.hub.hub import Delivery, Hub, Message, Query, Revision, TemporalQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import flag
from dalgu.hub.temporal_document import parse_evolution
from dalgu.hub.values import check_uri
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import EntityId

FORMAT = "ngsi-ld-temporal"

_LOCAL = frozenset(("local",))
_DELETE = frozenset(("local", "datasetId", "deleteAll"))


async def create(hub: Hub, call: Call, clock: Clock) -> Response:
    """Add to the evolution of an entity (6.18.3.1); the body is kept as a message."""
    call.parameters(_LOCAL)
    body, context = await call.document()
    documents = parse_evolution(body, context)
    entity = documents[0]["id"]
    existed = await type_of(hub, entity) is not None
    await _ingest(hub, clock, entity, body, documents)
    if existed:
        return Response(204)
    return Response(201, b"", [(b"location", location("temporal", "entities", entity))])


async def append(hub: Hub, call: Call, clock: Clock) -> Response:
    """Add instances of attributes to the evolution of an entity (6.20.3.1)."""
    call.parameters(_LOCAL)
    entity = checked_id(call.path[2])
    body, context = await call.document()
    if not isinstance(body, dict) or body.keys() <= {"@context"}:
        raise InvalidRequest("The body must be an object with at least one attribute.")
    kind = await type_of(hub, entity)
    if kind is None:
        raise EntityNotExisting(entity)
    documents = parse_evolution(body, context, known={"id": entity, "type": kind})
    await _ingest(hub, clock, entity, body, documents)
    return Response(204)


async def _ingest(
    hub: Hub, clock: Clock, entity: str, body: JSON, documents: list[Document]
) -> None:
    message = Message(clock.now(), "http", FORMAT, entity, encode(body))
    await hub.ingest([Delivery(message, documents)])


async def type_of(hub: Hub, entity: str) -> JSON | None:
    """Return the types of an entity that has a history or a state, with their stored names."""
    asked = TemporalQuery(Query(ids=(entity,), limit=1), last=1)
    found = (await hub.evolution(asked)).entities
    return found[0]["type"] if found else None


async def delete(hub: Hub, call: Call) -> Response:
    """Delete the evolution of an entity (6.19.3.2): state and history are one entity."""
    call.parameters(_LOCAL)
    entity = checked_id(call.path[2])
    is_gone = False
    with contextlib.suppress(EntityNotExisting):
        await hub.delete(entity)
        is_gone = True
    try:
        await hub.forget(entity)
    except EntityNotExisting:
        if not is_gone:
            raise
    return Response(204)


async def delete_attribute(hub: Hub, call: Call) -> Response:
    """Delete an attribute from the evolution of an entity (6.21.3.1)."""
    parameters = call.parameters(_DELETE)
    dataset = parameters.get("datasetId") or None
    if dataset not in (None, "@none"):
        check_uri("datasetId", dataset)
    asked = dataclasses.replace(
        _revision(call), dataset=dataset, every_dataset=flag(parameters, "deleteAll")
    )
    await hub.revise(asked)
    return Response(204)


async def update_instance(hub: Hub, call: Call) -> Response:
    """Change one instance of an attribute (6.22.3.1)."""
    call.parameters(_LOCAL)
    if not call.path[4]:  # without a name the path is that of an attribute, which has no PATCH
        raise MethodNotAllowed("PATCH", "DELETE")
    revision = _revision(call, call.path[5])
    body, context = await call.document()
    fragment = fragment_of(body, call.path[4])
    name, patch = parse_attribute(call.path[4], fragment, context, partial=True)
    if not isinstance(patch, dict):
        raise BadRequestData("The body must be one instance of the attribute.")
    await hub.revise(dataclasses.replace(revision, attribute=name, patch=patch))
    return Response(204)


def fragment_of(body: JSON, name: str) -> JSON:
    """Return the instance that a body speaks of, be it named by its attribute or not."""
    if not isinstance(body, dict):
        raise BadRequestData("The body must be an object.")
    inner = body.get(name)
    if isinstance(inner, list) and len(inner) == 1:
        return inner[0]
    return inner if isinstance(inner, dict) else body


async def delete_instance(hub: Hub, call: Call) -> Response:
    """Delete one instance of an attribute (6.22.3.2)."""
    call.parameters(_LOCAL)
    await hub.revise(_revision(call, call.path[5]))
    return Response(204)


def _revision(call: Call, instance: str | None = None) -> Revision:
    """Return what the path speaks of; names are those of the context of the Link header."""
    entity: EntityId = checked_id(call.path[2])
    name = attribute_name(call.path[4], call.context())
    if instance is not None:
        check_uri("instanceId", instance)
    return Revision(entity, name, instance=instance)
