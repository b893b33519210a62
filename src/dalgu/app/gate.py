"""The gate before everything: how many requests, and bytes of their bodies, are inside at once.

Behind it each part has a bounded queue of its own. The gate bounds what those queues hold on to:
ten thousand waiting writes of ten megabytes each would be inside every limit but the machine's.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from dalgu.app.operation import LIVE, READY
from dalgu.hub.api.shared import problem
from dalgu.kernel.errors import Overloaded

MAX_REQUESTS: Final = 2_000
MAX_STREAMS: Final = 500  # pages and remote hubs that hold a request open to hear of changes
MAX_BODY_BYTES: Final = 256 * 1024 * 1024  # of all bodies together
UNTOLD_BYTES: Final = 1024 * 1024  # what a body of untold length counts for
RETRY_AFTER_S: Final = 2

_WATCHED: Final = frozenset((*LIVE, *READY))
_STREAMS: Final = ("/live", "/hub/v1/events")


class Gate:
    """Lets requests in while there is room, and answers 503 with Retry-After while there is none.

    Health and readiness always pass: whoever watches over the platform must see that it lives.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_requests: int = MAX_REQUESTS,
        max_streams: int = MAX_STREAMS,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self.refused = 0  # since the start
        self.requests = 0  # inside now
        self.streams = 0
        self.body_bytes = 0
        self._app = app
        self._max_requests = max_requests
        self._max_streams = max_streams
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _WATCHED:
            await self._app(scope, receive, send)
            return
        is_stream = scope["path"].startswith(_STREAMS)
        length = 0 if scope["method"] in ("GET", "HEAD", "DELETE") else _length(scope)
        if not self._has_room(length, is_stream=is_stream):
            self.refused += 1
            await _refuse(send)
            return
        self._count(1, length, is_stream=is_stream)
        try:
            await self._app(scope, receive, send)
        finally:
            self._count(-1, length, is_stream=is_stream)

    def _has_room(self, length: int, *, is_stream: bool) -> bool:
        if is_stream:
            return self.streams < self._max_streams
        is_full = self.requests >= self._max_requests
        # One body is always let in, however large: its own limit judges it.
        return not is_full and (
            not self.body_bytes or self.body_bytes + length <= self._max_body_bytes
        )

    def _count(self, one: int, length: int, *, is_stream: bool) -> None:
        if is_stream:
            self.streams += one
            return
        self.requests += one
        self.body_bytes += one * length


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 19 else UNTOLD_BYTES
    return UNTOLD_BYTES


async def _refuse(send: Send) -> None:
    refusal = problem(
        Overloaded(
            "The platform has as many requests inside as it takes. Send this one again.",
            retry_after_s=RETRY_AFTER_S,
        )
    )
    length = (b"content-length", str(len(refusal.body)).encode())
    headers = [*refusal.headers, length, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body})
