"""What the network sees of one link at one moment: its hour, its neighbours', the city's, the time.

Values are standardised: less the link's mean, over the spread of the quantity in the whole
city, so that a standardised error is an error in veh/h or km/h up to one factor. A gap in the
last hour is filled with the last known value; a link that was silent all hour with its usual
value at this time of day. How much was filled is an input of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.prediction.history import (
    STEPS_PER_DAY,
    WINDOW,
    Array,
    History,
    Steps,
    is_day_off,
    step_of_day,
)

NEIGHBOUR_STEPS = 6  # of the neighbours' last hour; half an hour of a queue's way
CITY_PARTS = 8  # principal components of the city's present state
HARMONICS = 6  # of the day: the shortest lasts four hours
SMOOTHED_STEPS = 3  # to both sides, of the usual value at a time of day
MOST_ROWS = 2_000  # that principal components are learned from
KINDS_OF_DAY = 2  # working day, day off
LEAST_SPREAD = 0.5  # of a quantity that hardly changes, in veh/h or km/h
FARTHEST = 10.0  # spreads from the mean: a detector that tells more is not followed

FARTHEST_PART = 4.0  # of the city's components, which have unit variance
LEAST_PART = 1e-3  # share of the variance: less is noise, which scaling would blow up


@dataclass(frozen=True, slots=True)
class Scales:
    """What standardises a city, learned in training.

    Attributes
    ----------
    mean
        Shape (quantities, links), of the link, in veh/h and km/h.
    spread
        Shape (quantities,), standard deviation within links.
    total, count
        Shape (quantities, kinds of day, 288, links), sums of the standardised values near each
        time of day, and how many they are: the usual day is their quotient.
    parts
        Shape (CITY_PARTS, quantities * links), principal components of the city's state,
        scaled to unit variance.

    """

    mean: Array
    spread: Array
    total: Array
    count: Array
    parts: Array


@dataclass(frozen=True, slots=True)
class Inputs:
    """A history made ready to be asked about any link at any of its steps.

    `z`, `downstream` and `upstream` are shape (quantities, steps, links); `usual` is shape
    (quantities, steps + reach, links); `city` is shape (steps, CITY_PARTS); `time` is shape
    (steps, times). `ahead` holds the horizons in steps.
    """

    z: Array
    downstream: Array
    upstream: Array
    usual: Array
    city: Array
    time: Array
    ahead: Steps

    @property
    def width(self) -> int:
        """How many numbers the network sees, its embedding of the link left out."""
        each = WINDOW + 2 + 2 * NEIGHBOUR_STEPS + 1 + len(self.ahead)
        return int(each * len(self.z) + self.city.shape[1] + self.time.shape[1])


def learn_scales(history: History) -> Scales:
    """Learn what standardises a city from its history; it may have gaps anywhere."""
    values = history.values
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    seen = known.sum(axis=1)
    mean = filled.sum(axis=1) / np.maximum(seen, 1)
    # A link that was never heard takes the city's mean: it may speak one day.
    whole = filled.sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1)
    mean = np.where(seen > 0, mean, whole[:, None]).astype(np.float32)
    off = np.where(known, values - mean[:, None], 0.0)
    spread = np.sqrt((off**2).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1))
    spread = np.maximum(spread, LEAST_SPREAD).astype(np.float32)
    z = ((values - mean[:, None]) / spread[:, None, None]).astype(np.float32)
    total, count = _days(z, history)
    return Scales(mean, spread, total, count, _principal_parts(z))


def _days(z: Array, history: History) -> tuple[Array, Array]:
    """Add up what was seen near each time of day, by kind of day."""
    step = history.first_step + np.arange(z.shape[1])
    kind, at = is_day_off(step, history.days_off).astype(np.int64), step_of_day(step)
    near, known = _near(z)
    total = np.zeros((len(z), KINDS_OF_DAY, STEPS_PER_DAY, z.shape[2]), dtype=np.float32)
    count = np.zeros_like(total)
    for quantity in range(len(z)):
        np.add.at(total[quantity], (kind, at), near[quantity])
        np.add.at(count[quantity], (kind, at), known[quantity])
    return total, count


def _near(z: Array) -> tuple[Array, Array]:
    """Return sums over the steps near each step, and how many are known; shapes of `z`."""
    known = np.isfinite(z)
    sums = []
    for part in (np.where(known, z, 0.0), known.astype(np.float32)):
        padded = np.pad(part, ((0, 0), (SMOOTHED_STEPS, SMOOTHED_STEPS), (0, 0)))
        near = np.zeros_like(part)
        for shift in range(2 * SMOOTHED_STEPS + 1):
            near += padded[:, shift : shift + part.shape[1]]
        sums.append(near)
    return sums[0], sums[1]


def _principal_parts(z: Array) -> Array:
    every = max(1, -(-z.shape[1] // MOST_ROWS))
    rows = _city_rows(z[:, ::every])
    covariance = rows.T @ rows / len(rows)
    power, parts = np.linalg.eigh(covariance)
    power, parts = power[::-1], parts[:, ::-1]
    most = min(CITY_PARTS, int((power > LEAST_PART * power.sum()).sum()))
    padded = np.zeros((CITY_PARTS, rows.shape[1]), dtype=np.float32)
    padded[:most] = (parts[:, :most] / np.sqrt(power[:most])).T
    return padded


def _city_rows(z: Array) -> Array:
    """Shape (steps, quantities * links); what is unknown stands at its mean."""
    rows: Array = np.nan_to_num(z, nan=0.0).transpose(1, 0, 2).reshape(z.shape[1], -1)
    return rows


def make_inputs(
    history: History, scales: Scales, ahead: Steps, *, leave_own_day_out: bool
) -> Inputs:
    """Make a history ready.

    `leave_own_day_out` is for training: a day's usual values must not hold the day itself,
    or the network would learn to trust them more than it can when it forecasts.
    """
    z = (history.values - scales.mean[:, None]) / scales.spread[:, None, None]
    z = np.clip(z, -FARTHEST, FARTHEST)  # leaves NaN
    step = history.first_step + np.arange(z.shape[1] + int(ahead.max()))
    usual = _usual(z, step, scales, history.days_off, own_day_out=leave_own_day_out)
    onto = _spread(history)
    return Inputs(
        z=z,
        downstream=_among_neighbours(z, onto[0]),
        upstream=_among_neighbours(z, onto[1]),
        usual=usual,
        city=np.clip(_city_rows(z) @ scales.parts.T, -FARTHEST_PART, FARTHEST_PART),
        time=_time(step[: z.shape[1]], history.days_off),
        ahead=ahead,
    )


def _usual(
    z: Array, step: Steps, scales: Scales, days_off: frozenset[int], *, own_day_out: bool
) -> Array:
    """Usual value of each step, of its kind of day; of all days where that kind was not seen."""
    kind, at = is_day_off(step, days_off).astype(np.int64), step_of_day(step)
    total, count = scales.total[:, kind, at], scales.count[:, kind, at]
    all_total = scales.total.sum(axis=1)[:, at]
    all_count = scales.count.sum(axis=1)[:, at]
    if own_day_out:
        near, known = _near(z)
        for sums, own in ((total, near), (count, known), (all_total, near), (all_count, known)):
            sums[:, : z.shape[1]] -= own
    return np.where(
        count > 0.5,
        total / np.maximum(count, 1),
        np.where(all_count > 0.5, all_total / np.maximum(all_count, 1), 0.0),
    ).astype(np.float32)


def _spread(history: History) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights onto each link from those below and those above it; shape (links, links)."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # ships no types

    weight = np.ones(len(history.edges)) if history.edge_weight is None else history.edge_weight
    shape = (history.links, history.links)
    above, below = history.edges[:, 0], history.edges[:, 1]
    return (
        csr_array((weight, (above, below)), shape=shape),
        csr_array((weight, (below, above)), shape=shape),
    )


def _among_neighbours(z: Array, onto: NDArray[np.float64]) -> Array:
    """Weighted mean of the known neighbours; 0, their mean, where none is known."""
    known = np.isfinite(z)
    means = []
    for values, seen in zip(np.nan_to_num(z, nan=0.0), known, strict=True):
        weight = (onto @ seen.T.astype(np.float32)).T
        means.append((onto @ values.T).T / np.maximum(weight, 1e-6))
    return np.stack(means).astype(np.float32)


def _time(step: Steps, days_off: frozenset[int]) -> Array:
    phase = 2 * np.pi * step_of_day(step) / STEPS_PER_DAY
    waves = np.outer(phase, np.arange(1, HARMONICS + 1))
    day = np.concatenate([np.sin(waves), np.cos(waves)], axis=1)
    off = is_day_off(step, days_off)[:, None]
    return np.concatenate([day, off, day * off], axis=1).astype(np.float32)


def gather(
    inputs: Inputs, end: Steps, link: Steps, *, hidden: NDArray[np.bool_] | None = None
) -> tuple[Array, Array]:
    """Return what the network sees of links at moments, and the values that it starts from.

    Parameters
    ----------
    inputs
        Of the history.
    end, link
        Shape (n,): the last step of the hour looked back on, and the link.
    hidden
        Shape (n, WINDOW), steps to treat as unknown; training rehearses gaps with it.

    Returns
    -------
    tuple
        Shape (n, width), and shape (quantities, n): the last known value of each link.

    """
    back = end[:, None] + np.arange(1 - WINDOW, 1)
    near = end[:, None] + np.arange(1 - NEIGHBOUR_STEPS, 1)
    moments = end[:, None] + np.concatenate([[0], inputs.ahead])
    seen, last = [inputs.city[end], inputs.time[end]], []
    for quantity, z in enumerate(inputs.z):
        own = z[back, link[:, None]]
        if hidden is not None:
            own = np.where(hidden, np.nan, own)
        usual = inputs.usual[quantity][moments, link[:, None]]
        filled, age = _fill(own, usual[:, 0])
        base = filled[:, -1:]
        seen += [
            filled,
            np.isfinite(own).mean(axis=1, keepdims=True, dtype=np.float32),
            age[:, None] / np.float32(WINDOW),
            inputs.downstream[quantity][near, link[:, None]],
            inputs.upstream[quantity][near, link[:, None]],
            usual,
        ]
        last.append(base[:, 0])
    return np.concatenate(seen, axis=1, dtype=np.float32), np.stack(last)


def _fill(own: Array, usual: Array) -> tuple[Array, Array]:
    """Carry the last known value on; begin with the first known, or the usual where none is."""
    known = np.isfinite(own)
    steps = np.arange(own.shape[1])
    newest = np.maximum.accumulate(np.where(known, steps, -1), axis=1)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    at = np.where(newest >= 0, newest, first[:, None])
    filled = np.take_along_axis(own, at, axis=1)
    filled = np.where(np.isfinite(filled), filled, usual[:, None])
    return filled, (steps[-1] - newest[:, -1]).astype(np.float32)
