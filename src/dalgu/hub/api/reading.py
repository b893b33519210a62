"""Entities as they are read over HTTP: one, or a page of a query (CIM 009 6.4, 6.5, 6.23)."""

import dataclasses
from dataclasses import dataclass

from dalgu.hub import ready
from dalgu.hub.api.exchange import (
    GEO_TYPE,
    JSON_CONTENT,
    JSON_TYPE,
    LD_TYPE,
    MAP_HEADER,
    Call,
    Headers,
    Response,
    decode,
    encode,
    link_of,
    shown,
    shown_list,
)
from dalgu.hub.api.mapping import map_header, mapped_page, new_map
from dalgu.hub.api.paging import Bodies, paging
from dalgu.hub.context import CORE, Context
from dalgu.hub.earlier import NEWEST, Edition, earlier_entity, preferred_edition
from dalgu.hub.errors import AttributeNotExisting, BadRequestData, EntityNotExisting, MembersGone
from dalgu.hub.hub import Hub, Query, Selector
from dalgu.hub.linked import Join, Shown, join_entities
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Document
from dalgu.hub.query.parse import (
    JOIN,
    MAPPED,
    MAX_REMEMBERED,
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

MOST_REMEMBERED = 500  # query strings of one context


@dataclass(frozen=True, slots=True)
class Asked:
    """What the parameters of a query mean."""

    query: Query
    wider: Query  # one entity more tells whether a page follows
    how: Representation
    join: Join | None
    wants_map: bool


def _read(parameters: dict[str, str], context: Context, any_of: tuple[Selector, ...] = ()) -> Asked:
    query = dataclasses.replace(parse_query(parameters, context), any_of=any_of)
    how = parse_representation(parameters, context)
    return Asked(
        query,
        dataclasses.replace(query, limit=query.limit + 1),
        how,
        parse_join(parameters, how, query),
        flag(parameters, "entityMap"),
    )


def _remembered(raw: bytes, parameters: dict[str, str], context: Context) -> Asked:
    """Read a query string once: clients ask the same again and again, at 60 µs each time."""
    asked = context.remembered.get(raw)
    if not isinstance(asked, Asked):
        asked = _read(parameters, context)
        if len(raw) <= MAX_REMEMBERED:
            if len(context.remembered) >= MOST_REMEMBERED:
                context.remembered.clear()
            context.remembered[raw] = asked
    return asked


async def query(hub: Hub, call: Call) -> Response:
    """Query entities (6.4.3.2)."""
    parameters, context = call.parameters(_MANY), call.context()
    media_type = call.media_type(JSON_TYPE, LD_TYPE, GEO_TYPE)
    _check_geometry_property(parameters, media_type)
    asked = _remembered(call.scope["query_string"], parameters, context)
    return await _page(hub, call, asked, parameters, media_type)


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
    return await _page(hub, call, _read(parameters, context, any_of), parameters, media_type)


async def _page(
    hub: Hub, call: Call, asked: Asked, parameters: dict[str, str], media_type: str
) -> Response:
    known = call.entity_map()
    status = 200
    if known is None and (asked.wants_map or call.header(MAP_HEADER)):
        known, status = await new_map(hub, call, asked.query, parameters), 201
    if known is None and isinstance(hub, LocalHub) and _is_ready(call, asked, media_type):
        return await _ready_page(hub, call, asked)
    wider = asked.wider
    page = await hub.query(wider) if known is None else await mapped_page(hub, wider, known)
    headers = paging(call, asked.query, page, media_type)
    if known is not None:
        headers.append(map_header(known))
    found = page.entities[: asked.query.limit]
    how, join = asked.how, asked.join
    pairs = (
        [(one, how) for one in found]
        if join is None
        else await join_entities(hub, found, how, join)
    )
    return _amended(call, _show(pairs, media_type, how.context, headers, status), how)


def _is_ready(call: Call, asked: Asked, media_type: str) -> bool:
    """Whether the page is made of bodies as the store has them."""
    return (
        media_type == JSON_TYPE
        and asked.join is None
        and asked.query.order_by is None
        and ready.is_plain(asked.how)
        and call.header(b"prefer") is None
    )


async def _ready_page(hub: LocalHub, call: Call, asked: Asked) -> Response:
    bodies, total = await hub.bodies(asked.wider)
    headers = paging(call, asked.query, Bodies(bodies, total), JSON_TYPE)
    body = ready.shown_list(bodies[: asked.query.limit])
    return Response(200, body, [JSON_CONTENT, link_of(CORE), *headers])


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
        if (
            context is CORE
            and media_type == JSON_TYPE
            and isinstance(hub, LocalHub)
            and call.header(b"prefer") is None
        ):
            [body] = ready.shown([await hub.body(entity)])
            return Response(200, body, [JSON_CONTENT, link_of(CORE)])
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
        known = call.entity_map() or await new_map(hub, call, Query(ids=(entity,)), parameters)
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
