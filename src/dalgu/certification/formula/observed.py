"""How well subjects were observed over a period: four measures, vectorised over subjects.

All take observations as (subject, instant) pairs in any order and give one share 0 to 1 per
subject. Instants are float64 seconds since 1970 UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400.0
HOUR_S = 3_600.0
KOREA_OFFSET_S = 9 * HOUR_S  # Korea Standard Time; no daylight saving since 1988

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Observations:
    """Observations of n subjects in [since, until).

    `subject` is shape (m,), int64 positions 0 to n-1; `at_s` is shape (m,);
    `max_age_s` is shape (n,): how old the newest observation may be to count.
    """

    n: int
    subject: Ints
    at_s: Floats
    since_s: float
    until_s: float
    max_age_s: Floats


def any_at_all(seen: Observations) -> Floats:
    """Share 1 where a subject was observed at least once, else 0; shape (n,)."""
    share = np.zeros(seen.n)
    share[seen.subject] = 1.0
    return share


def days_observed(seen: Observations) -> Floats:
    """Share of the whole local calendar days of the period with an observation; shape (n,).

    Days that the period only touches do not count, unless it holds no whole day at all.

    >>> seen = Observations(1, np.array([0, 0]), np.array([10.0, 20.0]),
    ...                     -9 * HOUR_S, 2 * DAY_S - 9 * HOUR_S, np.array([0.0]))
    >>> days_observed(seen).tolist()
    [0.5]
    """
    since, until = ((s + KOREA_OFFSET_S) / DAY_S for s in (seen.since_s, seen.until_s))
    first, last = int(np.ceil(since)), int(np.floor(until))
    if last <= first:
        first, last = int(np.floor(since)), int(np.ceil(until))
    day = np.floor((seen.at_s + KOREA_OFFSET_S) / DAY_S).astype(np.int64) - first
    hit = np.zeros((seen.n, last - first), dtype=bool)
    inside = (day >= 0) & (day < last - first)
    hit[seen.subject[inside], day[inside]] = True
    share: Floats = hit.sum(axis=1) / (last - first)
    return share


def time_covered(seen: Observations) -> Floats:
    """Share of the period in which the newest observation is at most `max_age_s` old; shape (n,).

    Exact, not sampled: each observation covers the time until the next one, at most its age.
    """
    order = np.lexsort((seen.at_s, seen.subject))
    subject, at_s = seen.subject[order], seen.at_s[order]
    limit = np.append(at_s[1:], seen.until_s)
    ends_run = np.append(subject[1:] != subject[:-1], True) if len(subject) else np.array([], bool)
    limit = np.where(ends_run, seen.until_s, limit)
    begin = np.maximum(at_s, seen.since_s)
    end = np.minimum(np.minimum(limit, at_s + seen.max_age_s[subject]), seen.until_s)
    covered = np.bincount(subject, weights=np.maximum(end - begin, 0.0), minlength=seen.n)
    share: Floats = covered / (seen.until_s - seen.since_s)
    return share


def hours_fresh(seen: Observations) -> Floats:
    """Share of the full hours of the period at which the newest observation is young enough.

    Sampled at each whole hour h with since < h <= until; shape (n,).
    """
    hours = np.arange(np.floor(seen.since_s / HOUR_S) + 1, np.floor(seen.until_s / HOUR_S) + 1)
    if len(hours) == 0:
        return np.zeros(seen.n)
    # An observation makes fresh the samples from the first hour at or after it
    # to the last hour that still finds it young: intervals, counted once by a difference array.
    first = np.ceil(seen.at_s / HOUR_S) - hours[0]
    last = np.floor((seen.at_s + seen.max_age_s[seen.subject]) / HOUR_S) - hours[0]
    begin = np.clip(first, 0, len(hours)).astype(np.int64)
    end = np.clip(last + 1, 0, len(hours)).astype(np.int64)
    valid = end > begin
    edges = np.zeros((seen.n, len(hours) + 1), dtype=np.int32)
    np.add.at(edges, (seen.subject[valid], begin[valid]), 1)
    np.add.at(edges, (seen.subject[valid], end[valid]), -1)
    share: Floats = (np.cumsum(edges, axis=1)[:, :-1] > 0).mean(axis=1)
    return share


def from_memory(seen: Observations) -> Observations:
    """Begin the time of each subject that was heard soon where the memory begins.

    A memory that begins at `since` cannot hold what was said before. A subject first heard
    within its own `max_age_s` of that instant had no duty to speak earlier, so it counts from
    the start; one that stayed silent longer does not.
    """
    first = np.full(seen.n, np.inf)
    np.minimum.at(first, seen.subject, seen.at_s)
    early = np.flatnonzero(first - seen.since_s <= seen.max_age_s)
    return replace(
        seen,
        subject=np.concatenate([early, seen.subject]),
        at_s=np.concatenate([np.full(len(early), seen.since_s), seen.at_s]),
    )


MEASURES: dict[str, Callable[[Observations], Floats]] = {
    "any": any_at_all,
    "days": days_observed,
    "time": time_covered,
    "hours": hours_fresh,
}
