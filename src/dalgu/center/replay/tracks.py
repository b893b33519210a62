"""Readings of one attribute of all things of a type, held so that any instant is found at once.

A row's key is its thing's position times 2^32 plus its second, and keys are sorted: where a thing
stood at an instant is one binary search, and where all stood one vectorised search.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Columns

SECONDS = np.int64(1) << 32  # room for a row's second within its key: until the year 2106
MOST_ROWS = 4_000_000  # of one track: 48 MB of keys and values; beyond, the oldest days go

Keys = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """What was read between two instants, in seconds since 1970 UTC: from `since_s` on.

    `keys` is shape (n,), sorted; `values` shape (n,), float32, NaN where a value is no number.
    """

    ids: tuple[str, ...]
    keys: Keys
    values: NDArray[np.float32]
    since_s: int
    until_s: int

    @classmethod
    def of(cls, columns: Columns, since_s: int, until_s: int) -> "Track":
        """Return the track of histories as the hub has them."""
        keys = columns.entity * SECONDS + columns.at_s.astype(np.int64)
        values = columns.value.astype(np.float32)
        if np.any(keys[1:] < keys[:-1]):  # the hub promises oldest first; equal seconds may tie
            order = np.argsort(keys, kind="stable")
            keys, values = keys[order], values[order]
        return cls(tuple(map(str, columns.ids)), keys, values, since_s, until_s)

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each thing."""
        return {id: index for index, id in enumerate(self.ids)}

    def places(self, ids: Iterable[str]) -> Keys:
        """Return the positions of things, shape (m,), -1 for those without a reading."""
        return np.array([self.place.get(one, -1) for one in ids], dtype=np.int64)

    def at(self, places: Keys, at_s: int) -> tuple[Floats, Floats]:
        """Return each thing's newest value and its second at an instant, shape (m,); NaN for none.

        A value that is no number has NaN and a second.
        """
        row = np.searchsorted(self.keys, places * SECONDS + at_s, side="right") - 1
        is_known = (places >= 0) & (row >= 0)
        row[~is_known] = 0
        if not len(self.keys):
            return np.full(len(places), np.nan), np.full(len(places), np.nan)
        is_known &= self.keys[row] // SECONDS == places
        second = np.where(is_known, self.keys[row] % SECONDS, np.nan)
        return np.where(is_known, self.values[row], np.nan).astype(np.float64), second

    def joined(self, newer: "Track", since_s: int) -> "Track":
        """Return this track and what came later as one, without what is older than `since_s`.

        A second that both tell is told by the newer one.
        """
        ids = list(self.ids)
        place = dict(self.place)
        for one in newer.ids:
            if one not in place:
                place[one] = len(ids)
                ids.append(one)
        moved = np.array([place[one] for one in newer.ids], dtype=np.int64)
        owner = moved[newer.keys // SECONDS] if len(newer.keys) else newer.keys
        keys = np.concatenate([self.keys, owner * SECONDS + newer.keys % SECONDS])
        values = np.concatenate([self.values, newer.values])
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[order]
        stays = np.append(keys[1:] != keys[:-1], True) & (keys % SECONDS >= since_s)
        return Track(
            tuple(ids), keys[stays], values[stays], max(since_s, self.since_s), newer.until_s
        ).bounded()

    def bounded(self, most: int = MOST_ROWS) -> "Track":
        """Return the track, without its oldest rows where it has more than `most`."""
        if len(self.keys) <= most:
            return self
        seconds = self.keys % SECONDS
        since_s = int(np.partition(seconds, len(seconds) - most)[len(seconds) - most])
        stays = seconds >= since_s
        return Track(self.ids, self.keys[stays], self.values[stays], since_s, self.until_s)


@dataclass(frozen=True, slots=True)
class Said:
    """What one thing said of itself in words, at which seconds: alarms of a meter."""

    at_s: Sequence[float]
    words: Sequence[Sequence[str]]

    def at(self, at_s: float) -> Sequence[str]:
        """Return what it had said last at an instant."""
        index = int(np.searchsorted(np.asarray(self.at_s), at_s, side="right")) - 1
        return self.words[index] if index >= 0 else ()
