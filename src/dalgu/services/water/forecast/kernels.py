"""In which ways two days are alike: the covariance kernels a forecast is a weighted sum of.

Each is a matrix over days, positive semidefinite. Those of level fall with the days between
(Ornstein-Uhlenbeck); those of the day's kind hold for days of one class or one weekday only;
those of weather hold for days of like temperature and are linear in rain. Rasmussen and
Williams, *Gaussian Processes for Machine Learning*, MIT Press, 2006, chapters 4 and 5.
"""

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.forecast.days import Days, Weather

Array = NDArray[np.float64]

DAYS_OF_YEAR = 365.25
YEAR_SMOOTHNESS = 0.3  # of the yearly kernel, about three weeks
TEMPERATURE_SCALE_K = 6.0
RAIN_SCALE = 0.6  # of log(1 + mm): a fair day's spread where it rains one day in five
HUMIDITY_SCALE = 0.15
HUMIDITY_MIDDLE = 0.65


# Beliefs are shares of the variance of a day around the season's; a fit moves them.

LEVELS = {3.0: 0.05, 10.0: 0.1, 30.0: 0.1, 120.0: 0.8}  # days of memory: belief
CLASSES = {60.0: 0.1, 400.0: 0.4}
WEEKDAYS = {60.0: 0.05, 400.0: 0.1}
YEAR_BELIEF = 0.1
TEMPERATURE_BELIEF, FREE_TEMPERATURE_BELIEF = 0.1, 0.03
RAIN_BELIEF, RAIN_BEFORE_BELIEF, HUMIDITY_BELIEF = 0.02, 0.02, 0.01
NOISE_BELIEF = 0.4
WEATHER_MEMORY_DAYS = 120.0
SHORT_MEMORY_DAYS = 60.0


def beliefs(*, with_weather: bool) -> Array:
    """Return the beliefs in the order of `day_kernels`, the noise last."""
    weights = [*LEVELS.values(), *CLASSES.values(), *WEEKDAYS.values(), YEAR_BELIEF]
    if with_weather:
        weights += [TEMPERATURE_BELIEF, FREE_TEMPERATURE_BELIEF]
        weights += [RAIN_BELIEF, RAIN_BEFORE_BELIEF, HUMIDITY_BELIEF]
    return np.array([*weights, NOISE_BELIEF])


def day_kernels(days: Days) -> Array:
    """Return the kernels over consecutive days, shape (kernels, days, days)."""
    number = np.arange(len(days.kind), dtype=np.float64)
    apart = np.abs(number[:, None] - number)
    same_class = _alike(days.is_free)
    same_weekday = _alike(days.kind)
    kernels = [np.exp(-apart / memory) for memory in LEVELS]
    kernels += [same_class * np.exp(-apart / memory) for memory in CLASSES]
    kernels += [same_weekday * np.exp(-apart / memory) for memory in WEEKDAYS]
    kernels.append(np.exp(-2 * np.sin(np.pi * apart / DAYS_OF_YEAR) ** 2 / YEAR_SMOOTHNESS**2))
    if days.weather is not None:
        kernels += _weather_kernels(days.weather, apart, same_class)
    return np.stack(kernels)


def _weather_kernels(weather: Weather, apart: Array, same_class: Array) -> list[Array]:
    long, short = np.exp(-apart / WEATHER_MEMORY_DAYS), np.exp(-apart / SHORT_MEMORY_DAYS)
    degc = weather.maximum_degc / TEMPERATURE_SCALE_K
    warmth = np.exp(-0.5 * (degc[:, None] - degc) ** 2)
    rain = np.log1p(weather.rain_mm) / RAIN_SCALE
    before = np.concatenate([[0.0], rain[:-1]])
    humidity = (weather.humidity - HUMIDITY_MIDDLE) / HUMIDITY_SCALE
    return [
        warmth * long,
        warmth * same_class * short,
        np.outer(rain, rain) * long,
        np.outer(before, before) * long,
        np.outer(humidity, humidity) * short,
    ]


def _alike(label: NDArray[np.generic]) -> Array:
    return np.asarray(label[:, None] == label, dtype=np.float64)
