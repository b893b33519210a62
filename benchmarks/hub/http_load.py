"""The hub over HTTP: uvicorn in a process of its own, asked over kept-alive connections.

The CPU is that of the server process alone, read from /proc, so it needs Linux.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
READY_WITHIN_S = 20


def serve(path: Path, port: int) -> None:
    """Serve a hub on its own store until terminated."""
    import uvicorn

    from dalgu.hub.api.app import HubApi
    from dalgu.hub.hosted import Contexts
    from dalgu.hub.local import LocalHub
    from dalgu.hub.subscriptions import Subscriptions
    from dalgu.kernel.clock import SystemClock

    clock = SystemClock()
    hub = LocalHub.open(path, clock)
    contexts = Contexts(hub.store, clock)
    api = HubApi(hub, Subscriptions(hub.store, contexts, clock), contexts, clock=clock)
    uvicorn.run(
        api, host="127.0.0.1", port=port, access_log=False, log_level="warning", lifespan="off"
    )


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[tuple[int, int]]:
    """Give port and process id of a fresh server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(sys.executable, __file__, str(path), str(port))
    try:
        await _until_ready(port)
        yield port, server.pid
    finally:
        server.terminate()
        await server.wait()


async def _until_ready(port: int) -> None:
    for _ in range(READY_WITHIN_S * 20):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    message = f"The server did not open port {port} within {READY_WITHIN_S} s."
    raise TimeoutError(message)


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, all threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: hub\r\nAccept: application/json\r\n\r\n".encode()


async def ask(port: int, requests: Iterable[bytes], clients: int, expected: int) -> None:
    """Send all requests over so many connections; insist on one status for all."""
    waiting = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _length(head)
            text = await reader.readexactly(length) if length else b""
            if int(head[9:12]) != expected:
                raise RuntimeError(head.decode() + text.decode())
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def cost(
    port: int, pid: int, requests: list[bytes], clients: int, expected: int
) -> tuple[float, float]:
    """Return CPU seconds of the server and wall seconds for all requests."""
    cpu, wall = cpu_s(pid), time.perf_counter()
    await ask(port, requests, clients, expected)
    return cpu_s(pid) - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
