"""In which ways two days are alike: the covariance kernels a forecast is a weighted sum of.

Each is a matrix over days, positive semidefinite. Those of level fall with the days between
(Ornstein-Uhlenbeck); those of the day's kind hold for days of one class or one weekday only;
those of weather hold for days of like temperature and are linear in rain. Rasmussen and
Williams, *Gaussian Processes for Machine Learning*, MIT Press, 2006, chapters 4 and 5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.forecast.days import Days, Weather

Array = NDArray[np.float64]

DAYS_OF_YEAR = 365.25
YEAR_SMOOTHNESS = 0.3  # of the yearly kernel, about three weeks
TEMPERATURE_SCALE_K = 6.0
RAIN_SCALE = 0.78  # of log(1 + mm): a fair day's spread where it rains one day in five
HUMIDITY_SCALE = 0.15
HUMIDITY_MIDDLE = 0.65


# Days of memory: belief, a share of the variance of a day around the season's; a fit moves it.
LEVELS = {3.0: 0.05, 10.0: 0.1, 30.0: 0.1, 120.0: 0.8}
CLASSES = {60.0: 0.1, 400.0: 0.4}
WEEKDAYS = {60.0: 0.05, 400.0: 0.1}
YEAR, YEAR_OF_CLASS, YEAR_OF_WEEKDAY = 0.1, 0.05, 0.03
WARMTH, WARMTH_OF_CLASS, WARM_AND_DRY = 0.1, 0.03, 0.1
RAIN, RAIN_BEFORE, HUMIDITY = 0.02, 0.02, 0.01
VACATION = 0.1
NOISE = 0.4
WEATHER_MEMORY_DAYS = 120.0
SHORT_MEMORY_DAYS = 60.0
VACATION_MEMORY_DAYS = 600.0


@dataclass(frozen=True, slots=True)
class DayKernels:
    """Kernels over days, shape (kernels, days, days), and how much each is believed in before.

    `belief` is shape (kernels + 1,); the last is that of the noise, which has no matrix.
    """

    matrices: Array
    belief: Array


def day_kernels(days: Days) -> DayKernels:
    """Return the kernels over consecutive days; those of weather and vacation where known."""
    number = np.arange(len(days.kind), dtype=np.float64)
    apart = np.abs(number[:, None] - number)
    same_class, same_weekday = _alike(days.is_free), _alike(days.kind)
    year = np.exp(-2 * np.sin(np.pi * apart / DAYS_OF_YEAR) ** 2 / YEAR_SMOOTHNESS**2)
    found = [(belief, _fading(apart, memory)) for memory, belief in LEVELS.items()]
    found += [(belief, same_class * _fading(apart, memory)) for memory, belief in CLASSES.items()]
    found += [
        (belief, same_weekday * _fading(apart, memory)) for memory, belief in WEEKDAYS.items()
    ]
    found += [(YEAR, year), (YEAR_OF_CLASS, year * same_class)]
    found.append((YEAR_OF_WEEKDAY, year * same_weekday))
    if days.weather is not None:
        found += _weather_kernels(days.weather, apart, same_class)
    if days.is_vacation is not None:
        rests = np.outer(days.is_vacation, days.is_vacation) * same_class
        found.append((VACATION, rests * _fading(apart, VACATION_MEMORY_DAYS)))
    matrices = np.stack([matrix for _, matrix in found])
    return DayKernels(matrices, np.array([*(belief for belief, _ in found), NOISE]))


def _weather_kernels(
    weather: Weather, apart: Array, same_class: Array
) -> list[tuple[float, Array]]:
    long, short = _fading(apart, WEATHER_MEMORY_DAYS), _fading(apart, SHORT_MEMORY_DAYS)
    rain = np.log1p(weather.rain_mm) / RAIN_SCALE
    before = np.concatenate([[0.0], rain[:-1]])
    humidity = (weather.humidity - HUMIDITY_MIDDLE) / HUMIDITY_SCALE
    warmth = _near(weather.maximum_degc / TEMPERATURE_SCALE_K)
    return [
        (WARMTH, warmth * long),
        (WARMTH_OF_CLASS, warmth * same_class * short),
        (WARM_AND_DRY, warmth * _near(rain) * _near(before) * short),
        (RAIN, np.outer(rain, rain) * long),
        (RAIN_BEFORE, np.outer(before, before) * long),
        (HUMIDITY, np.outer(humidity, humidity) * short),
    ]


def _fading(apart: Array, memory_days: float) -> Array:
    return np.asarray(np.exp(-apart / memory_days))


def _near(scaled: Array) -> Array:
    return np.asarray(np.exp(-0.5 * (scaled[:, None] - scaled) ** 2))


def _alike(label: NDArray[np.generic]) -> Array:
    return np.asarray(label[:, None] == label, dtype=np.float64)
