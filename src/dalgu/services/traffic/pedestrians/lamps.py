"""Episodes of caution: a crossing's lamp comes on, stays on while there is cause, goes out."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.pedestrians.layout import Floats, Ints

HOLD_S = 4.0  # a lamp that flickers is not believed


@dataclass(frozen=True, slots=True)
class Episodes:
    """Caution episodes, shape (n,) each; `key` is a crossing or a pair, as it was given."""

    key: Ints
    begin_s: Floats
    end_s: Floats


def episodes(key: Ints, at_s: Floats, *, hold_s: float = HOLD_S) -> Episodes:
    """Return the episodes of moments with cause; causes up to `hold_s` apart are one.

    Examples
    --------
    >>> found = episodes(np.array([7, 7, 7]), np.array([1.0, 2.0, 9.0]))
    >>> found.begin_s.tolist(), found.end_s.tolist()
    ([1.0, 9.0], [2.0, 9.0])
    """
    order = np.lexsort((at_s, key))
    key, at_s = key[order], at_s[order]
    begins = np.flatnonzero(
        np.append(True, (np.diff(key) != 0) | (np.diff(at_s) > hold_s))[: len(key)]
    )
    ends = np.append(begins[1:] - 1, len(key) - 1)[: len(begins)]
    return Episodes(key[begins], at_s[begins], at_s[ends])
