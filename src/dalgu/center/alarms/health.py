"""Measures alarms as ISA-18.2 and EEMUA 191 do: rates, floods, chatter, standing, priorities.

An alarm here is an incident as it is raised before operators. Pure: arrays in, figures out.

References
----------
ANSI/ISA-18.2-2016, Management of Alarm Systems for the Process Industries, clause 16.
EEMUA Publication 191, Alarm Systems: A Guide to Design, Management and Procurement, 3rd edition.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 600.0  # the ten minutes of both standards
FLOOD_BEGINS, FLOOD_ENDS = 10, 5  # more than 10 in ten minutes begins a flood, fewer than 5 end it
CHATTER_TIMES, CHATTER_S = 3, 60.0
STANDING_S = 86_400.0
TOP = 10
ENOUGH_FOR_SHARES = 20  # below this a share says nothing
ENOUGH_FOR_TOP = 200  # ten sources of 200 are 5 % when all speak alike

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Verdict(StrEnum):
    """How a measure stands against its limit."""

    GOOD = "good"
    OVER = "over"
    TOO_FEW = "too_few"
    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of a span, in order of raising.

    `raised_s` and `closed_s` are shape (n,), seconds since 1970, NaN while open; `priority` is
    shape (n,), 1 to 4; `source` shape (n,), a number for each rule and place or thing.
    """

    raised_s: Floats
    closed_s: Floats
    priority: Ints
    source: Ints


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, and how many operators share the alarms."""

    start_s: float
    end_s: float
    operators: int = 1

    @property
    def windows(self) -> int:
        """How many windows of ten minutes there are."""
        return max(1, round((self.end_s - self.start_s) / WINDOW_S))


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure beside its limit; a share is 0 to 1."""

    name: str
    value: float
    limit: float | None
    verdict: Verdict


def per_window(raised_s: Floats, span: Span) -> Ints:
    """Return how many alarms were raised in each ten minutes of a span.

    >>> per_window(np.array([0.0, 10.0, 700.0]), Span(0, 1800)).tolist()
    [2, 1, 0]
    """
    inside = raised_s[(raised_s >= span.start_s) & (raised_s < span.end_s)]
    at = np.minimum((inside - span.start_s) // WINDOW_S, span.windows - 1).astype(np.int64)
    return np.bincount(at, minlength=span.windows).astype(np.int64)


def in_flood(counts: Ints, operators: int = 1) -> NDArray[np.bool_]:
    """Tell for each ten minutes whether it lies in a flood, for each operator's share of alarms.

    >>> in_flood(np.array([0, 11, 7, 4, 7])).tolist()
    [False, True, True, False, False]
    """
    found, is_flood = [], False
    for count in counts / operators:
        is_flood = bool(count >= FLOOD_ENDS if is_flood else count > FLOOD_BEGINS)
        found.append(is_flood)
    return np.array(found, dtype=np.bool_)


def chattering(alarms: Alarms) -> int:
    """Return how many sources raised three or more alarms within a minute."""
    found = 0
    for source in np.unique(alarms.source):
        at = np.sort(alarms.raised_s[alarms.source == source])
        if len(at) >= CHATTER_TIMES:
            found += bool(np.any(at[CHATTER_TIMES - 1 :] - at[: 1 - CHATTER_TIMES] <= CHATTER_S))
    return found


def top_sources(source: Ints, most: int = TOP) -> list[tuple[int, int]]:
    """Return the most frequent sources with their counts, the most frequent first."""
    names, counts = np.unique(source, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:most]
    return [(int(names[i]), int(counts[i])) for i in order]


def measures(alarms: Alarms, span: Span, *, fleeting: int = 0) -> list[Measure]:
    """Return every measure of a span.

    Parameters
    ----------
    alarms
        Those raised in the span, and those raised before it that stand.
    span
        Until now, as what stands is judged at its end.
    fleeting
        How many alerts their source ended within a minute (an incident of one would be no alarm).
    """
    inside = (alarms.raised_s >= span.start_s) & (alarms.raised_s < span.end_s)
    n = int(inside.sum())
    counts = per_window(alarms.raised_s, span)
    raised = Alarms(
        alarms.raised_s[inside],
        alarms.closed_s[inside],
        alarms.priority[inside],
        alarms.source[inside],
    )
    open_at_end = np.isnan(alarms.closed_s) | (alarms.closed_s > span.end_s)
    standing = int(np.sum(open_at_end & (span.end_s - alarms.raised_s > STANDING_S)))
    top = sum(count for _, count in top_sources(raised.source)) / max(1, n)
    flood = float(in_flood(counts, span.operators).mean())
    return [
        _judged("average", n / span.windows / span.operators, 1.0),
        _judged("peak", int(counts.max()) / span.operators, float(FLOOD_BEGINS)),
        _judged("flood", flood, 0.01),
        _judged("chattering", chattering(raised), 0.0),
        _judged("fleeting", fleeting, 0.0),
        _judged("standing", standing, 4.0),
        _judged("top", top, 0.05, n=n, enough=ENOUGH_FOR_TOP),
        *_priorities(raised.priority),
    ]


def _priorities(priority: Ints) -> list[Measure]:
    n = len(priority)
    share = [float(np.mean(priority == level)) if n else 0.0 for level in (1, 2)]
    return [
        _judged("p1", share[0], 0.05, n=n, enough=ENOUGH_FOR_SHARES),
        _judged("p2", share[1], 0.15, n=n, enough=ENOUGH_FOR_SHARES),
        Measure("p3", 1.0 - sum(share) if n else 0.0, None, Verdict.NO_LIMIT),
    ]


def _judged(name: str, value: float, limit: float, *, n: int = 1, enough: int = 0) -> Measure:
    if n < enough:
        return Measure(name, float(value), limit, Verdict.TOO_FEW)
    return Measure(name, float(value), limit, Verdict.GOOD if value <= limit else Verdict.OVER)
