"""Two hundred operators at once, some of them behind a slow line."""

import asyncio
import re
import socket
import time
from urllib.parse import urlsplit

import numpy as np

from benchmarks.center.load.city import City

OPERATORS, SLOW = 200, 20
PACE, SECONDS, THINGS = 50.0, 20.0, 10_000
PACKET = 1_400  # bytes
NARROW = 4_096  # bytes that a slow line holds back before the server notices
CORES = 2
_NUMBER = re.compile(rb'"number":(\d+)')


def run(city: City) -> None:
    """200 connected streams at 50 events a second, 20 of them on a line that stands still."""
    from benchmarks.center.load.run import told

    before = city.ask("usage")
    print(f"  server before: {before['rss_mb']:.0f} MB")
    city.ask("move", THINGS)
    delays, usage = asyncio.run(_listen(city))
    city.ask("move", 0)
    first, last, took_s = usage
    cpu = (last["cpu_s"] - first["cpu_s"]) / took_s
    late = np.concatenate(delays) * 1000
    print(
        f"  {last['readers']:.0f} readers, {len(late)} rows heard; "
        f"slow ones: {last['dropped']:.0f} frames dropped, {last['renewed']:.0f} batches renewed"
    )
    told("hub write to a reader's socket, p95", float(np.percentile(late, 95)), 300, "ms")
    told("processor of the server, of two cores", 100 * cpu, 100 * CORES, "%")
    told("memory that the readers take", last["rss_mb"] - first["rss_mb"], 200, "MB")


async def _listen(city: City) -> tuple[list[np.ndarray], tuple[dict, dict, float]]:
    host = urlsplit(city.url)
    lines = [Line(host.hostname or "", host.port or 0, city.session) for _ in range(OPERATORS)]
    for number, line in enumerate(lines):
        await line.open(is_slow=number < SLOW)
    hearing = [asyncio.create_task(line.hear()) for line in lines[SLOW:]]
    await asyncio.sleep(3)
    first, begun = city.ask("usage"), time.monotonic()
    city.begin("alerts", PACE, SECONDS)
    written = await asyncio.to_thread(city.end)
    await asyncio.sleep(1)
    last, took_s = city.ask("usage"), time.monotonic() - begun
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    delays = [line.delays(written) for line in lines[SLOW:]]
    for line in lines:
        line.close()
    return delays, (first, last, took_s)


class Line:
    """One connection, read with as little work as can be: the clients must not be the load."""

    def __init__(self, host: str, port: int, session: str) -> None:
        self.host, self.port, self.session = host, port, session
        self.heard: dict[int, float] = {}

    async def open(self, *, is_slow: bool) -> None:
        plug = socket.socket()
        if is_slow:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
            # Packets as on a real line: the loopback's own would let the kernel hold megabytes.
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, PACKET)
        plug.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plug, ("127.0.0.1", self.port))
        limit = NARROW if is_slow else 2**18
        self.reader, self.writer = await asyncio.open_connection(sock=plug, limit=limit)
        self.writer.write(
            "GET /live?layers=parking%20moving&language=ko HTTP/1.1\r\n"
            f"Host: {self.host}:{self.port}\r\n"
            f"Cookie: dalgu_session={self.session}\r\n\r\n".encode()
        )

    async def hear(self) -> None:
        while block := await self.reader.read(65_536):
            if b"event: rows" in block:
                at = time.time()
                for found in _NUMBER.findall(block):
                    self.heard.setdefault(int(found), at)

    def delays(self, written: dict[int, float]) -> np.ndarray:
        return np.array([self.heard[n] - at for n, at in written.items() if n in self.heard])

    def close(self) -> None:
        self.writer.close()
