"""How long it takes to detect, acknowledge, respond and close: spreads over arrays; pure.

Instants are seconds since any one moment, shape (n,), NaN where a step did not happen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


class Measure(StrEnum):
    """What is measured, each from a step to another."""

    DETECT = "detect"  # from what happened to the incident
    ACKNOWLEDGE = "acknowledge"  # from the incident to the first person who acts on it
    RESPOND = "respond"  # from the incident to help in hand or at the place
    CLOSE = "close"  # from the incident to its closing


@dataclass(frozen=True, slots=True)
class Instants:
    """Steps of n incidents, each of shape (n,), seconds."""

    happened: Seconds
    raised: Seconds
    seen: Seconds
    responded: Seconds
    closed: Seconds


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: half of all took at most p50, nine of ten at most p90."""

    n: int
    p50_s: float | None = None
    p90_s: float | None = None
    within: float | None = None  # share 0 to 1 within the target, where there is one


def spans(instants: Instants) -> dict[Measure, Seconds]:
    """Return the seconds of each measure, shape (n,), NaN where one did not come to pass.

    A span below zero is no span: a sensor's clock was ahead of the center's.

    Examples
    --------
    >>> one = np.array([100.0])
    >>> found = spans(Instants(one - 5, one, one + 30, one + 300, np.array([np.nan])))
    >>> found[Measure.DETECT], found[Measure.ACKNOWLEDGE], found[Measure.CLOSE]
    (array([5.]), array([30.]), array([nan]))

    """
    found = {
        Measure.DETECT: instants.raised - instants.happened,
        Measure.ACKNOWLEDGE: instants.seen - instants.raised,
        Measure.RESPOND: instants.responded - instants.raised,
        Measure.CLOSE: instants.closed - instants.raised,
    }
    return {measure: np.where(span >= 0, span, np.nan) for measure, span in found.items()}


def spread(span_s: Seconds, target_s: Seconds | None = None) -> Spread:
    """Return the spread of spans, shape (n,); NaN is left out.

    `target_s`, shape (n,), holds the limit of each; NaN where it has none. Percentiles are
    linear between the nearest ranks (Hyndman & Fan 1996, definition 7).

    Examples
    --------
    >>> spread(np.array([10.0, 20.0, 30.0, np.nan]), np.array([15.0, 15.0, np.nan, 15.0]))
    Spread(n=3, p50_s=20.0, p90_s=28.0, within=0.5)

    """
    known = span_s[~np.isnan(span_s)]
    if not known.size:
        return Spread(0)
    p50_s, p90_s = (float(one) for one in np.percentile(known, (50, 90)))
    return Spread(int(known.size), p50_s, p90_s, _within(span_s, target_s))


def _within(span_s: Seconds, target_s: Seconds | None) -> float | None:
    if target_s is None:
        return None
    held = ~np.isnan(span_s) & ~np.isnan(target_s)
    return float(np.mean(span_s[held] <= target_s[held])) if held.any() else None


def grouped(keys: Sequence[str], span_s: Seconds) -> dict[str, Spread]:
    """Return the spread of each group; `keys` names the group of each span.

    Examples
    --------
    >>> grouped(["a", "b", "a"], np.array([1.0, 9.0, 3.0]))["a"].p50_s
    2.0

    """
    names = np.asarray(keys, dtype=object)
    return {key: spread(span_s[names == key]) for key in sorted(set(keys))}


def falls(values: Sequence[float | None]) -> bool:
    """Tell whether each value is lower than the one before it, with nothing missing.

    >>> falls([9.0, 7.0, 4.0]), falls([9.0, None, 4.0]), falls([5.0])
    (True, False, False)
    """
    known = [one for one in values if one is not None]
    if len(known) < len(values) or len(known) < 2:
        return False
    return all(later < earlier for earlier, later in pairwise(known))
