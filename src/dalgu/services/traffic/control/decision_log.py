"""What was decided, and all that was seen for it: kept so that every decision can be replayed.

A file an hour, appended frame by frame: length, CRC-32, then zlib over msgpack. A frame that a
power cut broke ends its file's reading; the next start writes on in a new file. Frames are synced
in groups: a decision of the last seconds may be lost, none is half read.
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.control.seeing import TENTHS
from dalgu.services.traffic.signals.layout import BINS, Decision, Seen

HEAD: Final = struct.Struct("<II")
SYNC_EVERY: Final = 5  # frames
KEEP_HOURS: Final = 72
HOUR_S: Final = 3_600
MOST_BYTES: Final = 32_000_000  # of one frame: more is no frame of ours
_TENTHS_OF = (
    "stage_age_s", "changing_s", "queue_veh", "arriving_veh", "waiting_s", "exit_room_veh",
    "red_s", "called_s",
)  # fmt: skip


class Record(msgspec.Struct, frozen=True):
    """One decision of one controller over a whole network, as it is kept."""

    at_s: float
    network: str  # digest
    controller: str
    version: str  # of the platform: another may decide otherwise
    signals: bytes  # int32: positions of those it decides for
    live: bytes  # bool: whether the signal was live, else in shadow
    wanted: bytes  # int32, of all signals: stage over all stages
    seal: bytes  # of the scores and their parts
    seen: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a decision lies."""

    at_s: float
    controller: str
    path: Path
    offset: int


def pack(seen: Seen) -> dict[str, bytes]:
    """Return what was seen as bytes, without loss."""
    packed = {name: _tenths(getattr(seen, name)) for name in _TENTHS_OF}
    packed["stage"] = seen.stage.astype("<i4").tobytes()
    packed["healthy"] = np.packbits(seen.healthy).tobytes()
    packed["predicted"] = seen.predicted_veh_h.astype("<f4").tobytes()
    return packed


def unpack(at_s: float, packed: dict[str, bytes]) -> Seen:
    """Return what was seen."""
    held = {name: np.frombuffer(packed[name], "<i2") / TENTHS for name in _TENTHS_OF}
    lanes = len(held["queue_veh"])
    held["arriving_veh"] = held["arriving_veh"].reshape(lanes, BINS)
    bits = np.unpackbits(np.frombuffer(packed["healthy"], np.uint8), count=lanes)
    return Seen(
        at_s=at_s,
        stage=np.frombuffer(packed["stage"], "<i4").astype(np.int64),
        healthy=bits.astype(np.bool_),
        predicted_veh_h=np.frombuffer(packed["predicted"], "<f4").astype(np.float64),
        **held,
    )


def seal(decision: Decision) -> bytes:
    """Return a digest of all numbers of a decision: the same only for the same decision."""
    import hashlib

    digest = hashlib.sha256(np.ascontiguousarray(decision.stage).tobytes())
    digest.update(np.ascontiguousarray(decision.score).tobytes())
    for name in sorted(decision.terms):
        digest.update(name.encode() + np.ascontiguousarray(decision.terms[name]).tobytes())
    return digest.digest()[:16]


class DecisionLog:
    """Appends records and finds them again by time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open_hour = -1
        self._descriptor = -1
        self._unsynced = 0
        self._index: dict[Path, tuple[int, list[Frame]]] = {}

    def append(self, record: Record) -> None:
        """Write one record; every few the file is synced."""
        body = zlib.compress(msgspec.msgpack.encode(record), 1)
        self._turn(int(record.at_s // HOUR_S))
        os.write(self._descriptor, HEAD.pack(len(body), zlib.crc32(body)) + body)
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Have all that was appended on disk."""
        if self._descriptor >= 0 and self._unsynced:
            os.fsync(self._descriptor)
        self._unsynced = 0

    def close(self) -> None:
        """Sync and let the file go."""
        self.sync()
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._open_hour = -1, -1

    def frames(self, since_s: float, until_s: float) -> list[Frame]:
        """Return where the decisions of [since, until] lie, oldest first."""
        found = [
            frame
            for path in self._files(since_s, until_s)
            for frame in self._scan(path)
            if since_s <= frame.at_s <= until_s
        ]
        return sorted(found, key=lambda frame: (frame.at_s, frame.controller))

    def read(self, frame: Frame) -> Record:
        """Return a decision."""
        with frame.path.open("rb") as file:
            file.seek(frame.offset)
            size, _ = HEAD.unpack(file.read(HEAD.size))
            return _decode(file.read(size))

    def forget(self, now_s: float) -> int:
        """Delete the hours past their keeping; return how many files went."""
        last, gone = int(now_s // HOUR_S) - KEEP_HOURS, 0
        for path in sorted(self._folder.glob("*.decisions")):
            if _hour_of(path) < last:
                path.unlink(missing_ok=True)
                self._index.pop(path, None)
                gone += 1
        return gone

    def _turn(self, hour: int) -> None:
        if hour == self._open_hour:
            return
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        # A part of its own for each start: what a cut left behind stays as it is.
        part = len(list(self._folder.glob(f"{hour}-*.decisions")))
        path = self._folder / f"{hour}-{part:03d}.decisions"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        self._open_hour = hour

    def _files(self, since_s: float, until_s: float) -> Iterator[Path]:
        first, last = int(since_s // HOUR_S), int(until_s // HOUR_S)
        for path in sorted(self._folder.glob("*.decisions")):
            if first <= _hour_of(path) <= last:
                yield path

    def _scan(self, path: Path) -> list[Frame]:
        offset, known = self._index.get(path, (0, []))
        with path.open("rb") as file:
            file.seek(offset)
            while (found := _next(file.read(HEAD.size), file.read)) is not None:
                record, size = found
                known.append(Frame(record.at_s, record.controller, path, offset))
                offset += HEAD.size + size
        self._index[path] = (offset, known)
        return known


class _Where(msgspec.Struct, frozen=True):
    at_s: float
    controller: str


def _next(head: bytes, read: Callable[[int], bytes]) -> tuple[_Where, int] | None:
    if len(head) < HEAD.size:
        return None
    size, checksum = HEAD.unpack(head)
    if size > MOST_BYTES:
        return None
    body = read(size)
    if len(body) < size or zlib.crc32(body) != checksum:
        return None
    return msgspec.msgpack.decode(zlib.decompress(body), type=_Where), size


def _decode(body: bytes) -> Record:
    return msgspec.msgpack.decode(zlib.decompress(body), type=Record)


def _hour_of(path: Path) -> int:
    return int(path.name.split("-", 1)[0])


def _tenths(values: NDArray[np.float64]) -> bytes:
    return np.rint(values * TENTHS).astype("<i2").tobytes()
