"""Who asks, and may they: one guard before every route, deny by default.

Each route is named after its operation in the access policy. A route with any other name does
not start, so no door can be left open by forgetting it.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dalgu.access.access import Access
from dalgu.access.actor import Actor
from dalgu.access.credentials import Credential, credential
from dalgu.access.policy import POLICY, Operation
from dalgu.kernel.errors import DalguError, Forbidden, InvalidInput
from dalgu.kernel.request import SEEN
from dalgu.web.static import Static

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Their handlers know the district of the thing concerned, and ask for it themselves; before
# them only the role can be asked for.
DISTRICT_ASKED_BY_HANDLER = frozenset(
    {
        Operation.INCIDENT_READ,
        Operation.INCIDENT_HANDLE,
        Operation.CAMERA_SEE,
        Operation.CAMERA_GRANT,
        Operation.CARE_READ,
        Operation.WARNING_SEND,
        Operation.LINK_READ,
        Operation.LINK_SEND,
        Operation.SIGNAL_CONTROL,
    }
)
# What is done by these is written down when it is done, not only when it is refused: somebody
# changes what is billed, or decides what becomes of a leak.
WRITTEN_DOWN = frozenset({Operation.METER_EDIT, Operation.BILL_WRITE, Operation.LEAK_HANDLE})
LEAST_REFUSAL = 400  # HTTP status from which on an answer refuses


class RouteNameless(DalguError):
    """A route does not say which operation of the access policy it does."""

    slug = "route-nameless"
    title = "A route names no operation"

    def __init__(self, path: str, name: str) -> None:
        super().__init__(
            f"Route '{path}' is named '{name}', which is no operation of the access policy. "
            "Name it after one in dalgu/access/policy.py.",
            path=path,
            name=name,
        )


class RequestForeign(Forbidden):
    """A browser sent a changing request from another site's page."""

    slug = "request-foreign"
    title = "The request comes from another site"

    def __init__(self) -> None:
        super().__init__(
            "The request comes from another site's page, so the session does not count for it. "
            "Send it from a page of this platform, or with an API token."
        )


class Identify:
    """ASGI middleware: puts the actor behind a session or token into the scope."""

    def __init__(self, app: ASGIApp, access: Access, *, is_secure: bool = False) -> None:
        self.app = app
        self._access = access
        self._is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its actor; a token that does not hold is refused."""
        if scope["type"] == "http":
            if not scope["query_string"].isascii():  # no handler could even read its own URL
                raise InvalidInput("The query string must be percent-encoded (RFC 3986, 2.1).")
            scope["actor"] = await identified(scope, self._access, is_secure=self._is_secure)
        await self.app(scope, receive, send)


async def identified(scope: Scope, access: Access, *, is_secure: bool) -> Actor:
    """Return who sends a request.

    Raises
    ------
    TokenInvalid
        When an API token is shown that does not hold.
    RequestForeign
        When another site's page sends a changing request along with our cookie.
    """
    headers = dict(scope["headers"])
    shown = credential(
        _text(headers.get(b"authorization")),
        _text(headers.get(b"cookie")),
        is_secure=is_secure,
    )
    _refuse_foreign(scope, headers, shown)
    actor = await access.actor_of(shown)
    if SEEN in scope:
        scope[SEEN].actor = actor.id
    return actor


def _refuse_foreign(scope: Scope, headers: dict[bytes, bytes], shown: Credential | None) -> None:
    """Refuse changing requests that another site's page sends along with our cookie.

    Browsers say so themselves (Fetch Metadata, `Sec-Fetch-Site`); older ones by `Origin`.
    """
    if scope["method"] in SAFE_METHODS or shown is None or shown.kind != "session":
        return
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        if site not in (b"same-origin", b"none"):
            raise RequestForeign
        return
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2] != headers.get(b"host"):
        raise RequestForeign


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


class Guard:
    """Asks the policy before a route's handler runs."""

    def __init__(self, app: ASGIApp, access: Access, operation: Operation) -> None:
        self.app = app
        self._access = access
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when its actor may do the route's operation."""
        actor: Actor = scope["actor"]
        if self._operation in DISTRICT_ASKED_BY_HANDLER:
            actor = replace(actor, districts=())
        target = HTTPConnection(scope).url.path
        await self._access.require(actor, self._operation, target)
        if self._operation in WRITTEN_DOWN and scope["method"] not in SAFE_METHODS:
            send = self._written_down(send, scope["actor"], target)
        await self.app(scope, receive, send)

    def _written_down(self, send: Send, actor: Actor, target: str) -> Send:
        """Return a `send` that first writes the deed down where the answer says it is done."""

        async def written(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and message["status"] < LEAST_REFUSAL:
                await self._access.audit(actor, self._operation, target)
            await send(message)

        return written


def guarded(routes: Iterable[BaseRoute], access: Access) -> list[BaseRoute]:
    """Return the routes with a guard before each.

    Raises
    ------
    RouteNameless
        When a route's name is no operation.
    """
    kept: list[BaseRoute] = []
    for route in routes:
        if not isinstance(route, Route | Mount):
            raise RouteNameless(repr(route), "")
        if isinstance(route.app, Static):  # style sheets and scripts are open to everybody
            kept.append(route)
            continue
        if route.name not in POLICY:
            raise RouteNameless(route.path, route.name or "")
        operation = Operation(route.name)
        kept.append(route if POLICY[operation].public else _behind(route, access, operation))
    return kept


def _behind(route: Route | Mount, access: Access, operation: Operation) -> Route | Mount:
    """Return the route with a guard; services' own routes are left as they are for other sites."""
    kept = copy(route)
    kept.app = Guard(route.app, access, operation)
    return kept
