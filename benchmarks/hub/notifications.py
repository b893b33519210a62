"""Whether every change is told: updates at a steady rate, 5 subscriptions, a real receiver.

Each update changes one of a thousand entities, so that none is updated twice within a second: a
change that is delivered within a second is not merged with the next one of its entity.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import client
import msgspec
from client import Server, get, post
from figures import cpu_s, memory_mb
from over_http import CLIENTS, ROOT, SUBSCRIPTIONS, subscribe
from sample import batches, bodies, spot_id, subscription

ENTITIES = 1_000
MATCHING = 5
PATIENCE_S = 30  # for what is on its way when the updates end
WATCHED_EVERY_S = 0.25


@dataclass(frozen=True)
class Delivery:
    """What became of the notifications of one run."""

    updates_per_s: float
    due: int
    delivered: int
    requests: int
    cpu_us: float  # of one update with its notifications
    memory_start_mb: float
    memory_most_mb: float
    seconds: float  # from the last update to the last notification

    def lines(self) -> Iterator[str]:
        """Yield the figures as text."""
        yield f"updates a second{self.updates_per_s:18,.0f}"
        yield f"delivered of due{self.delivered:18,} of {self.due:,} in {self.requests:,} requests"
        yield f"share delivered{100 * self.delivered / self.due:19.2f} %"
        yield f"last one after the last update{self.seconds:4.1f} s"
        yield f"CPU µs an update with its {MATCHING}{self.cpu_us:7.0f}"
        yield f"memory MB, start and most{self.memory_start_mb:9.0f}{self.memory_most_mb:7.0f}"


@asynccontextmanager
async def receiving(port: int) -> AsyncIterator[None]:
    """Run the receiver."""
    script = str(Path(__file__).with_name("receiver.py"))
    process = await asyncio.create_subprocess_exec(sys.executable, script, str(port))
    try:
        await client.until_ready(port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def delivery(folder: Path, port: int, rate: int, seconds: int) -> Delivery:
    """Update at a rate for so many seconds; return what was delivered."""
    async with client.served(folder / "told") as server, receiving(port):
        await prepare(server, port)
        count = rate * seconds
        memory = [memory_mb(server.pid)]
        watching = asyncio.create_task(watch(server, memory))
        cpu, began = cpu_s(server.pid), time.perf_counter()
        await send(server, count, rate)
        took = time.perf_counter() - began
        delivered, requests, waited = await settled(port, count * MATCHING)
        watching.cancel()
        used = cpu_s(server.pid) - cpu
        return Delivery(
            count / took, count * MATCHING, delivered, requests, used / count * 1e6, memory[0],
            max(memory), waited,
        )  # fmt: skip


async def prepare(server: Server, port: int) -> None:
    """Make the entities, the subscriptions that match and those that do not."""
    await subscribe(server, SUBSCRIPTIONS)
    watching = {"watchedAttributes": ["occupancy"], "entities": [{"type": "ParkingSpot"}]}
    matching = [
        post(
            f"{ROOT}/subscriptions",
            subscription(SUBSCRIPTIONS + n, f"http://127.0.0.1:{port}/", **watching),
        )
        for n in range(MATCHING)
    ]
    create = f"{ROOT}/entityOperations/create"
    made = [post(create, text) for _, text in batches(bodies(0, ENTITIES))]
    await client.ask(server.port, made, 1, 201)
    await client.ask(server.port, matching, 1, 201)


async def paced(count: int, rate: int) -> AsyncIterator[bytes]:
    """Yield updates, none before its time."""
    began = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0, began + number / rate - time.perf_counter()))
        body = {"occupancy": {"type": "Property", "value": number + 1, "unitCode": "C62"}}
        path = f"{ROOT}/entities/{spot_id(number % ENTITIES)}/attrs"
        yield post(path, msgspec.json.encode(body), "PATCH")


async def send(server: Server, count: int, rate: int) -> None:
    """Send all updates; a queue between keeps the rate whatever the answers take."""
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def one_client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while (request := await waiting.get()) is not None:
            await client.answer(reader, writer, request, 204)
        writer.close()

    clients = [asyncio.create_task(one_client()) for _ in range(CLIENTS)]
    async for request in paced(count, rate):
        waiting.put_nowait(request)
    for _ in clients:
        waiting.put_nowait(None)
    await asyncio.gather(*clients)


async def watch(server: Server, memory: list[float]) -> None:
    """Note the memory of the server again and again."""
    while True:
        memory.append(memory_mb(server.pid))
        await asyncio.sleep(WATCHED_EVERY_S)


async def settled(port: int, due: int) -> tuple[int, int, float]:
    """Wait until all is delivered, or patience ends; return how much was, and how long it took."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        text = await client.answer(reader, writer, get("/"), 200)
        delivered, requests = msgspec.json.decode(text)
        waited = time.perf_counter() - began
        if delivered >= due or waited > PATIENCE_S:
            writer.close()
            return delivered, requests, waited
        await asyncio.sleep(0.05)
