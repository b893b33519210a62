"""Pictures of scores that the server draws: numbers in, places of an SVG out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dalgu.certification.framework.model import Goalposts
from dalgu.certification.planning.effort import Effort, Gain, Slope

RINGS = (0.25, 0.5, 0.75, 1.0)
BESIDE = 0.3  # of the goalposts' width is shown on both sides of them
DOT = 7.0  # half the distance that two dots keep


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a radar: its end, and where its label stands."""

    label: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Radar:
    """Axes from the centre, rings as polygons, and one shape for each profile."""

    axes: tuple[Axis, ...]
    rings: tuple[str, ...]
    shapes: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]  # of the first profile


def radar(
    labels: Sequence[str], profiles: Sequence[Sequence[float]], *, radius: float, centre: float
) -> Radar:
    """Return a radar of shares 0 to 1, the first label at the top and on clockwise.

    >>> radar("abcd", [[1, 1, 1, 1]], radius=10, centre=20).shapes
    ('20,10 30,20 20,30 10,20',)
    """
    turns = [2 * math.pi * n / len(labels) - math.pi / 2 for n in range(len(labels))]

    def place(share: float, turn: float) -> tuple[float, float]:
        far = radius * max(0.0, min(1.0, share))
        return round(centre + far * math.cos(turn), 1), round(centre + far * math.sin(turn), 1)

    def shape(shares: Sequence[float]) -> str:
        found = (place(share, turn) for share, turn in zip(shares, turns, strict=True))
        return " ".join(f"{x:g},{y:g}" for x, y in found)

    axes = []
    for label, turn in zip(labels, turns, strict=True):
        x, y = place(1.0, turn)
        out = radius + 15
        label_x, label_y = centre + out * math.cos(turn), centre + out * math.sin(turn) + 4
        side = math.cos(turn)
        anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
        axes.append(Axis(label, x, y, round(label_x, 1), round(label_y, 1), anchor))
    first = profiles[0] if profiles else ()
    return Radar(
        axes=tuple(axes),
        rings=tuple(shape([ring] * len(labels)) for ring in RINGS),
        shapes=tuple(shape(one) for one in profiles),
        dots=tuple(place(share, turn) for share, turn in zip(first, turns, strict=False)),
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a value stands between the goalposts, as places 0 to `width`."""

    zero_x: float
    full_x: float
    value_x: float | None
    is_outside: bool  # farther out than the picture goes
    width: float

    @property
    def begin_x(self) -> float:
        """Where what earns begins, from the left."""
        return min(self.zero_x, self.full_x)

    @property
    def span(self) -> float:
        """How wide the goal is."""
        return abs(self.full_x - self.zero_x)

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.full_x > self.zero_x


def goal(posts: Goalposts, value: float | None, *, width: float = 600.0) -> Goal:
    """Return the goalposts with a value; what is far outside stands at the edge."""
    low, high = sorted((posts.zero_at, posts.full_at))
    beside = (high - low) * BESIDE
    begin, end = low - beside, high + beside

    def x(at: float) -> float:
        return round((min(max(at, begin), end) - begin) / (end - begin) * width, 1)

    return Goal(
        zero_x=x(posts.zero_at),
        full_x=x(posts.full_at),
        value_x=None if value is None else x(value),
        is_outside=value is not None and not begin <= value <= end,
        width=width,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a tornado, left and right of the middle."""

    indicator: str
    low: float
    high: float
    low_x: float
    high_x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars around `middle`, the widest on top."""

    bars: tuple[Bar, ...]
    middle: float
    width: float
    height: float


def tornado(slopes: Iterable[Slope], *, width: float = 520.0, row: float = 24.0) -> Tornado:
    """Return how the total answers to each indicator, as bars."""
    found = [one for one in slopes if one.low < 0 or one.high > 0]
    widest = max((max(-one.low, one.high) for one in found), default=1.0)
    middle = width / 2
    scale = (middle - 46) / widest  # room for the figures at both ends
    bars = tuple(
        Bar(
            indicator=one.indicator,
            low=one.low,
            high=one.high,
            low_x=round(middle + one.low * scale, 1),
            high_x=round(middle + one.high * scale, 1),
            y=round(n * row, 1),
        )
        for n, one in enumerate(found)
    )
    return Tornado(bars, middle, width, len(bars) * row)


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing to do: its points along, its effort upwards."""

    gain: Gain
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """Effort against points; `rows` are the efforts from the least, with their heights."""

    dots: tuple[Dot, ...]
    rows: tuple[tuple[Effort, float], ...]
    ticks: tuple[tuple[int, float], ...]
    left: float
    width: float
    height: float


def scatter(
    gains: Sequence[Gain], *, width: float = 680.0, row: float = 46.0, left: float = 250.0
) -> Scatter:
    """Return what can be done as dots; those that would cover each other step aside."""
    efforts = sorted({one.effort for one in gains})
    most = max((one.points for one in gains), default=1.0)
    step = 10 if most > 25 else 5
    end = math.ceil(most / step) * step
    scale = (width - left - 20) / end
    heights = {effort: round(row * n + row / 2, 1) for n, effort in enumerate(efforts)}
    dots: list[Dot] = []
    for one in sorted(gains, key=lambda gain: -gain.points):
        x, y = round(left + one.points * scale, 1), heights[one.effort]
        dots.append(Dot(one, x, _aside(dots, x, y)))
    ticks = tuple((at, round(left + at * scale, 1)) for at in range(0, end + 1, step))
    return Scatter(tuple(dots), tuple(heights.items()), ticks, left, width, row * len(efforts))


def _aside(dots: Sequence[Dot], x: float, y: float) -> float:
    for offset in (0.0, -DOT, DOT, -2 * DOT, 2 * DOT):
        if all(abs(one.x - x) > DOT or abs(one.y - (y + offset)) >= DOT for one in dots):
            return y + offset
    return y


@dataclass(frozen=True, slots=True)
class Years:
    """A line of time from the first of January of one year to that of another."""

    begin: int
    end: int
    left: float
    width: float

    def x(self, on: date) -> float:
        """Return where a day stands."""
        first, last = date(self.begin, 1, 1).toordinal(), date(self.end, 1, 1).toordinal()
        share = (on.toordinal() - first) / (last - first)
        return round(self.left + min(1.0, max(0.0, share)) * (self.width - self.left), 1)

    def ticks(self) -> list[tuple[int, float]]:
        """Return all years with their places."""
        return [(year, self.x(date(year, 1, 1))) for year in range(self.begin, self.end + 1)]
