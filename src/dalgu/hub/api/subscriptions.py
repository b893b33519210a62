"""Subscriptions over HTTP (CIM 009 6.10, 6.11)."""

from dalgu.hub.api.contexts import address_of, base_of
from dalgu.hub.api.entities import location, paging
from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, Call, Response, shown, shown_list
from dalgu.hub.federation.forwarding import Forwarding
from dalgu.hub.hub import Page, Query
from dalgu.hub.query.parse import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    MAX_OFFSET,
    flag,
    parse_options,
    whole,
)
from dalgu.hub.subscription import Arrival
from dalgu.hub.subscriptions import Subscriptions
from dalgu.hub.values import check_uri

_OPTIONS = frozenset(("sysAttrs", "count"))


async def create(
    subscriptions: Subscriptions, call: Call, forwarding: Forwarding | None = None
) -> Response:
    """Create a subscription (6.10.3.1)."""
    call.parameters(frozenset(("local",)))
    body, context = await call.document()
    arrival = Arrival(address_of(call), call.via())
    if forwarding is not None:
        forwarding.check(arrival)
    key = await subscriptions.create(body, context, base_of(call), arrival)
    return Response(201, b"", [(b"location", location("subscriptions", key))])


async def query(subscriptions: Subscriptions, call: Call) -> Response:
    """List the subscriptions (6.10.3.2)."""
    parameters = call.parameters(frozenset(("limit", "offset", "count", "options", "local")))
    options = parse_options(parameters, _OPTIONS)
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    asked = Query(
        limit=whole(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT),
        offset=whole(parameters, "offset", 0, MAX_OFFSET),
        count=flag(parameters, "count") or "count" in options,
    )
    keys = subscriptions.names()
    chosen = keys[asked.offset : asked.offset + asked.limit + 1]
    bodies = [subscriptions.shown(key, context, sys_attrs="sysAttrs" in options) for key in chosen]
    headers = paging(call, asked, Page(bodies, len(keys)))
    return shown_list(bodies[: asked.limit], media_type, context, headers)


async def retrieve(subscriptions: Subscriptions, call: Call) -> Response:
    """Retrieve a subscription (6.11.3.1)."""
    options = parse_options(call.parameters(frozenset(("options", "local"))), _OPTIONS)
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    key = check_uri("id", call.path[1])
    body = subscriptions.shown(key, context, sys_attrs="sysAttrs" in options)
    return shown(body, media_type, context)


async def update(subscriptions: Subscriptions, call: Call) -> Response:
    """Update a subscription (6.11.3.2)."""
    call.parameters(frozenset(("local",)))
    key = check_uri("id", call.path[1])
    body, context = await call.document()
    names_context = call.header(b"link") is not None or (
        isinstance(body, dict) and "@context" in body
    )
    await subscriptions.update(key, body, context if names_context else None)
    return Response(204)


async def delete(subscriptions: Subscriptions, call: Call) -> Response:
    """Delete a subscription (6.11.3.3)."""
    call.parameters(frozenset(("local",)))
    await subscriptions.delete(check_uri("id", call.path[1]))
    return Response(204)
