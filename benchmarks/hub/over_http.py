"""What the hub costs over HTTP: the server's process, notifier and subscriptions included."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import client
import msgspec
from client import Server, cost, get, post
from figures import Figure, Round, figure
from sample import BATCH, PAGE, START, batches, bodies, spot_id, subscription

from dalgu.kernel.clock import iso

ROOT = "/ngsi-ld/v1"
CLIENTS = 64
ROUNDS = 5
PAGES = 200
POINTS = 1_000
SUBSCRIPTIONS = 100
PAGE_PATH = f"{ROOT}/entities?type=ParkingSpot&limit={PAGE}"
SERIES = "urn:ngsi-ld:WaterMeter:aggregated"
NOWHERE = "http://127.0.0.1:9/"  # no subscription of the load is ever notified


async def subscribe(server: Server, count: int, held: int = 0) -> None:
    """Load subscriptions that no entity of the load concerns, until there are so many."""
    wanted = [post(f"{ROOT}/subscriptions", subscription(n, NOWHERE)) for n in range(held, count)]
    await client.ask(server.port, wanted, CLIENTS, 201)


async def figures(folder: Path, count: int) -> list[Figure]:
    """Return the figures of all operations over HTTP."""
    async with client.served(folder / "http") as server:
        await subscribe(server, SUBSCRIPTIONS)
        creating = await creates(server, 0, count)
        await series_of_points(server)
        return [creating, *await others(server, count)]


async def creates(server: Server, start: int, count: int) -> Figure:
    """Create entities; return what one costs."""
    share = count // ROUNDS
    found: list[Round] = []
    for first in range(start, start + count, share):
        requests = [post(f"{ROOT}/entities", text) for text in bodies(first, first + share)]
        found.append(await cost(server, requests, CLIENTS, 201))
    return figure(f"HTTP create, {CLIENTS} clients", found, 250)


async def others(server: Server, count: int, minute: int = 5) -> list[Figure]:
    """Return what all operations but creation cost on a hub that holds so many spots."""
    retrieving = [get(f"{ROOT}/entities/{spot_id(n)}") for n in spread(count, 1_000)]
    narrow = get(f"{PAGE_PATH}&q=status==%22occupied%22")
    return [
        await repeated(server, "HTTP retrieve", retrieving, 60),
        await upserts(server, count, minute),
        await repeated(server, "HTTP page of 20 by type", [get(PAGE_PATH)] * PAGES),
        await repeated(server, "HTTP page of 20 by type and q", [narrow] * PAGES, 250),
        await repeated(server, "HTTP hourly avg of 1 000 points", [get(AGGREGATE)] * PAGES, 500),
    ]


def spread(count: int, wanted: int) -> Iterable[int]:
    """Return numbers of entities all over the hub, each once, in no order that a page has."""
    return (n * 7_919 % count for n in range(min(count, wanted)))


async def repeated(
    server: Server, name: str, requests: list[bytes], aim_us: float | None = None
) -> Figure:
    """Return what one of the requests costs."""
    return figure(name, [await cost(server, requests, CLIENTS, 200) for _ in range(ROUNDS)], aim_us)


async def upserts(server: Server, count: int, minute: int) -> Figure:
    """Update known entities, a thousand in a request; return what one entity costs."""
    found: list[Round] = []
    for at in range(ROUNDS):
        start = at * BATCH % max(1, count - BATCH + 1)
        texts = bodies(start, start + min(count, BATCH), minute + at)
        [(size, text)] = batches(texts)
        path = f"{ROOT}/entityOperations/upsert?options=update"
        found.append(await cost(server, [post(path, text)], 1, 204, per_request=size))
    return figure("HTTP batch upsert of known entities, per entity", found, 70)


AGGREGATE = (
    f"{ROOT}/temporal/entities/{SERIES}?attrs=volume&options=aggregatedValues&aggrMethods=avg"
    f"&aggrPeriodDuration=PT1H&timerel=after&timeAt={iso(START)}"
)


async def series_of_points(server: Server) -> None:
    """Write the history that is aggregated: a thousand values, ten minutes apart."""
    values = [
        {
            "type": "Property",
            "value": n / 7,
            "unitCode": "MTQ",
            "observedAt": iso(START + timedelta(minutes=10 * n)),
        }
        for n in range(POINTS)
    ]
    entity = msgspec.json.encode({"id": SERIES, "type": "WaterMeter", "volume": values})
    await client.ask(server.port, [post(f"{ROOT}/temporal/entities", entity)], 1, 201)
