"""The power is cut while clients write: what was acknowledged is there, whole, afterwards.

    python -m benchmarks.reliability.power_cuts --cuts 10000 [--durability FULL] [--seed 1]

`kill -9` proves nothing here, since the page cache outlives a process. So a disk of ours is slid
under the product's own store (`disk.py`), and the whole hub is asked by its own interface.
After each cut the file is opened with SQLite's plain layer and held against what the clients were
told: entities, history, subscriptions, registrations, snapshots, contexts; every index against a
rebuild from the bodies; the outbox without holes; and in the end every change was notified.
"""

import argparse
import asyncio
import contextlib
import logging
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import httpx2
import msgspec
import numpy as np

from benchmarks.reliability.clients import NOON, ROOT, Client, encoded, values_of
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from dalgu.hub.api.app import HubApi
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.soundness import faults
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.store.sqlite import Durability, Store

CUTS_PER_FILE = 10  # the file grows old over several cuts, then a new one begins
CHECKPOINT_PAGES = 60  # so that cuts also fall into checkpoints
STEPS_UNTIL_CUT = 500  # of the disk, at most
REQUESTS = 20  # of each client, in one life
CLIENTS = 3
WATCHED = "Sluice"  # the type that a subscriber is told of
DRAINED_WITHIN_S = 20


class RunningClock:
    """A clock that moves on by a millisecond with each look, so that no two writes share one."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    async def sleep_until(self, at: datetime) -> None:
        await asyncio.sleep(0.02)
        self.at = max(self.at, at)


@dataclass
class Told:
    """A subscriber that remembers the last value it was told of each entity."""

    values: dict[str, set[Any]] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = msgspec.json.decode((await receive())["body"])
        for one in body["data"]:
            told = self.values.setdefault(one["id"], set())
            told.update(value for value in map(_plain, one.values()) if value is not None)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _holding_nothing(scope: Any, receive: Any, send: Any) -> None:
    """Answer as another context source that has none of what it is asked for."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _plain(attribute: Any) -> Any:
    value = attribute.get("value") if isinstance(attribute, dict) else None
    return value if isinstance(value, (str, int)) else None


@dataclass
class Hub:
    """All parts of a hub over one store, and its interface."""

    store: Store
    clock: RunningClock
    told: Told

    def __post_init__(self) -> None:
        self.local = LocalHub(self.store, self.clock)
        contexts = Contexts(self.store, self.clock)
        self.subscriptions = Subscriptions(self.store, contexts, self.clock)
        self.notifier = Notifier(
            self.local,
            self.subscriptions,
            self.store,
            self.clock,
            transport=httpx2.ASGITransport(app=self.told),
        )
        self.api = HubApi(
            self.local,
            self.subscriptions,
            contexts,
            clock=self.clock,
            federation=Federation(
                self.store,
                contexts,
                self.clock,
                transport=httpx2.ASGITransport(app=_holding_nothing),
            ),
        )

    async def ask(self, method: str, path: str, body: Any = None) -> int:
        """Return the status of the answer to one request."""
        return (await self.answer(method, path, body))[0]

    async def answer(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Return status and body of the answer to one request, `?` and query in the path."""
        sent, heard = encoded(body), []
        path, _, query = path.partition("?")
        path = path if path.startswith("/hub/") else ROOT + path
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (b"host", b"hub"),
                (b"content-type", b"application/json"),
                (b"content-length", str(len(sent)).encode()),
            ],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent}

        async def send(message: dict[str, Any]) -> None:
            heard.append(message)

        await self.api(scope, receive, send)
        return heard[0]["status"], heard[1]["body"]


@asynccontextmanager
async def opened(path: Path, told: Told, clock: RunningClock, **how: Any) -> AsyncIterator[Hub]:
    """Open a hub whose notifications are sent meanwhile."""
    store = Store.open(path, checkpoint_pages=CHECKPOINT_PAGES, **how)
    hub = Hub(store, clock, told)
    notifying = asyncio.create_task(hub.notifier.run())
    try:
        yield hub
    finally:
        notifying.cancel()
        await asyncio.gather(notifying, return_exceptions=True)
        await store.close()


async def live_until_the_cut(path: Path, disk: Disk, life: "Life", durability: Durability) -> None:
    """Let the clients write until the power goes, or they have written enough."""
    with contextlib.suppress(apsw.Error, DalguError):
        async with opened(path, life.told, life.clock, durability=durability, vfs=LAYER) as hub:
            if not life.is_subscribed:
                life.is_subscribed = await _subscribe(hub)
            async with asyncio.TaskGroup() as group:
                for client in life.clients:
                    group.create_task(client.work(hub.ask, REQUESTS))
            disk.is_off = True


async def _subscribe(hub: Hub) -> bool:
    body = {
        "id": "urn:ngsi-ld:Subscription:watching",
        "type": "Subscription",
        "entities": [{"type": WATCHED}],
        "notification": {"endpoint": {"uri": "http://receiver.example/"}},
    }
    return await hub.ask("POST", "/subscriptions", body) in (201, 409)


@dataclass
class Life:
    """One file, from its making until so many cuts later."""

    path: Path
    clients: list[Client]
    told: Told = field(default_factory=Told)
    clock: RunningClock = field(default_factory=RunningClock)
    is_subscribed: bool = False

    def damage(self) -> Counter[str]:
        """Open the file with a plain layer and count what is not as it must be."""
        try:
            return asyncio.run(self._damage())
        except Exception:  # whatever a damaged file leads to
            return Counter({"corrupt": 1})

    async def _damage(self) -> Counter[str]:
        found: Counter[str] = Counter()
        async with opened(self.path, self.told, self.clock) as hub:
            for fault in await faults(hub.store):
                found["corrupt" if "damaged" in fault else "unsound"] += 1
            for client in self.clients:
                found.update(await self._of_client(hub, client))
            if self.is_subscribed:
                await self._drain(hub)
                found["unnotified"] += await self._unnotified(hub)
        return +found

    async def _of_client(self, hub: Hub, client: Client) -> Counter[str]:
        found: Counter[str] = Counter()
        for entity in list(client.entities):
            status, body = await hub.answer("GET", f"/entities/{entity}")
            now = values_of(msgspec.json.decode(body)) if status == 200 else None
            found["lost"] += now not in client.allowed(entity)
            found["without history"] += not await _has_past(hub, entity, now)
            client.settle(entity, now)
        for entity, name, value in client.past:
            past = await hub.local.history(EntityId(entity), name, last=100_000)
            found["lost history"] += value not in {one["value"] for one, _ in past}
        for path, is_there in client.records.items():
            doubtful = client.doubtful is not None and client.doubtful.record is not None
            if doubtful and client.doubtful.record[0] == path:
                continue
            status = await hub.ask("GET", path)
            found["lost record"] += (status == 200) is not is_there
        if client.doubtful is not None and client.doubtful.record is not None:
            path, _ = client.doubtful.record
            client.records[path] = await hub.ask("GET", path) == 200
        client.past.clear()  # it was found once: from now on the file's own age would be tested
        return found

    async def _drain(self, hub: Hub) -> None:
        async with asyncio.timeout(DRAINED_WITHIN_S):
            while hub.notifier.cursor < await hub.local.head():  # noqa: ASYNC110  # tells nobody
                await asyncio.sleep(0.001)

    async def _unnotified(self, hub: Hub) -> int:
        missed = 0
        for client in self.clients:
            for entity, held in client.held.items():
                if f":{WATCHED}:" not in entity or held is None:
                    continue
                missed += held["level"] not in self.told.values.get(entity, ())
        return missed


async def _has_past(hub: Hub, entity: str, values: dict[str, Any] | None) -> bool:
    """Whether the newest history of each attribute is its state."""
    for name, value in (values or {}).items():
        newest = await hub.local.history(EntityId(entity), name, last=1)
        if not newest or newest[0][0]["value"] != value:
            return False
    return True


def lives(folder: Path, rng: np.random.Generator) -> Iterator[Life]:
    """Yield files without end, each with clients of its own."""
    number = 0
    while True:
        number += 1
        clients = [Client(f"c{number}.{n}", rng) for n in range(CLIENTS)]
        yield Life(folder / f"city-{number}.db", clients)


def run_cuts(
    folder: Path, cuts: int, durability: Durability = Durability.FULL, seed: int = 1
) -> Counter[str]:
    """Return how many cuts ended with each kind of damage, and what was acknowledged."""
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    totals: Counter[str] = Counter()
    files = lives(folder, rng)
    life, age = next(files), 0
    for _ in range(cuts):
        disk.restart(int(rng.integers(1, STEPS_UNTIL_CUT)))
        before = sum(client.acknowledged for client in life.clients)
        asyncio.run(live_until_the_cut(life.path, disk, life, durability))
        disk.lose()
        totals["acknowledged"] += sum(client.acknowledged for client in life.clients) - before
        totals["cut off"] += sum(client.doubtful is not None for client in life.clients)
        damage = life.damage() if life.path.exists() else Counter()
        totals.update(f"cuts with {kind}" for kind in damage)
        age += 1
        if damage or age == CUTS_PER_FILE:  # what is lost stays lost: go on with a new file
            for left in folder.glob(life.path.name + "*"):
                left.unlink()
            life, age = next(files), 0
    del layer
    return totals


def damage_of(totals: Counter[str]) -> dict[str, int]:
    """Return how many cuts ended with each kind of damage."""
    return {kind: count for kind, count in totals.items() if kind.startswith("cuts with")}


def main() -> None:
    """Run a campaign and print what came of it."""
    parser = argparse.ArgumentParser(description="Cut the power while clients write.")
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--durability", type=Durability, default=Durability.FULL)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger("dalgu").setLevel(logging.CRITICAL)  # each refusal is logged, as it should
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="power-cuts-") as folder:
        totals = run_cuts(Path(folder), given.cuts, given.durability, given.seed)
    passed_s = time.perf_counter() - begun
    print(f"{given.cuts:,} cuts, synchronous {given.durability}, {passed_s:,.0f} s")
    for kind, count in sorted(totals.items()):
        print(f"  {kind:28}{count:10,}")
    if not damage_of(totals):
        print("  nothing lost, nothing damaged")


if __name__ == "__main__":
    main()
