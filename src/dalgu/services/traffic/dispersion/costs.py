"""What an arc costs at a flow: time on the link (BPR) and delay at its signal (HCM).

US Bureau of Public Roads, *Traffic Assignment Manual*, 1964: t = t0 (1 + a (v/c)^b).
Transportation Research Board, *Highway Capacity Manual* 2010, chapter 18: control delay of a
lane group without initial queue, d = d1 + d2, uniform and incremental, fixed-time (k = 0.5).
"""

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.errors import AssignmentShapeInvalid

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

BPR_ALPHA = 0.15  # Bureau of Public Roads, 1964
BPR_BETA = 4.0
INCREMENTAL_DELAY_FACTOR = 0.5  # k of fixed-time control, HCM 2010 18-45
ANALYSIS_PERIOD_H = 0.25  # T, HCM 2010
S_PER_H = 3_600.0


@dataclass(frozen=True, slots=True)
class SignalDelay:
    """Signals on some arcs: arrays of shape (signalled,).

    `arc` names the arc, `cycle_s` the cycle, `green` the effective green over the cycle (0 to 1)
    and `saturation_vph` the saturation flow of the arc's lanes.
    """

    arc: Ints
    cycle_s: Array
    green: Array
    saturation_vph: Array

    @property
    def capacity_vph(self) -> Array:
        """Capacity of the lanes under the signal, vehicles an hour."""
        return self.saturation_vph * self.green

    def delay_s(self, flow_vph: Array) -> Array:
        """Return the mean control delay, s; `flow_vph` has shape (signalled,)."""
        x, u = flow_vph / self.capacity_vph, self.green
        uniform = 0.5 * self.cycle_s * (1 - u) ** 2 / (1 - np.minimum(1, x) * u)
        return np.asarray(uniform + self._scale * ((x - 1) + np.sqrt(self._root(x))))

    def slope(self, flow_vph: Array) -> Array:
        """Return the derivative of the delay, s per vehicle an hour; from the left at x = 1."""
        x, u = flow_vph / self.capacity_vph, self.green
        uniform = 0.5 * self.cycle_s * (1 - u) ** 2 * u / (1 - np.minimum(1, x) * u) ** 2
        incremental = self._scale * (1 + (x - 1 + self._spread / 2) / np.sqrt(self._root(x)))
        return np.asarray((np.where(x <= 1, uniform, 0.0) + incremental) / self.capacity_vph)

    def integral(self, flow_vph: Array) -> Array:
        """Return the integral of the delay from no flow on, s vehicles an hour."""
        x, u = flow_vph / self.capacity_vph, self.green
        below = -np.log1p(-np.minimum(1, x) * u) / u + np.maximum(0, x - 1) / (1 - u)
        uniform = 0.5 * self.cycle_s * (1 - u) ** 2 * below
        incremental = self._scale * (x * x / 2 - x + self._root_integral(x))
        return np.asarray((uniform + incremental) * self.capacity_vph)

    @property
    def _scale(self) -> float:
        return S_PER_H / 4 * ANALYSIS_PERIOD_H

    @property
    def _spread(self) -> Array:
        """Return 8 k I / (c T) with I = 1: the random part of arrivals."""
        return np.asarray(8 * INCREMENTAL_DELAY_FACTOR / (self.capacity_vph * ANALYSIS_PERIOD_H))

    def _root(self, x: Array) -> Array:
        return np.asarray((x - 1) ** 2 + self._spread * x)

    def _root_integral(self, x: Array) -> Array:
        """Return the integral of the square root from 0 to x: that of sqrt(y^2 + q)."""
        middle = 1 - self._spread / 2
        rest = 1 - middle**2

        def primitive(at: Array) -> Array:
            root = np.sqrt(self._root(at))
            y = at - middle
            return np.asarray((y * root + rest * np.log(y + root)) / 2)

        return primitive(x) - primitive(np.zeros_like(x))


@dataclass(frozen=True, slots=True)
class ArcCosts:
    """What every arc costs at a flow; arrays of shape (arcs,).

    `capacity_vph` 0 is a closed arc: its cost is infinite. A connector has `alpha` 0.
    """

    free_flow_s: Array
    capacity_vph: Array
    alpha: Array
    beta: Array
    signals: SignalDelay | None = None

    @classmethod
    def bpr(
        cls, free_flow_s: Array, capacity_vph: Array, signals: SignalDelay | None = None
    ) -> Self:
        """Return costs with the standard BPR factors on every arc.

        Raises
        ------
        AssignmentShapeInvalid
            When a time or a capacity is negative, or a signal has no green or no red.

        """
        if np.any(free_flow_s < 0) or np.any(capacity_vph < 0):
            raise AssignmentShapeInvalid("costs", "a time or capacity is negative")
        if signals is not None and not np.all((signals.green > 0) & (signals.green < 1)):
            raise AssignmentShapeInvalid("signals", "a share of green is not between 0 and 1")
        shape = free_flow_s.shape
        return cls(
            free_flow_s, capacity_vph, np.full(shape, BPR_ALPHA), np.full(shape, BPR_BETA), signals
        )

    def narrowed(self, share: Array) -> Self:
        """Return the costs with each arc's capacity times `share`, shape (arcs,); 0 closes it."""
        signals = self.signals
        if signals is not None:
            # A closed arc keeps its signal: nobody passes it, and 0 would divide.
            left = np.where(share[signals.arc] > 0, share[signals.arc], 1.0)
            signals = dataclasses.replace(signals, saturation_vph=signals.saturation_vph * left)
        return dataclasses.replace(self, capacity_vph=self.capacity_vph * share, signals=signals)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether each arc may be used."""
        return np.asarray(self.capacity_vph > 0)

    def time_s(self, flow_vph: Array) -> Array:
        """Return the time of every arc at its flow, s; infinite where closed."""
        ratio = self._ratio(flow_vph)
        time = self.free_flow_s * (1 + self.alpha * ratio**self.beta)
        if self.signals is not None:
            time[self.signals.arc] += self.signals.delay_s(flow_vph[self.signals.arc])
        return np.where(self.is_open, time, np.inf)

    def slope(self, flow_vph: Array) -> Array:
        """Return the derivative of each time by the arc's own flow; 0 where closed."""
        ratio, capacity = self._ratio(flow_vph), np.where(self.is_open, self.capacity_vph, 1.0)
        power = np.where(self.alpha > 0, ratio ** np.maximum(self.beta - 1, 0.0), 0.0)
        slope = self.free_flow_s * self.alpha * self.beta * power / capacity
        if self.signals is not None:
            slope[self.signals.arc] += self.signals.slope(flow_vph[self.signals.arc])
        return np.where(self.is_open, slope, 0.0)

    def integral(self, flow_vph: Array) -> Array:
        """Return the integral of each time over the flow (Beckmann's terms); 0 where closed."""
        ratio = self._ratio(flow_vph)
        growth = 1 + self.alpha * ratio**self.beta / (self.beta + 1)
        area = self.free_flow_s * flow_vph * growth
        if self.signals is not None:
            area[self.signals.arc] += self.signals.integral(flow_vph[self.signals.arc])
        return np.where(self.is_open, area, 0.0)

    def degree_of_saturation(self, flow_vph: Array) -> Array:
        """Return flow over capacity, under the signal where the arc has one; 0 where closed."""
        ratio = self._ratio(flow_vph)
        if self.signals is not None:
            under = flow_vph[self.signals.arc] / self.signals.capacity_vph
            ratio[self.signals.arc] = np.maximum(ratio[self.signals.arc], under)
        return ratio

    def _ratio(self, flow_vph: Array) -> Array:
        capacity = np.where(self.is_open, self.capacity_vph, 1.0)
        return np.where(self.is_open, np.maximum(flow_vph, 0.0) / capacity, 0.0)
