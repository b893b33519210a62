"""Loads a hub over kept-alive connections, and reads what that cost its process."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from figures import Round, cpu_s

READY_WITHIN_S = 60


@dataclass(frozen=True)
class Server:
    """A server under test."""

    port: int
    pid: int
    started_s: float  # from the start of the process to its first answer


@asynccontextmanager
async def served(folder: Path | None) -> AsyncIterator[Server]:
    """Give a fresh server of a hub on a folder; without one, a server that does nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = str(Path(__file__).with_name("server.py"))
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, str(port), *([] if folder is None else [str(folder)])
    )
    try:
        await until_ready(port)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        await process.wait()


async def until_ready(port: int) -> None:
    """Return once something listens on a port."""
    for _ in range(READY_WITHIN_S * 100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        return
    message = f"The server did not open port {port} within {READY_WITHIN_S} s."
    raise TimeoutError(message)


def post(path: str, body: bytes, method: str = "POST") -> bytes:
    """Return a request with a body."""
    head = f"{method} {path} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str) -> bytes:
    """Return a request without a body."""
    return f"GET {path} HTTP/1.1\r\nHost: hub\r\nAccept: application/json\r\n\r\n".encode()


async def ask(port: int, requests: Iterable[bytes], clients: int, expected: int) -> None:
    """Send all requests over so many connections; insist on one status for all."""
    waiting = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            await answer(reader, writer, request, expected)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, expected: int
) -> bytes:
    """Send one request and return the body of its answer."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _length(head)
    text = await reader.readexactly(length) if length else b""
    if int(head[9:12]) != expected:
        raise RuntimeError(head.decode() + text.decode())
    return text


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def cost(
    server: Server, requests: list[bytes], clients: int, expected: int, *, per_request: int = 1
) -> Round:
    """Return what the server spent on all requests; each may hold several units."""
    cpu, wall = cpu_s(server.pid), time.perf_counter()
    await ask(server.port, requests, min(clients, len(requests)), expected)
    wall = time.perf_counter() - wall
    return Round(cpu_s(server.pid) - cpu, wall, len(requests) * per_request)
