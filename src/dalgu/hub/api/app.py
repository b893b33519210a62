"""The hub's ASGI application: finds the handler of a path, and turns errors into answers."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from dalgu.hub.api import (
    batch,
    discovery,
    entities,
    own,
    temporal,
)
from dalgu.hub.api import (
    contexts as context_resource,
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
    plain,
)
from dalgu.hub.errors import (
    HubError,
    InvalidRequest,
    MethodNotAllowed,
    NoMultiTenantSupport,
    PathNotExisting,
)
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock, SystemClock
from dalgu.kernel.errors import DalguError, Overloaded, Unauthenticated

Handler = Callable[[Call], Awaitable[Response]]
Authorize = Callable[[Scope, str], Awaitable[None]]
Route = tuple[Handler, str]  # and the operation that access knows

NGSI_LD: Final = "/ngsi-ld/v1/"
OWN: Final = "/hub/v1/"

_EMPTY: Final = (b"content-length", b"0")

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
    max_body_bytes
        Longer bodies are refused.
    """

    def __init__(  # noqa: PLR0913  # the composition root names each part once
        self,
        hub: Hub,
        subscriptions: Subscriptions,
        contexts: Contexts,
        *,
        authorize: Authorize | None = None,
        clock: Clock | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._contexts = contexts
        self._authorize = authorize
        self._max_body_bytes = max_body_bytes
        self._routes = _routes(hub, subscriptions, clock or SystemClock())
        self._by_shape = _by_shape(self._routes)

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
        headers = response.headers
        length = (b"content-length", str(len(response.body)).encode()) if response.body else _EMPTY
        if response.status != 204:
            headers = [*headers, length]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path = segments(scope)
        handler, operation = self._route(scope["method"], path)
        if self._authorize is not None:
            await self._authorize(scope, operation)
        call = Call(scope, receive, path[1:])
        call.contexts = self._contexts
        call.max_body_bytes = self._max_body_bytes
        if call.header(b"ngsild-tenant"):
            raise NoMultiTenantSupport("This hub is one city: it has no tenants.")
        return await handler(call)

    def _route(self, method: str, path: tuple[str, ...]) -> Route:
        for words, methods in self._by_shape.get((path[0], path[1], len(path)), ()):
            if all(path[position] == word for position, word in words):
                if method not in methods:
                    raise MethodNotAllowed(method, ", ".join(sorted(methods)))
                return methods[method]
        raise PathNotExisting("/".join(path[1:]))


def segments(scope: Scope) -> tuple[str, ...]:
    """Return the interface (`ngsi-ld` or `hub`) and the decoded segments of the path after it.

    A slash inside an id arrives percent-encoded; only the raw path can tell it from a separator.
    """
    raw: bytes = scope.get("raw_path") or b""
    path: str = scope["path"]
    if b"%" not in raw and path.startswith(NGSI_LD) and path[-1] != "/":
        return ("ngsi-ld", *path[len(NGSI_LD) :].split("/"))
    text = raw.partition(b"?")[0].decode("latin-1") if b"%" in raw else path
    for interface, prefix in (("ngsi-ld", NGSI_LD), ("hub", OWN)):
        at = text.find(prefix)
        if at >= 0:
            parts = text[at + len(prefix) :].rstrip("/").split("/")
            return (interface, *(map(_unquoted, parts) if b"%" in raw else parts))
    raise PathNotExisting(path)


def _unquoted(part: str) -> str:
    try:
        return unquote_to_bytes(part.encode("latin-1")).decode()
    except UnicodeDecodeError:
        raise InvalidRequest("The path must be percent-encoded UTF-8.") from None


def problem(refusal: DalguError) -> Response:
    """Return the answer that says what is refused and why (CIM 009 6.3.2)."""
    headers = []
    if isinstance(refusal, MethodNotAllowed):
        headers.append((b"allow", refusal.allowed.encode()))
    if isinstance(refusal, Overloaded):
        headers.append((b"retry-after", str(refusal.retry_after_s).encode()))
    if isinstance(refusal, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    return plain(refusal.problem(), status=refusal.status, extra=headers)


Shape = tuple[str, str, int]  # interface, first segment, number of segments
Words = tuple[tuple[int, str], ...]  # the fixed words of a template besides its first two
Table = dict[tuple[str, ...], dict[str, Route]]


def _by_shape(table: Table) -> Mapping[Shape, list[tuple[Words, dict[str, Route]]]]:
    """Sort the templates by shape: most shapes have one, with no further word to compare."""
    found: dict[Shape, list[tuple[Words, dict[str, Route]]]] = {}
    for template, methods in table.items():
        words = tuple((at, word) for at, word in enumerate(template) if at > 1 and word != "*")
        shape = (template[0], template[1], len(template))
        found.setdefault(shape, []).append((words, methods))
    return found


def _routes(hub: Hub, subscriptions: Subscriptions, clock: Clock) -> Table:
    return {
        **_entity_routes(hub),
        **_temporal_routes(hub, clock),
        **_other_routes(hub, subscriptions),
        **_own_routes(hub),
    }


HubHandler = Callable[[Hub, Call], Awaitable[Response]]


def _over(hub: Hub, handler: HubHandler, operation: str) -> Route:
    async def handle(call: Call) -> Response:
        return await handler(hub, call)

    return handle, operation


def _entity_routes(hub: Hub) -> Table:
    def read(handler: HubHandler) -> Route:
        return _over(hub, handler, "entity.read")

    def write(handler: HubHandler) -> Route:
        return _over(hub, handler, "entity.write")

    def delete(handler: HubHandler) -> Route:
        return _over(hub, handler, "entity.delete")

    root = ("ngsi-ld", "entities")
    many = ("ngsi-ld", "entityOperations")
    return {
        root: {"GET": read(entities.query), "POST": write(entities.create)},
        (*root, "*"): {
            "GET": read(entities.retrieve),
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


def _temporal_routes(hub: Hub, clock: Clock) -> Table:
    async def create(call: Call) -> Response:
        return await temporal.create(hub, call, clock)

    root = ("ngsi-ld", "temporal", "entities")
    return {
        root: {"GET": _over(hub, temporal.query, "entity.read"), "POST": (create, "entity.write")},
        (*root, "*"): {
            "GET": _over(hub, temporal.retrieve, "entity.read"),
            "DELETE": _over(hub, temporal.delete, "entity.delete"),
        },
        ("ngsi-ld", "temporal", "entityOperations", "query"): {
            "POST": _over(hub, temporal.batch_query, "entity.read")
        },
    }


def _other_routes(hub: Hub, subscriptions: Subscriptions) -> Table:
    catalogue = discovery.Catalogue()

    def listed(
        handler: Callable[[Hub, Call, discovery.Catalogue], Awaitable[Response]],
    ) -> dict[str, Route]:
        async def handle(call: Call) -> Response:
            return await handler(hub, call, catalogue)

        return {"GET": (handle, "entity.read")}

    def subscribed(
        handler: Callable[[Subscriptions, Call], Awaitable[Response]], operation: str
    ) -> Route:
        async def handle(call: Call) -> Response:
            return await handler(subscriptions, call)

        return handle, operation

    here = subscription_resource
    return {
        ("ngsi-ld", "types"): listed(discovery.types),
        ("ngsi-ld", "types", "*"): listed(discovery.type_),
        ("ngsi-ld", "attributes"): listed(discovery.attributes),
        ("ngsi-ld", "attributes", "*"): listed(discovery.attribute),
        ("ngsi-ld", "subscriptions"): {
            "GET": subscribed(here.query, "subscription.read"),
            "POST": subscribed(here.create, "subscription.write"),
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
        ("ngsi-ld", "info", "sourceIdentity"): {"GET": (discovery.source_identity, "public.read")},
        ("hub", "version"): {"GET": (discovery.software, "public.read")},
    }


def _own_routes(hub: Hub) -> Table:
    def one(method: str, handler: HubHandler, operation: str) -> dict[str, Route]:
        return {method: _over(hub, handler, operation)}

    return {
        ("hub", "deliveries"): one("POST", own.ingest, "uplink.send"),
        ("hub", "observations"): one("POST", own.upsert, "entity.write"),
        # A change may be a deletion, so the stronger right is asked for.
        ("hub", "changes"): one("POST", own.apply, "entity.delete"),
        ("hub", "series"): one("GET", own.series, "entity.read"),
        ("hub", "columns"): one("GET", own.columns, "export.read"),
        ("hub", "history"): one("GET", own.history, "entity.read"),
        ("hub", "messages"): one("GET", own.messages, "message.read"),
        ("hub", "messages", "*"): one("GET", own.message, "message.read"),
        ("hub", "types"): one("GET", own.types, "entity.read"),
        ("hub", "count"): one("GET", own.count, "entity.read"),
        ("hub", "events"): one("GET", own.events, "entity.read"),
        ("hub", "head"): one("GET", own.head, "entity.read"),
        ("hub", "kept"): one("POST", own.keep, "entity.write"),
        ("hub", "kept", "*"): one("GET", own.kept, "evidence.read"),
    }
