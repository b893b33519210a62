"""Chance that depends on names only: the same seed and name give the same numbers, always.

Each thing draws from its own generator, so nothing depends on who was asked first.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """Return the generator of one thing, for instance of one day of the parking lots.

    >>> bool(stream(1, "water", 7).random() == stream(1, "water", 7).random())
    True
    """
    word = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
    # A day before 1970 has a negative number; seeds must not.
    return np.random.Generator(np.random.PCG64([seed % 2**64, word, part % 2**32]))


class Episodes:
    """Recurring spells of each of n things: away, leaking, silent, out of order.

    Thing i is in a spell for `length[i]` days out of every `cycle[i]`, so the state of any
    day is known without the days before it.
    """

    def __init__(
        self, chance: np.random.Generator, n: int, *, share: float, cycle: tuple[int, int],
        length: tuple[int, int],
    ) -> None:  # fmt: skip
        self._prone = chance.random(n) < share
        self._cycle = chance.integers(*cycle, size=n, endpoint=True)
        self._length = chance.integers(*length, size=n, endpoint=True)
        self._phase = chance.integers(0, 10_000, size=n)

    def on(self, day: int | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which things are in a spell on a day; with days of shape (m, 1), shape (m, n)."""
        return self._prone & ((day + self._phase) % self._cycle < self._length)
