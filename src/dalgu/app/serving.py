"""How HTTP is served: event loop, server, garbage collector; each chosen for what it costs.

Figures: `benchmarks/hub`, on the machine that its other figures come from.
"""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from dalgu.kernel.errors import AlreadyExisting, InvalidInput
from dalgu.kernel.settings import Settings

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
        log_config=None,  # what it says goes where our log goes
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


class PortInUse(AlreadyExisting):
    """Another program listens on the port."""

    slug = "port-in-use"
    title = "The port is in use"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is in use by another program. Name another with --port.",
            host=host,
            port=port,
        )


class AddressUnfit(InvalidInput):
    """The machine cannot listen on the address."""

    slug = "address-unfit"
    title = "The address cannot be listened on"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Address {host}, port {port}, cannot be listened on: {reason}. Name an address of "
            "this machine with --host and a free port above 1023 with --port.",
            host=host,
            port=port,
        )


def listening(settings: Settings) -> socket.socket:
    """Return the listening socket, bound before anything else starts; raise `PortInUse`."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as refused:
        listener.close()
        if refused.errno == errno.EADDRINUSE:
            raise PortInUse(settings.host, settings.port) from None
        raise AddressUnfit(settings.host, settings.port, refused.strerror or "") from None
    return listener


class Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal and no more.

        uvicorn raises it again once it has stopped listening, which would end the process
        before the devices' last word is remembered and the store is closed.
        """
        loop = asyncio.get_running_loop()
        for caught in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(caught, self.handle_exit, caught, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        self.ready.set()


def address(settings: Settings, listener: socket.socket) -> str:
    """Return the address that people open."""
    host, port = listener.getsockname()[:2]
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0") else host  # noqa: S104
    return settings.public_url or f"http://{shown}:{port}"
