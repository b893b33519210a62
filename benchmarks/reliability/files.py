"""Plain files on the disk that is cut from power, beside those of SQLite.

Python tells of what it opens, renames, links and removes (audit hooks), and the one call that
makes anything last, `os.fsync`, is listened to. At the cut a name that no sync of its folder has
followed is, on its own, as before or as now; a file that no sync has followed is whole, torn, or
what it was. POSIX promises no more.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.reliability.disk import SECTOR_BYTES, TORN, UNDONE, Disk

WRITING = os.O_WRONLY | os.O_RDWR
FSYNC = os.fsync
RENAMED, LINKED, REMOVED, OPENED = "os.rename", "os.link", "os.remove", "open"


@dataclass
class Files:
    """The files of some folders; `is_ours` leaves out those that SQLite writes."""

    disk: Disk
    folders: tuple[Path, ...]
    lasting: dict[int, bytes] = field(default_factory=dict)  # contents by inode
    names: dict[Path, int] = field(default_factory=dict)  # as the folders last list them
    _held: list[int] = field(default_factory=list)  # open, so that no inode is used again

    def is_ours(self, path: Path) -> bool:
        """Tell whether a path is one of these files."""
        return path.parent in self.folders and not path.name.startswith(("city.db", "dalgu.key"))

    def settle(self) -> None:
        """Take all that there is for lasting."""
        self.forget()
        for folder in self.folders:
            for path in self._listed(folder):
                self.names[path] = self._hold(path)
                self.lasting[self.names[path]] = path.read_bytes()

    def forget(self) -> None:
        """Let go of the files."""
        for descriptor in self._held:
            os.close(descriptor)
        self._held.clear()
        self.names.clear()
        self.lasting.clear()

    def hear(self, event: str, parts: tuple[object, ...]) -> None:
        """Let a step through, or raise what becomes of it when there is no power."""
        if event == OPENED:
            path, _, flags = parts
            if isinstance(path, str) and int(flags) & WRITING and self.is_ours(Path(path)):  # type: ignore[call-overload]  # an int
                self.disk.take("write")
        elif event in (RENAMED, LINKED, REMOVED) and self.is_ours(Path(os.fsdecode(parts[0]))):  # type: ignore[arg-type]  # a path
            self.disk.take("delete")

    def sync(self, descriptor: int) -> None:
        """Make a file, or what a folder lists, last."""
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path in self.folders:
            self.disk.take("sync")
            for name in [one for one in self.names if one.parent == path]:
                del self.names[name]
            self.names.update({one: self._hold(one) for one in self._listed(path)})
        elif self.is_ours(path):
            self.disk.take("sync")
            self.lasting[self._hold(path)] = path.read_bytes()

    def lose(self) -> None:
        """Leave what lasts, and a random part of what does not."""
        now = {path: path.stat().st_ino for folder in self.folders for path in self._listed(folder)}
        body_of = {inode: path.read_bytes() for path, inode in now.items()}
        kept: dict[Path, bytes] = {}
        for path in now.keys() | self.names.keys():
            mine, before = now.get(path), self.names.get(path)
            inode = before if mine != before and self.disk.rng.random() < UNDONE else mine
            if inode is not None:
                kept[path] = self._torn(self.lasting.get(inode, b""), body_of.get(inode))
        for path in now:
            path.unlink()
        for path, body in kept.items():
            path.write_bytes(body)
            path.chmod(0o600)
        self.forget()

    def _torn(self, lasting: bytes, now: bytes | None) -> bytes:
        if now is None or now == lasting:
            return lasting
        fate = self.disk.rng.random()
        if fate < UNDONE:
            return lasting
        if fate >= UNDONE + TORN:
            return now
        torn = bytearray(lasting.ljust(len(now), b"\0"))
        for at in range(0, len(now), SECTOR_BYTES):
            if self.disk.rng.random() < 0.5:
                torn[at : at + SECTOR_BYTES] = now[at : at + SECTOR_BYTES]
        return bytes(torn)

    def _listed(self, folder: Path) -> list[Path]:
        if not folder.is_dir():
            return []
        return [one for one in folder.iterdir() if one.is_file() and self.is_ours(one)]

    def _hold(self, path: Path) -> int:
        descriptor = os.open(path, os.O_RDONLY)
        self._held.append(descriptor)
        return os.fstat(descriptor).st_ino


_heard: list[Files] = []


def _hook(event: str, parts: tuple[object, ...]) -> None:
    if _heard and event in (OPENED, RENAMED, LINKED, REMOVED):
        _heard[-1].hear(event, parts)


@cache
def _listen() -> None:
    sys.addaudithook(_hook)  # it stays as long as the process


def _fsync(descriptor: int) -> None:
    if _heard:
        _heard[-1].sync(descriptor)
    FSYNC(descriptor)


@contextmanager
def heard(files: Files) -> Iterator[None]:
    """Let the disk hear of these files meanwhile."""
    _listen()
    os.fsync = _fsync
    _heard.append(files)
    try:
        yield
    finally:
        _heard.pop()
        os.fsync = FSYNC
