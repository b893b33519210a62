"""Registrations of context sources, and subscriptions to them (CIM 009 6.8, 6.9, 6.12, 6.13)."""

from collections.abc import Awaitable, Callable, Mapping

from dalgu.hub.api import subscriptions
from dalgu.hub.api.entities import location, paging
from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, Call, Response, decode, shown, shown_list
from dalgu.hub.context import Context
from dalgu.hub.errors import BadRequestData
from dalgu.hub.federation.notices import read_notice
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.federation.wanted import EntityWanted, Wanted, interval_of
from dalgu.hub.hub import Hub, Page, Query
from dalgu.hub.query.geo import compile_geo
from dalgu.hub.query.parse import (
    DEFAULT_LIMIT,
    GEO,
    MAX_LIMIT,
    MAX_OFFSET,
    flag,
    geometry_of,
    parse_options,
    whole,
    words,
)
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import Predicate, compile_q, expand_q
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.query.temporal import parse_temporal_query
from dalgu.hub.query.types import parse_types
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.values import check_uri

_OPTIONS = frozenset(("sysAttrs", "count"))
_TIMES = ("timerel", "timeAt", "endTimeAt", "timeproperty")
_QUERY = (
    GEO
    | frozenset(_TIMES)
    | frozenset(
        (
            "id", "type", "idPattern", "attrs", "q", "csf", "scopeQ",
            "limit", "offset", "count", "options", "local",
        )
    )
)  # fmt: skip


async def create(federation: Federation, hub: Hub, call: Call) -> Response:
    """Register a context source (6.8.3.1)."""
    call.parameters(frozenset(("local",)))
    body, context = await call.document()
    key = await federation.registry.create(body, context, hub)
    return Response(201, b"", [(b"Location", location("csourceRegistrations", key))])


async def query(federation: Federation, call: Call) -> Response:
    """Find registrations by what their sources may hold (6.8.3.2)."""
    parameters = _given(call)
    options = parse_options(parameters, _OPTIONS)
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    wanted = read_wanted(parameters, context)
    asked = Query(
        limit=whole(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT),
        offset=whole(parameters, "offset", 0, MAX_OFFSET),
        count=flag(parameters, "count") or "count" in options,
    )
    registry = federation.registry
    found = [held for held in registry if wanted.narrowed(held) is not None]
    chosen = found[asked.offset : asked.offset + asked.limit + 1]
    bodies = [registry.shown(one, context, sys_attrs="sysAttrs" in options) for one in chosen]
    headers = paging(call, asked, Page(bodies, len(found)), is_sorted=False)
    return shown_list(bodies[: asked.limit], media_type, context, headers)


def _given(call: Call) -> dict[str, str]:
    """Return the parameters that have a value."""
    return {name: value for name, value in call.parameters(_QUERY).items() if value}


def read_wanted(parameters: Mapping[str, str], context: Context) -> Wanted:
    """Return which registrations parameters ask for (5.10.2.4).

    Raises
    ------
    BadRequestData
        When they ask for everything, or one is invalid.
    """
    pattern = parameters.get("idPattern")
    entities = EntityWanted(
        types=parse_types(parameters["type"], context) if "type" in parameters else (),
        ids=tuple(check_uri("id", one) for one in words(parameters, "id")),
        pattern=None if pattern is None else compile_pattern(pattern),
    )
    given = {name: parameters[name] for name in _TIMES if name in parameters}
    parse_temporal_query(given, context, entity="urn:ngsi-ld:any:1")  # checks them
    geo = [name for name in ("georel", "geometry", "coordinates") if name in parameters]
    if geo and len(geo) < 3:
        raise BadRequestData("A geo-query must have georel, geometry and coordinates together.")
    wanted = Wanted(
        entities=(entities,) if entities != EntityWanted() else (),
        attributes=frozenset(map(context.expand, words(parameters, "attrs"))),
        condition=_condition(parameters, context),
        geo=compile_geo(
            parameters["georel"],
            geometry_of(parameters["geometry"], parameters["coordinates"]),
            context.expand(parameters.get("geoproperty", "location")),
        )
        if geo
        else None,
        interval=interval_of(given),
        in_scope=compile_scope(parameters["scopeQ"]) if "scopeQ" in parameters else None,
    )
    if wanted == Wanted():
        raise BadRequestData("A query must name at least one of type, attrs, q, georel, id.")
    return wanted


def _condition(parameters: Mapping[str, str], context: Context) -> Predicate | None:
    """Return what must hold of the source itself: by q, by csf, or by both."""
    tests = [
        compile_q(expand_q(parameters[name], context))
        for name in ("q", "csf")
        if name in parameters
    ]
    return (lambda source: all(test(source) for test in tests)) if tests else None


async def retrieve(federation: Federation, call: Call) -> Response:
    """Retrieve a registration (6.9.3.1)."""
    options = parse_options(call.parameters(frozenset(("options", "local"))), _OPTIONS)
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    held = federation.registry.get(check_uri("id", call.path[1]))
    body = federation.registry.shown(held, context, sys_attrs="sysAttrs" in options)
    return shown(body, media_type, context)


async def update(federation: Federation, hub: Hub, call: Call) -> Response:
    """Update a registration (6.9.3.2)."""
    call.parameters(frozenset(("local",)))
    key = check_uri("id", call.path[1])
    body, context = await call.document()
    is_named = call.header(b"link") is not None or (isinstance(body, dict) and "@context" in body)
    await federation.registry.update(key, body, context if is_named else None, hub)
    return Response(204)


async def delete(federation: Federation, call: Call) -> Response:
    """Delete a registration (6.9.3.3)."""
    call.parameters(frozenset(("local",)))
    await federation.registry.delete(check_uri("id", call.path[1]))
    return Response(204)


async def watch(federation: Federation, call: Call) -> Response:
    """Subscribe to registrations (6.12.3.1)."""
    call.parameters(frozenset(("local",)))
    body, context = await call.document()
    key = await federation.watching.create(body, context)
    return Response(201, b"", [(b"Location", location("csourceSubscriptions", key))])


async def rewatch(federation: Federation, call: Call) -> Response:
    """Update a subscription to registrations (6.13.3.2)."""
    call.parameters(frozenset(("local",)))
    key = check_uri("id", call.path[1])
    if call.header(b"content-type") is None:
        decode(await call.body())  # what is no JSON at all is said first
    body, context = await call.document()
    is_named = call.header(b"link") is not None or (isinstance(body, dict) and "@context" in body)
    await federation.watching.update(key, body, context if is_named else None)
    return Response(204)


async def take_notice(federation: Federation, call: Call) -> Response:
    """Take what a source notifies of a subscription that was forwarded to it (5.8.6)."""
    call.parameters(frozenset())
    body = await call.json()
    notice = read_notice(body, federation.now())
    inside = body.get("@context") if isinstance(body, dict) else None
    context = call.context() if inside is None else call.contexts.resolve(inside)
    await federation.noticing.take(notice, context)
    return Response(200)


Route = tuple[Callable[[Call], Awaitable[Response]], str]


def routes(federation: Federation, hub: Hub) -> dict[tuple[str, ...], dict[str, Route]]:
    """Return the table of these resources."""

    async def creating(call: Call) -> Response:
        return await create(federation, hub, call)

    async def updating(call: Call) -> Response:
        return await update(federation, hub, call)

    def over(handler: Callable[[Federation, Call], Awaitable[Response]], operation: str) -> Route:
        async def handle(call: Call) -> Response:
            return await handler(federation, call)

        return handle, operation

    def watched(
        handler: Callable[[Subscriptions, Call], Awaitable[Response]], operation: str
    ) -> Route:
        async def handle(call: Call) -> Response:
            return await handler(federation.watching.watchers, call)

        return handle, operation

    between = ("ex", "remote-notify")
    told = {} if federation.forwarding is None else {"POST": over(take_notice, "notice.send")}
    root = ("ngsi-ld", "csourceRegistrations")
    watchers = ("ngsi-ld", "csourceSubscriptions")
    return {
        **({between: told} if told else {}),
        root: {
            "GET": over(query, "subscription.read"),
            "POST": (creating, "subscription.write"),
        },
        (*root, "*"): {
            "GET": over(retrieve, "subscription.read"),
            "PATCH": (updating, "subscription.write"),
            "DELETE": over(delete, "subscription.write"),
        },
        watchers: {
            "GET": watched(subscriptions.query, "subscription.read"),
            "POST": over(watch, "subscription.write"),
        },
        (*watchers, "*"): {
            "GET": watched(subscriptions.retrieve, "subscription.read"),
            "PATCH": over(rewatch, "subscription.write"),
            "DELETE": watched(subscriptions.delete, "subscription.write"),
        },
    }
