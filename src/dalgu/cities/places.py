"""In which dong of the city a place lies."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dalgu.cities import City, Dong

if TYPE_CHECKING:
    from shapely import STRtree

MOST_KEPT = 65_536  # things of a city stand still: their places are asked for again and again


@lru_cache(maxsize=MOST_KEPT)
def dong_at(city: City, lon: float, lat: float) -> Dong | None:
    """Return the dong that a place lies in, `None` outside the city."""
    from shapely import Point

    found = _tree(city).query(Point(lon, lat), predicate="intersects")
    return city.dongs[int(found[0])] if len(found) else None


def dong_of(city: City, code: str) -> Dong | None:
    """Return a dong by its code, `None` where there is none."""
    try:
        return city.dong(code)
    except KeyError:
        return None


@cache
def _tree(city: City) -> "STRtree":
    from shapely import STRtree
    from shapely.geometry import shape

    return STRtree([shape(dong.geometry) for dong in city.dongs])
