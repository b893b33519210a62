"""Geometry that everybody needs: coordinates are (lon, lat) in degrees, WGS 84, as in GeoJSON."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1, Moritz, Geodetic Reference System 1980

Position = tuple[float, float]


def distance_m(a: Position, b: Position) -> float:
    """Great-circle distance between two positions (haversine), in metres.

    >>> round(distance_m((128.6, 35.87), (128.6, 35.88)))
    1112
    """
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def to_metric(geometry: "BaseGeometry") -> "BaseGeometry":
    """Project a geometry of city size to metres around its own centre (equirectangular).

    Lengths and areas are right to about 0.1 % over 60 km.
    """
    from shapely import transform

    centre = geometry.centroid
    lon_0, lat_0 = math.radians(centre.x), math.radians(centre.y)
    scale = math.cos(lat_0)

    def project(xy: "NDArray[np.float64]") -> "NDArray[np.float64]":
        out = xy * (math.pi / 180.0)
        out[:, 0] = (out[:, 0] - lon_0) * scale * EARTH_RADIUS_M
        out[:, 1] = (out[:, 1] - lat_0) * EARTH_RADIUS_M
        return out

    return transform(geometry, project)
