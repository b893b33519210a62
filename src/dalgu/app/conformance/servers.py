"""What a run needs beside robot: open hubs on empty stores, and a broker of MQTT."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from dalgu.hub.model import JSON
from dalgu.kernel.errors import PartNotInstalled

USUAL_PORT = 9090  # some cases name it literally
BROKERS = 5  # that cases between brokers speak of


@asynccontextmanager
async def open_hubs(count: int, bundle: Mapping[str, JSON]) -> AsyncIterator[list[str]]:
    """Serve open hubs on empty stores, with the suite's contexts; yield the URLs of their APIs."""
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(_serving(bundle)) for _ in range(count)]
        yield [f"http://127.0.0.1:{port}/ngsi-ld/v1" for port in ports]


@asynccontextmanager
async def _serving(bundle: Mapping[str, JSON]) -> AsyncIterator[int]:
    import uvicorn

    from dalgu.app.open_hub import open_hub

    listening = _listener(USUAL_PORT)  # whoever connects from now on waits until we serve
    with tempfile.TemporaryDirectory() as folder:
        async with open_hub(Path(folder), bundle) as hub:
            # Some cases look for 'Location' with its capital, though header names have no case
            # (RFC 9110, 5.1); h11 sends names as they are written.
            config = uvicorn.Config(hub, log_level="warning", lifespan="off", http="h11")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield listening.getsockname()[1]
            finally:
                server.should_exit = True
                await serving


def _listener(wanted: int = 0) -> socket.socket:
    """Return a socket that listens on the port that is wanted, or any other if that is taken."""
    try:
        return socket.create_server(("127.0.0.1", wanted))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with _listener() as probe:
        return int(probe.getsockname()[1])


@contextmanager
def mosquitto() -> Iterator[int]:
    """Run a broker on 1883, where the cases look for it, and on another port; yield that.

    The suite's own keywords start one in a container; where that fails they only say so.
    """
    path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        raise PartNotInstalled("The MQTT cases need a broker: apt-get install mosquitto.")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "mosquitto.conf")
        settings.write_text(
            f"allow_anonymous true\nlistener 1883 127.0.0.1\nlistener {port} 127.0.0.1\n"
        )
        broker = subprocess.Popen([path, "-c", str(settings)], stderr=subprocess.DEVNULL)  # noqa: S603  # found above
        try:
            _await_broker(broker, port)
            yield port
        finally:
            broker.terminate()
            broker.wait()


def _await_broker(broker: subprocess.Popen[bytes], port: int) -> None:
    while broker.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PartNotInstalled("The MQTT cases need port 1883; another program holds it.")
