"""Where things stand that no register places: plausible, spread out, and always synthetic."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dalgu.cities import Dong

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CANDIDATES = 12  # best of so many, so that neighbours keep their distance (Mitchell 1991)
METRES_PER_DEGREE = 111_195.0


def quotas(weight: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share out a total by weights, whole numbers, largest remainders first.

    >>> quotas(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = weight / weight.sum() * total
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return whole


def scatter(
    chance: np.random.Generator, dongs: list[Dong], count: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return (lon, lat) of `count[i]` places in each dong, far from each other, shape (n, 2)."""
    from shapely.geometry import shape

    placed: list[NDArray[np.float64]] = []
    for dong, wanted in zip(dongs, count, strict=True):
        outline = shape(dong.geometry)
        for _ in range(int(wanted)):
            options = inside(chance, outline, CANDIDATES)
            placed.append(options[_loneliest(options, np.array(placed[-200:]))])
    return np.round(np.array(placed).reshape(-1, 2), 5)


def inside(chance: np.random.Generator, outline: "BaseGeometry", count: int) -> NDArray[np.float64]:
    """Return places drawn evenly from a polygon, shape (count, 2)."""
    import shapely

    west, south, east, north = outline.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        drawn = chance.uniform((west, south), (east, north), size=(4 * count, 2))
        found = np.concatenate([found, drawn[shapely.contains_xy(outline, drawn)]])
    return found[:count]


def around(
    chance: np.random.Generator,
    cells: tuple[tuple[float, float, int], ...],
    outline: "BaseGeometry",
    count: int,
    *,
    spread_m: float,
) -> NDArray[np.float64]:
    """Return places that crowd around weighted cells and stay in a polygon, shape (count, 2)."""
    import shapely

    known = np.array(cells)
    share = known[:, 2] / known[:, 2].sum()
    spread = spread_m / METRES_PER_DEGREE
    found = np.empty((0, 2))
    while len(found) < count:
        home = known[chance.choice(len(known), size=2 * count, p=share), :2]
        drawn = home + chance.normal(0.0, (spread * 1.23, spread), size=home.shape)
        found = np.concatenate([found, drawn[shapely.contains_xy(outline, drawn)]])
    return np.round(found[:count], 5)


def point(place: NDArray[np.float64]) -> dict[str, Any]:
    """Return a place as GeoJSON."""
    return {"type": "Point", "coordinates": [float(place[0]), float(place[1])]}


def _loneliest(options: NDArray[np.float64], placed: NDArray[np.float64]) -> int:
    if len(placed) == 0:
        return 0
    apart = options[:, None] - placed[None]
    return int(np.argmax((apart**2).sum(axis=2).min(axis=1)))
