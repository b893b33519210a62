"""In which dong and district of the city a place lies."""

from functools import cache
from typing import TYPE_CHECKING, Any

from dalgu.cities import City, Dong

if TYPE_CHECKING:
    from shapely import STRtree


@cache
def _tree(city: City) -> "tuple[STRtree, list[Any]]":
    from shapely import STRtree
    from shapely.geometry import shape

    shapes = [shape(dong.geometry) for dong in city.dongs]
    return STRtree(shapes), shapes


def dong_at(city: City, lon: float, lat: float) -> Dong | None:
    """Return the dong that a place lies in, `None` outside the city."""
    from shapely import Point

    tree, _ = _tree(city)
    found = tree.query(Point(lon, lat), predicate="intersects")
    return city.dongs[int(found[0])] if len(found) else None


def dong_of(city: City, code: str) -> Dong | None:
    """Return a dong by its code, `None` where there is none."""
    return next((dong for dong in city.dongs if dong.code == code), None)
