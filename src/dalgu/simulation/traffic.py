"""Cameras at intersections: vehicles by class in each hour, and their mean speed."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.wire import CLASSES, encode_count
from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.day import DAY_S, Body, Plan, instant, start_s, weekday

# Share of a working day's vehicles in each hour, and of a Sunday's: the usual two peaks of a
# Korean city (assumption in the shape of published hourly coefficients).
WORKDAY = np.array([1.6, 1.0, 0.7, 0.6, 0.8, 1.8, 3.9, 6.3, 6.9, 5.6, 5.1, 5.1, 4.9, 5.2, 5.3,
                    5.5, 5.9, 6.7, 7.0, 5.6, 4.7, 4.0, 3.2, 2.4])  # fmt: skip
SUNDAY = np.array([2.6, 1.9, 1.3, 1.0, 0.9, 1.3, 2.1, 3.0, 3.9, 4.9, 5.7, 6.0, 6.1, 6.2, 6.3,
                   6.3, 6.3, 6.2, 5.9, 5.4, 4.8, 4.3, 3.7, 2.9])  # fmt: skip
DAY_OF_WEEK = (1.0, 1.01, 1.02, 1.02, 1.06, 0.94, 0.80)
VEHICLE_SHARE = (0.80, 0.05, 0.09, 0.06)  # of the first four classes (assumption)
MEAN_DAILY_VEHICLES = 24_000  # of one intersection, all arms (assumption)
FREE_SPEED_KPH = 46.0  # in streets limited to 50
WITH_SPEED = 0.4  # share of cameras that measure it
LOST = 0.004
LATE_S = 45  # at most so long after its hour a count arrives


class Cameras:
    """The counting cameras; each has its own hour, so that counts come all the time."""

    def __init__(self, keys: tuple[str, ...], interval_s: int, seed: int) -> None:
        n = len(keys)
        chance = stream(seed, "traffic.character")
        self._keys, self._seed, self._interval_s = keys, seed, interval_s
        self._daily = MEAN_DAILY_VEHICLES * chance.lognormal(-0.125, 0.5, size=n)
        self._tide = chance.normal(0.0, 0.16, size=n)  # stronger in the morning or the evening
        self._phase = 60 * chance.integers(0, interval_s // 60, size=n)
        self._late = chance.integers(2, LATE_S, size=n)
        self._has_speed = chance.random(n) < WITH_SPEED
        self._out = Episodes(chance, n, share=0.15, cycle=(60, 200), length=(1, 2))

    def plan(self, day: int) -> Plan:
        """Return the counts that end on a day."""
        chance = stream(self._seed, "traffic", day)
        n, slots = len(self._keys), DAY_S // self._interval_s
        end = self._phase[:, None] + np.arange(slots) * self._interval_s
        counts, speed = self._count(chance, day, (end - self._interval_s / 2) / 3600)
        heard = (chance.random((n, slots)) >= LOST) & ~self._out.on(day)[:, None]
        camera, slot = np.nonzero(heard)
        until_s = start_s(day) + end[camera, slot]
        # The last hour ends a minute before midnight at the latest, so no arrival is after it.
        at_s = until_s + self._late[camera]

        def encode(row: int) -> Body:
            i, k = int(camera[row]), int(slot[row])
            ends = int(until_s[row])
            event = encode_count(
                self._keys[i],
                instant(ends - self._interval_s),
                instant(ends),
                dict(zip(CLASSES, counts[i, k].tolist(), strict=True)),
                average_speed_kph=float(speed[i, k]) if self._has_speed[i] else None,
            )
            return "camera", msgspec.json.encode(event)

        return Plan(at_s, encode)

    def _count(
        self, chance: np.random.Generator, day: int, hour: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return counts (n, slots, 6) and speed in km/h (n, slots) at hours of the day."""
        weekend = weekday(day) >= 5
        profile = (SUNDAY if weekend else WORKDAY) / 100
        # The value of an hour stands at its middle; the day closes on itself.
        share = np.interp(hour, np.arange(-0.5, 25), np.r_[profile[-1], profile, profile[0]])
        tide = 1 + self._tide[:, None] * np.where(hour < 12, 1, -1)
        weather = chance.lognormal(0.0, 0.05)
        mean = self._daily[:, None] * share * tide * DAY_OF_WEEK[weekday(day)] * weather
        mean = mean * (self._interval_s / 3600) * chance.lognormal(0.0, 0.07, size=mean.shape)
        classes = np.stack([chance.poisson(mean * part) for part in VEHICLE_SHARE], axis=-1)
        walking = np.clip(np.sin((hour - 5) / 19 * np.pi), 0.01, None) * self._daily[:, None] / 300
        on_foot = chance.poisson(walking * (1.3 if weekend else 1.0))
        riding = chance.poisson(walking * 0.08)
        counts = np.concatenate([classes, riding[..., None], on_foot[..., None]], axis=-1)
        # The delay of the Bureau of Public Roads' curve; the peak is taken as 85 % of capacity.
        load = share * tide / (WORKDAY.max() / 100) * 0.85
        speed = FREE_SPEED_KPH / (1 + 0.9 * load**4) + chance.normal(0, 1.2, size=load.shape)
        return counts, np.round(np.clip(speed, 4, 60), 1)
