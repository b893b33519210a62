"""Snapshots over HTTP (CIM 009 6.36 to 6.38)."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from urllib.parse import urlencode

from dalgu.hub.api.batch import query_parameters
from dalgu.hub.api.entities import location
from dalgu.hub.api.exchange import Call, Response, plain
from dalgu.hub.api.temporal import posted_parameters
from dalgu.hub.context import Context
from dalgu.hub.errors import BadRequestData
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.freezing import pages
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import parse_query
from dalgu.hub.query.temporal import parse_temporal_query
from dalgu.hub.snapshot import QUERIES, TEMPORAL_QUERIES, queries_of
from dalgu.hub.snapshots import Asked, Search, Snapshots
from dalgu.hub.values import check_uri

Route = tuple[Callable[[Call], Awaitable[Response]], str]


def routes(
    snapshots: Snapshots, hub: LocalHub, federation: Federation | None
) -> dict[tuple[str, ...], dict[str, Route]]:
    """Return the resources of snapshots."""

    async def made(call: Call) -> Response:
        return await create(snapshots, hub, federation, call)

    def over(handler: Callable[[Snapshots, Call], Awaitable[Response]], operation: str) -> Route:
        async def handle(call: Call) -> Response:
            return await handler(snapshots, call)

        return handle, operation

    root = ("ngsi-ld", "snapshots")
    return {
        root: {"POST": (made, "entity.write"), "DELETE": over(purge, "entity.delete")},
        (*root, "*"): {
            "GET": over(retrieve, "entity.read"),
            "PATCH": over(update, "entity.write"),
            "DELETE": over(delete, "entity.delete"),
        },
        (*root, "*", "clone"): {"POST": over(clone, "entity.write")},
    }


async def create(
    snapshots: Snapshots, hub: LocalHub, federation: Federation | None, call: Call
) -> Response:
    """Make a snapshot (6.36.3.1)."""
    call.parameters(frozenset())
    body, context = await call.document()
    queries = [_parameters(one) for one in queries_of(body, QUERIES)]
    temporal = [_temporal(one, context) for one in queries_of(body, TEMPORAL_QUERIES)]
    if not queries and not temporal:
        raise BadRequestData("A snapshot must have 'snapshotQueries' or 'snapshotTemporalQueries'.")
    asked = [parse_query(one, context) for one in queries]
    search = _search(hub, federation, call, queries, asked)
    key = await snapshots.create(body, Asked(asked, temporal, search))
    return Response(201, b"", [(b"location", location("snapshots", key))])


async def retrieve(snapshots: Snapshots, call: Call) -> Response:
    """Tell what is known of a snapshot (6.37.3.1)."""
    call.parameters(frozenset())
    return plain(snapshots.get(check_uri("id", call.path[1])))


async def update(snapshots: Snapshots, call: Call) -> Response:
    """Change a snapshot's priority or lifetime (6.37.3.2)."""
    call.parameters(frozenset())
    key = check_uri("id", call.path[1])
    body, _ = await call.document()
    return plain(await snapshots.update(key, body))


async def delete(snapshots: Snapshots, call: Call) -> Response:
    """Delete a snapshot (6.37.3.3)."""
    call.parameters(frozenset())
    await snapshots.delete(check_uri("id", call.path[1]))
    return Response(204)


async def clone(snapshots: Snapshots, call: Call) -> Response:
    """Copy a snapshot (6.38.3.1)."""
    call.parameters(frozenset())
    source = check_uri("id", call.path[1])
    body, _ = await call.document()
    key = await snapshots.clone(source, body)
    return Response(201, b"", [(b"location", location("snapshots", key))])


async def purge(snapshots: Snapshots, call: Call) -> Response:
    """Delete the snapshots that match a query (6.36.3.2)."""
    parameters = call.parameters(frozenset(("q",)))
    if "q" not in parameters:
        raise BadRequestData("A purge of snapshots must have a query 'q'.")
    await snapshots.purge(parameters["q"])
    return Response(204)


async def _nothing() -> MutableMapping[str, object]:
    return {"type": "http.request", "body": b""}


def _parameters(query: JSON) -> dict[str, str]:
    if isinstance(query, dict) and "temporalQ" in query:
        raise BadRequestData("A query of 'snapshotQueries' must not have 'temporalQ'.")
    return query_parameters(query)


def _temporal(query: JSON, context: Context) -> TemporalQuery:
    """Return a temporal query of a snapshot: it freezes instances, not what is summed of them."""
    if not isinstance(query, dict) or "temporalQ" not in query:
        raise BadRequestData("A query of 'snapshotTemporalQueries' must have 'temporalQ'.")
    if "aggrParams" in query:
        raise BadRequestData("A query of 'snapshotTemporalQueries' must not have 'aggrParams'.")
    asked = parse_temporal_query(posted_parameters(query), context)
    return dataclasses.replace(asked, most=None)


def _search(
    hub: LocalHub,
    federation: Federation | None,
    call: Call,
    parameters: list[dict[str, str]],
    asked: list[Query],
) -> Search:
    """Return the search that fills a snapshot, with the other sources where there are any."""
    if federation is None or federation.is_idle:
        return lambda query: pages(hub, query)
    sources = federation

    async def search(query: Query) -> AsyncIterator[list[Document]]:
        words = urlencode(parameters[asked.index(query)]).encode()
        scope = {**call.scope, "method": "GET", "query_string": words}
        as_query = Call(scope, _nothing, ("entities",))
        as_query.contexts = call.contexts
        async for documents in pages(sources.around(hub, as_query).hub, query):
            yield documents

    return search
