"""Pictures of the water pages as numbers: hour strips and time charts in the units of a view."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DAY_H = 24
LABEL_W, CELL_W = 74.0, 25.0
STRIP_W = LABEL_W + DAY_H * CELL_W + 70.0
TALL, SHORT = 38.0, 24.0  # rows of a week, and of more days
LEAST_BAR = 1.5
CHART_W, CHART_H = 980.0, 250.0
LEFT, TOP, BOTTOM = 46.0, 10.0, 24.0
TICKS = 4

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of a strip; a missing one has no bar, and stands full height."""

    hour: int
    key: str
    value: float | None
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows of 24 hours, newest day first; `rows` are the day and the top of its row."""

    width: float
    height: float
    row_h: float
    most: float
    rows: Sequence[tuple[str, float, float | None, Sequence[Cell]]]


def hour_strip(days: Sequence[tuple[str, Sequence[tuple[str, float | None]]]]) -> Strip:
    """Return the strip of some days, newest first, each with 24 pairs of standing and value.

    >>> strip = hour_strip([("2026-03-01", [("read", 2.0)] * 23 + [("missing", None)])])
    >>> strip.most, strip.rows[0][2], strip.rows[0][3][23].key
    (2.0, 46.0, 'missing')
    """
    row_h = TALL if len(days) <= 7 else SHORT
    known = [value for _, hours in days for _, value in hours if value is not None]
    most = max(known, default=0.0)
    rows = []
    for place, (day, hours) in enumerate(days):
        top = place * row_h
        cells = [_cell(hour, one, top, (row_h, most)) for hour, one in enumerate(hours)]
        used = [value for _, value in hours if value is not None]
        rows.append((day, top, sum(used) if used else None, cells))
    return Strip(STRIP_W, max(len(days), 1) * row_h + 18, row_h, most, rows)


def _cell(hour: int, one: tuple[str, float | None], top: float, scale: tuple[float, float]) -> Cell:
    (key, value), (row_h, most) = one, scale
    full = row_h - 6
    height = full if value is None else max(LEAST_BAR, full * value / most if most else 0.0)
    x = LABEL_W + hour * CELL_W
    return Cell(hour, key, value, x, round(top + row_h - 2 - height, 1), round(height, 1))


@dataclass(frozen=True, slots=True)
class Chart:
    """A time chart: paths by name, the band between two lines, marks of days and values."""

    width: float
    height: float
    paths: Mapping[str, str]
    band: str
    ticks: Sequence[tuple[float, float]]  # y and its value
    marks: Sequence[tuple[float, int]]  # x and the position of a day's first hour
    now_x: float | None
    step: float


def time_chart(
    lines: Mapping[str, Values],
    band: tuple[Values, Values] | None,
    midnights: Sequence[int],
    now: int | None,
) -> Chart:
    """Return the chart of lines over the same hours, from nought up.

    Parameters
    ----------
    lines, band
        Values by the hour, None where there is none, all of one length; low and high.
    midnights, now
        Positions at which a local day begins, and that of the present hour.

    Examples
    --------
    >>> chart = time_chart({"a": [0.0, 4.0]}, None, [0], None)
    >>> [value for _, value in chart.ticks]
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    both = [*lines.values(), *(band or ())]
    count = max((len(one) for one in both), default=0)
    step_v = nice_step(max((v for one in both for v in one if v is not None), default=0.0))
    top_v = max((v for one in both for v in one if v is not None), default=0.0) or 1.0
    steps = max(1, math.ceil(top_v / step_v - 1e-9))
    grid = _Grid(count, steps * step_v)
    return Chart(
        width=CHART_W,
        height=CHART_H,
        paths={name: grid.path(values) for name, values in lines.items()},
        band="" if band is None else grid.band(*band),
        ticks=[(grid.y(n * step_v), round(n * step_v, 6)) for n in range(steps + 1)],
        marks=[(grid.x(place), place) for place in midnights],
        now_x=None if now is None else grid.x(now),
        step=round(grid.step, 3),
    )


def nice_step(most: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten, for about four ticks.

    >>> nice_step(37.0), nice_step(0.0)
    (10.0, 0.5)
    """
    rough = most / TICKS
    if rough <= 0:
        return 0.5
    power = 10.0 ** math.floor(math.log10(rough))
    return next(float(n * power) for n in (1, 2, 5, 10) if n * power >= rough - 1e-12)


class _Grid:
    """Hours and values to the units of the view."""

    def __init__(self, count: int, top: float) -> None:
        self.step = (CHART_W - LEFT) / max(count - 1, 1)
        self._top = top or 1.0

    def x(self, place: int) -> float:
        return round(LEFT + place * self.step, 1)

    def y(self, value: float) -> float:
        return round(CHART_H - BOTTOM - (CHART_H - BOTTOM - TOP) * max(value, 0.0) / self._top, 1)

    def path(self, values: Values) -> str:
        drawn, pen = "", "M"
        for place, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            drawn += f"{pen}{self.x(place):g} {self.y(value):g}"
            pen = "L"
        return drawn

    def band(self, low: Values, high: Values) -> str:
        both = [
            (place, under, over)
            for place, (under, over) in enumerate(zip(low, high, strict=True))
            if under is not None and over is not None
        ]
        if not both:
            return ""
        there = [f"{self.x(place):g} {self.y(over):g}" for place, _, over in both]
        back = [f"{self.x(place):g} {self.y(under):g}" for place, under, _ in reversed(both)]
        return "M" + "L".join([*there, *back]) + "z"
