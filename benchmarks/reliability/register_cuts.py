"""The power is cut while a register is filled: each batch is whole, and reports are true.

After each cut every batch that was told of as stored is there, the one under way is there whole or
not at all, nothing beyond it is; and filling the register again reports exactly what was left.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import apsw

from benchmarks.reliability.disk import LAYER, Disk
from benchmarks.reliability.power_cuts import CHECKPOINT_PAGES, RunningClock
from dalgu.devices.progress import Progress
from dalgu.governance import importing
from dalgu.governance.entities import TYPES
from dalgu.governance.importing import Desk, import_register, register_id
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import register
from dalgu.governance.report import Report
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Document
from dalgu.hub.schema import Schema
from dalgu.hub.soundness import faults
from dalgu.hub.types import Device, Feed
from dalgu.kernel.errors import DalguError
from dalgu.store.sqlite import Durability, Store

REGISTER = register("ordinances")
ROWS, BATCH = 60, 10
BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
NAME = "ordinances.csv"


def table(version: int) -> bytes:
    """Return a file of which every row says which version it is of."""
    since = (BEGIN + timedelta(days=version)).date().isoformat()
    lines = [f"{n},조례 {n},데이터기반행정,{since}," for n in range(1_000, 1_000 + ROWS)]
    return "\n".join(["조례 번호,조례명,주제,시행일,폐지일", *lines, ""]).encode()


def version_of(document: Document | None) -> int:
    """Return the version that an entry says, 0 where there is none."""
    if document is None:
        return 0
    since = datetime.fromisoformat(document["since"]["value"]).replace(tzinfo=UTC)
    return (since - BEGIN).days


@dataclass
class Filling:
    """One file of a hub whose register is filled with one version after another."""

    path: Path
    clock: RunningClock = field(default_factory=RunningClock)
    version: int = 1
    told: int = 0  # rows of the version under way that were told of as stored
    before: list[int] = field(default_factory=lambda: [0] * ROWS)

    async def _fill(self, hub: LocalHub) -> Report:
        def progress(moment: Progress) -> None:
            self.told = moment.done

        desk = Desk(hub, Pseudonyms(str), self.clock)
        with patch.object(importing, "BATCH_ROWS", BATCH):
            return await import_register(
                desk, REGISTER, NAME, table(self.version), progress=progress
            )

    def _opened(self, **how: object) -> LocalHub:
        store = Store.open(self.path, checkpoint_pages=CHECKPOINT_PAGES, **how)  # type: ignore[arg-type]  # options of one kind each
        return LocalHub(store, self.clock, schema=Schema((*TYPES, Device, Feed)))

    async def live(self, disk: Disk, durability: Durability) -> Counter[str]:
        """Fill the register with version after version until the power goes."""
        found: Counter[str] = Counter()
        try:
            hub = self._opened(durability=durability, vfs=LAYER)
            try:
                while True:
                    self.told = 0
                    report = await self._fill(hub)
                    found["untrue report"] += not self._is_true(report, ROWS)
                    found["acknowledged"] += report.stored
                    self.before, self.version = [self.version] * ROWS, self.version + 1
            finally:
                await hub.store.close()
        except (apsw.Error, DalguError):
            if not disk.is_off:
                raise
        disk.is_off = True
        found["acknowledged"] += self.told
        return +found

    def _is_true(self, report: Report, left: int) -> bool:
        new = sum(one == 0 for one in self.before)
        stored = report.created + report.updated
        return (
            (report.rows, report.rejected, stored) == (ROWS, 0, left)
            and report.unchanged == ROWS - left
            and report.created == (new if left == ROWS else report.created)
        )

    def damage(self) -> Counter[str]:
        """Open the file with a plain layer and count what is not as it must be."""
        try:
            return asyncio.run(self._damage())
        except Exception as error:  # whatever a damaged file leads to
            return Counter({f"broken: {type(error).__name__}": 1})

    async def _damage(self) -> Counter[str]:
        found: Counter[str] = Counter()
        hub = self._opened()
        try:
            found["unsound"] += len(await faults(hub.store))
            now = await self._versions(hub)
            done = self._batches(now, found)
            note = [one async for one in hub.every("Register")]
            is_noted = any(
                one["id"] == register_id(REGISTER) and _is_of(one, table(self.version))
                for one in note
            )
            found["noted and not there"] += is_noted and done < ROWS
            report = await self._fill(hub)
            found["untrue report"] += not self._is_true(report, ROWS - done)
            found["not filled"] += set(await self._versions(hub)) != {self.version}
        finally:
            await hub.store.close()
        self.before, self.version = [self.version] * ROWS, self.version + 1
        return +found

    async def _versions(self, hub: LocalHub) -> list[int]:
        documents = {one["id"]: one async for one in hub.every("Ordinance")}
        ids = (f"urn:ngsi-ld:Ordinance:{n}" for n in range(1_000, 1_000 + ROWS))
        return [version_of(documents.get(one)) for one in ids]

    def _batches(self, now: list[int], found: Counter[str]) -> int:
        """Return how many rows are stored, having held each batch to what was told."""
        done = 0
        for begin in range(0, ROWS, BATCH):
            batch = now[begin : begin + BATCH]
            is_new = batch == [self.version] * BATCH
            is_old = batch == self.before[begin : begin + BATCH]
            found["lost batch"] += begin < self.told and not is_new
            found["half a batch"] += not (is_new or is_old)
            found["stored too early"] += is_new and begin > self.told
            done += BATCH if is_new else 0
        return done

    def cut(self, disk: Disk, durability: Durability) -> Counter[str]:
        """Live once, lose the power, and return what is damaged and what was acknowledged."""
        told = asyncio.run(self.live(disk, durability))
        disk.lose()
        return told + (self.damage() if self.path.exists() else Counter())


def _is_of(note: Document, body: bytes) -> bool:
    from hashlib import sha256

    return bool(note["fileSha256"]["value"] == sha256(body).hexdigest())


def fillings(folder: Path) -> Iterator[Filling]:
    """Yield files without end."""
    number = 0
    while True:
        number += 1
        yield Filling(folder / f"register-{number}.db")
