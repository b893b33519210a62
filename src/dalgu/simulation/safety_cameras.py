"""Cameras of the camera control center: real places, and where each looks is invented."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.cities import City, Dong
from dalgu.kernel.text import Text
from dalgu.simulation.chance import stream

EVERY = 8  # one of so many published points stands in the model city: 431 of 3,444
ALL_ROUND_DEG = 360.0
ALL_ROUND_SHARE = 0.15  # cameras that turn (assumption)
FIELD_OF_VIEW_DEG = (60.0, 100.0)  # of lenses of 3 to 5 mm on 1/3-inch sensors
REACH_M = (45.0, 110.0)  # how far a person still makes four pixels (assumption)
CROSSING_REACH_M = (70.0, 130.0)  # cameras above a crossing hang higher


@dataclass(frozen=True, slots=True)
class View:
    """Where a camera looks: the bearing of its axis from north, its opening, its reach."""

    bearing_deg: float
    field_of_view_deg: float
    reach_m: float


@dataclass(frozen=True)
class SafetyCameras:
    """The cameras of the control center, with the dong that each stands in."""

    key: tuple[str, ...]
    name: tuple[Text, ...]
    place: NDArray[np.float64]
    view: tuple[View, ...]


def plan_cameras(city: City, seed: int) -> SafetyCameras:
    """Return some hundreds of the published points as cameras, those in the city's dongs."""
    points = np.array(city.cameras[::EVERY], dtype=float)
    home = _homes(city, points)
    inside = [i for i, dong in enumerate(home) if dong is not None]
    counted: dict[str, int] = {}
    names = []
    for i in inside:
        dong = home[i]
        assert dong is not None
        counted[dong.code] = counted.get(dong.code, 0) + 1
        n = counted[dong.code]
        names.append(Text(f"{dong.name.ko} 방범 {n}", f"{dong.name.en} safety camera {n}"))
    return SafetyCameras(
        key=tuple(f"s{number:03d}" for number in range(1, len(inside) + 1)),
        name=tuple(names),
        place=points[inside],
        view=tuple(views(len(inside), "safety", seed, REACH_M)),
    )


def views(count: int, name: str, seed: int, reach_m: tuple[float, float]) -> Iterator[View]:
    """Yield where each of some cameras looks; the same seed and name, the same views."""
    chance = stream(seed, f"cameras.{name}")
    bearing = np.floor(chance.uniform(0, 360, size=count))
    opening = np.round(chance.uniform(*FIELD_OF_VIEW_DEG, size=count))
    opening[chance.random(count) < ALL_ROUND_SHARE] = ALL_ROUND_DEG
    reach = np.round(chance.uniform(*reach_m, size=count))
    for row in zip(bearing, opening, reach, strict=True):
        yield View(*(float(value) for value in row))


def _homes(city: City, points: NDArray[np.float64]) -> list[Dong | None]:
    import shapely
    from shapely.geometry import shape

    home: list[Dong | None] = [None] * len(points)
    for dong in city.dongs:
        for i in np.flatnonzero(shapely.contains_xy(shape(dong.geometry), points)):
            home[i] = dong
    return home
