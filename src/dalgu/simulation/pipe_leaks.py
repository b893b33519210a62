"""Leaks of the mains: when each begins, where, how much, and until when.

One leak at a time in a district; the districts take turns, so that on any date one or two of
the four have one. Report of a leak on the main: 1 to 6 m³/h; it runs for some weeks until it is
found and repaired (assumptions; awareness times of Farley & Trow, *Losses in Water Distribution
Networks*, IWA 2003, are of this order where a district is metered).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import stream
from dalgu.simulation.consumption import FIRST_DAY

Litres = NDArray[np.int64]

DAY_H = 24
CYCLE_DAYS = 60  # from one leak of a district to its next
TURN_DAYS = 15  # from one district to the next
LATEST_DAYS = 4  # a leak begins on the first days of its turn, at any hour
LEAST_DAYS, MOST_DAYS = 18, 27
LEAST_LPH, MOST_LPH = 1_000, 6_000


@dataclass(frozen=True, slots=True)
class PipeLeak:
    """One leak: `begin_h` and `end_h` count hours since the local start of 1970."""

    pipe: int
    flow_lph: int
    begin_h: int
    end_h: int


class PipeLeaks:
    """The leaks of districts with so many pipes each; known for any day by itself."""

    def __init__(self, pipes: tuple[int, ...], seed: int) -> None:
        self._pipes, self._seed = pipes, seed
        self._shift = int(stream(seed, "water.pipe-leaks").integers(CYCLE_DAYS))
        self.leak = cache(self._leak)

    def turn(self, district: int, day: int) -> int:
        """Return which of its leaks a district has on a day, or had last."""
        return (day - self._shift - district * TURN_DAYS) // CYCLE_DAYS

    def _leak(self, district: int, turn: int) -> PipeLeak:
        chance = stream(self._seed, f"water.pipe-leak.{district}", turn)
        first = turn * CYCLE_DAYS + self._shift + district * TURN_DAYS
        begin_h = first * DAY_H + int(chance.integers(LATEST_DAYS * DAY_H))
        hours = int(chance.integers(LEAST_DAYS * DAY_H, MOST_DAYS * DAY_H))
        return PipeLeak(
            pipe=int(chance.integers(1, self._pipes[district])),  # pipe 0 is the inlet's own
            flow_lph=int(chance.integers(LEAST_LPH, MOST_LPH, endpoint=True)),
            begin_h=begin_h,
            end_h=begin_h + hours,
        )

    def flow_lph(self, district: int, day: int) -> Litres:
        """Return what leaks in each hour of a day, shape (24,); all from the leak of its turn."""
        return np.diff(self._of_turn(district, day))

    def until_l(self, district: int, day: int) -> Litres:
        """Return what has leaked since the meters were built in at each full hour, shape (25,)."""
        first, turn = self.turn(district, FIRST_DAY) + 1, self.turn(district, day)
        earlier = (self.leak(district, before) for before in range(first, turn))
        lost_l = sum(leak.flow_lph * (leak.end_h - leak.begin_h) for leak in earlier)
        return lost_l + self._of_turn(district, day)

    def _of_turn(self, district: int, day: int) -> Litres:
        turn = self.turn(district, day)
        if turn <= self.turn(district, FIRST_DAY):
            return np.zeros(DAY_H + 1, np.int64)
        leak = self.leak(district, turn)
        hour = day * DAY_H + np.arange(DAY_H + 1)
        return leak.flow_lph * np.clip(hour - leak.begin_h, 0, leak.end_h - leak.begin_h)
