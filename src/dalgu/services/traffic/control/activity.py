"""How long each signal was under remote control today: what K63-40 counts as a day of it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.store.durable import put

MOST_OF_A_DAY_S: Final = 12 * 3_600


class _Kept(msgspec.Struct, frozen=True):
    day: date
    remote_s: dict[str, float]
    heard_s: dict[str, float]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """Whether adaptive control worked on a day: once for each signal and day."""

    signal: str
    day: date
    is_adaptive: bool


class Activity:
    """Adds up the seconds of the day; the file beside it outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._day: date | None = None
        self._remote: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self._told: set[str] = set()
        self._load()

    def add(
        self, signals: tuple[str, ...], is_remote: NDArray[np.bool_], seconds: float, day: date
    ) -> list[Worked]:
        """Add seconds of a local day; return what is known now of days.

        A signal's day is adaptive from the moment that most of the day was; it is not when the
        day ends without.
        """
        ended = self._ended() if self._day is not None and self._day != day else []
        if self._day != day:
            self._day, self._remote, self._heard, self._told = day, {}, {}, set()
        for signal, remote in zip(signals, is_remote.tolist(), strict=True):
            self._heard[signal] = self._heard.get(signal, 0.0) + seconds
            if remote:
                self._remote[signal] = self._remote.get(signal, 0.0) + seconds
        reached = [
            Worked(signal, day, is_adaptive=True)
            for signal, remote_s in self._remote.items()
            if remote_s >= MOST_OF_A_DAY_S and signal not in self._told
        ]
        self._told.update(one.signal for one in reached)
        return ended + reached

    def keep(self) -> None:
        """Write the day so far beside the log, whole or not at all."""
        if self._day is None:
            return
        kept = _Kept(self._day, self._remote, self._heard, tuple(sorted(self._told)))
        put(self._path, msgspec.json.encode(kept))

    def _ended(self) -> list[Worked]:
        day = self._day
        if day is None:
            return []
        return [
            Worked(signal, day, is_adaptive=False)
            for signal in self._heard
            if signal not in self._told
        ]

    def _load(self) -> None:
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (FileNotFoundError, msgspec.DecodeError):
            return
        self._day, self._told = kept.day, set(kept.told)
        self._remote, self._heard = dict(kept.remote_s), dict(kept.heard_s)
