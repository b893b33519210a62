"""Gateways that say once an hour that they are alive: homes in care and LoRa sites."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.day import DAY_S, Body, Plan, stamp, start_s

LOST = 0.004  # share of beats that never arrive (assumption; carriers promise 99 % and more)
JITTER_S = 20


class Heartbeats:
    """One kind of gateway; each beats at its own second of the interval.

    Parameters
    ----------
    name
        Names the chance of this kind.
    devices
        Registry ids.
    outage
        Share of gateways that are out of order from time to time, for a day or more.
    is_out
        Which of them are silent on a day for another reason, shape (devices,).
    """

    def __init__(  # noqa: PLR0913 - who, how often, and two ways to be silent
        self, name: str, devices: list[str], interval_s: int, seed: int, *, outage: float,
        is_out: Callable[[int], NDArray[np.bool_]] | None = None,
    ) -> None:  # fmt: skip
        chance = stream(seed, f"{name}.character")
        self._name, self._seed, self._devices = name, seed, devices
        self._beats = DAY_S // interval_s
        self._interval_s = interval_s
        self._phase = chance.integers(JITTER_S, interval_s - JITTER_S, size=len(devices))
        self._out = Episodes(chance, len(devices), share=outage, cycle=(40, 160), length=(1, 3))
        self._is_out = is_out or self._out.on

    def plan(self, day: int) -> Plan:
        """Return the beats of a day."""
        chance = stream(self._seed, self._name, day)
        shape = (len(self._devices), self._beats)
        due = self._phase[:, None] + np.arange(self._beats) * self._interval_s
        at = due + chance.integers(-JITTER_S, JITTER_S, size=shape, endpoint=True)
        heard = (chance.random(shape) >= LOST) & ~self._silent(day)[:, None]
        device, beat = np.nonzero(heard)
        at_s = start_s(day) + at[device, beat]

        def encode(row: int) -> Body:
            name = self._devices[device[row]]
            return "heartbeat", f'{{"device":"{name}","at":"{stamp(int(at_s[row]))}"}}'.encode()

        return Plan(at_s, encode)

    def _silent(self, day: int) -> NDArray[np.bool_]:
        silent: NDArray[np.bool_] = self._out.on(day) | self._is_out(day)
        return silent
