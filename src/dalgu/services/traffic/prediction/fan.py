"""The picture of one link's forecast as SVG shapes: what was measured, and fans of intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.prediction.history import Array

WIDTH, HEIGHT = 480.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 14.0, 10.0, 26.0
MARKS_MIN = 30
STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0)  # of the scale, four make it


@dataclass(frozen=True, slots=True)
class Series:
    """Minutes from now and values of one quantity; NaN where nothing was measured."""

    measured_min: Array
    measured: Array
    ahead_min: Array
    middle: Array
    low: Sequence[Array]  # the narrower interval first
    high: Sequence[Array]


@dataclass(frozen=True, slots=True)
class Fan:
    """Shapes in a box of `width` by `height`; fans are the widest first."""

    width: float
    height: float
    measured: str
    middle: str
    fans: tuple[str, ...]
    now: float
    floor: float
    times: tuple[tuple[float, int], ...]  # place, minutes from now
    levels: tuple[tuple[float, int], ...]  # place, value


def fan(series: Series) -> Fan:
    """Draw a forecast from the last measured value on."""
    before, after = float(series.measured_min.min(initial=-60.0)), float(series.ahead_min.max())
    tops = [series.measured, series.middle, *series.high]
    top = _top(max(float(np.nanmax(one, initial=0.0)) for one in tops))
    floor, scale = HEIGHT - BOTTOM, (HEIGHT - TOP - BOTTOM) / top

    def x(minutes: Array) -> Array:
        place: Array = LEFT + (minutes - before) / (after - before) * (WIDTH - LEFT - RIGHT)
        return place

    def y(values: Array) -> Array:
        height: Array = floor - values * scale
        return height

    known = np.isfinite(series.measured)
    start = series.measured[known][-1:]
    start_min = series.measured_min[known][-1:]

    def from_start(values: Array) -> Array:
        return np.concatenate([start, values])

    ahead = x(np.concatenate([start_min, series.ahead_min]))
    fans = tuple(
        _area(ahead, y(from_start(low)), y(from_start(high)))
        for low, high in zip(series.low[::-1], series.high[::-1], strict=True)
    )
    marks = np.arange(np.ceil(before / MARKS_MIN) * MARKS_MIN, after + 1, MARKS_MIN)
    levels = np.linspace(0, top, 5)
    return Fan(
        width=WIDTH,
        height=HEIGHT,
        measured=_line(x(series.measured_min), y(series.measured)),
        middle=_line(ahead, y(from_start(series.middle))),
        fans=fans,
        now=round(float(x(np.zeros(1))[0]), 1),
        floor=floor,
        times=_marks(x(marks), marks),
        levels=_marks(y(levels), levels),
    )


def _top(value: float) -> float:
    """Return a round number not below a value.

    >>> _top(55.0), _top(341.0), _top(1_260.0)
    (60.0, 400.0, 1600.0)
    """
    quarters = 10 ** np.floor(np.log10(max(value, 1.0) / 4)) * np.array(STEPS)
    return float(4 * quarters[4 * quarters >= value][0])


def _marks(places: Array, values: Array) -> tuple[tuple[float, int], ...]:
    pairs = zip(places.tolist(), values.tolist(), strict=True)
    return tuple((round(place, 1), round(value)) for place, value in pairs)


def _line(x: Array, y: Array) -> str:
    """Return a path that begins anew after each gap."""
    path, is_open = [], False
    for left, height in zip(x.tolist(), y.tolist(), strict=True):
        if np.isnan(height):
            is_open = False
            continue
        path.append(f"{'L' if is_open else 'M'}{left:.1f} {height:.1f}")
        is_open = True
    return "".join(path)


def _area(x: Array, low: Array, high: Array) -> str:
    over = _line(x, high)
    back = _line(x[::-1], low[::-1])
    return f"{over}L{back[1:]}z" if back else ""
