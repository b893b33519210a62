"""Entities as they are read over HTTP: one, or a page of a query (CIM 009 6.4, 6.5, 6.23)."""

import dataclasses

from dalgu.hub.api.exchange import (
    GEO_TYPE,
    JSON_TYPE,
    LD_TYPE,
    Call,
    Headers,
    Response,
    decode,
    encode,
    shown,
    shown_list,
)
from dalgu.hub.api.mapping import MAP_HEADER, map_header, mapped_page, named_map, new_map
from dalgu.hub.api.paging import paging
from dalgu.hub.context import Context
from dalgu.hub.earlier import NEWEST, Edition, earlier_entity, preferred_edition
from dalgu.hub.errors import AttributeNotExisting, BadRequestData, EntityNotExisting, MembersGone
from dalgu.hub.hub import Hub, Query, Selector
from dalgu.hub.linked import Shown, join_entities
from dalgu.hub.model import Document
from dalgu.hub.query.parse import (
    JOIN,
    MAPPED,
    QUERY,
    REPRESENTATION,
    flag,
    parse_join,
    parse_query,
    parse_representation,
)
from dalgu.hub.query.types import matches_types, parse_types
from dalgu.hub.represent import Form, Representation, represent, represent_feature
from dalgu.hub.values import check_uri
from dalgu.kernel.ids import EntityId

_MANY = QUERY | JOIN | MAPPED
_ONE = REPRESENTATION | JOIN | MAPPED | {"type"}


async def query(hub: Hub, call: Call) -> Response:
    """Query entities (6.4.3.2)."""
    return await answer(hub, call, call.parameters(_MANY), call.context())


async def answer(
    hub: Hub,
    call: Call,
    parameters: dict[str, str],
    context: Context,
    any_of: tuple[Selector, ...] = (),
) -> Response:
    """Return the page of entities that parameters ask for."""
    media_type = call.media_type(JSON_TYPE, LD_TYPE, GEO_TYPE)
    _check_geometry_property(parameters, media_type)
    asked = dataclasses.replace(parse_query(parameters, context), any_of=any_of)
    how = parse_representation(parameters, context)
    join = parse_join(parameters, how, asked)
    known = named_map(call)
    status = 200
    if known is None and (flag(parameters, "entityMap") or call.header(MAP_HEADER)):
        known, status = await new_map(hub, call, asked, parameters), 201
    wider = dataclasses.replace(asked, limit=asked.limit + 1)
    page = await hub.query(wider) if known is None else await mapped_page(hub, wider, known)
    headers = paging(call, asked, page, media_type)
    if known is not None:
        headers.append(map_header(known))
    found = page.entities[: asked.limit]
    pairs = (
        [(one, how) for one in found]
        if join is None
        else await join_entities(hub, found, how, join)
    )
    return _amended(call, _show(pairs, media_type, context, headers, status), how)


def _amended(call: Call, response: Response, how: Representation) -> Response:
    """Return an answer as the edition of the standard that the client prefers has it (4.3.6.8)."""
    edition = preferred_edition(call.header(b"prefer"))
    if edition is None:
        return response
    held = decode(response.body)
    body = held
    if how.form is not Form.SIMPLIFIED and edition < NEWEST and "features" not in held:
        several = held if isinstance(held, list) else [held]
        earlier = [_earlier(one, edition) for one in several]
        body = earlier if isinstance(held, list) else earlier[0]
    status = 203 if body != held and response.status == 200 else response.status
    return Response(status, encode(body), response.headers)


def _earlier(body: Document, edition: Edition) -> Document:
    if body.get("type") == "Feature":
        return {**body, "properties": earlier_entity(body["properties"], edition)}
    return earlier_entity(body, edition)


def _check_geometry_property(parameters: dict[str, str], media_type: str) -> None:
    if "geometryProperty" in parameters and media_type != GEO_TYPE:
        raise BadRequestData("Parameter 'geometryProperty' belongs to application/geo+json.")


def _show(
    pairs: list[Shown], media_type: str, context: Context, headers: Headers, status: int
) -> Response:
    if media_type == GEO_TYPE:
        features = [represent_feature(one, how) for one, how in pairs]
        body: Document = {"type": "FeatureCollection", "features": features}
        return shown(body, media_type, context, status=status, extra=headers)
    bodies = [represent(one, how) for one, how in pairs]
    # An entity of which no member is left is left out (4.21).
    response = shown_list([one for one in bodies if one], media_type, context, headers)
    response.status = status
    return response


async def retrieve(hub: Hub, call: Call) -> Response:
    """Retrieve an entity (6.5.3.1)."""
    parameters = call.parameters(_ONE)
    media_type = call.media_type(JSON_TYPE, LD_TYPE, GEO_TYPE)
    context = call.context()
    entity = EntityId(check_uri("id", call.path[1]))
    if not parameters and call.header(MAP_HEADER) is None:  # nearly every request
        how = parse_representation({}, context)
        response = _show_one(await hub.retrieve(entity), how, media_type, [])
        return response if call.header(b"prefer") is None else _amended(call, response, how)
    _check_geometry_property(parameters, media_type)
    how = parse_representation(parameters, context)
    join = parse_join(parameters, how)
    document = await hub.retrieve(entity)
    _check_found(document, how, parameters, context)
    headers = []
    if flag(parameters, "entityMap") or call.header(MAP_HEADER):
        known = named_map(call) or await new_map(hub, call, Query(ids=(entity,)), parameters)
        headers.append(map_header(known))
    pairs = [(document, how)]
    if join is not None:
        pairs = await join_entities(hub, [document], how, join)
    if len(pairs) == 1:
        response = _show_one(pairs[0][0], how, media_type, headers)
    else:
        response = _show(pairs, media_type, context, headers, 200)
    return _amended(call, response, how)


def _check_found(
    document: Document, how: Representation, parameters: dict[str, str], context: Context
) -> None:
    types = document["type"]
    several = [types] if isinstance(types, str) else types
    if "type" in parameters and not matches_types(
        parse_types(parameters["type"], context), several
    ):
        raise EntityNotExisting(document["id"])
    if how.attrs and how.attrs.isdisjoint(document):
        raise AttributeNotExisting(document["id"], parameters["attrs"])


def _show_one(
    document: Document, how: Representation, media_type: str, headers: Headers
) -> Response:
    if media_type == GEO_TYPE:
        return shown(represent_feature(document, how), media_type, how.context, extra=headers)
    body = represent(document, how)
    if not body:
        raise MembersGone(document["id"])
    return shown(body, media_type, how.context, extra=headers)
