"""What goes wrong at single meters: bursts behind them, back-flow, stuck registers, meddling.

Each is rare, recurs, and is known for any day by itself. All shares are assumptions: so that a
month of the pilot has some of each to find, as reports of remote reading tell of each.
"""

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import Episodes, stream

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

LEAST_BURST_LPH, MOST_BURST_LPH = 1_300, 2_600  # above 0.3 Q3 of a 20 mm meter (OIML R 49-1)
LEAST_BACK_FLOW_L, MOST_BACK_FLOW_L = 3, 160
BACK_FLOW_HOURS = (1, 5)  # while the main is drawn down by a repair at night
SETTLED_DAYS = 60  # no register runs back below its start


class Mishaps:
    """The spells of n meters; the same whenever and in whatever order they are asked for."""

    def __init__(self, n: int, seed: int) -> None:
        chance = stream(seed, "water.mishaps")
        self._n, self._seed = n, seed
        self._burst = Episodes(chance, n, share=0.008, cycle=(60, 200), length=(1, 2))
        self._burst_lph = chance.integers(LEAST_BURST_LPH, MOST_BURST_LPH, size=n, endpoint=True)
        self._frozen = Episodes(chance, n, share=0.004, cycle=(90, 240), length=(20, 70))
        self._back = Episodes(chance, n, share=0.004, cycle=(12, 50), length=(1, 1))
        self._tampered = Episodes(chance, n, share=0.004, cycle=(50, 150), length=(1, 6))

    def burst_lph(self, day: int | Numbers) -> Numbers:
        """Return what runs from a broken pipe behind each meter all day, litres an hour."""
        return np.where(self._burst.on(day), self._burst_lph, 0)

    def is_frozen(self, day: int | Numbers) -> Flags:
        """Return which registers stand, whatever passes."""
        return self._frozen.on(day)

    def is_tampered(self, day: int) -> Flags:
        """Return which meters tell that somebody has meddled with them."""
        return self._tampered.on(day)

    def back_flow_l(self, day: int) -> Numbers:
        """Return what has run back and is not drawn again yet at each full hour, shape (n, 25)."""
        chance = stream(self._seed, "water.back-flow", day)
        hour = chance.integers(*BACK_FLOW_HOURS, size=self._n)
        volume_l = chance.integers(LEAST_BACK_FLOW_L, MOST_BACK_FLOW_L, size=self._n, endpoint=True)
        back = np.zeros((self._n, 25), np.int64)
        is_back = self._back.on(day) & ~self._frozen.on(day)
        back[is_back, hour[is_back]] = volume_l[is_back]
        return back
