"""What the hub costs: CPU per operation, beside raw SQLite writing the same rows on the same disk.

    python benchmarks/hub/run.py [--entities 5000] [--folder /var/tmp]

CPU is that of the whole process, the writer's thread included. Wall time hangs on the disk's
sync and on the neighbours; CPU hardly does, so CPU is what the aims are stated in.
History and events are on, every write is durable when it is counted.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import http_load as http
import msgspec

from dalgu.hub.change import Action, Change
from dalgu.hub.document import parse_entity
from dalgu.hub.hub import Delivery, Message, Query
from dalgu.hub.local import LocalHub
from dalgu.hub.model import (
    Entity,
    Link,
    Place,
    Plain,
    Quantity,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.hub.types import Device
from dalgu.kernel.clock import SystemClock
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.store.sqlite import Store

START = datetime(2026, 5, 1, tzinfo=UTC)
CLIENTS = 64
BATCH = 1_000
PAGE = 20


class ParkingSpot(Entity):
    """The entity of the published figures: 3 properties, 1 relationship, 1 point, 520 bytes."""

    status: Plain = prop()
    occupancy: Quantity = quantity("C62")
    length: Quantity = quantity("MTR")
    ref_parking_site: Link = relationship()
    location: Place = place()


class WaterMeter(Entity):
    volume: Quantity = quantity("MTQ")


@dataclass(frozen=True)
class Figure:
    name: str
    cpu_us: float
    wall_per_s: float
    aim_us: float | None = None

    def line(self) -> str:
        aim = "" if self.aim_us is None else f"{self.aim_us:8.0f}"
        return f"{self.name:<58}{self.cpu_us:9.1f}{self.wall_per_s:12,.0f}{aim:>8}"


def spot(n: int, minute: int = 0) -> ParkingSpot:
    return ParkingSpot(
        id=entity_id("ParkingSpot", f"daegu:{n:06d}"),
        observed_at=START + timedelta(minutes=minute),
        status="free" if (n + minute) % 3 else "occupied",
        occupancy=((n + minute) % 100) / 100,
        length=5.0,
        ref_parking_site=EntityId(f"urn:ngsi-ld:OffStreetParking:daegu:{n % 50}"),
        location={"type": "Point", "coordinates": [128.5 + n % 977 / 5000, 35.8 + n % 911 / 5000]},
    )


def body(entity: Entity) -> bytes:
    """The entity as a client sends it."""
    return msgspec.json.encode(entity.to_document())


async def measured(
    name: str, units: int, work: Callable[[], Awaitable[None]], aim_us: float | None = None
) -> Figure:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Figure(name, cpu / units * 1e6, units / wall, aim_us)


def probe(folder: Path, bodies: list[bytes], group: int) -> None:
    """Write the rows that as many created entities bring, with nothing around them."""
    connection = apsw.Connection(str(folder / f"probe-{group}.db"))
    for pragma, value in (("journal_mode", "wal"), ("synchronous", "FULL"), ("cache_size", -65536)):
        connection.pragma(pragma, value)
    connection.execute(
        "CREATE TABLE entity (pk INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB);"
        "CREATE TABLE kind (type INTEGER, entity INTEGER, PRIMARY KEY (type, entity)) "
        "WITHOUT ROWID;"
        "CREATE VIRTUAL TABLE place USING rtree (entity, x0, x1, y0, y1);"
        "CREATE TABLE series (entity INTEGER, attribute INTEGER, at INTEGER, n INTEGER, value, "
        "rest, message INTEGER, PRIMARY KEY (entity, attribute, at, n)) WITHOUT ROWID;"
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, entity INTEGER, names TEXT)"
    )
    at = int(START.timestamp() * 1e6)
    for start in range(0, len(bodies), group):
        with connection:
            for key, text in enumerate(bodies[start : start + group], start + 1):
                connection.execute(
                    "INSERT INTO entity VALUES (?, ?, ?)", (key, f"urn:ngsi-ld:x:{key}", text)
                )
                connection.execute("INSERT INTO kind VALUES (1, ?)", (key,))
                connection.execute("INSERT INTO place VALUES (?, 128.5, 128.5, 35, 35)", (key,))
                connection.executemany(
                    "INSERT INTO series VALUES (?, ?, ?, 0, 1.5, 1, ?)",
                    [(key, attribute, at, -at) for attribute in range(5)],
                )
                connection.execute("INSERT INTO event VALUES (?, ?, ?, '[]')", (key, at, key))
    connection.close()


def probe_reads(folder: Path, count: int) -> None:
    connection = apsw.Connection(str(folder / "probe-64.db"))
    for n in range(count):
        key = f"urn:ngsi-ld:x:{n + 1}"
        connection.execute("SELECT body FROM entity WHERE id = ?", (key,)).fetchone()
    connection.close()


async def create_all(hub: LocalHub, bodies: list[bytes], clients: int) -> None:
    """Create entities one by one from their bytes, with so many clients at once."""
    waiting = iter(bodies)

    async def client() -> None:
        for text in waiting:
            await hub.create(parse_entity(msgspec.json.decode(text)))

    await asyncio.gather(*(client() for _ in range(clients)))


async def upsert_all(hub: LocalHub, bodies: list[bytes]) -> None:
    for start in range(0, len(bodies), BATCH):
        texts = bodies[start : start + BATCH]
        documents = [parse_entity(msgspec.json.decode(text)) for text in texts]
        changes = [
            Change(Action.UPSERT_UPDATE, EntityId(document["id"]), document)
            for document in documents
        ]
        await hub.apply(changes)


async def retrieve_all(hub: LocalHub, ids: Iterable[EntityId]) -> None:
    for entity in ids:
        msgspec.json.encode(await hub.retrieve(entity))


async def ask_pages(hub: LocalHub, query: Query, times: int) -> None:
    for _ in range(times):
        page = await hub.query(query)
        msgspec.json.encode(page.entities)


def readings(meters: int, rounds: int, hours: int) -> list[list[Delivery]]:
    """Messages as meters send them: so many hourly values each, and the sign of life."""
    payload = b'{"deviceInfo":{"devEui":"0101010101010101"},"fCnt":1,"data":"' + b"q" * 400 + b'"}'
    batches = []
    for n in range(rounds):
        end = START + timedelta(hours=(n + 1) * hours)
        batch = []
        for meter in range(meters):
            device = f"wmbus:KAM.{meter:08d}"
            values: list[Entity] = [
                WaterMeter(
                    id=entity_id("WaterMeter", f"{meter}"),
                    observed_at=end - timedelta(hours=hour),
                    volume=round(meter + n + hour / 100, 3),
                    origin="synthetic",
                )
                for hour in range(hours)
            ]
            life = Device(id=entity_id("Device", device), observed_at=end, device_state="online")
            message = Message(end, "http", "oms", device, payload)
            batch.append(Delivery(message, [*values, life]))
        batches.append(batch)
    return batches


async def ingest_all(hub: LocalHub, batches: list[list[Delivery]]) -> None:
    for batch in batches:
        await hub.ingest(batch)


async def http_figures(folder: Path, count: int) -> list[Figure]:
    """The same through the ASGI app under uvicorn; CPU of the server's process."""
    bodies = [body(spot(n)) for n in range(count)]
    later = [body(spot(n, minute=5)) for n in range(count)]
    found: list[Figure] = []
    root = "/ngsi-ld/v1"
    async with http.served(folder / "http.db") as (port, pid):

        async def add(
            name: str, units: int, requests: list[bytes], expected: int, aim: float | None = None
        ) -> None:
            clients = min(CLIENTS, len(requests))
            cpu, wall = await http.cost(port, pid, requests, clients, expected)
            found.append(Figure(name, cpu / units * 1e6, units / wall, aim))

        creates = [http.post(f"{root}/entities", text) for text in bodies]
        reads = [
            http.get(f"{root}/entities/urn:ngsi-ld:ParkingSpot:daegu:{n:06d}") for n in range(count)
        ]
        batches = [
            http.post(
                f"{root}/entityOperations/upsert?options=update", b"[" + b",".join(some) + b"]"
            )
            for some in (later[start : start + BATCH] for start in range(0, count, BATCH))
        ]
        page = f"{root}/entities?type=ParkingSpot&limit={PAGE}"
        await add(f"HTTP create, {CLIENTS} clients", count, creates, 201, 300)
        await add("HTTP retrieve", count, reads, 200, 70)
        await add("HTTP batch upsert of known entities, per entity", count, batches, 204, 80)
        await add("HTTP page of 20 by type", 500, [http.get(page)] * 500, 200, 250)
        narrow = http.get(page + "&q=status==%22occupied%22")
        await add("HTTP page of 20 by type and q", 500, [narrow] * 500, 200, 250)
    return found


async def figures(folder: Path, count: int) -> list[Figure]:
    bodies = [body(spot(n)) for n in range(count)]
    singles = bodies[: max(200, count // 10)]
    later = [body(spot(n, minute=5)) for n in range(count)]
    ids = [entity_id("ParkingSpot", f"daegu:{n:06d}") for n in range(count)]
    raw = folder / "raw"
    raw.mkdir()
    found: list[Figure] = []

    async def add(name: str, units: int, work: Awaitable[None], aim: float | None = None) -> None:
        found.append(await measured(name, units, lambda: work, aim))

    async def in_thread(work: Callable[[], None]) -> None:
        work()

    async def hub_on(name: str) -> LocalHub:
        return LocalHub(Store.open(folder / name), SystemClock())

    await add(
        "raw SQLite: 1 entity a commit", len(singles), in_thread(lambda: probe(raw, singles, 1))
    )
    await add("raw SQLite: 64 entities a commit", count, in_thread(lambda: probe(raw, bodies, 64)))
    await add(
        "raw SQLite: 1 000 entities a commit", count, in_thread(lambda: probe(raw, bodies, BATCH))
    )
    await add("raw SQLite: get by id", count, in_thread(lambda: probe_reads(raw, count)))
    hub = await hub_on("single.db")
    await add("create, 1 client", len(singles), create_all(hub, singles, 1))
    await hub.close()
    hub = await hub_on("create.db")
    await add(f"create, {CLIENTS} clients", count, create_all(hub, bodies, CLIENTS), 300)
    await add("retrieve, decoded and encoded", count, retrieve_all(hub, ids), 70)
    await hub.close()
    hub = await hub_on("batch.db")
    await add("batch upsert of new entities, per entity", count, upsert_all(hub, bodies), 80)
    await add("batch upsert of known entities, per entity", count, upsert_all(hub, later), 80)
    typed = Query(types=("ParkingSpot",), limit=PAGE)
    await add("page of 20 by type", 500, ask_pages(hub, typed, 500), 250)
    narrow = Query(types=("ParkingSpot",), q='status=="occupied"', limit=PAGE)
    await add(
        "page of 20 by type and q (every third matches)", 500, ask_pages(hub, narrow, 500), 250
    )
    near = Query(
        types=("ParkingSpot",),
        georel="near;maxDistance==500",
        geometry={"type": "Point", "coordinates": [128.6, 35.9]},
        limit=PAGE,
    )
    await add("page of 20 within 500 m", 200, ask_pages(hub, near, 200))
    await hub.close()
    hub = await hub_on("ingest.db")
    hourly = readings(500, 4, 24)
    await add("ingest: 24 values + 1 a message, per value", 500 * 4 * 25, ingest_all(hub, hourly))
    await add("ingest: the same again, per value", 500 * 4 * 25, ingest_all(hub, hourly))
    last = readings(500, 8, 1)
    await add("ingest: 1 value + 1 a message, per message", 500 * 8, ingest_all(hub, last))
    await hub.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entities", type=int, default=5_000, help="entities to create")
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        print(f"{'operation':<58}{'CPU µs':>9}{'wall /s':>12}{'aim µs':>8}")
        for figure in asyncio.run(figures(Path(name), options.entities)):
            print(figure.line())
        for figure in asyncio.run(http_figures(Path(name), options.entities)):
            print(figure.line())
        print(f"{'body of one entity, bytes':<58}{len(body(spot(0))):9}")


if __name__ == "__main__":
    main()
