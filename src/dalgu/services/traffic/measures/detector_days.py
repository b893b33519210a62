"""What each detector counted, by the hour of a local day: the small table that outlives the log.

The log of events is kept three days; a habit takes weeks. A day is one row of the store.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.devices.signals.timing import Timing
from dalgu.services.traffic.measures.assigned import ADVANCE_FROM, FIRST
from dalgu.services.traffic.measures.events import ControllerEvents, Flags, Ints
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    from dalgu.store.sqlite import Store

COLLECTION: Final = "traffic.detector-days"
KEPT_DAYS: Final = 35  # five weeks: four of a habit, and one to grow old
HOURS: Final = 24
QUARTERS: Final = 4
HOUR_S: Final = 3_600
QUARTER_S: Final = 900
ADVANCE: Final = "+advance"  # behind the name of its lane


@dataclass(frozen=True, slots=True)
class DetectorDay:
    """A day of all detectors: D of them at S signals."""

    day: date
    signals: tuple[str, ...]
    detectors: tuple[str, ...]  # the name of the lane; of an advance detector with `ADVANCE`
    signal: Ints  # (D,), position in `signals`
    counts: Ints  # (D, 24), how often it turned on
    heard: Flags  # (S, 24), whether the controller spoke in each quarter of the hour
    is_on: Flags  # (D,), what it told last
    lies: Flags  # (D,), whether the day taught nothing of its habit

    def having(self, lies: Flags) -> "DetectorDay":
        """Return the day with what was found of it."""
        return replace(self, lies=lies)


def day_of(
    day: date,
    timings: Sequence[Timing],
    first_hour: int,
    hour_of: Callable[[int], ControllerEvents],
    before: DetectorDay | None = None,
) -> DetectorDay:
    """Count a day of the log.

    Parameters
    ----------
    day
        The local day.
    timings
        Of the signals, in the order of their numbers in the log.
    first_hour
        Its first hour, counted from 1970 UTC.
    hour_of
        Gives the events of all signals in an hour.
    before
        The day before: what a detector told last, where it says nothing all day.

    """
    at = _Channels.of(timings)
    known = {} if before is None else dict(zip(before.detectors, before.is_on, strict=True))
    is_on = np.array([bool(known.get(name, False)) for name in at.names], dtype=bool)
    counts = np.zeros((len(at.names), HOURS), dtype=np.int64)
    heard = np.zeros((len(timings), HOURS), dtype=bool)
    for hour in range(HOURS):
        events = hour_of(first_hour + hour)
        events = events.only(events.device < len(timings))
        heard[:, hour] = _heard(events, len(timings))
        changes = events.of(EventCode.DETECTOR_OFF, EventCode.DETECTOR_ON)
        row = at.rows(changes)
        turned_on = changes.code == EventCode.DETECTOR_ON
        counts[:, hour] = np.bincount(row[turned_on & (row >= 0)], minlength=len(at.names))
        is_on[row[row >= 0]] = turned_on[row >= 0]  # oldest first: the last one stays
    signals = tuple(one.id for one in timings)
    lies = np.zeros(len(at.names), dtype=bool)
    return DetectorDay(day, signals, at.names, at.signal, counts, heard, is_on, lies)


@dataclass(frozen=True, slots=True)
class _Channels:
    """Where each channel stands in the table: a signal's loops, then its advance detectors."""

    names: tuple[str, ...]
    signal: Ints
    first: Ints  # (S,)
    lanes: Ints  # (S,)

    @staticmethod
    def of(timings: Sequence[Timing]) -> "_Channels":
        lanes = np.array([len(one.detectors) for one in timings], dtype=np.int64)
        names = [name + kind for one in timings for kind in ("", ADVANCE) for name in one.detectors]
        first = np.cumsum(2 * lanes) - 2 * lanes
        return _Channels(tuple(names), np.repeat(np.arange(len(lanes)), 2 * lanes), first, lanes)

    def rows(self, events: ControllerEvents) -> Ints:
        """Return the row of each event's channel, -1 where no lane has it."""
        lanes, channel = self.lanes[events.device], events.parameter - FIRST
        ahead = channel >= ADVANCE_FROM
        place = np.where(ahead, channel - ADVANCE_FROM, channel)
        row = self.first[events.device] + place + np.where(ahead, lanes, 0)
        return np.where((place >= 0) & (place < lanes), row, -1)


def _heard(events: ControllerEvents, signals: int) -> Flags:
    quarter = (events.at_s // QUARTER_S).astype(np.int64) % QUARTERS
    spoke = np.zeros((signals, QUARTERS), dtype=bool)
    spoke[events.device, quarter] = True
    return np.asarray(spoke.all(axis=1))


class _Row(msgspec.Struct, frozen=True, array_like=True):
    signals: tuple[str, ...]
    detectors: tuple[str, ...]
    signal: bytes
    counts: bytes
    heard: bytes
    is_on: bytes
    lies: bytes


def packed(day: DetectorDay) -> bytes:
    """Return a day as the store keeps it."""
    row = _Row(
        day.signals,
        day.detectors,
        day.signal.astype("<u4").tobytes(),
        np.minimum(day.counts, np.iinfo(np.uint16).max).astype("<u2").tobytes(),
        *(np.packbits(one).tobytes() for one in (day.heard, day.is_on, day.lies)),
    )
    return zlib.compress(msgspec.msgpack.encode(row))


def unpacked(day: date, body: bytes) -> DetectorDay:
    """Return a day from how the store keeps it."""
    row = msgspec.msgpack.decode(zlib.decompress(body), type=_Row)
    signals, detectors = len(row.signals), len(row.detectors)
    counts = np.frombuffer(row.counts, "<u2").astype(np.int64).reshape(detectors, HOURS)
    return DetectorDay(
        day,
        row.signals,
        row.detectors,
        np.frombuffer(row.signal, "<u4").astype(np.int64),
        counts,
        _flags(row.heard, signals * HOURS).reshape(signals, HOURS),
        _flags(row.is_on, detectors),
        _flags(row.lies, detectors),
    )


def _flags(body: bytes, size: int) -> Flags:
    return np.unpackbits(np.frombuffer(body, np.uint8), count=size).astype(bool)


async def days_kept(store: "Store") -> list[DetectorDay]:
    """Return the days of the table, oldest first."""
    rows = await store.scan(lambda tables: list(tables.records.all(COLLECTION)))
    return [unpacked(date.fromisoformat(key), body) for key, body in rows]


async def keep_day(store: "Store", day: DetectorDay, kept: Sequence[DetectorDay]) -> None:
    """Keep a day, and let go of those that have grown old."""
    body = packed(day)
    old = [one.day for one in kept if (day.day - one.day).days >= KEPT_DAYS]

    def write(tables: Tables) -> None:
        tables.records.put(COLLECTION, day.day.isoformat(), body)
        for gone in old:
            tables.records.delete(COLLECTION, gone.isoformat())

    await store.write(write)
