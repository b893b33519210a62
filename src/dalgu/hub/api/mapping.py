"""Entity maps over HTTP (CIM 009 6.32, 6.34, 6.35), and pages that follow a map (5.5.9.3)."""

import dataclasses
from datetime import timedelta

from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, MAP_HEADER, Call, Response, shown
from dalgu.hub.errors import BadRequestData, TooManyResults
from dalgu.hub.hub import Hub, Page, Query, TemporalQuery
from dalgu.hub.maps import MAX_MAPPED, Chart, Charted, EntityMap, parse_lifetime
from dalgu.hub.model import Document
from dalgu.hub.query.parse import MAPPED, QUERY, parse_query
from dalgu.hub.query.temporal import TEMPORAL, parse_temporal_query
from dalgu.hub.values import check_date_time, check_uri, instant

ROOT = b"/ngsi-ld/v1/entityMaps/"

PART = 200  # entities that are asked for at a time while a page fills


def map_header(known: EntityMap) -> tuple[bytes, bytes]:
    """Return the header that names a map."""
    return MAP_HEADER, ROOT + known.id.encode()


async def new_map(hub: Hub, call: Call, asked: Query, parameters: dict[str, str]) -> EntityMap:
    """Return a map of all entities that a query finds (5.14.4)."""
    text = parameters.get("entityMapLifetime")
    lifetime = None if text is None else parse_lifetime(text)
    every = dataclasses.replace(asked, limit=MAX_MAPPED + 1, offset=0, count=False)
    if isinstance(hub, Charted):
        chart = await hub.chart(every)
    else:
        chart = Chart.of_here(one["id"] for one in (await hub.query(every)).entities)
    return _kept(call, chart, lifetime)


def _kept(call: Call, chart: Chart, lifetime: timedelta | None) -> EntityMap:
    if len(chart.ids) > MAX_MAPPED:
        raise TooManyResults(f"An entity map holds at most {MAX_MAPPED} entities.")
    return call.maps.create(call.tenant, chart, lifetime)


def follow(hub: Hub, known: EntityMap) -> None:
    """Let a hub that is shared ask the sources that a map names, and no others (5.7.2.4)."""
    if isinstance(hub, Charted):
        hub.followed = known


async def mapped_page(hub: Hub, asked: Query, known: EntityMap) -> Page:
    """Return a page over the entities of a map; those that no longer fit leave it (5.5.9.3)."""
    follow(hub, known)
    ids = [one for one in known.ids if not asked.ids or one in asked.ids]
    start = 0 if asked.count else asked.offset
    found: list[Document] = []
    wanted = asked.offset + asked.limit - start
    for at in range(start, len(ids), PART):
        part = tuple(ids[at : at + PART])
        page = await hub.query(
            dataclasses.replace(asked, ids=part, limit=PART, offset=0, count=False, order_by=None)
        )
        if not (isinstance(hub, Charted) and hub.warnings):  # a silent source has lost nothing
            fitting = {one["id"] for one in page.entities}
            for entity in part:
                if entity not in fitting:
                    known.ids.pop(entity, None)
        found += page.entities
        if not asked.count and len(found) >= wanted:
            break
    if asked.count:
        return Page(found[asked.offset : asked.offset + asked.limit], len(found))
    return Page(found[:wanted])


async def create(hub: Hub, call: Call) -> Response:
    """Create the map of a query (6.34.3.1)."""
    parameters = call.parameters(QUERY | MAPPED)
    context = call.context()
    known = await new_map(hub, call, parse_query(parameters, context), parameters)
    return _shown(call, known, 201)


async def create_temporal(hub: Hub, call: Call) -> Response:
    """Create the map of a temporal query (6.35.3.1)."""
    parameters = call.parameters(QUERY | TEMPORAL | MAPPED)
    if "timerel" not in parameters:
        raise BadRequestData("Parameter 'timerel' is required for a temporal entity map.")
    asked = parse_temporal_query(parameters, call.context())
    return _shown(call, await temporal_map(hub, call, asked, parameters), 201)


async def temporal_map(
    hub: Hub, call: Call, asked: TemporalQuery, parameters: dict[str, str]
) -> EntityMap:
    """Return a map of all entities that a temporal query finds (5.14.5)."""
    text = parameters.get("entityMapLifetime")
    lifetime = None if text is None else parse_lifetime(text)
    every = dataclasses.replace(asked.entities, limit=MAX_MAPPED + 1, offset=0)
    found = dataclasses.replace(asked, entities=every, last=1, aggregation=None)
    if isinstance(hub, Charted):
        return _kept(call, await hub.temporal_chart(found), lifetime)
    page = await hub.evolution(found)
    held = (one["id"] for one in page.entities if set(one) - {"id", "type", "scope"})
    return _kept(call, Chart.of_here(held), lifetime)


async def retrieve(hub: Hub, call: Call) -> Response:
    """Retrieve a map (6.32.3.1)."""
    call.parameters(frozenset(("local",)))
    return _shown(call, call.maps.get(call.tenant, _name(call)), 200)


async def update(hub: Hub, call: Call) -> Response:
    """Let a map live longer or shorter (6.32.3.2); all else of the body is left aside."""
    call.parameters(frozenset(("local",)))
    name = _name(call)
    body, _ = await call.document()
    if not isinstance(body, dict):
        raise BadRequestData("The body must be an object.")
    call.maps.get(call.tenant, name)
    if "expiresAt" in body:
        expires_at = instant(check_date_time("expiresAt", body["expiresAt"]))
        if expires_at is not None:
            call.maps.prolong(call.tenant, name, expires_at)
    return Response(204)


async def delete(hub: Hub, call: Call) -> Response:
    """Delete a map (6.32.3.3)."""
    call.parameters(frozenset(("local",)))
    call.maps.delete(call.tenant, _name(call))
    return Response(204)


def _name(call: Call) -> str:
    return check_uri("id", call.path[1])


def _shown(call: Call, known: EntityMap, status: int) -> Response:
    media_type = call.media_type(JSON_TYPE, LD_TYPE)
    extra = [map_header(known)]
    return shown(known.document(), media_type, call.context(), status=status, extra=extra)
