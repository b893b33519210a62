"""A week of hourly demand with intervals, from the hours past and the kind of each day.

Two models, one of the logarithm of the flow in principal components and one of the flow by its
hours, are averaged with the naive forecasts. How much each weighs follows from its errors on
past origins of the same district: where the last week simply comes again, the naive forecast
has it all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.forecast.days import HORIZON_DAYS, HOURS, Days
from dalgu.services.water.forecast.errors import mean_absolute_error
from dalgu.services.water.forecast.intervals import conformal_offsets
from dalgu.services.water.forecast.kernels import DayKernels, day_kernels
from dalgu.services.water.forecast.model import MEMORY_DAYS, Basis, Settings, predict, train
from dalgu.services.water.forecast.naive import last_week, mean_of_weeks
from dalgu.services.water.forecast.repair import KNOWN_HOURS, repair

Array = NDArray[np.float64]

MODEL = "dalgu-days-3"  # named in every forecast; changes when a forecast would
FEWEST_DAYS = 21
FEWEST_USABLE_DAYS = 14
PAST_DAYS = 56  # the window of past origins: errors, weights, intervals
ORIGINS_APART = 3  # prime to the week, so that all weekdays come
SHARPNESS = 16  # how strongly a smaller error weighs more
READ_DAYS = MEMORY_DAYS + 2 * PAST_DAYS
TINY = 1e-9  # an error that counts as none
LOWEST_SHARE = 0.02  # of the median flow: below it a logarithm would see only noise


class HistoryTooShort(InvalidInput):
    """There are too few days to learn from."""

    slug = "water-history-too-short"
    title = "The history is too short"

    def __init__(self, days: int, usable: int) -> None:
        super().__init__(
            f"The history has {days} days, {usable} of them usable; a forecast needs {FEWEST_DAYS} "
            f"and {FEWEST_USABLE_DAYS}. It comes by itself once the district has reported them.",
            days=days,
            usable=usable,
        )


class HistoryInvalid(InvalidInput):
    """The history has not the shape of whole days, or holds what no flow can be."""

    slug = "water-history-invalid"
    title = "The history is invalid"

    def __init__(self, what: str) -> None:
        super().__init__(f"The history {what}; it must be finite flows or gaps, 24 to each day.")


@dataclass(frozen=True, slots=True)
class Record:
    """Mean absolute errors over the past origins, in the unit of the flow; `None`: no hour."""

    ours: float | None
    last_week: float | None
    mean_of_weeks: float | None
    origins: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seven days by the hour: median and the 80 % interval, each shape (7, 24)."""

    median: Array
    low: Array
    high: Array
    record: Record


@dataclass(frozen=True, slots=True)
class Trained:
    """The settings of the two models."""

    profile: Settings  # of the logarithm of the flow, in principal components
    hours: Settings  # of the flow, by its hours


def train_demand(flow: Array, days: Days) -> Trained:
    """Learn a district's settings from its history, the latest eight weeks left out if it can.

    What is left out calibrates weights and intervals, so that these do not know the answer.

    Raises
    ------
    HistoryInvalid, HistoryTooShort
        When nothing can be learned from it.
    """
    flow, days = _checked(flow, days)
    learned = len(flow) - PAST_DAYS
    if learned < 2 * PAST_DAYS:
        learned = len(flow)
    history, kernels = flow[:learned], day_kernels(days.until(learned))
    profile, hours = (
        train(repair(scale.into(history), days.kind[:learned]), kernels, basis)
        for basis, scale in _models(history)
    )
    return Trained(profile, hours)


def forecast_demand(flow: Array, days: Days, trained: Trained | None = None) -> Forecast:
    """Forecast the seven days after a history.

    Parameters
    ----------
    flow
        Shape (days, 24), by local hour, oldest first, NaN where nothing is known, any unit.
    days
        Those of the history and seven more.
    trained
        Settings of an earlier training; learned here where there is none.

    Raises
    ------
    HistoryInvalid, HistoryTooShort
        When nothing can be learned from it.

    Examples
    --------
    >>> week = np.add.outer(np.arange(7.0), np.arange(24.0)) + 10
    >>> days = Days(np.arange(49) % 7)
    >>> forecast = forecast_demand(np.tile(week, (6, 1)), days)
    >>> bool(np.allclose(forecast.median, week))
    True
    """
    trained = train_demand(flow, days) if trained is None else trained
    flow, days = _checked(flow, days)
    kernels = day_kernels(days)
    first = max(len(flow) - PAST_DAYS, FEWEST_DAYS // 2)
    ends = range(len(flow) - HORIZON_DAYS, first - 1, -ORIGINS_APART)
    past = [_members(flow[:end], days.kind, kernels, trained) for end in ends]
    # One reading of a thousand times the flow must not be what all are judged by.
    judged = repair(flow, days.kind[: len(flow)]).limited
    measured = np.stack([judged[end : end + HORIZON_DAYS] for end in ends])
    now = _members(flow, days.kind, kernels, trained)
    return _combine(now, np.stack(past), measured)


@dataclass(frozen=True, slots=True)
class _Scale:
    """A scale to model a flow on, and the way back."""

    into: Callable[[Array], Array]
    back: Callable[[Array], Array]


_PLAIN = _Scale(into=lambda flow: flow, back=lambda flow: flow)


def _logarithmic(flow: Array) -> _Scale:
    lowest = LOWEST_SHARE * float(np.nanmedian(np.abs(flow))) or 1.0
    return _Scale(into=lambda flow: np.log(np.maximum(flow, lowest)), back=np.exp)


def _models(flow: Array) -> tuple[tuple[Basis, _Scale], tuple[Basis, _Scale]]:
    return (Basis.PRINCIPAL, _logarithmic(flow)), (Basis.HOURS, _PLAIN)


def _members(flow: Array, kind: NDArray[np.int64], kernels: DayKernels, trained: Trained) -> Array:
    """Return what each member says of the seven days after a history, shape (members, 7, 24)."""
    days = len(flow)
    ahead = kind[days : days + HORIZON_DAYS]
    said = []
    for (_, scale), settings in zip(_models(flow), (trained.profile, trained.hours), strict=True):
        history = repair(scale.into(flow), kind[:days])
        mean = predict(history, kernels, settings)
        said.append(scale.back(mean + history.habit[ahead]))
    return np.stack([*said, last_week(history.limited), mean_of_weeks(history.limited)])


def _combine(now: Array, past: Array, measured: Array) -> Forecast:
    """Weigh the members by their past errors; `past` is shape (origins, members, 7, 24)."""
    errors = [mean_absolute_error(past[:, member], measured) for member in range(len(now))]
    weights = np.array([_weight(error, errors) for error in errors])
    combined = _weighted(past.swapaxes(0, 1), weights)
    median = _weighted(now, weights)
    low, high = conformal_offsets(measured - combined)
    record = Record(mean_absolute_error(combined, measured), errors[2], errors[3], len(past))
    return Forecast(median, np.maximum(median + low, 0.0), median + high, record)


def _weight(error: float | None, errors: list[float | None]) -> float:
    known = [each for each in errors if each is not None]
    if error is None or not known:
        return 0.0 if known else 1.0
    return ((min(known) + TINY) / (error + TINY)) ** SHARPNESS


def _weighted(members: Array, weights: Array) -> Array:
    """Average the members, shape (members, ...), hour by hour over those that say anything."""
    share = weights.reshape(-1, *(1,) * (members.ndim - 1)) * np.isfinite(members)
    return np.asarray((share * np.nan_to_num(members)).sum(axis=0) / share.sum(axis=0))


def _checked(flow: Array, days: Days) -> tuple[Array, Days]:
    """Return the history of enough days and its days, the oldest that nothing reads left out."""
    flow = np.asarray(flow, dtype=np.float64)
    if flow.ndim != 2 or flow.shape[1] != HOURS:
        raise HistoryInvalid(f"has the shape {flow.shape}")
    if np.isinf(flow).any():
        raise HistoryInvalid("holds an infinite flow")
    if len(days.kind) != len(flow) + HORIZON_DAYS:
        raise HistoryInvalid(f"has {len(flow)} days, but {len(days.kind)} are described")
    known = np.flatnonzero(np.isfinite(flow).any(axis=1))
    first = max(known[0] if len(known) else len(flow), len(flow) - READ_DAYS)
    flow, days = flow[first:], days.between(int(first), len(days.kind))
    usable = int((np.isfinite(flow).sum(axis=1) >= KNOWN_HOURS).sum())
    if len(flow) < FEWEST_DAYS or usable < FEWEST_USABLE_DAYS:
        raise HistoryTooShort(len(flow), usable)
    return flow, days
