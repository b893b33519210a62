"""How HTTP is served: event loop, server, garbage collector; each chosen for what it costs.

Figures: `benchmarks/hub`, on the machine that its other figures come from.
"""

import asyncio
import gc
from typing import Any

import uvicorn
from starlette.types import ASGIApp

HEAD = b"HTTP/1.1 "
END_OF_HEAD = b"\r\n\r\n"


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the fastest event loop that is installed."""
    try:
        import uvloop
    except ImportError:  # no wheel for this system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def calm_collector() -> None:
    """Leave out of each garbage collection what lives as long as the platform.

    A batch of a thousand entities makes many objects and no cycles: the default thresholds cost
    it a fifth of its time (`benchmarks/hub`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def server_config(app: ASGIApp, *, port: int = 0, patience_s: int | None = None) -> uvicorn.Config:
    """Return how uvicorn serves an application of ours.

    `patience_s` is how long open streams may last once the server is asked to stop.
    """
    return uvicorn.Config(
        app,
        port=port,
        http=one_write_protocol(),
        ws="none",  # there is no WebSocket here, and its library costs memory
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=patience_s,
    )


class HeldHead:
    """A transport that sends the head of an answer together with its body.

    uvicorn writes them one after the other, which makes two packets and two system calls of each
    answer: 3 of 31 µs. The head of a stream, whose body does not follow at once, goes at the next
    turn of the loop.
    """

    __slots__ = ("_head", "_loop", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        self.is_closing = transport.is_closing  # is asked for with every request

    def __getattr__(self, name: str) -> Any:
        """Pass on everything else."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, or hold what is the head of an answer."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(HEAD) and data.endswith(END_OF_HEAD):
            self._head = data
            self._loop.call_soon(self.flush)
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send a head that is held."""
        if self._head:
            data, self._head = self._head, b""
            self._transport.write(data)

    def close(self) -> None:
        """Send what is held, then close."""
        self.flush()
        self._transport.close()


def one_write_protocol() -> Any:
    """Return uvicorn's HTTP protocol over `HeldHead`; its own choice where httptools is missing."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # no wheel for this system
        return "auto"

    class OneWrite(HttpToolsProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(HeldHead(transport, self.loop))  # type: ignore[arg-type]  # it acts as one

    return OneWrite
