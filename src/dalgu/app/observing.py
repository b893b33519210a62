"""Sees every request from outside: counts it, times it, names it, and logs what is worth it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Final

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dalgu.app.logs import RequestLog
from dalgu.kernel.histogram import Histogram
from dalgu.kernel.request import SEEN, Seen, current, request_id
from dalgu.kernel.text import LANGUAGES
from dalgu.web.static import Static

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER_METHOD: Final = "other"
NO_ROUTE: Final = "none"  # of what no route answers
FAILED: Final = 500

_TENANT: Final = b"ngsild-tenant"

Key = tuple[str, str, int]  # method, route, class of status (2 for 2xx)


class Traffic:
    """What has been asked: how often and how long, by method, route and class of status."""

    def __init__(self) -> None:
        self.in_progress = 0
        self.durations: defaultdict[Key, Histogram] = defaultdict(Histogram)
        self.answered_bytes: defaultdict[str, int] = defaultdict(int)

    def note(self, method: str, seen: Seen, duration_s: float) -> None:
        """Count a request; its time is that to the first byte, as streams have no end."""
        known = method if method in METHODS else OTHER_METHOD
        route = seen.route or NO_ROUTE
        self.durations[known, route, seen.status // 100].add(duration_s)
        self.answered_bytes[route] += seen.answered_bytes


class Observed:
    """ASGI middleware around all others.

    `route_of` returns the template of a path once the request was answered, for those parts
    that do not write it into `Seen` themselves.
    """

    def __init__(
        self, app: ASGIApp, traffic: Traffic, log: RequestLog, route_of: Callable[[Scope], str]
    ) -> None:
        self.app = app
        self.traffic = traffic
        self._log = log
        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope[SEEN] = seen = Seen(request_id(scope["headers"]))
        began_s, answered_s = perf_counter(), 0.0

        async def sending(message: Message) -> None:
            nonlocal answered_s
            if message["type"] == "http.response.start":
                answered_s = perf_counter()
                seen.status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", seen.id.encode())]
            else:
                seen.answered_bytes += len(message.get("body", b""))
            await send(message)

        token = current.set(seen)
        self.traffic.in_progress += 1
        try:
            await self.app(scope, receive, sending)
        finally:
            self.traffic.in_progress -= 1
            current.reset(token)
            seen.status = seen.status or FAILED
            seen.route = seen.route or self._route_of(scope)
            duration_s = (answered_s or perf_counter()) - began_s
            self.traffic.note(scope["method"], seen, duration_s)
            if self._log.wants(seen.status, duration_s):
                self._log.write(scope["method"], _named(seen, scope), duration_s)


def _named(seen: Seen, scope: Scope) -> Seen:
    """Fill in of which tenant was asked: only a line of the log is worth the look."""
    for name, value in scope["headers"]:
        if name == _TENANT:
            seen.tenant = value.decode("latin-1")[:64]
    return seen


class TemplateOf:
    """Tells which route answered a request: routers leave its endpoint in the scope."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._of = {
            route.endpoint: template(route.path) for route in routes if isinstance(route, Route)
        }

    def __call__(self, scope: Scope) -> str:
        """Return the template of the route, "" where none answered."""
        endpoint: Callable[..., object] | None = scope.get("endpoint")
        if isinstance(endpoint, Static):
            return "/static"
        return "" if endpoint is None else self._of.get(endpoint, "")


def template(path: str) -> str:
    """Return the path of a route with its language open, as all languages have it.

    >>> template("/ko/center")
    '/{language}/center'
    """
    is_page = path[1:3] in LANGUAGES and path[3:4] == "/"
    return f"/{{language}}{path[3:]}" if is_page else path
