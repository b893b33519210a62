"""The map of groups, drawn by the server: groups as rounds, nobody as a point but the reader."""

from collections.abc import Iterable
from dataclasses import dataclass

from dalgu.services.citizens.opinions.shown import GroupShown, Results

WIDTH, HEIGHT, EDGE = 640, 400, 56


@dataclass(frozen=True, slots=True)
class Round:
    """One group in the picture, in its pixels; `area` is by the number of its people."""

    letter: str
    people: int
    x: float
    y: float
    along: float
    across: float
    angle: float
    tone: int  # 0 to 5: fill and pattern


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template draws; `here` is the reader's own place."""

    width: int
    height: int
    rounds: tuple[Round, ...]
    here: tuple[float, float] | None


def picture(results: Results, voice: str) -> Picture:
    """Return the picture of groups, with the place of one voice for itself."""
    own = results.places.get(voice) if voice else None
    scale, middle = _scale(results.groups, own)
    rounds = [_round(group, i, scale, middle) for i, group in enumerate(results.groups)]
    rounds.sort(key=lambda one: -one.along * one.across)
    here = None if own is None else _at(own, scale, middle)
    return Picture(WIDTH, HEIGHT, tuple(rounds), here)


def _scale(
    groups: Iterable[GroupShown], own: tuple[float, float] | None
) -> tuple[float, tuple[float, float]]:
    corners = [
        (group.center[0] + side * group.axes[0], group.center[1] + side * group.axes[0])
        for group in groups for side in (-1, 1)
    ] + ([own] if own is not None else [])  # fmt: skip
    if not corners:
        return 1.0, (0.0, 0.0)
    (left, right), (low, high) = (
        (min(one[i] for one in corners), max(one[i] for one in corners)) for i in (0, 1)
    )
    room_x, room_y = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    scale = min(room_x / max(right - left, 1e-6), room_y / max(high - low, 1e-6))
    return scale, ((left + right) / 2, (low + high) / 2)


def _at(
    place: tuple[float, float], scale: float, middle: tuple[float, float]
) -> tuple[float, float]:
    x = WIDTH / 2 + (place[0] - middle[0]) * scale
    y = HEIGHT / 2 - (place[1] - middle[1]) * scale
    return round(x, 1), round(y, 1)


def _round(group: GroupShown, tone: int, scale: float, middle: tuple[float, float]) -> Round:
    x, y = _at(group.center, scale, middle)
    along, across, angle = group.axes
    return Round(
        group.letter, group.people, x, y,
        max(round(along * scale, 1), 26.0), max(round(across * scale, 1), 26.0),
        round(-angle, 1), tone % 6,
    )  # fmt: skip
