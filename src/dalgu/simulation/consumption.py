"""What households draw: whole litres an hour, for any day since the meters were built in."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.day import weekday
from dalgu.simulation.mishaps import SETTLED_DAYS, Mishaps

# The pilot was complete in July 2017 (dailydgnews 2019-10-30): registers start there at zero.
FIRST_DAY = 17_348  # 2017-07-01, local
MEAN_L_PER_DAY = 236.0  # DAIAD trial A, Alicante: 674,019 reads of 92 meters
SPREAD = 0.55  # between households, logarithmic (assumption)
DAY_SPREAD = 0.35  # between days of one household (assumption)
BLOCK_DAYS = 32  # days drawn at once

# Share of a day's water in each hour: peaks at breakfast and after work.
WORKDAY = np.array([1.4, 0.8, 0.5, 0.5, 0.8, 2.4, 6.2, 8.8, 8.0, 5.6, 4.4, 4.2, 4.5, 3.9, 3.2,
                    3.1, 3.6, 4.8, 6.6, 7.6, 7.0, 5.6, 3.9, 2.6])  # fmt: skip
WEEKEND = np.array([1.7, 1.0, 0.6, 0.5, 0.6, 1.4, 3.2, 5.6, 7.8, 8.2, 7.1, 6.0, 5.6, 4.9, 4.2,
                    4.0, 4.3, 5.0, 6.0, 6.6, 6.0, 4.9, 3.5, 2.3])  # fmt: skip
# Shops, inns and workshops: they open at nine and close late in the evening (assumption).
BUSINESS = np.array([0.6, 0.4, 0.4, 0.4, 0.5, 1.0, 2.0, 3.4, 5.0, 6.4, 7.0, 7.6, 8.4, 7.8, 6.6,
                     6.0, 6.0, 6.4, 7.0, 6.4, 4.6, 3.0, 1.8, 1.0])  # fmt: skip
OPEN_TAP = np.clip(WORKDAY / 8, 0.06, 0.9)  # chance that an hour sees any water at all
LUMPS = 0.8  # shape of the gamma law of one hour; small is lumpy

EMPTY = 0.025  # share of households that nobody lives in (assumption; old villages)
MOST_LEAK_LPH = 45
BUSINESS_SHARE = 0.05  # of the taps (assumption)
BUSINESS_FACTOR = 1.6  # of a household's water (assumption)


def is_business(n: int, seed: int) -> NDArray[np.bool_]:
    """Return which of n taps a business has, not a home."""
    return stream(seed, "water.business").random(n) < BUSINESS_SHARE


class Households:
    """Draws of n taps and what their meters tell, the same in whatever order they are asked for.

    A meter's register counts all that is drawn, but for the days on which it stands frozen.
    """

    def __init__(self, n: int, seed: int) -> None:
        chance = stream(seed, "water.households")
        self.n, self._seed = n, seed
        mean = chance.lognormal(-(SPREAD**2) / 2, SPREAD, size=n) * MEAN_L_PER_DAY / (1 - EMPTY)
        self.mean_l = np.where(chance.random(n) < EMPTY, 0.0, mean)
        self._away = Episodes(chance, n, share=0.12, cycle=(45, 150), length=(3, 14))
        self._leaking = Episodes(chance, n, share=0.02, cycle=(60, 240), length=(12, 45))
        self._leak_lph = chance.integers(4, MOST_LEAK_LPH, size=n, endpoint=True)
        self._shift = chance.choice([-1, 0, 0, 1], size=n)  # early birds and night owls
        self.business = is_business(n, seed)
        self.mean_l = np.where(self.business, self.mean_l * BUSINESS_FACTOR, self.mean_l)
        self.mishaps = Mishaps(n, seed)
        # Of each block: what was counted before it, and what passed before it uncounted.
        self._before: list[NDArray[np.int64]] = [np.zeros((2, n), np.int64)]
        self._hours = lru_cache(maxsize=4)(self._draw_hours)
        self._block = lru_cache(maxsize=4)(self._draw_block)

    def is_leaking(self, day: int) -> NDArray[np.bool_]:
        """Return which households have a leak on a day."""
        return self._leaking.on(day)

    def register_l(self, day: int) -> NDArray[np.int64]:
        """Return registers at each full hour of a local day, shape (n, 25), litres."""
        frozen = self.mishaps.is_frozen(day)[:, None]
        counted = np.where(frozen, 0, self._hours(day))
        registers: NDArray[np.int64] = self._start(day)[0][:, None] + counted - self._back(day)
        return registers

    def drawn_l(self, day: int) -> NDArray[np.int64]:
        """Return all that has passed each tap at each full hour, shape (n, 25), litres."""
        start = self._start(day).sum(axis=0)
        drawn: NDArray[np.int64] = start[:, None] + self._hours(day) - self._back(day)
        return drawn

    def is_bursting(self, day: int) -> NDArray[np.bool_]:
        """Return behind which meters a pipe has burst on a day."""
        return np.asarray(self.mishaps.burst_lph(day) > 0)

    def is_running_back(self, day: int) -> NDArray[np.bool_]:
        """Return through which meters water runs back at some hour of a day."""
        return np.asarray(self._back(day).any(axis=1))

    def _start(self, day: int) -> NDArray[np.int64]:
        """Return counted and uncounted litres before a day, shape (2, n)."""
        block, offset = divmod(day - FIRST_DAY, BLOCK_DAYS)
        while len(self._before) <= block:
            last = len(self._before) - 1
            self._before.append(self._before[last] + self._sums(last, BLOCK_DAYS))
        start: NDArray[np.int64] = self._before[block] + self._sums(block, offset)
        return start

    def _sums(self, block: int, days: int) -> NDArray[np.int64]:
        drawn = self._block(block)[:days]
        day = FIRST_DAY + block * BLOCK_DAYS + np.arange(days)[:, None]
        uncounted = np.where(self.mishaps.is_frozen(day), drawn, 0).sum(axis=0)
        return np.stack([drawn.sum(axis=0) - uncounted, uncounted])

    def _back(self, day: int) -> NDArray[np.int64]:
        if day < FIRST_DAY + SETTLED_DAYS:
            return np.zeros((self.n, 25), np.int64)
        return np.where(self.mean_l[:, None] > 0, self.mishaps.back_flow_l(day), 0)

    def _draw_block(self, block: int) -> NDArray[np.int64]:
        """Return litres a day, shape (BLOCK_DAYS, n), leaks included."""
        chance = stream(self._seed, "water.days", block)
        days = FIRST_DAY + block * BLOCK_DAYS + np.arange(BLOCK_DAYS)[:, None]
        noise = chance.standard_normal((BLOCK_DAYS, self.n), dtype=np.float32)
        factor = np.exp(noise * np.float32(DAY_SPREAD) - np.float32(DAY_SPREAD**2 / 2))
        # A tenth more in August and less in February; weekends are spent at home.
        season = 1 + 0.1 * np.cos((days % 365.25 - 220) / 365.25 * 2 * np.pi)
        is_weekend = (days + 3) % 7 >= 5
        home = np.where(is_weekend, 1.10, 0.96)
        week = np.where(self.business, np.where(is_weekend, 0.70, 1.12), home)
        used: NDArray[np.int64] = np.rint(self.mean_l * factor * season * week).astype(np.int64)
        used[self._away.on(days)] = 0
        used += 24 * self._leak(days)
        return used

    def _leak(self, day: int | NDArray[np.int64]) -> NDArray[np.int64]:
        leak: NDArray[np.int64] = np.where(self._leaking.on(day), self._leak_lph, 0)
        return leak + self.mishaps.burst_lph(day)

    def _draw_hours(self, day: int) -> NDArray[np.int64]:
        """Return litres since midnight at each full hour, shape (n, 25)."""
        chance = stream(self._seed, "water.hours", day)
        block, offset = divmod(day - FIRST_DAY, BLOCK_DAYS)
        leak = self._leak(day)
        used = self._block(block)[offset] - 24 * leak
        profile = WEEKEND if weekday(day) >= 5 else WORKDAY
        hour = (np.arange(24) - self._shift[:, None]) % 24
        shape = np.where(self.business[:, None], BUSINESS[hour], profile[hour])
        weight = shape * chance.standard_gamma(LUMPS, size=(self.n, 24))
        weight *= chance.random((self.n, 24)) < OPEN_TAP[hour]
        weight[:, 19] += 1e-9  # a day with water has an hour with water
        until = np.cumsum(weight, axis=1)
        # Rounding what has run so far, not each hour, keeps the sum of the day exact.
        drawn = np.rint(until / until[:, -1:] * used[:, None]).astype(np.int64)
        litres = np.zeros((self.n, 25), np.int64)
        litres[:, 1:] = drawn + leak[:, None] * np.arange(1, 25)
        return litres
