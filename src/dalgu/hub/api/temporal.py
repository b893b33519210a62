"""Reading the evolution of entities over HTTP (CIM 009 6.18, 6.19, 6.24)."""

import dataclasses
from datetime import datetime
from typing import Final

from dalgu.hub.api.batch import query_parameters
from dalgu.hub.api.entities import checked_id, paging
from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, MAP_HEADER, Call, Response, shown, shown_list
from dalgu.hub.api.mapping import follow, map_header, temporal_map
from dalgu.hub.context import Context
from dalgu.hub.errors import BadRequestData, EntityNotExisting
from dalgu.hub.hub import Hub, Page, TemporalQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import MAPPED, QUERY, REPRESENTATION, flag, parse_representation
from dalgu.hub.query.temporal import AGGREGATION, TEMPORAL, parse_temporal_query, temporal_form
from dalgu.hub.represent import (
    represent_sums,
    represent_temporal,
    represent_temporal_values,
)
from dalgu.kernel.clock import iso

MOST: Final = 10_000  # instances of one attribute in one answer

_ONE = REPRESENTATION | TEMPORAL | MAPPED
_MANY = QUERY | TEMPORAL | MAPPED
_POSTED = frozenset(("limit", "offset", "count", "options", "format", "local"))

# The members of an entity that an answer has besides its attributes.
_MEMBERS = frozenset(("id", "type", "scope"))


def _represent(
    documents: list[Document], parameters: dict[str, str], context: Context, asked: TemporalQuery
) -> list[Document]:
    how = parse_representation(parameters, context)
    if asked.aggregation is None and asked.last is None:
        documents = [_oldest_first(one) for one in documents]
    if asked.aggregation is not None:
        return [represent_sums(one, how) for one in documents]
    if temporal_form(parameters) == "temporalValues":
        return [represent_temporal_values(one, how, asked.timeproperty) for one in documents]
    return [represent_temporal(one, how) for one in documents]


def _oldest_first(document: Document) -> Document:
    """Turn the instances round: only `lastN` begins with the newest (5.7.3.4)."""
    return {
        name: value[::-1] if isinstance(value, list) and name != "type" else value
        for name, value in document.items()
    }


async def query(hub: Hub, call: Call, most: int) -> Response:
    """Query the evolution of entities (6.18.3.2)."""
    return await _query(hub, call, call.parameters(_MANY), most)


async def batch_query(hub: Hub, call: Call, most: int) -> Response:
    """Query the evolution of entities by a body (6.24)."""
    parameters = call.parameters(_POSTED)
    body = await call.json()
    return await _query(hub, call, posted_parameters(body) | parameters, most)


def posted_parameters(body: JSON) -> dict[str, str]:
    """Return a temporal query's body (5.2.23) as the parameters that say the same."""
    asked = query_parameters(body) | _temporal_parameters(body.get("temporalQ"), TEMPORAL)
    if "aggrParams" in body:
        asked |= _temporal_parameters(body["aggrParams"], AGGREGATION)
    for name in ("scopeQ", "csf", "orderBy"):
        if name in body:
            asked[name] = str(body[name])
    return asked


def _temporal_parameters(body: JSON, known: frozenset[str]) -> dict[str, str]:
    if not isinstance(body, dict):
        raise BadRequestData("Members 'temporalQ' and 'aggrParams' of a query must be objects.")
    return {name: _text(body[name]) for name in known if name in body}


def _text(value: JSON) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


async def _query(hub: Hub, call: Call, parameters: dict[str, str], most: int) -> Response:
    media_type = call.media_type(JSON_TYPE, LD_TYPE)
    context = call.context()
    asked = parse_temporal_query(parameters, context, most=most)
    known, is_new = call.entity_map(), False
    if known is None and wants_map(call, parameters):
        known, is_new = await temporal_map(hub, call, asked, parameters), True
    if known is not None:
        follow(hub, known)
        mapped = [one for one in known.ids if not asked.entities.ids or one in asked.entities.ids]
        asked = dataclasses.replace(
            asked, entities=dataclasses.replace(asked.entities, ids=tuple(mapped))
        )
    if known is not None and not asked.entities.ids:
        return Response(200, b"[]", [(b"content-type", media_type.encode()), map_header(known)])
    # One more than asked for tells whether there is a next page.
    wider = dataclasses.replace(asked.entities, limit=asked.entities.limit + 1)
    page = await hub.evolution(dataclasses.replace(asked, entities=wider))
    found = page.entities[: asked.entities.limit]
    bodies = [one for one in _represent(found, parameters, context, asked) if one]
    headers = paging(call, asked.entities, page)
    if known is not None:
        headers = [*headers, map_header(known)]
    response = shown_list(bodies, media_type, context, headers)
    response.status = 201 if is_new else response.status
    return _ranged(response, page, asked)


async def retrieve(hub: Hub, call: Call, most: int) -> Response:
    """Retrieve the evolution of one entity (6.19.3.1)."""
    parameters = call.parameters(_ONE)
    media_type = call.media_type(JSON_TYPE, LD_TYPE)
    context = call.context()
    entity = checked_id(call.path[2])
    asked = parse_temporal_query(parameters, context, entity=entity, most=most)
    page: Page = await hub.evolution(asked)
    if not page.entities:
        raise EntityNotExisting(entity)
    [body] = _represent(page.entities[:1], parameters, context, asked)
    is_selected = not {"attrs", "pick", "omit"}.isdisjoint(parameters)
    if not body or (is_selected and not asked.timerel and _is_bare(body, parameters)):
        raise EntityNotExisting(entity)
    response = shown(body, media_type, context)
    known = call.entity_map()
    if known is None and wants_map(call, parameters):
        known = await temporal_map(hub, call, asked, parameters)
    if known is not None:
        response.headers.append(map_header(known))
    return _ranged(response, page, asked)


def wants_map(call: Call, parameters: dict[str, str]) -> bool:
    """Whether a request asks for an entity map, or names one that is no more (5.7.4.4)."""
    return flag(parameters, "entityMap") or call.header(MAP_HEADER) is not None


def _is_bare(body: Document, parameters: dict[str, str]) -> bool:
    """Whether a selection of attributes leaves none, where one was asked for."""
    wants_members = not _MEMBERS.isdisjoint(parameters.get("pick", "").split(","))
    return body.keys() <= _MEMBERS and not wants_members and "omit" not in parameters


def _ranged(response: Response, page: Page, asked: TemporalQuery) -> Response:
    """Say how far the instances reach where they were cut short (6.3.10)."""
    if page.cut is None:
        return response
    start, end = _reach(page.cut, asked)
    size = "*" if asked.last is None else str(asked.last)
    response.status = 206
    value = f"date-time {iso(start)}-{iso(end)}/{size}"
    response.headers.append((b"content-range", value.encode()))
    return response


def _reach(cut: tuple[datetime, datetime], asked: TemporalQuery) -> tuple[datetime, datetime]:
    oldest, newest = cut
    if asked.last is None:
        is_open = asked.timerel not in ("after", "between") or asked.time_at is None
        return (oldest if is_open else asked.time_at or oldest), newest
    ends = {"before": asked.time_at, "between": asked.end_time_at}
    return ends.get(asked.timerel or "") or newest, oldest
