"""What each crossing asked for and was given since it was last told: counted second by second."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.report import Light, Report
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Crossing, Network
from dalgu.services.traffic.pedestrians.crossing import ExtensionBounds, extension_s
from dalgu.services.traffic.pedestrians.layout import Floats, Ints

HEARD_FOR_S = 3.0  # an observation older than this holds no light
DECIDES_S = 2.0  # before the flashing green ends: the last moment that a command surely reaches


def signalled(network: Network) -> tuple[Crossing, ...]:
    """Return the crossings that have a walk light."""
    return tuple(one for one in network.crossings if one.signal and one.group >= 0)


@dataclass(slots=True)
class Ledger:
    """K crossings of one network; arrays of shape (K,)."""

    group: Ints  # over all signals of the layout
    clearance_s: Floats  # flashing green
    bounds: ExtensionBounds = field(default_factory=ExtensionBounds)
    calls: Ints = field(init=False)
    waits: Ints = field(init=False)
    waited_s: Floats = field(init=False)
    extended_s: Floats = field(init=False)
    extensions: Ints = field(init=False)
    _called_s: Floats = field(init=False)
    _light: Ints = field(init=False)
    _given_s: Floats = field(init=False)  # in the green that runs
    _clear_at_s: Floats = field(init=False)
    _heard_s: Floats = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.group)
        self.forget()
        self._called_s, self._given_s = np.zeros(count), np.zeros(count)
        self._light = np.full(count, Light.RED.value)
        self._clear_at_s, self._heard_s = np.full(count, -np.inf), np.full(count, -np.inf)

    @classmethod
    def of(cls, compiled: Compiled) -> "Ledger":
        """Return the empty ledger of a network's signalled crossings."""
        crossings = signalled(compiled.network)
        at = [compiled.signal_at[one.signal] for one in crossings]
        groups = [
            int(compiled.layout.group_first[place]) + one.group
            for place, one in zip(at, crossings, strict=True)
        ]
        clearance = [
            compiled.timings[place].groups[one.group].amber_s
            for place, one in zip(at, crossings, strict=True)
        ]
        return cls(np.array(groups, np.int64), np.array(clearance, np.float64))

    def forget(self) -> None:
        """Begin a new interval."""
        count = len(self.group)
        self.calls, self.waits = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self.extensions = np.zeros(count, np.int64)
        self.waited_s, self.extended_s = np.zeros(count), np.zeros(count)

    def take(self, report: Report) -> None:
        """Count calls that began and waits that ended; a new green may be extended afresh."""
        called, light = report.called_s[self.group], report.light[self.group]
        self.calls += (called > 0) & (self._called_s == 0)
        ended = (called == 0) & (self._called_s > 0)
        self.waits += ended
        self.waited_s += np.where(ended, self._called_s, 0.0)
        begins = (light == Light.GREEN) & (self._light != Light.GREEN)
        self._given_s = np.where(begins, 0.0, self._given_s)
        self._called_s, self._light = called.copy(), light.copy()

    def seen_walking(self, crossing: int, at_s: float, clear_in_s: float) -> None:
        """Take what roadside detection saw: when the slowest walker will have left."""
        self._heard_s[crossing] = at_s
        self._clear_at_s[crossing] = at_s + clear_in_s

    def seen_clear(self, crossing: int) -> None:
        """Take that nobody is on the crossing any more."""
        self._clear_at_s[crossing] = -np.inf

    def extend(self, report: Report, groups: int) -> NDArray[np.float64]:
        """Return how much longer each group's flashing green is to last, shape (groups,).

        Somebody still on the crossing near its end prolongs it second by second; what was given
        counts against the bounds of that green.
        """
        held = np.zeros(groups)
        fresh = report.at_s - self._heard_s <= HEARD_FOR_S
        shown_s = report.light_age_s[self.group]
        left = self.clearance_s - (shown_s - self._given_s)
        ending = (self._light == Light.AMBER) & (left <= DECIDES_S)
        for k in np.flatnonzero(fresh & ending):
            clear_in = np.array([self._clear_at_s[k] - report.at_s])
            more = extension_s(clear_in, float(left[k]), float(self._given_s[k]), self.bounds)
            if more > 0:
                held[self.group[k]] = min(more, 1.0)
                self._count(int(k), float(held[self.group[k]]))
        return held

    def _count(self, crossing: int, held_s: float) -> None:
        self.extensions[crossing] += self._given_s[crossing] == 0
        self._given_s[crossing] += held_s
        self.extended_s[crossing] += held_s
