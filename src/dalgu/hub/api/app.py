"""The hub's ASGI application: finds the handler of a path, and turns errors into answers."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from dalgu.hub.api import (
    batch,
    discovery,
    entities,
    mapping,
    models,
    own,
    purge,
    reading,
    sources,
    temporal_routes,
)
from dalgu.hub.api import (
    contexts as context_resource,
)
from dalgu.hub.api import (
    snapshots as snapshot_resource,
)
from dalgu.hub.api import (
    subscriptions as subscription_resource,
)
from dalgu.hub.api.exchange import (
    MAX_BODY_BYTES,
    Call,
    Receive,
    Response,
    Scope,
    Send,
)
from dalgu.hub.api.identity import Identity
from dalgu.hub.api.kept import Kept
from dalgu.hub.api.path import segments
from dalgu.hub.api.shared import HubHandler, over, problem
from dalgu.hub.api.table import Handler, Route, Table, by_shape, found_at, rights_of
from dalgu.hub.api.temporal import MOST
from dalgu.hub.errors import (
    ContextNotAvailable,
    HubError,
    MethodNotAllowed,
    NoMultiTenantSupport,
    OperationNotSupported,
    PathNotExisting,
)
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.holding import Catalogue
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.local import LocalHub
from dalgu.hub.maps import EntityMaps
from dalgu.hub.outgoing import Reach
from dalgu.hub.snapshots import Snapshots
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock, SystemClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.request import SEEN

Authorize = Callable[[Scope, str], Awaitable[None]]

MAX_FETCHED: Final = 8  # contexts for one request

_OF_NO_SNAPSHOT: Final = ("snapshots", "jsonldContexts", "info")  # the same whatever is named

log = logging.getLogger(__name__)


class HubApi:
    """NGSI-LD at `/ngsi-ld/v1`, and what our own remote hubs need at `/hub/v1`.

    Parameters
    ----------
    hub, subscriptions, contexts
        What is served.
    authorize
        Raises when the sender of a request may not do an operation (`entity.read`,
        `entity.write`, `entity.delete`, `subscription.read` …). Without it all is open.
    clock
        Tells when a temporal body was received.
    federation
        The other context sources; without it there are none, and none can be registered.
    max_body_bytes
        Longer bodies are refused.
    max_instances
        Longer histories of an attribute are answered in part (6.3.10).
    declared
        The platform's own entity types, which `/hub/v1/models` tells of.
    reach
        How far notifications of a snapshot's status may go.
    """

    def __init__(  # noqa: PLR0913  # the composition root names each part once
        self,
        hub: Hub,
        subscriptions: Subscriptions,
        contexts: Contexts,
        *,
        authorize: Authorize | None = None,
        clock: Clock | None = None,
        federation: Federation | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
        max_instances: int = MOST,
        declared: models.Declared = (),
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
    ) -> None:
        self._contexts = contexts
        self._authorize = authorize
        self._max_body_bytes = max_body_bytes
        self._maps = EntityMaps(clock or SystemClock())
        city_clock = clock or SystemClock()
        self._routes = _routes(hub, subscriptions, city_clock, federation, max_instances)
        self._routes |= models.routes(hub, declared)
        self._snapshots: Snapshots | None = None
        if isinstance(hub, LocalHub):
            tenant = subscriptions.tenant
            self._snapshots = Snapshots(hub, city_clock, reach=reach, tenant=tenant)
            self._routes |= snapshot_resource.routes(self._snapshots, hub, federation)
        identity = Identity(city_clock, partial(_alias, federation))
        who: dict[str, Route] = {"GET": (identity.answer, "public.read")}
        self._routes[("ngsi-ld", "info", "sourceIdentity")] = who
        self._of_snapshot = partial(_snapshot_routes, clock=city_clock, most=max_instances)
        self._by_shape = by_shape(self._routes)

    async def run(self) -> None:
        """Look after the snapshots until cancelled."""
        if self._snapshots is not None:
            await self._snapshots.run()

    @property
    def rights(self) -> dict[tuple[str, str], str]:
        """Method and path of each route, with the operation of the access policy it takes."""
        return rights_of(self._routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        try:
            response = await self._answer(scope, receive)
        except DalguError as refusal:
            response = problem(refusal)
        except Exception:
            # The one loop that outlives its items: a request must not end without an answer.
            log.exception("hub.failed", extra={"path": scope["path"]})
            response = problem(HubError("The hub failed; the log names the reason."))
        headers, body = response.headers, response.body
        if response.status != 204:
            length = (b"content-length", b"%d" % len(body))
            headers = [*headers, length]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if not self._contexts.may_fetch:
            return await self._handle(scope, receive)
        kept = Kept(receive)
        for _ in range(MAX_FETCHED):
            try:
                return await self._handle(scope, kept)
            except ContextNotAvailable as missing:
                await self._contexts.fetch(missing.url)
                kept.rewind()
        return await self._handle(scope, kept)

    async def _handle(self, scope: Scope, receive: Receive) -> Response:
        path = segments(scope)
        handler, operation = self._route(scope, path)
        if self._authorize is not None:
            await self._authorize(scope, operation)
        call = Call(scope, receive, path[1:])
        call.contexts = self._contexts
        call.maps = self._maps
        call.max_body_bytes = self._max_body_bytes
        call.check_length()
        if call.header(b"ngsild-tenant"):
            raise NoMultiTenantSupport(
                "This interface serves one tenant alone; leave NGSILD-Tenant out."
            )
        snapshot = call.header(b"ngsild-snapshot")
        if snapshot and self._snapshots is not None:
            return await self._in_snapshot(snapshot, handler, call)
        return call.preferred(await handler(call))

    async def _in_snapshot(self, snapshot: str, handler: Handler, call: Call) -> Response:
        """Answer from the entities of a snapshot (6.3.22)."""
        assert self._snapshots is not None  # the caller looked
        path = ("ngsi-ld", *call.path)
        found = found_at(by_shape(self._of_snapshot(self._snapshots.hub(snapshot))), path)
        if found is not None and call.method in found[0]:
            handler = found[0][call.method][0]
        elif call.path[0] not in _OF_NO_SNAPSHOT:
            raise OperationNotSupported("A snapshot serves entities and their history alone.")
        response = call.preferred(await handler(call))
        response.headers = [*response.headers, (b"ngsild-snapshot", snapshot.encode("latin-1"))]
        return response

    def _route(self, scope: Scope, path: tuple[str, ...]) -> Route:
        method, found = scope["method"], found_at(self._by_shape, path)
        if found is None:
            raise PathNotExisting("/".join(path[1:]))
        methods, template = found
        if SEEN in scope:
            scope[SEEN].route = template
        if method not in methods:
            raise MethodNotAllowed(method, ", ".join(sorted(methods)))
        return methods[method]


def _alias(federation: Federation | None) -> str:
    return "dalgu" if federation is None else federation.registry.alias


def _routes(
    hub: Hub,
    subscriptions: Subscriptions,
    clock: Clock,
    federation: Federation | None,
    most: int,
) -> Table:
    return {
        **_entity_routes(hub, federation),
        **_map_routes(hub, federation),
        **({} if federation is None else sources.routes(federation, hub)),
        **temporal_routes.routes(hub, clock, most, federation),
        **_other_routes(hub, subscriptions, federation),
        **_own_routes(hub),
    }


def _snapshot_routes(hub: Hub, *, clock: Clock, most: int) -> Table:
    return {**_entity_routes(hub, None), **temporal_routes.routes(hub, clock, most)}


def _map_routes(hub: Hub, federation: Federation | None) -> Table:
    def over_map(handler: HubHandler) -> Route:
        return over(hub, handler, "entity.read", federation)

    root = ("ngsi-ld", "entityMaps")
    return {
        root: {"GET": over_map(mapping.create)},
        ("ngsi-ld", "temporal", "entityMaps"): {"GET": over_map(mapping.create_temporal)},
        (*root, "*"): {
            "GET": over_map(mapping.retrieve),
            "PATCH": over_map(mapping.update),
            "DELETE": over_map(mapping.delete),
        },
    }


def _entity_routes(hub: Hub, federation: Federation | None) -> Table:
    def read(handler: HubHandler) -> Route:
        return over(hub, handler, "entity.read", federation)

    def write(handler: HubHandler) -> Route:
        return over(hub, handler, "entity.write", federation)

    def delete(handler: HubHandler) -> Route:
        return over(hub, handler, "entity.delete", federation)

    root = ("ngsi-ld", "entities")
    many = ("ngsi-ld", "entityOperations")
    return {
        root: {
            "GET": read(reading.query),
            "POST": write(entities.create),
            "DELETE": delete(purge.purge),
            "PATCH": write(entities.unnamed),
            "PUT": write(entities.unnamed),
        },
        (*root, "*"): {
            "GET": read(reading.retrieve),
            "DELETE": delete(entities.delete),
            "PATCH": write(entities.merge),
            "PUT": write(entities.replace),
        },
        (*root, "*", "attrs"): {"POST": write(entities.append), "PATCH": write(entities.update)},
        (*root, "*", "attrs", "*"): {
            "PATCH": write(entities.update_attribute),
            "PUT": write(entities.replace_attribute),
            "DELETE": delete(entities.delete_attribute),
        },
        (*many, "create"): {"POST": write(batch.create)},
        (*many, "upsert"): {"POST": write(batch.upsert)},
        (*many, "update"): {"POST": write(batch.update)},
        (*many, "merge"): {"POST": write(batch.merge)},
        (*many, "delete"): {"POST": delete(batch.delete)},
        (*many, "query"): {"POST": read(batch.query)},
    }


def _other_routes(hub: Hub, subscriptions: Subscriptions, federation: Federation | None) -> Table:
    catalogue = Catalogue()

    def listed(
        handler: Callable[[discovery.Held, Call], Awaitable[Response]],
    ) -> dict[str, Route]:
        async def handle(hub: Hub, call: Call) -> Response:
            return await handler(discovery.held_by(hub, catalogue), call)

        return {"GET": over(hub, handle, "entity.read", federation)}

    def subscribed(
        handler: Callable[[Subscriptions, Call], Awaitable[Response]], operation: str
    ) -> Route:
        async def handle(call: Call) -> Response:
            return await handler(subscriptions, call)

        return handle, operation

    here = subscription_resource
    forwarding = None if federation is None else federation.forwarding
    return {
        ("ngsi-ld", "types"): listed(discovery.types),
        ("ngsi-ld", "types", "*"): listed(discovery.type_),
        ("ngsi-ld", "attributes"): listed(discovery.attributes),
        ("ngsi-ld", "attributes", "*"): listed(discovery.attribute),
        ("ngsi-ld", "subscriptions"): {
            "GET": subscribed(here.query, "subscription.read"),
            "POST": subscribed(partial(here.create, forwarding=forwarding), "subscription.write"),
        },
        ("ngsi-ld", "subscriptions", "*"): {
            "GET": subscribed(here.retrieve, "subscription.read"),
            "PATCH": subscribed(here.update, "subscription.write"),
            "DELETE": subscribed(here.delete, "subscription.write"),
        },
        ("ngsi-ld", "jsonldContexts"): {
            "GET": (context_resource.listed, "public.read"),
            "POST": (context_resource.add, "entity.write"),
        },
        ("ngsi-ld", "jsonldContexts", "*"): {
            "GET": (context_resource.serve, "public.read"),
            "DELETE": (context_resource.remove, "entity.delete"),
        },
        ("hub", "version"): {"GET": (discovery.software, "public.read")},
    }


def _own_routes(hub: Hub) -> Table:
    def one(method: str, handler: HubHandler, operation: str) -> dict[str, Route]:
        return {method: over(hub, handler, operation)}

    return {
        ("hub", "deliveries"): one("POST", own.ingest, "uplink.send"),
        ("hub", "observations"): one("POST", own.upsert, "entity.write"),
        # A change may be a deletion, so the stronger right is asked for.
        ("hub", "changes"): one("POST", own.apply, "entity.delete"),
        ("hub", "series"): one("GET", own.series, "entity.read"),
        ("hub", "columns"): one("GET", own.columns, "export.read"),
        ("hub", "history"): one("GET", own.history, "entity.read"),
        ("hub", "history", "*"): one("DELETE", own.forget, "entity.delete"),
        ("hub", "messages"): one("GET", own.messages, "message.read"),
        ("hub", "messages", "*"): one("GET", own.message, "message.read"),
        ("hub", "types"): one("GET", own.types, "entity.read"),
        ("hub", "count"): one("GET", own.count, "entity.read"),
        ("hub", "events"): one("GET", own.events, "entity.read"),
        ("hub", "head"): one("GET", own.head, "entity.read"),
        ("hub", "kept"): one("POST", own.keep, "entity.write"),
        ("hub", "kept", "*"): one("GET", own.kept, "evidence.read"),
    }
