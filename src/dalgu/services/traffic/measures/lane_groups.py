"""Lane groups of an intersection: capacity, degree of saturation, control delay and queue.

The methods of the Highway Capacity Manual, 6th edition, chapters 19 and 31, for a lane group that
is green once a cycle. Vectorised: one row a lane group, of any number of intersections.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import Floats
from dalgu.services.traffic.measures.refusals import LaneGroupInvalid

PERIOD_H: Final = 0.25  # analysis period; HCM 6th ed., chapter 19
PRETIMED_K: Final = 0.5  # incremental delay factor of a fixed plan; equation 19-22
UNFILTERED: Final = 1.0  # upstream filtering of an isolated intersection; equation 19-6
Z_95: Final = 1.64  # chapter 31, percentile back of queue
QUEUE_FACTOR_MAX: Final = 1.8
_HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class LaneGroups:
    """What is known of lane groups; arrays of shape (n,).

    `saturation_veh_h` is of all lanes of the group together. `on_green` is the share of
    arrivals on green, where not known the green ratio. `initial_veh` waits at the begin of the
    period. `filtering` is 1 where nothing upstream evens arrivals out, down to 0.09.
    """

    flow_veh_h: Floats
    saturation_veh_h: Floats
    lanes: Floats
    green_s: Floats  # effective
    cycle_s: Floats
    on_green: Floats
    initial_veh: Floats
    filtering: Floats

    @property
    def green_ratio(self) -> Floats:
        """Effective green over cycle."""
        return self.green_s / self.cycle_s

    @property
    def capacity_veh_h(self) -> Floats:
        """Saturation flow times green ratio; equation 19-16."""
        return self.saturation_veh_h * self.green_ratio

    @property
    def degree_of_saturation(self) -> Floats:
        """Flow over capacity (v/c, X); equation 19-17."""
        return self.flow_veh_h / self.capacity_veh_h


def lane_groups(
    flow_veh_h: Floats,
    saturation_veh_h: Floats,
    green_s: Floats,
    cycle_s: Floats,
    *,
    lanes: Floats | None = None,
) -> LaneGroups:
    """Return lane groups at which arrivals are random and nobody waits at the begin.

    Raises
    ------
    LaneGroupInvalid
        When a green is not within its cycle, or a flow or saturation flow is none.

    """
    _require(
        bool(np.all(np.isfinite(flow_veh_h) & (flow_veh_h >= 0))), "flow", "must be at least 0"
    )
    _require(bool(np.all(saturation_veh_h > 0)), "saturation flow", "must be above 0")
    _require(bool(np.all(green_s > 0)), "effective green", "must be above 0")
    _require(bool(np.all(green_s <= cycle_s)), "effective green", "must not pass the cycle")
    shape = np.shape(flow_veh_h)
    return LaneGroups(
        flow_veh_h,
        saturation_veh_h,
        np.ones(shape) if lanes is None else lanes,
        green_s,
        cycle_s,
        green_s / cycle_s,
        np.zeros(shape),
        np.full(shape, UNFILTERED),
    )


def effective_green(
    shown_green_s: Floats, yellow_s: Floats, all_red_s: Floats, lost_s: Floats
) -> Floats:
    """Return the green used at saturation flow: what is shown and cleared less what is lost.

    The manual's default loses 4 s, start-up and clearance together (equation 19-3).
    """
    return np.maximum(shown_green_s + yellow_s + all_red_s - lost_s, 0.0)


def upstream_filtering(upstream_saturation: Floats) -> Floats:
    """Return how much an upstream signal evens arrivals out, 1 (not) to 0.09; equation 19-6."""
    return np.maximum(1.0 - 0.91 * np.power(np.maximum(upstream_saturation, 0.0), 2.68), 0.090)


def actuated_k(degree_of_saturation: Floats, passage_s: float) -> Floats:
    """Return the incremental delay factor of an actuated phase, 0.04 to 0.5; equation 19-22."""
    least = -0.375 + 0.354 * passage_s - 0.0910 * passage_s**2 + 0.00889 * passage_s**3
    least = max(least, 0.04)
    return np.clip((1 - 2 * least) * (degree_of_saturation - 0.5) + least, least, 0.5)


@dataclass(frozen=True, slots=True)
class ControlDelay:
    """Seconds a vehicle loses to the signal, and why; arrays of shape (n,)."""

    uniform_s: Floats  # because red alternates with green
    incremental_s: Floats  # because arrivals vary, and because more come than may go
    initial_queue_s: Floats  # because some waited already

    @property
    def total_s(self) -> Floats:
        """Control delay; equation 19-18."""
        return self.uniform_s + self.incremental_s + self.initial_queue_s


def control_delay(
    groups: LaneGroups, *, k: Floats | float = PRETIMED_K, period_h: float = PERIOD_H
) -> ControlDelay:
    """Return the mean control delay of each lane group.

    References
    ----------
    HCM 6th ed., equations 19-18 to 19-26 and 19-44 to 19-48.

    """
    saturation = groups.degree_of_saturation
    initial = _initial_queue(groups, period_h)
    return ControlDelay(
        _uniform(groups, period_h),
        _incremental(saturation, groups.capacity_veh_h, k * groups.filtering, period_h),
        _HOUR_S * initial.waited_veh_h / np.maximum(groups.flow_veh_h * period_h, 1e-9),
    )


def _uniform(groups: LaneGroups, period_h: float) -> Floats:
    """Uniform delay under platoons; over capacity from the begin while the initial queue lasts."""
    used = np.minimum(groups.degree_of_saturation, 1.0)
    met = _uniform_at(groups, used)
    clearing = _initial_queue(groups, period_h).cleared_h / period_h
    return _uniform_at(groups, np.ones_like(used)) * clearing + met * (1 - clearing)


def _uniform_at(groups: LaneGroups, used: Floats) -> Floats:
    ratio = groups.green_ratio
    red = np.maximum(1 - ratio, 1e-9)
    on_green = np.minimum(groups.on_green, 1.0)
    y = used * ratio
    # equation 19-20: 1 when arrivals do not care for the signal
    platoon = (1 - on_green) / red * (1 - y) / np.maximum(1 - used * on_green, 1e-9)
    platoon *= 1 + y * (1 - on_green / ratio) / red
    delay: Floats = platoon * 0.5 * groups.cycle_s * red**2 / np.maximum(1 - y, 1e-9)
    return np.where(ratio >= 1, 0.0, np.maximum(delay, 0.0))


def _incremental(
    saturation: Floats, capacity_veh_h: Floats, k_times_i: Floats | float, period_h: float
) -> Floats:
    over = saturation - 1
    spread = 8 * k_times_i * saturation / (capacity_veh_h * period_h)
    return 900.0 * period_h * (over + np.sqrt(over**2 + spread))


@dataclass(frozen=True, slots=True)
class _InitialQueue:
    waited_veh_h: Floats  # vehicle-hours that the queue at the begin adds
    cleared_h: Floats  # how long it takes to go, at most the period


def _initial_queue(groups: LaneGroups, period_h: float) -> _InitialQueue:
    capacity, flow, begin = groups.capacity_veh_h, groups.flow_veh_h, groups.initial_veh
    spare = capacity - flow
    clears = begin / np.maximum(spare, 1e-9)
    lasting = np.where(begin <= 0, 0.0, np.where(spare > 0, np.minimum(clears, period_h), period_h))
    without = np.where(spare < 0, -spare * period_h, 0.0)  # queue at the end all the same
    end = np.maximum(begin - spare * lasting, 0.0)
    end = np.where(begin <= 0, without, end)
    waited = lasting * (begin + end - without) / 2
    waited += (end**2 - without**2 - begin**2) / (2 * capacity)
    # HCM counts what the period's arrivals wait; those there before are not among them, and
    # the term is none where nobody waited
    return _InitialQueue(np.where(begin <= 0, 0.0, np.maximum(waited, 0.0)), lasting)


@dataclass(frozen=True, slots=True)
class BackOfQueue:
    """Vehicles in a lane up to the back of the queue, at its longest in a cycle; shape (n,)."""

    mean_veh: Floats
    percentile_95_veh: Floats


def back_of_queue(
    groups: LaneGroups, *, k: Floats | float = PRETIMED_K, period_h: float = PERIOD_H
) -> BackOfQueue:
    """Return how far queues reach back, in vehicles of one lane.

    References
    ----------
    HCM 6th ed., chapter 31, section 4: Q1 as the queue polygon of one green (without the
    correction for decelerating), Q2 from incremental delay, Q3 from the initial queue.

    """
    delay = control_delay(groups, k=k, period_h=period_h)
    first = _first_term(groups)
    second = groups.capacity_veh_h / _HOUR_S * delay.incremental_s / groups.lanes
    third = _initial_queue(groups, period_h).waited_veh_h / (period_h * groups.lanes)
    mean = first + second + third
    saturation = groups.degree_of_saturation
    factor = 1 + Z_95 * np.sqrt(groups.filtering / np.maximum(first + second, 1e-9))
    crowded = 0.60 * Z_95**0.24 * groups.green_ratio**0.33 * (1 - np.exp(2 - 2 * saturation))
    factor = np.where(saturation >= 1, factor + crowded, factor)
    factor = np.minimum(factor, QUEUE_FACTOR_MAX)
    return BackOfQueue(mean, (first + second) * factor + third)


def _first_term(groups: LaneGroups) -> Floats:
    """Vehicles a lane that stop in a cycle, when all cycles were alike."""
    cycle, green = groups.cycle_s, groups.green_s
    per_cycle = np.minimum(groups.flow_veh_h, groups.capacity_veh_h) * cycle / _HOUR_S
    on_green = np.minimum(groups.on_green, 1.0)
    in_red = per_cycle * (1 - on_green)
    green_rate = per_cycle * on_green / green
    spare = np.maximum(groups.saturation_veh_h / _HOUR_S - green_rate, 1e-9)
    clearing = np.minimum(in_red / spare, green)
    stopped: Floats = (in_red + green_rate * clearing) / groups.lanes
    return stopped


def _require(holds: bool, quantity: str, need: str) -> None:
    if not holds:
        raise LaneGroupInvalid(quantity, need)
