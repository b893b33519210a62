"""The evolution of entities over HTTP (CIM 009 6.18, 6.19, 6.24)."""

import dataclasses

from dalgu.hub.api.batch import query_parameters
from dalgu.hub.api.entities import checked_id, location, paging
from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, Call, Response, encode, shown, shown_list
from dalgu.hub.context import Context
from dalgu.hub.document import parse_temporal
from dalgu.hub.errors import BadRequestData, EntityNotExisting
from dalgu.hub.hub import Delivery, Hub, Message, Page, TemporalQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import (
    QUERY,
    REPRESENTATION,
    TEMPORAL,
    parse_representation,
    parse_temporal_query,
    wants_temporal_values,
)
from dalgu.hub.represent import represent_temporal, represent_temporal_values
from dalgu.kernel.clock import Clock

FORMAT = "ngsi-ld-temporal"

_ONE = REPRESENTATION | TEMPORAL
_MANY = QUERY | TEMPORAL


def _represent(
    documents: list[Document], parameters: dict[str, str], context: Context, timeproperty: str
) -> list[Document]:
    how = parse_representation(parameters, context)
    if wants_temporal_values(parameters):
        return [represent_temporal_values(one, how, timeproperty) for one in documents]
    return [represent_temporal(one, how) for one in documents]


async def query(hub: Hub, call: Call) -> Response:
    """Query the evolution of entities (6.18.3.2)."""
    return await _query(hub, call, call.parameters(_MANY))


async def batch_query(hub: Hub, call: Call) -> Response:
    """Query the evolution of entities by a body (6.24)."""
    known = frozenset(("limit", "offset", "count", "options", "format", "local"))
    parameters = call.parameters(known)
    body = await call.json()
    asked = query_parameters(body) | _temporal_parameters(body.get("temporalQ")) | parameters
    return await _query(hub, call, asked)


def _temporal_parameters(body: JSON) -> dict[str, str]:
    if not isinstance(body, dict):
        raise BadRequestData("Member 'temporalQ' of the query must be an object.")
    return {name: str(body[name]) for name in TEMPORAL if name in body}


async def _query(hub: Hub, call: Call, parameters: dict[str, str]) -> Response:
    media_type = call.media_type(JSON_TYPE, LD_TYPE)
    context = call.context()
    asked = parse_temporal_query(parameters, context)
    # One more than asked for tells whether there is a next page.
    wider = dataclasses.replace(asked.entities, limit=asked.entities.limit + 1)
    page = await hub.evolution(dataclasses.replace(asked, entities=wider))
    found = page.entities[: asked.entities.limit]
    bodies = _represent(found, parameters, context, asked.timeproperty)
    return shown_list(bodies, media_type, context, paging(call, asked.entities, page))


async def retrieve(hub: Hub, call: Call) -> Response:
    """Retrieve the evolution of one entity (6.19.3.1)."""
    parameters = call.parameters(_ONE)
    media_type = call.media_type(JSON_TYPE, LD_TYPE)
    context = call.context()
    entity = checked_id(call.path[2])
    asked = parse_temporal_query(parameters, context, entity=entity)
    page: Page = await hub.evolution(asked)
    if not page.entities:
        raise EntityNotExisting(entity)
    [body] = _represent(page.entities[:1], parameters, context, asked.timeproperty)
    return shown(body, media_type, context)


async def create(hub: Hub, call: Call, clock: Clock) -> Response:
    """Add to the evolution of an entity (6.18.3.1); the body is kept as a message."""
    call.parameters(frozenset(("local",)))
    body, context = await call.document()
    documents = parse_temporal(body, context)
    entity = documents[0]["id"]
    existed = bool((await hub.evolution(_named(entity))).entities)
    message = Message(clock.now(), "http", FORMAT, entity, encode(body))
    await hub.ingest([Delivery(message, documents)])
    if existed:
        return Response(204)
    return Response(201, b"", [(b"location", location("temporal", "entities", entity))])


def _named(entity: str) -> TemporalQuery:
    return dataclasses.replace(parse_temporal_query({}, entity=entity), last=1)


async def delete(hub: Hub, call: Call) -> Response:
    """Delete the evolution of an entity (6.19.3.2)."""
    call.parameters(frozenset(("local",)))
    await hub.forget(checked_id(call.path[2]))
    return Response(204)
