"""The power is cut while the city ingests: what was acknowledged is there, whole, afterwards.

`kill -9` proves nothing, since the page cache outlives a process. So a file layer is slid under
the product's own store. It remembers every write that no sync has followed yet; at the cut each
of those is undone with probability 0.8, on its own, as a disk with a volatile cache may do.
The unsafe settings must fail the same check, or the check is worth nothing.
"""

# ruff: noqa: N802  # the names are those of SQLite's file layer

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import numpy as np
import pytest

from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Entity, Place, Quantity, place, quantity
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import entity_id
from dalgu.store.sqlite import Durability, Store

UNDONE = 0.8
CUTS_PER_FILE = 10  # the file grows old over several cuts, then a new one begins
CHECKPOINT_PAGES = 30  # so that cuts also fall into checkpoints
WRITES_UNTIL_CUT = 400  # of the file layer, at most
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LAYER = "power-cut"


class Sluice(Entity):
    level: Quantity = quantity("MTR")
    location: Place = place()


class PowerIsOff(apsw.IOError):
    """What the file layer answers after the cut; SQLite takes it for SQLITE_IOERR."""

    extendedresult = apsw.SQLITE_IOERR


@dataclass
class Step:
    """One write or truncation that no sync has followed."""

    offset: int
    size_before: int  # of the file
    before: bytes
    after: bytes | None  # None: cut off at the offset


@dataclass
class Disk:
    """What the file layer has been told, and until when it listens."""

    rng: np.random.Generator
    unsynced: dict[str, list[Step]] = field(default_factory=dict)
    writes_left: int = 0
    is_off: bool = False

    def check(self) -> None:
        if self.is_off:
            raise PowerIsOff

    def count_write(self) -> None:
        self.check()
        self.writes_left -= 1
        if self.writes_left <= 0:
            self.is_off = True
            raise PowerIsOff

    def lose(self) -> None:
        """Leave on disk what was synced, and a random part of what was not."""
        for name, steps in self.unsynced.items():
            if Path(name).exists():
                self._lose(Path(name), steps)
        self.unsynced.clear()

    def _lose(self, path: Path, steps: list[Step]) -> None:
        with path.open("r+b") as file:
            for step in reversed(steps):
                file.seek(step.offset)
                file.write(step.before)
                file.truncate(step.size_before)
            for step in steps:
                if self.rng.random() < UNDONE:
                    continue
                if step.after is None:
                    file.truncate(step.offset)
                else:
                    file.seek(step.offset)
                    file.write(step.after)


class DiskFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name, flags) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name

    def excepthook(self, *args) -> None:
        """A dead disk is expected here."""

    def _note(self, offset: int, length: int, after: bytes | None) -> None:
        size = super().xFileSize()
        length = max(0, min(length, size - offset))
        before = super().xRead(length, offset) if length else b""
        steps = self._disk.unsynced.setdefault(self._name, [])
        steps.append(Step(offset, size, before, after))

    def xRead(self, amount, offset):
        self._disk.check()
        return super().xRead(amount, offset)

    def xWrite(self, data, offset):
        self._disk.count_write()
        self._note(offset, len(data), bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self._disk.count_write()
        self._note(size, super().xFileSize(), None)
        super().xTruncate(size)

    def xSync(self, flags):
        self._disk.check()
        super().xSync(flags)
        self._disk.unsynced.pop(self._name, None)


class DiskLayer(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(LAYER, "")

    def excepthook(self, *args) -> None:
        """A dead disk is expected here."""

    def xOpen(self, name, flags):
        self._disk.check()
        return DiskFile(self._disk, name, flags)

    def xDelete(self, name, sync):
        self._disk.check()
        super().xDelete(name, sync)


@dataclass
class Promise:
    """What was asked of the hub under one token, and whether it was acknowledged."""

    token: str
    gauge: str
    levels: list[float]
    ats: list[datetime]
    is_kept: bool = False


def promises(rng: np.random.Generator, cut: int) -> Iterator[Promise]:
    for n in range(40):
        count = int(rng.integers(1, 6))
        ats = [NOON + timedelta(minutes=int(rng.integers(0, 10_000))) for _ in range(count)]
        gauge = f"{rng.integers(0, 12)}" if n % 3 else f"{cut}-{n}"
        yield Promise(f"{cut}-{n}", gauge, [float(rng.random()) for _ in range(count)], ats)


async def keep_promise(hub: LocalHub, promise: Promise) -> None:
    """Ingest one delivery; every fourth also writes into a ledger, in a work of its own."""
    gauge = entity_id("Sluice", promise.gauge)
    position = {"type": "Point", "coordinates": [128.6 + len(promise.levels) / 100, 35.87]}
    entities = [
        Sluice(id=gauge, observed_at=at, level=level, location=position)
        for at, level in zip(promise.ats, promise.levels, strict=True)
    ]
    body = promise.token.encode() * 60
    message = Message(NOON, "http", "heartbeat", promise.gauge, body)
    await hub.ingest([Delivery(message, entities)])
    if promise.token.endswith("4"):
        entry = promise.token.encode()
        await hub.store.write(lambda tables: tables.ledger.append("book", entry, NOON))
    promise.is_kept = True


async def live_until_the_cut(path: Path, disk: Disk, durability, asked: list[Promise]) -> None:
    try:
        store = Store.open(
            path, durability=durability, vfs=LAYER, checkpoint_pages=CHECKPOINT_PAGES
        )
    except apsw.Error:
        return
    hub = LocalHub(store, ManualClock(NOON))
    for start in range(0, len(asked), 5):  # five at a time share a commit
        group = (keep_promise(hub, promise) for promise in asked[start : start + 5])
        outcomes = await asyncio.gather(*group, return_exceptions=True)
        for outcome in outcomes:
            assert outcome is None or isinstance(outcome, (DalguError, apsw.Error))
    disk.is_off = True
    await store.close()


def broken_promises(path: Path, asked: list[Promise]) -> Counter[str]:
    """Look at the file with a plain layer and count what is not as it must be."""
    found: Counter[str] = Counter()
    try:
        connection = apsw.Connection(str(path))
        [(verdict,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
        connection.close()
        if verdict == "ok":
            found.update(asyncio.run(_broken(path, asked)))
        else:
            found["corrupt"] += 1
    except (apsw.Error, DalguError):
        found["corrupt"] += 1
    return found


async def _broken(path: Path, asked: list[Promise]) -> Counter[str]:
    found: Counter[str] = Counter()
    store = Store.open(path)
    hub = LocalHub(store, ManualClock(NOON))
    try:
        tables = store.read()
        kept = {message.body: key for key, message in await hub.messages(limit=100_000)}
        entries = {entry.body for entry in tables.ledger.entries("book", limit=100_000)}
        past = {gauge: await past_of(hub, gauge) for gauge in {one.gauge for one in asked}}
        for promise in asked:
            key = kept.get(promise.token.encode() * 60)
            values = [value for value, message in past[promise.gauge] if message == key]
            is_whole = sorted(values) == sorted(promise.levels)
            has_entry = promise.token.encode() in entries or not promise.token.endswith("4")
            found["lost"] += promise.is_kept and not (key is not None and is_whole and has_entry)
            found["half"] += key is not None and not is_whole
        found["stale"] = sum([await is_stale(hub, gauge) for gauge in past if past[gauge]])
        found["broken ledger"] += tables.ledger.verify("book") is not None
    finally:
        await store.close()
    return +found


async def past_of(hub: LocalHub, gauge: str) -> list[tuple[float, int]]:
    rows = await hub.history(entity_id("Sluice", gauge), "level", last=100_000)
    return [(instance["value"], message) for instance, message in rows]


async def is_stale(hub: LocalHub, gauge: str) -> bool:
    """Whether the state is not the newest of the history."""
    state = await hub.retrieve(entity_id("Sluice", gauge))
    [(newest, _)] = await hub.history(entity_id("Sluice", gauge), "level", last=1)
    return state["level"]["observedAt"] != newest["observedAt"]


def run_cuts(folder: Path, cuts: int, durability: Durability, seed: int = 1) -> Counter[str]:
    """Return how many cuts ended with each kind of damage, and what was promised and kept."""
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    totals: Counter[str] = Counter()
    asked: list[Promise] = []
    for cut in range(cuts):
        path = folder / f"city-{cut // CUTS_PER_FILE}.db"
        if cut % CUTS_PER_FILE == 0:
            asked = []
        new = list(promises(rng, cut))
        disk.is_off, disk.writes_left = False, int(rng.integers(1, WRITES_UNTIL_CUT))
        asyncio.run(live_until_the_cut(path, disk, durability, new))
        disk.lose()
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        asked += new
        totals["acknowledged"] += sum(promise.is_kept for promise in new)
        totals["refused"] += sum(not promise.is_kept for promise in new)
        damage = broken_promises(path, asked) if path.exists() else Counter()
        totals.update(f"cuts with {kind}" for kind in damage)
        if damage:  # what is lost stays lost: go on with a new file
            asked = []
            path.unlink()
            path.with_name(path.name + "-wal").unlink(missing_ok=True)
    del layer
    return totals


def damage_of(totals: Counter[str]) -> dict[str, int]:
    return {kind: count for kind, count in totals.items() if kind.startswith("cuts with")}


def test_no_acknowledged_write_is_lost_by_a_power_cut(tmp_path):
    totals = run_cuts(tmp_path, 50, Durability.FULL)

    assert damage_of(totals) == {}
    assert totals["acknowledged"] > 100
    assert totals["refused"] > 100


@pytest.mark.parametrize("durability", [Durability.NORMAL, Durability.OFF])
def test_the_unsafe_settings_fail_the_same_check(tmp_path, durability):
    totals = run_cuts(tmp_path, 15, durability)

    assert totals["cuts with lost"] > 0


@pytest.mark.slow
def test_a_thousand_power_cuts_lose_nothing(tmp_path):
    totals = run_cuts(tmp_path, 1_000, Durability.FULL, seed=1_000)

    assert damage_of(totals) == {}
    assert totals["acknowledged"] > 2_000
