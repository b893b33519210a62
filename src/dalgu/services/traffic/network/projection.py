"""Plane metres of a SUMO network back to degrees: inverse transverse Mercator (UTM, WGS 84).

Series of Krüger as Karney gives them (J. Geodesy 85, 2011, eq. 35 to 36), to the third order of the
third flattening: better than a millimetre within a zone.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

Point = tuple[float, float]

MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
SCALE = 0.9996
FALSE_EASTING_M = 500_000.0
FALSE_NORTHING_M = 10_000_000.0  # south of the equator
N = FLATTENING / (2 - FLATTENING)  # third flattening
RADIUS_M = MAJOR_M / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
BETA = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96,
    N**2 / 48 + N**3 / 15,
    17 * N**3 / 480,
)
DELTA = (2 * N - 2 * N**2 / 3 - 2 * N**3, 7 * N**2 / 3 - 8 * N**3 / 5, 56 * N**3 / 15)


@dataclass(frozen=True, slots=True)
class Location:
    """How a network's metres lie on the ground; `zone` 0: they do not."""

    zone: int = 0
    is_south: bool = False
    is_degrees: bool = False
    offset: Point = (0.0, 0.0)

    @property
    def is_geographic(self) -> bool:
        """Return whether places can be given in degrees."""
        return self.zone > 0 or self.is_degrees

    def place(self) -> Callable[[float, float], Point]:
        """Return what turns the network's x and y into (lon, lat), or leaves them as they are."""
        if self.zone:
            return lambda x, y: utm_to_degrees(
                x - self.offset[0], y - self.offset[1], self.zone, is_south=self.is_south
            )
        if self.is_degrees:
            return lambda x, y: (x - self.offset[0], y - self.offset[1])
        return lambda x, y: (x, y)


def location(projection: str, offset: Point) -> Location:
    """Return the location that SUMO's `projParameter` and `netOffset` tell.

    Projections other than UTM are not undone: such a network keeps its metres.

    >>> location("+proj=utm +zone=52 +ellps=WGS84", (0.0, 0.0)).zone
    52
    """
    zone = re.search(r"\+zone=(\d+)", projection)
    if "+proj=utm" in projection and zone and 1 <= int(zone.group(1)) <= 60:
        return Location(int(zone.group(1)), "+south" in projection, offset=offset)
    if projection.strip() == "-":  # SUMO: already geographic
        return Location(is_degrees=True, offset=offset)
    return Location(offset=offset)


def utm_to_degrees(east_m: float, north_m: float, zone: int, *, is_south: bool = False) -> Point:
    """Return (lon, lat) of UTM metres.

    >>> utm_to_degrees(500_000.0, 0.0, 52)
    (129.0, 0.0)
    """
    north_m -= FALSE_NORTHING_M if is_south else 0.0
    xi = north_m / (SCALE * RADIUS_M)
    eta = (east_m - FALSE_EASTING_M) / (SCALE * RADIUS_M)
    xi_0, eta_0 = xi, eta
    for j, beta in enumerate(BETA, start=1):
        xi_0 -= beta * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        eta_0 -= beta * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    chi = math.asin(max(-1.0, min(1.0, math.sin(xi_0) / math.cosh(eta_0))))
    lat = chi + sum(delta * math.sin(2 * j * chi) for j, delta in enumerate(DELTA, start=1))
    middle = zone * 6 - 183
    lon = middle + math.degrees(math.atan2(math.sinh(eta_0), math.cos(xi_0)))
    return round(lon, 7), round(math.degrees(lat), 7)
