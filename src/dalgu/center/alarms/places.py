"""Which dong a place lies in."""

from functools import cached_property
from itertools import pairwise

from dalgu.cities import City, Dong
from dalgu.kernel.geo import Position

Box = tuple[float, float, float, float]
DIGITS = 4  # of a degree, about 10 m: places nearer than this share an answer


class Places:
    """Looks dongs up by place; answers are kept."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._known: dict[Position, Dong | None] = {}

    def dong_at(self, place: Position) -> Dong | None:
        """Return the dong of a place (lon, lat), `None` outside the city."""
        key = round(place[0], DIGITS), round(place[1], DIGITS)
        if key not in self._known:
            self._known[key] = self._look(place)
        return self._known[key]

    def dong_of(self, code: str) -> Dong | None:
        """Return a dong by its code; `None` where there is none."""
        try:
            return self._city.dong(code)
        except KeyError:
            return None

    def _look(self, place: Position) -> Dong | None:
        lon, lat = place
        for (west, south, east, north), dong in self._boxes:
            if west <= lon <= east and south <= lat <= north and _holds(dong, place):
                return dong
        return None

    @cached_property
    def _boxes(self) -> list[tuple[Box, Dong]]:
        found = []
        for dong in self._city.dongs:
            corners = [corner for ring in _outlines(dong) for corner in ring]
            lons, lats = [one[0] for one in corners], [one[1] for one in corners]
            found.append(((min(lons), min(lats), max(lons), max(lats)), dong))
        return found


def _outlines(dong: Dong) -> list[list[list[float]]]:
    coordinates = dong.geometry["coordinates"]
    polygons = [coordinates] if dong.geometry["type"] == "Polygon" else coordinates
    return [ring for polygon in polygons for ring in polygon]


def _holds(dong: Dong, place: Position) -> bool:
    """Tell whether an odd number of edges lies east of the place (holes count as they should)."""
    lon, lat = place
    is_inside = False
    for ring in _outlines(dong):
        for (x0, y0, *_), (x1, y1, *_) in pairwise(ring):
            if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                is_inside = not is_inside
    return is_inside
