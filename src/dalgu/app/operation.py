"""What those who run the platform ask over HTTP: alive, ready, how busy, what there is to ask."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from time import monotonic

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dalgu.access.policy import Operation
from dalgu.app import metrics
from dalgu.app.health import MEDIA_TYPE, Check, Finding, State, looked_at, report, worst
from dalgu.app.metrics import Sample
from dalgu.hub.api.openapi.described import Described

LIVE = ("/health", "/health/live")
READY = ("/ready", "/health/ready")
UNAVAILABLE = 503
FRESH_S = 1.0

Measure = Callable[[], Awaitable[list[Sample]]]


class Recent:
    """What the checks found lately: anybody may ask, and one of them writes to the disk."""

    def __init__(self, checks: list[Check]) -> None:
        self._checks = checks
        self._found: list[Finding] = []
        self._at_s = -FRESH_S
        self._lock = asyncio.Lock()

    async def get(self) -> list[Finding]:
        """Return findings of the last second; those who ask at once share one look."""
        async with self._lock:
            if monotonic() - self._at_s >= FRESH_S:
                self._found = await looked_at(self._checks)
                self._at_s = monotonic()
            return self._found


def routes(checks: list[Check], measure: Measure, described: Described) -> list[BaseRoute]:
    """Return the routes; each is named after its operation."""
    recent = Recent(checks)

    async def live(request: Request) -> Response:
        """Answer while the event loop turns: nothing else is looked at."""
        return _health({"status": str(State.PASS), "version": version("dalgu")})

    async def ready(request: Request) -> Response:
        """Answer 503 while requests had better go elsewhere."""
        found = await recent.get()
        status = UNAVAILABLE if worst(found) is State.FAIL else 200
        return _health(report(found), status)

    async def figures(request: Request) -> Response:
        text = metrics.exposition(await measure())
        return PlainTextResponse(text, media_type=metrics.MEDIA_TYPE)

    async def openapi(request: Request) -> Response:
        headers = {"etag": described.tag, "vary": "Accept-Encoding", "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == described.tag:
            return Response(status_code=304, headers=headers)
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        if is_packed:
            headers["content-encoding"] = "gzip"
        body = described.packed if is_packed else described.body
        return Response(body, headers=headers, media_type="application/json")

    public = Operation.PUBLIC_READ
    return [
        *(Route(path, live, name=public) for path in LIVE),
        *(Route(path, ready, name=public) for path in READY),
        Route("/metrics", figures, name=Operation.ENTITY_READ),
        Route("/openapi.json", openapi, name=public),
    ]


def _health(body: dict[str, object], status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, media_type=MEDIA_TYPE)
