"""What the hub itself costs, without HTTP: one process, history and events on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from figures import Figure, figure, timed
from sample import BATCH, PAGE, bodies, readings, spot_id

from dalgu.hub.change import Action, Change
from dalgu.hub.document import parse_entity
from dalgu.hub.hub import Delivery, Query
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import SystemClock
from dalgu.kernel.ids import EntityId

ROUNDS = 5
CLIENTS = 64
PAGES = 100

Work = Callable[[], Awaitable[None]]


async def create_all(hub: LocalHub, texts: list[bytes], clients: int) -> None:
    """Create entities one by one from their bytes, with so many clients at once."""
    waiting = iter(texts)

    async def client() -> None:
        for text in waiting:
            await hub.create(parse_entity(msgspec.json.decode(text)))

    await asyncio.gather(*(client() for _ in range(clients)))


async def upsert_all(hub: LocalHub, texts: list[bytes]) -> None:
    """Upsert entities from their bytes, a thousand at a time."""
    for start in range(0, len(texts), BATCH):
        decoded = map(msgspec.json.decode, texts[start : start + BATCH])
        documents = [parse_entity(one) for one in decoded]
        await hub.apply(
            [Change(Action.UPSERT_UPDATE, EntityId(one["id"]), one) for one in documents]
        )


async def retrieve_all(hub: LocalHub, start: int, end: int) -> None:
    """Retrieve entities, each as it would be sent."""
    for n in range(start, end):
        msgspec.json.encode(await hub.retrieve(spot_id(n)))


async def ask_pages(hub: LocalHub, query: Query, times: int) -> None:
    """Ask for the same page again and again, each as it would be sent."""
    for _ in range(times):
        page = await hub.query(query)
        msgspec.json.encode(page.entities)


async def ingest_all(hub: LocalHub, batches: list[list[Delivery]]) -> None:
    """Ingest messages with their values."""
    for batch in batches:
        await hub.ingest(batch)


async def several(name: str, units: int, works: list[Work], aim_us: float | None = None) -> Figure:
    """Return the median of works that do the same to other entities."""
    return figure(name, [await timed(units, work) for work in works], aim_us)


async def figures(folder: Path, count: int) -> list[Figure]:
    """Return the figures of creating, reading, changing and ingesting."""
    hub = LocalHub.open(folder / "hub.db", SystemClock())
    found = [*await entity_figures(hub, count), *await query_figures(hub)]
    await hub.close()
    hub = LocalHub.open(folder / "ingest.db", SystemClock())
    found += await ingest_figures(hub)
    await hub.close()
    return found


async def entity_figures(hub: LocalHub, count: int) -> list[Figure]:
    """Return the figures of single entities and of batches."""
    share = count // ROUNDS
    starts = [n * share for n in range(ROUNDS)]
    new = [bodies(start, start + share) for start in starts]
    later = [bodies(start, start + share, minute=5) for start in starts]
    unknown = [bodies(count + start, count + start + share) for start in starts]
    lone = bodies(3 * count, 3 * count + share)
    return [
        await several("create, 1 client", share, [lambda: create_all(hub, lone, 1)]),
        await several(
            f"create, {CLIENTS} clients",
            share,
            [lambda t=texts: create_all(hub, t, CLIENTS) for texts in new],
        ),
        await several(
            "retrieve",
            share,
            [lambda s=start: retrieve_all(hub, s, s + share) for start in starts],
        ),
        await several(
            "batch upsert of new entities, per entity",
            share,
            [lambda t=texts: upsert_all(hub, t) for texts in unknown],
        ),
        await several(
            "batch upsert of known entities, per entity",
            share,
            [lambda t=texts: upsert_all(hub, t) for texts in later],
        ),
    ]


QUERIES = {
    "page of 20 by type": Query(types=("ParkingSpot",), limit=PAGE),
    "page of 20 by type and q (every third matches)": Query(
        types=("ParkingSpot",), q='status=="occupied"', limit=PAGE
    ),
    "page of 20 by type and q over a number": Query(
        types=("ParkingSpot",), q="occupancy>=0.5", limit=PAGE
    ),
    "page of 20 within 500 m": Query(
        types=("ParkingSpot",),
        georel="near;maxDistance==500",
        geometry={"type": "Point", "coordinates": [128.6, 35.9]},
        limit=PAGE,
    ),
}


async def query_figures(hub: LocalHub) -> list[Figure]:
    """Return the figures of pages."""
    return [
        await several(
            name, PAGES, [lambda q=query: ask_pages(hub, q, PAGES) for _ in range(ROUNDS)]
        )
        for name, query in QUERIES.items()
    ]


async def ingest_figures(hub: LocalHub) -> list[Figure]:
    """Return the figures of the device entrance."""
    hourly, last = readings(500, 4, 24), readings(500, 8, 1)
    values = 500 * 4 * 25
    return [
        await several(
            "ingest: 24 values + 1 a message, per value", values, [lambda: ingest_all(hub, hourly)]
        ),
        await several(
            "ingest: the same again, per value", values, [lambda: ingest_all(hub, hourly)]
        ),
        await several(
            "ingest: 1 value + 1 a message, per message", 500 * 8, [lambda: ingest_all(hub, last)]
        ),
    ]
