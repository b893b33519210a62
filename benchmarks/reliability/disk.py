"""A disk that can be cut from power, fill up, or fail, under the product's own store.

SQLite reaches it through a file layer (VFS) of APSW. It remembers every write that no sync has
followed yet. At the cut each of those is, on its own, as a disk with a volatile cache may do it:
undone whole, kept whole, or torn, some of its sectors kept and some undone. So later writes can
be there while earlier ones are not.
"""

# ruff: noqa: N802  # the names are those of SQLite's file layer

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import numpy as np

LAYER = "unreliable-disk"
SECTOR_BYTES = 512
UNDONE = 0.65  # of the writes that no sync has followed
TORN = 0.2
DURABLE_STEPS = frozenset(("write", "truncate", "sync", "delete"))  # a cut may fall on these


class PowerIsOff(apsw.IOError):
    """What the file layer answers after the cut; SQLite takes it for SQLITE_IOERR."""

    extendedresult = apsw.SQLITE_IOERR


@dataclass
class Fault:
    """One kind of step that fails, from its n-th time on, until the fault is taken away."""

    step: str  # open, read, write, truncate, sync, delete
    error: type[apsw.Error]
    after: int = 0  # steps of the kind that still succeed
    times: int = 1_000_000  # and how many fail then


@dataclass
class Unsynced:
    """One write or truncation that no sync has followed."""

    offset: int
    size_before: int  # of the file
    before: bytes
    after: bytes | None  # None: cut off at the offset


@dataclass
class Disk:
    """What the file layer has been told, and until when it listens."""

    rng: np.random.Generator
    unsynced: dict[str, list[Unsynced]] = field(default_factory=dict)
    steps_left: int | None = None  # durable ones, until the power goes
    is_off: bool = False
    fault: Fault | None = None
    steps: int = 0  # durable ones so far

    def take(self, step: str) -> None:
        """Let one step through, or raise what becomes of it."""
        if self.is_off:
            raise PowerIsOff
        if step in DURABLE_STEPS:
            self.steps += 1
            if self.steps_left is not None:
                self.steps_left -= 1
                if self.steps_left <= 0:
                    self.is_off = True
                    raise PowerIsOff
        fault = self.fault
        if fault is None or fault.step != step:
            return
        fault.after -= 1
        if fault.after < 0 and fault.times > 0:
            fault.times -= 1
            raise fault.error

    def restart(self, steps_left: int | None = None) -> None:
        """Give the disk power again, for so many steps."""
        self.is_off, self.steps_left = False, steps_left

    def lose(self) -> None:
        """Leave on disk what was synced, and a random part of what was not."""
        for name, steps in self.unsynced.items():
            path = Path(name)
            if path.exists():
                self._lose(path, steps)
            path.with_name(path.name.removesuffix("-wal") + "-shm").unlink(missing_ok=True)
        self.unsynced.clear()

    def _lose(self, path: Path, steps: list[Unsynced]) -> None:
        with path.open("r+b") as file:
            for step in reversed(steps):
                file.seek(step.offset)
                file.write(step.before)
                file.truncate(step.size_before)
            for step in steps:
                fate = self.rng.random()
                if fate < UNDONE:
                    continue
                if step.after is None:
                    file.truncate(step.offset)
                    continue
                for at, sector in _sectors(step.offset, step.after):
                    if fate >= UNDONE + TORN or self.rng.random() < 0.5:
                        file.seek(at)
                        file.write(sector)


def _sectors(offset: int, data: bytes) -> list[tuple[int, bytes]]:
    """Return the pieces of a write that a disk takes as one."""
    edges = [
        offset,
        *range((offset // SECTOR_BYTES + 1) * SECTOR_BYTES, offset + len(data), SECTOR_BYTES),
    ]
    ends = [*edges[1:], offset + len(data)]
    return [(at, data[at - offset : end - offset]) for at, end in zip(edges, ends, strict=True)]


class DiskFile(apsw.VFSFile):
    """A file of the disk."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name or ""

    def excepthook(self, *args: object) -> None:
        """A dead disk is expected here."""

    def _note(self, offset: int, length: int, after: bytes | None) -> None:
        size = super().xFileSize()
        length = max(0, min(length, size - offset))
        before = super().xRead(length, offset) if length else b""
        steps = self._disk.unsynced.setdefault(self._name, [])
        steps.append(Unsynced(offset, size, before, after))

    def xRead(self, amount: int, offset: int) -> bytes:
        self._disk.take("read")
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.take("write")
        self._note(offset, len(data), bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._disk.take("truncate")
        self._note(size, super().xFileSize(), None)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self._disk.take("sync")
        super().xSync(flags)
        self._disk.unsynced.pop(self._name, None)


class DiskLayer(apsw.VFS):
    """The file layer; it lives as long as this object."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(LAYER, "")

    def excepthook(self, *args: object) -> None:
        """A dead disk is expected here."""

    def xOpen(self, name: Any, flags: list[int]) -> DiskFile:
        self._disk.take("open")
        return DiskFile(self._disk, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        self._disk.take("delete")
        super().xDelete(name, sync)
        self._disk.unsynced.pop(name, None)
